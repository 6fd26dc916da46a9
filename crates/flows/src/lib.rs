//! Use cases that span contexts: histories that come in from outside, and the chunked way into the fact log.
//!
//! Invariants: everything is checked before the first write; whatever is told twice is kept once; a run that was
//! killed is completed by running it again.

pub mod import;
pub mod tell;
