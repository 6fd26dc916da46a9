//! What can be done with reservations. Each command loads, decides, and only then writes: a refusal has changed nothing.
//!
//! A write names the rows it is about to take from with [`keys_to_reserve`] and [`keys_of`]: buyers of one SKU then meet in
//! one lane and share one update. Without them everything is as right, only slower.

use super::allocate::{Needs, Pick, Sources, allocate, needs};
use super::command::{keys_at, pool_units, shelf_of};
use super::error::Error;
use super::fact;
use super::model::{
    Basket, Claim, Clock, Figures, Line, MOST_UNITS, Moved, Part, Reason, Reservation, Status, Step,
    StockLocation, checked_reference,
};
use super::sql::{self, Entry, SHIPPED, TAKEN};
use kernel::id::{Reservation as ReservationKind, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Moment};
use std::collections::{BTreeMap, BTreeSet};
use store::timer::{self, Timer};
use store::{Engine, Key, Keys, Query, TimerKind, Tx, vals};

/// The kind of the timers that end reservations.
pub const EXPIRY: &str = "warehouse.expiry";
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

/// What baskets want is made of, and where that lies: all that [`reserve_as`] has to know and that does not change while it
/// is sold. Found before the write, so that the write itself has nothing to ask.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    parts: BTreeMap<Id<Sku>, Vec<Part>>,
    sources: Sources,
}

impl Plan {
    /// The keys of [`reserve_as`].
    pub fn keys(&self) -> Keys {
        let places: BTreeSet<StockLocation> =
            self.sources.values().flatten().map(|source| source.place).collect();
        keys_at(&places.into_iter().collect::<Vec<_>>())
    }
}

/// Finds what baskets want. What can be sold of it is seen by [`reserve_as`] alone.
pub fn plan(q: &mut impl Query, baskets: &[Basket]) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    let mut seen = BTreeSet::new();
    for basket in baskets {
        for line in &basket.lines {
            if !seen.insert((basket.shop, line.sku, line.campaign)) {
                continue;
            }
            let (made_of, found) = sql::sources(q, basket.shop, line.sku, line.campaign)?;
            if let Some(campaign) = line.campaign
                && sql::campaign_is_over(q, basket.shop, campaign)?
            {
                return Err(Error::CampaignOver(campaign));
            }
            plan.parts.insert(line.sku, made_of);
            plan.sources.extend(found);
        }
    }
    Ok(plan)
}

/// The keys of [`reserve`]. An unknown SKU has none: it is refused there. SQLite has one writer and needs no keys.
pub fn keys_to_reserve(q: &mut impl Query, baskets: &[Basket]) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    match plan(q, baskets) {
        Ok(plan) => Ok(plan.keys()),
        Err(Error::NoSku(_) | Error::CampaignOver(_) | Error::NoCampaign(_)) => Ok(Keys::none()),
        Err(err) => Err(err),
    }
}

/// The keys of [`commit`], [`release`], [`expire`], [`expire_now`], [`extend`] and [`keep`]. SQLite has one writer and needs
/// no keys.
pub fn keys_of(q: &mut impl Query, shop: Id<Shop>, id: Id<ReservationKind>) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    let reservation = sql::load(q, shop, id)?;
    let shelves = || reservation.claims.iter().map(|claim| claim.place);
    let home = |place: StockLocation| StockLocation { campaign: None, ..place };
    let pooled = shelves().filter(|place| place.campaign.is_some()).map(home);
    let taken = shelves().chain(pooled).map(|place| Key::counter(&TAKEN, place.shelf()));
    let shipped = shelves().map(|place| Key::counter(&SHIPPED, place.shelf()));
    Ok(Keys::of(taken.chain(shipped).chain([Key::new("warehouse_reservation", id)])))
}

/// A reservation that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    /// The reservation.
    pub reservation: Reservation,
    /// Which SKUs of its basket are back-ordered, and how many units of each were there.
    pub late: BTreeMap<Id<Sku>, i64>,
}

/// Reserves what baskets want, all of them or none: one reservation for each, in their order. The refusal names everything
/// that lacks, summed over all baskets.
pub fn reserve(tx: &mut Tx<'_>, ctx: &Ctx, baskets: &[Basket]) -> Result<Vec<Reservation>, Error> {
    for basket in baskets {
        basket.check(ctx.now)?;
    }
    let plan = plan(tx, baskets)?;
    Ok(reserve_as(tx, ctx, baskets, &plan)?.into_iter().map(|made| made.reservation).collect())
}

