//! `/orders` and `/orders/{id}`: what a member bought - where it is, what was promised, what happened and when, what it cost,
//! and what can still be done about it.
//!
//! Invariants: the timeline is made of what was written down, in its order, with diamonds for what was due; an action that
//! stands here is one that the order's state allows; amounts are those that the order froze.

use crate::parts::press;
use crate::parts::{At, Clock, Event, EventKind, Sum};
use crate::pay::mark;
use crate::prelude::*;
use crate::shelf::look_around;
use flows::buy;
use flows::view::{self, OrderPage};
use kernel::id::{Address, Member, Order as OrderKind};
use people::merchant::ShopView;
use trade::order::{self, Entry, Filter, LONGEST_REMARK, Order, Purchase, Side, Status, Step};
use trade::payment::RefundStatus;
use trade::price::Bill;
use web_kit::admin::words::{TOLD_BY, about_step, carrier, promise, why_cancelled};
use web_kit::storefront::words::{STEP_NOTES, STEPS, VERDICTS};
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
            input id="number" type="search" name="number" value=(number) maxlength="40" placeholder=(at.t("按订单号找", "Find by order number")) autocomplete="off";
            button.btn { (at.t("查找", "Find")) }
        }
        @if orders.is_empty() { (empty(&icons::LIST, at.t("这里没有订单", "No orders here"), at.t("买了东西，订单和它的承诺会在这里。", "What you buy stands here with its promises."), look_around(&at))) }
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
                format!("付 {total}（连同另外 {others} 单）"),
                format!("Pay {total} (with {others} other order{s})"),
            )
        }
    }
}

