//! Who works in a shop and which keys its programs have: `/merchant/{shop}/staff`, `/merchant/{shop}/keys`.

use axum::http::HeaderMap;
use people::staff::Permission::ShopStaff;
use web_kit::admin::staff::{Here, keys_get, keys_post, reached, staff_get, staff_post};
use web_kit::operation::{Needs, Pages};
use web_kit::prelude::*;

/// The addresses of a shop's staff and keys.
pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/merchant/{shop}/staff", Needs::Permission(ShopStaff), staff)
        .post("/merchant/{shop}/staff", Needs::Permission(ShopStaff), staff_act)
        .get("/merchant/{shop}/keys", Needs::Permission(ShopStaff), keys)
        .post("/merchant/{shop}/keys", Needs::Permission(ShopStaff), keys_act)
}

async fn here(at: &ShopPage) -> Result<Here, Failure> {
    Here::shop(&at.site, at.who(), at.param("shop")).await
}

async fn staff(at: ShopPage) -> Result<Page, Failure> {
    staff_get(&at.site, &at.look, &here(&at).await?, at.query.raw("after")).await
}

async fn staff_act(headers: HeaderMap, at: ShopPage) -> Result<Response, Failure> {
    let here = Here { base: reached(&at.site, &headers), ..here(&at).await? };
    staff_post(&at.site, &at.look, &here, &at.act, at.fields.clone()).await
}

async fn keys(at: ShopPage) -> Result<Page, Failure> {
    keys_get(&at.site, &at.look, &here(&at).await?, at.query.raw("after")).await
}

async fn keys_act(at: ShopPage) -> Result<Response, Failure> {
    keys_post(&at.site, &at.look, &here(&at).await?, &at.act, at.fields.clone()).await
}
