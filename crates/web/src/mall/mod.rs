//! The mall: what a consumer sees. Phone first, both languages, every page works without scripts.
//!
//! Invariants: a page answers from the same functions as `/api/store`; nothing here shows what belongs to one member to
//! another; a price stands beside its sum, a promise beside its end.

pub(crate) mod frame;
pub(crate) mod icons;
mod known;
pub(crate) mod parts;
mod product;
mod promise;
mod shelf;
pub(crate) mod via;
pub(crate) mod when;

pub(crate) use frame::refusal;
pub(crate) use known::Known;

use crate::Site;
use axum::Router;
use axum::routing::get;

pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/", get(shelf::home))
        .route("/c/{code}", get(shelf::category))
        .route("/search", get(shelf::search))
        .route("/product/{id}", get(product::page))
}
