//! What can be done with coupons.

use super::error::Error;
use super::model::{Claimed, Class, Guard, Issuer, NewCoupon, code_of, may_claim};
use super::sql::PIECES;
use super::view::Coupon;
use super::{fact, sql};
use kernel::fact::Minor;
use kernel::{Ctx, Id, Moment, Money, id};
use store::{Key, Keys, Query, Tx, vals};

/// What a write that claims a coupon should name beforehand: the coupon's pieces and the member's hand.
pub fn keys(coupon: Id<id::Coupon>, member: Id<id::Member>) -> Keys {
    Keys::of([Key::counter(&PIECES, coupon), hand(member)])
}

/// A member's hand: what a write that spends claims should name beforehand, beside its other keys.
pub fn hand(member: Id<id::Member>) -> Key {
    Key::new("coupon_claim", member)
}

/// Offers a coupon without a guard.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewCoupon) -> Result<Coupon, Error> {
    create_guarded(tx, ctx, new, &Guard::default())
}

/// Offers a coupon. Whoever offers one for somebody asks first whether it is meant (`NewCoupon::ask`).
pub fn create_guarded(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewCoupon, guard: &Guard) -> Result<Coupon, Error> {
    new.check(ctx.now)?;
    new.check_guard(guard)?;
    if let Some(code) = &guard.code
        && tx.one(&sql::OF_CODE, vals![&**code], |row| row.id(0))?.is_some()
    {
        return Err(Error::CodeTaken(code.clone()));
    }
    let (id, issuer, document) = (ctx.id(), sql::issuer_text(new.issuer), sql::document(new, guard)?);
    let (code, budget) = (guard.code.as_deref(), guard.budget.map(|budget| budget.minor));
    let params = vals![id, &issuer, &document, new.total, new.each, new.from, new.until, code, budget];
    tx.insert(&sql::OFFER, params)?;
    tx.append(
        ctx,
        &fact::Offered {
            at: ctx.now,
            shop: new.issuer.shop(),
            coupon: id,
            class: Class::new(new.issuer, &new.kind).as_str().into(),
            takes: new.kind.as_str().into(),
            total: new.total,
            each: new.each,
            begins_at: new.from,
            ends_at: new.until,
        },
    )?;
    super::view::coupon(tx, id)
}

/// Offers a coupon no more; a second time changes nothing. Another issuer's coupon is none. Claims in members' hands
/// stay what they are.
pub fn stop(tx: &mut Tx<'_>, ctx: &Ctx, issuer: Issuer, coupon: Id<id::Coupon>) -> Result<Coupon, Error> {
    let text = sql::issuer_text(issuer);
    if tx.exec(&sql::STOP, vals![coupon, &text, ctx.now])? == 0 {
        let found = super::view::coupon(tx, coupon)?;
        return if found.issuer == issuer { Ok(found) } else { Err(Error::NoCoupon(coupon)) };
    }
    tx.append(ctx, &fact::Stopped { at: ctx.now, shop: issuer.shop(), coupon })?;
    super::view::coupon(tx, coupon)
}

/// Claims a piece for a member. The write should name [`keys`]. One that has a code is not there for who does not say it, and
/// one that is for some members only is refused: see [`claim_admitted`].
pub fn claim(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<id::Member>,
    coupon: Id<id::Coupon>,
) -> Result<Id<id::Claim>, Error> {
    claim_with(tx, ctx, member, coupon, None, false)
}

/// The same for a member of whom the caller knows that it is one of those that the coupon is for; with the code that was
/// typed, if one was.
pub fn claim_admitted(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<id::Member>,
    coupon: Id<id::Coupon>,
    code: Option<&str>,
) -> Result<Id<id::Claim>, Error> {
    claim_with(tx, ctx, member, coupon, code.and_then(code_of).as_deref(), true)
}

/// Claims a piece of the coupon of a code ([`super::of_code`]) for a member. The write should name [`keys`].
pub fn claim_by_code(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<id::Member>,
    coupon: Id<id::Coupon>,
    code: &str,
) -> Result<Id<id::Claim>, Error> {
    claim_with(tx, ctx, member, coupon, code_of(code).as_deref(), false)
}

