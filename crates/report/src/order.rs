//! `/console/orders/{id}`: an order's promises as clocks and its facts as a timeline.

use crate::data;
use govern::ShopName;
use govern::view::{OrderPage, OrderView, Status, TimelineFact};
use kernel::ask::Cell;
use kernel::{Ask, Market, Moment, Money};
use maud::{Markup, html};
use web_kit::fmt;
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, brief};
use web_kit::site::Site;
use web_kit::ui::{self, RenderContext, State as Mark};
use web_kit::visitor::Visitor;
use web_kit::words::named;

/// An order's page; for a shop only if the order is its own.
pub fn page(
    site: &Site,
    ask: &dyn Ask,
    look: &RenderContext,
    id: &str,
    visitor: Option<&Visitor>,
) -> Result<ui::Page, Failure> {
    let found = site.remember(ask, format!("order {id}"), || {
        govern::view::order(ask, id).map_err(|err| {
            Failure::from(err).zh(format!("没有订单「{}」。请写它的编号（ord_…）或外部编号。", brief(id)))
        })
    })?;
    let shops = web_kit::view::shops::all(site, ask)?;
    let shop = shops.get(found.order.shop);
    if visitor.is_some_and(|visitor| shop.is_none_or(|shop| shop.id != visitor.shop)) {
        let err = govern::Error::NoOrder(id.chars().take(80).collect());
        return Err(Failure::from(err).zh(format!("没有订单「{}」。", brief(id))));
    }
    // An imported market stands still where its facts end; there a promise is judged at its last fact.
    let history = data::history(site, ask)?;
    let last = history.as_ref().as_ref().and_then(|known| Moment::day_end(known.last, &site.market.zone));
    let now = (site.now)();
    Ok(show(&site.market, look, &found, shop, last.map_or(now, |end| end.min(now)), visitor))
}

/// What became of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Kept, so long before its end.
    Kept(i64),
    /// Kept late, by so much.
    Late(i64),
    /// Not kept, and its end has passed by so much.
    Missed(i64),
    /// Still running.
    Running(i64),
    /// The order was cancelled before its end.
    Void,
}

/// What became of a promise.
pub fn fate(due: Moment, done: Option<Moment>, cancelled: Option<Moment>, now: Moment) -> Fate {
    match (done, cancelled) {
        (Some(at), _) if at <= due => Fate::Kept(due.micros() - at.micros()),
        (_, Some(cancelled)) if cancelled <= due => Fate::Void,
        (Some(at), _) => Fate::Late(at.micros() - due.micros()),
        (None, Some(cancelled)) => Fate::Missed(cancelled.micros() - due.micros()),
        (None, None) if now <= due => Fate::Running(due.micros() - now.micros()),
        (None, None) => Fate::Missed(now.micros() - due.micros()),
    }
}

fn early(lang: Lang, by: i64) -> String {
    format!("{}{}", t(lang, "早 ", "early by "), fmt::duration(lang, by))
}

fn late(lang: Lang, by: i64) -> String {
    format!("{}{}", t(lang, "晚 ", "late by "), fmt::duration(lang, by))
}

/// A promise in one mark, for a table row.
pub fn promise_mark(lang: Lang, due: Moment, done: Option<Moment>, cancelled: Option<Moment>) -> Markup {
    match fate(due, done, cancelled, Moment::MIN) {
        Fate::Kept(by) => ui::state(Mark::Kept, &early(lang, by)),
        Fate::Late(by) => ui::state(Mark::Broken, &late(lang, by)),
        Fate::Missed(_) => ui::state(Mark::Broken, t(lang, "没做到，后取消", "missed, then cancelled")),
        Fate::Running(_) => ui::state(Mark::Running, t(lang, "暂无进展", "no update yet")),
        Fate::Void => ui::state(Mark::None, t(lang, "已取消", "cancelled")),
    }
}

