//! What becomes of what failed: how long it waits before it is tried again, and how often.

use kernel::{Kind, Problem};

/// A second, in microseconds.
const SECOND: i64 = 1_000_000;
/// So often what only met a faster neighbour is tried again at once.
const AT_ONCE: i64 = 8;
/// The code of a write that found something else than what it was decided upon.
const MOVED: &str = "store.moved";

/// How often something is tried, and how long it waits in between. Microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// The wait after the first failure; each further one doubles it.
    pub first: i64,
    /// The longest wait.
    pub longest: i64,
    /// After so many failures in a row it is a dead letter.
    pub most: i64,
}

impl Retry {
    /// For clocks and for all that stays within the market: from a second to an hour, for half a day.
    pub const CLOCK: Self = Self { first: SECOND, longest: 3_600 * SECOND, most: 24 };
    /// For what asks an outside party, which may be away for days: from ten seconds to an hour, for four days.
    pub const OUTSIDE: Self = Self { first: 10 * SECOND, longest: 3_600 * SECOND, most: 104 };

    /// How long to wait after so many failures in a row.
    pub(crate) fn wait(&self, failed: i64, failure: &Failure) -> i64 {
        if failure.code == MOVED && failed <= AT_ONCE { 0 } else { backoff(failed, self.first, self.longest) }
    }
}

/// How long to wait after so many tries: `first`, doubled with each, at most `longest`. Microseconds.
pub fn backoff(tries: i64, first: i64, longest: i64) -> i64 {
    let doublings = u32::try_from(tries.clamp(1, 40) - 1).unwrap_or(0);
    first.checked_mul(1 << doublings).map_or(longest, |wait| wait.min(longest))
}

/// Why a timer, a job or a reaction did not come to its end: any [`Problem`] becomes one by `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What sort of refusal.
    pub kind: Kind,
    /// Its stable name.
    pub code: &'static str,
    /// In words, for whoever operates the market.
    pub why: String,
}

impl<E: Problem> From<E> for Failure {
    fn from(err: E) -> Self {
        Self { kind: err.kind(), code: err.code(), why: err.to_string().chars().take(300).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreError;

    #[test]
    fn a_wait_doubles_up_to_its_longest() {
        let waits: Vec<i64> = [0, 1, 2, 3, 4, 63, i64::MAX].iter().map(|n| backoff(*n, 10, 60)).collect();
        assert_eq!(waits, [10, 10, 20, 40, 60, 60, 60]);
    }

    #[test]
    fn what_met_a_faster_neighbour_is_tried_at_once_but_not_for_ever() {
        let moved = Failure::from(StoreError::Moved { statement: "s" });
        let busy = Failure::from(StoreError::Busy);
        assert_eq!(Retry::CLOCK.wait(1, &moved), 0);
        assert!(Retry::CLOCK.wait(AT_ONCE + 1, &moved) > 0);
        assert_eq!(Retry::CLOCK.wait(1, &busy), SECOND);
    }
}
