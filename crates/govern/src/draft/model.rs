//! Drafts and rehearsals as they are kept.

use kernel::{Date, Entity, Id, Moment, id};

/// A draft of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftKind {}
impl Entity for DraftKind {
    const PREFIX: &'static str = "dft";
    const FORM: &'static str = "dft_ and 26 letters and digits";
}

/// The most bytes a draft may have.
pub(super) const LONGEST: usize = 65_536;

/// A policy that somebody is writing. Its text need not be a valid policy yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its id.
    pub id: Id<DraftKind>,
    /// Rises by one with every save, from 1.
    pub version: i64,
    /// The TOML text.
    pub text: String,
    /// The policy it was copied from, if one: its id.
    pub base: Option<String>,
    /// The version it was copied from.
    pub base_version: Option<i64>,
    /// When it was begun.
    pub created_at: Moment,
    /// When it was last saved.
    pub updated_at: Moment,
}

/// Where a rehearsal is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StateView)]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// It runs.
    Running,
    /// It ended with a result.
    Done,
    /// It ended with an error.
    Failed,
    /// Whoever asked for it took it back.
    Cancelled,
    /// The program ended while it ran, time and again.
    CutOff,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled, Self::CutOff];

    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::CutOff => "cut_off",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nothing more will happen to it.
    pub const fn ended(self) -> bool {
        match self {
            Self::Queued | Self::Running => false,
            Self::Done | Self::Failed | Self::Cancelled | Self::CutOff => true,
        }
    }
}

/// What is to be rehearsed. Texts are copied, so that a later edit of the draft does not change what was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// The policy's id, as its text says.
    pub policy: String,
    /// The policy's version, as its text says.
    pub version: i64,
    /// The text that is rehearsed.
    pub text: String,
    /// The draft it came from and the version of that draft, if one.
    pub draft: Option<(Id<DraftKind>, i64)>,
    /// The text it is compared with, if one.
    pub against: Option<String>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// A rehearsal without its texts and results, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHead {
    /// Its id.
    pub id: Id<id::Rehearsal>,
    /// Where it is.
    pub state: State,
    /// The policy's id.
    pub policy: String,
    /// The policy's version.
    pub version: i64,
    /// The draft it came from, and that draft's version.
    pub draft: Option<(Id<DraftKind>, i64)>,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// When it was asked for.
    pub created_at: Moment,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// How long the replay took, in microseconds.
    pub took: Option<i64>,
    /// How many shops it hit, for lists.
    pub shops_hit: Option<i64>,
    /// How far it is, if it waits or runs.
    pub far: Option<Far>,
}

/// How far a rehearsal is that waits or runs, as whoever runs it said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Far {
    /// Thousandths that are done, over all its texts.
    pub done: u64,
    /// Thousandths in all: 1,000 for each text.
    pub total: u64,
    /// What it is doing: `metrics`, `condition`, `days` or `orders`.
    pub step: Box<str>,
    /// Since when it runs; none while it waits.
    pub since: Option<Moment>,
}

/// A rehearsal with everything that is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What lists show.
    pub head: RunHead,
    /// The text that was rehearsed.
    pub text: String,
    /// The text it was compared with.
    pub against: Option<String>,
    /// The result, as JSON.
    pub result: Option<String>,
    /// The result of the other text, as JSON.
    pub against_result: Option<String>,
    /// Why it failed, in words for whoever asked.
    pub error: Option<String>,
}

/// How a rehearsal ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// With a result.
    Done {
        /// As JSON.
        result: String,
        /// Of the other text, as JSON.
        against: Option<String>,
        /// How many shops it hit.
        shops_hit: i64,
        /// How long it took, in microseconds.
        took: i64,
    },
    /// With an error, in words for whoever asked.
    Failed(String),
    /// It was taken back.
    Cancelled,
    /// Whoever ran it was cut off too often.
    CutOff,
}

impl End {
    /// The state it leads to.
    pub const fn state(&self) -> State {
        match self {
            Self::Done { .. } => State::Done,
            Self::Failed(_) => State::Failed,
            Self::Cancelled => State::Cancelled,
            Self::CutOff => State::CutOff,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back_from_its_word() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("sleeping"), None);
    }
}
