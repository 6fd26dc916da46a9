//! What can go wrong with keys of programs.

use crate::{member, staff};
use kernel::id::ApiKey;
use kernel::{Id, Kind, Problem};
use staff::{Denied, Permission};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A key that allows nothing.
    #[error("a key needs at least one permission")]
    Nothing,
    /// A permission that is not of this place, or that only a person may have.
    #[error("a key here cannot have the permission {}", .0.word())]
    Ungrantable(Permission),
    /// A name that is empty, too long or has control characters in it.
    #[error("a key's name has from 1 to {most} characters, none of them a control character")]
    Name {
        /// The most.
        most: usize,
    },
    /// Its end is over already.
    #[error("a key's end must be later than now")]
    Ended,
    /// The place has as many as it may.
    #[error("at most {most} keys can be in use here: revoke one first")]
    Crowded {
        /// The most.
        most: i64,
    },
    /// The secret opens nothing: it was revoked, its time is over, or it never was.
    #[error("this key opens nothing: it was revoked, its time is over, or it never was")]
    Closed,
    /// There is no such key in use in this place.
    #[error("there is no key {0} in use here")]
    NoKey(Id<ApiKey>),
    /// They may not, or the store failed.
    #[error(transparent)]
    Staff(#[from] staff::Error),
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

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Nothing | Self::Ungrantable(_) | Self::Name { .. } | Self::Ended => Kind::Invalid,
            Self::Crowded { .. } => Kind::Conflict,
            Self::Closed => Kind::Unauthenticated,
            Self::NoKey(_) => Kind::NotFound,
            Self::Staff(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "api_key.nothing",
            Self::Ungrantable(_) => "api_key.ungrantable",
            Self::Name { .. } => "api_key.name",
            Self::Ended => "api_key.ended",
            Self::Crowded { .. } => "api_key.crowded",
            Self::Closed => "api_key.closed",
            Self::NoKey(_) => "api_key.no_key",
            Self::Staff(err) => err.code(),
        }
    }
}
