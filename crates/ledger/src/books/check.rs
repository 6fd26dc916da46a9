//! The check that runs in production: whether what is stored is a ledger, and where it is not.
//!
//! It reads everything once and changes nothing; it judges rows by what they say and trusts no constraint, so that a
//! damaged file is told as faults and not as an error.

use super::account::{Account, Side};
use super::model::MOST;
use super::sql::sum;
use kernel::{Id, id};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use store::{Query, Row, Sql, StoreError, Val, vals};

/// How many faults of a sort are told.
const TOLD: usize = 100;

store::sql! {
    /// How many bookings there are.
    BOOKINGS = "
select count(*)
from ledger_booking";

    /// How many entries there are, and their sum, by currency.
    WHOLE = "
select currency, count(*), cast(sum(minor / 1000000) as bigint), cast(sum(minor % 1000000) as bigint)
from ledger_entry
group by currency
order by currency";

    /// Bookings that do not sum to zero in a currency.
    UNBALANCED = "
select booking, currency, cast(sum(minor / 1000000) as bigint), cast(sum(minor % 1000000) as bigint)
from ledger_entry
group by booking, currency
having sum(minor / 1000000) * 1000000 + sum(minor % 1000000) <> 0
order by booking, currency
limit $1";

    /// Bookings that have not as many entries as they say.
    MISCOUNTED = "
select b.id, b.entries, count(e.account)
from ledger_booking as b
left join ledger_entry as e on e.booking = b.id
group by b.id, b.entries
having count(e.account) <> b.entries
order by b.id
limit $1";

    /// Entries of no booking.
    ORPHANS = "
select distinct e.booking
from ledger_entry as e
where not exists (
  select 1
  from ledger_booking as b
  where b.id = e.booking)
order by e.booking
limit $1";

    /// Entries that no booking of this program makes: zero, too large, or in another currency than their booking.
    STRAYS = "
select e.booking, e.account
from ledger_entry as e
join ledger_booking as b on b.id = e.booking
where e.minor = 0 or e.minor > $2 or e.minor < -$2 or e.currency <> b.currency
order by e.booking, e.account
limit $1";

    /// Reversals that do not take back what they reverse.
    UNREVERSED = "
select distinct b.id
from ledger_booking as b
join ledger_entry as e on e.booking = b.id or e.booking = b.reverses
where b.reverses is not null
group by b.id, e.account, e.currency
having sum(e.minor / 1000000) * 1000000 + sum(e.minor % 1000000) <> 0
order by b.id
limit $1";

    /// Every account that has entries: what they sum to, and its guard row.
    ACCOUNTS = "
select e.account, e.class, e.currency, e.millions, e.rest, g.balance, g.floor
from (
  select account, class, currency,
    cast(sum(minor / 1000000) as bigint) as millions, cast(sum(minor % 1000000) as bigint) as rest
  from ledger_entry
  group by account, class, currency) as e
left join ledger_guard as g on g.account = e.account and g.currency = e.currency
order by e.account, e.currency";

    /// Guard rows with a balance and without entries.
    LONELY = "
select g.account, g.currency, g.balance
from ledger_guard as g
where g.balance <> 0
  and not exists (
    select 1
    from ledger_entry as e
    where e.account = g.account and e.currency = g.currency)
order by g.account, g.currency
limit $1";
}

/// What is wrong with the ledger, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The ledger as a whole does not sum to zero in a currency.
    NotZero {
        /// Which currency.
        currency: String,
        /// What it sums to.
        sum: i128,
    },
    /// A booking does not sum to zero in a currency.
    Unbalanced {
        /// Which booking.
        booking: Id<id::Booking>,
        /// Which currency.
        currency: String,
        /// What it sums to.
        sum: i128,
    },
    /// A booking has not as many entries as it says.
    Miscounted {
        /// Which booking.
        booking: Id<id::Booking>,
        /// How many it says.
        said: i64,
        /// How many there are.
        there: i64,
    },
    /// There are entries of a booking that is not there.
    Orphan {
        /// Of which booking.
        booking: Id<id::Booking>,
    },
    /// An entry that no booking makes: zero, too large, or in another currency than its booking.
    Stray {
        /// Of which booking.
        booking: Id<id::Booking>,
        /// On which account.
        account: String,
    },
    /// A reversal does not take back what it reverses.
    NotReversed {
        /// The reversal.
        booking: Id<id::Booking>,
    },
    /// An account that is none, or one of another class than its entries say.
    BadAccount {
        /// Its text.
        account: String,
        /// The class that its entries say.
        class: String,
    },
    /// A guard row is not what the entries of its account sum to, on its side.
    Guard {
        /// Which account.
        account: String,
        /// Which currency.
        currency: String,
        /// What the row says; absent: there is no row.
        row: Option<i64>,
        /// What the entries sum to.
        entries: i128,
    },
    /// An account without a floor has a guard row.
    NeedlessGuard {
        /// Which account.
        account: String,
        /// Which currency.
        currency: String,
    },
    /// An account stands below its floor.
    BelowFloor {
        /// Which account.
        account: String,
        /// Which currency.
        currency: String,
        /// What the row says.
        balance: i64,
        /// Its floor.
        floor: i64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotZero { currency, sum } => {
                write!(f, "the ledger sums to {sum} in {currency} and not to zero")
            }
            Self::Unbalanced { booking, currency, sum } => {
                write!(f, "{booking} sums to {sum} in {currency} and not to zero")
            }
            Self::Miscounted { booking, said, there } => {
                write!(f, "{booking} says that it has {said} entries and has {there}")
            }
            Self::Orphan { booking } => write!(f, "there are entries of {booking}, which is not there"),
            Self::Stray { booking, account } => {
                write!(f, "{booking} has an entry on {account} that no booking makes")
            }
            Self::NotReversed { booking } => write!(f, "{booking} does not take back what it reverses"),
            Self::BadAccount { account, class } => {
                write!(f, "\"{account}\" is not an account of the class \"{class}\"")
            }
            Self::Guard { account, currency, row: Some(row), entries } => {
                write!(f, "the guard of {account} says {row} {currency} and its entries sum to {entries}")
            }
            Self::Guard { account, currency, row: None, entries } => {
                write!(f, "{account} has no guard and its entries sum to {entries} {currency}")
            }
            Self::NeedlessGuard { account, currency } => {
                write!(f, "{account} has a guard in {currency} and no floor")
            }
            Self::BelowFloor { account, currency, balance, floor } => {
                write!(f, "{account} holds {balance} {currency}, below its floor of {floor}")
            }
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How many bookings there are.
    pub bookings: i64,
    /// How many entries.
    pub entries: i64,
    /// What is wrong: at most 100 of each sort. Empty: nothing is.
    pub faults: Vec<Fault>,
}

