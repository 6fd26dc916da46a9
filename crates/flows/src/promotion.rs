//! Promotions: a shop enters a campaign with stock of its own.
//!
//! Invariant: stock is set aside only while the shop's gate to promotions stands open.

use govern::gate;
use kernel::id::{Campaign, Shop, Sku, Warehouse};
use kernel::{Ctx, Id};
use store::{StoreError, Tx};
use supply::warehouse::{self, Figures, PromotionEntry};

/// Why a shop did not enter.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
pub enum Error {
    /// The shop may not.
    #[problem(from)]
    Gate(gate::Error),
    /// The warehouse refused.
    #[problem(from)]
    Stock(warehouse::Error),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

/// A shop enters a campaign with units of a shelf; returns what its pool there has then.
pub fn enter(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    campaign: Id<Campaign>,
    units: (Id<Sku>, Id<Warehouse>, i64),
) -> Result<Figures, Error> {
    let entry = gate::permit(tx, ctx, PromotionEntry, shop)?;
    Ok(warehouse::set_aside(tx, ctx, &entry, campaign, units)?)
}
