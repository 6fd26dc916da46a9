//! A shop's delivery methods besides the standard one.

use crate::merchant::coupon::ScopeShape;
use kernel::Currency;
use trade::delivery::{self, DeliveryMethod};
use web_kit::prelude::*;

/// A delivery method.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnDeliveryMethod {
    /// Its code: a quote is asked for with it.
    pub code: String,
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

impl OwnDeliveryMethod {
    fn of(delivery_method: &DeliveryMethod) -> Self {
        Self {
            code: delivery_method.code.to_string(),
            zh: delivery_method.zh.to_string(),
            en: delivery_method.en.to_string(),
            fee: delivery_method.fee,
            free_from: delivery_method.free_from,
            scope: ScopeShape::of(&delivery_method.scope),
            within_hours: delivery_method.within,
        }
    }
}

/// All of a shop's ways besides the standard one, which is always there and costs what the products say.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnDeliveryMethods {
    /// The methods, by their codes.
    pub items: Vec<OwnDeliveryMethod>,
}

impl OwnDeliveryMethods {
    pub(crate) fn of(delivery_methods: &[DeliveryMethod]) -> Self {
        Self { items: delivery_methods.iter().map(OwnDeliveryMethod::of).collect() }
    }
}

/// What a method is to be.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnDeliveryMethodBody {
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

impl OwnDeliveryMethodBody {
    fn read(self, code: String, currency: Currency) -> Result<DeliveryMethod, Failure> {
        Ok(DeliveryMethod {
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

/// A shop's delivery methods besides the standard one.
#[operation(get, "/shops/{shop}/delivery-methods", tag = "own shops", needs = "shop.view")]
pub async fn list(at: ShopContext) -> Answer<OwnDeliveryMethods> {
    let shop = at.shop;
    at.answer(move |q| Ok(OwnDeliveryMethods::of(&delivery::delivery_methods(q, shop)?))).await
}

/// Offers a delivery method, or offers it otherwise. Orders that were placed keep theirs.
#[operation(put, "/shops/{shop}/delivery-methods/{code}", tag = "own shops", needs = "shop.settings")]
pub async fn set(at: ShopContext, code: String, body: OwnDeliveryMethodBody) -> Written<OwnDeliveryMethod> {
    let (shop, delivery_method) = (at.shop, body.read(code, at.site.market.currency)?);
    let most = at.site.services.terms(at.now())?.most_delivery_methods;
    at.write("delivery.set", delivery::keys(shop), move |tx, ctx| {
        flows::delivery::set(tx, ctx, shop, &delivery_method, most)
            .map(|()| OwnDeliveryMethod::of(&delivery_method))
    })
    .await
}

/// Offers a delivery method no more.
#[operation(delete, "/shops/{shop}/delivery-methods/{code}", tag = "own shops", needs = "shop.settings")]
pub async fn remove(at: ShopContext, code: String) -> Written<OwnDeliveryMethods> {
    let shop = at.shop;
    at.write("delivery.remove", delivery::keys(shop), move |tx, ctx| {
        delivery::remove(tx, ctx, shop, &code)
            .map(|delivery_methods| OwnDeliveryMethods::of(&delivery_methods))
    })
    .await
}