impl Checked {
    /// Whether nothing is wrong.
    pub const fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Checks the whole ledger: every booking sums to zero and is whole, every reversal takes back what it reverses, guard
/// rows are what their entries sum to and at their floors or above, and all of it sums to zero. On one snapshot; reads
/// every row, so it is for a job and not for a page.
pub fn check(q: &mut impl Query) -> Result<Checked, StoreError> {
    let bookings = q.one(&BOOKINGS, vals![], |row| row.int(0))?.unwrap_or(0);
    let mut entries = 0;
    let mut faults = Vec::new();
    for (currency, count, sum) in
        q.rows(&WHOLE, vals![], |row| Ok((row.text(0)?.to_owned(), row.int(1)?, sum(row, 2)?)))?
    {
        entries += count;
        if sum != 0 {
            faults.push(Fault::NotZero { currency, sum });
        }
    }
    let some = TOLD as i64;
    let mut ask =
        |sql: &'static Sql, params: &[Val<'_>], fault: fn(&Row<'_>) -> Result<Fault, StoreError>| {
            faults.extend(q.rows(sql, params, fault)?);
            Ok::<(), StoreError>(())
        };
    ask(&UNBALANCED, vals![some], |row| {
        let (booking, currency) = (booking(row)?, row.text(1)?.to_owned());
        Ok(Fault::Unbalanced { booking, currency, sum: sum(row, 2)? })
    })?;
    ask(&MISCOUNTED, vals![some], |row| {
        Ok(Fault::Miscounted { booking: booking(row)?, said: row.int(1)?, there: row.int(2)? })
    })?;
    ask(&ORPHANS, vals![some], |row| Ok(Fault::Orphan { booking: booking(row)? }))?;
    ask(&STRAYS, vals![some, MOST], |row| {
        Ok(Fault::Stray { booking: booking(row)?, account: row.text(1)?.to_owned() })
    })?;
    ask(&UNREVERSED, vals![some], |row| Ok(Fault::NotReversed { booking: booking(row)? }))?;
    ask(&LONELY, vals![some], |row| {
        let (account, currency) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
        Ok(Fault::Guard { account, currency, row: Some(row.int(2)?), entries: 0 })
    })?;
    faults.extend(accounts(q)?);
    Ok(Checked { bookings, entries, faults })
}

fn booking(row: &Row<'_>) -> Result<Id<id::Booking>, StoreError> {
    row.id(0).map(Id::from_raw)
}

/// Goes through every account once.
fn accounts(q: &mut impl Query) -> Result<Vec<Fault>, StoreError> {
    let mut found: BTreeMap<u8, Vec<Fault>> = BTreeMap::new();
    q.each(&ACCOUNTS, vals![], &mut |row| {
        let (text, class, currency) = (row.text(0)?, row.text(1)?, row.text(2)?);
        let (account, currency) = (text.to_owned(), currency.to_owned());
        let mut tell = |sort: u8, fault: Fault| {
            let told = found.entry(sort).or_default();
            if told.len() < TOLD {
                told.push(fault);
            }
        };
        let known = match text.parse::<Account>() {
            Ok(known) if known.class().as_str() == class => known.class(),
            _ => {
                tell(0, Fault::BadAccount { account, class: class.to_owned() });
                return Ok(ControlFlow::Continue(()));
            }
        };
        let (balance, floor) = (row.maybe_int(5)?, row.maybe_int(6)?);
        match (known.is_guarded(), balance) {
            (true, row_says) => {
                let sum = sum(row, 3)?;
                let entries = match known.side() {
                    Side::Credit => sum,
                    Side::Debit => -sum,
                };
                if row_says.map(i128::from) != Some(entries) {
                    let (account, currency) = (account.clone(), currency.clone());
                    tell(1, Fault::Guard { account, currency, row: row_says, entries });
                }
                if let (Some(balance), Some(floor)) = (row_says, floor)
                    && balance < floor
                {
                    tell(2, Fault::BelowFloor { account, currency, balance, floor });
                }
            }
            (false, Some(_)) => tell(3, Fault::NeedlessGuard { account, currency }),
            (false, None) => {}
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found.into_values().flatten().collect())
}
