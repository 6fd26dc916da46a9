//! The port through which long work tells how far it is.

/// Hears how far a long job is. Called from the working thread, at most some thousand times.
pub trait Progress: Sync {
    /// `done` of `total` (0 = not known yet) in the step `what`, a short English word such as "orders".
    fn at(&self, what: &'static str, done: u64, total: u64);
    /// Whether whoever asked has lost interest; long work ends early with an error of its own.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn at(&self, _what: &'static str, _done: u64, _total: u64) {}
}
