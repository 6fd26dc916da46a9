//! `/console/money/transfers`: bank transfers that are awaited, a form to record a line of the bank's statement, refunds that
//! somebody sends, and what came of every line.
//!
//! Invariants: what is refused stays as it was typed; a line that is recorded twice is one; what is recorded here goes
//! through the same door as what a provider tells.

use crate::tabs::money_tabs;
use flows::buy::{self, Awaited, Incoming, LONGEST_LINE, ToSend};
use trade::payment::{Came, Line, Moved};
use web_kit::admin::{parts, words};
use web_kit::form::plain;
use web_kit::prelude::*;
use web_kit::storefront::transfer::grouped;
use web_kit::ui::{Area, State as Mark};
use web_kit::view::stock::after;
use web_kit::view::transfer::{key, key_of, lines_of, record, send};

const HERE: &str = "/console/money/transfers";

/// Rows of one page of a list.
const PAGE: usize = 30;

/// A line of the statement, as it is typed.
#[derive(Form)]
#[form("transfer")]
struct TransferForm {
    #[field(hint, most = 200)]
    reference: Box<str>,
    amount: Money,
    #[field(hint, most = LONGEST_LINE)]
    line: Box<str>,
}

/// What the page shows, each list paged by a part of the address of its own.
struct Found {
    awaited: Rows<Awaited>,
    to_send: Rows<ToSend>,
    lines: Rows<Line>,
}

async fn found(at: &PageContext) -> Result<Found, Failure> {
    let services = at.site.services.clone();
    let (waiting, back) = (after(at.query.raw("waiting"))?, after(at.query.raw("back"))?);
    let last = key(at.query.raw("after"))?;
    let most = PAGE as i64 + 1;
    at.read(move |q| {
        let awaited = buy::awaited(q, &services, waiting, most)?;
        let to_send = buy::to_send(q, &services, back, most)?;
        Ok(Found {
            awaited: Rows::of(awaited, PAGE, |one| one.attempt.id.to_string()).by("waiting"),
            to_send: Rows::of(to_send, PAGE, |one| one.refund.id.to_string()).by("back"),
            lines: Rows::of(lines_of(q, &services, last.as_ref(), most)?, PAGE, key_of),
        })
    })
    .await
}

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (look, title) = (&at.look, at.t("银行转账", "Bank transfers"));
    let crumb = html! { a href="/console/money" { (at.t("资金", "Finance")) } " / " (title) };
    if buy::by_hand(&at.site.services).is_err() {
        let body = html! {
            (ui::head(crumb, html! { (title) }, false, html! {}, html! {}))
            div.dk-top { (money_tabs(look, HERE)) }
            div.paper { (parts::empty(at.t("这个商城不收银行转账。要收，把账户写进市场文件夹的 transfer.toml（见 README），再启动一次。", "This mall takes no bank transfers. To take them, write its account into transfer.toml in the market's folder (see the README) and start again."), html! {})) }
        };
        return Ok(ui::page(look, Area::Money, title, body));
    }
    let found = found(&at).await?;
    let (waiting, back) = (some(&found.awaited), some(&found.to_send));
    let verdict = match (found.to_send.rows.len(), look.lang) {
        (0, _) => at.t("没有要退出去的", "Nothing is to be sent back").to_owned(),
        (_, Lang::Zh) => format!("{back} 笔要退出去"),
        (1, Lang::En) => "One refund is to be sent".to_owned(),
        (_, Lang::En) => format!("{back} refunds are to be sent"),
    };
    let waits = match look.lang {
        Lang::Zh => format!("在等 {waiting} 笔"),
        Lang::En => format!("{waiting} awaited"),
    };
    // A link of the list of those that are awaited fills the form.
    let fields = if at.is_refused() { &at.fields } else { &at.query };
    let body = html! {
        (ui::head(crumb, html! { (verdict) }, false,
            html! {
                (ui::state(if found.awaited.is_empty() { Mark::None } else { Mark::Running }, &waits))
                span { (fmt::moment(look.lang, &at.site.market, at.now())) }
            }, html! {}))
        @if let Some(done) = named::TRANSFER_DONE.text(look.lang, at.query.text("done")) { (parts::done(done)) }
        (at.banners(&[]))
        div.dk-top { (money_tabs(look, HERE)) }
        (ui::question(
            at.t("账上来了一笔？", "Did money come in?"),
            html! { (at.t("照银行流水抄。附言抄错一个字会被拦下；同一条流水只记一次。", "Type it off the statement. A reference with an error in it is caught; a line counts once.")) },
            html! {
                form.paper.dk-form.three id="record" action=(HERE) method="post" {
                    input type="hidden" name="key" value=(at.key());
                    (TransferForm::draw(look, fields, |_| Vec::new()))
                    div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn.pri name="do" value="record" { (at.t("登记到账", "Record it")) } }
                }
            },
        ))
        (ui::question(
            at.t("在等哪些转账？", "Which transfers are awaited?"),
            html! { (at.t("等得最久的在前。分几笔到的会加起来；过了时间自动关闭，到了的和之后到的都退回。", "Those that waited longest first. Parts add up. Past its time a purchase closes; what came and what comes later goes back.")) },
            html! { div.paper { (awaited(&at, &found.awaited)) } },
        ))
        (ui::question(
            at.t("哪些要退出去？", "What is to be sent back?"),
            html! { (at.t("退回它来的那个账户，再写下银行的流水号。", "Send it to the account it came from, then write down the bank's id of that line.")) },
            html! { div.paper { (to_send(&at, &found.to_send)) } },
        ))
        (ui::question(
            at.t("记过的流水，都成了什么？", "What came of every line?"),
            html! { (at.t("新的在上。", "Newest first.")) },
            html! { div.paper { (lines(&at, &found.lines)) } },
        ))
    };
    Ok(ui::page(look, Area::Money, title, body))
}

