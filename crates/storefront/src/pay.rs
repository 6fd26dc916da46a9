//! Paying: `/pay/{purchase}` offers the ways to pay, `/pay/{purchase}/result` says how it went, `/cashier/{payment}` is the
//! embedded provider's own cashier, where one can also fail, pay twice or pay late on purpose.
//!
//! Invariants: whether something is paid is what the store says, never what a provider's page sent along; the page that waits
//! asks again by itself without scripts; only the buyer sees any of it.

use crate::prelude::*;
use flows::buy;
use flows::view::{self, PurchasePage};
use kernel::id::Purchase;
use maud::PreEscaped;
use people::merchant::ShopView;
use trade::order::{self, Order, Status};
use trade::payment::{Attempt, Status as Paid};
use web_kit::storefront::pay::{at_cashier, begin, confirm};
use web_kit::storefront::words::{
    CASHIER, CASHIER_NOTES, PAYMENT_RESULT, PAYMENT_RESULT_NOTES, PROVIDER_NOTES, PROVIDERS,
};

/// What the cashier of the embedded provider offers.
const SCRIPTS: [&str; 7] = ["ok", "fail", "delay:5", "double", "late", "surplus:100", "silent"];

async fn shown(at: &MemberPage) -> Result<PurchasePage, Failure> {
    let (member, id) = (at.member, at.id::<Purchase>("purchase")?);
    at.read(move |q| Ok(view::purchase(q, member, id)?)).await
}

/// The orders that a purchase is paid for with, without those that a shop or the platform took out of it.
fn bought(shown: &PurchasePage) -> impl Iterator<Item = (&Order, &ShopView)> {
    let ended = shown.purchase.purchase.status == Status::Cancelled;
    let all = shown.purchase.orders.iter().zip(&shown.shops);
    all.filter(move |(order, _)| ended || order.status != Status::Cancelled)
}

/// What an order holds, in a line.
fn held(at: &PageContext, order: &Order) -> String {
    let lines = order.lines.iter().map(|line| format!("{} × {}", line.title, line.quantity));
    lines.collect::<Vec<_>>().join(at.t("，", ", "))
}

/// What a provider is called, and more about it.
fn provider(at: &PageContext, name: &str) -> (&'static str, &'static str) {
    let called = PROVIDERS.text(at.lang(), name).or_else(|| PROVIDERS.text(at.lang(), "other"));
    (called.unwrap_or_default(), PROVIDER_NOTES.text(at.lang(), name).unwrap_or_default())
}

/// `GET /pay/{purchase}`.
pub async fn page(at: MemberPage) -> Result<Response, Failure> {
    let shown = shown(&at).await?;
    let purchase = &shown.purchase.purchase;
    let here = format!("/pay/{}", purchase.id);
    if purchase.status != Status::Unpaid {
        return Ok(Redirect::to(&format!("{here}/result")).into_response());
    }
    let title = at.t("收银台", "Payment");
    let over = at.t("付款时间已过，订单将自动关闭", "Time is up. The order will close automatically");
    let left = parts::countdown(&at, purchase.pay_by, over);
    let transfer_by = crate::transfer::by(&at, purchase);
    let awaited = crate::transfer::awaited(&shown.attempts);
    let gateways = at.site.services.gateways().iter();
    let names: Vec<(&str, Option<Moment>)> = gateways
        .filter(|gateway| gateway.by_hand().is_none() || transfer_by.is_some())
        .map(|gateway| (gateway.name(), transfer_by.filter(|_| gateway.by_hand().is_some())))
        .collect();
    let body = html! {
        @if let Some(redirect) = awaited.and_then(|attempt| attempt.redirect.as_deref()) {
            div.msg role="status" {
                (icons::CLOCK)
                b { (at.t("等待银行转账到账", "Waiting for your bank transfer")) }
                p { a href=(redirect) { (at.t("查看收款账户和附言", "See account and reference")) } (at.t("。已经转账请不要重复付款。", ". If you have sent it, please don't pay again.")) }
            }
        }
        section.blk.result {
            p { (at.t("应付", "Total")) }
            p.big { (parts::price_whole(purchase.total)) }
            p { @match at.lang() { Lang::Zh => { "请在 " (left) " 内付款，超时订单自动关闭。" } Lang::En => { "Pay within " (left) " or the order closes automatically." } } }
        }
        form action=(here) method="post" {
            input type="hidden" name="key" value=(at.key());
            section.blk {
                div.hd { h2 { (at.t("付款方式", "Payment method")) } }
                @if names.is_empty() { p.sub { (at.t("暂无可用的付款方式。", "No payment method is available yet.")) } }
                div.pick role="radiogroup" aria-label=(at.t("付款方式", "Payment method")) {
                    @for (i, (name, within)) in names.iter().enumerate() {
                        @let (called, more) = provider(&at, name);
                        label { input type="radio" name="provider" value=(name) checked[i == 0]; span { (called) small { (more)
                            @if let Some(within) = within { (at.pick(format!("，{}到账有效", at.by(*within)), format!(", received {}", at.by(*within)))) }
                        } } }
                    }
                }
            }
            section.blk {
                div.hd.tight { h2 { (at.t("订单内容", "Order summary")) } }
                @for (order, shop) in bought(&shown) {
                    div.kv { span { (shop.name) small { (held(&at, order)) } } b { (when::money(order.sums.total)) } }
                }
            }
            @if !names.is_empty() { div.bar { span.s { b { (when::money(purchase.total)) } (at.t("应付", "Total")) } button.b1 { (at.t("去付款", "Pay now")) } } }
        }
        (crate::transfer::call_off(&at, purchase))
        div.pad.hide-wide {}
    };
    Ok(Frame::of(Tab::Orders).back("/orders").narrow().page(&at.look, title, &body).into_response())
}

