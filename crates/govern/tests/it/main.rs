//! Metrics and rehearsals over real lakes.

mod history;
mod metrics;
mod rehearsals;
mod views;
