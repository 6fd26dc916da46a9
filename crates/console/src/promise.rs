//! `/console/promises`: by when something is due and from when time counts; `/console/promises/{id}`: one of them in plain sentences, with
//! its cases.
//!
//! Invariant: the sentences and the cases are those of the version that is named on the page.

pub(crate) mod words;

use axum::extract::State;
use govern::promise::{self, Promise};
use kernel::Date;
use maud::{Markup, html};
use serde::Deserialize;
use web_kit::fmt;
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, Path, Query, brief};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};

/// Which version.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    v: Option<String>,
}

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
pub async fn list(State(site): State<Site>, look: RenderContext) -> Page {
    let lang = look.lang;
    let today = (site.now)().date(&site.market.zone);
    let title = t(lang, "承诺与计时", "Promises and clocks");
    let body = html! {
        (ui::head(
            html! { a href="/console/policies" { (t(lang, "规则", "Policies")) } },
            html! { (title) },
            false,
            html! { span { (t(lang, "什么时候到期、从什么时候起算，都写在这里；计时程序读的就是这些文件。", "When something is due and from when time counts stands here; the clocks read these very files.")) } },
            html! {},
        ))
        (ui::question(
            t(lang, "有哪些承诺？", "Which are there?"),
            html! { (t(lang, "每一条的时间都是店铺所在市场的当地时间。", "All times are local times of the market.")) },
            html! {
                div.paper {
                    table.cards.m {
                        thead { tr {
                            th scope="col" { (t(lang, "承诺", "Promise")) }
                            th scope="col" { (t(lang, "说什么", "What it says")) }
                            th scope="col" { (t(lang, "状态", "State")) }
                            th scope="col" { (t(lang, "来源", "Source")) }
                        } }
                        tbody { @for p in promise::shipped() {
                            tr {
                                td.nm.w { a href={ "/console/promises/" (p.id) "?v=" (p.version) } { (web_kit::words::title(lang, &p.titles)) } small.blk.mono { (p.id) "@" (p.version) } }
                                td.sub.mean data-l=(t(lang, "说什么", "What it says")) { (web_kit::words::inner(lang, &p.texts)) }
                                td data-l=(t(lang, "状态", "State")) {
                                    (standing(lang, p, today))
                                    small.blk { (crate::promise::words::kind(lang, p)) @if let Some(pack) = pack(p) { (t(lang, "，", ", ")) span.mono { (pack.id) } } }
                                    small.blk { (t(lang, "从 ", "from ")) (fmt::date(lang, p.effective_from)) (t(lang, " 起", "")) }
                                }
                                td.src data-l=(t(lang, "来源", "Source")) { (p.source) }
                            }
                        } }
                    }
                }
            },
        ))
    };
    ui::page(&look, Area::Promises, title, body)
}

/// `/console/promises/{id}`.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let shown = find(&id, which.v.as_deref())?;
    let today = (site.now)().date(&site.market.zone);
    let versions: Vec<&Promise> = promise::shipped().iter().filter(|p| p.id == shown.id).collect();
    let title = web_kit::words::title(lang, &shown.titles);
    let body = html! {
        (ui::head(
            html! { a href="/console/policies" { (t(lang, "规则", "Policies")) } " / " a href="/console/promises" { (t(lang, "承诺与计时", "Promises and clocks")) } " / " span.mono { (shown.id) } },
            html! { (title) },
            false,
            html! {
                span { (t(lang, "版本 ", "Version ")) (shown.version) }
                span { (t(lang, "从 ", "from ")) (fmt::date(lang, shown.effective_from)) (t(lang, " 起", "")) }
                span { (crate::promise::words::kind(lang, shown)) }
                @if let Some(pack) = pack(shown) { span { (web_kit::words::title(lang, &pack.titles)) } }
                (standing(lang, shown, today))
                @if versions.len() > 1 {
                    span { @for v in &versions { a.chip href={ "/console/promises/" (v.id) "?v=" (v.version) } aria-current=[(v.version == shown.version).then_some("page")] { "v" (v.version) } } }
                }
            },
            html! {},
        ))
        (ui::question(
            t(lang, "它说什么？", "What does it say?"),
            html! { (t(lang, "来源：", "Source: ")) (shown.source) },
            html! {
                p.clause { (web_kit::words::inner(lang, &shown.texts)) }
                ol.clauses { @for sentence in crate::promise::words::sentences(lang, shown) { li { p.clause { (sentence) } } } }
            },
        ))
        (ui::question(
            t(lang, "拿例子验一验？", "Do examples bear it out?"),
            html! { (t(lang, "程序启动前逐条验过；有一条不符，它就不能用。", "Each is checked before the program may use it.")) },
            cases(lang, shown),
        ))
        (ui::question(
            t(lang, "文件写了什么？", "What does the file say?"),
            html! { (t(lang, "计时程序读的就是它。", "The clocks read this very text.")) },
            html! { div.paper { details.fold { summary { (t(lang, "全文", "The whole text")) } pre.mono.scroll.sec tabindex="0" { (shown.text) } } } },
        ))
    };
    Ok(ui::page(&look, Area::Promises, &title, body))
}

fn cases(lang: Lang, of: &Promise) -> Markup {
    let (given, comes) = crate::promise::words::columns(lang, of);
    html! {
        div.paper {
            table.cards.m {
                thead { tr {
                    th scope="col" { (t(lang, "例子", "Example")) }
                    th scope="col" { (given) }
                    th scope="col" { (comes) }
                    th scope="col" { (t(lang, "当地时间", "Local time of")) }
                    th scope="col" { (t(lang, "条款", "Clause")) }
                } }
                tbody { @for case in &of.cases {
                    @let (at, out) = crate::promise::words::case(lang, case);
                    tr {
                        td.nm.w lang="en" { (case.name) }
                        td data-l=(given) { (at) }
                        td data-l=(comes) { b { (out) } }
                        td data-l=(t(lang, "当地时间", "Local time of")) { (case.zone) }
                        td.src data-l=(t(lang, "条款", "Clause")) { (case.clause.as_deref().unwrap_or("—")) }
                    }
                } }
            }
        }
    }
}
