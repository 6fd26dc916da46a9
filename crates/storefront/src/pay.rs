//! Paying: `/pay/{purchase}` offers the ways to pay, `/pay/{purchase}/result` says how it went, `/cashier/{payment}` is the
//! embedded provider's own cashier, where one can also fail, pay twice or pay late on purpose.
//!
//! Invariants: whether something is paid is what the store says, never what a provider's page sent along; the page that waits
//! asks again by itself without scripts; only the buyer sees any of it.

use crate::parts::{self, Mark};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use flows::buy::{self, Error as BuyError};
use flows::view::{self, PurchasePage};
use kernel::id::{Payment, Purchase};
use kernel::{Id, Moment};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use trade::order::{self, Status};
use trade::payment::Status as Paid;
use web_kit::idempotency::IdempotentForm;
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::icons;
use web_kit::storefront::pay::{at_cashier, begin, confirm};
use web_kit::ui::{Page, RenderContext};
use web_kit::when;

async fn shown(site: &Site, who: &Principal, id: Id<Purchase>) -> Result<PurchasePage, Failure> {
    let member = who.member()?;
    site.read(move |q| Ok(view::purchase(q, member, id)?)).await
}

/// What a provider is called.
pub fn provider(lang: Lang, name: &str) -> (&'static str, &'static str) {
    match name {
        "sandbox" => (
            t(lang, "演示收银台", "Demo cashier"),
            t(lang, "不动真钱，可以试各种结果", "no real money; every outcome can be tried"),
        ),
        "stripe" => (
            t(lang, "银行卡（Stripe）", "Card (Stripe)"),
            t(lang, "到 Stripe 的页面付", "paid on Stripe's page"),
        ),
        "transfer" => {
            (t(lang, "银行转账", "Bank transfer"), t(lang, "转到平台的账户", "to the mall's account"))
        }
        _ => (t(lang, "其他付法", "Another way"), ""),
    }
}

/// `GET /pay/{purchase}`.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let lang = look.lang;
    let id: Id<Purchase> = crate::shelf::id(&id)?;
    let shown = shown(&site, &who, id).await?;
    let purchase = &shown.purchase.purchase;
    if purchase.status != Status::Unpaid {
        return Ok(Redirect::to(&format!("/pay/{id}/result")).into_response());
    }
    let now = (site.now)();
    let title = t(lang, "付款", "Pay");
    let left = purchase.pay_by.micros() - now.micros();
    let over = t(lang, "付款时间到了，订单会自动关闭", "The time to pay is over; the order closes by itself");
    let transfer_by = crate::transfer::by(&site, now, purchase);
    let awaited = crate::transfer::awaited(&shown.attempts);
    let gateways = site.services.gateways().iter();
    let names: Vec<(&str, Option<Moment>)> = gateways
        .filter(|gateway| gateway.by_hand().is_none() || transfer_by.is_some())
        .map(|gateway| (gateway.name(), transfer_by.filter(|_| gateway.by_hand().is_some())))
        .collect();
    let body = html! {
        @if let Some(redirect) = awaited.and_then(|attempt| attempt.redirect.as_deref()) {
            div.msg role="status" {
                (icons::CLOCK)
                b { (t(lang, "在等你的银行转账", "Your bank transfer is awaited")) }
                p { a href=(redirect) { (t(lang, "看账户和附言", "See the account and the reference")) } (t(lang, "。已经转了就别再付一次。", ". If it is on its way, do not pay again.")) }
            }
        }
        section.blk.result {
            p { (t(lang, "应付", "To pay")) }
            p.big { (parts::price_whole(purchase.total)) }
            p { @match lang { Lang::Zh => { (parts::countdown(lang, left, over)) " 内付款，过时自动关闭，库存放回。" } Lang::En => { "Pay within " (parts::countdown(lang, left, over)) "; then it closes by itself and the stock goes back." } } }
        }
        form action={ "/pay/" (id) } method="post" {
            input type="hidden" name="key" value=(site.form_key());
            section.blk {
                div.hd { h2 { (t(lang, "怎么付？", "How?")) } }
                @if names.is_empty() { p.sub { (t(lang, "商城还没有接付款渠道。", "This mall has no payment provider yet.")) } }
                div.pick role="radiogroup" aria-label=(t(lang, "付款方式", "Ways to pay")) {
                    @for (i, (name, within)) in names.iter().enumerate() {
                        @let (called, more) = provider(lang, name);
                        label { input type="radio" name="provider" value=(name) checked[i == 0]; span { (called) small { (more)
                            @if let Some(within) = within { @match lang { Lang::Zh => { "，" (when::by(lang, &site.market, now, *within)) "到账即可" } Lang::En => { ", here " (when::by(lang, &site.market, now, *within)) } } }
                        } } }
                    }
                }
            }
            section.blk {
                div.hd.tight { h2 { (t(lang, "付的是什么？", "For what?")) } }
                @for (order, shop) in shown.purchase.orders.iter().zip(&shown.shops) {
                    div.kv { span { (shop.name) small { (order.lines.iter().map(|line| format!("{} × {}", line.title, line.quantity)).collect::<Vec<_>>().join(t(lang, "，", ", "))) } } b { (when::money(order.sums.total)) } }
                }
            }
            @if !names.is_empty() { div.bar { span.s { b { (when::money(purchase.total)) } (t(lang, "应付", "to pay")) } button.b1 { (t(lang, "去付款", "Pay now")) } } }
        }
        form.acts.center action={ "/pay/" (id) "/cancel" } method="post" { input type="hidden" name="key" value=(site.form_key()); button.linkish { (t(lang, "不买了，取消这笔", "Call it off")) } }
        div.pad.hide-wide {}
    };
    Ok(Frame::of(Tab::Orders).back("/orders").narrow().page(&look, title, &body).into_response())
}

