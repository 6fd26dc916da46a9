//! What is on offer: the listings of shops (and, later, their contents).
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod catalog;
