//! `/coupons`: what may be claimed, and what was.
//!
//! Invariants: what is left is the true number; a coupon says what it takes off, from which sum on, for what, and until when.

use kernel::Moment;

/// Where a page of coupons begins: `MICROS.cpn_...`.
pub fn after(text: &str) -> Option<(Moment, kernel::Id<kernel::id::Coupon>)> {
    let (until, id) = text.split_once('.')?;
    Some((Moment::from_micros(until.parse().ok()?), id.parse().ok()?))
}
