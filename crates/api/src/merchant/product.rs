//! A shop's products: edits beside the live version, prices at once, pictures.

use crate::merchant::content::{ChangeView, ContentShape, EditShape};
use crate::merchant::stock::page_limit;
use crate::merchant::{Amount, time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Id;
use kernel::Market;
use kernel::id::{Edit, Product, Sku};
use offer::catalog::edit::Status as EditStatus;
use offer::catalog::{self, AttributeKind, EditFilter, NewPrice, OwnProduct, VersionView};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::media::Upload;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::money::shop_of;
use web_kit::view::product::{edits_of, rules_of, status};
use web_kit::view::stock::after;

/// A category.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CategoryView {
    /// Its id.
    pub category: String,
    /// What it is a part of.
    pub parent: Option<String>,
    /// Its path as stable words: `home.cups`.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Its turn among its siblings.
    pub turn: i64,
    /// Whether new products may be listed in it.
    pub open: bool,
}

impl CategoryView {
    pub(crate) fn of(category: &catalog::Category) -> Self {
        Self {
            category: category.id.to_string(),
            parent: category.parent.map(|parent| parent.to_string()),
            code: category.code.to_string(),
            zh: category.zh.to_string(),
            en: category.en.to_string(),
            turn: category.turn,
            open: category.open,
        }
    }
}

/// One of the answers to a choice.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionShape {
    /// What products keep.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

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
    pub options: Vec<OptionShape>,
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
    pub(crate) fn of(attribute: &catalog::Attribute) -> Self {
        let (unit, options) = match &attribute.kind {
            AttributeKind::Text | AttributeKind::Flag => (None, Vec::new()),
            AttributeKind::Number { unit } => (Some(unit.to_string()), Vec::new()),
            AttributeKind::Choice { options } => (
                None,
                options
                    .iter()
                    .map(|option| OptionShape {
                        code: option.code.to_string(),
                        zh: option.zh.to_string(),
                        en: option.en.to_string(),
                    })
                    .collect(),
            ),
        };
        Self {
            attribute: attribute.id.to_string(),
            category: attribute.category.to_string(),
            zh: attribute.zh.to_string(),
            en: attribute.en.to_string(),
            kind: attribute.kind.as_str(),
            unit,
            options,
            required: attribute.required,
            axis: attribute.axis,
            turn: attribute.turn,
            open: attribute.open,
        }
    }
}

/// The attributes of a category and of those above it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Attributes {
    /// From the root down.
    pub items: Vec<AttributeView>,
}

/// Which page of categories.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CategoryQuery {
    /// The `next` of the page before: a code.
    after: Option<String>,
    /// How many, 1 to 500; 100 if not said.
    limit: Option<String>,
}

impl CategoryQuery {
    pub(crate) fn after(&self) -> Option<String> {
        self.after.clone()
    }
    pub(crate) fn limit(&self) -> Result<usize, Failure> {
        page_limit(self.limit.as_deref(), 100, 500)
    }
}

/// Where products can be listed: the whole tree, by code.
#[utoipa::path(get, path = "/shops/{shop}/categories", tag = "products", params(CategoryQuery),
    responses((status = 200, body = Page<CategoryView>)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn categories(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
    Query(query): Query<CategoryQuery>,
) -> Result<axum::Json<Page<CategoryView>>, Failure> {
    shop_of(&who, &shop, Permission::ShopGoods)?;
    let (after, limit) = (query.after(), query.limit()?);
    let found = site.read(move |q| Ok(catalog::categories(q, after.as_deref(), limit as i64 + 1)?)).await?;
    let views = found.iter().map(CategoryView::of).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &CategoryView| view.code.clone())))
}