/// The page of an order.
pub fn show(
    market: &Market,
    look: &RenderContext,
    page: &OrderPage,
    shop: Option<&ShopName>,
    now: Moment,
    visitor: Option<&Visitor>,
) -> ui::Page {
    let (lang, merchant) = (look.lang, visitor.is_some());
    let order = &page.order;
    let status = match order.status() {
        Status::Placed => (Mark::Running, t(lang, "已下单", "placed")),
        Status::Paid => (Mark::Running, t(lang, "已付款", "paid")),
        Status::PickedUp => (Mark::Running, t(lang, "运输中", "on its way")),
        Status::Delivered => (Mark::Kept, t(lang, "已签收", "delivered")),
        Status::Cancelled => (Mark::None, t(lang, "已取消", "cancelled")),
    };
    let amount = |minor| fmt::money(lang, Money::new(minor, market.currency));
    let crumb = html! {
        @if merchant {
            a href=(visitor.map_or("/merchant/score", |visitor| visitor.root.as_str())) { (t(lang, "我的分", "My score")) }
        } @else {
            a href="/console/shops" { (t(lang, "店铺", "Shops")) }
            @if let Some(shop) = shop { " / " a href={ "/console/shops/" (shop.id) } { (shop.name) } }
        }
    };
    let title = format!("{} {}", t(lang, "订单", "Order"), order.external_id);
    let held = page.facts.iter().any(|fact| fact.kind == "order.held").then_some((
        "平台审核过这一单：发货、送达、取消都不计入店铺的指标。",
        "The platform held this order: its shipping, delivery or cancelling counts in no indicator of the shop.",
    ));
    let follows = |zh, en| held.map_or(t(lang, zh, en), |(zh, en)| t(lang, zh, en));
    let meta = html! {
        (ui::state(status.0, status.1))
        span { (t(lang, "下单 ", "Placed ")) (fmt::moment(lang, market, order.placed_at)) }
        span.mono.s12 { (order.id) }
    };
    let body = html! {
        (ui::head(crumb, html! { (t(lang, "订单", "Order")) " " span.mono.id { (order.external_id) } }, false, meta, html! {
            @if !merchant { a.btn href={ "/api/platform/orders/" (order.id) } { (t(lang, "导出 JSON", "JSON")) } }
        }))
        (ui::question(
            t(lang, "承诺时限", "Promised deadlines"),
            html! { (t(lang, "两个承诺从下单起计时，到期没做到就算超时。", "Both run from the moment the order was placed; what is not done in time is overdue.")) },
            html! {
                div.clocks {
                    (clock(market, lang, t(lang, "发货：交给承运商", "Ship: hand to the carrier"), order.placed_at, order.ship_by, order.picked_up_at, order.cancelled_at, now,
                        follows("到点未揽收，计入晚发率。没有承运商回传的，按店铺自己说的算。", "Not picked up by then counts in the late-ship rate. Where no carrier can tell, the shop's word counts.")))
                    (clock(market, lang, t(lang, "送达：交到买家手里", "Deliver: into the buyer's hands"), order.placed_at, order.deliver_by, order.delivered_at, order.cancelled_at, now,
                        follows("到点未签收，计入晚到率。", "Not delivered by then counts in the late-delivery rate.")))
                }
            },
        ))
        (ui::question(
            t(lang, "订单动态", "Timeline"),
            html! { (t(lang, "圆点是发生的事，菱形是该发生的时刻；红色虚线的长度就是晚了的时间段。事实不可改，只可补。", "Round: it happened. Diamond: it was due. The red dashed stretch is the lateness. Facts are never changed, only added to.")) },
            html! { div.paper { (timeline(market, lang, page)) } },
        ))
        (ui::question(
            t(lang, "买家支付", "What the buyer pays"),
            html! { (t(lang, "成交额是货款加运费减优惠，未付款和已取消的也在内。", "GMV is goods and freight less discounts, unpaid and cancelled orders included.")) },
            html! {
                dl.sum2 {
                    div { dt { (t(lang, "货款", "Goods")) " × " (order.lines) } dd.mono { (amount(order.goods)) } }
                    div { dt { "+ " (t(lang, "运费", "Shipping")) } dd.mono { (amount(order.freight)) } }
                    @let off = order.goods + order.freight - order.gmv;
                    @if off != 0 { div { dt { "− " (t(lang, "优惠", "Discounts")) } dd.mono { (amount(off)) } } }
                    div.tot { dt { "= " (t(lang, "成交额", "GMV")) } dd { (amount(order.gmv)) } }
                    div.win { dt { (t(lang, "所属购买", "Purchase")) } dd.mono { (order.purchase) } }
                }
            },
        ))
    };
    crate::framed(look, merchant, visitor.and_then(|visitor| visitor.seat.as_ref()), &title, body)
}

