//! Shops, products and orders as CSV files: out of a market and into one.
//!
//! Invariants: what was written reads back as it was, and written again gives the same bytes; a file is read and checked whole
//! before the first write, and everything that is wrong with it is told at once; what a market has already it keeps, so that
//! the same file a second time, or after a kill, adds what is missing and nothing else.

pub mod order;
pub mod product;
mod sheet;
pub mod shop;

pub use sheet::{Checked, ColumnSpec, Report, Wrong};

use crate::import::ImportError;
use crate::tell::TellError;

/// Why a file did not go in, or did not come out.
#[derive(Debug, kernel::Problem)]
pub enum Error {
    /// The file as a whole cannot be read.
    #[problem(from)]
    File(ImportError),
    /// The facts did not go into the log.
    #[problem(from)]
    Tell(TellError),
    /// A shop could not be taken up.
    #[problem(from)]
    Shop(people::merchant::Error),
    /// The catalog refused.
    #[problem(from)]
    Catalog(offer::catalog::Error),
    /// The facts could not be asked.
    #[problem(Internal, code = "exchange.ask", args(why = _0.to_string()))]
    Ask(kernel::AskError),
    /// The store failed.
    #[problem(from)]
    Store(store::StoreError),
}

impl From<kernel::AskError> for Error {
    fn from(err: kernel::AskError) -> Self {
        Self::Ask(err)
    }
}

/// The columns of every sheet: its word, and each column with what stands in it.
pub fn columns() -> [(&'static str, &'static [ColumnSpec]); 3] {
    [("shops", shop::COLUMNS), ("products", product::COLUMNS), ("orders", order::COLUMNS)]
}
