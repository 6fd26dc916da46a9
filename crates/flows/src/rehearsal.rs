//! Rehearsals of policies: asked for, run as jobs with their progress in the store, taken back.
//!
//! Invariants: a rehearsal that was written down is run, also when whoever runs it is cut off: then it begins anew, and after
//! [`TRIES`] it ends as cut off; how it ended and that its job is done are one write, so that no result is written twice;
//! whoever takes one back is obeyed within a second, in whichever process it runs.

use govern::draft::{self, Begin, End, Error, Run};
use govern::policy;
use govern::rehearsal;
use kernel::{Ask, AskError, Ctx, Id, Kind, Market, Moment, Problem, Progress, id};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;
use store::job::{self, Job};
use store::worker::Work;
use store::{Failure, JobKind, Keys, StoreError, Tx};

/// How many run at once in one process.
const AT_ONCE: usize = 2;

/// How many may wait and run together.
const IN_ALL: i64 = 10;

/// How often one is begun that is cut off each time.
const TRIES: i64 = 3;

/// How long a claim lasts, in microseconds; it is held for longer with every progress that is written down.
const LEASE: i64 = 15_000_000;

/// How often progress is written down, and a wish to stop is read.
const BEAT: Duration = Duration::from_millis(500);

/// The jobs of rehearsals.
pub const REHEARSE: &str = "rehearsal.run";

/// The steps of a rehearsal, and how much of the way is behind when one begins, in thousandths.
pub const STEPS: [(&str, u64); 4] = [("metrics", 0), ("condition", 400), ("days", 550), ("orders", 850)];

/// Thousandths of the whole way.
const WAY: u64 = 1_000;

/// The facts that rehearsals ask, and the market they are of: a service of the processes that have a lake.
#[derive(Clone)]
pub struct History {
    /// The market.
    pub market: Market,
    /// The facts of this moment.
    pub snapshot: Arc<dyn Fn() -> Result<Arc<dyn Ask>, AskError> + Send + Sync>,
}

store::declare! { JobKind::new(REHEARSE, run).at_once(AT_ONCE).lease(LEASE).with_service::<History>() }

/// Writes down that a rehearsal is asked for, and has it run. Refused while [`IN_ALL`] wait and run.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, plan: &Begin) -> Result<Id<id::Rehearsal>, Error> {
    if draft::under_way(tx)? >= IN_ALL {
        return Err(Error::Busy { most: IN_ALL });
    }
    let id = draft::begin(tx, ctx, plan)?;
    job::enqueue(tx, id.raw(), REHEARSE, "", ctx.now)?;
    Ok(id)
}

/// Takes a rehearsal back that waits or runs; one that has ended is [`Error::Ended`].
pub fn take_back(tx: &mut Tx<'_>, id: Id<id::Rehearsal>, at: Moment) -> Result<(), Error> {
    draft::end(tx, id, at, &End::Cancelled)?;
    Ok(job::cancel(tx, id.raw())?)
}

/// What a running rehearsal tells, and whether it is to stop.
#[derive(Debug, Default)]
struct Meter {
    leg: AtomicU64,
    /// Thousandths of this leg.
    done: AtomicU64,
    step: AtomicU64,
    cancelled: AtomicBool,
}

impl Meter {
    /// The other text begins.
    fn next_leg(&self) {
        self.done.store(0, Relaxed);
        self.leg.store(1, Relaxed);
    }
    /// Thousandths over all texts, and the step.
    fn far(&self) -> (i64, &'static str) {
        let step = usize::try_from(self.step.load(Relaxed)).unwrap_or(0);
        let done = self.leg.load(Relaxed) * WAY + self.done.load(Relaxed);
        (done.cast_signed(), STEPS.get(step).map_or("orders", |(name, _)| name))
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

fn run(work: &Work<'_>, job: &Job) -> Result<(), Failure> {
    let id = Id::<id::Rehearsal>::from_raw(job.id);
    let began = work.now();
    let started =
        work.hold(job, "rehearsal.start", began.plus_micros(LEASE), move |tx| draft::start(tx, id, began));
    let end = match started {
        Ok(true) if job.failed > TRIES => End::CutOff,
        Ok(true) => {
            let meter = Meter::default();
            let end = std::thread::scope(|scope| {
                let (over, told) = std::sync::mpsc::channel::<()>();
                let meter = &meter;
                scope.spawn(move || {
                    while told.recv_timeout(BEAT) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                        beat(work, job, id, meter);
                    }
                });
                let end =
                    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| replay(work, id, began, meter)));
                drop(over);
                end
            });
            if work.is_stopping() {
                // The next start goes on with it: as if it had not been begun.
                return work.again(job, work.now(), "the program was stopped");
            }
            end.unwrap_or_else(|_| Ok(failed(&"it panicked")))?
        }
        // It was taken back, or another worker has it.
        Ok(false) => return work.finish(job, "rehearsal.over", Keys::none(), |_| Ok::<_, StoreError>(())),
        Err(failure) => return Err(failure),
    };
    let at = work.now();
    let ended = work.finish(job, "rehearsal.end", Keys::none(), move |tx| draft::end(tx, id, at, &end));
    match ended {
        // Taken back in between: that stands.
        Err(failure) if ["store.moved", "rehearsal.ended"].contains(&failure.code) => Ok(()),
        ended => ended,
    }
}

