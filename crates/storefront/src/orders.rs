//! `/orders` and `/orders/{id}`: what a member bought - where it is, what was promised, what happened and when, what it cost,
//! and what can still be done about it.
//!
//! Invariants: the timeline is made of what was written down, in its order, with diamonds for what was due; an action that
//! stands here is one that the order's state allows; amounts are those that the order froze.

use crate::parts::{self, At, Clock, Event, EventKind, Mark, Sum};
use crate::pay::mark;
use axum::extract::State;
use axum::response::Redirect;
use flows::buy;
use flows::view::{self, OrderPage};
use kernel::id::{Address, Order as OrderKind};
use kernel::{Id, Moment, Money};
use maud::{Markup, html};
use people::merchant::ShopView;
use serde::Deserialize;
use trade::order::{self, Filter, Order, Side, Status, Step};
use trade::payment::RefundStatus;
use trade::price::Bill;
use web_kit::idempotency::IdempotentForm;
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::icons;
use web_kit::ui::{Page, RenderContext};
use web_kit::words::named::ToBuyer;
use web_kit::{fmt, when};

/// How many orders a page shows.
const PAGE: usize = 10;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    status: Option<String>,
    after: Option<String>,
}

fn status_of(word: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.as_str() == word)
}

/// `/orders`.
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let member = who.member()?;
    let now = (site.now)();
    let status = asked.status.as_deref().and_then(status_of);
    let from = asked.after.as_deref().map(crate::shelf::id).transpose()?;
    let filter = Filter { status, ..Filter::default() };
    let mut shown = site.read(move |q| Ok(view::orders(q, member, &filter, from, PAGE as i64 + 1)?)).await?;
    let more = shown.orders.len() > PAGE;
    shown.orders.truncate(PAGE);
    let path =
        status.map_or_else(|| "/orders?".to_owned(), |status| format!("/orders?status={}&", status.as_str()));
    let next = shown.orders.last().filter(|_| more).map(|order| format!("{path}after={}", order.id));
    let title = t(lang, "我的订单", "My orders");
    let body = html! {
        div.fd.over {
            div { h1 { (title) } }
            nav.chips aria-label=(t(lang, "状态", "State")) {
                a href="/orders" aria-current=[status.is_none().then_some("true")] { span { (t(lang, "全部", "All")) } }
                @for of in [Status::Unpaid, Status::Paid, Status::Shipped, Status::Received, Status::Refunded, Status::Cancelled, Status::Closed] {
                    a href={ "/orders?status=" (of.as_str()) } aria-current=[(Some(of) == status).then_some("true")] { span { (web_kit::words::named::of(lang, &ToBuyer(of))) } }
                }
            }
        }
        @if shown.orders.is_empty() { (parts::empty(&icons::LIST, t(lang, "这里没有订单", "No orders here"), t(lang, "买了东西，订单和它的承诺会在这里。", "What you buy stands here with its promises."), &html! { a.btn.pri href="/" { (t(lang, "去逛逛", "Look around")) } })) }
        @else { div id="orders" { @for order in &shown.orders { (row(&site, lang, now, order, shown.shops.get(&order.shop))) } } }
        @if let Some(href) = &next { (parts::more(lang, href, "#orders")) }
    };
    Ok(Frame::of(Tab::Orders).middle().page(&look, title, &body))
}

/// What an order's total is called: paid once it was, to pay until then, and only a sum where nobody ever paid.
fn total_word(lang: Lang, order: &Order) -> &'static str {
    match (order.paid_at, order.status) {
        (Some(_), _) => t(lang, "实付 ", "Paid "),
        (None, Status::Unpaid) => t(lang, "应付 ", "To pay "),
        (None, _) => t(lang, "合计 ", "Total "),
    }
}

