//! Offering coupons: what they name has to be there, and what is dear has to be meant. Claiming them: who they are for.
//!
//! Invariants: a coupon of a shop names products of that shop alone; one that takes off more than the market's terms let pass
//! was confirmed with what all of it may cost; one that is for some members is claimed by those alone.

use crate::buy::{self, CheckoutServices};
use kernel::id::{self, Member};
use kernel::{Ctx, Id, Moment, Money};
use offer::catalog;
use people::member;
use store::{Query, StoreError, Tx};
use trade::coupon::{self, Claimed, Coupon, Guard, Issuer, NewCoupon, Scope, Segment};
use trade::order;

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
    /// Who follows a shop.
    #[problem(from)]
    Member(member::Error),
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

/// Whether a member is one of those that a coupon of an issuer is for, at a moment.
fn is_in(
    q: &mut impl Query,
    now: Moment,
    member: Id<Member>,
    (issuer, segment): (Issuer, Segment),
) -> Result<bool, member::Error> {
    match segment {
        Segment::New => Ok(order::bought(q, member, issuer.shop(), None)?.ever == 0),
        Segment::Regular { orders, amount, days } => {
            let bought = order::bought(q, member, issuer.shop(), Some(now.plus_days(-days)))?;
            // Amounts of one currency are compared alone: a market has one.
            let enough = |least: Money| {
                bought.amount.is_some_and(|of| of.currency == least.currency && of.minor >= least.minor)
            };
            Ok(orders.is_some_and(|least| bought.orders >= least) || amount.is_some_and(enough))
        }
        Segment::Followers => match issuer {
            Issuer::Shop(shop) => member::is_following(q, member, shop),
            Issuer::Platform => Ok(false),
        },
    }
}

/// Notes of claims in hand that are for some members only whether their member is one of those.
pub(crate) fn mark_outside(
    q: &mut impl Query,
    now: Moment,
    member: Id<Member>,
    claims: &mut [Claimed],
) -> Result<(), member::Error> {
    let mut known: Vec<((Issuer, Segment), bool)> = Vec::new();
    for claim in claims {
        let Some(segment) = claim.segment else { continue };
        let of = (claim.issuer, segment);
        let is_one = match known.iter().find(|(there, _)| *there == of) {
            Some((_, is_one)) => *is_one,
            None => {
                let is_one = is_in(q, now, member, of)?;
                known.push((of, is_one));
                is_one
            }
        };
        claim.outside = !is_one;
    }
    Ok(())
}

/// Claims a piece of a coupon for a member, with the code that was typed, if one was. The write should name
/// [`coupon::keys`].
pub fn claim(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    id: Id<id::Coupon>,
    code: Option<&str>,
) -> Result<Id<id::Claim>, Error> {
    let claimed = match code {
        Some(code) => coupon::claim_by_code(tx, ctx, member, id, code),
        None => coupon::claim(tx, ctx, member, id),
    };
    match claimed {
        // It is for some members: most coupons are not, and nothing is asked for them.
        Err(coupon::Error::NotInSegment(segment)) => {
            let issuer = coupon::coupon(tx, id)?.issuer;
            match is_in(tx, ctx.now, member, (issuer, segment))? {
                true => Ok(coupon::claim_admitted(tx, ctx, member, id, code)?),
                false => Err(coupon::Error::NotInSegment(segment).into()),
            }
        }
        claimed => Ok(claimed?),
    }
}
