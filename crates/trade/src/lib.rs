//! Trade: orders and the money for them.
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod order;
pub mod payment;
