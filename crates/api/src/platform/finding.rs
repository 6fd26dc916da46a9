//! Money that moved at a provider though nobody here moved it, and refunds that were refused for good.

use crate::shape::time;
use flows::buy::{self, Error as BuyError};
use kernel::Market;
use kernel::id::{Payment, Refund as RefundKind};
use trade::payment::{self, Finding, Refund};
use web_kit::prelude::*;

/// Money of a payment that moved outside.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FindingView {
    /// Of which payment.
    pub payment: String,
    /// Of which purchase.
    pub purchase: String,
    /// At which provider.
    pub provider: String,
    /// What was told last, in the provider's word.
    pub word: String,
    /// How much it was about.
    pub amount: Option<Money>,
    /// Everything that was told, oldest first.
    pub told: Vec<String>,
    /// When the first of it was told.
    pub found_at: String,
    /// Whether somebody has to look.
    pub open: bool,
    /// What the one who closed it noted.
    pub note: Option<String>,
    /// When it was closed.
    pub closed_at: Option<String>,
}

impl FindingView {
    fn of(finding: Finding, market: &Market) -> Self {
        Self {
            payment: finding.payment.to_string(),
            purchase: finding.purchase.to_string(),
            provider: finding.provider.name().to_owned(),
            word: finding.word.into(),
            amount: finding.amount,
            told: finding.told.lines().map(str::to_owned).collect(),
            found_at: time(market, finding.found_at),
            open: finding.open,
            note: finding.note.map(String::from),
            closed_at: finding.closed_at.map(|at| time(market, at)),
        }
    }
}

/// The findings that are open, newest payments first.
#[operation(get, "/findings", tag = "money", needs = "platform.money")]
pub async fn findings(at: Context, query: Paging) -> Answer<ListPage<FindingView>> {
    let last = query.after_id()?;
    let find = move |q: &mut Read<'_>, most| payment::findings(q, true, last, most);
    let view = |finding| FindingView::of(finding, &at.site.market);
    at.page(query.limit()?, find, |finding| finding.payment.to_string(), view).await
}

/// What was done about a finding.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseBody {
    /// In words.
    #[schema(min_length = 1, max_length = 500)]
    note: String,
}

/// Closes a finding: its purchase ships again, and what was held back of its shops' money is free.
#[operation(post, "/findings/{payment}/close", tag = "money", needs = "platform.money")]
pub async fn close(at: Context, payment: Id<Payment>, body: CloseBody) -> Written<FindingView> {
    let market = at.site.market.clone();
    let keys: Keys = at.site.read(move |q| Ok(buy::keys_to_close(q, payment)?)).await?;
    at.write("finding.close", keys, move |tx, ctx| {
        let closed = buy::close_finding(tx, ctx, payment, &body.note)?;
        Ok::<_, BuyError>(FindingView::of(closed, &market))
    })
    .await
}

/// A refund that was refused for good.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FailedRefund {
    /// Its id.
    pub refund: String,
    /// Of which payment.
    pub payment: String,
    /// Of which order, if of one.
    pub order: Option<String>,
    /// How much.
    pub amount: Money,
    /// `wanted`, `sent` or `failed`.
    pub status: &'static str,
    /// Why it goes back.
    pub why: &'static str,
    /// What the provider said.
    pub failed: Option<String>,
    /// When it was wanted.
    pub wanted_at: String,
}

impl FailedRefund {
    fn of(refund: Refund, market: &Market) -> Self {
        Self {
            refund: refund.id.to_string(),
            payment: refund.payment.to_string(),
            order: refund.order.map(|order| order.to_string()),
            amount: refund.amount,
            status: refund.status.as_str(),
            why: refund.why.as_str(),
            failed: refund.failed.map(String::from),
            wanted_at: time(market, refund.wanted_at),
        }
    }
}

/// The refunds that were refused for good, newest first.
#[operation(get, "/refunds/failed", tag = "money", needs = "platform.money")]
pub async fn failed(at: Context, query: Paging) -> Answer<ListPage<FailedRefund>> {
    let last = query.after_id()?;
    let find = move |q: &mut Read<'_>, most| payment::failed_refunds(q, last, most);
    let view = |refund| FailedRefund::of(refund, &at.site.market);
    at.page(query.limit()?, find, |refund| refund.id.to_string(), view).await
}

/// Sends a refund again that was refused for good, under its own id: it is paid out once.
#[operation(post, "/refunds/{refund}/retry", tag = "money", needs = "platform.money")]
pub async fn retry(at: Context, refund: Id<RefundKind>) -> Written<FailedRefund> {
    let market = at.site.market.clone();
    let keys: Keys = at.site.read(move |q| Ok(buy::keys_to_send_again(q, refund)?)).await?;
    let again = at.write("refund.retry", keys, move |tx, ctx| {
        Ok::<_, BuyError>(FailedRefund::of(buy::send_again(tx, ctx, refund)?, &market))
    });
    let answer = again.await?;
    at.site.services.wake_worker();
    Ok(answer)
}
