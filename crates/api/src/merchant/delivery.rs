//! A shop's ways of delivery besides the standard one.

use crate::merchant::coupon::ScopeShape;
use kernel::Currency;
use trade::delivery::{self, Way};
use web_kit::prelude::*;

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
    pub fee: Money,
    /// From which price of the shop's goods on, before coupons, that is spared.
    pub free_from: Option<Money>,
    /// For which goods.
    pub scope: ScopeShape,
    /// Within how many hours of the purchase it brings them.
    pub within_hours: Option<i64>,
}

impl OwnWay {
    fn of(way: &Way) -> Self {
        Self {
            way: way.code.to_string(),
            zh: way.zh.to_string(),
            en: way.en.to_string(),
            fee: way.fee,
            free_from: way.free_from,
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

impl OwnWays {
    pub(crate) fn of(ways: &[Way]) -> Self {
        Self { items: ways.iter().map(OwnWay::of).collect() }
    }
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
    fee: Money,
    /// From which price of the shop's goods on, before coupons, that is spared.
    #[serde(default)]
    free_from: Option<Money>,
    /// For which goods; all if not said.
    #[serde(default)]
    scope: ScopeShape,
    /// Within how many hours of the purchase it brings them, if it promises that.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 720)]
    within_hours: Option<i64>,
}

impl OwnWayBody {
    fn read(self, code: String, currency: Currency) -> Result<Way, Failure> {
        Ok(Way {
            code: code.into(),
            zh: self.zh.into(),
            en: self.en.into(),
            fee: input::money("fee", self.fee, currency)?,
            free_from: self.free_from.map(|from| input::money("free_from", from, currency)).transpose()?,
            scope: self.scope.scope()?,
            within: self.within_hours,
        })
    }
}

/// A shop's ways of delivery besides the standard one.
#[operation(get, "/shops/{shop}/ways", tag = "own shops", needs = "shop.view")]
pub async fn list(at: ShopContext) -> Answer<OwnWays> {
    let shop = at.shop;
    at.answer(move |q| Ok(OwnWays::of(&delivery::ways(q, shop)?))).await
}

/// Offers a way of delivery, or offers it otherwise. Orders that were placed keep theirs.
#[operation(put, "/shops/{shop}/ways/{way}", tag = "own shops", needs = "shop.settings")]
pub async fn set(at: ShopContext, way: String, body: OwnWayBody) -> Written<OwnWay> {
    let (shop, way) = (at.shop, body.read(way, at.site.market.currency)?);
    let most = at.site.services.terms(at.now())?.most_ways;
    at.write("delivery.set", delivery::keys(shop), move |tx, ctx| {
        delivery::set(tx, ctx, shop, &way, most).map(|()| OwnWay::of(&way))
    })
    .await
}

/// Offers a way of delivery no more.
#[operation(delete, "/shops/{shop}/ways/{way}", tag = "own shops", needs = "shop.settings")]
pub async fn remove(at: ShopContext, way: String) -> Written<OwnWays> {
    let shop = at.shop;
    at.write("delivery.remove", delivery::keys(shop), move |tx, ctx| {
        delivery::remove(tx, ctx, shop, &way).map(|ways| OwnWays::of(&ways))
    })
    .await
}
