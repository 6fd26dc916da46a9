//! The shops and what nobody can see of them: how they work.

use super::calendar::Calendar;
use super::provinces::{MAP, PROVINCES};
use super::rand::{Alias, Dice, key};
use super::trades::{KINDS, TRADES, Trade};
use super::{Plan, PlanError, names};
use aftercare::aftersale;
use govern::incident;
use kernel::{Fact, Id, Moment, RawId, Record, id};
use offer::catalog;
use people::merchant;

/// From where goods are sent: mostly the coast.
const MAKERS: [u64; PROVINCES] =
    [30, 45, 4, 12, 4, 5, 45, 110, 190, 30, 90, 12, 60, 40, 20, 14, 230, 8, 25, 3, 8, 8, 3, 4];

/// A shop of a plan, as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sketch {
    /// As its facts name it.
    pub id: Id<id::Shop>,
    /// Its name.
    pub name: String,
    /// The word of what it mainly sells.
    pub industry: &'static str,
    /// The word of who stands behind it.
    pub kind: &'static str,
    /// Since when it is there.
    pub opened: Moment,
    /// The hours it promises to ship in.
    pub promise: i64,
}

/// One shop.
pub(super) struct Shop {
    pub(super) id: Id<kernel::id::Shop>,
    pub(super) opened: Moment,
    pub(super) province: u8,
    /// The hours it promises to ship in.
    pub(super) promise: i64,
    /// How many of a million orders it ships late: before it turns, and after.
    late: (u32, u32),
    /// How well it serves, 0 (not at all) to 100: before it turns, and after.
    quality: (i64, i64),
    /// From which day of the plan it turns, and over how many days.
    turn: (u32, u32),
    /// How much a peak overloads it, in percent.
    pub(super) strain: u32,
    /// How many of a million orders are cancelled early.
    pub(super) cancel: u32,
    /// How good its goods are: 0 to 100.
    pub(super) goods: u32,
    /// A usual price, in whole units of the currency.
    pub(super) price: i64,
    /// Which carrier it gives most parcels to.
    pub(super) carrier: u8,
    /// The industry's place in [`TRADES`], and who is behind it in [`KINDS`].
    trade: u8,
    kind: u8,
    /// The freight of whose returns it insures, and when.
    insured: [Option<Insured>; 3],
    number: u32,
}

/// A time over which a shop insures the freight of returns.
#[derive(Clone, Copy)]
struct Insured {
    size: &'static str,
    on: Moment,
    off: Option<Moment>,
}

impl Shop {
    fn new(plan: &Plan, calendar: &Calendar, makers: &Alias, number: u32) -> Self {
        let mut dice = Dice::new(key(plan.seed, 1, u64::from(number)));
        let days = plan.days as usize;
        // One in seven opens while the history runs; the first shop is always there.
        let opened = if number > 0 && dice.below(7) == 0 {
            let day = dice.below((days as u64 * 7 / 10).max(1)) as usize;
            calendar.day_start(day).plus_micros(dice.below(20 * 3_600_000_000) as i64)
        } else {
            calendar
                .start()
                .plus_days(-dice.between(1, 900))
                .plus_micros(-(dice.below(86_400_000_000) as i64))
        };
        let half = (days as i64 / 2).max(1);
        let turn = (dice.between(half / 2, half + half / 2) as u32, dice.between(20, 80) as u32);
        let good = dice.between(2_000, 25_000) as u32;
        let poor = dice.between(180_000, 420_000) as u32;
        let (well, badly) = (dice.between(70, 97), dice.between(10, 42));
        let (late, strain, quality) = match dice.below(100) {
            0..=67 => ((good, good), 40, (well, well)),
            68..=80 => ((good * 4, good * 4), 160, (well - 25, well - 25)),
            81..=87 => ((good, poor), 120, (well, badly)),
            88..=94 => ((poor, good), 120, (badly, well)),
            _ => ((poor, poor), 200, (badly, badly)),
        };
        let promise = match dice.below(10) {
            0..=2 => 24,
            3..=8 => 48,
            _ => 72,
        };
        let careful = 100 - (late.0 / 8_000).min(60);
        let trade = (number % TRADES.len() as u32) as u8;
        let kind = match dice.below(100) {
            0..=74 => 0,
            75..=84 => 1,
            _ => 2,
        };
        let insured = insurances(plan, calendar, opened, &TRADES[usize::from(trade)], &mut dice);
        Self {
            id: Id::from_raw(RawId::new(opened, bits(key(plan.seed, 2, u64::from(number))))),
            opened,
            province: makers.draw(&mut dice) as u8,
            promise,
            late,
            quality,
            turn,
            strain,
            cancel: dice.between(8_000, 45_000) as u32,
            goods: (dice.between(35, 100) as u32 + careful) / 2,
            price: (9 + dice.skewed() * 700 / 1_000_000) * TRADES[usize::from(trade)].price / 100,
            carrier: if promise < 48 && dice.below(2) == 0 {
                4
            } else {
                dice.below(CARRIERS.len() as u64) as u8
            },
            trade,
            kind,
            insured,
            number,
        }
    }

