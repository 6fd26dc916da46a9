//! `/orders` and `/orders/{id}`: what a member bought - where it is, what was promised, what happened and when, what it cost,
//! and what can still be done about it.
//!
//! Invariants: the timeline is made of what was written down, in its order, with diamonds for what was due; an action that
//! stands here is one that the order's state allows; amounts are those that the order froze.

use crate::goods::Clear;
use crate::parts::press;
use crate::parts::{At, Clock, Event, EventKind, Sum};
use crate::pay::mark;
use crate::prelude::*;
use crate::shelf::look_around;
use flows::buy;
use flows::view::{self, OrderPage};
use kernel::id::{Address, Code, Member, Order as OrderKind};
use people::merchant::ShopView;
use trade::order::{self, Entry, Filter, LONGEST_REMARK, Order, Purchase, Side, Status, Step};
use trade::payment::RefundStatus;
use trade::price::Bill;
use web_kit::admin::words::{TOLD_BY, about_step, carrier, promise, why_cancelled};
use web_kit::storefront::words::{STEP_NOTES, STEPS, VERDICTS};
use web_kit::view::goods::revealed;
use web_kit::view::order::{back_next, back_why, called, made_of};
use web_kit::words::named::ToBuyer;

/// How many orders a page shows.
const PAGE: usize = 10;

/// The states that a list can be of, in the order of their links.
const STATES: [Status; 7] = [
    Status::Unpaid,
    Status::Paid,
    Status::Shipped,
    Status::Received,
    Status::Refunded,
    Status::Cancelled,
    Status::Closed,
];

/// `/orders`.
pub async fn list(at: MemberPage) -> Result<Page, Failure> {
    let (member, status, from) = (at.member, Status::parse(at.query.text("status")), at.after()?);
    let number = at.query.text("number").to_owned();
    // What is no number finds nothing.
    let (order, code) = match number.parse::<Id<OrderKind>>() {
        Ok(id) => (Some(id), None),
        Err(_) if number.is_empty() => (None, None),
        Err(_) => (None, Some(order::code_of(&number).unwrap_or_else(|| number.as_str().into()))),
    };
    let filter = Filter { status, order, code, ..Filter::default() };
    let shown = at.read(move |q| Ok(view::orders(q, member, &filter, from, PAGE as i64 + 1)?)).await?;
    let orders = Rows::of(shown.orders, PAGE, |order| order.id.to_string());
    let title = at.t("我的订单", "My orders");
    let all = ("/orders".to_owned(), at.t("全部", "All").to_owned(), status.is_none());
    let chips = STATES.map(|of| {
        let text = named::of(at.lang(), &ToBuyer(of)).to_owned();
        (format!("/orders?status={}", of.as_str()), text, Some(of) == status)
    });
    let body = html! {
        div.fd.over {
            div { h1 { (title) } }
            (parts::chips(at.t("状态", "State"), std::iter::once(all).chain(chips)))
        }
        form.srch action="/orders" method="get" role="search" {
            label.vh for="number" { (at.t("订单号", "Order number")) }
            input id="number" type="search" name="number" value=(number) maxlength="40" placeholder=(at.t("输入订单号", "Order number")) autocomplete="off";
            button.btn { (at.t("搜索", "Search")) }
        }
        @if orders.is_empty() { (empty(&icons::LIST, at.t("暂无订单", "No orders here"), at.t("下单后会显示在这里。", "Your orders appear here."), look_around(&at))) }
        @else { div id="orders" { @for order in &orders.rows { (row(&at, order, shown.shops.get(&order.shop), shown.purchases.iter().find(|one| one.id == order.purchase))) } } }
        (orders.more(&at, "#orders"))
    };
    Ok(Frame::of(Tab::Orders).middle().page(&at.look, title, &body))
}

/// What an order's total is called: paid once it was, to pay until then, and only a sum where nobody ever paid.
fn total_word(at: &PageContext, order: &Order) -> &'static str {
    match (order.paid_at, order.status) {
        (Some(_), Status::Refunded) => at.t("已退款 ", "Refunded "),
        (Some(_), _) => at.t("实付 ", "Paid "),
        (None, Status::Unpaid) => at.t("应付 ", "To pay "),
        (None, _) => at.t("合计 ", "Total "),
    }
}

