//! The states of an edit, and what can happen to it.

use serde::{Deserialize, Serialize};

/// Where an edit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written.
    Draft,
    /// Handed in.
    Waiting,
    /// Live, or once was.
    Approved,
    /// Refused.
    Rejected,
    /// Taken back.
    Withdrawn,
}

/// What can happen to an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is written on.
    Change,
    /// It is handed in.
    Submit,
    /// It is taken back.
    Withdraw,
    /// It goes live.
    Approve,
    /// It is refused.
    Reject,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Waiting, Self::Approved, Self::Rejected, Self::Withdrawn];

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
        }
    }
    /// The status of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
    /// In a sentence.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Draft => "a draft that was not handed in",
            Self::Waiting => "waiting for its review",
            Self::Approved => "approved already",
            Self::Rejected => "rejected already",
            Self::Withdrawn => "withdrawn already",
        }
    }
    /// The whole life of an edit.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Draft, Step::Change) => Some(Self::Draft),
            (Self::Draft, Step::Submit) => Some(Self::Waiting),
            (Self::Draft | Self::Waiting, Step::Withdraw) => Some(Self::Withdrawn),
            (Self::Waiting, Step::Approve) => Some(Self::Approved),
            (Self::Waiting, Step::Reject) => Some(Self::Rejected),
            (Self::Draft, Step::Approve | Step::Reject)
            | (Self::Waiting, Step::Change | Step::Submit)
            | (Self::Approved | Self::Rejected | Self::Withdrawn, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_decided_once() {
        let steps = [Step::Change, Step::Submit, Step::Withdraw, Step::Approve, Step::Reject];
        let table: Vec<_> = Status::ALL
            .iter()
            .map(|status| steps.map(|step| status.after(step).map(Status::as_str)))
            .collect();
        assert_eq!(
            table,
            [
                [Some("draft"), Some("waiting"), Some("withdrawn"), None, None],
                [None, None, Some("withdrawn"), Some("approved"), Some("rejected")],
                [None; 5],
                [None; 5],
                [None; 5],
            ]
        );
        assert!(Status::ALL.iter().all(|status| Status::parse(status.as_str()) == Some(*status)));
    }
}
