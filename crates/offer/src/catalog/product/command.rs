//! A product comes and goes.

use super::sql::{self, Head};
use super::view::{self, OwnProduct};
use crate::catalog::error::Error;
use crate::catalog::privilege::{self, Presale, PutOnSale};
use crate::catalog::product_status::{Move, Status};
use crate::catalog::reason::checked_reason;
use crate::catalog::rules::Rules;
use crate::catalog::{fact, search};
use kernel::id::{Product, Shop, Sku};
use kernel::{Ctx, Id, Moment, Permit};
use store::{Key, Keys, Query, StoreError, Tx};

/// The keys of a write that changes a product. Without them everything is as right, but two who meet may both be told to
/// try again.
pub fn keys(product: Id<Product>) -> Keys {
    Key::new("catalog_product", product).into()
}

/// Whether what is live of a shop's product is a presale; false for one of which nothing is live.
pub fn is_presale(
    q: &mut impl Query,
    shop: Id<Shop>,
    product: Id<Product>,
    rules: &Rules,
) -> Result<bool, Error> {
    Ok(ships_as_presale(&sql::head_of_shop(q, shop, product)?, rules))
}

fn ships_as_presale(head: &Head, rules: &Rules) -> bool {
    head.shown.as_ref().is_some_and(|shown| rules.is_presale(&shown.ship))
}

/// Puts a product of the permit's shop on sale. A presale takes its own permit besides.
pub fn put_on(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (sale, presale): (&Permit<PutOnSale>, Option<&Permit<Presale>>),
    product: Id<Product>,
    rules: &Rules,
) -> Result<OwnProduct, Error> {
    let mut head = sql::head_of_shop(tx, sale.subject(), product)?;
    privilege::checked(ships_as_presale(&head, rules), presale, head.shop)?;
    step(&mut head, Move::PutOn)?;
    list(tx, ctx, &mut head)?;
    sql::save_move(tx, &head, None)?;
    view::own(tx, head.shop, product)
}

/// Says by which of the market's promises for presales a variant of the permit's shop ships when it is back-ordered.
pub fn set_backorder(
    tx: &mut Tx<'_>,
    presale: &Permit<Presale>,
    sku: Id<Sku>,
    ship: &str,
    rules: &Rules,
) -> Result<(), Error> {
    if !rules.is_presale(ship) {
        return Err(Error::NoPresale { promises: rules.presale.join(", ") });
    }
    match sql::set_backorder(tx, presale.subject(), sku, Some(ship))? {
        true => Ok(()),
        false => Err(Error::NoSku(sku)),
    }
}

/// A variant is not back-ordered any more.
pub fn clear_backorder(tx: &mut Tx<'_>, shop: Id<Shop>, sku: Id<Sku>) -> Result<(), Error> {
    Ok(sql::set_backorder(tx, shop, sku, None).map(drop)?)
}

/// Takes a product off sale.
pub fn take_off(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    product: Id<Product>,
) -> Result<OwnProduct, Error> {
    let mut head = sql::head_of_shop(tx, shop, product)?;
    delist(tx, ctx, &head, None)?;
    step(&mut head, Move::TakeOff)?;
    sql::save_move(tx, &head, None)?;
    view::own(tx, shop, product)
}

/// The platform takes a product off sale, for a reason in a word. Its shop may edit it, and not put it on.
pub fn ban(tx: &mut Tx<'_>, ctx: &Ctx, product: Id<Product>, reason: &str) -> Result<(), Error> {
    checked_reason(reason)?;
    let mut head = sql::lead_of(tx, product)?;
    if head.status == Status::On {
        delist(tx, ctx, &head, Some("platform"))?;
    }
    step(&mut head, Move::Ban)?;
    sql::save_move(tx, &head, Some(reason))
}

/// The platform lifts its ban; the shop may put the product on sale again.
pub fn lift_ban(tx: &mut Tx<'_>, product: Id<Product>) -> Result<(), Error> {
    let mut head = sql::lead_of(tx, product)?;
    step(&mut head, Move::Lift)?;
    sql::save_move(tx, &head, None)
}

/// The next state, or a refusal.
pub(super) fn step(head: &mut Head, step: Move) -> Result<(), Error> {
    let refused = Error::WrongStatus { product: head.id, status: head.status };
    head.status = head.status.after(step).ok_or(refused)?;
    Ok(())
}

/// Begins a listing: on shelves, under words, told.
pub(super) fn list(tx: &mut Tx<'_>, ctx: &Ctx, head: &mut Head) -> Result<(), StoreError> {
    head.listings += 1;
    head.listed_at = Some(ctx.now);
    if let Some(stand) = head.stand() {
        search::put_up(tx, &stand)?;
    }
    let (product, again_of) = listing(head, ctx.now);
    tx.append(ctx, &fact::Listed { at: ctx.now, shop: Some(head.shop), product, again_of })
}

/// Ends a listing.
fn delist(tx: &mut Tx<'_>, ctx: &Ctx, head: &Head, taken_by: Option<&str>) -> Result<(), StoreError> {
    let (Some(stand), Some(listed_at)) = (head.stand(), head.listed_at) else { return Ok(()) };
    search::take_down(tx, &stand)?;
    let (product, again_of) = listing(head, listed_at);
    let (at, shop, taken_by) = (ctx.now, Some(head.shop), taken_by.map(Into::into));
    tx.append(ctx, &fact::Delisted { at, shop, product, listed_at, again_of, taken_by })
}

/// Who a listing is: the product the first time, one of its own every other time.
fn listing(head: &Head, listed_at: Moment) -> (Id<Product>, Option<Id<Product>>) {
    if head.listings <= 1 {
        return (head.id, None);
    }
    let own = head.id.raw().child(listed_at, head.listings.unsigned_abs());
    (Id::from_raw(own), Some(head.id))
}
