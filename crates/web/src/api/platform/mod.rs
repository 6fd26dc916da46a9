//! `/api/platform`: categories and brands, the review of products, the orders of all shops, the mall's slots, the platform's
//! coupons, bank transfers, and the checks of money and stock.
//!
//! Invariants: every operation asks `Who::need` before it reads anything; every write goes through `Act`.

pub mod catalog;
pub mod check;
pub mod coupon;
pub mod order;
pub mod review;
mod risk;
pub mod slot;
pub mod transfer;

use crate::Site;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations.
pub(crate) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(catalog::categories, catalog::add_category))
        .routes(routes!(catalog::change_category))
        .routes(routes!(catalog::attributes, catalog::add_attribute))
        .routes(routes!(catalog::change_attribute))
        .routes(routes!(catalog::brands, catalog::add_brand))
        .routes(routes!(catalog::change_brand))
        .routes(routes!(review::queue))
        .routes(routes!(review::get))
        .routes(routes!(review::approve))
        .routes(routes!(review::reject))
        .routes(routes!(review::ban))
        .routes(routes!(review::lift))
        .routes(routes!(order::list))
        .routes(routes!(risk::get))
        .routes(routes!(risk::clear))
        .routes(routes!(risk::refuse))
        .routes(routes!(order::notes, order::note))
        .routes(routes!(order::reveal))
        .routes(routes!(slot::list, slot::add))
        .routes(routes!(slot::change, slot::remove))
        .routes(routes!(slot::upload))
        .routes(routes!(coupon::list, coupon::create))
        .routes(routes!(coupon::stop))
        .routes(routes!(transfer::awaited))
        .routes(routes!(transfer::lines, transfer::incoming))
        .routes(routes!(transfer::refunds))
        .routes(routes!(transfer::sent))
        .routes(routes!(check::ledger))
        .routes(routes!(check::last, check::run))
}
