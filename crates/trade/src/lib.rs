//! Trade: orders and the money for them.
//!
//! Invariants: never imports another context but the ledger below it; says what happened only through facts; no money moves but by a booking of
//! the ledger, in the transaction of what it books.

mod amount;
pub mod carrier;
pub mod cart;
pub mod coupon;
pub mod delivery;
pub mod order;
pub mod payment;
pub mod price;
pub mod quote;
pub mod risk;
pub mod scene;
pub mod terms;
