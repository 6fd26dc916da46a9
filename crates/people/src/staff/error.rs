//! What can go wrong with staff.

use super::model::{Denied, Role, Sent};
use crate::{member, vault};
use kernel::id::{Invitation, Seat};
use kernel::{Id, Kind, Problem};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// They may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is somebody already who runs the place.
    #[error("this place has an owner already: ask for an invitation")]
    Founded,
    /// There is nobody yet who runs the place.
    #[error("this place has nobody who runs it yet: invite its {} first", .0.word())]
    Unfounded(Role),
    /// The member has a seat there.
    #[error("this member has a place there already, as {}", .0.word())]
    Seated(Role),
    /// There is no such seat in this place.
    #[error("there is no place {0} among the staff here")]
    NoSeat(Id<Seat>),
    /// Nobody would be left.
    #[error("the last {} cannot go: give the role to somebody else first", .0.word())]
    Last(Role),
    /// There is no such invitation, or not for the one who asks.
    #[error("this invitation is not for you, or never was")]
    NoInvitation,
    /// There is no such invitation in this place.
    #[error("there is no invitation {0} here")]
    Unknown(Id<Invitation>),
    /// The invitation was answered or taken back.
    #[error("this invitation is {} already", .0.word())]
    Answered(Sent),
    /// The invitation's time is over.
    #[error("this invitation is too old: ask for another")]
    TooOld,
    /// The one who sent it may no longer give the role.
    #[error("whoever sent this invitation may not give this role any more: ask for another")]
    Void,
    /// The member refused.
    #[error(transparent)]
    Member(#[from] member::Error),
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

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Denied(err) => err.kind(),
            Self::Founded | Self::Unfounded(_) | Self::Seated(_) | Self::Last(_) | Self::Answered(_) => {
                Kind::Conflict
            }
            Self::NoSeat(_) | Self::NoInvitation | Self::Unknown(_) => Kind::NotFound,
            Self::TooOld | Self::Void => Kind::Gone,
            Self::Member(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Denied(err) => err.code(),
            Self::Founded => "staff.founded",
            Self::Unfounded(_) => "staff.unfounded",
            Self::Seated(_) => "staff.seated",
            Self::NoSeat(_) => "staff.no_seat",
            Self::Last(_) => "staff.last",
            Self::NoInvitation => "staff.no_invitation",
            Self::Unknown(_) => "staff.unknown_invitation",
            Self::Answered(_) => "staff.answered",
            Self::TooOld => "staff.too_old",
            Self::Void => "staff.void",
            Self::Member(err) => err.code(),
        }
    }
}
