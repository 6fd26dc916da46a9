//! The pages. Each asks the same functions as the API; each answers in both languages.

mod brands;
mod catalog;
mod coupons;
mod dead_letters;
mod gates;
mod metrics;
mod money;
mod order;
mod overview;
mod policy;
mod promise;
mod rehearsal;
mod review;
mod sales;
mod score;
mod scorecards;
mod search;
mod shop;
mod shops;
mod slots;
mod staff;
mod tabs;
mod transfers;

use axum::Router;
use axum::routing::{get, post};
use web_kit::site::Site;

/// The addresses of this face.
pub fn router() -> Router<Site> {
    Router::new()
        .route("/console", get(overview::page))
        .route("/console/shops", get(shops::page))
        .route("/console/shops/{id}", get(shop::page))
        .route("/console/shops/{id}/what-if", get(shop::what_if))
        .route("/console/shops/{id}/merchant-link", post(shop::merchant_link))
        .route("/console/shops/{id}/gates", get(gates::page).post(gates::act))
        .route("/console/shops/{id}/metrics/{name}", get(shop::explain))
        .route("/console/orders/{id}", get(order::page))
        .route("/console/scorecards", get(scorecards::list))
        .route("/console/scorecards/{id}", get(scorecards::page))
        .route("/console/scorecards/{id}/compare", get(scorecards::compare))
        .route("/console/promises", get(promise::list))
        .route("/console/promises/{id}", get(promise::page))
        .route("/console/metrics", get(metrics::catalogue))
        .route("/console/metrics/{name}", get(metrics::page))
        .route("/console/search", get(search::page))
        .merge(policy::router())
        .merge(rehearsal::router())
        .merge(tabs::router())
        .merge(staff::router())
}
