//! A shop order: one shop's part of a purchase.

pub mod fact;
