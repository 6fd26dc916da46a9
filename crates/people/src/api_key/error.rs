//! What can go wrong with keys of programs.

use crate::{member, staff};
use kernel::Id;
use kernel::id::ApiKey;
use staff::{Denied, Permission};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "api_key")]
pub enum Error {
    /// A key that allows nothing.
    #[problem(Invalid)]
    Nothing,
    /// A permission that is not of this place, or that only a person may have.
    #[problem(Invalid, args(permission = _0.as_str()))]
    Ungrantable(Permission),
    /// A name that is empty, too long or has control characters in it.
    #[problem(Invalid)]
    Name {
        /// The most.
        most: usize,
    },
    /// Its end is over already.
    #[problem(Invalid)]
    Ended,
    /// The place has as many as it may.
    #[problem(Conflict)]
    Crowded {
        /// The most.
        most: i64,
    },
    /// The secret opens nothing: it was revoked, its time is over, or it never was.
    #[problem(Unauthenticated)]
    Closed,
    /// There is no such key in use in this place.
    #[problem(NotFound, args(key))]
    NoKey(Id<ApiKey>),
    /// They may not, or the store failed.
    #[problem(from)]
    Staff(staff::Error),
}

impl From<Denied> for Error {
    fn from(err: Denied) -> Self {
        Self::Staff(err.into())
    }
}

impl From<member::Error> for Error {
    fn from(err: member::Error) -> Self {
        Self::Staff(err.into())
    }
}

impl From<StoreError> for Error {
    fn from(err: StoreError) -> Self {
        Self::Staff(err.into())
    }
}
