//! Histories of other systems, told as our facts.
//!
//! Invariants: an import reads and checks all of its files before the first write; what it refuses it names by file,
//! line, column and reason; what it leaves out it reports row by row.

mod error;
pub mod olist;
mod report;
pub(crate) mod table;

pub use error::ImportError;
pub use report::{Report, Skipped};
