//! A shop's products: edits beside the live version, prices at once, pictures.

use crate::merchant::content::{ContentShape, EditShape};
use crate::shape::time;
use axum::body::Bytes;
use kernel::Market;
use kernel::id::{Edit, Product, Shop};
use offer::catalog::edit::Status as EditStatus;
use offer::catalog::{
    self, AttributeKind, AttributeOption, Category, Change, EditFilter, NewPrice, OwnProduct, VersionView,
};
use offer::media::MediaView;
use web_kit::media::Upload;
use web_kit::prelude::*;
use web_kit::view::product::{rules_of, status};

/// An attribute that products of a category have.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AttributeView {
    /// Its id.
    pub attribute: String,
    /// Where it was declared.
    pub category: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// `text`, `number`, `choice` or `flag`.
    pub kind: &'static str,
    /// Of a number: its unit.
    pub unit: Option<String>,
    /// Of a choice: the answers.
    pub options: Vec<AttributeOption>,
    /// Whether a product must have it.
    pub required: bool,
    /// Whether variants may differ in it.
    pub axis: bool,
    /// Its turn.
    pub turn: i64,
    /// Whether new products are asked for it.
    pub open: bool,
}

impl AttributeView {
    pub(crate) fn of(attribute: catalog::Attribute) -> Self {
        let kind = attribute.kind.as_str();
        let (unit, options) = match attribute.kind {
            AttributeKind::Text | AttributeKind::Flag => (None, Vec::new()),
            AttributeKind::Number { unit } => (Some(unit.into()), Vec::new()),
            AttributeKind::Choice { options } => (None, options),
        };
        Self {
            attribute: attribute.id.to_string(),
            category: attribute.category.to_string(),
            zh: attribute.zh.into(),
            en: attribute.en.into(),
            kind,
            unit,
            options,
            required: attribute.required,
            axis: attribute.axis,
            turn: attribute.turn,
            open: attribute.open,
        }
    }
}

/// A page of the whole tree of categories.
pub async fn tree(at: &Context, query: Paging) -> Answer<ListPage<Category>> {
    let (after, limit) = (query.after().map(str::to_owned), query.limit()?);
    let find = move |q: &mut Read<'_>, most| catalog::categories(q, after.as_deref(), most);
    at.page(limit, find, |category| category.code.to_string(), |category| category).await
}

/// What a category and those above it ask of products, from the root down.
pub async fn asked(at: &Context, code: String) -> Answer<Items<AttributeView>> {
    at.answer(move |q| Ok(catalog::attributes(q, &code)?.into_iter().map(AttributeView::of).collect())).await
}

/// Where products can be listed: the whole tree, by code.
#[operation(get, "/shops/{shop}/categories", tag = "products", needs = "shop.goods")]
pub async fn categories(at: ShopContext, query: Paging) -> Answer<ListPage<Category>> {
    tree(&at, query).await
}

/// What a category asks of its products, by its code.
#[operation(get, "/shops/{shop}/categories/{code}/attributes", tag = "products", needs = "shop.goods")]
pub async fn attributes(at: ShopContext, code: String) -> Answer<Items<AttributeView>> {
    asked(&at, code).await
}

/// A product in its shop's list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProductRow {
    /// Its id.
    pub product: String,
    /// `draft`, `on`, `off` or `banned`.
    pub status: &'static str,
    /// The number of the live version; 0 if there was none yet.
    pub version: i64,
    /// What it is.
    pub title: String,
    /// The key of its picture.
    pub cover: Option<String>,
    /// Its category's code.
    pub category_code: String,
    /// The lowest price.
    pub price: Money,
    /// The highest price.
    pub price_to: Money,
    /// Since when it is on sale, or was last.
    pub listed_at: Option<String>,
    /// When it was made.
    pub made_at: String,
    /// How many edits of it are drafts or wait.
    pub edits: i64,
    /// Why it is banned, in a word.
    pub banned_for: Option<String>,
}

