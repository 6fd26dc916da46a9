//! Money that moved at a provider though nobody here moved it: it becomes a finding, what its orders brought stays where it
//! is, and a person closes it.
//!
//! Invariants: an order of a purchase with an open finding neither ships nor is called off; what such an order released, or
//! releases meanwhile, is held back of its shop's money, as far as there is some, and freed once when the finding is closed.

use super::error::Error;
use kernel::id::Payment;
use kernel::{Ctx, Id, Moment, Money};
use ledger::{Account, Booking, BookingView, Reference};
use store::{Engine, Keys, Query, Tx};
use trade::order::{self, Order, Status};
use trade::payment::{self, Attempt, Finding, Refund};

/// What a shop got of an order.
fn released(order: &Order) -> Money {
    let sums = &order.sums;
    let minor = sums.total.minor + sums.coupon.minor - sums.fee.minor - sums.commission.minor;
    Money::new(minor, sums.total.currency)
}

/// The key of what is booked of an order for a finding that was last closed at a moment, if it was: each time it opens is
/// held and freed once.
fn key(what: &str, order: &Order, closed_at: Option<Moment>) -> String {
    format!("{what}:{}:{}", order.id, closed_at.map_or(0, Moment::micros))
}

/// What a hold of an order is found again by.
fn hold_of(
    q: &mut impl Query,
    order: &Order,
    closed_at: Option<Moment>,
) -> Result<Option<BookingView>, Error> {
    let unit = Money::new(1, order.sums.total.currency);
    let key = key("finding_hold", order, closed_at);
    let booking = Booking::hold(order.shop, unit, Reference::Order(order.id), &key)?;
    Ok(ledger::by_key(q, booking.key())?)
}

/// Holds back what an order released, as far as its shop's money reaches.
fn hold(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order, finding: &Finding) -> Result<(), Error> {
    if hold_of(tx, order, finding.closed_at)?.is_some() {
        return Ok(());
    }
    let there = ledger::balance(tx, &Account::Payable(order.shop), order.sums.total.currency)?;
    let wanted = released(order);
    let amount = Money { minor: wanted.minor.min(there.minor), ..wanted };
    if amount.minor > 0 {
        let key = key("finding_hold", order, finding.closed_at);
        let booking = Booking::hold(order.shop, amount, Reference::Order(order.id), &key)?;
        ledger::book(tx, ctx, &booking)?;
    }
    Ok(())
}

/// Takes in that money of a payment moved outside.
pub(super) fn found(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    attempt: &Attempt,
    told: (&str, Option<Money>),
) -> Result<(), Error> {
    let finding = payment::note_finding(tx, ctx, attempt, told)?;
    for order in order::of_purchase(tx, attempt.purchase)? {
        if order.status == Status::Received {
            hold(tx, ctx, &order, &finding)?;
        }
    }
    Ok(())
}

/// What an order just released is held back, if its payment has an open finding.
pub(super) fn after_release(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order) -> Result<(), Error> {
    let Some(payment) = order.payment else { return Ok(()) };
    match payment::finding_of(tx, payment)?.filter(|finding| finding.open) {
        Some(finding) => hold(tx, ctx, order, &finding),
        None => Ok(()),
    }
}

/// What a write of [`close_finding`] touches. SQLite has one writer and is not asked.
pub fn keys_to_close(q: &mut impl Query, payment: Id<Payment>) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    let attempt = payment::attempt(q, payment)?;
    Ok(Keys::of([order::purchase_key(attempt.purchase), payment::key(attempt.id)]))
}

/// A person has looked: what was held back is free again.
pub fn close_finding(tx: &mut Tx<'_>, ctx: &Ctx, payment: Id<Payment>, note: &str) -> Result<Finding, Error> {
    let before = payment::finding_of(tx, payment)?.and_then(|finding| finding.closed_at);
    let finding = payment::close_finding(tx, ctx, payment, note)?;
    for order in order::of_purchase(tx, finding.purchase)? {
        let Some(held) = hold_of(tx, &order, before)? else { continue };
        let key = key("finding_free", &order, before);
        let booking = Booking::free(order.shop, held.booking.amount(), Reference::Order(order.id), &key)?;
        ledger::book(tx, ctx, &booking)?;
    }
    Ok(finding)
}

/// A refund that was refused for good is sent again, because a person says so.
pub fn send_again(tx: &mut Tx<'_>, ctx: &Ctx, refund: Id<kernel::id::Refund>) -> Result<Refund, Error> {
    Ok(payment::retry_refund(tx, ctx, refund)?)
}

/// What a write of [`send_again`] touches. SQLite has one writer and is not asked.
pub fn keys_to_send_again(q: &mut impl Query, refund: Id<kernel::id::Refund>) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    Ok(Keys::from(payment::key(payment::refund(q, refund)?.payment)))
}
