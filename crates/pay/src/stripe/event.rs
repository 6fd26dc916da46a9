//! Stripe's events as ours.

use super::{NAME, amount};
use crate::port::{Event, GatewayError, What};
use kernel::{Id, Moment, id};
use serde::Deserialize;

#[derive(Deserialize)]
struct Body {
    id: Box<str>,
    #[serde(rename = "type")]
    kind: Box<str>,
    created: i64,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

/// A PaymentIntent or a refund: as much of either as is read.
#[derive(Deserialize)]
struct Object {
    id: Box<str>,
    status: Option<Box<str>>,
    amount: Option<i64>,
    amount_received: Option<i64>,
    currency: Option<Box<str>>,
    payment_intent: Option<Box<str>>,
    failure_reason: Option<Box<str>>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Deserialize, Default)]
struct Metadata {
    refund: Option<Box<str>>,
}

/// Reads an event whose signature is good.
pub(super) fn read(body: &[u8]) -> Result<Event, GatewayError> {
    let unreadable = |why: String| GatewayError::Unreadable(why.into());
    let Body { id, kind, created, data: Data { object } } =
        serde_json::from_slice(body).map_err(|err| unreadable(format!("an event of Stripe's: {err}")))?;
    let intent = object.id.clone();
    let (reference, what) = match &*kind {
        "payment_intent.succeeded" => {
            let minor = object.amount_received.or(object.amount);
            let (minor, currency) =
                minor.zip(object.currency.as_deref()).ok_or_else(|| unreadable("no amount".to_owned()))?;
            (intent, What::Captured { amount: amount::read(minor, currency)? })
        }
        "payment_intent.payment_failed" | "payment_intent.canceled" => (intent, What::Failed),
        "refund.updated" | "refund.created" | "charge.refund.updated" | "refund.failed" => {
            let refund: Option<Id<id::Refund>> = object.metadata.refund.and_then(|id| id.parse().ok());
            match (refund, object.payment_intent, object.status.as_deref()) {
                (Some(refund), Some(of), Some("succeeded")) => (of, What::RefundDone { refund }),
                (Some(refund), Some(of), Some("failed" | "canceled")) => {
                    let why = object.failure_reason.unwrap_or_else(|| "the provider gave no reason".into());
                    (of, What::RefundFailed { refund, why })
                }
                _ => return Err(GatewayError::Unreadable("a refund that is not ours or is under way".into())),
            }
        }
        other => return Err(unreadable(format!("events of the kind {other} are not read"))),
    };
    let at = Moment::from_micros(created.saturating_mul(1_000_000));
    Ok(Event { provider: NAME.into(), id, reference, what, at })
}
