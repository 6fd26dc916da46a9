//! What a cart refuses.

use kernel::{Id, Kind, Problem, id};
use store::StoreError;

/// Why the cart is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A quantity below one.
    #[error("{0} units cannot be put into a cart: write 1 or more")]
    NotPositive(i64),
    /// More units of one variant than allowed.
    #[error("a cart holds at most {most} units of one variant: yours has {there}, and you want {asked} more")]
    TooMany {
        /// How many one line may have.
        most: i64,
        /// How many it has.
        there: i64,
        /// How many more were asked for.
        asked: i64,
    },
    /// More variants than allowed.
    #[error("a cart holds at most {most} different variants, and yours is full: take one out first")]
    Full {
        /// How many lines a cart may have.
        most: i64,
    },
    /// The variant is not in the cart.
    #[error("{0} is not in the cart")]
    NoLine(Id<id::Sku>),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NotPositive(_) => Kind::Invalid,
            Self::TooMany { .. } | Self::Full { .. } => Kind::Conflict,
            Self::NoLine(_) => Kind::NotFound,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotPositive(_) => "cart.not_positive",
            Self::TooMany { .. } => "cart.too_many",
            Self::Full { .. } => "cart.full",
            Self::NoLine(_) => "cart.no_line",
            Self::Store(err) => err.code(),
        }
    }
}
