//! Rehearsals at work: at most two at once, some more in line, each with its progress.
//!
//! Invariants: how a rehearsal ended is in the store before it leaves this list; one that was cut off by the end of the
//! program is marked so when the next one starts; nothing here holds a lock while it works.

use crate::problem::Failure;
use crate::site::{App, Site};
use govern::draft::{self, Begin, End};
use govern::policy::Policy;
use govern::rehearsal;
use kernel::id::Rehearsal;
use kernel::{Actor, Ctx, Id, Kind, Moment, Progress};
use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};
use store::Keys;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
    pub fn new(app: &App) -> Self {
        let (db, at) = (app.db.clone(), (app.now)());
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

/// Writes down that a rehearsal was asked for and lets it run when its turn comes.
pub async fn begin(
    site: &Site,
    begin: Begin,
    policy: Policy,
    against: Option<Policy>,
) -> Result<Id<Rehearsal>, Failure> {
    let jobs = site.jobs();
    let Ok(seat) = jobs.seats.clone().try_acquire_owned() else {
        let waiting = IN_ALL - AT_ONCE;
        return Err(crate::refusal::Refusal::Busy { running: AT_ONCE, waiting }.into());
    };
    // On a task of its own: what was written down runs, also when whoever asked has gone in between.
    let begun = tokio::spawn(written(site.clone(), begin, policy, against, seat));
    begun.await.map_err(Failure::panicked)?
}

pub(crate) async fn written(
    site: Site,
    begin: Begin,
    policy: Policy,
    against: Option<Policy>,
    seat: OwnedSemaphorePermit,
) -> Result<Id<Rehearsal>, Failure> {
    let ctx = site.jobs().ctx((site.now)());
    let plan = begin.clone();
    let id = site
        .db
        .write("rehearsal.begin", Keys::none(), move |tx| draft::begin(tx, &ctx.clone(), &plan))
        .await?;
    let meter = Arc::new(Meter::new(1 + u64::from(against.is_some())));
    site.jobs().lock().insert(id, meter.clone());
    let turns = site.jobs().turns.clone();
    tokio::spawn(async move {
        let turn = turns.acquire_owned().await;
        let at_work = site.clone();
        let work = tokio::task::spawn_blocking(move || {
            let end = work(&at_work, id, &begin, &policy, against.as_ref(), &meter);
            let Some(end) = end else { return };
            finish(&at_work, id, end);
        });
        if let Err(err) = work.await {
            tracing::error!(error = %err, rehearsal = %id, "a rehearsal panicked");
            let at_end = site.clone();
            let _ = tokio::task::spawn_blocking(move || {
                finish(
                    &at_end,
                    id,
                    End::Failed("the rehearsal failed inside; it has been logged".to_owned()),
                );
            })
            .await;
        }
        site.jobs().lock().remove(&id);
        drop((turn, seat));
    });
    Ok(id)
}

/// Runs one rehearsal. None: it was taken back before its turn came, and the store knows already.
pub fn work(
    site: &Site,
    id: Id<Rehearsal>,
    begin: &Begin,
    policy: &Policy,
    against: Option<&Policy>,
    meter: &Meter,
) -> Option<End> {
    let started = (site.now)();
    match site.db.write_blocking("rehearsal.start", Keys::none(), move |tx| draft::start(tx, id)) {
        Ok(true) => {}
        Ok(false) => return None,
        Err(err) => return Some(failed(&err)),
    }
    meter.started.store(started.micros().unsigned_abs(), Relaxed);
    let snapshot = match (site.snapshot)() {
        Ok(snapshot) => snapshot,
        Err(err) => return Some(failed(&err)),
    };
    let run =
        |policy: &Policy| rehearsal::rehearse(&*snapshot, &site.market, policy, begin.from, begin.to, meter);
    let json = |result: &rehearsal::Rehearsal| serde_json::to_string(result);
    let outcome = run(policy).and_then(|result| {
        if against.is_some() {
            meter.done.store(0, Relaxed);
            meter.leg.store(1, Relaxed);
        }
        Ok((result, against.map(run).transpose()?))
    });
    let (result, other) = match outcome {
        Ok(both) => both,
        Err(govern::Error::Cancelled) => return Some(End::Cancelled),
        Err(err) => return Some(failed_problem(&err)),
    };
    let took = (site.now)().micros() - started.micros();
    let texts = json(&result).and_then(|text| Ok((text, other.as_ref().map(json).transpose()?)));
    Some(match texts {
        Ok((text, other)) => End::Done {
            result: text,
            against: other,
            shops_hit: i64::try_from(result.shops_hit).unwrap_or(i64::MAX),
            took,
        },
        Err(err) => failed(&err),
    })
}

/// A failure of ours: the log has the reason.
pub fn failed(err: &dyn std::fmt::Display) -> End {
    tracing::error!(error = %err, "a rehearsal failed");
    End::Failed("the rehearsal failed inside; it has been logged".to_owned())
}

/// A failure that whoever asked can understand, unless it is ours.
pub fn failed_problem(err: &govern::Error) -> End {
    use kernel::Problem;
    if err.kind() == Kind::Internal { failed(err) } else { End::Failed(err.to_string()) }
}

/// Writes down how a rehearsal ended. One that was taken back in between stays taken back.
pub fn finish(site: &Site, id: Id<Rehearsal>, end: End) {
    let at = (site.now)();
    match site.db.write_blocking("rehearsal.end", Keys::none(), move |tx| draft::end(tx, id, at, &end)) {
        Ok(()) | Err(store::WriteError::Refused(draft::Error::Ended(_))) => {}
        Err(err) => {
            tracing::error!(error = %err, rehearsal = %id, "the end of a rehearsal could not be stored")
        }
    }
}

/// Checks a text; what is wrong comes back line by line.
pub fn checked(site: &Site, text: &str) -> Result<Policy, Failure> {
    let (policy, findings) = crate::view::policy::checked(site, text);
    policy.ok_or_else(|| crate::view::policy::refused(findings))
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
