//! Listing: what a shop writes about a product goes live and on sale, as far as its gates stand open.
//!
//! Invariants: a variant that can be bought is known to the warehouse; marks that a shop set on its stock stay. Whatever puts a
//! product on sale, or makes it a presale, asked the gate in the same transaction. A shop that may not sell can still mend
//! what it has listed: a first version that is approved then stays off sale.

use govern::gate;
use kernel::id::{Edit, Product, Shop};
use kernel::{Ctx, Id, Permit};
use offer::catalog::{
    self, Brought, Content, EditView, OwnProduct, Permits, Presale, ProductView, PutOnSale, Rules,
    edit::Status,
};
use store::{StoreError, Tx};
use supply::warehouse;

/// Why nothing went live.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
pub enum Error {
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

/// What a shop writes in its editor.
#[derive(Debug, Clone)]
pub struct Writing {
    /// The draft and the revision that its writer saw; none: a new product.
    pub draft: Option<(Id<Edit>, i64)>,
    /// What it says now.
    pub content: Content,
    /// Whether it is handed in at once.
    pub hand_in: bool,
}

/// A shop writes on a draft, or begins a product, and hands it in if it says so: all of it or nothing.
pub fn write(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    writing: &Writing,
    rules: &Rules,
) -> Result<EditView, Error> {
    let written = match writing.draft {
        None => catalog::propose_new(tx, ctx, shop, &writing.content, rules)?,
        Some(draft) => catalog::change(tx, ctx, shop, draft, &writing.content, rules)?,
    };
    if writing.hand_in { submit(tx, ctx, shop, written.id, rules) } else { Ok(written) }
}

/// A shop hands an edit in. Where the market looks at marked edits only, it may go live at once.
pub fn submit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    edit: Id<Edit>,
    rules: &Rules,
) -> Result<EditView, Error> {
    let seen = catalog::edit_of_shop(tx, shop, edit)?;
    let granted = granted(tx, ctx, &seen, rules)?;
    let edit = catalog::submit(tx, ctx, (shop, granted.permits()), edit, rules)?;
    if edit.status == Status::Approved {
        enrol(tx, &edit)?;
    }
    Ok(edit)
}

/// The platform lets an edit go live.
pub fn approve(tx: &mut Tx<'_>, ctx: &Ctx, edit: Id<Edit>, rules: &Rules) -> Result<EditView, Error> {
    let seen = catalog::edit(tx, edit)?;
    let granted = granted(tx, ctx, &seen, rules)?;
    let edit = catalog::approve(tx, ctx, granted.permits(), edit, rules)?;
    enrol(tx, &edit)?;
    Ok(edit)
}

/// A shop puts a product on sale, for the first time or again.
pub fn put_on(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    product: Id<Product>,
    rules: &Rules,
) -> Result<OwnProduct, Error> {
    let is_presale = catalog::is_presale(tx, shop, product, rules)?;
    let sale = gate::permit(tx, ctx, PutOnSale, shop)?;
    let presale = presale(tx, ctx, shop, is_presale)?;
    Ok(catalog::put_on(tx, ctx, (&sale, presale.as_ref()), product, rules)?)
}

/// Makes products of a shop that are live, on sale and known to its warehouse from their first moment, for imports and
/// demonstrations: at most 200, all or none.
pub fn publish(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    contents: &[Content],
    rules: &Rules,
) -> Result<Vec<ProductView>, Error> {
    let sale = gate::permit(tx, ctx, PutOnSale, shop)?;
    let is_presale = contents.iter().any(|content| rules.is_presale(&content.ship));
    let presale = presale(tx, ctx, shop, is_presale)?;
    let mut views = Vec::with_capacity(contents.len());
    for product in catalog::publish(tx, ctx, (&sale, presale.as_ref()), contents, rules)? {
        let view = catalog::product(tx, product)?;
        for sku in &view.skus {
            warehouse::add_sku(tx, shop, sku.id, None)?;
        }
        views.push(view);
    }
    Ok(views)
}

/// Takes in a product of an import as it was elsewhere; what is live of it is known to the warehouse.
pub fn bring_in(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    brought: &Brought,
    rules: &Rules,
) -> Result<(), Error> {
    let sale = match brought.status {
        catalog::Status::On => Some(gate::permit(tx, ctx, PutOnSale, shop)?),
        catalog::Status::Draft | catalog::Status::Off | catalog::Status::Banned => None,
    };
    let is_presale = brought.status != catalog::Status::Draft && rules.is_presale(&brought.content.ship);
    let granted = Granted { sale, presale: presale(tx, ctx, shop, is_presale)? };
    catalog::bring_in(tx, ctx, (shop, granted.permits()), brought, rules)?;
    if brought.status != catalog::Status::Draft {
        for sku in brought.content.skus.iter().filter_map(|sku| sku.id) {
            warehouse::add_sku(tx, shop, sku, None)?;
        }
    }
    Ok(())
}

/// What the gates let an edit do.
struct Granted {
    sale: Option<Permit<PutOnSale>>,
    presale: Option<Permit<Presale>>,
}

impl Granted {
    fn permits(&self) -> Permits<'_> {
        Permits { sale: self.sale.as_ref(), presale: self.presale.as_ref() }
    }
}

/// Asks the gates of an edit's shop. One that may not sell hears of it when it puts on sale, and not here.
fn granted(tx: &mut Tx<'_>, ctx: &Ctx, edit: &EditView, rules: &Rules) -> Result<Granted, Error> {
    let presale = presale(tx, ctx, edit.shop, rules.is_presale(&edit.content.ship))?;
    let sale = match gate::permit(tx, ctx, PutOnSale, edit.shop) {
        Ok(sale) => Some(sale),
        Err(gate::Error::Closed(_)) => None,
        Err(err) => return Err(err.into()),
    };
    Ok(Granted { sale, presale })
}

fn presale(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    is_presale: bool,
) -> Result<Option<Permit<Presale>>, gate::Error> {
    if is_presale { gate::permit(tx, ctx, Presale, shop).map(Some) } else { Ok(None) }
}

fn enrol(tx: &mut Tx<'_>, edit: &EditView) -> Result<(), Error> {
    for sku in edit.content.skus.iter().filter_map(|sku| sku.id) {
        crate::stock::enrol(tx, edit.shop, sku)?;
    }
    Ok(())
}
