//! Timers: promises with a moment. Set in the transaction that makes the promise, cancelled by the command that keeps
//! it, fired by a worker in the transaction of what follows from breaking it. Nothing scans orders to find what is late.
//!
//! A timer fires at most once: firing deletes its row, and a worker that finds no row does nothing.

use crate::{Query, StoreError, Tx, vals};
use kernel::{Moment, RawId};

crate::sql! {
    SET = "
insert into store_timer (id, kind, subject, due_at)
values ($1, $2, $3, $4)
on conflict (id) do update
set kind = excluded.kind, subject = excluded.subject, due_at = excluded.due_at";

    START = "
insert into store_timer (id, kind, subject, due_at)
values ($1, $2, $3, $4)";

    CANCEL = "delete from store_timer where id = $1";

    FIRE = "
delete from store_timer
where id = $1
  and due_at = $2
  and due_at <= $3";

    DUE = "
select id, kind, subject, due_at
from store_timer
where due_at <= $1
order by due_at, id
limit $2";

    NEXT = "
select due_at
from store_timer
order by due_at, id
limit 1";
}

/// A promise with a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// Its own id, chosen by the one who sets it; setting it again moves it.
    pub id: RawId,
    /// What is to happen, e.g. `order.ship_by`.
    pub kind: String,
    /// To what.
    pub subject: RawId,
    /// When.
    pub due_at: Moment,
}

/// Sets a timer, or moves it.
pub fn set(tx: &mut Tx<'_>, timer: &Timer) -> Result<(), StoreError> {
    tx.exec(&SET, vals![timer.id, &timer.kind, timer.subject, timer.due_at]).map(drop)
}

/// Sets a timer under an id that no timer has: one that has it refuses the closure. Unlike [`set`] it is combined with
/// those of other closures.
pub fn start(tx: &mut Tx<'_>, timer: &Timer) -> Result<(), StoreError> {
    tx.insert(&START, vals![timer.id, &timer.kind, timer.subject, timer.due_at])
}

/// Takes a timer away; false if there is none (any more).
pub fn cancel(tx: &mut Tx<'_>, id: RawId) -> Result<bool, StoreError> {
    Ok(tx.exec(&CANCEL, vals![id])? == 1)
}

/// Takes a timer away, if there is one. Unlike [`cancel`] it is combined with those of other closures.
pub fn stop(tx: &mut Tx<'_>, id: RawId) -> Result<(), StoreError> {
    tx.clear(&CANCEL, vals![id])
}

/// The timers that are due, earliest first.
pub fn due(q: &mut impl Query, now: Moment, limit: i64) -> Result<Vec<Timer>, StoreError> {
    q.rows(&DUE, vals![now, limit], |row| {
        Ok(Timer {
            id: row.id(0)?,
            kind: row.text(1)?.to_owned(),
            subject: row.id(2)?,
            due_at: row.moment(3)?,
        })
    })
}

/// When the next one is due.
pub fn next(q: &mut impl Query) -> Result<Option<Moment>, StoreError> {
    q.one(&NEXT, &[], |row| row.moment(0))
}

/// Takes a due timer off; true means that this transaction, and no other, does what follows. False if it was
/// cancelled, moved, fired by somebody else, or is not due.
pub fn fire(tx: &mut Tx<'_>, timer: &Timer, now: Moment) -> Result<bool, StoreError> {
    Ok(tx.exec(&FIRE, vals![timer.id, timer.due_at, now])? == 1)
}
