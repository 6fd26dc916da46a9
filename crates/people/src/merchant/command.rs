//! Opening, taking up and changing shops. Whether somebody may is the caller's to ask.

use super::error::Error;
use super::fact;
use super::model::{ChangeShop, Industry, Kind, NewShop, ShopView, Status, Step, checked_name};
use super::sql;
use crate::staff::{self, Standing};
use kernel::id::Shop;
use kernel::{Ctx, Id};
use store::{Key, Query, Tx};

/// The key of what is one shop's.
pub fn key(shop: Id<Shop>) -> Key {
    Key::new("merchant_shop", shop)
}

/// Opens a shop and seats its owner.
pub fn open_shop(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewShop) -> Result<Id<Shop>, Error> {
    let shop = begin(tx, ctx, ctx.id(), new)?;
    let fact = fact::Opened {
        at: ctx.now,
        shop: Some(shop.id),
        subject: shop.id,
        external_id: shop.id.to_string().into(),
        name: shop.name,
        industry: shop.industry.map(|word| word.as_str().into()),
        kind: shop.kind.map(|word| word.as_str().into()),
    };
    tx.append(ctx, &fact)?;
    Ok(shop.id)
}

/// Takes up a shop that facts know already, from an import: it is told of once, and was.
pub fn adopt_shop(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Shop>, new: &NewShop) -> Result<(), Error> {
    begin(tx, ctx, id, new).map(drop)
}

fn begin(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Shop>, new: &NewShop) -> Result<ShopView, Error> {
    let NewShop { ref name, industry, kind, owner } = *new;
    let name = checked_name(name)?;
    let shop = ShopView {
        id,
        name,
        industry,
        kind,
        status: Status::Open,
        holiday: None,
        opened_at: ctx.now,
        version: 1,
    };
    if !sql::open(tx, &shop)? {
        return Err(Error::Known(id));
    }
    if let Some(owner) = owner {
        staff::open_shop(tx, ctx, id, owner)?;
    }
    Ok(shop)
}

/// Changes what a shop is called and what it is.
pub fn change_shop(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Shop>, cmd: &ChangeShop) -> Result<ShopView, Error> {
    let name = checked_name(&cmd.name)?;
    let mut shop = sql::one(tx, id)?.ok_or(Error::NoShop(id))?;
    if shop.version != cmd.version {
        return Err(Error::Moved);
    }
    (shop.name, shop.industry, shop.kind) = (name, cmd.industry, cmd.kind);
    save(tx, ctx, shop)
}

/// Suspends, restores or closes a shop.
pub fn change_status(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Shop>, step: Step) -> Result<ShopView, Error> {
    let mut shop = sql::one(tx, id)?.ok_or(Error::NoShop(id))?;
    shop.status = shop.status.after(step).ok_or(Error::WrongStatus(shop.status))?;
    save(tx, ctx, shop)
}

fn save(tx: &mut Tx<'_>, ctx: &Ctx, mut shop: ShopView) -> Result<ShopView, Error> {
    if !sql::save(tx, &shop)? {
        return Err(Error::Moved);
    }
    shop.version += 1;
    let fact = fact::Changed {
        at: ctx.now,
        shop: Some(shop.id),
        change: ctx.id(),
        shop_id: shop.id,
        name: shop.name.clone(),
        industry: shop.industry.map(|word: Industry| word.as_str().into()),
        kind: shop.kind.map(|word: Kind| word.as_str().into()),
        status: shop.status.as_str().into(),
    };
    tx.append(ctx, &fact)?;
    Ok(shop)
}

/// One shop.
pub fn shop(q: &mut impl Query, id: Id<Shop>) -> Result<ShopView, Error> {
    sql::one(q, id)?.ok_or(Error::NoShop(id))
}

/// Up to `limit` shops, newest first, after the one of the page before.
pub fn shops(q: &mut impl Query, after: Option<Id<Shop>>, limit: i64) -> Result<Vec<ShopView>, Error> {
    Ok(sql::page(q, after, limit)?)
}

/// The shops in which a member has a seat: one statement each, for the few that somebody works in.
pub fn standings(q: &mut impl Query, standing: &Standing, most: usize) -> Result<Vec<ShopView>, Error> {
    let shops = standing.seats.iter().filter_map(|seat| seat.scope.shop()).take(most);
    let found = shops.map(|id| sql::one(q, id)).collect::<Result<Vec<_>, _>>()?;
    Ok(found.into_iter().flatten().collect())
}
