//! Tests of the simulated market.

mod clocks;
mod demo;
mod history;
mod steps;
mod storefront;
