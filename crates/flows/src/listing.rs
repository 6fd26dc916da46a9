//! Listing: what a shop writes about a product goes live and on sale, as far as its gates stand open.
//!
//! Invariants: a variant that can be bought is known to the warehouse; marks that a shop set on its stock stay. Whatever puts a
//! product on sale, or makes it a presale, asked the gate in the same transaction. A shop that may not sell can still mend
//! what it has listed: a first version that is approved then stays off sale.

use govern::gate;
use kernel::id::{Edit, Product, Shop, Sku, Warehouse};
use kernel::{Ctx, Id, Permit};
use offer::catalog::{
    self, Brought, Content, EditView, GoodsKind, NewPrice, OwnProduct, Permits, Presale, ProductView,
    PutOnSale, Rules, edit::Status,
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
    /// Its stock is not kept so.
    #[problem(from)]
    Kept(crate::stock::Error),
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
        enrol(tx, ctx, &edit, &seen)?;
    }
    Ok(edit)
}

/// The platform lets an edit go live.
pub fn approve(tx: &mut Tx<'_>, ctx: &Ctx, edit: Id<Edit>, rules: &Rules) -> Result<EditView, Error> {
    let seen = catalog::edit(tx, edit)?;
    let granted = granted(tx, ctx, &seen, rules)?;
    let edit = catalog::approve(tx, ctx, granted.permits(), edit, rules)?;
    enrol(tx, ctx, &edit, &seen)?;
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

/// Keeps stock of what an edit made live; `seen` is the edit as it was before, with how many units each variant begins with.
fn enrol(tx: &mut Tx<'_>, ctx: &Ctx, edit: &EditView, seen: &EditView) -> Result<(), Error> {
    for sku in edit.content.skus.iter().filter_map(|sku| sku.id) {
        // What goes without a parcel has no units but its codes.
        let said = seen.content.skus.iter().find(|said| said.id == Some(sku)).and_then(|said| said.stock);
        let begins = said.filter(|_| edit.content.kind == GoodsKind::Physical);
        crate::stock::begin(tx, ctx, edit.shop, (sku, begins))?;
    }
    Ok(())
}

/// What some variants of a product cost from now on.
pub type Repriced = (Id<Product>, Vec<(Id<Sku>, NewPrice)>);

/// What a shop does with several of its products at once.
#[derive(Debug, Clone)]
pub enum Bulk {
    /// They go on sale.
    PutOn(Vec<Id<Product>>),
    /// They go off sale.
    TakeOff(Vec<Id<Product>>),
    /// Variants of them cost something else from now on.
    Prices(Vec<Repriced>),
    /// So many units of variants can be sold from a warehouse.
    Stock(Id<Warehouse>, Vec<(Id<Sku>, i64)>),
}

/// Does something with several products of a shop, all of it or nothing.
pub fn bulk(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, all: &[Bulk], rules: &Rules) -> Result<(), Error> {
    for one in all {
        one_of_many(tx, ctx, shop, one, rules)?;
    }
    Ok(())
}

fn one_of_many(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, one: &Bulk, rules: &Rules) -> Result<(), Error> {
    match one {
        Bulk::PutOn(products) => {
            for product in products {
                put_on(tx, ctx, shop, *product, rules)?;
            }
        }
        Bulk::TakeOff(products) => {
            for product in products {
                catalog::take_off(tx, ctx, shop, *product)?;
            }
        }
        Bulk::Prices(products) => {
            for (product, prices) in products {
                catalog::set_prices(tx, ctx, shop, *product, prices)?;
            }
        }
        Bulk::Stock(warehouse, wanted) => {
            crate::stock::set_available(tx, ctx, (shop, *warehouse), wanted)?;
        }
    }
    Ok(())
}
