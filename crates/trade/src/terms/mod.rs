//! The market's terms: how long a buyer has, what the platform takes, which coupons go together, how much fits into a
//! cart. They stand in `governance/market/terms.toml`, in versions, each from a date on.
//!
//! Invariants:
//! - No such number is a constant in code; each has its unit, and its source or the reason why it was assumed.
//! - An order keeps the word of the version it was placed under; a later version never reaches back.
//! - Rates count in any currency. An amount of money counts in the currency of its version only: elsewhere it does not
//!   apply, and is never converted.

mod file;
mod model;
mod risk;

pub use file::{BadTerms, read};
pub use model::{Rates, Rounding, Stated, Terms, in_force};

/// What a market's folder calls terms of its own, which stand in for those that were built in.
pub const FILE: &str = "terms.toml";

/// The text of `governance/market/terms.toml`, as it was built in.
pub const MARKET: &str = include_str!("../../../../governance/market/terms.toml");

/// That text without its rules of risk, which stand last: for a market in which somebody buys without end.
pub fn without_risk() -> &'static str {
    MARKET.split_once("[terms.risk]").map_or(MARKET, |(before, _)| before)
}

/// The market's terms as they were built in.
pub fn built_in() -> Result<Vec<Terms>, BadTerms> {
    read(MARKET)
}