/// A promise clock: mark, deadline, rail from the start to its end (and past it, if it was late), and what follows.
#[expect(
    clippy::too_many_arguments,
    reason = "one promise: its name, its three moments, now, and what follows"
)]
pub fn clock(
    market: &Market,
    lang: Lang,
    name: &str,
    from: Moment,
    due: Moment,
    done: Option<Moment>,
    cancelled: Option<Moment>,
    now: Moment,
    follows: &str,
) -> Markup {
    let fate = fate(due, done, cancelled, now);
    let (class, mark, kept) = match fate {
        Fate::Kept(_) => ("kept", Mark::Kept, t(lang, "准时", "on time")),
        Fate::Late(_) | Fate::Missed(_) => ("brk", Mark::Broken, t(lang, "已超时", "overdue")),
        Fate::Running(_) => ("run", Mark::Running, t(lang, "进行中", "running")),
        Fate::Void => ("non", Mark::None, t(lang, "不再计时", "no longer runs")),
    };
    let of = |zh, micros, zh_end, en_end| {
        format!("{}{}{}", t(lang, zh, ""), fmt::duration(lang, micros), t(lang, zh_end, en_end))
    };
    let (word, end) = match fate {
        Fate::Kept(by) => (early(lang, by), done.unwrap_or(due)),
        Fate::Late(by) => (late(lang, by), done.unwrap_or(due)),
        Fate::Missed(by) => {
            (of("已过 ", by, "，没有完成的事实", " past its end, never told done"), cancelled.unwrap_or(now))
        }
        Fate::Running(left) => (of("还剩 ", left, "", " left"), now),
        Fate::Void => {
            (t(lang, "到点前已取消", "cancelled before its end").to_owned(), cancelled.unwrap_or(due))
        }
    };
    html! {
        div class={ "clock " (class) } {
            p.ct { (ui::state(mark, kept)) b { (name) } }
            p.cd { (word) }
            (rail(from, due, end, class))
            p.cm { (t(lang, "期限 ", "Due ")) b { (fmt::moment(lang, market, due)) }
                @if let Some(done) = done { (t(lang, "；完成 ", "; done ")) b { (fmt::moment(lang, market, done)) } } }
            p.cm { (follows) }
        }
    }
}

/// From the start to the later of due and done: solid up to the earlier, dashed where it ran late.
pub fn rail(from: Moment, due: Moment, end: Moment, class: &str) -> Markup {
    let span = (due.micros().max(end.micros()) - from.micros()).max(1) as f64;
    let x = |at: Moment| ((at.micros() - from.micros()) as f64 / span).clamp(0.0, 1.0) * 288.0 + 6.0;
    let (due_x, end_x) = (x(due), x(end));
    let colour = match class {
        "kept" => "var(--sh-kept)",
        "brk" => "var(--sh-broken)",
        "run" => "var(--sh-running)",
        _ => "var(--sh-ink-3)",
    };
    let n = |v: f64| format!("{v:.1}");
    html! {
        svg.rail2 viewBox="0 0 300 20" aria-hidden="true" {
            path d={ "M6 10H" (n(x(due.max(end)))) } stroke="var(--sh-line-strong)" stroke-width="2" {}
            path d={ "M6 10H" (n(due_x.min(end_x))) } stroke=(colour) stroke-width="4" {}
            @if end_x > due_x { path d={ "M" (n(due_x)) " 10H" (n(end_x)) } stroke="var(--sh-broken)" stroke-width="4" stroke-dasharray="4 3" {} }
            circle cx="6" cy="10" r="4" fill="var(--sh-ink-2)" {}
            path d={ "M" (n(due_x - 6.0)) " 10l6-6 6 6-6 6z" } fill="var(--sh-surface)" stroke="var(--sh-running)" stroke-width="2" {}
            @if (end_x - due_x).abs() > 0.5 { circle cx=(n(end_x)) cy="10" r="4.5" fill=(colour) {} }
        }
    }
}

