//! What coupons refuse.

use super::model::Segment;
use kernel::{Id, Moment, Money, id};
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
        /// The least that it may be.
        least: i64,
        /// The most.
        most: i64,
    },
    /// What somebody types to claim it cannot be so.
    #[problem(Invalid)]
    BadCode {
        /// The fewest letters.
        least: i64,
        /// The most.
        most: i64,
    },
    /// Another coupon has this code.
    #[problem(Conflict, args(code))]
    CodeTaken(Box<str>),
    /// No coupon has this code.
    #[problem(NotFound, args(code))]
    NoCode(Box<str>),
    /// It takes off so much that its issuer has to say that it is meant.
    #[problem(Conflict)]
    Confirm {
        /// The most that one piece takes off.
        each: Money,
        /// From which price on.
        over: Money,
        /// What all of it may cost.
        cost: Money,
    },
    /// A deal over several units, or something for followers: that is a shop's to offer.
    #[problem(Invalid)]
    OfShop,
    /// It is for some members only, and this is none of them.
    #[problem(Conflict, args(segment = _0.as_str()))]
    NotInSegment(Segment),
    /// It names a category that is not there.
    #[problem(Invalid, args(category))]
    NoCategory(Box<str>),
    /// It names a product that is not there, or is another shop's.
    #[problem(Invalid, args(product))]
    NoProduct(Id<id::Product>),
    /// All that it may take off was taken off.
    #[problem(Conflict)]
    BudgetSpent {
        /// Which.
        coupon: Id<id::Coupon>,
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
