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

/// Where the worker of a kind sleeps.
#[derive(Debug, Default)]
struct Bed {
    woken: Mutex<bool>,
    changed: Condvar,
}

impl Bed {
    fn wake(&self) {
        let was = std::mem::replace(&mut *self.woken.lock().unwrap_or_else(PoisonError::into_inner), true);
        if !was {
            self.changed.notify_all();
        }
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

    /// Waits until somebody wakes this kind, at most so long; a call that came before counts.
    pub(crate) fn wait(&self, kind: &str, most: Duration) {
        let Some(bed) = self.0.beds.get(kind) else { return };
        if self.is_stopped() {
            return;
        }
        let woken = bed.woken.lock().unwrap_or_else(PoisonError::into_inner);
        let sleeping = |woken: &mut bool| !*woken;
        let (mut woken, _) =
            bed.changed.wait_timeout_while(woken, most, sleeping).unwrap_or_else(PoisonError::into_inner);
        *woken = false;
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
        waker.wait(kind, Duration::from_secs(60));
        let other = waker.clone();
        let sleeper = std::thread::spawn(move || other.wait(kind, Duration::from_secs(60)));
        waker.wake("nobody's");
        waker.wake(kind);
        sleeper.join().unwrap();
        waker.stop();
        waker.wait(kind, Duration::from_secs(60));
        assert!(waker.is_stopped());
    }
}
