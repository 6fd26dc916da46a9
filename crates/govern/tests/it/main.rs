//! Metrics and rehearsals over real lakes.

mod citations;
mod fine_print;
mod history;
mod indicators;
mod lives;
mod metrics;
mod rehearsals;
mod scores;
mod views;
