//! Why a quote cannot be kept or taken.

use kernel::{Id, Kind, Moment, Problem, id};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No such quote, or another's.
    #[error("there is no quote {0}: ask for the price again")]
    NoQuote(Id<id::Quote>),
    /// Its time is over.
    #[error("the price held until {until}: ask for it again")]
    Expired {
        /// Until when it held.
        until: Moment,
    },
    /// It was taken.
    #[error("something was bought at this price already: look at your orders, or ask for the price again")]
    Taken {
        /// When.
        at: Moment,
    },
    /// An end that is over already.
    #[error("a price cannot be kept until {until}, which is over")]
    Over {
        /// Until when it was to be kept.
        until: Moment,
    },
    /// What is shown does not belong to the price.
    #[error("what is shown does not belong to what is priced: it needs one for each line, in their order")]
    NotItsLines,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoQuote(_) => Kind::NotFound,
            Self::Expired { .. } => Kind::Gone,
            Self::Taken { .. } => Kind::Conflict,
            Self::Over { .. } | Self::NotItsLines => Kind::Invalid,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoQuote(_) => "quote.not_found",
            Self::Expired { .. } => "quote.expired",
            Self::Taken { .. } => "quote.taken",
            Self::Over { .. } => "quote.over",
            Self::NotItsLines => "quote.not_its_lines",
            Self::Store(err) => err.code(),
        }
    }
}
