//! Checkout from the cart, or of one thing that is bought at once: what was shown is placed, at the price that was shown.
//!
//! Invariants: price, quote and purchase are one write, so that a price that changed in between places nothing; what is bought
//! at once leaves the cart as it is.

use crate::buy::{self, Ask, CheckoutServices, Wanted};
use kernel::id::{Address, Member, Purchase, Shop, Sku};
use kernel::{Ctx, Id};
use serde::{Deserialize, Serialize};
use store::{StoreError, Tx};
use trade::cart;

/// What is bought.
#[derive(Debug, Clone)]
pub enum Lines {
    /// These variants of the cart.
    OfCart(Vec<Id<Sku>>),
    /// This alone, whatever lies in the cart.
    Now(Wanted),
}

/// What is placed.
#[derive(Debug, Clone)]
pub struct Checkout {
    /// Who buys.
    pub member: Id<Member>,
    /// The word of the device it is done on, if it has one.
    pub device: Option<String>,
    /// Of what.
    pub lines: Lines,
    /// Where to, if anything is shipped.
    pub address: Option<Id<Address>>,
    /// The delivery methods that were chosen.
    pub delivery_methods: Vec<(Id<Shop>, Box<str>)>,
    /// What the buyer says to the shops.
    pub remarks: Vec<(Id<Shop>, String)>,
    /// The total that was shown, in minor units.
    pub total: i64,
}

/// What was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    /// The purchase.
    pub purchase: Id<Purchase>,
    /// How many units the cart still holds.
    pub units: i64,
}

/// Why nothing was placed.
#[derive(Debug, kernel::Problem)]
#[problem(code = "checkout")]
pub enum Error {
    /// The price, or the cart, is another by now.
    #[problem(Conflict)]
    Changed,
    /// It was refused.
    #[problem(from)]
    Buy(buy::Error),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

/// The code of a price that is another by now.
pub const CHANGED: &str = "checkout.changed";

/// Places lines of a cart, over all their shops or not at all.
pub fn place(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    checkout: &Checkout,
) -> Result<Placed, Error> {
    let member = checkout.member;
    let (lines, apart) = match &checkout.lines {
        Lines::Now(wanted) => (vec![wanted.clone()], true),
        Lines::OfCart(skus) => {
            let lines = buy::wanted_of_cart(tx, member, Some(skus))?;
            if lines.len() != skus.len() {
                return Err(Error::Changed);
            }
            (lines, false)
        }
    };
    let ask = Ask { lines, address: checkout.address, delivery_methods: checkout.delivery_methods.clone() };
    let ready = buy::price(tx, services, ctx.now, member, &ask)?;
    if ready.priced.total.minor != checkout.total {
        return Err(Error::Changed);
    }
    let ready = if apart { ready.apart() } else { ready };
    let (quote, _) = buy::keep(tx, ctx, &ready)?;
    let by = (member, checkout.device.as_deref());
    let placed = buy::place_saying(tx, ctx, services, by, quote, &checkout.remarks)?;
    let units = cart::count(tx, member).map_err(buy::Error::from)?.units;
    Ok(Placed { purchase: placed.purchase.id, units })
}
