//! A product goes live: from that moment on its variants have stock to keep.
//!
//! Invariant: a variant that can be bought is known to the warehouse; marks that a shop set on its stock stay.

use kernel::id::{Edit, Shop};
use kernel::{Ctx, Id};
use offer::catalog::{self, EditView, Rules, edit::Status};
use store::{StoreError, Tx};
use supply::warehouse;

/// Why nothing went live.
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

/// A shop hands an edit in. Where the market looks at marked edits only, it may go live at once.
pub fn submit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    edit: Id<Edit>,
    rules: &Rules,
) -> Result<EditView, Error> {
    let edit = catalog::submit(tx, ctx, shop, edit, rules)?;
    if edit.status == Status::Approved {
        enrol(tx, &edit)?;
    }
    Ok(edit)
}

/// The platform lets an edit go live.
pub fn approve(tx: &mut Tx<'_>, ctx: &Ctx, edit: Id<Edit>, rules: &Rules) -> Result<EditView, Error> {
    let edit = catalog::approve(tx, ctx, edit, rules)?;
    enrol(tx, &edit)?;
    Ok(edit)
}

fn enrol(tx: &mut Tx<'_>, edit: &EditView) -> Result<(), Error> {
    for sku in edit.content.skus.iter().filter_map(|sku| sku.id) {
        match warehouse::stock(tx, edit.shop, sku) {
            Ok(_) => {}
            Err(warehouse::Error::NoSku(_)) => warehouse::add_sku(tx, edit.shop, sku, None)?,
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}
