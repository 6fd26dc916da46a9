//! The worker: one thread that does what is due. Timers end what nobody ended, jobs ask providers, letters of the embedded
//! provider are delivered, what is of no more use is swept away, and the books are checked.
//!
//! Invariants:
//! - Each thing is done in a write of its own; what fails is put back with a growing delay, is logged, and stands in
//!   nobody's way.
//! - Nothing is done twice: a timer is fired, and a job finished, in the transaction of its effect.
//! - Providers are asked outside of writes, a few at a time.
//! - It sleeps until the next thing is due, or until somebody rings.

mod bell;

pub use bell::Bell;

use crate::buy::{self, Error, Till};
use crate::check::{self, Scope};
use kernel::{Actor, Ctx, Id, Moment, Problem, RawId};
use people::member;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::job::{self, Job};
use store::timer::{self, Timer};
use store::{Db, Keys, StoreError, Tx, WriteError, answer};
use supply::warehouse;
use trade::payment::{Event, GatewayError, LOOK, backoff};
use trade::{order, quote};

/// How many things of a sort one turn does.
const BATCH: i64 = 256;
/// How many providers are asked at a time.
const CALLS: usize = 8;
/// The longest sleep.
const NAP: Duration = Duration::from_secs(5);
/// The first and the longest delay of what failed, in microseconds.
const WAITS: (i64, i64) = (1_000_000, 3_600_000_000);
/// A minute, in microseconds.
const MINUTE: i64 = 60_000_000;
/// How many rows one sweep takes away at once.
const SWEEP: i64 = 500;

/// How often the worker does what has no moment of its own, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    /// Between two sweeps.
    pub sweep: i64,
    /// Between two checks of the books.
    pub check: i64,
    /// How many of the newest orders a check looks at, besides those that are open.
    pub checked: i64,
    /// How long answers under idempotency keys are kept.
    pub answers: i64,
    /// How long quotes are kept after their end.
    pub quotes: i64,
}

impl Default for Rounds {
    fn default() -> Self {
        Self {
            sweep: MINUTE,
            check: 10 * MINUTE,
            checked: 2_000,
            answers: 24 * 60 * MINUTE,
            quotes: 60 * MINUTE,
        }
    }
}

/// What one turn did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turn {
    /// Timers and jobs that were done.
    pub done: usize,
    /// Timers and jobs that were put back.
    pub put_back: usize,
}

/// Does what is due.
pub struct Worker {
    db: Db,
    till: Till,
    now: Arc<dyn Fn() -> Moment + Send + Sync>,
    seed: AtomicU64,
    bell: Bell,
    rounds: Rounds,
    members: member::Rules,
    /// How often each timer failed in this process.
    failed: Mutex<HashMap<RawId, i64>>,
    swept: Mutex<Option<Moment>>,
    checked: Mutex<Option<Moment>>,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("rounds", &self.rounds).finish_non_exhaustive()
    }
}

/// What became of one thing.
type Done = Result<(), Error>;

impl Worker {
    /// A worker of a market; `seed` must differ from what other commands begin with. Whoever leaves work rings the bell.
    pub fn new(
        db: Db,
        till: Till,
        now: Arc<dyn Fn() -> Moment + Send + Sync>,
        seed: u64,
        bell: Bell,
    ) -> Self {
        Self {
            db,
            till,
            now,
            seed: AtomicU64::new(seed),
            bell,
            rounds: Rounds::default(),
            members: member::Rules::default(),
            failed: Mutex::default(),
            swept: Mutex::default(),
            checked: Mutex::default(),
        }
    }

    /// The same worker with rounds of one's own.
    #[must_use]
    pub fn with_rounds(self, rounds: Rounds) -> Self {
        Self { rounds, ..self }
    }

    /// The same worker with the market's own rules of sessions.
    #[must_use]
    pub fn with_members(self, members: member::Rules) -> Self {
        Self { members, ..self }
    }

    /// Works until the bell says stop.
    pub fn run(&self) {
        while !self.bell.is_stopped() {
            let turn = self.turn().unwrap_or_else(|err| {
                tracing::error!("the worker cannot see what is due: {err}");
                Turn::default()
            });
            self.round();
            if turn.done == 0 {
                self.bell.wait(self.nap());
            }
        }
    }

