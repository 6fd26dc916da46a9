//! `/api/merchant`: a shop's products, stock, orders, coupons and settings, for its staff and for programs with its keys.
//!
//! Invariants: every operation asks `Principal::need_in` for the shop of its address before it reads anything; another shop's
//! product, edit, order, warehouse, SKU or coupon is not found under this shop's address; every write goes through `IdempotentRequest`.

pub(crate) mod content;
pub(crate) mod coupon;
pub(crate) mod delivery;
pub(crate) mod gate;
pub(crate) mod holiday;
pub(crate) mod order;
pub(crate) mod product;
pub(crate) mod shop;
pub(crate) mod stock;

use kernel::{Currency, Market, Moment, Money};
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web_kit::problem::Failure;
use web_kit::site::Site;

/// The operations.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(crate::merchant::shop::mine))
        .routes(routes!(crate::merchant::shop::get, crate::merchant::shop::change))
        .routes(routes!(crate::merchant::shop::today))
        .routes(routes!(crate::merchant::gate::list))
        .routes(routes!(
            crate::merchant::holiday::get,
            crate::merchant::holiday::set,
            crate::merchant::holiday::end
        ))
        .routes(routes!(crate::merchant::product::categories))
        .routes(routes!(crate::merchant::product::attributes))
        .routes(routes!(crate::merchant::product::list, crate::merchant::product::propose))
        .routes(routes!(crate::merchant::product::get))
        .routes(routes!(crate::merchant::product::revise))
        .routes(routes!(crate::merchant::product::put_on))
        .routes(routes!(crate::merchant::product::take_off))
        .routes(routes!(crate::merchant::product::versions))
        .routes(routes!(crate::merchant::product::roll_back))
        .routes(routes!(crate::merchant::product::set_price))
        .routes(routes!(crate::merchant::product::edits))
        .routes(routes!(crate::merchant::product::edit, crate::merchant::product::change))
        .routes(routes!(crate::merchant::product::submit))
        .routes(routes!(crate::merchant::product::withdraw))
        .routes(routes!(crate::merchant::product::upload))
        .routes(routes!(crate::merchant::stock::list))
        .routes(routes!(crate::merchant::stock::get, crate::merchant::stock::keep))
        .routes(routes!(crate::merchant::stock::movements))
        .routes(routes!(crate::merchant::stock::receive))
        .routes(routes!(crate::merchant::stock::count))
        .routes(routes!(crate::merchant::stock::adjust))
        .routes(routes!(crate::merchant::stock::kit))
        .routes(routes!(crate::merchant::stock::warehouses, crate::merchant::stock::open))
        .routes(routes!(crate::merchant::stock::rename))
        .routes(routes!(crate::merchant::order::list))
        .routes(routes!(crate::merchant::order::get))
        .routes(routes!(crate::merchant::order::ship))
        .routes(routes!(crate::merchant::order::ship_many))
        .routes(routes!(crate::merchant::order::notes, crate::merchant::order::note))
        .routes(routes!(crate::merchant::order::reveal))
        .routes(routes!(crate::merchant::coupon::list, crate::merchant::coupon::create))
        .routes(routes!(crate::merchant::coupon::stop))
        .routes(routes!(crate::merchant::delivery::list))
        .routes(routes!(crate::merchant::delivery::set, crate::merchant::delivery::remove))
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$")]
    pub currency: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { minor: money.minor, currency: money.currency.code().to_owned() }
    }
}

impl Amount {
    /// The amount, in the market's currency.
    pub(crate) fn money(&self, name: &str, currency: Currency) -> Result<Money, Failure> {
        if self.currency == currency.code() {
            return Ok(Money::new(self.minor, currency));
        }
        Err(Failure::invalid(format!("{name} must be in {currency}, the currency of this market"))
            .zh(format!("{name} 要用本市场的货币 {currency}。")))
    }
}

/// A moment as answers have it.
pub fn time(market: &Market, at: Moment) -> String {
    at.rfc3339(&market.zone)
}
