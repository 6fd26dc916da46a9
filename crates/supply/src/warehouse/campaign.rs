//! Campaigns of a shop and their pools: opened, filled, emptied, ended by their clock, and seen.

use super::command::{end_campaign, pool_units};
use super::error::{Error, Lack};
use super::model::{Figures, LONGEST, MOST_UNITS, Reason, StockLocation};
use super::privilege::PromotionEntry;
use super::sql;
use kernel::id::{Campaign as CampaignKind, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Moment, Permit, RawId, text};
use store::timer::{self, Timer};
use store::{Keys, Query, Row, StoreError, TimerKind, Tx, vals};

/// The kind of the timers that end campaigns.
pub const CAMPAIGN_END: &str = "warehouse.campaign_end";
/// The most rows of a page.
const PAGE: i64 = 200;

/// A page of campaigns with the sums of their pools, newest first.
macro_rules! campaigns {
    () => {
        "
select c.shop, c.id, c.name, c.until_at, c.ended_at,
  cast(coalesce(sum(b.stocked - b.shipped), 0) as bigint),
  cast(coalesce(sum(b.taken - b.shipped), 0) as bigint),
  cast(coalesce(sum(b.shipped), 0) as bigint),
  cast(count(b.shelf) as bigint)
from warehouse_campaign c
left join warehouse_shelf s on s.shop = c.shop and s.campaign = c.id
left join warehouse_stock b on b.shelf = s.id"
    };
}

