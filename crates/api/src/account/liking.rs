//! What a member wishes for and looked at, and which shops it follows. Asking twice changes nothing.

use kernel::id::{Product, Shop};
use offer::catalog;
use people::{member, merchant};
use web_kit::prelude::*;
use web_kit::storefront::footprints::cursor;

/// A product on the wish list.
#[derive(Serialize, utoipa::ToSchema)]
pub struct WishView {
    /// Its id; lists go by it.
    wish: String,
    /// The product.
    product: String,
    /// Whose product it is.
    shop: String,
    /// Since when, RFC 3339.
    at: String,
}

/// A shop that is followed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FollowView {
    /// Its id; lists go by it.
    follow: String,
    /// The shop.
    shop: String,
    /// Since when, RFC 3339.
    at: String,
}

/// The wish list, newest first.
#[operation(get, "/store/account/wishes", tag = "account", needs = "member")]
pub async fn wishes(at: MemberContext, query: Paging) -> Answer<ListPage<WishView>> {
    let (member, after) = (at.member, query.after_id()?);
    let find = move |q: &mut Read<'_>, most| member::wishes(q, member, after, most);
    let view = |wish: member::Wish| WishView {
        wish: wish.id.to_string(),
        product: wish.product.to_string(),
        shop: wish.shop.to_string(),
        at: at.time(wish.at),
    };
    at.page(query.limit()?, find, |wish| wish.id.to_string(), view).await
}

/// Puts a product on the wish list.
#[operation(put, "/store/account/wishes/{product}", tag = "account", needs = "member")]
pub async fn wish(at: MemberContext, product: Id<Product>) -> Done {
    let member = at.member;
    let shop = at.site.read(move |q| Ok(catalog::product(q, product)?.shop)).await?;
    at.write("wish.make", member::key(member), move |tx, ctx| {
        member::wish(tx, ctx, member, shop, product).map(drop)
    })
    .await
}

/// Takes a product off the wish list.
#[operation(delete, "/store/account/wishes/{product}", tag = "account", needs = "member")]
pub async fn unwish(at: MemberContext, product: Id<Product>) -> Done {
    let member = at.member;
    at.write("wish.drop", member::key(member), move |tx, ctx| {
        member::unwish(tx, ctx, member, product).map(drop)
    })
    .await
}

/// A product that was looked at.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FootprintView {
    /// The product.
    product: String,
    /// When last, RFC 3339.
    at: String,
}

/// What was looked at last, newest first; at most 200 are kept. The mall's product page writes them down by itself.
#[operation(get, "/store/account/footprints", tag = "account", needs = "member")]
pub async fn footprints(at: MemberContext, query: Paging) -> Answer<ListPage<FootprintView>> {
    let (member, before) = (at.member, query.after().map(cursor).transpose()?);
    let find = move |q: &mut Read<'_>, most| member::footprints(q, member, before, most);
    let view =
        |one: member::Footprint| FootprintView { product: one.product.to_string(), at: at.time(one.at) };
    at.page(query.limit()?, find, |one| one.at.micros().to_string(), view).await
}

/// Remembers that a product was looked at.
#[operation(put, "/store/account/footprints/{product}", tag = "account", needs = "member")]
pub async fn look_at(at: MemberContext, product: Id<Product>) -> Done {
    let member = at.member;
    at.site.read(move |q| Ok(catalog::product(q, product).map(drop)?)).await?;
    at.write("footprint.make", member::key(member), move |tx, ctx| member::look_at(tx, ctx, member, product))
        .await
}

/// Forgets what was looked at: one product, or all of them.
async fn forgotten(at: &MemberContext, name: &'static str, product: Option<Id<Product>>) -> Done {
    let member = at.member;
    at.write(name, member::key(member), move |tx, _| member::forget_footprints(tx, member, product)).await
}

/// Forgets that a product was looked at.
#[operation(delete, "/store/account/footprints/{product}", tag = "account", needs = "member")]
pub async fn forget(at: MemberContext, product: Id<Product>) -> Done {
    forgotten(&at, "footprint.drop", Some(product)).await
}

/// Forgets everything that was looked at.
#[operation(delete, "/store/account/footprints", tag = "account", needs = "member")]
pub async fn wipe(at: MemberContext) -> Done {
    forgotten(&at, "footprint.wipe", None).await
}

/// The shops that are followed, newest first.
#[operation(get, "/store/account/follows", tag = "account", needs = "member")]
pub async fn follows(at: MemberContext, query: Paging) -> Answer<ListPage<FollowView>> {
    let (member, after) = (at.member, query.after_id()?);
    let find = move |q: &mut Read<'_>, most| member::follows(q, member, after, most);
    let view = |follow: member::Follow| FollowView {
        follow: follow.id.to_string(),
        shop: follow.shop.to_string(),
        at: at.time(follow.at),
    };
    at.page(query.limit()?, find, |follow| follow.id.to_string(), view).await
}

/// Follows a shop.
#[operation(put, "/store/account/follows/{shop}", tag = "account", needs = "member")]
pub async fn follow(at: MemberContext, shop: Id<Shop>) -> Done {
    let member = at.member;
    at.site.read(move |q| Ok(merchant::shop(q, shop).map(drop)?)).await?;
    at.write("follow.begin", member::key(member), move |tx, ctx| {
        member::follow(tx, ctx, member, shop).map(drop)
    })
    .await
}

/// No longer follows a shop.
#[operation(delete, "/store/account/follows/{shop}", tag = "account", needs = "member")]
pub async fn unfollow(at: MemberContext, shop: Id<Shop>) -> Done {
    let member = at.member;
    at.write("follow.end", member::key(member), move |tx, ctx| {
        member::unfollow(tx, ctx, member, shop).map(drop)
    })
    .await
}
