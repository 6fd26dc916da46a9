//! What can go wrong at the desk.

use store::StoreError;

/// Why a draft or a rehearsal was not touched.
#[derive(Debug, kernel::Problem)]
#[problem(code = "draft", texts = "govern")]
pub enum Error {
    /// There is no such draft.
    #[problem(NotFound, code = "not_found", args(draft))]
    NoDraft(String),
    /// There is no such rehearsal.
    #[problem(NotFound, code = "rehearsal.not_found", args(run))]
    NoRun(String),
    /// Somebody else saved the draft in between.
    #[problem(Conflict)]
    Stale {
        /// The version the writer saw.
        seen: i64,
        /// The version it has.
        now: i64,
    },
    /// The text is longer than a policy can be.
    #[problem(Invalid, args(bytes))]
    TooLong(usize),
    /// The rehearsal has ended already.
    #[problem(Conflict, code = "rehearsal.ended", args(status))]
    Ended(&'static str),
    /// Too many rehearsals wait and run.
    #[problem(Unavailable, code = "rehearsal.busy")]
    Busy {
        /// How many may.
        most: i64,
    },
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}
