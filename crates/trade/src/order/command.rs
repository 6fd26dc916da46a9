//! What can be done to purchases and orders.

use super::delivery_method::DeliveryMethod;
use super::error::Error;
use super::model::{
    Address, Cancellation, Cut, Entry, Line, Note, NoteBy, Order, Part, Promise, Purchase, Received,
    Shipment, Side, Status, Step, Sums, Waybill, remark_of,
};
use super::view::PurchaseView;
use super::{fact, sql, view};
use crate::risk::Checked;
use kernel::fact::Minor;
use kernel::id::{
    self, Member, Note as NoteKind, Payment, Purchase as PurchaseKind, Quote, Reservation, Shop,
};
use kernel::{Actor, Ctx, Id, Moment, Money};
use store::timer::{self, Timer};
use store::{Key, Tx};

/// The kind of the timers that close purchases; their id and subject is the purchase.
pub const UNPAID: &str = "order.unpaid";
/// The kind of the timers that confirm receipts; their id and subject is the order.
pub const RECEIPT: &str = "order.receipt";

/// Why indicators leave an order out that waited for a person.
pub const HELD: &str = "held";

/// What a buyer places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// Who buys.
    pub member: Id<Member>,
    /// The purchase's id, made before it.
    pub purchase: Id<PurchaseKind>,
    /// The quote it is made from.
    pub quote: Id<Quote>,
    /// Where it goes.
    pub address: Address,
    /// By when it has to be paid.
    pub pay_by: Moment,
    /// The version of the terms it is placed under.
    pub terms: Box<str>,
    /// The word of the rule set it is placed under, for facts.
    pub rules: Option<Box<str>>,
    /// One order for each shop.
    pub orders: Vec<NewOrder>,
    /// What risk control found; its orders wait for a person if that has reasons.
    pub checked: Checked,
}

/// One shop's part of what a buyer places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// Its id, made before it: what keeps its stock may name it.
    pub id: Id<id::Order>,
    /// Of which shop.
    pub shop: Id<Shop>,
    /// What is bought.
    pub lines: Vec<NewLine>,
    /// For how much.
    pub sums: Sums,
    /// The promise of its shipment.
    pub promise: Promise,
    /// By when the shop promises to hand it over.
    pub ship_by: Moment,
    /// By when the buyer is promised to have it.
    pub deliver_by: Moment,
    /// What keeps its stock.
    pub reservation: Option<Id<Reservation>>,
    /// By which way it goes; none is the standard one.
    pub delivery_method: Option<DeliveryMethod>,
    /// Why indicators leave it out; absent if it counts.
    pub excluded: Option<Box<str>>,
    /// Which insurance of return freight it carries.
    pub insured: Option<Box<str>>,
    /// Its number, free in this transaction.
    pub code: Option<Box<str>>,
    /// From how many warehouses it leaves.
    pub sites: i64,
    /// What its buyer says to the shop.
    pub remark: Option<Box<str>>,
    /// How its price came to be, for the one who asks: JSON that nobody here looks into.
    pub bill: Box<str>,
}

/// One line of what a buyer places.
pub type NewLine = Line;

/// How a purchase was paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    /// By which payment; none if there was nothing to pay.
    pub payment: Option<Id<Payment>>,
    /// When the money came in.
    pub at: Moment,
    /// When the pick-up clock starts.
    pub pickup_from: Option<Moment>,
    /// The last moment of the day after payment: the pick-up that a shop in its growth stage must make.
    pub next_day_by: Option<Moment>,
}

/// The key of writes that settle a purchase.
pub fn purchase_key(id: Id<PurchaseKind>) -> Key {
    Key::new("order_purchase", id)
}

/// The key of writes that take a step of an order.
pub fn key(id: Id<id::Order>) -> Key {
    Key::new("order_head", id)
}

