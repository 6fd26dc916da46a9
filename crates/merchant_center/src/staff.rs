//! Who works in a shop and which keys its programs have: `/merchant/{shop}/staff`, `/merchant/{shop}/keys`.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use web_kit::account::At;
use web_kit::admin::staff::{Here, keys_get, keys_post, reached, staff_get, staff_post};
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::ui::{RenderContext, Page};

/// The addresses of a shop's staff and keys.
pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/merchant/{shop}/staff", get(shop_staff).post(shop_staff_act))
        .route("/merchant/{shop}/keys", get(shop_keys).post(shop_keys_act))
}

async fn shop_staff(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    At(asked): At,
) -> Result<Page, Failure> {
    let at = Here::shop(&site, &who, &shop).await?;
    staff_get(&site, &look, &at, asked.after.as_deref()).await
}

async fn shop_staff_act(
    State(site): State<Site>,
    look: RenderContext,
    Path(shop): Path<String>,
    headers: HeaderMap,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut at = Here::shop(&site, &act.who, &shop).await?;
    at.base = reached(&site, &headers);
    staff_post(&site, &look, &at, &act, Fields::of(form)).await
}

async fn shop_keys(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    At(asked): At,
) -> Result<Page, Failure> {
    let at = Here::shop(&site, &who, &shop).await?;
    keys_get(&site, &look, &at, asked.after.as_deref()).await
}

async fn shop_keys_act(
    State(site): State<Site>,
    look: RenderContext,
    Path(shop): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let at = Here::shop(&site, &act.who, &shop).await?;
    keys_post(&site, &look, &at, &act, Fields::of(form)).await
}
