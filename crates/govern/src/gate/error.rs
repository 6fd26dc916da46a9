//! Why somebody may not, or why a gate stays as it is.

use super::model::Closed;
use kernel::{Kind, Problem};
use store::StoreError;

/// Why somebody may not, or why a gate stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The gate is closed.
    #[error("{0}")]
    Closed(Box<Closed>),
    /// A ruling that would be over before it began.
    #[error("a gate is opened or closed until a moment that is still to come")]
    Past,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Closed(_) => Kind::Forbidden,
            Self::Past => Kind::Invalid,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Closed(_) => "gate.closed",
            Self::Past => "gate.past",
            Self::Store(err) => err.code(),
        }
    }
    fn zh(&self) -> Option<String> {
        match self {
            Self::Closed(closed) => Some(closed.zh()),
            Self::Past | Self::Store(_) => None,
        }
    }
}
