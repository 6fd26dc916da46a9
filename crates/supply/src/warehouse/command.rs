//! What can be done with stock. Each command loads, decides, and only then writes: a refusal has changed nothing.
//!
//! A write names the rows it is about to touch with [`keys_at`] or [`keys_to_end`]. Without them everything is as right, only
//! slower.

use super::error::{Error, Lack};
use super::fact;
use super::model::{
    Figures, LONGEST, Limits, MOST_UNITS, Moved, Part, Reason, StockLocation, checked_reference, kit_of,
};
use super::privilege::PromotionEntry;
use super::sql::{self, Entry, TAKEN};
use super::view::{self, Difference, Site};
use kernel::id::{Campaign, Movement, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Permit, text};
use store::{Key, Keys, Query, Tx, vals};

/// How many pools or places one command puts right.
const CHUNK: i64 = 200;

/// Units that somebody counts in, takes out or finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Of what.
    pub sku: Id<Sku>,
    /// Where.
    pub warehouse: Id<Warehouse>,
    /// How many: what came, what was found, or what is to be added (taken out, if negative).
    pub quantity: i64,
    /// Why.
    pub reason: Reason,
    /// Of which delivery note, stocktake or the like.
    pub reference: Option<Box<str>>,
}

/// The keys of a write that touches these places.
pub fn keys_at(places: &[StockLocation]) -> Keys {
    Keys::of(places.iter().map(|place| Key::counter(&TAKEN, place.shelf())))
}

/// The keys of the next [`end_campaign`].
pub fn keys_to_end(q: &mut impl Query, shop: Id<Shop>, campaign: Id<Campaign>) -> Result<Keys, Error> {
    let pools = sql::pools(q, shop, campaign, CHUNK)?;
    let both = pools.into_iter().flat_map(|(pool, _)| [pool, StockLocation { campaign: None, ..pool }]);
    Ok(keys_at(&both.collect::<Vec<_>>()))
}

/// Opens a warehouse. Those with a lower `turn` are taken from first.
pub fn open_warehouse(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    name: &str,
    turn: i64,
) -> Result<Site, Error> {
    let name = checked_name(name)?;
    let id: Id<Warehouse> = ctx.id();
    tx.exec(&sql::OPEN_SITE, vals![id, shop, &name, turn, true])?;
    Ok(Site { id, name, turn, is_open: true })
}

/// Renames a warehouse, moves it in the shop's order, closes or opens it. Nothing is sold from a closed one; what is
/// reserved there still ships.
pub fn change_warehouse(tx: &mut Tx<'_>, shop: Id<Shop>, site: &Site) -> Result<(), Error> {
    let name = checked_name(&site.name)?;
    match tx.exec(&sql::CHANGE_SITE, vals![shop, site.id, &name, site.turn, site.is_open])? {
        0 => Err(Error::NoWarehouse(site.id)),
        _ => Ok(()),
    }
}

/// What of a warehouse changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteChange {
    /// How the shop calls it.
    pub name: Box<str>,
    /// Its turn; none: as it is.
    pub turn: Option<i64>,
    /// Whether anything is sold from it; none: as it is.
    pub is_open: Option<bool>,
}

/// As [`change_warehouse`], where what is not said stays as it is.
pub fn edit_warehouse(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    id: Id<Warehouse>,
    change: &SiteChange,
) -> Result<Site, Error> {
    let was = sql::site(tx, shop, id)?;
    let (turn, is_open) = (change.turn.unwrap_or(was.turn), change.is_open.unwrap_or(was.is_open));
    let site = Site { id, name: change.name.clone(), turn, is_open };
    change_warehouse(tx, shop, &site)?;
    Ok(site)
}

/// A name as it is kept.
fn checked_name(name: &str) -> Result<Box<str>, Error> {
    let name = text::kept(name);
    if name.is_empty() {
        return Err(Error::NoName);
    }
    if name.len() > LONGEST { Err(Error::TooLong { most: LONGEST }) } else { Ok(name.into()) }
}