/// [`reserve`] by a plan of these baskets' lines.
pub fn reserve_as(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    baskets: &[Basket],
    plan: &Plan,
) -> Result<Vec<Reserved>, Error> {
    for basket in baskets {
        basket.check(ctx.now)?;
    }
    let (wanted, mut sources) = load_demand(tx, baskets, plan)?;
    let wanted: Vec<(Needs, &[Id<Warehouse>])> =
        wanted.into_iter().zip(baskets).map(|(needs, basket)| (needs, &basket.nearest[..])).collect();
    let picks = allocate(&wanted, &mut sources).map_err(Error::Short)?;

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
        let mut late = BTreeMap::new();
        for pick in picks.iter().filter(|pick| pick.late > 0) {
            let sku = pick.place.sku;
            let there = picks.iter().filter(|of| of.place.sku == sku).map(|of| of.quantity - of.late).sum();
            late.insert(sku, there);
        }
        let claim = |pick: Pick| Claim { place: pick.place, quantity: pick.quantity, returned: 0 };
        let reservation = Reservation {
            id: ctx.id(),
            shop: basket.shop,
            status: Status::Held,
            version: 1,
            due_at: basket.until,
            clock: basket.clock,
            reference: basket.reference.clone(),
            made_at: ctx.now,
            claims: picks.into_iter().map(claim).collect(),
        };
        sql::insert_reservation(tx, &reservation)?;
        if let (Clock::Own, Some(due_at)) = (basket.clock, basket.until) {
            timer::start(tx, &timer_of(reservation.id, due_at))?;
        }
        note(tx, ctx, &reservation, Moved::Reserved, &Reason::ours("demand"), false)?;
        made.push(Reserved { reservation, late });
    }
    Ok(made)
}

/// What each basket needs, and where that lies with how much can be sold there. Figures are looked at through their counter,
/// place by place in the places' order.
fn load_demand(tx: &mut Tx<'_>, baskets: &[Basket], plan: &Plan) -> Result<(Vec<Needs>, Sources), Error> {
    let Plan { parts, sources } = plan;
    let mut sources = sources.clone();
    let mut order: Vec<_> = sources.values_mut().flatten().collect();
    order.sort_by_key(|source| source.place.shelf());
    for source in order {
        let held = tx.look(&TAKEN, source.place.shelf())?;
        let open = held.map_or(0, |(taken, sells)| (sells - taken).max(0));
        // Of what can be sold, the last is what is back-ordered.
        source.left = (open - source.beyond).max(0);
        source.beyond = open - source.left;
    }
    Ok((baskets.iter().map(|basket| needs(&basket.lines, parts)).collect(), sources))
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
        let StockLocation { sku: sku_id, warehouse: warehouse_id, campaign: campaign_id } = place;
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
                    reason: reason.as_str().into(),
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
    match (reservation.clock, until) {
        (Clock::Own, Some(until)) => timer::set(tx, &timer_of(id, until))?,
        (Clock::Own, None) => stop_timer(tx, &reservation)?,
        (Clock::Caller, _) => {}
    }
    reservation.due_at = until;
    sql::save(tx, &mut reservation)?;
    Ok(reservation)
}

/// Stops the timer that a reservation has. It goes before the reservation, as in [`expire`]: two who end one reservation
/// meet there in one order.
fn stop_timer(tx: &mut Tx<'_>, reservation: &Reservation) -> Result<(), Error> {
    if reservation.has_timer() {
        timer::stop(tx, reservation.id.raw())?;
    }
    Ok(())
}

/// Lets a reservation last until it ships or is given back, in one statement if the clock is the caller's: what is paid for
/// does not expire.
pub fn keep(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, id: Id<ReservationKind>) -> Result<(), Error> {
    if sql::keep(tx, shop, id)? { Ok(()) } else { extend(tx, ctx, shop, id, None).map(drop) }
}

