//! The cart, and coupons.

use crate::rehearsal::MoneyShape;
use crate::store::time;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use flows::buy::Error as BuyError;
use flows::view;
use kernel::id::{Claim, Coupon, Product, Shop, Sku};
use kernel::{Id, Money};
use offer::catalog;
use serde::{Deserialize, Serialize};
use trade::cart;
use trade::coupon::{self, Issuer, Kind, Scope, Shelf, State as Held};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::storefront::via;

/// A line of a cart.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CartLineView {
    /// Which variant.
    #[schema(value_type = String)]
    sku: Id<Sku>,
    /// Of which product.
    #[schema(value_type = String)]
    product: Id<Product>,
    /// Whose.
    #[schema(value_type = String)]
    shop: Id<Shop>,
    /// How many.
    quantity: i64,
    /// The product's title.
    title: Option<Box<str>>,
    /// The values it chooses.
    variant: Option<Box<str>>,
    /// The key of its picture.
    media: Option<Box<str>>,
    /// What one costs now.
    #[schema(value_type = Option<MoneyShape>)]
    price: Option<Money>,
    /// How many are left; null if there is no end of it.
    left: Option<i64>,
    /// Why it cannot be bought as it stands: `not_on_sale`, `shop_closed`, `on_holiday`, `sold_out`, `short`.
    trouble: Option<&'static str>,
    /// Where it was found: `mall`, `search`, `shop`, `showcase`, `video`, `live`.
    scene: &'static str,
}

/// A cart.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CartView {
    /// Its lines, shop by shop.
    lines: Vec<CartLineView>,
    /// What all that can be bought would cost now; null if nothing can.
    #[schema(value_type = Option<MoneyShape>)]
    total: Option<Money>,
    /// What coupons would take off.
    #[schema(value_type = Option<MoneyShape>)]
    saved: Option<Money>,
}

/// The cart of whoever asks, with what stands against each line.
#[utoipa::path(get, path = "/cart", tag = "store", extensions(("x-needs" = json!("member"))), responses((status = 200, body = CartView)))]
pub async fn get(State(site): State<Site>, who: Principal) -> Result<axum::Json<CartView>, Failure> {
    let member = who.member()?;
    let (services, now) = (site.services.clone(), (site.now)());
    let cart = site.read(move |q| Ok(view::cart(q, &services, now, member, None)?)).await?;
    let mut lines = Vec::new();
    for shop in &cart.shops {
        for line in &shop.lines {
            let offer = line.offer.as_ref();
            lines.push(CartLineView {
                sku: line.wanted.sku,
                product: line.product,
                shop: shop.shop,
                quantity: line.wanted.quantity,
                title: offer.map(|offer| offer.title.clone()),
                variant: offer.map(|offer| offer.variant.clone()),
                media: offer.and_then(|offer| offer.media.clone()),
                price: offer.map(|offer| offer.price),
                left: line.left,
                trouble: line.trouble.map(view::Trouble::as_str),
                scene: line.wanted.via.scene.as_str(),
            });
        }
    }
    let priced = cart.priced.as_ref().map(|ready| &ready.priced);
    Ok(axum::Json(CartView {
        lines,
        total: priced.map(|priced| priced.total),
        saved: priced.map(trade::price::Priced::saved),
    }))
}

/// What is put into the cart.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "sku": "sku_0640yw3hg0d5v8wxfrgcp6ztr0", "quantity": 2 }))]
pub struct AddBody {
    /// Which variant.
    sku: String,
    /// How many; one if not said.
    #[serde(default)]
    quantity: Option<i64>,
    /// Where it was found: the `via` that came with the product.
    #[serde(default)]
    via: Option<String>,
}

/// How many there are now.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Quantity {
    /// Which variant.
    #[schema(value_type = String)]
    sku: Id<Sku>,
    /// How many of it lie in the cart.
    quantity: i64,
}

