//! What the platform does with categories, attributes and brands, and what anybody reads of them.

use super::model::{
    self, Attribute, AttributeKind, AttributeOption, Brand, Category, CategoryChange, NewAttribute,
    NewCategory, checked_code, checked_kind, checked_names, is_kept,
};
use super::sql;
use crate::catalog::error::Error;
use crate::catalog::written;
use kernel::id::{Attribute as AttributeKey, Brand as BrandKey, Category as CategoryKey};
use kernel::{Ctx, Id};
use store::{Query, Tx, vals};

/// The most rows of a page.
const PAGE: i64 = 2000;

/// Makes a category, under the one that its code names.
pub fn add_category(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewCategory) -> Result<Category, Error> {
    checked_code(&new.code)?;
    let (zh, en) = checked_names(&new.zh, &new.en)?;
    let parent = match model::parent_of(&new.code) {
        None => None,
        Some(above) => Some(category(tx, above)?.id),
    };
    let id: Id<CategoryKey> = ctx.id();
    if tx.exec(&sql::ADD_CATEGORY, vals![id, parent, &new.code, &zh, &en, new.turn])? == 0 {
        return Err(Error::CodeTaken(new.code.clone()));
    }
    let (code, turn) = (new.code.clone(), new.turn);
    Ok(Category { id, parent, code, zh, en, turn, open: true })
}

/// Renames a category, moves it among its siblings, closes or opens it. Products in a closed one stay.
pub fn change_category(tx: &mut Tx<'_>, code: &str, change: &CategoryChange) -> Result<Category, Error> {
    let (zh, en) = checked_names(&change.zh, &change.en)?;
    let params = vals![code, &zh, &en, change.turn, change.open];
    if tx.exec(&sql::CHANGE_CATEGORY, params)? == 0 {
        return Err(Error::NoCategory(code.into()));
    }
    category(tx, code)
}

/// A category by its code.
pub fn category(q: &mut impl Query, code: &str) -> Result<Category, Error> {
    q.one(&sql::CATEGORY, vals![code], sql::to_category)?.ok_or_else(|| Error::NoCategory(code.into()))
}

/// A page of the whole tree, by code: what is below a category follows it.
pub fn categories(q: &mut impl Query, after: Option<&str>, limit: i64) -> Result<Vec<Category>, Error> {
    Ok(q.rows(&sql::CATEGORIES, vals![after.unwrap_or(""), limit.clamp(1, PAGE)], sql::to_category)?)
}

/// What stands directly below a category, or the roots, in their turn: at most 2,000.
pub fn children(q: &mut impl Query, of: Option<Id<CategoryKey>>) -> Result<Vec<Category>, Error> {
    Ok(q.rows(&sql::CHILDREN, vals![of, PAGE], sql::to_category)?)
}

/// Adds an attribute to a category and everything below it.
pub fn add_attribute(tx: &mut Tx<'_>, ctx: &Ctx, code: &str, new: &NewAttribute) -> Result<Attribute, Error> {
    let (zh, en) = checked_names(&new.zh, &new.en)?;
    let kind = checked_kind(&new.kind)?;
    let category = category(tx, code)?;
    let id: Id<AttributeKey> = ctx.id();
    let document = written(&kind)?;
    let (required, axis, turn, open) = (new.required, new.axis, new.turn, new.open);
    tx.exec(
        &sql::ADD_ATTRIBUTE,
        vals![id, category.id, &category.code, &zh, &en, &document, required, axis, turn, open],
    )?;
    Ok(Attribute { id, category: category.id, zh, en, kind, required, axis, turn, open })
}

/// Changes an attribute. Its kind and unit stay, and options are only added: products keep valid values.
pub fn change_attribute(
    tx: &mut Tx<'_>,
    id: Id<AttributeKey>,
    change: &NewAttribute,
) -> Result<Attribute, Error> {
    let (zh, en) = checked_names(&change.zh, &change.en)?;
    let kind = checked_kind(&change.kind)?;
    let was = q_attribute(tx, id)?;
    if !is_kept(&was.kind, &kind) {
        return Err(Error::KindFixed);
    }
    let document = written(&kind)?;
    let (required, axis, turn, open) = (change.required, change.axis, change.turn, change.open);
    tx.exec(&sql::CHANGE_ATTRIBUTE, vals![id, &zh, &en, &document, required, axis, turn, open])?;
    q_attribute(tx, id)
}

/// What of an attribute is written anew; kind, unit and turn stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeEdit {
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
    /// Its options, if it is a choice.
    pub options: Vec<AttributeOption>,
    /// Whether every product must say it.
    pub required: bool,
    /// Whether variants may differ in it.
    pub axis: bool,
    /// Whether new products may say it.
    pub open: bool,
}

/// As [`change_attribute`], where what is not said stays as it is.
pub fn edit_attribute(
    tx: &mut Tx<'_>,
    id: Id<AttributeKey>,
    edit: &AttributeEdit,
) -> Result<Attribute, Error> {
    let was = q_attribute(tx, id)?;
    let kind = match was.kind {
        AttributeKind::Choice { .. } => AttributeKind::Choice { options: edit.options.clone() },
        other => other,
    };
    let AttributeEdit { required, axis, open, .. } = *edit;
    let (zh, en) = (edit.zh.clone(), edit.en.clone());
    change_attribute(tx, id, &NewAttribute { zh, en, kind, required, axis, turn: was.turn, open })
}

fn q_attribute(q: &mut impl Query, id: Id<AttributeKey>) -> Result<Attribute, Error> {
    q.one(&sql::ATTRIBUTE, vals![id], sql::to_attribute)?.ok_or(Error::NoAttribute(id))
}

/// What a category asks of its products: its own attributes and those of the ones above, from the root down.
pub fn attributes(q: &mut impl Query, code: &str) -> Result<Vec<Attribute>, Error> {
    category(q, code)?;
    Ok(sql::attributes_of(q, code)?)
}

/// Makes a brand.
pub fn add_brand(tx: &mut Tx<'_>, ctx: &Ctx, zh: &str, en: &str) -> Result<Brand, Error> {
    let (zh, en) = checked_names(zh, en)?;
    let id: Id<BrandKey> = ctx.id();
    tx.exec(&sql::ADD_BRAND, vals![id, &zh, &en])?;
    Ok(Brand { id, zh, en, open: true })
}

/// Renames a brand, closes or opens it.
pub fn change_brand(
    tx: &mut Tx<'_>,
    id: Id<BrandKey>,
    (zh, en): (&str, &str),
    open: bool,
) -> Result<Brand, Error> {
    let (zh, en) = checked_names(zh, en)?;
    if tx.exec(&sql::CHANGE_BRAND, vals![id, &zh, &en, open])? == 0 {
        return Err(Error::NoBrand(id));
    }
    brand(tx, id)
}

/// A brand by its id.
pub fn brand(q: &mut impl Query, id: Id<BrandKey>) -> Result<Brand, Error> {
    q.one(&sql::BRAND, vals![id], sql::to_brand)?.ok_or(Error::NoBrand(id))
}

/// A page of brands, in the order in which they were made.
pub fn brands(q: &mut impl Query, after: Option<Id<BrandKey>>, limit: i64) -> Result<Vec<Brand>, Error> {
    let after = after.map_or(kernel::RawId::default(), Id::raw);
    Ok(q.rows(&sql::BRANDS, vals![after, limit.clamp(1, PAGE)], sql::to_brand)?)
}