/// What the button to pay says: all that it pays for, if that is more than this order.
fn pay_word(at: &PageContext, order: &Order, purchase: Option<&Purchase>) -> String {
    let others = purchase.map_or(0, |purchase| purchase.parts.len().saturating_sub(1));
    match purchase.filter(|_| others > 0) {
        None => {
            let total = when::money(order.sums.total);
            at.pick(format!("去付款 {total}"), format!("Pay {total}"))
        }
        Some(purchase) => {
            let (total, s) = (when::money(purchase.total), if others == 1 { "" } else { "s" });
            at.pick(
                format!("付款 {total}（含另外 {others} 单）"),
                format!("Pay {total} (with {others} other order{s})"),
            )
        }
    }
}

fn row(at: &PageContext, order: &Order, shop: Option<&ShopView>, purchase: Option<&Purchase>) -> Markup {
    let name = shop.map_or(at.t("店铺", "Shop"), |shop| &shop.name);
    let href = format!("/orders/{}", order.id);
    let state = match order.held {
        true => ui::state(Mark::Warning, at.t("平台审核中", "Under review")),
        false => ui::state(mark(order.status), named::of(at.lang(), &ToBuyer(order.status))),
    };
    html! {
        article.ord {
            (parts::shop_head(name, &format!("/shop/{}", order.shop), &state))
            @for line in order.lines.iter().take(3) {
                (parts::item(Some(&href), line.media.as_deref(), &line.title, &line.variant, (line.unit, line.quantity)))
            }
            p.s12.mut { (at.t("订单号 ", "Order ")) span.mono { (called(order)) } }
            @if order.lines.len() > 3 { p.s12.mut { (at.pick(format!("还有 {} 种", order.lines.len() - 3), format!("{} more", order.lines.len() - 3))) } }
            @if order.status == Status::Paid || order.status == Status::Shipped { (clock(at, order, true)) }
            div.go {
                span.sub { (total_word(at, order)) b { (when::money(order.net().total)) } @if let Some(made) = made_of(at.lang(), &order.net()) { " " span.s12.mut { (made) } } }
                div.acts {
                    @match order.status {
                        Status::Unpaid => { a.btn.pri href={ "/pay/" (order.purchase) } { (pay_word(at, order, purchase)) } }
                        Status::Shipped => { (receive_form(at, order)) }
                        Status::Received | Status::Cancelled | Status::Closed | Status::Refunded => { (again_form(at, order, "btn")) }
                        Status::Paid => {}
                    }
                    a.btn href=(href) { (at.t("详情", "Details")) }
                }
            }
        }
    }
}

fn receive_form(at: &PageContext, order: &Order) -> Markup {
    html! { a.btn.out href={ "/orders/" (order.id) "?ask=receive#ask" } { (at.t("确认收货", "Confirm receipt")) } }
}

fn again_form(at: &PageContext, order: &Order, class: &str) -> Markup {
    html! { form action="/cart/again" method="post" { input type="hidden" name="key" value=(at.key()); button class=(class) name="order" value=(order.id) { (at.t("再买一次", "Buy again")) } } }
}

