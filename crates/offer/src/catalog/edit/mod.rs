//! Edits: a product's next content beside the live one, from draft to live.
//!
//! Invariants: the live version stays up while an edit waits; an edit that was made against an older version than the live
//! one never goes live; a decided edit never changes; no banned word is ever handed in, and no sensitive one goes live
//! unseen.

mod command;
mod model;
mod sql;
mod view;

pub use super::edit_status::{Status, Step};
pub use super::product::{Change, diff};
pub use command::{
    Brought, approve, bring_in, change, propose, propose_again, propose_new, publish, reject, revise,
    roll_back, submit, withdraw,
};
pub use view::{EditFilter, EditView, Waiting, edit, edit_of_shop, edits_of_shop, review_queue};
