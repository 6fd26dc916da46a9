//! The cart, and coupons.

use flows::buy::Error as BuyError;
use flows::view;
use kernel::id::{Coupon, Sku};
use offer::catalog;
use trade::cart;
use trade::coupon::{self, Issuer, Kind, Scope, Shelf, State as Held};
use web_kit::input::id;
use web_kit::prelude::*;
use web_kit::storefront::{coupons, via};

/// A line of a cart.
#[derive(Serialize, utoipa::ToSchema)]
pub struct CartLineView {
    /// Which variant.
    sku: String,
    /// Of which product.
    product: String,
    /// Whose.
    shop: String,
    /// How many.
    quantity: i64,
    /// The product's title.
    title: Option<Box<str>>,
    /// The values it chooses.
    variant: Option<Box<str>>,
    /// The key of its picture.
    media: Option<Box<str>>,
    /// What one costs now.
    price: Option<Money>,
    /// The struck price: the lowest of the days before the present price began, if that was higher. The days are the market's.
    struck: Option<Money>,
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
    total: Option<Money>,
    /// What coupons would take off.
    saved: Option<Money>,
}

/// The cart of whoever asks, with what stands against each line.
#[operation(get, "/cart", tag = "store", needs = "member")]
pub async fn get(at: MemberContext) -> Answer<CartView> {
    let (member, services, now) = (at.member, at.site.services.clone(), at.now());
    at.answer(move |q| {
        let cart = view::cart(q, &services, now, member, None)?;
        let mut lines = Vec::new();
        for shop in &cart.shops {
            lines.extend(shop.lines.iter().map(|line| {
                let offer = line.offer.as_ref();
                CartLineView {
                    sku: line.wanted.sku.to_string(),
                    product: line.product.to_string(),
                    shop: shop.shop.to_string(),
                    quantity: line.wanted.quantity,
                    title: offer.map(|offer| offer.title.clone()),
                    variant: offer.map(|offer| offer.variant.clone()),
                    media: offer.and_then(|offer| offer.media.clone()),
                    price: offer.map(|offer| offer.price),
                    struck: offer.and_then(|offer| offer.struck),
                    left: line.left,
                    trouble: line.trouble.map(view::Trouble::as_str),
                    scene: line.wanted.via.scene.as_str(),
                }
            }));
        }
        let priced = cart.priced.as_ref().map(|ready| &ready.priced);
        let (total, saved) = (priced.map(|priced| priced.total), priced.map(trade::price::Priced::saved));
        Ok(CartView { lines, total, saved })
    })
    .await
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
    sku: String,
    /// How many of it lie in the cart.
    quantity: i64,
}

