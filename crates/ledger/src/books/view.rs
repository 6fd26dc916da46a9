//! What can be read of the ledger.

use super::account::{Account, Class, Reference};
use super::error::Error;
use super::model::{Booking, Kind};
use super::sql;
use kernel::{Currency, Id, Moment, Money, RawId, id};
use store::{Query, StoreError, vals};

/// The most rows of one page.
const PAGE: i64 = 200;

/// A booking as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingView {
    /// Its id.
    pub id: Id<id::Booking>,
    /// When it was booked.
    pub at: Moment,
    /// What it says.
    pub booking: Booking,
}

/// One line of an account's statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The booking it is of; the next page begins after it.
    pub booking: Id<id::Booking>,
    /// Which movement.
    pub kind: Kind,
    /// What it was booked for.
    pub reference: Reference,
    /// By how much: positive is credit.
    pub amount: Money,
    /// When it was booked.
    pub at: Moment,
}

/// What the accounts of one class sum to, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// Which accounts.
    pub class: Class,
    /// In which currency.
    pub currency: Currency,
    /// How many entries.
    pub entries: i64,
    /// The positive entries, in minor units.
    pub credit: i128,
    /// The negative entries, in minor units, as a positive number.
    pub debit: i128,
}

impl Trial {
    /// Credits less debits. Over all classes of a currency these sum to zero.
    pub const fn balance(&self) -> i128 {
        self.credit - self.debit
    }
}

/// What an account sums to: positive is credit. From the guard row where there is one, else from the entries.
pub fn balance(q: &mut impl Query, account: &Account, currency: Currency) -> Result<Money, Error> {
    let class = account.class();
    let minor = if class.is_guarded() {
        let (balance, _) = sql::guard(q, account, currency)?;
        match class.side() {
            super::Side::Credit => Some(balance),
            super::Side::Debit => balance.checked_neg(),
        }
    } else {
        let text = account.to_string();
        let sum = q.one(&sql::SUM, vals![&text, currency.code()], |row| sql::sum(row, 0))?;
        i64::try_from(sum.unwrap_or(0)).ok()
    };
    Ok(Money::new(minor.ok_or(kernel::MoneyError::TooLarge)?, currency))
}

/// Up to `limit` (at most 200) entries of an account, newest first, after the booking that the page before ended with.
pub fn statement(
    q: &mut impl Query,
    account: &Account,
    currency: Currency,
    after: Option<Id<id::Booking>>,
    limit: i64,
) -> Result<Vec<Line>, Error> {
    let account = account.to_string();
    Ok(q.rows(
        &sql::STATEMENT,
        vals![&account, currency.code(), before(after), limit.clamp(1, PAGE)],
        |row| {
            Ok(Line {
                booking: Id::from_raw(row.id(0)?),
                kind: sql::kind(row.text(2)?)?,
                reference: sql::reference(row.text(3)?)?,
                amount: Money::new(row.int(1)?, currency),
                at: row.moment(4)?,
            })
        },
    )?)
}

/// What an account sums to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSum {
    /// Which account.
    pub account: Account,
    /// How many entries it has.
    pub entries: i64,
    /// What they sum to: credits are positive.
    pub balance: Money,
}

/// Up to `limit` (at most 200) accounts of a class by their texts, after that of the one that the page before ended with.
pub fn accounts(
    q: &mut impl Query,
    class: Class,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<AccountSum>, Error> {
    let params = vals![class.as_str(), after.unwrap_or(""), limit.clamp(1, PAGE)];
    Ok(q.rows(&sql::ACCOUNTS, params, |row| {
        let unreadable = |what: &str| StoreError::Unreadable(format!("ledger: {what}"));
        let minor = i64::try_from(sql::sum(row, 3)?).map_err(|_| unreadable("a sum that is too large"))?;
        Ok(AccountSum {
            account: row.text(0)?.parse().map_err(|_| unreadable("an account that is none"))?,
            entries: row.int(2)?,
            balance: Money::new(minor, sql::currency(row.text(1)?)?),
        })
    })?)
}

/// What every class of accounts sums to.
pub fn trial(q: &mut impl Query) -> Result<Vec<Trial>, Error> {
    Ok(q.rows(&sql::TRIAL, vals![], |row| {
        Ok(Trial {
            class: Class::parse(row.text(0)?).ok_or_else(|| {
                StoreError::Unreadable("ledger: a class of accounts that is none".to_owned())
            })?,
            currency: sql::currency(row.text(1)?)?,
            entries: row.int(2)?,
            credit: sql::sum(row, 3)?,
            debit: -sql::sum(row, 5)?,
        })
    })?)
}

/// One booking.
pub fn booking(q: &mut impl Query, id: Id<id::Booking>) -> Result<BookingView, Error> {
    let head = q.one(&sql::BOOKING, vals![id], sql::head)?.ok_or(Error::NoBooking(id))?;
    whole(q, head)
}

/// The booking that a key names, if one.
pub fn by_key(q: &mut impl Query, key: &str) -> Result<Option<BookingView>, Error> {
    match q.one(&sql::BY_KEY, vals![key], sql::head)? {
        Some(head) => whole(q, head).map(Some),
        None => Ok(None),
    }
}

/// Up to `limit` (at most 200) bookings for something, newest first, after the one that the page before ended with.
pub fn of_reference(
    q: &mut impl Query,
    reference: Reference,
    after: Option<Id<id::Booking>>,
    limit: i64,
) -> Result<Vec<BookingView>, Error> {
    let reference = reference.to_string();
    let heads =
        q.rows(&sql::OF_REFERENCE, vals![&reference, before(after), limit.clamp(1, PAGE)], sql::head)?;
    heads.into_iter().map(|head| whole(q, head)).collect()
}

fn whole(q: &mut impl Query, head: sql::Head) -> Result<BookingView, Error> {
    let entries = sql::entries(q, head.id)?;
    let sql::Head { id, kind, reference, key, reverses, currency, at } = head;
    Ok(BookingView { id, at, booking: Booking::stored(kind, reference, key, reverses, currency, entries) })
}

/// The page after nothing: every id is smaller.
fn before(after: Option<Id<id::Booking>>) -> RawId {
    after.map_or(RawId([0xff; 16]), Id::raw)
}
