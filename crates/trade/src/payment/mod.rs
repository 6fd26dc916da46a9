//! Payments towards a purchase.

pub mod fact;
