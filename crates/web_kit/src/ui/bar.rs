//! The console's way from one work area to another: links and one group in a wide bar, everything in one menu where the
//! bar is narrow. Both open with a press, a key or without scripts.
//!
//! Invariants: every work area that the reader may open is reachable at every width, and no other is shown; where the
//! reader is, is marked in both.

use crate::lang::{Lang, t};
use crate::ui::{self, Area, RenderContext};
use maud::{Markup, PreEscaped, html};

/// Where a work area is, and what it is called.
type Entry = (Area, &'static str, &'static str, &'static str);

/// Links of the wide bar.
const FIRST: [Entry; 6] = [
    (Area::Overview, "/console", "总览", "Overview"),
    (Area::Shops, "/console/shops", "店铺", "Shops"),
    (Area::Sales, "/console/sales", "订单", "Orders"),
    (Area::Goods, "/console/goods", "商品", "Products"),
    (Area::Mall, "/console/mall", "商城", "Mall"),
    (Area::Money, "/console/money", "资金", "Finance"),
];

/// What stands in the group of rules.
const RULES: [Entry; 5] = [
    (Area::Metrics, "/console/metrics", "指标", "Metrics"),
    (Area::Scorecards, "/console/scorecards", "评分卡", "Scorecards"),
    (Area::Promises, "/console/promises", "承诺", "Promises"),
    (Area::Policies, "/console/policies", "规则", "Policies"),
    (Area::Rehearsals, "/console/rehearsals", "预演", "Rehearsals"),
];

/// Who works here, with which keys, for whom.
const PEOPLE: [Entry; 5] = [
    (Area::People, "/console/staff", "员工", "Staff"),
    (Area::People, "/console/keys", "API 密钥", "API keys"),
    (Area::People, "/console/members", "会员", "Customers"),
    (Area::People, "/console/applications", "开店申请", "Shop applications"),
    (Area::People, "/console/accesses", "访问记录", "Access log"),
];

const DOWN: &str = "<svg viewBox=\"0 0 12 12\" aria-hidden=\"true\"><path d=\"m3 4.5 3 3 3-3\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/></svg>";

const BARS: &str = "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"M2.5 4h11M2.5 8h11M2.5 12h11\" stroke=\"currentColor\" stroke-width=\"1.6\" stroke-linecap=\"round\"/></svg>";

const PERSON: &str = "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"8\" cy=\"5.2\" r=\"2.7\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"/><path d=\"M2.8 13.6c.6-2.7 2.6-4 5.2-4s4.6 1.3 5.2 4\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" stroke-linecap=\"round\"/></svg>";

fn link(lang: Lang, area: Area, (of, href, zh, en): Entry) -> Markup {
    html! { a href=(href) aria-current=[(of == area).then_some("page")] { (t(lang, zh, en)) } }
}

/// Those of some places that the reader may open.
fn open<'a>(look: &'a RenderContext, places: &'a [Entry]) -> impl Iterator<Item = Entry> + 'a {
    places.iter().copied().filter(|(_, href, ..)| look.may_open.page(href))
}

/// The wide bar.
pub fn areas(look: &RenderContext, area: Area) -> Markup {
    let lang = look.lang;
    let within = RULES.iter().find(|(of, ..)| *of == area);
    let people = open(look, &PEOPLE).next();
    let mut rules = open(look, &RULES).peekable();
    html! {
        nav.areas aria-label=(t(lang, "主导航", "Work areas")) {
            @for place in open(look, &FIRST) { (link(lang, area, place)) }
            @if rules.peek().is_some() {
                details.group name="bar" {
                    summary aria-current=[within.map(|_| "true")] {
                        (t(lang, "规则", "Rules"))
                        @if let Some((_, _, zh, en)) = within { span.at { (t(lang, zh, en)) } }
                        (PreEscaped(DOWN))
                    }
                    div.pop { @for place in rules { (link(lang, area, place)) } }
                }
            }
            @if let Some((area_of, href, ..)) = people { (link(lang, area, (area_of, href, "成员", "Members"))) }
        }
    }
}

/// The reader's own account.
pub fn me(lang: Lang) -> Markup {
    let label = t(lang, "我的账号", "My account");
    html! { a.me href="/account" title=(label) aria-label=(label) { (PreEscaped(PERSON)) } }
}

/// The menu of a narrow bar: every work area, language, theme and account.
pub fn menu(look: &RenderContext, area: Area) -> Markup {
    let lang = look.lang;
    let path = look.here.split('?').next().unwrap_or_default();
    let groups: [(&str, &str, &[Entry]); 3] =
        [("市场", "Market", &FIRST), ("规则", "Rules", &RULES), ("成员", "Members", &PEOPLE)];
    html! {
        details.menu name="bar" {
            summary { (PreEscaped(BARS)) (t(lang, "菜单", "Menu")) }
            div.sheet {
                nav aria-label=(t(lang, "全部页面", "All pages")) {
                    @for (zh, en, places) in groups {
                        @if open(look, places).next().is_some() {
                            section {
                                h2 { (t(lang, zh, en)) }
                                @for place in open(look, places) {
                                    @if place.0 == Area::People { a href=(place.1) aria-current=[(place.1 == path).then_some("page")] { (t(lang, place.2, place.3)) } }
                                    @else { (link(lang, area, place)) }
                                }
                            }
                        }
                    }
                }
                div.row {
                    a href="/account" { (t(lang, "我的账号", "My account")) }
                    a href="/" { (t(lang, "去商城", "To the mall")) }
                    (ui::choices(look))
                }
            }
        }
    }
}