/// The clock of an order: what runs now, or how it ended.
fn clock(at: &PageContext, order: &Order, small: bool) -> Markup {
    let now = at.now();
    let (mark, word, aside, title, rail) = match order.status {
        Status::Unpaid => {
            let over = at.t("付款时间到了", "The time to pay is over");
            let rail = [
                (At::Done, at.moment(order.placed_at), at.t("下单", "placed")),
                (At::Ahead, at.by(order.pay_by), at.t("付款", "pay")),
                (At::Ahead, at.by(order.ship_by), at.t("发出", "ships")),
            ];
            let (word, title) =
                (at.t("待付款", "Awaiting payment"), parts::deadline(at, order.pay_by, "付款", "Pay"));
            (Mark::Warning, word, parts::still(at, order.pay_by, over), title, rail)
        }
        // What the mall looks at ships after that: no promise of the shop runs.
        Status::Paid if !order.held => {
            let left = order.ship_by.micros() - now.micros();
            let paid_at = order.paid_at.unwrap_or(order.placed_at);
            let rail = [
                (At::Done, at.moment(paid_at), at.t("付款", "paid")),
                (At::Ahead, at.by(order.ship_by), at.t("发出", "ships")),
                (At::Ahead, at.by(order.deliver_by), at.t("送到", "arrives")),
            ];
            let day = 86_400_000_000;
            let over = at.t("发货时间到了", "The time to ship is over");
            let (mark, word) = match left < 0 {
                true => (Mark::Broken, at.t("已超时", "Late")),
                false => (Mark::Running, at.t("等待发货", "Preparing to ship")),
            };
            let lasted = |micros| fmt::duration(at.lang(), micros);
            let aside = match (left < 0, left < day) {
                (true, _) => html! { (at.t("已超时 ", "late by ")) b { (lasted(left)) } },
                (false, true) => parts::still(at, order.ship_by, over),
                (false, false) => {
                    html! { (at.t("已付款 ", "")) b { (lasted(now.micros() - paid_at.micros())) } (at.t("", " since payment")) }
                }
            };
            (mark, word, aside, parts::deadline(at, order.ship_by, "发出", "Ships"), rail)
        }
        Status::Shipped => {
            let shipped = order.shipped_at.unwrap_or(now);
            let early = order.ship_by.micros() - shipped.micros();
            let rail = [
                (At::Done, at.moment(shipped), at.t("发出", "shipped")),
                (At::Ahead, at.by(order.deliver_by), at.t("送到", "arrives")),
                (
                    At::Ahead,
                    order.confirm_by.map_or_else(String::new, |due| at.by(due)),
                    at.t("自动确认收货", "auto-confirmed"),
                ),
            ];
            let (mark, word, by) = match early >= 0 {
                true => (Mark::Kept, at.t("按时发货", "Shipped on time"), at.t("提前 ", "early by ")),
                false => (Mark::Broken, at.t("发货超时", "Shipped late"), at.t("超时 ", "late by ")),
            };
            let aside = html! { (by) b { (fmt::duration(at.lang(), early.abs())) } };
            (mark, word, aside, parts::deadline(at, order.deliver_by, "送到", "Arrives"), rail)
        }
        _ => return html! {},
    };
    Clock { mark, word, aside, title, rail: &rail, small }.show()
}

/// `/orders/{id}`.
pub async fn page(at: MemberPage) -> Result<Page, Failure> {
    drawn(at, None).await
}

/// An order's page, with a code in the clear if its buyer asked for it.
pub(crate) async fn drawn(at: MemberPage, clear: Option<Clear>) -> Result<Page, Failure> {
    let (member, id) = (at.member, at.id::<OrderKind>("id")?);
    let (now, services) = (at.now(), at.site.services.clone());
    let shown = at.read(move |q| Ok(view::order(q, &services, now, member, id)?)).await?;
    let order = &shown.view.order;
    let title = at.t("订单", "Order");
    let body = html! {
        (parts::said(&at, "moved", ("收货地址已修改", "Address updated"), ("", "")))
        (parts::said(&at, "remarked", ("留言已保存", "Note saved"), ("", "")))
        (parts::said(&at, "received", ("已确认收货", "Receipt confirmed"), ("货款已付给店铺。", "The shop has been paid.")))
        (parts::said(&at, "refunded", ("订单已取消，退款处理中", "Order cancelled. Your refund is on its way"), ("", "")))
        div.two {
            div {
                section.blk.vd { p.h { (verdict(&at, &shown)) } (being_held(&at, order)) (in_parts(&at, order)) (clock(&at, order, false)) }
                (crate::goods::block(&at, order, &shown.contents, clear.as_ref()))
                (track(&at, &shown))
                (goods(&at, &shown))
            }
            aside {
                (asked(&at, order))
                (compensated(&at, &shown))
                (actions(&at, &shown))
                @if order.status == Status::Paid { section.blk { div.hd { h2 { (at.t("超时未发货怎么办", "If it's late")) } } (crate::promise::terms(&at)) } }
                (refunds(&at, &shown))
                (about(&at, &shown))
            }
        }
    };
    Ok(Frame::of(Tab::Orders).back("/orders").page(&at.look, title, &body))
}

/// What the shop paid for shipping late, if it did.
fn compensated(at: &PageContext, shown: &OrderPage) -> Markup {
    html! {
        @if let Some(paid) = &shown.compensation {
            section.blk {
                div.hd { h2 { (at.t("晚发赔付", "Late-shipment compensation")) } b { (when::money(paid.amount)) } }
                p.sub { (at.t("店铺没按承诺发货，赔你一张商城的券，什么都能用，已经放进「我领的券」。", "The shop did not ship as promised and paid you a coupon of the mall, for anything. It lies among your coupons.")) }
                div.acts { a.btn href="/coupons/mine" { (at.t("看我的券", "See my coupons")) } }
            }
        }
    }
}

