//! Every statement of bank transfers.

use kernel::{Id, Moment, id};
use store::{Query, StoreError, Tx, vals};

store::migration! { context: "pay", number: 2, name: "transfers", sql: "
create table transfer_reference (
  reference text not null primary key,
  payment {blob} not null,
  given_at bigint not null
);
create unique index transfer_reference_payment on transfer_reference (payment);
" }

store::sql! {
    /// A reference, unless it is taken.
    TAKE = "
insert into transfer_reference (reference, payment, given_at)
values ($1, $2, $3)
on conflict (reference) do nothing";

    /// The reference of a payment.
    OF_PAYMENT = "
select reference
from transfer_reference
where payment = $1";
}

pub(super) fn take(
    tx: &mut Tx<'_>,
    reference: &str,
    payment: Id<id::Payment>,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.exec(&TAKE, vals![reference, payment, now])? == 1)
}

pub(super) fn of_payment(
    q: &mut impl Query,
    payment: Id<id::Payment>,
) -> Result<Option<Box<str>>, StoreError> {
    q.one(&OF_PAYMENT, vals![payment], |row| Ok(row.text(0)?.into()))
}
