//! A content goes live: names and pictures are looked up, variants get their rows, the page becomes a document.

use super::command::{list, step};
use super::model::{Content, SkuDraft, ValueDraft};
use super::price::NewPrice;
use super::sql::{self, Face, Head};
use super::view::{AttributeView, Axis, AxisValue, BrandView, ProductView, Shown, SkuView};
use crate::catalog::category::{self, Attribute, Brand, Category, Step};
use crate::catalog::error::Error;
use crate::catalog::fault::{Fault, Faults, Flaw};
use crate::catalog::privilege::{self, Permits};
use crate::catalog::product_status::{Move, Status};
use crate::catalog::rules::Rules;
use crate::catalog::{gallery, search};
use crate::media::MediaView;
use kernel::id::{Brand as BrandKey, Category as CategoryKey, Edit, Product, Shop, Sku};
use kernel::{Ctx, Id};
use std::collections::HashMap;
use std::rc::Rc;
use store::{Query, Tx};

/// A category with all that a product in it is checked against.
#[derive(Debug)]
pub(crate) struct Section {
    pub category: Category,
    pub trail: Vec<Step>,
    pub attributes: Vec<Attribute>,
}

/// What was looked up already: a batch of products asks for each category, brand and picture once.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub rules: &'a Rules,
    sections: HashMap<Id<CategoryKey>, Rc<Section>>,
    brands: HashMap<Id<BrandKey>, Option<Brand>>,
    pictures: HashMap<Box<str>, MediaView>,
    shop: Id<Shop>,
}

impl<'a> Desk<'a> {
    /// For one shop.
    pub(crate) fn new(rules: &'a Rules, shop: Id<Shop>) -> Self {
        let (sections, brands, pictures) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { rules, sections, brands, pictures, shop }
    }

    /// A category and what it asks.
    pub(crate) fn section(&mut self, q: &mut impl Query, id: Id<CategoryKey>) -> Result<Rc<Section>, Error> {
        if let Some(known) = self.sections.get(&id) {
            return Ok(Rc::clone(known));
        }
        let found = category::category_by_id(q, id)?;
        let category = found.ok_or_else(|| Error::NoCategory(id.to_string().into()))?;
        let trail = category::trail(q, &category.code)?;
        let attributes = category::attributes_of(q, &category.code)?;
        let section = Rc::new(Section { category, trail, attributes });
        self.sections.insert(id, Rc::clone(&section));
        Ok(section)
    }

    fn brand(&mut self, q: &mut impl Query, id: Id<BrandKey>) -> Result<Option<Brand>, Error> {
        if let Some(known) = self.brands.get(&id) {
            return Ok(known.clone());
        }
        let found = match category::brand(q, id) {
            Ok(brand) => Some(brand),
            Err(Error::NoBrand(_)) => None,
            Err(err) => return Err(err),
        };
        self.brands.insert(id, found.clone());
        Ok(found)
    }

    /// Refuses a content that may not go live; otherwise looks up everything it names.
    pub(crate) fn check(&mut self, q: &mut impl Query, content: &Content) -> Result<Rc<Section>, Error> {
        let section = self.section(q, content.category)?;
        let rules = self.rules;
        let asked = (&section.category, &*section.attributes);
        let found = content.faults(&rules.limits, rules.currency, Some(asked));
        let mut faults = Faults(found);
        if let Some(id) = content.brand
            && !self.brand(q, id)?.is_some_and(|brand| brand.open)
        {
            faults.add("brand", Flaw::NoBrand);
        }
        let keys = content.pictures();
        gallery::found(q, self.shop, &keys, &mut self.pictures)?;
        for key in keys.into_iter().filter(|key| !self.pictures.contains_key(*key)) {
            faults.add(field_of_picture(content, key), Flaw::NoPicture);
        }
        if faults.0.is_empty() { Ok(section) } else { Err(Error::Faults(faults.0)) }
    }

