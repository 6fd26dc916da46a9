//! A shop's orders: to find, to ship, to note something on.

use crate::merchant::stock::page_limit;
use crate::merchant::{Amount, time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use flows::ship::Parcel;
use kernel::id::{Order, Product};
use kernel::{Actor, Id, Market, Moment};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use trade::order::{self, Filter, Side};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::money::shop_of;
use web_kit::view::order::{
    MOST_PARCELS, Recipient, days, is_overdue, keys_to_ship, revealed, shop_gets, status, why,
};
use web_kit::view::stock::after;

/// One line of an order.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct LineView {
    /// What.
    pub sku: String,
    /// Of which product.
    pub product: String,
    /// The product's title when it was bought.
    pub title: String,
    /// Which variant, in words.
    pub variant: String,
    /// The key of its picture.
    pub media: Option<String>,
    /// How many.
    pub quantity: i64,
    /// The price of one.
    pub unit: Amount,
    /// What the buyer paid for the line after every discount.
    pub paid: Amount,
    /// Where the buyer came upon it: `mall`, `search`, `shop`, `showcase`, `video`, `live`.
    pub scene: &'static str,
    /// What shows that.
    pub evidence: Option<String>,
}

impl LineView {
    fn of(line: &order::Line) -> Self {
        Self {
            sku: line.sku.to_string(),
            product: line.product.to_string(),
            title: line.title.to_string(),
            variant: line.variant.to_string(),
            media: line.media.as_deref().map(str::to_owned),
            quantity: line.quantity,
            unit: line.unit.into(),
            paid: line.paid.into(),
            scene: line.via.scene.as_str(),
            evidence: line.via.evidence.as_deref().map(str::to_owned),
        }
    }
}

/// The sums of an order, frozen when it was placed.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SumsView {
    /// Prices times quantities.
    pub goods: Amount,
    /// What is off.
    pub discount: Amount,
    /// What the buyer paid for freight.
    pub freight: Amount,
    /// What the buyer paid.
    pub total: Amount,
    /// What of the discount the platform pays to the shop.
    pub coupon: Amount,
    /// The technical service fee.
    pub fee: Amount,
    /// The commission.
    pub commission: Amount,
    /// What the shop gets: total and coupon, less fee and commission.
    pub shop_gets: Amount,
}

impl SumsView {
    fn of(sums: &order::Sums) -> Self {
        Self {
            goods: sums.goods.into(),
            discount: sums.discount.into(),
            freight: sums.freight.into(),
            total: sums.total.into(),
            coupon: sums.coupon.into(),
            fee: sums.fee.into(),
            commission: sums.commission.into(),
            shop_gets: shop_gets(sums).into(),
        }
    }
}

