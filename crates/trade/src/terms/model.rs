//! Terms and what they answer.

use crate::cart::Most;
use crate::coupon::{Bounds, Class};
use crate::risk::Rules;
use kernel::{Currency, Date, Moment, Money, Zone};
use serde::{Deserialize, Serialize};

/// How a fraction of a minor unit becomes a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Half a unit and more counts as one.
    HalfUp,
    /// What is less than a unit is left out.
    Down,
}

impl Rounding {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::HalfUp, Self::Down];

    /// Its word in files and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HalfUp => "half_up",
            Self::Down => "down",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }

    /// A rate in parts per million of so many minor units. Neither may be below zero, and no rate is above a million.
    pub const fn part(self, minor: i64, ppm: i64) -> i64 {
        let exact = minor as i128 * ppm as i128;
        let up = match self {
            Self::HalfUp => 500_000,
            Self::Down => 0,
        };
        ((exact + up) / 1_000_000) as i64
    }
}

/// Rates by category: the longest prefix of a category's code that has a rate decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// Code of a category and its rate in parts per million; the empty code is everything else's.
    pub(super) by_category: Vec<(Box<str>, i64)>,
    /// How an amount is rounded.
    pub rounding: Rounding,
}

impl Rates {
    /// The rate of a category in parts per million, and the code that it was found under: of `home`, `home.cups` and
    /// the empty code the longest one that `home.cups.mugs` lies in.
    pub fn rate(&self, category: &str) -> (&str, i64) {
        let lies_in = |code: &str| {
            code.is_empty()
                || category.strip_prefix(code).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.by_category
            .iter()
            .filter(|(code, _)| lies_in(code))
            .max_by_key(|(code, _)| code.len())
            .map_or(("", 0), |(code, ppm)| (code, *ppm))
    }

    /// Every code with its rate in parts per million, as they stand in the file.
    pub fn all(&self) -> impl Iterator<Item = (&str, i64)> {
        self.by_category.iter().map(|(code, ppm)| (&**code, *ppm))
    }
}

/// One number of a version, as its file states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// Its key in the file, as `times.pay_within`.
    pub key: Box<str>,
    /// Its value with its unit, as `15 minutes`.
    pub value: Box<str>,
    /// Where it comes from.
    pub source: Option<Box<str>>,
    /// Why it was assumed, if no source gives it.
    pub assumed: Option<Box<str>>,
}

/// One version of the market's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Its word, as it stands in orders and facts.
    pub version: Box<str>,
    /// The local day from which it counts.
    pub effective_from: Date,
    /// What its amounts of money are in.
    pub currency: Currency,
    /// How long a placed purchase waits for its payment, in microseconds.
    pub pay_within: i64,
    /// How long a quote holds, in microseconds.
    pub quote_for: i64,
    /// How long after delivery a receipt confirms itself, in microseconds.
    pub confirm_after: i64,
    /// How long a payment attempt may be without news before it is looked after, in microseconds.
    pub attempt_lease: i64,
    /// How long after its placing a purchase waits for a bank transfer, in microseconds; none: there are no transfers under
    /// these terms.
    pub transfer_within: Option<i64>,
    /// Of how long before a reduction its struck price is the lowest, in microseconds; none: no price is struck.
    pub compare_within: Option<i64>,
    /// The technical service fee.
    pub fee: Rates,
    /// The platform's commission.
    pub commission: Rates,
    /// How a discount in percent is rounded.
    pub discount_rounding: Rounding,
    /// The most lines of a cart or a checkout.
    pub most_lines: i64,
    /// The most units of one line.
    pub most_units: i64,
    /// The most claims of a member that are looked at for a price.
    pub most_claims: i64,
    /// The most ways of delivery of a shop besides the standard one.
    pub most_delivery_methods: i64,
    pub(super) most_total: Money,
    pub(super) combine: Vec<(Class, Class)>,
    /// Of a class at most so many, where that is not one.
    pub(super) most: Vec<(Class, i64)>,
    /// From where on an issuer is asked whether a coupon is meant; none: nobody is asked.
    pub coupon_bounds: Option<Bounds>,
    /// What makes the orders of a purchase wait for a person, or refuses it; none: nothing is looked at.
    pub risk: Option<Rules>,
    /// Every number of it with its source.
    pub stated: Vec<Stated>,
}

impl Terms {
    /// The most that one purchase may cost, if its currency is the one of these terms.
    pub fn most_total(&self, currency: Currency) -> Option<Money> {
        (self.most_total.currency == currency).then_some(self.most_total)
    }

    /// How many coupons of a class may lower the price of a purchase: of the platform's, or of each shop's own.
    pub fn most_of(&self, class: Class) -> i64 {
        self.most.iter().find(|(of, _)| *of == class).map_or(1, |(_, most)| *most)
    }

    /// Whether coupons of two classes may lower the price of the same shop's part of a purchase. How many of one class there
    /// may be says [`most_of`](Self::most_of).
    pub fn combine(&self, a: Class, b: Class) -> bool {
        self.combine.iter().any(|(x, y)| (*x == a && *y == b) || (*x == b && *y == a))
    }

    /// The limits of a cart.
    pub const fn cart(&self) -> Most {
        Most { lines: self.most_lines, units: self.most_units }
    }

    /// When a price asked for now stops to hold, unless a coupon in it ends before.
    pub const fn quote_until(&self, now: Moment) -> Moment {
        now.plus_micros(self.quote_for)
    }

    /// By when a purchase placed now is to be paid.
    pub const fn pay_by(&self, now: Moment) -> Moment {
        now.plus_micros(self.pay_within)
    }

    /// By when a purchase is to be paid for that was placed at a moment and is paid for by a bank transfer; none if these
    /// terms have no transfers.
    pub fn transfer_by(&self, placed_at: Moment) -> Option<Moment> {
        Some(placed_at.plus_micros(self.transfer_within?).max(self.pay_by(placed_at)))
    }
}

/// The version that counts at a moment in the market's zone: the latest that began by then. None before the first one.
pub fn in_force<'a>(terms: &'a [Terms], now: Moment, zone: &Zone) -> Option<&'a Terms> {
    let today = now.date(zone);
    terms
        .iter()
        .filter(|version| version.effective_from <= today)
        .max_by_key(|version| version.effective_from)
}
