//! The lake: facts as columns. A reader of the fact log writes them to Parquet; DataFusion answers questions about
//! them, in process, behind [`kernel::Ask`].
//!
//! Invariants:
//! - A snapshot sees every fact up to one place in the log exactly once: those before the cursor in the files that the
//!   manifest names, those after it straight from the log.
//! - The manifest, the numbers of shops and the cursor move in one transaction, after the files are on the disk.
//! - A file that the manifest has ever named is deleted only when no snapshot of any process can still want it.
//! - A folder belongs to one database and says so: with another one nothing in it is read, written or deleted.
//! - No other crate knows Arrow, Parquet or DataFusion; nothing here is `async` for its callers.

mod bulk;
mod error;
mod file;
mod identity;
mod lake;
mod lease;
mod rows;
mod scan;
mod snapshot;
mod sql;

pub use bulk::Bulk;
pub use error::LakeError;
pub use lake::{Caught, Lake};
pub use snapshot::Snapshot;

/// Facts that are written in one go: large enough for files worth reading, small enough for memory.
pub(crate) const ROUND: usize = 1_000_000;

/// How many threads share the work.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get).max(2)
}
