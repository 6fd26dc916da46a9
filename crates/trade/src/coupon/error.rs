//! What coupons refuse.

use kernel::{Id, Kind, Moment, Problem, id};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A coupon that cannot be offered so.
    #[error("{what} of the coupon cannot be so: {instead}")]
    Bad {
        /// Which part of it.
        what: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
    /// No such coupon, or not one of the one who asks.
    #[error("there is no coupon {0}")]
    NoCoupon(Id<id::Coupon>),
    /// It begins later.
    #[error("the coupon can be claimed from {from} on")]
    NotYet {
        /// From when.
        from: Moment,
    },
    /// It ended.
    #[error("the coupon ended at {until}")]
    Over {
        /// When.
        until: Moment,
    },
    /// Its issuer stopped it.
    #[error("the coupon is not offered any more")]
    Stopped,
    /// All pieces are claimed.
    #[error("all {total} pieces of the coupon are claimed")]
    NoneLeft {
        /// How many there were.
        total: i64,
    },
    /// The member has as many as allowed.
    #[error("each member may claim {each} of this coupon, and you have")]
    Enough {
        /// How many each may have.
        each: i64,
    },
    /// A claim that cannot be spent: another's, spent, or over.
    #[error("the coupon {claim} in this price can no longer be used: ask for the price again")]
    NotHeld {
        /// Which claim.
        claim: Id<id::Claim>,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Bad { .. } => Kind::Invalid,
            Self::NoCoupon(_) => Kind::NotFound,
            Self::Over { .. } | Self::Stopped => Kind::Gone,
            Self::NotYet { .. } | Self::NoneLeft { .. } | Self::Enough { .. } | Self::NotHeld { .. } => {
                Kind::Conflict
            }
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Bad { .. } => "coupon.bad",
            Self::NoCoupon(_) => "coupon.not_found",
            Self::NotYet { .. } => "coupon.not_yet",
            Self::Over { .. } => "coupon.over",
            Self::Stopped => "coupon.stopped",
            Self::NoneLeft { .. } => "coupon.none_left",
            Self::Enough { .. } => "coupon.enough",
            Self::NotHeld { .. } => "coupon.not_held",
            Self::Store(err) => err.code(),
        }
    }
}
