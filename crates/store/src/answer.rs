//! What a write with an idempotency key was answered, kept in the transaction of the write itself.
//!
//! The one who asks chooses a key; the same key and the same request get the answer of the first time, the same key
//! with another request is told so. [`keep`] goes into the closure that does the work, so that the work and its answer
//! are there together or not at all; a key that is there already refuses the closure, so the work is never done twice
//! even if nobody looked before. Nearly every key is new: a caller may therefore run the write straight away and ask
//! [`before`] only if it was refused, which saves the read on the way that counts. A refused write leaves no answer.
//!
//! [`Running`] holds the keys that are being worked on in this process; there is one writing process.

use crate::{JobKind, Query, StoreError, Tx, vals};
use kernel::{Moment, RawId};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

crate::migration! {
    context: "store", number: 2, name: "answers",
    sql: "
create table store_answer (
  seq {serial},
  who {blob} not null,
  key text not null,
  print {blob} not null,
  status bigint not null,
  body text not null,
  at bigint not null,
  unique (who, key)
);",
}

crate::sql! {
    FIND = "
select print, status, body
from store_answer
where who = $1
  and key = $2";

    KEEP = "
insert into store_answer (who, key, print, status, body, at)
values ($1, $2, $3, $4, $5, $6)";

    // Numbers rise with time: only the oldest are looked at, by no index of their own.
    SWEEP = "
delete from store_answer
where seq in (
    select seq
    from (
        select seq, at
        from store_answer
        order by seq
        limit $2) as oldest
    where at < $1)";
}

/// A request under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Whose key it is: keys of different people never meet.
    pub who: RawId,
    /// The key, as it was given.
    pub key: &'a str,
    /// A digest of everything that makes the request what it is.
    pub print: [u8; 32],
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// Nothing: it is new.
    None,
    /// This very request was answered.
    Same {
        /// With this status.
        status: i64,
        /// And this body.
        body: String,
    },
    /// Another request was.
    Other,
}

/// What is known of a request's key.
pub fn before(q: &mut impl Query, asked: &Asked<'_>) -> Result<Before, StoreError> {
    let found = q.one(&FIND, vals![asked.who, asked.key], |row| {
        Ok(if row.blob(0)? == asked.print {
            Before::Same { status: row.int(1)?, body: row.text(2)?.to_owned() }
        } else {
            Before::Other
        })
    })?;
    Ok(found.unwrap_or(Before::None))
}

/// Keeps the answer, in the transaction of what it tells. A key that has an answer refuses the closure.
pub fn keep(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    status: i64,
    body: &str,
    now: Moment,
) -> Result<(), StoreError> {
    tx.insert(&KEEP, vals![asked.who, asked.key, &asked.print[..], status, body, now])
}

/// How long answers are kept, and how often those that are older are forgotten. Microseconds.
const SWEEP_AFTER: (i64, i64) = (86_400_000_000, 60_000_000);
/// How many at once.
const SWEPT: i64 = 500;

crate::declare! {
    JobKind::every("answer.sweep", SWEEP_AFTER.1, |work| {
        let before = work.now().plus_micros(-SWEEP_AFTER.0);
        work.db.write_blocking("answer.sweep", crate::Keys::bulk(), move |tx| sweep(tx, before, SWEPT))?;
        Ok(())
    })
}

/// Forgets answers given before a moment, looking at the `limit` oldest; returns how many went.
pub fn sweep(tx: &mut Tx<'_>, before: Moment, limit: i64) -> Result<u64, StoreError> {
    tx.exec(&SWEEP, vals![before, limit])
}

type Keys = Arc<Mutex<HashSet<(RawId, Box<str>)>>>;

/// The keys that are being worked on.
#[derive(Debug, Clone, Default)]
pub struct Running {
    keys: Keys,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub struct Guard {
    keys: Keys,
    mine: (RawId, Box<str>),
}

impl Running {
    /// Begins work under a key; nothing if somebody else is at it.
    pub fn begin(&self, who: RawId, key: &str) -> Option<Guard> {
        let mine = (who, Box::from(key));
        let new = self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(mine.clone());
        new.then(|| Guard { keys: Arc::clone(&self.keys), mine })
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.mine);
    }
}
