//! What can go wrong at the desk.

use kernel::{Kind, Problem};
use store::StoreError;

/// Why a draft or a rehearsal was not touched.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such draft.
    #[error("there is no draft {0} here: it may have been deleted")]
    NoDraft(String),
    /// There is no such rehearsal.
    #[error("there is no rehearsal {0} here")]
    NoRun(String),
    /// Somebody else saved the draft in between.
    #[error(
        "not saved: this draft is at version {now} by now, and you edited version {seen}; load it again and repeat your change"
    )]
    Stale {
        /// The version the writer saw.
        seen: i64,
        /// The version it has.
        now: i64,
    },
    /// The text is longer than a policy can be.
    #[error("not saved: the text has {0} bytes, a policy may have 65536")]
    TooLong(usize),
    /// The rehearsal has ended already.
    #[error("this rehearsal has already ended: {0}")]
    Ended(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoDraft(_) | Self::NoRun(_) => Kind::NotFound,
            Self::Stale { .. } | Self::Ended(_) => Kind::Conflict,
            Self::TooLong(_) => Kind::Invalid,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoDraft(_) => "draft.not_found",
            Self::NoRun(_) => "rehearsal.not_found",
            Self::Stale { .. } => "draft.stale",
            Self::TooLong(_) => "draft.too_long",
            Self::Ended(_) => "rehearsal.ended",
            Self::Store(err) => err.code(),
        }
    }
}