impl NewOrder {
    fn checked(&self) -> Result<(), Error> {
        let Sums { goods, discount, freight, total, fee, commission, coupon } = self.sums;
        if self.lines.is_empty() || self.lines.iter().any(|line| line.quantity < 1) {
            return Err(Error::Empty);
        }
        let currency = total.currency;
        let mut lines = freight;
        let mut prices = Money::new(0, currency);
        for line in &self.lines {
            lines = lines.plus(line.paid)?;
            let price = line.unit.minor.checked_mul(line.quantity).ok_or(kernel::MoneyError::TooLarge)?;
            prices = prices.plus(Money { minor: price, ..line.unit })?;
        }
        let parts = [goods, discount, freight, total, fee, commission, coupon];
        let net = goods.plus(Money { minor: -discount.minor, ..discount })?.plus(freight)?;
        let same = parts.iter().all(|part| part.currency == currency && part.minor >= 0);
        if same && net == total && lines == total && prices == goods { Ok(()) } else { Err(Error::Sums) }
    }
}

/// Places a purchase with all its orders. It waits for its payment until `pay_by`, and a timer closes it then.
pub fn place(tx: &mut Tx<'_>, ctx: &Ctx, cmd: &PlaceOrder) -> Result<PurchaseView, Error> {
    let (purchase, orders) = placed(ctx, cmd)?;
    sql::insert_purchase(tx, &purchase, &cmd.checked)?;
    let held = !cmd.checked.reasons.is_empty();
    let mut log = entry(ctx, None).line();
    if held {
        log += &Entry { step: Some(Step::Hold), at: ctx.now, by: Actor::System, about: None }.line();
    }
    for (order, new) in orders.iter().zip(&cmd.orders) {
        sql::insert_order(tx, order, &new.bill, &log)?;
        tx.append(
            ctx,
            &fact::Placed {
                at: ctx.now,
                shop: Some(order.shop),
                order: order.id,
                purchase: purchase.id,
                external_id: order.id.to_string().into(),
                lines: order.lines.len() as i64,
                goods: Minor(order.sums.goods.minor),
                freight: Minor(order.sums.freight.minor),
                gmv: Minor(order.sums.total.minor),
                ship_by: order.ship_by,
                deliver_by: order.deliver_by,
                excluded: order.excluded.clone(),
                rules: order.rules.clone(),
            },
        )?;
        if held {
            let signs: Vec<&str> = order.reasons.iter().map(|reason| reason.sign.as_str()).collect();
            let (signs, rules) = (signs.join("+").into(), order.rules.clone());
            let shop = Some(order.shop);
            tx.append(
                ctx,
                &fact::Held { at: ctx.now, shop, order: order.id, placed_at: ctx.now, signs, rules },
            )?;
        }
    }
    let raw = purchase.id.raw();
    timer::start(tx, &Timer { id: raw, kind: UNPAID.to_owned(), subject: raw, due_at: cmd.pay_by })?;
    Ok(PurchaseView { purchase, orders })
}

