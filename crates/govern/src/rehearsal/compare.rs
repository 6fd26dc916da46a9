//! How the results of two rehearsals differ.

use super::Rehearsal;
use kernel::{Date, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The sums of one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// The policy.
    pub policy: String,
    /// Its version.
    pub version: u32,
    /// How many different shops it hit.
    pub shops_hit: u64,
    /// How often it hit.
    pub episodes: u64,
    /// Days under an action.
    pub restricted_shop_days: u64,
    /// Orders touched.
    pub orders_touched: u64,
    /// What they are worth.
    pub gmv_touched: Money,
}

/// The second minus the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Different shops hit.
    pub shops_hit: i64,
    /// Hits.
    pub episodes: i64,
    /// Days under an action.
    pub restricted_shop_days: i64,
    /// Orders touched.
    pub orders_touched: i64,
    /// What they are worth.
    pub gmv_touched: Money,
}

/// A shop and how often each of the two hit it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopHits {
    /// The shop's id.
    pub shop: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// Hits of the first.
    pub episodes_a: u32,
    /// Hits of the second.
    pub episodes_b: u32,
}

/// One day of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BothDay {
    /// The local day.
    pub date: Date,
    /// Hits of the first.
    pub hit_a: u32,
    /// Hits of the second.
    pub hit_b: u32,
    /// Shops under the first.
    pub under_a: u32,
    /// Shops under the second.
    pub under_b: u32,
}

/// Two rehearsals side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The first.
    pub a: Side,
    /// The second.
    pub b: Side,
    /// The second minus the first.
    pub difference: Difference,
    /// Shops that only the first hit, by external id.
    pub only_a: Vec<ShopHits>,
    /// Shops that only the second hit.
    pub only_b: Vec<ShopHits>,
    /// Shops that both hit.
    pub both: Vec<ShopHits>,
    /// Day by day; a day that only one covers counts 0 for the other.
    pub days: Vec<BothDay>,
}

/// Compares two rehearsals. Their days should be the same; of one market they always are in one currency.
pub fn compare(a: &Rehearsal, b: &Rehearsal) -> Comparison {
    let mut shops: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    for episode in &a.episodes {
        shops.entry((&episode.external_id, &episode.shop)).or_default().0 += 1;
    }
    for episode in &b.episodes {
        shops.entry((&episode.external_id, &episode.shop)).or_default().1 += 1;
    }
    let (mut only_a, mut only_b, mut both) = (Vec::new(), Vec::new(), Vec::new());
    for ((external_id, shop), (episodes_a, episodes_b)) in shops {
        let hits =
            ShopHits { shop: shop.to_owned(), external_id: external_id.to_owned(), episodes_a, episodes_b };
        match (episodes_a, episodes_b) {
            (_, 0) => only_a.push(hits),
            (0, _) => only_b.push(hits),
            _ => both.push(hits),
        }
    }
    let mut days: BTreeMap<Date, BothDay> = BTreeMap::new();
    let none = |date| BothDay { date, hit_a: 0, hit_b: 0, under_a: 0, under_b: 0 };
    for day in &a.days {
        let both = days.entry(day.date).or_insert_with(|| none(day.date));
        (both.hit_a, both.under_a) = (day.hit, day.under);
    }
    for day in &b.days {
        let both = days.entry(day.date).or_insert_with(|| none(day.date));
        (both.hit_b, both.under_b) = (day.hit, day.under);
    }
    let (side_a, side_b) = (side(a), side(b));
    let minus = |b: u64, a: u64| b.cast_signed().wrapping_sub(a.cast_signed());
    let difference = Difference {
        shops_hit: minus(side_b.shops_hit, side_a.shops_hit),
        episodes: minus(side_b.episodes, side_a.episodes),
        restricted_shop_days: minus(side_b.restricted_shop_days, side_a.restricted_shop_days),
        orders_touched: minus(side_b.orders_touched, side_a.orders_touched),
        gmv_touched: Money::new(
            side_b.gmv_touched.minor.saturating_sub(side_a.gmv_touched.minor),
            side_b.gmv_touched.currency,
        ),
    };
    Comparison { a: side_a, b: side_b, difference, only_a, only_b, both, days: days.into_values().collect() }
}

fn side(of: &Rehearsal) -> Side {
    Side {
        policy: of.policy.clone(),
        version: of.version,
        shops_hit: of.shops_hit,
        episodes: of.episodes.len() as u64,
        restricted_shop_days: of.restricted_shop_days,
        orders_touched: of.orders_touched,
        gmv_touched: of.gmv_touched,
    }
}
