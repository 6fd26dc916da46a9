//! Orders: what follows what, who is refused, who wins, and what is found.

mod life;
mod lists;
pub(crate) mod race;

use kernel::id::{Member, Product, Purchase as PurchaseKind, Shop};
use kernel::{Actor, Ctx, Currency, Id, Moment, Money, RawId};
use std::sync::atomic::{AtomicU64, Ordering};
use store::timer::Timer;
use store::{Db, Keys, Tx, WriteError};
use trade::order::{
    self, Address, DeliveryMethod, Error, Line, NewOrder, Order, PlaceOrder, Promise, Purchase, PurchaseView,
    Settled, Shipment, Sums, Waybill,
};
use trade::risk::Checked;
use trade::scene::{Scene, Via};

/// When the tests play.
pub(crate) const NOW: Moment = Moment::from_micros(1_700_000_000_000_000);
const MINUTE: i64 = 60_000_000;

static SEED: AtomicU64 = AtomicU64::new(1);

pub(crate) fn later(minutes: i64) -> Moment {
    NOW.plus_micros(minutes * MINUTE)
}

pub(crate) fn ctx_at(now: Moment, actor: Actor) -> Ctx {
    Ctx::new(now, actor, SEED.fetch_add(1, Ordering::Relaxed))
}

/// A command's context, each a millisecond after the one before, so that ids sort as they were made.
pub(crate) fn ctx() -> Ctx {
    let seed = SEED.fetch_add(1, Ordering::Relaxed);
    Ctx::new(NOW.plus_micros(seed as i64 * 1_000), Actor::System, seed)
}

pub(crate) fn of<T>(n: u64) -> Id<T> {
    Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n.into()))
}

pub(crate) fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

pub(crate) const MEMBER: u64 = 1;
pub(crate) const SHOP: u64 = 100;

pub(crate) fn member() -> Id<Member> {
    of(MEMBER)
}

pub(crate) fn write<T: Send + 'static, E: Send + 'static + From<store::StoreError>>(
    db: &Db,
    f: impl Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    match db.write_blocking("test", Keys::none(), f) {
        Ok(done) => Ok(done),
        Err(WriteError::Refused(err)) => Err(err),
        Err(WriteError::Store(err)) => Err(err.into()),
    }
}

/// One shop's part: a line of two units for each product, freight of 500.
pub(crate) fn part(id: Id<kernel::id::Order>, shop: u64, products: &[u64]) -> NewOrder {
    let nothing = yuan(0);
    let lines: Vec<Line> = products
        .iter()
        .map(|n| Line {
            sku: of(1_000 + n),
            product: of(*n),
            title: format!("Product \"{n}\" 茶").into(),
            variant: "blue".into(),
            media: Some("abc".into()),
            quantity: 2,
            unit: yuan(1_000),
            paid: yuan(1_900),
            digital: false,
            via: Via::new(Scene::Shop, Some("shop:1")).unwrap(),
        })
        .collect();
    let n = lines.len() as i64;
    NewOrder {
        id,
        shop: of(shop),
        lines,
        sums: Sums {
            goods: yuan(2_000 * n),
            discount: yuan(100 * n),
            freight: yuan(500),
            total: yuan(1_900 * n + 500),
            fee: yuan(20),
            commission: yuan(50),
            coupon: nothing,
        },
        promise: Promise { id: "ship-48h".into(), version: 1 },
        ship_by: later(48 * 60),
        deliver_by: later(120 * 60),
        reservation: Some(of(7)),
        delivery_method: Some(DeliveryMethod {
            code: "express".into(),
            zh: "次日达".into(),
            en: "Next day".into(),
        }),
        excluded: None,
        insured: Some("small".into()),
        code: None,
        sites: 2,
        remark: None,
        bill: "{\"rules\":[]}".into(),
    }
}

