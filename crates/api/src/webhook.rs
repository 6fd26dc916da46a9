//! `POST /api/webhooks/{provider}`: where payment providers tell what happened.
//!
//! Invariants: a message is believed by its provider's signature over its very bytes, and by nothing else; it is answered
//! with 200 once it is on disk, and also if it is about something else; whatever else is answered, the provider tells it
//! again.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use flows::buy;
use kernel::Actor;
use trade::payment::GatewayError;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;

/// Takes a message in.
pub async fn take(
    State(site): State<Site>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let gateway = site
        .services
        .gateway(&provider)
        .cloned()
        .map_err(|err| Failure::not_found("这个市场没有这家支付机构。", err.to_string()))?;
    let headers: Vec<(String, String)> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let event = match gateway.read(&headers, &body) {
        Ok(event) => event,
        Err(GatewayError::Aside(_)) => return Ok(StatusCode::OK),
        Err(err) => return Err(err.into()),
    };
    let ctx = site.ctx_of(Actor::Outside);
    let outside = event.what.is_outside();
    let taken =
        tokio::task::spawn_blocking(move || buy::ingest_webhook(&site.db, &site.services, &ctx, &event))
            .await
            .map_err(Failure::panicked)?;
    match taken {
        // What happened to a payment of somebody else at the same provider is nothing to wait for.
        Err(buy::Error::UnknownReference { .. }) if outside => Ok(StatusCode::OK),
        taken => {
            taken?;
            Ok(StatusCode::OK)
        }
    }
}
