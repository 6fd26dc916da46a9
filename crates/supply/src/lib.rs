//! Supply: parcels on their way (and, later, stock).
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod logistics;
