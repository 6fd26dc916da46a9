//! Stock, on SQLite and on PostgreSQL from the same bodies.

mod limits;
mod pools;
mod races;
mod reservations;
mod stock;
mod truth;

use kernel::id::{Shop, Sku};
use kernel::{Actor, Ctx, Entity, Id, Moment, RawId};
use std::sync::atomic::{AtomicU64, Ordering};
use store::timer::Timer;
use store::{Db, Keys, StoreError, Tx, WriteError};
use supply::warehouse::{
    self, Basket, Change, Clock, Error, Figures, Line, Reason, Reservation, Site, StockHead,
};

/// When the tests play.
pub(crate) const NOW: Moment = Moment::from_micros(1_700_000_000_000_000);

static SEED: AtomicU64 = AtomicU64::new(1);

/// A command's context, each a millisecond after the one before, so that ids sort as they were made.
pub(crate) fn ctx() -> Ctx {
    let seed = SEED.fetch_add(1, Ordering::Relaxed);
    Ctx::new(NOW.plus_micros(seed as i64 * 1_000), Actor::System, seed)
}

/// Fires a timer that ends a reservation, as a worker does.
pub(crate) fn fire(tx: &mut Tx<'_>, now: Moment, timer: &Timer) -> Result<Option<Reservation>, Error> {
    let expire = |tx: &mut Tx<'_>| warehouse::expire(tx, &ctx_at(now), Id::from_raw(timer.subject));
    Ok(store::timer::fire(tx, timer, now, expire)?.flatten())
}

pub(crate) fn ctx_at(now: Moment) -> Ctx {
    Ctx::new(now, Actor::System, SEED.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn new_id<T: Entity>() -> Id<T> {
    ctx().id()
}

pub(crate) fn later(seconds: i64) -> Moment {
    NOW.plus_micros(seconds * 1_000_000)
}

pub(crate) fn reason() -> Reason {
    Reason::new("test").unwrap()
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

/// A shop with warehouses in their order.
pub(crate) struct Yard {
    pub db: Db,
    pub shop: Id<Shop>,
    pub sites: Vec<Site>,
}

impl Yard {
    pub(crate) fn new(db: &Db, sites: i64) -> Self {
        let shop = new_id();
        let open = move |tx: &mut Tx<'_>| {
            (0..sites).map(|turn| warehouse::open_warehouse(tx, &ctx(), shop, "Hall", turn)).collect()
        };
        let sites = write(db, open).unwrap();
        Self { db: db.clone(), shop, sites }
    }

    /// A SKU with units in the first warehouses.
    pub(crate) fn sku(&self, units: &[i64]) -> Id<Sku> {
        let (sku, shop) = (new_id(), self.shop);
        write(&self.db, move |tx| warehouse::add_sku(tx, shop, sku, None)).unwrap();
        for (site, units) in units.iter().enumerate().filter(|(_, units)| **units > 0) {
            self.receive(sku, site, *units).unwrap();
        }
        sku
    }

    /// A kit of one unit of each part.
    pub(crate) fn kit(&self, parts: &[Id<Sku>]) -> Id<Sku> {
        let (kit, shop) = (self.sku(&[]), self.shop);
        let parts: Vec<_> = parts.iter().map(|sku| warehouse::Part { sku: *sku, quantity: 1 }).collect();
        write(&self.db, move |tx| warehouse::define_kit(tx, shop, kit, &parts)).unwrap();
        kit
    }

    pub(crate) fn change(&self, sku: Id<Sku>, site: usize, quantity: i64) -> Change {
        Change { sku, warehouse: self.sites[site].id, quantity, reason: reason(), reference: None }
    }

    pub(crate) fn receive(&self, sku: Id<Sku>, site: usize, units: i64) -> Result<Figures, Error> {
        let (shop, change) = (self.shop, self.change(sku, site, units));
        write(&self.db, move |tx| warehouse::receive(tx, &ctx(), shop, &change))
    }

    pub(crate) fn basket(&self, lines: &[(Id<Sku>, i64)]) -> Basket {
        let line = |(sku, quantity): &(Id<Sku>, i64)| Line { sku: *sku, quantity: *quantity, campaign: None };
        Basket {
            shop: self.shop,
            lines: lines.iter().map(line).collect(),
            nearest: Vec::new(),
            until: Some(later(600)),
            clock: Clock::Own,
            reference: None,
        }
    }

    pub(crate) fn reserve(&self, lines: &[(Id<Sku>, i64)]) -> Result<warehouse::Reservation, Error> {
        reserve(&self.db, self.basket(lines))
    }

    pub(crate) fn head(&self, sku: Id<Sku>) -> StockHead {
        let heads = self.db.read(|q| warehouse::stocks(q, self.shop, false, None, 200)).unwrap();
        heads.into_iter().find(|head| head.sku == sku).unwrap()
    }

    /// On hand, reserved, available.
    pub(crate) fn figures(&self, sku: Id<Sku>) -> (i64, i64, i64) {
        let head = self.head(sku);
        (head.on_hand, head.reserved, head.available)
    }

    /// Fails unless every figure is what movements and reservations say.
    pub(crate) fn is_sound(&self) {
        let found = self.db.read(|q| warehouse::check(q, self.shop)).unwrap();
        assert_eq!(found, []);
    }

    pub(crate) fn movements(&self, sku: Id<Sku>) -> Vec<(&'static str, i64)> {
        let found = self.db.read(|q| warehouse::movements(q, self.shop, sku, None, 200)).unwrap();
        found.iter().rev().map(|m| (m.moved.as_str(), m.quantity)).collect()
    }
}

/// One basket, with the keys that belong to it.
pub(crate) fn reserve(db: &Db, basket: Basket) -> Result<warehouse::Reservation, Error> {
    let baskets = [basket];
    let keys = db.read(|q| warehouse::keys_to_reserve(q, &baskets))?;
    write_with(db, keys, move |tx| Ok(warehouse::reserve(tx, &ctx(), &baskets)?.remove(0)))
}

/// Every fact about stock: its kind and its quantity.
pub(crate) fn facts(db: &Db) -> Vec<(&'static str, i64)> {
    testkit::db::settle(db);
    let entries = db
        .read(|q| store::log::after(q, store::log::Position::default(), 1000))
        .map_err(|err: StoreError| err)
        .unwrap();
    let quantity = |record: &kernel::Record| match record.get("quantity") {
        Some(kernel::fact::Value::Int(n)) => *n,
        other => panic!("{other:?}"),
    };
    entries.iter().map(|entry| (entry.record.spec.kind, quantity(&entry.record))).collect()
}

pub(crate) fn raw(n: u128) -> RawId {
    RawId::new(NOW, n)
}
