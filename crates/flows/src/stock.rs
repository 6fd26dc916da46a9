//! A shop keeps stock of what it sells: counts, corrections, kits, and marks of what is low.
//!
//! Invariant: a shop keeps stock of its own variants alone; one whose stock nobody kept yet is kept from its first change on.

use kernel::id::{Shop, Sku};
use kernel::{Ctx, Id};
use offer::catalog::{self, Offer};
use store::{StoreError, Tx};
use supply::warehouse::{self, Change, Part, Stock};

/// Why no stock was changed.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
pub enum Error {
    /// The catalog refused.
    #[problem(from)]
    Catalog(catalog::Error),
    /// The warehouse refused.
    #[problem(from)]
    Stock(warehouse::Error),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

/// The stock of a variant, and what it is.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What there is of it.
    pub stock: Stock,
    /// What it is; none if it was never live.
    pub offer: Option<Offer>,
}

/// Which change of stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Goods arrived.
    Receive,
    /// Somebody counted.
    Count,
    /// The books are corrected.
    Adjust,
}

/// Goods arrive, are counted or corrected.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    doing: Doing,
    change: &Change,
) -> Result<Kept, Error> {
    enrol_own(tx, shop, change.sku)?;
    match doing {
        Doing::Receive => warehouse::receive(tx, ctx, shop, change)?,
        Doing::Count => warehouse::count(tx, ctx, shop, change)?,
        Doing::Adjust => warehouse::adjust(tx, ctx, shop, change)?,
    };
    kept(tx, shop, change.sku)
}

/// Keeps stock of a variant, and says from how many units on it is low.
pub fn set_low(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>, low_at: Option<i64>) -> Result<Kept, Error> {
    is_own(tx, shop, sku)?;
    warehouse::add_sku(tx, shop, sku, low_at)?;
    kept(tx, shop, sku)
}

/// Makes a variant a kit, or changes what it is made of.
pub fn make_kit(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>, parts: &[Part]) -> Result<Kept, Error> {
    enrol_own(tx, shop, sku)?;
    warehouse::define_kit(tx, shop, sku, parts)?;
    kept(tx, shop, sku)
}

fn kept(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<Kept, Error> {
    Ok(Kept { stock: warehouse::stock(tx, shop, sku)?, offer: catalog::offer(tx, sku)? })
}

/// Refuses a variant that is not the shop's; a product must have been drafted for it.
fn is_own(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<(), Error> {
    if is_kept(tx, shop, sku)? || catalog::offer(tx, sku)?.is_some_and(|offer| offer.shop == shop) {
        return Ok(());
    }
    Err(warehouse::Error::NoSku(sku).into())
}

/// Keeps the stock of a variant of the shop if nobody did yet.
fn enrol_own(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<(), Error> {
    is_own(tx, shop, sku)?;
    Ok(enrol(tx, shop, sku)?)
}

/// Keeps the stock of a variant that is known to be the shop's, and leaves its low mark as it is if somebody did already.
pub(crate) fn enrol(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<(), warehouse::Error> {
    if is_kept(tx, shop, sku)? { Ok(()) } else { warehouse::add_sku(tx, shop, sku, None) }
}

fn is_kept(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<bool, warehouse::Error> {
    match warehouse::stock(tx, shop, sku) {
        Ok(_) => Ok(true),
        Err(warehouse::Error::NoSku(_)) => Ok(false),
        Err(other) => Err(other),
    }
}
