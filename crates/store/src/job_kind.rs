//! How the jobs of a kind are done, and what becomes of those that fail.

use crate::job::Job;
use crate::work::Work;
use crate::{Failure, Retry, Services};

/// How jobs of a kind are done, declared with [`declare!`](crate::declare) beside the command that wants them.
pub struct JobKind {
    pub(crate) kind: &'static str,
    pub(crate) run: Run,
    pub(crate) lease: i64,
    pub(crate) retry: Retry,
    pub(crate) can: fn(&Services) -> bool,
}
inventory::collect!(JobKind);

/// What became of each of some jobs, in their order.
pub type Outcomes = Vec<Result<(), Failure>>;

/// How the jobs of a kind are gone about.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// Each by itself, so many at a time in one process.
    Each { at_once: usize, run: fn(&Work<'_>, &Job) -> Result<(), Failure> },
    /// Many together, with what became of each in their order.
    Batch { run: fn(&Work<'_>, &[Job]) -> Outcomes },
    /// One job that is always there, and is done so often. Microseconds.
    Every { every: i64, run: fn(&Work<'_>) -> Result<(), Failure> },
}

impl JobKind {
    /// Jobs of `kind`, each done by itself. `run` finishes its job ([`Work::finish`]) or puts it off ([`Work::again`]); one that
    /// does neither has failed.
    pub const fn new(kind: &'static str, run: fn(&Work<'_>, &Job) -> Result<(), Failure>) -> Self {
        Self {
            kind,
            run: Run::Each { at_once: 1, run },
            lease: 120_000_000,
            retry: Retry::CLOCK,
            can: |_| true,
        }
    }
    /// Jobs of `kind` that are quick and many: `run` is given some hundred and says what became of each, in their order.
    pub const fn batch(kind: &'static str, run: fn(&Work<'_>, &[Job]) -> Outcomes) -> Self {
        Self { kind, run: Run::Batch { run }, lease: 30_000_000, retry: Retry::CLOCK, can: |_| true }
    }
    /// What is done every so many microseconds, by one process of all that share the store. It may be done twice, and is
    /// never a dead letter.
    pub const fn every(kind: &'static str, every: i64, run: fn(&Work<'_>) -> Result<(), Failure>) -> Self {
        Self { kind, run: Run::Every { every, run }, lease: 300_000_000, retry: Retry::CLOCK, can: |_| true }
    }
    /// So many at a time in one process, if each is done by itself.
    #[must_use]
    pub const fn at_once(mut self, at_once: usize) -> Self {
        if let Run::Each { run, .. } = self.run {
            self.run = Run::Each { at_once, run };
        }
        self
    }
    /// How long a claim lasts, in microseconds, if not two minutes: longer than a job ever takes.
    #[must_use]
    pub const fn lease(mut self, lease: i64) -> Self {
        self.lease = lease;
        self
    }
    /// Only where the program wired a service of this type: other processes leave these jobs to those that have it.
    #[must_use]
    pub const fn with_service<T: std::any::Any + Send + Sync>(mut self) -> Self {
        self.can = |services| services.get::<T>().is_ok();
        self
    }
    /// Whether one job of it is always there.
    pub(crate) const fn is_always_there(&self) -> bool {
        matches!(self.run, Run::Every { .. })
    }
    /// What becomes of those that fail, if not [`Retry::CLOCK`].
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }
}

impl std::fmt::Debug for JobKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JobKind")
            .field("kind", &self.kind)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
