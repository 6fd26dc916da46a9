//! The ledger: what is booked, what is refused, who wins, and what a check finds.

mod book;
mod check;
mod property;
mod race;

use kernel::{Actor, Ctx, Currency, Id, Moment, Money, RawId, id};
use ledger::{
    Account, Booked, Booking, Capture, Error, Provider, Reference, Refund, Release, ReleasedRefund, Terms,
};
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Keys, Tx};

fn ctx(seed: u64) -> Ctx {
    Ctx::new(Moment::from_micros(1_700_000_000_000_000 + seed as i64 * 1_000_000), Actor::System, seed)
}

/// A seed that no other command of this process has.
fn seed() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn of<T>(n: u64) -> Id<T> {
    Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n.into()))
}
fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}
fn sandbox() -> Provider {
    "sandbox".parse().unwrap()
}
fn escrow(order: u64) -> Account {
    Account::Escrow(of(order))
}
fn payable(shop: u64) -> Account {
    Account::Payable(of(shop))
}

fn write<T: Send + 'static>(
    db: &Db,
    keys: Keys,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    db.write_blocking("test", keys, f).map_err(store::WriteError::flatten)
}

/// Books, as a caller should: with the booking's keys.
fn book(db: &Db, booking: &Booking) -> Result<Booked, Error> {
    let (booking, seed) = (booking.clone(), seed());
    write(db, Keys::of(booking.keys()), move |tx| ledger::book(tx, &ctx(seed), &booking))
}

fn refund_released(db: &Db, refund: &ReleasedRefund) -> Result<Booked, Error> {
    let (refund, seed) = (refund.clone(), seed());
    let keys = refund.keys()?;
    write(db, Keys::of(keys), move |tx| ledger::refund_released(tx, &ctx(seed), &refund))
}

fn reverse(db: &Db, id: Id<id::Booking>) -> Result<Booked, Error> {
    let seed = seed();
    write(db, Keys::none(), move |tx| ledger::reverse(tx, &ctx(seed), id))
}

fn balance(db: &Db, account: &Account) -> i64 {
    db.read(|q| ledger::balance(q, account, Currency::CNY)).unwrap().minor
}

/// Nothing is wrong, and there are so many bookings.
fn sound(db: &Db, bookings: i64) {
    let checked = db.read(|q| ledger::check(q)).unwrap();
    assert_eq!(checked.faults, []);
    assert_eq!(checked.bookings, bookings);
}

fn capture(payment: u64, orders: &[(u64, i64)]) -> Booking {
    let received = yuan(orders.iter().map(|o| o.1).sum());
    let orders = orders.iter().map(|(order, price)| (of(*order), yuan(*price))).collect();
    Booking::capture(&Capture {
        payment: of(payment),
        provider: sandbox(),
        received,
        before: yuan(0),
        orders,
    })
    .unwrap()
}

fn a_refund(key: &str, order: u64, amount: i64) -> Refund {
    Refund {
        key: key.to_owned(),
        order: of(order),
        payment: of(1),
        amount: yuan(amount),
        reference: Reference::Order(of(order)),
    }
}
fn refund(key: &str, order: u64, amount: i64) -> Booking {
    Booking::refund(&a_refund(key, order, amount)).unwrap()
}
fn release(order: u64, shop: u64, paid: i64, commission: i64) -> Booking {
    let terms = Terms { commission: yuan(commission), ..Terms::none(Currency::CNY) };
    Booking::release(&Release { order: of(order), shop: of(shop), paid: yuan(paid), terms }).unwrap()
}
fn late_refund(key: &str, order: u64, shop: u64, amount: i64, commission: i64) -> ReleasedRefund {
    let terms = Terms { commission: yuan(commission), ..Terms::none(Currency::CNY) };
    ReleasedRefund { refund: a_refund(key, order, amount), shop: of(shop), terms }
}
