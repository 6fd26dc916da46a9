//! The mall: what a consumer sees. Phone first, both languages, every page works without scripts.
//!
//! Invariants: a page answers from the same functions as `/api/store`; nothing here shows what belongs to one member to
//! another; a price stands beside its sum, a promise beside its end.

mod account;
mod cart;
mod checkout;
mod coupons;
mod footprints;
mod orders;
mod parts;
mod pay;
mod product;
mod promise;
mod rules;
mod shelf;
mod shop;
mod transfer;

use axum::Router;
use axum::routing::{get, post};
use web_kit::site::Site;

/// The addresses of this face.
pub fn router() -> Router<Site> {
    Router::new()
        .merge(account::router())
        .route("/", get(shelf::home))
        .route("/c/{code}", get(shelf::category))
        .route("/search", get(shelf::search))
        .route("/product/{id}", get(product::page))
        .route("/shop/{id}", get(shop::page))
        .route("/shop/{id}/score", get(shop::score))
        .route("/wishes", get(shop::wishes).post(shop::wish))
        .route("/footprints", get(footprints::page).post(footprints::wipe))
        .route("/following", get(shop::following).post(shop::follow))
        .route("/cart", get(cart::page))
        .route("/cart/add", post(cart::add))
        .route("/cart/set", post(cart::set))
        .route("/cart/remove", post(cart::remove))
        .route("/cart/again", post(cart::again))
        .route("/coupons", get(coupons::page))
        .route("/coupons/mine", get(coupons::mine))
        .route("/coupons/claim", post(coupons::claim_one))
        .route("/checkout", get(checkout::page).post(checkout::place))
        .route("/pay/{purchase}", get(pay::page).post(pay::start))
        .route("/pay/{purchase}/cancel", post(pay::cancel))
        .route("/pay/{purchase}/result", get(pay::result))
        .route("/pay/transfer/{payment}", get(transfer::page))
        .route("/cashier/{payment}", get(pay::cashier).post(pay::decide))
        .route("/orders", get(orders::list))
        .route("/orders/{id}", get(orders::page))
        .route("/orders/{id}/cancel", post(orders::cancel))
        .route("/orders/{id}/receive", post(orders::receive))
        .route("/orders/{id}/address", get(orders::address).post(orders::readdress))
        .route("/rules", get(rules::list))
        .route("/rules/{id}", get(rules::one))
}