/// Decides what is placed.
fn placed(ctx: &Ctx, cmd: &PlaceOrder) -> Result<(Purchase, Vec<Order>), Error> {
    let Some(first) = cmd.orders.first() else { return Err(Error::Empty) };
    if cmd.pay_by <= ctx.now {
        return Err(Error::Past);
    }
    let mut total = Money::new(0, first.sums.total.currency);
    for new in &cmd.orders {
        new.checked()?;
        total = total.plus(new.sums.total)?;
    }
    let reasons = &cmd.checked.reasons;
    let held = !reasons.is_empty();
    let excluded = |new: &NewOrder| new.excluded.clone().or_else(|| held.then(|| HELD.into()));
    let part = |new: &NewOrder| Part {
        order: new.id,
        shop: new.shop,
        total: new.sums.total,
        reservation: new.reservation,
        ship_by: new.ship_by,
        deliver_by: new.deliver_by,
        excluded: excluded(new),
        insured: new.insured.clone(),
        held,
        digital: new.lines.iter().all(|line| line.digital),
    };
    let purchase = Purchase {
        id: cmd.purchase,
        member: cmd.member,
        status: Status::Unpaid,
        version: 1,
        total,
        placed_at: ctx.now,
        pay_by: cmd.pay_by,
        settled_at: None,
        payment: None,
        moved: 0,
        quote: cmd.quote,
        terms: cmd.terms.clone(),
        rules: cmd.rules.clone(),
        parts: cmd.orders.iter().map(part).collect(),
    };
    let order = |new: &NewOrder| Order {
        id: new.id,
        purchase: cmd.purchase,
        member: cmd.member,
        shop: new.shop,
        status: Status::Unpaid,
        version: 1,
        lines: new.lines.clone(),
        sums: new.sums,
        cuts: Vec::new(),
        promise: new.promise.clone(),
        terms: cmd.terms.clone(),
        rules: cmd.rules.clone(),
        excluded: excluded(new),
        insured: new.insured.clone(),
        reservation: new.reservation,
        delivery_method: new.delivery_method.clone(),
        address: cmd.address.clone(),
        placed_at: ctx.now,
        pay_by: cmd.pay_by,
        ship_by: new.ship_by,
        deliver_by: new.deliver_by,
        paid_at: None,
        payment: None,
        pickup_from: None,
        next_day_by: None,
        shipped_at: None,
        picked_up: None,
        confirmed_at: None,
        carrier: None,
        number: None,
        standard_by: None,
        confirm_by: None,
        ended_at: None,
        code: new.code.clone(),
        sites: if new.sites > 1 { new.sites } else { 0 },
        remark: new.remark.clone(),
        noted: false,
        held,
        reasons: reasons.clone(),
    };
    let orders = cmd.orders.iter().map(order).collect();
    Ok((purchase, orders))
}

fn entry(ctx: &Ctx, step: Option<Step>) -> Entry {
    Entry { step, at: ctx.now, by: ctx.actor, about: None }
}

/// The buyer's money for a purchase came in: all its orders are paid. The purchase is the one that was decided upon, as
/// [`view::purchase_of`] found it in this transaction.
pub fn paid(tx: &mut Tx<'_>, ctx: &Ctx, purchase: &Purchase, by: &Settled) -> Result<Purchase, Error> {
    let mut purchase = purchase.clone();
    purchase.status = purchase.settle(Step::Pay, ctx.now)?;
    let at = by.at.max(purchase.placed_at);
    purchase.settled_at = Some(at);
    purchase.payment = by.payment;
    let log = Entry { step: Some(Step::Pay), at, by: ctx.actor, about: None }.line();
    let Settled { pickup_from, next_day_by, .. } = *by;
    let with = sql::Settling { paid_at: Some(at), pickup_from, next_day_by, ended_at: None, log: &log };
    // The timer first, as in `close`: two who settle one purchase meet there in one order.
    timer::stop(tx, purchase.id.raw())?;
    sql::settle(tx, &mut purchase, &with)?;
    for part in &purchase.parts {
        tx.append(
            ctx,
            &fact::Paid {
                at,
                shop: Some(part.shop),
                order: part.order,
                placed_at: purchase.placed_at,
                excluded: part.excluded.clone(),
                rules: purchase.rules.clone(),
                pickup_from,
                pass_pickup_by: next_day_by,
                insured: part.insured.clone(),
            },
        )?;
    }
    Ok(purchase)
}

/// The buyer calls a purchase off before it is paid. Whoever keeps its stock gives that back.
pub fn cancel(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    id: Id<PurchaseKind>,
) -> Result<Purchase, Error> {
    let purchase = view::purchase_of(tx, id)?;
    if purchase.member != member {
        return Err(Error::NoPurchase(id));
    }
    let status = purchase.settle(Step::Cancel, ctx.now)?;
    timer::cancel(tx, id.raw())?;
    end(tx, ctx, purchase, status, (Step::Cancel, "buyer", None))
}

