//! What ways of delivery refuse.

use super::model::{LONGEST_CODE, LONGEST_TITLE, MOST_HOURS};
use kernel::{Id, Kind, Problem, id};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a code.
    #[error(
        "a way's code is a word of 1 to {LONGEST_CODE} small letters, digits and -, and not \"standard\", which is always there"
    )]
    Code,
    /// Not a title.
    #[error("a way has a title of 1 to {LONGEST_TITLE} characters in Chinese and in English")]
    Title,
    /// Not a fee.
    #[error("what a way costs more is an amount of money from zero on")]
    Fee,
    /// Not a price from which it is spared.
    #[error("the price from which it is free is more than zero, in the currency of the fee")]
    FreeFrom,
    /// Not a time.
    #[error("a way brings within 1 to {MOST_HOURS} hours, or does not say")]
    Within,
    /// Too many.
    #[error("a shop has at most {most} ways of delivery besides the standard one: take one away first")]
    Full {
        /// How many there may be.
        most: i64,
    },
    /// The shop has no such way, or not any more.
    #[error("{shop} does not deliver by \"{code}\" (any more): choose another way")]
    NoWay {
        /// Which shop.
        shop: Id<id::Shop>,
        /// What was chosen.
        code: Box<str>,
    },
    /// Something in the parcel cannot go that way.
    #[error("not everything chosen from {shop} can go by \"{code}\": choose another way, or buy it apart")]
    NotForThese {
        /// Which shop.
        shop: Id<id::Shop>,
        /// What was chosen.
        code: Box<str>,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Code | Self::Title | Self::Fee | Self::FreeFrom | Self::Within => Kind::Invalid,
            Self::NoWay { .. } => Kind::NotFound,
            Self::Full { .. } | Self::NotForThese { .. } => Kind::Conflict,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Code => "delivery.bad_code",
            Self::Title => "delivery.bad_title",
            Self::Fee => "delivery.bad_fee",
            Self::FreeFrom => "delivery.bad_free_from",
            Self::Within => "delivery.bad_within",
            Self::Full { .. } => "delivery.full",
            Self::NoWay { .. } => "delivery.no_way",
            Self::NotForThese { .. } => "delivery.not_for_these",
            Self::Store(err) => err.code(),
        }
    }
}
