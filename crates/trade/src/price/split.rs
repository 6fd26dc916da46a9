//! How what the chosen coupons take off falls to shops and lines: by what each of them counted, to the last minor unit.

use super::best::{Chosen, Field, FieldShop, split_weighed};
use super::document::{Applied, Part, PartLine};
use kernel::Money;

/// What coupons take off, in the order of the question.
pub(super) struct Split {
    pub(super) shops: Vec<ShopSplit>,
    pub(super) applied: Vec<Applied>,
}

/// What falls to a shop.
#[derive(Clone, Default)]
pub(super) struct ShopSplit {
    pub(super) lines: Vec<LineSplit>,
    /// By the shop's own coupon for freight.
    pub(super) freight_shop: i64,
    /// By the platform's.
    pub(super) freight_platform: i64,
}

/// What falls to a line.
#[derive(Clone, Copy, Default)]
pub(super) struct LineSplit {
    /// By the shop's own deal and coupons.
    pub(super) shop: i64,
    /// By the platform's.
    pub(super) platform: i64,
}

pub(super) fn apply(field: &Field<'_>, chosen: &Chosen) -> Split {
    let mut split = Split { shops: vec![ShopSplit::default(); field.shops.len()], applied: Vec::new() };
    for (shop, (off, freight)) in field.shops.iter().zip(&chosen.shops) {
        let mine = &mut split.shops[shop.at];
        mine.lines = vec![LineSplit::default(); shop.lines.len()];
        let off = &shop.offs[*off];
        for (line, amount) in shop.lines.iter().zip(&off.lines) {
            mine.lines[line.at].shop = *amount;
        }
        for taken in &off.taken {
            let part = goods_part(field, shop, |i| taken.base[i], &taken.lines);
            split.applied.push(applied(field, taken.claim, vec![part]));
        }
        if let Some((claim, amount)) = freight {
            mine.freight_shop = *amount;
            split.applied.push(applied(
                field,
                *claim,
                vec![freight_part(field, shop, shop.freight, *amount)],
            ));
        }
    }
    if let Some((claim, amount)) = chosen.platform {
        platform(field, chosen, claim, amount, &mut split);
    }
    if let Some((claim, amount)) = chosen.platform_freight {
        let left: Vec<i64> = chosen
            .shops
            .iter()
            .enumerate()
            .map(|(at, (off, freight))| field.freight_left(claim, at, *off, *freight))
            .collect();
        let amounts = split_weighed(amount, &left);
        let mut parts = Vec::new();
        for ((shop, left), amount) in field.shops.iter().zip(&left).zip(&amounts) {
            if *left > 0 {
                split.shops[shop.at].freight_platform = *amount;
                parts.push(freight_part(field, shop, *left, *amount));
            }
        }
        split.applied.push(applied(field, claim, parts));
    }
    split.applied.sort_by_key(|applied| (applied.claimed.class(), applied.claimed.claim));
    split
}

/// The platform's coupon for goods: over the shops by what it counted there, then over their lines.
fn platform(field: &Field<'_>, chosen: &Chosen, claim: usize, amount: i64, split: &mut Split) {
    let barred = |freight: Option<(usize, i64)>| freight.is_some_and(|(with, _)| !field.goes(claim, with));
    let choices = || field.shops.iter().zip(&chosen.shops).enumerate();
    let left: Vec<i64> = choices()
        .map(|(at, (_, (off, freight)))| if barred(*freight) { 0 } else { field.left(claim, at, *off) })
        .collect();
    // A shop's part stays above nothing: where the split by what was counted would use it up, it is split by what may
    // be taken.
    let cap = |(at, (shop, (off, _))): (usize, (&FieldShop<'_>, &(usize, _)))| {
        left[at].min(shop.goods - shop.offs[*off].amount - 1)
    };
    let caps: Vec<i64> = choices().map(cap).collect();
    let mut amounts = split_weighed(amount, &left);
    if amounts.iter().zip(&caps).any(|(amount, cap)| amount > cap) {
        amounts = split_weighed(amount, &caps);
    }
    let mut parts = Vec::new();
    for (at, (shop, (off, _))) in choices() {
        if left[at] == 0 {
            continue;
        }
        let off = &shop.offs[*off];
        let in_it = |i: usize| {
            let line = shop.lines[i].line;
            let holds = field.claims[claim].scope.holds(&line.category, line.product);
            holds.then_some(shop.lines[i].goods - off.lines[i])
        };
        let weights: Vec<i64> = (0..shop.lines.len()).map(|i| in_it(i).unwrap_or(0)).collect();
        let lines = split_weighed(amounts[at], &weights);
        for (line, amount) in shop.lines.iter().zip(&lines) {
            split.shops[shop.at].lines[line.at].platform = *amount;
        }
        parts.push(goods_part(field, shop, in_it, &lines));
    }
    split.applied.push(applied(field, claim, parts));
}

fn goods_part(
    field: &Field<'_>,
    shop: &FieldShop<'_>,
    base: impl Fn(usize) -> Option<i64>,
    amounts: &[i64],
) -> Part {
    let of = |minor: i64| Money::new(minor, field.currency);
    let lines: Vec<PartLine> = shop
        .lines
        .iter()
        .zip(amounts)
        .enumerate()
        .filter_map(|(i, (line, amount))| {
            Some(PartLine { sku: line.line.sku, base: of(base(i)?), amount: of(*amount) })
        })
        .collect();
    Part {
        shop: shop.shop.shop,
        base: of(lines.iter().map(|line| line.base.minor).sum()),
        amount: of(lines.iter().map(|line| line.amount.minor).sum()),
        lines,
    }
}

fn freight_part(field: &Field<'_>, shop: &FieldShop<'_>, base: i64, amount: i64) -> Part {
    let of = |minor: i64| Money::new(minor, field.currency);
    Part { shop: shop.shop.shop, base: of(base), amount: of(amount), lines: Vec::new() }
}

fn applied(field: &Field<'_>, claim: usize, parts: Vec<Part>) -> Applied {
    let sum = |amount: fn(&Part) -> Money| {
        Money::new(parts.iter().map(|part| amount(part).minor).sum(), field.currency)
    };
    Applied {
        claimed: field.claims[claim].clone(),
        base: sum(|part| part.base),
        amount: sum(|part| part.amount),
        parts,
    }
}