/// Keeps stock of a SKU from now on, or says anew from how many units on its stock is low.
pub fn add_sku(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>, low_at: Option<i64>) -> Result<(), Error> {
    if low_at.is_some_and(|low_at| !(0..=MOST_UNITS).contains(&low_at)) {
        return Err(Error::Quantity { least: 0, most: MOST_UNITS });
    }
    if tx.exec(&sql::ADD_SKU, vals![sku, shop, low_at])? == 1 {
        // Everything that is not a kit is its own only part.
        tx.exec(&sql::ADD_PART, vals![shop, sku, sku, 1])?;
    } else if tx.exec(&sql::SET_LOW, vals![shop, sku, low_at])? == 0 {
        return Err(Error::NoSku(sku));
    }
    Ok(())
}

/// Makes a SKU a kit, or changes what it is made of. Parts are plain SKUs of the same shop; a SKU that was stocked itself
/// stays what it is. What is reserved already is not touched.
pub fn define_kit(tx: &mut Tx<'_>, shop: Id<Shop>, kit: Id<Sku>, parts: &[Part]) -> Result<(), Error> {
    let parts = kit_of(kit, parts)?;
    let was_kit = sql::is_kit(tx, shop, kit)?;
    if !was_kit && sql::was_stocked(tx, shop, kit)? {
        return Err(Error::HasStock(kit));
    }
    if sql::is_part(tx, shop, kit)? {
        return Err(Error::Nested { sku: kit });
    }
    for part in &parts {
        if sql::is_kit(tx, shop, part.sku)? {
            return Err(Error::Nested { sku: part.sku });
        }
    }
    tx.exec(&sql::SET_KIT, vals![shop, kit])?;
    tx.exec(&sql::CLEAR_PARTS, vals![shop, kit])?;
    for part in &parts {
        tx.exec(&sql::ADD_PART, vals![shop, kit, part.sku, part.quantity])?;
    }
    Ok(())
}

/// Goods arrive.
pub fn receive(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, change: &Change) -> Result<Figures, Error> {
    if !(1..=MOST_UNITS).contains(&change.quantity) {
        return Err(Error::Quantity { least: 1, most: MOST_UNITS });
    }
    let seen = place_of(tx, shop, change)?;
    let place = seen.0;
    let (after, movement) = change_stock(tx, ctx, shop, seen, (Moved::Received, change.quantity), change)?;
    tx.append(
        ctx,
        &fact::Received {
            at: ctx.now,
            shop: Some(shop),
            movement,
            sku_id: place.sku,
            warehouse_id: place.warehouse,
            quantity: change.quantity,
            reason: change.reason.as_str().into(),
        },
    )?;
    Ok(after)
}

/// Somebody counted what lies on a shelf. Fewer units than are reserved there are refused: give some back first.
pub fn count(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, change: &Change) -> Result<Figures, Error> {
    if !(0..=MOST_UNITS).contains(&change.quantity) {
        return Err(Error::Quantity { least: 0, most: MOST_UNITS });
    }
    let seen = place_of(tx, shop, change)?;
    let place = seen.0;
    let more = change.quantity - seen.1.on_hand();
    let (after, movement) = change_stock(tx, ctx, shop, seen, (Moved::Counted, more), change)?;
    tx.append(
        ctx,
        &fact::Counted {
            at: ctx.now,
            shop: Some(shop),
            movement,
            sku_id: place.sku,
            warehouse_id: place.warehouse,
            quantity: more,
            on_hand: change.quantity,
            reason: change.reason.as_str().into(),
        },
    )?;
    Ok(after)
}

