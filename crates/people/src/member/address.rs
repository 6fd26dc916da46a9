//! Where members receive parcels. The row knows whose it is; what it says is in the vault, under the address's own id.

use super::error::Error;
use super::sql;
use super::view::{self, AddressView};
use crate::vault::{self, Field, Postal, Reveal, ShownPostal, Vault, Why};
use kernel::id::{Address, Member};
use kernel::{Country, Ctx, Id, RawId};
use store::{Query, Tx};

/// The most addresses a member keeps.
pub const MOST_ADDRESSES: i64 = 30;

/// A wish to see where a purchase goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevealAddress {
    /// Who looks.
    pub by: Id<Member>,
    /// The purchase that keeps the copy.
    pub kept_by: RawId,
    /// Why.
    pub why: Why,
    /// In which matter: the order, the dispute.
    pub about: Option<RawId>,
}

/// Adds an address; the first one is the default. A phone number without its country is one of `home`.
pub fn add_address(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    member: Id<Member>,
    postal: &Postal,
    home: Option<Country>,
) -> Result<Id<Address>, Error> {
    let postal = postal.checked(home)?;
    super::command::active(tx, member)?;
    let count = sql::count_addresses(tx, member)?;
    if count >= MOST_ADDRESSES {
        return Err(Error::Crowded { most: MOST_ADDRESSES });
    }
    let id: Id<Address> = ctx.id();
    sql::add_address(tx, member, id, count == 0)?;
    vault::put(tx, vault, id.raw(), Field::Address, &postal.written())?;
    Ok(id)
}

/// Changes what an address says. Copies that orders keep stay as they are. `home` is as for [`add_address`].
pub fn change_address(
    tx: &mut Tx<'_>,
    vault: &Vault,
    member: Id<Member>,
    id: Id<Address>,
    postal: &Postal,
    home: Option<Country>,
) -> Result<(), Error> {
    let postal = postal.checked(home)?;
    sql::address(tx, member, id)?.ok_or(Error::NoAddress(id))?;
    Ok(vault::put(tx, vault, id.raw(), Field::Address, &postal.written())?)
}

/// One of a member's own addresses in the clear.
pub fn address(
    q: &mut impl Query,
    vault: &Vault,
    member: Id<Member>,
    id: Id<Address>,
) -> Result<AddressView, Error> {
    let is_default = sql::address(q, member, id)?.ok_or(Error::NoAddress(id))?;
    Ok(AddressView { id, is_default, postal: view::postal(q, vault, id.raw())? })
}

/// Fails unless an address is one of a member's own; nothing is opened for it.
pub fn has_address(q: &mut impl Query, member: Id<Member>, id: Id<Address>) -> Result<(), Error> {
    sql::address(q, member, id)?.map(drop).ok_or(Error::NoAddress(id))
}

/// Makes an address the default, and no other. Of two who do so at once on different addresses, one is refused.
pub fn make_default(tx: &mut Tx<'_>, member: Id<Member>, id: Id<Address>) -> Result<(), Error> {
    match sql::address(tx, member, id)? {
        None => Err(Error::NoAddress(id)),
        Some(true) => Ok(()),
        Some(false) => Ok(sql::set_default(tx, member, id)?),
    }
}

/// Takes an address out; if it was the default, the newest one left is.
pub fn remove_address(tx: &mut Tx<'_>, member: Id<Member>, id: Id<Address>) -> Result<(), Error> {
    let was_default = sql::address(tx, member, id)?.ok_or(Error::NoAddress(id))?;
    vault::forget(tx, id.raw())?;
    sql::drop_address(tx, member, id)?;
    if was_default {
        sql::newest_is_default(tx, member)?;
    }
    Ok(())
}

/// A member's own addresses in the clear, the default first, then the newest.
pub fn addresses(q: &mut impl Query, vault: &Vault, member: Id<Member>) -> Result<Vec<AddressView>, Error> {
    let mut all = sql::addresses(q, member)?;
    all.sort_by_key(|(_, is_default)| !is_default);
    all.into_iter()
        .map(|(id, is_default)| Ok(AddressView { id, is_default, postal: view::postal(q, vault, id.raw())? }))
        .collect()
}

/// A copy of an address that was just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// As much of it as a shop may see.
    pub shown: ShownPostal,
    /// All of it. Prints masked.
    pub postal: Postal,
}

/// Keeps a copy of an address as it is now under the id of something else, an order: sealed there for that row alone, and
/// untouched by later changes.
pub fn copy_address(
    tx: &mut Tx<'_>,
    vault: &Vault,
    member: Id<Member>,
    id: Id<Address>,
    to: RawId,
) -> Result<Copied, Error> {
    let AddressView { postal, .. } = address(tx, vault, member, id)?;
    let shown = keep_address(tx, vault, &postal, to)?;
    Ok(Copied { shown, postal })
}

/// Keeps an address that was read before under the id of something else. Answers as much of it as a shop may see.
pub fn keep_address(
    tx: &mut Tx<'_>,
    vault: &Vault,
    postal: &Postal,
    to: RawId,
) -> Result<ShownPostal, Error> {
    vault::put_new(tx, vault, to, Field::Address, &postal.written())?;
    Ok(postal.shown())
}

/// A copy in the clear, for the member whose purchase keeps it: the caller knows that it is theirs.
pub fn copied_address(q: &mut impl Query, vault: &Vault, kept_by: RawId) -> Result<Postal, Error> {
    view::postal(q, vault, kept_by)
}

/// A copy in the clear for somebody who is not the buyer, and the record that they looked, in one transaction. Whether
/// they may is the caller's to ask.
pub fn reveal_address(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    look: &RevealAddress,
) -> Result<Postal, Error> {
    let RevealAddress { by, kept_by, why, about } = *look;
    let look = Reveal { by, subject: kept_by, field: Field::Address, why, about };
    let secret = vault::reveal(tx, ctx, vault, &look)?;
    Ok(Postal::read(secret.expose()).ok_or(vault::Error::Damaged(Field::Address))?)
}
