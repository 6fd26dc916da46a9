//! What a price is asked for, and the way to the answer: check, count the goods and the freight, choose the coupons,
//! split them, count what the platform takes.

use super::best::{self, Chosen, Field};
use super::charge;
use super::document::{DeliveryMethodPriced, FreightPriced, LinePriced, Priced, ShopPriced};
use super::error::Error;
use super::split;
use crate::amount::{maybe_money, money};
use crate::coupon::Claimed;
use crate::delivery::DeliveryMethod;
use crate::terms::Terms;
use kernel::{Currency, Id, Moment, Money, id};
use ledger::MOST;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Goods, shop by shop.
    pub shops: Vec<ShopAsked>,
    /// The claims in the buyer's hand (see [`in_hand`](crate::coupon::in_hand)).
    pub claims: Vec<Claimed>,
}

/// Goods of one shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopAsked {
    /// Whose.
    pub shop: Id<id::Shop>,
    /// One line for each variant.
    pub lines: Vec<LineAsked>,
    /// The delivery method that was chosen; none is the standard one.
    pub delivery_method: Option<DeliveryMethod>,
}

/// One variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAsked {
    /// Which.
    pub sku: Id<id::Sku>,
    /// Of which product.
    pub product: Id<id::Product>,
    /// Its category's code, as `home.cups`.
    pub category: Box<str>,
    /// How many.
    pub quantity: i64,
    /// The price of one, more than nothing.
    pub unit: Money,
    /// The list price of one, if it is another; for explanations.
    pub list: Option<Money>,
    /// What its product says of freight.
    pub freight: Freight,
    /// How many of it one buyer may have, if that is limited.
    pub limit: Option<i64>,
    /// How many of it this buyer has bought before.
    pub had: i64,
}

/// What a product says of freight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freight {
    /// The fee of a parcel with it.
    #[serde(with = "money")]
    pub fee: Money,
    /// From which price of the shop's goods on, before coupons, it goes free.
    #[serde(default, with = "maybe_money", skip_serializing_if = "Option::is_none")]
    pub free_from: Option<Money>,
}

/// The lines that are more than their buyer may have.
pub fn over_limits(asked: &Asked) -> Vec<Error> {
    let lines = asked.shops.iter().flat_map(|shop| &shop.lines);
    lines.filter_map(over_limit).collect()
}

fn over_limit(line: &LineAsked) -> Option<Error> {
    let limit = line.limit?;
    let (had, asked) = (line.had.max(0), line.quantity);
    (had.saturating_add(asked) > limit).then_some(Error::Limit { sku: line.sku, limit, had, asked })
}

/// The best price of what is asked for, at a moment, by the market's terms.
pub fn price(asked: &Asked, terms: &Terms, now: Moment) -> Result<Priced, Error> {
    let currency = check(asked, terms)?;
    let field = Field::new(asked, terms, now, currency);
    let chosen = best::choose(&field);
    let priced = put_together(asked, terms, now, &field, &chosen);
    match terms.most_total(currency) {
        Some(most) if priced.total.minor > most.minor => Err(Error::TooDear { total: priced.total, most }),
        _ => Ok(priced),
    }
}

/// Whether it can be priced at all; in which currency.
fn check(asked: &Asked, terms: &Terms) -> Result<Currency, Error> {
    let all = || asked.shops.iter().flat_map(|shop| &shop.lines);
    let currency = all().next().ok_or(Error::Nothing)?.unit.currency;
    let count = all().count() as i64;
    if count > terms.most_lines {
        return Err(Error::Lines { lines: count, most: terms.most_lines });
    }
    let (mut shops, mut skus) = (BTreeSet::new(), BTreeSet::new());
    for shop in &asked.shops {
        if shop.lines.is_empty() {
            return Err(Error::Nothing);
        }
        if !shops.insert(shop.shop) {
            return Err(Error::Twice(shop.shop.to_string()));
        }
        if let Some(delivery_method) = &shop.delivery_method {
            if delivery_method.fee.currency != currency {
                return Err(Error::Mixed(currency, delivery_method.fee.currency));
            }
            if !(0..=MOST).contains(&delivery_method.fee.minor) {
                return Err(Error::BadDeliveryMethod { shop: shop.shop, amount: delivery_method.fee });
            }
        }
    }
    let delivery_methods = asked
        .shops
        .iter()
        .filter_map(|shop| shop.delivery_method.as_ref())
        .map(|delivery_method| delivery_method.fee.minor);
    let mut sum = delivery_methods.fold(0i64, i64::saturating_add);
    for line in all() {
        if !skus.insert(line.sku) {
            return Err(Error::Twice(line.sku.to_string()));
        }
        if !(1..=terms.most_units).contains(&line.quantity) {
            return Err(Error::Quantity { sku: line.sku, quantity: line.quantity, most: terms.most_units });
        }
        if let Some(over) = over_limit(line) {
            return Err(over);
        }
        let amounts = [Some(line.unit), line.list, Some(line.freight.fee), line.freight.free_from];
        for amount in amounts.into_iter().flatten() {
            if amount.currency != currency {
                return Err(Error::Mixed(currency, amount.currency));
            }
            if !(0..=MOST).contains(&amount.minor) {
                return Err(Error::BadPrice { sku: line.sku, amount });
            }
        }
        let bad = Error::BadPrice { sku: line.sku, amount: line.unit };
        let goods = line.unit.minor.checked_mul(line.quantity).filter(|goods| (1..=MOST).contains(goods));
        let with = goods.and_then(|goods| goods.checked_add(line.freight.fee.minor));
        sum = with.and_then(|with| sum.checked_add(with)).filter(|sum| *sum <= MOST).ok_or(bad)?;
    }
    Ok(currency)
}

