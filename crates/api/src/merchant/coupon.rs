//! A shop's coupons; the platform's are of the same shapes.

use crate::merchant::stock::page_limit;
use crate::merchant::{Amount, time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::id::{Coupon as CouponKey, Product};
use kernel::{Id, Market, Moment};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use trade::coupon::{self, Coupon, Issuer, Kind, NewCoupon, Scope};
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::{Page, id};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::coupon::state;
use web_kit::view::money::shop_of;
use web_kit::view::stock::after;

/// What a coupon takes off. `kind` says which of the amounts count.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// `off`: an amount off goods; `percent`: a share of them; `freight`: an amount off freight.
    #[schema(pattern = "^(off|percent|freight)$")]
    pub kind: String,
    /// From which price of the goods on.
    pub over: Amount,
    /// How much: `off` and `freight`.
    #[serde(default)]
    pub off: Option<Amount>,
    /// Which share, in parts per million: `percent`. 100000 is 10 % off.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1000000)]
    pub ppm: Option<i64>,
    /// At most how much: `percent`.
    #[serde(default)]
    pub most: Option<Amount>,
}

impl Worth {
    fn of(kind: &Kind) -> Self {
        let (over, word) = (kind.over().into(), kind.as_str().to_owned());
        match kind {
            Kind::Off { off, .. } | Kind::Freight { off, .. } => {
                Self { kind: word, over, off: Some((*off).into()), ppm: None, most: None }
            }
            Kind::Percent { ppm, most, .. } => {
                Self { kind: word, over, off: None, ppm: Some(*ppm), most: most.map(Into::into) }
            }
        }
    }

    fn kind(&self, market: &Market) -> Result<Kind, Failure> {
        let over = self.over.money("over", market.currency)?;
        let off = || {
            let off = self.off.as_ref().ok_or_else(|| Failure::invalid("off is needed"))?;
            off.money("off", market.currency)
        };
        match self.kind.as_str() {
            "off" => Ok(Kind::Off { over, off: off()? }),
            "freight" => Ok(Kind::Freight { over, off: off()? }),
            "percent" => {
                let ppm = self.ppm.ok_or_else(|| Failure::invalid("ppm is needed"))?;
                let most = self.most.as_ref().map(|most| most.money("most", market.currency)).transpose()?;
                Ok(Kind::Percent { over, ppm, most })
            }
            other => Err(Failure::invalid(format!(
                "kind must be off, percent or freight, not \"{}\"",
                web_kit::problem::brief(other)
            ))),
        }
    }
}

/// For which goods: all of the issuer's, those of a category, or some products.
#[derive(Debug, Clone, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeShape {
    /// The code of a category.
    #[serde(default)]
    pub category: Option<String>,
    /// Products, 1 to 100.
    #[serde(default)]
    pub products: Vec<String>,
}

impl ScopeShape {
    pub(crate) fn of(scope: &Scope) -> Self {
        match scope {
            Scope::All => Self::default(),
            Scope::Category(code) => Self { category: Some(code.to_string()), products: Vec::new() },
            Scope::Products(some) => {
                Self { category: None, products: some.iter().map(ToString::to_string).collect() }
            }
        }
    }

    pub(crate) fn scope(&self) -> Result<Scope, Failure> {
        match (&self.category, self.products.as_slice()) {
            (None, []) => Ok(Scope::All),
            (Some(code), []) => Ok(Scope::Category(code.as_str().into())),
            (None, some) => {
                Ok(Scope::Products(some.iter().map(|text| id::<Product>(text)).collect::<Result<_, _>>()?))
            }
            (Some(_), _) => Err(Failure::invalid("a scope is a category or some products, not both")),
        }
    }
}

/// A coupon.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CouponView {
    /// Its id.
    pub coupon: String,
    /// The shop that pays for it; null for the platform's.
    pub shop: Option<String>,
    /// What members read.
    pub title: String,
    /// What it takes off.
    pub worth: Worth,
    /// For which goods.
    pub scope: ScopeShape,
    /// How many pieces there are.
    pub total: i64,
    /// How many of them are claimed.
    pub claimed: i64,
    /// How many one member may claim.
    pub each: i64,
    /// From when it may be claimed and spent.
    pub from: String,
    /// Until when.
    pub until: String,
    /// `coming`, `open`, `gone` (no pieces left), `over` or `stopped`.
    pub state: &'static str,
}

