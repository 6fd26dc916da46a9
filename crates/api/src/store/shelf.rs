//! What is on sale: categories, the home page, lists and search, products, prices, shops.

use crate::merchant::delivery::OwnDeliveryMethods;
use crate::merchant::holiday::HolidayView;
use kernel::id::{Product, Shop, Sku};
use offer::catalog::slot::SlotContent;
use offer::catalog::{self, Card, Shelf};
use offer::media::MediaSize;
use supply::warehouse;
use trade::scene::{Scene, Via};
use web_kit::input::id;
use web_kit::known;
use web_kit::prelude::*;
use web_kit::storefront::{promise, shelf, via};

/// The most products of a page.
const MOST: usize = 100;

/// A category.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StoreCategory {
    /// Its code, a path of stable words.
    #[schema(example = "home.cups")]
    code: String,
    /// Its name in Chinese.
    zh: String,
    /// Its name in English.
    en: String,
}

/// All categories, by code: what is below one follows it.
#[operation(get, "/categories", tag = "store", needs = "public")]
pub async fn categories(State(site): State<Site>) -> Answer<Vec<StoreCategory>> {
    let (tree, _) = site.learn().await?;
    let all = tree.all().iter().map(|c| StoreCategory {
        code: c.code.to_string(),
        zh: c.zh.to_string(),
        en: c.en.to_string(),
    });
    Ok(axum::Json(all.collect()))
}

/// A product in a list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StoreCard {
    /// Which.
    #[schema(example = "prd_0640yw3hg0d5v8wxfrgcp6ztr0")]
    product: String,
    /// Whose.
    shop: String,
    /// Its title.
    title: Box<str>,
    /// The key of its picture: `/media/{key}`.
    media: Option<Box<str>>,
    /// Its lowest price.
    price: Money,
    /// Its highest price.
    price_to: Money,
    /// The struck price: the lowest of the days before its lowest price began, if that was higher. The days are the market's.
    struck: Option<Money>,
    /// Its category's code.
    category: Box<str>,
    /// The promise by which it ships.
    #[schema(example = "ship-48h")]
    ship: Box<str>,
    /// By when it ships if it is bought now, RFC 3339.
    ship_by: Option<String>,
    /// Tenths of a star of its shop.
    stars: Option<i64>,
    /// Where it was found: send it back when adding it to the cart.
    via: String,
}

fn card(site: &Site, now: Moment, shops: &known::Shops, card: &Card, via: &Via) -> StoreCard {
    let from = shops.get(&card.shop).map_or(now, |shop| shop.promises_from(now));
    StoreCard {
        product: card.id.to_string(),
        shop: card.shop.to_string(),
        title: card.title.clone(),
        media: card.cover.clone(),
        price: card.price,
        price_to: card.price_to,
        struck: card.struck,
        category: card.category_code.clone(),
        ship: card.ship.clone(),
        ship_by: promise::ship(&site.market, from, &card.ship).map(|ship| site.time(ship.due)),
        stars: shops.get(&card.shop).and_then(known::ShopCard::stars),
        via: via::token(site, now, card.id, via),
    }
}

/// A place on the home page.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StoreSlot {
    /// Which.
    slot: String,
    /// What stands above it, in Chinese.
    zh: Box<str>,
    /// What stands above it, in English.
    en: Box<str>,
    /// Its picture's key, if it is a banner.
    media: Option<Box<str>>,
    /// Where it leads, if it is a banner.
    link: Option<Box<str>>,
    /// Its products.
    products: Vec<StoreCard>,
    /// Codes of its categories.
    categories: Vec<Box<str>>,
}

