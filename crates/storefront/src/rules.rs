//! `/rules` and `/rules/{id}`: the clauses that a shopper is pointed to - promises and policies in force, word for word.

use crate::prelude::*;
use govern::policy::{self, Policy};
use govern::promise::{self, Promise};
use kernel::Date;

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
pub async fn list(at: OpenPage) -> Page {
    let today = at.now().date(&at.site.market.zone);
    let title = at.t("平台规则", "Policies");
    let link = |id: &str, zh: &str, en: &str| html! { a href={ "/rules/" (id) } { (icons::RULES) span { (at.t(zh, en)) } } };
    let body = html! {
        section.blk.menu { div.hd { h2 { (at.t("发货承诺", "Shipping promises")) } } @for p in promises() { (link(&p.id, &p.titles.zh, &p.titles.en)) } }
        section.blk.menu { div.hd { h2 { (at.t("违约处理", "If a promise is broken")) } } @for p in policies(today) { (link(&p.id, &p.title_zh, &p.title_en)) } }
    };
    Frame::of(Tab::Elsewhere).back("/").narrow().page(&at.look, title, &body)
}

/// `/rules/{id}`.
pub async fn one(at: OpenPage) -> Result<Page, Failure> {
    let id = at.param("id");
    if let Some(p) = promises().into_iter().find(|promise| *promise.id == *id) {
        let (title, text) = (at.t(&p.titles.zh, &p.titles.en), at.t(&p.texts.zh, &p.texts.en));
        return Ok(clause(&at, title, text, &format!("{} v{}", p.id, p.version), p.effective_from, &[]));
    }
    let today = at.now().date(&at.site.market.zone);
    let p = policy::in_force(policy::shipped(), id, today).ok_or_else(|| {
        Failure::not_found("没有这条规则。", format!("there is no rule \"{}\"", web_kit::problem::brief(id)))
    })?;
    let exempt: Vec<&str> = p.exemptions.iter().map(|words| at.t(&words.zh, &words.en)).collect();
    let (title, text) = (at.t(&p.title_zh, &p.title_en), at.t(&p.text_zh, &p.text_en));
    Ok(clause(&at, title, text, &format!("{} v{}", p.id, p.version), p.effective_from, &exempt))
}

fn clause(at: &PageContext, title: &str, text: &str, name: &str, from: Date, exempt: &[&str]) -> Page {
    let body = html! {
        section.blk {
            div.prose.clause { p { (text) } }
            @if !exempt.is_empty() { p.gr { (at.t("例外情形", "Exceptions")) } ul.rows { @for words in exempt { li.d { (icons::DASH) div { (words) } span {} } } } }
            p.note { span.mono { (name) } (at.t("，", ", in force from ")) (fmt::date(at.lang(), from)) (at.t(" 起生效", "")) }
        }
    };
    Frame::of(Tab::Elsewhere).back("/rules").narrow().page(&at.look, title, &body)
}
