//! The catalog, on SQLite and on PostgreSQL from the same bodies.

mod categories;
mod edits;
mod gates;
mod lists;
mod pictures;
mod prices;
mod products;
mod races;
mod slots;

use kernel::id::{Product, Shop, Sku};
use kernel::{Actor, Ctx, Currency, Entity, Id, Moment, Money, Permit};
use offer::catalog::{
    self, Attribute, AttributeKind, AttributeOption, AxisDraft, Category, Content, EditView, Error, Flaw,
    Freight, GoodsKind, NewAttribute, NewCategory, OwnProduct, Permits, PutOnSale, Rules, SkuDraft,
    ValueDraft,
};
use offer::media::{MediaSize, MediaView};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Keys, Tx, WriteError};

/// When the tests play.
pub(crate) const NOW: Moment = Moment::from_micros(1_790_000_000_000_000);

static SEED: AtomicU64 = AtomicU64::new(1);

/// A command's context, each a millisecond after the one before, so that ids sort as they were made.
pub(crate) fn ctx() -> Ctx {
    let seed = SEED.fetch_add(1, Ordering::Relaxed);
    Ctx::new(NOW.plus_micros(seed as i64 * 1_000), Actor::System, seed)
}

pub(crate) fn ctx_at(now: Moment) -> Ctx {
    Ctx::new(now, Actor::Operator, SEED.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn new_id<T: Entity>() -> Id<T> {
    ctx().id()
}

pub(crate) fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

pub(crate) fn rules() -> Arc<Rules> {
    catalog::rules("2026-11-23".parse().unwrap(), Currency::CNY).unwrap()
}

/// Runs a command; what the store itself could not do is a failed test.
pub(crate) fn write<T: Send + 'static>(
    db: &Db,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    write_with(db, Keys::none(), f)
}

pub(crate) fn write_with<T: Send + 'static>(
    db: &Db,
    keys: Keys,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match db.write_blocking("test", keys, f) {
        Ok(done) => Ok(done),
        Err(WriteError::Refused(err)) => Err(err),
        Err(WriteError::Store(err)) => panic!("{err}"),
    }
}

/// A picture that nobody looks at.
pub(crate) fn picture(name: &str) -> MediaView {
    let size = |width: u32| MediaSize { width, height: width, key: format!("{name}{width}").as_str().into() };
    let sizes = vec![size(160), size(480), size(960)];
    MediaView { key: sizes[2].key.clone(), width: 960, height: 960, sizes }
}

pub(crate) fn add_category(db: &Db, code: &'static str, zh: &'static str) -> Category {
    let new = NewCategory { code: code.into(), zh: zh.into(), en: code.into(), turn: 1 };
    write(db, move |tx| catalog::add_category(tx, &ctx(), &new)).unwrap()
}

pub(crate) fn add_attribute(
    db: &Db,
    code: &'static str,
    zh: &'static str,
    kind: AttributeKind,
    required: bool,
) -> Attribute {
    let new = NewAttribute { zh: zh.into(), en: zh.into(), kind, required, axis: false, turn: 1, open: true };
    write(db, move |tx| catalog::add_attribute(tx, &ctx(), code, &new)).unwrap()
}

/// A market with a small tree, and a shop with two pictures.
pub(crate) struct Stall {
    pub db: Db,
    pub shop: Id<Shop>,
    pub cups: Category,
    pub material: Attribute,
    pub volume: Attribute,
}

impl Stall {
    pub(crate) fn new(db: &Db) -> Self {
        add_category(db, "home", "家居");
        let cups = add_category(db, "home.cups", "杯壶");
        add_category(db, "food", "食品");
        let option =
            |code: &str, zh: &str| AttributeOption { code: code.into(), zh: zh.into(), en: code.into() };
        let options = vec![option("steel", "不锈钢"), option("glass", "玻璃")];
        let material = add_attribute(db, "home", "材质", AttributeKind::Choice { options }, true);
        let unit = "ml".into();
        let volume = add_attribute(db, "home.cups", "容量", AttributeKind::Number { unit }, false);
        Self::again(db, cups, material, volume)
    }

    /// Another shop in the same market.
    pub(crate) fn beside(&self) -> Self {
        Self::again(&self.db, self.cups.clone(), self.material.clone(), self.volume.clone())
    }

    fn again(db: &Db, cups: Category, material: Attribute, volume: Attribute) -> Self {
        let shop = new_id();
        write(db, move |tx| {
            catalog::add_media(tx, &ctx(), Some(shop), &picture("a"))?;
            catalog::add_media(tx, &ctx(), Some(shop), &picture("b"))
        })
        .unwrap();
        Self { db: db.clone(), shop, cups, material, volume }
    }

