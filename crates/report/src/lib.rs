//! Figures, scores and orders as several faces show them: a market's metrics over time, a shop's score with its arithmetic,
//! the orders behind a number, a scorecard in sentences.
//!
//! Invariants: nothing here answers HTTP or writes; platform and merchant read the same figures from the same functions.

pub mod data;
pub mod order;
pub mod overview;
pub mod sale;
pub mod score;
pub mod scorecards;
pub mod shop;

use maud::Markup;
use web_kit::admin::frame::{self, ShopFrame};
use web_kit::ui::{self, Area, RenderContext};

/// A page of the console, or of a shop: in the merchant center for who has a seat there.
pub(crate) fn framed(
    look: &RenderContext,
    merchant: bool,
    seat: Option<&ShopFrame>,
    title: &str,
    body: Markup,
) -> ui::Page {
    match seat {
        Some(place) => frame::frame(look, place, frame::Tab::Score, title, body),
        None => ui::page(look, if merchant { Area::Merchant } else { Area::Shops }, title, body),
    }
}

/// The colour of a dimension, as the name of its token and as its number.
pub fn colours(card: &govern::scorecard::Scorecard, dimension: usize) -> (&'static str, u8) {
    let name = crate::score::colour(card, dimension);
    (name, name.rsplit('-').next().and_then(|n| n.parse().ok()).unwrap_or(8))
}