/// What `member` places in `shops`, each with these products.
pub(crate) fn cmd(at: &Ctx, member: u64, shops: &[(u64, &[u64])]) -> PlaceOrder {
    let purchase: Id<PurchaseKind> = at.id();
    PlaceOrder {
        member: of(member),
        purchase,
        quote: of(9),
        address: Address { shown: "Hangzhou, 张**, 138****0000".into(), subject: purchase.raw() },
        pay_by: at.now.plus_micros(30 * MINUTE),
        terms: "2026-11".into(),
        rules: Some("sanhao".into()),
        orders: shops.iter().map(|(shop, products)| part(at.id(), *shop, products)).collect(),
        checked: Checked::default(),
    }
}

pub(crate) fn place(db: &Db, member: u64, shops: &[(u64, &[u64])]) -> PurchaseView {
    let at = ctx();
    let cmd = cmd(&at, member, shops);
    write(db, move |tx| order::place(tx, &at, &cmd)).unwrap()
}

/// One purchase of one order.
pub(crate) fn place_one(db: &Db) -> (Purchase, Order) {
    let mut view = place(db, MEMBER, &[(SHOP, &[1])]);
    (view.purchase, view.orders.remove(0))
}

pub(crate) fn settled(at: Moment) -> Settled {
    Settled { payment: Some(of(55)), at, pickup_from: Some(at), next_day_by: Some(later(2 * 24 * 60)) }
}

pub(crate) fn pay_at(db: &Db, purchase: Id<PurchaseKind>, now: Moment) -> Result<Purchase, Error> {
    write(db, move |tx| {
        let found = order::purchase_of(tx, purchase)?;
        order::paid(tx, &ctx_at(now, Actor::Outside), &found, &settled(now))
    })
}

pub(crate) fn pay(db: &Db, purchase: Id<PurchaseKind>) -> Result<Purchase, Error> {
    pay_at(db, purchase, later(5))
}

pub(crate) fn shipment() -> Shipment {
    Shipment {
        waybill: Waybill { carrier: "sf".into(), number: "SF123".into() },
        shop_tells: true,
        standard_by: Some(later(96 * 60)),
        confirm_by: later(10 * 24 * 60),
    }
}

pub(crate) fn ship(db: &Db, shop: Id<Shop>, id: Id<kernel::id::Order>) -> Result<Order, Error> {
    let shipment = shipment();
    write(db, move |tx| order::ship(tx, &ctx_at(later(60), Actor::Member(of(8))), shop, id, &shipment))
}

pub(crate) fn timers(db: &Db) -> Vec<(String, RawId, Moment)> {
    let due = db.read(|q| store::timer::due(q, Moment::MAX, 100)).unwrap();
    due.into_iter().map(|timer: Timer| (timer.kind, timer.subject, timer.due_at)).collect()
}

/// Fires a timer at a moment, as a worker does.
pub(crate) fn fire<K, T>(
    tx: &mut Tx<'_>,
    timer: &Timer,
    now: Moment,
    follow: impl Fn(&mut Tx<'_>, &Ctx, Id<K>) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let ctx = ctx_at(now, Actor::System);
    store::timer::fire(tx, timer, now, |tx| follow(tx, &ctx, Id::from_raw(timer.subject)))
}

pub(crate) fn timer_of(db: &Db, kind: &str) -> Timer {
    let due = db.read(|q| store::timer::due(q, Moment::MAX, 100)).unwrap();
    due.into_iter().find(|timer| timer.kind == kind).unwrap()
}

/// The facts so far: kinds, in the order they were told.
pub(crate) fn facts(db: &Db) -> Vec<kernel::Record> {
    testkit::db::settle(db);
    let start = store::log::Position::default();
    let entries: Result<_, store::StoreError> = db.read(|q| store::log::after(q, start, 1000));
    entries.unwrap().into_iter().map(|entry| entry.record).collect()
}

pub(crate) fn kinds(db: &Db) -> Vec<&'static str> {
    facts(db).iter().map(|record| record.spec.kind).collect()
}

pub(crate) fn product(n: u64) -> Id<Product> {
    of(n)
}