/// What a category asks of its products, by its code.
#[utoipa::path(get, path = "/shops/{shop}/categories/{code}/attributes", tag = "products",
    responses((status = 200, body = Attributes)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn attributes(
    State(site): State<Site>,
    who: Principal,
    Path((shop, code)): Path<(String, String)>,
) -> Result<axum::Json<Attributes>, Failure> {
    shop_of(&who, &shop, Permission::ShopGoods)?;
    let found = site.read(move |q| Ok(catalog::attributes(q, &code)?)).await?;
    Ok(axum::Json(Attributes { items: found.iter().map(AttributeView::of).collect() }))
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
    pub price: Amount,
    /// The highest price.
    pub price_to: Amount,
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
    pub(crate) fn of(own: &OwnProduct, market: &Market) -> Self {
        Self {
            product: own.id.to_string(),
            status: own.status.as_str(),
            version: own.version,
            title: own.title.to_string(),
            cover: own.cover.as_deref().map(str::to_owned),
            category_code: own.category_code.to_string(),
            price: own.price.into(),
            price_to: own.price_to.into(),
            listed_at: own.listed_at.map(|at| time(market, at)),
            made_at: time(market, own.made_at),
            edits: own.edits,
            banned_for: own.banned_for.as_deref().map(str::to_owned),
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
#[utoipa::path(get, path = "/shops/{shop}/products", tag = "products", params(ProductQuery),
    responses((status = 200, body = Page<ProductRow>)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
    Query(query): Query<ProductQuery>,
) -> Result<axum::Json<Page<ProductRow>>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopGoods)?;
    let of = query.status.as_deref().map(status).transpose()?;
    let limit = page_limit(query.limit.as_deref(), 50, 100)?;
    let last = after::<Product>(query.after.as_deref())?;
    let found = site.read(move |q| Ok(catalog::of_shop(q, shop, of, last, limit as i64 + 1)?)).await?;
    let rows = found.iter().map(|own| ProductRow::of(own, &site.market)).collect();
    Ok(axum::Json(Page::of(rows, limit, |row: &ProductRow| row.product.clone())))
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
#[utoipa::path(get, path = "/shops/{shop}/products/{product}", tag = "products",
    responses((status = 200, body = ProductDetail)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path((shop, product)): Path<(String, Id<Product>)>,
) -> Result<axum::Json<ProductDetail>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopGoods)?;
    let (own, live) = site
        .read(move |q| {
            let own = catalog::own(q, shop, product)?;
            let live = if own.version > 0 { Some(catalog::content(q, shop, product)?) } else { None };
            Ok((own, live))
        })
        .await?;
    Ok(axum::Json(ProductDetail {
        row: ProductRow::of(&own, &site.market),
        live: live.as_ref().map(ContentShape::of),
    }))
}

/// Begins a product: its first edit, as a draft.
#[utoipa::path(post, path = "/shops/{shop}/products", tag = "products",
    request_body = ContentShape, responses((status = 201, body = EditShape)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn propose(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Json(body): Json<ContentShape>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let (content, rules) = (body.content(site.market.currency)?, rules_of(&site)?);
    let market = site.market.clone();
    act.json(&site, "catalog.propose", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        catalog::propose_new(tx, ctx, shop, &content, &rules).map(|edit| EditShape::of(&edit, &market))
    })
    .await
}

/// Begins an edit of a product, as a draft against what is live.
#[utoipa::path(post, path = "/shops/{shop}/products/{product}/edits", tag = "products",
    request_body = ContentShape, responses((status = 201, body = EditShape)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn revise(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, product)): Path<(String, Id<Product>)>,
    Json(body): Json<ContentShape>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let (content, rules) = (body.content(site.market.currency)?, rules_of(&site)?);
    let market = site.market.clone();
    act.json(&site, "catalog.revise", catalog::keys(product), StatusCode::CREATED, move |tx, ctx| {
        catalog::propose(tx, ctx, shop, product, &content, &rules).map(|edit| EditShape::of(&edit, &market))
    })
    .await
}

/// Puts a product on sale.
#[utoipa::path(post, path = "/shops/{shop}/products/{product}/put-on", tag = "products",
    responses((status = 200, body = ProductRow)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn put_on(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, product)): Path<(String, Id<Product>)>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let (rules, market) = (rules_of(&site)?, site.market.clone());
    act.json(&site, "catalog.put_on", catalog::keys(product), StatusCode::OK, move |tx, ctx| {
        flows::listing::put_on(tx, ctx, shop, product, &rules).map(|own| ProductRow::of(&own, &market))
    })
    .await
}