/// A shop, or the platform, cancels an order that is not paid for, and says why. Its purchase goes on without it and costs
/// so much less; with its last order it ends. Whoever keeps the order's stock gives that back.
pub fn cancel_unpaid(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    side: Side,
    id: Id<id::Order>,
    why: &Cancellation,
) -> Result<(Order, Purchase), Error> {
    let mut order = view::load(tx, side, id)?;
    order.call_off(ctx.now)?;
    let mut purchase = view::purchase_of(tx, order.purchase)?;
    let status = purchase.settle(Step::Cancel, ctx.now)?;
    if purchase.parts.iter().all(|part| part.order == id) {
        timer::cancel(tx, purchase.id.raw())?;
        let purchase = end(tx, ctx, purchase, status, (Step::Cancel, word_of_side(side), Some(why)))?;
        return Ok((view::load(tx, side, id)?, purchase));
    }
    if !sql::leave(tx, &mut purchase, id)? {
        return Err(Error::Moved);
    }
    save_about(tx, ctx, &mut order, Step::Cancel, Some(why.about().into()))?;
    tx.append(ctx, &called_off(ctx, &order, word_of_side(side), Some(why)))?;
    Ok((order, purchase))
}

/// A timer of kind [`UNPAID`] was fired: nobody paid for its purchase in time, which is closed.
pub fn close(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<PurchaseKind>) -> Result<Purchase, Error> {
    let purchase = view::purchase_of(tx, id)?;
    let status = purchase.settle(Step::Close, ctx.now)?;
    end(tx, ctx, purchase, status, (Step::Close, "clock", None))
}

/// Ends a purchase that was not paid.
fn end(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    mut purchase: Purchase,
    status: Status,
    (step, by, why): (Step, &str, Option<&Cancellation>),
) -> Result<Purchase, Error> {
    purchase.status = status;
    purchase.settled_at = Some(ctx.now);
    let about = why.map(|why| why.about().into());
    let log = Entry { about, ..entry(ctx, Some(step)) }.line();
    let with = sql::Settling { ended_at: Some(ctx.now), log: &log, ..sql::Settling::default() };
    sql::settle(tx, &mut purchase, &with)?;
    for part in &purchase.parts {
        tx.append(
            ctx,
            &fact::Cancelled {
                at: ctx.now,
                shop: Some(part.shop),
                order: part.order,
                placed_at: purchase.placed_at,
                ship_by: part.ship_by,
                deliver_by: part.deliver_by,
                picked_up_at: None,
                delivered_at: None,
                excluded: part.excluded.clone(),
                pass_pickup_by: None,
                standard_by: None,
                stalled_at: None,
                by: Some(by.into()),
                reason: why.map(|why| why.reason.as_str().into()),
            },
        )?;
    }
    Ok(purchase)
}

/// An order is called off after payment and before it ships: by its buyer, its shop or the platform, who may say why. The
/// caller books its refund and gives its stock back, in this transaction.
pub fn refunded(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    side: Side,
    id: Id<id::Order>,
    why: Option<&Cancellation>,
) -> Result<Order, Error> {
    let mut order = view::load(tx, side, id)?;
    order.refund(ctx.now)?;
    save_about(tx, ctx, &mut order, Step::Refund, why.map(|why| why.about().into()))?;
    tx.append(ctx, &called_off(ctx, &order, word_of_side(side), why))?;
    Ok(order)
}

/// What is told of an order that was called off.
fn called_off(ctx: &Ctx, order: &Order, by: &str, why: Option<&Cancellation>) -> fact::Cancelled {
    fact::Cancelled {
        at: ctx.now,
        shop: Some(order.shop),
        order: order.id,
        placed_at: order.placed_at,
        ship_by: order.ship_by,
        deliver_by: order.deliver_by,
        picked_up_at: None,
        delivered_at: None,
        excluded: order.excluded.clone(),
        pass_pickup_by: order.next_day_by,
        standard_by: None,
        stalled_at: None,
        by: Some(by.into()),
        reason: why.map(|why| why.reason.as_str().into()),
    }
}

