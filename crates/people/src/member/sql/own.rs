//! Every statement about what is a member's own: addresses, follows, wishes and footprints.

use super::before;
use crate::member::footprint::Footprint;
use crate::member::liking::{Follow, Wish};
use kernel::id::{Address, Follow as FollowKind, Member, Product, Shop, Wish as WishKind};
use kernel::{Id, Moment};
use store::{Query, Row, StoreError, Tx, vals};

store::sql! {
    /// A new address.
    ADD_ADDRESS = "
insert into member_address (id, member, is_default)
values ($1, $2, $3)";

    /// Whether an address is a member's, and the default.
    ADDRESS = "
select is_default
from member_address
where member = $1 and id = $2";

    /// How many addresses a member has.
    COUNT_ADDRESSES = "
select count(*)
from member_address
where member = $1";

    /// The member's addresses, newest first.
    ADDRESSES = "
select id, is_default
from member_address
where member = $1
order by id desc";

    /// No address is the default.
    NO_DEFAULT = "
update member_address
set is_default = 0
where member = $1 and is_default = 1";

    /// An address becomes the default.
    SET_DEFAULT = "
update member_address
set is_default = 1
where member = $1 and id = $2";

    /// The newest address becomes the default.
    DEFAULT_NEWEST = "
update member_address
set is_default = 1
where member = $1 and id = (
  select o.id
  from member_address o
  where o.member = $1
  order by o.id desc
  limit 1
)";

    /// Takes an address out.
    DROP_ADDRESS = "
delete from member_address
where member = $1 and id = $2";

    /// Begins to follow a shop.
    FOLLOW = "
insert into member_follow (member, shop, id, at)
values ($1, $2, $3, $4)
on conflict (member, shop) do nothing";

    /// No longer follows a shop.
    UNFOLLOW = "
delete from member_follow
where member = $1 and shop = $2
returning id";

    /// Whether a member follows a shop.
    IS_FOLLOWING = "
select 1
from member_follow
where member = $1 and shop = $2";

    /// A page of the shops a member follows, newest first.
    FOLLOWS = "
select id, member, shop, at
from member_follow
where member = $1 and id < $2
order by id desc
limit $3";

    /// A page of a shop's followers, newest first.
    FOLLOWERS = "
select id, member, shop, at
from member_follow
where shop = $1 and id < $2
order by id desc
limit $3";

    /// Puts a product on a wish list.
    WISH = "
insert into member_wish (member, product, shop, id, at)
values ($1, $2, $3, $4, $5)
on conflict (member, product) do nothing";

    /// Takes a product off a wish list.
    UNWISH = "
delete from member_wish
where member = $1 and product = $2
returning id, member, product, shop, at";

    /// A page of a member's wish list, newest first.
    WISHES = "
select id, member, product, shop, at
from member_wish
where member = $1 and id < $2
order by id desc
limit $3";

    /// A product was looked at.
    LOOK_AT = "
insert into member_footprint (member, product, at)
values ($1, $2, $3)
on conflict (member, product) do update
set at = excluded.at
where member_footprint.at < excluded.at";

    /// Keeps the newest of a member.
    FORGET_OLDEST = "
delete from member_footprint
where member = $1 and at <= (
  select o.at
  from member_footprint o
  where o.member = $1
  order by o.at desc
  limit 1 offset $2
)";

    /// Forgets one.
    FORGET_FOOTPRINT = "
delete from member_footprint
where member = $1 and product = $2";

    /// Forgets all of a member.
    FORGET_FOOTPRINTS = "
delete from member_footprint
where member = $1";

    /// A page of a member's footprints, newest first.
    FOOTPRINTS = "
select product, at
from member_footprint
where member = $1 and at < $2
order by at desc
limit $3";

    /// What a member has to do with a product.
    STANCE = "
select
  (select 1 from member_wish w where w.member = $1 and w.product = $2),
  (select f.at from member_footprint f where f.member = $1 and f.product = $2)";

    /// A page of the wishes for a shop's products, newest first.
    WISHERS = "
select id, member, product, shop, at
from member_wish
where shop = $1 and id < $2
order by id desc
limit $3";
}

pub(in crate::member) fn add_address(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    id: Id<Address>,
    is_default: bool,
) -> Result<(), StoreError> {
    tx.exec(&ADD_ADDRESS, vals![id, member, is_default]).map(drop)
}

/// Whether it is the default, if it is the member's.
pub(in crate::member) fn address(
    q: &mut impl Query,
    member: Id<Member>,
    id: Id<Address>,
) -> Result<Option<bool>, StoreError> {
    q.one(&ADDRESS, vals![member, id], |row| Ok(row.int(0)? == 1))
}

pub(in crate::member) fn count_addresses(q: &mut impl Query, member: Id<Member>) -> Result<i64, StoreError> {
    Ok(q.one(&COUNT_ADDRESSES, vals![member], |row| row.int(0))?.unwrap_or(0))
}

pub(in crate::member) fn addresses(
    q: &mut impl Query,
    member: Id<Member>,
) -> Result<Vec<(Id<Address>, bool)>, StoreError> {
    q.rows(&ADDRESSES, vals![member], |row| Ok((Id::from_raw(row.id(0)?), row.int(1)? == 1)))
}

