//! What lies in a shop's warehouses.

use crate::merchant::time;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use flows::stock::{self, Doing, Kept};
use kernel::id::{Shop, Sku, Warehouse};
use kernel::{Id, Market};
use offer::catalog;
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::{Keys, Read};
use supply::warehouse::{self, Change, Part, Reason};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::money::shop_of;
use web_kit::view::stock::{PartView, SkuName, StockRow, StockView, after, keys_of, rows};

/// A line of the journal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MovementView {
    /// Its id; give it as `after`.
    pub movement: String,
    /// What it did: `received`, `counted`, `reserved`, `released`, `shipped`, `returned`, `adjusted`, `pooled`.
    pub moved: &'static str,
    /// How many units; negative if some went out.
    pub quantity: i64,
    /// In which warehouse.
    pub warehouse: String,
    /// In which campaign's pool; null for the shelf.
    pub campaign: Option<String>,
    /// For which reservation.
    pub reservation: Option<String>,
    /// Why, in a word.
    pub reason: String,
    /// What it was noted down with.
    pub reference: Option<String>,
    /// When.
    pub at: String,
}

impl MovementView {
    fn of(movement: &warehouse::Movement, market: &Market) -> Self {
        Self {
            movement: movement.id.to_string(),
            moved: movement.moved.as_str(),
            quantity: movement.quantity,
            warehouse: movement.place.warehouse.to_string(),
            campaign: movement.place.campaign.map(|campaign| campaign.to_string()),
            reservation: movement.reservation.map(|reservation| reservation.to_string()),
            reason: movement.reason.to_string(),
            reference: movement.reference.as_deref().map(str::to_owned),
            at: time(market, movement.at),
        }
    }
}

/// A warehouse.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WarehouseView {
    /// Its id.
    pub warehouse: String,
    /// How the shop calls it.
    pub name: String,
    /// Its turn: lower ones are taken from first.
    pub turn: i64,
    /// Whether anything is sold from it.
    pub is_open: bool,
}

impl WarehouseView {
    fn of(site: &warehouse::Site) -> Self {
        Self {
            warehouse: site.id.to_string(),
            name: site.name.to_string(),
            turn: site.turn,
            is_open: site.is_open,
        }
    }
}

/// Which page, and of what.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StockQuery {
    /// `true`: only what is low.
    low: Option<bool>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 50 if not said.
    limit: Option<String>,
}

/// The most SKUs of one page.
const MOST: usize = 100;

pub fn page_limit(asked: Option<&str>, usual: usize, most: usize) -> Result<usize, Failure> {
    let Some(text) = asked else { return Ok(usual) };
    text.parse().ok().filter(|n| (1..=most).contains(n)).ok_or_else(|| {
        Failure::invalid(format!("limit must be 1 to {most}, not \"{}\"", web_kit::problem::brief(text)))
    })
}

/// The stock of a shop's SKUs.
#[utoipa::path(get, path = "/shops/{shop}/stock", tag = "stock", params(StockQuery),
    responses((status = 200, body = Page<StockRow>)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
    Query(query): Query<StockQuery>,
) -> Result<axum::Json<Page<StockRow>>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopStock)?;
    let limit = page_limit(query.limit.as_deref(), 50, MOST)?;
    let last = after::<Sku>(query.after.as_deref())?;
    let low = query.low == Some(true);
    let rows = site.read(move |q| rows(q, shop, low, last, limit + 1)).await?;
    Ok(axum::Json(Page::of(rows, limit, |row| row.sku.clone())))
}

/// One SKU of a shop with its name.
pub fn one(q: &mut Read<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<StockView, Failure> {
    let stock = warehouse::stock(q, shop, sku)?;
    let offers = catalog::offers(q, &[sku])?;
    Ok(StockView::of(&stock, offers.first().map(SkuName::of).unwrap_or_default()))
}

/// The stock of one SKU, place by place.
#[utoipa::path(get, path = "/shops/{shop}/stock/{sku}", tag = "stock",
    responses((status = 200, body = StockView)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path((shop, sku)): Path<(String, Id<Sku>)>,
) -> Result<axum::Json<StockView>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopStock)?;
    Ok(axum::Json(site.read(move |q| one(q, shop, sku)).await?))
}

