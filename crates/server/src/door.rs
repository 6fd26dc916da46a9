//! The layer before every page: tickets, who may see the console, and the way to sign in and back.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use people::staff::Permission;
use web_kit::principal::{OPERATOR, Principal, of_platform, own_path, set_cookie};
use web_kit::problem::Failure;
use web_kit::refusal::Refusal;
use web_kit::site::Site;

/// The layer before every page: the operator's ticket becomes a cookie; the console is for those who may see it; who is
/// not signed in goes to sign in and comes back.
pub async fn door(State(site): State<Site>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path == "/api"
        || path.starts_with("/api/")
        || path.starts_with("/assets/")
        || path.starts_with("/media/")
    {
        return next.run(request).await;
    }
    let back = back(&request);
    let fetched = request.headers().contains_key("hx-request");
    let response = match through(&site, request, next).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    };
    let anonymous =
        response.extensions().get::<Failure>().is_some_and(|failure| failure.code == "web.sign_in");
    if !anonymous {
        return response;
    }
    let to = format!("/sign-in?back={}", web_kit::ui::encode(&back));
    match HeaderValue::try_from(&to) {
        Ok(to) if fetched => (StatusCode::UNAUTHORIZED, [("hx-redirect", to)]).into_response(),
        _ => Redirect::to(&to).into_response(),
    }
}

/// The page to come back to: this one, or for a write the one it was sent from.
pub(crate) fn back(request: &Request) -> String {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    }
    let sent_from = request.headers().get(header::REFERER).and_then(|v| v.to_str().ok());
    let path = sent_from
        .and_then(|url| url.split_once("://"))
        .and_then(|(_, rest)| rest.find('/').map(|i| &rest[i..]));
    own_path(path).to_owned()
}

pub(crate) async fn through(site: &Site, request: Request, next: Next) -> Result<Response, Failure> {
    if !of_platform(request.uri().path()) {
        return Ok(next.run(request).await);
    }
    if let Some(admitted) = admitted(site, &request)? {
        return Ok(admitted);
    }
    let (mut parts, body) = request.into_parts();
    let who = Principal::from_request_parts(&mut parts, site).await?;
    who.need(Permission::PlatformView)?;
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// A ticket in the address becomes a cookie, and the address loses it.
pub(crate) fn admitted(site: &Site, request: &Request) -> Result<Option<Response>, Failure> {
    let query = request.uri().query().unwrap_or_default();
    let ticket = query.split('&').find_map(|pair| pair.strip_prefix("ticket="));
    let Some(ticket) = ticket.filter(|_| *request.method() == Method::GET) else { return Ok(None) };
    let now = (site.now)();
    let until = site.merchant_key.read_ticket(ticket, now).map_err(|why| {
        Failure::from(match why {
            web_kit::merchant::Refused::Forged => Refusal::ForgedTicket,
            web_kit::merchant::Refused::Ended => Refusal::TicketEnded,
        })
    })?;
    let seconds = (until.micros() - now.micros()).div_euclid(1_000_000);
    let mut response = Redirect::to(request.uri().path()).into_response();
    if let Some(cookie) = set_cookie(site, OPERATOR, Some((ticket, seconds))) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(Some(response))
}
