//! Joins storefront, merchant center, console and API to one router behind the layers that every request passes.
//!
//! Invariants: pages and API answer from the same functions; a page works without scripts, except that its charts are
//! then tables; a page that does not declare what it needs is closed; nothing of the inside of an error reaches a reader; no page loads anything from another host.

mod confine;
mod door;
mod guard;
mod refusal;
mod security;

use axum::Router;
use tokio::net::TcpListener;
use web_kit::operation::{Needs, Operation, Pages, gate};
use web_kit::site::{App, Site};

/// The whole site: pages, assets, and `/api`.
pub fn router(app: App) -> Router {
    of(Site::new(app))
}

/// Every page and every file that pages load.
fn pages() -> Pages {
    Pages::new()
        .get("/assets/{name}", Needs::Public, web_kit::assets::serve)
        .get("/favicon.svg", Needs::Public, web_kit::assets::icon)
        .get("/favicon.ico", Needs::Public, web_kit::assets::icon)
        .get("/media/{key}", Needs::Public, web_kit::media::serve)
        .merge(storefront::pages())
        .merge(merchant_center::pages())
        .merge(console::pages())
        .post("/preferences", Needs::Public, refusal::preferences)
}

/// What every page declares.
pub fn operations() -> Vec<Operation> {
    pages().operations().to_vec()
}

pub(crate) fn of(site: Site) -> Router {
    let (pages, declared) = pages().into_parts();
    pages
        .fallback(refusal::not_found)
        .method_not_allowed_fallback(web_kit::problem::no_such_method)
        .layer(axum::middleware::from_fn_with_state((site.clone(), declared), gate))
        .merge(api::router(&site))
        .with_state(site.clone())
        .layer(axum::middleware::from_fn(web_kit::idempotency::print))
        .layer(axum::middleware::from_fn_with_state(site.clone(), door::door))
        .layer(axum::middleware::from_fn(confine::confine))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(web_kit::problem::panicked))
        .layer(axum::middleware::from_fn_with_state(site, guard::guard))
        .layer(axum::middleware::from_fn(refusal::refusals))
        .layer(axum::middleware::from_fn(security::headers))
        .layer(tower_http::compression::CompressionLayer::new())
}

/// Answers on `listener` until `stop` is ready; requests under way are answered to the end.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let site = Site::new(app);
    // What the first reader will ask for is computed beside the first answers, not before them.
    tokio::spawn({
        let site = site.clone();
        async move {
            if let Err(failure) = site.ask(web_kit::score::warm).await {
                tracing::warn!("scores are not computed ahead: {}", failure.detail);
            }
        }
    });
    axum::serve(listener, of(site)).with_graceful_shutdown(stop).await
}