fn claim_with(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<id::Member>,
    coupon: Id<id::Coupon>,
    code: Option<&str>,
    is_admitted: bool,
) -> Result<Id<id::Claim>, Error> {
    let offer = tx
        .one(&sql::TO_CLAIM, vals![coupon], |row| {
            let issuer = sql::issuer(row.text(0)?)?;
            if row.maybe_text(6)? != code {
                return Ok(None);
            }
            let guarded = (row.maybe_int(5)?, row.int(7)? == 1, sql::segment(row.text(8)?)?);
            Ok(Some((issuer, row.int(1)?, row.int(2)?, row.moment(3)?, row.moment(4)?, guarded)))
        })?
        .flatten()
        .ok_or(Error::NoCoupon(coupon))?;
    let (issuer, total, each, from, until, (stopped, is_funded, segment)) = offer;
    may_claim(from, until, stopped.is_some(), ctx.now)?;
    if let Some(segment) = segment.filter(|_| !is_admitted) {
        return Err(Error::NotInSegment(segment));
    }
    if !is_funded {
        return Err(Error::BudgetSpent { coupon });
    }
    if !tx.take(&PIECES, coupon, 1)? {
        return Err(Error::NoneLeft { total });
    }
    let claim: Id<id::Claim> = ctx.id();
    let params = vals![claim, coupon, member, ctx.now, until, each];
    let nth = tx.one(&sql::CLAIM, params, |row| row.int(0))?.ok_or(Error::Enough { each })?;
    tx.append(
        ctx,
        &fact::Claimed { at: ctx.now, shop: issuer.shop(), claim, coupon_id: coupon, member_id: member, nth },
    )?;
    Ok(claim)
}

/// Spends every claim that a price was made with, each with what it takes off, for the purchase it is placed for: one guarded update for each. A
/// claim of another, one that is spent or one that is over refuses all of it.
pub fn spend(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<id::Member>,
    purchase: Id<id::Purchase>,
    taken: &[(&Claimed, Money)],
) -> Result<(), Error> {
    let (mut platform, mut shops) = (0i64, 0i64);
    // Budgets are taken in one order, whoever takes several.
    let mut funded: Vec<_> = taken.iter().filter(|(claimed, _)| claimed.left.is_some()).collect();
    funded.sort_by_key(|(claimed, _)| claimed.coupon);
    for (claimed, amount) in funded {
        if tx.exec(&sql::USE, vals![claimed.coupon, amount.minor])? == 0 {
            return Err(Error::BudgetSpent { coupon: claimed.coupon });
        }
    }
    for (claimed, amount) in taken {
        let claim = claimed.claim;
        if tx.exec(&sql::SPEND, vals![claim, member, purchase, ctx.now, amount.minor])? == 0 {
            return Err(Error::NotHeld { claim });
        }
        match claimed.issuer {
            Issuer::Platform => platform += amount.minor,
            Issuer::Shop(_) => shops += amount.minor,
        }
    }
    if taken.is_empty() {
        return Ok(());
    }
    tx.append(
        ctx,
        &fact::Spent {
            at: ctx.now,
            shop: None,
            purchase,
            claims: taken.len() as i64,
            platform: Minor(platform),
            shops: Minor(shops),
        },
    )?;
    Ok(())
}

/// Gives back all that a purchase spent: what has not ended may be spent again until its end, the rest is lost. Answers
/// how many may be spent again. A second time changes nothing.
pub fn give_back(tx: &mut Tx<'_>, ctx: &Ctx, purchase: Id<id::Purchase>) -> Result<i64, Error> {
    let states = tx.rows(&sql::GIVE_BACK, vals![purchase, ctx.now], given)?;
    let states = unused(tx, states)?;
    let count = states.iter().filter(|held| **held).count() as i64;
    if !states.is_empty() {
        let lost = states.len() as i64 - count;
        tx.append(ctx, &fact::Returned { at: ctx.now, shop: None, purchase, held: count, lost })?;
    }
    Ok(count)
}

/// [`give_back`] of one shop's own coupons alone, when its part of a purchase came to nothing and others' did not. What
/// the platform gave to all of them goes back with [`give_back`], when nothing of the purchase is left.
pub fn give_back_of_shop(
    tx: &mut Tx<'_>,
    now: Moment,
    purchase: Id<id::Purchase>,
    shop: Id<id::Shop>,
) -> Result<i64, Error> {
    let issuer = sql::issuer_text(Issuer::Shop(shop));
    let states = tx.rows(&sql::GIVE_BACK_OF, vals![purchase, now, &issuer], given)?;
    let states = unused(tx, states)?;
    Ok(states.iter().filter(|held| **held).count() as i64)
}

/// A claim that was given back: whether it may be spent again, of which coupon, and what it took off.
type Given = (bool, Id<id::Coupon>, Option<i64>);

fn given(row: &store::Row<'_>) -> Result<Given, store::StoreError> {
    Ok((row.text(0)? == "held", Id::from_raw(row.id(1)?), row.maybe_int(2)?))
}

/// Gives back to their budgets what claims took off, in the order in which budgets are taken.
fn unused(tx: &mut Tx<'_>, mut given: Vec<Given>) -> Result<Vec<bool>, Error> {
    given.sort_by_key(|(_, coupon, _)| *coupon);
    for (_, coupon, amount) in &given {
        if let Some(amount) = amount {
            tx.exec(&sql::UNUSE, vals![*coupon, *amount])?;
        }
    }
    Ok(given.into_iter().map(|(held, _, _)| held).collect())
}
