//! `/pay/transfer/{payment}`: where a bank transfer goes, how much, with which reference, and until when.
//!
//! Invariants: only the buyer sees it; what is copied is what stands there; whether the money came is what the store says.

use crate::parts::{self, Mark};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{Payment, Purchase as PurchaseKind};
use kernel::{Id, Moment};
use maud::{Markup, html};
use trade::order::{self, Purchase, Status};
use trade::payment::{self, Attempt, ByHand};
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::storefront::frame::{Frame, Tab};
use web_kit::storefront::transfer::grouped;
use web_kit::ui::RenderContext;
use web_kit::when;

/// By when a purchase would be paid for by transfer; none if its terms have no transfers.
pub fn by(site: &Site, now: Moment, purchase: &Purchase) -> Option<Moment> {
    let terms = site.services.terms_of(&purchase.terms, now).ok()?;
    Some(terms.transfer_by(purchase.placed_at)?.max(purchase.pay_by))
}

/// The transfer that a purchase waits for, if it does.
pub fn awaited(attempts: &[Attempt]) -> Option<&Attempt> {
    attempts.iter().find(|attempt| attempt.by_hand && attempt.status.is_open())
}

/// `GET /pay/transfer/{payment}`.
pub async fn page(
    State(site): State<Site>,
    who: Principal,
    look: RenderContext,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let member = who.member()?;
    let id: Id<Payment> = crate::shelf::id(&id)?;
    let (attempt, purchase) = site
        .read(move |q| {
            let attempt = payment::attempt(q, id)?;
            let purchase = order::purchase(q, member, attempt.purchase)?.purchase;
            Ok((attempt, purchase))
        })
        .await?;
    let gateway = site.services.gateway(attempt.provider.name())?;
    let Some(account) = gateway.by_hand() else {
        return Err(Failure::not_found("这笔付款不是银行转账。", "this payment is no bank transfer"));
    };
    let reference = attempt.reference.as_deref().filter(|_| attempt.status.is_open());
    let Some(reference) = reference.filter(|_| purchase.status == Status::Unpaid) else {
        return Ok(Redirect::to(&format!("/pay/{}/result", purchase.id)).into_response());
    };
    let title = t(look.lang, "银行转账", "Bank transfer");
    let body = drawn(&site, &look, &purchase, (&attempt, reference), account);
    let back = format!("/pay/{}", purchase.id);
    Ok(Frame::of(Tab::Orders).back(&back).narrow().page(&look, title, &body).into_response())
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    purchase: &Purchase,
    (attempt, reference): (&Attempt, &str),
    account: &ByHand,
) -> Markup {
    let (lang, now) = (look.lang, (site.now)());
    let to = match lang {
        Lang::Zh => &account.zh,
        Lang::En => &account.en,
    };
    let left = purchase.pay_by.micros() - now.micros();
    let over = t(lang, "时间到了，订单会自动关闭", "The time is over; the order closes by itself");
    html! {
        @if account.demo {
            (parts::message(Mark::Warning, t(lang, "演示账户，别真的转钱", "A demo account: send no real money"),
                t(lang, "要看后面怎样：平台人员在后台“钱 → 银行转账”里登记一笔到账。", "To go on, the platform's staff records the money in the console under Money, Bank transfers.")))
        }
        section.blk.result data-wait={ "/api/store/payments/" (attempt.id) } data-status="pending" {
            p { (t(lang, "请转", "Please send")) }
            p.big { (parts::price_whole(attempt.amount)) }
            p {
                @match lang {
                    Lang::Zh => { (when::by(lang, &site.market, now, purchase.pay_by)) "到账有效，还剩 " (parts::countdown(lang, left, over)) },
                    Lang::En => { "It counts if it is here " (when::by(lang, &site.market, now, purchase.pay_by)) ": " (parts::countdown(lang, left, over)) " left" },
                }
            }
        }
        section.blk {
            div.hd { h2 { (t(lang, "转到哪里？", "To where?")) } }
            div.acct {
                (row(lang, t(lang, "附言", "Reference"), &grouped(reference), reference, true))
                (row(lang, t(lang, "金额", "Amount"), &html! { (when::money(attempt.amount)) }, &when::bare(attempt.amount), false))
                (row(lang, t(lang, "账号", "Account"), &html! { span.nums { (to.number) } }, &to.number, false))
                (row(lang, t(lang, "收款人", "Holder"), &html! { (to.holder) }, &to.holder, false))
                (row(lang, t(lang, "开户行", "Bank"), &html! { (to.bank) }, &to.bank, false))
            }
            p.note { (t(lang,
                "附言一定要写：这笔钱靠它认出来。金额一分不差：少了整笔退回，多了只退多的。",
                "The reference must be on it: the money is known by it. The amount must be exact: too little goes back whole, of too much the rest goes back.")) }
        }
        section.blk {
            div.hd { h2 { (t(lang, "然后呢？", "And then?")) } }
            ol.steps {
                li { (t(lang, "你在银行转账，附言照抄。", "You send it at your bank, with the reference.")) }
                li { (t(lang, "钱到了，平台登记，你的订单变成已付款。这页自己会更新。", "It arrives, we record it, and your orders are paid. This page follows by itself.")) }
                li { (t(lang, "这段时间库存一直给你留着；发货时限从到账起算。", "Your goods are kept for you meanwhile; the time to ship runs from the money's arrival.")) }
            }
            div.acts {
                a.btn.pri href={ "/pay/" (purchase.id) "/result" } { (t(lang, "我转好了", "I have sent it")) }
                a.btn href={ "/pay/" (purchase.id) } { (t(lang, "换一种付法", "Pay another way")) }
            }
        }
        (call_off(site, lang, purchase.id))
    }
}

/// One thing to copy.
fn row(lang: Lang, name: &str, shown: &Markup, copied: &str, strong: bool) -> Markup {
    html! {
        div.strong[strong] {
            span { (name) }
            b { (shown) }
            button.copy type="button" hidden data-copy=(copied) data-done=(t(lang, "已复制", "Copied")) aria-label={ (t(lang, "复制", "Copy")) " " (name) } { (t(lang, "复制", "Copy")) }
        }
    }
}

/// A way out.
fn call_off(site: &Site, lang: Lang, purchase: Id<PurchaseKind>) -> Markup {
    html! {
        form.acts.center action={ "/pay/" (purchase) "/cancel" } method="post" {
            input type="hidden" name="key" value=(site.form_key());
            button.linkish { (t(lang, "不买了，取消这笔", "Call it off")) }
        }
    }
}
