//! What every shop sells, decided from the seed alone: no database, no pictures.

use super::goods::{GOODS, Goods};
use crate::history::rand::{Dice, key};
use crate::history::{Plan, Sketch};

/// A product to be.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    /// Which of [`GOODS`].
    pub(super) goods: usize,
    pub(super) title: String,
    pub(super) about: Vec<String>,
    /// Which of the goods' tints, the first of them being the product's face.
    pub(super) tints: Vec<usize>,
    /// How many of the goods' sizes.
    pub(super) sizes: usize,
    /// Of the first size, in minor units.
    pub(super) price: i64,
    /// What its price was before, oldest first: days before the end, and in percent of what it is.
    pub(super) before: Vec<(i64, i64)>,
    /// Whether it says what it costs elsewhere, in percent of its price.
    pub(super) list: Option<i64>,
    /// Freight and from which sum it is free, in minor units.
    pub(super) freight: (i64, Option<i64>),
    /// How many one buyer may buy.
    pub(super) limit: Option<i64>,
    /// Draws what else there is to decide.
    pub(super) dice: Dice,
}

impl Listing {
    pub(super) fn goods(&self) -> &'static Goods {
        &GOODS[self.goods]
    }
}

/// How many kinds of goods the shop has whose owner can sign in.
const OWN: usize = 12;

/// What the shops of a plan sell, in their order. `own` is the one whose owner can sign in: it sells more.
pub(super) fn decide(plan: &Plan, shops: &[Sketch], own: usize) -> Vec<Vec<Listing>> {
    let all = shops.iter().enumerate();
    all.map(|(n, shop)| {
        let mut dice = Dice::new(key(plan.seed, 60, n as u64));
        let kinds: Vec<usize> =
            (0..GOODS.len()).filter(|goods| GOODS[*goods].industry() == shop.industry).collect();
        let count = if n == own { OWN } else { dice.between(2, 5) as usize };
        let begin = if n == own { 0 } else { dice.below(kinds.len().max(1) as u64) as usize };
        let step = if n == own || kinds.len().is_multiple_of(3) { 1 } else { 3 };
        (0..count)
            .filter_map(|i| kinds.get((begin + i * step) % kinds.len().max(1)).map(|goods| (i, *goods)))
            .map(|(i, goods)| one(Dice::new(key(plan.seed, 61, (n as u64) << 16 | i as u64)), goods, i))
            .collect()
    })
    .collect()
}

fn one(mut dice: Dice, at: usize, turn: usize) -> Listing {
    let goods = &GOODS[at];
    let pick = |dice: &mut Dice, list: &[&'static str]| list[dice.below(list.len() as u64) as usize];
    let noun = pick(&mut dice, goods.nouns);
    let first = dice.below(goods.features.len() as u64) as usize;
    let count = dice.between(2, 3) as usize;
    let features: Vec<&str> =
        (0..count).map(|i| goods.features[(first + i) % goods.features.len()]).collect();
    let tints: Vec<usize> = if goods.tint_axis.is_empty() {
        vec![0]
    } else {
        let many = goods.tints.len();
        let begin = dice.below(many as u64) as usize;
        (0..(dice.between(1, 3) as usize).clamp(1, many)).map(|i| (begin + i) % many).collect()
    };
    let (low, high) = goods.price;
    let whole = low + (high - low) * dice.skewed() / 1_000_000;
    // Prices end as prices do: 74.00, 39.90, 128.00.
    let price = if whole < 60 { whole * 100 + 90 } else { whole * 100 };
    let before = match dice.below(10) {
        0..=3 => vec![],
        4..=7 => vec![(dice.between(60, 110), dice.between(104, 125))],
        _ => vec![(110, dice.between(92, 98)), (dice.between(30, 80), dice.between(108, 130))],
    };
    let freight = match dice.below(10) {
        _ if goods.is_digital() => (0, None),
        0..=5 => (0, None),
        6 | 7 => (600, Some(5_900)),
        8 => (800, Some(9_900)),
        _ => (1_000, None),
    };
    let tint = if tints.len() == 1 && !goods.tint_axis.is_empty() && !goods.is_digital() {
        format!(" {}", goods.tints[tints[0]].0)
    } else {
        String::new()
    };
    let title = format!("{noun} {}{tint}", features.join(" "));
    Listing {
        goods: at,
        about: about(goods, noun, &features, &mut dice),
        title,
        sizes: goods.sizes.map_or(1, |(_, values)| values.len().min(dice.between(1, 4) as usize)),
        tints,
        price,
        before,
        list: (dice.below(10) < 4).then(|| dice.between(112, 160)),
        freight,
        limit: (turn == 0 && dice.below(6) == 0).then(|| dice.between(2, 5)),
        dice,
    }
}

/// A few plain paragraphs.
fn about(goods: &Goods, noun: &str, features: &[&str], dice: &mut Dice) -> Vec<String> {
    const USE: [&str; 4] = [
        "下单后按店铺承诺的时间发出，包裹外层加缓冲，到货请当面验收。",
        "图片为示意，批次不同会有轻微色差，以收到的实物为准。",
        "不合适可以联系客服，七天内不影响二次销售的都可以退。",
        "尺寸和重量为手工测量，允许少量误差。",
    ];
    let mut about = vec![format!("{noun}，{}。日常自用或送人都合适。", features.join("、"))];
    if let Some((axis, values)) = goods.sizes {
        let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
        about.push(format!("{axis}可选：{}。", names.join("、")));
    }
    about.push(USE[dice.below(USE.len() as u64) as usize].to_owned());
    about
}