impl ProductRow {
    pub(crate) fn of(own: OwnProduct, market: &Market) -> Self {
        Self {
            product: own.id.to_string(),
            status: own.status.as_str(),
            version: own.version,
            title: own.title.into(),
            cover: own.cover.map(String::from),
            category_code: own.category_code.into(),
            price: own.price,
            price_to: own.price_to,
            listed_at: own.listed_at.map(|at| time(market, at)),
            made_at: time(market, own.made_at),
            edits: own.edits,
            banned_for: own.banned_for.map(String::from),
        }
    }
}

/// Which products.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProductQuery {
    /// `draft`, `on`, `off` or `banned`.
    status: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 100; 50 if not said.
    limit: Option<String>,
}

/// A shop's products, newest first.
#[operation(get, "/shops/{shop}/products", tag = "products", needs = "shop.goods")]
pub async fn list(at: ShopContext, query: ProductQuery) -> Answer<ListPage<ProductRow>> {
    let (shop, status) = (at.shop, query.status.as_deref().map(status).transpose()?);
    let last = input::after(query.after.as_deref())?;
    let limit = input::limit(query.limit.as_deref(), 50, 100)?;
    let find = move |q: &mut Read<'_>, most| catalog::of_shop(q, shop, status, last, most);
    let view = |own| ProductRow::of(own, &at.site.market);
    at.page(limit, find, |own| own.id.to_string(), view).await
}

/// A product with what is live of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProductDetail {
    /// The product.
    #[serde(flatten)]
    pub row: ProductRow,
    /// What is live, at present prices; null if nothing ever was.
    pub live: Option<ContentShape>,
}

/// One product of a shop.
#[operation(get, "/shops/{shop}/products/{product}", tag = "products", needs = "shop.goods")]
pub async fn get(at: ShopContext, product: Id<Product>) -> Answer<ProductDetail> {
    let (shop, market) = (at.shop, at.site.market.clone());
    at.answer(move |q| {
        let own = catalog::own(q, shop, product)?;
        let live = if own.version > 0 { Some(catalog::content(q, shop, product)?) } else { None };
        Ok(ProductDetail { row: ProductRow::of(own, &market), live: live.map(ContentShape::of) })
    })
    .await
}

/// Begins a product: its first edit, as a draft.
#[operation(post, "/shops/{shop}/products", tag = "products", needs = "shop.goods")]
pub async fn propose(at: ShopContext, body: ContentShape) -> Created<EditShape> {
    let (shop, rules, market) = (at.shop, rules_of(&at.site)?, at.site.market.clone());
    let content = body.content(market.currency)?;
    at.write("catalog.propose", Keys::none(), move |tx, ctx| {
        catalog::propose_new(tx, ctx, shop, &content, &rules).map(|edit| EditShape::of(edit, &market))
    })
    .await
}

/// Begins an edit of a product, as a draft against what is live.
#[operation(post, "/shops/{shop}/products/{product}/edits", tag = "products", needs = "shop.goods")]
pub async fn revise(at: ShopContext, product: Id<Product>, body: ContentShape) -> Created<EditShape> {
    let (shop, rules, market) = (at.shop, rules_of(&at.site)?, at.site.market.clone());
    let content = body.content(market.currency)?;
    at.write("catalog.revise", catalog::keys(product), move |tx, ctx| {
        catalog::propose(tx, ctx, shop, product, &content, &rules).map(|edit| EditShape::of(edit, &market))
    })
    .await
}

/// Puts a product on sale.
#[operation(post, "/shops/{shop}/products/{product}/put-on", tag = "products", needs = "shop.goods")]
pub async fn put_on(at: ShopContext, product: Id<Product>) -> Written<ProductRow> {
    let (shop, rules, market) = (at.shop, rules_of(&at.site)?, at.site.market.clone());
    at.write("catalog.put_on", catalog::keys(product), move |tx, ctx| {
        flows::listing::put_on(tx, ctx, shop, product, &rules).map(|own| ProductRow::of(own, &market))
    })
    .await
}