/// What keeping a SKU's stock means.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepBody {
    /// From how many units on its stock is low; null for never.
    #[schema(minimum = 0, maximum = 1000000)]
    low_at: Option<i64>,
}

fn seen(kept: &Kept) -> StockView {
    StockView::of(&kept.stock, kept.offer.as_ref().map(SkuName::of).unwrap_or_default())
}

/// Keeps stock of a SKU, and says from how many units on it is low.
#[utoipa::path(put, path = "/shops/{shop}/stock/{sku}", tag = "stock",
    request_body = KeepBody, responses((status = 200, body = StockView)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn keep(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, sku)): Path<(String, Id<Sku>)>,
    Json(body): Json<KeepBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopStock)?;
    act.json(&site, "stock.keep", Keys::none(), StatusCode::OK, move |tx, _| {
        stock::set_low(tx, shop, sku, body.low_at).map(|kept| seen(&kept))
    })
    .await
}

/// Which page of a journal.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct JournalQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 200; 50 if not said.
    limit: Option<String>,
}

/// Everything that ever moved a SKU, newest first.
#[utoipa::path(get, path = "/shops/{shop}/stock/{sku}/movements", tag = "stock", params(JournalQuery),
    responses((status = 200, body = Page<MovementView>)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn movements(
    State(site): State<Site>,
    who: Principal,
    Path((shop, sku)): Path<(String, Id<Sku>)>,
    Query(query): Query<JournalQuery>,
) -> Result<axum::Json<Page<MovementView>>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopStock)?;
    let limit = page_limit(query.limit.as_deref(), 50, 199)?;
    let last = after(query.after.as_deref())?;
    let found = site.read(move |q| Ok(warehouse::movements(q, shop, sku, last, limit as i64 + 1)?)).await?;
    let views = found.iter().map(|movement| MovementView::of(movement, &site.market)).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &MovementView| view.movement.clone())))
}

/// One change of stock.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    /// In which warehouse.
    warehouse: String,
    /// Received: how many arrived. Counted: how many lie there. Adjusted: how many more, or fewer if negative.
    #[schema(minimum = -1000000, maximum = 1000000)]
    quantity: i64,
    /// Why: a word of small letters, digits and underscores.
    #[schema(pattern = "^[a-z0-9_]{1,32}$")]
    reason: String,
    /// What it is noted down with: a delivery note, a count sheet.
    #[serde(default)]
    reference: Option<String>,
}

impl ChangeBody {
    fn change(&self, sku: Id<Sku>) -> Result<Change, Failure> {
        Ok(Change {
            sku,
            warehouse: id::<Warehouse>(&self.warehouse)?,
            quantity: self.quantity,
            reason: Reason::new(&self.reason)?,
            reference: self.reference.as_deref().map(Into::into),
        })
    }
}

async fn changed(
    site: Site,
    act: IdempotentRequest,
    (shop, sku): (String, String),
    body: ChangeBody,
    (name, doing): (&'static str, Doing),
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopStock)?;
    let change = body.change(id::<Sku>(&sku)?)?;
    let keys = keys_of(&change);
    act.json(&site, name, keys, StatusCode::OK, move |tx, ctx| {
        stock::change(tx, ctx, shop, doing, &change).map(|kept| seen(&kept))
    })
    .await
}

