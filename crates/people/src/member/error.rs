//! What can go wrong with a member.

use super::model::Status;
use crate::vault;
use kernel::id::{Address, Login};
use kernel::{Id, Moment};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "member")]
pub enum Error {
    /// Somebody has signed up with it.
    #[problem(Conflict, args(contact))]
    Taken(&'static str),
    /// A member must be reachable.
    #[problem(Invalid)]
    NoContact,
    /// A password that is too short or too long.
    #[problem(Invalid)]
    Password {
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A name that is empty, too long or has control characters in it.
    #[problem(Invalid)]
    Name {
        /// The most.
        most: usize,
    },
    /// Parameters that no password can be hashed with.
    #[problem(Internal, args(why))]
    Cost(String),
    /// Too many wrong passwords.
    #[problem(TooMany)]
    Locked {
        /// When the next attempt is taken.
        until: Moment,
    },
    /// Nobody is signed in.
    #[problem(Unauthenticated)]
    NotSignedIn,
    /// The account may not be used.
    #[problem(Forbidden, args(status = _0.as_str()))]
    NotActive(Status),
    /// The state does not allow the step.
    #[problem(Conflict, args(status = _0.as_str()))]
    WrongStatus(Status),
    /// There is no such member.
    #[problem(NotFound, code = "not_found")]
    NoMember,
    /// The member has no such open session.
    #[problem(NotFound, args(session))]
    NoSession(Id<Login>),
    /// The member has no such address.
    #[problem(NotFound, args(address))]
    NoAddress(Id<Address>),
    /// The address book is full.
    #[problem(Conflict)]
    Crowded {
        /// The most.
        most: i64,
    },
    /// Somebody else was quicker.
    #[problem(Conflict)]
    Moved,
    /// The vault refused.
    #[problem(from)]
    Vault(vault::Error),
}

impl From<StoreError> for Error {
    fn from(err: StoreError) -> Self {
        Self::Vault(vault::Error::Store(err))
    }
}
