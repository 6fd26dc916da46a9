//! A shop keeps stock of what it sells: counts, corrections, kits, marks of what is low, safety stock and back-orders.
//!
//! Invariants: what may be back-ordered has a promise by which it ships, under the shop's gate to presales; a shop keeps stock of its own variants alone; one whose stock nobody kept yet is kept from its first change on.

use crate::low_stock;
use govern::gate;
use kernel::id::{Shop, Sku, Warehouse};
use kernel::{Ctx, Id};
use offer::catalog::{self, GoodsKind, Offer, Presale, Rules};
use store::{StoreError, Tx};
use supply::warehouse::{self, Change, Limits, Part, Reason, Stock, StockLocation};

/// Why no stock was changed.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "stock")]
pub enum Error {
    /// What goes without a parcel has no units but its codes.
    #[problem(Conflict, args(sku))]
    Codes(Id<Sku>),
    /// The shop may not.
    #[problem(from)]
    Gate(gate::Error),
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
    no_digital(tx, &[change.sku])?;
    match doing {
        Doing::Receive => warehouse::receive(tx, ctx, shop, change)?,
        Doing::Count => warehouse::count(tx, ctx, shop, change)?,
        Doing::Adjust => warehouse::adjust(tx, ctx, shop, change)?,
    };
    kept(tx, shop, change.sku)
}

/// Sets how many units of some variants can be sold from the shelf of a warehouse, all or none. What is reserved there stays
/// reserved beside them, whatever was ordered since somebody looked.
pub fn set_available(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (shop, warehouse): (Id<Shop>, Id<Warehouse>),
    wanted: &[(Id<Sku>, i64)],
) -> Result<(), Error> {
    let skus: Vec<Id<Sku>> = wanted.iter().map(|(sku, _)| *sku).collect();
    no_digital(tx, &skus)?;
    for (sku, available) in wanted {
        enrol_own(tx, shop, *sku)?;
        let seen = warehouse::stock(tx, shop, *sku)?;
        let is_shelf = |at: &StockLocation| at.warehouse == warehouse && at.campaign.is_none();
        let shelf = seen.places.iter().find(|one| is_shelf(&one.place)).map(|one| one.figures);
        let (on_hand, free) = shelf.map_or((0, 0), |figures| (figures.on_hand(), figures.available()));
        if free != *available || seen.is_kit {
            let (sku, quantity, reason) = (*sku, on_hand - free + available, Reason::new("count")?);
            let counted = Change { sku, warehouse, quantity, reason, reference: None };
            warehouse::count(tx, ctx, shop, &counted)?;
        }
    }
    Ok(())
}

/// A variant goes live: its stock is kept from now on, and begins with so many units in the warehouse that ships first, if
/// somebody said how many. One whose stock is kept already stays as it is.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    (sku, stock): (Id<Sku>, Option<i64>),
) -> Result<(), warehouse::Error> {
    if is_kept(tx, shop, sku)? {
        return Ok(());
    }
    warehouse::add_sku(tx, shop, sku, None)?;
    let Some(quantity) = stock.filter(|stock| *stock > 0) else { return Ok(()) };
    let sites = warehouse::warehouses(tx, shop, None, SITES)?;
    if let Some(site) = sites.iter().find(|site| site.is_open).or_else(|| sites.first()) {
        let (warehouse, reason) = (site.id, Reason::new("initial")?);
        let change = Change { sku, warehouse, quantity, reason, reference: None };
        warehouse::receive(tx, ctx, shop, &change)?;
    }
    Ok(())
}

/// Warehouses among which the first open one is sought.
const SITES: i64 = 50;

/// Keeps stock of a variant, and says from how many units on it is low. If it is already, the shop is told at once.
pub fn set_low(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    sku: Id<Sku>,
    low_at: Option<i64>,
) -> Result<Kept, Error> {
    is_own(tx, shop, sku)?;
    warehouse::add_sku(tx, shop, sku, low_at)?;
    low_stock::look(tx, ctx, shop, sku)?;
    kept(tx, shop, sku)
}

/// What a shop says of a variant in one of its warehouses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limited {
    /// Which variant.
    pub sku: Id<Sku>,
    /// Where.
    pub warehouse: Id<Warehouse>,
    /// How many are not sold, and how many are sold beyond what lies there.
    pub limits: Limits,
    /// The promise by which it ships when it is back-ordered; none: the market's first one for presales.
    pub ship: Option<Box<str>>,
}

/// Says how many units of a variant in a warehouse are not sold to buyers, and how many may be back-ordered there. That takes
/// the gate to presales: what is back-ordered is promised like one.
pub fn set_limits(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    Limited { sku, warehouse, limits, ship }: &Limited,
    rules: &Rules,
) -> Result<Kept, Error> {
    enrol_own(tx, shop, *sku)?;
    no_digital(tx, &[*sku])?;
    warehouse::set_limits(tx, shop, *sku, *warehouse, *limits)?;
    if limits.backorder > 0 {
        let presale = gate::permit(tx, ctx, Presale, shop)?;
        let ship = ship.as_deref().or(rules.presale.first().map(|ship| &**ship)).unwrap_or_default();
        catalog::set_backorder(tx, &presale, *sku, ship, rules)?;
    } else if warehouse::stock(tx, shop, *sku)?.places.iter().all(|place| place.limits.backorder == 0) {
        catalog::clear_backorder(tx, shop, *sku)?;
    }
    low_stock::look(tx, ctx, shop, *sku)?;
    kept(tx, shop, *sku)
}

/// Makes a variant a kit, or changes what it is made of.
pub fn make_kit(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>, parts: &[Part]) -> Result<Kept, Error> {
    enrol_own(tx, shop, sku)?;
    let all: Vec<Id<Sku>> = parts.iter().map(|part| part.sku).chain([sku]).collect();
    no_digital(tx, &all)?;
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

/// Refuses variants that go without a parcel: their stock is their pool of codes, or none is needed, and no kit has a part of it.
fn no_digital(tx: &mut Tx<'_>, skus: &[Id<Sku>]) -> Result<(), Error> {
    let offers = catalog::offers(tx, skus)?;
    match offers.into_iter().find(|offer| offer.kind == GoodsKind::Digital) {
        Some(offer) => Err(Error::Codes(offer.sku)),
        None => Ok(()),
    }
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
