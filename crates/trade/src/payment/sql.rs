//! Every statement of payments, and rows to values and back.

use super::model::{Attempt, Came, Line, Moved, Refund, RefundStatus, Status, Why};
use crate::order::{actor_of, word_of};
use kernel::{Currency, Id, Moment, Money, id};
use store::{Query, Row, StoreError, Tx, Val, vals};

store::migration! { context: "trade", number: 6, name: "payments", sql: "
create table payment_attempt (
  id {blob} not null primary key,
  purchase {blob} not null,
  provider text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  status text not null check (status in ('started', 'pending', 'captured', 'failed', 'abandoned')),
  version bigint not null,
  reference text,
  redirect text,
  script text,
  lease_until bigint not null,
  started_at bigint not null,
  settled_at bigint,
  captured bigint not null check (captured >= 0),
  captured_currency text,
  refunding bigint not null check (refunding between 0 and captured)
);
create unique index payment_attempt_open on payment_attempt (purchase, provider)
  where status in ('started', 'pending');
create index payment_attempt_purchase on payment_attempt (purchase, id);
create unique index payment_attempt_reference on payment_attempt (provider, reference) where reference is not null;
create table payment_event (
  provider text not null,
  id text not null,
  what text not null,
  reference text not null,
  at bigint not null,
  seen_at bigint not null,
  primary key (provider, id)
);
create table payment_refund (
  id {blob} not null primary key,
  payment {blob} not null,
  purchase {blob} not null,
  order_id {blob},
  currency text not null,
  amount bigint not null check (amount > 0),
  status text not null check (status in ('wanted', 'sent', 'failed')),
  version bigint not null,
  why text not null,
  failed text,
  wanted_at bigint not null,
  settled_at bigint
);
create index payment_refund_payment on payment_refund (payment, id);
create index payment_refund_purchase on payment_refund (purchase, id);
create index payment_refund_failed on payment_refund (id) where status = 'failed';
" }

store::migration! { context: "trade", number: 9, name: "payments by hand", sql: "
alter table payment_attempt add column by_hand text;
create index payment_attempt_by_hand on payment_attempt (by_hand, id)
  where by_hand is not null and status in ('started', 'pending');
alter table payment_refund add column by_hand text;
create index payment_refund_by_hand on payment_refund (by_hand, id) where by_hand is not null and status = 'wanted';
create table payment_line (
  provider text not null,
  line text not null,
  payment {blob} not null,
  purchase {blob} not null,
  refund {blob},
  reference text not null,
  currency text not null,
  amount bigint not null check (amount > 0),
  came text,
  by_whom text not null,
  at bigint not null,
  primary key (provider, line),
  check ((refund is null) <> (came is null))
);
create index payment_line_at on payment_line (provider, at, line);
" }

store::migration! { context: "trade", number: 10, name: "lines of payments", sql: "
create index payment_line_payment on payment_line (payment) where came is not null;
" }

store::migration! { context: "trade", number: 18, name: "parts of a payment", sql: "
alter table payment_attempt add column received bigint not null default 0 check (received >= 0);
" }

/// What makes an [`Attempt`], in the order of [`attempt`].
macro_rules! attempt_columns {
    () => {
        "
select id, purchase, provider, currency, amount, status, version, reference, redirect, script, lease_until, started_at,
  settled_at, captured, captured_currency, refunding, by_hand, received
from payment_attempt"
    };
}

/// What makes a [`Refund`], in the order of [`refund`].
macro_rules! refund_columns {
    () => {
        "
select id, payment, purchase, order_id, currency, amount, status, version, why, failed, wanted_at, settled_at, by_hand
from payment_refund"
    };
}

/// What makes a [`Line`], in the order of [`line`].
macro_rules! line_columns {
    () => {
        "
select provider, line, payment, purchase, refund, reference, currency, amount, came, by_whom, at
from payment_line"
    };
}

store::sql! {
    /// A new attempt, unless one is open.
    pub(super) START = "
insert into payment_attempt
  (id, purchase, provider, currency, amount, status, version, script, lease_until, started_at, captured, refunding,
   by_hand)
values ($1, $2, $3, $4, $5, 'started', 1, $6, $7, $8, 0, 0, $9)
on conflict (purchase, provider) where status in ('started', 'pending') do nothing";

    /// The attempt that is open.
    pub(super) OPEN = concat!(attempt_columns!(), "
where purchase = $1 and provider = $2 and status in ('started', 'pending')");

    /// An attempt.
    pub(super) ATTEMPT = concat!(attempt_columns!(), "
where id = $1");

    /// The lines on which the money of some payments came.
    LINES_OF = concat!(line_columns!(), "
where came is not null and payment in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)");

    /// An attempt by the provider's id of it.
    pub(super) BY_REFERENCE = concat!(attempt_columns!(), "
where provider = $1 and reference = $2");

    /// The attempts of a purchase, newest first.
    pub(super) ATTEMPTS = concat!(attempt_columns!(), "
where purchase = $1
order by id desc
limit $2");

    /// A page of the attempts that wait for somebody to record their money, oldest first.
    pub(super) AWAITED = concat!(attempt_columns!(), "
where by_hand = $1 and by_hand is not null and status in ('started', 'pending') and id > $2
order by id
limit $3");

    /// Those of a purchase.
    pub(super) AWAITED_OF = concat!(attempt_columns!(), "
where purchase = $1 and by_hand is not null and status in ('started', 'pending')");

    /// A part of the money of one came that is still at its version.
    pub(super) PART = "
update payment_attempt
set received = received + $3, version = version + 1
where id = $1 and version = $2 and status in ('started', 'pending')";

    /// What is awaited for a purchase is less than before.
    pub(super) ASK_LESS = "
update payment_attempt
set amount = $2, version = version + 1
where purchase = $1 and by_hand is not null and status in ('started', 'pending')";

    /// The provider is ready for the buyer; what was told faster than that stays.
    pub(super) BEGUN = "
update payment_attempt
set status = case when status = 'started' then 'pending' else status end,
  version = version + 1, reference = coalesce(reference, $2), redirect = $3
where id = $1 and (reference is null or reference = $2)";

    /// Saves a step of an attempt that is still at its version.
    pub(super) SETTLE = "
update payment_attempt
set status = $3, version = version + 1, settled_at = $4, captured = $5, captured_currency = $6,
  reference = coalesce(reference, $7)
where id = $1 and version = $2";

    /// It is waited for longer.
    pub(super) LEASE = "
update payment_attempt
set lease_until = $2
where id = $1 and status in ('started', 'pending')";

    /// Some of what came in is to go back.
    pub(super) TAKE = "
update payment_attempt
set refunding = refunding + $2
where id = $1 and captured_currency = $3
  and refunding + $2 <= captured";

    /// Something that a provider tells.
    pub(super) INBOX = "
insert into payment_event (provider, id, what, reference, at, seen_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (provider, id) do nothing";

    /// The same for the first time.
    pub(super) INBOX_NEW = "
insert into payment_event (provider, id, what, reference, at, seen_at)
values ($1, $2, $3, $4, $5, $6)";

    /// A new refund.
    pub(super) WANT = "
insert into payment_refund
  (id, payment, purchase, order_id, currency, amount, status, version, why, failed, wanted_at, settled_at, by_hand)
values ($1, $2, $3, $4, $5, $6, 'wanted', 1, $7, null, $8, null, $9)";

    /// A refund.
    pub(super) REFUND = concat!(refund_columns!(), "
where id = $1");

    /// The refunds of a payment, newest first.
    pub(super) REFUNDS = concat!(refund_columns!(), "
where payment = $1
order by id desc
limit $2");

    /// The refunds of a purchase, newest first.
    pub(super) REFUNDS_OF_PURCHASE = concat!(refund_columns!(), "
where purchase = $1
order by id desc
limit $2");

    /// A page of the refunds that failed, newest first.
    pub(super) FAILED_REFUNDS = concat!(refund_columns!(), "
where status = 'failed' and id < $1
order by id desc
limit $2");

    /// A page of the refunds that wait for somebody to send them, oldest first.
    pub(super) REFUNDS_BY_HAND = concat!(refund_columns!(), "
where by_hand = $1 and by_hand is not null and status = 'wanted' and id > $2
order by id
limit $3");

    /// A line of a bank's statement.
    NOTE_LINE = "
insert into payment_line (provider, line, payment, purchase, refund, reference, currency, amount, came, by_whom, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    /// A line by the bank's id of it.
    pub(super) LINE = concat!(line_columns!(), "
where provider = $1 and line = $2");

    /// A page of lines, newest first.
    pub(super) LINES = concat!(line_columns!(), "
where provider = $1 and (at, line) < ($2, $3)
order by at desc, line desc
limit $4");

    /// Saves a step of a refund that is still at its version.
    pub(super) SAVE_REFUND = "
update payment_refund
set status = $3, version = version + 1, failed = $4, settled_at = $5
where id = $1 and version = $2";

    /// Attempts whose refunds are not what was taken for them.
    pub(super) DIFFER = "
select a.id, a.refunding, a.captured, coalesce(r.wanted, 0)
from payment_attempt a
left join (
  select payment, cast(sum(amount) as bigint) as wanted
  from payment_refund
  group by payment
) r on r.payment = a.id
where a.refunding <> coalesce(r.wanted, 0)
  or a.refunding > a.captured
order by a.id
limit $1";
}

fn unreadable(what: &str) -> StoreError {
    StoreError::Unreadable(format!("payment: {what}"))
}

fn currency(code: &str) -> Result<Currency, StoreError> {
    code.parse().map_err(|_| unreadable("a currency that is none"))
}

fn maybe_moment(row: &Row<'_>, i: usize) -> Result<Option<Moment>, StoreError> {
    Ok(row.maybe_int(i)?.map(Moment::from_micros))
}

/// An attempt from the columns of [`ATTEMPT`].
pub(super) fn attempt(row: &Row<'_>) -> Result<Attempt, StoreError> {
    let asked = currency(row.text(3)?)?;
    let came = row.maybe_text(14)?.map(currency).transpose()?;
    let captured = row.int(13)?;
    Ok(Attempt {
        id: Id::from_raw(row.id(0)?),
        purchase: Id::from_raw(row.id(1)?),
        provider: row.text(2)?.parse().map_err(|_| unreadable("a provider that is none"))?,
        amount: Money::new(row.int(4)?, asked),
        status: Status::parse(row.text(5)?).ok_or_else(|| unreadable("an unknown status"))?,
        version: row.int(6)?,
        reference: row.maybe_text(7)?.map(Into::into),
        redirect: row.maybe_text(8)?.map(Into::into),
        script: row.maybe_text(9)?.map(Into::into),
        lease_until: row.moment(10)?,
        started_at: row.moment(11)?,
        settled_at: maybe_moment(row, 12)?,
        captured: came.map(|currency| Money::new(captured, currency)),
        refunding: Money::new(row.int(15)?, came.unwrap_or(asked)),
        received: Money::new(row.int(17)?, asked),
        by_hand: row.maybe_text(16)?.is_some(),
    })
}

/// A refund from the columns of [`REFUND`].
pub(super) fn refund(row: &Row<'_>) -> Result<Refund, StoreError> {
    Ok(Refund {
        id: Id::from_raw(row.id(0)?),
        payment: Id::from_raw(row.id(1)?),
        purchase: Id::from_raw(row.id(2)?),
        order: row.maybe_id(3)?.map(Id::from_raw),
        amount: Money::new(row.int(5)?, currency(row.text(4)?)?),
        status: RefundStatus::parse(row.text(6)?).ok_or_else(|| unreadable("an unknown status"))?,
        version: row.int(7)?,
        why: Why::parse(row.text(8)?).ok_or_else(|| unreadable("an unknown reason"))?,
        failed: row.maybe_text(9)?.map(Into::into),
        by_hand: row.maybe_text(12)?.is_some(),
        wanted_at: row.moment(10)?,
        settled_at: maybe_moment(row, 11)?,
    })
}

/// Of how many payments one statement reads.
const AT_ONCE: usize = 20;

/// The lines on which the money of some payments came, in any order.
pub(super) fn lines_of(q: &mut impl Query, ids: &[Id<id::Payment>]) -> Result<Vec<Line>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let params: [Val<'_>; AT_ONCE] = std::array::from_fn(|i| Val::from(chunk[i.min(chunk.len() - 1)]));
        found.extend(q.rows(&LINES_OF, &params, line)?);
    }
    Ok(found)
}

/// Keeps a line.
pub(super) fn note_line(tx: &mut Tx<'_>, line: &Line) -> Result<(), StoreError> {
    let (refund, came) = match line.moved {
        Moved::In(came) => (None, Some(came.as_str())),
        Moved::Out(refund) => (Some(refund), None),
    };
    let by = word_of(line.by);
    tx.insert(
        &NOTE_LINE,
        vals![
            line.provider.name(),
            &line.line,
            line.payment,
            line.purchase,
            refund,
            &line.reference,
            line.amount.currency.code(),
            line.amount.minor,
            came,
            &by,
            line.at
        ],
    )
}

/// A line from the columns of [`LINE`].
pub(super) fn line(row: &Row<'_>) -> Result<Line, StoreError> {
    let moved = match (row.maybe_id(4)?, row.maybe_text(8)?.and_then(Came::parse)) {
        (Some(refund), None) => Moved::Out(Id::from_raw(refund)),
        (None, Some(came)) => Moved::In(came),
        (Some(_), Some(_)) | (None, None) => return Err(unreadable("a line that neither came nor went")),
    };
    Ok(Line {
        provider: row.text(0)?.parse().map_err(|_| unreadable("a provider that is none"))?,
        line: row.text(1)?.into(),
        payment: Id::from_raw(row.id(2)?),
        purchase: Id::from_raw(row.id(3)?),
        reference: row.text(5)?.into(),
        amount: Money::new(row.int(7)?, currency(row.text(6)?)?),
        moved,
        by: actor_of(row.text(9)?).ok_or_else(|| unreadable("a line by nobody"))?,
        at: row.moment(10)?,
    })
}
