//! Listings.

pub mod fact;
