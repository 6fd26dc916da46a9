//! Categories, what they ask of products, and brands.

use crate::merchant::product::{AttributeView, Attributes, CategoryQuery, CategoryView, OptionShape};
use crate::merchant::stock::page_limit;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Id;
use kernel::id::{Attribute, Brand};
use offer::catalog::{self, AttributeKind, AttributeOption, CategoryChange, NewAttribute, NewCategory};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::Page;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::stock::after;

const NEED: Permission = Permission::PlatformCatalog;

/// The tree of categories, by code: what is below a category follows it.
#[utoipa::path(get, path = "/categories", tag = "catalog", params(CategoryQuery), responses((status = 200, body = Page<CategoryView>)), extensions(("x-needs" = json!("platform.view"))))]
pub async fn categories(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<CategoryQuery>,
) -> Result<axum::Json<Page<CategoryView>>, Failure> {
    who.need(Permission::PlatformView)?;
    let (after, limit) = (query.after(), query.limit()?);
    let found = site.read(move |q| Ok(catalog::categories(q, after.as_deref(), limit as i64 + 1)?)).await?;
    let views = found.iter().map(CategoryView::of).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &CategoryView| view.code.clone())))
}

fn turn(turn: i64) -> Result<i64, Failure> {
    if (0..=100_000).contains(&turn) { Ok(turn) } else { Err(Failure::invalid("turn must be 0 to 100000")) }
}

/// A new category.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryBody {
    /// The parent's code, a dot, and one more word; or one word for a root.
    #[schema(max_length = 120)]
    code: String,
    /// In Chinese.
    #[schema(min_length = 1, max_length = 60)]
    zh: String,
    /// In English.
    #[schema(min_length = 1, max_length = 60)]
    en: String,
    /// Its turn among its siblings.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100000)]
    turn: i64,
}

/// Makes a category.
#[utoipa::path(post, path = "/categories", tag = "catalog", request_body = CategoryBody, responses((status = 201, body = CategoryView)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn add_category(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<CategoryBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    let new = NewCategory {
        code: body.code.as_str().into(),
        zh: body.zh.as_str().into(),
        en: body.en.as_str().into(),
        turn: turn(body.turn)?,
    };
    act.json(&site, "catalog.add_category", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        catalog::add_category(tx, ctx, &new).map(|category| CategoryView::of(&category))
    })
    .await
}

/// What a category becomes; its code never changes.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryChangeBody {
    /// In Chinese.
    #[schema(min_length = 1, max_length = 60)]
    zh: String,
    /// In English.
    #[schema(min_length = 1, max_length = 60)]
    en: String,
    /// Its turn among its siblings.
    #[schema(minimum = 0, maximum = 100000)]
    turn: i64,
    /// Whether new products may be listed in it.
    open: bool,
}

/// Renames a category, moves it, closes or opens it.
#[utoipa::path(put, path = "/categories/{code}", tag = "catalog", request_body = CategoryChangeBody, responses((status = 200, body = CategoryView)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn change_category(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(code): Path<String>,
    Json(body): Json<CategoryChangeBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    let change = CategoryChange {
        zh: body.zh.as_str().into(),
        en: body.en.as_str().into(),
        turn: turn(body.turn)?,
        open: body.open,
    };
    act.json(&site, "catalog.change_category", Keys::none(), StatusCode::OK, move |tx, _| {
        catalog::change_category(tx, &code, &change).map(|category| CategoryView::of(&category))
    })
    .await
}

/// What a category asks of its products: its own attributes and those above it.
#[utoipa::path(get, path = "/categories/{code}/attributes", tag = "catalog", responses((status = 200, body = Attributes)), extensions(("x-needs" = json!("platform.view"))))]
pub async fn attributes(
    State(site): State<Site>,
    who: Principal,
    Path(code): Path<String>,
) -> Result<axum::Json<Attributes>, Failure> {
    who.need(Permission::PlatformView)?;
    let found = site.read(move |q| Ok(catalog::attributes(q, &code)?)).await?;
    Ok(axum::Json(Attributes { items: found.iter().map(AttributeView::of).collect() }))
}

/// An attribute as it is to be.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeBody {
    /// In Chinese.
    #[schema(min_length = 1, max_length = 60)]
    zh: String,
    /// In English.
    #[schema(min_length = 1, max_length = 60)]
    en: String,
    /// `text`, `number`, `choice` or `flag`.
    #[schema(pattern = "^(text|number|choice|flag)$")]
    kind: String,
    /// Of a number: its unit.
    #[serde(default)]
    unit: Option<String>,
    /// Of a choice: the answers.
    #[serde(default)]
    options: Vec<OptionShape>,
    /// Whether a product must have it.
    #[serde(default)]
    required: bool,
    /// Whether variants may differ in it.
    #[serde(default)]
    axis: bool,
    /// Its turn.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100000)]
    turn: i64,
    /// Whether new products are asked for it; yes if not said.
    #[serde(default = "yes")]
    open: bool,
}

