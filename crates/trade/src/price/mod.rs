//! The price of a checkout: from what is asked for, the claims in hand and the market's terms to every amount, with every
//! rule that was applied and every one that was not, and why.
//!
//! Invariants:
//! - Pure: no clock, no database. The same question has the same answer, in whatever order its lines and claims stand.
//! - All parts add up to the whole, to the last minor unit; nothing is below zero; every shop's part costs at least one.
//! - The coupons taken are those that save most; another claim in hand never makes it dearer.
//! - A document can be asked again: [`Priced::asked`] and [`price`] give the document.
//! - Fields of documents are only added, with a default; a document of an earlier program is read.
//!
//! Order of the rules: a shop's deal counts the goods at their prices; its own coupons count what the deal leaves, one after the
//! other, shares before amounts; the platform's counts what is left of them; free freight and coupons for freight count the
//! goods at their prices. Which of them go together the market's terms say. See decision 0017.

mod ask;
mod best;
mod charge;
mod document;
mod error;
mod split;

pub use ask::{Asked, Freight, LineAsked, ShopAsked, over_limits, price};
pub use document::{
    Applied, Bill, Charge, Charged, Clause, DeliveryMethodPriced, FreightPriced, LinePriced, Part, PartLine,
    Priced, Reason, Refused, ShopPriced,
};
pub use error::Error;

#[cfg(test)]
mod tests;
