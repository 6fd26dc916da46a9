//! Orders that wait for a person of the platform: why, and what becomes of them.

use crate::merchant::order::{OrderDetail, OrderRow};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use flows::buy;
use kernel::Id;
use kernel::id::Order;
use people::staff::Permission;
use serde::Serialize;
use trade::order::{self, Side};
use trade::risk::Reason;
use web_kit::idempotency::IdempotentRequest;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;

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
#[utoipa::path(get, path = "/sales/{order}", tag = "sales", responses((status = 200, body = SaleDetail)), extensions(("x-needs" = json!("platform.orders"))))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path(order): Path<Id<Order>>,
) -> Result<axum::Json<SaleDetail>, Failure> {
    who.need(Permission::PlatformOrders)?;
    let view = site.read(move |q| Ok(order::order(q, order)?)).await?;
    let reasons = view.order.reasons.iter().map(ReasonView::of).collect();
    let detail = OrderDetail::of(&view, &site.market, (site.now)());
    Ok(axum::Json(SaleDetail { detail, reasons }))
}

/// Lets an order go on that is under review. Its deadlines move by the time for which it was paid for and could not be shipped.
#[utoipa::path(post, path = "/sales/{order}/clear", tag = "sales", responses((status = 200, body = OrderRow)), extensions(("x-needs" = json!("platform.risk"))))]
pub async fn clear(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(order): Path<Id<Order>>,
) -> Result<Response, Failure> {
    act.who.need(Permission::PlatformRisk)?;
    let keys = site.read(move |q| Ok(buy::keys_of_order(q, Side::Platform, order)?)).await?;
    let market = site.market.clone();
    act.json(&site, "order.clear", keys, StatusCode::OK, move |tx, ctx| {
        let cleared = flows::ship::clear(tx, ctx, order)?;
        Ok::<_, buy::Error>(OrderRow::of(&cleared, &market, ctx.now))
    })
    .await
}

/// Calls an order off that is under review: what was paid goes back. If nothing was paid yet its purchase ends as a whole.
#[utoipa::path(post, path = "/sales/{order}/refuse", tag = "sales", responses((status = 200, body = OrderRow)), extensions(("x-needs" = json!("platform.risk"))))]
pub async fn refuse(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(order): Path<Id<Order>>,
) -> Result<Response, Failure> {
    act.who.need(Permission::PlatformRisk)?;
    let keys = site.read(move |q| Ok(buy::keys_to_refuse(q, order)?)).await?;
    let market = site.market.clone();
    let answer = act
        .json(&site, "order.refuse", keys, StatusCode::OK, move |tx, ctx| {
            let refused = buy::refuse(tx, ctx, order)?;
            Ok::<_, buy::Error>(OrderRow::of(&refused, &market, ctx.now))
        })
        .await?;
    site.services.wake_worker();
    Ok(answer)
}
