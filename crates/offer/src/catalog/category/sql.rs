//! Every statement about categories, attributes and brands.

use super::model::{Attribute, Brand, Category, DEEPEST, Step, line_of};
use crate::catalog::parsed;
use kernel::Id;
use kernel::id::Category as CategoryKey;
use store::{Query, Row, StoreError, Val, vals};

store::sql! {
    /// A new category; none if its code is taken.
    pub(super) ADD_CATEGORY = "
insert into catalog_category (id, parent, code, zh, en, turn, is_open)
values ($1, $2, $3, $4, $5, $6, 1)
on conflict (code) do nothing";

    /// Changes a category.
    pub(super) CHANGE_CATEGORY = "
update catalog_category
set zh = $2, en = $3, turn = $4, is_open = $5
where code = $1";

    /// One by its code.
    pub(super) CATEGORY = "
select id, parent, code, zh, en, turn, is_open
from catalog_category
where code = $1";

    /// One by its id.
    CATEGORY_BY_ID = "
select id, parent, code, zh, en, turn, is_open
from catalog_category
where id = $1";

    /// A page of the tree. The dot comes before every other character of a code, so that nothing stands between a category
    /// and what is below it.
    pub(super) CATEGORIES = "
select id, parent, code, zh, en, turn, is_open
from catalog_category
where replace(code, '.', '!') > replace($1, '.', '!')
order by replace(code, '.', '!')
limit $2";

    /// What is directly below one.
    pub(super) CHILDREN = "
select id, parent, code, zh, en, turn, is_open
from catalog_category
where parent is not distinct from $1
order by turn, code
limit $2";

    /// One and those above it.
    TRAIL = "
select code, zh, en
from catalog_category
where code in ($1, $2, $3, $4, $5, $6)
order by code";

    /// A new attribute.
    pub(super) ADD_ATTRIBUTE = "
insert into catalog_attribute
  (id, category, category_code, zh, en, kind, is_required, is_axis, turn, is_open)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    /// Changes an attribute.
    pub(super) CHANGE_ATTRIBUTE = "
update catalog_attribute
set zh = $2, en = $3, kind = $4, is_required = $5, is_axis = $6, turn = $7, is_open = $8
where id = $1";

    /// One attribute.
    pub(super) ATTRIBUTE = "
select id, category, zh, en, kind, is_required, is_axis, turn, is_open
from catalog_attribute
where id = $1";

    /// Those of a category and of the ones above it.
    ATTRIBUTES = "
select id, category, zh, en, kind, is_required, is_axis, turn, is_open
from catalog_attribute
where category_code in ($1, $2, $3, $4, $5, $6)
order by length(category_code), turn, id
limit 500";

    /// A new brand.
    pub(super) ADD_BRAND = "
insert into catalog_brand (id, zh, en, is_open)
values ($1, $2, $3, 1)";

    /// Changes a brand.
    pub(super) CHANGE_BRAND = "
update catalog_brand
set zh = $2, en = $3, is_open = $4
where id = $1";

    /// One brand.
    pub(super) BRAND = "
select id, zh, en, is_open
from catalog_brand
where id = $1";

    /// A page of brands.
    pub(super) BRANDS = "
select id, zh, en, is_open
from catalog_brand
where id > $1
order by id
limit $2";
}

pub(super) fn to_category(row: &Row<'_>) -> Result<Category, StoreError> {
    Ok(Category {
        id: Id::from_raw(row.id(0)?),
        parent: row.maybe_id(1)?.map(Id::from_raw),
        code: row.text(2)?.into(),
        zh: row.text(3)?.into(),
        en: row.text(4)?.into(),
        turn: row.int(5)?,
        open: row.int(6)? == 1,
    })
}

pub(super) fn to_attribute(row: &Row<'_>) -> Result<Attribute, StoreError> {
    Ok(Attribute {
        id: Id::from_raw(row.id(0)?),
        category: Id::from_raw(row.id(1)?),
        zh: row.text(2)?.into(),
        en: row.text(3)?.into(),
        kind: parsed(row.text(4)?)?,
        required: row.int(5)? == 1,
        axis: row.int(6)? == 1,
        turn: row.int(7)?,
        open: row.int(8)? == 1,
    })
}

pub(super) fn to_brand(row: &Row<'_>) -> Result<Brand, StoreError> {
    Ok(Brand {
        id: Id::from_raw(row.id(0)?),
        zh: row.text(1)?.into(),
        en: row.text(2)?.into(),
        open: row.int(3)? == 1,
    })
}

/// A code and those above it as parameters; what is missing repeats the last one.
fn line_params(code: &str) -> [Val<'_>; DEEPEST] {
    let line = line_of(code);
    std::array::from_fn(|i| Val::Text(line.get(i).copied().unwrap_or(code)))
}

/// A category and those above it, root first.
pub(crate) fn trail(q: &mut impl Query, code: &str) -> Result<Vec<Step>, StoreError> {
    q.rows(&TRAIL, &line_params(code), |row| {
        Ok(Step { code: row.text(0)?.into(), zh: row.text(1)?.into(), en: row.text(2)?.into() })
    })
}

/// The attributes of a category and of those above it.
pub(crate) fn attributes_of(q: &mut impl Query, code: &str) -> Result<Vec<Attribute>, StoreError> {
    q.rows(&ATTRIBUTES, &line_params(code), to_attribute)
}

/// A category by its id.
pub(crate) fn category_by_id(
    q: &mut impl Query,
    id: Id<CategoryKey>,
) -> Result<Option<Category>, StoreError> {
    q.one(&CATEGORY_BY_ID, vals![id], to_category)
}