/// Puts a variant in; one that is there already adds up.
#[operation(post, "/cart/lines", tag = "store", needs = "member")]
pub async fn add(at: MemberContext, body: AddBody) -> Written<Quantity> {
    let (member, now) = (at.member, at.now());
    let sku: Id<Sku> = id(&body.sku)?;
    let most = at.site.services.terms(now)?.cart();
    let offer = at.site.read_apart(move |q| Ok(catalog::offer(q, sku)?)).await?;
    let offer = offer.filter(|offer| offer.on_sale).ok_or_else(|| BuyError::NotOnSale(vec![sku]))?;
    let via = via::of_program(&at.site, now, offer.product, body.via.as_deref())?;
    let (product, shop, quantity) = (offer.product, offer.shop, body.quantity.unwrap_or(1));
    let add = cart::Add { sku, product, shop, quantity, via };
    at.write("store.cart.add", cart::keys(member), move |tx, ctx| {
        let quantity = cart::add(tx, ctx, member, &add, most)?;
        Ok::<_, cart::Error>(Quantity { sku: sku.to_string(), quantity })
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
#[operation(put, "/cart/lines/{sku}", tag = "store", needs = "member")]
pub async fn set(at: MemberContext, sku: Id<Sku>, body: SetBody) -> Written<Quantity> {
    let (member, quantity) = (at.member, body.quantity);
    let most = at.site.services.terms(at.now())?.cart();
    at.write("store.cart.set", cart::keys(member), move |tx, _| {
        cart::set(tx, member, sku, quantity, most)?;
        Ok::<_, cart::Error>(Quantity { sku: sku.to_string(), quantity })
    })
    .await
}

/// Takes a variant out; one that is not in is out.
#[operation(delete, "/cart/lines/{sku}", tag = "store", needs = "member")]
pub async fn remove(at: MemberContext, sku: Id<Sku>) -> Done {
    let member = at.member;
    at.write("store.cart.remove", cart::keys(member), move |tx, _| cart::remove(tx, member, sku).map(drop))
        .await
}

/// A coupon.
#[derive(Serialize, utoipa::ToSchema)]
pub struct StoreCoupon {
    /// Which.
    coupon: String,
    /// The shop that offers it; null: the platform.
    shop: Option<String>,
    /// What members read.
    title: Box<str>,
    /// `off`, `percent`, `freight` or `deal`.
    kind: &'static str,
    /// From which price of the goods in its scope on.
    over: Money,
    /// How much it takes off, if it is an amount.
    off: Option<Money>,
    /// Which share it takes off in parts per million, if it is a share; of a deal, off the units that cost less.
    ppm: Option<i64>,
    /// The most that a share or a deal takes off.
    most: Option<Money>,
    /// Of a deal: how many units cost what they cost ...
    buy: Option<i64>,
    /// ... and how many of the cheapest then cost less.
    get: Option<i64>,
    /// Whether it goes with no other coupon.
    exclusive: bool,
    /// For whom it is: `new` (who has paid for nothing yet, of the shop or at all), `regular` (who bought enough) or `followers`
    /// (of the shop); null: everybody.
    segment: Option<&'static str>,
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
        Kind::Percent { ppm, most, .. } | Kind::Deal { ppm, most, .. } => (None, Some(*ppm), *most),
    };
    let (buy, get) = match &coupon.kind {
        Kind::Deal { buy, get, .. } => (Some(*buy), Some(*get)),
        _ => (None, None),
    };
    let (category, products) = match &coupon.scope {
        Scope::All => (None, Vec::new()),
        Scope::Category(code) => (Some(code.clone()), Vec::new()),
        Scope::Products(some) => (None, some.iter().map(Id::to_string).collect()),
    };
    StoreCoupon {
        coupon: coupon.id.to_string(),
        shop: coupon.issuer.shop().map(|shop| shop.to_string()),
        title: coupon.title.clone(),
        kind: coupon.kind.as_str(),
        over: coupon.kind.over(),
        off,
        ppm,
        most,
        buy,
        get,
        exclusive: coupon.exclusive,
        segment: coupon.segment.map(coupon::Segment::as_str),
        category,
        products,
        left: coupon.left(),
        each: coupon.each,
        from: site.time(coupon.from),
        until: site.time(coupon.until),
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

/// The coupons that may be claimed now, what ends first first.
#[operation(get, "/coupons", tag = "store", needs = "public")]
pub async fn coupons(at: Context, query: Offers) -> Answer<ListPage<OfferedView>> {
    let limit = input::limit(query.limit.as_deref(), 40, 99)?;
    let shelf = match query.shop.as_deref() {
        Some(shop) => Shelf::Of(Issuer::Shop(id(shop)?)),
        None => Shelf::All,
    };
    let read =
        |text: &str| coupons::after(text).ok_or_else(|| Failure::invalid("after is not of a page before"));
    let after = query.after.as_deref().map(read).transpose()?;
    let (member, now) = (at.act.who.signed(), at.now());
    let find = move |q: &mut Read<'_>, most| coupon::offered(q, shelf, member, now, after, most);
    let key = |one: &coupon::Offered| format!("{}.{}", one.coupon.until.micros(), one.coupon.id);
    let view = |one: coupon::Offered| OfferedView { coupon: shown(&at.site, &one.coupon), mine: one.mine };
    at.page(limit, find, key, view).await
}

/// What was claimed.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Claimed {
    /// The claim.
    claim: String,
}

/// Claims a piece of a coupon.
#[operation(post, "/coupons/{coupon}/claims", tag = "store", needs = "member")]
pub async fn claim(at: MemberContext, coupon: Id<Coupon>) -> Created<Claimed> {
    let member = at.member;
    at.write("store.coupon.claim", coupon::keys(coupon, member), move |tx, ctx| {
        let claim = flows::coupon::claim(tx, ctx, member, coupon, None)?;
        Ok::<_, flows::coupon::Error>(Claimed { claim: claim.to_string() })
    })
    .await
}

/// What was typed to claim a coupon.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    /// The code, in capitals or not.
    code: String,
}

/// Claims a piece of the coupon of a code.
#[operation(post, "/coupons/by-code/claims", tag = "store", needs = "member")]
pub async fn claim_by_code(at: MemberContext, body: CodeBody) -> Created<Claimed> {
    let (member, code) = (at.member, body.code);
    let typed = code.clone();
    let found = at.site.read_apart(move |q| Ok(coupon::of_code(q, &typed)?)).await?;
    at.write("store.coupon.code", coupon::keys(found, member), move |tx, ctx| {
        let claim = flows::coupon::claim(tx, ctx, member, found, Some(&code))?;
        Ok::<_, flows::coupon::Error>(Claimed { claim: claim.to_string() })
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
    claim: String,
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
#[operation(get, "/claims", tag = "store", needs = "member")]
pub async fn claims(at: MemberContext, query: Mine) -> Answer<ListPage<ClaimView>> {
    let (member, now) = (at.member, at.now());
    let limit = input::limit(query.limit.as_deref(), 40, 99)?;
    let held = |word| Held::parse(word).ok_or_else(|| Failure::invalid("state must be held, spent or lost"));
    let state = query.state.as_deref().map(held).transpose()?;
    let after = query.after.as_deref().map(id).transpose()?;
    let find = move |q: &mut Read<'_>, most| coupon::claims(q, member, state, now, after, most);
    let view = |claim: coupon::ClaimView| ClaimView {
        claim: claim.id.to_string(),
        state: claim.state.as_str(),
        claimed_at: at.time(claim.claimed_at),
        purchase: claim.purchase.map(|purchase| purchase.to_string()),
        coupon: shown(&at.site, &claim.coupon),
    };
    at.page(limit, find, |claim| claim.id.to_string(), view).await
}
