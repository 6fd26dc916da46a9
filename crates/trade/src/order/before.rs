//! What was placed before a purchase by whom it is traced to: what risk control counts.

use super::model::Status;
use super::sql;
use crate::risk::{Reach, Seen, Sign, Traces};
use kernel::id::Member;
use kernel::{Id, Moment, RawId};
use store::{Query, StoreError, vals};

/// The most that is read of one sign: whoever has as many is far beyond any bound.
const MOST: i64 = 200;

store::sql! {
    /// A member's newest purchases, and the newest to a phone, to an address and from a device.
    BEFORE = "
select 'member', placed_at, status, doc
from (select placed_at, status, case when $9 = 1 then doc end as doc
  from order_purchase where member = $1 and id >= $2 order by id desc limit $10) m
union all
select 'phone', placed_at, status, null
from (select placed_at, status
  from order_purchase where risk_phone = $3 and placed_at >= $4 order by placed_at desc limit $10) p
union all
select 'address', placed_at, status, null
from (select placed_at, status
  from order_purchase where risk_address = $5 and placed_at >= $6 order by placed_at desc limit $10) a
union all
select 'device', placed_at, status, null
from (select placed_at, status
  from order_purchase where risk_device = $7 and placed_at >= $8 order by placed_at desc limit $10) d";
}

/// What was placed by a member, and to or from what a purchase is traced by, as far back as is asked for. Purchases that
/// ended count as well: who places and calls off all day keeps stock from others.
pub fn before(
    q: &mut impl Query,
    member: Id<Member>,
    traces: &Traces,
    reach: &Reach,
) -> Result<Vec<Seen>, StoreError> {
    // Ids are times: an id of the last moment leaves nothing.
    let own = reach.member.map_or(RawId([0xff; 16]), |since| RawId::new(since, 0));
    let from = |since: Option<Moment>| since.unwrap_or(Moment::MAX);
    let (phone, address, device) = (traces.phone.as_ref(), traces.address.as_ref(), traces.device.as_ref());
    q.rows(
        &BEFORE,
        vals![
            member,
            own,
            phone.map(|trace| &trace[..]),
            from(reach.phone),
            address.map(|trace| &trace[..]),
            from(reach.address),
            device.map(|trace| &trace[..]),
            from(reach.device),
            i64::from(reach.units),
            MOST
        ],
        |row| {
            let unreadable = |what: &str| StoreError::Unreadable(format!("order: {what}"));
            let units = row.maybe_text(3)?.map(sql::units).transpose()?.unwrap_or_default();
            Ok(Seen {
                by: Sign::parse(row.text(0)?).ok_or_else(|| unreadable("a sign that is none"))?,
                placed_at: row.moment(1)?,
                unpaid: row.text(2)? == Status::Unpaid.as_str(),
                units,
            })
        },
    )
}
