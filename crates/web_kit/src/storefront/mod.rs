//! What the storefront shares with the API: its frame, the scene a shopper came by, steps of a purchase.

pub use crate::icons;

pub mod coupons;
pub mod footprints;
pub mod frame;
pub mod parts;
pub mod pay;
pub mod promise;
pub mod shelf;
pub mod transfer;
pub mod via;
pub mod words;
