//! What lies in a shop's warehouses.

use crate::shape::time;
use flows::stock::{self, Doing, Kept, Limited};
use kernel::Market;
use kernel::id::{Sku, Warehouse};
use offer::catalog;
use supply::warehouse::{self, Change, Limits, Part, Reason};
use web_kit::prelude::*;
use web_kit::view::product::rules_of;
use web_kit::view::stock::{PartView, SkuName, StockRow, StockView, keys_at, keys_of, rows};

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
    fn of(movement: warehouse::Movement, market: &Market) -> Self {
        Self {
            movement: movement.id.to_string(),
            moved: movement.moved.as_str(),
            quantity: movement.quantity,
            warehouse: movement.place.warehouse.to_string(),
            campaign: movement.place.campaign.map(|campaign| campaign.to_string()),
            reservation: movement.reservation.map(|reservation| reservation.to_string()),
            reason: movement.reason.to_string(),
            reference: movement.reference.map(String::from),
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

/// The stock of a shop's SKUs.
#[operation(get, "/shops/{shop}/stock", tag = "stock", needs = "shop.stock")]
pub async fn list(at: ShopContext, query: StockQuery) -> Answer<ListPage<StockRow>> {
    let (shop, low) = (at.shop, query.low == Some(true));
    let limit = input::limit(query.limit.as_deref(), 50, 100)?;
    let last = input::after(query.after.as_deref())?;
    at.answer(move |q| Ok(ListPage::of(rows(q, shop, low, last, limit + 1)?, limit, |row| row.sku.clone())))
        .await
}

/// The stock of one SKU, place by place.
#[operation(get, "/shops/{shop}/stock/{sku}", tag = "stock", needs = "shop.stock")]
pub async fn get(at: ShopContext, sku: Id<Sku>) -> Answer<StockView> {
    let shop = at.shop;
    at.answer(move |q| {
        let stock = warehouse::stock(q, shop, sku)?;
        let offers = catalog::offers(q, &[sku])?;
        Ok(StockView::of(&stock, offers.first().map(SkuName::of).unwrap_or_default()))
    })
    .await
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
#[operation(put, "/shops/{shop}/stock/{sku}", tag = "stock", needs = "shop.stock")]
pub async fn keep(at: ShopContext, sku: Id<Sku>, body: KeepBody) -> Written<StockView> {
    let shop = at.shop;
    at.write("stock.keep", Keys::none(), move |tx, ctx| {
        stock::set_low(tx, ctx, shop, sku, body.low_at).map(|kept| seen(&kept))
    })
    .await
}

/// What a shop says of a SKU in one of its warehouses.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitsBody {
    /// In which warehouse.
    warehouse: String,
    /// The safety stock: so many units are not sold to buyers.
    #[schema(minimum = 0, maximum = 1000000)]
    safety: i64,
    /// The back-order ceiling: so many units may be sold beyond what lies there.
    #[schema(minimum = 0, maximum = 1000000)]
    backorder: i64,
    /// The promise for presales by which the SKU ships when it is back-ordered; if not said, the market's first one.
    #[serde(default)]
    ship: Option<String>,
}

/// Sets a SKU's safety stock and its back-order ceiling in a warehouse. Back-orders take the gate to presales.
#[operation(put, "/shops/{shop}/stock/{sku}/limits", tag = "stock", needs = "shop.stock")]
pub async fn limits(at: ShopContext, sku: Id<Sku>, body: LimitsBody) -> Written<StockView> {
    let (shop, rules) = (at.shop, rules_of(&at.site)?);
    let limited = Limited {
        sku,
        warehouse: input::id::<Warehouse>(&body.warehouse)?,
        limits: Limits { safety: body.safety, backorder: body.backorder },
        ship: body.ship.map(Into::into),
    };
    at.write("stock.limits", keys_at(sku, limited.warehouse), move |tx, ctx| {
        stock::set_limits(tx, ctx, shop, &limited, &rules).map(|kept| seen(&kept))
    })
    .await
}

/// Everything that ever moved a SKU, newest first.
#[operation(get, "/shops/{shop}/stock/{sku}/movements", tag = "stock", needs = "shop.stock")]
pub async fn movements(
    at: ShopContext,
    sku: Id<Sku>,
    query: Paging<50, 199>,
) -> Answer<ListPage<MovementView>> {
    let (shop, last) = (at.shop, query.after_id()?);
    let find = move |q: &mut Read<'_>, most| warehouse::movements(q, shop, sku, last, most);
    let view = |movement| MovementView::of(movement, &at.site.market);
    at.page(query.limit()?, find, |movement| movement.id.to_string(), view).await
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

async fn changed(
    at: ShopContext,
    sku: Id<Sku>,
    body: ChangeBody,
    name: &'static str,
    doing: Doing,
) -> Written<StockView> {
    let shop = at.shop;
    let change = Change {
        sku,
        warehouse: input::id::<Warehouse>(&body.warehouse)?,
        quantity: body.quantity,
        reason: Reason::new(&body.reason)?,
        reference: body.reference.map(Into::into),
    };
    at.write(name, keys_of(&change), move |tx, ctx| {
        stock::change(tx, ctx, shop, doing, &change).map(|kept| seen(&kept))
    })
    .await
}

/// Goods arrived.
#[operation(post, "/shops/{shop}/stock/{sku}/receive", tag = "stock", needs = "shop.stock")]
pub async fn receive(at: ShopContext, sku: Id<Sku>, body: ChangeBody) -> Written<StockView> {
    changed(at, sku, body, "stock.receive", Doing::Receive).await
}

/// Somebody counted what lies there.
#[operation(post, "/shops/{shop}/stock/{sku}/count", tag = "stock", needs = "shop.stock")]
pub async fn count(at: ShopContext, sku: Id<Sku>, body: ChangeBody) -> Written<StockView> {
    changed(at, sku, body, "stock.count", Doing::Count).await
}

/// The books are corrected.
#[operation(post, "/shops/{shop}/stock/{sku}/adjust", tag = "stock", needs = "shop.stock")]
pub async fn adjust(at: ShopContext, sku: Id<Sku>, body: ChangeBody) -> Written<StockView> {
    changed(at, sku, body, "stock.adjust", Doing::Adjust).await
}

/// What a kit is made of.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KitBody {
    /// Plain SKUs of the same shop.
    parts: Vec<PartView>,
}

/// Makes a SKU a kit, or changes what it is made of.
#[operation(put, "/shops/{shop}/stock/{sku}/parts", tag = "stock", needs = "shop.stock")]
pub async fn kit(at: ShopContext, sku: Id<Sku>, body: KitBody) -> Written<StockView> {
    let shop = at.shop;
    let part = |part: &PartView| Ok(Part { sku: input::id(&part.sku)?, quantity: part.quantity });
    let parts = body.parts.iter().map(part).collect::<Result<Vec<_>, Failure>>()?;
    at.write("stock.kit", Keys::none(), move |tx, _| {
        stock::make_kit(tx, shop, sku, &parts).map(|kept| seen(&kept))
    })
    .await
}

/// A shop's warehouses in its own order.
#[operation(get, "/shops/{shop}/warehouses", tag = "stock", needs = "shop.stock")]
pub async fn warehouses(at: ShopContext, query: Paging<50, 100>) -> Answer<ListPage<WarehouseView>> {
    let (shop, last) = (at.shop, query.after_key(input::turn_and_id)?);
    let find = move |q: &mut Read<'_>, most| warehouse::warehouses(q, shop, last, most);
    let key = |site: &warehouse::Site| format!("{}.{}", site.turn, site.id);
    at.page(query.limit()?, find, key, |site| WarehouseView::of(&site)).await
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
#[operation(post, "/shops/{shop}/warehouses", tag = "stock", needs = "shop.stock")]
pub async fn open(at: ShopContext, body: WarehouseBody) -> Created<WarehouseView> {
    let (shop, turn) = (at.shop, turn(body.turn)?);
    at.write("stock.open", Keys::none(), move |tx, ctx| {
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
#[operation(put, "/shops/{shop}/warehouses/{warehouse}", tag = "stock", needs = "shop.stock")]
pub async fn rename(
    at: ShopContext,
    warehouse: Id<Warehouse>,
    body: WarehouseChange,
) -> Written<WarehouseView> {
    let shop = at.shop;
    let WarehouseChange { name, turn: wanted, is_open } = body;
    let changed = warehouse::Site { id: warehouse, name: name.into(), turn: turn(wanted)?, is_open };
    at.write("stock.rename", Keys::none(), move |tx, _| {
        warehouse::change_warehouse(tx, shop, &changed).map(|()| WarehouseView::of(&changed))
    })
    .await
}
