//! Tests of the simulated market.

mod history;
