//! Prices: changed at once, without a review, and every one of them kept.
//!
//! Invariants: a variant's row, its product's document, the lists and the last line of its history say the same; the
//! lowest price of a span counts the one that was in force when the span began.

use super::sql;
use super::view::{self, Offer, OwnProduct, SkuView};
use crate::catalog::error::Error;
use crate::catalog::search::{self, Card};
use kernel::id::{Product, Shop, Sku};
use kernel::{Ctx, Id, Moment, Money};
use serde::Serialize;
use store::{Query, Tx};

/// The most variants whose price changes at once.
const AT_ONCE: usize = 500;

/// What a variant costs from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewPrice {
    /// What it costs.
    pub price: Money,
    /// What its shop says that it should cost: its word, never a price that was asked before.
    pub list_price: Option<Money>,
    /// How many one buyer may buy.
    pub limit: Option<i64>,
}

/// A price in a variant's history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PricePoint {
    /// Its number, from 1.
    pub number: i64,
    /// From when it counted.
    pub at: Moment,
    /// What it cost.
    pub price: Money,
    /// What it was said to cost elsewhere.
    pub list_price: Option<Money>,
}

/// Sets what a live variant costs, at once.
pub fn set_price(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    product: Id<Product>,
    sku: Id<Sku>,
    new: &NewPrice,
) -> Result<(), Error> {
    change(tx, ctx, shop, product, &[(sku, *new)])
}

/// Sets what some live variants of a product cost, all or none.
pub fn set_prices(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    product: Id<Product>,
    prices: &[(Id<Sku>, NewPrice)],
) -> Result<OwnProduct, Error> {
    change(tx, ctx, shop, product, prices)?;
    view::own(tx, shop, product)
}

fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    product: Id<Product>,
    prices: &[(Id<Sku>, NewPrice)],
) -> Result<(), Error> {
    if prices.len() > AT_ONCE {
        return Err(Error::TooMany { most: AT_ONCE });
    }
    let mut head = sql::head_of_shop(tx, shop, product)?;
    let Some(shown) = head.shown.as_mut() else {
        return Err(Error::WrongStatus { product, status: head.status });
    };
    for (sku, new) in prices {
        let is_fine = |money: Money| money.currency == head.currency && (1..=MOST).contains(&money.minor);
        let list_is_fine = |list: Money| is_fine(list) && list.minor >= new.price.minor;
        if !is_fine(new.price) || !new.list_price.is_none_or(list_is_fine) {
            return Err(Error::Price);
        }
        if new.limit.is_some_and(|limit| !(1..=1_000_000).contains(&limit)) {
            return Err(Error::Limit);
        }
        let live = shown.skus.iter_mut().find(|live| live.id == *sku).ok_or(Error::NoSku(*sku))?;
        (live.price, live.list_price, live.limit) = (new.price, new.list_price, new.limit);
    }
    let low = shown.prices().0;
    let rows = sql::skus(tx, product)?;
    for (sku, new) in prices {
        let row = rows.iter().find(|row| row.id == *sku).ok_or(Error::NoSku(*sku))?;
        sql::price_sku(tx, ctx, product, row, new)?;
    }
    let moved = low != head.price;
    head.price = low;
    sql::save(tx, ctx, Some(head.revision), &head)?;
    if let Some(stand) = head.stand().filter(|_| moved) {
        search::set_price(tx, &stand)?;
    }
    Ok(())
}

/// The most that can be asked, in minor units.
const MOST: i64 = 1_000_000_000_000;

/// A page of a variant's prices, newest first, back to the one that was in force at `since`.
pub fn price_history(
    q: &mut impl Query,
    sku: Id<Sku>,
    since: Moment,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<PricePoint>, Error> {
    Ok(sql::history(q, sku, since, before, limit.clamp(1, 200))?)
}

/// The last prices of a variant that was just read with its product, newest first, back to the one that was in force at
/// `since`.
pub fn recent_prices(
    q: &mut impl Query,
    sku: &SkuView,
    since: Moment,
    limit: i64,
) -> Result<Vec<PricePoint>, Error> {
    Ok(sql::history_in(q, sku.id, sku.price.currency, since, limit.clamp(1, 200))?)
}

/// The lowest price that a variant had at any moment since then, the one in force then included; none for a variant that
/// never was.
pub fn lowest_price(q: &mut impl Query, sku: Id<Sku>, since: Moment) -> Result<Option<Money>, Error> {
    Ok(sql::lowest(q, sku, since, Moment::MAX)?)
}

/// [`lowest_price`] for every live variant of a product, in one statement.
pub fn lowest_prices(
    q: &mut impl Query,
    product: Id<Product>,
    since: Moment,
) -> Result<Vec<(Id<Sku>, Money)>, Error> {
    Ok(sql::lowest_all(q, product, since)?)
}

/// What the present price of a variant may be compared with: the lowest price of the days before it began, if that is
/// higher and the variant was priced through all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Struck {
    /// Of which product.
    pub product: Id<Product>,
    /// Which variant.
    pub sku: Id<Sku>,
    /// What was the lowest price before.
    pub prior: Money,
}

/// Which live variants of some products may show a struck price, and which one: the lowest of so many microseconds before
/// the present price began. A price that was raised first and one that stood for less than the span give none. One
/// statement for every 24 products.
pub fn struck(q: &mut impl Query, products: &[Id<Product>], within: i64) -> Result<Vec<Struck>, Error> {
    Ok(sql::struck(q, products, within)?)
}

/// Finds the struck prices of a page of cards: that of a card's cheapest variants, if all of them have one.
pub fn strike(q: &mut impl Query, cards: &mut [Card], within: i64) -> Result<(), Error> {
    let products: Vec<Id<Product>> = cards.iter().map(|card| card.id).collect();
    for found in sql::struck_cheapest(q, &products, within)? {
        if let Some(card) = cards.iter_mut().find(|card| card.id == found.0) {
            card.struck = Some(found.1);
        }
    }
    Ok(())
}

/// Finds the struck prices of some offers.
pub fn strike_offers<'a>(
    q: &mut impl Query,
    offers: impl IntoIterator<Item = &'a mut Offer>,
    within: i64,
) -> Result<(), Error> {
    let mut offers: Vec<&mut Offer> = offers.into_iter().collect();
    let mut products: Vec<Id<Product>> = offers.iter().map(|offer| offer.product).collect();
    products.sort_unstable();
    products.dedup();
    for found in sql::struck(q, &products, within)? {
        if let Some(offer) = offers.iter_mut().find(|offer| offer.sku == found.sku) {
            offer.struck = Some(found.prior);
        }
    }
    Ok(())
}
