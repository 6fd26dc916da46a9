//! The life of one order.

use super::calendar::Calendar;
use super::rand::{Dice, key};
use super::shops::{CARRIERS, Shop, Shops, bits, distance};
use super::{Plan, PlanError};
use aftercare::care;
use kernel::fact::Minor;
use kernel::{Fact, Id, Moment, RawId, Record};
use supply::logistics;
use trade::{order, payment};

/// The facts of a plan, one after the other.
pub struct Facts {
    plan: Plan,
    calendar: Calendar,
    shops: Shops,
    until: Moment,
    /// The next order, and the day of the last one.
    next: u64,
    day: usize,
    /// How many shops have been opened.
    opened: usize,
    queue: std::collections::VecDeque<Record>,
}

const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// When what happened to an order.
struct Life {
    placed: Moment,
    paid: Option<Moment>,
    ship_by: Moment,
    picked_up: Option<Moment>,
    deliver_by: Moment,
    delivered: Option<Moment>,
    cancelled: Option<Moment>,
    review: Option<(Moment, i64)>,
}

impl Facts {
    pub(super) fn new(plan: &Plan) -> Result<Self, PlanError> {
        let calendar = Calendar::new(plan)?;
        let shops = Shops::new(plan, &calendar)?;
        let until = plan.until.unwrap_or(Moment::MAX);
        let queue = std::collections::VecDeque::with_capacity(16);
        Ok(Self { plan: plan.clone(), calendar, shops, until, next: 0, day: 0, opened: 0, queue })
    }

    /// Opens the shops that opened up to `at`.
    fn open(&mut self, at: Moment) {
        while let Some(n) = self.shops.openings.get(self.opened) {
            let shop = &self.shops.all[*n as usize];
            if shop.opened > at {
                return;
            }
            if shop.opened <= self.until {
                self.queue.push_back(shop.opening(&self.plan));
            }
            self.opened += 1;
        }
    }

    fn order(&mut self, number: u64) {
        let key = key(self.plan.seed, 5, number);
        let mut dice = Dice::new(key);
        self.day = self.calendar.day_of(number, self.day);
        let placed = self.calendar.placed(number, self.day, &mut dice);
        if placed > self.until {
            // Orders come in the order they were placed: all that follow are later still.
            self.next = self.plan.orders;
            return;
        }
        self.open(placed);
        let shop = self.shops.seller(placed, &mut dice);
        let lines = 1 + i64::from(dice.below(6) == 0) + i64::from(dice.below(20) == 0);
        let unit = self.plan.currency.unit();
        let goods = (0..lines)
            .map(|_| (shop.price * 60 + shop.price * dice.between(0, 80)) * unit / 100)
            .sum::<i64>();
        let freight = if dice.below(3) == 0 { dice.between(4, 12) * unit } else { 0 };
        let life = life(&self.calendar, &self.shops, shop, self.day, placed, &mut dice);
        let ids = Ids {
            shop: shop.id,
            order: Id::from_raw(RawId::new(placed, bits(key))),
            purchase: Id::from_raw(RawId::new(placed, bits(key ^ 1))),
            payment: Id::from_raw(RawId::new(placed, bits(key ^ 2))),
            review: Id::from_raw(RawId::new(placed, bits(key ^ 3))),
        };
        let amounts =
            Amounts { lines, goods, freight, method: METHODS[dice.below(METHODS.len() as u64) as usize] };
        let until = self.until;
        tell(&life, number, ids, &amounts, |at, record| {
            if at <= until {
                self.queue.push_back(record);
            }
        });
    }
}

const METHODS: [&str; 6] = ["wallet", "wallet", "wallet", "card", "card", "credit"];

impl Iterator for Facts {
    type Item = Record;
    fn next(&mut self) -> Option<Record> {
        loop {
            if let Some(record) = self.queue.pop_front() {
                return Some(record);
            }
            if self.next >= self.plan.orders {
                // Shops that opened after the last order.
                if self.opened < self.shops.openings.len() {
                    self.open(Moment::MAX);
                    continue;
                }
                return None;
            }
            self.next += 1;
            self.order(self.next - 1);
        }
    }
}

