//! `/api/platform`: categories and brands, the review of products, the orders of all shops, the mall's slots, the platform's
//! coupons, bank transfers, the gates of shops, what could not be done, and the checks of money and stock.
//!
//! Invariants: every operation stands on a [`web_kit::context`], which the gate has asked for; every write happens once.

pub(crate) mod application;
pub(crate) mod campaign;
pub(crate) mod catalog;
pub(crate) mod check;
pub(crate) mod coupon;
pub(crate) mod dead_letter;
pub(crate) mod finding;
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
        .routes(routes!(catalog::categories, catalog::add_category))
        .routes(routes!(catalog::change_category))
        .routes(routes!(catalog::attributes, catalog::add_attribute))
        .routes(routes!(catalog::change_attribute))
        .routes(routes!(catalog::brands, catalog::add_brand))
        .routes(routes!(catalog::change_brand))
        .routes(routes!(application::queue))
        .routes(routes!(application::approve))
        .routes(routes!(application::decline))
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
        .routes(routes!(order::cancel))
        .routes(routes!(order::reveal))
        .routes(routes!(order::pick_up))
        .routes(routes!(slot::list, slot::add))
        .routes(routes!(slot::change, slot::remove))
        .routes(routes!(slot::upload))
        .routes(routes!(coupon::list, coupon::create))
        .routes(routes!(coupon::stop))
        .routes(routes!(campaign::list))
        .routes(routes!(finding::findings))
        .routes(routes!(finding::close))
        .routes(routes!(finding::failed))
        .routes(routes!(finding::retry))
        .routes(routes!(transfer::awaited))
        .routes(routes!(transfer::lines, transfer::incoming))
        .routes(routes!(transfer::refunds))
        .routes(routes!(transfer::sent))
        .routes(routes!(dead_letter::list))
        .routes(routes!(dead_letter::resend))
        .routes(routes!(gate::list))
        .routes(routes!(gate::close))
        .routes(routes!(gate::open))
        .routes(routes!(check::ledger))
        .routes(routes!(check::last, check::run))
}
