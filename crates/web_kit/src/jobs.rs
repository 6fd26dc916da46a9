//! The rehearsals that wait or run, each with its progress.

use govern::draft;
use kernel::id::Rehearsal;
use kernel::{Actor, Ctx, Id, Moment, Progress};
use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Db, Keys};
use tokio::sync::Semaphore;

/// How many run at once.
pub const AT_ONCE: usize = 2;

/// How many may run and wait together.
pub const IN_ALL: usize = 10;

/// The steps of a rehearsal, and how much of the way is behind when one begins, in thousandths.
pub const STEPS: [(&str, u64); 4] = [("metrics", 0), ("condition", 400), ("days", 550), ("orders", 850)];

/// Thousandths of the whole way.
pub const WAY: u64 = 1_000;

/// What a running rehearsal tells.
#[derive(Debug)]
pub struct Meter {
    /// How many texts are run: the draft, and perhaps what it is compared with.
    pub legs: u64,
    pub(crate) leg: AtomicU64,
    /// Thousandths of this leg.
    pub done: AtomicU64,
    pub(crate) step: AtomicU64,
    pub(crate) started: AtomicU64,
    pub(crate) cancelled: AtomicBool,
}

/// How far a rehearsal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Far {
    /// Thousandths that are done, over all texts.
    pub done: u64,
    /// Thousandths in all.
    pub total: u64,
    /// What it is doing: `metrics`, `condition`, `days` or `orders`.
    pub step: &'static str,
    /// Since when it runs; none while it waits.
    pub since: Option<Moment>,
}

impl Meter {
    pub(crate) fn new(legs: u64) -> Self {
        Self {
            legs,
            leg: AtomicU64::new(0),
            done: AtomicU64::new(0),
            step: AtomicU64::new(0),
            started: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
        }
    }
    pub(crate) fn far(&self) -> Far {
        let since =
            i64::try_from(self.started.load(Relaxed)).ok().filter(|at| *at > 0).map(Moment::from_micros);
        let step = usize::try_from(self.step.load(Relaxed)).unwrap_or(0).min(STEPS.len() - 1);
        Far {
            done: self.leg.load(Relaxed) * WAY + self.done.load(Relaxed),
            total: self.legs * WAY,
            step: STEPS[step].0,
            since,
        }
    }
}

impl Progress for Meter {
    fn at(&self, what: &'static str, done: u64, total: u64) {
        let Some(step) = STEPS.iter().position(|(name, _)| *name == what) else { return };
        let (begin, end) = (STEPS[step].1, STEPS.get(step + 1).map_or(WAY, |next| next.1));
        let within = ((end - begin) * done.min(total)).checked_div(total).unwrap_or(0);
        // A bar that went back would say that work was lost.
        self.done.fetch_max(begin + within, Relaxed);
        self.step.store(step as u64, Relaxed);
    }
    fn cancelled(&self) -> bool {
        self.cancelled.load(Relaxed)
    }
}

/// The rehearsals that wait or run.
pub struct Jobs {
    pub(crate) live: Mutex<HashMap<Id<Rehearsal>, Arc<Meter>>>,
    /// Whoever waits or runs holds a seat.
    pub seats: Arc<Semaphore>,
    /// Whoever runs holds a turn.
    pub turns: Arc<Semaphore>,
    pub(crate) seed: AtomicU64,
}

impl Jobs {
    /// None at work yet. What an earlier program left unfinished is marked as cut off.
    pub fn new(db: &Db, at: Moment) -> Self {
        let db = db.clone();
        // The caller may stand on a thread that drives futures, and this waits for the disk once.
        let swept = std::thread::spawn(move || {
            db.write_blocking("rehearsal.cut_off", Keys::none(), move |tx| draft::cut_off(tx, at))
        });
        match swept.join() {
            Ok(Ok(0)) => {}
            Ok(Ok(count)) => tracing::info!(count, "rehearsals that the last stop cut off are marked so"),
            Ok(Err(err)) => tracing::warn!(error = %err, "unfinished rehearsals could not be marked"),
            Err(_) => tracing::warn!("unfinished rehearsals could not be marked"),
        }
        Self {
            live: Mutex::default(),
            seats: Arc::new(Semaphore::new(IN_ALL)),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            seed: AtomicU64::new(at.micros().unsigned_abs()),
        }
    }

    /// The context of one command.
    pub fn ctx(&self, now: Moment) -> Ctx {
        Ctx::new(now, Actor::Operator, self.seed.fetch_add(1, Relaxed))
    }

    /// How far a rehearsal is, if it waits or runs.
    pub fn far(&self, id: Id<Rehearsal>) -> Option<Far> {
        self.lock().get(&id).map(|meter| meter.far())
    }

    /// Asks a rehearsal to stop. False: it neither waits nor runs.
    pub fn cancel(&self, id: Id<Rehearsal>) -> bool {
        self.lock().get(&id).is_some_and(|meter| {
            meter.cancelled.store(true, Relaxed);
            true
        })
    }

    pub(crate) fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Id<Rehearsal>, Arc<Meter>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_only_grows_and_ends_at_its_end() {
        let meter = Meter::new(2);
        let mut last = 0;
        for leg in 0..2 {
            if leg == 1 {
                meter.done.store(0, Relaxed);
                meter.leg.store(1, Relaxed);
            }
            for (step, _) in STEPS {
                for done in [0, 3, 7, 7] {
                    meter.at(step, done, 7);
                    let far = meter.far();
                    assert!(far.done >= last, "{far:?} after {last}");
                    assert_eq!(far.step, step);
                    last = far.done;
                }
            }
        }
        assert_eq!(meter.far().done, meter.far().total);
        meter.at("metrics", 0, 0);
        meter.at("something else", 1, 2);
        assert_eq!(meter.far().done, last);
    }
}
