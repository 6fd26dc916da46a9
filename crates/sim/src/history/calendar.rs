//! How many orders each day brings, at which hour, when the clocks of the house stand, and where storms are.
//!
//! Invariant: the hours of every local day are worked out once, so that no order asks a time zone.

use super::provinces::PROVINCES;
use super::rand::{Dice, key};
use super::{Plan, PlanError};
use kernel::{Date, Moment};

/// The days of a plan and some weeks after them.
pub(super) struct Calendar {
    /// When each local day begins, in microseconds; further than the plan, for what arrives later.
    starts: Vec<i64>,
    /// The hours of each of these days at which clocks stop and go on.
    hours: Vec<Hours>,
    /// How many orders were placed before each day of the plan; one more entry than days.
    before: Vec<u64>,
    /// How much busier than usual a day is, in percent.
    load: Vec<u32>,
    storms: Vec<Storm>,
}

/// The hours of a local day that the clocks know, in microseconds.
struct Hours {
    six: i64,
    eight: i64,
    eighteen: i64,
    twenty_three: i64,
    /// 23:59:59.999999. Where clocks are put back at midnight that comes twice, and the first one is meant.
    end: i64,
}

/// For some days parcels from and to a province stand still longer.
#[derive(Clone, Copy)]
struct Storm {
    province: u8,
    from: u32,
    to: u32,
    hours: i64,
}

const AFTER: u32 = 120;

impl Calendar {
    pub(super) fn new(plan: &Plan) -> Result<Self, PlanError> {
        if plan.days == 0 || plan.days > 20_000 || plan.from.year() < 1970 {
            return Err(PlanError::NoDays);
        }
        let mut starts = Vec::with_capacity((plan.days + AFTER) as usize);
        let mut hours = Vec::with_capacity((plan.days + AFTER) as usize);
        let mut weights = Vec::with_capacity(plan.days as usize);
        let mut load = Vec::with_capacity(plan.days as usize);
        let mut date = plan.from;
        for day in 0..plan.days + AFTER {
            starts.push(Moment::day_start(date, &plan.zone).ok_or(PlanError::NoDays)?.micros());
            let hour = |hour: i8| {
                Moment::local(date.at(hour, 0, 0, 0), &plan.zone).map(Moment::micros).ok_or(PlanError::NoDays)
            };
            hours.push(Hours {
                six: hour(6)?,
                eight: hour(8)?,
                eighteen: hour(18)?,
                twenty_three: hour(23)?,
                end: Moment::day_end(date, &plan.zone).ok_or(PlanError::NoDays)?.micros(),
            });
            if day < plan.days {
                let busy = busy(date);
                let growth = 1_000 + 600 * u64::from(day) / u64::from(plan.days);
                let wobble = 92 + Dice::new(key(plan.seed, 11, u64::from(day))).below(17);
                weights.push(u64::from(busy) * growth * wobble * weekday(date));
                load.push(busy);
            }
            date = date.tomorrow().map_err(|_| PlanError::NoDays)?;
        }
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        let mut before = Vec::with_capacity(weights.len() + 1);
        let mut sum = 0u128;
        for weight in weights {
            before.push((u128::from(plan.orders) * sum / total) as u64);
            sum += u128::from(weight);
        }
        before.push(plan.orders);
        let mut dice = Dice::new(key(plan.seed, 12, 0));
        let storms = (0..plan.days.div_ceil(25))
            .map(|_| {
                let from = dice.below(u64::from(plan.days)) as u32;
                let to = from + 2 + dice.below(4) as u32;
                Storm { province: dice.below(PROVINCES as u64) as u8, from, to, hours: dice.between(30, 96) }
            })
            .collect();
        Ok(Self { starts, hours, before, load, storms })
    }

    /// The day on which order `number` was placed, given the day of the order before it.
    pub(super) fn day_of(&self, number: u64, hint: usize) -> usize {
        let mut day = if self.before[hint] <= number { hint } else { 0 };
        while self.before[day + 1] <= number {
            day += 1;
        }
        day
    }

    /// The moment order `number` was placed: the orders of a day follow each other along its hours.
    pub(super) fn placed(&self, number: u64, day: usize, dice: &mut Dice) -> Moment {
        let of_day = self.before[day + 1] - self.before[day];
        let nth = number - self.before[day];
        // A place between 0 and 1, in 32 bits, that rises from order to order.
        let place = ((u128::from(nth) << 32) + u128::from(dice.next() >> 32)) / u128::from(of_day);
        let scaled = place as u64 * u64::from(HOURS[24]);
        let target = scaled >> 32;
        let hour = HOURS.iter().rposition(|sum| u64::from(*sum) <= target).unwrap_or(0).min(23);
        let (low, high) = (u64::from(HOURS[hour]), u64::from(HOURS[hour + 1]));
        let within = (scaled - (low << 32)) as u128 * 3_600_000_000 / (u128::from(high - low) << 32);
        let length = self.starts[day + 1] - self.starts[day];
        let of_24 = hour as i64 * 3_600_000_000 + within as i64;
        // Where clocks are changed a day has 23 or 25 hours: its orders are spread over what it has.
        let offset = if length == DAY {
            of_24
        } else {
            (i128::from(of_24) * i128::from(length) / i128::from(DAY)) as i64
        };
        Moment::from_micros(self.starts[day] + offset)
    }

