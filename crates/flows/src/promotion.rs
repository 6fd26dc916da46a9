//! Promotions: a shop opens a campaign, or enters one, with stock of its own.
//!
//! Invariants: stock is set aside only while the shop's gate to promotions stands open; what somebody came upon in a campaign
//! is sold from its pool alone, and everything else never from a pool.

use govern::gate;
use kernel::id::{Campaign, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Moment};
use store::{StoreError, Tx};
use supply::warehouse::{self, Figures, PromotionEntry};
use trade::scene::Via;

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

/// A shop opens a campaign of its own, which ends by itself.
pub fn open(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    name: &str,
    until: Moment,
) -> Result<warehouse::Campaign, Error> {
    let entry = gate::permit(tx, ctx, PromotionEntry, shop)?;
    Ok(warehouse::open_campaign(tx, ctx, &entry, name, until)?)
}

/// Moves units of a shelf into a pool, or out of it (negative): what goes in takes the gate, what comes out does not. Returns
/// what the pool has then.
pub fn move_units(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    campaign: Id<Campaign>,
    (sku, site, quantity): (Id<Sku>, Id<Warehouse>, i64),
) -> Result<Figures, Error> {
    if quantity < 0 {
        let out = (sku, site, quantity.saturating_neg());
        return Ok(warehouse::take_out(tx, ctx, shop, campaign, out)?);
    }
    warehouse::one_campaign(tx, shop, campaign)?;
    enter(tx, ctx, shop, campaign, (sku, site, quantity))
}

/// Ends a campaign of a shop now: what is not spoken for goes back to the shelves, 200 pools at a time.
pub fn end(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    campaign: Id<Campaign>,
) -> Result<warehouse::Campaign, Error> {
    warehouse::end_campaign(tx, ctx, shop, campaign)?;
    Ok(warehouse::one_campaign(tx, shop, campaign)?)
}

/// The word before a campaign's id in the evidence of a scene.
pub const EVIDENCE: &str = "campaign";

/// The campaign in which somebody came upon something; none if it was elsewhere.
pub fn campaign_of(via: &Via) -> Option<Id<Campaign>> {
    via.evidence.as_deref()?.strip_prefix(EVIDENCE)?.strip_prefix(':')?.parse().ok()
}
