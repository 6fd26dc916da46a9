//! How orders end: called off before payment or after it, closed by the clock, received.

use super::arrival::arrived;
use super::error::Error;
use super::{CheckoutServices, limit};
use crate::promotion;
use kernel::id::{Member, Order as OrderKind, Purchase as PurchaseKind, Shop, Sku};
use kernel::{Ctx, Id, Money};
use ledger::{Booking, Reference, Refund as Refunding};
use offer::catalog::{self, GoodsKind};
use store::{Engine, Keys, Query, TimerKind, Tx};
use supply::digital::{self, Delivery};
use supply::warehouse::{self, Line as Demand, Reason};
use trade::coupon;
use trade::order::{self, Cancellation, Order, Purchase, PurchaseView, Side, Status};
use trade::payment::{self, Came, NewRefund, Refund, Why};

/// What a write that ends a purchase touches. SQLite has one writer and is not asked.
pub fn keys_to_end(q: &mut impl Query, purchase: Id<PurchaseKind>) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    let mut keys = Keys::from(order::purchase_key(purchase));
    for part in order::purchase_of(q, purchase)?.parts {
        if let Some(reservation) = part.reservation {
            keys = keys.and(warehouse::keys_of(q, part.shop, reservation)?);
        }
    }
    Ok(keys)
}

/// What a write that takes a step of an order touches; what is another's is not found. SQLite has one writer and is not
/// asked.
pub fn keys_of_order(q: &mut impl Query, side: Side, id: Id<OrderKind>) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    let order = order::load(q, side, id)?;
    let mut keys = Keys::from(order::key(id));
    if let Some(reservation) = order.reservation {
        keys = keys.and(warehouse::keys_of(q, order.shop, reservation)?);
    }
    if let Some(payment) = order.payment {
        keys = keys.and([payment::key(payment)]);
    }
    Ok(keys)
}

/// The buyer calls a purchase off before it is paid: stock, coupons and limits are as if it had never been.
pub fn cancel(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    id: Id<PurchaseKind>,
) -> Result<PurchaseView, Error> {
    let purchase = order::cancel(tx, ctx, member, id)?;
    not_awaited(tx, ctx, &purchase)?;
    for part in &purchase.parts {
        if let Some(reservation) = part.reservation {
            warehouse::release(tx, ctx, part.shop, reservation, &Reason::new("cancelled")?)?;
        }
    }
    give_back(tx, ctx, &purchase)?;
    Ok(PurchaseView { orders: order::of_purchase(tx, id)?, purchase })
}

store::declare! {
    TimerKind::new(order::UNPAID, |tx, ctx, _, id| Ok(close_unpaid(tx, ctx, Id::from_raw(id)).map(drop)?))
        .keys(|q, _, id| Ok(keys_to_end(q, Id::from_raw(id))?))
        .fired(|services, id| {
            if let Ok(services) = services.get::<CheckoutServices>() {
                services.notify_waiting(Id::from_raw(id));
            }
        })
}

/// A timer of kind [`order::UNPAID`] was fired: nobody paid in time.
pub fn close_unpaid(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<PurchaseKind>) -> Result<Purchase, Error> {
    let purchase = order::close(tx, ctx, id)?;
    if purchase.moved > 0 {
        not_awaited(tx, ctx, &purchase)?;
    }
    for part in &purchase.parts {
        if let Some(reservation) = part.reservation {
            warehouse::expire_now(tx, ctx, part.shop, reservation)?;
        }
    }
    give_back(tx, ctx, &purchase)?;
    Ok(purchase)
}

/// A purchase ended without its money: nobody waits for a transfer any more, and the parts of one that came go back.
fn not_awaited(tx: &mut Tx<'_>, ctx: &Ctx, purchase: &Purchase) -> Result<(), Error> {
    payment::stop_waiting(tx, ctx, purchase.id)?;
    super::part::give_parts_back(tx, ctx, purchase.id, Came::Short)
}

