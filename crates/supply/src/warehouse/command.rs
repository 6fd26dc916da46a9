//! What can be done with stock. Each command loads, decides, and only then writes: a refusal has changed nothing.
//!
//! A write names the rows it is about to take from with [`keys_to_reserve`], [`keys_of`] and their like: buyers of one SKU
//! then meet in one lane and share one update. Without them everything is as right, only slower.

use super::error::Error;
use super::fact;
use super::model::{
    self, Basket, Claim, Figures, LONGEST, MOST_UNITS, Moved, Needs, Part, Place, Reason, Reservation,
    Sources, Status, Step, checked_reference,
};
use super::sql::{self, Entry, SHIPPED, TAKEN};
use super::view::{self, Difference, Site};
use kernel::id::{Campaign, Reservation as ReservationKind, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Moment};
use std::collections::{BTreeMap, BTreeSet};
use store::timer::{self, Timer};
use store::{Key, Keys, Query, Tx, vals};

/// The kind of the timers that end reservations.
pub const EXPIRY: &str = "warehouse.expiry";
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

/// Units of a reservation that come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeBack {
    /// Of which one.
    pub reservation: Id<ReservationKind>,
    /// Of what: of a kit, the part.
    pub sku: Id<Sku>,
    /// Where they are put on the shelf.
    pub warehouse: Id<Warehouse>,
    /// How many.
    pub quantity: i64,
    /// Why.
    pub reason: Reason,
    /// Of which return.
    pub reference: Option<Box<str>>,
}

/// The keys of a write that touches these places.
pub fn keys_at(places: &[Place]) -> Keys {
    Keys::of(places.iter().map(|place| Key::counter(&TAKEN, place.shelf())))
}

/// The keys of [`reserve`]. An unknown SKU has none: it is refused there.
pub fn keys_to_reserve(q: &mut impl Query, baskets: &[Basket]) -> Result<Keys, Error> {
    let mut places = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for basket in baskets {
        for line in &basket.lines {
            if seen.insert((basket.shop, line.sku, line.campaign)) {
                match sql::sources(q, basket.shop, line.sku, line.campaign) {
                    Ok((_, sources)) => places.extend(sources.values().flatten().map(|source| source.place)),
                    Err(Error::NoSku(_)) => {}
                    Err(err) => return Err(err),
                }
            }
        }
    }
    Ok(keys_at(&places.into_iter().collect::<Vec<_>>()))
}

/// The keys of [`commit`], [`release`], [`expire`] and [`extend`].
pub fn keys_of(q: &mut impl Query, shop: Id<Shop>, id: Id<ReservationKind>) -> Result<Keys, Error> {
    let reservation = sql::load(q, shop, id)?;
    let shelves = || reservation.claims.iter().map(|claim| claim.place);
    let home = |place: Place| Place { campaign: None, ..place };
    let pooled = shelves().filter(|place| place.campaign.is_some()).map(home);
    let taken = shelves().chain(pooled).map(|place| Key::counter(&TAKEN, place.shelf()));
    let shipped = shelves().map(|place| Key::counter(&SHIPPED, place.shelf()));
    Ok(Keys::of(taken.chain(shipped).chain([Key::new("warehouse_reservation", id)])))
}

/// The keys of the next [`end_campaign`].
pub fn keys_to_end(q: &mut impl Query, shop: Id<Shop>, campaign: Id<Campaign>) -> Result<Keys, Error> {
    let pools = sql::pools(q, shop, campaign, CHUNK)?;
    let both = pools.into_iter().flat_map(|(pool, _)| [pool, Place { campaign: None, ..pool }]);
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
    checked_name(name)?;
    let id: Id<Warehouse> = ctx.id();
    tx.exec(&sql::OPEN_SITE, vals![id, shop, name, turn, true])?;
    Ok(Site { id, name: name.into(), turn, is_open: true })
}

/// Renames a warehouse, moves it in the shop's order, closes or opens it. Nothing is sold from a closed one; what is
/// reserved there still ships.
pub fn change_warehouse(tx: &mut Tx<'_>, shop: Id<Shop>, site: &Site) -> Result<(), Error> {
    checked_name(&site.name)?;
    match tx.exec(&sql::CHANGE_SITE, vals![shop, site.id, &site.name, site.turn, site.is_open])? {
        0 => Err(Error::NoWarehouse(site.id)),
        _ => Ok(()),
    }
}