/// A shop's freight before coupons: one parcel.
pub(super) fn freight(shop: &ShopAsked, goods: i64, currency: Currency) -> FreightPriced {
    let spared = |f: &Freight| f.fee.minor == 0 || f.free_from.is_some_and(|from| from.minor <= goods);
    let all = || shop.lines.iter().map(|line| line.freight);
    // Of equal fees the one that is spared last explains it: it says how much is missing.
    let rank = |f: &Freight| (f.fee.minor, f.free_from.map_or(i64::MAX, |from| from.minor));
    let due = all().filter(|f| !spared(f)).max_by_key(rank);
    let decides = due.or_else(|| all().max_by_key(rank));
    let of = |minor: i64| Money::new(minor, currency);
    let (fee, free_from) = decides.map_or((of(0), None), |f| (f.fee, f.free_from));
    let owed = due.map_or(of(0), |f| f.fee);
    let short = due.and_then(|f| f.free_from).map(|from| of(from.minor - goods));
    let delivery_method = shop.delivery_method.as_ref().map(|delivery_method| {
        let (due, short) = delivery_method.costs(goods);
        DeliveryMethodPriced { delivery_method: delivery_method.clone(), due: of(due), short: short.map(of) }
    });
    let due =
        of(owed.minor + delivery_method.as_ref().map_or(0, |delivery_method| delivery_method.due.minor));
    FreightPriced {
        fee,
        free_from,
        counted: of(goods),
        short,
        delivery_method,
        due,
        discount: of(0),
        paid: due,
    }
}

/// The document, from what was chosen.
fn put_together(asked: &Asked, terms: &Terms, now: Moment, field: &Field<'_>, chosen: &Chosen) -> Priced {
    let of = |minor: i64| Money::new(minor, field.currency);
    let split = split::apply(field, chosen);
    let mut shops = Vec::with_capacity(asked.shops.len());
    for (shop, part) in asked.shops.iter().zip(&split.shops) {
        let lines = shop.lines.iter().zip(&part.lines).map(|(line, off)| {
            let goods = line.unit.minor * line.quantity;
            LinePriced {
                sku: line.sku,
                product: line.product,
                category: line.category.clone(),
                quantity: line.quantity,
                unit: line.unit,
                list: line.list,
                freight: line.freight,
                limit: line.limit,
                had: line.had,
                goods: of(goods),
                discount: of(off.shop + off.platform),
                paid: of(goods - off.shop - off.platform),
            }
        });
        let lines: Vec<LinePriced> = lines.collect();
        let goods: i64 = lines.iter().map(|line| line.goods.minor).sum();
        let discount: i64 = lines.iter().map(|line| line.discount.minor).sum();
        let mut freight = freight(shop, goods, field.currency);
        freight.discount = of(part.freight_shop + part.freight_platform);
        freight.paid = of(freight.due.minor - freight.discount.minor);
        let platform: i64 = part.lines.iter().map(|off| off.platform).sum();
        let charges = charge::charges(shop, part, freight.due.minor, terms, field.currency);
        shops.push(ShopPriced {
            shop: shop.shop,
            goods: of(goods),
            discount: of(discount),
            total: of(goods - discount + freight.paid.minor),
            subsidy: of(platform + part.freight_platform),
            fee: charge::sum(&charges, super::Charge::Fee, field.currency),
            commission: charge::sum(&charges, super::Charge::Commission, field.currency),
            charges,
            freight,
            lines,
        });
    }
    let sum = |amount: fn(&ShopPriced) -> Money| of(shops.iter().map(|shop| amount(shop).minor).sum());
    Priced {
        terms: terms.version.clone(),
        at: now,
        goods: sum(|shop| shop.goods),
        discount: sum(|shop| shop.discount),
        freight: sum(|shop| shop.freight.paid),
        freight_discount: sum(|shop| shop.freight.discount),
        total: sum(|shop| shop.total),
        shops,
        applied: split.applied,
        refused: best::refused(field, chosen),
    }
}
