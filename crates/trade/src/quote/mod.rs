//! Quotes: a price that holds for a while, kept with all that made it, and taken once.
//!
//! Invariants:
//! - A quote is its member's own; another's is not there.
//! - It is taken at most once, and only before its end: a guarded update that answers with the document.
//! - What is kept is what was shown: the document is never counted again, and never changed.

mod command;
mod document;
mod error;
mod sql;
mod view;

pub use command::{Keep, keep, standing, sweep, take, take_standing};
pub use document::{Quote, Shown};
pub use error::Error;
pub use view::{QuoteView, quote};
