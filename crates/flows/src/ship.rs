//! Shipping: an order leaves with its stock, and what needs no parcel is handed over as soon as it is paid for.
//!
//! Invariants: an order ships with its stock or not at all; what is told of its pick-up knows everything that was agreed; what
//! waits for a person of the platform leaves after it was cleared, and what needs no parcel leaves in that moment.

use crate::buy::{CheckoutServices, Error, arrived};
use crate::digital;
use crate::pick_up::picked_up;
use kernel::id::{Order as OrderKind, Shop};
use kernel::{Ctx, Id, Moment, text};
use store::Tx;
use supply::warehouse;
use trade::carrier;
use trade::order::{self, Order, Purchase, Settled, Shipment, Side, Status, ToldBy, Waybill};
use trade::payment;

/// The carrier of what needs none.
const DIGITAL: &str = "digital";

/// The shop hands an order over to a carrier. Its receipt confirms itself as long after the promised delivery as the terms
/// say.
pub fn ship(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    shop: Id<Shop>,
    id: Id<OrderKind>,
    (carrier, number): (&str, &str),
) -> Result<Order, Error> {
    let there = order::load(tx, Side::Shop(shop), id)?;
    payment::no_finding(tx, there.purchase)?;
    let (waybill, shop_tells) = waybill(services, (carrier, number))?;
    let wait = services.terms_of(&there.terms, ctx.now)?.confirm_after;
    let shipment = Shipment {
        waybill,
        shop_tells,
        standard_by: services.lane_by(ctx.now),
        confirm_by: there.deliver_by.max(ctx.now).plus_micros(wait),
    };
    let order = order::ship(tx, ctx, shop, id, &shipment)?;
    // What needs no parcel comes with the one of its order.
    if let Some((sku, wanted, there)) = digital::give(tx, ctx, services, &order)?.pop() {
        return Err(Error::NoCodes { sku, wanted, there });
    }
    if let Some(reservation) = order.reservation {
        warehouse::commit(tx, ctx, shop, reservation)?;
    }
    picked_up(tx, ctx, &order, ToldBy::Shop)?;
    Ok(order)
}

/// A carrier of the market's list and a number of its own, as they are kept, and whether the shop's word counts as the pick-up.
fn waybill(
    services: &CheckoutServices,
    (carrier, number): (&str, &str),
) -> Result<(Waybill, bool), carrier::Error> {
    let currency = services.market().currency;
    let (carrier, number) = services.carriers().checked(currency, carrier, number)?;
    Ok((Waybill { carrier: carrier.code.clone(), number: number.into() }, !carrier.reports))
}

/// The shop corrects by which carrier and under which number an order travels, as long as the carrier has not confirmed it. What
/// was told of its pick-up stays told: a carrier whose own word comes in tells its own.
pub fn correct(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    shop: Id<Shop>,
    id: Id<OrderKind>,
    number: (&str, &str),
) -> Result<Order, Error> {
    order::load(tx, Side::Shop(shop), id)?;
    let (waybill, shop_tells) = waybill(services, number)?;
    let order = order::correct(tx, ctx, shop, id, &waybill, shop_tells)?;
    picked_up(tx, ctx, &order, ToldBy::Shop)?;
    Ok(order)
}

/// A carrier says that it has an order's parcel since a moment. Told again it changes nothing.
pub fn collected(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<OrderKind>,
    (carrier, number): (&str, &str),
    at: Moment,
) -> Result<Order, Error> {
    let waybill = Waybill { carrier: carrier.trim().into(), number: carrier::tidied(number).into() };
    let (order, is_new) = order::collect(tx, ctx, id, &waybill, at)?;
    if is_new {
        picked_up(tx, ctx, &order, ToldBy::Carrier)?;
    }
    Ok(order)
}

/// An order and how it leaves.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Which order.
    pub order: Id<OrderKind>,
    /// The carrier's word.
    pub carrier: String,
    /// Its number.
    pub number: String,
}

/// The shop hands several orders over: all of them, or none if one is refused.
pub fn ship_all(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    shop: Id<Shop>,
    parcels: &[Parcel],
) -> Result<Vec<Order>, Error> {
    let one = |parcel: &Parcel| {
        ship(tx, ctx, services, shop, parcel.order, (&parcel.carrier, &text::kept(&parcel.number)))
    };
    parcels.iter().map(one).collect()
}

/// All orders of a purchase are paid; what needs no parcel is handed over at once.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    purchase: &Purchase,
    by: &Settled,
) -> Result<(), Error> {
    let paid = by.at.max(purchase.placed_at);
    let by =
        Settled { pickup_from: services.pickup_from(paid), next_day_by: services.next_day_by(paid), ..*by };
    let purchase = order::paid(tx, ctx, purchase, &by)?;
    for part in &purchase.parts {
        if let Some(reservation) = part.reservation {
            warehouse::keep_held(tx, part.shop, reservation)?;
            if !part.digital {
                continue;
            }
        }
        // A part knows that it was held, the order whether it still is.
        if part.held && order::load(tx, Side::Platform, part.order)?.held {
            continue;
        }
        hand_over(tx, ctx, services, part.order)?;
    }
    Ok(())
}

/// A person of the platform lets an order go on that was held. What needs no parcel and is paid for is handed over.
pub fn clear(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    id: Id<OrderKind>,
) -> Result<Order, Error> {
    let order = order::clear(tx, ctx, id)?;
    let parcel = order.lines.iter().any(|line| !line.digital) && order.reservation.is_some();
    match order.status {
        Status::Paid if !parcel => hand_over(tx, ctx, services, order.id),
        _ => Ok(order),
    }
}

/// What needs no parcel is delivered, shipped and received in one. What cannot be delivered is called off instead.
fn hand_over(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    id: Id<OrderKind>,
) -> Result<Order, Error> {
    let Some(order) = digital::deliver(tx, ctx, services, id)? else {
        return Ok(order::load(tx, Side::Platform, id)?);
    };
    let number = id.to_string();
    let confirm_by = order.deliver_by.max(ctx.now).plus_micros(1);
    let shipment = Shipment {
        waybill: Waybill { carrier: DIGITAL.into(), number: number.into() },
        shop_tells: true,
        standard_by: None,
        confirm_by,
    };
    let (shop, member) = (order.shop, order.member);
    let order = order::ship(tx, ctx, shop, id, &shipment)?;
    if let Some(reservation) = order.reservation
        // All codes of it lacked, and what is left are files.
        && warehouse::reservation(tx, shop, reservation)?.status == warehouse::Status::Held
    {
        warehouse::commit(tx, ctx, shop, reservation)?;
    }
    picked_up(tx, ctx, &order, ToldBy::Shop)?;
    let order = order::receive(tx, ctx, member, id)?;
    arrived(tx, ctx, &order, ctx.now)?;
    Ok(order)
}
