//! Every statement of the sandbox, and rows to values and back.

use super::model::{Charge, Status};
use kernel::{Currency, Id, Moment, Money, id};
use store::{Query, StoreError, Tx, vals};

store::migration! { context: "pay", number: 1, name: "sandbox", sql: "
create table sandbox_charge (
  payment {blob} not null primary key,
  asked bigint not null,
  captured bigint not null,
  currency text not null,
  status text not null check (status in ('open', 'captured', 'failed')),
  begun_at bigint not null
);
create table sandbox_refund (
  refund {blob} not null primary key,
  payment {blob} not null,
  amount bigint not null check (amount > 0),
  given_at bigint not null
);
create index sandbox_refund_payment on sandbox_refund (payment);
" }

store::sql! {
    /// A new charge; one that is there refuses its closure.
    INSERT = "
insert into sandbox_charge (payment, asked, captured, currency, status, begun_at)
values ($1, $2, $3, $4, $5, $6)";

    /// A charge.
    CHARGE = "
select asked, captured, currency, status
from sandbox_charge
where payment = $1";

    /// The buyer decides.
    DECIDE = "
update sandbox_charge
set captured = $2, status = $3
where payment = $1 and status = 'open'";

    /// Whether a refund was made.
    REFUND = "
select 1
from sandbox_refund
where refund = $1";

    /// How much of a charge went back.
    GIVEN_BACK = "
select cast(coalesce(sum(amount), 0) as bigint)
from sandbox_refund
where payment = $1";

    /// A refund.
    GIVE_BACK = "
insert into sandbox_refund (refund, payment, amount, given_at)
values ($1, $2, $3, $4)";
}

pub(super) fn insert(tx: &mut Tx<'_>, charge: &Charge, now: Moment) -> Result<(), StoreError> {
    let Charge { payment, asked, captured, status } = *charge;
    tx.insert(
        &INSERT,
        vals![payment, asked.minor, captured.minor, asked.currency.code(), status.as_str(), now],
    )
}

pub(super) fn charge(q: &mut impl Query, payment: Id<id::Payment>) -> Result<Option<Charge>, StoreError> {
    let unreadable = |what: &str| StoreError::Unreadable(format!("sandbox_charge: {what}"));
    q.one(&CHARGE, vals![payment], |row| {
        let currency: Currency = row.text(2)?.parse().map_err(|_| unreadable("a currency that is none"))?;
        Ok(Charge {
            payment,
            asked: Money::new(row.int(0)?, currency),
            captured: Money::new(row.int(1)?, currency),
            status: Status::parse(row.text(3)?).ok_or_else(|| unreadable("an unknown status"))?,
        })
    })
}

pub(super) fn decide(tx: &mut Tx<'_>, charge: &Charge) -> Result<(), StoreError> {
    tx.exec(&DECIDE, vals![charge.payment, charge.captured.minor, charge.status.as_str()]).map(drop)
}

pub(super) fn refunded(q: &mut impl Query, refund: Id<id::Refund>) -> Result<bool, StoreError> {
    Ok(q.one(&REFUND, vals![refund], |_| Ok(()))?.is_some())
}

pub(super) fn given_back(q: &mut impl Query, payment: Id<id::Payment>) -> Result<i64, StoreError> {
    Ok(q.one(&GIVEN_BACK, vals![payment], |row| row.int(0))?.unwrap_or(0))
}

pub(super) fn give_back(
    tx: &mut Tx<'_>,
    refund: Id<id::Refund>,
    charge: &Charge,
    amount: Money,
    now: Moment,
) -> Result<(), StoreError> {
    tx.insert(&GIVE_BACK, vals![refund, charge.payment, amount.minor, now])
}
