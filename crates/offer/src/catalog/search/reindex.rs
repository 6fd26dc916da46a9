//! Titles that stand under the words of an earlier version of the search are put under those of today as well: once for each
//! version, in batches, while the market is open.
//!
//! Invariants: a batch and how far it came are one transaction, so that whoever goes on after a kill begins where it ended; a
//! product is held while its words are written, so that none stays under words after it was taken down.

use super::place::put_under;
use kernel::{Moment, RawId};
use store::worker::Work;
use store::{Failure, JobKind, Keys, Query, Row, StoreError, Tx, WriteError, vals};

/// The version of the words under which titles stand. Whoever changes what [`words_of`](super::term) answers raises it.
const VERSION: i64 = 2;
/// How many titles one transaction takes.
const BATCH: i64 = 100;
/// How often somebody looks whether titles are left, in microseconds: the first time when the market opens.
const EVERY: i64 = 3_600_000_000;

store::sql! {
    /// How far the titles of a version are.
    PROGRESS = "
select after, done, finished_at
from catalog_reindex
where version = $1";

    /// The next products on sale. Written as they are, so that nobody takes them down before the transaction ends.
    HOLD = "
update catalog_product
set revision = revision
where id in (
    select id
    from catalog_product
    where status = 'on'
      and id > $1
    order by id
    limit $2)
  and status = 'on'
returning id, title, listed_at, price";

    /// How far the titles are now.
    KEEP = "
insert into catalog_reindex (version, after, done, finished_at)
values ($1, $2, $3, $4)
on conflict (version) do update
set after = excluded.after, done = excluded.done, finished_at = excluded.finished_at";
}

/// How far the titles are put under the words of today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reindexed {
    /// How many products were looked at.
    pub done: i64,
    /// Since when there is none left.
    pub finished_at: Option<Moment>,
}

fn to_progress(row: &Row<'_>) -> Result<(RawId, Reindexed), StoreError> {
    Ok((row.id(0)?, Reindexed { done: row.int(1)?, finished_at: row.maybe_int(2)?.map(Moment::from_micros) }))
}

fn progress(q: &mut impl Query) -> Result<(RawId, Reindexed), StoreError> {
    let none = (RawId([0; 16]), Reindexed { done: 0, finished_at: None });
    Ok(q.one(&PROGRESS, vals![VERSION], to_progress)?.unwrap_or(none))
}

/// How far the titles are.
pub fn reindexed(q: &mut impl Query) -> Result<Reindexed, StoreError> {
    Ok(progress(q)?.1)
}

/// Puts the next titles under the words of today. Those that stand there already stay.
pub fn reindex(tx: &mut Tx<'_>, now: Moment) -> Result<Reindexed, StoreError> {
    let (mut after, mut reindexed) = progress(tx)?;
    if reindexed.finished_at.is_some() {
        return Ok(reindexed);
    }
    let held = tx.rows(&HOLD, vals![after, BATCH], |row| {
        Ok((row.id(0)?, row.text(1)?.to_owned(), row.moment(2)?, row.int(3)?))
    })?;
    for (product, title, listed_at, price) in &held {
        put_under(tx, title, (*product, *listed_at, *price))?;
        after = after.max(*product);
    }
    reindexed.done += held.len() as i64;
    reindexed.finished_at = held.is_empty().then_some(now);
    tx.exec(&KEEP, vals![VERSION, after, reindexed.done, reindexed.finished_at])?;
    Ok(reindexed)
}

store::declare! { JobKind::every("catalog.reindex", EVERY, all) }

/// Batch after batch until none is left, or the program stops.
fn all(work: &Work<'_>) -> Result<(), Failure> {
    if work.db.read(|q| reindexed(q))?.finished_at.is_some() {
        return Ok(());
    }
    while !work.is_stopping() {
        let now = work.now();
        let batch = work.db.write_blocking("catalog.reindex", Keys::bulk(), move |tx| reindex(tx, now));
        let Reindexed { finished_at, .. } = batch.map_err(WriteError::<StoreError>::flatten)?;
        if finished_at.is_some() {
            break;
        }
    }
    Ok(())
}
