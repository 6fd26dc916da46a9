//! Why somebody may not, or why a gate stays as it is.

use super::model::Closed;
use store::StoreError;

/// Why somebody may not, or why a gate stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "gate")]
pub enum Error {
    /// The gate is closed.
    #[problem(Forbidden, args(en = _0.to_string(), zh = _0.zh()))]
    Closed(Box<Closed>),
    /// A ruling that would be over before it began.
    #[problem(Invalid)]
    Past,
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}
