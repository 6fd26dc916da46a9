//! What a cart refuses.

use kernel::{Id, id};
use store::StoreError;

/// Why the cart is as it was.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "cart")]
pub enum Error {
    /// A quantity below one.
    #[problem(Invalid, args(quantity))]
    NotPositive(i64),
    /// More units of one variant than allowed.
    #[problem(Conflict)]
    TooMany {
        /// How many one line may have.
        most: i64,
        /// How many it has.
        there: i64,
        /// How many more were asked for.
        asked: i64,
    },
    /// More variants than allowed.
    #[problem(Conflict)]
    Full {
        /// How many lines a cart may have.
        most: i64,
    },
    /// The variant is not in the cart.
    #[problem(NotFound, args(sku))]
    NoLine(Id<id::Sku>),
    /// The database.
    #[problem(from)]
    Store(StoreError),
}