fn row(site: &Site, lang: Lang, now: Moment, order: &Order, shop: Option<&ShopView>) -> Markup {
    let name = shop.map_or(t(lang, "店铺", "Shop"), |shop| &shop.name);
    html! {
        article.ord {
            @let state = if order.held { parts::state(Mark::Warning, t(lang, "商城核对中", "The mall has a look")) } else { parts::state(mark(order.status), web_kit::words::named::of(lang, &ToBuyer(order.status))) };
            (parts::shop_head(name, &format!("/shop/{}", order.shop), &state))
            @for line in order.lines.iter().take(3) {
                div.item {
                    a href={ "/orders/" (order.id) } tabindex="-1" aria-hidden="true" { (parts::thumb(line.media.as_deref(), "")) }
                    div { p { a href={ "/orders/" (order.id) } { (line.title) } } p.s12.mut { (line.variant) } }
                    div.r { (when::money(line.unit)) small { "× " (line.quantity) } }
                }
            }
            @if order.lines.len() > 3 { p.s12.mut { @match lang { Lang::Zh => { "还有 " (order.lines.len() - 3) " 种" } Lang::En => { (order.lines.len() - 3) " more" } } } }
            @if order.status == Status::Paid || order.status == Status::Shipped { (clock(site, lang, now, order, true)) }
            div.go {
                span.sub { (total_word(lang, order)) b { (when::money(order.sums.total)) } }
                div.acts {
                    @match order.status {
                        Status::Unpaid => { a.btn.pri href={ "/pay/" (order.purchase) } { (t(lang, "去付款", "Pay")) } }
                        Status::Shipped => { (receive_form(site, lang, order)) }
                        Status::Received | Status::Cancelled | Status::Closed | Status::Refunded => { (again_form(site, lang, order, "btn")) }
                        Status::Paid => {}
                    }
                    a.btn href={ "/orders/" (order.id) } { (t(lang, "详情", "Details")) }
                }
            }
        }
    }
}

fn receive_form(site: &Site, lang: Lang, order: &Order) -> Markup {
    html! { form action={ "/orders/" (order.id) "/receive" } method="post" { input type="hidden" name="key" value=(site.form_key()); button.btn.out { (t(lang, "确认收货", "I have it")) } } }
}

fn again_form(site: &Site, lang: Lang, order: &Order, class: &str) -> Markup {
    html! { form action="/cart/again" method="post" { input type="hidden" name="key" value=(site.form_key()); button class=(class) name="order" value=(order.id) { (t(lang, "再买一次", "Buy again")) } } }
}

