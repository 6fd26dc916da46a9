//! What wakes a worker that sleeps.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Wakes the workers of a kind, or stops all of them. Clones are the same waker.
#[derive(Debug, Clone)]
pub struct Waker(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    beds: HashMap<&'static str, Bed>,
    stopped: AtomicBool,
}

/// Where the workers of a kind sleep.
#[derive(Debug, Default)]
struct Bed {
    /// How often somebody called.
    calls: Mutex<u64>,
    changed: Condvar,
}

impl Bed {
    fn wake(&self) {
        *self.calls.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.changed.notify_all();
    }
}

impl Waker {
    /// One for workers of these kinds.
    pub(crate) fn of(kinds: impl Iterator<Item = &'static str>) -> Self {
        let beds = kinds.map(|kind| (kind, Bed::default())).collect();
        Self(Arc::new(Inner { beds, stopped: AtomicBool::new(false) }))
    }

    /// There is something to do for the worker of a timer's or a job's kind, or for a reaction; to be called after the commit.
    pub fn wake(&self, kind: &str) {
        if let Some(bed) = self.0.beds.get(kind) {
            bed.wake();
        }
    }

    /// There is nothing to do any more.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::Release);
        for bed in self.0.beds.values() {
            bed.wake();
        }
    }

    /// Whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Acquire)
    }

    /// Waits until somebody calls this kind, at most so long. `heard` is what the worker keeps from one sleep to the next (at
    /// first 0), so that a call that came before counts, and one call wakes every worker of the kind.
    pub(crate) fn wait(&self, kind: &str, most: Duration, heard: &mut u64) {
        let Some(bed) = self.0.beds.get(kind) else { return };
        let calls = bed.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let sleeping = |calls: &mut u64| *calls == *heard && !self.is_stopped();
        let (calls, _) =
            bed.changed.wait_timeout_while(calls, most, sleeping).unwrap_or_else(PoisonError::into_inner);
        *heard = *calls;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_before_the_sleep_and_one_during_it_wake_the_kind_that_is_meant() {
        // The store's own kind of job.
        let kind = "store.resent_fact";
        let waker = Waker::default();
        waker.wake(kind);
        waker.wake(kind);
        let long = Duration::from_secs(3_600);
        let mut heard = 0;
        waker.wait(kind, long, &mut heard);
        let sleepers = |heard: u64| {
            [waker.clone(), waker.clone()].map(|waker| {
                std::thread::spawn(move || {
                    let mut heard = heard;
                    waker.wait(kind, long, &mut heard);
                })
            })
        };
        // One call wakes both, and so does the end.
        let both = sleepers(heard);
        waker.wake("nobody's");
        waker.wake(kind);
        both.into_iter().for_each(|sleeper| sleeper.join().unwrap());
        waker.wait(kind, long, &mut heard);
        let both = sleepers(heard);
        waker.stop();
        both.into_iter().for_each(|sleeper| sleeper.join().unwrap());
        waker.wait(kind, long, &mut heard);
        assert!(waker.is_stopped());
    }
}
