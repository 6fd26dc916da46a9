//! The workers: threads for each kind of timer and job and for each reaction that the program declares, as many as a kind does
//! at once, so that none waits for another.
//!
//! Invariants:
//! - Each thing takes effect once: a timer is taken off, a job finished and a cursor moved in the transaction of the effect. A
//!   claim only keeps others from the same work for a while; when it runs out because its worker died, they take over.
//! - What fails is put back with a growing delay, and is a dead letter when its kind's retries are used up; how often and why
//!   stands in its row, for every process and across restarts.
//! - Outside parties are asked outside of writes.
//! - A worker sleeps until the next thing of its kind is due, until it is woken, or for a short while: that is how it learns
//!   of work that another process left.

pub use crate::waker::Waker;
pub use crate::work::{Clock, Work};

use crate::job::{self, Job};
use crate::job_kind::Run;
use crate::timer::{self, Claimed};
use crate::{
    Db, Engine, Failure, JobKind, Keys, Reaction, Retry, Services, StoreError, TimerKind, Tx, WriteError,
    dead_letter, reaction,
};
use kernel::{Moment, RawId};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::channel;
use std::time::Duration;

/// How many timers, or jobs of a kind that takes many, are claimed at once.
const BATCH: i64 = 512;
/// How long a claim of timers lasts, in microseconds: firing one takes milliseconds.
const LEASE: i64 = 15_000_000;
/// How long a reaction's claim lasts, in microseconds.
const REACTION_LEASE: i64 = 30_000_000;
/// The longest sleep where one process works, and where several may.
const NAPS: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(1));
/// The sleep after what was due turned out to be another's.
const YIELD: Duration = Duration::from_millis(20);
/// How long a reaction that has caught up waits for more facts to follow together.
const REACTION_PACE: Duration = Duration::from_millis(25);
/// How often a reaction looks whether the log has gone on.
const REACTION_NAP: Duration = Duration::from_millis(500);

/// What some turns did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Turn {
    /// Timers, jobs and steps of reactions that were done.
    pub done: usize,
    /// Timers, jobs and steps that were put back.
    pub put_back: usize,
}

/// Something declared that has a worker.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Timer(&'static TimerKind),
    Job(&'static JobKind),
    Reaction(&'static Reaction),
}

impl Kind {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Timer(timer) => timer.kind,
            Self::Job(job) => job.kind,
            Self::Reaction(reaction) => reaction.name,
        }
    }
    /// How many threads work on it: each of jobs that are done by themselves has one of its own, so that a long one keeps no
    /// other waiting.
    const fn at_once(&self) -> usize {
        match self {
            Self::Job(JobKind { run: Run::Each { at_once, .. }, .. }) => *at_once,
            Self::Timer(_) | Self::Job(_) | Self::Reaction(_) => 1,
        }
    }
    /// In a turn, what waits for no outside party goes first.
    const fn rank(&self) -> u8 {
        match self {
            Self::Job(JobKind { run: Run::Batch { .. }, .. }) => 0,
            Self::Timer(_) => 1,
            Self::Job(_) => 2,
            Self::Reaction(_) => 3,
        }
    }
    /// The id of the one row in the queue of jobs that stands for what is always there.
    fn row(&self) -> RawId {
        RawId::of_external(Moment::from_micros(0), "store.worker", &[self.name()])
    }
}

/// Everything that the program declares.
pub(crate) fn kinds() -> Vec<Kind> {
    let timers = inventory::iter::<TimerKind>.into_iter().map(Kind::Timer);
    let jobs = inventory::iter::<JobKind>.into_iter().map(Kind::Job);
    let reactions = inventory::iter::<Reaction>.into_iter().map(Kind::Reaction);
    let mut kinds: Vec<Kind> = timers.chain(jobs).chain(reactions).collect();
    kinds.sort_by_key(|kind| (kind.rank(), kind.name()));
    kinds
}

/// The names of all timers, jobs and reactions that the program declares, in their order.
pub fn declared() -> Vec<&'static str> {
    let mut names: Vec<_> = kinds().iter().map(Kind::name).collect();
    names.sort_unstable();
    names
}

impl Default for Waker {
    fn default() -> Self {
        Self::of(kinds().iter().map(Kind::name))
    }
}

/// Does what is due.
pub struct Workers {
    db: Db,
    services: Services,
    now: Clock,
    seed: AtomicU64,
    waker: Waker,
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workers").field("db", &self.db).finish_non_exhaustive()
    }
}

impl Workers {
    /// The workers of a store; `seed` must differ from what other commands begin with. Whoever leaves work wakes its kind.
    pub fn new(db: Db, services: Services, now: Clock, seed: u64, waker: Waker) -> Self {
        Self { db, services, now, seed: AtomicU64::new(seed), waker }
    }

