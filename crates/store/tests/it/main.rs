//! The store, on SQLite and on PostgreSQL from the same bodies.
