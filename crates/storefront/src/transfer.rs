//! `/pay/transfer/{payment}`: where a bank transfer goes, how much, with which reference, and until when.
//!
//! Invariants: only the buyer sees it; what is copied is what stands there; whether the money came is what the store says.

use crate::prelude::*;
use kernel::id::Payment;
use trade::order::{self, Purchase, Status};
use trade::payment::{self, Attempt, ByHand};
use web_kit::storefront::transfer::grouped;

/// By when a purchase would be paid for by transfer; none if its terms have no transfers.
pub fn by(at: &PageContext, purchase: &Purchase) -> Option<Moment> {
    let terms = at.site.services.terms_of(&purchase.terms, at.now()).ok()?;
    Some(terms.transfer_by(purchase.placed_at)?.max(purchase.pay_by))
}

/// The transfer that a purchase waits for, if it does.
pub fn awaited(attempts: &[Attempt]) -> Option<&Attempt> {
    attempts.iter().find(|attempt| attempt.by_hand && attempt.status.is_open())
}

/// `GET /pay/transfer/{payment}`.
pub async fn page(at: MemberPage) -> Result<Response, Failure> {
    let (member, id) = (at.member, at.id::<Payment>("payment")?);
    let (attempt, purchase) = at
        .read(move |q| {
            let attempt = payment::attempt(q, id)?;
            let purchase = order::purchase(q, member, attempt.purchase)?.purchase;
            Ok((attempt, purchase))
        })
        .await?;
    let gateway = at.site.services.gateway(attempt.provider.name())?;
    let Some(account) = gateway.by_hand() else {
        return Err(Failure::not_found("这笔付款不是银行转账。", "this payment is no bank transfer"));
    };
    let reference = attempt.reference.as_deref().filter(|_| attempt.status.is_open());
    let Some(reference) = reference.filter(|_| purchase.status == Status::Unpaid) else {
        return Ok(Redirect::to(&format!("/pay/{}/result", purchase.id)).into_response());
    };
    let title = at.t("银行转账", "Bank transfer");
    let body = drawn(&at, &purchase, (&attempt, reference), account);
    let back = format!("/pay/{}", purchase.id);
    Ok(Frame::of(Tab::Orders).back(&back).narrow().page(&at.look, title, &body).into_response())
}

fn drawn(
    at: &PageContext,
    purchase: &Purchase,
    (attempt, reference): (&Attempt, &str),
    account: &ByHand,
) -> Markup {
    let to = at.pick(&account.zh, &account.en);
    let over = at.t("付款时间已过，订单将自动关闭", "Time is up. The order will close automatically");
    let left = parts::countdown(at, purchase.pay_by, over);
    html! {
        @if account.demo {
            (message(Mark::Warning, at.t("演示账户，请不要真的转账", "Demo account: don't send real money"),
                at.t("要看后面怎样：平台人员在后台“钱 → 银行转账”里登记一笔到账。", "To go on, the platform's staff records the money in the console under Money, Bank transfers.")))
        }
        section.blk.result data-wait={ "/api/store/payments/" (attempt.id) } data-status="pending" {
            @let missing = attempt.missing();
            @if attempt.received.minor > 0 {
                p { @match at.lang() {
                    Lang::Zh => { "已到 " b { (when::money(attempt.received)) } "，共 " (when::money(attempt.amount)) "，还差" },
                    Lang::En => { "Received " b { (when::money(attempt.received)) } " of " (when::money(attempt.amount)) ". Still missing:" },
                } }
            } @else { p { (at.t("转账金额", "Amount to send")) } }
            p.big { (parts::price_whole(missing)) }
            p {
                @match at.lang() {
                    Lang::Zh => { (at.by(purchase.pay_by)) "到账有效，还剩 " (left) },
                    Lang::En => { "Must arrive " (at.by(purchase.pay_by)) ", " (left) " left" },
                }
            }
        }
        section.blk {
            div.hd { h2 { (at.t("收款账户", "Send to")) } }
            div.acct {
                (row(at, at.t( "附言", "Reference"), &grouped(reference), reference, true))
                (row(at, at.t( "金额", "Amount"), &html! { (when::money(attempt.missing())) }, &when::bare(attempt.missing()), false))
                (row(at, at.t( "账号", "Account"), &html! { span.nums { (to.number) } }, &to.number, false))
                (row(at, at.t( "收款人", "Holder"), &html! { (to.holder) }, &to.holder, false))
                (row(at, at.t( "开户行", "Bank"), &html! { (to.bank) }, &to.bank, false))
            }
            p.note { (at.t(
                "附言必须填写，平台靠它识别这笔付款。可以用同一附言分几笔转，累计到账后视为付清；多付退回多出的部分，逾期仍不足则全部退回。",
                "Include the reference so we can match your payment. You can send it in several transfers with the same reference: the order is paid once they add up. Anything over is returned; if the total is still short at the deadline, all of it is returned.")) }
        }
        section.blk {
            div.hd { h2 { (at.t("付款步骤", "What happens next")) } }
            ol.steps {
                li { (at.t("在银行转账，附言照抄。", "Send it from your bank, with the reference.")) }
                li { (at.t("到账后平台登记，收齐后订单变为已付款，本页自动更新。", "We record it when it arrives; once all of it is here your order is paid. This page updates automatically.")) }
                li { (at.t("期间为你保留库存，发货时限从到账起算。", "Your items stay reserved. The shipping time starts when your payment arrives.")) }
            }
            div.acts {
                a.btn.pri href={ "/pay/" (purchase.id) "/result" } { (at.t("我已转账", "I've sent it")) }
                a.btn href={ "/pay/" (purchase.id) } { (at.t("更换付款方式", "Change payment method")) }
            }
        }
        (call_off(at, purchase))
    }
}

/// One thing to copy.
fn row(at: &PageContext, name: &str, shown: &Markup, copied: &str, strong: bool) -> Markup {
    html! {
        div.strong[strong] {
            span { (name) }
            b { (shown) }
            button.copy type="button" hidden data-copy=(copied) data-done=(at.t("已复制", "Copied")) aria-label={ (at.t("复制", "Copy")) " " (name) } { (at.t("复制", "Copy")) }
        }
    }
}

/// A way out: it asks first.
pub fn call_off(at: &PageContext, purchase: &Purchase) -> Markup {
    html! {
        @if let Some(part) = purchase.parts.first() {
            div.acts.center { a.linkish href={ "/orders/" (part.order) "?ask=cancel#ask" } { (at.t("取消订单", "Cancel order")) } }
        }
    }
}