/// That it comes in parts, if it does.
fn in_parts(at: &PageContext, order: &Order) -> Markup {
    let n = order.sites;
    html! {
        @if n > 1 { p.sub { (at.pick(format!("商品从 {n} 个仓库发出，可能分 {n} 个包裹送达。"), format!("Ships from {n} warehouses and may arrive in {n} packages."))) } }
    }
}

/// A kind word to whoever waits for the mall.
fn being_held(at: &PageContext, order: &Order) -> Markup {
    html! {
        @if order.held {
            p.sub { (at.t(
                "这笔订单需要平台人工审核，你不用做任何事。审核通过后照常发货；如果不能发货，全额原路退款。你也可以随时取消。",
                "This order needs a quick review by our staff. You don't need to do anything. It ships as usual afterwards; if it can't ship, you get a full refund. You can cancel at any time.",
            )) }
        }
    }
}

fn verdict(at: &PageContext, shown: &OrderPage) -> String {
    let (shop, order) = (&shown.shop.name, &shown.view.order);
    match order.status {
        Status::Paid if order.held => VERDICTS.say(at.lang(), "held"),
        Status::Paid => {
            at.pick(format!("已付款，等待{shop}发货"), format!("Paid. Waiting for {shop} to ship"))
        }
        Status::Shipped => at.pick(format!("{shop}已发货，运输中"), format!("Shipped by {shop}, on its way")),
        other => VERDICTS.say(at.lang(), other.as_str()),
    }
}

/// The timeline: what happened, and what is or was due.
fn track(at: &PageContext, shown: &OrderPage) -> Markup {
    let (order, now) = (&shown.view.order, at.now());
    let event = |moment: Moment, kind, what: &str, more: &str| {
        (moment, Event { time: at.moment(moment), kind, what: what.to_owned(), more: more.to_owned() })
    };
    let mut events: Vec<(Moment, Event)> = Vec::new();
    for entry in &shown.view.steps {
        let (what, more, kind) = step_words(at, order, entry);
        events.push(event(entry.at, kind, &what, &more));
    }
    for due in &shown.view.due {
        let (what, more) = match due.step {
            Step::Pay => (at.t("付款截止", "Payment due"), ""),
            Step::Ship => (at.t("应发货", "Ship by"), at.t("店铺的承诺", "the shop's promise")),
            Step::Receive => {
                (at.t("预计送达", "Estimated arrival"), at.t("按线路时效估算", "by the usual transit time"))
            }
            _ => continue,
        };
        let kind = match (due.met, due.is_late(now)) {
            // Paying in time needs no line of its own.
            // What was done before it was due says so itself.
            (Some(met), false) if due.step == Step::Pay || met <= due.by => continue,
            (_, true) => EventKind::Missed,
            (Some(_), false) => EventKind::Met,
            (None, false) => EventKind::Due,
        };
        events.push(event(due.by, kind, what, more));
    }
    if order.status == Status::Shipped
        && let Some(by) = order.confirm_by
    {
        let more = at.t("到时钱付给店铺", "the shop is paid then");
        events.push(event(by, EventKind::Due, at.t("自动确认收货", "Confirmed automatically"), more));
    }
    // What is due stands after what happened at the same moment.
    let is_due = |event: &Event| matches!(event.kind, EventKind::Due | EventKind::Met | EventKind::Missed);
    events.sort_by_key(|(moment, event)| (*moment, is_due(event)));
    let mut events: Vec<Event> = events.into_iter().map(|(_, event)| event).collect();
    // What happened last is where it stands, as long as something is still to come.
    if (order.status.is_open() || order.status == Status::Shipped)
        && let Some(last) = events.iter_mut().rfind(|event| !is_due(event))
        && last.kind == EventKind::Done
    {
        last.kind = EventKind::Now;
    }
    html! { section.blk { div.hd { h2 { (at.t("订单进度", "Order progress")) } @if let Some(address) = &shown.address { span.mut { (at.t("送到 ", "to ")) (address.city) " " (address.district) } } } (parts::timeline(&events)) } }
}

