//! Findings: money of a payment that moved at its provider, though nobody here moved it.
//!
//! Invariants: a payment has one finding, which keeps everything that was told of it; it is open until a person closes it with
//! a note, and opens again when more is told.

use super::error::Error;
use super::model::Attempt;
use kernel::{Ctx, Id, Moment, Money, RawId, id};
use ledger::Provider;
use store::{Query, Row, StoreError, Tx, Val, vals};

/// The longest note.
pub const LONGEST_FINDING_NOTE: usize = 500;
/// The most characters of what was told that a finding keeps.
const LONGEST_TOLD: usize = 4_000;
/// The most findings of a page.
const MOST: i64 = 200;
/// How many purchases are asked for at once.
const AT_ONCE: usize = 20;

store::migration! { context: "trade", number: 16, name: "money that moved outside", sql: "
create table payment_finding (
  payment {blob} not null primary key,
  purchase {blob} not null,
  provider text not null,
  word text not null,
  currency text,
  amount bigint,
  told text not null,
  found_at bigint not null,
  told_at bigint not null,
  is_open bigint not null check (is_open in (0, 1)),
  note text,
  closed_by text,
  closed_at bigint
);
create index payment_finding_open on payment_finding (is_open, payment);
create index payment_finding_purchase on payment_finding (purchase) where is_open = 1;
" }

/// What makes a [`Finding`], in the order of `finding`.
macro_rules! columns {
    () => {
        "
select payment, purchase, provider, word, currency, amount, told, found_at, told_at, is_open, note, closed_by, closed_at
from payment_finding"
    };
}

store::sql! {
    /// The finding of a payment.
    FINDING = concat!(columns!(), "
where payment = $1");

    /// A page of findings, open or closed, newest payments first.
    FINDINGS = concat!(columns!(), "
where is_open = $1
  and payment < $2
order by payment desc
limit $3");

    /// A new one.
    FOUND = "
insert into payment_finding (payment, purchase, provider, word, currency, amount, told, found_at, told_at, is_open)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1)";

    /// More was told.
    TOLD = "
update payment_finding
set word = $2, currency = $3, amount = $4, told = $5, told_at = $6, is_open = 1
where payment = $1";

    /// A person closes one.
    CLOSE = "
update payment_finding
set is_open = 0, note = $2, closed_by = $3, closed_at = $4
where payment = $1
  and is_open = 1";

    /// Which of some purchases have an open one.
    OPEN_OF = "
select distinct purchase
from payment_finding
where is_open = 1
  and purchase in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";

    /// How many are open.
    COUNT = "
select count(*)
from payment_finding
where is_open = 1";
}

/// Money that moved at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Of which payment.
    pub payment: Id<id::Payment>,
    /// Of which purchase.
    pub purchase: Id<id::Purchase>,
    /// At which provider.
    pub provider: Provider,
    /// What was told last, in the provider's word.
    pub word: Box<str>,
    /// How much it was about.
    pub amount: Option<Money>,
    /// Everything that was told, one line each: when, what, how much.
    pub told: Box<str>,
    /// When the first of it was told.
    pub found_at: Moment,
    /// When the last of it was told.
    pub told_at: Moment,
    /// Whether somebody has to look.
    pub open: bool,
    /// What the one who closed it noted.
    pub note: Option<Box<str>>,
    /// Who closed it.
    pub closed_by: Option<Box<str>>,
    /// When.
    pub closed_at: Option<Moment>,
}

fn finding(row: &Row<'_>) -> Result<Finding, StoreError> {
    let bad = |what: &str| StoreError::Unreadable(format!("payment_finding: {what}"));
    let currency: Option<kernel::Currency> =
        row.maybe_text(4)?.map(|code| code.parse().map_err(|_| bad("a currency"))).transpose()?;
    Ok(Finding {
        payment: Id::from_raw(row.id(0)?),
        purchase: Id::from_raw(row.id(1)?),
        provider: row.text(2)?.parse().map_err(|_| bad("a provider"))?,
        word: row.text(3)?.into(),
        amount: row.maybe_int(5)?.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
        told: row.text(6)?.into(),
        found_at: row.moment(7)?,
        told_at: row.moment(8)?,
        open: row.int(9)? == 1,
        note: row.maybe_text(10)?.map(Into::into),
        closed_by: row.maybe_text(11)?.map(Into::into),
        closed_at: row.maybe_int(12)?.map(Moment::from_micros),
    })
}

/// The finding of a payment, if there is one.
pub fn finding_of(q: &mut impl Query, payment: Id<id::Payment>) -> Result<Option<Finding>, Error> {
    Ok(q.one(&FINDING, vals![payment], finding)?)
}

/// A page of the findings that are open, or of those that are closed.
pub fn findings(
    q: &mut impl Query,
    open: bool,
    after: Option<Id<id::Payment>>,
    limit: i64,
) -> Result<Vec<Finding>, Error> {
    let below = after.map_or(RawId([0xff; 16]), Id::raw);
    Ok(q.rows(&FINDINGS, vals![i64::from(open), below, limit.clamp(1, MOST)], finding)?)
}

/// How many findings are open.
pub fn open_findings(q: &mut impl Query) -> Result<i64, Error> {
    Ok(q.one(&COUNT, vals![], |row| row.int(0))?.unwrap_or(0))
}

/// Which of some purchases have an open finding: what they brought stays where it is.
pub fn under_finding(
    q: &mut impl Query,
    purchases: &[Id<id::Purchase>],
) -> Result<Vec<Id<id::Purchase>>, Error> {
    let mut found = Vec::new();
    for chunk in purchases.chunks(AT_ONCE) {
        let params: [Val<'_>; AT_ONCE] = std::array::from_fn(|i| Val::from(chunk[i.min(chunk.len() - 1)]));
        found.extend(q.rows(&OPEN_OF, &params, |row| row.id(0).map(Id::from_raw))?);
    }
    Ok(found)
}

/// Refuses what would move goods or money of a purchase with an open finding.
pub fn no_finding(q: &mut impl Query, purchase: Id<id::Purchase>) -> Result<(), Error> {
    match under_finding(q, &[purchase])?.is_empty() {
        true => Ok(()),
        false => Err(Error::UnderFinding(purchase)),
    }
}

/// Notes what was told of a payment's money.
pub fn note_finding(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    attempt: &Attempt,
    (word, amount): (&str, Option<Money>),
) -> Result<Finding, Error> {
    let word: Box<str> = word.chars().filter(|c| !c.is_control()).take(80).collect();
    let line = match amount {
        Some(amount) => format!("{} {word} {amount}", ctx.now),
        None => format!("{} {word}", ctx.now),
    };
    let code = amount.as_ref().map(|amount| amount.currency.code());
    let minor = amount.map(|amount| amount.minor);
    match finding_of(tx, attempt.id)? {
        Some(before) => {
            let told = format!("{}\n{line}", before.told);
            let skip = told.chars().count().saturating_sub(LONGEST_TOLD);
            let told: String = told.chars().skip(skip).collect();
            tx.exec(&TOLD, vals![attempt.id, &*word, code, minor, &told, ctx.now])?;
        }
        None => {
            let provider = attempt.provider.name();
            let params = vals![attempt.id, attempt.purchase, provider, &*word, code, minor, &line, ctx.now];
            tx.insert(&FOUND, params)?;
        }
    }
    finding_of(tx, attempt.id)?.ok_or(Error::NoFinding(attempt.id))
}

/// A person closes a finding, and says what was done.
pub fn close_finding(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    payment: Id<id::Payment>,
    note: &str,
) -> Result<Finding, Error> {
    let note = note.trim();
    if !(1..=LONGEST_FINDING_NOTE).contains(&note.chars().count()) {
        return Err(Error::FindingNote { most: LONGEST_FINDING_NOTE as i64 });
    }
    if tx.exec(&CLOSE, vals![payment, note, &ctx.actor.to_string(), ctx.now])? == 0 {
        return Err(Error::NoFinding(payment));
    }
    finding_of(tx, payment)?.ok_or(Error::NoFinding(payment))
}
