//! After the sale: reviews (and, later, returns, chats, tickets).
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod care;