/// What a step is called, more about it, and how it stands in a timeline.
fn step_words(at: &PageContext, order: &Order, entry: &Entry) -> (String, String, EventKind) {
    let step = entry.step;
    let about = || {
        let carriers = at.site.services.carriers();
        about_step(&at.look, carriers, order, entry).unwrap_or_default()
    };
    let word = step.map_or("placed", Step::as_str);
    let more = match step {
        Some(Step::Pay) => when::money(order.sums.total),
        Some(Step::Refund) => {
            let why = about();
            format!("{}{}{why}", when::money(order.net().total), if why.is_empty() { "" } else { " · " })
        }
        Some(Step::Reduce) => {
            let back = entry.line_off().and_then(|sku| order.cut(sku)).map(|cut| when::money(cut.back()));
            let word = at.t("退回 ", "back ");
            format!("{} · {word}{}", about(), back.unwrap_or_default())
        }
        Some(Step::Ship) => shipped(at, order),
        Some(Step::Correct) => about(),
        Some(Step::Cancel) if entry.about.is_some() => about(),
        _ => STEP_NOTES.text(at.lang(), word).unwrap_or_default().to_owned(),
    };
    let kind = match step {
        Some(Step::Cancel | Step::Close | Step::Refund) => EventKind::Ended,
        Some(Step::Ship) if order.shipped_at.is_some_and(|at| at > order.ship_by) => EventKind::Late,
        _ => EventKind::Done,
    };
    (STEPS.say(at.lang(), word), more, kind)
}

/// By whom, under which number, and how early.
fn shipped(at: &PageContext, order: &Order) -> String {
    let carrier =
        carrier(&at.look, at.site.services.carriers(), order.carrier.as_deref().unwrap_or_default());
    let number = order.number.as_deref().unwrap_or_default();
    match order.shipped_at.map(|at| order.ship_by.micros() - at.micros()).filter(|early| *early >= 0) {
        Some(early) => {
            let by = fmt::duration(at.lang(), early);
            let comma = at.t("，比承诺提前 ", ", ahead of promise by ");
            format!("{carrier} {number}{comma}{by}")
        }
        None => format!("{carrier} {number}"),
    }
}

fn goods(at: &PageContext, shown: &OrderPage) -> Markup {
    let order = &shown.view.order;
    let bill: Option<Bill> = serde_json::from_str::<Option<Bill>>(&shown.view.bill).ok().flatten();
    let each = order.lines.iter().map(|line| format!("{} × {}", when::plain(line.unit), line.quantity));
    let each = each.collect::<Vec<_>>().join(" + ");
    let mut lines = vec![Sum::of(at.t("商品", "Items"), when::money(order.sums.goods)).made(each)];
    let mut freight = order.sums.freight;
    if let Some(bill) = &bill {
        freight = bill.shop.freight.due;
        for applied in &bill.applied {
            let mine: i64 = applied.parts.iter().map(|part| part.amount.minor).sum();
            let amount = when::less(Money::new(mine, applied.amount.currency));
            let line = Sum::of(&*applied.claimed.title, amount);
            let whole = when::plain(applied.amount);
            lines.push(match mine == applied.amount.minor {
                true => line,
                false => {
                    line.made(at.pick(format!("{whole} 中本店分摊"), format!("this shop's share of {whole}")))
                }
            });
        }
    } else if order.sums.discount.minor > 0 {
        lines.push(Sum::of(at.t("优惠", "Discount"), when::less(order.sums.discount)));
    }
    lines.push(Sum::of(at.t("运费", "Shipping"), when::money(freight)));
    let paid = if order.paid_at.is_some() { at.t("实付", "Paid") } else { at.t("应付", "Total") };
    let total = Sum::of(paid, when::money(order.sums.total));
    html! {
        section.blk {
            div.hd.tight { h2 { (parts::how(at, order.sums.total)) } }
            @for line in &order.lines {
                @let href = format!("/product/{}?sku={}", line.product, line.sku);
                (parts::item(Some(&href), line.media.as_deref(), &line.title, &line.variant, (line.unit, line.quantity)))
            }
            (parts::sum(at.t("价格明细", "Price breakdown"), &lines, &total))
            @if let Some(bill) = bill.as_ref().filter(|bill| !bill.refused.is_empty()) {
                (crate::checkout::not_taken(at, &bill.applied, &bill.refused))
            }
            @for cut in &order.cuts {
                @let title = order.lines.iter().find(|line| line.sku == cut.sku).map_or("", |line| &line.title);
                p.note { (at.t("店铺取消了 ", "Cancelled by the shop: ")) (title) " · " (why_cancelled(&at.look, &cut.why)) " · " (at.t("退款 ", "refunded ")) (when::money(cut.back())) }
            }
        }
    }
}

