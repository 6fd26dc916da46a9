//! The carriers of a market: which there are, what their numbers look like, and whose word of a pick-up counts.
//!
//! Invariants: the list is a file (`governance/market/carriers.toml`, or one of the market's own), and no carrier is known to
//! the code; a number is kept as it is compared, in capitals and without spaces; a carrier that was used is always read, also
//! where it can no longer be chosen.

mod file;
mod model;

pub use file::{BadCarriers, read};
pub use model::{Carrier, Carriers, Error, tidied};

/// What a market's folder calls carriers of its own, which stand in for those that were built in.
pub const FILE: &str = "carriers.toml";

/// The text of `governance/market/carriers.toml`, as it was built in.
pub const MARKET: &str = include_str!("../../../../governance/market/carriers.toml");

/// The carriers as they were built in.
pub fn built_in() -> Result<Carriers, BadCarriers> {
    read(MARKET)
}

#[cfg(test)]
mod tests;
