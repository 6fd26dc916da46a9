//! Figures, scores and orders as the console and a shop's own pages show them.

pub mod data;
pub mod order;
pub mod overview;
pub mod score;
pub mod scorecards;
pub mod shop;

/// The colour of a dimension, as the name of its token and as its number.
pub fn colours(card: &govern::scorecard::Scorecard, dimension: usize) -> (&'static str, u8) {
    let name = crate::report::score::colour(card, dimension);
    (name, name.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(8))
}