    fn ctx(&self, actor: Actor) -> Ctx {
        Ctx::new((self.now)(), actor, self.seed.fetch_add(1, Ordering::Relaxed))
    }

    /// How long nothing is due.
    fn nap(&self) -> Duration {
        let next = self.db.read(|q| -> Result<Option<Moment>, StoreError> {
            let mut next = timer::next(q)?;
            for kind in self.kinds() {
                next = [next, job::next(q, kind)?].into_iter().flatten().min();
            }
            Ok(next)
        });
        match next {
            Ok(Some(due)) => {
                let micros = due.micros().saturating_sub((self.now)().micros());
                Duration::from_micros(micros.max(1_000).unsigned_abs()).min(NAP)
            }
            Ok(None) | Err(_) => NAP,
        }
    }

    fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.outboxes().into_iter().map(|(_, kind)| kind).chain([buy::REFUND])
    }

    /// Gateways that leave their messages as jobs, by their place among all.
    fn outboxes(&self) -> Vec<(usize, &'static str)> {
        let gateways = self.till.gateways().iter().enumerate();
        gateways.filter_map(|(i, gateway)| Some((i, gateway.outbox()?))).collect()
    }

    /// Does what is due now, a batch of each sort.
    pub fn turn(&self) -> Result<Turn, StoreError> {
        let mut turn = Turn::default();
        for (gateway, kind) in self.outboxes() {
            self.letters(gateway, kind, &mut turn)?;
        }
        self.timers(&mut turn)?;
        let refunds = self.due(buy::REFUND)?;
        self.calls(
            &refunds,
            &mut turn,
            |job| buy::send_refund(&self.db, &self.till, &self.ctx(Actor::System), job),
            |job, err| self.job_failed(job, err),
        );
        Ok(turn)
    }

    fn due(&self, kind: &str) -> Result<Vec<Job>, StoreError> {
        self.db.read(|q| job::due(q, kind, (self.now)(), BATCH))
    }

    /// Delivers messages of an embedded provider: signed, read and taken in as those that come over HTTP.
    fn letters(&self, gateway: usize, kind: &'static str, turn: &mut Turn) -> Result<(), StoreError> {
        let jobs = self.due(kind)?;
        let (tell, told) = channel();
        let gateway = &self.till.gateways()[gateway];
        let read = |job: &Job| match gateway.read(&gateway.sign(job.body.as_bytes()), job.body.as_bytes()) {
            Ok(event) => Ok(Some(event)),
            Err(GatewayError::Aside(_)) => Ok(None),
            Err(err) => Err(Error::Unreadable(err.to_string().into())),
        };
        let events: Vec<Result<Option<Event>, Error>> = jobs.iter().map(read).collect();
        // What all of them are about, in one snapshot.
        let seen = self.db.read(|q| {
            let see = |event: &Result<Option<Event>, Error>| match event {
                Ok(Some(event)) => buy::see(q, event).map(Some),
                Ok(None) | Err(_) => Ok(None),
            };
            Ok::<_, StoreError>(events.iter().map(see).collect::<Vec<_>>())
        })?;
        for (i, ((job, event), seen)) in jobs.iter().zip(events).zip(seen).enumerate() {
            let (event, seen) = match (event, seen) {
                (Ok(event), Ok(seen)) => (event, seen),
                (Err(err), _) | (_, Err(err)) => {
                    self.answer(&tell, i, Err(err));
                    continue;
                }
            };
            let (ctx, till, job) = (self.ctx(Actor::Outside), self.till.clone(), job.clone());
            let keys = seen.as_ref().map_or_else(Keys::none, buy::Seen::keys);
            self.submit("worker.letter", keys, &tell, i, move |tx| {
                job::finish(tx, &job)?;
                match event.as_ref().zip(seen.as_ref()) {
                    Some((event, seen)) => buy::take_seen(tx, &ctx, &till, event, seen).map(Some),
                    None => Ok(None),
                }
            });
        }
        drop(tell);
        for (i, done) in told {
            match done {
                Ok(heard) => {
                    turn.done += 1;
                    if let Some(heard) = heard {
                        heard.tell(&self.till);
                    }
                }
                // Somebody was faster: it is due as before, and seen anew at the next turn.
                Err(err) if err.has_moved() => {}
                Err(err) if err.is_repeated() => {
                    let job = jobs[i].clone();
                    let done = self.db.write_blocking("worker.told_before", Keys::none(), move |tx| {
                        job::done(tx, &job).map(drop)
                    });
                    done.map_err(WriteError::<StoreError>::flatten)?;
                    turn.done += 1;
                }
                Err(err) => {
                    turn.put_back += 1;
                    self.job_failed(&jobs[i], &err);
                }
            }
        }
        Ok(())
    }

    fn answer(
        &self,
        tell: &Sender<(usize, Result<Option<buy::Heard>, Error>)>,
        i: usize,
        done: Result<Option<buy::Heard>, Error>,
    ) {
        let _ = tell.send((i, done));
    }

    /// Puts a write into the queue; what becomes of it is told later.
    fn submit(
        &self,
        name: &'static str,
        keys: Keys,
        tell: &Sender<(usize, Result<Option<buy::Heard>, Error>)>,
        i: usize,
        f: impl Fn(&mut Tx<'_>) -> Result<Option<buy::Heard>, Error> + Send + 'static,
    ) {
        let told = tell.clone();
        let submitted = self.db.submit(name, keys, f, move |result| {
            let _ = told.send((i, result.map_err(WriteError::flatten)));
        });
        if let Err(err) = submitted {
            self.answer(tell, i, Err(err.into()));
        }
    }

    /// Fires timers that are due.
    fn timers(&self, turn: &mut Turn) -> Result<(), StoreError> {
        let due = self.db.read(|q| timer::due(q, (self.now)(), BATCH))?;
        let (asking, rest): (Vec<Timer>, Vec<Timer>) = due.into_iter().partition(|timer| timer.kind == LOOK);
        let (tell, told) = channel();
        for (i, timer) in rest.iter().enumerate() {
            let (ctx, fired) = (self.ctx(Actor::System), timer.clone());
            let keys = self.keys_of(timer).unwrap_or_default();
            self.submit("worker.timer", keys, &tell, i, move |tx| {
                fire(tx, &ctx, &fired)?;
                Ok(None)
            });
        }
        drop(tell);
        for (i, done) in told {
            match done {
                Ok(_) => {
                    turn.done += 1;
                    if rest[i].kind == order::UNPAID {
                        self.till.heard(Id::from_raw(rest[i].subject));
                    }
                }
                Err(err) => {
                    turn.put_back += 1;
                    self.timer_failed(&rest[i], &err);
                }
            }
        }
        self.calls(
            &asking,
            turn,
            |timer| buy::look(&self.db, &self.till, &self.ctx(Actor::System), timer),
            |timer, err| self.timer_failed(timer, err),
        );
        Ok(())
    }

    /// What a timer's write touches.
    fn keys_of(&self, timer: &Timer) -> Result<Keys, Error> {
        match timer.kind.as_str() {
            order::UNPAID => self.db.read(|q| buy::keys_to_end(q, Id::from_raw(timer.subject))),
            order::RECEIPT => {
                let side = order::Side::Platform;
                self.db.read(|q| buy::keys_of_order(q, side, Id::from_raw(timer.subject)))
            }
            _ => Ok(Keys::none()),
        }
    }

    /// Does what asks providers, a few at a time.
    fn calls<T: Sync>(
        &self,
        all: &[T],
        turn: &mut Turn,
        call: impl Fn(&T) -> Done + Sync,
        failed: impl Fn(&T, &Error),
    ) {
        for some in all.chunks(CALLS) {
            let call = &call;
            let answers: Vec<Done> = std::thread::scope(|scope| {
                let threads: Vec<_> = some.iter().map(|one| scope.spawn(move || call(one))).collect();
                let panicked = |_| Err(StoreError::Panicked("worker.call").into());
                threads.into_iter().map(|thread| thread.join().unwrap_or_else(panicked)).collect()
            });
            for (one, answer) in some.iter().zip(answers) {
                match answer {
                    Ok(()) => turn.done += 1,
                    Err(err) => {
                        turn.put_back += 1;
                        failed(one, &err);
                    }
                }
            }
        }
    }

    /// Puts a job back that failed. One that its own error put back already stays where it is.
    fn job_failed(&self, job: &Job, err: &Error) {
        say("job", &job.kind, job.id, job.tries + 1, err);
        let due = (self.now)().plus_micros(backoff(job.tries + 1, WAITS.0, WAITS.1));
        let (job, why) = (job.clone(), err.to_string().chars().take(300).collect::<String>());
        let back = self.db.write_blocking("worker.put_back", Keys::none(), move |tx| {
            job::put_back(tx, &job, due, &why).map(drop)
        });
        if let Err(err) = back.map_err(WriteError::<StoreError>::flatten) {
            tracing::error!("a job cannot be put back: {err}");
        }
    }

    /// Moves a timer that failed.
    fn timer_failed(&self, timer: &Timer, err: &Error) {
        let tries = {
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            if failed.len() > 100_000 {
                failed.clear();
            }
            let tries = failed.entry(timer.id).or_insert(0);
            *tries += 1;
            *tries
        };
        say("timer", &timer.kind, timer.id, tries, err);
        let now = (self.now)();
        let moved = Timer { due_at: now.plus_micros(backoff(tries, WAITS.0, WAITS.1)), ..timer.clone() };
        let fired = timer.clone();
        let back = self.db.write_blocking("worker.move_timer", Keys::none(), move |tx| {
            // It may have been cancelled or moved meanwhile: then it stays so.
            if timer::fire(tx, &fired, now)? { timer::set(tx, &moved) } else { Ok(()) }
        });
        if let Err(err) = back.map_err(WriteError::<StoreError>::flatten) {
            tracing::error!("a timer cannot be moved: {err}");
        }
    }

    /// Sweeps and checks, if it is time.
    fn round(&self) {
        let now = (self.now)();
        if is_time(&self.swept, now, self.rounds.sweep)
            && let Err(err) = self.sweep(now)
        {
            tracing::warn!("what is of no more use cannot be swept away: {err}");
        }
        if is_time(&self.checked, now, self.rounds.check) {
            match self.check(Scope::Newest(self.rounds.checked)) {
                Ok(report) if report.is_sound() => {}
                Ok(report) => {
                    for fault in &report.faults {
                        tracing::error!("the books do not agree: {fault}");
                    }
                }
                Err(err) => tracing::error!("the books cannot be checked: {err}"),
            }
        }
    }

    /// Takes away what is of no more use, some of each sort.
    pub fn sweep(&self, now: Moment) -> Result<(), Error> {
        let (rounds, members) = (self.rounds, self.members);
        self.db.write_blocking("worker.sweep", Keys::bulk(), move |tx| -> Result<(), Error> {
            answer::sweep(tx, now.plus_micros(-rounds.answers), SWEEP)?;
            quote::sweep(tx, now.plus_micros(-rounds.quotes), SWEEP)?;
            member::sweep(tx, &members, now, SWEEP)?;
            Ok(())
        })?;
        Ok(())
    }

    /// Checks the books and notes the result.
    pub fn check(&self, scope: Scope) -> Result<check::Report, check::Error> {
        let report = self.db.read(|q| check::run(q, (self.now)(), scope))?;
        let kept = report.clone();
        self.db
            .write_blocking("worker.check", Keys::none(), move |tx| check::keep(tx, &kept))
            .map_err(WriteError::<StoreError>::flatten)?;
        Ok(report)
    }
}

/// What follows from a timer.
fn fire(tx: &mut Tx<'_>, ctx: &Ctx, timer: &Timer) -> Done {
    match timer.kind.as_str() {
        order::UNPAID => buy::close_unpaid(tx, ctx, timer).map(drop),
        order::RECEIPT => buy::confirm_receipt(tx, ctx, timer).map(drop),
        warehouse::EXPIRY => Ok(warehouse::expire(tx, ctx, timer).map(drop)?),
        kind => Err(Error::UnknownTimer(kind.chars().take(40).collect())),
    }
}

/// Whether it is time again, and if so notes it.
fn is_time(last: &Mutex<Option<Moment>>, now: Moment, every: i64) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let is = last.is_none_or(|last| last.plus_micros(every) <= now);
    if is {
        *last = Some(now);
    }
    is
}

/// What failed once because somebody was faster is no news; what fails again is.
fn say(what: &str, kind: &str, id: RawId, tries: i64, err: &Error) {
    if tries > 2 || err.kind() == kernel::Kind::Internal {
        tracing::error!("{what} {kind} {id} failed, for the {tries}. time: {err}");
    } else {
        tracing::info!("{what} {kind} {id} failed and is tried again: {err}");
    }
}