/// Who cancels, as facts tell it.
const fn word_of_side(side: Side) -> &'static str {
    match side {
        Side::Buyer(_) => "buyer",
        Side::Shop(_) => "shop",
        Side::Platform => "platform",
    }
}

/// The shop takes a line off an order that is paid for and has not shipped. The caller books what goes back and gives the
/// line's stock back, in this transaction. The last line goes with its order only ([`refunded`]).
pub fn reduce(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<id::Order>,
    sku: Id<id::Sku>,
    why: &Cancellation,
) -> Result<(Order, Line, Cut), Error> {
    let mut order = view::load(tx, Side::Shop(shop), id)?;
    let (line, cut) = order.reduce(sku, why, ctx.now)?;
    let about = format!("{sku} {}", why.about());
    save_about(tx, ctx, &mut order, Step::Reduce, Some(about.into()))?;
    tx.append(
        ctx,
        &fact::LineCancelled {
            at: ctx.now,
            shop: Some(shop),
            line_cancel: ctx.id(),
            order_id: id,
            placed_at: order.placed_at,
            sku_id: sku,
            product_id: line.product,
            quantity: line.quantity,
            amount: Minor(cut.back().minor),
            reason: why.reason.as_str().into(),
            excluded: order.excluded.clone(),
            rules: order.rules.clone(),
        },
    )?;
    Ok((order, line, cut))
}

/// An order goes elsewhere from here on, as long as it has not shipped. The vault has a new copy under `address.subject`.
pub fn change_address(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    side: Side,
    id: Id<id::Order>,
    address: &Address,
) -> Result<Order, Error> {
    let mut order = view::load(tx, side, id)?;
    order.readdress(address)?;
    save(tx, ctx, &mut order, Step::Readdress)?;
    Ok(order)
}

/// The buyer says something to the shop, or takes it back by saying nothing, until the order ships.
pub fn remark(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    id: Id<id::Order>,
    text: &str,
) -> Result<Order, Error> {
    let remark = remark_of(text)?;
    let mut order = view::load(tx, Side::Buyer(member), id)?;
    order.say(remark)?;
    save(tx, ctx, &mut order, Step::Remark)?;
    Ok(order)
}

/// A person of the platform lets an order go on that was held.
pub fn clear(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<id::Order>) -> Result<Order, Error> {
    let mut order = view::load(tx, Side::Platform, id)?;
    let held_micros = order.clear(ctx.now)?;
    save(tx, ctx, &mut order, Step::Clear)?;
    tx.append(
        ctx,
        &fact::Cleared {
            at: ctx.now,
            shop: Some(order.shop),
            order: order.id,
            placed_at: order.placed_at,
            paid_at: order.paid_at,
            held_micros,
            ship_by: order.ship_by,
            deliver_by: order.deliver_by,
            rules: order.rules.clone(),
        },
    )?;
    Ok(order)
}

/// The shop hands an order over. Its receipt confirms itself at `confirm_by`, if its buyer says nothing.
pub fn ship(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<id::Order>,
    shipment: &Shipment,
) -> Result<Order, Error> {
    let mut order = view::load(tx, Side::Shop(shop), id)?;
    order.ship(shipment, ctx.now)?;
    save(tx, ctx, &mut order, Step::Ship)?;
    let raw = id.raw();
    timer::start(
        tx,
        &Timer { id: raw, kind: RECEIPT.to_owned(), subject: raw, due_at: shipment.confirm_by },
    )?;
    tx.append(
        ctx,
        &fact::Shipped {
            at: ctx.now,
            shop: Some(shop),
            order: id,
            placed_at: order.placed_at,
            paid_at: order.paid_at,
            ship_by: order.ship_by,
            carrier: shipment.waybill.carrier.clone(),
            excluded: order.excluded.clone(),
            rules: order.rules.clone(),
        },
    )?;
    Ok(order)
}

