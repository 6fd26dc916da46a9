//! What buyers say and ask, and what the shop answers.

pub mod fact;
