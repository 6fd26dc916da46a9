//! `/api/platform`: categories and brands, the review of products, the orders of all shops, the mall's slots, the platform's
//! coupons, bank transfers, the gates of shops, what could not be done, and the checks of money and stock.
//!
//! Invariants: every operation asks `Principal::need` before it reads anything; every write goes through `IdempotentRequest`.

pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod coupon;
pub(crate) mod dead_letter;
pub(crate) mod gate;
pub(crate) mod order;
pub(crate) mod review;
pub(crate) mod risk;
pub(crate) mod slot;
pub(crate) mod transfer;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web_kit::site::Site;

/// The operations.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(crate::platform::catalog::categories, crate::platform::catalog::add_category))
        .routes(routes!(crate::platform::catalog::change_category))
        .routes(routes!(crate::platform::catalog::attributes, crate::platform::catalog::add_attribute))
        .routes(routes!(crate::platform::catalog::change_attribute))
        .routes(routes!(crate::platform::catalog::brands, crate::platform::catalog::add_brand))
        .routes(routes!(crate::platform::catalog::change_brand))
        .routes(routes!(crate::platform::review::queue))
        .routes(routes!(crate::platform::review::get))
        .routes(routes!(crate::platform::review::approve))
        .routes(routes!(crate::platform::review::reject))
        .routes(routes!(crate::platform::review::ban))
        .routes(routes!(crate::platform::review::lift))
        .routes(routes!(crate::platform::order::list))
        .routes(routes!(crate::platform::risk::get))
        .routes(routes!(crate::platform::risk::clear))
        .routes(routes!(crate::platform::risk::refuse))
        .routes(routes!(crate::platform::order::notes, crate::platform::order::note))
        .routes(routes!(crate::platform::order::reveal))
        .routes(routes!(crate::platform::slot::list, crate::platform::slot::add))
        .routes(routes!(crate::platform::slot::change, crate::platform::slot::remove))
        .routes(routes!(crate::platform::slot::upload))
        .routes(routes!(crate::platform::coupon::list, crate::platform::coupon::create))
        .routes(routes!(crate::platform::coupon::stop))
        .routes(routes!(crate::platform::transfer::awaited))
        .routes(routes!(crate::platform::transfer::lines, crate::platform::transfer::incoming))
        .routes(routes!(crate::platform::transfer::refunds))
        .routes(routes!(crate::platform::transfer::sent))
        .routes(routes!(crate::platform::dead_letter::list))
        .routes(routes!(crate::platform::dead_letter::resend))
        .routes(routes!(crate::platform::gate::list))
        .routes(routes!(crate::platform::gate::close))
        .routes(routes!(crate::platform::gate::open))
        .routes(routes!(crate::platform::check::ledger))
        .routes(routes!(crate::platform::check::last, crate::platform::check::run))
}
