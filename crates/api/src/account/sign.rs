//! Signing up, in and out.

use axum::http::{HeaderMap, header};
use web_kit::prelude::*;
use web_kit::principal::{SESSION, set_cookie};
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
#[operation(post, "/store/account", tag = "account", needs = "public")]
pub async fn up(State(site): State<Site>, headers: HeaderMap, body: SignUpBody) -> Created<Opened> {
    Ok(join(&site, body, device(&headers)).await?.answer(&site, &headers).into())
}

/// Signs in.
#[operation(post, "/store/account/sessions", tag = "account", needs = "public")]
pub async fn begin(State(site): State<Site>, headers: HeaderMap, body: SignInBody) -> Created<Opened> {
    let opened = sign_in(&site, &body.contact, body.password, device(&headers)).await?;
    Ok(opened.answer(&site, &headers).into())
}

/// Signs out: ends the session that asks.
#[operation(delete, "/store/account/session", tag = "account", needs = "member")]
pub async fn out(at: MemberContext) -> Done {
    leave(&at.site, &at.act.who).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(cookie) = set_cookie(&at.site, SESSION, None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response.into())
}
