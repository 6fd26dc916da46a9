//! What a shop has to do, where its orders' money stands, and what a buyer waits for: sums over open orders, which are few.

use super::error::Error;
use kernel::id::{Member, Shop};
use kernel::{Currency, Id, Moment, Money};
use store::{Query, StoreError, vals};

/// How finely deadlines are told apart: orders due within one hour are one entry.
const HOUR: i64 = 3_600_000_000;

store::sql! {
    /// Paid orders that have not shipped and wait for nobody, by the hour in which they are due.
    DUE = "
select ship_by / $2, min(ship_by), count(*), currency, cast(sum(total) as bigint)
from order_head
where shop = $1 and status = 'paid' and held = 0
group by ship_by / $2, currency
order by 1, 4
limit $3";

    /// What is paid for and not received.
    STANDING = "
select status, count(*), currency, cast(sum(total) as bigint)
from order_head
where shop = $1 and status in ('paid', 'shipped')
group by status, currency
order by 1, 3";

    /// A buyer's orders of which something is still to come.
    WAITING = "
select status, count(*)
from order_head
where member = $1 and status in ('unpaid', 'paid', 'shipped')
group by status
order by 1";
}

/// How many of a buyer's orders wait, and for what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// For the buyer to pay.
    pub unpaid: i64,
    /// For the shop to ship.
    pub paid: i64,
    /// For the buyer to receive.
    pub shipped: i64,
}

/// How many of a buyer's orders wait, and for what.
pub fn waiting_of_member(q: &mut impl Query, member: Id<Member>) -> Result<Waiting, Error> {
    let rows = q.rows(&WAITING, vals![member], |row| Ok((row.text(0)?.to_owned(), row.int(1)?)))?;
    let of = |status: &str| rows.iter().find(|(one, _)| one == status).map_or(0, |(_, orders)| *orders);
    Ok(Waiting { unpaid: of("unpaid"), paid: of("paid"), shipped: of("shipped") })
}

/// Orders to be shipped by about the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueOrders {
    /// By when the first of them.
    pub by: Moment,
    /// How many.
    pub orders: i64,
    /// What their buyers paid.
    pub total: Money,
}

/// Orders whose money is neither the buyer's nor the shop's yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether they have shipped.
    pub shipped: bool,
    /// How many.
    pub orders: i64,
    /// What their buyers paid.
    pub total: Money,
}

fn currency(text: &str) -> Result<Currency, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable("order: a currency that is none".to_owned()))
}

/// What a shop has to ship, by the hour, earliest first; at most so many hours.
pub fn due_of_shop(q: &mut impl Query, shop: Id<Shop>, most: i64) -> Result<Vec<DueOrders>, Error> {
    Ok(q.rows(&DUE, vals![shop, HOUR, most.clamp(1, 200)], |row| {
        let total = Money::new(row.int(4)?, currency(row.text(3)?)?);
        Ok(DueOrders { by: row.moment(1)?, orders: row.int(2)?, total })
    })?)
}

/// A shop's orders that are paid for and not received, as those that have shipped and those that have not.
pub fn standing_of_shop(q: &mut impl Query, shop: Id<Shop>) -> Result<Vec<Standing>, Error> {
    Ok(q.rows(&STANDING, vals![shop], |row| {
        let total = Money::new(row.int(3)?, currency(row.text(2)?)?);
        Ok(Standing { shipped: row.text(0)? == "shipped", orders: row.int(1)?, total })
    })?)
}
