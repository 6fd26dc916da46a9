//! The address of an order: where it goes, and who looks at it in the clear.
//!
//! Invariants: an order keeps a sealed copy of its own, so that a change of the member's address changes no order; a look is
//! a member's and is recorded with its reason in the transaction that shows it.

use crate::buy::{CheckoutServices, Error};
use kernel::id::{Address, Member, Order as OrderKind};
use kernel::{Actor, Ctx, Id};
use people::member::{self, RevealAddress};
use people::vault::{Postal, Vault, Why};
use store::Tx;
use trade::order::{self, Order, Side};

/// Sends an order that has not shipped to another of its buyer's addresses.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    member: Id<Member>,
    id: Id<OrderKind>,
    address: Id<Address>,
) -> Result<Order, Error> {
    order::load(tx, Side::Buyer(member), id)?;
    let subject = ctx.id::<Address>().raw();
    let shown = member::copy_address(tx, services.vault(), member, address, subject)?.shown;
    let shown = format!("{} {} {} {}", shown.recipient, shown.phone, shown.province, shown.city);
    let address = order::Address { shown: shown.into(), subject };
    Ok(order::change_address(tx, ctx, Side::Buyer(member), id, &address)?)
}

/// Shows the recipient of an order in the clear, for a recorded reason. Only a member can look: a look has a name.
pub fn reveal(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    side: Side,
    id: Id<OrderKind>,
    why: Why,
) -> Result<Postal, Error> {
    let found = order::load(tx, side, id)?;
    let Actor::Member(by) = ctx.actor else { return Err(order::Error::NoOrder(id).into()) };
    let look = RevealAddress { by, kept_by: found.address.subject, why, about: Some(id.raw()) };
    Ok(member::reveal_address(tx, ctx, vault, &look)?)
}