/// A shop, or the platform, cancels an order that is not paid for: the rest of its purchase costs so much less and goes on,
/// and a purchase that has no other order ends. What somebody pays for it meanwhile goes back by itself. Poke the worker.
pub fn cancel_unpaid(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    side: Side,
    id: Id<OrderKind>,
    why: &Cancellation,
) -> Result<Order, Error> {
    let (order, purchase) = order::cancel_unpaid(tx, ctx, side, id, why)?;
    if let Some(reservation) = order.reservation {
        warehouse::release(tx, ctx, order.shop, reservation, &Reason::new("cancelled")?)?;
    }
    if purchase.status != Status::Unpaid {
        not_awaited(tx, ctx, &purchase)?;
        give_back(tx, ctx, &purchase)?;
        return Ok(order);
    }
    let skus: Vec<Id<Sku>> = order.lines.iter().map(|line| line.sku).collect();
    limit::give_back(tx, purchase.id, Some(&skus))?;
    coupon::give_back_of_shop(tx, ctx.now, purchase.id, order.shop)?;
    super::transfer::costs_less(tx, ctx, services, &purchase)?;
    Ok(order)
}

/// What a write that cancels an order touches, whether it is paid for or not. SQLite has one writer and is not asked.
pub fn keys_to_cancel(q: &mut impl Query, side: Side, id: Id<OrderKind>) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    let order = order::load(q, side, id)?;
    let keys = keys_of_order(q, side, id)?;
    Ok(if order.status == Status::Unpaid { keys.and(keys_to_end(q, order.purchase)?) } else { keys })
}

/// The platform cancels an order before it ships, and says why: one that is not paid for, or one whose money goes back.
/// Poke the worker.
pub fn cancel_by_platform(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    id: Id<OrderKind>,
    why: &Cancellation,
) -> Result<Order, Error> {
    Ok(cancel_whole(tx, ctx, services, Side::Platform, id, why)?.0)
}

fn cancel_whole(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    side: Side,
    id: Id<OrderKind>,
    why: &Cancellation,
) -> Result<(Order, Option<Refund>), Error> {
    match order::load(tx, side, id)?.status {
        Status::Unpaid => Ok((cancel_unpaid(tx, ctx, services, side, id, why)?, None)),
        _ => cancel_paid(tx, ctx, side, id, Some(why)),
    }
}

/// Coupons and limits are as if a purchase had never been.
fn give_back(tx: &mut Tx<'_>, ctx: &Ctx, purchase: &Purchase) -> Result<(), Error> {
    coupon::give_back(tx, ctx, purchase.id)?;
    limit::give_back(tx, purchase.id, None)?;
    Ok(())
}

/// An order is called off after payment and before it ships, by its buyer, its shop or the platform, who may say why: its
/// money is on its way back and its stock can be sold again, in this transaction; the provider is asked afterwards. Poke the worker.
pub fn cancel_paid(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    side: Side,
    id: Id<OrderKind>,
    why: Option<&Cancellation>,
) -> Result<(Order, Option<Refund>), Error> {
    let order = order::refunded(tx, ctx, side, id, why)?;
    payment::no_finding(tx, order.purchase)?;
    let refund = refund_order(tx, ctx, &order, order.net().total)?;
    if let Some(reservation) = order.reservation {
        warehouse::release(tx, ctx, order.shop, reservation, &Reason::new("cancelled")?)?;
    }
    let skus: Vec<Id<Sku>> = order.open_lines().map(|line| line.sku).collect();
    limit::give_back(tx, order.purchase, Some(&skus))?;
    let siblings = order::of_purchase(tx, order.purchase)?;
    if siblings.iter().all(|sibling| matches!(sibling.status, Status::Refunded | Status::Cancelled)) {
        coupon::give_back(tx, ctx, order.purchase)?;
    } else {
        coupon::give_back_of_shop(tx, ctx.now, order.purchase, order.shop)?;
    }
    Ok((order, refund))
}

/// The shop cancels an order that has not shipped, or a line of one that is paid for. Poke the worker.
pub fn cancel_by_shop(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    (shop, id): (Id<Shop>, Id<OrderKind>),
    sku: Option<Id<Sku>>,
    why: &Cancellation,
) -> Result<(Order, Option<Refund>), Error> {
    match sku {
        Some(sku) => cancel_line(tx, ctx, shop, id, sku, why),
        None => cancel_whole(tx, ctx, services, Side::Shop(shop), id, why),
    }
}

