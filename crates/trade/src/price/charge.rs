//! What the platform takes of a shop's part: the technical service fee and its commission.
//!
//! The base is what the buyer pays, with freight, and what the platform pays for its coupons; what the shop pays for
//! itself is left out (rules.md 6 [S48]). It is counted by the categories of the lines, freight by their parts of the
//! goods.

use super::ask::ShopAsked;
use super::best::split_weighed;
use super::document::{Charge, Charged};
use super::split::ShopSplit;
use crate::terms::{Rates, Terms};
use kernel::{Currency, Money};
use std::collections::BTreeMap;

/// Every line of it that is not without a rate; first the fee, then the commission, by category.
pub(super) fn charges(
    shop: &ShopAsked,
    split: &ShopSplit,
    freight: i64,
    terms: &Terms,
    currency: Currency,
) -> Vec<Charged> {
    let mut order: Vec<usize> = (0..shop.lines.len()).collect();
    order.sort_by_key(|i| shop.lines[*i].sku);
    let goods = |i: &usize| shop.lines[*i].unit.minor * shop.lines[*i].quantity - split.lines[*i].shop;
    let goods: Vec<i64> = order.iter().map(goods).collect();
    let freight = split_weighed(freight - split.freight_shop, &goods);
    let bases: Vec<(&str, i64)> = order
        .iter()
        .zip(goods.iter().zip(&freight))
        .map(|(i, (goods, freight))| (&*shop.lines[*i].category, goods + freight))
        .collect();
    let mut all = of_rates(Charge::Fee, &terms.fee, &bases, currency);
    all.extend(of_rates(Charge::Commission, &terms.commission, &bases, currency));
    all
}

fn of_rates(what: Charge, rates: &Rates, bases: &[(&str, i64)], currency: Currency) -> Vec<Charged> {
    let mut by_code: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (category, base) in bases {
        let (code, ppm) = rates.rate(category);
        by_code.entry(code).or_insert((ppm, 0)).1 += base;
    }
    let charged = |(code, (ppm, base)): (&str, (i64, i64))| Charged {
        what,
        category: code.into(),
        ppm,
        base: Money::new(base, currency),
        rounding: rates.rounding,
        amount: Money::new(rates.rounding.part(base, ppm), currency),
    };
    by_code.into_iter().filter(|(_, (ppm, base))| *ppm > 0 && *base > 0).map(charged).collect()
}

/// All lines of one kind.
pub(super) fn sum(charges: &[Charged], what: Charge, currency: Currency) -> Money {
    let minor =
        charges.iter().filter(|charged| charged.what == what).map(|charged| charged.amount.minor).sum();
    Money::new(minor, currency)
}
