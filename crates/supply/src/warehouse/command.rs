//! What can be done with stock. Each command loads, decides, and only then writes: a refusal has changed nothing.
//!
//! A write names the rows it is about to touch with [`keys_at`] or [`keys_to_end`]. Without them everything is as right, only
//! slower.

use super::error::{Error, Lack};
use super::fact;
use super::model::{
    Figures, LONGEST, MOST_UNITS, Moved, Part, Reason, StockLocation, checked_reference, kit_of,
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
    let (place, seen) = place_of(tx, shop, change)?;
    let (after, movement) =
        change_stock(tx, ctx, shop, place, seen, (Moved::Received, change.quantity), change)?;
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
    let (place, seen) = place_of(tx, shop, change)?;
    let more = change.quantity - seen.on_hand();
    let (after, movement) = change_stock(tx, ctx, shop, place, seen, (Moved::Counted, more), change)?;
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
    let (place, seen) = place_of(tx, shop, change)?;
    let (after, movement) =
        change_stock(tx, ctx, shop, place, seen, (Moved::Adjusted, change.quantity), change)?;
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

/// The shelf that a change is about, and what lies there.
fn place_of(tx: &mut Tx<'_>, shop: Id<Shop>, change: &Change) -> Result<(StockLocation, Figures), Error> {
    checked_reference(change.reference.as_deref())?;
    shelf_of(tx, shop, change.sku, change.warehouse)
}

/// The shelf of a plain SKU of the shop in a warehouse of the shop, and what lies there.
pub(super) fn shelf_of(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    sku: Id<Sku>,
    warehouse: Id<Warehouse>,
) -> Result<(StockLocation, Figures), Error> {
    if sql::is_kit(tx, shop, sku)? {
        return Err(Error::IsKit(sku));
    }
    sql::site_is_there(tx, shop, warehouse)?;
    let place = StockLocation { sku, warehouse, campaign: None };
    Ok((place, sql::figures_of(tx, shop, place)?))
}

fn change_stock(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    place: StockLocation,
    seen: Figures,
    (moved, quantity): (Moved, i64),
    change: &Change,
) -> Result<(Figures, Id<Movement>), Error> {
    let after = seen.with(moved, quantity);
    if !after.hold() {
        let (there, reserved) = (seen.on_hand(), seen.reserved());
        return Err(Error::BelowReserved { sku: place.sku, there, reserved, free: seen.available() });
    }
    let reference = checked_reference(change.reference.as_deref())?;
    sql::make_shelf(tx, shop, place)?;
    sql::move_units(tx, shop, place, quantity, seen)?;
    let (reason, reference) = (&change.reason, reference.as_deref());
    let entry = Entry { place, moved, quantity, reservation: None, reason, reference };
    Ok((after, sql::journal(tx, ctx, shop, &entry)?))
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
    let (home, seen) = shelf_of(tx, shop, sku, warehouse)?;
    if seen.available() < quantity {
        let left = seen.available();
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
        let seen = sql::figures_of(tx, shop, place)?;
        sql::make_shelf(tx, shop, place)?;
        sql::move_units(tx, shop, place, quantity, seen)?;
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
