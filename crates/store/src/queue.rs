//! The way from a caller to a writer thread: a bounded queue of jobs, each a closure with the place its answer goes to.

use crate::{Keys, StoreError, Tx, WriteError};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// One write, as a writer thread sees it.
pub(crate) trait Job: Send {
    fn name(&self) -> &'static str;
    fn keys(&self) -> &Keys;
    /// Runs the closure, again if it ran before; false if it refused, panicked, or a statement failed.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Turns the closure's success into a refusal: one of its buffered statements was refused later.
    fn refuse(&mut self, err: StoreError);
    /// Tells the caller. `commit` is how the whole batch ended.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>);
}

pub(crate) struct Task<T, E, F, A> {
    pub name: &'static str,
    pub keys: Keys,
    pub f: F,
    pub result: Option<Result<T, WriteError<E>>>,
    pub tell: A,
}

impl<T, E, F, A> Job for Task<T, E, F, A>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: Send + From<StoreError>,
    A: FnOnce(Result<T, WriteError<E>>) + Send,
{
    fn name(&self) -> &'static str {
        self.name
    }
    fn keys(&self) -> &Keys {
        &self.keys
    }
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = match catch_unwind(AssertUnwindSafe(|| (self.f)(tx))) {
            Ok(Ok(value)) => match tx.doomed() {
                None => Ok(value),
                Some(err) => Err(WriteError::Refused(err.into())),
            },
            Ok(Err(err)) => Err(WriteError::Refused(err)),
            Err(_) => Err(WriteError::Store(StoreError::Panicked(self.name))),
        };
        let good = result.is_ok();
        self.result = Some(result);
        good
    }
    fn refuse(&mut self, err: StoreError) {
        self.result = Some(Err(WriteError::Refused(err.into())));
    }
    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        let result = match (commit, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(WriteError::Store(StoreError::Closed)),
            (Err(err), _) => Err(WriteError::Store(err)),
        };
        (self.tell)(result);
    }
}

/// A bounded first-in-first-out queue with one taker.
pub(crate) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
    limit: usize,
    /// Statements that its closures asked for.
    ran: AtomicU64,
}

struct State {
    jobs: VecDeque<Box<dyn Job>>,
    closed: bool,
    /// From how many jobs on the taker wants to be woken: waking it for each would cost more than some closures do.
    wanted: usize,
}

impl Queue {
    pub(crate) fn new(limit: usize) -> Self {
        let state = State { jobs: VecDeque::new(), closed: false, wanted: 1 };
        Self { state: Mutex::new(state), ready: Condvar::new(), limit, ran: AtomicU64::new(0) }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what a closure asked for.
    pub(crate) fn count(&self, statements: u64) {
        self.ran.fetch_add(statements, Ordering::Relaxed);
    }
    pub(crate) fn ran(&self) -> u64 {
        self.ran.load(Ordering::Relaxed)
    }

    /// Puts a job in, or gives it back with the reason.
    pub(crate) fn push(&self, job: Box<dyn Job>) -> Result<(), (Box<dyn Job>, StoreError)> {
        let mut state = self.lock();
        if state.closed {
            return Err((job, StoreError::Closed));
        }
        if state.jobs.len() >= self.limit {
            return Err((job, StoreError::Busy));
        }
        state.jobs.push_back(job);
        if state.jobs.len() == state.wanted {
            self.ready.notify_one();
        }
        Ok(())
    }

    /// No more jobs come in; those inside are still taken.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
    }

    /// Waits for a job, then for `expected` of them at most `patience`, and takes at most `most`. Empty: closed.
    pub(crate) fn take(&self, most: usize, expected: usize, patience: Duration) -> Vec<Box<dyn Job>> {
        let mut state = self.lock();
        state.wanted = 1;
        while state.jobs.is_empty() {
            if state.closed {
                return Vec::new();
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let until = Instant::now() + patience;
        state.wanted = expected.min(most).min(self.limit).max(1);
        while state.jobs.len() < state.wanted && !state.closed {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.ready.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        let n = state.jobs.len().min(most);
        state.jobs.drain(..n).collect()
    }
}

/// How long the next batch waits for the writers of the last one to come back.
///
/// No timer makes a lone write wait: after a batch of one, one is expected, and it is there. After a batch of many,
/// their writers are about to send the next ones; starting with the first of them alone would spend a whole disk
/// flush on it, so the lane waits for as many as came last time, for at most a quarter of what the last commit took.
pub(crate) struct Gather {
    pub expected: usize,
    pub patience: Duration,
}

impl Gather {
    pub(crate) const fn new() -> Self {
        Self { expected: 1, patience: Duration::ZERO }
    }
    pub(crate) fn learn(&mut self, batch: usize, commit: Duration) {
        self.expected = batch;
        self.patience = (commit / 4).min(Duration::from_millis(2));
    }
}

/// Over this a closure is reported by its name.
pub(crate) const SLOW: Duration = Duration::from_millis(5);

pub(crate) fn report_slow(job: &dyn Job, took: Duration) {
    if took > SLOW && !job.keys().bulk {
        tracing::warn!(
            name = job.name(),
            ms = took.as_millis() as u64,
            "a write kept its neighbours waiting"
        );
    }
}