    /// The kinds that this process can do, by its services.
    fn served(&self) -> impl Iterator<Item = Kind> {
        kinds().into_iter().filter(|kind| match kind {
            Kind::Job(kind) => (kind.can)(&self.services),
            Kind::Timer(_) | Kind::Reaction(_) => true,
        })
    }

    /// Works until the waker says stop.
    pub fn run(&self) {
        if let Err(err) = self.begin() {
            tracing::error!("what is always there cannot be put in: {err}");
        }
        std::thread::scope(|scope| {
            for kind in self.served() {
                for _ in 0..kind.at_once() {
                    let name = format!("work {}", kind.name());
                    let spawned =
                        std::thread::Builder::new().name(name).spawn_scoped(scope, move || self.attend(kind));
                    if let Err(err) = spawned {
                        tracing::error!("nobody works on {}: no thread could be started: {err}", kind.name());
                    }
                }
            }
        });
    }

    /// Puts in what is always there, and has new reactions begin.
    pub fn begin(&self) -> Result<(), StoreError> {
        let now = (self.now)();
        let begun =
            self.db.write_blocking("worker.begin", Keys::bulk(), move |tx| -> Result<(), StoreError> {
                for kind in kinds() {
                    match kind {
                        Kind::Job(JobKind { run: Run::Every { .. }, .. }) => {}
                        Kind::Reaction(reaction) => reaction::begin(tx, reaction)?,
                        Kind::Timer(_) | Kind::Job(_) => continue,
                    }
                    job::enqueue(tx, kind.row(), kind.name(), "", now)?;
                }
                Ok(())
            });
        begun.map_err(WriteError::flatten)
    }

    /// Works on one kind until the waker says stop.
    fn attend(&self, kind: Kind) {
        let mut heard = 0;
        while !self.waker.is_stopped() {
            // A function that panics ends no worker.
            let turn = catch_unwind(AssertUnwindSafe(|| self.turn_of(kind, 1)))
                .unwrap_or(Err(StoreError::Panicked(kind.name())));
            match turn {
                // Another process claims it at this moment.
                Ok(Ok(turn)) if turn == Turn::default() => self.waker.wait(kind.name(), YIELD, &mut heard),
                // A reaction that has caught up lets the log grow for a moment: fact by fact each would cost a transaction.
                Ok(Ok(turn)) if matches!(kind, Kind::Reaction(_)) && turn.done < reaction::TOGETHER => {
                    std::thread::sleep(REACTION_PACE);
                }
                Ok(Ok(_)) => {}
                Ok(Err(next)) => self.waker.wait(kind.name(), self.nap(kind, next), &mut heard),
                Err(err) => {
                    tracing::error!("what is due of {} cannot be done: {err}", kind.name());
                    self.waker.wait(kind.name(), NAPS.1, &mut heard);
                }
            }
        }
    }

    /// How long nothing of a kind is due, as far as is known.
    fn nap(&self, kind: Kind, next: Option<Moment>) -> Duration {
        let longest = match (kind, self.db.engine()) {
            (Kind::Reaction(_), _) => REACTION_NAP,
            (_, Engine::Sqlite) => NAPS.0,
            (_, Engine::Postgres) => NAPS.1,
        };
        next.map_or(longest, |due| {
            let micros = due.micros().saturating_sub((self.now)().micros());
            Duration::from_micros(micros.max(1_000).unsigned_abs()).min(longest)
        })
    }

    /// When the next thing of a kind is due. A reaction's row is due whenever the log may have gone on.
    fn next(&self, kind: Kind) -> Result<Option<Moment>, StoreError> {
        let now = (self.now)();
        self.db.read_apart(|q| match kind {
            Kind::Timer(kind) => timer::next(q, kind.kind, now),
            Kind::Job(kind) => job::next(q, kind.kind),
            Kind::Reaction(reaction) => match job::next(q, reaction.name)? {
                Some(due) if due <= now => Ok(reaction.is_behind(q)?.then_some(due)),
                due => Ok(due),
            },
        })
    }

    /// Does what is due now, a batch of each kind, on this thread.
    pub fn turn(&self) -> Result<Turn, StoreError> {
        let mut sum = Turn::default();
        for kind in self.served() {
            let turn = self.turn_of(kind, kind.at_once())?.unwrap_or_default();
            sum.done += turn.done;
            sum.put_back += turn.put_back;
        }
        Ok(sum)
    }