/// Which provider.
#[derive(Debug, Deserialize)]
pub struct Start {
    provider: String,
}

/// What starting answers, for a second press.
#[derive(Debug, Serialize, Deserialize)]
struct Started {
    payment: Id<Payment>,
}

/// `POST /pay/{purchase}`: to the provider's cashier.
pub async fn start(
    State(site): State<Site>,
    Path(id): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Start>,
) -> Result<Redirect, Failure> {
    let member = act.who.member()?;
    let id: Id<Purchase> = crate::shelf::id(&id)?;
    let (services, name) = (site.services.clone(), form.provider.clone());
    let keys = order::purchase_key(id).into();
    let started = act
        .value(&site, "mall.pay", keys, move |tx, ctx| {
            let attempt = buy::start(tx, ctx, &services, member, id, (&name, None))?;
            Ok::<_, BuyError>(Started { payment: attempt.id })
        })
        .await?;
    let back = format!("/pay/{id}/result");
    let redirect = begin(&site, &act.who, started.payment, Some(back.clone())).await?;
    Ok(Redirect::to(&redirect.unwrap_or(back)))
}

/// `POST /pay/{purchase}/cancel`: called off before payment.
pub async fn cancel(
    State(site): State<Site>,
    Path(id): Path<String>,
    IdempotentForm { act, form: Nothing {} }: IdempotentForm<Nothing>,
) -> Result<Redirect, Failure> {
    let member = act.who.member()?;
    let id: Id<Purchase> = crate::shelf::id(&id)?;
    shown(&site, &act.who, id).await?;
    let keys = site.read(move |q| Ok(buy::keys_to_end(q, id)?)).await?;
    act.value(&site, "mall.cancel", keys, move |tx, ctx| buy::cancel(tx, ctx, member, id).map(|_| true))
        .await?;
    site.services.notify_waiting(id);
    Ok(Redirect::to(&format!("/pay/{id}/result")))
}