/// Goods arrived.
#[utoipa::path(post, path = "/shops/{shop}/stock/{sku}/receive", tag = "stock",
    request_body = ChangeBody, responses((status = 200, body = StockView)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn receive(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(path): Path<(String, String)>,
    Json(body): Json<ChangeBody>,
) -> Result<Response, Failure> {
    changed(site, act, path, body, ("stock.receive", Doing::Receive)).await
}

/// Somebody counted what lies there.
#[utoipa::path(post, path = "/shops/{shop}/stock/{sku}/count", tag = "stock",
    request_body = ChangeBody, responses((status = 200, body = StockView)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn count(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(path): Path<(String, String)>,
    Json(body): Json<ChangeBody>,
) -> Result<Response, Failure> {
    changed(site, act, path, body, ("stock.count", Doing::Count)).await
}

/// The books are corrected.
#[utoipa::path(post, path = "/shops/{shop}/stock/{sku}/adjust", tag = "stock",
    request_body = ChangeBody, responses((status = 200, body = StockView)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn adjust(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(path): Path<(String, String)>,
    Json(body): Json<ChangeBody>,
) -> Result<Response, Failure> {
    changed(site, act, path, body, ("stock.adjust", Doing::Adjust)).await
}

/// What a kit is made of.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KitBody {
    /// Plain SKUs of the same shop.
    parts: Vec<PartView>,
}

/// Makes a SKU a kit, or changes what it is made of.
#[utoipa::path(put, path = "/shops/{shop}/stock/{sku}/parts", tag = "stock",
    request_body = KitBody, responses((status = 200, body = StockView)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn kit(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, sku)): Path<(String, Id<Sku>)>,
    Json(body): Json<KitBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopStock)?;
    let parts =
        body.parts.iter().map(|part| Ok(Part { sku: id::<Sku>(&part.sku)?, quantity: part.quantity }));
    let parts = parts.collect::<Result<Vec<_>, Failure>>()?;
    act.json(&site, "stock.kit", Keys::none(), StatusCode::OK, move |tx, _| {
        stock::make_kit(tx, shop, sku, &parts).map(|kept| seen(&kept))
    })
    .await
}

/// Which page of warehouses.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WarehouseQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 50 if not said.
    limit: Option<String>,
}

/// A shop's warehouses in its own order.
#[utoipa::path(get, path = "/shops/{shop}/warehouses", tag = "stock", params(WarehouseQuery),
    responses((status = 200, body = Page<WarehouseView>)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn warehouses(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
    Query(query): Query<WarehouseQuery>,
) -> Result<axum::Json<Page<WarehouseView>>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopStock)?;
    let limit = page_limit(query.limit.as_deref(), 50, MOST)?;
    // A page begins after a turn and an id: `3.whs_...`.
    let last = match query.after.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => {
            let read =
                text.split_once('.').and_then(|(turn, id)| Some((turn.parse().ok()?, id.parse().ok()?)));
            Some(read.ok_or_else(|| Failure::invalid("after: give the next of the page before"))?)
        }
    };
    let found = site.read(move |q| Ok(warehouse::warehouses(q, shop, last, limit as i64 + 1)?)).await?;
    let views = found.iter().map(WarehouseView::of).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &WarehouseView| format!("{}.{}", view.turn, view.warehouse))))
}

/// A new warehouse.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarehouseBody {
    /// How the shop calls it.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// Its turn: lower ones are taken from first.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1000)]
    turn: i64,
}

fn turn(turn: i64) -> Result<i64, Failure> {
    if (0..=1000).contains(&turn) { Ok(turn) } else { Err(Failure::invalid("turn must be 0 to 1000")) }
}

/// Opens a warehouse.
#[utoipa::path(post, path = "/shops/{shop}/warehouses", tag = "stock",
    request_body = WarehouseBody, responses((status = 201, body = WarehouseView)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn open(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Json(body): Json<WarehouseBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopStock)?;
    let turn = turn(body.turn)?;
    act.json(&site, "stock.open", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        warehouse::open_warehouse(tx, ctx, shop, &body.name, turn).map(|site| WarehouseView::of(&site))
    })
    .await
}

/// What a warehouse becomes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WarehouseChange {
    /// How the shop calls it.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// Its turn: lower ones are taken from first.
    #[schema(minimum = 0, maximum = 1000)]
    turn: i64,
    /// Whether anything is sold from it.
    is_open: bool,
}

/// Renames a warehouse, moves it in the order, closes or opens it.
#[utoipa::path(put, path = "/shops/{shop}/warehouses/{warehouse}", tag = "stock",
    request_body = WarehouseChange, responses((status = 200, body = WarehouseView)), extensions(("x-needs" = json!("shop.stock"))))]
pub async fn rename(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, warehouse)): Path<(String, Id<Warehouse>)>,
    Json(body): Json<WarehouseChange>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopStock)?;
    let changed = warehouse::Site {
        id: warehouse,
        name: body.name.as_str().into(),
        turn: turn(body.turn)?,
        is_open: body.is_open,
    };
    act.json(&site, "stock.rename", Keys::none(), StatusCode::OK, move |tx, _| {
        warehouse::change_warehouse(tx, shop, &changed).map(|()| WarehouseView::of(&changed))
    })
    .await
}