/// The shop corrects the carrier or the number of what it handed over, as long as the carrier has not confirmed it.
/// `shop_tells` is whether the shop's word counts as the pick-up under the new carrier.
pub fn correct(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<id::Order>,
    waybill: &Waybill,
    shop_tells: bool,
) -> Result<Order, Error> {
    let mut order = view::load(tx, Side::Shop(shop), id)?;
    let was = order.correct(waybill, shop_tells)?;
    let about = format!("{} {} {} {}", was.carrier, was.number, waybill.carrier, waybill.number);
    save_about(tx, ctx, &mut order, Step::Correct, Some(about.into()))?;
    tx.append(
        ctx,
        &fact::Corrected {
            at: ctx.now,
            shop: Some(shop),
            correction: ctx.id(),
            order_id: id,
            placed_at: order.placed_at,
            shipped_at: order.shipped_at,
            was_carrier: was.carrier.clone(),
            carrier: waybill.carrier.clone(),
            is_new_number: was.number != waybill.number,
            excluded: order.excluded.clone(),
            rules: order.rules.clone(),
        },
    )?;
    Ok(order)
}

/// A carrier says that it has the parcel of an order since a moment; false beside the order if that is known already.
pub fn collect(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<id::Order>,
    waybill: &Waybill,
    at: Moment,
) -> Result<(Order, bool), Error> {
    let mut order = view::load(tx, Side::Platform, id)?;
    let is_new = order.collect(waybill, at, ctx.now)?;
    if is_new {
        save(tx, ctx, &mut order, Step::Collect)?;
    }
    Ok((order, is_new))
}

/// The buyer has an order.
pub fn receive(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, id: Id<id::Order>) -> Result<Order, Error> {
    let mut order = view::load(tx, Side::Buyer(member), id)?;
    order.receive(ctx.now)?;
    // The timer first, as in `confirm`.
    timer::cancel(tx, id.raw())?;
    arrive(tx, ctx, &mut order, Received::Buyer)?;
    Ok(order)
}

/// A timer of kind [`RECEIPT`] was fired: nobody said anything, so its order was received.
pub fn confirm(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<id::Order>) -> Result<Order, Error> {
    let mut order = view::load(tx, Side::Platform, id)?;
    order.receive(ctx.now)?;
    arrive(tx, ctx, &mut order, Received::Clock)?;
    Ok(order)
}

fn arrive(tx: &mut Tx<'_>, ctx: &Ctx, order: &mut Order, how: Received) -> Result<(), Error> {
    save(tx, ctx, order, Step::Receive)?;
    tx.append(
        ctx,
        &fact::Received {
            at: ctx.now,
            shop: Some(order.shop),
            order: order.id,
            placed_at: order.placed_at,
            shipped_at: order.shipped_at,
            how: how.as_str().into(),
            excluded: order.excluded.clone(),
            rules: order.rules.clone(),
        },
    )?;
    Ok(())
}

/// Saves what was decided, with its line in the timeline.
fn save(tx: &mut Tx<'_>, ctx: &Ctx, order: &mut Order, step: Step) -> Result<(), Error> {
    save_about(tx, ctx, order, step, None)
}

/// The same with what of it changed, or why.
fn save_about(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    order: &mut Order,
    step: Step,
    about: Option<Box<str>>,
) -> Result<(), Error> {
    let log = Entry { about, ..entry(ctx, Some(step)) }.line();
    if sql::save(tx, order, &log)? { Ok(()) } else { Err(Error::Moved) }
}

/// Staff notes something on an order: the shop's staff for itself and the platform, the platform's for itself.
pub fn note(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Option<Id<Shop>>,
    id: Id<id::Order>,
    text: &str,
) -> Result<Id<NoteKind>, Error> {
    let text = Note::checked(text)?;
    let order = view::load(tx, shop.map_or(Side::Platform, Side::Shop), id)?;
    let side = if shop.is_some() { NoteBy::Shop } else { NoteBy::Platform };
    let note = Note { id: ctx.id(), side, by: ctx.actor, at: ctx.now, text: text.into() };
    sql::add_note(tx, &order, &note)?;
    Ok(note.id)
}