/// An order, in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderRow {
    /// Its number.
    pub order: String,
    /// Of which shop.
    pub shop: String,
    /// What it is part of.
    pub purchase: String,
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed`, `refunded`.
    pub status: &'static str,
    /// What was bought.
    pub lines: Vec<LineView>,
    /// For how much.
    pub sums: SumsView,
    /// Where it goes, personal data masked.
    pub address: String,
    /// When it was placed.
    pub placed_at: String,
    /// When it was paid.
    pub paid_at: Option<String>,
    /// By when the shop promised to hand it over.
    pub ship_by: String,
    /// Whether that has passed and it has not shipped.
    pub is_overdue: bool,
    /// When it was handed over.
    pub shipped_at: Option<String>,
    /// To which carrier.
    pub carrier: Option<String>,
    /// Under which number.
    pub number: Option<String>,
    /// Whether the shop noted something.
    pub noted: bool,
    /// Whether the platform reviews it: it ships after that.
    pub held: bool,
}

impl OrderRow {
    pub(crate) fn of(order: &order::Order, market: &Market, now: Moment) -> Self {
        let maybe = |at: Option<Moment>| at.map(|at| time(market, at));
        Self {
            order: order.id.to_string(),
            shop: order.shop.to_string(),
            purchase: order.purchase.to_string(),
            status: order.status.as_str(),
            lines: order.lines.iter().map(LineView::of).collect(),
            sums: SumsView::of(&order.sums),
            address: order.address.shown.to_string(),
            placed_at: time(market, order.placed_at),
            paid_at: maybe(order.paid_at),
            ship_by: time(market, order.ship_by),
            is_overdue: is_overdue(order, now),
            shipped_at: maybe(order.shipped_at),
            carrier: order.carrier.as_deref().map(str::to_owned),
            number: order.number.as_deref().map(str::to_owned),
            noted: order.noted,
            held: order.held,
        }
    }
}

/// A step of an order's life.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct EntryView {
    /// `placed`, `paid`, `cancelled`, `closed`, `refunded`, `readdressed`, `shipped`, `received`, `held`, `cleared`.
    pub step: &'static str,
    /// When.
    pub at: String,
    /// By whom: `system`, `operator`, `outside`, a member or a key.
    pub by: String,
}

/// What an order owed or owes.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DueView {
    /// What has to have happened: `paid`, `shipped`, `received`.
    pub step: &'static str,
    /// By when.
    pub by: String,
    /// When it happened.
    pub met: Option<String>,
    /// Whether it was or is late.
    pub is_late: bool,
}

/// An order with its timeline.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OrderDetail {
    /// The order.
    #[serde(flatten)]
    pub row: OrderRow,
    /// The promise of its shipment, with its version: `ship-48h@1`.
    pub promise: String,
    /// By which way of the shop it goes; null: the standard one.
    pub way: Option<String>,
    /// The version of the terms it was placed under.
    pub terms: String,
    /// By when the buyer was promised to have it.
    pub deliver_by: String,
    /// When its receipt confirms itself.
    pub confirm_by: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// What happened.
    pub steps: Vec<EntryView>,
    /// What was due.
    pub due: Vec<DueView>,
}

/// Who did something, in a word.
pub fn by(actor: Actor) -> String {
    match actor {
        Actor::System => "system".to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Outside => "outside".to_owned(),
        Actor::Member(id) => id.to_string(),
        Actor::Key(id) => id.to_string(),
    }
}

impl OrderDetail {
    pub(crate) fn of(view: &order::OrderView, market: &Market, now: Moment) -> Self {
        let order = &view.order;
        let maybe = |at: Option<Moment>| at.map(|at| time(market, at));
        Self {
            row: OrderRow::of(order, market, now),
            promise: format!("{}@{}", order.promise.id, order.promise.version),
            way: order.way.as_ref().map(|way| way.code.to_string()),
            terms: order.terms.to_string(),
            deliver_by: time(market, order.deliver_by),
            confirm_by: maybe(order.confirm_by),
            ended_at: maybe(order.ended_at),
            steps: view
                .steps
                .iter()
                .map(|entry| EntryView {
                    step: entry.step.map_or("placed", order::Step::as_str),
                    at: time(market, entry.at),
                    by: by(entry.by),
                })
                .collect(),
            due: view
                .due
                .iter()
                .map(|due| DueView {
                    step: due.step.as_str(),
                    by: time(market, due.by),
                    met: maybe(due.met),
                    is_late: due.is_late(now),
                })
                .collect(),
        }
    }
}

/// Which orders. Everything that is given has to hold.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OrderQuery {
    /// `unpaid`, `paid`, `shipped`, `received`, `cancelled`, `closed` or `refunded`.
    status: Option<String>,
    /// Placed on this day or later.
    from: Option<String>,
    /// Placed on this day or earlier.
    until: Option<String>,
    /// With a line of this product.
    product: Option<String>,
    /// `true`: paid, not shipped, and its time is over.
    overdue: Option<bool>,
    /// `true`: with a note of the shop.
    noted: Option<bool>,
    /// This order.
    order: Option<String>,
    /// With this number of a carrier.
    number: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 50 if not said.
    limit: Option<String>,
}

impl OrderQuery {
    fn filter(&self, market: &Market, now: Moment) -> Result<Filter, Failure> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let wrong = |name: &str, err: kernel::id::BadId| Failure::invalid(format!("{name}: {err}"));
        let (from, until) = days(market, said(&self.from).as_deref(), said(&self.until).as_deref())?;
        let order =
            said(&self.order).map(|text| text.parse::<Id<Order>>().map_err(|err| wrong("order", err)));
        let product =
            said(&self.product).map(|text| text.parse::<Id<Product>>().map_err(|err| wrong("product", err)));
        Ok(Filter {
            status: said(&self.status).map(|text| status(&text)).transpose()?,
            from,
            until,
            product: product.transpose()?,
            overdue: (self.overdue == Some(true)).then_some(now),
            noted: self.noted == Some(true),
            order: order.transpose()?,
            number: said(&self.number).map(|text| text.trim().into()),
            shop: None,
            held: false,
        })
    }
}

/// A shop's orders, newest first.
#[utoipa::path(get, path = "/shops/{shop}/orders", tag = "shop orders", params(OrderQuery),
    responses((status = 200, body = Page<OrderRow>)), extensions(("x-needs" = json!("shop.orders"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
    Query(query): Query<OrderQuery>,
) -> Result<axum::Json<Page<OrderRow>>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopOrders)?;
    let now = (site.now)();
    let filter = query.filter(&site.market, now)?;
    let limit = page_limit(query.limit.as_deref(), 50, 100)?;
    let last = after::<Order>(query.after.as_deref())?;
    let found = site.read(move |q| Ok(order::of_shop(q, shop, &filter, last, limit as i64 + 1)?)).await?;
    let rows = found.iter().map(|order| OrderRow::of(order, &site.market, now)).collect();
    Ok(axum::Json(Page::of(rows, limit, |row: &OrderRow| row.order.clone())))
}

/// One order of a shop.
#[utoipa::path(get, path = "/shops/{shop}/orders/{order}", tag = "shop orders",
    responses((status = 200, body = OrderDetail)), extensions(("x-needs" = json!("shop.orders"))))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path((shop, order)): Path<(String, Id<Order>)>,
) -> Result<axum::Json<OrderDetail>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopOrders)?;
    let view = site.read(move |q| Ok(order::order_of_shop(q, shop, order)?)).await?;
    Ok(axum::Json(OrderDetail::of(&view, &site.market, (site.now)())))
}

/// How an order leaves.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipBody {
    /// The carrier's word.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$")]
    carrier: String,
    /// Its number, as the carrier gave it.
    #[schema(min_length = 1, max_length = 64)]
    number: String,
}

/// Ships one order and takes its stock out; the transaction's refusal is the answer.
#[utoipa::path(post, path = "/shops/{shop}/orders/{order}/ship", tag = "shop orders",
    request_body = ShipBody, responses((status = 200, body = OrderRow)), extensions(("x-needs" = json!("shop.orders"))))]
pub async fn ship(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, order)): Path<(String, Id<Order>)>,
    Json(body): Json<ShipBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopOrders)?;
    let parcels = vec![Parcel { order, carrier: body.carrier, number: body.number }];
    let keys = keys_to_ship(&site, shop, &parcels).await?;
    let (services, market) = (site.services.clone(), site.market.clone());
    act.json(&site, "order.ship", keys, StatusCode::OK, move |tx, ctx| {
        let shipped = flows::ship::ship_all(tx, ctx, &services, shop, &parcels)?;
        Ok::<_, flows::buy::Error>(shipped.first().map(|order| OrderRow::of(order, &market, ctx.now)))
    })
    .await
}

/// Several orders that leave together.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShipManyBody {
    /// 1 to 50 of them. All ship, or none does.
    parcels: Vec<ParcelBody>,
}

/// One of them.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParcelBody {
    /// Which order.
    order: String,
    /// The carrier's word.
    #[schema(pattern = "^[a-z0-9_-]{1,32}$")]
    carrier: String,
    /// Its number, as the carrier gave it.
    #[schema(min_length = 1, max_length = 64)]
    number: String,
}

/// What was shipped.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Shipped {
    /// The orders, as they are now.
    pub items: Vec<OrderRow>,
}

/// Ships several orders: all of them or none.
#[utoipa::path(post, path = "/shops/{shop}/shipments", tag = "shop orders",
    request_body = ShipManyBody, responses((status = 200, body = Shipped)), extensions(("x-needs" = json!("shop.orders"))))]
pub async fn ship_many(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Json(body): Json<ShipManyBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopOrders)?;
    if body.parcels.is_empty() || body.parcels.len() > MOST_PARCELS {
        return Err(Failure::invalid(format!("1 to {MOST_PARCELS} orders ship at once")));
    }
    let mut parcels = Vec::new();
    for parcel in body.parcels {
        let order = id::<Order>(&parcel.order)?;
        if parcels.iter().any(|other: &Parcel| other.order == order) {
            return Err(Failure::invalid(format!("{order} is given twice")));
        }
        parcels.push(Parcel { order, carrier: parcel.carrier, number: parcel.number });
    }
    let keys = keys_to_ship(&site, shop, &parcels).await?;
    let (services, market) = (site.services.clone(), site.market.clone());
    act.json(&site, "order.ship_many", keys, StatusCode::OK, move |tx, ctx| {
        let shipped = flows::ship::ship_all(tx, ctx, &services, shop, &parcels)?;
        let items = shipped.iter().map(|order| OrderRow::of(order, &market, ctx.now)).collect();
        Ok::<_, flows::buy::Error>(Shipped { items })
    })
    .await
}

/// A note.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NoteView {
    /// Its id.
    pub note: String,
    /// Whose: `shop` or `platform`.
    pub side: &'static str,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: String,
    /// What it says.
    pub text: String,
}

impl NoteView {
    pub(crate) fn of(note: &order::Note, market: &Market) -> Self {
        Self {
            note: note.id.to_string(),
            side: note.side.as_str(),
            by: by(note.by),
            at: time(market, note.at),
            text: note.text.to_string(),
        }
    }
}

/// The notes on an order.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Notes {
    /// Newest first.
    pub items: Vec<NoteView>,
}

/// The newest notes on an order: at most 200.
#[utoipa::path(get, path = "/shops/{shop}/orders/{order}/notes", tag = "shop orders",
    responses((status = 200, body = Notes)), extensions(("x-needs" = json!("shop.orders"))))]
pub async fn notes(
    State(site): State<Site>,
    who: Principal,
    Path((shop, order)): Path<(String, Id<Order>)>,
) -> Result<axum::Json<Notes>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopOrders)?;
    let found = site
        .read(move |q| {
            order::load(q, Side::Shop(shop), order)?;
            Ok(order::notes(q, Side::Shop(shop), order)?)
        })
        .await?;
    Ok(axum::Json(Notes { items: found.iter().map(|note| NoteView::of(note, &site.market)).collect() }))
}

/// What is to be noted.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteBody {
    /// 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub(crate) text: String,
}

/// A note that was written.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NoteMade {
    /// Its id.
    pub note: String,
}

/// Notes something on an order.
#[utoipa::path(post, path = "/shops/{shop}/orders/{order}/notes", tag = "shop orders",
    request_body = NoteBody, responses((status = 201, body = NoteMade)), extensions(("x-needs" = json!("shop.orders"))))]
pub async fn note(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, order)): Path<(String, Id<Order>)>,
    Json(body): Json<NoteBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopOrders)?;
    act.json(&site, "order.note", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        order::note(tx, ctx, Some(shop), order, &body.text).map(|id| NoteMade { note: id.to_string() })
    })
    .await
}

/// Why somebody looks at a recipient.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealBody {
    /// `delivery`: to ship a parcel; `service`: to answer the buyer; `dispute`, `risk`, `law`.
    pub(crate) why: String,
}

/// Shows the recipient in the clear and records who looked, and why.
#[utoipa::path(post, path = "/shops/{shop}/orders/{order}/recipient", tag = "shop orders",
    request_body = RevealBody, responses((status = 200, body = Recipient)), extensions(("x-needs" = json!("shop.reveal"))))]
pub async fn reveal(
    State(site): State<Site>,
    who: Principal,
    Path((shop, order)): Path<(String, Id<Order>)>,
    Json(body): Json<RevealBody>,
) -> Result<axum::Json<Recipient>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopReveal)?;
    let why = why(&body.why)?;
    Ok(axum::Json(revealed(&site, &who, Side::Shop(shop), order, why).await?))
}
