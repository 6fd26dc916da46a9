//! Why there is no price.

use kernel::{Currency, Id, Kind, Money, Problem, id};

/// Why something cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing was asked for.
    #[error("there is nothing to buy: choose at least one thing")]
    Nothing,
    /// A variant or a shop stands in it twice.
    #[error("{0} stands here twice: write it once, with how many")]
    Twice(String),
    /// A quantity below one, or above what one line may have.
    #[error("{quantity} units of {sku} cannot be bought at once: write 1 to {most}")]
    Quantity {
        /// Which variant.
        sku: Id<id::Sku>,
        /// What was asked for.
        quantity: i64,
        /// The most.
        most: i64,
    },
    /// More lines than allowed.
    #[error("at most {most} different things can be bought at once, and these are {lines}")]
    Lines {
        /// How many there are.
        lines: i64,
        /// How many there may be.
        most: i64,
    },
    /// More than each buyer may have.
    #[error("each buyer may have {limit} of {sku}: you have bought {had}, and want {asked}")]
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
    #[error("{amount} is not the price of {sku}")]
    BadPrice {
        /// Of which variant.
        sku: Id<id::Sku>,
        /// What was given.
        amount: Money,
    },
    /// What a way of delivery costs is not an amount.
    #[error("{amount} is not what a way of delivery of {shop} can cost")]
    BadWay {
        /// Whose.
        shop: Id<id::Shop>,
        /// What was given.
        amount: Money,
    },
    /// Prices in two currencies.
    #[error("{0} and {1} cannot be paid together: buy them one after the other")]
    Mixed(Currency, Currency),
    /// More than one purchase may cost.
    #[error("{total} is more than one purchase may cost, {most}: buy in parts")]
    TooDear {
        /// What it costs.
        total: Money,
        /// What it may cost.
        most: Money,
    },
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Limit { .. } => Kind::Conflict,
            Self::Nothing
            | Self::Twice(_)
            | Self::Quantity { .. }
            | Self::Lines { .. }
            | Self::BadPrice { .. }
            | Self::BadWay { .. }
            | Self::Mixed(..)
            | Self::TooDear { .. } => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "price.nothing",
            Self::Twice(_) => "price.twice",
            Self::Quantity { .. } => "price.quantity",
            Self::Lines { .. } => "price.lines",
            Self::Limit { .. } => "price.limit",
            Self::BadPrice { .. } => "price.bad_price",
            Self::BadWay { .. } => "price.bad_way",
            Self::Mixed(..) => "price.mixed_currencies",
            Self::TooDear { .. } => "price.too_dear",
        }
    }
}
