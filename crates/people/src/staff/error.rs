//! What can go wrong with staff.

use super::model::{Denied, Role, Sent};
use crate::{member, vault};
use kernel::Id;
use kernel::id::{Invitation, Seat};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "staff")]
pub enum Error {
    /// They may not.
    #[problem(from)]
    Denied(Denied),
    /// There is somebody already who runs the place.
    #[problem(Conflict)]
    Founded,
    /// There is nobody yet who runs the place.
    #[problem(Conflict, args(role = _0.as_str()))]
    Unfounded(Role),
    /// The member has a seat there.
    #[problem(Conflict, args(role = _0.as_str()))]
    Seated(Role),
    /// There is no such seat in this place.
    #[problem(NotFound, args(seat))]
    NoSeat(Id<Seat>),
    /// Nobody would be left.
    #[problem(Conflict, args(role = _0.as_str()))]
    Last(Role),
    /// There is no such invitation, or not for the one who asks.
    #[problem(NotFound)]
    NoInvitation,
    /// There is no such invitation in this place.
    #[problem(NotFound, code = "unknown_invitation", args(invitation))]
    Unknown(Id<Invitation>),
    /// The invitation was answered or taken back.
    #[problem(Conflict, args(status = _0.as_str()))]
    Answered(Sent),
    /// The invitation's time is over.
    #[problem(Gone)]
    TooOld,
    /// The one who sent it may no longer give the role.
    #[problem(Gone)]
    Void,
    /// The member refused.
    #[problem(from)]
    Member(member::Error),
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
