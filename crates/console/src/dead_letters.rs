//! `/console/dead-letters`: what the workers could not do however often they tried, with its reason; a button sends it again.
//!
//! Invariant: what is sent again is due at once and leaves the list; if it fails again, it comes back as another one.

use crate::tabs::money_tabs;
use axum::extract::State;
use axum::response::Redirect;
use kernel::Id;
use kernel::id::DeadLetter as Key;
use maud::{Markup, html};
use serde::Deserialize;
use store::dead_letter::{self, DeadLetter, Sort};
use web_kit::admin::{done_of, parts, words};
use web_kit::fmt;
use web_kit::idempotency::IdempotentForm;
use web_kit::lang::Lang;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext, State as Mark};
use web_kit::view::dead_letter::{NEED, count, resend};
use web_kit::view::stock::after;

const HERE: &str = "/console/dead-letters";

/// Rows of a page.
const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    after: Option<String>,
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

fn many(look: &RenderContext, n: u64) -> String {
    words::many(
        look,
        i64::try_from(n).unwrap_or(i64::MAX),
        "件事没办成",
        "thing could not be done",
        "things could not be done",
    )
}

/// A line for whoever may send them again, on the pages where they look; nothing if none waits.
pub(crate) async fn notice(site: &Site, look: &RenderContext, who: &Principal) -> Result<Markup, Failure> {
    if who.need(NEED).is_err() {
        return Ok(html! {});
    }
    Ok(match count(site).await? {
        0 => html! {},
        n => html! {
            div.banner role="status" {
                span { (many(look, n)) (look.t("，等人处理。", ", and wait for a person.")) " " a href=(HERE) { (look.t("去看看", "Look")) } }
            }
        },
    })
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    who.need(NEED)?;
    let last = after(asked.after.as_deref())?;
    let (letters, all) = site
        .read(move |q| Ok((dead_letter::list(q, last, PAGE as i64 + 1)?, dead_letter::count(q)?)))
        .await?;
    let title = look.t("没办成的事", "Dead letters");
    let verdict = match (all, look.lang) {
        (0, Lang::Zh) => "没有等着重发的".to_owned(),
        (0, Lang::En) => "Nothing waits to be sent again".to_owned(),
        (n, _) => many(&look, n),
    };
    let body = html! {
        (ui::head(html! { a href="/console/money" { (look.t("钱", "Money")) } " / " (title) }, html! { (verdict) }, false,
            html! {
                (ui::state(if all == 0 { Mark::Kept } else { Mark::Broken }, if all == 0 { look.t("都办成了", "All done") } else { look.t("等人处理", "Waits for a person") }))
                span { (fmt::moment(look.lang, &site.market, (site.now)())) }
            }, html! {}))
        (done_of(&look, asked.done.as_deref(), &[("sent", "已重发，马上会再试；还不成就会回到这里。", "Sent again: it is tried at once, and comes back here if it fails.")]))
        div.dk-top { (money_tabs(&look, HERE)) }
        (ui::question(
            look.t("什么没办成？", "What could not be done?"),
            html! { (look.t("后台试过几次都没成的事。先按原因修好，再重发；新的在上。", "What the workers tried several times in vain. Mend the cause first, then send it again. Newest first.")) },
            html! { div.paper { (list(&look, &site, &letters, asked.after.is_some())) } },
        ))
    };
    Ok(ui::page(&look, Area::Money, title, body))
}

fn sort(look: &RenderContext, sort: Sort) -> &'static str {
    match (sort, look.lang) {
        (Sort::Timer, Lang::Zh) => "到点该做的",
        (Sort::Timer, Lang::En) => "timer",
        (Sort::Job, Lang::Zh) => "任务",
        (Sort::Job, Lang::En) => "job",
        (Sort::Fact, Lang::Zh) => "对事实的反应",
        (Sort::Fact, Lang::En) => "reaction to a fact",
    }
}

fn list(look: &RenderContext, site: &Site, letters: &[DeadLetter], further: bool) -> Markup {
    if letters.is_empty() {
        return parts::empty(
            look.t("一件也没有，后台都办成了。", "None: the workers did all of it."),
            html! {},
        );
    }
    let shown = &letters[..letters.len().min(PAGE)];
    let next = shown.last().filter(|_| letters.len() > PAGE);
    let next = next.map(|letter| parts::with(look, &[("after", &letter.id.to_string())]));
    let first = further.then(|| parts::with(look, &[("after", "")]));
    let key = site.form_key();
    let [why, tries, since] =
        [look.t("原因", "Reason"), look.t("试了几次", "Tries"), look.t("什么时候起", "Since")];
    html! {
        table.cards.dk-list {
            thead { tr { th { (look.t("什么事", "What")) } th { (why) } th.r { (tries) } th { (since) } th {} } }
            tbody {
                @for letter in shown {
                    tr {
                        td.w { b.mono { (letter.kind) } small { (sort(look, letter.sort)) " " span.mono { (letter.subject) } } }
                        td.w data-l=(why) { span lang="en" { (letter.why) } small.mono { (letter.code) } }
                        td.r data-l=(tries) { (fmt::count(letter.tries)) }
                        td.nw data-l=(since) { (fmt::moment(look.lang, &site.market, letter.died_at)) }
                        td.r { (parts::press(HERE, &format!("{key}{}", letter.id), &[("letter", &letter.id.to_string())], look.t("重新发送", "Send again"), "btn dk-sm")) }
                    }
                }
            }
        }
        @if first.is_some() || next.is_some() { (parts::pager(look, first.as_deref(), next.as_deref(), html! {})) }
    }
}

#[derive(Debug, Deserialize)]
pub struct Press {
    letter: String,
    #[serde(rename = "key")]
    _key: Option<String>,
}

/// The button.
pub async fn act(
    State(site): State<Site>,
    IdempotentForm { act, form }: IdempotentForm<Press>,
) -> Result<Redirect, Failure> {
    act.who.need(NEED)?;
    let letter: Id<Key> = web_kit::input::id(&form.letter)?;
    resend(&site, &act, letter).await?;
    Ok(Redirect::to(&format!("{HERE}?done=sent")))
}