/// Writes down how far it is, and reads whether it is to stop.
fn beat(work: &Work<'_>, job: &Job, id: Id<id::Rehearsal>, meter: &Meter) {
    let (done, step) = meter.far();
    let until = work.now().plus_micros(LEASE);
    let told = work.hold(job, "rehearsal.progress", until, move |tx| draft::progress(tx, id, done, step));
    let is_gone = |failure: &Failure| failure.code == "store.moved";
    if work.is_stopping() || told.as_ref().is_ok_and(|runs| !runs) || told.as_ref().is_err_and(is_gone) {
        meter.cancelled.store(true, Relaxed);
    }
}

/// Runs its texts over the days.
fn replay(work: &Work<'_>, id: Id<id::Rehearsal>, began: Moment, meter: &Meter) -> Result<End, Failure> {
    let Run { head, text, against, .. } = work.db.read_apart(|q| draft::run(q, id))?;
    let history = work.services.get::<History>()?;
    let snapshot = match (history.snapshot)() {
        Ok(snapshot) => snapshot,
        Err(err) => return Ok(failed(&err)),
    };
    let texts = [Some(text), against].into_iter().flatten();
    let mut results = Vec::new();
    for (leg, text) in texts.enumerate() {
        // It was a policy when it was asked for; a newer program may know better.
        let checked = policy::check_draft(&text, Some(&history.market));
        let Some(policy) = checked.policy else {
            let first = checked.diagnostics.first();
            return Ok(End::Failed(
                first.map_or_else(String::new, |one| format!("line {}: {}", one.line, one.message)),
            ));
        };
        if leg > 0 {
            meter.next_leg();
        }
        match rehearsal::rehearse(&*snapshot, &history.market, &policy, head.from, head.to, meter) {
            Ok(result) => results.push(result),
            Err(govern::Error::Cancelled) => return Ok(End::Cancelled),
            Err(err) if err.kind() == Kind::Internal => return Ok(failed(&err)),
            Err(err) => return Ok(End::Failed(err.to_string())),
        }
    }
    let took = work.now().micros() - began.micros();
    let shops_hit = results.first().map_or(0, |result| result.shops_hit);
    let texts: Result<Vec<String>, _> = results.iter().map(serde_json::to_string).collect();
    let mut texts = match texts {
        Ok(texts) => texts.into_iter(),
        Err(err) => return Ok(failed(&err)),
    };
    Ok(End::Done {
        result: texts.next().unwrap_or_default(),
        against: texts.next(),
        shops_hit: i64::try_from(shops_hit).unwrap_or(i64::MAX),
        took,
    })
}

/// A failure of ours: the log has the reason.
fn failed(err: &dyn std::fmt::Display) -> End {
    tracing::error!(error = %err, "a rehearsal failed");
    End::Failed("the rehearsal failed inside; it has been logged".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_only_grows_and_ends_at_its_end() {
        let meter = Meter::default();
        let mut last = 0;
        for leg in 0..2 {
            if leg == 1 {
                meter.next_leg();
            }
            for (step, _) in STEPS {
                for done in [0, 3, 7, 7] {
                    meter.at(step, done, 7);
                    let far = meter.far();
                    assert!(far.0 >= last, "{far:?} after {last}");
                    assert_eq!(far.1, step);
                    last = far.0;
                }
            }
        }
        assert_eq!(meter.far().0, 2_000);
        meter.at("metrics", 0, 0);
        meter.at("something else", 1, 2);
        assert_eq!(meter.far().0, last);
    }
}