    /// The first moment of the plan.
    pub(super) fn start(&self) -> Moment {
        Moment::from_micros(self.starts[0])
    }

    /// When day `day` of the plan begins.
    pub(super) fn day_start(&self, day: usize) -> Moment {
        Moment::from_micros(self.starts[day.min(self.starts.len() - 1)])
    }

    /// The day of the calendar that `at` lies in; the first or the last one for what is beyond it.
    fn day_at(&self, at: i64) -> usize {
        let last = self.starts.len() - 1;
        let mut day = ((at - self.starts[0]).max(0) / DAY).min(last as i64) as usize;
        // Days of 23 and 25 hours put the guess off by one.
        while day > 0 && self.starts[day] > at {
            day -= 1;
        }
        while day < last && self.starts[day + 1] <= at {
            day += 1;
        }
        day
    }

    /// The last microsecond of the local day that `at` lies in, or one shortly before if that is beyond the calendar.
    pub(super) fn day_end(&self, at: Moment) -> Moment {
        let next = self.day_at(at.micros()) + 1;
        Moment::from_micros(self.starts.get(next).copied().unwrap_or(at.micros() + 1) - 1)
    }

    /// The last microsecond of the local day after the one that `at` lies in.
    pub(super) fn next_day_end(&self, at: Moment) -> Moment {
        let next = self.day_at(at.micros()) + 1;
        Moment::from_micros(self.hours.get(next).map_or(at.micros() + DAY, |day| day.end))
    }

    /// When the pick-up clock of a payment starts: what is paid from 18:00 to 06:00 counts from 06:00.
    pub(super) fn pickup_from(&self, paid: Moment) -> Moment {
        self.start_of(paid, |day| day.eighteen, |day| day.six)
    }

    /// When the clock of an after-sale review starts: what is filed from 23:00 to 08:00 counts from 08:00.
    pub(super) fn review_from(&self, filed: Moment) -> Moment {
        self.start_of(filed, |day| day.twenty_three, |day| day.eight)
    }

    /// A clock that stands from an hour of the evening to one of the morning.
    fn start_of(&self, at: Moment, stands: impl Fn(&Hours) -> i64, goes: impl Fn(&Hours) -> i64) -> Moment {
        let day = self.day_at(at.micros());
        let start = if at.micros() >= stands(&self.hours[day]) {
            self.hours.get(day + 1).map_or(at.micros(), goes)
        } else {
            goes(&self.hours[day])
        };
        Moment::from_micros(start).max(at)
    }

    /// Whether answers to a conversation that began at `at` are timed: from 08:00:00 to 22:59:59.
    pub(super) fn in_hours(&self, at: Moment) -> bool {
        let hours = &self.hours[self.day_at(at.micros())];
        (hours.eight..hours.twenty_three).contains(&at.micros())
    }

    /// Moves a moment of the night to the morning: nobody picks parcels up then.
    pub(super) fn working_hours(&self, at: Moment, day: usize, dice: &mut Dice) -> Moment {
        let mut day = day;
        while self.starts.get(day + 1).is_some_and(|next| *next <= at.micros()) {
            day += 1;
        }
        let hour = (at.micros() - self.starts[day]) / 3_600_000_000;
        if hour >= 8 {
            return at;
        }
        Moment::from_micros(self.starts[day] + 8 * 3_600_000_000 + dice.below(3 * 3_600_000_000) as i64)
    }

    /// How much busier than usual a day is, in percent.
    pub(super) fn load(&self, day: usize) -> u32 {
        self.load[day.min(self.load.len() - 1)]
    }

    /// The hours that storms add to a parcel picked up on `day` on its way between two provinces.
    pub(super) fn storm(&self, day: u32, from: u8, to: u8) -> i64 {
        let hit = |s: &&Storm| (s.from..s.to).contains(&day) && (s.province == from || s.province == to);
        self.storms.iter().filter(hit).map(|s| s.hours).max().unwrap_or(0)
    }
}

const DAY: i64 = 86_400_000_000;

/// How many of a thousand orders come before each full hour.
const HOURS: [u32; 25] = [
    0, 22, 34, 41, 46, 50, 56, 67, 88, 125, 181, 241, 294, 342, 391, 443, 497, 549, 597, 644, 701, 772, 851,
    925, 1000,
];

fn weekday(date: Date) -> u64 {
    match date.weekday().to_monday_zero_offset() {
        0 => 104,
        1 => 103,
        2 => 101,
        3 => 100,
        4 => 97,
        5 => 94,
        _ => 101,
    }
}

/// How busy a date is, in percent of a usual day: 618, double eleven, double twelve, New Year's holidays.
fn busy(date: Date) -> u32 {
    match (date.month(), date.day()) {
        (6, 1) => 190,
        (6, 2..=14) => 125,
        (6, 15..=16) => 170,
        (6, 17) => 270,
        (6, 18) => 480,
        (6, 19) => 190,
        (6, 20) => 140,
        (11, 1) => 230,
        (11, 2..=9) => 130,
        (11, 10) => 240,
        (11, 11) => 520,
        (11, 12) => 210,
        (12, 12) => 200,
        (1, 26..=31) | (2, 1..=6) => 45,
        (10, 1..=5) => 88,
        _ => 100,
    }
}
