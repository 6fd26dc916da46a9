//! `/merchant/{shop}/orders`: a shop's orders, to find and to ship, one or many.

use kernel::{Market, Moment};
use maud::{Markup, html};
use trade::carrier::Carriers;
use trade::order::{Order, Status};
use web_kit::admin::{parts, words};
use web_kit::fmt;
use web_kit::say;
use web_kit::ui::RenderContext;

/// What was bought, in one line, with its picture.
pub fn goods(look: &RenderContext, order: &Order, href: &str) -> Markup {
    let first = order.lines.first();
    let (kinds, others) = (order.lines.len(), order.lines.len().saturating_sub(1));
    let units: i64 = order.lines.iter().map(|line| line.quantity).sum();
    parts::item(
        first.and_then(|line| line.media.as_deref()),
        html! {
            a.nm href=(href) { @match first { Some(line) => (line.title), None => (order.id) } }
            p {
                @if let Some(line) = first { @if !line.variant.is_empty() { (line.variant) " · " } }
                @if order.lines.len() > 1 {
                    (say!(look.lang, "等 {kinds} 种，共 {units} 件", "and {others} more, {units} units in all"))
                } @else { "× " (units) }
            }
            p { span.mono title=(order.id) { (web_kit::view::order::called(order)) } }
        },
    )
}

/// The state, and the deadline that counts now.
pub fn state_and_clock(
    look: &RenderContext,
    (market, carriers): (&Market, &Carriers),
    now: Moment,
    order: &Order,
) -> Markup {
    html! {
        (mark(look, now, order))
        @match order.status {
            Status::Paid if order.held => {}
            Status::Paid => {
                small {
                    (look.t("", "by ")) (parts::deadline(look, market, now, order.ship_by)) (look.t(" 前发", ""))
                    br; (parts::left(look, now, order.ship_by))
                }
            }
            Status::Shipped => {
                small {
                    @if let Some(carrier) = &order.carrier { (words::carrier(look, carriers, carrier)) " " }
                    @if let Some(number) = &order.number { span.mono { (number) } }
                }
            }
            Status::Unpaid => small { (look.t("", "pay by ")) (parts::deadline(look, market, now, order.pay_by)) (look.t(" 前付", "")) },
            _ => @if let Some(at) = order.ended_at { small { (fmt::minute(look.lang, market, at)) } },
        }
    }
}

/// Whether an order brings its shop money, now or later.
pub const fn gets(status: Status) -> bool {
    match status {
        Status::Unpaid | Status::Paid | Status::Shipped | Status::Received => true,
        Status::Cancelled | Status::Closed | Status::Refunded => false,
    }
}

/// The mark of an order's state: whoever waits for a person is nowhere else.
pub fn mark(look: &RenderContext, now: Moment, order: &Order) -> Markup {
    if order.held {
        web_kit::ui::state(web_kit::ui::State::Hold, look.t("平台审核中", "Under review"))
    } else {
        words::status_mark(look, now, order.status, order.ship_by)
    }
}
