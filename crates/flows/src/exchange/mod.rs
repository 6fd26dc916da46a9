//! Shops, products and orders as CSV files: out of a market and into one.
//!
//! Invariants: what was written reads back as it was, and written again gives the same bytes; a file is read and checked whole
//! before the first write, and what is wrong with it is told in one report over all its rows; what a market has already it
//! keeps, so that the same file a second time, or after a kill, adds what is missing and nothing else.

mod error;
pub mod order;
pub mod product;
mod sheet;
pub mod shop;

pub use error::Error;
pub use sheet::{Checked, ColumnSpec, Report, Wrong};

/// The columns of every sheet: its word, and each column with what stands in it.
pub fn columns() -> [(&'static str, &'static [ColumnSpec]); 3] {
    [("shops", shop::COLUMNS), ("products", product::COLUMNS), ("orders", order::COLUMNS)]
}
