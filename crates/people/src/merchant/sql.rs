//! Every statement about shops, and rows to values and back.

use super::holiday::Holiday;
use super::model::{HolidayOrders, Industry, Kind, ShopView, Status};
use kernel::id::Shop;
use kernel::{Id, Moment, RawId};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "people", number: 5, name: "shops", sql: "
create table merchant_shop (
  id {blob} not null primary key,
  name text not null,
  industry text,
  kind text,
  status text not null check (status in ('open', 'suspended', 'closed')),
  opened_at bigint not null,
  version bigint not null
)
" }

store::migration! { context: "people", number: 9, name: "holidays of shops", sql: "
alter table merchant_shop add column holiday_from bigint;
alter table merchant_shop add column holiday_until bigint;
alter table merchant_shop add column holiday_orders text check (holiday_orders in ('refused', 'later'));
" }

store::sql! {
    /// A new shop.
    OPEN = "
insert into merchant_shop (id, name, industry, kind, status, opened_at, version)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing";

    /// A shop as it is now, if nobody changed it since.
    SAVE = "
update merchant_shop
set name = $3, industry = $4, kind = $5, status = $6, holiday_from = $7, holiday_until = $8, holiday_orders = $9,
  version = version + 1
where id = $1 and version = $2";

    /// One shop.
    ONE = "
select id, name, industry, kind, status, opened_at, version, holiday_from, holiday_until, holiday_orders
from merchant_shop
where id = $1";

    /// A page of shops, newest first.
    PAGE = "
select id, name, industry, kind, status, opened_at, version, holiday_from, holiday_until, holiday_orders
from merchant_shop
where id < $1
order by id desc
limit $2";
}

fn unreadable(what: &'static str) -> StoreError {
    StoreError::Unreadable(format!("merchant_shop: {what}"))
}

/// False: it is here already.
pub(super) fn open(tx: &mut Tx<'_>, new: &ShopView) -> Result<bool, StoreError> {
    let ShopView { id, name, industry, kind, status, opened_at, version, .. } = new;
    let (industry, kind) = (industry.map(Industry::as_str), kind.map(Kind::as_str));
    Ok(tx.exec(&OPEN, vals![*id, &**name, industry, kind, status.as_str(), *opened_at, *version])? == 1)
}

/// False: somebody changed it in between.
pub(super) fn save(tx: &mut Tx<'_>, now: &ShopView) -> Result<bool, StoreError> {
    let ShopView { id, name, industry, kind, status, holiday, version, .. } = now;
    let (from, until) = (holiday.map(|h| h.from), holiday.map(|h| h.until));
    let orders = holiday.map(|h| h.orders.as_str());
    let (industry, kind) = (industry.map(Industry::as_str), kind.map(Kind::as_str));
    Ok(tx.exec(&SAVE, vals![*id, *version, &**name, industry, kind, status.as_str(), from, until, orders])?
        == 1)
}

fn shop_row(row: &Row<'_>) -> Result<ShopView, StoreError> {
    let industry =
        row.maybe_text(2)?.map(|word| Industry::parse(word).ok_or_else(|| unreadable("an industry")));
    let kind = row.maybe_text(3)?.map(|word| Kind::parse(word).ok_or_else(|| unreadable("a kind")));
    let holiday = match (row.maybe_int(7)?, row.maybe_int(8)?, row.maybe_text(9)?) {
        (Some(from), Some(until), Some(word)) => Some(Holiday {
            from: Moment::from_micros(from),
            until: Moment::from_micros(until),
            orders: HolidayOrders::parse(word).ok_or_else(|| unreadable("what becomes of orders"))?,
        }),
        _ => None,
    };
    Ok(ShopView {
        holiday,
        id: Id::from_raw(row.id(0)?),
        name: row.text(1)?.into(),
        industry: industry.transpose()?,
        kind: kind.transpose()?,
        status: Status::parse(row.text(4)?).ok_or_else(|| unreadable("an unknown status"))?,
        opened_at: row.moment(5)?,
        version: row.int(6)?,
    })
}

pub(super) fn one(q: &mut impl Query, id: Id<Shop>) -> Result<Option<ShopView>, StoreError> {
    q.one(&ONE, vals![id], shop_row)
}

pub(super) fn page(
    q: &mut impl Query,
    after: Option<Id<Shop>>,
    limit: i64,
) -> Result<Vec<ShopView>, StoreError> {
    q.rows(&PAGE, vals![after.map_or(RawId([0xff; 16]), Id::raw), limit], shop_row)
}