/// Puts a variant in; one that is there already adds up.
#[utoipa::path(post, path = "/cart/lines", tag = "store", extensions(("x-needs" = json!("member"))), request_body = AddBody, responses((status = 200, body = Quantity)))]
pub async fn add(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<AddBody>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let sku: Id<Sku> = id(&body.sku)?;
    let now = (site.now)();
    let most = site.services.terms(now)?.cart();
    let offer = site.read_apart(move |q| Ok(catalog::offer(q, sku)?)).await?;
    let offer = offer.filter(|offer| offer.on_sale).ok_or_else(|| BuyError::NotOnSale(vec![sku]))?;
    let via = via::of_program(&site, now, offer.product, body.via.as_deref())?;
    let (product, shop, quantity) = (offer.product, offer.shop, body.quantity.unwrap_or(1));
    let add = cart::Add { sku, product, shop, quantity, via };
    act.json(&site, "store.cart.add", cart::keys(member), StatusCode::OK, move |tx, ctx| {
        let quantity = cart::add(tx, ctx, member, &add, most)?;
        Ok::<_, cart::Error>(Quantity { sku, quantity })
    })
    .await
}

/// How many are wanted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "quantity": 3 }))]
pub struct SetBody {
    /// How many.
    quantity: i64,
}

/// Sets how many of a variant are wanted.
#[utoipa::path(put, path = "/cart/lines/{sku}", tag = "store", extensions(("x-needs" = json!("member"))), request_body = SetBody, responses((status = 200, body = Quantity)))]
pub async fn set(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(sku): Path<String>,
    Json(body): Json<SetBody>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let sku: Id<Sku> = id(&sku)?;
    let (most, quantity) = (site.services.terms((site.now)())?.cart(), body.quantity);
    act.json(&site, "store.cart.set", cart::keys(member), StatusCode::OK, move |tx, _| {
        cart::set(tx, member, sku, quantity, most)?;
        Ok::<_, cart::Error>(Quantity { sku, quantity })
    })
    .await
}

/// Takes a variant out; one that is not in is out.
#[utoipa::path(delete, path = "/cart/lines/{sku}", tag = "store", extensions(("x-needs" = json!("member"))), responses((status = 204, description = "Out")))]
pub async fn remove(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(sku): Path<String>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let sku: Id<Sku> = id(&sku)?;
    act.json(&site, "store.cart.remove", cart::keys(member), StatusCode::NO_CONTENT, move |tx, _| {
        cart::remove(tx, member, sku)
    })
    .await
}

/// A coupon.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StoreCoupon {
    /// Which.
    #[schema(value_type = String)]
    coupon: Id<Coupon>,
    /// The shop that offers it; null: the platform.
    #[schema(value_type = Option<String>)]
    shop: Option<Id<Shop>>,
    /// What members read.
    title: Box<str>,
    /// `off`, `percent` or `freight`.
    kind: &'static str,
    /// From which price of the goods in its scope on.
    #[schema(value_type = MoneyShape)]
    over: Money,
    /// How much it takes off, if it is an amount.
    #[schema(value_type = Option<MoneyShape>)]
    off: Option<Money>,
    /// Which share it takes off in parts per million, if it is a share.
    ppm: Option<i64>,
    /// The most that a share takes off.
    #[schema(value_type = Option<MoneyShape>)]
    most: Option<Money>,
    /// The category it is for, by code.
    category: Option<Box<str>>,
    /// The products it is for.
    products: Vec<String>,
    /// How many pieces are left.
    left: i64,
    /// How many one member may claim.
    each: i64,
    /// From when, RFC 3339.
    from: String,
    /// Until when, RFC 3339.
    until: String,
}

fn shown(site: &Site, coupon: &coupon::Coupon) -> StoreCoupon {
    let (off, ppm, most) = match &coupon.kind {
        Kind::Off { off, .. } | Kind::Freight { off, .. } => (Some(*off), None, None),
        Kind::Percent { ppm, most, .. } => (None, Some(*ppm), *most),
    };
    let (category, products) = match &coupon.scope {
        Scope::All => (None, Vec::new()),
        Scope::Category(code) => (Some(code.clone()), Vec::new()),
        Scope::Products(some) => (None, some.iter().map(Id::to_string).collect()),
    };
    StoreCoupon {
        coupon: coupon.id,
        shop: coupon.issuer.shop(),
        title: coupon.title.clone(),
        kind: coupon.kind.as_str(),
        over: coupon.kind.over(),
        off,
        ppm,
        most,
        category,
        products,
        left: coupon.left(),
        each: coupon.each,
        from: time(site, coupon.from),
        until: time(site, coupon.until),
    }
}

/// A coupon that may be claimed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OfferedView {
    #[serde(flatten)]
    coupon: StoreCoupon,
    /// How many of it whoever asks has claimed.
    mine: i64,
}

/// Which coupons.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Offers {
    /// Of this shop alone.
    shop: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 99; 40 if not said.
    limit: Option<String>,
}

