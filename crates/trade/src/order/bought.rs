//! What a member bought before: what coupons for some members are decided by.

use kernel::id::{Member, Shop};
use kernel::{Id, Moment, Money, RawId};
use store::{Query, StoreError, vals};

store::sql! {
    /// How much a member bought since a moment: orders that were paid for, those that were not given back, and for how much.
    BOUGHT = "
select count(*), cast(coalesce(sum(case when status = 'refunded' then 0 else 1 end), 0) as bigint),
  cast(coalesce(sum(case when status = 'refunded' then 0 else total end), 0) as bigint), max(currency)
from order_head
where member = $1 and seq >= $2
  and paid_at is not null";

    /// The same of one shop.
    BOUGHT_AT = "
select count(*), cast(coalesce(sum(case when status = 'refunded' then 0 else 1 end), 0) as bigint),
  cast(coalesce(sum(case when status = 'refunded' then 0 else total end), 0) as bigint), max(currency)
from order_head
where member = $1 and seq >= $2
  and paid_at is not null
  and shop = $3";
}

/// What a member bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought {
    /// How many orders were ever paid for.
    pub ever: i64,
    /// How many of them were not called off and given back.
    pub orders: i64,
    /// For how much, less what was given back; none if there is no order. A market has one currency.
    pub amount: Option<Money>,
}

/// What a member bought at a shop, or at any, in orders that were placed since a moment.
pub fn bought(
    q: &mut impl Query,
    member: Id<Member>,
    shop: Option<Id<Shop>>,
    since: Option<Moment>,
) -> Result<Bought, StoreError> {
    // Ids are times.
    let since = since.map_or(RawId([0; 16]), |since| RawId::new(since, 0));
    let read = |row: &store::Row<'_>| {
        let currency = row.maybe_text(3)?.map(str::parse).transpose();
        let currency =
            currency.map_err(|_| StoreError::Unreadable("order: a currency that is none".to_owned()))?;
        let minor = row.int(2)?;
        let amount = currency.map(|currency| Money::new(minor, currency));
        Ok(Bought { ever: row.int(0)?, orders: row.int(1)?, amount })
    };
    let found = match shop {
        Some(shop) => q.one(&BOUGHT_AT, vals![member, since, shop], read)?,
        None => q.one(&BOUGHT, vals![member, since], read)?,
    };
    Ok(found.unwrap_or(Bought { ever: 0, orders: 0, amount: None }))
}
