//! Very many orders at once, for benchmarks: of shops and buyers large and small, over a year, wherever such orders are by
//! now. Nothing is told, charged or kept in stock.

use super::bulk::Stocked;
use super::place::{Error, write};
use crate::history::PlanError;
use crate::history::rand::{Dice, key};
use ::store::Db;
use kernel::{Currency, Id, Moment, Money, RawId, id};
use std::sync::Arc;
use trade::order::{self, Address, Line, Order, Part, PickUp, Promise, Purchase, Status, Sums, ToldBy};
use trade::scene::Via;

/// Which orders.
#[derive(Debug, Clone)]
pub struct Sold {
    /// Another seed, other orders.
    pub seed: u64,
    /// How many.
    pub orders: u64,
    /// Over how many days until `now`.
    pub days: i64,
    /// When the last one was placed.
    pub now: Moment,
    /// The currency.
    pub currency: Currency,
    /// Who bought one in 500 of them.
    pub heavy: Id<id::Member>,
    /// Who bought one in 50,000.
    pub light: Id<id::Member>,
}

/// One of the orders, to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Which.
    pub order: Id<id::Order>,
    /// Of which shop.
    pub shop: Id<id::Shop>,
    /// With which product.
    pub product: Id<id::Product>,
    /// Where it is.
    pub status: Status,
    /// When it was placed.
    pub placed_at: Moment,
    /// The carrier's number.
    pub number: Option<Box<str>>,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trades {
    /// The shop with a fifth of all orders.
    pub big: Id<id::Shop>,
    /// A shop among many.
    pub small: Id<id::Shop>,
    /// The product of either that is sold the most, and the one that is sold the least.
    pub products: [[Id<id::Product>; 2]; 2],
    /// One order in a thousand, oldest first.
    pub samples: Vec<Sample>,
}

/// How many orders go into one transaction.
const CHUNK: u64 = 2_000;
/// One in how many orders is kept as a sample.
const SAMPLED: u64 = 1_000;

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;
const DAY: i64 = 24 * HOUR;

/// As long as the bill of an order with a few lines and rules.
const BILL: usize = 1_000;

/// A shop's variants, the ones that sell best first.
type Range = Vec<Stocked>;

/// Makes orders of `goods`, which are of two shops or more, in the order in which they were placed.
pub fn sold(db: &Db, goods: &[Stocked], plan: &Sold) -> Result<Trades, Error> {
    let mut shops: Vec<Range> = goods.chunk_by(|a, b| a.shop == b.shop).map(<[Stocked]>::to_vec).collect();
    // Which shop is the large one has nothing to do with which was first.
    shops.rotate_left(1);
    let [big, .., small] = &shops[..] else { return Err(PlanError::NoShops.into()) };
    let ends = |range: &Range| [range[0].product, range[range.len() - 1].product];
    let (large, little) = (big[0].shop, small[0].shop);
    let products = [ends(big), ends(small)];
    let bill: Arc<str> = format!("{{\"rules\":[\"{}\"]}}", "x".repeat(BILL)).into();
    let mut samples = Vec::new();
    for first in (0..plan.orders).step_by(CHUNK as usize) {
        let chunk: Vec<(Purchase, Order)> =
            (first..plan.orders.min(first + CHUNK)).map(|n| one(plan, &shops, n)).collect();
        samples
            .extend(chunk.iter().zip(first..).filter(|(_, n)| n % SAMPLED == 0).map(|((_, o), _)| sample(o)));
        let (chunk, bill) = (Arc::new(chunk), Arc::clone(&bill));
        write(db, "bulk.orders", move |tx| {
            for (purchase, order) in chunk.iter() {
                order::adopt(tx, purchase, std::slice::from_ref(order), &bill)?;
            }
            Ok(())
        })?;
    }
    Ok(Trades { big: large, small: little, products, samples })
}

fn sample(order: &Order) -> Sample {
    Sample {
        order: order.id,
        shop: order.shop,
        product: order.lines[0].product,
        status: order.status,
        placed_at: order.placed_at,
        number: order.number.clone(),
    }
}

/// Where an order of an age is: weights in thousandths.
fn status(age: i64, dice: &mut Dice) -> Status {
    use Status::{Cancelled, Closed, Paid, Received, Refunded, Shipped, Unpaid};
    let weights: &[(Status, u64)] = match age {
        ..0 => &[(Unpaid, 1_000)],
        _ if age < HOUR / 2 => &[(Unpaid, 600), (Paid, 350), (Cancelled, 50)],
        _ if age < 2 * DAY => &[(Paid, 750), (Shipped, 100), (Cancelled, 50), (Closed, 80), (Refunded, 20)],
        _ if age < 10 * DAY => {
            &[(Paid, 80), (Shipped, 700), (Received, 80), (Cancelled, 40), (Closed, 80), (Refunded, 20)]
        }
        _ => &[(Received, 840), (Closed, 80), (Cancelled, 40), (Refunded, 37), (Shipped, 2), (Paid, 1)],
    };
    let mut at = dice.below(1_000);
    for (status, weight) in weights {
        if at < *weight {
            return *status;
        }
        at -= weight;
    }
    Received
}

