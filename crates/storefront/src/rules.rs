//! `/rules` and `/rules/{id}`: the clauses that a shopper is pointed to - promises and policies in force, word for word.

use axum::extract::State;
use govern::policy::{self, Policy};
use govern::promise::{self, Promise};
use kernel::Date;
use maud::{Markup, html};
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::icons;
use web_kit::ui::{Page, RenderContext};

/// The newest version of each promise, by id.
fn promises() -> Vec<&'static Promise> {
    let mut found: Vec<&'static Promise> = Vec::new();
    for promise in promise::shipped() {
        match found.iter_mut().find(|there| there.id == promise.id) {
            Some(there) if there.version < promise.version => *there = promise,
            Some(_) => {}
            None => found.push(promise),
        }
    }
    found
}

/// The policies about orders that are in force, by id.
fn policies(today: Date) -> Vec<&'static Policy> {
    let mut ids: Vec<&str> =
        policy::shipped().iter().filter(|p| p.subject == "order").map(|p| &*p.id).collect();
    ids.dedup();
    ids.into_iter().filter_map(|id| policy::in_force(policy::shipped(), id, today)).collect()
}

/// `/rules`.
pub async fn list(State(site): State<Site>, look: RenderContext) -> Page {
    let lang = look.lang;
    let today = (site.now)().date(&site.market.zone);
    let title = t(lang, "交易规则", "Rules of trade");
    let link = |id: &str, zh: &str, en: &str| html! { a href={ "/rules/" (id) } { (icons::RULES) span { (t(lang, zh, en)) } } };
    let body = html! {
        section.blk.menu { div.hd { h2 { (t(lang, "店铺承诺什么？", "What do shops promise?")) } } @for p in promises() { (link(&p.id, &p.titles.zh, &p.titles.en)) } }
        section.blk.menu { div.hd { h2 { (t(lang, "没守住怎么办？", "And if they break it?")) } } @for p in policies(today) { (link(&p.id, &p.title_zh, &p.title_en)) } }
    };
    Frame::of(Tab::Elsewhere).back("/").narrow().page(&look, title, &body)
}

/// `/rules/{id}`.
pub async fn one(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let today = (site.now)().date(&site.market.zone);
    if let Some(promise) = promises().into_iter().find(|promise| promise.id == id) {
        let title = t(lang, &promise.titles.zh, &promise.titles.en);
        return Ok(clause(
            &look,
            title,
            t(lang, &promise.texts.zh, &promise.texts.en),
            &html! { (promise.id) " v" (promise.version) },
            promise.effective_from,
            &[],
        ));
    }
    let found = policy::in_force(policy::shipped(), &id, today).ok_or_else(|| {
        Failure::not_found("没有这条规则。", format!("there is no rule \"{}\"", web_kit::problem::brief(&id)))
    })?;
    let exempt: Vec<&str> = found.exemptions.iter().map(|words| t(lang, &words.zh, &words.en)).collect();
    Ok(clause(
        &look,
        t(lang, &found.title_zh, &found.title_en),
        t(lang, &found.text_zh, &found.text_en),
        &html! { (found.id) " v" (found.version) },
        found.effective_from,
        &exempt,
    ))
}

fn clause(look: &RenderContext, title: &str, text: &str, name: &Markup, from: Date, exempt: &[&str]) -> Page {
    let lang: Lang = look.lang;
    let body = html! {
        section.blk {
            div.prose.clause { p { (text) } }
            @if !exempt.is_empty() { p.gr { (t(lang, "不算的情形", "What is exempt")) } ul.rows { @for words in exempt { li.d { (icons::DASH) div { (words) } span {} } } } }
            p.note { span.mono { (name) } (t(lang, "，", ", in force from ")) (web_kit::fmt::date(lang, from)) (t(lang, " 起生效", "")) }
        }
    };
    Frame::of(Tab::Elsewhere).back("/rules").narrow().page(look, title, &body)
}
