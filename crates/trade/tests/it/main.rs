//! Trade over real databases, on SQLite and on PostgreSQL from the same bodies.

mod cart;
mod coupon;
mod delivery;
mod order;
mod payment;
mod quote;
mod terms;