    /// A cup in two colours.
    pub(crate) fn cup(&self, title: &str, prices: &[i64]) -> Content {
        let value = |i| ValueDraft { name: format!("色{i}").as_str().into(), media: None };
        let sku = |(i, price): (usize, &i64)| SkuDraft {
            id: None,
            code: format!("C-{i}").as_str().into(),
            choice: vec![i],
            price: yuan(*price),
            list_price: None,
            media: None,
            limit: None,
            stock: None,
        };
        let values = (0..prices.len()).map(value).collect();
        Content {
            category: self.cups.id,
            brand: None,
            title: title.into(),
            about: vec!["双层，不烫手。".into()],
            kind: GoodsKind::Physical,
            axes: vec![AxisDraft { name: "颜色".into(), values }],
            skus: prices.iter().enumerate().map(sku).collect(),
            gallery: vec!["a960".into()],
            attributes: vec![
                catalog::AttributeDraft { attribute: self.volume.id, value: "350".into() },
                catalog::AttributeDraft { attribute: self.material.id, value: "steel".into() },
            ],
            ship: "ship-48h".into(),
            freight: Freight { fee: yuan(800), free_from: Some(yuan(9900)) },
        }
    }

    /// A product that went the whole way.
    pub(crate) fn live(&self, content: Content) -> Id<Product> {
        let (draft, shop) = (self.draft(content), self.shop);
        write(&self.db, move |tx| {
            permitted(shop, |permits| {
                catalog::submit(tx, &ctx(), (shop, permits), draft.id, &rules())?;
                catalog::approve(tx, &ctx(), permits, draft.id, &rules())
            })
        })
        .unwrap()
        .product
    }

    pub(crate) fn draft(&self, content: Content) -> EditView {
        let shop = self.shop;
        write(&self.db, move |tx| catalog::propose_new(tx, &ctx(), shop, &content, &rules())).unwrap()
    }

    pub(crate) fn propose(&self, product: Id<Product>, content: Content) -> Result<EditView, Error> {
        let shop = self.shop;
        write(&self.db, move |tx| catalog::propose(tx, &ctx(), shop, product, &content, &rules()))
    }

    pub(crate) fn submit(&self, edit: &EditView) -> Result<EditView, Error> {
        let (shop, id) = (self.shop, edit.id);
        write(&self.db, move |tx| {
            permitted(shop, |permits| catalog::submit(tx, &ctx(), (shop, permits), id, &rules()))
        })
    }

    pub(crate) fn approve(&self, edit: &EditView) -> Result<EditView, Error> {
        let (shop, id) = (self.shop, edit.id);
        write(&self.db, move |tx| {
            permitted(shop, |permits| catalog::approve(tx, &ctx(), permits, id, &rules()))
        })
    }

    /// What is live, changed, handed in and approved.
    pub(crate) fn edit(
        &self,
        product: Id<Product>,
        change: impl Fn(&mut Content),
    ) -> Result<EditView, Error> {
        let mut content = self.content(product);
        change(&mut content);
        let edit = self.propose(product, content)?;
        self.submit(&edit)?;
        self.approve(&edit)
    }

    pub(crate) fn content(&self, product: Id<Product>) -> Content {
        self.db.read(|q| catalog::content(q, self.shop, product)).unwrap()
    }

    pub(crate) fn skus(&self, product: Id<Product>) -> Vec<Id<Sku>> {
        let page = self.db.read(|q| catalog::product(q, product)).unwrap();
        page.skus.iter().map(|sku| sku.id).collect()
    }
}

/// Leave to put products on sale, as the gate gives it.
pub(crate) fn sale(shop: Id<Shop>) -> Permit<PutOnSale> {
    Permit::by_gate(shop)
}

/// A command with all that the gate gives a shop, presales aside.
pub(crate) fn permitted<T>(shop: Id<Shop>, run: impl FnOnce(Permits<'_>) -> T) -> T {
    let sale = sale(shop);
    run(Permits { sale: Some(&sale), presale: None })
}

pub(crate) fn put_on(db: &Db, shop: Id<Shop>, product: Id<Product>) -> Result<OwnProduct, Error> {
    write_with(db, catalog::keys(product), move |tx| {
        catalog::put_on(tx, &ctx(), (&sale(shop), None), product, &rules())
    })
}

pub(crate) fn publish(
    db: &Db,
    shop: Id<Shop>,
    when: Moment,
    contents: Vec<Content>,
) -> Result<Vec<Id<Product>>, Error> {
    write(db, move |tx| catalog::publish(tx, &ctx_at(when), (&sale(shop), None), &contents, &rules()))
}

/// The faults of a refusal: field and flaw.
pub(crate) fn faults(err: &Error) -> Vec<(String, Flaw)> {
    match err {
        Error::Faults(faults) => faults.iter().map(|f| (f.field.to_string(), f.flaw.clone())).collect(),
        other => panic!("{other}"),
    }
}

/// The kinds of all facts, and their subjects.
pub(crate) fn facts(db: &Db) -> Vec<kernel::Record> {
    testkit::db::settle(db);
    let entries = db
        .read(|q| store::log::after(q, store::log::Position::default(), 1000))
        .map_err(|err: store::StoreError| err)
        .unwrap();
    entries.into_iter().map(|entry| entry.record).collect()
}