    /// A trait on a day, on its way from what it was to what it becomes.
    fn on(&self, day: usize, (before, after): (i64, i64)) -> i64 {
        let (from, over) = self.turn;
        let turned = (day as u32).saturating_sub(from).min(over);
        before + (after - before) * i64::from(turned) / i64::from(over)
    }

    /// How much is wrong with its service on a day: 0 (nothing) to 100.
    pub(super) fn bad(&self, day: usize) -> u32 {
        100 - self.on(day, self.quality).clamp(0, 100) as u32
    }

    /// What it sells.
    pub(super) fn trade(&self) -> &'static Trade {
        &TRADES[usize::from(self.trade)]
    }

    /// Which insurance of return freight covers an order of a size that is paid at `at`.
    pub(super) fn insured(&self, size: &'static str, at: Moment) -> Option<&'static str> {
        let covers = |i: &&Insured| i.size == size && i.on <= at && i.off.is_none_or(|off| at < off);
        self.insured.iter().flatten().find(covers).map(|i| i.size)
    }

    /// How many of a million orders placed on a day it ships late.
    pub(super) fn late(&self, day: usize, load: u32) -> u32 {
        let usual = self.on(day, (i64::from(self.late.0), i64::from(self.late.1)));
        let strained = usual * i64::from(100 + load.saturating_sub(100) * self.strain / 100) / 100;
        strained.clamp(0, 850_000) as u32
    }

    /// What everybody sees of it.
    pub(super) fn sketch(&self, plan: &Plan) -> Sketch {
        let mut dice = Dice::new(key(plan.seed, 3, u64::from(self.number)));
        let (kind, kinds) = KINDS[usize::from(self.kind)];
        let Self { id, opened, promise, .. } = *self;
        let name = names::shop(&mut dice, self.trade().goods, kinds);
        Sketch { id, name, industry: self.trade().word, kind, opened, promise }
    }

    /// Its opening and what else happens to it that is not about an order: listings, insurances, findings.
    pub(super) fn tell(&self, plan: &Plan, calendar: &Calendar, mut each: impl FnMut(Record)) {
        let shop = Some(self.id);
        let mut dice = Dice::new(key(plan.seed, 3, u64::from(self.number)));
        let (kind, kinds) = KINDS[usize::from(self.kind)];
        let opened = merchant::fact::Opened {
            at: self.opened,
            shop,
            subject: self.id,
            external_id: format!("S{:06}", self.number + 1).into(),
            name: names::shop(&mut dice, self.trade().goods, kinds).into(),
            industry: Some(self.trade().word.into()),
            kind: Some(kind.into()),
        };
        each(opened.record());
        for (i, insured) in (0..).zip(self.insured.iter().flatten()) {
            let Insured { size, on, off } = *insured;
            let insurance = Id::from_raw(RawId::new(on, bits(self.key(plan, 7, i))));
            each(aftersale::fact::InsuranceOn { at: on, shop, insurance, size: size.into() }.record());
            if let Some(at) = off {
                let size = size.into();
                each(aftersale::fact::InsuranceOff { at, shop, insurance, size, on_at: on }.record());
            }
        }
        self.listings(plan, calendar, &mut dice, &mut each);
        self.findings(plan, calendar, &mut dice, &mut each);
    }

    fn key(&self, plan: &Plan, purpose: u64, n: u64) -> u64 {
        key(plan.seed, purpose, (u64::from(self.number) << 16) | n)
    }

    /// Some goods come and go; nearly every shop has some all the time.
    fn listings(&self, plan: &Plan, calendar: &Calendar, dice: &mut Dice, each: &mut impl FnMut(Record)) {
        let shop = Some(self.id);
        let stays = !dice.chance(30_000);
        for n in 0..dice.between(4, 22) as u64 {
            let later = n > 3 && dice.below(2) == 0;
            let at = if later {
                calendar.day_start(dice.below(u64::from(plan.days)) as usize).max(self.opened)
            } else {
                self.opened
            };
            let listed_at = at.plus_micros(dice.below(30 * HOUR as u64) as i64);
            let product = Id::from_raw(RawId::new(listed_at, bits(self.key(plan, 6, n))));
            each(catalog::fact::Listed { at: listed_at, shop, product, again_of: None }.record());
            if (n > 0 || !stays) && dice.below(3) == 0 {
                let at = listed_at.plus_micros(dice.between(20 * 24, 400 * 24) * HOUR);
                each(
                    catalog::fact::Delisted { at, shop, product, listed_at, again_of: None, taken_by: None }
                        .record(),
                );
            }
        }
    }

    /// Bad shops are found out now and then; one finding in seven is taken back.
    fn findings(&self, plan: &Plan, calendar: &Calendar, dice: &mut Dice, each: &mut impl FnMut(Record)) {
        let shop = Some(self.id);
        for day in (0..plan.days).step_by(10) {
            let bad = self.bad(day as usize);
            if !dice.chance(400 + bad * bad * bad / 3) {
                continue;
            }
            let scene = SCENES[dice.below(SCENES.len() as u64) as usize];
            let at = calendar.day_start(day as usize).plus_micros(dice.between(9, 230) * HOUR);
            if at < self.opened {
                continue;
            }
            let violation = Id::from_raw(RawId::new(at, bits(self.key(plan, 8, u64::from(day)))));
            let found = incident::fact::Violated { at, shop, violation, scene: scene.into(), order_id: None };
            each(found.record());
            if dice.below(7) == 0 {
                let reversed = incident::fact::Reversed {
                    at: at.plus_micros(dice.between(20, 300) * HOUR),
                    shop,
                    violation,
                    scene: scene.into(),
                    found_at: at,
                    order_id: None,
                };
                each(reversed.record());
            }
        }
    }
}

