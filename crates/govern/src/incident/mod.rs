//! What the platform finds about orders and shops.

pub mod fact;
