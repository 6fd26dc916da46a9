//! Figures, scores and orders as several faces show them: a market's metrics over time, a shop's score with its arithmetic,
//! the orders behind a number, a scorecard in sentences.
//!
//! Invariants: nothing here answers HTTP or writes; platform and merchant read the same figures from the same functions.

pub mod data;
pub mod order;
pub mod overview;
pub mod score;
pub mod scorecards;
pub mod shop;

/// The colour of a dimension, as the name of its token and as its number.
pub fn colours(card: &govern::scorecard::Scorecard, dimension: usize) -> (&'static str, u8) {
    let name = crate::score::colour(card, dimension);
    (name, name.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(8))
}