/// Draws an order's life.
fn life(
    calendar: &Calendar,
    shops: &Shops,
    shop: &Shop,
    day: usize,
    placed: Moment,
    dice: &mut Dice,
) -> Life {
    let ship_by = placed.plus_hours(shop.promise);
    let to = shops.buyers.draw(dice) as u8;
    let way = distance(shop.province, to);
    let deliver_by = calendar.day_end(ship_by.plus_hours(40 + way * 3 + way / 2));
    let mut life = Life {
        placed,
        paid: None,
        ship_by,
        picked_up: None,
        deliver_by,
        delivered: None,
        cancelled: None,
        review: None,
    };
    // Three in a hundred never pay; their order lapses.
    if dice.chance(30_000) {
        life.cancelled = Some(placed.plus_micros(30 * MINUTE + dice.below(23 * HOUR as u64) as i64));
        return life;
    }
    let paid = placed.plus_micros(5_000_000 + dice.skewed() * 1_800);
    life.paid = Some(paid);
    // Some change their mind at once.
    let regret = dice.chance(shop.cancel).then(|| paid.plus_micros(10 * MINUTE + dice.skewed() * 72_000));
    let load = calendar.load(day);
    let late = dice.chance(shop.late(day, load));
    let pick_up = if late {
        // Lateness has a long tail.
        ship_by.plus_micros(HOUR + dice.skewed() * 250_000)
    } else {
        let room = (ship_by.micros() - paid.micros() - 10 * MINUTE).max(HOUR);
        let share = 150 + dice.skewed() * 800 / 1_000_000;
        let at = paid.plus_micros(room / 1_000 * share);
        let moved = calendar.working_hours(at, day, dice);
        if moved <= ship_by { moved } else { at }
    };
    // One in ten that is late is never sent: the buyer gives up.
    if late && dice.below(10) == 0 {
        life.cancelled = Some(ship_by.plus_micros(6 * HOUR + dice.skewed() * 300_000));
        return life;
    }
    if let Some(regret) = regret {
        life.cancelled = Some(regret);
        // Rarely the parcel was already on its way, or leaves all the same.
        if pick_up >= regret && dice.below(25) != 0 {
            return life;
        }
    }
    life.picked_up = Some(pick_up);
    let carrier =
        if dice.below(4) == 0 { dice.below(CARRIERS.len() as u64) } else { u64::from(shop.carrier) };
    let (still, speed, stray) = CARRIERS[carrier as usize];
    let sent = day as u32 + ((pick_up.micros() - placed.micros()) / (24 * HOUR)) as u32;
    let storm = calendar.storm(sent, shop.province, to);
    let jam = i64::from(load.saturating_sub(100)) * 8 / 100;
    let hours = still + way * speed / 10 + jam + storm;
    let stray = if dice.chance(stray) { dice.between(48, 240) } else { 0 };
    if life.cancelled.is_some() || dice.chance(1_500) {
        // Sent back, or lost.
        return life;
    }
    let delivered = pick_up.plus_micros((hours + stray) * HOUR + dice.skewed() * 108_000);
    life.delivered = Some(delivered);
    if dice.below(100) < 34 {
        let late_days = ((delivered.micros() - deliver_by.micros()).max(0) / (24 * HOUR)).min(4);
        let mood = i64::from(shop.goods) + dice.between(-45, 45) - 14 * late_days - if late { 12 } else { 0 };
        let score = match mood {
            i64::MIN..=12 => 1,
            13..=24 => 2,
            25..=40 => 3,
            41..=58 => 4,
            _ => 5,
        };
        life.review = Some((delivered.plus_micros(HOUR + dice.skewed() * 800_000), score));
    }
    life
}

struct Ids {
    shop: Id<kernel::id::Shop>,
    order: Id<kernel::id::Order>,
    purchase: Id<kernel::id::Purchase>,
    payment: Id<kernel::id::Payment>,
    review: Id<kernel::id::Review>,
}

struct Amounts {
    lines: i64,
    goods: i64,
    freight: i64,
    method: &'static str,
}

/// Tells a life in the order it happened; of two steps the later one knows the earlier one.
fn tell(life: &Life, number: u64, ids: Ids, amounts: &Amounts, mut each: impl FnMut(Moment, Record)) {
    let (shop, order, placed_at) = (Some(ids.shop), ids.order, life.placed);
    let Life { ship_by, deliver_by, .. } = *life;
    let placed = order::fact::Placed {
        at: placed_at,
        shop,
        order,
        purchase: ids.purchase,
        external_id: format!("T{number:011}").into(),
        lines: amounts.lines,
        goods: Minor(amounts.goods),
        freight: Minor(amounts.freight),
        gmv: Minor(amounts.goods + amounts.freight),
        ship_by,
        deliver_by,
        excluded: None,
        rules: None,
    };
    each(placed_at, placed.record());
    if let Some(at) = life.paid {
        let recorded = payment::fact::Recorded {
            at,
            shop: None,
            payment: ids.payment,
            purchase: ids.purchase,
            method: amounts.method.into(),
            installments: 1,
            amount: Minor(amounts.goods + amounts.freight),
        };
        each(at, recorded.record());
        each(
            at,
            order::fact::Paid {
                at,
                shop,
                order,
                placed_at,
                excluded: None,
                rules: None,
                pickup_from: None,
                pass_pickup_by: None,
                insured: None,
            }
            .record(),
        );
    }
    // A pick-up and a cancellation can come in either order; a delivery never meets a cancellation here.
    let cancel = |each: &mut dyn FnMut(Moment, Record)| {
        if let Some(at) = life.cancelled {
            let picked_up_at = life.picked_up.filter(|picked_up| *picked_up <= at);
            let fact = order::fact::Cancelled {
                at,
                shop,
                order,
                placed_at,
                ship_by,
                deliver_by,
                picked_up_at,
                delivered_at: None,
                excluded: None,
                pass_pickup_by: None,
                standard_by: None,
                stalled_at: None,
            };
            each(at, fact.record());
        }
    };
    let first = life.cancelled.filter(|at| life.picked_up.is_some_and(|picked_up| *at < picked_up));
    if first.is_some() {
        cancel(&mut each);
    }
    if let Some(at) = life.picked_up {
        let paid_at = life.paid.filter(|paid| *paid <= at);
        each(
            at,
            logistics::fact::PickedUp {
                at,
                shop,
                order,
                placed_at,
                paid_at,
                ship_by,
                cancelled_at: first,
                excluded: None,
                rules: None,
                pickup_from: None,
                standard_by: None,
                pass_pickup_by: None,
            }
            .record(),
        );
    }
    if let Some(at) = life.delivered {
        let fact = logistics::fact::Delivered {
            at,
            shop,
            order,
            placed_at,
            picked_up_at: life.picked_up,
            deliver_by,
            cancelled_at: None,
            excluded: None,
            rules: None,
            paid_at: None,
            standard_by: None,
            next_day_by: None,
            claimed_at: None,
            claimed: None,
            found_at: None,
            install: None,
            remote: None,
        };
        each(at, fact.record());
    }
    if first.is_none() {
        cancel(&mut each);
    }
    if let Some((at, score)) = life.review {
        each(
            at,
            care::fact::Created {
                at,
                shop,
                review: ids.review,
                order_id: order,
                score,
                excluded: None,
                rules: None,
            }
            .record(),
        );
    }
}