    /// The page of a content that was checked. New variants have ids already.
    fn show(&mut self, q: &mut impl Query, section: &Section, content: &Content) -> Result<Shown, Error> {
        let brand = match content.brand {
            None => None,
            Some(id) => self.brand(q, id)?,
        };
        let picture = |key: &Option<Box<str>>| key.as_ref().and_then(|key| self.pictures.get(key).cloned());
        let axes = content.axes.iter().map(|axis| {
            let value = |value: &ValueDraft| AxisValue {
                name: value.name.trim().into(),
                media: picture(&value.media),
            };
            Axis { name: axis.name.trim().into(), values: axis.values.iter().map(value).collect() }
        });
        let skus = content.skus.iter().filter_map(|sku| {
            Some(SkuView {
                id: sku.id?,
                code: sku.code.clone(),
                choice: sku.choice.clone(),
                price: sku.price,
                list_price: sku.list_price,
                media: picture(&sku.media),
                limit: sku.limit,
            })
        });
        // In the order of the category, not of whoever typed them.
        let attributes = section.attributes.iter().filter_map(|attribute| {
            let given = content.attributes.iter().find(|given| given.attribute == attribute.id)?;
            let (zh, en) = attribute.kind.shown(given.value.trim())?;
            Some(AttributeView {
                id: attribute.id,
                zh: attribute.zh.clone(),
                en: attribute.en.clone(),
                value_zh: zh.into(),
                value_en: en.into(),
            })
        });
        Ok(Shown {
            category: section.category.id,
            category_code: section.category.code.clone(),
            trail: section.trail.clone(),
            brand: brand.map(|brand| BrandView { id: brand.id, zh: brand.zh, en: brand.en }),
            title: content.title.trim().into(),
            about: content.about.clone(),
            kind: content.kind,
            axes: axes.collect(),
            skus: skus.collect(),
            gallery: content.gallery.iter().filter_map(|key| self.pictures.get(key).cloned()).collect(),
            attributes: attributes.collect(),
            ship: content.ship.clone(),
            freight: content.freight,
        })
    }
}

/// Everything that keeps a content from going live, for a form that says it all at once, even one that could not be read
/// whole: where there is no such category, what does not turn on it.
pub fn faults(
    q: &mut impl Query,
    shop: Id<Shop>,
    content: &Content,
    rules: &Rules,
) -> Result<Vec<Fault>, Error> {
    match Desk::new(rules, shop).check(q, content) {
        Ok(_) => Ok(Vec::new()),
        Err(Error::Faults(faults)) => Ok(faults),
        Err(Error::NoCategory(_)) => Ok(content.faults(&rules.limits, rules.currency, None)),
        Err(err) => Err(err),
    }
}

/// The page of a product as it would be with a content of its shop that is not live, complete or not.
pub fn preview(
    q: &mut impl Query,
    (shop, product): (Id<Shop>, Id<Product>),
    content: &Content,
    rules: &Rules,
) -> Result<ProductView, Error> {
    let mut desk = Desk::new(rules, shop);
    let section = desk.section(q, content.category)?;
    gallery::found(q, shop, &content.pictures(), &mut desk.pictures)?;
    let shown = desk.show(q, &section, content)?;
    Ok(ProductView { id: product, shop, status: Status::Draft, version: 0, listed_at: None, shown })
}

fn field_of_picture(content: &Content, key: &str) -> String {
    let is_it = |media: &Option<Box<str>>| media.as_deref() == Some(key);
    if let Some(i) = content.gallery.iter().position(|other| **other == *key) {
        return format!("gallery.{i}");
    }
    for (a, axis) in content.axes.iter().enumerate() {
        if let Some(v) = axis.values.iter().position(|value| is_it(&value.media)) {
            return format!("axes.{a}.values.{v}.media");
        }
    }
    let sku = content.skus.iter().position(|sku| is_it(&sku.media)).unwrap_or(0);
    format!("skus.{sku}.media")
}

/// Which product a content goes live as.
pub(crate) enum Target {
    /// One that no row tells of yet.
    New(Id<Product>),
    /// One that is a draft, or live.
    There(Box<Head>),
}

