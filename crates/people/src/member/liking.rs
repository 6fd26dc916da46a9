//! Which shops members follow, and which products they wish for. Asking twice changes nothing.

use super::error::Error;
use super::fact;
use super::sql;
use kernel::id::{Follow as FollowKind, Member, Product, Shop, Wish as WishKind};
use kernel::{Ctx, Id, Moment};
use store::{Query, Tx};

/// A member follows a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Its id; lists go by it.
    pub id: Id<FollowKind>,
    /// Who.
    pub member: Id<Member>,
    /// Which shop.
    pub shop: Id<Shop>,
    /// Since when.
    pub at: Moment,
}

/// A member wishes for a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Its id; lists go by it.
    pub id: Id<WishKind>,
    /// Who.
    pub member: Id<Member>,
    /// For what.
    pub product: Id<Product>,
    /// Whose product it is.
    pub shop: Id<Shop>,
    /// Since when.
    pub at: Moment,
}

/// Begins to follow a shop. False: it was so already.
pub fn follow(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, shop: Id<Shop>) -> Result<bool, Error> {
    let new = Follow { id: ctx.id(), member, shop, at: ctx.now };
    let began = sql::follow(tx, &new)?;
    if began {
        let fact = fact::Followed { at: ctx.now, shop: Some(shop), follow: new.id, member_id: member };
        tx.append(ctx, &fact)?;
    }
    Ok(began)
}

/// Stops following a shop. False: it was not so.
pub fn unfollow(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, shop: Id<Shop>) -> Result<bool, Error> {
    let Some(follow) = sql::unfollow(tx, member, shop)? else { return Ok(false) };
    tx.append(ctx, &fact::Unfollowed { at: ctx.now, shop: Some(shop), follow, member_id: member })?;
    Ok(true)
}

/// Whether a member follows a shop.
pub fn is_following(q: &mut impl Query, member: Id<Member>, shop: Id<Shop>) -> Result<bool, Error> {
    Ok(sql::is_following(q, member, shop)?)
}

/// Up to `limit` shops that a member follows, newest first, after the one of the page before.
pub fn follows(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<FollowKind>>,
    limit: i64,
) -> Result<Vec<Follow>, Error> {
    Ok(sql::follows(q, member, after, limit)?)
}

/// Up to `limit` followers of a shop, newest first, after the one of the page before.
pub fn followers(
    q: &mut impl Query,
    shop: Id<Shop>,
    after: Option<Id<FollowKind>>,
    limit: i64,
) -> Result<Vec<Follow>, Error> {
    Ok(sql::followers(q, shop, after, limit)?)
}

/// Puts a shop's product on the wish list. False: it was there already.
pub fn wish(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    member: Id<Member>,
    shop: Id<Shop>,
    product: Id<Product>,
) -> Result<bool, Error> {
    let new = Wish { id: ctx.id(), member, product, shop, at: ctx.now };
    let made = sql::wish(tx, &new)?;
    if made {
        let fact = fact::Wished {
            at: ctx.now,
            shop: Some(shop),
            wish: new.id,
            member_id: member,
            product_id: product,
        };
        tx.append(ctx, &fact)?;
    }
    Ok(made)
}

/// Takes a product off the wish list. False: it was not there.
pub fn unwish(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, product: Id<Product>) -> Result<bool, Error> {
    let Some(Wish { id, shop, .. }) = sql::unwish(tx, member, product)? else { return Ok(false) };
    let fact =
        fact::Unwished { at: ctx.now, shop: Some(shop), wish: id, member_id: member, product_id: product };
    tx.append(ctx, &fact)?;
    Ok(true)
}

/// Up to `limit` wishes of a member, newest first, after the one of the page before.
pub fn wishes(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<WishKind>>,
    limit: i64,
) -> Result<Vec<Wish>, Error> {
    Ok(sql::wishes(q, member, after, limit)?)
}

/// Up to `limit` wishes for a shop's products, newest first, after the one of the page before.
pub fn wishers(
    q: &mut impl Query,
    shop: Id<Shop>,
    after: Option<Id<WishKind>>,
    limit: i64,
) -> Result<Vec<Wish>, Error> {
    Ok(sql::wishers(q, shop, after, limit)?)
}