/// [`keep`] of a reservation whose clock is the caller's and that is held as far as the caller knows: refused if it is not.
/// Combined with those of other closures.
pub fn keep_held(tx: &mut Tx<'_>, shop: Id<Shop>, id: Id<ReservationKind>) -> Result<(), Error> {
    Ok(sql::keep_held(tx, shop, id)?)
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
    stop_timer(tx, &reservation)?;
    sql::save(tx, &mut reservation)?;
    for claim in &reservation.claims {
        if !tx.take(&SHIPPED, claim.place.shelf(), claim.quantity)? {
            let (seen, _) = sql::figures_of(tx, shop, claim.place)?;
            let (sku, there, wanted) = (claim.place.sku, seen.on_hand(), claim.quantity);
            return Err(if there < wanted { Error::NotArrived { sku, there, wanted } } else { Error::Moved });
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
    stop_timer(tx, &reservation)?;
    give_back(tx, ctx, &mut reservation, reason)?;
    Ok(reservation)
}

/// Gives some lines of what a reservation keeps back; the rest stays kept.
pub fn release_lines(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<ReservationKind>,
    lines: &[Line],
    reason: &Reason,
) -> Result<Reservation, Error> {
    let mut reservation = sql::load(tx, shop, id)?;
    reservation.step(Step::Release, ctx.now)?;
    let mut parts = BTreeMap::new();
    for line in lines {
        parts.insert(line.sku, sql::sources(tx, shop, line.sku, line.campaign)?.0);
    }
    let mut back: Vec<Claim> = Vec::new();
    for ((sku, campaign), need) in needs(lines, &parts) {
        let mut open = need.units;
        let of = |claim: &&mut Claim| claim.place.sku == sku && claim.place.campaign == campaign;
        for claim in reservation.claims.iter_mut().rev().filter(of) {
            let quantity = open.min(claim.quantity);
            if quantity > 0 {
                (claim.quantity, open) = (claim.quantity - quantity, open - quantity);
                back.push(Claim { place: claim.place, quantity, returned: 0 });
            }
        }
        if open > 0 {
            return Err(Error::NotKept { id, sku });
        }
    }
    if reservation.claims.iter().all(|claim| claim.quantity == 0) {
        return Err(Error::NothingKept(id));
    }
    sql::save(tx, &mut reservation)?;
    back.sort_by_key(|claim| claim.place.shelf());
    for claim in &back {
        let kept = reservation.claims.iter().find(|kept| kept.place == claim.place);
        let is_none = kept.is_none_or(|kept| kept.quantity == 0);
        let shelf = claim.place.shelf();
        let done = match is_none {
            true => tx.exec(&sql::KEEP_NONE, vals![shop, id, shelf])?,
            false => tx.exec(&sql::KEEP_LESS, vals![shop, id, shelf, claim.quantity])?,
        };
        if done != 1 || !tx.take(&TAKEN, shelf, -claim.quantity)? {
            return Err(Error::Moved);
        }
    }
    reservation.claims.retain(|claim| claim.quantity > 0);
    let given = Reservation { claims: back, ..reservation.clone() };
    note(tx, ctx, &given, Moved::Released, reason, false)?;
    Ok(reservation)
}

/// Gives back what a reservation kept whose time is over, for the caller whose clock it is: [`Error::NotDue`] before that.
/// One with a timer of its own is ended by that alone ([`expire`]), but for this caller it is due all the same.
pub fn expire_now(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<ReservationKind>,
) -> Result<Reservation, Error> {
    let mut reservation = sql::load(tx, shop, id)?;
    reservation.status = reservation.step(Step::Expire, ctx.now)?;
    stop_timer(tx, &reservation)?;
    give_back(tx, ctx, &mut reservation, &Reason::ours("expired"))?;
    Ok(reservation)
}

store::declare! {
    TimerKind::new(EXPIRY, |tx, ctx, _, id| Ok(expire(tx, ctx, Id::from_raw(id)).map(drop)?))
}

/// A timer of kind [`EXPIRY`] was fired: what its reservation keeps is given back. Nothing, if there is no such reservation.
pub fn expire(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<ReservationKind>) -> Result<Option<Reservation>, Error> {
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
    let reference = checked_reference(back.reference.as_deref())?;
    let mut reservation = sql::load(tx, shop, back.reservation)?;
    let claims = reservation.take_back(back.sku, back.quantity)?;
    let (place, seen, _) = shelf_of(tx, shop, back.sku, back.warehouse)?;
    sql::save(tx, &mut reservation)?;
    for (i, quantity) in claims {
        let shelf = reservation.claims[i].place.shelf();
        tx.exec(&sql::BACK, vals![shop, reservation.id, shelf, quantity])?;
    }
    sql::make_shelf(tx, shop, place)?;
    sql::move_units(tx, shop, place, back.quantity, seen, 0)?;
    let (reason, reference) = (&back.reason, reference.as_deref());
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
            reason: reason.as_str().into(),
        },
    )?;
    Ok(seen.with(moved, quantity))
}
