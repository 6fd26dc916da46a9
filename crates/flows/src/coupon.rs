//! Offering coupons: what they name has to be there, and what is dear has to be meant.
//!
//! Invariant: a coupon of a shop names products of that shop alone; one that takes off more than the market's terms let pass
//! was confirmed with what all of it may cost.

use crate::buy::{self, CheckoutServices};
use kernel::Ctx;
use offer::catalog;
use store::{Query, StoreError, Tx};
use trade::coupon::{self, Coupon, Guard, Issuer, NewCoupon, Scope};

/// Why a coupon was not offered.
#[derive(Debug, kernel::Problem)]
pub enum Error {
    /// The coupon.
    #[problem(from)]
    Coupon(coupon::Error),
    /// What it names.
    #[problem(from)]
    Catalog(catalog::Error),
    /// The terms.
    #[problem(from)]
    Buy(buy::Error),
    /// The store.
    #[problem(from)]
    Store(StoreError),
}

/// Refuses a scope that names what is not there, or what is another shop's.
pub fn check_scope(q: &mut impl Query, issuer: Issuer, scope: &Scope) -> Result<(), Error> {
    match scope {
        Scope::All => Ok(()),
        Scope::Category(code) => match catalog::category(q, code) {
            Ok(_) => Ok(()),
            Err(catalog::Error::NoCategory(code)) => Err(coupon::Error::NoCategory(code).into()),
            Err(err) => Err(err.into()),
        },
        Scope::Products(products) => {
            for product in products {
                let found = match issuer {
                    Issuer::Shop(shop) => catalog::own(q, shop, *product).map(drop),
                    Issuer::Platform => catalog::product(q, *product).map(drop),
                };
                match found {
                    Ok(()) => {}
                    Err(catalog::Error::NoProduct(product)) => {
                        return Err(coupon::Error::NoProduct(product).into());
                    }
                    Err(err) => return Err(err.into()),
                }
            }
            Ok(())
        }
    }
}

/// Offers a coupon.
pub fn create(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    services: &CheckoutServices,
    new: &NewCoupon,
    guard: &Guard,
) -> Result<Coupon, Error> {
    new.check(ctx.now)?;
    new.check_guard(guard)?;
    check_scope(tx, new.issuer, &new.scope)?;
    if let Some(bounds) = &services.terms(ctx.now)?.coupon_bounds {
        new.ask(guard, bounds)?;
    }
    Ok(coupon::create_guarded(tx, ctx, new, guard)?)
}