/// Adds units to a shelf, or takes some out that nobody has reserved.
pub fn adjust(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, change: &Change) -> Result<Figures, Error> {
    if change.quantity == 0 || !(-MOST_UNITS..=MOST_UNITS).contains(&change.quantity) {
        return Err(Error::Quantity { least: -MOST_UNITS, most: MOST_UNITS });
    }
    let seen = place_of(tx, shop, change)?;
    let place = seen.0;
    let (after, movement) = change_stock(tx, ctx, shop, seen, (Moved::Adjusted, change.quantity), change)?;
    tx.append(
        ctx,
        &fact::Adjusted {
            at: ctx.now,
            shop: Some(shop),
            movement,
            sku_id: place.sku,
            warehouse_id: place.warehouse,
            quantity: change.quantity,
            reason: change.reason.as_str().into(),
        },
    )?;
    Ok(after)
}

/// A shelf, what lies there and what its shop says of it.
pub(super) type Seen = (StockLocation, Figures, Limits);

/// The shelf that a change is about.
fn place_of(tx: &mut Tx<'_>, shop: Id<Shop>, change: &Change) -> Result<Seen, Error> {
    checked_reference(change.reference.as_deref())?;
    shelf_of(tx, shop, change.sku, change.warehouse)
}

/// The shelf of a plain SKU of the shop in a warehouse of the shop.
pub(super) fn shelf_of(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    sku: Id<Sku>,
    warehouse: Id<Warehouse>,
) -> Result<Seen, Error> {
    if sql::is_kit(tx, shop, sku)? {
        return Err(Error::IsKit(sku));
    }
    sql::site_is_there(tx, shop, warehouse)?;
    let place = StockLocation { sku, warehouse, campaign: None };
    let (figures, limits) = sql::figures_of(tx, shop, place)?;
    Ok((place, figures, limits))
}

fn change_stock(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    (place, seen, limits): Seen,
    (moved, quantity): (Moved, i64),
    change: &Change,
) -> Result<(Figures, Id<Movement>), Error> {
    let after = seen.with(moved, quantity);
    if !after.hold() || (quantity < 0 && !limits.allow(after)) {
        let (there, reserved) = (seen.on_hand(), seen.reserved());
        let free = (seen.available() + limits.backorder).clamp(0, there);
        return Err(Error::BelowReserved { sku: place.sku, there, reserved, free });
    }
    let reference = checked_reference(change.reference.as_deref())?;
    sql::make_shelf(tx, shop, place)?;
    sql::move_units(tx, shop, place, quantity, seen, -limits.backorder)?;
    let (reason, reference) = (&change.reason, reference.as_deref());
    let entry = Entry { place, moved, quantity, reservation: None, reason, reference };
    Ok((after, sql::journal(tx, ctx, shop, &entry)?))
}

/// Says how many units of a shelf are not sold to buyers, and how many may be sold beyond what lies there. What is sold
/// already stays sold.
pub fn set_limits(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    sku: Id<Sku>,
    warehouse: Id<Warehouse>,
    limits: Limits,
) -> Result<(), Error> {
    if ![limits.safety, limits.backorder].iter().all(|units| (0..=MOST_UNITS).contains(units)) {
        return Err(Error::Quantity { least: 0, most: MOST_UNITS });
    }
    let (place, ..) = shelf_of(tx, shop, sku, warehouse)?;
    sql::make_shelf(tx, shop, place)?;
    tx.exec(&sql::SET_LIMITS, vals![shop, place.shelf(), limits.safety, limits.backorder])?;
    Ok(())
}

/// A SKU that ran low.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RanLow {
    /// Which.
    pub sku: Id<Sku>,
    /// From how many units on its stock is low.
    pub low_at: i64,
    /// How many there are.
    pub available: i64,
}

