//! The governor's desk: drafts of policies, and the rehearsals that were run with them.
//!
//! Invariants: a draft is only overwritten by someone who saw its newest version, so two people who edit it at once
//! cannot lose each other's words; a stored rehearsal is never changed once it has ended; a rehearsal that was
//! cut off is run again, and never taken for a result. A draft hits nobody: only what is published does.

mod error;
mod model;
mod sql;

pub use error::Error;
pub use model::{Begin, Draft, DraftKind, End, Far, Run, RunHead, State};
pub use sql::{begin, create, end, list, load, progress, remove, run, runs, save, start, under_way};
