//! Why a quote cannot be kept or taken.

use kernel::{Id, Moment, id};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "quote")]
pub enum Error {
    /// No such quote, or another's.
    #[problem(NotFound, code = "not_found", args(quote))]
    NoQuote(Id<id::Quote>),
    /// Its time is over.
    #[problem(Gone)]
    Expired {
        /// Until when it held.
        until: Moment,
    },
    /// It was taken.
    #[problem(Conflict)]
    Taken {
        /// When.
        at: Moment,
    },
    /// An end that is over already.
    #[problem(Invalid)]
    Over {
        /// Until when it was to be kept.
        until: Moment,
    },
    /// What is shown does not belong to the price.
    #[problem(Invalid)]
    NotItsLines,
    /// The database.
    #[problem(from)]
    Store(StoreError),
}
