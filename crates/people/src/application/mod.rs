//! Applications to open a shop: a member asks, the platform approves, which opens the shop, or declines with a reason.
//!
//! Invariants:
//! - A member has at most one application that waits.
//! - One that waits is decided once, or withdrawn; what was decided stays as it is.
//! - The shop is opened, and its owner seated, in the transaction that approves.
//! - How the applicant is reached stands in the vault, and goes from there once nothing waits.
//!
//! Absent: who may decide, and telling the applicant.

mod command;
mod error;
pub mod fact;
mod model;
mod sql;

pub use command::{apply, approve, decline, key, of_member, one, queue, withdraw};
pub use error::Error;
pub use model::{Application, Apply, LICENCE, LONGEST_NOTE, State, Step, Waiting};