/// Takes a product off sale.
#[operation(post, "/shops/{shop}/products/{product}/take-off", tag = "products", needs = "shop.goods")]
pub async fn take_off(at: ShopContext, product: Id<Product>) -> Written<ProductRow> {
    let (shop, market) = (at.shop, at.site.market.clone());
    at.write("catalog.take_off", catalog::keys(product), move |tx, ctx| {
        catalog::take_off(tx, ctx, shop, product).map(|own| ProductRow::of(own, &market))
    })
    .await
}

/// A version of a product.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VersionShape {
    /// Its number, from 1.
    pub version: i64,
    /// The edit that made it.
    pub edit: String,
    /// When it went live.
    pub at: String,
    /// What changed against the version before.
    pub changes: Vec<Change>,
}

impl VersionShape {
    fn of(version: VersionView, market: &Market) -> Self {
        Self {
            version: version.version,
            edit: version.edit.to_string(),
            at: time(market, version.at),
            changes: version.changes,
        }
    }
}

/// The versions of a product, newest first, each with what it changed.
#[operation(get, "/shops/{shop}/products/{product}/versions", tag = "products", needs = "shop.goods")]
pub async fn versions(
    at: ShopContext,
    product: Id<Product>,
    query: Paging<20, 49>,
) -> Answer<ListPage<VersionShape>> {
    let shop = at.shop;
    let before = query.after_key(|text| text.parse().ok().filter(|version| *version > 0))?;
    let find = move |q: &mut Read<'_>, most| catalog::versions(q, shop, product, before, most);
    let view = |version| VersionShape::of(version, &at.site.market);
    at.page(query.limit()?, find, |version| version.version.to_string(), view).await
}

/// Begins an edit that brings an old version back.
#[operation(
    post,
    "/shops/{shop}/products/{product}/versions/{version}/roll-back",
    tag = "products",
    needs = "shop.goods"
)]
pub async fn roll_back(at: ShopContext, product: Id<Product>, version: i64) -> Created<EditShape> {
    let (shop, rules, market) = (at.shop, rules_of(&at.site)?, at.site.market.clone());
    at.write("catalog.roll_back", catalog::keys(product), move |tx, ctx| {
        catalog::roll_back(tx, ctx, shop, product, version, &rules).map(|edit| EditShape::of(edit, &market))
    })
    .await
}

/// What live variants cost from now on.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PricesBody {
    /// All change, or none does.
    prices: Vec<PriceBody>,
}

/// What a live variant costs from now on.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceBody {
    /// Which variant.
    sku: String,
    /// What it costs.
    price: Money,
    /// What the shop says that it should cost; shown as its word and never struck; null: nothing.
    #[serde(deserialize_with = "input::said")]
    #[schema(required)]
    list_price: Option<Money>,
    /// How many one buyer may buy; null: as many as they want.
    #[serde(deserialize_with = "input::said")]
    #[schema(required)]
    limit: Option<i64>,
}

/// Sets prices, list prices and limits of live variants at once, without a review.
#[operation(put, "/shops/{shop}/products/{product}/prices", tag = "products", needs = "shop.goods")]
pub async fn set_price(at: ShopContext, product: Id<Product>, body: PricesBody) -> Written<ProductRow> {
    let (shop, market) = (at.shop, at.site.market.clone());
    let price = |new: &PriceBody| {
        let list =
            new.list_price.map(|list| input::money("list_price", list, market.currency)).transpose()?;
        let price = input::money("price", new.price, market.currency)?;
        Ok((input::id(&new.sku)?, NewPrice { price, list_price: list, limit: new.limit }))
    };
    let prices = body.prices.iter().map(price).collect::<Result<Vec<_>, Failure>>()?;
    at.write("catalog.set_price", catalog::keys(product), move |tx, ctx| {
        catalog::set_prices(tx, ctx, shop, product, &prices).map(|own| ProductRow::of(own, &market))
    })
    .await
}

/// Which edits.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EditQuery {
    /// `draft`, `waiting`, `approved`, `rejected` or `withdrawn`.
    status: Option<String>,
    /// Of this product.
    product: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 99; 20 if not said.
    limit: Option<String>,
}

