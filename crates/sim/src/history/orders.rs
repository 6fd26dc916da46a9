//! The facts of a plan, shop by shop and order by order.

use super::calendar::Calendar;
use super::draw;
use super::rand::{Dice, key};
use super::shops::Shops;
use super::tell::{Bill, tell};
use super::{Plan, PlanError};
use kernel::{Moment, Record};
use std::collections::VecDeque;

/// The facts of a plan, one after the other.
pub struct Facts {
    plan: Plan,
    calendar: Calendar,
    shops: Shops,
    until: Moment,
    /// The next order; the one after `drawn` if that is there.
    next: u64,
    /// The day of the last order.
    day: usize,
    /// An order that waits until the shops that opened before it have been told.
    drawn: Option<Drawn>,
    /// How many shops have been opened.
    opened: usize,
    queue: VecDeque<Record>,
}

/// When an order was placed, and the rest of its draws.
struct Drawn {
    number: u64,
    placed: Moment,
    key: u64,
    dice: Dice,
}

impl Facts {
    pub(super) fn new(plan: &Plan) -> Result<Self, PlanError> {
        let calendar = Calendar::new(plan)?;
        let shops = Shops::new(plan, &calendar)?;
        let until = plan.until.unwrap_or(Moment::MAX);
        let queue = VecDeque::with_capacity(64);
        Ok(Self {
            plan: plan.clone(),
            calendar,
            shops,
            until,
            next: 0,
            day: 0,
            drawn: None,
            opened: 0,
            queue,
        })
    }

    /// When the next order is placed; none if there is none that is told.
    fn ahead(&mut self) -> Option<Moment> {
        if self.drawn.is_none() && self.next < self.plan.orders {
            let number = self.next;
            self.next += 1;
            let key = key(self.plan.seed, 5, number);
            let mut dice = Dice::new(key);
            self.day = self.calendar.day_of(number, self.day);
            let placed = self.calendar.placed(number, self.day, &mut dice);
            if placed <= self.until {
                self.drawn = Some(Drawn { number, placed, key, dice });
            } else {
                // Orders come in the order they were placed: all that follow are later still.
                self.next = self.plan.orders;
            }
        }
        self.drawn.as_ref().map(|drawn| drawn.placed)
    }

    /// Tells the next shop, if it opened up to `at`. One at a time: all at once would be many facts to hold.
    fn open(&mut self, at: Moment) -> bool {
        let Some(n) = self.shops.openings.get(self.opened) else { return false };
        let shop = &self.shops.all[*n as usize];
        if shop.opened > at {
            return false;
        }
        let (until, queue) = (self.until, &mut self.queue);
        shop.tell(&self.plan, &self.calendar, |record| {
            if record.at <= until {
                queue.push_back(record);
            }
        });
        self.opened += 1;
        true
    }

    fn order(&mut self, drawn: Drawn) {
        let Drawn { number, placed, key, mut dice } = drawn;
        let shop = self.shops.seller(placed, &mut dice);
        let lines = 1 + i64::from(dice.below(6) == 0) + i64::from(dice.below(20) == 0);
        let unit = self.plan.currency.unit();
        let goods = (0..lines)
            .map(|_| (shop.price * 60 + shop.price * dice.between(0, 80)) * unit / 100)
            .sum::<i64>();
        let freight = if dice.below(3) == 0 { dice.between(4, 12) * unit } else { 0 };
        let method = METHODS[dice.below(METHODS.len() as u64) as usize];
        let life = draw::draw(&self.calendar, &self.shops, shop, self.day, placed, &mut dice);
        let bill = Bill { shop: shop.id, key, number, lines, goods, freight, method };
        let (until, queue) = (self.until, &mut self.queue);
        tell(&life, &bill, |at, record| {
            if at <= until {
                queue.push_back(record);
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
            // Shops that opened after the last order come at the end.
            let placed = self.ahead();
            if self.open(placed.unwrap_or(Moment::MAX)) {
                continue;
            }
            let drawn = self.drawn.take()?;
            self.order(drawn);
        }
    }
}
