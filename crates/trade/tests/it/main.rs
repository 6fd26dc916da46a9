//! Trade over real databases, on SQLite and on PostgreSQL from the same bodies.

mod ledger;
mod order;
mod payment;