/// The home page: what the platform put there, in its order.
#[operation(get, "/home", tag = "store", needs = "public")]
pub async fn home(State(site): State<Site>) -> Answer<Vec<StoreSlot>> {
    let (inner, now) = (site.clone(), (site.now)());
    let within = site.services.terms(now)?.compare_within;
    let (_, shops) = site.known().await?;
    let read = move |q: &mut Read<'_>| {
        let mut found = Vec::new();
        for slot in catalog::slots(q, now)? {
            let via = via::of(Scene::Mall, "slot", &slot.id.to_string());
            let (mut media, mut link, mut categories) = (None, None, Vec::new());
            let cards = match &slot.content {
                SlotContent::Products { products } => catalog::cards_of(q, products)?,
                SlotContent::Shelf { category, sort } => {
                    let sort = catalog::Sort::parse(sort).unwrap_or_default();
                    let shelf = Shelf { category: Some(category.clone()), sort, ..Shelf::default() };
                    catalog::cards(q, &shelf, None, 6)?
                }
                SlotContent::Banner { media: picture, link: to } => {
                    (media, link) = (picture.as_ref().map(|picture| picture.key.clone()), Some(to.clone()));
                    Vec::new()
                }
                SlotContent::Categories { categories: some } => {
                    categories = some.clone();
                    Vec::new()
                }
            };
            let cards = shelf::struck(q, cards, within)?;
            let products = cards.iter().map(|c| card(&inner, now, &shops, c, &via)).collect();
            let (slot, zh, en) = (slot.id.to_string(), slot.zh.clone(), slot.en.clone());
            found.push(StoreSlot { slot, zh, en, media, link, products, categories });
        }
        Ok(found)
    };
    site.read(read).await.map(axum::Json)
}

/// Which products.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Of this category and everything below it, by code.
    category: Option<String>,
    /// Of this shop.
    shop: Option<String>,
    /// With all these words in the title.
    q: Option<String>,
    /// `newest`, `price-up` or `price-down`.
    sort: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 24 if not said.
    limit: Option<String>,
}

/// What is on sale: a list, or a search.
#[operation(get, "/products", tag = "store", needs = "public")]
pub async fn products(State(site): State<Site>, query: Wanted) -> Answer<ListPage<StoreCard>> {
    let limit = input::limit(query.limit.as_deref(), shelf::PAGE, MOST)?;
    let (sort, after) = (shelf::sort(query.sort.as_deref())?, shelf::after(query.after.as_deref())?);
    let shop = query.shop.as_deref().map(id::<Shop>).transpose()?;
    let text: Option<Box<str>> =
        query.q.as_deref().map(|q| q.chars().take(80).collect::<String>().into_boxed_str());
    let via = match (&text, shop, &query.category) {
        (Some(text), _, _) => via::search(text),
        (None, Some(shop), _) => via::of(Scene::Shop, "shop", &shop.to_string()),
        _ => Via::mall(),
    };
    let (mut tree, mut shops) = site.known().await?;
    if let Some(code) = query.category.as_deref().filter(|code| tree.get(code).is_none()) {
        (tree, shops) = site.learn().await?;
        if tree.get(code).is_none() {
            return Err(catalog::Error::NoCategory(web_kit::problem::brief(code).into()).into());
        }
    }
    // A search that no title answers is answered by the category that is called so.
    let named = match (&text, &query.category) {
        (Some(text), None) => tree.named(text).first().map(|category| category.code.clone()),
        _ => None,
    };
    let of = Shelf { category: query.category.map(Into::into), shop, text, sort };
    let now = (site.now)();
    let within = site.services.terms(now)?.compare_within;
    let cards = site
        .read_apart(move |q| {
            let found = catalog::cards(q, &of, after, limit as i64 + 1)?;
            let cards = match named.filter(|_| found.is_empty()) {
                None => found,
                named => {
                    let of = Shelf { category: named, text: None, ..of };
                    catalog::cards(q, &of, after, limit as i64 + 1)?
                }
            };
            shelf::struck(q, cards, within)
        })
        .await?;
    let page = ListPage::of(cards, limit, |last| last.after(sort).to_string());
    Ok(axum::Json(page.map(|one| card(&site, now, &shops, &one, &via))))
}

/// One way in which variants differ.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AxisView {
    /// What the shop calls it.
    name: Box<str>,
    /// What its values are called.
    values: Vec<Box<str>>,
}

/// A variant.
#[derive(Serialize, utoipa::ToSchema)]
pub struct VariantView {
    /// Which.
    sku: String,
    /// For each axis, which of its values.
    choice: Vec<usize>,
    /// What it costs.
    price: Money,
    /// The struck price: the lowest of the days before the present price began, if that was higher. The days are the market's.
    struck: Option<Money>,
    /// What its shop says that it should cost: its word, not a price that was asked before.
    list_price: Option<Money>,
    /// How many can be bought now; null if there is no end of it.
    left: Option<i64>,
    /// How many one buyer may buy.
    limit: Option<i64>,
    /// Its pictures, smallest first.
    media: Vec<MediaSize>,
}