fn checked_name(name: &str) -> Result<(), Error> {
    if name.trim().is_empty() {
        return Err(Error::NoName);
    }
    if name.len() > LONGEST { Err(Error::TooLong { most: LONGEST }) } else { Ok(()) }
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
    let parts = model::kit_of(kit, parts)?;
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
            reason: change.reason.word().into(),
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
            reason: change.reason.word().into(),
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
            reason: change.reason.word().into(),
        },
    )?;
    Ok(after)
}

/// The shelf that a change is about, and what lies there.
fn place_of(tx: &mut Tx<'_>, shop: Id<Shop>, change: &Change) -> Result<(Place, Figures), Error> {
    checked_reference(change.reference.as_deref())?;
    shelf_of(tx, shop, change.sku, change.warehouse)
}

/// The shelf of a plain SKU of the shop in a warehouse of the shop, and what lies there.
fn shelf_of(
    tx: &mut Tx<'_>,
    shop: Id<Shop>,
    sku: Id<Sku>,
    warehouse: Id<Warehouse>,
) -> Result<(Place, Figures), Error> {
    if sql::is_kit(tx, shop, sku)? {
        return Err(Error::IsKit(sku));
    }
    sql::site_is_there(tx, shop, warehouse)?;
    let place = Place { sku, warehouse, campaign: None };
    Ok((place, sql::figures_of(tx, shop, place)?))
}

fn change_stock(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    place: Place,
    seen: Figures,
    (moved, quantity): (Moved, i64),
    change: &Change,
) -> Result<(Figures, Id<kernel::id::Movement>), Error> {
    let after = seen.with(moved, quantity);
    if !after.hold() {
        return Err(Error::BelowReserved { sku: place.sku, reserved: seen.reserved() });
    }
    sql::make_shelf(tx, shop, place)?;
    sql::move_units(tx, shop, place, quantity, seen)?;
    let (reason, reference) = (&change.reason, change.reference.as_deref());
    let entry = Entry { place, moved, quantity, reservation: None, reason, reference };
    Ok((after, sql::journal(tx, ctx, shop, &entry)?))
}

/// Sets units of a shelf aside for a campaign; returns what its pool there has then.
pub fn set_aside(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    campaign: Id<Campaign>,
    (sku, warehouse, quantity): (Id<Sku>, Id<Warehouse>, i64),
) -> Result<Figures, Error> {
    if !(1..=MOST_UNITS).contains(&quantity) {
        return Err(Error::Quantity { least: 1, most: MOST_UNITS });
    }
    let (home, seen) = shelf_of(tx, shop, sku, warehouse)?;
    if seen.available() < quantity {
        let left = seen.available();
        let asked = vec![sku];
        return Err(Error::Short(vec![super::Lack { sku, campaign: None, wanted: quantity, left, asked }]));
    }
    match sql::campaign_is_over(tx, shop, campaign) {
        Ok(false) | Err(Error::NoCampaign(_)) => {}
        Ok(true) => return Err(Error::CampaignOver(campaign)),
        Err(err) => return Err(err),
    }
    tx.exec(&sql::ADD_CAMPAIGN, vals![shop, campaign])?;
    let pool = Place { campaign: Some(campaign), ..home };
    pool_units(tx, ctx, shop, pool, quantity, &Reason::ours("campaign"))
}