/// The question before something is done that cannot be undone; it is a page of its own address, so that it needs no script.
fn asked(at: &PageContext, order: &Order) -> Markup {
    let total = when::money(order.net().total);
    let (title, about, to, yes) = match (at.query.text("ask"), order.status) {
        ("cancel", Status::Unpaid) => (
            at.t("确定取消订单吗？", "Cancel this order?"),
            at.t("一起下单的店铺会一起取消，优惠券会退还。取消后不能恢复。", "Everything in this checkout is cancelled and coupons are returned. This can't be undone.").to_owned(),
            format!("/pay/{}/cancel", order.purchase),
            at.t("确认取消", "Cancel order"),
        ),
        ("cancel", Status::Paid) => (
            at.t("确定取消订单吗？", "Cancel this order?"),
            at.pick(format!("{total} 原路退回，订单不能恢复。"), format!("{total} will be refunded to your original payment method. This can't be undone.")),
            format!("/orders/{}/cancel", order.id),
            at.t("确认取消并退款", "Cancel and refund"),
        ),
        ("receive", Status::Shipped) => (
            at.t("东西都收到了吗？", "Did you receive everything?"),
            at.pick(format!("确认后平台把 {total} 付给店铺，不能撤回。没收到或有破损，请先不要确认。"), format!("We then pay {total} to the shop. This can't be undone. Don't confirm if something is missing or damaged.")),
            format!("/orders/{}/receive", order.id),
            at.t("收到了，确认收货", "Confirm receipt"),
        ),
        _ => return html! {},
    };
    html! {
        section.blk id="ask" {
            div.hd { h2 { (title) } }
            p.sub { (about) }
            div.acts {
                (press(at, &to, "btn pri", yes))
                a.btn href={ "/orders/" (order.id) } { (at.t("再想想", "Not now")) }
            }
        }
    }
}

fn actions(at: &PageContext, shown: &OrderPage) -> Markup {
    let order = &shown.view.order;
    html! {
        @match order.status {
            Status::Unpaid => {
                section.blk {
                    div.hd { h2 { (at.t("待付款", "Payment")) } }
                    div.acts {
                        a.btn.pri href={ "/pay/" (order.purchase) } { (pay_word(at, order, shown.purchase.as_ref())) }
                        a.btn href={ "/orders/" (order.id) "?ask=cancel#ask" } { (at.t("取消订单", "Cancel order")) }
                    }
                    @if let Some(transfer) = shown.transfer.as_ref().filter(|transfer| transfer.received.minor > 0) {
                        div.kv { span { (at.t("转账已到", "Received by transfer")) } b { (when::money(transfer.received)) } }
                        div.kv { span { (at.t("还差", "Still missing")) } b { (when::money(transfer.missing())) } }
                        p.note { (at.t("同一个附言再转一笔补齐；到时间还不够，到了的会退回。", "Send the rest under the same reference. If too little has come by then, what came goes back.")) }
                    }
                    @let others = shown.purchase.as_ref().map_or(&[][..], |purchase| &purchase.parts[..]).iter().filter(|part| part.order != order.id);
                    @for part in others {
                        p.note { a href={ "/orders/" (part.order) } { (at.t("一起付款的订单 ", "Paid together with this order: ")) (when::money(part.total)) } }
                    }
                    p.note { (at.t("一起下单的多家店铺，付款和取消都一起进行。", "Orders from one checkout are paid and cancelled together.")) }
                }
            }
            Status::Paid => {
                section.blk {
                    div.hd { h2 { (at.t("不想要了？", "Changed your mind?")) } (ui::state(Mark::Kept, at.t("发货前可取消", "Before it ships"))) }
                    div.rf {
                        div { div.big { (parts::price_whole(order.net().total)) } p { (at.t("全额原路退款", "full refund")) } }
                        a.btn.out href={ "/orders/" (order.id) "?ask=cancel#ask" } { (at.t("取消订单", "Cancel order")) }
                    }
                    @if shown.address.is_some() && !order.held { p { a href={ "/orders/" (order.id) "/address" } { (at.t("修改收货地址（发货前）", "Change address (before it ships)")) } } }
                }
            }
            Status::Shipped => {
                section.blk {
                    div.hd { h2 { (at.t("收到了吗？", "Received it?")) } }
                    p.sub { (at.t("确认后平台把钱付给店铺，没收到请先不要确认。", "The shop is paid when you confirm. Don't confirm before it arrives.")) }
                    div.acts { (receive_form(at, order)) }
                }
            }
            Status::Received | Status::Cancelled | Status::Closed | Status::Refunded => {
                section.blk { div.hd { h2 { (at.t("再次购买", "Buy again")) } } div.acts { (again_form(at, order, "btn out")) a.btn href={ "/shop/" (order.shop) } { (at.t("进店看看", "Visit shop")) } } }
            }
        }
    }
}

