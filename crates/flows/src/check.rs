//! The check that runs in production: whether money, stock, orders and payments tell the same story, and where they do not.
//!
//! Invariants: it changes nothing but the note of its own result; what it compares is written by different commands, so a
//! lost line of either shows; what it finds is named, with where it stands.

use crate::buy::check_limits;
use kernel::id::{self, Shop};
use kernel::{Id, Moment, Money};
use ledger::Account;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use store::worker::Work;
use store::{Db, Failure, JobKind, Keys, Query, StoreError, Tx, WriteError, vals};
use supply::warehouse;
use trade::order::{self, Filter, Order, Purchase, Status};
use trade::payment;

/// How many faults of a sort are told.
const TOLD: usize = 100;
/// How many rows are read at once.
const PAGE: i64 = 200;
/// How many results are kept.
const KEPT: i64 = 200;

store::migration! { context: "flows", number: 2, name: "checks", sql: "
create table check_result (
  at bigint not null primary key,
  faults bigint not null,
  report text not null
);
" }

store::sql! {
    /// A result; of two of one moment the later one counts.
    KEEP = "
insert into check_result (at, faults, report)
values ($1, $2, $3)
on conflict (at) do update set faults = excluded.faults, report = excluded.report";

    /// Results that are older than the newest so many.
    FORGET = "
delete from check_result
where at < (
  select min(at)
  from (
    select at
    from check_result
    order by at desc
    limit $1) as newest)";

    /// The newest results.
    RESULTS = "
select report
from check_result
order by at desc
limit $1";
}

/// Where something does not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Where {
    /// The ledger, within itself.
    Ledger,
    /// A shop's stock, against its movements and reservations.
    Stock,
    /// A payment, against its refunds.
    Payment,
    /// An order, against its purchase, its payment, its money and its stock.
    Order,
    /// How many one buyer may have, against the purchases.
    Limit,
}

impl Where {
    /// Its word in reports and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::Stock => "stock",
            Self::Payment => "payment",
            Self::Order => "order",
            Self::Limit => "limit",
        }
    }
}

/// One thing that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fault {
    /// Where.
    #[serde(rename = "where")]
    #[schema(value_type = String)]
    pub place: Where,
    /// What, in a sentence.
    pub what: Box<str>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place.as_str(), self.what)
    }
}

/// What a check looked at, and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// When.
    pub at: Moment,
    /// Whether all orders were looked at, or only those that are open and the newest.
    pub whole: bool,
    /// How many bookings.
    pub bookings: i64,
    /// How many entries of theirs.
    pub entries: i64,
    /// How many shops' stock.
    pub shops: i64,
    /// How many orders.
    pub orders: i64,
    /// What does not agree, at most 100 of each sort; empty: everything does.
    pub faults: Vec<Fault>,
}

impl Report {
    /// Whether everything agrees.
    pub const fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// Tells the log what does not agree.
    pub fn log(&self) {
        for fault in &self.faults {
            tracing::error!("the books do not agree: {fault}");
        }
    }

    fn tell(&mut self, place: Where, what: impl fmt::Display) {
        if self.faults.iter().filter(|fault| fault.place == place).count() < TOLD {
            self.faults.push(Fault { place, what: what.to_string().into() });
        }
    }
}

/// Why nothing could be checked.
#[derive(Debug, kernel::Problem)]
pub enum Error {
    /// Stock.
    #[problem(from)]
    Stock(warehouse::Error),
    /// Orders.
    #[problem(from)]
    Order(order::Error),
    /// Payments.
    #[problem(from)]
    Payment(payment::Error),
    /// The ledger.
    #[problem(from)]
    Ledger(ledger::Error),
    /// The database.
    #[problem(from)]
    Store(StoreError),
}

/// Which orders are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    Whole,
    /// Those of which something is still to be done, and so many of the newest.
    Newest(i64),
}

/// Checks everything on one snapshot. It reads many rows: for a job and for the command line, not for a page.
pub fn run(q: &mut impl Query, at: Moment, scope: Scope) -> Result<Report, Error> {
    let books = ledger::check(q)?;
    let mut report = Report {
        at,
        whole: scope == Scope::Whole,
        bookings: books.bookings,
        entries: books.entries,
        shops: 0,
        orders: 0,
        faults: Vec::new(),
    };
    for fault in &books.faults {
        report.tell(Where::Ledger, fault);
    }
    stock(q, &mut report)?;
    for differs in payment::check(q, TOLD as i64)? {
        let payment::Difference { payment, refunding, captured, wanted } = differs;
        report.tell(
            Where::Payment,
            format_args!(
                "{payment} captured {captured}, {refunding} of it is taken for refunds, and they sum to {wanted}"
            ),
        );
    }
    for what in check_limits(q, TOLD as i64)? {
        report.tell(Where::Limit, what);
    }
    match scope {
        Scope::Whole => orders(q, None, i64::MAX, &mut BTreeSet::new(), &mut report)?,
        Scope::Newest(most) => {
            let mut seen = BTreeSet::new();
            orders(q, None, most, &mut seen, &mut report)?;
            for status in Status::ALL.into_iter().filter(|status| status.is_open()) {
                orders(q, Some(status), i64::MAX, &mut seen, &mut report)?;
            }
        }
    }
    Ok(report)
}

