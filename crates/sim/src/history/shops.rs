//! The shops and what nobody can see of them: how they work.

use super::calendar::Calendar;
use super::rand::{Alias, Dice, key};
use super::{Plan, PlanError, names};
use kernel::{Fact, Id, Moment, RawId, Record};
use people::merchant;

/// How many provinces there are.
pub(super) const PROVINCES: usize = 24;

/// Where a province lies, on a grid of about 100 km, and how many of a thousand buyers live there.
const MAP: [(i64, i64, u64); PROVINCES] = [
    (30, 22, 55), // Beijing and Tianjin
    (29, 20, 48), // Hebei
    (25, 20, 26), // Shanxi
    (33, 26, 34), // Liaoning
    (36, 29, 22), // Jilin
    (38, 33, 24), // Heilongjiang
    (35, 13, 62), // Shanghai
    (33, 14, 84), // Jiangsu
    (34, 11, 82), // Zhejiang
    (31, 13, 44), // Anhui
    (32, 7, 46),  // Fujian
    (30, 9, 30),  // Jiangxi
    (32, 18, 72), // Shandong
    (28, 16, 60), // Henan
    (27, 12, 44), // Hubei
    (26, 8, 42),  // Hunan
    (28, 3, 118), // Guangdong
    (24, 3, 30),  // Guangxi
    (21, 11, 66), // Sichuan and Chongqing
    (21, 7, 22),  // Guizhou
    (18, 5, 28),  // Yunnan
    (23, 17, 30), // Shaanxi
    (17, 19, 14), // Gansu, Ningxia and Qinghai
    (3, 26, 17),  // Xinjiang
];

/// From where goods are sent: mostly the coast.
const MAKERS: [u64; PROVINCES] =
    [30, 45, 4, 12, 4, 5, 45, 110, 190, 30, 90, 12, 60, 40, 20, 14, 230, 8, 25, 3, 8, 8, 3, 4];

/// The way between two provinces, in units of 100 km (the larger difference counts whole, the smaller half).
pub(super) fn distance(a: u8, b: u8) -> i64 {
    let ((ax, ay, _), (bx, by, _)) = (MAP[usize::from(a)], MAP[usize::from(b)]);
    let (dx, dy) = ((ax - bx).abs(), (ay - by).abs());
    dx.max(dy) + dx.min(dy) / 2
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
    number: u32,
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
        let (late, strain) = match dice.below(100) {
            0..=67 => ((good, good), 40),
            68..=80 => ((good * 4, good * 4), 160),
            81..=87 => ((good, poor), 120),
            88..=94 => ((poor, good), 120),
            _ => ((poor, poor), 200),
        };
        let careful = 100 - (late.0 / 8_000).min(60);
        Self {
            id: Id::from_raw(RawId::new(opened, bits(key(plan.seed, 2, u64::from(number))))),
            opened,
            province: makers.draw(&mut dice) as u8,
            promise: match dice.below(10) {
                0..=2 => 24,
                3..=8 => 48,
                _ => 72,
            },
            late,
            turn,
            strain,
            cancel: dice.between(8_000, 45_000) as u32,
            goods: (dice.between(35, 100) as u32 + careful) / 2,
            price: 9 + dice.skewed() * 700 / 1_000_000,
            carrier: dice.below(CARRIERS.len() as u64) as u8,
            number,
        }
    }

    /// How many of a million orders placed on a day it ships late.
    pub(super) fn late(&self, day: usize, load: u32) -> u32 {
        let (from, over) = self.turn;
        let turned = (day as u32).saturating_sub(from).min(over);
        let (before, after) = (i64::from(self.late.0), i64::from(self.late.1));
        let usual = before + (after - before) * i64::from(turned) / i64::from(over);
        let strained = usual * i64::from(100 + load.saturating_sub(100) * self.strain / 100) / 100;
        strained.clamp(0, 850_000) as u32
    }

    pub(super) fn opening(&self, plan: &Plan) -> Record {
        let mut dice = Dice::new(key(plan.seed, 3, u64::from(self.number)));
        merchant::fact::Opened {
            at: self.opened,
            shop: Some(self.id),
            subject: self.id,
            external_id: format!("S{:06}", self.number + 1).into(),
            name: names::shop(&mut dice).into(),
            industry: None,
            kind: None,
        }
        .record()
    }
}

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
        // Few are large, many small, and the number says nothing of the size.
        let mut ranks: Vec<u32> = (0..plan.shops).collect();
        ranks.sort_by_key(|n| key(plan.seed, 4, u64::from(*n)));
        let mut sizes = vec![0u64; all.len()];
        for (rank, n) in ranks.iter().enumerate() {
            sizes[*n as usize] = 1_000_000_000 / (rank as u64 + 12);
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
