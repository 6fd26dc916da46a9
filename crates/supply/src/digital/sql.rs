//! Every statement of goods without a parcel, and rows to values.

use super::error::Error;
use super::{Delivery, File, Good, Link, Pool};
use kernel::id::{Order, Shop, Sku};
use kernel::{Id, RawId};
use store::{Query, Row, StoreError, Tx, Val, vals};

store::migration! { context: "supply", number: 4, name: "goods without a parcel", sql: "
create table digital_good (
  sku {blob} not null primary key,
  shop {blob} not null,
  delivery text not null check (delivery in ('codes', 'file')),
  file text,
  name text,
  bytes bigint
);
create table digital_place (
  shop {blob} not null primary key,
  warehouse {blob} not null
);
create table digital_code (
  id {blob} not null primary key,
  shop {blob} not null,
  sku {blob} not null,
  mark {blob} not null,
  turn bigint not null,
  added_at bigint not null,
  withdrawn_at bigint,
  order_id {blob},
  assigned_at bigint,
  seen_at bigint
);
create unique index digital_code_mark on digital_code (sku, mark);
create index digital_code_free on digital_code (sku, turn, id) where order_id is null and withdrawn_at is null;
create index digital_code_order on digital_code (order_id, sku, turn) where order_id is not null;
create table digital_link (
  id {blob} not null primary key,
  shop {blob} not null,
  order_id {blob} not null,
  sku {blob} not null,
  file text not null,
  name text not null,
  bytes bigint not null,
  most bigint not null,
  used bigint not null check (used between 0 and most),
  until_at bigint not null
);
create unique index digital_link_order on digital_link (order_id, sku);
" }

store::sql! {
    /// How some variants of a shop are delivered.
    GOODS = "
select sku, delivery, file, name, bytes
from digital_good
where shop = $1
  and sku in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
    $25)
order by sku";

    /// How a variant is delivered from now on.
    SET_GOOD = "
insert into digital_good (sku, shop, delivery, file, name, bytes)
values ($1, $2, $3, $4, $5, $6)
on conflict (sku) do update
set delivery = excluded.delivery, file = excluded.file, name = excluded.name, bytes = excluded.bytes
where digital_good.shop = excluded.shop";

    /// In which warehouse a shop's codes are counted.
    pub(super) PLACE = "
select warehouse
from digital_place
where shop = $1";

    /// Says it.
    pub(super) SET_PLACE = "
insert into digital_place (shop, warehouse)
values ($1, $2)
on conflict (shop) do nothing";

    /// A code of a pool.
    pub(super) ADD = "
insert into digital_code (id, shop, sku, mark, turn, added_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (sku, mark) do nothing";

    /// Codes that nobody has are not given out any more, the last added first.
    pub(super) WITHDRAW = "
update digital_code
set withdrawn_at = $3
where order_id is null and withdrawn_at is null
  and id in (
    select id
    from digital_code
    where shop = $1 and sku = $2 and order_id is null and withdrawn_at is null
    order by turn desc, id desc
    limit $4)";

    /// How many codes a pool has.
    POOL = "
select
  cast(coalesce(sum(case when order_id is null and withdrawn_at is null then 1 else 0 end), 0) as bigint),
  cast(coalesce(sum(case when order_id is not null then 1 else 0 end), 0) as bigint),
  cast(coalesce(sum(case when withdrawn_at is not null then 1 else 0 end), 0) as bigint)
from digital_code
where shop = $1 and sku = $2";

    /// An order gets codes that nobody has, the first added first.
    pub(super) ASSIGN = "
update digital_code
set order_id = $3, assigned_at = $4
where order_id is null and withdrawn_at is null
  and id in (
    select id
    from digital_code
    where shop = $1 and sku = $2 and order_id is null and withdrawn_at is null
    order by turn, id
    limit $5)";

    /// How many codes of a variant an order has.
    HAS = "
select count(*)
from digital_code
where order_id = $1 and sku = $2";

    /// An order's codes that nobody has seen are nobody's again.
    pub(super) GIVE_BACK = "
update digital_code
set order_id = null, assigned_at = null
where order_id = $1 and sku = $2 and seen_at is null";

    /// The codes of an order.
    pub(super) OF_ORDER = "
select id, sku, assigned_at, seen_at
from digital_code
where order_id = $1
order by sku, turn, id";

    /// A code was seen; the first time stays.
    pub(super) SEE = "
update digital_code
set seen_at = coalesce(seen_at, $3)
where order_id = $1 and id = $2";

    /// A link.
    pub(super) LINK = "
insert into digital_link (id, shop, order_id, sku, file, name, bytes, most, used, until_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)
on conflict (order_id, sku) do nothing";

    /// The links of an order.
    pub(super) LINKS = "
select id, sku, file, name, bytes, most, used, until_at
from digital_link
where order_id = $1
order by sku";

    /// A download of a link that still opens one.
    pub(super) DOWNLOAD = "
update digital_link
set used = used + 1
where id = $1 and used < most and until_at > $2";
}

/// How many variants one statement asks for.
const AT_ONCE: usize = 24;

pub(super) fn goods(q: &mut impl Query, shop: Id<Shop>, skus: &[Id<Sku>]) -> Result<Vec<Good>, StoreError> {
    let mut found = Vec::new();
    for some in skus.chunks(AT_ONCE) {
        let mut params = [Val::from(RawId([0; 16])); AT_ONCE + 1];
        params[0] = Val::from(shop);
        for (param, sku) in params[1..].iter_mut().zip(some) {
            *param = Val::from(*sku);
        }
        found.extend(q.rows(&GOODS, &params, |row| {
            let delivery = Delivery::parse(row.text(1)?)
                .ok_or_else(|| StoreError::Unreadable("digital_good: an unknown delivery".to_owned()))?;
            let file = match (row.maybe_text(2)?, row.maybe_text(3)?, row.maybe_int(4)?) {
                (Some(key), Some(name), Some(bytes)) => {
                    Some(File { key: key.into(), name: name.into(), bytes })
                }
                _ => None,
            };
            Ok(Good { sku: Id::from_raw(row.id(0)?), delivery, file })
        })?);
    }
    Ok(found)
}

pub(super) fn set_good(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    sku: Id<Sku>,
    delivery: Delivery,
    file: Option<&File>,
) -> Result<(), Error> {
    let (key, name) = (file.map(|file| &*file.key), file.map(|file| &*file.name));
    let bytes = file.map(|file| file.bytes);
    match tx.exec(&SET_GOOD, vals![sku, shop, delivery.as_str(), key, name, bytes])? {
        0 => Err(Error::NoSku(sku)),
        _ => Ok(()),
    }
}

pub(super) fn pool(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<Pool, StoreError> {
    let found = q.one(&POOL, vals![shop, sku], |row| {
        Ok(Pool { free: row.int(0)?, assigned: row.int(1)?, withdrawn: row.int(2)? })
    })?;
    Ok(found.unwrap_or_default())
}

pub(super) fn has(q: &mut impl Query, order: Id<Order>, sku: Id<Sku>) -> Result<i64, StoreError> {
    Ok(q.one(&HAS, vals![order, sku], |row| row.int(0))?.unwrap_or(0))
}

pub(super) fn link(row: &Row<'_>) -> Result<Link, StoreError> {
    Ok(Link {
        id: Id::from_raw(row.id(0)?),
        sku: Id::from_raw(row.id(1)?),
        file: File { key: row.text(2)?.into(), name: row.text(3)?.into(), bytes: row.int(4)? },
        most: row.int(5)?,
        used: row.int(6)?,
        until: row.moment(7)?,
    })
}
