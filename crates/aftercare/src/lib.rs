//! After the sale: requests for money back, conversations, complaints, surveys and reviews (and, later, tickets).
//!
//! Invariants: never imports another context; says what happened only through facts.

pub mod aftersale;
pub mod care;
