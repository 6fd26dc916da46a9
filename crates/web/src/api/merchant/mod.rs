//! `/api/merchant`: a shop's products, stock, orders, coupons and settings, for its staff and for programs with its keys.
//!
//! Invariants: every operation asks `Who::need_in` for the shop of its address before it reads anything; another shop's
//! product, edit, order, warehouse, SKU or coupon is not found under this shop's address; every write goes through `Act`.

pub mod content;
pub mod coupon;
pub mod delivery;
pub mod order;
pub mod product;
pub mod shop;
pub mod stock;

use crate::Site;
use crate::problem::Failure;
use crate::who::Who;
use kernel::id::Shop;
use kernel::{Currency, Id, Market, Moment, Money};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations.
pub(crate) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(shop::mine))
        .routes(routes!(shop::get, shop::change))
        .routes(routes!(shop::today))
        .routes(routes!(product::categories))
        .routes(routes!(product::attributes))
        .routes(routes!(product::list, product::propose))
        .routes(routes!(product::get))
        .routes(routes!(product::revise))
        .routes(routes!(product::put_on))
        .routes(routes!(product::take_off))
        .routes(routes!(product::versions))
        .routes(routes!(product::roll_back))
        .routes(routes!(product::set_price))
        .routes(routes!(product::edits))
        .routes(routes!(product::edit, product::change))
        .routes(routes!(product::submit))
        .routes(routes!(product::withdraw))
        .routes(routes!(product::upload))
        .routes(routes!(stock::list))
        .routes(routes!(stock::get, stock::keep))
        .routes(routes!(stock::movements))
        .routes(routes!(stock::receive))
        .routes(routes!(stock::count))
        .routes(routes!(stock::adjust))
        .routes(routes!(stock::kit))
        .routes(routes!(stock::warehouses, stock::open))
        .routes(routes!(stock::rename))
        .routes(routes!(order::list))
        .routes(routes!(order::get))
        .routes(routes!(order::ship))
        .routes(routes!(order::ship_many))
        .routes(routes!(order::notes, order::note))
        .routes(routes!(order::reveal))
        .routes(routes!(coupon::list, coupon::create))
        .routes(routes!(coupon::stop))
        .routes(routes!(delivery::list))
        .routes(routes!(delivery::set, delivery::remove))
}

/// The shop of an address, for whoever may do this there.
pub(crate) fn shop_of(who: &Who, text: &str, permission: Permission) -> Result<Id<Shop>, Failure> {
    let shop = super::id::<Shop>(text)?;
    who.need_in(shop, permission)?;
    Ok(shop)
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
pub(crate) fn time(market: &Market, at: Moment) -> String {
    at.rfc3339(&market.zone)
}
