//! Rehearsals at work: at most two at once, some more in line, each with its progress.
//!
//! Invariants: how a rehearsal ended is in the store before it leaves this list; one that was cut off by the end of the
//! program is marked so when the next one starts; nothing here holds a lock while it works.

use crate::problem::Failure;
use crate::site::Site;
use govern::draft::{self, Begin, End};
use govern::policy::Policy;
use govern::rehearsal;
use kernel::id::Rehearsal;
use kernel::{Id, Kind};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use store::Keys;
use tokio::sync::OwnedSemaphorePermit;

pub use crate::jobs::{AT_ONCE, Far, IN_ALL, Jobs, Meter, STEPS, WAY};
pub use crate::view::policy::usable as checked;

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
