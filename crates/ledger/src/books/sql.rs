//! Every statement of the ledger, and rows to values and back. Bookings and entries are inserted and read, nothing else.
//!
//! Sums are taken of millions and of the rest apart and put together in 128 bits: an entry that was damaged into a huge
//! one is found by a check, and does not break it.

use super::account::{Account, Reference};
use super::error::Error;
use super::model::{Booking, Entry, Kind};
use kernel::{Currency, Id, Moment, Money, id};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "trade", number: 1, name: "ledger", sql: "
create table ledger_booking (
  id {blob} not null primary key,
  kind text not null,
  reference text not null,
  key text not null unique,
  reverses {blob} unique,
  currency text not null,
  entries bigint not null check (entries >= 2),
  booked_at bigint not null
);
create index ledger_booking_reference on ledger_booking (reference, id);
create table ledger_entry (
  booking {blob} not null,
  account text not null,
  class text not null,
  currency text not null,
  minor bigint not null check (minor <> 0),
  primary key (booking, account)
);
create index ledger_entry_account on ledger_entry (account, currency, booking);
create table ledger_guard (
  account text not null,
  currency text not null,
  balance bigint not null,
  floor bigint not null,
  primary key (account, currency),
  check (balance >= floor)
);
" }

store::sql! {
    /// A new booking.
    pub(super) BOOK = "
insert into ledger_booking (id, kind, reference, key, reverses, currency, entries, booked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// One of its entries.
    pub(super) ENTER = "
insert into ledger_entry (booking, account, class, currency, minor)
values ($1, $2, $3, $4, $5)";

    /// An account with a floor grows; its first time makes its row.
    pub(super) RAISE = "
insert into ledger_guard (account, currency, balance, floor)
values ($1, $2, $3, 0)
on conflict (account, currency) do update
set balance = ledger_guard.balance + excluded.balance
where ledger_guard.balance <= 9223372036854775807 - excluded.balance";

    /// An account with a floor shrinks, if it stays at its floor or above.
    pub(super) LOWER = "
update ledger_guard
set balance = balance + $3
where account = $1 and currency = $2
  and balance + $3 >= floor";

    /// What an account with a floor holds, and what of it may be taken.
    pub(super) GUARD = "
select balance, floor
from ledger_guard
where account = $1 and currency = $2";

    /// What the entries of an account sum to, in millions and the rest.
    pub(super) SUM = "
select cast(coalesce(sum(minor / 1000000), 0) as bigint), cast(coalesce(sum(minor % 1000000), 0) as bigint)
from ledger_entry
where account = $1 and currency = $2";

    /// One booking.
    pub(super) BOOKING = "
select id, kind, reference, key, reverses, currency, booked_at
from ledger_booking
where id = $1";

    /// The booking that a key names.
    pub(super) BY_KEY = "
select id, kind, reference, key, reverses, currency, booked_at
from ledger_booking
where key = $1";

    /// A page of the bookings for something, newest first.
    pub(super) OF_REFERENCE = "
select id, kind, reference, key, reverses, currency, booked_at
from ledger_booking
where reference = $1 and id < $2
order by id desc
limit $3";

    /// The entries of a booking.
    pub(super) ENTRIES = "
select account, minor
from ledger_entry
where booking = $1";

    /// A page of an account's entries, newest first.
    pub(super) STATEMENT = "
select e.booking, e.minor, b.kind, b.reference, b.booked_at
from ledger_entry as e
join ledger_booking as b on b.id = e.booking
where e.account = $1 and e.currency = $2 and e.booking < $3
order by e.booking desc
limit $4";

    /// A page of the accounts of a class, by their texts: how many entries, and their sum in millions and the rest.
    pub(super) ACCOUNTS = "
select account, currency, count(*),
  cast(coalesce(sum(minor / 1000000), 0) as bigint), cast(coalesce(sum(minor % 1000000), 0) as bigint)
from ledger_entry
where class = $1 and account > $2
group by account, currency
order by account, currency
limit $3";

    /// What each class of accounts sums to: credits and debits, in millions and the rest.
    pub(super) TRIAL = "
select class, currency, count(*),
  cast(coalesce(sum(minor / 1000000) filter (where minor > 0), 0) as bigint),
  cast(coalesce(sum(minor % 1000000) filter (where minor > 0), 0) as bigint),
  cast(coalesce(sum(minor / 1000000) filter (where minor < 0), 0) as bigint),
  cast(coalesce(sum(minor % 1000000) filter (where minor < 0), 0) as bigint)
from ledger_entry
group by class, currency
order by class, currency";
}

/// A sum that was taken of millions and of the rest apart, in columns `i` and `i + 1`.
pub(super) fn sum(row: &Row<'_>, i: usize) -> Result<i128, StoreError> {
    Ok(i128::from(row.int(i)?) * 1_000_000 + i128::from(row.int(i + 1)?))
}

fn unreadable(what: &str) -> StoreError {
    StoreError::Unreadable(format!("ledger: {what}"))
}

/// The kind of a booking.
pub(super) fn kind(word: &str) -> Result<Kind, StoreError> {
    Kind::parse(word).ok_or_else(|| unreadable("a kind of booking that this program does not know"))
}

/// What a booking was made for.
pub(super) fn reference(text: &str) -> Result<Reference, StoreError> {
    text.parse().map_err(|_| unreadable("a reference that is none"))
}

/// A currency.
pub(super) fn currency(code: &str) -> Result<Currency, StoreError> {
    code.parse().map_err(|_| unreadable("a currency that is none"))
}

/// A booking's row; its entries are read by [`entries`].
pub(super) struct Head {
    pub(super) id: Id<id::Booking>,
    pub(super) kind: Kind,
    pub(super) reference: Reference,
    pub(super) key: String,
    pub(super) reverses: Option<Id<id::Booking>>,
    pub(super) currency: Currency,
    pub(super) at: Moment,
}

/// From the columns of [`BOOKING`] and its sisters.
pub(super) fn head(row: &Row<'_>) -> Result<Head, StoreError> {
    Ok(Head {
        id: Id::from_raw(row.id(0)?),
        kind: kind(row.text(1)?)?,
        reference: reference(row.text(2)?)?,
        key: row.text(3)?.to_owned(),
        reverses: row.maybe_id(4)?.map(Id::from_raw),
        currency: currency(row.text(5)?)?,
        at: row.moment(6)?,
    })
}

/// The entries of a booking, in the order of their accounts.
pub(super) fn entries(q: &mut impl Query, id: Id<id::Booking>) -> Result<Vec<Entry>, StoreError> {
    let mut entries = q.rows(&ENTRIES, vals![id], |row| {
        let account: Account = row.text(0)?.parse().map_err(|_| unreadable("an account that is none"))?;
        Ok(Entry { account, minor: row.int(1)? })
    })?;
    entries.sort_by(|a, b| a.account.cmp(&b.account));
    Ok(entries)
}

/// What an account with a floor holds, on its own side, and its floor.
pub(super) fn guard(
    q: &mut impl Query,
    account: &Account,
    currency: Currency,
) -> Result<(i64, i64), StoreError> {
    let account = account.to_string();
    let found = q.one(&GUARD, vals![&account, currency.code()], |row| Ok((row.int(0)?, row.int(1)?)))?;
    Ok(found.unwrap_or((0, 0)))
}

/// Moves one guard row; false, and nothing changed, if it would leave its range.
fn shift(tx: &mut Tx<'_>, account: &Account, currency: Currency, growth: i64) -> Result<bool, StoreError> {
    let text = account.to_string();
    let sql = if growth > 0 { &RAISE } else { &LOWER };
    Ok(tx.exec(sql, vals![&text, currency.code(), growth])? == 1)
}

/// Moves the guard rows of a booking in the order of their accounts. One that says no leaves all as they were, so the
/// caller may go on with something else.
pub(super) fn shift_guards(tx: &mut Tx<'_>, booking: &Booking) -> Result<(), Error> {
    let currency = booking.currency();
    let guarded: Vec<&Entry> = booking.entries().iter().filter(|e| e.account.class().is_guarded()).collect();
    for (i, entry) in guarded.iter().enumerate() {
        if shift(tx, &entry.account, currency, entry.growth())? {
            continue;
        }
        for done in &guarded[..i] {
            shift(tx, &done.account, currency, -done.growth())?;
        }
        let (balance, floor) = guard(tx, &entry.account, currency)?;
        if entry.growth() > 0 {
            return Err(Error::TooLarge(Money::new(entry.growth(), currency)));
        }
        return Err(Error::BelowFloor {
            account: entry.account.clone(),
            asked: Money::new(entry.growth().saturating_neg(), currency),
            there: Money::new(balance.saturating_sub(floor), currency),
        });
    }
    Ok(())
}

/// Writes a booking and its entries.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    id: Id<id::Booking>,
    at: Moment,
    booking: &Booking,
) -> Result<(), StoreError> {
    let (reference, currency) = (booking.reference().to_string(), booking.currency());
    let entries = booking.entries();
    tx.insert(
        &BOOK,
        vals![
            id,
            booking.kind().as_str(),
            &reference,
            booking.key(),
            booking.reverses(),
            currency.code(),
            entries.len() as i64,
            at
        ],
    )?;
    for Entry { account, minor } in entries {
        let text = account.to_string();
        tx.insert(&ENTER, vals![id, &text, account.class().as_str(), currency.code(), *minor])?;
    }
    Ok(())
}
