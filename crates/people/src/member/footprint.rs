//! Which products a member looked at last. It is nobody's business but the member's: no fact tells it, it goes with the
//! account, and it can be wiped at any time.

use super::error::Error;
use super::sql;
use kernel::id::{Member, Product};
use kernel::{Ctx, Id, Moment};
use store::{Query, Tx};

/// How many are kept of a member; the oldest give way.
pub const MOST_FOOTPRINTS: i64 = 200;
/// A look within so many microseconds of the last one at the same product is the same look: half an hour.
const SAME_LOOK: i64 = 1_800_000_000;

/// A product that a member looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footprint {
    /// Which.
    pub product: Id<Product>,
    /// When last.
    pub at: Moment,
}

impl Footprint {
    /// Whether looking again now is a new look.
    pub fn is_old(&self, now: Moment) -> bool {
        now.micros() - self.at.micros() >= SAME_LOOK
    }
}

/// Remembers that a member looks at a product.
pub fn look_at(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, product: Id<Product>) -> Result<(), Error> {
    sql::look_at(tx, member, &Footprint { product, at: ctx.now })?;
    Ok(sql::forget_oldest(tx, member, MOST_FOOTPRINTS)?)
}

/// Forgets one product, or all of them.
pub fn forget_footprints(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    product: Option<Id<Product>>,
) -> Result<(), Error> {
    Ok(sql::forget_footprints(tx, member, product)?)
}

/// Up to `limit` footprints of a member, newest first, before a moment.
pub fn footprints(
    q: &mut impl Query,
    member: Id<Member>,
    before: Option<Moment>,
    limit: i64,
) -> Result<Vec<Footprint>, Error> {
    Ok(sql::footprints(q, member, before, limit)?)
}

/// Whether a product is on a member's wish list, and when the member looked at it last. One statement.
pub fn stance(
    q: &mut impl Query,
    member: Id<Member>,
    product: Id<Product>,
) -> Result<(bool, Option<Footprint>), Error> {
    Ok(sql::stance(q, member, product)?)
}
