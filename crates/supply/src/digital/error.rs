//! What can go wrong with goods without a parcel.

use kernel::id::{Code, Download, Sku};
use kernel::{Id, Moment};
use store::StoreError;

/// Why nothing was delivered, or added.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "digital")]
pub enum Error {
    /// The variant is another shop's.
    #[problem(NotFound, args(sku))]
    NoSku(Id<Sku>),
    /// The order has no such code.
    #[problem(NotFound, args(code))]
    NoCode(Id<Code>),
    /// The order has no such link.
    #[problem(NotFound, args(link))]
    NoLink(Id<Download>),
    /// The link's time is over.
    #[problem(Gone)]
    LinkOver {
        /// Since when.
        until: Moment,
    },
    /// The link opened all the downloads it opens.
    #[problem(Gone)]
    LinkUsed {
        /// How many.
        most: i64,
    },
    /// No code, or too many at once.
    #[problem(Invalid)]
    Codes {
        /// The most.
        most: usize,
    },
    /// Some codes are in the pool already, or were, or stand twice in what was added.
    #[problem(Conflict)]
    Known {
        /// How many.
        known: i64,
    },
    /// The variant's pool still has codes.
    #[problem(Conflict)]
    HasCodes {
        /// Which.
        sku: Id<Sku>,
        /// How many.
        free: i64,
    },
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}
