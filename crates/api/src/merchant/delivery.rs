//! A shop's ways of delivery besides the standard one.

use crate::merchant::Amount;
use crate::merchant::coupon::ScopeShape;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Market;
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use trade::delivery::{self, Way};
use web_kit::idempotency::IdempotentRequest;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path};
use web_kit::site::Site;
use web_kit::view::money::shop_of;

/// A way of delivery.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnWay {
    /// Its word: a quote is asked for with it.
    pub way: String,
    /// What it is called in Chinese.
    pub zh: String,
    /// What it is called in English.
    pub en: String,
    /// What it costs on top of the freight.
    pub fee: Amount,
    /// From which price of the shop's goods on, before coupons, that is spared.
    pub free_from: Option<Amount>,
    /// For which goods.
    pub scope: ScopeShape,
    /// Within how many hours of the purchase it brings them.
    pub within_hours: Option<i64>,
}

impl OwnWays {
    pub(crate) fn of(ways: &[Way]) -> Self {
        Self { items: ways.iter().map(OwnWay::of).collect() }
    }
}

impl OwnWay {
    fn of(way: &Way) -> Self {
        Self {
            way: way.code.to_string(),
            zh: way.zh.to_string(),
            en: way.en.to_string(),
            fee: way.fee.into(),
            free_from: way.free_from.map(Into::into),
            scope: ScopeShape::of(&way.scope),
            within_hours: way.within,
        }
    }
}

/// All of a shop's ways besides the standard one, which is always there and costs what the products say.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnWays {
    /// The ways, by their words.
    pub items: Vec<OwnWay>,
}

/// What a way is to be.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnWayBody {
    /// What it is called in Chinese.
    #[schema(min_length = 1, max_length = 40)]
    zh: String,
    /// What it is called in English.
    #[schema(min_length = 1, max_length = 40)]
    en: String,
    /// What it costs on top of the freight.
    fee: Amount,
    /// From which price of the shop's goods on, before coupons, that is spared.
    #[serde(default)]
    free_from: Option<Amount>,
    /// For which goods; all if not said.
    #[serde(default)]
    scope: ScopeShape,
    /// Within how many hours of the purchase it brings them, if it promises that.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 720)]
    within_hours: Option<i64>,
}

impl OwnWayBody {
    fn read(&self, code: &str, market: &Market) -> Result<Way, Failure> {
        let free_from = self.free_from.as_ref().map(|from| from.money("free_from", market.currency));
        Ok(Way {
            code: code.into(),
            zh: self.zh.as_str().into(),
            en: self.en.as_str().into(),
            fee: self.fee.money("fee", market.currency)?,
            free_from: free_from.transpose()?,
            scope: self.scope.scope()?,
            within: self.within_hours,
        })
    }
}

/// A shop's ways of delivery besides the standard one.
#[utoipa::path(get, path = "/shops/{shop}/ways", tag = "own shops",
    responses((status = 200, body = OwnWays)), extensions(("x-needs" = json!("shop.view"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
) -> Result<axum::Json<OwnWays>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopView)?;
    let ways = site.read(move |q| Ok(delivery::ways(q, shop)?)).await?;
    Ok(axum::Json(OwnWays::of(&ways)))
}

/// Offers a way of delivery, or offers it otherwise. Orders that were placed keep theirs.
#[utoipa::path(put, path = "/shops/{shop}/ways/{way}", tag = "own shops",
    request_body = OwnWayBody, responses((status = 200, body = OwnWay)), extensions(("x-needs" = json!("shop.settings"))))]
pub async fn set(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, code)): Path<(String, String)>,
    Json(body): Json<OwnWayBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopSettings)?;
    let way = body.read(&code, &site.market)?;
    let most = site.services.terms((site.now)())?.most_ways;
    act.json(&site, "delivery.set", delivery::keys(shop), StatusCode::OK, move |tx, ctx| {
        delivery::set(tx, ctx, shop, &way, most).map(|()| OwnWay::of(&way))
    })
    .await
}

/// Offers a way of delivery no more.
#[utoipa::path(delete, path = "/shops/{shop}/ways/{way}", tag = "own shops",
    responses((status = 200, body = OwnWays)), extensions(("x-needs" = json!("shop.settings"))))]
pub async fn remove(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path((shop, code)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopSettings)?;
    act.json(&site, "delivery.remove", delivery::keys(shop), StatusCode::OK, move |tx, ctx| {
        delivery::remove(tx, ctx, shop, &code).map(|ways| OwnWays::of(&ways))
    })
    .await
}