/// What is said of an attribute.
#[derive(Serialize, utoipa::ToSchema)]
pub struct SaidView {
    /// Its name in Chinese.
    zh: Box<str>,
    /// Its name in English.
    en: Box<str>,
    /// Its value in Chinese.
    value_zh: Box<str>,
    /// Its value in English.
    value_en: Box<str>,
}

/// A product.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ProductBody {
    /// Which.
    product: String,
    /// Whose.
    shop: String,
    /// What the shop is called.
    shop_name: Box<str>,
    /// Whether it can be bought.
    on_sale: bool,
    /// The number of the live version.
    version: i64,
    /// Its title.
    title: Box<str>,
    /// Paragraphs about it.
    about: Vec<Box<str>>,
    /// Its shop's holiday, while it runs: orders are refused, or ship after it.
    holiday: Option<HolidayView>,
    /// `physical` or `digital`.
    kind: &'static str,
    /// Its category's code.
    category: Box<str>,
    /// In what its variants differ.
    axes: Vec<AxisView>,
    /// Its variants.
    variants: Vec<VariantView>,
    /// Its pictures, each in its sizes.
    gallery: Vec<Vec<MediaSize>>,
    /// What is said of it.
    attributes: Vec<SaidView>,
    /// The promise by which it ships.
    ship: Box<str>,
    /// By when it ships if it is bought now, RFC 3339.
    ship_by: Option<String>,
    /// Until when one has to buy for that, where waiting longer makes it later, RFC 3339.
    cutoff: Option<String>,
    /// What a parcel costs.
    freight: Money,
    /// From which sum of the shop's goods on a parcel is free.
    freight_free_from: Option<Money>,
}

/// A product, with what is left of each variant.
#[operation(get, "/products/{product}", tag = "store", needs = "public")]
pub async fn product(State(site): State<Site>, product: Id<Product>) -> Answer<ProductBody> {
    let now = (site.now)();
    let (_, shops) = site.known().await?;
    let within = site.services.terms(now)?.compare_within;
    let (product, stock, counted, shop, struck) = site
        .read_apart(move |q| {
            let product = catalog::product(q, product)?;
            let struck = match within {
                Some(within) => catalog::struck(q, &[product.id], within)?,
                None => Vec::new(),
            };
            let skus: Vec<Id<Sku>> = product.skus.iter().map(|sku| sku.id).collect();
            let stock = warehouse::availables(q, product.shop, &skus)?;
            let codes = match product.kind {
                catalog::GoodsKind::Physical => skus,
                catalog::GoodsKind::Digital => flows::view::codes_of(q, product.shop, &skus)?,
            };
            let shop = known::shop(q, &shops, product.shop)?;
            Ok((product, stock, codes, shop, struck))
        })
        .await?;
    let ship = promise::ship(&site.market, shop.promises_from(now), &product.ship);
    let of = |sku: Id<Sku>| stock.iter().find(|(of, _)| *of == sku).map_or(0, |(_, left)| *left);
    let left = |sku: Id<Sku>| counted.contains(&sku).then(|| of(sku));
    let axes = product.axes.iter().map(|axis| AxisView {
        name: axis.name.clone(),
        values: axis.values.iter().map(|value| value.name.clone()).collect(),
    });
    let variants = product.skus.iter().map(|sku| VariantView {
        sku: sku.id.to_string(),
        choice: sku.choice.clone(),
        price: sku.price,
        struck: struck.iter().find(|found| found.sku == sku.id).map(|found| found.prior),
        list_price: sku.list_price,
        left: left(sku.id),
        limit: sku.limit,
        media: product.picture(sku).map(|picture| picture.sizes).unwrap_or_default(),
    });
    let attributes = product.attributes.iter().map(|said| SaidView {
        zh: said.zh.clone(),
        en: said.en.clone(),
        value_zh: said.value_zh.clone(),
        value_en: said.value_en.clone(),
    });
    Ok(axum::Json(ProductBody {
        product: product.id.to_string(),
        shop: product.shop.to_string(),
        shop_name: shop.name.clone(),
        on_sale: product.status == catalog::Status::On && shop.sells(now),
        holiday: HolidayView::of(&site.market, shop.holiday_at(now)),
        version: product.version,
        title: product.title.clone(),
        about: product.about.clone(),
        kind: product.kind.as_str(),
        category: product.category_code.clone(),
        axes: axes.collect(),
        variants: variants.collect(),
        gallery: product.gallery.iter().map(|picture| picture.sizes.clone()).collect(),
        attributes: attributes.collect(),
        ship: product.ship.clone(),
        ship_by: ship.as_ref().map(|ship| site.time(ship.due)),
        cutoff: ship.as_ref().and_then(|ship| ship.cutoff).map(|at| site.time(at)),
        freight: product.freight.fee,
        freight_free_from: product.freight.free_from,
    }))
}