fn limit(text: Option<&str>) -> Result<usize, Failure> {
    match text.map(str::parse::<usize>) {
        None => Ok(40),
        Some(Ok(limit @ 1..=99)) => Ok(limit),
        Some(_) => Err(Failure::invalid("limit must be 1 to 99")),
    }
}

/// The coupons that may be claimed now, what ends first first.
#[utoipa::path(get, path = "/coupons", tag = "store", extensions(("x-needs" = json!("public"))), params(Offers), responses((status = 200, body = Page<OfferedView>)))]
pub async fn coupons(
    State(site): State<Site>,
    who: Principal,
    Query(asked): Query<Offers>,
) -> Result<axum::Json<Page<OfferedView>>, Failure> {
    let limit = limit(asked.limit.as_deref())?;
    let shelf = match asked.shop.as_deref() {
        Some(shop) => Shelf::Of(Issuer::Shop(id(shop)?)),
        None => Shelf::All,
    };
    let read = |text: &str| {
        web_kit::storefront::coupons::after(text)
            .ok_or_else(|| Failure::invalid("after is not of a page before"))
    };
    let after = asked.after.as_deref().map(read).transpose()?;
    let (member, now) = (who.signed(), (site.now)());
    let mut found =
        site.read(move |q| Ok(coupon::offered(q, shelf, member, now, after, limit as i64 + 1)?)).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|o| format!("{}.{}", o.coupon.until.micros(), o.coupon.id));
    let items = found.iter().map(|o| OfferedView { coupon: shown(&site, &o.coupon), mine: o.mine }).collect();
    Ok(axum::Json(Page { items, next }))
}

/// What was claimed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Claimed {
    /// The claim.
    #[schema(value_type = String)]
    claim: Id<Claim>,
}

/// Claims a piece of a coupon.
#[utoipa::path(post, path = "/coupons/{coupon}/claims", tag = "store", extensions(("x-needs" = json!("member"))), responses((status = 201, body = Claimed)))]
pub async fn claim(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(coupon): Path<String>,
) -> Result<Response, Failure> {
    let member = act.who.member()?;
    let of: Id<Coupon> = id(&coupon)?;
    act.json(&site, "store.coupon.claim", coupon::keys(of, member), StatusCode::CREATED, move |tx, ctx| {
        Ok::<_, coupon::Error>(Claimed { claim: coupon::claim(tx, ctx, member, of)? })
    })
    .await
}

/// Which claims.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Mine {
    /// `held`, `spent` or `lost`; all if not said.
    state: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 99; 40 if not said.
    limit: Option<String>,
}

/// A claim of whoever asks.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ClaimView {
    /// Its id.
    #[schema(value_type = String)]
    claim: Id<Claim>,
    /// `held`, `spent` or `lost`.
    state: &'static str,
    /// When it was claimed, RFC 3339.
    claimed_at: String,
    /// What spent it.
    purchase: Option<String>,
    #[serde(flatten)]
    coupon: StoreCoupon,
}

/// The claims of whoever asks, newest first.
#[utoipa::path(get, path = "/claims", tag = "store", extensions(("x-needs" = json!("member"))), params(Mine), responses((status = 200, body = Page<ClaimView>)))]
pub async fn claims(
    State(site): State<Site>,
    who: Principal,
    Query(asked): Query<Mine>,
) -> Result<axum::Json<Page<ClaimView>>, Failure> {
    let member = who.member()?;
    let limit = limit(asked.limit.as_deref())?;
    let state = asked
        .state
        .as_deref()
        .map(|word| Held::parse(word).ok_or_else(|| Failure::invalid("state must be held, spent or lost")))
        .transpose()?;
    let after = asked.after.as_deref().map(id::<Claim>).transpose()?;
    let now = (site.now)();
    let found =
        site.read(move |q| Ok(coupon::claims(q, member, state, now, after, limit as i64 + 1)?)).await?;
    let views = found
        .iter()
        .map(|claim| ClaimView {
            claim: claim.id,
            state: claim.state.as_str(),
            claimed_at: time(&site, claim.claimed_at),
            purchase: claim.purchase.map(|purchase| purchase.to_string()),
            coupon: shown(&site, &claim.coupon),
        })
        .collect();
    Ok(axum::Json(Page::of(views, limit, |view: &ClaimView| view.claim.to_string())))
}