/// A count, with a plus if there are more than one page.
fn some<T>(rows: &Rows<T>) -> String {
    format!("{}{}", rows.rows.len(), if rows.next.is_some() { "+" } else { "" })
}

fn awaited(at: &PageContext, rows: &Rows<Awaited>) -> Markup {
    let (look, market, now) = (&at.look, &at.site.market, at.now());
    let columns = [
        Column::wide("附言", "Reference"),
        Column::number("金额", "Amount"),
        Column::line("最迟", "Until"),
        Column::line("下单", "Placed"),
        Column::acts(),
    ];
    let cells = |one: &Awaited| {
        let (attempt, purchase) = (&one.attempt, &one.purchase);
        let reference = attempt.reference.as_deref().unwrap_or_default();
        let first = purchase.parts.first().map(|part| part.order.to_string()).unwrap_or_default();
        [
            html! { b { (grouped(reference)) } small { a href={ "/console/sales/" (first) } { (at.t("订单", "order")) } } },
            html! {
                (fmt::money(look.lang, attempt.amount))
                @if attempt.received.minor > 0 { small { (at.t("到了 ", "came ")) (fmt::money(look.lang, attempt.received)) (at.t("，还差 ", ", missing ")) b { (fmt::money(look.lang, attempt.missing())) } } }
            },
            html! { @if one.pays() { (parts::deadline(look, market, now, purchase.pay_by)) small { (parts::left(look, now, purchase.pay_by)) } } @else { (ui::state(Mark::Warning, &named::TRANSFER_OVER.say(look.lang, purchase.status.as_str()))) } },
            html! { (fmt::minute(look.lang, market, purchase.placed_at)) },
            html! { a.btn.dk-sm href={ (HERE) "?reference=" (reference) "&amount=" (plain(attempt.missing())) "#record" } { (at.t("登记", "Record")) } },
        ]
    };
    rows.list(at, columns, cells, "", parts::empty(at.t("一笔也没有。", "None."), html! {}))
}