fn one(plan: &Sold, shops: &[Range], n: u64) -> (Purchase, Order) {
    let mut dice = Dice::new(key(plan.seed, 300, n));
    let age =
        i64::try_from(u128::from(plan.orders - 1 - n) * (plan.days * DAY) as u128 / u128::from(plan.orders))
            .unwrap_or(0);
    let placed_at = plan.now.plus_micros(-age);
    let shop = if dice.chance(200_000) { 0 } else { 1 + dice.below(shops.len() as u64 - 1) as usize };
    let range = &shops[shop];
    let member = match dice.below(50_000) {
        0 => plan.light,
        at if at <= 100 => plan.heavy,
        _ => Id::from_raw(RawId::new(
            plan.now,
            u128::from(key(plan.seed, 301, dice.below(plan.orders / 5 + 1))),
        )),
    };
    // The first sells the most, the last nearly never.
    let mut pick = || range[((dice.skewed() * range.len() as i64) / 1_000_000) as usize];
    let (first, second) = (pick(), pick());
    let line = |stocked: Stocked, n: i64| Line {
        sku: stocked.sku,
        product: stocked.product,
        title: "通勤背包 22 L 内胆加厚".into(),
        variant: "甲".into(),
        media: Some("e55ec3ff9603740b1fd885bc969222d1ea9e79a8465a2c196733c672b6434745".into()),
        quantity: n,
        unit: Money::new(9_900, plan.currency),
        paid: Money::new(9_900 * n, plan.currency),
        digital: false,
        via: Via::mall(),
    };
    let mut lines = vec![line(first, 1)];
    if dice.chance(300_000) && second.product != first.product {
        lines.push(line(second, 2));
    }
    let money = |minor| Money::new(minor, plan.currency);
    let total: i64 = lines.iter().map(|line| line.paid.minor).sum();
    let status = status(age, &mut dice);
    let id = |purpose: u64| {
        RawId::new(placed_at, u128::from(key(plan.seed, purpose, n)) << 10 | u128::from(n % 1_024))
    };
    let (order, purchase) = (Id::from_raw(id(302)), Id::from_raw(id(303)));
    let after = |hours: i64| placed_at.plus_micros(hours * HOUR);
    let is_paid = matches!(status, Status::Paid | Status::Shipped | Status::Received | Status::Refunded);
    let is_shipped = matches!(status, Status::Shipped | Status::Received);
    let paid_at = is_paid.then(|| placed_at.plus_micros(60 * SECOND));
    let ended_at = (!status.is_open()).then(|| after(if is_shipped { 96 } else { 1 }));
    let payment = is_paid.then(|| Id::from_raw(id(304)));
    let order = Order {
        id: order,
        purchase,
        member,
        shop: first.shop,
        status,
        version: 1 + i64::from(is_paid) + i64::from(is_shipped) + i64::from(ended_at.is_some()),
        lines,
        sums: Sums {
            goods: money(total),
            discount: money(0),
            freight: money(0),
            total: money(total),
            fee: money(total / 100),
            commission: money(total / 50),
            coupon: money(0),
        },
        cuts: Vec::new(),
        promise: Promise { id: "ship-48h".into(), version: 1 },
        terms: "2026-11".into(),
        rules: None,
        excluded: None,
        insured: None,
        reservation: Some(Id::from_raw(id(305))),
        delivery_method: None,
        address: Address { shown: "上海市徐汇区, 林**, 139****0000".into(), subject: id(306) },
        placed_at,
        pay_by: placed_at.plus_micros(HOUR / 2),
        ship_by: after(48),
        deliver_by: after(168),
        paid_at,
        payment,
        pickup_from: paid_at,
        next_day_by: is_paid.then(|| after(36)),
        shipped_at: is_shipped.then(|| after(20)),
        picked_up: is_shipped.then(|| PickUp { at: after(20), by: ToldBy::Shop }),
        confirmed_at: None,
        carrier: is_shipped.then(|| "sf".into()),
        number: is_shipped.then(|| format!("SF{:013}", n * 7 + 1).into()),
        standard_by: is_shipped.then(|| after(120)),
        confirm_by: is_shipped.then(|| after(260)),
        ended_at,
        code: None,
        sites: 0,
        remark: None,
        noted: dice.chance(10_000),
        held: status == Status::Paid && dice.chance(20_000),
        reasons: Vec::new(),
    };
    let purchase = Purchase {
        id: purchase,
        member,
        status: if is_paid { Status::Paid } else { status },
        version: 1 + i64::from(status != Status::Unpaid),
        total: order.sums.total,
        placed_at,
        pay_by: order.pay_by,
        settled_at: order.paid_at.or(order.ended_at),
        payment,
        quote: Id::from_raw(id(307)),
        terms: order.terms.clone(),
        rules: None,
        moved: 0,
        parts: vec![Part {
            order: order.id,
            shop: order.shop,
            total: order.sums.total,
            reservation: order.reservation,
            ship_by: order.ship_by,
            deliver_by: order.deliver_by,
            excluded: None,
            insured: None,
            held: order.held,
            digital: false,
        }],
    };
    (purchase, order)
}