/// Moves units from the shelf into a pool, or back (negative); returns what the pool has then.
fn pool_units(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    pool: Place,
    quantity: i64,
    reason: &Reason,
) -> Result<Figures, Error> {
    let Some(campaign_id) = pool.campaign else { return Ok(Figures::default()) };
    let home = Place { campaign: None, ..pool };
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

/// Reserves what baskets want, all of them or none: one reservation for each, in their order. The refusal names everything
/// that lacks, summed over all baskets.
pub fn reserve(tx: &mut Tx<'_>, ctx: &Ctx, baskets: &[Basket]) -> Result<Vec<Reservation>, Error> {
    for basket in baskets {
        basket.check(ctx.now)?;
    }
    let (needs, mut sources) = load_demand(tx, baskets)?;
    let wanted: Vec<(Needs, &[Id<Warehouse>])> =
        needs.into_iter().zip(baskets).map(|(needs, basket)| (needs, &basket.nearest[..])).collect();
    let picks = model::allocate(&wanted, &mut sources).map_err(Error::Short)?;

    let mut takes = BTreeMap::new();
    for pick in picks.iter().flatten() {
        *takes.entry(pick.place.shelf()).or_insert(0) += pick.quantity;
    }
    for (shelf, quantity) in takes {
        if !tx.take(&TAKEN, shelf, quantity)? {
            return Err(Error::Moved);
        }
    }
    let mut made = Vec::with_capacity(baskets.len());
    for (basket, picks) in baskets.iter().zip(picks) {
        let claim = |pick: model::Pick| Claim { place: pick.place, quantity: pick.quantity, returned: 0 };
        let reservation = Reservation {
            id: ctx.id(),
            shop: basket.shop,
            status: Status::Held,
            version: 1,
            due_at: basket.until,
            reference: basket.reference.clone(),
            made_at: ctx.now,
            claims: picks.into_iter().map(claim).collect(),
        };
        sql::insert_reservation(tx, &reservation)?;
        if let Some(due_at) = basket.until {
            timer::start(tx, &timer_of(reservation.id, due_at))?;
        }
        note(tx, ctx, &reservation, Moved::Reserved, &Reason::ours("demand"), false)?;
        made.push(reservation);
    }
    Ok(made)
}

/// What each basket needs, and where that lies with how much can be sold there. Figures are looked at through their counter,
/// place by place in the places' order.
fn load_demand(tx: &mut Tx<'_>, baskets: &[Basket]) -> Result<(Vec<Needs>, Sources), Error> {
    let mut parts = BTreeMap::new();
    let mut sources = Sources::new();
    let mut seen = BTreeSet::new();
    for basket in baskets {
        for line in &basket.lines {
            if !seen.insert((basket.shop, line.sku, line.campaign)) {
                continue;
            }
            let (made_of, found) = sql::sources(tx, basket.shop, line.sku, line.campaign)?;
            if let Some(campaign) = line.campaign
                && sql::campaign_is_over(tx, basket.shop, campaign)?
            {
                return Err(Error::CampaignOver(campaign));
            }
            parts.insert(line.sku, made_of);
            sources.extend(found);
        }
    }
    let mut order: Vec<_> = sources.values_mut().flatten().collect();
    order.sort_by_key(|source| source.place.shelf());
    for source in order {
        let held = tx.look(&TAKEN, source.place.shelf())?;
        source.left = held.map_or(0, |(taken, stocked)| stocked - taken);
    }
    Ok((baskets.iter().map(|basket| model::needs(&basket.lines, &parts)).collect(), sources))
}

/// The timer that ends a reservation.
fn timer_of(id: Id<ReservationKind>, due_at: Moment) -> Timer {
    Timer { id: id.raw(), kind: EXPIRY.to_owned(), subject: id.raw(), due_at }
}

/// Notes a movement and tells a fact for each claim of a reservation.
fn note(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    reservation: &Reservation,
    moved: Moved,
    reason: &Reason,
    expired: bool,
) -> Result<(), Error> {
    let reference = reservation.reference.as_deref();
    let (at, shop, reservation_id) = (ctx.now, Some(reservation.shop), reservation.id);
    for Claim { place, quantity, .. } in &reservation.claims {
        let (place, quantity) = (*place, *quantity);
        let entry = Entry { place, moved, quantity, reservation: Some(reservation_id), reason, reference };
        let movement = sql::journal(tx, ctx, reservation.shop, &entry)?;
        let Place { sku: sku_id, warehouse: warehouse_id, campaign: campaign_id } = place;
        match moved {
            Moved::Reserved => tx.append(
                ctx,
                &fact::Reserved {
                    at,
                    shop,
                    movement,
                    reservation_id,
                    sku_id,
                    warehouse_id,
                    campaign_id,
                    quantity,
                },
            )?,
            Moved::Shipped => tx.append(
                ctx,
                &fact::Shipped {
                    at,
                    shop,
                    movement,
                    reservation_id,
                    sku_id,
                    warehouse_id,
                    campaign_id,
                    quantity,
                },
            )?,
            Moved::Released => tx.append(
                ctx,
                &fact::Released {
                    at,
                    shop,
                    movement,
                    reservation_id,
                    sku_id,
                    warehouse_id,
                    campaign_id,
                    quantity,
                    reason: reason.word().into(),
                    expired,
                },
            )?,
            Moved::Received | Moved::Counted | Moved::Returned | Moved::Adjusted | Moved::Pooled => {}
        }
    }
    Ok(())
}

/// Lets a reservation last until another moment, or, without one, until it ships or is given back: what is paid for does
/// not expire.
pub fn extend(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<ReservationKind>,
    until: Option<Moment>,
) -> Result<Reservation, Error> {
    let mut reservation = sql::load(tx, shop, id)?;
    reservation.status = reservation.step(Step::Extend, ctx.now)?;
    if until.is_some_and(|until| until <= ctx.now) {
        return Err(Error::Past);
    }
    reservation.due_at = until;
    match until {
        Some(until) => timer::set(tx, &timer_of(id, until))?,
        None => drop(timer::cancel(tx, id.raw())?),
    }
    sql::save(tx, &mut reservation)?;
    Ok(reservation)
}

/// Ships what a reservation keeps.
pub fn commit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<ReservationKind>,
) -> Result<Reservation, Error> {
    let mut reservation = sql::load(tx, shop, id)?;
    reservation.status = reservation.step(Step::Commit, ctx.now)?;
    // The timer first, as in `expire`: two who end one reservation meet there in one order.
    timer::cancel(tx, id.raw())?;
    sql::save(tx, &mut reservation)?;
    for claim in &reservation.claims {
        if !tx.take(&SHIPPED, claim.place.shelf(), claim.quantity)? {
            return Err(Error::Moved);
        }
    }
    note(tx, ctx, &reservation, Moved::Shipped, &Reason::ours("shipped"), false)?;
    Ok(reservation)
}

