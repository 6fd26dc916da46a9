//! What can go wrong with an application.

use super::model::State;
use crate::{member, merchant, vault};
use kernel::Id;
use kernel::id::Application;
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "application")]
pub enum Error {
    /// There is no such application, or not for the one who asks.
    #[problem(NotFound, code = "not_found", args(application))]
    NoApplication(Id<Application>),
    /// The member has one that waits.
    #[problem(Conflict)]
    Pending,
    /// It was decided or withdrawn.
    #[problem(Conflict, args(status = _0.as_str()))]
    Decided(State),
    /// A shop of a company or a brand needs the number of its licence.
    #[problem(Invalid)]
    NoLicence,
    /// A licence's number that is too short or too long.
    #[problem(Invalid)]
    Licence {
        /// The fewest characters.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A note that is too long.
    #[problem(Invalid)]
    Note {
        /// The most characters.
        most: usize,
    },
    /// A refusal without a reason.
    #[problem(Invalid)]
    NoReason,
    /// The member refused.
    #[problem(from)]
    Member(member::Error),
    /// The shop refused.
    #[problem(from)]
    Shop(merchant::Error),
}

impl From<StoreError> for Error {
    fn from(err: StoreError) -> Self {
        Self::Member(err.into())
    }
}

impl From<vault::Error> for Error {
    fn from(err: vault::Error) -> Self {
        Self::Member(err.into())
    }
}
