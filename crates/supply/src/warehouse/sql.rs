//! Every statement of the warehouses, and rows to values and back.

use super::allocate::{Source, Sources};
use super::error::Error;
use super::model::{
    Claim, Clock, Figures, Limits, Moved, Part, Reason, Reservation, ShelfKind, Status, StockLocation,
};
use kernel::id::{Campaign, Movement, Reservation as ReservationKind, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Moment};
use std::ops::ControlFlow;
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "supply", number: 1, name: "warehouses", sql: "
create table warehouse_site (
  id {blob} not null primary key,
  shop {blob} not null,
  name text not null,
  turn bigint not null,
  is_open bigint not null check (is_open in (0, 1))
);
create index warehouse_site_shop on warehouse_site (shop, turn, id);
create table warehouse_sku (
  sku {blob} not null primary key,
  shop {blob} not null,
  is_kit bigint not null check (is_kit in (0, 1)),
  low_at bigint
);
create unique index warehouse_sku_shop on warehouse_sku (shop, sku);
create table warehouse_part (
  shop {blob} not null,
  kit {blob} not null,
  part {blob} not null,
  quantity bigint not null check (quantity > 0),
  primary key (kit, part)
);
create index warehouse_part_part on warehouse_part (part);
create table warehouse_campaign (
  shop {blob} not null,
  id {blob} not null,
  ended_at bigint,
  primary key (shop, id)
);
create table warehouse_shelf (
  id {blob} not null primary key,
  shop {blob} not null,
  sku {blob} not null,
  warehouse {blob} not null,
  campaign {blob}
);
create index warehouse_shelf_sku on warehouse_shelf (shop, sku, campaign);
create index warehouse_shelf_campaign on warehouse_shelf (shop, campaign) where campaign is not null;
create table warehouse_stock (
  shelf {blob} not null primary key,
  shop {blob} not null,
  stocked bigint not null,
  taken bigint not null,
  shipped bigint not null,
  check (stocked >= taken and taken >= shipped and shipped >= 0)
);
create table warehouse_reservation (
  id {blob} not null primary key,
  shop {blob} not null,
  status text not null check (status in ('held', 'committed', 'released', 'expired')),
  version bigint not null,
  due_at bigint,
  reference text,
  made_at bigint not null
);
create index warehouse_reservation_held on warehouse_reservation (shop, id) where status = 'held';
create table warehouse_claim (
  reservation {blob} not null,
  shelf {blob} not null,
  shop {blob} not null,
  sku {blob} not null,
  warehouse {blob} not null,
  campaign {blob},
  quantity bigint not null check (quantity > 0),
  returned bigint not null check (returned between 0 and quantity),
  primary key (reservation, shelf)
);
create table warehouse_movement (
  id {blob} not null primary key,
  shop {blob} not null,
  shelf {blob} not null,
  sku {blob} not null,
  warehouse {blob} not null,
  campaign {blob},
  moved text not null check (moved in
    ('received', 'counted', 'reserved', 'released', 'shipped', 'returned', 'adjusted', 'pooled')),
  quantity bigint not null,
  reservation {blob},
  reason text not null,
  reference text,
  at bigint not null
);
create index warehouse_movement_sku on warehouse_movement (shop, sku, id);
" }

