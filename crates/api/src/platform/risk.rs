//! Orders that wait for a person of the platform: why, and what becomes of them.

use crate::merchant::order::{OrderDetail, OrderRow};
use flows::buy;
use kernel::id::Order;
use trade::order::{self, Side};
use trade::risk::Reason;
use web_kit::prelude::*;
use web_kit::view::order::sites;

const HOUR: i64 = 3_600_000_000;

/// A rule of risk that an order's purchase broke.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReasonView {
    /// What there was too much of: `member`, `phone`, `address` or `device` (purchases of or to one), `unpaid` (purchases of a
    /// member that wait for their payment), `units` (of one thing, bought by a new account).
    pub sign: &'static str,
    /// How many there were, the purchase itself among them.
    pub figure: i64,
    /// How many there may be.
    pub most: i64,
    /// In what both are counted: `purchases` or `units`.
    pub unit: &'static str,
    /// Within how many hours before it.
    pub within_hours: i64,
}

impl ReasonView {
    fn of(reason: &Reason) -> Self {
        Self {
            sign: reason.sign.as_str(),
            figure: reason.figure,
            most: reason.most,
            unit: reason.sign.unit(),
            within_hours: reason.within / HOUR,
        }
    }
}

/// An order with its timeline, as the platform sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SaleDetail {
    /// The order.
    #[serde(flatten)]
    pub detail: OrderDetail,
    /// Why it waits for a person, or waited; empty if it never did.
    pub reasons: Vec<ReasonView>,
}

/// One order.
#[operation(get, "/sales/{order}", tag = "sales", needs = "platform.orders")]
pub async fn get(at: Context, order: Id<Order>) -> Answer<SaleDetail> {
    let (now, market) = (at.now(), at.site.market.clone());
    at.answer(move |q| {
        let view = order::order(q, order)?;
        let reasons = view.order.reasons.iter().map(ReasonView::of).collect();
        let sites = sites(q, &view.order)?;
        let paid = flows::late_shipping::paid_for(q, &view.order, now)?;
        Ok(SaleDetail { detail: OrderDetail::of(view, sites, paid.as_ref(), &market, now), reasons })
    })
    .await
}

/// Lets an order go on that is under review. Its deadlines move by the time for which it was paid for and could not be shipped.
#[operation(post, "/sales/{order}/clear", tag = "sales", needs = "platform.risk")]
pub async fn clear(at: Context, order: Id<Order>) -> Written<OrderRow> {
    let keys = at.site.read(move |q| Ok(buy::keys_of_order(q, Side::Platform, order)?)).await?;
    let (market, services) = (at.site.market.clone(), at.site.services.clone());
    at.write("order.clear", keys, move |tx, ctx| {
        let cleared = flows::ship::clear(tx, ctx, &services, order)?;
        Ok::<_, buy::Error>(OrderRow::of(cleared, &market, ctx.now))
    })
    .await
}

/// Calls an order off that is under review: what was paid goes back. If nothing was paid yet its purchase ends as a whole.
#[operation(post, "/sales/{order}/refuse", tag = "sales", needs = "platform.risk")]
pub async fn refuse(at: Context, order: Id<Order>) -> Written<OrderRow> {
    let keys = at.site.read(move |q| Ok(buy::keys_to_refuse(q, order)?)).await?;
    let market = at.site.market.clone();
    let refused = at.write("order.refuse", keys, move |tx, ctx| {
        buy::refuse(tx, ctx, order).map(|refused| OrderRow::of(refused, &market, ctx.now))
    });
    let answer = refused.await?;
    at.site.services.wake_worker();
    Ok(answer)
}
