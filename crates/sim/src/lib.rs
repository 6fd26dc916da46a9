//! Markets that never were: what they tell are the product's own facts, and the same plan tells the same bytes.
//!
//! Invariants: no clock and no outside randomness; everything comes from a plan and its seed.

pub mod history;
pub mod store;
