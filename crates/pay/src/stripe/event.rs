//! Stripe's events as ours.

use super::{NAME, amount};
use kernel::{Id, Moment, id};
use serde::Deserialize;
use trade::payment::{Event, GatewayError, What};

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
    payment: Option<Box<str>>,
    refund: Option<Box<str>>,
}

/// Reads an event whose signature is good.
pub(super) fn read(body: &[u8]) -> Result<Event, GatewayError> {
    let unreadable = |why: String| GatewayError::Unreadable(why.into());
    let Body { id, kind, created, data: Data { object } } =
        serde_json::from_slice(body).map_err(|err| unreadable(format!("an event of Stripe's: {err}")))?;
    let intent = object.id.clone();
    // What others made at the same account has none of ours.
    let payment = object.metadata.payment.as_deref().and_then(|id| id.parse().ok());
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
                _ => return Err(GatewayError::Aside("a refund that is not ours or is under way".into())),
            }
        }
        other => return Err(GatewayError::Aside(format!("events of the kind {other} are not read").into())),
    };
    let at = Moment::from_micros(created.saturating_mul(1_000_000));
    Ok(Event { provider: NAME.into(), id, reference, payment, what, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Money, RawId};

    fn told(kind: &str, object: &str) -> Result<Event, GatewayError> {
        let body = format!(
            "{{\"id\":\"evt_1\",\"type\":\"{kind}\",\"created\":1700000000,\"data\":{{\"object\":{object}}}}}"
        );
        read(body.as_bytes())
    }

    #[test]
    fn each_kind_of_event_is_read_as_what_it_tells() {
        let raw = RawId::new(Moment::from_micros(1), 7);
        let (payment, refund): (Id<id::Payment>, Id<id::Refund>) = (Id::from_raw(raw), Id::from_raw(raw));
        let intent = format!(
            r#"{{"id":"pi_1","amount":1000,"amount_received":900,"currency":"cny","metadata":{{"payment":"{payment}"}}}}"#
        );
        let event = told("payment_intent.succeeded", &intent).unwrap();
        assert_eq!(event.what, What::Captured { amount: Money::new(900, Currency::CNY) });
        assert_eq!((&*event.id, &*event.reference, event.payment), ("evt_1", "pi_1", Some(payment)));
        assert_eq!(event.at, Moment::from_micros(1_700_000_000_000_000));
        assert_eq!(told("payment_intent.payment_failed", &intent).unwrap().what, What::Failed);

        let refunded = |status: &str| {
            let object = format!(
                r#"{{"id":"re_1","status":"{status}","payment_intent":"pi_1","metadata":{{"refund":"{refund}"}}}}"#
            );
            told("refund.updated", &object)
        };
        assert_eq!(refunded("succeeded").unwrap().what, What::RefundDone { refund });
        assert!(matches!(refunded("failed").unwrap().what, What::RefundFailed { .. }));
        assert!(matches!(refunded("pending"), Err(GatewayError::Aside(_))));
    }

    #[test]
    fn what_is_about_something_else_is_told_apart_from_what_cannot_be_read() {
        assert!(matches!(told("customer.created", r#"{"id":"cus_1"}"#), Err(GatewayError::Aside(_))));
        let odd = told("payment_intent.succeeded", r#"{"id":"pi_1"}"#);
        assert!(matches!(odd, Err(GatewayError::Unreadable(_))));
        assert!(matches!(read(b"[]"), Err(GatewayError::Unreadable(_))));
    }
}
