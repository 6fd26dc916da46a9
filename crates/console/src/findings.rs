//! `/console/money/findings`: money that moved at a provider though nobody here moved it, and refunds that were refused for
//! good, each with what a person may do.

use crate::tabs::money_tabs;
use flows::buy;
use kernel::id::{Payment, Refund as RefundKind};
use trade::payment::{self, Finding, LONGEST_FINDING_NOTE, Refund};
use web_kit::admin::parts;
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};
use web_kit::view::order::back_why;

const HERE: &str = "/console/money/findings";

/// Rows of one page of a list.
const PAGE: usize = 30;

/// What a person notes when a finding is closed.
#[derive(Form)]
#[form("finding")]
struct FindingForm {
    #[field(hint, most = LONGEST_FINDING_NOTE)]
    note: Box<str>,
}

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (last, failed) =
        (at.after::<Payment>()?, web_kit::view::stock::after::<RefundKind>(at.query.raw("failed"))?);
    let most = PAGE as i64 + 1;
    let (open, closed, refunds) = at
        .read(move |q| {
            let open = payment::findings(q, true, last, most)?;
            let closed = payment::findings(q, false, None, PAGE as i64)?;
            Ok((open, closed, payment::failed_refunds(q, failed, most)?))
        })
        .await?;
    let open = Rows::of(open, PAGE, |finding| finding.payment.to_string());
    let refunds = Rows::of(refunds, PAGE, |refund| refund.id.to_string()).by("failed");
    let (look, title) = (&at.look, at.t("渠道异动", "Provider changes"));
    let verdict = match open.rows.len() + refunds.rows.len() {
        0 => at.t("没有待处理", "Nothing to handle").to_owned(),
        n => say!(at.lang(), "{n} 件要处理", "{n} to look at"),
    };
    let mark = if open.is_empty() && refunds.is_empty() { Mark::Kept } else { Mark::Broken };
    let body = html! {
        (ui::head(html! { a href="/console/money" { (at.t("资金", "Finance")) } " / " (title) }, html! { (verdict) }, false,
            html! { (ui::state(mark, &verdict)) span { (fmt::moment(look.lang, &at.site.market, at.now())) } }, html! {}))
        (at.banners(&[
            ("closed", "已处理：可以照常发货，扣住的钱放开了。", "Closed: it ships again, and what was held back is free."),
            ("again", "已重新发起退款。", "The refund is sent again."),
        ]))
        div.dk-top { (money_tabs(look, HERE)) }
        (ui::question(
            at.t("渠道异动", "Provider changes"),
            html! { (at.t("在支付渠道后台退的款、拒付、争议，和我们看不懂的通知。查清之前这笔购买不发货、不退款，店铺已到账的部分扣住。", "Refunds made at the provider, disputes, chargebacks, and what we do not understand. Until it is closed nothing of the purchase ships or goes back, and what its shops got is held.")) },
            html! { div.paper { (list(&at, &open)) } },
        ))
        (ui::question(
            at.t("退款失败", "Failed refunds"),
            html! { (at.t("支付渠道拒绝了。先弄清原因，再重新发起；同一笔只会退一次。", "The provider refused them. Find out why, then send them again: each is paid out once.")) },
            html! { div.paper { (failed_list(&at, &refunds)) } },
        ))
        @if !closed.is_empty() {
            (ui::question(at.t("已处理", "Handled"), html! {}, html! { div.paper { (closed_list(&at, &closed)) } }))
        }
    };
    Ok(ui::page(look, Area::Money, title, body))
}

fn about(at: &PageContext, finding: &Finding) -> Markup {
    html! {
        b { (finding.word) } @if let Some(amount) = finding.amount { " " (fmt::money(at.lang(), amount)) }
        @for line in finding.told.lines() { small.mono { (line) } }
    }
}

