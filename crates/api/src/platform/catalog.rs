//! Categories, what they ask of products, and brands.

use crate::merchant::product::{AttributeView, asked, tree};
use kernel::id;
use offer::catalog::{
    self, AttributeKind, AttributeOption, Brand, Category, CategoryChange, NewAttribute, NewCategory,
};
use web_kit::prelude::*;

/// The tree of categories, by code: what is below a category follows it.
#[operation(get, "/categories", tag = "catalog", needs = "platform.view")]
pub async fn categories(at: Context, query: Paging) -> Answer<ListPage<Category>> {
    tree(&at, query).await
}

fn turn(turn: i64) -> Result<i64, Failure> {
    if (0..=100_000).contains(&turn) { Ok(turn) } else { Err(Failure::invalid("turn must be 0 to 100000")) }
}

/// Makes a category.
#[operation(post, "/categories", tag = "catalog", needs = "platform.catalog")]
pub async fn add_category(at: Context, body: NewCategory) -> Created<Category> {
    turn(body.turn)?;
    at.write("catalog.add_category", Keys::none(), move |tx, ctx| catalog::add_category(tx, ctx, &body)).await
}

/// Renames a category, moves it, closes or opens it.
#[operation(put, "/categories/{code}", tag = "catalog", needs = "platform.catalog")]
pub async fn change_category(at: Context, code: String, body: CategoryChange) -> Written<Category> {
    turn(body.turn)?;
    at.write("catalog.change_category", Keys::none(), move |tx, _| catalog::change_category(tx, &code, &body))
        .await
}

/// What a category asks of its products: its own attributes and those above it.
#[operation(get, "/categories/{code}/attributes", tag = "catalog", needs = "platform.view")]
pub async fn attributes(at: Context, code: String) -> Answer<Items<AttributeView>> {
    asked(&at, code).await
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
    options: Vec<AttributeOption>,
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
    fn read(self) -> Result<NewAttribute, Failure> {
        let kind = match self.kind.as_str() {
            "text" => AttributeKind::Text,
            "flag" => AttributeKind::Flag,
            "number" => AttributeKind::Number { unit: self.unit.unwrap_or_default().into() },
            "choice" => AttributeKind::Choice { options: self.options },
            _ => return Err(Failure::invalid("kind must be text, number, choice or flag")),
        };
        Ok(NewAttribute {
            zh: self.zh.into(),
            en: self.en.into(),
            kind,
            required: self.required,
            axis: self.axis,
            turn: turn(self.turn)?,
            open: self.open,
        })
    }
}

/// Adds an attribute to a category and everything below it.
#[operation(post, "/categories/{code}/attributes", tag = "catalog", needs = "platform.catalog")]
pub async fn add_attribute(at: Context, code: String, body: AttributeBody) -> Created<AttributeView> {
    let new = body.read()?;
    at.write("catalog.add_attribute", Keys::none(), move |tx, ctx| {
        catalog::add_attribute(tx, ctx, &code, &new).map(AttributeView::of)
    })
    .await
}

/// Changes an attribute. Its kind and its unit stay, and options are only added.
#[operation(put, "/attributes/{attribute}", tag = "catalog", needs = "platform.catalog")]
pub async fn change_attribute(
    at: Context,
    attribute: Id<id::Attribute>,
    body: AttributeBody,
) -> Written<AttributeView> {
    let change = body.read()?;
    at.write("catalog.change_attribute", Keys::none(), move |tx, _| {
        catalog::change_attribute(tx, attribute, &change).map(AttributeView::of)
    })
    .await
}

/// The brands, in the order in which they were made.
#[operation(get, "/brands", tag = "catalog", needs = "platform.view")]
pub async fn brands(at: Context, query: Paging) -> Answer<ListPage<Brand>> {
    let last = query.after_id()?;
    let find = move |q: &mut Read<'_>, most| catalog::brands(q, last, most);
    at.page(query.limit()?, find, |brand| brand.id.to_string(), |brand| brand).await
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
#[operation(post, "/brands", tag = "catalog", needs = "platform.catalog")]
pub async fn add_brand(at: Context, body: BrandBody) -> Created<Brand> {
    at.write("catalog.add_brand", Keys::none(), move |tx, ctx| {
        catalog::add_brand(tx, ctx, &body.zh, &body.en)
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
#[operation(put, "/brands/{brand}", tag = "catalog", needs = "platform.catalog")]
pub async fn change_brand(at: Context, brand: Id<id::Brand>, body: BrandChangeBody) -> Written<Brand> {
    at.write("catalog.change_brand", Keys::none(), move |tx, _| {
        catalog::change_brand(tx, brand, (&body.zh, &body.en), body.open)
    })
    .await
}
