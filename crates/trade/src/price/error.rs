//! Why there is no price.

use kernel::{Currency, Id, Money, id};

/// Why something cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "price")]
pub enum Error {
    /// Nothing was asked for.
    #[problem(Invalid)]
    Nothing,
    /// A variant or a shop stands in it twice.
    #[problem(Invalid, args(what))]
    Twice(String),
    /// A quantity below one, or above what one line may have.
    #[problem(Invalid)]
    Quantity {
        /// Which variant.
        sku: Id<id::Sku>,
        /// What was asked for.
        quantity: i64,
        /// The most.
        most: i64,
    },
    /// More lines than allowed.
    #[problem(Invalid)]
    Lines {
        /// How many there are.
        lines: i64,
        /// How many there may be.
        most: i64,
    },
    /// More than each buyer may have.
    #[problem(Conflict)]
    Limit {
        /// Which variant.
        sku: Id<id::Sku>,
        /// How many each may have.
        limit: i64,
        /// How many this one has bought.
        had: i64,
        /// How many more were asked for.
        asked: i64,
    },
    /// A price that is none: below zero, nothing for goods, or larger than money can be.
    #[problem(Invalid)]
    BadPrice {
        /// Of which variant.
        sku: Id<id::Sku>,
        /// What was given.
        amount: Money,
    },
    /// What a delivery method costs is not an amount.
    #[problem(Invalid)]
    BadDeliveryMethod {
        /// Whose.
        shop: Id<id::Shop>,
        /// What was given.
        amount: Money,
    },
    /// Prices in two currencies.
    #[problem(Invalid, code = "mixed_currencies", args(one, other))]
    Mixed(Currency, Currency),
    /// More than one purchase may cost.
    #[problem(Invalid)]
    TooDear {
        /// What it costs.
        total: Money,
        /// What it may cost.
        most: Money,
    },
}