/// Makes a checked content the live version of its product, by an edit, as far as the permits reach. Live variants keep their
/// prices and limits; a new one, or one that comes back, takes those of the content. The caller writes the edit with the content
/// as it is left here: it is what the version holds.
pub(crate) fn go_live(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    desk: &mut Desk<'_>,
    (target, edit): (Target, Id<Edit>),
    (section, content): (&Section, &mut Content),
    permits: Permits<'_>,
) -> Result<(Id<Product>, i64), Error> {
    privilege::checked(desk.rules.is_presale(&content.ship), permits.presale, desk.shop)?;
    let (mut head, was) = match target {
        Target::New(id) => (fresh(desk, id), None),
        Target::There(head) => {
            let revision = head.revision;
            (*head, Some(revision))
        }
    };
    let rows = if was.is_some() { sql::skus(tx, head.id)? } else { Vec::new() };
    for draft in &mut content.skus {
        let row = draft.id.and_then(|id| rows.iter().find(|row| row.id == id));
        if let Some(row) = row.filter(|row| row.live) {
            draft.price = kernel::Money::new(row.price, head.currency);
            draft.list_price = row.list_price.map(|minor| kernel::Money::new(minor, head.currency));
            draft.limit = row.limit;
        }
        draft.id.get_or_insert_with(|| ctx.id());
        draft.stock = None;
    }
    let shown = desk.show(tx, section, content)?;
    if !rows.is_empty() {
        sql::hide_skus(tx, head.id)?;
    }
    for sku in &shown.skus {
        let variant = shown.variant(sku);
        let picture = shown.picture(sku);
        let face = Face { variant: &variant, media: picture.as_ref().map(|m| m.at_least(160)) };
        match rows.iter().find(|row| row.id == sku.id) {
            None => sql::new_sku(tx, ctx, head.id, sku, &face)?,
            Some(row) => {
                sql::show_sku(tx, head.id, sku.id, &face)?;
                let (price, list_price, limit) = (sku.price, sku.list_price, sku.limit);
                if !row.live {
                    sql::price_sku(tx, ctx, head.id, row, &NewPrice { price, list_price, limit })?;
                }
            }
        }
    }
    let before = head.clone();
    head.version += 1;
    (head.price, head.title, head.category_code) =
        (shown.prices().0, shown.title.clone(), shown.category_code.clone());
    head.shown = Some(shown);
    let may_sell = privilege::of(permits.sale, desk.shop).is_some();
    step(&mut head, if may_sell { Move::GoLive } else { Move::GoLiveOffSale })?;
    match (before.stand(), head.stand()) {
        // The first version goes on sale by being approved, if its shop may sell.
        (None, _) if before.status == Status::Draft && may_sell => list(tx, ctx, &mut head)?,
        (Some(old), Some(new)) if old != new => {
            search::take_down(tx, &old)?;
            search::put_up(tx, &new)?;
        }
        _ => {}
    }
    sql::save(tx, ctx, was, &head)?;
    sql::version_written(tx, ctx, (head.id, head.version), edit)?;
    Ok((head.id, head.version))
}

fn fresh(desk: &Desk<'_>, id: Id<Product>) -> Head {
    Head {
        id,
        shop: desk.shop,
        status: Status::Draft,
        version: 0,
        revision: 0,
        category_code: "".into(),
        title: "".into(),
        price: 0,
        currency: desk.rules.currency,
        listings: 0,
        listed_at: None,
        shown: None,
    }
}

/// Sets what changes at once of live variants - price, list price, limit - to what it is now. An edit does not change it:
/// one that says something else, and did not say it before (`was`), is refused with where.
pub(crate) fn as_priced(
    q: &mut impl Query,
    product: Id<Product>,
    content: &mut Content,
    was: Option<&[SkuDraft]>,
) -> Result<(), Error> {
    let mut faults = Faults(Vec::new());
    let rows = sql::skus(q, product)?;
    let mut seen: Vec<Id<Sku>> = Vec::new();
    for (i, draft) in content.skus.iter_mut().enumerate() {
        // One that stands there twice is refused as that.
        let once = draft.id.filter(|id| !seen.contains(id));
        seen.extend(once);
        let live = once.and_then(|id| rows.iter().find(|row| row.id == id && row.live));
        let Some(row) = live else { continue };
        let money = |minor: i64| kernel::Money::new(minor, draft.price.currency);
        let now = (money(row.price), row.list_price.map(money), row.limit);
        if let Some(was) = was {
            // What the writer did not touch is not meant.
            let old = was.iter().find(|old| old.id == draft.id);
            let meant = |new: bool, touched: bool| new && touched;
            let changed = [
                ("price", meant(draft.price != now.0, old.is_none_or(|old| old.price != draft.price))),
                (
                    "list_price",
                    meant(
                        draft.list_price != now.1,
                        old.is_none_or(|old| old.list_price != draft.list_price),
                    ),
                ),
                ("limit", meant(draft.limit != now.2, old.is_none_or(|old| old.limit != draft.limit))),
            ];
            for (name, _) in changed.into_iter().filter(|(_, changed)| *changed) {
                faults.add(format!("skus.{i}.{name}"), Flaw::AtOnce);
            }
        }
        (draft.price, draft.list_price, draft.limit) = now;
    }
    if faults.0.is_empty() { Ok(()) } else { Err(Error::Faults(faults.0)) }
}

/// Refuses variants that are another product's: an id that is given must be one that this product has, had, or that a draft
/// of it was given. `own` are those.
pub(crate) fn own_skus_only(content: &Content, own: &[Id<Sku>]) -> Result<(), Error> {
    let foreign = |(i, id): (usize, Option<Id<Sku>>)| {
        id.filter(|id| !own.contains(id))
            .map(|_| Fault { field: format!("skus.{i}.id").into(), flaw: Flaw::OtherSku })
    };
    let faults: Vec<Fault> = content.skus.iter().map(|sku| sku.id).enumerate().filter_map(foreign).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Faults(faults)) }
}

/// The variants that a product has or ever had.
pub(crate) fn known_skus(q: &mut impl Query, product: Id<Product>) -> Result<Vec<Id<Sku>>, Error> {
    Ok(sql::skus(q, product)?.into_iter().map(|row| row.id).collect())
}
