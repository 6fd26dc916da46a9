//! What a member wishes for and looked at, and which shops it follows. Asking twice changes nothing.

use crate::account::profile::private;
use crate::shop::Paging;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Id;
use kernel::id::{Follow, Product, Shop, Wish};
use offer::catalog;
use people::{member, merchant};
use serde::Serialize;
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::Page;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;

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
#[utoipa::path(get, path = "/store/account/wishes", tag = "account", extensions(("x-needs" = json!("member"))),
    params(Paging), responses((status = 200, body = Page<WishView>)))]
pub async fn wishes(
    State(site): State<Site>,
    who: Principal,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let member = who.member()?;
    let (after, limit) = (paging.after_id::<Wish>()?, paging.limit()?);
    let all = site.read(move |q| Ok(member::wishes(q, member, after, limit as i64 + 1)?)).await?;
    let views = all
        .iter()
        .map(|wish| WishView {
            wish: wish.id.to_string(),
            product: wish.product.to_string(),
            shop: wish.shop.to_string(),
            at: wish.at.rfc3339(&site.market.zone),
        })
        .collect();
    Ok(private(&Page::of(views, limit, |view: &WishView| view.wish.clone())))
}

/// Puts a product on the wish list.
#[utoipa::path(put, path = "/store/account/wishes/{product}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "It is on the list")))]
pub async fn wish(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(product): Path<Id<Product>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let shop = site.read(move |q| Ok(catalog::product(q, product)?.shop)).await?;
    act.json(&site, "wish.make", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        member::wish(tx, ctx, member, shop, product).map(drop)
    })
    .await
}

/// Takes a product off the wish list.
#[utoipa::path(delete, path = "/store/account/wishes/{product}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "It is not on the list")))]
pub async fn unwish(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(product): Path<Id<Product>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    act.json(&site, "wish.drop", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
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
#[utoipa::path(get, path = "/store/account/footprints", tag = "account", extensions(("x-needs" = json!("member"))),
    params(Paging), responses((status = 200, body = Page<FootprintView>)))]
pub async fn footprints(
    State(site): State<Site>,
    who: Principal,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let member = who.member()?;
    let (before, limit) =
        (paging.after().map(web_kit::storefront::footprints::cursor).transpose()?, paging.limit()?);
    let mut all =
        site.read_apart(move |q| Ok(member::footprints(q, member, before, limit as i64 + 1)?)).await?;
    let more = all.len() > limit;
    all.truncate(limit);
    let next = all.last().filter(|_| more).map(|one| one.at.micros().to_string());
    let zone = &site.market.zone;
    let view = |one: &member::Footprint| FootprintView {
        product: one.product.to_string(),
        at: one.at.rfc3339(zone),
    };
    Ok(private(&Page { items: all.iter().map(view).collect(), next }))
}

/// Remembers that a product was looked at.
#[utoipa::path(put, path = "/store/account/footprints/{product}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "It is remembered")))]
pub async fn look_at(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(product): Path<Id<Product>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    site.read(move |q| Ok(catalog::product(q, product).map(drop)?)).await?;
    act.json(&site, "footprint.make", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        member::look_at(tx, ctx, member, product)
    })
    .await
}

/// Forgets that a product was looked at.
#[utoipa::path(delete, path = "/store/account/footprints/{product}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "It is forgotten")))]
pub async fn forget(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(product): Path<Id<Product>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    act.json(&site, "footprint.drop", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, _| {
        member::forget_footprints(tx, member, Some(product))
    })
    .await
}

/// Forgets everything that was looked at.
#[utoipa::path(delete, path = "/store/account/footprints", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "All of it is forgotten")))]
pub async fn wipe(State(site): State<Site>, act: IdempotentRequest) -> Result<Response, Failure> {
    let member = act.who.member()?;
    act.json(&site, "footprint.wipe", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, _| {
        member::forget_footprints(tx, member, None)
    })
    .await
}

/// The shops that are followed, newest first.
#[utoipa::path(get, path = "/store/account/follows", tag = "account", extensions(("x-needs" = json!("member"))),
    params(Paging), responses((status = 200, body = Page<FollowView>)))]
pub async fn follows(
    State(site): State<Site>,
    who: Principal,
    Query(paging): Query<Paging>,
) -> Result<Response, Failure> {
    let member = who.member()?;
    let (after, limit) = (paging.after_id::<Follow>()?, paging.limit()?);
    let all = site.read(move |q| Ok(member::follows(q, member, after, limit as i64 + 1)?)).await?;
    let views = all
        .iter()
        .map(|follow| FollowView {
            follow: follow.id.to_string(),
            shop: follow.shop.to_string(),
            at: follow.at.rfc3339(&site.market.zone),
        })
        .collect();
    Ok(private(&Page::of(views, limit, |view: &FollowView| view.follow.clone())))
}

/// Follows a shop.
#[utoipa::path(put, path = "/store/account/follows/{shop}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "It is followed")))]
pub async fn follow(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<Id<Shop>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    site.read(move |q| Ok(merchant::shop(q, shop).map(drop)?)).await?;
    act.json(&site, "follow.begin", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        member::follow(tx, ctx, member, shop).map(drop)
    })
    .await
}

/// No longer follows a shop.
#[utoipa::path(delete, path = "/store/account/follows/{shop}", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "It is not followed")))]
pub async fn unfollow(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<Id<Shop>>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    act.json(&site, "follow.end", member::key(member).into(), StatusCode::NO_CONTENT, move |tx, ctx| {
        member::unfollow(tx, ctx, member, shop).map(drop)
    })
    .await
}
