//! Timers: promises with a moment. Set in the transaction that makes the promise, cancelled by the command that keeps
//! it, fired by a worker in the transaction of what follows from breaking it. Nothing scans orders to find what is late.
//!
//! What follows is declared beside the promise, as a [`TimerKind`]. A timer fires at most once: firing deletes its row, and
//! whoever finds no row does nothing. Workers, of several processes too, share the due timers of a kind by claiming some for a
//! while; a claim that runs out is another's, and is never what keeps a timer from firing twice.

use crate::{Failure, Keys, Query, Read, Retry, Row, Services, StoreError, Tx, vals};
use kernel::{Ctx, Moment, RawId};

crate::migration! {
    context: "store", number: 3, name: "leases, failures and dead letters",
    sql: "
alter table store_timer add column lease_until bigint not null default 0;
alter table store_timer add column failed bigint not null default 0;
alter table store_timer add column last_error text;
drop index store_timer_due;
create index store_timer_kind_due on store_timer (kind, due_at, id);
alter table store_job add column failed bigint not null default 0;
create table store_dead_letter (
  id {blob} primary key,
  sort text not null check (sort in ('timer', 'job', 'fact')),
  kind text not null,
  item {blob} not null,
  subject {blob} not null,
  body text not null,
  tries bigint not null,
  code text not null,
  why text not null,
  due_at bigint not null,
  died_at bigint not null,
  resent_at bigint,
  resent_by text
);
create index store_dead_letter_waiting on store_dead_letter (id) where resent_at is null;
insert into store_job (id, kind, body, due_at, tries)
select id, 'payment.fetch_status', '', due_at, 0
from store_timer
where kind = 'payment.look';
delete from store_timer where kind = 'payment.look';",
}

crate::sql! {
    SET = "
insert into store_timer (id, kind, subject, due_at)
values ($1, $2, $3, $4)
on conflict (id) do update
set kind = excluded.kind, subject = excluded.subject, due_at = excluded.due_at, lease_until = 0, failed = 0,
  last_error = null";

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
where kind = $1
  and lease_until <= $2
order by due_at, id
limit 1";

    CLAIM_LITE on Sqlite = "
update store_timer
set lease_until = $3, failed = failed + 1
where id in (
  select id
  from store_timer
  where kind = $1
    and due_at <= $2
    and lease_until <= $2
  order by due_at, id
  limit $4)
returning id, kind, subject, due_at, failed, last_error";

    // What another process claims at this moment is stepped over. An array is made once, whatever the plan.
    CLAIM on Postgres = "
update store_timer
set lease_until = $3, failed = failed + 1
where id = any(array(
  select id
  from store_timer
  where kind = $1
    and due_at <= $2
    and lease_until <= $2
  order by due_at, id
  limit $4
  for update skip locked))
returning id, kind, subject, due_at, failed, last_error";

    PUT_BACK = "
update store_timer
set due_at = $3, lease_until = 0, last_error = $4
where id = $1
  and due_at = $2";

    BURY = "
delete from store_timer
where id = $1
  and due_at = $2";
}