/// A form of its key alone.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// `GET /pay/{purchase}/result`.
pub async fn result(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<Page, Failure> {
    let lang = look.lang;
    let id: Id<Purchase> = crate::shelf::id(&id)?;
    let shown = shown(&site, &who, id).await?;
    let now = (site.now)();
    let purchase = &shown.purchase.purchase;
    let last = shown.attempts.first();
    let waits = purchase.status == Status::Unpaid && last.is_some_and(|attempt| attempt.status.is_open());
    let failed =
        purchase.status == Status::Unpaid && last.is_some_and(|attempt| attempt.status == Paid::Failed);
    let title = t(lang, "付款结果", "Payment");
    let orders = html! {
        section.blk {
            div.hd.tight { h2 { (t(lang, "买了什么？", "What was bought?")) } span.mut { (when::money(purchase.total)) } }
            @for (order, shop) in shown.purchase.orders.iter().zip(&shown.shops) {
                div.kv {
                    span { a href={ "/orders/" (order.id) } { (shop.name) } small { (order.lines.iter().map(|line| format!("{} × {}", line.title, line.quantity)).collect::<Vec<_>>().join(t(lang, "，", ", "))) }
                        @if purchase.status == Status::Paid { small { (crate::promise::of_card(lang, &site.market, now, order.ship_by)) } } }
                    b { (when::money(order.sums.total)) }
                }
            }
        }
    };
    let transferred = crate::transfer::awaited(&shown.attempts).filter(|_| purchase.status == Status::Unpaid);
    let by_hand = waits && last.is_some_and(|attempt| attempt.by_hand);
    let (class, icon, head, words, acts): (_, &icons::Icon, _, String, Markup) = match purchase.status {
        _ if by_hand => (
            "wait",
            &icons::CLOCK,
            t(lang, "在等你的转账到账", "Waiting for your transfer"),
            when::by(lang, &site.market, now, purchase.pay_by)
                + t(
                    lang,
                    "到账有效。到账后平台登记，这页自己会更新；也可以离开，结果在订单里。",
                    " it counts. Once it is here we record it, and this page follows by itself; you can leave, the result is in your orders.",
                ),
            html! {
                @if let Some(redirect) = transferred.and_then(|attempt| attempt.redirect.as_deref()) { a.btn.pri href=(redirect) { (t(lang, "看账户和附言", "See account and reference")) } }
                a.btn href={ "/pay/" (id) } { (t(lang, "换一种付法", "Pay another way")) }
            },
        ),
        _ if waits => (
            "wait",
            &icons::CLOCK,
            t(lang, "正在等付款渠道确认", "Waiting for the provider to confirm"),
            t(
                lang,
                "一般几秒就好。这页自己会更新，也可以离开，结果在订单里。",
                "Usually seconds. This page follows by itself; you can leave, the result is in your orders.",
            )
            .to_owned(),
            html! {
                @if let Some(redirect) = last.and_then(|attempt| attempt.redirect.as_deref()) { a.btn href=(redirect) { (t(lang, "还没付？回到收银台", "Not paid yet? To the cashier")) } }
                a.btn href={ "/pay/" (id) "/result" } { (t(lang, "再看一次", "Look again")) }
            },
        ),
        _ if failed => (
            "bad",
            &icons::FAILED,
            t(lang, "没有付成", "The payment failed"),
            t(
                lang,
                "没有扣钱。库存还给你留着，可以再付一次，或换一种付法。",
                "Nothing was taken. Your goods are still kept: pay again, or another way.",
            )
            .to_owned(),
            html! { a.btn.pri href={ "/pay/" (id) } { (t(lang, "再付一次", "Pay again")) } },
        ),
        Status::Paid => (
            "good",
            &icons::DONE,
            t(lang, "付好了", "Paid"),
            t(
                lang,
                "钱由平台保管，你确认收货以后才付给店铺。",
                "The mall holds the money until you have your goods.",
            )
            .to_owned(),
            html! {
                @if let [order] = shown.purchase.orders.as_slice() { a.btn.pri href={ "/orders/" (order.id) } { (t(lang, "看订单", "See the order")) } } @else { a.btn.pri href="/orders?status=paid" { (t(lang, "看订单", "See the orders")) } }
                a.btn href="/" { (t(lang, "继续逛", "Go on looking")) }
            },
        ),
        Status::Cancelled | Status::Closed => {
            let back = shown.attempts.iter().any(|attempt| attempt.captured.is_some_and(|m| m.minor > 0));
            let words = if back {
                t(lang, "付款到得太晚，钱已经在原路退回。", "The money came too late and is on its way back.")
            } else {
                t(lang, "没有扣钱，库存和券都放回去了。", "Nothing was taken; stock and coupons went back.")
            };
            (
                "bad",
                &icons::FAILED,
                if purchase.status == Status::Closed {
                    t(lang, "没有按时付款，已关闭", "Not paid in time: closed")
                } else {
                    t(lang, "已取消", "Called off")
                },
                words.to_owned(),
                html! { a.btn.pri href="/cart" { (t(lang, "回购物车", "To the cart")) } a.btn href="/orders" { (t(lang, "我的订单", "My orders")) } },
            )
        }
        _ => (
            "wait",
            &icons::CLOCK,
            t(lang, "还没有付款", "Not paid yet"),
            when::by(lang, &site.market, now, purchase.pay_by) + t(lang, "付款有效。", " it can be paid."),
            html! { a.btn.pri href={ "/pay/" (id) } { (t(lang, "去付款", "Pay")) } },
        ),
    };
    let payment = last.filter(|_| waits).map(|attempt| attempt.id);
    let body = html! {
        section class={ "blk result " (class) } role="status" data-wait=[payment.map(|payment| format!("/api/store/payments/{payment}"))] data-status=[payment.map(|_| "pending")] {
            (maud::PreEscaped(icon.0))
            h1 { (head) }
            p { (words) }
            div.acts { (acts) }
        }
        (orders)
    };
    let refresh = waits.then_some(if by_hand { 60 } else { 2 });
    Ok(Frame::of(Tab::Orders).narrow().refresh(refresh).page(&look, title, &body))
}

/// `GET /cashier/{payment}`: the embedded provider's cashier.
pub async fn cashier(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let lang = look.lang;
    let attempt = at_cashier(&site, &who, crate::shelf::id(&id)?).await?;
    if !attempt.status.is_open() {
        return Ok(Redirect::to(&format!("/pay/{}/result", attempt.purchase)).into_response());
    }
    let title = t(lang, "演示收银台", "Demo cashier");
    let choices: [(&str, &str, &str, &str, &str); 7] = [
        ("ok", "付款", "Pay", "马上到账", "told at once"),
        ("fail", "付款失败", "Fail", "银行拒绝，不扣钱", "the bank refuses, nothing is taken"),
        ("delay:5", "5 秒后到账", "Pay, told 5 s later", "看等待的样子", "see the page wait"),
        ("double", "付款，通知两次", "Pay, told twice", "只能记一次账", "it is booked once"),
        (
            "late",
            "太晚到账",
            "Pay too late",
            "订单关闭后才到，要自动退回",
            "after closing: the money goes back by itself",
        ),
        ("surplus:100", "多付一点", "Pay too much", "多的钱要自动退回", "the surplus goes back by itself"),
        ("silent", "付了但不通知", "Pay, never told", "要靠我们自己去查", "we have to find out"),
    ];
    let body = html! {
        section.blk.result { p { (t(lang, "这里不动真钱。", "No real money moves here.")) } p.big { (parts::price_whole(attempt.amount)) } p.s12.mono { (attempt.id) } }
        form.blk action={ "/cashier/" (attempt.id) } method="post" {
            h2 { (t(lang, "要怎么付？", "How shall it go?")) }
            div.services {
                @for (i, (script, zh, en, more_zh, more_en)) in choices.iter().enumerate() {
                    button.btn.pri[i == 0] name="script" value=(script) { (t(lang, zh, en)) small { (t(lang, more_zh, more_en)) } }
                }
            }
        }
    };
    let back = format!("/pay/{}/result", attempt.purchase);
    Ok(Frame::of(Tab::Orders).back(&back).narrow().page(&look, title, &body).into_response())
}

/// What the buyer does at the cashier.
#[derive(Debug, Deserialize)]
pub struct Decide {
    script: String,
}

/// `POST /cashier/{payment}`.
pub async fn decide(
    State(site): State<Site>,
    who: Principal,
    Path(id): Path<String>,
    web_kit::problem::Form(form): web_kit::problem::Form<Decide>,
) -> Result<Redirect, Failure> {
    let purchase = confirm(&site, &who, crate::shelf::id(&id)?, form.script).await?;
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