/// Takes a product off sale.
#[utoipa::path(post, path = "/shops/{shop}/products/{product}/take-off", tag = "products",
    responses((status = 200, body = ProductRow)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn take_off(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, product)): Path<(String, Id<Product>)>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let market = site.market.clone();
    act.json(&site, "catalog.take_off", catalog::keys(product), StatusCode::OK, move |tx, ctx| {
        catalog::take_off(tx, ctx, shop, product).map(|own| ProductRow::of(&own, &market))
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
    pub changes: Vec<ChangeView>,
}

impl VersionShape {
    fn of(version: &VersionView, market: &Market) -> Self {
        Self {
            version: version.version,
            edit: version.edit.to_string(),
            at: time(market, version.at),
            changes: version.changes.iter().map(ChangeView::of).collect(),
        }
    }
}

/// Which page of versions.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VersionQuery {
    /// The `next` of the page before: a version.
    after: Option<String>,
    /// How many, 1 to 49; 20 if not said.
    limit: Option<String>,
}

/// The versions of a product, newest first, each with what it changed.
#[utoipa::path(get, path = "/shops/{shop}/products/{product}/versions", tag = "products", params(VersionQuery),
    responses((status = 200, body = Page<VersionShape>)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn versions(
    State(site): State<Site>,
    who: Principal,
    Path((shop, product)): Path<(String, Id<Product>)>,
    Query(query): Query<VersionQuery>,
) -> Result<axum::Json<Page<VersionShape>>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopGoods)?;
    let limit = page_limit(query.limit.as_deref(), 20, 49)?;
    let before = query.after.as_deref().filter(|text| !text.is_empty());
    let before = before
        .map(|text| {
            let read = text.parse::<i64>().ok().filter(|n| *n > 0);
            read.ok_or_else(|| Failure::invalid("after: give the next of the page before"))
        })
        .transpose()?;
    let found =
        site.read(move |q| Ok(catalog::versions(q, shop, product, before, limit as i64 + 1)?)).await?;
    let views = found.iter().map(|version| VersionShape::of(version, &site.market)).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &VersionShape| view.version.to_string())))
}

/// Begins an edit that brings an old version back.
#[utoipa::path(post, path = "/shops/{shop}/products/{product}/versions/{version}/roll-back", tag = "products", responses((status = 201, body = EditShape)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn roll_back(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, product, version)): Path<(String, Id<Product>, i64)>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let (rules, market) = (rules_of(&site)?, site.market.clone());
    act.json(&site, "catalog.roll_back", catalog::keys(product), StatusCode::CREATED, move |tx, ctx| {
        catalog::roll_back(tx, ctx, shop, product, version, &rules).map(|edit| EditShape::of(&edit, &market))
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
    price: Amount,
    /// The price struck through; none if not said.
    #[serde(default)]
    list_price: Option<Amount>,
    /// How many one buyer may buy; as many as they want if not said.
    #[serde(default)]
    limit: Option<i64>,
}

/// Sets prices, list prices and limits of live variants at once, without a review.
#[utoipa::path(put, path = "/shops/{shop}/products/{product}/prices", tag = "products",
    request_body = PricesBody, responses((status = 200, body = ProductRow)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn set_price(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, product)): Path<(String, Id<Product>)>,
    Json(body): Json<PricesBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let currency = site.market.currency;
    let prices = body.prices.iter().map(|new| {
        let list = new.list_price.as_ref().map(|list| list.money("list_price", currency)).transpose()?;
        let price =
            NewPrice { price: new.price.money("price", currency)?, list_price: list, limit: new.limit };
        Ok((id::<Sku>(&new.sku)?, price))
    });
    let prices = prices.collect::<Result<Vec<_>, Failure>>()?;
    let market = site.market.clone();
    act.json(&site, "catalog.set_price", catalog::keys(product), StatusCode::OK, move |tx, ctx| {
        catalog::set_prices(tx, ctx, shop, product, &prices).map(|own| ProductRow::of(&own, &market))
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
#[utoipa::path(get, path = "/shops/{shop}/edits", tag = "products", params(EditQuery),
    responses((status = 200, body = Page<EditShape>)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn edits(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
    Query(query): Query<EditQuery>,
) -> Result<axum::Json<Page<EditShape>>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopGoods)?;
    let read = |text: &str| {
        EditStatus::parse(text).ok_or_else(|| {
            let words = EditStatus::ALL.map(EditStatus::as_str).join(", ");
            Failure::invalid(format!("status must be one of {words}"))
        })
    };
    let status = query.status.as_deref().map(read).transpose()?;
    let product = query.product.as_deref().map(id::<Product>).transpose()?;
    let limit = page_limit(query.limit.as_deref(), 20, 99)?;
    let last = after::<Edit>(query.after.as_deref())?;
    let filter = EditFilter { status, product };
    let found = site.read(move |q| edits_of(q, shop, &filter, last, limit + 1)).await?;
    let views = found.iter().map(|edit| EditShape::of(edit, &site.market)).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &EditShape| view.edit.clone())))
}