/// `POST /pay/{purchase}`: to the provider's cashier.
pub async fn start(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id) = (at.member, at.id::<Purchase>("purchase")?);
    let (services, name) = (at.site.services.clone(), at.fields.text("provider").to_owned());
    let payment = at.once("mall.pay", order::purchase_key(id), move |tx, ctx| {
        buy::start(tx, ctx, &services, member, id, (&name, None)).map(|attempt| attempt.id)
    });
    let payment = payment.await?;
    let back = format!("/pay/{id}/result");
    let redirect = begin(&at.site, at.who(), payment, Some(back.clone())).await?;
    Ok(Redirect::to(&redirect.unwrap_or(back)))
}

/// `POST /pay/{purchase}/cancel`: called off before payment.
pub async fn cancel(at: MemberPage) -> Result<Redirect, Failure> {
    let (member, id) = (at.member, at.id::<Purchase>("purchase")?);
    let keys = at
        .read(move |q| {
            order::purchase(q, member, id)?;
            Ok(buy::keys_to_end(q, id)?)
        })
        .await?;
    at.once("mall.cancel", keys, move |tx, ctx| buy::cancel(tx, ctx, member, id).map(|_| true)).await?;
    at.site.services.notify_waiting(id);
    Ok(Redirect::to(&format!("/pay/{id}/result")))
}

/// How a payment went, as a word; `last` is the last attempt of what is still unpaid.
fn outcome(purchase: &order::Purchase, last: Option<&Attempt>) -> &'static str {
    match last {
        Some(attempt) if attempt.status.is_open() && attempt.by_hand => "transfer",
        Some(attempt) if attempt.status.is_open() => "waiting",
        Some(attempt) if attempt.status == Paid::Failed => "failed",
        _ => match purchase.status {
            Status::Paid => "paid",
            Status::Closed => "closed",
            Status::Cancelled => "cancelled",
            _ => "unpaid",
        },
    }
}

/// What can be done about it.
fn acts(at: &PageContext, shown: &PurchasePage, word: &str, redirect: Option<&str>) -> Markup {
    let link = |href: &str, class: &str, zh, en| html! { a class=(class) href=(href) { (at.t(zh, en)) } };
    let pay = format!("/pay/{}", shown.purchase.purchase.id);
    html! {
        @match word {
            "transfer" => {
                @if let Some(redirect) = redirect { (link(redirect, "btn pri", "查看账户和附言", "See account and reference")) }
                (link(&pay, "btn", "更换付款方式", "Change payment method"))
            }
            "waiting" => {
                @if let Some(redirect) = redirect { (link(redirect, "btn", "还没付款？返回收银台", "Not paid yet? Back to payment")) }
                (link(&format!("{pay}/result"), "btn", "刷新", "Refresh"))
            }
            "failed" => (link(&pay, "btn pri", "重新付款", "Try again")),
            "paid" => {
                @if let [order] = shown.purchase.orders.as_slice() { (link(&format!("/orders/{}", order.id), "btn pri", "查看订单", "View order")) }
                @else { (link("/orders?status=paid", "btn pri", "查看订单", "View orders")) }
                (link("/", "btn", "继续逛", "Continue shopping"))
            }
            "closed" | "cancelled" => {
                (link("/cart", "btn pri", "返回购物车", "Back to cart"))
                (link("/orders", "btn", "我的订单", "My orders"))
            }
            _ => (link(&pay, "btn pri", "去付款", "Pay now")),
        }
    }
}

