//! What lies in a shop's warehouses.

pub use crate::input::after;
use crate::problem::Failure;
use crate::ui::RenderContext;
use kernel::Id;
use kernel::id::{Shop, Sku, Warehouse};
use offer::catalog;
use serde::{Deserialize, Serialize};
use store::{Keys, Read};
use supply::warehouse::{self, Change, Stock, StockHead, StockLocation};

/// What a SKU is, in words.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SkuName {
    /// The product it is a variant of; null if the product was never live.
    pub product: Option<String>,
    /// The product's title.
    pub title: String,
    /// The variant, in words; empty if there is but one.
    pub variant: String,
    /// The key of its picture.
    pub media: Option<String>,
}

impl SkuName {
    /// Of an offer.
    pub fn of(offer: &catalog::Offer) -> Self {
        Self {
            product: Some(offer.product.to_string()),
            title: offer.title.to_string(),
            variant: offer.variant.to_string(),
            media: offer.media.as_deref().map(str::to_owned),
        }
    }
}

/// A SKU in words.
pub fn sku_name(look: &RenderContext, name: &SkuName, sku: &str) -> String {
    match (name.title.is_empty(), name.variant.is_empty()) {
        (true, _) => format!("{} {sku}", look.t("还没上架的规格", "A variant not live yet")),
        (false, true) => name.title.clone(),
        (false, false) => format!("{} · {}", name.title, name.variant),
    }
}

/// A SKU's stock, in the list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StockRow {
    /// Which.
    pub sku: String,
    /// What it is.
    #[serde(flatten)]
    pub name: SkuName,
    /// Whether it is a kit: then only `available` and `low_at` say something.
    pub is_kit: bool,
    /// From how many units on its stock is low.
    pub low_at: Option<i64>,
    /// Whether it is low now.
    pub is_low: bool,
    /// Units in all places.
    pub on_hand: i64,
    /// Units that are spoken for.
    pub reserved: i64,
    /// Units that can be sold within campaigns only.
    pub pooled: i64,
    /// Units that can be sold of what lies there.
    pub available: i64,
    /// Units that can be back-ordered beyond that.
    pub backorder: i64,
}

impl StockRow {
    /// Of a SKU's figures.
    pub fn of(head: &StockHead, offers: &[catalog::Offer]) -> Self {
        let name = offers.iter().find(|offer| offer.sku == head.sku).map(SkuName::of).unwrap_or_default();
        Self {
            sku: head.sku.to_string(),
            name,
            is_kit: head.is_kit,
            low_at: head.low_at,
            is_low: head.low_at.is_some_and(|low| head.available <= low),
            on_hand: head.on_hand,
            reserved: head.reserved,
            pooled: head.pooled,
            available: head.available,
            backorder: head.backorder,
        }
    }
}

/// A place where a SKU lies.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PlaceView {
    /// The warehouse.
    pub warehouse: String,
    /// The campaign whose pool it is; null for the shelf.
    pub campaign: Option<String>,
    /// Units there.
    pub on_hand: i64,
    /// Units there that are spoken for.
    pub reserved: i64,
    /// Units there that are not, less the safety stock: those that can be sold.
    pub available: i64,
    /// The safety stock: so many units are not sold to buyers.
    pub safety: i64,
    /// The back-order ceiling: so many units may be sold beyond what lies there.
    pub backorder: i64,
    /// Units that are back-ordered now.
    pub backordered: i64,
}

/// How many of a SKU another one is made of.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartView {
    /// Which SKU.
    pub sku: String,
    /// How many of it.
    #[schema(minimum = 1, maximum = 1000000)]
    pub quantity: i64,
}

/// A SKU's stock.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StockView {
    /// Which.
    pub sku: String,
    /// What it is.
    #[serde(flatten)]
    pub name: SkuName,
    /// Whether it is a kit. A kit has no places.
    pub is_kit: bool,
    /// What one unit is made of: itself, or the parts of the kit.
    pub parts: Vec<PartView>,
    /// From how many units on its stock is low.
    pub low_at: Option<i64>,
    /// How many can be sold of what lies there.
    pub available: i64,
    /// How many can be back-ordered beyond that.
    pub backorder: i64,
    /// Where it lies, in the shop's order of warehouses.
    pub places: Vec<PlaceView>,
}

impl StockView {
    /// Of a SKU's stock.
    pub fn of(stock: &Stock, name: SkuName) -> Self {
        Self {
            sku: stock.sku.to_string(),
            name,
            is_kit: stock.is_kit,
            parts: stock
                .parts
                .iter()
                .map(|p| PartView { sku: p.sku.to_string(), quantity: p.quantity })
                .collect(),
            low_at: stock.low_at,
            available: stock.available,
            backorder: stock.backorder,
            places: stock
                .places
                .iter()
                .map(|place| PlaceView {
                    warehouse: place.place.warehouse.to_string(),
                    campaign: place.place.campaign.map(|campaign| campaign.to_string()),
                    on_hand: place.figures.on_hand(),
                    reserved: place.figures.reserved(),
                    available: place.limits.available(place.figures),
                    safety: place.limits.safety,
                    backorder: place.limits.backorder,
                    backordered: (-place.figures.available()).max(0),
                })
                .collect(),
        }
    }
}

/// A page of a shop's stock with the names of its SKUs: two statements for every twenty of them.
pub fn rows(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    low: bool,
    last: Option<Id<Sku>>,
    limit: usize,
) -> Result<Vec<StockRow>, Failure> {
    let heads = warehouse::stocks(q, shop, low, last, limit as i64)?;
    let skus: Vec<Id<Sku>> = heads.iter().map(|head| head.sku).collect();
    let offers = if skus.is_empty() { Vec::new() } else { catalog::offers(q, &skus)? };
    Ok(heads.iter().map(|head| StockRow::of(head, &offers)).collect())
}

/// The keys of a change of stock.
pub fn keys_of(change: &Change) -> Keys {
    keys_at(change.sku, change.warehouse)
}

/// The keys of a write that touches a SKU's shelf in a warehouse.
pub fn keys_at(sku: Id<Sku>, warehouse: Id<Warehouse>) -> Keys {
    warehouse::keys_at(&[StockLocation { sku, warehouse, campaign: None }])
}