fn refunds(at: &PageContext, shown: &OrderPage) -> Markup {
    if shown.refunds.is_empty() {
        return html! {};
    }
    html! {
        section.blk {
            div.hd { h2 { (at.t("退款进度", "Refund status")) } }
            @for refund in &shown.refunds {
                div.kv {
                    span { (when::money(refund.amount))
                        small { (back_why(at.lang(), refund)) @if refund.order.is_none() { (at.t("（整笔付款）", " (whole payment)")) } (at.t("，", ". ")) (back_next(at.lang(), refund)) }
                        small { (at.moment(refund.settled_at.unwrap_or(refund.wanted_at))) } }
                    @match refund.status {
                        RefundStatus::Sent => (ui::state(Mark::Kept, at.t("已退款", "Refunded"))),
                        RefundStatus::Failed => (ui::state(Mark::Broken, at.t("退款失败，平台处理中", "Failed, we're on it"))),
                        _ => (ui::state(Mark::Running, at.t("退款中", "On its way"))),
                    }
                }
            }
        }
    }
}

fn about(at: &PageContext, shown: &OrderPage) -> Markup {
    let order = &shown.view.order;
    html! {
        section.blk {
            div.hd { h2 { (at.t("订单信息", "Order details")) } }
            @if let Some(address) = &shown.address { div.ad { (icons::PLACE) div { (parts::receiver(at, address)) p { (parts::place(address)) } } } }
            (remark_block(at, order))
            dl.meta {
                @if let Some(told) = order.picked_up.filter(|_| order.number.is_some()) {
                    dt { (at.t("揽收", "Picked up")) } dd { (at.moment(told.at)) " · " (TOLD_BY.say(at.lang(), told.by.as_str())) }
                }
                @if let (Some(code), Some(number)) = (&order.carrier, &order.number) {
                    @let carriers = at.site.services.carriers();
                    dt { (at.t("运单号", "Tracking")) }
                    dd {
                        (carrier(&at.look, carriers, code)) " " span.mono { (number) }
                        @if let Some(page) = carriers.find(code).and_then(|one| one.page_of(number)) { " " a href=(page) rel="noreferrer" { (at.t("查看物流", "Track package")) } }
                    }
                }
                dt { (at.t("订单号", "Order number")) } dd.mono { (called(order)) @if order.code.is_some() { small { (order.id) } } }
                dt { (at.t("下单时间", "Placed")) } dd { (at.moment(order.placed_at)) }
                dt { (at.t("店铺", "Shop")) } dd { a href={ "/shop/" (order.shop) } { (shown.shop.name) } }
                dt { (at.t("发货承诺", "Shipping promise")) } dd { a href={ "/rules/" (order.promise.id) } { (promise(&at.look, &order.promise.id)) " v" (order.promise.version) } }
                @if let Some(delivery_method) = &order.delivery_method { dt { (at.t("配送方式", "Delivery")) } dd { (at.t(&delivery_method.zh, &delivery_method.en)) } }
                dt { (at.t("交易条款", "Terms")) } dd { (order.terms) (at.t("，以下单时为准", ", as of the order")) }
            }
        }
    }
}

/// What is said to the shop: to change until it ships, else to read.
fn remark_block(at: &PageContext, order: &Order) -> Markup {
    html! {
        @if order.is_remarkable() {
            form action={ "/orders/" (order.id) "/remark" } method="post" {
                input type="hidden" name="key" value=(at.key());
                label.field for="remark" { span { (at.t("给店铺留言（发货前可修改）", "Note to the shop (editable until it ships)")) }
                    input id="remark" name="text" maxlength=(LONGEST_REMARK) autocomplete="off" value=(order.remark.as_deref().unwrap_or_default()); }
                div.acts { button.btn { (at.t("保存留言", "Save note")) } }
            }
        } @else if let Some(remark) = &order.remark {
            p.note { (at.t("给店铺的留言：", "Note to the shop: ")) (remark) }
        }
    }
}

