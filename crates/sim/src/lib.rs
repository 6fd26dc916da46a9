//! Markets that never were: what they tell are the product's own facts, and the same plan tells the same bytes.
//!
//! Invariants: no clock and no outside randomness; everything comes from a plan and its seed.

// Linked for the kinds of fact that it declares.
use offer as _;

pub mod history;
