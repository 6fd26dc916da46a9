//! Jobs: work that is done later and may be tried again, because it asks the outside or takes long. Put into the queue in the
//! transaction that wants it done; how it is done is declared beside that, as a [`JobKind`](crate::JobKind).
//!
//! A worker claims jobs of a kind for a while; if it dies, they become due again when the while is over. Each claim raises
//! `tries`, and only the newest claim can finish a job or put it back: a worker that slept too long harms nothing. A job is
//! finished in the transaction of its effect.

pub use crate::job_kind::Outcomes;

use crate::{Engine, Query, Row, StoreError, Tx, vals};
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

    HOLD = "
update store_job
set due_at = $3
where id = $1
  and tries = $2";

    PUT_BACK = "
update store_job
set due_at = $3, last_error = $4
where id = $1
  and tries = $2";
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

/// Holds a claim for longer. False if the claim is not the newest.
pub fn hold(tx: &mut Tx<'_>, job: &Job, until: Moment) -> Result<bool, StoreError> {
    Ok(tx.exec(&HOLD, vals![job.id, job.tries, until])? == 1)
}

/// Puts a claimed job that failed back for `due_at`, with the reason. Nothing, if the claim is not the newest.
pub(crate) fn put_back(tx: &mut Tx<'_>, job: &Job, due_at: Moment, why: &str) -> Result<(), StoreError> {
    tx.clear(&PUT_BACK, vals![job.id, job.tries, due_at, why])
}

/// Takes a claimed job away for good; false if the claim is not the newest.
pub(crate) fn bury(tx: &mut Tx<'_>, job: &Job) -> Result<bool, StoreError> {
    Ok(tx.exec(&DONE, vals![job.id, job.tries])? == 1)
}
