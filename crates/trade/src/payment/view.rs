//! What can be seen of payments and refunds. Nobody here knows whose a purchase is: ask `order` first.

use super::error::Error;
use super::gateway::Event;
use super::model::{Attempt, Line, Refund};
use super::sql;
use kernel::id::{Payment, Purchase, Refund as RefundKind};
use kernel::{Id, Moment, RawId};
use store::{Query, vals};

/// The most rows of one page of a list.
const MOST: i64 = 200;

/// An attempt.
pub fn attempt(q: &mut impl Query, id: Id<Payment>) -> Result<Attempt, Error> {
    q.one(&sql::ATTEMPT, vals![id], sql::attempt)?.ok_or(Error::NoPayment(id))
}

/// An attempt by the provider's id of it.
pub fn by_reference(q: &mut impl Query, provider: &str, reference: &str) -> Result<Option<Attempt>, Error> {
    Ok(q.one(&sql::BY_REFERENCE, vals![provider, reference], sql::attempt)?)
}

/// The attempt that an event is about: by our id of it if the provider tells it, else by its own. None of another provider.
pub fn attempt_of(q: &mut impl Query, event: &Event) -> Result<Option<Attempt>, Error> {
    let found = match event.payment {
        Some(id) => q.one(&sql::ATTEMPT, vals![id], sql::attempt)?,
        None => by_reference(q, &event.provider, &event.reference)?,
    };
    Ok(found.filter(|attempt| attempt.provider.name() == &*event.provider))
}

/// The attempts of a purchase, newest first.
pub fn attempts(q: &mut impl Query, purchase: Id<Purchase>) -> Result<Vec<Attempt>, Error> {
    Ok(q.rows(&sql::ATTEMPTS, vals![purchase, MOST], sql::attempt)?)
}

/// The lines on which the money of some payments came, in any order.
pub fn lines_of(q: &mut impl Query, ids: &[Id<Payment>]) -> Result<Vec<Line>, Error> {
    Ok(sql::lines_of(q, ids)?)
}

/// A refund.
pub fn refund(q: &mut impl Query, id: Id<RefundKind>) -> Result<Refund, Error> {
    q.one(&sql::REFUND, vals![id], sql::refund)?.ok_or(Error::NoRefund(id))
}

/// The refunds of a payment, newest first.
pub fn refunds(q: &mut impl Query, payment: Id<Payment>) -> Result<Vec<Refund>, Error> {
    Ok(q.rows(&sql::REFUNDS, vals![payment, MOST], sql::refund)?)
}

/// The refunds of a purchase, newest first.
pub fn refunds_of_purchase(q: &mut impl Query, purchase: Id<Purchase>) -> Result<Vec<Refund>, Error> {
    Ok(q.rows(&sql::REFUNDS_OF_PURCHASE, vals![purchase, MOST], sql::refund)?)
}

/// A page of the refunds that failed and wait for somebody, newest first.
pub fn failed_refunds(
    q: &mut impl Query,
    after: Option<Id<RefundKind>>,
    limit: i64,
) -> Result<Vec<Refund>, Error> {
    let below = after.map_or(RawId([0xff; 16]), Id::raw);
    Ok(q.rows(&sql::FAILED_REFUNDS, vals![below, limit.clamp(1, MOST)], sql::refund)?)
}

/// A page of the attempts at a provider that wait for somebody to record their money, oldest first.
pub fn awaited(
    q: &mut impl Query,
    provider: &str,
    after: Option<Id<Payment>>,
    limit: i64,
) -> Result<Vec<Attempt>, Error> {
    let above = after.map_or(RawId([0; 16]), Id::raw);
    Ok(q.rows(&sql::AWAITED, vals![provider, above, limit.clamp(1, MOST)], sql::attempt)?)
}

/// The attempts of a purchase that wait for somebody to record their money.
pub fn awaited_of(q: &mut impl Query, purchase: Id<Purchase>) -> Result<Vec<Attempt>, Error> {
    Ok(q.rows(&sql::AWAITED_OF, vals![purchase], sql::attempt)?)
}

/// A page of the refunds that wait for somebody to send them by hand, oldest first.
pub fn refunds_by_hand(
    q: &mut impl Query,
    provider: &str,
    after: Option<Id<RefundKind>>,
    limit: i64,
) -> Result<Vec<Refund>, Error> {
    let above = after.map_or(RawId([0; 16]), Id::raw);
    Ok(q.rows(&sql::REFUNDS_BY_HAND, vals![provider, above, limit.clamp(1, MOST)], sql::refund)?)
}

/// A line of a bank's statement by the bank's id of it, if it was recorded.
pub fn line(q: &mut impl Query, provider: &str, line: &str) -> Result<Option<Line>, Error> {
    Ok(q.one(&sql::LINE, vals![provider, line], sql::line)?)
}

/// A page of the lines that were recorded, newest first: after the moment and the bank's id of the last one.
pub fn lines(
    q: &mut impl Query,
    provider: &str,
    after: Option<(Moment, &str)>,
    limit: i64,
) -> Result<Vec<Line>, Error> {
    let (at, line) = after.unwrap_or((Moment::from_micros(i64::MAX), ""));
    Ok(q.rows(&sql::LINES, vals![provider, at, line, limit.clamp(1, MOST)], sql::line)?)
}

/// A payment whose figures do not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub payment: Id<Payment>,
    /// What was taken for refunds, in minor units.
    pub refunding: i64,
    /// What was captured.
    pub captured: i64,
    /// What its refunds sum to.
    pub wanted: i64,
}

/// Payments whose refunds are not what was taken for them, or more than was captured: none, ever.
pub fn check(q: &mut impl Query, limit: i64) -> Result<Vec<Difference>, Error> {
    Ok(q.rows(&sql::DIFFER, vals![limit.clamp(1, MOST)], |row| {
        Ok(Difference {
            payment: Id::from_raw(row.id(0)?),
            refunding: row.int(1)?,
            captured: row.int(2)?,
            wanted: row.int(3)?,
        })
    })?)
}