/// `GET /pay/{purchase}/result`.
pub async fn result(at: MemberPage) -> Result<Page, Failure> {
    let shown = shown(&at).await?;
    let purchase = &shown.purchase.purchase;
    let last = shown.attempts.first().filter(|_| purchase.status == Status::Unpaid);
    let open = last.filter(|attempt| attempt.status.is_open());
    let word = outcome(purchase, last);
    let title = at.t("付款结果", "Payment result");
    let orders = html! {
        section.blk {
            div.hd.tight { h2 { (at.t("订单内容", "Order summary")) } span.mut { (when::money(purchase.total)) } }
            @for (order, shop) in bought(&shown) {
                div.kv {
                    span { a href={ "/orders/" (order.id) } { (shop.name) } small { (held(&at, order)) }
                        @if purchase.status == Status::Paid { small { (crate::promise::of_card(&at, order.ship_by)) } } }
                    b { (when::money(order.sums.total)) }
                }
            }
        }
    };
    let (class, icon) = match word {
        "paid" => ("good", &icons::DONE),
        "failed" | "closed" | "cancelled" => ("bad", &icons::FAILED),
        _ => ("wait", &icons::CLOCK),
    };
    let back = shown.attempts.iter().any(|attempt| attempt.captured.is_some_and(|m| m.minor > 0));
    let note = |word| PAYMENT_RESULT_NOTES.say(at.lang(), word);
    let words = match word {
        "closed" | "cancelled" => note(if back { "returned" } else { "kept" }),
        "transfer" | "unpaid" => format!("{}{}{}", at.by(purchase.pay_by), at.t("", " "), note(word)),
        _ => note(word),
    };
    let body = html! {
        section class={ "blk result " (class) } role="status" data-wait=[open.map(|attempt| format!("/api/store/payments/{}", attempt.id))] data-status=[open.map(|_| "pending")] {
            (PreEscaped(icon.0))
            h1 { (PAYMENT_RESULT.say(at.lang(), word)) }
            p { (words) }
            div.acts { (acts(&at, &shown, word, open.and_then(|attempt| attempt.redirect.as_deref()))) }
        }
        (orders)
    };
    let refresh = open.map(|attempt| if attempt.by_hand { 60 } else { 2 });
    Ok(Frame::of(Tab::Orders).narrow().refresh(refresh).page(&at.look, title, &body))
}

/// `GET /cashier/{payment}`: the embedded provider's cashier.
pub async fn cashier(at: MemberPage) -> Result<Response, Failure> {
    let attempt = at_cashier(&at.site, at.who(), at.id("payment")?).await?;
    let back = format!("/pay/{}/result", attempt.purchase);
    if !attempt.status.is_open() {
        return Ok(Redirect::to(&back).into_response());
    }
    let title = at.t("演示收银台", "Demo cashier");
    let body = html! {
        section.blk.result { p { (at.t("这里不动真钱。", "No real money moves here.")) } p.big { (parts::price_whole(attempt.amount)) } p.s12.mono { (attempt.id) } }
        form.blk action={ "/cashier/" (attempt.id) } method="post" {
            h2 { (at.t("选择付款结果", "Choose an outcome")) }
            div.services {
                @for (i, script) in SCRIPTS.into_iter().enumerate() {
                    @let word = script.split(':').next().unwrap_or(script);
                    button.btn.pri[i == 0] name="script" value=(script) { (CASHIER.say(at.lang(), word)) small { (CASHIER_NOTES.say(at.lang(), word)) } }
                }
            }
        }
    };
    Ok(Frame::of(Tab::Orders).back(&back).narrow().page(&at.look, title, &body).into_response())
}

/// `POST /cashier/{payment}`.
pub async fn decide(at: MemberPage) -> Result<Redirect, Failure> {
    let script = at.fields.text("script").to_owned();
    let purchase = confirm(&at.site, at.who(), at.id("payment")?, script).await?;
    Ok(Redirect::to(&format!("/pay/{purchase}/result")))
}

/// The mark of a payment's state, for lists.
pub fn mark(status: Status) -> Mark {
    match status {
        Status::Unpaid => Mark::Warning,
        Status::Paid | Status::Shipped => Mark::Running,
        Status::Received => Mark::Kept,
        Status::Cancelled | Status::Closed | Status::Refunded => Mark::None,
    }
}
