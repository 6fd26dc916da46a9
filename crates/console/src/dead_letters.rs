//! `/console/dead-letters`: what the workers could not do however often they tried, with its reason; a button sends it again.
//!
//! Invariant: what is sent again is due at once and leaves the list; if it fails again, it comes back as another one.

use crate::tabs::money_tabs;
use kernel::id::DeadLetter as Key;
use store::dead_letter::{self, DeadLetter};
use web_kit::admin::{parts, words};
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};
use web_kit::view::dead_letter::{NEED, count, resend};

const HERE: &str = "/console/dead-letters";

/// Rows of a page.
const PAGE: usize = 30;

fn many(look: &RenderContext, n: u64) -> String {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    words::many(look, n, "件事没办成", "thing could not be done", "things could not be done")
}

/// A line for whoever may send them again, on the pages where they look; nothing if none waits.
pub(crate) async fn notice(at: &PageContext) -> Result<Markup, Failure> {
    if at.who().need(NEED).is_err() {
        return Ok(html! {});
    }
    Ok(match count(&at.site).await? {
        0 => html! {},
        n => html! {
            div.banner role="status" {
                span { (many(&at.look, n)) (at.t("，等待处理。", ", and wait for a person.")) " " a href=(HERE) { (at.t("查看", "View")) } }
            }
        },
    })
}

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let last = at.after()?;
    let read = at.read(move |q| Ok((dead_letter::list(q, last, PAGE as i64 + 1)?, dead_letter::count(q)?)));
    let (letters, all) = read.await?;
    let rows = Rows::of(letters, PAGE, |letter| letter.id.to_string());
    let (look, title) = (&at.look, at.t("失败任务", "Failed jobs"));
    let (verdict, mark) = match all {
        0 => (
            at.t("没有等着重发的", "Nothing waits to be sent again").to_owned(),
            ui::state(Mark::Kept, at.t("没有失败任务", "No failed jobs")),
        ),
        n => (many(look, n), ui::state(Mark::Broken, at.t("等人处理", "Waits for a person"))),
    };
    let body = html! {
        (ui::head(html! { a href="/console/money" { (at.t("资金", "Finance")) } " / " (title) }, html! { (verdict) }, false,
            html! { (mark) span { (fmt::moment(at.lang(), &at.site.market, at.now())) } }, html! {}))
        (at.banners(&[("sent", "已重发，马上会再试；还不成就会回到这里。", "Sent again: it is tried at once, and comes back here if it fails.")]))
        div.dk-top { (money_tabs(look, HERE)) }
        (ui::question(
            at.t("失败任务", "Failed jobs"),
            html! { (at.t("后台重试多次仍失败的任务。先按原因处理，再重新执行；新的在上。", "Jobs that failed after several tries. Fix the cause, then run them again. Newest first.")) },
            html! { div.paper { (list(&at, &rows)) } },
        ))
    };
    Ok(ui::page(look, Area::Money, title, body))
}

fn list(at: &PageContext, rows: &Rows<DeadLetter>) -> Markup {
    let key = at.key();
    let columns = [
        Column::wide("任务", "Job"),
        Column::long("原因", "Reason"),
        Column::number("重试次数", "Tries"),
        Column::line("失败时间", "Failed at"),
        Column::acts(),
    ];
    let cells = |letter: &DeadLetter| {
        let id = letter.id.to_string();
        [
            html! { b.mono { (letter.kind) } small { (named::of(at.lang(), &letter.sort)) " " span.mono { (letter.subject) } } },
            html! { span lang="en" { (letter.why) } small.mono { (letter.code) } },
            html! { (fmt::count(letter.tries)) },
            html! { (fmt::moment(at.lang(), &at.site.market, letter.died_at)) },
            parts::press(
                HERE,
                &format!("{key}{id}"),
                &[("letter", &id)],
                at.t("重新发送", "Send again"),
                "btn dk-sm",
            ),
        ]
    };
    let none = at.t("没有失败任务。", "No failed jobs.");
    rows.list(at, columns, cells, "", parts::empty(none, html! {}))
}

/// The button.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let letter: Id<Key> = input::id(at.fields.text("letter"))?;
    let sent = resend(&at.site, &at.act, letter).await;
    at.came(sent, &[])?;
    at.answer(&format!("{HERE}?done=sent"), page).await
}