fn stock(q: &mut impl Query, report: &mut Report) -> Result<(), Error> {
    let mut last: Option<Id<Shop>> = None;
    loop {
        let shops = warehouse::shops(q, last, PAGE)?;
        for shop in &shops {
            report.shops += 1;
            for differs in warehouse::check(q, *shop)? {
                let warehouse::Difference { place, figure, stored, rebuilt } = differs;
                let stored = stored.map_or_else(|| "missing".to_owned(), |n| n.to_string());
                let what = format!("{figure:?}").to_lowercase();
                report.tell(
                    Where::Stock,
                    format_args!(
                        "{shop}: {what} of {} in {} is {stored}, and should be {rebuilt}",
                        place.sku, place.warehouse
                    ),
                );
            }
        }
        match shops.last() {
            Some(shop) if shops.len() as i64 == PAGE => last = Some(*shop),
            Some(_) | None => return Ok(()),
        }
    }
}

/// Sets the stock figures of every shop to what their movements say; how many were put right. What differs from the
/// reservations stays, for somebody to look at. Nobody else may write meanwhile: units that are taken between the sum and
/// the setting would be lost.
pub fn rebuild_stock(db: &Db) -> Result<usize, Error> {
    let (mut last, mut right) = (None, 0);
    loop {
        let shops = db.read(|q| warehouse::shops(q, last, PAGE))?;
        for shop in &shops {
            right += rebuild_shop(db, *shop)?;
        }
        match shops.last() {
            Some(shop) if shops.len() as i64 == PAGE => last = Some(*shop),
            Some(_) | None => return Ok(right),
        }
    }
}

fn rebuild_shop(db: &Db, shop: Id<Shop>) -> Result<usize, Error> {
    let differing = || db.read(|q| warehouse::check(q, shop)).map(|found| found.len());
    let first = differing()?;
    let mut left = first;
    while left > 0 {
        let rebuild = move |tx: &mut Tx<'_>| warehouse::rebuild(tx, shop).map(drop);
        db.write_blocking("stock.rebuild", Keys::none(), rebuild).map_err(WriteError::flatten)?;
        let before = std::mem::replace(&mut left, differing()?);
        if left >= before {
            break;
        }
    }
    Ok(first.saturating_sub(left))
}

/// Looks at up to `most` orders, newest first; at each once, whatever lists it stands in.
fn orders(
    q: &mut impl Query,
    status: Option<Status>,
    most: i64,
    looked: &mut BTreeSet<Id<id::Order>>,
    report: &mut Report,
) -> Result<(), Error> {
    let filter = Filter { status, ..Filter::default() };
    let (mut after, mut seen) = (None, 0);
    while seen < most {
        let some = order::of_platform(q, &filter, after, PAGE)?;
        for order in &some {
            // Of all orders nobody asks twice, and they need not be remembered.
            if report.whole || looked.insert(order.id) {
                look(q, order, report)?;
                report.orders += 1;
            }
        }
        seen += some.len() as i64;
        match some.last() {
            Some(order) if some.len() as i64 == PAGE => after = Some(order.id),
            Some(_) | None => break,
        }
    }
    Ok(())
}

/// What an order's money and stock should be, by where it is in its life.
struct Expected {
    purchase: Status,
    escrow: Money,
    reservation: warehouse::Status,
}

impl Expected {
    fn of(order: &Order) -> Self {
        let nothing = Money { minor: 0, ..order.sums.total };
        let (purchase, escrow, reservation) = match order.status {
            Status::Unpaid => (Status::Unpaid, nothing, warehouse::Status::Held),
            Status::Paid => (Status::Paid, order.net().total, warehouse::Status::Held),
            Status::Shipped => (Status::Paid, order.net().total, warehouse::Status::Committed),
            Status::Received => (Status::Paid, nothing, warehouse::Status::Committed),
            Status::Cancelled => (Status::Cancelled, nothing, warehouse::Status::Released),
            Status::Closed => (Status::Closed, nothing, warehouse::Status::Expired),
            Status::Refunded => (Status::Paid, nothing, warehouse::Status::Released),
        };
        Self { purchase, escrow, reservation }
    }
}

/// Whether an order's stock went back though it was delivered: all codes of it lacked, and what is left of it are files.
fn given_back(order: &Order, status: warehouse::Status) -> bool {
    let delivered = matches!(order.status, Status::Shipped | Status::Received);
    let files = !order.cuts.is_empty() && order.lines.iter().all(|line| line.digital);
    delivered && files && status == warehouse::Status::Released
}

