//! A shop gets a letter when the stock of a SKU falls to its low mark: once, until it has recovered.
//!
//! Invariant: whatever moves stock is looked at, and the kits made of what moved as well.

use kernel::id::{Shop, Sku};
use kernel::{Ctx, Id};
use people::notice;
use store::{Failure, Tx};
use supply::warehouse::{self, fact};

/// The word of the letter; its subject is the SKU.
pub(crate) const LETTER: &str = "low_stock";

store::reaction! {
    "low_stock.watch" since Now {
        fact::Received => |tx, ctx, _, moved: &fact::Received| moved_at(tx, ctx, moved.shop, moved.sku_id),
        fact::Counted => |tx, ctx, _, moved: &fact::Counted| moved_at(tx, ctx, moved.shop, moved.sku_id),
        fact::Adjusted => |tx, ctx, _, moved: &fact::Adjusted| moved_at(tx, ctx, moved.shop, moved.sku_id),
        fact::Reserved => |tx, ctx, _, moved: &fact::Reserved| moved_at(tx, ctx, moved.shop, moved.sku_id),
        fact::Released => |tx, ctx, _, moved: &fact::Released| moved_at(tx, ctx, moved.shop, moved.sku_id),
        fact::Returned => |tx, ctx, _, moved: &fact::Returned| moved_at(tx, ctx, moved.shop, moved.sku_id),
        fact::Pooled => |tx, ctx, _, moved: &fact::Pooled| moved_at(tx, ctx, moved.shop, moved.sku_id),
    }
}

fn moved_at(tx: &mut Tx<'_>, ctx: &Ctx, shop: Option<Id<Shop>>, sku: Id<Sku>) -> Result<(), Failure> {
    match shop {
        Some(shop) => Ok(look(tx, ctx, shop, sku)?),
        None => Ok(()),
    }
}

/// Writes to the shop about what ran low of a SKU and the kits of it since somebody looked last.
pub(crate) fn look(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, sku: Id<Sku>) -> Result<(), warehouse::Error> {
    for low in warehouse::mark_low(tx, shop, sku)? {
        notice::send(tx, ctx, shop, LETTER, &low.sku.to_string())?;
    }
    Ok(())
}
