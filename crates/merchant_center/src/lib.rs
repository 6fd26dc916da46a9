//! The pages of those who sell and of those who look after the market: the merchant center under `/merchant`, and the
//! platform's desk under `/console`.
//!
//! Invariants: a page answers from the same functions as `/api/merchant` and `/api/platform`; a shop's page asks for the
//! shop of its address before it reads anything, and another shop's things are not there; every form works without
//! scripts, keeps what was typed when it is refused, and is one write however often it is sent.

mod coupons;
mod delivery;
mod holiday;
mod home;
mod matrix;
mod order;
mod orders;
mod product;
mod score;
mod settings;
mod staff;
mod stock;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use kernel::Id;
use kernel::id::Shop;
use people::merchant;
use store::Read;
use web_kit::admin::frame::Place;
use web_kit::problem::Failure;
use web_kit::site::Site;

/// The most bytes of a form with pictures in it.
const UPLOAD: usize = 48 << 20;

/// The addresses of this face.
pub fn router() -> Router<Site> {
    let pictures = DefaultBodyLimit::max(UPLOAD);
    Router::new()
        .route("/merchant", get(home::lobby))
        .route("/merchant/{shop}", get(home::page))
        .route("/merchant/{shop}/notices/{notice}", post(home::read))
        .route("/merchant/{shop}/orders", get(orders::page))
        .route("/merchant/{shop}/ship", get(orders::ship_form).post(orders::ship))
        .route("/merchant/{shop}/orders/{order}", get(order::page).post(order::act))
        .route("/merchant/{shop}/products", get(product::list::page))
        .route(
            "/merchant/{shop}/products/new",
            get(product::editor::blank).post(product::editor::begin).layer(pictures),
        )
        .route("/merchant/{shop}/products/{product}", get(product::one::page).post(product::one::act))
        .route(
            "/merchant/{shop}/edits/{edit}",
            get(product::editor::page).post(product::editor::submit).layer(pictures),
        )
        .route("/merchant/{shop}/stock", get(stock::list))
        .route("/merchant/{shop}/stock/{sku}", get(stock::one).post(stock::act))
        .route("/merchant/{shop}/warehouses", post(stock::open))
        .route("/merchant/{shop}/warehouses/{warehouse}", post(stock::change))
        .route("/merchant/{shop}/coupons", get(coupons::page).post(coupons::act))
        .route("/merchant/{shop}/delivery", get(delivery::page).post(delivery::act))
        .route("/merchant/{shop}/settings", get(settings::page).post(settings::act))
        .route("/merchant/{shop}/holiday", post(holiday::act))
        .merge(staff::router())
        .merge(score::router())
}

/// The shop of a page, with its name.
pub(crate) fn enter(q: &mut Read<'_>, shop: Id<Shop>, many: bool) -> Result<Place, Failure> {
    let view = merchant::shop(q, shop)?;
    Ok(Place { shop, name: view.name.to_string(), many })
}
