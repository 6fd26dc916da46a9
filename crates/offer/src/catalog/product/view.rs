//! What is read of products: the page of one, the offer of one variant, and what its shop sees.

use super::diff::Change;
use super::model::{Content, Freight};
use super::sql;
use crate::catalog::category::Step;
use crate::catalog::error::Error;
use crate::catalog::goods::GoodsKind;
use crate::catalog::product_status::Status;
use crate::media::MediaView;
use kernel::id::{Attribute, Brand, Category, Edit, Product, Shop, Sku};
use kernel::{Id, Moment, Money};
use serde::{Deserialize, Serialize};
use store::Query;

/// One value of an axis, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AxisValue {
    /// What the shop calls it.
    pub name: Box<str>,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaView>,
}

/// One way in which variants differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Axis {
    /// What the shop calls it.
    pub name: Box<str>,
    /// Which there are.
    pub values: Vec<AxisValue>,
}

/// One variant, as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkuView {
    /// Which.
    pub id: Id<Sku>,
    /// The shop's own number for it; may be empty.
    pub code: Box<str>,
    /// For each axis, which of its values.
    pub choice: Vec<usize>,
    /// What it costs.
    pub price: Money,
    /// What it is said to cost elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_price: Option<Money>,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<MediaView>,
    /// How many one buyer may buy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

/// What a product says of one attribute, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttributeView {
    /// Which.
    pub id: Id<Attribute>,
    /// Its name in Chinese.
    pub zh: Box<str>,
    /// Its name in English.
    pub en: Box<str>,
    /// Its value in Chinese, with its unit.
    pub value_zh: Box<str>,
    /// Its value in English, with its unit.
    pub value_en: Box<str>,
}

/// Under which name it is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandView {
    /// Which.
    pub id: Id<Brand>,
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
}

/// A product as its page shows it. Names of categories, attributes and brands are those of the day it was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProductView {
    /// Which.
    pub id: Id<Product>,
    /// Whose.
    pub shop: Id<Shop>,
    /// Whether it is on sale.
    pub status: Status,
    /// The number of the live version, from 1.
    pub version: i64,
    /// Since when it is on sale, or was last.
    pub listed_at: Option<Moment>,
    /// Everything else.
    #[serde(flatten)]
    pub shown: Shown,
}

impl std::ops::Deref for ProductView {
    type Target = Shown;
    fn deref(&self) -> &Shown {
        &self.shown
    }
}

/// What of a product changes with its content and its prices: kept as one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Where it stands.
    pub category: Id<Category>,
    /// Its category's code.
    pub category_code: Box<str>,
    /// From the root of the tree to its category.
    pub trail: Vec<Step>,
    /// By whom it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandView>,
    /// What it is.
    pub title: Box<str>,
    /// Paragraphs about it.
    pub about: Vec<Box<str>>,
    /// What sort of goods.
    pub kind: GoodsKind,
    /// In what its variants differ.
    pub axes: Vec<Axis>,
    /// Its variants, in the shop's order.
    pub skus: Vec<SkuView>,
    /// Its pictures, the first one is its face.
    pub gallery: Vec<MediaView>,
    /// What it says of its category's attributes.
    pub attributes: Vec<AttributeView>,
    /// The promise by which it ships: `ship-48h`.
    pub ship: Box<str>,
    /// What shipping costs.
    pub freight: Freight,
}

impl Shown {
    /// The lowest and the highest price of its variants, in minor units.
    pub(crate) fn prices(&self) -> (i64, i64) {
        let prices = self.skus.iter().map(|sku| sku.price.minor);
        (prices.clone().min().unwrap_or(0), prices.max().unwrap_or(0))
    }
    /// The variant of lowest price.
    pub(crate) fn cheapest(&self) -> Option<&SkuView> {
        self.skus.iter().min_by_key(|sku| sku.price.minor)
    }
    /// What a variant is called: the values that it chooses.
    pub fn variant(&self, sku: &SkuView) -> String {
        let chosen = sku.choice.iter().zip(&self.axes).filter_map(|(value, axis)| axis.values.get(*value));
        chosen.map(|value| &*value.name).collect::<Vec<_>>().join(" / ")
    }
    /// A variant's picture: its own, or that of a value it chooses, or the face of the product.
    pub fn picture(&self, sku: &SkuView) -> Option<MediaView> {
        let of_value = |(value, axis): (&usize, &Axis)| axis.values.get(*value).and_then(|v| v.media.clone());
        sku.media
            .clone()
            .or_else(|| sku.choice.iter().zip(&self.axes).find_map(of_value))
            .or_else(|| self.gallery.first().cloned())
    }
}

/// What cart and checkout need of one variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// Which.
    pub sku: Id<Sku>,
    /// Of which product.
    pub product: Id<Product>,
    /// Whose.
    pub shop: Id<Shop>,
    /// The product's title.
    pub title: Box<str>,
    /// The values it chooses: `驼色 / M`; empty if there is but one variant.
    pub variant: Box<str>,
    /// The key of a small picture of it.
    pub media: Option<Box<str>>,
    /// What it costs.
    pub price: Money,
    /// What its shop says that it should cost.
    pub list_price: Option<Money>,
    /// The lowest price of the days before the present one began, if that is higher and somebody looked for it
    /// (`strike_offers`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub struck: Option<Money>,
    /// Its category's code.
    pub category_code: Box<str>,
    /// What sort of goods.
    pub kind: GoodsKind,
    /// The promise by which it ships.
    pub ship: Box<str>,
    /// What shipping costs.
    pub freight: Freight,
    /// How many one buyer may buy.
    pub limit: Option<i64>,
    /// The number of the product's live version.
    pub version: i64,
    /// Whether it can be bought: the product is on sale and the variant is one of its live ones.
    pub on_sale: bool,
    /// The promise by which it ships when it is back-ordered; none if it is not sold beyond its stock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backorder: Option<Box<str>>,
}

