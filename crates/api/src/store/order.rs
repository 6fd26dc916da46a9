//! The orders of whoever asks.

use crate::rehearsal::MoneyShape;
use crate::store::{buy, time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use flows::buy::Error as BuyError;
use flows::{buy as flow, view};
use kernel::id::{Address, Order as OrderKind, Product, Purchase, Shop, Sku};
use kernel::{Id, Money};
use serde::{Deserialize, Serialize};
use trade::order::{Filter, Order, Side};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::order::status;

/// A line of an order.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OrderLine {
    /// Which variant.
    #[schema(value_type = String)]
    sku: Id<Sku>,
    /// Of which product.
    #[schema(value_type = String)]
    product: Id<Product>,
    /// The product's title then.
    title: Box<str>,
    /// Which variant, in words.
    variant: Box<str>,
    /// The key of its picture.
    media: Option<Box<str>>,
    /// How many.
    quantity: i64,
    /// The price of one.
    #[schema(value_type = MoneyShape)]
    unit: Money,
    /// What was paid for all of them, without freight.
    #[schema(value_type = MoneyShape)]
    paid: Money,
    /// Where it was found.
    scene: &'static str,
}

/// An order.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OrderHead {
    /// Its id, which is its number.
    #[schema(value_type = String)]
    order: Id<OrderKind>,
    /// The purchase it is part of.
    #[schema(value_type = String)]
    purchase: Id<Purchase>,
    /// Of which shop.
    #[schema(value_type = String)]
    shop: Id<Shop>,
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed` or `refunded`.
    status: &'static str,
    /// What was bought.
    lines: Vec<OrderLine>,
    /// Prices times quantities.
    #[schema(value_type = MoneyShape)]
    goods: Money,
    /// What coupons took off.
    #[schema(value_type = MoneyShape)]
    discount: Money,
    /// What is paid for freight.
    #[schema(value_type = MoneyShape)]
    freight: Money,
    /// What is paid.
    #[schema(value_type = MoneyShape)]
    total: Money,
    /// When it was placed, RFC 3339.
    placed_at: String,
    /// By when it has to be paid, RFC 3339.
    pay_by: String,
    /// By when the shop promised to ship it, RFC 3339.
    ship_by: String,
    /// By when it was promised to arrive, RFC 3339.
    deliver_by: String,
    /// By which way of its shop it goes; null: the standard one.
    way: Option<Box<str>>,
    /// When it was shipped, RFC 3339.
    shipped_at: Option<String>,
    /// By which carrier.
    carrier: Option<Box<str>>,
    /// Under which number.
    number: Option<Box<str>>,
    /// When its receipt confirms itself, RFC 3339.
    confirm_by: Option<String>,
    /// Whether the mall has a look at it first: it ships after that.
    held: bool,
}

pub fn head(site: &Site, order: &Order) -> OrderHead {
    OrderHead {
        order: order.id,
        purchase: order.purchase,
        shop: order.shop,
        status: order.status.as_str(),
        lines: order
            .lines
            .iter()
            .map(|line| OrderLine {
                sku: line.sku,
                product: line.product,
                title: line.title.clone(),
                variant: line.variant.clone(),
                media: line.media.clone(),
                quantity: line.quantity,
                unit: line.unit,
                paid: line.paid,
                scene: line.via.scene.as_str(),
            })
            .collect(),
        goods: order.sums.goods,
        discount: order.sums.discount,
        freight: order.sums.freight,
        total: order.sums.total,
        placed_at: time(site, order.placed_at),
        pay_by: time(site, order.pay_by),
        ship_by: time(site, order.ship_by),
        deliver_by: time(site, order.deliver_by),
        way: order.way.as_ref().map(|way| way.code.clone()),
        shipped_at: order.shipped_at.map(|at| time(site, at)),
        carrier: order.carrier.clone(),
        number: order.number.clone(),
        confirm_by: order.confirm_by.map(|at| time(site, at)),
        held: order.held,
    }
}

/// Which orders.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// In this state.
    status: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 20 if not said.
    limit: Option<String>,
}

/// The orders of whoever asks, newest first.
#[utoipa::path(get, path = "/orders", tag = "store", extensions(("x-needs" = json!("member"))), params(Which), responses((status = 200, body = Page<OrderHead>)))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Query(which): Query<Which>,
) -> Result<axum::Json<Page<OrderHead>>, Failure> {
    let member = who.member()?;
    let limit = match which.limit.as_deref().map(str::parse::<usize>) {
        None => 20,
        Some(Ok(limit @ 1..=100)) => limit,
        Some(_) => return Err(Failure::invalid("limit must be 1 to 100")),
    };
    let status = which.status.as_deref().map(status).transpose()?;
    let after = which.after.as_deref().map(id::<OrderKind>).transpose()?;
    let filter = Filter { status, ..Filter::default() };
    let found = site
        .read_apart(move |q| Ok(trade::order::of_member(q, member, &filter, after, limit as i64 + 1)?))
        .await?;
    let views = found.iter().map(|order| head(&site, order)).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &OrderHead| view.order.to_string())))
}

/// Something that happened to an order.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Happened {
    /// `placed`, `paid`, `shipped`, `received`, `cancelled`, `closed`, `refunded` or `readdressed`.
    what: &'static str,
    /// When, RFC 3339.
    at: String,
}

/// Something that was or is due.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StoreDue {
    /// What: `paid`, `shipped` or `received`.
    what: &'static str,
    /// By when, RFC 3339.
    by: String,
    /// When it happened, RFC 3339.
    met: Option<String>,
    /// Whether it was missed.
    late: bool,
}

/// Money that goes back.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BackView {
    /// How much.
    #[schema(value_type = MoneyShape)]
    amount: Money,
    /// `wanted`, `sent` or `failed`.
    status: &'static str,
    /// When it was decided, RFC 3339.
    at: String,
}

/// An order with its timeline.
#[derive(Serialize, utoipa::ToSchema)]
pub struct BuyerOrder {
    #[serde(flatten)]
    head: OrderHead,
    /// What the shop is called.
    shop_name: Box<str>,
    /// What happened, in that order.
    steps: Vec<Happened>,
    /// What was and is due, earliest first.
    due: Vec<StoreDue>,
    /// What of its money goes back, or went.
    refunds: Vec<BackView>,
}

/// One order of whoever asks.
#[utoipa::path(get, path = "/orders/{order}", tag = "store", extensions(("x-needs" = json!("member"))), responses((status = 200, body = BuyerOrder)))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path(order): Path<String>,
) -> Result<axum::Json<BuyerOrder>, Failure> {
    let member = who.member()?;
    let order: Id<OrderKind> = id(&order)?;
    let (services, now) = (site.services.clone(), (site.now)());
    let page = site.read(move |q| Ok(view::order(q, &services, member, order)?)).await?;
    Ok(axum::Json(BuyerOrder {
        head: head(&site, &page.view.order),
        shop_name: page.shop.name.clone(),
        steps: page
            .view
            .steps
            .iter()
            .map(|entry| Happened {
                what: entry.step.map_or("placed", trade::order::Step::as_str),
                at: time(&site, entry.at),
            })
            .collect(),
        due: page
            .view
            .due
            .iter()
            .map(|due| StoreDue {
                what: due.step.as_str(),
                by: time(&site, due.by),
                met: due.met.map(|at| time(&site, at)),
                late: due.is_late(now),
            })
            .collect(),
        refunds: page
            .refunds
            .iter()
            .map(|refund| BackView {
                amount: refund.amount,
                status: refund.status.as_str(),
                at: time(&site, refund.wanted_at),
            })
            .collect(),
    }))
}

/// Calls a paid order off before it ships: its money goes back.
#[utoipa::path(post, path = "/orders/{order}/cancel", tag = "store", extensions(("x-needs" = json!("member"))), responses((status = 200, body = OrderHead)))]
pub async fn cancel(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(order): Path<String>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let order: Id<OrderKind> = id(&order)?;
    let keys = buy::keys(&site, move |q| flow::keys_of_order(q, Side::Buyer(member), order)).await?;
    let inner = site.clone();
    let answer = act
        .json(&site, "store.order.cancel", keys, StatusCode::OK, move |tx, ctx| {
            let (ended, _) = flow::cancel_paid(tx, ctx, Side::Buyer(member), order)?;
            Ok::<_, BuyError>(head(&inner, &ended))
        })
        .await?;
    site.services.wake_worker();
    Ok(answer)
}

/// Confirms that an order was received: its money goes to the shop.
#[utoipa::path(post, path = "/orders/{order}/receive", tag = "store", extensions(("x-needs" = json!("member"))), responses((status = 200, body = OrderHead)))]
pub async fn receive(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(order): Path<String>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let order: Id<OrderKind> = id(&order)?;
    let keys = buy::keys(&site, move |q| flow::keys_of_order(q, Side::Buyer(member), order)).await?;
    let inner = site.clone();
    act.json(&site, "store.order.receive", keys, StatusCode::OK, move |tx, ctx| {
        Ok::<_, BuyError>(head(&inner, &flow::receive(tx, ctx, member, order)?))
    })
    .await
}

/// Where it is to go.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "address": "adr_0640yw3hg0d5v8wxfrgcp6ztr0" }))]
pub struct AddressTo {
    /// One of the member's addresses.
    address: String,
}

/// Sends an order that has not shipped to another address.
#[utoipa::path(put, path = "/orders/{order}/address", tag = "store", extensions(("x-needs" = json!("member"))), request_body = AddressTo, responses((status = 200, body = OrderHead)))]
pub async fn readdress(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(order): Path<String>,
    Json(body): Json<AddressTo>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let order: Id<OrderKind> = id(&order)?;
    let address: Id<Address> = id(&body.address)?;
    let inner = site.clone();
    act.json(&site, "store.order.address", trade::order::key(order).into(), StatusCode::OK, move |tx, ctx| {
        let moved = flows::address::change(tx, ctx, &inner.services, member, order, address)?;
        Ok::<_, BuyError>(head(&inner, &moved))
    })
    .await
}