/// Which prices.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// Of which variant; the first one if not said.
    sku: Option<String>,
    /// For how many days, 1 to 365; 30 if not said.
    days: Option<String>,
}

/// A price that was really asked.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PriceView {
    /// From when, RFC 3339.
    at: String,
    /// How much.
    price: Money,
}

/// A variant's real prices, newest first, back to the one that was asked when the days began.
#[operation(get, "/products/{product}/prices", tag = "store", needs = "public")]
pub async fn prices(State(site): State<Site>, product: Id<Product>, query: Since) -> Answer<Vec<PriceView>> {
    let days = match query.days.as_deref().map(str::parse::<i64>) {
        None => 30,
        Some(Ok(days @ 1..=365)) => days,
        Some(_) => return Err(Failure::invalid("days must be 1 to 365")),
    };
    let asked = query.sku.as_deref().map(id::<Sku>).transpose()?;
    let from = (site.now)().plus_days(-days);
    let found = site
        .read(move |q| {
            let product = catalog::product(q, product)?;
            let mut of = product.skus.iter().map(|sku| sku.id);
            let sku = match asked {
                Some(asked) => of.find(|sku| *sku == asked).ok_or(catalog::Error::NoSku(asked))?,
                None => of.next().ok_or(catalog::Error::NoProduct(product.id))?,
            };
            Ok(catalog::price_history(q, sku, from, None, 200)?)
        })
        .await?;
    let views = found.iter().map(|point| PriceView { at: site.time(point.at), price: point.price });
    Ok(axum::Json(views.collect()))
}

/// A dimension of a shop's score.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DimensionView {
    /// In Chinese.
    zh: String,
    /// In English.
    en: String,
    /// From 0 to 100; null without data.
    points: Option<f64>,
}

/// A shop as shoppers see it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StoreShop {
    /// Which.
    shop: String,
    /// What it is called.
    name: Box<str>,
    /// Whether it trades.
    open: bool,
    /// Its holiday, while it runs.
    holiday: Option<HolidayView>,
    /// Since when it is here, RFC 3339.
    opened_at: String,
    /// Tenths of a star; null where there are too few orders.
    stars: Option<i64>,
    /// Its score from 0 to 100.
    score: Option<f64>,
    /// What the score is made of.
    dimensions: Vec<DimensionView>,
}

/// A shop, with what was measured of it.
#[operation(get, "/shops/{shop}", tag = "store", needs = "public")]
pub async fn shop(State(site): State<Site>, shop: Id<Shop>) -> Answer<StoreShop> {
    let (_, shops) = site.known().await?;
    let card = site.read(move |q| known::shop(q, &shops, shop)).await?;
    let score = card.score.as_deref();
    let dimensions = score.iter().flat_map(|score| score.dimensions.iter().cloned());
    Ok(axum::Json(StoreShop {
        shop: card.id.to_string(),
        name: card.name.clone(),
        open: card.open,
        holiday: HolidayView::of(&site.market, card.holiday_at((site.now)())),
        opened_at: site.time(card.opened_at),
        stars: card.stars(),
        score: score.and_then(|score| score.points),
        dimensions: dimensions.map(|(zh, en, points)| DimensionView { zh, en, points }).collect(),
    }))
}

/// A shop's delivery method that was chosen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryChoice {
    /// Whose.
    pub(crate) shop: String,
    /// Its word.
    pub(crate) delivery_method: String,
}

/// The ways in which a shop delivers besides the standard one, which is always there. A quote is asked for with their words.
#[operation(get, "/shops/{shop}/delivery-methods", tag = "store", needs = "public")]
pub async fn delivery_methods(State(site): State<Site>, shop: Id<Shop>) -> Answer<OwnDeliveryMethods> {
    site.read(move |q| Ok(OwnDeliveryMethods::of(&trade::delivery::delivery_methods(q, shop)?)))
        .await
        .map(axum::Json)
}
