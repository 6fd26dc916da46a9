//! Who may do what: roles of consumers, of the staff of shops and of the platform's own.
//!
//! Invariants:
//! - What no role allows is refused. A role allows what its row of the table names, and nothing follows from another.
//! - A seat is in one place, a shop or the platform, and allows nothing anywhere else. To whoever has no seat in a shop,
//!   the shop's things are not there.
//! - Nobody gives a role that allows what they may not do themselves in that place.
//! - A shop never loses its last owner, the platform never its last administrator, however many leave at once.
//! - An invitation is taken once, by whoever has the token and the phone number or e-mail address it was sent to.
//!
//! Absent: sending the invitation.

mod command;
mod error;
pub mod fact;
mod model;
mod sql;

pub use command::{
    Invite, Invited, accept, found_platform, invitations, invite, key, leave, of_member, of_scope, open_shop,
    remove, standing, withdraw,
};
pub use error::Error;
pub use model::{
    Area, By, Denied, Invitation, InvitationStep, Permission, Role, Scope, Seat, Sent, Standing,
};