/// What a shop is found to have done without an order at hand.
const SCENES: [&str; 6] = [
    "after_sale_address",
    "fake_trade",
    "false_advertising",
    "brand_qualification",
    "invoice_refused",
    "negative_service",
];

/// About half of the shops insure the freight of returns; some stop, some begin again, and who sells bulky goods insures
/// those apart.
fn insurances(
    plan: &Plan,
    calendar: &Calendar,
    opened: Moment,
    trade: &Trade,
    dice: &mut Dice,
) -> [Option<Insured>; 3] {
    let mut begin = |size: &'static str, in_hundred: u64| {
        if dice.below(100) >= in_hundred {
            return None;
        }
        let day = dice.below(u64::from(plan.days));
        let early = opened.plus_micros(dice.between(1, 20 * 24) * HOUR);
        let on = if dice.below(10) < 7 { early } else { early.max(calendar.day_start(day as usize)) };
        let off = (dice.below(4) == 0).then(|| on.plus_micros(dice.between(30, 500 * 24) * HOUR));
        Some(Insured { size, on, off })
    };
    let small = begin("small", 55);
    let bulky = if trade.bulky > 0 { begin("bulky", 55) } else { None };
    let again = small.and_then(|i| i.off).filter(|_| dice.below(2) == 0).map(|off| {
        let on = off.plus_micros(dice.between(10, 90 * 24) * HOUR);
        Insured { size: "small", on, off: None }
    });
    [small, bulky, again]
}

const HOUR: i64 = 3_600_000_000;

/// A carrier: hours before and after the way, hours for ten units of way, and how many of a million parcels stray.
pub(super) const CARRIERS: [(i64, i64, u32); 5] =
    [(14, 22, 12_000), (20, 30, 25_000), (18, 26, 18_000), (24, 34, 40_000), (10, 18, 6_000)];

/// 128 bits from 64.
pub(super) fn bits(key: u64) -> u128 {
    (u128::from(super::rand::mix(key ^ 0x5851_f42d_4c95_7f2d)) << 64) | u128::from(key)
}

/// All shops, and who sells and buys how much.
pub(super) struct Shops {
    pub(super) all: Vec<Shop>,
    /// In the order they opened.
    pub(super) openings: Vec<u32>,
    pub(super) by_size: Alias,
    pub(super) buyers: Alias,
    /// Shops that were there from the start.
    old: Vec<u32>,
}

impl Shops {
    pub(super) fn new(plan: &Plan, calendar: &Calendar) -> Result<Self, PlanError> {
        if plan.shops == 0 {
            return Err(PlanError::NoShops);
        }
        let makers = Alias::new(&MAKERS);
        let all: Vec<Shop> = (0..plan.shops).map(|n| Shop::new(plan, calendar, &makers, n)).collect();
        let mut openings: Vec<u32> = (0..plan.shops).collect();
        openings.sort_by_key(|n| (all[*n as usize].opened, *n));
        // Few are large, many small, and the number says nothing of the size. In a small market sizes differ less, so that
        // most of its shops sell enough to be judged; one in twelve hardly sells.
        let mut ranks: Vec<u32> = (0..plan.shops).collect();
        ranks.sort_by_key(|n| key(plan.seed, 4, u64::from(*n)));
        let mut sizes = vec![0u64; all.len()];
        for (rank, n) in ranks.iter().enumerate() {
            let size = 1_000_000_000 / (rank as u64 + 12 + (all.len() as u64 * 3 / 4).min(200));
            sizes[*n as usize] = if (rank + 1) * 12 > all.len() * 11 { size / 6 } else { size };
        }
        let old = (0..plan.shops).filter(|n| all[*n as usize].opened < calendar.start()).collect();
        let buyers: Vec<u64> = MAP.iter().map(|(_, _, buyers)| *buyers).collect();
        Ok(Self { all, openings, by_size: Alias::new(&sizes), buyers: Alias::new(&buyers), old })
    }

    /// Who sells an order placed at `at`: a shop that is open then.
    pub(super) fn seller(&self, at: Moment, dice: &mut Dice) -> &Shop {
        for _ in 0..6 {
            let shop = &self.all[self.by_size.draw(dice) as usize];
            if shop.opened <= at {
                return shop;
            }
        }
        &self.all[self.old[dice.below(self.old.len() as u64) as usize] as usize]
    }
}