pub(in crate::member) fn set_default(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    id: Id<Address>,
) -> Result<(), StoreError> {
    tx.exec(&NO_DEFAULT, vals![member])?;
    tx.exec(&SET_DEFAULT, vals![member, id]).map(drop)
}

pub(in crate::member) fn drop_address(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    id: Id<Address>,
) -> Result<(), StoreError> {
    tx.exec(&DROP_ADDRESS, vals![member, id]).map(drop)
}

pub(in crate::member) fn newest_is_default(tx: &mut Tx<'_>, member: Id<Member>) -> Result<(), StoreError> {
    tx.exec(&DEFAULT_NEWEST, vals![member]).map(drop)
}

/// False: already so.
pub(in crate::member) fn follow(tx: &mut Tx<'_>, new: &Follow) -> Result<bool, StoreError> {
    Ok(tx.exec(&FOLLOW, vals![new.member, new.shop, new.id, new.at])? == 1)
}

pub(in crate::member) fn unfollow(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    shop: Id<Shop>,
) -> Result<Option<Id<FollowKind>>, StoreError> {
    tx.one(&UNFOLLOW, vals![member, shop], |row| row.id(0).map(Id::from_raw))
}

pub(in crate::member) fn is_following(
    q: &mut impl Query,
    member: Id<Member>,
    shop: Id<Shop>,
) -> Result<bool, StoreError> {
    Ok(q.one(&IS_FOLLOWING, vals![member, shop], |_| Ok(()))?.is_some())
}

fn follow_row(row: &Row<'_>) -> Result<Follow, StoreError> {
    Ok(Follow {
        id: Id::from_raw(row.id(0)?),
        member: Id::from_raw(row.id(1)?),
        shop: Id::from_raw(row.id(2)?),
        at: row.moment(3)?,
    })
}

pub(in crate::member) fn follows(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<FollowKind>>,
    limit: i64,
) -> Result<Vec<Follow>, StoreError> {
    q.rows(&FOLLOWS, vals![member, before(after), limit], follow_row)
}

pub(in crate::member) fn followers(
    q: &mut impl Query,
    shop: Id<Shop>,
    after: Option<Id<FollowKind>>,
    limit: i64,
) -> Result<Vec<Follow>, StoreError> {
    q.rows(&FOLLOWERS, vals![shop, before(after), limit], follow_row)
}

/// False: already so.
pub(in crate::member) fn wish(tx: &mut Tx<'_>, new: &Wish) -> Result<bool, StoreError> {
    Ok(tx.exec(&WISH, vals![new.member, new.product, new.shop, new.id, new.at])? == 1)
}

pub(in crate::member) fn unwish(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    product: Id<Product>,
) -> Result<Option<Wish>, StoreError> {
    tx.one(&UNWISH, vals![member, product], wish_row)
}

fn wish_row(row: &Row<'_>) -> Result<Wish, StoreError> {
    Ok(Wish {
        id: Id::from_raw(row.id(0)?),
        member: Id::from_raw(row.id(1)?),
        product: Id::from_raw(row.id(2)?),
        shop: Id::from_raw(row.id(3)?),
        at: row.moment(4)?,
    })
}

pub(in crate::member) fn wishes(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<WishKind>>,
    limit: i64,
) -> Result<Vec<Wish>, StoreError> {
    q.rows(&WISHES, vals![member, before(after), limit], wish_row)
}

pub(in crate::member) fn look_at(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    new: &Footprint,
) -> Result<(), StoreError> {
    tx.exec(&LOOK_AT, vals![member, new.product, new.at]).map(drop)
}

pub(in crate::member) fn forget_oldest(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    most: i64,
) -> Result<(), StoreError> {
    tx.exec(&FORGET_OLDEST, vals![member, most]).map(drop)
}

pub(in crate::member) fn forget_footprints(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    product: Option<Id<Product>>,
) -> Result<(), StoreError> {
    match product {
        Some(product) => tx.exec(&FORGET_FOOTPRINT, vals![member, product]),
        None => tx.exec(&FORGET_FOOTPRINTS, vals![member]),
    }
    .map(drop)
}

pub(in crate::member) fn footprints(
    q: &mut impl Query,
    member: Id<Member>,
    before: Option<Moment>,
    limit: i64,
) -> Result<Vec<Footprint>, StoreError> {
    let before = before.unwrap_or(Moment::from_micros(i64::MAX));
    q.rows(&FOOTPRINTS, vals![member, before, limit], |row| {
        Ok(Footprint { product: Id::from_raw(row.id(0)?), at: row.moment(1)? })
    })
}

pub(in crate::member) fn stance(
    q: &mut impl Query,
    member: Id<Member>,
    product: Id<Product>,
) -> Result<(bool, Option<Footprint>), StoreError> {
    let found = q.one(&STANCE, vals![member, product], |row| {
        let at = row.maybe_int(1)?.map(Moment::from_micros);
        Ok((row.maybe_int(0)?.is_some(), at.map(|at| Footprint { product, at })))
    })?;
    Ok(found.unwrap_or((false, None)))
}

pub(in crate::member) fn wishers(
    q: &mut impl Query,
    shop: Id<Shop>,
    after: Option<Id<WishKind>>,
    limit: i64,
) -> Result<Vec<Wish>, StoreError> {
    q.rows(&WISHERS, vals![shop, before(after), limit], wish_row)
}
