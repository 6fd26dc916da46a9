//! Lists of what is on sale: by category, shop and words of the title; newest, cheapest or dearest first.
//!
//! Invariants: a list is one statement, walks along one key and stops at its limit; a product stands under its words and on
//! its shelves exactly as long as it is on sale; titles of an earlier version of the words are put under those of today.

mod list;
mod place;
mod reindex;
mod term;

pub use list::{After, Card, Shelf, Sort, cards, cards_of};
pub(crate) use place::{Stand, put_up, set_price, take_down};
pub use reindex::{Reindexed, reindex, reindexed};
pub use term::folded;
pub(crate) use term::is_cjk;