store::migration! { context: "supply", number: 2, name: "clocks of reservations", sql: "
alter table warehouse_reservation add column clock text not null default 'own' check (clock in ('own', 'caller'));
" }

store::migration! { context: "supply", number: 3, name: "safety stock and back-orders", sql: "
alter table warehouse_sku add column is_low bigint not null default 0 check (is_low in (0, 1));
create table warehouse_stock_limited (
  shelf {blob} not null primary key,
  shop {blob} not null,
  stocked bigint not null,
  taken bigint not null,
  shipped bigint not null,
  safety bigint not null default 0 check (safety >= 0),
  backorder bigint not null default 0 check (backorder >= 0),
  sells bigint not null generated always as (stocked - safety + backorder) stored,
  check (stocked >= shipped and taken >= shipped and shipped >= 0)
);
insert into warehouse_stock_limited (shelf, shop, stocked, taken, shipped)
select shelf, shop, stocked, taken, shipped
from warehouse_stock;
drop table warehouse_stock;
alter table warehouse_stock_limited rename to warehouse_stock;
" }

store::migration! { context: "supply", number: 5, name: "campaigns with a name and an end", sql: "
alter table warehouse_campaign add column name text;
alter table warehouse_campaign add column until_at bigint;
create index warehouse_campaign_id on warehouse_campaign (id, shop);
" }

store::counter! {
    /// Units that were ever spoken for and not given back: no more than are sold, back-orders included.
    pub(super) TAKEN: warehouse_stock[shelf] taken <= sells;
}
store::counter! {
    /// Units that have left. What was back-ordered leaves only once it has arrived; the table's check holds the rest.
    pub(super) SHIPPED: warehouse_stock[shelf] shipped <= stocked;
}

store::sql! {
    /// A new warehouse.
    pub(super) OPEN_SITE = "
insert into warehouse_site (id, shop, name, turn, is_open)
values ($1, $2, $3, $4, $5)";

    /// Changes a warehouse.
    pub(super) CHANGE_SITE = "
update warehouse_site
set name = $3, turn = $4, is_open = $5
where shop = $1 and id = $2";

    /// One warehouse.
    SITE = "
select name, turn, is_open
from warehouse_site
where shop = $1 and id = $2";

    /// A SKU that stock is kept of.
    pub(super) ADD_SKU = "
insert into warehouse_sku (sku, shop, is_kit, low_at)
values ($1, $2, 0, $3)
on conflict (sku) do nothing";

    /// From how many units on its stock is low.
    pub(super) SET_LOW = "
update warehouse_sku
set low_at = $3, is_low = case when low_at is not distinct from $3 then is_low else 0 end
where shop = $1 and sku = $2";

    /// A SKU with a mark and the kits with one that it is a part of: how many there are of each.
    LOWS = "
select k.sku, k.low_at, k.is_low,
  (select cast(coalesce(min(x.n), 0) as bigint)
    from (
      select cast(coalesce(sum(case when w.is_open = 1 and b.stocked - b.safety > b.taken
          then b.stocked - b.safety - b.taken else 0 end), 0) as bigint) / p.quantity as n
      from warehouse_part p
      left join warehouse_shelf s on s.shop = p.shop and s.sku = p.part and s.campaign is null
      left join warehouse_stock b on b.shelf = s.id
      left join warehouse_site w on w.id = s.warehouse
      where p.shop = k.shop and p.kit = k.sku
      group by p.part, p.quantity
    ) x)
from warehouse_part o
join warehouse_sku k on k.sku = o.kit
where o.part = $2 and k.shop = $1 and k.low_at is not null
order by k.sku";

    /// A SKU ran low, or recovered.
    pub(super) SET_IS_LOW = "
update warehouse_sku
set is_low = $3
where shop = $1 and sku = $2 and is_low <> $3";

    /// What a shop says of a place.
    pub(super) SET_LIMITS = "
update warehouse_stock
set safety = $3, backorder = $4
where shop = $1 and shelf = $2";

    /// Whether a SKU is a kit.
    SKU = "
select is_kit
from warehouse_sku
where shop = $1 and sku = $2";

    /// A SKU becomes a kit.
    pub(super) SET_KIT = "
update warehouse_sku
set is_kit = 1
where shop = $1 and sku = $2";

    /// What a SKU was made of.
    pub(super) CLEAR_PARTS = "
delete from warehouse_part
where shop = $1 and kit = $2";

    /// What a SKU is made of.
    pub(super) ADD_PART = "
insert into warehouse_part (shop, kit, part, quantity)
values ($1, $2, $3, $4)";

    /// Whether a SKU is a part of another.
    IN_KIT = "
select 1
from warehouse_part
where shop = $1 and part = $2 and kit <> $2
limit 1";

    /// Whether a SKU was ever stocked.
    STOCKED = "
select 1
from warehouse_shelf
where shop = $1 and sku = $2
limit 1";

    /// A place.
    ADD_SHELF = "
insert into warehouse_shelf (id, shop, sku, warehouse, campaign)
values ($1, $2, $3, $4, $5)
on conflict (id) do nothing";

    /// A place's figures.
    ADD_STOCK = "
insert into warehouse_stock (shelf, shop, stocked, taken, shipped)
values ($1, $2, 0, 0, 0)
on conflict (shelf) do nothing";

    /// A place's figures, to decide upon.
    FIGURES = "
select stocked, taken, shipped, safety, backorder
from warehouse_stock
where shop = $1 and shelf = $2";

    /// Units come to a place or go, if nobody shipped in between and so many stay that nobody has spoken for.
    MOVE = "
update warehouse_stock
set stocked = stocked + $3
where shop = $1 and shelf = $2
  and shipped = $4
  and stocked + $3 - taken >= $5";

    /// Figures as the movements have them.
    SET_FIGURES = "
insert into warehouse_stock (shelf, shop, stocked, taken, shipped)
values ($1, $2, $3, $4, $5)
on conflict (shelf) do update
set stocked = excluded.stocked, taken = excluded.taken, shipped = excluded.shipped";

    /// What a SKU is made of, and where that lies.
    SOURCES = "
select p.part, p.quantity, s.warehouse, w.turn, w.is_open, b.backorder
from warehouse_part p
left join warehouse_shelf s on s.shop = p.shop and s.sku = p.part and s.campaign is not distinct from $3
left join warehouse_stock b on b.shelf = s.id
left join warehouse_site w on w.id = s.warehouse
where p.shop = $1 and p.kit = $2
order by p.part, s.warehouse";

    /// A campaign for which stock is set aside.
    pub(super) ADD_CAMPAIGN = "
insert into warehouse_campaign (shop, id, ended_at)
values ($1, $2, null)
on conflict (shop, id) do nothing";

    /// A campaign ends.
    pub(super) END_CAMPAIGN = "
update warehouse_campaign
set ended_at = $3
where shop = $1 and id = $2 and ended_at is null";

    /// When a campaign ended.
    CAMPAIGN = "
select ended_at
from warehouse_campaign
where shop = $1 and id = $2";

    /// Pools of a campaign with something to sell in them.
    POOLS = "
select s.sku, s.warehouse, b.stocked - b.taken
from warehouse_shelf s
join warehouse_stock b on b.shelf = s.id
where s.shop = $1 and s.campaign = $2 and b.stocked > b.taken
order by s.id
limit $3";

    /// A new reservation.
    RESERVE = "
insert into warehouse_reservation (id, shop, status, version, due_at, clock, reference, made_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// What it keeps.
    CLAIM = "
insert into warehouse_claim (reservation, shelf, shop, sku, warehouse, campaign, quantity, returned)
values ($1, $2, $3, $4, $5, $6, $7, 0)";

    /// A reservation and what it keeps, a row for each claim.
    RESERVATION = "
select r.status, r.version, r.due_at, r.clock, r.reference, r.made_at, c.sku, c.warehouse, c.campaign, c.quantity,
  c.returned
from warehouse_reservation r
join warehouse_claim c on c.reservation = r.id
where r.shop = $1 and r.id = $2
order by c.shelf";

    /// What is held lasts until it ships or is given back, if no timer of its own waits for it.
    KEEP = "
update warehouse_reservation
set due_at = null, version = version + 1
where shop = $1 and id = $2 and status = 'held' and clock = 'caller'";

    /// Whose reservation it is: a timer knows nothing but its id.
    SHOP_OF = "
select shop
from warehouse_reservation
where id = $1";

    /// Saves a reservation that is still at its version.
    SAVE = "
update warehouse_reservation
set status = $4, due_at = $5, version = version + 1
where shop = $1 and id = $2 and version = $3";

    /// Units of a claim came back.
    pub(super) BACK = "
update warehouse_claim
set returned = returned + $4
where shop = $1 and reservation = $2 and shelf = $3";

    /// A claim keeps less.
    pub(super) KEEP_LESS = "
update warehouse_claim
set quantity = quantity - $4
where shop = $1 and reservation = $2 and shelf = $3 and quantity > $4";

    /// A claim keeps nothing any more.
    pub(super) KEEP_NONE = "
delete from warehouse_claim
where shop = $1 and reservation = $2 and shelf = $3";

    /// A line of the journal.
    JOURNAL = "
insert into warehouse_movement
  (id, shop, shelf, sku, warehouse, campaign, moved, quantity, reservation, reason, reference, at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

    /// Places of a shop whose figures are not what movements and held claims say, and pools that outlived their campaign.
    DIFFER = "
select s.sku, s.warehouse, s.campaign, b.stocked, b.taken, b.shipped,
  coalesce(m.stocked, 0), coalesce(m.taken, 0), coalesce(m.shipped, 0), coalesce(h.held, 0),
  case when c.ended_at is null then 0 else 1 end
from warehouse_shelf s
left join warehouse_stock b on b.shelf = s.id and b.shop = s.shop
left join warehouse_campaign c on c.shop = s.shop and c.id = s.campaign
left join (
  select shelf,
    cast(sum(case when moved in ('received', 'counted', 'returned', 'adjusted', 'pooled')
      then quantity else 0 end) as bigint) as stocked,
    cast(sum(case moved when 'reserved' then quantity when 'released' then -quantity else 0 end) as bigint) as taken,
    cast(sum(case moved when 'shipped' then quantity else 0 end) as bigint) as shipped
  from warehouse_movement
  where shop = $1
  group by shelf
) m on m.shelf = s.id
left join (
  select k.shelf, cast(sum(k.quantity) as bigint) as held
  from warehouse_reservation r
  join warehouse_claim k on k.reservation = r.id
  where r.shop = $1 and r.status = 'held'
  group by k.shelf
) h on h.shelf = s.id
where s.shop = $1
  and (b.stocked is distinct from coalesce(m.stocked, 0)
    or b.taken is distinct from coalesce(m.taken, 0)
    or b.shipped is distinct from coalesce(m.shipped, 0)
    or b.taken - b.shipped is distinct from coalesce(h.held, 0)
    or (c.ended_at is not null and b.stocked > b.taken))
order by s.id
limit $2";
}

/// What [`DIFFER`] says of one place.
pub(super) struct Differs {
    pub place: StockLocation,
    /// Absent if the row is gone.
    pub stored: Option<Figures>,
    pub moved: Figures,
    pub held: i64,
    pub over: bool,
}

pub(super) fn differing(q: &mut impl Query, shop: Id<Shop>, limit: i64) -> Result<Vec<Differs>, StoreError> {
    q.rows(&DIFFER, vals![shop, limit], |row| {
        let stored = match (row.maybe_int(3)?, row.maybe_int(4)?, row.maybe_int(5)?) {
            (Some(stocked), Some(taken), Some(shipped)) => Some(Figures { stocked, taken, shipped }),
            _ => None,
        };
        Ok(Differs {
            place: place(row, 0)?,
            stored,
            moved: figures(row, 6)?,
            held: row.int(9)?,
            over: row.int(10)? == 1,
        })
    })
}

/// Sku, warehouse, campaign.
pub(super) fn place(row: &Row<'_>, i: usize) -> Result<StockLocation, StoreError> {
    Ok(StockLocation {
        sku: Id::from_raw(row.id(i)?),
        warehouse: Id::from_raw(row.id(i + 1)?),
        campaign: row.maybe_id(i + 2)?.map(Id::from_raw),
    })
}

/// Stocked, taken, shipped.
pub(super) fn figures(row: &Row<'_>, i: usize) -> Result<Figures, StoreError> {
    Ok(Figures { stocked: row.int(i)?, taken: row.int(i + 1)?, shipped: row.int(i + 2)? })
}

pub(super) fn site_is_there(
    q: &mut impl Query,
    shop: Id<Shop>,
    warehouse: Id<Warehouse>,
) -> Result<(), Error> {
    q.one(&SITE, vals![shop, warehouse], |_| Ok(()))?.ok_or(Error::NoWarehouse(warehouse))
}

/// One warehouse of the shop.
pub(super) fn site(
    q: &mut impl Query,
    shop: Id<Shop>,
    id: Id<Warehouse>,
) -> Result<super::view::Site, Error> {
    let found = q.one(&SITE, vals![shop, id], |row| {
        let (name, turn, is_open) = (row.text(0)?.into(), row.int(1)?, row.int(2)? == 1);
        Ok(super::view::Site { id, name, turn, is_open })
    })?;
    found.ok_or(Error::NoWarehouse(id))
}

/// Whether a SKU of the shop is a kit.
pub(super) fn is_kit(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<bool, Error> {
    q.one(&SKU, vals![shop, sku], |row| Ok(row.int(0)? == 1))?.ok_or(Error::NoSku(sku))
}

pub(super) fn is_part(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<bool, StoreError> {
    Ok(q.one(&IN_KIT, vals![shop, sku], |_| Ok(()))?.is_some())
}

pub(super) fn was_stocked(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<bool, StoreError> {
    Ok(q.one(&STOCKED, vals![shop, sku], |_| Ok(()))?.is_some())
}

/// Fails unless stock is set aside for the campaign; true if that is over.
pub(super) fn campaign_is_over(
    q: &mut impl Query,
    shop: Id<Shop>,
    campaign: Id<Campaign>,
) -> Result<bool, Error> {
    q.one(&CAMPAIGN, vals![shop, campaign], |row| Ok(row.maybe_int(0)?.is_some()))?
        .ok_or(Error::NoCampaign(campaign))
}

/// Places in a campaign's pools with something to sell in them, and how much.
pub(super) fn pools(
    q: &mut impl Query,
    shop: Id<Shop>,
    campaign: Id<Campaign>,
    limit: i64,
) -> Result<Vec<(StockLocation, i64)>, StoreError> {
    q.rows(&POOLS, vals![shop, campaign, limit], |row| {
        let (sku, warehouse) = (Id::from_raw(row.id(0)?), Id::from_raw(row.id(1)?));
        Ok((StockLocation { sku, warehouse, campaign: Some(campaign) }, row.int(2)?))
    })
}

/// A place's figures and what its shop says of it; a place that was never stocked has none.
pub(super) fn figures_of(
    q: &mut impl Query,
    shop: Id<Shop>,
    place: StockLocation,
) -> Result<(Figures, Limits), StoreError> {
    let found = q.one(&FIGURES, vals![shop, place.shelf()], |row| Ok((figures(row, 0)?, limits(row, 3)?)))?;
    Ok(found.unwrap_or_default())
}

/// Safety stock, back-order ceiling.
pub(super) fn limits(row: &Row<'_>, i: usize) -> Result<Limits, StoreError> {
    Ok(Limits { safety: row.int(i)?, backorder: row.int(i + 1)? })
}

/// A SKU with a low mark, or a kit of it.
pub(super) struct Low {
    pub sku: Id<Sku>,
    pub low_at: i64,
    /// Whether it was said that it is low.
    pub is_low: bool,
    pub available: i64,
}

pub(super) fn lows(q: &mut impl Query, shop: Id<Shop>, sku: Id<Sku>) -> Result<Vec<Low>, StoreError> {
    q.rows(&LOWS, vals![shop, sku], |row| {
        let sku = Id::from_raw(row.id(0)?);
        Ok(Low { sku, low_at: row.int(1)?, is_low: row.int(2)? == 1, available: row.int(3)? })
    })
}

/// Makes a place, if it is not there.
pub(super) fn make_shelf(tx: &mut Tx<'_>, shop: Id<Shop>, place: StockLocation) -> Result<(), StoreError> {
    let shelf = place.shelf();
    tx.exec(&ADD_SHELF, vals![shelf, shop, place.sku, place.warehouse, place.campaign])?;
    tx.exec(&ADD_STOCK, vals![shelf, shop]).map(drop)
}

/// Units come to a place, or go, as it was decided upon `seen`. When some go, at least `least` stay that nobody has spoken for;
/// negative: so many may be spoken for beyond what stays.
pub(super) fn move_units(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    place: StockLocation,
    quantity: i64,
    seen: Figures,
    least: i64,
) -> Result<(), Error> {
    let least = if quantity < 0 { least } else { i64::MIN };
    match tx.exec(&MOVE, vals![shop, place.shelf(), quantity, seen.shipped, least])? {
        1 => Ok(()),
        _ => Err(Error::Moved),
    }
}

pub(super) fn set_figures(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    place: StockLocation,
    figures: Figures,
) -> Result<(), StoreError> {
    let Figures { stocked, taken, shipped } = figures;
    tx.exec(&SET_FIGURES, vals![place.shelf(), shop, stocked, taken, shipped]).map(drop)
}

/// What a SKU is made of, and where that lies, without how much: what does not change while it is sold.
pub(super) fn sources(
    q: &mut impl Query,
    shop: Id<Shop>,
    sku: Id<Sku>,
    campaign: Option<Id<Campaign>>,
) -> Result<(Vec<Part>, Sources), Error> {
    let mut parts = Vec::<Part>::new();
    let mut sources = Sources::new();
    let rows = q.rows(&SOURCES, vals![shop, sku, campaign], |row| {
        let part = Part { sku: Id::from_raw(row.id(0)?), quantity: row.int(1)? };
        let warehouse = row.maybe_id(2)?.map(Id::from_raw);
        Ok((part, warehouse, row.maybe_int(3)?, row.maybe_int(4)? == Some(1), row.maybe_int(5)?.unwrap_or(0)))
    })?;
    for (part, warehouse, turn, is_open, beyond) in rows {
        if parts.last() != Some(&part) {
            parts.push(part);
        }
        if let (Some(warehouse), Some(turn), true) = (warehouse, turn, is_open) {
            let place = StockLocation { sku: part.sku, warehouse, campaign };
            sources.entry(place.key()).or_default().push(Source { place, turn, left: 0, beyond });
        }
    }
    if parts.is_empty() {
        return Err(Error::NoSku(sku));
    }
    Ok((parts, sources))
}

pub(super) fn insert_reservation(tx: &mut Tx<'_>, reservation: &Reservation) -> Result<(), StoreError> {
    let Reservation { id, shop, status, version, due_at, clock, reference, made_at, claims } = reservation;
    let (clock, reference) = (clock.as_str(), reference.as_deref());
    tx.insert(&RESERVE, vals![*id, *shop, status.as_str(), *version, *due_at, clock, reference, *made_at])?;
    for Claim { place, quantity, .. } in claims {
        let StockLocation { sku, warehouse, campaign } = *place;
        tx.insert(&CLAIM, vals![*id, place.shelf(), *shop, sku, warehouse, campaign, *quantity])?;
    }
    Ok(())
}

pub(super) fn load(
    q: &mut impl Query,
    shop: Id<Shop>,
    id: Id<ReservationKind>,
) -> Result<Reservation, Error> {
    let unreadable = |what: &str| StoreError::Unreadable(format!("warehouse_reservation: an unknown {what}"));
    let mut found: Option<Reservation> = None;
    q.each(&RESERVATION, vals![shop, id], &mut |row| {
        let claim = Claim { place: place(row, 6)?, quantity: row.int(9)?, returned: row.int(10)? };
        if let Some(reservation) = &mut found {
            reservation.claims.push(claim);
            return Ok(ControlFlow::Continue(()));
        }
        found = Some(Reservation {
            id,
            shop,
            status: Status::parse(row.text(0)?).ok_or_else(|| unreadable("status"))?,
            version: row.int(1)?,
            due_at: row.maybe_int(2)?.map(Moment::from_micros),
            clock: Clock::parse(row.text(3)?).ok_or_else(|| unreadable("clock"))?,
            reference: row.maybe_text(4)?.map(Into::into),
            made_at: row.moment(5)?,
            claims: vec![claim],
        });
        Ok(ControlFlow::Continue(()))
    })?;
    found.ok_or(Error::NoReservation(id))
}

/// Takes the deadline off what is held and has no timer of its own; false if there is no such reservation.
pub(super) fn keep(tx: &mut Tx<'_>, shop: Id<Shop>, id: Id<ReservationKind>) -> Result<bool, StoreError> {
    Ok(tx.exec(&KEEP, vals![shop, id])? == 1)
}

/// As [`keep`], refused if there is no such reservation.
pub(super) fn keep_held(tx: &mut Tx<'_>, shop: Id<Shop>, id: Id<ReservationKind>) -> Result<(), StoreError> {
    tx.change(&KEEP, vals![shop, id])
}

pub(super) fn shop_of(q: &mut impl Query, id: Id<ReservationKind>) -> Result<Option<Id<Shop>>, StoreError> {
    q.one(&SHOP_OF, vals![id], |row| Ok(Id::from_raw(row.id(0)?)))
}

/// Saves status and deadline, and raises the version.
pub(super) fn save(tx: &mut Tx<'_>, reservation: &mut Reservation) -> Result<(), Error> {
    let Reservation { id, shop, status, version, due_at, .. } = reservation;
    if tx.exec(&SAVE, vals![*shop, *id, *version, status.as_str(), *due_at])? == 0 {
        return Err(Error::Moved);
    }
    *version += 1;
    Ok(())
}

/// A line of the journal, before it is written.
pub(super) struct Entry<'a> {
    pub place: StockLocation,
    pub moved: Moved,
    pub quantity: i64,
    pub reservation: Option<Id<ReservationKind>>,
    pub reason: &'a Reason,
    pub reference: Option<&'a str>,
}

pub(super) fn journal(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    entry: &Entry<'_>,
) -> Result<Id<Movement>, StoreError> {
    let Entry { place, moved, quantity, reservation, reason, reference } = entry;
    let (id, shelf): (Id<Movement>, Id<ShelfKind>) = (ctx.id(), place.shelf());
    let StockLocation { sku, warehouse, campaign } = *place;
    tx.insert(
        &JOURNAL,
        vals![
            id,
            shop,
            shelf,
            sku,
            warehouse,
            campaign,
            moved.as_str(),
            *quantity,
            *reservation,
            reason.as_str(),
            *reference,
            ctx.now
        ],
    )?;
    Ok(id)
}
