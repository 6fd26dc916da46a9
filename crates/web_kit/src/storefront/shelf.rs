//! Shelves: the mall's home, categories, search, and what they are made of - cards with their promise, a way to the next
//! page, an order to choose.
//!
//! Invariants: a page of a shelf is one statement, and one more for its struck prices; a card leads to its product with the scene it stands in.

use crate::problem::Failure;
use offer::catalog::{self, After, Card, Sort};
use store::Read;

/// How many cards a page of a shelf has.
pub const PAGE: usize = 24;

/// An order by its word, or a refusal that names those there are.
pub fn sort(word: Option<&str>) -> Result<Sort, Failure> {
    let Some(word) = word.filter(|word| !word.is_empty()) else { return Ok(Sort::default()) };
    Sort::parse(word).ok_or_else(|| {
        Failure::invalid(format!(
            "sort must be newest, price-up or price-down, not \"{}\"",
            crate::problem::brief(word)
        ))
        .zh("排序只有 newest、price-up、price-down。")
    })
}

/// Cards with the prices that stand struck beside theirs, within the time of the market's terms.
pub fn struck(q: &mut Read<'_>, mut cards: Vec<Card>, within: Option<i64>) -> Result<Vec<Card>, Failure> {
    if let Some(within) = within.filter(|_| !cards.is_empty()) {
        catalog::strike(q, &mut cards, within)?;
    }
    Ok(cards)
}

/// The same as a page shows them: with what is sold out marked.
pub fn as_shown(q: &mut Read<'_>, cards: Vec<Card>, within: Option<i64>) -> Result<Vec<Card>, Failure> {
    let mut cards = struck(q, cards, within)?;
    flows::view::mark_sold_out(q, &mut cards)?;
    Ok(cards)
}

/// Where a page of a shelf begins.
pub fn after(text: Option<&str>) -> Result<Option<After>, Failure> {
    let read = |text: &str| {
        text.parse::<After>()
            .map_err(|err| Failure::invalid(format!("after: {err}")).zh("翻页位置不对：请用上一页给的那个。"))
    };
    text.filter(|text| !text.is_empty()).map(read).transpose()
}
