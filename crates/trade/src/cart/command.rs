//! What can be done with a cart.

use super::error::Error;
use super::sql;
use crate::scene::Via;
use kernel::{Ctx, Id, id};
use store::{Key, Keys, Query, Tx, Val, vals};

/// What is put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Add {
    /// Which variant.
    pub sku: Id<id::Sku>,
    /// Of which product.
    pub product: Id<id::Product>,
    /// Whose.
    pub shop: Id<id::Shop>,
    /// How many.
    pub quantity: i64,
    /// Where the member came upon it.
    pub via: Via,
}

/// How much a cart holds (see [`Terms::cart`]).
///
/// [`Terms::cart`]: crate::terms::Terms::cart
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Lines, that is different variants.
    pub lines: i64,
    /// Units of one variant.
    pub units: i64,
}

/// What a write to a cart should name beforehand.
pub fn keys(member: Id<id::Member>) -> Keys {
    Key::new("cart_line", member).into()
}

/// Puts something in; a variant that is there already adds up. Answers how many of it there are now. The write should name
/// [`keys`]: then two at once do not bring one line too many.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<id::Member>, add: &Add, most: Most) -> Result<i64, Error> {
    let Add { sku, product, shop, quantity, via } = add;
    let quantity = positive(*quantity)?;
    if quantity <= most.units {
        let params = vals![
            member,
            *sku,
            *product,
            *shop,
            quantity,
            via.scene.as_str(),
            via.evidence.as_deref(),
            ctx.now,
            most.lines,
            most.units
        ];
        if let Some(now) = tx.one(&sql::ADD, params, |row| row.int(0))? {
            return Ok(now);
        }
    }
    let there = tx.one(&sql::QUANTITY, vals![member, *sku], |row| row.int(0))?;
    match there {
        None if quantity <= most.units => Err(Error::Full { most: most.lines }),
        there => Err(Error::TooMany { most: most.units, there: there.unwrap_or(0), asked: quantity }),
    }
}

/// Sets how many of a variant are wanted.
pub fn set(
    tx: &mut Tx<'_>,
    member: Id<id::Member>,
    sku: Id<id::Sku>,
    quantity: i64,
    most: Most,
) -> Result<(), Error> {
    let quantity = positive(quantity)?;
    if quantity > most.units {
        return Err(Error::TooMany { most: most.units, there: 0, asked: quantity });
    }
    if tx.exec(&sql::SET, vals![member, sku, quantity])? == 0 {
        return Err(Error::NoLine(sku));
    }
    Ok(())
}

/// Takes a variant out; false if it was not in.
pub fn remove(tx: &mut Tx<'_>, member: Id<id::Member>, sku: Id<id::Sku>) -> Result<bool, Error> {
    Ok(tx.exec(&sql::REMOVE, vals![member, sku])? == 1)
}

/// One change of a cart, as a page makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Something is put in.
    Add(Add),
    /// Of several things those that still fit are put in.
    AddWhatFits(Vec<Add>),
    /// So many of a variant are wanted.
    Set(Id<id::Sku>, i64),
    /// A variant is taken out.
    Remove(Id<id::Sku>),
}

/// Makes one change and answers how many units the cart holds then. The write should name [`keys`].
pub fn edit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<id::Member>,
    edit: &Edit,
    most: Most,
) -> Result<i64, Error> {
    match edit {
        Edit::Add(one) => add(tx, ctx, member, one, most).map(drop)?,
        Edit::AddWhatFits(all) => {
            for one in all {
                match add(tx, ctx, member, one, most) {
                    Ok(_) | Err(Error::TooMany { .. } | Error::Full { .. }) => {}
                    Err(err) => return Err(err),
                }
            }
        }
        Edit::Set(sku, quantity) => set(tx, member, *sku, *quantity, most)?,
        Edit::Remove(sku) => remove(tx, member, *sku).map(drop)?,
    }
    Ok(super::view::count(tx, member)?.units)
}

/// Takes out what was bought, eight variants a statement; what is not in is left alone. The whole line goes, also if
/// something was added to it after the price was asked for.
pub fn clear_bought(tx: &mut Tx<'_>, member: Id<id::Member>, skus: &[Id<id::Sku>]) -> Result<(), Error> {
    for some in skus.chunks(8) {
        let Some(last) = some.last() else { continue };
        let mut params = [Val::from(*last); 9];
        params[0] = Val::from(member);
        for (param, sku) in params[1..].iter_mut().zip(some) {
            *param = Val::from(*sku);
        }
        tx.clear(&sql::REMOVE_EIGHT, &params)?;
    }
    Ok(())
}

const fn positive(quantity: i64) -> Result<i64, Error> {
    if quantity > 0 { Ok(quantity) } else { Err(Error::NotPositive(quantity)) }
}