fn row(at: &PageContext, order: &Order, shop: Option<&ShopView>, purchase: Option<&Purchase>) -> Markup {
    let name = shop.map_or(at.t("店铺", "Shop"), |shop| &shop.name);
    let href = format!("/orders/{}", order.id);
    let state = match order.held {
        true => ui::state(Mark::Warning, at.t("商城核对中", "The mall has a look")),
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
            let (word, title) = (
                at.t("等你付款", "Waiting for you to pay"),
                parts::deadline(at, order.pay_by, "付款", "Pay"),
            );
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
                true => (Mark::Broken, at.t("没守住", "Broken")),
                false => (Mark::Running, at.t("承诺在走", "The promise runs")),
            };
            let lasted = |micros| fmt::duration(at.lang(), micros);
            let aside = match (left < 0, left < day) {
                (true, _) => html! { (at.t("已经晚 ", "late by ")) b { (lasted(left)) } },
                (false, true) => parts::still(at, order.ship_by, over),
                (false, false) => {
                    html! { (at.t("付款后已过 ", "")) b { (lasted(now.micros() - paid_at.micros())) } (at.t("", " since payment")) }
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
                    at.t("自动确认收货", "confirms itself"),
                ),
            ];
            let (mark, word, by) = match early >= 0 {
                true => (Mark::Kept, at.t("发货守住了", "Shipped in time"), at.t("早 ", "early by ")),
                false => (Mark::Broken, at.t("发货没守住", "Shipped late"), at.t("晚 ", "late by ")),
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
    let (member, id) = (at.member, at.id::<OrderKind>("id")?);
    let services = at.site.services.clone();
    let shown = at.read(move |q| Ok(view::order(q, &services, member, id)?)).await?;
    let order = &shown.view.order;
    let title = at.t("订单", "Order");
    let body = html! {
        (parts::said(&at, "moved", ("收货地址改好了", "The address is changed"), ("", "")))
        (parts::said(&at, "remarked", ("留言已保存", "The note is saved"), ("", "")))
        (parts::said(&at, "received", ("已确认收货", "Received"), ("钱付给店铺了。", "The money went to the shop.")))
        (parts::said(&at, "refunded", ("已取消，钱在退回的路上", "Cancelled; the money is on its way back"), ("", "")))
        div.two {
            div {
                section.blk.vd { p.h { (verdict(&at, &shown)) } (being_held(&at, order)) (in_parts(&at, order)) (clock(&at, order, false)) }
                (track(&at, &shown))
                (goods(&at, &shown))
            }
            aside {
                (asked(&at, order))
                (actions(&at, &shown))
                @if order.status == Status::Paid { section.blk { div.hd { h2 { (at.t("没按时发会怎样？", "If it's late")) } } (crate::promise::terms(&at)) } }
                (refunds(&at, &shown))
                (about(&at, &shown))
            }
        }
    };
    Ok(Frame::of(Tab::Orders).back("/orders").page(&at.look, title, &body))
}

/// That it comes in parts, if it does.
fn in_parts(at: &PageContext, order: &Order) -> Markup {
    let n = order.sites;
    html! {
        @if n > 1 { p.sub { (at.pick(format!("这单的货在 {n} 个仓，可能分 {n} 个包裹先后送到。"), format!("It leaves from {n} warehouses and may arrive in {n} parcels."))) } }
    }
}

/// A kind word to whoever waits for the mall.
fn being_held(at: &PageContext, order: &Order) -> Markup {
    html! {
        @if order.held {
            p.sub { (at.t(
                "这笔订单下得有点特别，商城的人先看一眼，不用你做什么。看完就照常发货；万一不能发，付的钱全额原路退回。你也可以随时取消。",
                "This order is a little unusual, so somebody at the mall has a look first. You need not do anything. It ships as usual after that; should it not, all you paid goes back. You can call it off at any time.",
            )) }
        }
    }
}

fn verdict(at: &PageContext, shown: &OrderPage) -> String {
    let (shop, order) = (&shown.shop.name, &shown.view.order);
    match order.status {
        Status::Paid if order.held => VERDICTS.say(at.lang(), "held"),
        Status::Paid => at.pick(format!("已付款，等{shop}发货"), format!("Paid; {shop} has to ship it")),
        Status::Shipped => at.pick(
            format!("{shop}说已发出，在路上"),
            format!("{shop} says that it has shipped; it is on its way"),
        ),
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
            Step::Pay => (at.t("应付款", "To be paid"), ""),
            Step::Ship => (at.t("应发出", "To be shipped"), at.t("店铺的承诺", "the shop's promise")),
            Step::Receive => (at.t("预计送到", "To arrive"), at.t("按线路标准", "by the lane's standard")),
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
        let more = at.t("到时没有异议，平台把钱付给店铺", "the money goes to the shop unless you object");
        events.push(event(by, EventKind::Due, at.t("自动确认收货", "Confirms itself"), more));
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
    html! { section.blk { div.hd { h2 { (at.t("到哪一步了？", "Where is it?")) } @if let Some(address) = &shown.address { span.mut { (at.t("送到 ", "to ")) (address.city) " " (address.district) } } } (parts::timeline(&events)) } }
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
            let comma = at.t("，比承诺早 ", ", earlier than promised by ");
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
                false => line
                    .made(at.pick(format!("{whole} 里分到这家的"), format!("this shop's part of {whole}"))),
            });
        }
    } else if order.sums.discount.minor > 0 {
        lines.push(Sum::of(at.t("优惠", "Discount"), when::less(order.sums.discount)));
    }
    lines.push(Sum::of(at.t("运费", "Shipping"), when::money(freight)));
    let paid = if order.paid_at.is_some() { at.t("付了", "Paid") } else { at.t("应付", "To pay") };
    let total = Sum::of(paid, when::money(order.sums.total));
    html! {
        section.blk {
            div.hd.tight { h2 { (parts::how(at, order.sums.total)) } }
            @for line in &order.lines {
                @let href = format!("/product/{}?sku={}", line.product, line.sku);
                (parts::item(Some(&href), line.media.as_deref(), &line.title, &line.variant, (line.unit, line.quantity)))
            }
            (parts::sum(at.t("账单", "The bill"), &lines, &total))
            @if let Some(bill) = bill.as_ref().filter(|bill| !bill.refused.is_empty()) {
                (crate::checkout::not_taken(at, &bill.applied, &bill.refused))
            }
            @for cut in &order.cuts {
                @let title = order.lines.iter().find(|line| line.sku == cut.sku).map_or("", |line| &line.title);
                p.note { (at.t("店铺取消了 ", "Cancelled by the shop: ")) (title) " · " (why_cancelled(&at.look, &cut.why)) " · " (at.t("退回 ", "back ")) (when::money(cut.back())) }
            }
        }
    }
}

