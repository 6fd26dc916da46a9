//! Gates: whether a subject may use a privilege now, why not, until when, by which version of which policy, and how it
//! opens again. And the gates of scorecards: how far a score is from each, and what would clear it.
//!
//! Invariants:
//! - [`permit`] is the only way to a [`kernel::Permit`], and gives one only where the gate stands open in the same
//!   transaction.
//! - Each policy has at most one ruling about a gate, and people together have one: what one opens, another may keep shut.
//!   Where several are in force, the one that closes longest counts; a person who opens lifts them all.
//! - A ruling is in force until its moment, and nothing needs to happen then: the time comes with the command. Where none is,
//!   the privilege's own default counts.
//! - Every change is a fact in the commit of the change; why, in words, stays in the table.
//!
//! Absent: what a privilege is (declared beside the command that takes its permit) and who may open or close (the callers
//! know).

mod command;
mod error;
pub mod fact;
mod model;
mod sql;
mod verdict;

pub use command::{close, keys, open, permit};
pub use error::Error;
pub use model::{By, Closed, Gate, Ruling, Standing, Why};
pub use sql::{standing, standings};
pub use verdict::{Beyond, Leaving, Verdict, Way, bounds, leaving, nearest, verdicts, ways};
