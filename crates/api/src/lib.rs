//! `/api/platform`: the same answers as the pages and the command line, as JSON, described by OpenAPI 3.1.
//!
//! Invariants: the router and the OpenAPI document are made from one list, so neither knows an operation that the other
//! does not; every refusal is problem+json; every list is paged by key; a write is only taken from this program's own
//! pages or from a program on this machine (`guard`, which stands before the whole site).

mod account;
mod document;
mod draft;
mod fact;
mod market;
mod merchant;
mod metric;
mod needs;
mod order;
mod platform;
mod policy;
mod rehearsal;
mod rules;
mod score;
mod scorecard;
mod shape;
mod shop;
mod store;
mod webhook;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::response::IntoResponse;
use std::sync::{LazyLock, OnceLock};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web_kit::operation::gate;
use web_kit::prelude::operation;
use web_kit::problem::{no_such_method, no_such_route, panicked};
use web_kit::site::Site;

pub(crate) use shape::moment;

/// The most bytes a body may have.
const BODY_LIMIT: usize = 256 * 1024;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Sanhao",
        description = "Governance of a marketplace as data. Times are RFC 3339 with the market's offset, money is minor \
                       units with a currency, rates are fractions. Every refusal is application/problem+json.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "market", description = "What market this is"),
        (name = "metrics", description = "One definition, one number"),
        (name = "shops", description = "Shops, their figures and their orders"),
        (name = "scores", description = "Experience scores: explained, over time, what if; scorecards"),
        (name = "policies", description = "Rules: in force, being written, tried by hand"),
        (name = "rehearsals", description = "Rules over past days"),
        (name = "own shops", description = "Merchants: the shops one works in"),
        (name = "products", description = "Merchants: products, edits, prices, pictures"),
        (name = "stock", description = "Merchants: what lies in the warehouses"),
        (name = "shop orders", description = "Merchants: a shop's orders"),
        (name = "coupons", description = "Coupons of shops and of the platform"),
        (name = "catalog", description = "Platform: categories, brands, the review of products"),
        (name = "sales", description = "Platform: the orders of all shops"),
        (name = "mall", description = "Platform: the mall's home page"),
        (name = "money", description = "Platform: the ledger and the checks"),
        (name = "gates", description = "What a shop may do now, why not, and how it opens again"),
        (name = "operations", description = "Platform: what could not be done and waits for a person"),
        (name = "store", description = "Shoppers: what is on sale, cart, coupons, prices, purchases, payments, orders"),
        (name = "account", description = "Signing up and in, and what is a member's own"),
        (name = "staff", description = "Who works in a shop or for the platform; keys of programs"),
        (name = "members", description = "Members as the platform's staff sees them: masked"),
    ),
    components(schemas(web_kit::problem::Problem, web_kit::problem::Finding)),
)]
struct Doc;

fn parts() -> (Router<Site>, OpenApi) {
    let platform = OpenApiRouter::<Site>::new()
        .routes(routes!(market::get))
        .routes(routes!(metric::list))
        .routes(routes!(metric::readings))
        .routes(routes!(shop::list))
        .routes(routes!(shop::get))
        .routes(routes!(metric::explain))
        .routes(routes!(metric::series))
        .routes(routes!(fact::feed))
        .routes(routes!(order::of_shop))
        .routes(routes!(order::get))
        .routes(routes!(score::list))
        .routes(routes!(score::explain))
        .routes(routes!(score::history))
        .routes(routes!(score::what_if))
        .routes(routes!(scorecard::list))
        .routes(routes!(scorecard::adoptions))
        .routes(routes!(scorecard::get))
        .routes(routes!(scorecard::eval))
        .routes(routes!(rules::list))
        .routes(routes!(policy::list))
        .routes(routes!(policy::inputs))
        .routes(routes!(policy::get))
        .routes(routes!(policy::version))
        .routes(routes!(policy::check))
        .routes(routes!(policy::eval))
        .routes(routes!(draft::list, draft::create))
        .routes(routes!(draft::get, draft::save, draft::remove))
        .routes(routes!(rehearsal::list, rehearsal::begin))
        .routes(routes!(rehearsal::compare))
        .routes(routes!(rehearsal::get, rehearsal::cancel))
        .routes(routes!(rehearsal::episodes_csv))
        .routes(routes!(rehearsal::episodes_json));
    let doc = <Doc as utoipa::OpenApi>::openapi();
    let (router, mut doc) = OpenApiRouter::with_openapi(doc)
        .nest(
            "/api",
            OpenApiRouter::new()
                .routes(routes!(openapi_document))
                .routes(routes!(market::health))
                .merge(account::routes()),
        )
        .nest("/api/platform", platform.merge(platform::routes()))
        .nest("/api/merchant", merchant::routes())
        .nest("/api/store", store::routes())
        .split_for_parts();
    document::finish(&mut doc);
    (router, doc)
}

/// The routes of the API.
pub fn router(site: &Site) -> Router<Site> {
    let (router, _) = parts();
    // Addresses under /api that lead nowhere answer in the API's own words.
    let strays = Router::new()
        .route("/api", axum::routing::any(no_such_route))
        .route("/api/", axum::routing::any(no_such_route))
        .route("/api/{*rest}", axum::routing::any(no_such_route))
        // For providers, who know its address and sign what they say; no part of the document for people.
        .route("/api/webhooks/{provider}", axum::routing::post(webhook::take));
    router
        .layer(axum::middleware::from_fn_with_state((site.clone(), needs::declared(openapi())), gate))
        .merge(strays)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
}

/// The OpenAPI document of this program.
pub fn openapi() -> &'static OpenApi {
    static DOC: LazyLock<OpenApi> = LazyLock::new(|| parts().1);
    &DOC
}

/// The OpenAPI document as JSON, for people and for `docs`.
pub fn openapi_json() -> String {
    let mut text = serde_json::to_string_pretty(openapi()).unwrap_or_default();
    text.push('\n');
    text
}

/// This document.
#[operation(get, "/openapi.json", tag = "market", needs = "public",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
async fn openapi_document() -> impl IntoResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    ([(header::CONTENT_TYPE, "application/json")], TEXT.get_or_init(openapi_json).as_str())
}