/// A product in its shop's list, whatever its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnProduct {
    /// Which.
    pub id: Id<Product>,
    /// Where it is.
    pub status: Status,
    /// The number of the live version; 0 if there was none yet.
    pub version: i64,
    /// What it is.
    pub title: Box<str>,
    /// The key of its picture, for lists.
    pub cover: Option<Box<str>>,
    /// Its category's code.
    pub category_code: Box<str>,
    /// The lowest price.
    pub price: Money,
    /// The highest price.
    pub price_to: Money,
    /// Since when it is on sale, or was last.
    pub listed_at: Option<Moment>,
    /// When it was made.
    pub made_at: Moment,
    /// How many edits of it are drafts or wait.
    pub edits: i64,
    /// Why it is banned, in a word.
    pub banned_for: Option<Box<str>>,
}

/// A version of a product, in its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionView {
    /// Its number, from 1.
    pub version: i64,
    /// The edit that made it.
    pub edit: Id<Edit>,
    /// When it went live.
    pub at: Moment,
    /// What was in it.
    pub content: Content,
    /// What changed against the version before.
    pub changes: Vec<Change>,
}

/// The page of a product that is live or was. One statement.
pub fn product(q: &mut impl Query, id: Id<Product>) -> Result<ProductView, Error> {
    sql::product(q, id)?.ok_or(Error::NoProduct(id))
}

/// What cart and checkout need of a variant. One statement.
pub fn offer(q: &mut impl Query, sku: Id<Sku>) -> Result<Option<Offer>, Error> {
    Ok(sql::offers(q, &[sku])?.pop())
}

/// What cart and checkout need of some variants; those that never were are left out. One statement for every twenty.
pub fn offers(q: &mut impl Query, skus: &[Id<Sku>]) -> Result<Vec<Offer>, Error> {
    Ok(sql::offers(q, skus)?)
}

/// Which of a shop's products are asked for: what holds for all that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnFilter {
    /// Of one state.
    pub status: Option<Status>,
    /// This one.
    pub id: Option<Id<Product>>,
    /// With this in the title, or with a variant whose code of the shop begins so; capital letters do not count.
    pub text: Option<Box<str>>,
}

impl OwnFilter {
    /// What somebody looks for: the id of a product, or a text.
    pub fn looking_for(text: &str) -> Self {
        let id = text.parse().ok();
        let text = Some(text.trim().to_lowercase()).filter(|text| id.is_none() && !text.is_empty());
        Self { status: None, id, text: text.map(Into::into) }
    }
}

/// A variant, behind the product that it is of.
pub type SkuOf = (Id<Product>, Id<Sku>);

/// The live variants of some products, each after its product. One statement for every 24 products.
pub fn live_skus(q: &mut impl Query, products: &[Id<Product>]) -> Result<Vec<SkuOf>, Error> {
    Ok(sql::live_skus(q, products)?)
}

/// A page of a shop's products, newest first; of one state, if asked.
pub fn of_shop(
    q: &mut impl Query,
    shop: Id<Shop>,
    status: Option<Status>,
    after: Option<Id<Product>>,
    limit: i64,
) -> Result<Vec<OwnProduct>, Error> {
    search_shop(q, shop, &OwnFilter { status, ..OwnFilter::default() }, after, limit)
}

/// A page of those of a shop's products that are asked for, newest first.
pub fn search_shop(
    q: &mut impl Query,
    shop: Id<Shop>,
    filter: &OwnFilter,
    after: Option<Id<Product>>,
    limit: i64,
) -> Result<Vec<OwnProduct>, Error> {
    Ok(sql::of_shop(q, shop, filter, after, limit.clamp(1, 200))?)
}

/// A product as its shop sees it, and its page if it ever was live.
pub type OwnPage = (OwnProduct, Option<ProductView>);

/// Some of a shop's products, each with its page if it ever was live. Two statements for each.
pub fn own_pages(
    q: &mut impl Query,
    shop: Id<Shop>,
    products: &[Id<Product>],
) -> Result<Vec<OwnPage>, Error> {
    let one = |id: &Id<Product>| {
        let own = own(q, shop, *id)?;
        let live = if own.version > 0 { Some(product(q, *id)?) } else { None };
        Ok((own, live))
    };
    products.iter().map(one).collect()
}

/// One of a shop's products, whatever its state.
pub fn own(q: &mut impl Query, shop: Id<Shop>, id: Id<Product>) -> Result<OwnProduct, Error> {
    sql::own(q, shop, id)?.ok_or(Error::NoProduct(id))
}

/// What is live of a shop's product, ready to be edited; prices are the present ones.
pub fn content(q: &mut impl Query, shop: Id<Shop>, id: Id<Product>) -> Result<Content, Error> {
    let own = own(q, shop, id)?;
    let mut content =
        sql::content(q, id, own.version)?.ok_or(Error::NoVersion { product: id, version: own.version })?;
    let shown = product(q, id)?.shown;
    for draft in &mut content.skus {
        if let Some(live) = shown.skus.iter().find(|live| Some(live.id) == draft.id) {
            (draft.price, draft.list_price, draft.limit) = (live.price, live.list_price, live.limit);
        }
    }
    Ok(content)
}

/// A page of a product's versions, newest first, each with what it changed.
pub fn versions(
    q: &mut impl Query,
    shop: Id<Shop>,
    product: Id<Product>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<VersionView>, Error> {
    own(q, shop, product)?;
    Ok(sql::versions(q, product, before, limit.clamp(1, 50))?)
}
