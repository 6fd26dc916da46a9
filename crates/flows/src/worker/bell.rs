//! A bell for a sleeping thread.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Wakes the worker, or stops it. Clones are the same bell.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    rung: bool,
    stopped: bool,
}

impl Bell {
    /// There is something to do.
    pub fn ring(&self) {
        self.change(|state| state.rung = true);
    }

    /// There is nothing to do any more.
    pub fn stop(&self) {
        self.change(|state| state.stopped = true);
    }

    /// Whether it was stopped.
    pub fn is_stopped(&self) -> bool {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).stopped
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let was = state.rung || state.stopped;
        change(&mut state);
        drop(state);
        if !was {
            self.0.changed.notify_all();
        }
    }

    /// Waits until it rings, at most so long; a ring that came before counts.
    pub(super) fn wait(&self, most: Duration) {
        let state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let silent = |state: &mut State| !state.rung && !state.stopped;
        let (mut state, _) =
            self.0.changed.wait_timeout_while(state, most, silent).unwrap_or_else(PoisonError::into_inner);
        state.rung = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_before_the_sleep_and_one_during_it_wake() {
        let bell = Bell::default();
        bell.ring();
        bell.ring();
        bell.wait(Duration::from_secs(60));
        let other = bell.clone();
        let sleeper = std::thread::spawn(move || other.wait(Duration::from_secs(60)));
        bell.ring();
        sleeper.join().unwrap();
        bell.stop();
        bell.wait(Duration::from_secs(60));
        assert!(bell.is_stopped());
    }
}