fn look(q: &mut impl Query, order: &Order, report: &mut Report) -> Result<(), Error> {
    let (id, is) = (order.id, order.status.as_str());
    let expected = Expected::of(order);
    let mut tell = |what: String| report.tell(Where::Order, format_args!("{id} is {is}, {what}"));

    let escrow = ledger::balance(q, &Account::Escrow(id), order.sums.total.currency)?;
    if escrow != expected.escrow {
        tell(format!("and {escrow} of its money is kept, which should be {}", expected.escrow));
    }
    if let Some(reservation) = order.reservation {
        match warehouse::reservation(q, order.shop, reservation) {
            Ok(held) if held.status != expected.reservation && !given_back(order, held.status) => {
                let (is, should) = (held.status.as_str(), expected.reservation.as_str());
                tell(format!("and its stock is {is}, which should be {should}"));
            }
            Ok(held) if order.status == Status::Paid && held.due_at.is_some() => {
                tell("and its stock is kept for a while only".to_owned());
            }
            Ok(_) => {}
            Err(warehouse::Error::NoReservation(_)) => tell("and its reservation is not there".to_owned()),
            Err(err) => return Err(err.into()),
        }
    }
    let purchase: Purchase = match order::purchase_of(q, order.purchase) {
        Ok(purchase) => purchase,
        Err(order::Error::NoPurchase(_)) => {
            tell("and its purchase is not there".to_owned());
            return Ok(());
        }
        Err(err) => return Err(err.into()),
    };
    // An order that was cancelled before payment may have left a purchase that went on.
    let left = order.status == Status::Cancelled && purchase.parts.iter().all(|part| part.order != id);
    if purchase.status != expected.purchase && !left {
        tell(format!("and {} is {}", purchase.id, purchase.status.as_str()));
    }
    if expected.purchase == Status::Paid {
        paid(q, order, &purchase, &mut tell)?;
    }
    Ok(())
}

/// What was paid for has a payment that brought enough, and is booked.
fn paid(
    q: &mut impl Query,
    order: &Order,
    purchase: &Purchase,
    tell: &mut impl FnMut(String),
) -> Result<(), Error> {
    let Some(payment) = order.payment else {
        tell("without a payment".to_owned());
        return Ok(());
    };
    match payment::attempt(q, payment) {
        Ok(attempt) if attempt.purchase != purchase.id => {
            tell(format!("by {payment}, which is of another purchase"))
        }
        Ok(attempt) => {
            let enough =
                |came: Money| came.currency == purchase.total.currency && came.minor >= purchase.total.minor;
            if !attempt.captured.is_some_and(enough) {
                tell(format!("and {payment} did not bring the {} that it costs", purchase.total));
            }
        }
        Err(payment::Error::NoPayment(_)) => tell(format!("by {payment}, which is not there")),
        Err(err) => return Err(err.into()),
    }
    if ledger::by_key(q, &format!("capture:{payment}"))?.is_none() {
        tell(format!("and what {payment} brought is not booked"));
    }
    if order.status == Status::Received {
        let released: Id<id::Order> = order.id;
        if ledger::by_key(q, &format!("release:{released}"))?.is_none() {
            tell("and its money was not released to its shop".to_owned());
        }
    }
    Ok(())
}

/// How often the books are checked, in microseconds.
const EVERY: i64 = 600_000_000;
/// How many of the newest orders that looks at, besides those that are open.
const CHECKED: i64 = 2_000;

store::declare! { JobKind::every("books.check", EVERY, check) }

/// Checks the books, notes the result, and tells the log what does not agree.
fn check(work: &Work<'_>) -> Result<(), Failure> {
    let at = work.now();
    let report = work.db.read(|q| run(q, at, Scope::Newest(CHECKED)))?;
    report.log();
    work.db.write_blocking("books.check", Keys::none(), move |tx| keep(tx, &report))?;
    Ok(())
}

/// Notes a result, for the console.
pub fn keep(tx: &mut Tx<'_>, report: &Report) -> Result<(), StoreError> {
    let text = serde_json::to_string(report)
        .map_err(|err| StoreError::Unreadable(format!("a report cannot be written: {err}")))?;
    tx.exec(&KEEP, vals![report.at, report.faults.len() as i64, &text])?;
    tx.exec(&FORGET, vals![KEPT]).map(drop)
}

/// The newest results, newest first.
pub fn results(q: &mut impl Query, limit: i64) -> Result<Vec<Report>, StoreError> {
    q.rows(&RESULTS, vals![limit.clamp(1, KEPT)], |row| {
        serde_json::from_str(row.text(0)?)
            .map_err(|err| StoreError::Unreadable(format!("a report that cannot be read: {err}")))
    })
}
