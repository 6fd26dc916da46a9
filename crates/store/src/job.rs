//! Jobs: work that is done later and may be tried again, because it asks the outside or takes long. Put into the queue in the
//! transaction that wants it done; how it is done is declared beside that, as a [`JobKind`].
//!
//! A worker claims jobs of a kind for a while; if it dies, they become due again when the while is over. Each claim raises
//! `tries`, and only the newest claim can finish a job or put it back: a worker that slept too long harms nothing. A job is
//! finished in the transaction of its effect.

use crate::worker::Work;
use crate::{Engine, Failure, Query, Retry, Row, StoreError, Tx, vals};
use kernel::{Moment, RawId};

crate::sql! {
    ENQUEUE = "
insert into store_job (id, kind, body, due_at, tries)
values ($1, $2, $3, $4, 0)
on conflict (id) do nothing";

    CANCEL = "delete from store_job where id = $1";

    CLAIM_LITE on Sqlite = "
update store_job
set tries = tries + 1, failed = failed + 1, due_at = $3
where id in (
  select id
  from store_job
  where kind = $1
    and due_at <= $2
  order by due_at, id
  limit $4)
returning id, kind, body, due_at, tries, failed, last_error";

    // As with timers: what another process claims at this moment is stepped over.
    CLAIM on Postgres = "
update store_job
set tries = tries + 1, failed = failed + 1, due_at = $3
where id = any(array(
  select id
  from store_job
  where kind = $1
    and due_at <= $2
  order by due_at, id
  limit $4
  for update skip locked))
returning id, kind, body, due_at, tries, failed, last_error";

    DUE = "
select id, kind, body, due_at, tries, failed, last_error
from store_job
where kind = $1
  and due_at <= $2
order by due_at, id
limit $3";

    NEXT = "
select due_at
from store_job
where kind = $1
order by due_at, id
limit 1";

    DONE = "
delete from store_job
where id = $1
  and tries = $2";

    AGAIN = "
update store_job
set due_at = $3, failed = 0, last_error = $4
where id = $1
  and tries = $2";

    PUT_BACK = "
update store_job
set due_at = $3, last_error = $4
where id = $1
  and tries = $2";
}

/// How jobs of a kind are done, declared with [`declare!`](crate::declare) beside the command that wants them.
pub struct JobKind {
    pub(crate) kind: &'static str,
    pub(crate) run: Run,
    pub(crate) lease: i64,
    pub(crate) retry: Retry,
}
inventory::collect!(JobKind);

/// What became of each of some jobs, in their order.
pub type Outcomes = Vec<Result<(), Failure>>;

/// How the jobs of a kind are gone about.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// Each by itself, so many at a time in one process.
    Each { at_once: usize, run: fn(&Work<'_>, &Job) -> Result<(), Failure> },
    /// Many together, with what became of each in their order.
    Batch { run: fn(&Work<'_>, &[Job]) -> Outcomes },
    /// One job that is always there, and is done so often. Microseconds.
    Every { every: i64, run: fn(&Work<'_>) -> Result<(), Failure> },
}

impl JobKind {
    /// Jobs of `kind`, each done by itself. `run` finishes its job ([`Work::finish`]) or puts it off ([`Work::again`]); one that
    /// does neither has failed.
    pub const fn new(kind: &'static str, run: fn(&Work<'_>, &Job) -> Result<(), Failure>) -> Self {
        Self { kind, run: Run::Each { at_once: 1, run }, lease: 120_000_000, retry: Retry::CLOCK }
    }
    /// Jobs of `kind` that are quick and many: `run` is given some hundred and says what became of each, in their order.
    pub const fn batch(kind: &'static str, run: fn(&Work<'_>, &[Job]) -> Outcomes) -> Self {
        Self { kind, run: Run::Batch { run }, lease: 30_000_000, retry: Retry::CLOCK }
    }
    /// What is done every so many microseconds, by one process of all that share the store. It may be done twice, and is
    /// never a dead letter.
    pub const fn every(kind: &'static str, every: i64, run: fn(&Work<'_>) -> Result<(), Failure>) -> Self {
        Self { kind, run: Run::Every { every, run }, lease: 300_000_000, retry: Retry::CLOCK }
    }
    /// So many at a time in one process, if each is done by itself.
    #[must_use]
    pub const fn at_once(mut self, at_once: usize) -> Self {
        if let Run::Each { run, .. } = self.run {
            self.run = Run::Each { at_once, run };
        }
        self
    }
    /// How long a claim lasts, in microseconds, if not two minutes: longer than a job ever takes.
    #[must_use]
    pub const fn lease(mut self, lease: i64) -> Self {
        self.lease = lease;
        self
    }
    /// Whether one job of it is always there.
    pub(crate) const fn is_always_there(&self) -> bool {
        matches!(self.run, Run::Every { .. })
    }
    /// What becomes of those that fail, if not [`Retry::CLOCK`].
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }
}

impl std::fmt::Debug for JobKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JobKind")
            .field("kind", &self.kind)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}