store::sql! {
    OPEN = "
insert into warehouse_campaign (shop, id, ended_at, name, until_at)
values ($1, $2, null, $3, $4)";

    /// Those of a shop.
    OF_SHOP = concat!(campaigns!(), "
where c.shop = $1 and c.id < $2
group by c.shop, c.id, c.name, c.until_at, c.ended_at
order by c.id desc
limit $3");

    /// Those of all shops.
    ALL = concat!(campaigns!(), "
where (c.id, c.shop) < ($1, $2)
group by c.shop, c.id, c.name, c.until_at, c.ended_at
order by c.id desc, c.shop desc
limit $3");

    /// One.
    ONE = concat!(campaigns!(), "
where c.shop = $1 and c.id = $2
group by c.shop, c.id, c.name, c.until_at, c.ended_at");

    /// The pools of a campaign that ever had something in them.
    POOLS_OF = "
select s.sku, s.warehouse, s.campaign, b.stocked, b.taken, b.shipped
from warehouse_shelf s
join warehouse_stock b on b.shelf = s.id
where s.shop = $1 and s.campaign = $2
order by s.sku, s.warehouse
limit $3";

    /// The shops whose campaign it is and has not ended.
    SHOPS_IN = "
select shop
from warehouse_campaign
where id = $1 and ended_at is null
order by shop
limit 200";
}

/// A campaign of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Whose.
    pub shop: Id<Shop>,
    /// Its id.
    pub id: Id<CampaignKind>,
    /// How its shop calls it; none of one that was entered by its id alone.
    pub name: Option<Box<str>>,
    /// When it ends by itself.
    pub until: Option<Moment>,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// Units in its pools.
    pub on_hand: i64,
    /// Those of them that are spoken for.
    pub reserved: i64,
    /// Units that were sold from them and have left.
    pub sold: i64,
    /// How many pools it has.
    pub pools: i64,
}

/// The pool of a campaign for a SKU in a warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CampaignPool {
    /// Where.
    pub place: StockLocation,
    /// How much.
    pub figures: Figures,
}

fn campaign(row: &Row<'_>) -> Result<Campaign, StoreError> {
    Ok(Campaign {
        shop: Id::from_raw(row.id(0)?),
        id: Id::from_raw(row.id(1)?),
        name: row.maybe_text(2)?.map(Into::into),
        until: row.maybe_int(3)?.map(Moment::from_micros),
        ended_at: row.maybe_int(4)?.map(Moment::from_micros),
        on_hand: row.int(5)?,
        reserved: row.int(6)?,
        sold: row.int(7)?,
        pools: row.int(8)?,
    })
}

/// Opens a campaign of the permit's shop, which ends by itself.
pub fn open_campaign(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    entry: &Permit<PromotionEntry>,
    name: &str,
    until: Moment,
) -> Result<Campaign, Error> {
    let name = text::kept(name);
    if name.is_empty() {
        return Err(Error::NoName);
    }
    if name.len() > LONGEST {
        return Err(Error::TooLong { most: LONGEST });
    }
    if until <= ctx.now {
        return Err(Error::CampaignPast);
    }
    let (shop, id): (Id<Shop>, Id<CampaignKind>) = (entry.subject(), ctx.id());
    tx.exec(&OPEN, vals![shop, id, &name, until])?;
    timer::start(tx, &timer_of(id, until))?;
    one_campaign(tx, shop, id)
}

fn timer_of(id: Id<CampaignKind>, due_at: Moment) -> Timer {
    Timer { id: id.raw(), kind: CAMPAIGN_END.to_owned(), subject: id.raw(), due_at }
}

store::declare! {
    TimerKind::new(CAMPAIGN_END, |tx, ctx, _, id| Ok(end_everywhere(tx, ctx, Id::from_raw(id))?))
        .keys(|q, _, id| {
            let mut keys = Keys::none();
            for shop in shops_in(q, Id::from_raw(id))? {
                keys = keys.and(super::command::keys_to_end(q, shop, Id::from_raw(id))?);
            }
            Ok(keys)
        })
}

fn shops_in(q: &mut impl Query, id: Id<CampaignKind>) -> Result<Vec<Id<Shop>>, StoreError> {
    q.rows(&SHOPS_IN, vals![id], |row| Ok(Id::from_raw(row.id(0)?)))
}

/// A campaign's time is over: it ends for every shop in it, in as many steps as its pools take.
fn end_everywhere(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<CampaignKind>) -> Result<(), Error> {
    for shop in shops_in(tx, id)? {
        while !end_campaign(tx, ctx, shop, id)? {}
    }
    Ok(())
}

/// Takes units that nobody has spoken for out of a pool and puts them back on the shelf; returns what the pool has then.
pub fn take_out(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    campaign: Id<CampaignKind>,
    (sku, warehouse, quantity): (Id<Sku>, Id<Warehouse>, i64),
) -> Result<Figures, Error> {
    if !(1..=MOST_UNITS).contains(&quantity) {
        return Err(Error::Quantity { least: 1, most: MOST_UNITS });
    }
    sql::campaign_is_over(tx, shop, campaign)?;
    let pool = StockLocation { sku, warehouse, campaign: Some(campaign) };
    let left = sql::figures_of(tx, shop, pool)?.0.available();
    if left < quantity {
        let asked = vec![sku];
        return Err(Error::Short(vec![Lack {
            sku,
            campaign: Some(campaign),
            wanted: quantity,
            left,
            asked,
        }]));
    }
    pool_units(tx, ctx, shop, pool, -quantity, &Reason::ours("campaign"))
}

/// One campaign of a shop.
pub fn one_campaign(q: &mut impl Query, shop: Id<Shop>, id: Id<CampaignKind>) -> Result<Campaign, Error> {
    q.one(&ONE, vals![shop, id], campaign)?.ok_or(Error::NoCampaign(id))
}

/// Up to `limit` campaigns of a shop, newest first, after the one of the page before.
pub fn campaigns(
    q: &mut impl Query,
    shop: Id<Shop>,
    last: Option<Id<CampaignKind>>,
    limit: i64,
) -> Result<Vec<Campaign>, StoreError> {
    let before = last.map_or(RawId([0xff; 16]), Id::raw);
    q.rows(&OF_SHOP, vals![shop, before, limit.clamp(1, PAGE)], campaign)
}

/// Up to `limit` campaigns of all shops, newest first, after the one of the page before.
pub fn all_campaigns(
    q: &mut impl Query,
    last: Option<(Id<CampaignKind>, Id<Shop>)>,
    limit: i64,
) -> Result<Vec<Campaign>, StoreError> {
    let most = RawId([0xff; 16]);
    let (id, shop) = last.map_or((most, most), |(id, shop)| (id.raw(), shop.raw()));
    q.rows(&ALL, vals![id, shop, limit.clamp(1, PAGE)], campaign)
}

/// The pools of a campaign of a shop, up to 200.
pub fn pools(
    q: &mut impl Query,
    shop: Id<Shop>,
    campaign: Id<CampaignKind>,
) -> Result<Vec<CampaignPool>, StoreError> {
    q.rows(&POOLS_OF, vals![shop, campaign, PAGE], |row| {
        Ok(CampaignPool { place: sql::place(row, 0)?, figures: sql::figures(row, 3)? })
    })
}

/// The keys of a write that moves units between a shelf and a pool.
pub fn keys_of_pool(sku: Id<Sku>, warehouse: Id<Warehouse>, campaign: Id<CampaignKind>) -> Keys {
    let home = StockLocation { sku, warehouse, campaign: None };
    super::command::keys_at(&[home, StockLocation { campaign: Some(campaign), ..home }])
}