/// One point of the timeline: what happened, or what was due and whether it was broken.
enum Point<'a> {
    Fact(&'a TimelineFact),
    Due(&'static str, bool),
}

fn timeline(market: &Market, lang: Lang, page: &OrderPage) -> Markup {
    let order = &page.order;
    let promises = [(order.ship_by, order.picked_up_at), (order.deliver_by, order.delivered_at)];
    let names =
        [t(lang, "该交给承运商", "Due at the carrier"), t(lang, "该送到买家手里", "Due at the buyer")];
    let mut points: Vec<(Moment, Point<'_>)> =
        page.facts.iter().map(|fact| (fact.at, Point::Fact(fact))).collect();
    for ((due, done), name) in promises.into_iter().zip(names) {
        let broken = done.is_none_or(|d| d > due);
        if !broken || order.cancelled_at.is_none_or(|c| c > due) {
            points.push((due, Point::Due(name, broken)));
        }
    }
    points.sort_by_key(|(at, point)| (*at, matches!(point, Point::Due(..))));
    // A stretch is late while some promise that was broken is past its end and not yet done.
    let is_late = |at: Moment| {
        promises.iter().any(|(due, done)| *due <= at && done.is_some_and(|d| d > *due && at < d))
    };
    html! {
        ol.tl {
            @for (at, point) in &points {
                @let (classes, words) = match point {
                    Point::Fact(fact) => {
                        let by = lateness(order, fact);
                        ([by.is_some(), false, is_late(*at)], happened(market, lang, fact, by))
                    }
                    Point::Due(name, broken) => ([false, true, *broken && is_late(*at)], html! {
                        (name) p { (t(lang, "下单时给买家的承诺", "promised to the buyer when the order was placed")) }
                    }),
                };
                li.bad[classes[0]].due[classes[1]].over[classes[2]] {
                    time datetime=(at.rfc3339(&market.zone)) { (fmt::minute(lang, market, *at)) }
                    span.dot {}
                    div { (words) }
                }
            }
        }
    }
}

/// How late a fact fulfilled its promise.
pub fn lateness(order: &OrderView, fact: &TimelineFact) -> Option<i64> {
    let due = match fact.kind {
        "parcel.picked_up" => order.ship_by,
        "parcel.delivered" => order.deliver_by,
        _ => return None,
    };
    (fact.at > due && order.cancelled_at.is_none_or(|c| c > due)).then(|| fact.at.micros() - due.micros())
}

/// What happened, what matters most of it, and how late it was.
fn happened(market: &Market, lang: Lang, fact: &TimelineFact, late_by: Option<i64>) -> Markup {
    let number = |name: &str| match fact.values.iter().find(|v| v.column.name == name).map(|v| &v.value) {
        Some(Cell::Int(n)) => Some(*n),
        _ => None,
    };
    html! {
        (named::fact(lang, fact.kind))
        @match fact.kind {
            "order.placed" => @if let Some(gmv) = number("gmv") { " " b { (fmt::money(lang, Money::new(gmv, market.currency))) } },
            "review.created" => @if let Some(score) = number("score") { " " b { (score) } (t(lang, " 分", " of 5")) },
            _ => {}
        }
        @if let Some(by) = late_by { (t(lang, "，", ", ")) (late(lang, by)) }
        p { span.mono { (fact.kind) } " · " span.mono { (fact.id) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_kept_at_its_very_end_and_broken_after_it() {
        let at = Moment::from_micros;
        for (done, cancelled, now, expect) in [
            (Some(10), None, 99, Fate::Kept(0)),
            (Some(4), None, 99, Fate::Kept(6)),
            (Some(11), None, 99, Fate::Late(1)),
            (None, None, 10, Fate::Running(0)),
            (None, None, 12, Fate::Missed(2)),
            (None, Some(10), 99, Fate::Void),
            (Some(12), Some(10), 99, Fate::Void),
            (Some(9), Some(9), 99, Fate::Kept(1)),
            (None, Some(15), 99, Fate::Missed(5)),
            (Some(16), Some(15), 99, Fate::Late(6)),
        ] {
            assert_eq!(
                fate(at(10), done.map(at), cancelled.map(at), at(now)),
                expect,
                "{done:?} {cancelled:?} {now}"
            );
        }
    }
}