/// Notes which of a SKU and the kits made of it ran low, and which recovered; answers those that ran low just now.
pub fn mark_low(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<Vec<RanLow>, Error> {
    let mut ran_low = Vec::new();
    for sql::Low { sku, low_at, is_low, available } in sql::lows(tx, shop, sku)? {
        let now = available <= low_at;
        if now != is_low && tx.exec(&sql::SET_IS_LOW, vals![shop, sku, now])? == 1 && now {
            ran_low.push(RanLow { sku, low_at, available });
        }
    }
    Ok(ran_low)
}

/// Sets units of a shelf of the permit's shop aside for a campaign; returns what its pool there has then.
pub fn set_aside(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    entry: &Permit<PromotionEntry>,
    campaign: Id<Campaign>,
    (sku, warehouse, quantity): (Id<Sku>, Id<Warehouse>, i64),
) -> Result<Figures, Error> {
    let shop = entry.subject();
    if !(1..=MOST_UNITS).contains(&quantity) {
        return Err(Error::Quantity { least: 1, most: MOST_UNITS });
    }
    let (home, seen, limits) = shelf_of(tx, shop, sku, warehouse)?;
    let left = limits.available(seen);
    if left < quantity {
        let asked = vec![sku];
        return Err(Error::Short(vec![Lack { sku, campaign: None, wanted: quantity, left, asked }]));
    }
    match sql::campaign_is_over(tx, shop, campaign) {
        Ok(false) | Err(Error::NoCampaign(_)) => {}
        Ok(true) => return Err(Error::CampaignOver(campaign)),
        Err(err) => return Err(err),
    }
    tx.exec(&sql::ADD_CAMPAIGN, vals![shop, campaign])?;
    let pool = StockLocation { campaign: Some(campaign), ..home };
    pool_units(tx, ctx, shop, pool, quantity, &Reason::ours("campaign"))
}

/// Moves units from the shelf into a pool, or back (negative); returns what the pool has then.
pub(super) fn pool_units(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    pool: StockLocation,
    quantity: i64,
    reason: &Reason,
) -> Result<Figures, Error> {
    let Some(campaign_id) = pool.campaign else { return Ok(Figures::default()) };
    let home = StockLocation { campaign: None, ..pool };
    let mut both = [(home, -quantity), (pool, quantity)];
    both.sort_by_key(|(place, _)| place.shelf());
    let mut has = Figures::default();
    for (place, quantity) in both {
        let (seen, limits) = sql::figures_of(tx, shop, place)?;
        sql::make_shelf(tx, shop, place)?;
        sql::move_units(tx, shop, place, quantity, seen, limits.safety)?;
        let moved = Moved::Pooled;
        let entry = Entry { place, moved, quantity, reservation: None, reason, reference: None };
        let movement = sql::journal(tx, ctx, shop, &entry)?;
        if place == pool {
            has = seen.with(moved, quantity);
            let (sku_id, warehouse_id) = (pool.sku, pool.warehouse);
            let (at, shop) = (ctx.now, Some(shop));
            tx.append(
                ctx,
                &fact::Pooled { at, shop, movement, campaign_id, sku_id, warehouse_id, quantity },
            )?;
        }
    }
    Ok(has)
}

/// Ends a campaign: nothing is sold from its pools any more, and what is not spoken for goes back to the shelves, 200
/// pools at a time. True when nothing is left to go back; until then, call it again.
pub fn end_campaign(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    campaign: Id<Campaign>,
) -> Result<bool, Error> {
    sql::campaign_is_over(tx, shop, campaign)?;
    let pools = sql::pools(tx, shop, campaign, CHUNK)?;
    tx.exec(&sql::END_CAMPAIGN, vals![shop, campaign, ctx.now])?;
    for (pool, left) in &pools {
        pool_units(tx, ctx, shop, *pool, -left, &Reason::ours("campaign_over"))?;
    }
    Ok((pools.len() as i64) < CHUNK)
}

/// Sets the figures of a shop to what its movements say, 200 places at a time; returns what differed. What differs from the
/// reservations or is stranded in a pool still does: that is for somebody to look at.
pub fn rebuild(tx: &mut Tx<'_>, shop: Id<Shop>) -> Result<Vec<Difference>, Error> {
    let found = view::check(tx, shop)?;
    for differs in sql::differing(tx, shop, CHUNK)? {
        if differs.stored != Some(differs.moved) {
            sql::set_figures(tx, shop, differs.place, differs.moved)?;
        }
    }
    Ok(found)
}