fn to_send(at: &PageContext, rows: &Rows<ToSend>) -> Markup {
    let (lang, now, key) = (at.lang(), at.now(), at.key());
    let columns = [
        Column::wide("从哪来的", "Where it came from"),
        Column::number("退多少", "Amount"),
        Column::text("为什么", "Why"),
        Column::line("等了", "Waits"),
        Column::wide("已转出？银行流水号", "Sent? The bank's id"),
    ];
    let cells = |one: &ToSend| {
        let refund = &one.refund;
        [
            html! {
                @if let Some(first) = one.came.first() { b { (grouped(&first.reference)) } }
                @for came in &one.came { small { (at.t("流水 ", "line ")) span.mono { (came.line) } @if one.came.len() > 1 { " " (fmt::money(lang, came.amount)) } } }
                @if let Some(order) = refund.order { small { a href={ "/console/sales/" (order) } { (at.t("订单", "order")) } } }
            },
            html! { b { (fmt::money(lang, refund.amount)) } },
            html! { (named::of(lang, &refund.why)) },
            html! { (fmt::duration(lang, now.micros() - refund.wanted_at.micros())) },
            html! {
                form.dk-line action=(HERE) method="post" {
                    input type="hidden" name="key" value={ (key) (refund.id) };
                    input type="hidden" name="refund" value=(refund.id);
                    input.dk-in name="out" required maxlength=(LONGEST_LINE) autocomplete="off" aria-label=(at.t("银行流水号", "The bank's id of the line"));
                    button.btn.dk-sm name="do" value="sent" { (at.t("已转出", "Sent")) }
                }
            },
        ]
    };
    let none = at.t("没有要退的。", "Nothing is to be sent back.");
    rows.list(at, columns, cells, "", parts::empty(none, html! {}))
}

/// What came of a line.
fn moved(lang: Lang, moved: Moved) -> Markup {
    let Moved::In(came) = moved else { return ui::state(Mark::None, t(lang, "退出去", "Sent back")) };
    let mark = match came {
        Came::Nothing => Mark::None,
        Came::Part => Mark::Running,
        _ if came.pays() => Mark::Kept,
        _ => Mark::Warning,
    };
    ui::state(mark, named::of(lang, &came))
}

fn lines(at: &PageContext, rows: &Rows<Line>) -> Markup {
    let look = &at.look;
    let columns = [
        Column::wide("银行流水号", "The bank's id"),
        Column::number("金额", "Amount"),
        Column::line("附言", "Reference"),
        Column::text("成了什么", "What it was"),
        Column::text("谁、何时", "By whom, when"),
    ];
    let cells = |line: &Line| {
        let sign = if matches!(line.moved, Moved::In(_)) { 1 } else { -1 };
        [
            html! { b.mono { (line.line) } },
            html! { (fmt::money(look.lang, Money::new(sign * line.amount.minor, line.amount.currency))) },
            html! { (grouped(&line.reference)) },
            moved(look.lang, line.moved),
            html! { (fmt::moment(look.lang, &at.site.market, line.at)) small { (words::actor(look, line.by)) } },
        ]
    };
    let none = at.t("还没有记过流水。", "No line was recorded yet.");
    rows.list(at, columns, cells, "", parts::empty(none, html! {}))
}

/// A press of a button.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let done = done(&mut at).await;
    let word = at.came(done, &[])?.unwrap_or_default();
    at.answer(&format!("{HERE}?done={word}"), page).await
}

/// Does it; the word of what was done, which is none if fields were refused.
async fn done(at: &mut PageContext) -> Result<&'static str, Failure> {
    if at.fields.text("do") == "sent" {
        let refund = input::id(at.fields.text("refund"))?;
        let (_, new) = send(&at.site, &at.act, refund, at.fields.text("out").to_owned()).await?;
        return Ok(if new { "sent" } else { "known" });
    }
    let Some(TransferForm { reference, amount, line }) = at.typed() else { return Ok("") };
    let (line, new) = record(&at.site, &at.act, Incoming { line, text: reference, amount }).await?;
    Ok(match line.moved {
        _ if !new => "known",
        Moved::In(came) => came.as_str(),
        Moved::Out(_) => "sent",
    })
}
