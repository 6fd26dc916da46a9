//! Who works in a shop and which keys its programs have: `/merchant/{shop}/staff`, `/merchant/{shop}/keys`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use people::staff::Permission::ShopStaff;
use web_kit::account::At;
use web_kit::admin::staff::{Here, keys_get, keys_post, reached, staff_get, staff_post};
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::operation::{Needs, Pages};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::ui::{Page, RenderContext};

/// The addresses of a shop's staff and keys.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/merchant/{shop}/staff", Needs::Permission(ShopStaff), shop_staff)
        .post("/merchant/{shop}/staff", Needs::Permission(ShopStaff), shop_staff_act)
        .get("/merchant/{shop}/keys", Needs::Permission(ShopStaff), shop_keys)
        .post("/merchant/{shop}/keys", Needs::Permission(ShopStaff), shop_keys_act)
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
