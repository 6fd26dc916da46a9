//! Metrics and rehearsals over real lakes.

// Linked for the kinds of fact that it declares.
use offer as _;

mod history;
mod metrics;
mod rehearsals;
mod scores;
mod views;
