//! `/api/merchant`: a shop's products, stock, orders, coupons and settings, for its staff and for programs with its keys.
//!
//! Invariants: every operation stands on the [`web_kit::context`] of its shop, which the gate has asked for; another shop's
//! product, edit, order, warehouse, SKU or coupon is not found under this shop's address; every write happens once.

pub(crate) mod campaign;
pub(crate) mod content;
pub(crate) mod coupon;
pub(crate) mod delivery;
pub(crate) mod digital;
pub(crate) mod gate;
pub(crate) mod holiday;
pub(crate) mod order;
pub(crate) mod product;
pub(crate) mod sheet;
pub(crate) mod shop;
pub(crate) mod stock;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web_kit::site::Site;

/// The operations.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(shop::mine))
        .routes(routes!(shop::get, shop::change))
        .routes(routes!(shop::today))
        .routes(routes!(gate::list))
        .routes(routes!(holiday::get, holiday::set, holiday::end))
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
        .routes(routes!(sheet::export, sheet::import))
        .routes(routes!(stock::list))
        .routes(routes!(stock::get, stock::keep))
        .routes(routes!(stock::movements))
        .routes(routes!(stock::receive))
        .routes(routes!(stock::count))
        .routes(routes!(stock::adjust))
        .routes(routes!(stock::kit))
        .routes(routes!(stock::warehouses, stock::open))
        .routes(routes!(stock::rename))
        .routes(routes!(stock::limits))
        .routes(routes!(campaign::list, campaign::open))
        .routes(routes!(campaign::get))
        .routes(routes!(campaign::move_units))
        .routes(routes!(campaign::end))
        .routes(routes!(digital::get))
        .routes(routes!(digital::add))
        .routes(routes!(digital::withdraw))
        .routes(routes!(digital::file))
        .routes(routes!(order::list))
        .routes(routes!(order::get))
        .routes(routes!(order::ship))
        .routes(routes!(order::correct))
        .routes(routes!(order::cancel))
        .routes(routes!(order::cancel_line))
        .routes(routes!(order::ship_many))
        .routes(routes!(order::notes, order::note))
        .routes(routes!(order::reveal))
        .routes(routes!(coupon::list, coupon::create))
        .routes(routes!(coupon::stop))
        .routes(routes!(delivery::list))
        .routes(routes!(delivery::set, delivery::remove))
}
