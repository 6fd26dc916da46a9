//! What can go wrong with a member.

use super::model::Status;
use crate::vault;
use kernel::id::{Address, Login};
use kernel::{Id, Kind, Moment, Problem};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Somebody has signed up with it.
    #[error("this {0} belongs to an account already: sign in, or use another")]
    Taken(&'static str),
    /// A member must be reachable.
    #[error("an account needs a phone number or an e-mail address")]
    NoContact,
    /// A password that is too short or too long.
    #[error("a password has from {least} to {most} characters")]
    Password {
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A name that is empty, too long or has control characters in it.
    #[error("a name has from 1 to {most} characters, none of them a control character")]
    Name {
        /// The most.
        most: usize,
    },
    /// Parameters that no password can be hashed with.
    #[error("the parameters for hashing passwords cannot be used: {0}")]
    Cost(String),
    /// Too many wrong passwords.
    #[error("too many failed attempts: try again after {until}")]
    Locked {
        /// When the next attempt is taken.
        until: Moment,
    },
    /// Nobody is signed in.
    #[error("nobody is signed in: the session has ended or never was")]
    NotSignedIn,
    /// The account may not be used.
    #[error("this account is {}", .0.word())]
    NotActive(Status),
    /// The state does not allow the step.
    #[error("this account is {} already", .0.word())]
    WrongStatus(Status),
    /// There is no such member.
    #[error("there is no such member")]
    NoMember,
    /// The member has no such open session.
    #[error("there is no open session {0} here")]
    NoSession(Id<Login>),
    /// The member has no such address.
    #[error("there is no address {0} here")]
    NoAddress(Id<Address>),
    /// The address book is full.
    #[error("at most {most} addresses can be kept: remove one first")]
    Crowded {
        /// The most.
        most: i64,
    },
    /// Somebody else was quicker.
    #[error("this account was changed by somebody else in between; nothing was done, try again")]
    Moved,
    /// The vault refused.
    #[error(transparent)]
    Vault(#[from] vault::Error),
}

impl From<StoreError> for Error {
    fn from(err: StoreError) -> Self {
        Self::Vault(vault::Error::Store(err))
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Taken(_) | Self::WrongStatus(_) | Self::Crowded { .. } | Self::Moved => Kind::Conflict,
            Self::NoContact | Self::Password { .. } | Self::Name { .. } => Kind::Invalid,
            Self::Cost(_) => Kind::Internal,
            Self::Locked { .. } => Kind::TooMany,
            Self::NotSignedIn => Kind::Unauthenticated,
            Self::NotActive(_) => Kind::Forbidden,
            Self::NoMember | Self::NoSession(_) | Self::NoAddress(_) => Kind::NotFound,
            Self::Vault(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Taken(_) => "member.taken",
            Self::NoContact => "member.no_contact",
            Self::Password { .. } => "member.password",
            Self::Name { .. } => "member.name",
            Self::Cost(_) => "member.cost",
            Self::Locked { .. } => "member.locked",
            Self::NotSignedIn => "member.not_signed_in",
            Self::NotActive(_) => "member.not_active",
            Self::WrongStatus(_) => "member.wrong_status",
            Self::NoMember => "member.not_found",
            Self::NoSession(_) => "member.no_session",
            Self::NoAddress(_) => "member.no_address",
            Self::Crowded { .. } => "member.crowded",
            Self::Moved => "member.moved",
            Self::Vault(err) => err.code(),
        }
    }
}
