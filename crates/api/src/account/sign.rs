//! Signing up, in and out.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use web_kit::principal::{Principal, SESSION, set_cookie};
use web_kit::problem::{Failure, Json};
use web_kit::site::Site;
use web_kit::view::sign::{Opened, SignUpBody, device, join, leave, sign_in};

/// Somebody signs in.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    /// A phone number or an e-mail address.
    contact: String,
    /// The password.
    password: String,
}

/// Signs up, and in.
#[utoipa::path(post, path = "/store/account", tag = "account", extensions(("x-needs" = json!("public"))),
    request_body = SignUpBody, responses((status = 201, body = Opened)))]
pub async fn up(
    State(site): State<Site>,
    headers: HeaderMap,
    Json(new): Json<SignUpBody>,
) -> Result<Response, Failure> {
    Ok(join(&site, new, device(&headers)).await?.answer(&site, &headers))
}

/// Signs in.
#[utoipa::path(post, path = "/store/account/sessions", tag = "account", extensions(("x-needs" = json!("public"))),
    request_body = SignInBody, responses((status = 201, body = Opened)))]
pub async fn begin(
    State(site): State<Site>,
    headers: HeaderMap,
    Json(who): Json<SignInBody>,
) -> Result<Response, Failure> {
    Ok(sign_in(&site, &who.contact, who.password, device(&headers)).await?.answer(&site, &headers))
}

/// Signs out: ends the session that asks.
#[utoipa::path(delete, path = "/store/account/session", tag = "account", extensions(("x-needs" = json!("member"))),
    responses((status = 204, description = "Signed out")))]
pub async fn out(State(site): State<Site>, who: Principal) -> Result<Response, Failure> {
    leave(&site, &who).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = set_cookie(&site, SESSION, None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
