//! `/console/promises`: by when something is due and from when time counts; `/console/promises/{id}`: one of them in plain sentences, with
//! its cases.
//!
//! Invariant: the sentences and the cases are those of the version that is named on the page.

mod words;

use crate::promise::words::{columns, kind, sentences};
use govern::promise::{self, Promise};
use kernel::Date;
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::table::{cell, lead, sheet};
use web_kit::ui::{Area, State as Mark};
use web_kit::words::{inner, title};

/// The pack a promise belongs to.
fn pack(of: &Promise) -> Option<&'static govern::pack::Pack> {
    govern::pack::shipped().iter().find(|pack| pack.promises.iter().any(|p| p.id == of.id))
}

/// Whether a version is in force on a day.
fn standing(lang: Lang, of: &Promise, today: Date) -> Markup {
    let newest = promise::shipped()
        .iter()
        .filter(|p| p.id == of.id && p.effective_from <= today)
        .max_by_key(|p| p.effective_from);
    if of.effective_from > today {
        ui::state(Mark::Running, t(lang, "待生效", "Announced"))
    } else if newest.is_some_and(|p| p.version == of.version) {
        ui::state(Mark::Kept, t(lang, "现行", "In force"))
    } else {
        ui::state(Mark::None, t(lang, "已被取代", "Replaced"))
    }
}

/// The newest version of a promise, or the one that is asked for.
fn find(id: &str, version: Option<&str>) -> Result<&'static Promise, Failure> {
    let newest = promise::named(id).ok_or_else(|| {
        let id = brief(id);
        let mut ids: Vec<&str> = promise::shipped().iter().map(|p| &*p.id).collect();
        ids.dedup();
        let ids = ids.join(", ");
        Failure::not_found(
            format!("没有承诺「{id}」。有这些：{ids}"),
            format!("there is no promise \"{id}\": {ids}"),
        )
    })?;
    let Some(version) = version else { return Ok(newest) };
    let found = promise::shipped().iter().find(|p| p.id == id && p.version.to_string() == version);
    found.ok_or_else(|| {
        let version = brief(version);
        Failure::not_found(
            format!("「{id}」没有版本 {version}。"),
            format!("there is no version {version} of {id}"),
        )
    })
}

/// `/console/promises`.
pub async fn list(at: PageContext) -> Page {
    let lang = at.lang();
    let today = at.now().date(&at.site.market.zone);
    let heading = at.t("承诺与计时", "Promises and clocks");
    let cells = |p: &Promise| {
        let name = html! { a href={ "/console/promises/" (p.id) "?v=" (p.version) } { (title(lang, &p.titles)) } small.blk.mono { (p.id) "@" (p.version) } };
        let state = html! {
            (standing(lang, p, today))
            small.blk { (kind(lang, p)) @if let Some(pack) = pack(p) { (at.t("，", ", ")) span.mono { (pack.id) } } }
            small.blk { (at.t("从 ", "from ")) (fmt::date(lang, p.effective_from)) (at.t(" 起", "")) }
        };
        vec![
            lead("nm w", at.t("承诺", "Promise"), name),
            cell("sub mean", at.t("内容", "Terms"), inner(lang, &p.texts)),
            cell("", at.t("状态", "State"), state),
            cell("src", at.t("来源", "Source"), &p.source),
        ]
    };
    let body = html! {
        (ui::head(
            html! { a href="/console/policies" { (at.t("规则", "Policies")) } },
            html! { (heading) },
            false,
            html! { span { (at.t("什么时候到期、从什么时候起算，都写在这里；计时程序读的就是这些文件。", "When something is due and from when time counts stands here; the clocks read these very files.")) } },
            html! {},
        ))
        (ui::question(
            at.t("全部承诺", "All promises"),
            html! { (at.t("每一条的时间都是店铺所在市场的当地时间。", "All times are local times of the market.")) },
            html! { div.paper { (sheet("cards m", promise::shipped(), cells)) } },
        ))
    };
    ui::page(&at.look, Area::Promises, heading, body)
}

/// `/console/promises/{id}`, in its newest version or in another (`v`).
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let lang = at.lang();
    let shown = find(at.param("id"), at.query.raw("v"))?;
    let today = at.now().date(&at.site.market.zone);
    let versions: Vec<&Promise> = promise::shipped().iter().filter(|p| p.id == shown.id).collect();
    let name = title(lang, &shown.titles);
    let body = html! {
        (ui::head(
            html! { a href="/console/policies" { (at.t("规则", "Policies")) } " / " a href="/console/promises" { (at.t("承诺与计时", "Promises and clocks")) } " / " span.mono { (shown.id) } },
            html! { (name) },
            false,
            html! {
                span { (at.t("版本 ", "Version ")) (shown.version) }
                span { (at.t("从 ", "from ")) (fmt::date(lang, shown.effective_from)) (at.t(" 起", "")) }
                span { (kind(lang, shown)) }
                @if let Some(pack) = pack(shown) { span { (title(lang, &pack.titles)) } }
                (standing(lang, shown, today))
                @if versions.len() > 1 {
                    span { @for v in &versions { a.chip href={ "/console/promises/" (v.id) "?v=" (v.version) } aria-current=[(v.version == shown.version).then_some("page")] { "v" (v.version) } } }
                }
            },
            html! {},
        ))
        (ui::question(
            at.t("内容", "Terms"),
            html! { (at.t("来源：", "Source: ")) (shown.source) },
            html! {
                p.clause { (inner(lang, &shown.texts)) }
                ol.clauses { @for sentence in sentences(lang, shown) { li { p.clause { (sentence) } } } }
            },
        ))
        (ui::question(
            at.t("示例", "Examples"),
            html! { (at.t("程序启动前逐条验过；有一条不符，它就不能用。", "Each is checked before the program may use it.")) },
            cases(&at, shown),
        ))
        (ui::question(
            at.t("原文", "Source file"),
            html! { (at.t("计时程序读的就是它。", "The clocks read this very text.")) },
            html! { div.paper { details.fold { summary { (at.t("全文", "The whole text")) } pre.mono.scroll.sec tabindex="0" { (shown.text) } } } },
        ))
    };
    Ok(ui::page(&at.look, Area::Promises, &name, body))
}

fn cases(at: &PageContext, of: &Promise) -> Markup {
    let (given, comes) = columns(at.lang(), of);
    let cells = |case: &promise::Case| {
        let (began, out) = words::case(at.lang(), case);
        vec![
            lead("nm w", at.t("例子", "Example"), html! { span lang="en" { (case.name) } }),
            cell("", given, began),
            cell("", comes, html! { b { (out) } }),
            cell("", at.t("当地时间", "Local time of"), case.zone.to_string()),
            cell("src", at.t("条款", "Clause"), case.clause.as_deref().unwrap_or("—")),
        ]
    };
    html! { div.paper { (sheet("cards m", &of.cases, cells)) } }
}
