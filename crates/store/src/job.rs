//! Jobs: work that is done later and may be tried again. Put into the queue in the transaction that wants it done.
//!
//! A worker claims a job for a while; if it dies, the job becomes due again when the while is over. Each claim raises
//! `tries`, and only the newest claim can finish a job or put it back: a worker that slept too long harms nothing.
//!
//! Where one process works on its own jobs, as behind the lock of the one writer, nobody has to claim: it reads what is
//! [`due`] and finishes each in the transaction of its effect, or [puts it back](put_back).

use crate::{Query, Row, StoreError, Tx, vals};
use kernel::{Moment, RawId};

crate::sql! {
    PUT = "
insert into store_job (id, kind, body, due_at, tries)
values ($1, $2, $3, $4, 0)
on conflict (id) do nothing";

    CLAIM = "
update store_job
set tries = tries + 1, due_at = $3
where id = (
    select id
    from store_job
    where kind = $1
      and due_at <= $2
    order by due_at, id
    limit 1)
  and due_at <= $2
returning id, kind, body, due_at, tries";

    DUE = "
select id, kind, body, due_at, tries
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

    PUT_BACK = "
update store_job
set tries = tries + 1, due_at = $3, last_error = $4
where id = $1
  and tries = $2";

    DONE = "
delete from store_job
where id = $1
  and tries = $2";

    AGAIN = "
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
    /// What about, as the worker understands it.
    pub body: String,
    /// Not before; while it is claimed, the end of the claim.
    pub due_at: Moment,
    /// How often it was claimed, this time included.
    pub tries: i64,
}

/// Puts a job in; false if it is in already.
pub fn put(tx: &mut Tx<'_>, id: RawId, kind: &str, body: &str, due_at: Moment) -> Result<bool, StoreError> {
    Ok(tx.exec(&PUT, vals![id, kind, body, due_at])? == 1)
}

/// Puts a job in; one that is in already stays as it is. Unlike [`put`] it is combined with those of other closures.
pub fn leave(tx: &mut Tx<'_>, id: RawId, kind: &str, body: &str, due_at: Moment) -> Result<(), StoreError> {
    tx.insert(&PUT, vals![id, kind, body, due_at])
}

/// The jobs of a kind that are due, the longest due first; claimed by nobody.
pub fn due(q: &mut impl Query, kind: &str, now: Moment, limit: i64) -> Result<Vec<Job>, StoreError> {
    q.rows(&DUE, vals![kind, now, limit], job)
}

/// When the next job of a kind is due.
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
    })
}

/// Claims the job of a kind that has been due longest, until `until`.
pub fn claim(tx: &mut Tx<'_>, kind: &str, now: Moment, until: Moment) -> Result<Option<Job>, StoreError> {
    tx.one(&CLAIM, vals![kind, now, until], job)
}

/// Finishes a claimed job, in the transaction of its effect. False if the claim is not the newest: then the caller
/// refuses its closure.
pub fn done(tx: &mut Tx<'_>, job: &Job) -> Result<bool, StoreError> {
    Ok(tx.exec(&DONE, vals![job.id, job.tries])? == 1)
}

/// [`done`] for a closure that has nothing to do if the claim is not the newest: it is refused with
/// [`StoreError::Moved`]. Combined with those of other closures.
pub fn finish(tx: &mut Tx<'_>, job: &Job) -> Result<(), StoreError> {
    tx.change(&DONE, vals![job.id, job.tries])
}

/// Puts a claimed job back for `due_at`, with the reason. False if the claim is not the newest.
pub fn again(tx: &mut Tx<'_>, job: &Job, due_at: Moment, why: &str) -> Result<bool, StoreError> {
    Ok(tx.exec(&AGAIN, vals![job.id, job.tries, due_at, why])? == 1)
}

/// Puts a job that was read by [`due`] back for `due_at`, with the reason, and counts the try. False if somebody finished it
/// or put it back in between.
pub fn put_back(tx: &mut Tx<'_>, job: &Job, due_at: Moment, why: &str) -> Result<bool, StoreError> {
    Ok(tx.exec(&PUT_BACK, vals![job.id, job.tries, due_at, why])? == 1)
}