/// The clock of an order: what runs now, or how it ended.
fn clock(site: &Site, lang: Lang, now: Moment, order: &Order, small: bool) -> Markup {
    let market = &site.market;
    let by = |at| when::by(lang, market, now, at);
    let then = |at| when::moment(lang, market, now, at);
    let placed = (At::Done, then(order.placed_at), t(lang, "下单", "placed").to_owned());
    match order.status {
        // What the mall looks at ships after that: no promise of the shop runs.
        Status::Paid if order.held => html! {},
        Status::Unpaid => {
            let over = t(lang, "付款时间到了", "The time to pay is over");
            let rail = [
                placed,
                (At::Now, by(order.pay_by), t(lang, "付款", "pay").to_owned()),
                (At::Ahead, by(order.ship_by), t(lang, "发出", "ships").to_owned()),
            ];
            Clock {
                mark: Mark::Warning,
                word: t(lang, "等你付款", "Waiting for you to pay"),
                aside: html! { (t(lang, "还有 ", "")) (parts::countdown(lang, order.pay_by.micros() - now.micros(), over)) (t(lang, "", " left")) },
                title: parts::deadline(lang, market, now, order.pay_by, "付款", "Pay"),
                rail: if small { &[] } else { &rail },
                small,
            }
            .show()
        }
        Status::Paid => {
            let late = order.ship_by < now;
            let left = order.ship_by.micros() - now.micros();
            let paid_at = order.paid_at.unwrap_or(order.placed_at);
            let rail = [
                (At::Done, then(paid_at), t(lang, "付款", "paid").to_owned()),
                (At::Now, by(order.ship_by), t(lang, "发出", "ships").to_owned()),
                (At::Ahead, by(order.deliver_by), t(lang, "送到", "arrives").to_owned()),
            ];
            let day = 86_400_000_000;
            let over = t(lang, "发货时间到了", "The time to ship is over");
            let aside = match (late, left < day) {
                (true, _) => html! { (t(lang, "已经晚 ", "late by ")) b { (fmt::duration(lang, left)) } },
                (false, true) => {
                    html! { (t(lang, "还有 ", "")) (parts::countdown(lang, left, over)) (t(lang, "", " left")) }
                }
                (false, false) => {
                    html! { (t(lang, "付款后已过 ", "")) b { (fmt::duration(lang, now.micros() - paid_at.micros())) } (t(lang, "", " since payment")) }
                }
            };
            Clock {
                mark: if late { Mark::Broken } else { Mark::Running },
                word: if late {
                    t(lang, "没守住", "Broken")
                } else {
                    t(lang, "承诺在走", "The promise runs")
                },
                aside,
                title: parts::deadline(lang, market, now, order.ship_by, "发出", "Ships"),
                rail: if small { &[] } else { &rail },
                small,
            }
            .show()
        }
        Status::Shipped => {
            let shipped = order.shipped_at.unwrap_or(now);
            let (kept, by_how) =
                (shipped <= order.ship_by, (order.ship_by.micros() - shipped.micros()).abs());
            let rail = [
                (At::Done, then(shipped), t(lang, "发出", "shipped").to_owned()),
                (At::Now, by(order.deliver_by), t(lang, "送到", "arrives").to_owned()),
                (
                    At::Ahead,
                    order.confirm_by.map_or_else(String::new, by),
                    t(lang, "自动确认收货", "confirms itself").to_owned(),
                ),
            ];
            Clock {
                mark: if kept { Mark::Kept } else { Mark::Broken },
                word: if kept { t(lang, "发货守住了", "Shipped in time") } else { t(lang, "发货没守住", "Shipped late") },
                aside: html! { (if kept { t(lang, "早 ", "early by ") } else { t(lang, "晚 ", "late by ") }) b { (fmt::duration(lang, by_how)) } },
                title: parts::deadline(lang, market, now, order.deliver_by, "送到", "Arrives"),
                rail: if small { &[] } else { &rail },
                small,
            }
            .show()
        }
        Status::Received | Status::Cancelled | Status::Closed | Status::Refunded => html! {},
    }
}

/// `/orders/{id}`.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Path(id): Path<String>,
    Query(said): Query<Said>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let member = who.member()?;
    let id: Id<OrderKind> = crate::shelf::id(&id)?;
    let now = (site.now)();
    let services = site.services.clone();
    let shown = site.read(move |q| Ok(view::order(q, &services, member, id)?)).await?;
    let order = &shown.view.order;
    let title = t(lang, "订单", "Order");
    let head = verdict(lang, &shown);
    let body = html! {
        @match said.say.as_deref() {
            Some("moved") => (parts::message(Mark::Kept, t(lang, "收货地址改好了", "The address is changed"), "")),
            Some("received") => (parts::message(Mark::Kept, t(lang, "已确认收货", "Received"), t(lang, "钱付给店铺了。", "The money went to the shop."))),
            Some("refunded") => (parts::message(Mark::Kept, t(lang, "已取消，钱在退回的路上", "Called off; the money is on its way back"), "")),
            _ => {}
        }
        div.two {
            div {
                section.blk.vd { p.h { (head) } (being_held(lang, order)) (clock(&site, lang, now, order, false)) }
                (track(&site, lang, now, &shown))
                (goods(lang, &shown))
            }
            aside {
                (actions(&site, lang, &shown))
                @if order.status == Status::Paid { section.blk { div.hd { h2 { (t(lang, "没守住会怎样？", "What if it breaks?")) } } (crate::promise::terms(lang, &site.market, order.paid_at.unwrap_or(order.placed_at), order.ship_by, order.sums.total)) } }
                (refunds(&site, lang, now, &shown))
                (about(&site, lang, now, &shown))
            }
        }
    };
    Ok(Frame::of(Tab::Orders).back("/orders").page(&look, title, &body))
}

