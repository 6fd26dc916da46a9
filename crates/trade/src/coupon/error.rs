//! What coupons refuse.

use kernel::{Id, Moment, id};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "coupon")]
pub enum Error {
    /// A coupon that cannot be offered so.
    #[problem(Invalid)]
    Bad {
        /// Which part of it.
        what: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
    /// No such coupon, or not one of the one who asks.
    #[problem(NotFound, code = "not_found", args(coupon))]
    NoCoupon(Id<id::Coupon>),
    /// It begins later.
    #[problem(Conflict)]
    NotYet {
        /// From when.
        from: Moment,
    },
    /// It ended.
    #[problem(Gone)]
    Over {
        /// When.
        until: Moment,
    },
    /// Its issuer stopped it.
    #[problem(Gone)]
    Stopped,
    /// All pieces are claimed.
    #[problem(Conflict)]
    NoneLeft {
        /// How many there were.
        total: i64,
    },
    /// The member has as many as allowed.
    #[problem(Conflict)]
    Enough {
        /// How many each may have.
        each: i64,
    },
    /// A claim that cannot be spent: another's, spent, or over.
    #[problem(Conflict)]
    NotHeld {
        /// Which claim.
        claim: Id<id::Claim>,
    },
    /// The database.
    #[problem(from)]
    Store(StoreError),
}