/// A shop's edits, newest first.
#[operation(get, "/shops/{shop}/edits", tag = "products", needs = "shop.goods")]
pub async fn edits(at: ShopContext, query: EditQuery) -> Answer<ListPage<EditShape>> {
    let read = |text: &str| {
        EditStatus::parse(text).ok_or_else(|| {
            let words = EditStatus::ALL.map(EditStatus::as_str).join(", ");
            Failure::invalid(format!("status must be one of {words}"))
        })
    };
    let shop = at.shop;
    let filter = EditFilter {
        status: query.status.as_deref().map(read).transpose()?,
        product: query.product.as_deref().map(input::id).transpose()?,
    };
    let last = input::after(query.after.as_deref())?;
    let limit = input::limit(query.limit.as_deref(), 20, 99)?;
    let find = move |q: &mut Read<'_>, most| catalog::edits_of_shop(q, shop, &filter, last, most);
    let view = |edit| EditShape::of(edit, &at.site.market);
    at.page(limit, find, |edit| edit.id.to_string(), view).await
}

/// One edit of a shop.
#[operation(get, "/shops/{shop}/edits/{edit}", tag = "products", needs = "shop.goods")]
pub async fn edit(at: ShopContext, edit: Id<Edit>) -> Answer<EditShape> {
    let (shop, market) = (at.shop, at.site.market.clone());
    at.answer(move |q| Ok(EditShape::of(catalog::edit_of_shop(q, shop, edit)?, &market))).await
}

/// A draft as it is to be.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    /// The revision that the writer saw.
    revision: i64,
    /// What the product becomes.
    #[serde(deserialize_with = "input::whole")]
    content: ContentShape,
}

/// Writes on a draft.
#[operation(put, "/shops/{shop}/edits/{edit}", tag = "products", needs = "shop.goods")]
pub async fn change(at: ShopContext, edit: Id<Edit>, body: EditBody) -> Written<EditShape> {
    let (shop, rules, market) = (at.shop, rules_of(&at.site)?, at.site.market.clone());
    let (draft, content) = ((edit, body.revision), body.content.content(market.currency)?);
    at.write("catalog.change", Keys::none(), move |tx, ctx| {
        catalog::change(tx, ctx, shop, draft, &content, &rules).map(|edit| EditShape::of(edit, &market))
    })
    .await
}

/// Hands a draft in. Banned words and missing fields refuse it, field by field.
#[operation(post, "/shops/{shop}/edits/{edit}/submit", tag = "products", needs = "shop.goods")]
pub async fn submit(at: ShopContext, edit: Id<Edit>) -> Written<EditShape> {
    let (shop, rules, market) = (at.shop, rules_of(&at.site)?, at.site.market.clone());
    at.write("catalog.submit", Keys::none(), move |tx, ctx| {
        flows::listing::submit(tx, ctx, shop, edit, &rules).map(|edit| EditShape::of(edit, &market))
    })
    .await
}

/// Takes an edit back.
#[operation(post, "/shops/{shop}/edits/{edit}/withdraw", tag = "products", needs = "shop.goods")]
pub async fn withdraw(at: ShopContext, edit: Id<Edit>) -> Written<EditShape> {
    let (shop, market) = (at.shop, at.site.market.clone());
    at.write("catalog.withdraw", Keys::none(), move |tx, ctx| {
        catalog::withdraw(tx, ctx, shop, edit).map(|edit| EditShape::of(edit, &market))
    })
    .await
}

/// Takes in a picture of a shop, or of the platform.
pub async fn taken_in(at: &Context, shop: Option<Id<Shop>>, bytes: Bytes) -> Created<MediaView> {
    let media = web_kit::media::keep(&at.site, bytes).await?;
    at.write("catalog.media", Keys::none(), move |tx, ctx| {
        catalog::add_media(tx, ctx, shop, &media).map(|()| media.clone())
    })
    .await
}

/// Takes in a picture: the body is a JPEG, PNG or WebP file. It is made smaller and written anew.
#[operation(post, "/shops/{shop}/media", tag = "products", needs = "shop.goods",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"))]
pub async fn upload(at: ShopContext, Upload(bytes): Upload) -> Created<MediaView> {
    taken_in(&at, Some(at.shop), bytes).await
}