/// One edit of a shop.
#[utoipa::path(get, path = "/shops/{shop}/edits/{edit}", tag = "products",
    responses((status = 200, body = EditShape)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn edit(
    State(site): State<Site>,
    who: Principal,
    Path((shop, edit)): Path<(String, Id<Edit>)>,
) -> Result<axum::Json<EditShape>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopGoods)?;
    let view = site.read(move |q| Ok(catalog::edit_of_shop(q, shop, edit)?)).await?;
    Ok(axum::Json(EditShape::of(&view, &site.market)))
}

/// A draft as it is to be.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    /// The revision that the writer saw.
    revision: i64,
    /// What the product becomes.
    content: ContentShape,
}

/// Writes on a draft.
#[utoipa::path(put, path = "/shops/{shop}/edits/{edit}", tag = "products",
    request_body = EditBody, responses((status = 200, body = EditShape)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn change(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, edit)): Path<(String, Id<Edit>)>,
    Json(body): Json<EditBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let (content, rules) = (body.content.content(site.market.currency)?, rules_of(&site)?);
    let (market, revision) = (site.market.clone(), body.revision);
    act.json(&site, "catalog.change", Keys::none(), StatusCode::OK, move |tx, ctx| {
        catalog::change(tx, ctx, shop, (edit, revision), &content, &rules)
            .map(|edit| EditShape::of(&edit, &market))
    })
    .await
}

/// Hands a draft in. Banned words and missing fields refuse it, field by field.
#[utoipa::path(post, path = "/shops/{shop}/edits/{edit}/submit", tag = "products",
    responses((status = 200, body = EditShape)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn submit(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, edit)): Path<(String, Id<Edit>)>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let (rules, market) = (rules_of(&site)?, site.market.clone());
    act.json(&site, "catalog.submit", Keys::none(), StatusCode::OK, move |tx, ctx| {
        flows::listing::submit(tx, ctx, shop, edit, &rules).map(|edit| EditShape::of(&edit, &market))
    })
    .await
}

/// Takes an edit back.
#[utoipa::path(post, path = "/shops/{shop}/edits/{edit}/withdraw", tag = "products",
    responses((status = 200, body = EditShape)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn withdraw(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, edit)): Path<(String, Id<Edit>)>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let market = site.market.clone();
    act.json(&site, "catalog.withdraw", Keys::none(), StatusCode::OK, move |tx, ctx| {
        catalog::withdraw(tx, ctx, shop, edit).map(|edit| EditShape::of(&edit, &market))
    })
    .await
}

/// A picture that was taken in.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MediaShape {
    /// Its key: what a gallery holds. It is served at `/media/{key}`.
    pub key: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Its sizes, smallest first.
    pub sizes: Vec<SizeShape>,
}

/// One size of a picture.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SizeShape {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// It is served at `/media/{key}`.
    pub key: String,
}

impl MediaShape {
    pub(crate) fn of(media: &offer::media::MediaView) -> Self {
        Self {
            key: media.key.to_string(),
            width: media.width,
            height: media.height,
            sizes: media
                .sizes
                .iter()
                .map(|size| SizeShape { width: size.width, height: size.height, key: size.key.to_string() })
                .collect(),
        }
    }
}

/// Takes in a picture: the body is a JPEG, PNG or WebP file. It is made smaller and written anew.
#[utoipa::path(post, path = "/shops/{shop}/media", tag = "products",
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 201, body = MediaShape)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn upload(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Upload(bytes): Upload,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    let media = web_kit::media::keep(&site, bytes).await?;
    act.json(&site, "catalog.media", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        catalog::add_media(tx, ctx, Some(shop), &media).map(|()| MediaShape::of(&media))
    })
    .await
}