    /// Does what is due of a kind: a batch of it, or up to `alone` jobs that are done each by itself; if nothing is, says when
    /// the next thing will be.
    fn turn_of(&self, kind: Kind, alone: usize) -> Result<Result<Turn, Option<Moment>>, StoreError> {
        let (now, next) = ((self.now)(), self.next(kind)?);
        if next.is_none_or(|due| due > now) {
            return Ok(Err(next));
        }
        match kind {
            Kind::Timer(kind) => self.timers(kind, now),
            Kind::Job(kind) => self.jobs(kind, now, alone),
            Kind::Reaction(reaction) => self.react(reaction, now),
        }
        .map(Ok)
    }

    fn store<T: Send + 'static>(
        &self,
        name: &'static str,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.db.write_blocking(name, Keys::bulk(), f).map_err(WriteError::flatten)
    }

    /// Claims and fires timers, each in a write of its own that shares its commit with its neighbours.
    fn timers(&self, kind: &'static TimerKind, now: Moment) -> Result<Turn, StoreError> {
        let claimed = self.store("timer.claim", move |tx| {
            timer::claim(tx, kind.kind, now, now.plus_micros(LEASE), BATCH)
        })?;
        let keys: Vec<Keys> = self.db.read_apart(|q| {
            let keys = |claimed: &Claimed| (kind.keys)(q, &self.services, claimed.timer.subject);
            Ok::<_, StoreError>(claimed.iter().map(keys).map(Result::unwrap_or_default).collect())
        })?;
        let (tell, told) = channel();
        for (i, (claimed, keys)) in claimed.iter().zip(keys).enumerate() {
            if claimed.failed > kind.retry.most {
                let _ = tell.send((i, Err(given_up(claimed.last_error.as_deref()))));
                continue;
            }
            let (ctx, services, timer) = (self.work().ctx(), self.services.clone(), claimed.timer.clone());
            let fire = move |tx: &mut Tx<'_>| {
                timer::fire(tx, &timer, ctx.now, |tx| (kind.fire)(tx, &ctx, &services, timer.subject))
            };
            let told = tell.clone();
            let submitted = self.db.submit(kind.kind, keys, fire, move |result| {
                let _ = told.send((i, result.map_err(WriteError::flatten)));
            });
            if let Err(err) = submitted {
                let _ = tell.send((i, Err(err.into())));
            }
        }
        drop(tell);
        let (mut turn, mut failed) = (Turn::default(), Vec::new());
        for (i, done) in told {
            match done {
                Ok(fired) => {
                    turn.done += 1;
                    if fired.is_some() {
                        (kind.fired)(&self.services, claimed[i].timer.subject);
                    }
                }
                Err(failure) => {
                    turn.put_back += 1;
                    failed.push((claimed[i].clone(), failure));
                }
            }
        }
        if failed.is_empty() {
            return Ok(turn);
        }
        for (Claimed { timer, failed, .. }, failure) in &failed {
            say("timer", kind.kind, timer.id, *failed, failure);
        }
        let (ctx, retry) = (self.work().ctx(), kind.retry);
        self.store("timer.put_back", move |tx| {
            for (Claimed { timer, failed, .. }, failure) in &failed {
                if *failed >= retry.most {
                    dead_letter::bury_timer(tx, &ctx, timer, *failed, failure)?;
                } else {
                    let due_at = ctx.now.plus_micros(retry.wait(*failed, failure));
                    timer::put_back(tx, timer, due_at, &failure.why)?;
                }
            }
            Ok(())
        })?;
        Ok(turn)
    }

    fn jobs(&self, kind: &'static JobKind, now: Moment, alone: usize) -> Result<Turn, StoreError> {
        let limit = match kind.run {
            Run::Each { .. } => i64::try_from(alone).unwrap_or(1),
            Run::Batch { .. } => BATCH,
            Run::Every { .. } => 1,
        };
        let claimed = self.claim(kind.kind, now, kind.lease, limit)?;
        let work = self.work();
        let (lost, jobs): (Vec<Job>, Vec<Job>) =
            claimed.into_iter().partition(|job| job.failed > kind.retry.most && !kind.is_always_there());
        let panicked = || Err::<(), Failure>(StoreError::Panicked(kind.kind).into());
        let answers = match kind.run {
            Run::Each { run, .. } => std::thread::scope(|scope| {
                let (work, alone) = (&work, jobs.len() == 1);
                let one = move |job| {
                    catch_unwind(AssertUnwindSafe(|| run(work, job))).unwrap_or_else(|_| panicked())
                };
                if alone {
                    return jobs.iter().map(one).collect();
                }
                let threads: Vec<_> = jobs.iter().map(|job| scope.spawn(move || one(job))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| panicked())).collect()
            }),
            Run::Batch { run } => run(&work, &jobs),
            Run::Every { every, run } => {
                jobs.iter().map(|job| run(&work).and_then(|()| self.rest(job, every))).collect::<Vec<_>>()
            }
        };
        let mut turn = Turn::default();
        let mut failed: Vec<(Job, Failure)> = Vec::new();
        for job in lost {
            let failure = given_up(job.last_error.as_deref());
            failed.push((job, failure));
        }
        for (job, answer) in jobs.into_iter().zip(answers) {
            match answer {
                Ok(()) => turn.done += 1,
                Err(failure) => failed.push((job, failure)),
            }
        }
        turn.put_back = failed.len();
        self.put_back(failed, kind.retry, kind.is_always_there())?;
        Ok(turn)
    }

    fn work(&self) -> Work<'_> {
        Work::new(&self.db, &self.services, &self.now, &self.seed, &self.waker)
    }

    fn claim(&self, kind: &'static str, now: Moment, lease: i64, limit: i64) -> Result<Vec<Job>, StoreError> {
        self.store("job.claim", move |tx| job::claim(tx, kind, now, now.plus_micros(lease), limit))
    }

    /// Lets what is done again and again rest until its next time.
    fn rest(&self, job: &Job, every: i64) -> Result<(), Failure> {
        let (job, due_at) = (job.clone(), (self.now)().plus_micros(every));
        Ok(self.store("job.rest", move |tx| job::again(tx, &job, due_at, None).map(drop))?)
    }

    /// Puts jobs back that failed, or makes dead letters of them.
    fn put_back(&self, failed: Vec<(Job, Failure)>, retry: Retry, for_ever: bool) -> Result<(), StoreError> {
        if failed.is_empty() {
            return Ok(());
        }
        for (job, failure) in &failed {
            say("job", &job.kind, job.id, job.failed, failure);
        }
        let ctx = self.work().ctx();
        self.store("job.put_back", move |tx| {
            for (job, failure) in &failed {
                if job.failed >= retry.most && !for_ever {
                    dead_letter::bury_job(tx, &ctx, job, failure)?;
                } else {
                    let due_at = ctx.now.plus_micros(retry.wait(job.failed, failure));
                    job::put_back(tx, job, due_at, &failure.why)?;
                }
            }
            Ok(())
        })
    }

    /// Lets a reaction follow what the log holds next. After a failure it goes on fact by fact.
    fn react(&self, reaction: &'static Reaction, now: Moment) -> Result<Turn, StoreError> {
        let mut turn = Turn::default();
        let Some(claim) = self.claim(reaction.name, now, REACTION_LEASE, 1)?.pop() else { return Ok(turn) };
        let work = self.work();
        // The claim itself counts as a failure until it has come to its end.
        let before = claim.failed - 1;
        let Some(step) = self.db.read(|q| reaction.next(q, reaction::size(before)))? else {
            let claim = claim.clone();
            self.store("reaction.rest", move |tx| job::again(tx, &claim, now, None).map(drop))?;
            return Ok(turn);
        };
        let taken = catch_unwind(AssertUnwindSafe(|| reaction.take(&work, &claim, &step)));
        match taken.unwrap_or_else(|_| Err(StoreError::Panicked(reaction.name).into())) {
            Ok(()) => turn.done = step.facts().max(1),
            Err(failure) if before > 0 && claim.failed >= reaction.retry.most => {
                turn.put_back = 1;
                if let Err(err) = reaction.step_over(&work, &claim, &step, &failure) {
                    self.put_back(vec![(claim, err)], reaction.retry, true)?;
                }
            }
            Err(failure) => {
                turn.put_back = 1;
                // Of many, the one that failed is looked for at once.
                let at_once = Retry { first: 0, longest: 0, ..reaction.retry };
                let retry = if step.facts() > 1 { at_once } else { reaction.retry };
                self.put_back(vec![(claim, failure)], retry, true)?;
            }
        }
        Ok(turn)
    }
}

/// What is said of work whose workers died, or were too slow, as often as it may be tried.
fn given_up(last_error: Option<&str>) -> Failure {
    let last = last_error.map(|why| format!("; before that: {why}")).unwrap_or_default();
    Failure {
        kind: kernel::Kind::Internal,
        code: "store.given_up",
        why: format!("its worker ended, or took longer than its lease, every time{last}")
            .chars()
            .take(300)
            .collect(),
    }
}

/// What failed once because somebody was faster is no news; what fails again is.
fn say(what: &str, kind: &str, id: RawId, failed: i64, failure: &Failure) {
    let why = &failure.why;
    if failed > 2 || failure.kind == kernel::Kind::Internal {
        tracing::error!("{what} {kind} {id} failed, for the {failed}. time: {why}");
    } else {
        tracing::info!("{what} {kind} {id} failed and is tried again: {why}");
    }
}
