//! Use cases that span contexts: buying with all that follows from it, histories that come in from outside, and the
//! chunked way into the fact log.
//!
//! Invariants: everything is checked before the first write; whatever is told twice is kept once; a run that was
//! killed is completed by running it again; what spans contexts happens in one transaction, or is a job.

pub mod address;
pub mod buy;
pub mod check;
pub mod checkout;
pub mod coupon;
pub mod delivery;
pub mod digital;
pub mod exchange;
pub mod gate;
pub mod import;
mod late_rules;
pub mod late_shipping;
pub mod listing;
mod low_stock;
mod pick_up;
pub mod promotion;
pub mod rehearsal;
pub mod rules;
pub mod ship;
pub mod stock;
pub mod tell;
pub mod view;
