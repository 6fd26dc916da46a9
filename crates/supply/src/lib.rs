//! Supply: stock in warehouses, and parcels on their way.
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod logistics;
pub mod warehouse;