/// `POST /orders/{id}/remark`.
pub async fn remark(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id) = (at.member, at.id::<OrderKind>("id")?);
    let text = at.fields.text("text").to_owned();
    at.once("mall.order.remark", order::key(id), move |tx, ctx| {
        order::remark(tx, ctx, member, id, &text).map(|_| true)
    })
    .await?;
    Ok(Redirect::to(&format!("/orders/{id}?say=remarked")))
}

/// What a write of an order is asked with: the member, the order, and the keys of everything it changes.
async fn order_of(at: &MemberPage) -> Result<(Id<Member>, Id<OrderKind>, Keys), Failure> {
    let (member, id) = (at.member, at.id::<OrderKind>("id")?);
    let keys = at.read(move |q| Ok(buy::keys_of_order(q, Side::Buyer(member), id)?)).await?;
    Ok((member, id, keys))
}

/// `POST /orders/{id}/cancel`: called off after payment, before shipment.
pub async fn cancel(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id, keys) = order_of(&at).await?;
    at.once("mall.order.cancel", keys, move |tx, ctx| {
        buy::cancel_paid(tx, ctx, Side::Buyer(member), id, None).map(|_| true)
    })
    .await?;
    at.site.services.wake_worker();
    Ok(Redirect::to(&format!("/orders/{id}?say=refunded")))
}

/// `POST /orders/{id}/receive`.
pub async fn receive(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id, keys) = order_of(&at).await?;
    at.once("mall.order.receive", keys, move |tx, ctx| buy::receive(tx, ctx, member, id).map(|_| true))
        .await?;
    Ok(Redirect::to(&format!("/orders/{id}?say=received")))
}

/// `GET /orders/{id}/address`.
pub async fn address(at: MemberPage) -> Result<Page, Failure> {
    let (member, id, services) = (at.member, at.id::<OrderKind>("id")?, at.site.services.clone());
    let now = at.now();
    let (shown, addresses) = at
        .read(move |q| {
            let shown = view::order(q, &services, now, member, id)?;
            Ok((shown, people::member::addresses(q, services.vault(), member)?))
        })
        .await?;
    let title = at.t("修改收货地址", "Change address");
    let back = format!("/orders/{id}");
    let body = html! {
        section.blk {
            @if shown.view.order.status != Status::Paid && shown.view.order.status != Status::Unpaid {
                p.sub { (at.t("订单已发货，不能修改地址。", "This order has shipped, so its address can't be changed.")) }
            } @else {
                form action={ (back) "/address" } method="post" {
                    input type="hidden" name="key" value=(at.key());
                    div.pick {
                        @for (i, address) in addresses.iter().enumerate() {
                            label { input type="radio" name="address" value=(address.id) checked[i == 0]; span { (parts::receiver(&at, &address.postal)) small { (parts::place(&address.postal)) } } }
                        }
                    }
                    div.acts { button.btn.pri { (at.t("使用这个地址", "Use this address")) } a.btn href={ "/account/addresses?back=" (ui::encode(&at.look.here)) } { (at.t("新增地址", "Add new address")) } }
                }
            }
        }
    };
    Ok(Frame::of(Tab::Orders).back(&back).narrow().page(&at.look, title, &body))
}

/// `POST /orders/{id}/address`.
pub async fn readdress(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id) = (at.member, at.id::<OrderKind>("id")?);
    let address = input::id::<Address>(at.fields.text("address"))?;
    let services = at.site.services.clone();
    at.once("mall.order.address", order::key(id), move |tx, ctx| {
        flows::address::change(tx, ctx, &services, member, id, address).map(|_| true)
    })
    .await?;
    Ok(Redirect::to(&format!("/orders/{id}?say=moved")))
}

/// `POST /orders/{id}/codes/{code}`: the order's page with the code in the clear.
pub async fn reveal_code(at: MemberPage) -> Result<Page, Failure> {
    let (order, code) = (at.id::<OrderKind>("id")?, at.id::<Code>("code")?);
    let text = revealed(&at.site, at.who(), at.member, (order, code)).await?;
    drawn(at, Some((code, text))).await
}
