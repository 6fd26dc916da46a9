//! `/api/store`: everything a shopper does - look, search, fill a cart, claim coupons, ask for a price, place, pay, follow
//! orders - for apps and programs, by the same functions as the mall's pages.
//!
//! Invariants: what is a member's own is answered to that member alone, to everybody else it is not there; every write takes
//! an `Idempotency-Key`; lists are paged by key; a price that was quoted is the price that is paid.

pub(crate) mod buy;
pub(crate) mod cart;
pub(crate) mod order;
pub(crate) mod shelf;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web_kit::site::Site;

/// The operations.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(shelf::categories))
        .routes(routes!(shelf::home))
        .routes(routes!(shelf::products))
        .routes(routes!(shelf::product))
        .routes(routes!(shelf::prices))
        .routes(routes!(shelf::shop))
        .routes(routes!(shelf::delivery_methods))
        .routes(routes!(cart::get))
        .routes(routes!(cart::add))
        .routes(routes!(cart::set, cart::remove))
        .routes(routes!(cart::coupons))
        .routes(routes!(cart::claim))
        .routes(routes!(cart::claim_by_code))
        .routes(routes!(cart::claims))
        .routes(routes!(buy::quote))
        .routes(routes!(buy::get_quote))
        .routes(routes!(buy::purchases, buy::place))
        .routes(routes!(buy::get))
        .routes(routes!(buy::cancel))
        .routes(routes!(buy::pay))
        .routes(routes!(buy::payment))
        .routes(routes!(buy::confirm))
        .routes(routes!(order::carriers))
        .routes(routes!(order::list))
        .routes(routes!(order::get))
        .routes(routes!(order::reveal))
        .routes(routes!(order::download))
        .routes(routes!(order::cancel))
        .routes(routes!(order::receive))
        .routes(routes!(order::readdress))
        .routes(routes!(order::remark))
}