/// What follows from timers of a kind, declared with [`declare!`](crate::declare) beside the command that sets them.
pub struct TimerKind {
    pub(crate) kind: &'static str,
    pub(crate) fire: fn(&mut Tx<'_>, &Ctx, &Services, RawId) -> Result<(), Failure>,
    pub(crate) keys: fn(&mut Read<'_>, &Services, RawId) -> Result<Keys, Failure>,
    pub(crate) fired: fn(&Services, RawId),
    pub(crate) retry: Retry,
}
inventory::collect!(TimerKind);

impl TimerKind {
    /// Timers of `kind`: `fire` does what follows for their subject, in the transaction that took the timer off.
    pub const fn new(
        kind: &'static str,
        fire: fn(&mut Tx<'_>, &Ctx, &Services, RawId) -> Result<(), Failure>,
    ) -> Self {
        Self { kind, fire, keys: |_, _, _| Ok(Keys::none()), fired: |_, _| {}, retry: Retry::CLOCK }
    }
    /// Says what the write touches, if that is hot. What fails here is told by the write itself.
    #[must_use]
    pub const fn keys(mut self, keys: fn(&mut Read<'_>, &Services, RawId) -> Result<Keys, Failure>) -> Self {
        self.keys = keys;
        self
    }
    /// Is called after the commit: for telling those who wait.
    #[must_use]
    pub const fn fired(mut self, fired: fn(&Services, RawId)) -> Self {
        self.fired = fired;
        self
    }
    /// What becomes of those that fail, if not [`Retry::CLOCK`].
    #[must_use]
    pub const fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }
}

impl std::fmt::Debug for TimerKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TimerKind")
            .field("kind", &self.kind)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
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

/// A timer that a worker claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The timer.
    pub timer: Timer,
    /// How often it was claimed without coming to its end, this time included.
    pub failed: i64,
    /// Why it failed last.
    pub last_error: Option<String>,
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

fn timer(row: &Row<'_>) -> Result<Timer, StoreError> {
    Ok(Timer { id: row.id(0)?, kind: row.text(1)?.to_owned(), subject: row.id(2)?, due_at: row.moment(3)? })
}

/// The timers of all kinds that are due, earliest first: for looking at them. Workers [`claim`] those of a kind, which an
/// index leads.
pub fn due(q: &mut impl Query, now: Moment, limit: i64) -> Result<Vec<Timer>, StoreError> {
    q.rows(&DUE, vals![now, limit], timer)
}

/// When the next one of a kind is due that nobody has claimed.
pub fn next(q: &mut impl Query, kind: &str, now: Moment) -> Result<Option<Moment>, StoreError> {
    q.one(&NEXT, vals![kind, now], |row| row.moment(0))
}

/// Claims timers of a kind that are due and that nobody has claimed, until `until`: those longest due, in that order.
pub fn claim(
    tx: &mut Tx<'_>,
    kind: &str,
    now: Moment,
    until: Moment,
    limit: i64,
) -> Result<Vec<Claimed>, StoreError> {
    let sql = match tx.engine() {
        crate::Engine::Sqlite => &CLAIM_LITE,
        crate::Engine::Postgres => &CLAIM,
    };
    let mut claimed = tx.rows(sql, vals![kind, now, until, limit], |row| {
        let last_error = row.maybe_text(5)?.map(str::to_owned);
        Ok(Claimed { timer: timer(row)?, failed: row.int(4)?, last_error })
    })?;
    claimed.sort_by_key(|claimed| (claimed.timer.due_at, claimed.timer.id));
    Ok(claimed)
}

/// Takes a due timer off and does what follows, in this transaction and in no other. Nothing, if it was cancelled, moved,
/// fired by somebody else, or is not due.
pub fn fire<T, E: From<StoreError>>(
    tx: &mut Tx<'_>,
    timer: &Timer,
    now: Moment,
    follow: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<Option<T>, E> {
    match tx.exec(&FIRE, vals![timer.id, timer.due_at, now])? {
        1 => follow(tx).map(Some),
        _ => Ok(None),
    }
}

/// Puts a claimed timer back for `due_at`, with the reason. One that was cancelled, moved or fired meanwhile stays so.
pub(crate) fn put_back(tx: &mut Tx<'_>, timer: &Timer, due_at: Moment, why: &str) -> Result<(), StoreError> {
    tx.clear(&PUT_BACK, vals![timer.id, timer.due_at, due_at, why])
}

/// Takes a claimed timer away for good; false if it was cancelled, moved or fired meanwhile.
pub(crate) fn bury(tx: &mut Tx<'_>, timer: &Timer) -> Result<bool, StoreError> {
    Ok(tx.exec(&BURY, vals![timer.id, timer.due_at])? == 1)
}
