//! Supply: stock in warehouses, parcels on their way, and what needs no parcel.
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod digital;
pub mod logistics;
pub mod warehouse;