/// Work to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id; the same id is put in once.
    pub id: RawId,
    /// What sort of work.
    pub kind: String,
    /// What about, as its kind understands it.
    pub body: String,
    /// Not before; while it is claimed, the end of the claim.
    pub due_at: Moment,
    /// How often it was claimed, this time included.
    pub tries: i64,
    /// How often in a row that came to nothing, this time included.
    pub failed: i64,
    /// Why it failed last.
    pub last_error: Option<String>,
}

/// Puts a job in; one that is in already stays as it is. Combined with those of other closures.
pub fn enqueue(tx: &mut Tx<'_>, id: RawId, kind: &str, body: &str, due_at: Moment) -> Result<(), StoreError> {
    tx.insert(&ENQUEUE, vals![id, kind, body, due_at])
}

/// Takes a job away, if it is there, whoever has claimed it. Combined with those of other closures.
pub fn cancel(tx: &mut Tx<'_>, id: RawId) -> Result<(), StoreError> {
    tx.clear(&CANCEL, vals![id])
}

/// The jobs of a kind that are due, the longest due first: for looking at them. Workers [`claim`] them.
pub fn due(q: &mut impl Query, kind: &str, now: Moment, limit: i64) -> Result<Vec<Job>, StoreError> {
    q.rows(&DUE, vals![kind, now, limit], job)
}

/// When the next job of a kind is due, or its claim is over.
pub fn next(q: &mut impl Query, kind: &str) -> Result<Option<Moment>, StoreError> {
    q.one(&NEXT, vals![kind], |row| row.moment(0))
}

fn job(row: &Row<'_>) -> Result<Job, StoreError> {
    Ok(Job {
        id: row.id(0)?,
        kind: row.text(1)?.to_owned(),
        body: row.text(2)?.to_owned(),
        due_at: row.moment(3)?,
        tries: row.int(4)?,
        failed: row.int(5)?,
        last_error: row.maybe_text(6)?.map(str::to_owned),
    })
}

/// Claims the jobs of a kind that have been due longest, until `until`; in the order of their ids.
pub fn claim(
    tx: &mut Tx<'_>,
    kind: &str,
    now: Moment,
    until: Moment,
    limit: i64,
) -> Result<Vec<Job>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => &CLAIM_LITE,
        Engine::Postgres => &CLAIM,
    };
    let mut claimed = tx.rows(sql, vals![kind, now, until, limit], job)?;
    claimed.sort_by_key(|job| job.id);
    Ok(claimed)
}

/// Finishes a claimed job, in the transaction of its effect. If the claim is not the newest, the closure is refused with
/// [`StoreError::Moved`]. Combined with those of other closures.
pub fn finish(tx: &mut Tx<'_>, job: &Job) -> Result<(), StoreError> {
    tx.change(&DONE, vals![job.id, job.tries])
}

/// Puts a claimed job off until `due_at`, which is no failure. False if the claim is not the newest.
pub fn again(tx: &mut Tx<'_>, job: &Job, due_at: Moment, why: Option<&str>) -> Result<bool, StoreError> {
    Ok(tx.exec(&AGAIN, vals![job.id, job.tries, due_at, why])? == 1)
}

/// Puts a claimed job that failed back for `due_at`, with the reason. Nothing, if the claim is not the newest.
pub(crate) fn put_back(tx: &mut Tx<'_>, job: &Job, due_at: Moment, why: &str) -> Result<(), StoreError> {
    tx.clear(&PUT_BACK, vals![job.id, job.tries, due_at, why])
}

/// Takes a claimed job away for good; false if the claim is not the newest.
pub(crate) fn bury(tx: &mut Tx<'_>, job: &Job) -> Result<bool, StoreError> {
    Ok(tx.exec(&DONE, vals![job.id, job.tries])? == 1)
}