/// The question before something is done that cannot be undone; it is a page of its own address, so that it needs no script.
fn asked(at: &PageContext, order: &Order) -> Markup {
    let total = when::money(order.net().total);
    let (title, about, to, yes) = match (at.query.text("ask"), order.status) {
        ("cancel", Status::Unpaid) => (
            at.t("要取消这次下单吗？", "Cancel what you placed?"),
            at.t("几家店一起下的单会一起取消，库存和优惠券都还回去，不能恢复。", "All shops that were placed together are cancelled; stock and coupons go back. It cannot be undone.").to_owned(),
            format!("/pay/{}/cancel", order.purchase),
            at.t("确认取消", "Cancel order"),
        ),
        ("cancel", Status::Paid) => (
            at.t("要取消这个订单吗？", "Cancel this order?"),
            at.pick(format!("{total} 原路退回，订单不能恢复。"), format!("{total} goes back the way it came. It cannot be undone.")),
            format!("/orders/{}/cancel", order.id),
            at.t("确认取消并退款", "Cancel and refund"),
        ),
        ("receive", Status::Shipped) => (
            at.t("东西都收到了吗？", "Do you have all of it?"),
            at.pick(format!("确认后平台把 {total} 付给店铺，不能撤回。没收到、有破损先别点。"), format!("Then {total} goes to the shop, which cannot be undone. Not if something is missing or broken.")),
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
                a.btn href={ "/orders/" (order.id) } { (at.t("先不", "Not now")) }
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
                    div.hd { h2 { (at.t("接下来", "What now?")) } }
                    div.acts {
                        a.btn.pri href={ "/pay/" (order.purchase) } { (pay_word(at, order, shown.purchase.as_ref())) }
                        a.btn href={ "/orders/" (order.id) "?ask=cancel#ask" } { (at.t("取消订单", "Cancel order")) }
                    }
                    @let others = shown.purchase.as_ref().map_or(&[][..], |purchase| &purchase.parts[..]).iter().filter(|part| part.order != order.id);
                    @for part in others {
                        p.note { a href={ "/orders/" (part.order) } { (at.t("一起付的另一单 ", "Paid together with it: ")) (when::money(part.total)) } }
                    }
                    p.note { (at.t("几家店一起下的单，付款和取消都是一起的。", "Shops that were placed together are paid or called off together.")) }
                }
            }
            Status::Paid => {
                section.blk {
                    div.hd { h2 { (at.t("现在不想要了？", "Not wanted any more?")) } (ui::state(Mark::Kept, at.t("发货前可退", "Before it ships"))) }
                    div.rf {
                        div { div.big { (parts::price_whole(order.net().total)) } p { (at.t("全额原路退回", "all of it goes back")) } }
                        a.btn.out href={ "/orders/" (order.id) "?ask=cancel#ask" } { (at.t("取消订单", "Cancel order")) }
                    }
                    @if shown.address.is_some() && !order.held { p { a href={ "/orders/" (order.id) "/address" } { (at.t("地址写错了？发货前可以改", "Wrong address? Change it before it ships")) } } }
                }
            }
            Status::Shipped => {
                section.blk {
                    div.hd { h2 { (at.t("收到了吗？", "Do you have it?")) } }
                    p.sub { (at.t("确认以后，平台把钱付给店铺。没收到先不要点。", "Then the money goes to the shop. Do not press before you have it.")) }
                    div.acts { (receive_form(at, order)) }
                }
            }
            Status::Received | Status::Cancelled | Status::Closed | Status::Refunded => {
                section.blk { div.hd { h2 { (at.t("还想要？", "Want it again?")) } } div.acts { (again_form(at, order, "btn out")) a.btn href={ "/shop/" (order.shop) } { (at.t("进店", "Visit the shop")) } } }
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
            div.hd { h2 { (at.t("钱退到哪了？", "Where is the money?")) } }
            @for refund in &shown.refunds {
                div.kv {
                    span { (when::money(refund.amount))
                        small { (back_why(at.lang(), refund)) @if refund.order.is_none() { (at.t("（整笔购买的）", " (of the whole purchase)")) } (at.t("，", ". ")) (back_next(at.lang(), refund)) }
                        small { (at.moment(refund.settled_at.unwrap_or(refund.wanted_at))) } }
                    @match refund.status {
                        RefundStatus::Sent => (ui::state(Mark::Kept, at.t("已退回", "Sent back"))),
                        RefundStatus::Failed => (ui::state(Mark::Broken, at.t("没退成，平台在处理", "Failed; the mall is on it"))),
                        _ => (ui::state(Mark::Running, at.t("在退", "On its way"))),
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
            div.hd { h2 { (at.t("这一单", "This order")) } }
            @if let Some(address) = &shown.address { div.ad { (icons::PLACE) div { (parts::receiver(at, address)) p { (parts::place(address)) } } } }
            (remark_block(at, order))
            dl.meta {
                @if let Some(told) = order.picked_up.filter(|_| order.number.is_some()) {
                    dt { (at.t("揽收", "Picked up")) } dd { (at.moment(told.at)) " · " (TOLD_BY.say(at.lang(), told.by.as_str())) }
                }
                @if let (Some(code), Some(number)) = (&order.carrier, &order.number) {
                    @let carriers = at.site.services.carriers();
                    dt { (at.t("运单", "Tracking")) }
                    dd {
                        (carrier(&at.look, carriers, code)) " " span.mono { (number) }
                        @if let Some(page) = carriers.find(code).and_then(|one| one.page_of(number)) { " " a href=(page) rel="noreferrer" { (at.t("查看物流", "Track package")) } }
                    }
                }
                dt { (at.t("订单号", "Number")) } dd.mono { (called(order)) @if order.code.is_some() { small { (order.id) } } }
                dt { (at.t("下单", "Placed")) } dd { (at.moment(order.placed_at)) }
                dt { (at.t("店铺", "Shop")) } dd { a href={ "/shop/" (order.shop) } { (shown.shop.name) } }
                dt { (at.t("发货承诺", "Promise")) } dd { a href={ "/rules/" (order.promise.id) } { (promise(&at.look, &order.promise.id)) " v" (order.promise.version) } }
                @if let Some(delivery_method) = &order.delivery_method { dt { (at.t("配送方式", "Delivery")) } dd { (at.t(&delivery_method.zh, &delivery_method.en)) } }
                dt { (at.t("交易条款", "Terms")) } dd { (order.terms) (at.t("，按下单时为准", ", as they were then")) }
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
                label.field for="remark" { span { (at.t("给店铺留言（发货前可以改）", "Note to the shop (until it ships)")) }
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
    let (shown, addresses) = at
        .read(move |q| {
            let shown = view::order(q, &services, member, id)?;
            Ok((shown, people::member::addresses(q, services.vault(), member)?))
        })
        .await?;
    let title = at.t("改收货地址", "Change the address");
    let back = format!("/orders/{id}");
    let body = html! {
        section.blk {
            @if shown.view.order.status != Status::Paid && shown.view.order.status != Status::Unpaid {
                p.sub { (at.t("已经发出，改不了了。", "It has shipped: the address can no longer be changed.")) }
            } @else {
                form action={ (back) "/address" } method="post" {
                    input type="hidden" name="key" value=(at.key());
                    div.pick {
                        @for (i, address) in addresses.iter().enumerate() {
                            label { input type="radio" name="address" value=(address.id) checked[i == 0]; span { (parts::receiver(&at, &address.postal)) small { (parts::place(&address.postal)) } } }
                        }
                    }
                    div.acts { button.btn.pri { (at.t("送到这里", "Send it there")) } a.btn href={ "/account/addresses?back=" (ui::encode(&at.look.here)) } { (at.t("填新地址", "A new address")) } }
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