fn list(at: &PageContext, rows: &Rows<Finding>) -> Markup {
    let columns = [
        Column::wide("渠道通知", "Provider's message"),
        Column::text("支付单与购买单", "Payment and purchase"),
        Column::text("时间", "When"),
        Column::acts(),
    ];
    let key = at.key();
    let cells = |finding: &Finding| {
        [
            about(at, finding),
            html! { (finding.provider) small.mono { (finding.payment) } small.mono { (finding.purchase) } },
            html! { (fmt::moment(at.lang(), &at.site.market, finding.told_at)) },
            html! {
                form.dk-row action=(HERE) method="post" {
                    input type="hidden" name="key" value=(format!("{key}{}", finding.payment));
                    input type="hidden" name="payment" value=(finding.payment);
                    input.dk-in name="note" maxlength=(LONGEST_FINDING_NOTE) required aria-label=(at.t("处理说明", "What was done"));
                    button.btn.dk-sm name="do" value="close" { (at.t("标记已处理", "Mark as handled")) }
                }
            },
        ]
    };
    let none = parts::empty(at.t("没有。", "None."), html! {});
    rows.list(at, columns, cells, at.t("新的在上", "Newest first"), none)
}

fn failed_list(at: &PageContext, rows: &Rows<Refund>) -> Markup {
    let columns = [
        Column::wide("退款原因", "Reason"),
        Column::number("金额", "Amount"),
        Column::text("渠道返回", "Provider's answer"),
        Column::acts(),
    ];
    let key = at.key();
    let cells = |refund: &Refund| {
        [
            html! {
                (back_why(at.lang(), refund))
                @match refund.order {
                    Some(order) => { small { a.mono href={ "/console/sales/" (order) } { (order) } } },
                    None => { small.mono { (refund.purchase) } },
                }
            },
            html! { b { (fmt::money(at.lang(), refund.amount)) } },
            html! { (refund.failed.as_deref().unwrap_or("—")) small { (fmt::moment(at.lang(), &at.site.market, refund.settled_at.unwrap_or(refund.wanted_at))) } },
            html! {
                form.dk-press action=(HERE) method="post" {
                    input type="hidden" name="key" value=(format!("{key}{}", refund.id));
                    input type="hidden" name="refund" value=(refund.id);
                    button.btn.dk-sm name="do" value="again" { (at.t("重新退款", "Retry refund")) }
                }
            },
        ]
    };
    let none = parts::empty(at.t("没有。", "None."), html! {});
    rows.list(at, columns, cells, at.t("新的在上", "Newest first"), none)
}

fn closed_list(at: &PageContext, rows: &[Finding]) -> Markup {
    let columns = [
        Column::wide("渠道通知", "Provider's message"),
        Column::wide("处理说明", "What was done"),
        Column::text("时间", "When"),
    ];
    table::table(&at.look, columns, rows, |finding| {
        [
            about(at, finding),
            html! { (finding.note.as_deref().unwrap_or("—")) small.mono { (finding.purchase) } },
            html! { @if let Some(closed) = finding.closed_at { (fmt::moment(at.lang(), &at.site.market, closed)) } },
        ]
    })
}

/// A press of one of the page's buttons.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let mut to = HERE.to_owned();
    if at.fields.text("do") == "again" {
        let refund = input::id::<RefundKind>(at.fields.text("refund"))?;
        let keys: Keys = at.read(move |q| Ok(buy::keys_to_send_again(q, refund)?)).await?;
        let sent = at
            .write("refund.retry", keys, &[], move |tx, ctx| buy::send_again(tx, ctx, refund).map(|_| true));
        if sent.await?.is_some() {
            at.site.services.wake_worker();
            to = format!("{HERE}?done=again");
        }
    } else {
        let payment = input::id::<Payment>(at.fields.text("payment"))?;
        if let Some(FindingForm { note }) = at.typed() {
            let keys: Keys = at.read(move |q| Ok(buy::keys_to_close(q, payment)?)).await?;
            let closed =
                at.write("finding.close", keys, &[("payment.finding_note", "note")], move |tx, ctx| {
                    buy::close_finding(tx, ctx, payment, &note).map(|_| true)
                });
            if closed.await?.is_some() {
                to = format!("{HERE}?done=closed");
            }
        }
    }
    at.answer(&to, page).await
}
