//! Offering delivery methods: what their scope names has to be there.
//!
//! Invariant: a shop's delivery method is for categories of the market and for products of that shop alone.

use kernel::id::Shop;
use kernel::{Ctx, Id};
use store::{StoreError, Tx};
use trade::coupon::Issuer;
use trade::delivery::{self, DeliveryMethod};

/// Why a delivery method was not offered.
#[derive(Debug, kernel::Problem)]
pub enum Error {
    /// What it is for.
    #[problem(from)]
    Scope(crate::coupon::Error),
    /// The delivery method.
    #[problem(from)]
    Delivery(delivery::Error),
    /// The store.
    #[problem(from)]
    Store(StoreError),
}

/// Offers a delivery method, or offers it otherwise. The write should name [`delivery::keys`].
pub fn set(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    delivery_method: &DeliveryMethod,
    most: i64,
) -> Result<(), Error> {
    crate::coupon::check_scope(tx, Issuer::Shop(shop), &delivery_method.scope)?;
    Ok(delivery::set(tx, ctx, shop, delivery_method, most)?)
}
