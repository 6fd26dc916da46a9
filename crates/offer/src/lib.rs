//! What is on offer: the catalog of the market's shops (and, later, their contents).
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod catalog;
pub mod media;
