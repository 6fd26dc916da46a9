//! Keeps a browser that holds a shop's link away from the platform's pages.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use web_kit::merchant::held;
use web_kit::problem::Failure;

/// The layer that keeps a merchant's browser off the platform's pages.
pub async fn confine(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let platform = ["/console", "/api/platform"]
        .iter()
        .any(|place| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    if !platform || !held(request.headers()) {
        return next.run(request).await;
    }
    Failure::from(web_kit::refusal::Refusal::Confined).into_response()
}
