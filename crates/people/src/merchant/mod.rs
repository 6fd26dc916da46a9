//! A merchant's shops.

pub mod fact;
