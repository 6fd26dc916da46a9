//! A delivery method as it is decided upon. No clock, no database.

use super::error::Error;
use crate::amount::{maybe_money, money};
use crate::coupon::Scope;
use kernel::{Id, Money, id, text};
use ledger::MOST;
use serde::{Deserialize, Serialize};

/// The code of the way that is always there.
pub const STANDARD: &str = "standard";
/// The most letters of a code.
pub const LONGEST_CODE: usize = 32;
/// The most letters of a title.
pub const LONGEST_TITLE: usize = 40;
/// The longest time that a way may promise, in hours.
pub const MOST_HOURS: i64 = 720;

/// A way in which a shop delivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryMethod {
    /// Its word: small letters, digits and `-`, not `standard`.
    pub code: Box<str>,
    /// What it is called in Chinese.
    pub zh: Box<str>,
    /// What it is called in English.
    pub en: Box<str>,
    /// What it costs on top of the freight.
    #[serde(with = "money")]
    pub fee: Money,
    /// From which price of the shop's goods on, before coupons, that is spared.
    #[serde(default, with = "maybe_money", skip_serializing_if = "Option::is_none")]
    pub free_from: Option<Money>,
    /// Which goods it is for.
    pub scope: Scope,
    /// Within how many hours of the purchase it brings them, if it promises that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<i64>,
}

impl DeliveryMethod {
    /// The same method with its titles as they are kept.
    pub(super) fn kept(&self) -> Self {
        Self { zh: text::kept(&self.zh).into(), en: text::kept(&self.en).into(), ..self.clone() }
    }

    /// Whether it is a way at all.
    pub(super) fn checked(&self) -> Result<(), Error> {
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let fits = (1..=LONGEST_CODE).contains(&self.code.len()) && self.code.bytes().all(word);
        if !fits || &*self.code == STANDARD {
            return Err(Error::Code);
        }
        let title = |text: &str| text::line(text, 1, LONGEST_TITLE).is_some_and(|kept| kept == text);
        if !title(&self.zh) || !title(&self.en) {
            return Err(Error::Title);
        }
        if !(0..=MOST).contains(&self.fee.minor) {
            return Err(Error::Fee);
        }
        let one = |from: Money| from.currency == self.fee.currency && (1..=MOST).contains(&from.minor);
        if !self.free_from.is_none_or(one) {
            return Err(Error::FreeFrom);
        }
        match self.within {
            Some(hours) if !(1..=MOST_HOURS).contains(&hours) => Err(Error::Within),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a shop's parcel can go this way: all that is in it.
    pub fn takes<'a>(&self, parcel: impl IntoIterator<Item = (&'a str, Id<id::Product>)>) -> bool {
        let mut goods = parcel.into_iter().peekable();
        goods.peek().is_some() && goods.all(|(category, product)| self.scope.holds(category, product))
    }

    /// What it costs more when the shop's goods come to so much, and how much is missing for that to be spared.
    pub fn costs(&self, goods: i64) -> (i64, Option<i64>) {
        match self.free_from {
            Some(from) if from.minor <= goods => (0, None),
            Some(from) => (self.fee.minor, (self.fee.minor > 0).then_some(from.minor - goods)),
            None => (self.fee.minor, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Moment, RawId};

    fn yuan(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }
    fn express() -> DeliveryMethod {
        DeliveryMethod {
            code: "express".into(),
            zh: "次日达".into(),
            en: "Next day".into(),
            fee: yuan(1_200),
            free_from: Some(yuan(20_000)),
            scope: Scope::Category("home".into()),
            within: Some(24),
        }
    }

    #[test]
    fn what_is_no_way_is_refused_and_says_why() {
        assert_eq!(express().checked(), Ok(()));
        let cases: [(DeliveryMethod, Error); 9] = [
            (DeliveryMethod { code: "".into(), ..express() }, Error::Code),
            (DeliveryMethod { code: "Fast".into(), ..express() }, Error::Code),
            (DeliveryMethod { code: STANDARD.into(), ..express() }, Error::Code),
            (DeliveryMethod { zh: " 快".into(), ..express() }, Error::Title),
            (DeliveryMethod { en: "x".repeat(LONGEST_TITLE + 1).into(), ..express() }, Error::Title),
            (DeliveryMethod { fee: yuan(-1), ..express() }, Error::Fee),
            (DeliveryMethod { free_from: Some(yuan(0)), ..express() }, Error::FreeFrom),
            (DeliveryMethod { free_from: Some(Money::new(5, Currency::BRL)), ..express() }, Error::FreeFrom),
            (DeliveryMethod { within: Some(0), ..express() }, Error::Within),
        ];
        for (delivery_method, why) in cases {
            assert_eq!(delivery_method.checked(), Err(why), "{delivery_method:?}");
        }
    }

    #[test]
    fn it_takes_a_parcel_whole_or_not_at_all_and_nothing_is_no_parcel() {
        let of = |n: u128| Id::from_raw(RawId::new(Moment::from_micros(1), n));
        assert!(express().takes([("home.cups", of(1)), ("home", of(2))]));
        assert!(!express().takes([("home.cups", of(1)), ("food", of(2))]));
        assert!(!express().takes([]));
        let one = DeliveryMethod { scope: Scope::Products(vec![of(1)]), ..express() };
        assert!(one.takes([("food", of(1))]) && !one.takes([("food", of(2))]));
    }

    #[test]
    fn its_fee_is_spared_from_a_price_on_and_says_what_is_missing() {
        assert_eq!(express().costs(19_999), (1_200, Some(1)));
        assert_eq!(express().costs(20_000), (0, None));
        assert_eq!(DeliveryMethod { free_from: None, ..express() }.costs(99_999_999), (1_200, None));
        assert_eq!(DeliveryMethod { fee: yuan(0), ..express() }.costs(1), (0, None));
    }
}