/// The shop takes a line off an order that is paid for and has not shipped: what was paid for it goes back with its part of the
/// freight, and its units can be sold again. Its last line takes the order with it. Poke the worker.
pub fn cancel_line(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<OrderKind>,
    sku: Id<Sku>,
    why: &Cancellation,
) -> Result<(Order, Option<Refund>), Error> {
    let side = Side::Shop(shop);
    let there = order::load(tx, side, id)?;
    if there.open_lines().map(|line| line.sku).eq([sku]) {
        return cancel_paid(tx, ctx, side, id, Some(why));
    }
    let (order, line, cut) = order::reduce(tx, ctx, shop, id, sku, why)?;
    let refund = refund_order(tx, ctx, &order, cut.back())?;
    let kinds = catalog::offers(tx, &[sku])?;
    let is_digital = kinds.iter().any(|offer| offer.kind == GoodsKind::Digital);
    // Codes are stock; of a file there is no end.
    let is_stock =
        !is_digital || digital::good(tx, shop, sku)?.is_some_and(|good| good.delivery == Delivery::Codes);
    if let Some(reservation) = order.reservation.filter(|_| is_stock) {
        let campaign = promotion::campaign_of(&line.via);
        let lines = [Demand { sku, quantity: line.quantity, campaign }];
        let reason = Reason::new("cancelled")?;
        match warehouse::release_lines(tx, ctx, shop, reservation, &lines, &reason) {
            // What is left of it are files, of which there is no end.
            Err(warehouse::Error::NothingKept(_)) if order.lines.iter().all(|line| line.digital) => {
                warehouse::release(tx, ctx, shop, reservation, &reason)?
            }
            released => released?,
        };
    }
    limit::give_back(tx, order.purchase, Some(&[sku]))?;
    Ok((order, refund))
}

/// What a write of [`refuse`] touches. SQLite has one writer and is not asked.
pub fn keys_to_refuse(q: &mut impl Query, id: Id<OrderKind>) -> Result<Keys, Error> {
    if q.engine() == Engine::Sqlite {
        return Ok(Keys::none());
    }
    let order = order::load(q, Side::Platform, id)?;
    Ok(keys_of_order(q, Side::Platform, id)?.and(keys_to_end(q, order.purchase)?))
}

/// A person of the platform does not let an order go on that is held: if it is paid for its money goes back, and if not its
/// purchase ends as a whole, since it is paid for as a whole. Poke the worker.
pub fn refuse(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<OrderKind>) -> Result<Order, Error> {
    let order = order::load(tx, Side::Platform, id)?;
    if !order.held {
        return Err(order::Error::NotHeld(id).into());
    }
    if order.status == Status::Unpaid {
        cancel(tx, ctx, order.member, order.purchase)?;
        return Ok(order::load(tx, Side::Platform, id)?);
    }
    Ok(cancel_paid(tx, ctx, Side::Platform, id, None)?.0)
}

/// So much of an order's money begins its way back; nothing, if there is none.
fn refund_order(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order, amount: Money) -> Result<Option<Refund>, Error> {
    let Some(payment) = order.payment.filter(|_| amount.minor > 0) else { return Ok(None) };
    let wanted = NewRefund { payment, order: Some(order.id), amount, why: Why::Cancelled };
    let refund = payment::want_refund(tx, ctx, &wanted)?;
    let booking = Booking::refund(&Refunding {
        key: format!("refund:{}", refund.id),
        order: order.id,
        payment,
        amount,
        reference: Reference::Order(order.id),
    })?;
    ledger::book(tx, ctx, &booking)?;
    Ok(Some(refund))
}

/// The buyer has an order: its money goes to the shop, less commission and fees as they were fixed at the sale.
pub fn receive(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, id: Id<OrderKind>) -> Result<Order, Error> {
    let order = order::receive(tx, ctx, member, id)?;
    arrived(tx, ctx, &order, ctx.now)?;
    Ok(order)
}

store::declare! {
    TimerKind::new(order::RECEIPT, |tx, ctx, _, id| Ok(confirm_receipt(tx, ctx, Id::from_raw(id)).map(drop)?))
        .keys(|q, _, id| Ok(keys_of_order(q, Side::Platform, Id::from_raw(id))?))
}

/// A timer of kind [`order::RECEIPT`] was fired: nobody said anything for as long as the terms allow.
pub fn confirm_receipt(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<OrderKind>) -> Result<Order, Error> {
    let order = order::confirm(tx, ctx, id)?;
    // Nobody said when it came, and nobody complained: until carriers report, it came when it was promised.
    let came = order.deliver_by.min(ctx.now);
    arrived(tx, ctx, &order, came)?;
    Ok(order)
}