/// Gives back what a reservation keeps.
pub fn release(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<ReservationKind>,
    reason: &Reason,
) -> Result<Reservation, Error> {
    let mut reservation = sql::load(tx, shop, id)?;
    reservation.status = reservation.step(Step::Release, ctx.now)?;
    timer::cancel(tx, id.raw())?;
    give_back(tx, ctx, &mut reservation, reason)?;
    Ok(reservation)
}

/// Fires a timer of kind [`EXPIRY`] and gives back what its reservation keeps. Nothing, if the timer was cancelled, moved or
/// fired already, or is not due.
pub fn expire(tx: &mut Tx<'_>, ctx: &Ctx, timer: &Timer) -> Result<Option<Reservation>, Error> {
    if timer.kind != EXPIRY || !timer::fire(tx, timer, ctx.now)? {
        return Ok(None);
    }
    let id = Id::from_raw(timer.subject);
    let Some(shop) = sql::shop_of(tx, id)? else { return Ok(None) };
    let mut reservation = sql::load(tx, shop, id)?;
    reservation.status = reservation.step(Step::Expire, ctx.now)?;
    give_back(tx, ctx, &mut reservation, &Reason::ours("expired"))?;
    Ok(Some(reservation))
}

/// Saves a reservation that ends without shipping. What it kept of a campaign that is over goes to the shelf.
fn give_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    reservation: &mut Reservation,
    reason: &Reason,
) -> Result<(), Error> {
    let mut over = Vec::new();
    for claim in &reservation.claims {
        if let Some(campaign) = claim.place.campaign
            && sql::campaign_is_over(tx, reservation.shop, campaign)?
        {
            over.push(*claim);
        }
    }
    sql::save(tx, reservation)?;
    for claim in &reservation.claims {
        if !tx.take(&TAKEN, claim.place.shelf(), -claim.quantity)? {
            return Err(Error::Moved);
        }
    }
    note(tx, ctx, reservation, Moved::Released, reason, reservation.status == Status::Expired)?;
    for claim in over {
        pool_units(tx, ctx, reservation.shop, claim.place, -claim.quantity, &Reason::ours("campaign_over"))?;
    }
    Ok(())
}

/// Puts units of a shipped reservation back on a shelf: no more than left with it.
pub fn take_back(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, back: &TakeBack) -> Result<Figures, Error> {
    if !(1..=MOST_UNITS).contains(&back.quantity) {
        return Err(Error::Quantity { least: 1, most: MOST_UNITS });
    }
    checked_reference(back.reference.as_deref())?;
    let mut reservation = sql::load(tx, shop, back.reservation)?;
    let claims = reservation.take_back(back.sku, back.quantity)?;
    let (place, seen) = shelf_of(tx, shop, back.sku, back.warehouse)?;
    sql::save(tx, &mut reservation)?;
    for (i, quantity) in claims {
        let shelf = reservation.claims[i].place.shelf();
        tx.exec(&sql::BACK, vals![shop, reservation.id, shelf, quantity])?;
    }
    sql::make_shelf(tx, shop, place)?;
    sql::move_units(tx, shop, place, back.quantity, seen)?;
    let (reason, reference) = (&back.reason, back.reference.as_deref());
    let (moved, quantity) = (Moved::Returned, back.quantity);
    let entry = Entry { place, moved, quantity, reservation: Some(reservation.id), reason, reference };
    let movement = sql::journal(tx, ctx, shop, &entry)?;
    tx.append(
        ctx,
        &fact::Returned {
            at: ctx.now,
            shop: Some(shop),
            movement,
            reservation_id: reservation.id,
            sku_id: place.sku,
            warehouse_id: place.warehouse,
            quantity,
            reason: reason.word().into(),
        },
    )?;
    Ok(seen.with(moved, quantity))
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
