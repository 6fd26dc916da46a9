//! The shops somebody works in, and what one of them is.

use crate::merchant::{Amount, time};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Market, Money};
use people::merchant::{self, ChangeShop, Industry, Kind, ShopView};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use web_kit::idempotency::IdempotentRequest;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path};
use web_kit::site::Site;
use web_kit::view::money::shop_of;
use web_kit::view::shop::{shops, today_of};

/// A shop.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnShop {
    /// Its id.
    pub shop: String,
    /// Its public name.
    pub name: String,
    /// What it mainly sells.
    pub industry: Option<&'static str>,
    /// Who stands behind it.
    pub kind: Option<&'static str>,
    /// `open`, `suspended` or `closed`.
    pub status: &'static str,
    /// Since when it is here.
    pub opened_at: String,
    /// Send it back with a change.
    pub version: i64,
}

impl OwnShop {
    fn of(shop: &ShopView, market: &Market) -> Self {
        Self {
            shop: shop.id.to_string(),
            name: shop.name.to_string(),
            industry: shop.industry.map(Industry::as_str),
            kind: shop.kind.map(Kind::as_str),
            status: shop.status.as_str(),
            opened_at: time(market, shop.opened_at),
            version: shop.version,
        }
    }
}

/// The shops that whoever asks has a seat in.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnShops {
    /// The shops.
    pub items: Vec<OwnShop>,
}

/// The shops you work in.
#[utoipa::path(get, path = "/shops", tag = "own shops", responses((status = 200, body = OwnShops)), extensions(("x-needs" = json!("member"))))]
pub async fn mine(State(site): State<Site>, who: Principal) -> Result<axum::Json<OwnShops>, Failure> {
    who.member()?;
    let shops = shops(&site, &who).await?;
    Ok(axum::Json(OwnShops { items: shops.iter().map(|shop| OwnShop::of(shop, &site.market)).collect() }))
}

/// One of them.
#[utoipa::path(get, path = "/shops/{shop}", tag = "own shops",
    responses((status = 200, body = OwnShop)), extensions(("x-needs" = json!("shop.view"))))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
) -> Result<axum::Json<OwnShop>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopView)?;
    let view = site.read(move |q| Ok(merchant::shop(q, shop)?)).await?;
    Ok(axum::Json(OwnShop::of(&view, &site.market)))
}

/// What a shop is to be called, and what it is.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShopBody {
    /// Its public name.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// `fashion`, `beauty`, `food`, `fresh`, `digital`, `home`, `baby` or `sports`.
    #[serde(default)]
    industry: Option<String>,
    /// `company`, `flagship` or `person`.
    #[serde(default)]
    kind: Option<String>,
    /// The version that the writer saw.
    version: i64,
}

pub fn industry(text: Option<&str>) -> Result<Option<Industry>, Failure> {
    let read = |text| Industry::parse(text).ok_or_else(|| Failure::invalid("industry: there is no such one"));
    text.filter(|text| !text.is_empty()).map(read).transpose()
}

/// Changes what a shop is called and what it is.
#[utoipa::path(put, path = "/shops/{shop}", tag = "own shops",
    request_body = ShopBody, responses((status = 200, body = OwnShop)), extensions(("x-needs" = json!("shop.settings"))))]
pub async fn change(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Json(body): Json<ShopBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopSettings)?;
    let kind = |text: &str| Kind::parse(text).ok_or_else(|| Failure::invalid("kind: there is no such one"));
    let change = ChangeShop {
        name: body.name.as_str().into(),
        industry: industry(body.industry.as_deref())?,
        kind: body.kind.as_deref().map(kind).transpose()?,
        version: body.version,
    };
    let market = site.market.clone();
    act.json(&site, "shop.change", Keys::of([merchant::key(shop)]), StatusCode::OK, move |tx, ctx| {
        merchant::change_shop(tx, ctx, shop, &change).map(|shop| OwnShop::of(&shop, &market))
    })
    .await
}

/// Orders to be shipped by about the same time.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DueView {
    /// By when the first of them.
    pub by: String,
    /// How many.
    pub orders: i64,
    /// What their buyers paid.
    pub total: Amount,
}

/// A shop's day.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TodayView {
    /// What to ship, by the hour.
    pub due: Vec<DueView>,
    /// How many orders are paid and not shipped.
    pub to_ship: i64,
    /// How many are on their way.
    pub on_the_way: i64,
    /// What buyers paid for both.
    pub in_escrow: Amount,
    /// What the shop has to get.
    pub payable: Amount,
    /// SKUs whose stock is low: at most 12.
    pub low: Vec<web_kit::view::stock::StockRow>,
}

/// What to ship by when, where the money stands, and what is running out.
#[utoipa::path(get, path = "/shops/{shop}/today", tag = "own shops",
    responses((status = 200, body = TodayView)), extensions(("x-needs" = json!("shop.view"))))]
pub async fn today(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
) -> Result<axum::Json<TodayView>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopView)?;
    let (market, now) = (site.market.clone(), (site.now)());
    let today = site.read(move |q| today_of(q, &market, now, shop)).await?;
    let orders =
        |shipped: bool| today.standing.iter().filter(|s| s.shipped == shipped).map(|s| s.orders).sum::<i64>();
    let held: i64 = today.standing.iter().map(|s| s.total.minor).sum();
    Ok(axum::Json(TodayView {
        due: today
            .due
            .iter()
            .map(|due| DueView {
                by: time(&site.market, due.by),
                orders: due.orders,
                total: due.total.into(),
            })
            .collect(),
        to_ship: orders(false),
        on_the_way: orders(true),
        in_escrow: Money::new(held, site.market.currency).into(),
        payable: today.payable.into(),
        low: today.low,
    }))
}
