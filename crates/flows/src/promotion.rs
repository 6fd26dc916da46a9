//! Promotions: a shop enters a campaign with stock of its own.
//!
//! Invariant: stock is set aside only while the shop's gate to promotions stands open.

use govern::gate;
use kernel::id::{Campaign, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Kind, Problem};
use store::{StoreError, Tx};
use supply::warehouse::{self, Figures, PromotionEntry};

/// Why a shop did not enter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The shop may not.
    #[error(transparent)]
    Gate(#[from] gate::Error),
    /// The warehouse refused.
    #[error(transparent)]
    Stock(#[from] warehouse::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Gate(err) => err.kind(),
            Self::Stock(err) => err.kind(),
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Gate(err) => err.code(),
            Self::Stock(err) => err.code(),
            Self::Store(err) => err.code(),
        }
    }
    fn zh(&self) -> Option<String> {
        match self {
            Self::Gate(err) => err.zh(),
            Self::Stock(_) | Self::Store(_) => None,
        }
    }
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
