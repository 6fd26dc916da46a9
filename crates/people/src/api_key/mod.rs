//! Keys of programs: a secret with which a program acts in one shop, or for the platform, within named permissions.
//!
//! Invariants:
//! - Only a hash of the secret is stored; it is shown once, to whoever made it.
//! - A key is of one place and allows what it names there, and nothing anywhere else. Nobody makes a key that allows
//!   what they may not do themselves.
//! - No key invites people, makes keys or looks at personal data: that takes a person.
//! - A key that was revoked or whose time is over opens nothing.
//!
//! Absent: how often a key may ask.

mod command;
mod error;
pub mod fact;
mod model;
mod sql;

pub use command::{Found, NewKey, find, list, make, revoke};
pub use error::Error;
pub use model::{KeyView, Secret, grantable};
