//! What buyers say.

pub mod fact;
