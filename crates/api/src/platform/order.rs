//! The orders of all shops.

use crate::merchant::order::{NoteBody, NoteMade, NoteView, Notes, OrderRow, RevealBody};
use crate::merchant::stock::page_limit;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Id;
use kernel::id::{Order, Shop};
use people::staff::Permission;
use serde::Deserialize;
use store::Keys;
use trade::order::{self, Filter, Side};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::Page;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::order::{Recipient, days, revealed, status, why};
use web_kit::view::stock::after;

const NEED: Permission = Permission::PlatformOrders;

/// Which orders. Everything that is given has to hold.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SalesQuery {
    /// Of this shop.
    shop: Option<String>,
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed` or `refunded`.
    status: Option<String>,
    /// `true`: waiting for a person of the platform.
    held: Option<bool>,
    /// Placed on this day or later.
    from: Option<String>,
    /// Placed on this day or earlier.
    until: Option<String>,
    /// This order.
    order: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 50 if not said.
    limit: Option<String>,
}

/// The orders of all shops, newest first.
#[utoipa::path(get, path = "/sales", tag = "sales", params(SalesQuery), responses((status = 200, body = Page<OrderRow>)), extensions(("x-needs" = json!("platform.orders"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<SalesQuery>,
) -> Result<axum::Json<Page<OrderRow>>, Failure> {
    who.need(NEED)?;
    let now = (site.now)();
    let wrong = |name: &str, err: kernel::id::BadId| Failure::invalid(format!("{name}: {err}"));
    let (from, until) = days(&site.market, query.from.as_deref(), query.until.as_deref())?;
    let shop = query.shop.as_deref().map(|text| text.parse::<Id<Shop>>().map_err(|err| wrong("shop", err)));
    let number =
        query.order.as_deref().map(|text| text.parse::<Id<Order>>().map_err(|err| wrong("order", err)));
    let filter = Filter {
        status: query.status.as_deref().map(status).transpose()?,
        from,
        until,
        order: number.transpose()?,
        shop: shop.transpose()?,
        held: query.held == Some(true),
        ..Filter::default()
    };
    let limit = page_limit(query.limit.as_deref(), 50, 100)?;
    let last = after::<Order>(query.after.as_deref())?;
    let found = site.read(move |q| Ok(order::of_platform(q, &filter, last, limit as i64 + 1)?)).await?;
    let rows = found.iter().map(|order| OrderRow::of(order, &site.market, now)).collect();
    Ok(axum::Json(Page::of(rows, limit, |row: &OrderRow| row.order.clone())))
}

/// The newest notes on an order, the shop's and the platform's.
#[utoipa::path(get, path = "/sales/{order}/notes", tag = "sales", responses((status = 200, body = Notes)), extensions(("x-needs" = json!("platform.orders"))))]
pub async fn notes(
    State(site): State<Site>,
    who: Principal,
    Path(order): Path<Id<Order>>,
) -> Result<axum::Json<Notes>, Failure> {
    who.need(NEED)?;
    let found = site
        .read(move |q| {
            order::load(q, Side::Platform, order)?;
            Ok(order::notes(q, Side::Platform, order)?)
        })
        .await?;
    Ok(axum::Json(Notes { items: found.iter().map(|note| NoteView::of(note, &site.market)).collect() }))
}

/// Notes something on an order, for the platform's staff alone.
#[utoipa::path(post, path = "/sales/{order}/notes", tag = "sales", request_body = NoteBody, responses((status = 201, body = NoteMade)), extensions(("x-needs" = json!("platform.orders"))))]
pub async fn note(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(order): Path<Id<Order>>,
    Json(body): Json<NoteBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    act.json(&site, "order.note", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        order::note(tx, ctx, None, order, &body.text).map(|id| NoteMade { note: id.to_string() })
    })
    .await
}

/// Shows the recipient in the clear and records who looked, and why.
#[utoipa::path(post, path = "/sales/{order}/recipient", tag = "sales", request_body = RevealBody, responses((status = 200, body = Recipient)), extensions(("x-needs" = json!("platform.reveal"))))]
pub async fn reveal(
    State(site): State<Site>,
    who: Principal,
    Path(order): Path<Id<Order>>,
    Json(body): Json<RevealBody>,
) -> Result<axum::Json<Recipient>, Failure> {
    who.need(Permission::PlatformReveal)?;
    Ok(axum::Json(revealed(&site, &who, Side::Platform, order, why(&body.why)?).await?))
}