impl CouponView {
    pub(crate) fn of(coupon: &Coupon, market: &Market, now: Moment) -> Self {
        Self {
            coupon: coupon.id.to_string(),
            shop: coupon.issuer.shop().map(|shop| shop.to_string()),
            title: coupon.title.to_string(),
            worth: Worth::of(&coupon.kind),
            scope: ScopeShape::of(&coupon.scope),
            total: coupon.total,
            claimed: coupon.claimed,
            each: coupon.each,
            from: time(market, coupon.from),
            until: time(market, coupon.until),
            state: state(coupon, now),
        }
    }
}

/// A new coupon.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CouponBody {
    /// What members read.
    #[schema(min_length = 1, max_length = 40)]
    title: String,
    /// What it takes off.
    worth: Worth,
    /// How many pieces there are.
    #[schema(minimum = 1, maximum = 1000000000)]
    total: i64,
    /// How many one member may claim.
    #[schema(minimum = 1, maximum = 100)]
    each: i64,
    /// From when: RFC 3339 or a date.
    from: String,
    /// Until when: RFC 3339, or a date, which means its end.
    until: String,
    /// For which goods; all if not said.
    #[serde(default)]
    scope: ScopeShape,
}

impl CouponBody {
    pub(crate) fn read(&self, issuer: Issuer, market: &Market) -> Result<NewCoupon, Failure> {
        // A date alone means its beginning here, and its end there.
        let from = match self.from.parse::<kernel::Date>() {
            Ok(_) => {
                let date = web_kit::input::date("from", &self.from)?;
                Moment::day_start(date, &market.zone).ok_or_else(|| Failure::invalid("from: no such day"))?
            }
            Err(_) => crate::moment(&self.from, market)?,
        };
        Ok(NewCoupon {
            issuer,
            title: self.title.as_str().into(),
            kind: self.worth.kind(market)?,
            total: self.total,
            each: self.each,
            from,
            until: crate::moment(&self.until, market)?,
            scope: self.scope.scope()?,
        })
    }
}

/// Which page.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CouponQuery {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 99; 50 if not said.
    limit: Option<String>,
}

pub async fn page(
    site: &Site,
    issuer: Issuer,
    query: &CouponQuery,
) -> Result<axum::Json<Page<CouponView>>, Failure> {
    let limit = page_limit(query.limit.as_deref(), 50, 99)?;
    let last: Option<Id<CouponKey>> = after(query.after.as_deref())?;
    let now = (site.now)();
    let found = site.read(move |q| Ok(coupon::of_issuer(q, issuer, last, limit as i64 + 1)?)).await?;
    let views = found.iter().map(|coupon| CouponView::of(coupon, &site.market, now)).collect();
    Ok(axum::Json(Page::of(views, limit, |view: &CouponView| view.coupon.clone())))
}

pub async fn made(
    site: &Site,
    act: &IdempotentRequest,
    issuer: Issuer,
    body: &CouponBody,
) -> Result<Response, Failure> {
    let new = body.read(issuer, &site.market)?;
    let market = site.market.clone();
    act.json(site, "coupon.create", Keys::none(), StatusCode::CREATED, move |tx, ctx| {
        coupon::create(tx, ctx, &new).map(|coupon| CouponView::of(&coupon, &market, ctx.now))
    })
    .await
}

pub async fn stopped(
    site: &Site,
    act: &IdempotentRequest,
    issuer: Issuer,
    id: Id<CouponKey>,
) -> Result<Response, Failure> {
    let market = site.market.clone();
    act.json(site, "coupon.stop", Keys::none(), StatusCode::OK, move |tx, ctx| {
        coupon::stop(tx, ctx, issuer, id).map(|coupon| CouponView::of(&coupon, &market, ctx.now))
    })
    .await
}

/// A shop's coupons, newest first.
#[utoipa::path(get, path = "/shops/{shop}/coupons", tag = "coupons", params(CouponQuery),
    responses((status = 200, body = Page<CouponView>)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
    Query(query): Query<CouponQuery>,
) -> Result<axum::Json<Page<CouponView>>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopGoods)?;
    page(&site, Issuer::Shop(shop), &query).await
}

/// Offers a coupon of the shop.
#[utoipa::path(post, path = "/shops/{shop}/coupons", tag = "coupons",
    request_body = CouponBody, responses((status = 201, body = CouponView)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn create(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Json(body): Json<CouponBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    made(&site, &act, Issuer::Shop(shop), &body).await
}

/// Offers a coupon no more. Those in members' hands stay good.
#[utoipa::path(post, path = "/shops/{shop}/coupons/{coupon}/stop", tag = "coupons",
    responses((status = 200, body = CouponView)), extensions(("x-needs" = json!("shop.goods"))))]
pub async fn stop(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, coupon)): Path<(String, Id<CouponKey>)>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopGoods)?;
    stopped(&site, &act, Issuer::Shop(shop), coupon).await
}