fn yes() -> bool {
    true
}

impl AttributeBody {
    fn read(&self) -> Result<NewAttribute, Failure> {
        let kind = match self.kind.as_str() {
            "text" => AttributeKind::Text,
            "flag" => AttributeKind::Flag,
            "number" => AttributeKind::Number { unit: self.unit.as_deref().unwrap_or_default().into() },
            "choice" => AttributeKind::Choice {
                options: self
                    .options
                    .iter()
                    .map(|option| AttributeOption {
                        code: option.code.as_str().into(),
                        zh: option.zh.as_str().into(),
                        en: option.en.as_str().into(),
                    })
                    .collect(),
            },
            _ => return Err(Failure::invalid("kind must be text, number, choice or flag")),
        };
        Ok(NewAttribute {
            zh: self.zh.as_str().into(),
            en: self.en.as_str().into(),
            kind,
            required: self.required,
            axis: self.axis,
            turn: turn(self.turn)?,
            open: self.open,
        })
    }
}

/// Adds an attribute to a category and everything below it.
#[utoipa::path(post, path = "/categories/{code}/attributes", tag = "catalog", request_body = AttributeBody, responses((status = 201, body = AttributeView)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn add_attribute(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(code): Path<String>,
    Json(body): Json<AttributeBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    let new = body.read()?;
    act.json(&site, "catalog.add_attribute", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        catalog::add_attribute(tx, ctx, &code, &new).map(|attribute| AttributeView::of(&attribute))
    })
    .await
}

/// Changes an attribute. Its kind and its unit stay, and options are only added.
#[utoipa::path(put, path = "/attributes/{attribute}", tag = "catalog", request_body = AttributeBody, responses((status = 200, body = AttributeView)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn change_attribute(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(attribute): Path<Id<Attribute>>,
    Json(body): Json<AttributeBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    let (attribute, change) = (attribute, body.read()?);
    act.json(&site, "catalog.change_attribute", Keys::none(), StatusCode::OK, move |tx, _| {
        catalog::change_attribute(tx, attribute, &change).map(|attribute| AttributeView::of(&attribute))
    })
    .await
}

/// A brand.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct BrandView {
    /// Its id.
    pub brand: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Whether new products may carry it.
    pub open: bool,
}

impl BrandView {
    fn of(brand: &catalog::Brand) -> Self {
        Self {
            brand: brand.id.to_string(),
            zh: brand.zh.to_string(),
            en: brand.en.to_string(),
            open: brand.open,
        }
    }
}

/// Which page of brands.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BrandQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 500; 100 if not said.
    limit: Option<String>,
}

/// The brands, in the order in which they were made.
#[utoipa::path(get, path = "/brands", tag = "catalog", params(BrandQuery), responses((status = 200, body = Page<BrandView>)), extensions(("x-needs" = json!("platform.view"))))]
pub async fn brands(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<BrandQuery>,
) -> Result<axum::Json<Page<BrandView>>, Failure> {
    who.need(Permission::PlatformView)?;
    let limit = page_limit(query.limit.as_deref(), 100, 500)?;
    let last = after::<Brand>(query.after.as_deref())?;
    let found = site.read(move |q| Ok(catalog::brands(q, last, limit as i64 + 1)?)).await?;
    let views = found.iter().map(BrandView::of).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &BrandView| view.brand.clone())))
}

/// A new brand.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandBody {
    /// In Chinese.
    #[schema(min_length = 1, max_length = 60)]
    zh: String,
    /// In English.
    #[schema(min_length = 1, max_length = 60)]
    en: String,
}

/// Makes a brand.
#[utoipa::path(post, path = "/brands", tag = "catalog", request_body = BrandBody, responses((status = 201, body = BrandView)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn add_brand(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<BrandBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    act.json(&site, "catalog.add_brand", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        catalog::add_brand(tx, ctx, &body.zh, &body.en).map(|brand| BrandView::of(&brand))
    })
    .await
}

/// What a brand becomes.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandChangeBody {
    /// In Chinese.
    #[schema(min_length = 1, max_length = 60)]
    zh: String,
    /// In English.
    #[schema(min_length = 1, max_length = 60)]
    en: String,
    /// Whether new products may carry it.
    open: bool,
}

/// Renames a brand, closes or opens it.
#[utoipa::path(put, path = "/brands/{brand}", tag = "catalog", request_body = BrandChangeBody, responses((status = 200, body = BrandView)), extensions(("x-needs" = json!("platform.catalog"))))]
pub async fn change_brand(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(brand): Path<Id<Brand>>,
    Json(body): Json<BrandChangeBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    act.json(&site, "catalog.change_brand", Keys::none(), StatusCode::OK, move |tx, _| {
        catalog::change_brand(tx, brand, (&body.zh, &body.en), body.open).map(|brand| BrandView::of(&brand))
    })
    .await
}