/// A kind word to whoever waits for the mall.
fn being_held(lang: Lang, order: &Order) -> Markup {
    html! {
        @if order.held {
            p.sub { (t(
                lang,
                "这笔订单下得有点特别，商城的人先看一眼，不用你做什么。看完就照常发货；万一不能发，付的钱全额原路退回。你也可以随时取消。",
                "This order is a little unusual, so somebody at the mall has a look first. You need not do anything. It ships as usual after that; should it not, all you paid goes back. You can call it off at any time.",
            )) }
        }
    }
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub struct Said {
    say: Option<String>,
}

fn verdict(lang: Lang, shown: &OrderPage) -> String {
    let shop = &shown.shop.name;
    match (shown.view.order.status, lang) {
        (Status::Unpaid, _) => t(lang, "等你付款", "Waiting for you to pay").to_owned(),
        (Status::Paid, _) if shown.view.order.held => {
            t(lang, "已付款，商城核对后就发货", "Paid; the mall has a look before it ships").to_owned()
        }
        (Status::Paid, Lang::Zh) => format!("已付款，等{shop}发货"),
        (Status::Paid, Lang::En) => format!("Paid; {shop} has to ship it"),
        (Status::Shipped, Lang::Zh) => format!("{shop}已发出，在路上"),
        (Status::Shipped, Lang::En) => format!("{shop} has shipped it; it is on its way"),
        (Status::Received, _) => t(lang, "已确认收货", "Received").to_owned(),
        (Status::Cancelled, _) => t(lang, "付款前取消了", "Called off before payment").to_owned(),
        (Status::Closed, _) => t(lang, "没有按时付款，已关闭", "Not paid in time: closed").to_owned(),
        (Status::Refunded, _) => {
            t(lang, "发货前取消了，钱已退回", "Called off before shipment, the money went back").to_owned()
        }
    }
}

/// The timeline: what happened, and what is or was due.
fn track(site: &Site, lang: Lang, now: Moment, shown: &OrderPage) -> Markup {
    let order = &shown.view.order;
    let time = |at| when::moment(lang, &site.market, now, at);
    let mut events: Vec<(Moment, u8, Event)> = Vec::new();
    for entry in &shown.view.steps {
        let (what, more, kind) = step_words(lang, order, entry.step);
        let late = match entry.step {
            Some(Step::Ship) => order.shipped_at.is_some_and(|at| at > order.ship_by),
            _ => false,
        };
        let kind = if late { EventKind::Late } else { kind };
        events.push((entry.at, 0, Event { time: time(entry.at), kind, what, more }));
    }
    for due in &shown.view.due {
        let (what, more) = match due.step {
            Step::Pay => (t(lang, "应付款", "To be paid"), ""),
            Step::Ship => (t(lang, "应发出", "To be shipped"), t(lang, "店铺的承诺", "the shop's promise")),
            Step::Receive => {
                (t(lang, "预计送到", "To arrive"), t(lang, "按线路标准", "by the lane's standard"))
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
        events.push((
            due.by,
            1,
            Event { time: time(due.by), kind, what: what.to_owned(), more: more.to_owned() },
        ));
    }
    if order.status == Status::Shipped
        && let Some(by) = order.confirm_by
    {
        let what = t(lang, "自动确认收货", "Confirms itself").to_owned();
        let more = t(lang, "到时没有异议，平台把钱付给店铺", "the money goes to the shop unless you object")
            .to_owned();
        events.push((by, 1, Event { time: time(by), kind: EventKind::Due, what, more }));
    }
    events.sort_by_key(|(at, turn, _)| (*at, *turn));
    // What happened last is where it stands, as long as something is still to come.
    if order.status.is_open() || order.status == Status::Shipped {
        let last = events.iter().rposition(|(_, turn, _)| *turn == 0);
        if let Some(event) = last.and_then(|i| events.get_mut(i))
            && event.2.kind == EventKind::Done
        {
            event.2.kind = EventKind::Now;
        }
    }
    let events: Vec<Event> = events.into_iter().map(|(_, _, event)| event).collect();
    html! { section.blk { div.hd { h2 { (t(lang, "到哪一步了？", "Where is it?")) } @if let Some(address) = &shown.address { span.mut { (t(lang, "送到 ", "to ")) (address.city) " " (address.district) } } } (parts::timeline(&events)) } }
}

fn step_words(lang: Lang, order: &Order, step: Option<Step>) -> (String, String, EventKind) {
    let (what, more, kind): (&str, String, EventKind) = match step {
        None => (
            t(lang, "下单，库存已留给你", "Placed; the stock is kept for you"),
            String::new(),
            EventKind::Done,
        ),
        Some(Step::Pay) => (
            t(lang, "付款，由平台保管", "Paid; the mall holds it"),
            when::money(order.sums.total),
            EventKind::Done,
        ),
        Some(Step::Ship) => (t(lang, "店铺发出", "Shipped"), shipped(lang, order), EventKind::Done),
        Some(Step::Receive) => (
            t(lang, "确认收货", "Received"),
            t(lang, "钱付给店铺", "the money went to the shop").to_owned(),
            EventKind::Done,
        ),
        Some(Step::Readdress) => {
            (t(lang, "改了收货地址", "The address was changed"), String::new(), EventKind::Done)
        }
        Some(Step::Hold) => (
            t(lang, "平台核对一下这笔订单", "The mall has a look at this order"),
            t(lang, "不用你做什么", "you need not do anything").to_owned(),
            EventKind::Done,
        ),
        Some(Step::Clear) => (t(lang, "平台核对好了", "The mall is done"), String::new(), EventKind::Done),
        Some(Step::Cancel) => (
            t(lang, "取消", "Called off"),
            t(lang, "付款之前", "before payment").to_owned(),
            EventKind::Ended,
        ),
        Some(Step::Close) => (
            t(lang, "关闭", "Closed"),
            t(lang, "没有按时付款", "not paid in time").to_owned(),
            EventKind::Ended,
        ),
        Some(Step::Refund) => (
            t(lang, "取消并退款", "Called off and refunded"),
            when::money(order.sums.total),
            EventKind::Ended,
        ),
    };
    (what.to_owned(), more, kind)
}

/// What a promise is called.
fn promise_name(lang: Lang, id: &str) -> String {
    govern::promise::named(id)
        .map_or_else(|| id.to_owned(), |promise| t(lang, &promise.titles.zh, &promise.titles.en).to_owned())
}

/// By whom, under which number, and how early.
fn shipped(lang: Lang, order: &Order) -> String {
    let carrier = carrier(lang, order.carrier.as_deref().unwrap_or_default());
    let number = order.number.as_deref().unwrap_or_default();
    match order.shipped_at.map(|at| order.ship_by.micros() - at.micros()).filter(|early| *early >= 0) {
        Some(early) => {
            let by = fmt::duration(lang, early);
            let comma = t(lang, "，比承诺早 ", ", earlier than promised by ");
            format!("{carrier} {number}{comma}{by}")
        }
        None => format!("{carrier} {number}"),
    }
}

/// A carrier's word as people call it.
fn carrier(lang: Lang, word: &str) -> String {
    let known: [(&str, &str, &str); 8] = [
        ("zto", "中通", "ZTO"),
        ("yto", "圆通", "YTO"),
        ("yunda", "韵达", "Yunda"),
        ("sto", "申通", "STO"),
        ("sf", "顺丰", "SF Express"),
        ("jt", "极兔", "J&T"),
        ("ems", "邮政 EMS", "EMS"),
        ("jd", "京东物流", "JD Logistics"),
    ];
    known
        .iter()
        .find(|(of, _, _)| *of == word)
        .map_or_else(|| word.to_owned(), |(_, zh, en)| t(lang, zh, en).to_owned())
}

fn goods(lang: Lang, shown: &OrderPage) -> Markup {
    let order = &shown.view.order;
    let bill: Option<Bill> = serde_json::from_str::<Option<Bill>>(&shown.view.bill).ok().flatten();
    let mut lines = vec![Sum {
        what: t(lang, "商品", "Goods").to_owned(),
        of: order
            .lines
            .iter()
            .map(|line| format!("{} × {}", when::plain(line.unit), line.quantity))
            .collect::<Vec<_>>()
            .join(" + "),
        amount: when::money(order.sums.goods),
    }];
    match &bill {
        Some(bill) => {
            for applied in &bill.applied {
                let mine: i64 = applied.parts.iter().map(|part| part.amount.minor).sum();
                let whole = (mine != applied.amount.minor).then(|| match lang {
                    Lang::Zh => format!("{} 里分到这家的", when::plain(applied.amount)),
                    Lang::En => format!("this shop's part of {}", when::plain(applied.amount)),
                });
                lines.push(Sum {
                    what: applied.claimed.title.to_string(),
                    of: whole.unwrap_or_default(),
                    amount: when::less(Money::new(mine, applied.amount.currency)),
                });
            }
            let due = bill.shop.freight.due;
            lines.push(Sum {
                what: t(lang, "运费", "Freight").to_owned(),
                of: String::new(),
                amount: when::money(due),
            });
        }
        None => {
            if order.sums.discount.minor > 0 {
                lines.push(Sum {
                    what: t(lang, "优惠", "Discount").to_owned(),
                    of: String::new(),
                    amount: when::less(order.sums.discount),
                });
            }
            lines.push(Sum {
                what: t(lang, "运费", "Freight").to_owned(),
                of: String::new(),
                amount: when::money(order.sums.freight),
            });
        }
    }
    let paid = order.paid_at.is_some();
    let total = Sum {
        what: if paid { t(lang, "付了", "Paid") } else { t(lang, "应付", "To pay") }.to_owned(),
        of: String::new(),
        amount: when::money(order.sums.total),
    };
    html! {
        section.blk {
            div.hd.tight { h2 { @match lang { Lang::Zh => { "这 " (when::money(order.sums.total)) " 怎么来的？" } Lang::En => { "How does " (when::money(order.sums.total)) " come about?" } } } }
            @for line in &order.lines {
                div.item {
                    a href={ "/product/" (line.product) "?sku=" (line.sku) } tabindex="-1" aria-hidden="true" { (parts::thumb(line.media.as_deref(), "")) }
                    div { p { a href={ "/product/" (line.product) "?sku=" (line.sku) } { (line.title) } } p.s12.mut { (line.variant) } }
                    div.r { (when::money(line.unit)) small { "× " (line.quantity) } }
                }
            }
            (parts::sum(t(lang, "账单", "The bill"), &lines, &total))
        }
    }
}

fn actions(site: &Site, lang: Lang, shown: &OrderPage) -> Markup {
    let order = &shown.view.order;
    html! {
        @match order.status {
            Status::Unpaid => {
                section.blk {
                    div.hd { h2 { (t(lang, "接下来", "What now?")) } }
                    div.acts {
                        a.btn.pri href={ "/pay/" (order.purchase) } { (t(lang, "去付款", "Pay")) }
                        form action={ "/pay/" (order.purchase) "/cancel" } method="post" { input type="hidden" name="key" value=(site.form_key()); button.btn { (t(lang, "不买了", "Call it off")) } }
                    }
                    p.note { (t(lang, "几家店一起下的单，付款和取消都是一起的。", "Shops that were placed together are paid or called off together.")) }
                }
            }
            Status::Paid => {
                section.blk {
                    div.hd { h2 { (t(lang, "现在不想要了？", "Not wanted any more?")) } (parts::state(Mark::Kept, t(lang, "发货前可退", "Before it ships"))) }
                    div.rf {
                        div { div.big { (parts::price_whole(order.sums.total)) } p { (t(lang, "全额原路退回", "all of it goes back")) } }
                        form action={ "/orders/" (order.id) "/cancel" } method="post" { input type="hidden" name="key" value=(site.form_key()); button.btn.out { (t(lang, "取消并退款", "Call it off")) } }
                    }
                    @if shown.address.is_some() && !order.held { p { a href={ "/orders/" (order.id) "/address" } { (t(lang, "地址写错了？发货前可以改", "Wrong address? Change it before it ships")) } } }
                }
            }
            Status::Shipped => {
                section.blk {
                    div.hd { h2 { (t(lang, "收到了吗？", "Do you have it?")) } }
                    p.sub { (t(lang, "确认以后，平台把钱付给店铺。没收到先不要点。", "Then the money goes to the shop. Do not press before you have it.")) }
                    div.acts { (receive_form(site, lang, order)) }
                }
            }
            Status::Received | Status::Cancelled | Status::Closed | Status::Refunded => {
                section.blk { div.hd { h2 { (t(lang, "还想要？", "Want it again?")) } } div.acts { (again_form(site, lang, order, "btn out")) a.btn href={ "/shop/" (order.shop) } { (t(lang, "进店", "Visit the shop")) } } }
            }
        }
    }
}

fn refunds(site: &Site, lang: Lang, now: Moment, shown: &OrderPage) -> Markup {
    if shown.refunds.is_empty() {
        return html! {};
    }
    html! {
        section.blk {
            div.hd { h2 { (t(lang, "钱退到哪了？", "Where is the money?")) } }
            @for refund in &shown.refunds {
                div.kv {
                    span { (when::money(refund.amount))
                        small { (when::moment(lang, &site.market, now, refund.settled_at.unwrap_or(refund.wanted_at))) } }
                    @match refund.status {
                        RefundStatus::Sent => (parts::state(Mark::Kept, t(lang, "已退回", "Sent back"))),
                        RefundStatus::Failed => (parts::state(Mark::Broken, t(lang, "没退成，平台在处理", "Failed; the mall is on it"))),
                        _ => (parts::state(Mark::Running, t(lang, "在退", "On its way"))),
                    }
                }
            }
        }
    }
}

fn about(site: &Site, lang: Lang, now: Moment, shown: &OrderPage) -> Markup {
    let order = &shown.view.order;
    html! {
        section.blk {
            div.hd { h2 { (t(lang, "这一单", "This order")) } }
            @if let Some(address) = &shown.address { div.ad { (icons::PLACE) div { b { (address.recipient) " " span.nw { (web_kit::fmt::phone(&address.phone)) } } p { (web_kit::fmt::place([&address.province, &address.city, &address.district, &address.street])) } } } }
            dl.meta {
                dt { (t(lang, "订单号", "Number")) } dd.mono { (order.id) }
                dt { (t(lang, "下单", "Placed")) } dd { (when::moment(lang, &site.market, now, order.placed_at)) }
                dt { (t(lang, "店铺", "Shop")) } dd { a href={ "/shop/" (order.shop) } { (shown.shop.name) } }
                dt { (t(lang, "发货承诺", "Promise")) } dd { a href={ "/rules/" (order.promise.id) } { (promise_name(lang, &order.promise.id)) " v" (order.promise.version) } }
                @if let Some(way) = &order.way { dt { (t(lang, "配送方式", "Delivery")) } dd { (t(lang, &way.zh, &way.en)) } }
                dt { (t(lang, "交易条款", "Terms")) } dd { (order.terms) (t(lang, "，按下单时为准", ", as they were then")) }
            }
        }
    }
}

/// `POST /orders/{id}/cancel`: called off after payment, before shipment.
pub async fn cancel(
    State(site): State<Site>,
    Path(id): Path<String>,
    IdempotentForm { act, form: crate::pay::Nothing {} }: IdempotentForm<crate::pay::Nothing>,
) -> Result<Redirect, Failure> {
    let member = act.who.member()?;
    let id: Id<OrderKind> = crate::shelf::id(&id)?;
    let keys = site.read(move |q| Ok(buy::keys_of_order(q, Side::Buyer(member), id)?)).await?;
    act.value(&site, "mall.order.cancel", keys, move |tx, ctx| {
        buy::cancel_paid(tx, ctx, Side::Buyer(member), id).map(|_| true)
    })
    .await?;
    site.services.wake_worker();
    Ok(Redirect::to(&format!("/orders/{id}?say=refunded")))
}

/// `POST /orders/{id}/receive`.
pub async fn receive(
    State(site): State<Site>,
    Path(id): Path<String>,
    IdempotentForm { act, form: crate::pay::Nothing {} }: IdempotentForm<crate::pay::Nothing>,
) -> Result<Redirect, Failure> {
    let member = act.who.member()?;
    let id: Id<OrderKind> = crate::shelf::id(&id)?;
    let keys = site.read(move |q| Ok(buy::keys_of_order(q, Side::Buyer(member), id)?)).await?;
    act.value(&site, "mall.order.receive", keys, move |tx, ctx| {
        buy::receive(tx, ctx, member, id).map(|_| true)
    })
    .await?;
    Ok(Redirect::to(&format!("/orders/{id}?say=received")))
}

/// `GET /orders/{id}/address`.
pub async fn address(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let member = who.member()?;
    let id: Id<OrderKind> = crate::shelf::id(&id)?;
    let services = site.services.clone();
    let (shown, addresses) = site
        .read(move |q| {
            let shown = view::order(q, &services, member, id)?;
            Ok((shown, people::member::addresses(q, services.vault(), member)?))
        })
        .await?;
    let title = t(lang, "改收货地址", "Change the address");
    let back = format!("/orders/{id}");
    let body = html! {
        section.blk {
            @if shown.view.order.status != Status::Paid && shown.view.order.status != Status::Unpaid {
                p.sub { (t(lang, "已经发出，改不了了。", "It has shipped: the address can no longer be changed.")) }
            } @else {
                form action={ (back) "/address" } method="post" {
                    input type="hidden" name="key" value=(site.form_key());
                    div.pick {
                        @for (i, address) in addresses.iter().enumerate() {
                            label { input type="radio" name="address" value=(address.id) checked[i == 0]; span { b { (address.postal.recipient) " " span.nw { (web_kit::fmt::phone(&address.postal.phone)) } } small { (web_kit::fmt::place([&address.postal.province, &address.postal.city, &address.postal.district, &address.postal.street])) } } }
                        }
                    }
                    div.acts { button.btn.pri { (t(lang, "送到这里", "Send it there")) } a.btn href={ "/account/addresses?back=" (web_kit::ui::encode(&look.here)) } { (t(lang, "填新地址", "A new address")) } }
                }
            }
        }
    };
    Ok(Frame::of(Tab::Orders).back(&back).narrow().page(&look, title, &body))
}

/// Which address.
#[derive(Debug, Deserialize)]
pub struct Moved {
    address: String,
}

/// `POST /orders/{id}/address`.
pub async fn readdress(
    State(site): State<Site>,
    Path(id): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Moved>,
) -> Result<Redirect, Failure> {
    let member = act.who.member()?;
    let id: Id<OrderKind> = crate::shelf::id(&id)?;
    let address: Id<Address> = crate::shelf::id(&form.address)?;
    let services = site.services.clone();
    act.value(&site, "mall.order.address", order::key(id).into(), move |tx, ctx| {
        flows::address::change(tx, ctx, &services, member, id, address).map(|_| true)
    })
    .await?;
    Ok(Redirect::to(&format!("/orders/{id}?say=moved")))
}
