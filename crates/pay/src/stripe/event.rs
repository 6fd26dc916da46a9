//! Stripe's events as ours.

use super::NAME;
use super::amount as amounts;
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
    amount_refunded: Option<i64>,
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

/// What happens to every payment on its way to its money.
const STEPS: [&str; 9] = [
    "payment_intent.created",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.amount_capturable_updated",
    "charge.pending",
    "charge.succeeded",
    "charge.captured",
    "charge.failed",
    "charge.updated",
];

/// An amount, if it is said and can be read.
fn amount(minor: Option<i64>, currency: Option<&str>) -> Option<kernel::Money> {
    amounts::read(minor?, currency?).ok()
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
            (intent, What::Captured { amount: amounts::read(minor, currency)? })
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
                // One that nobody here asked for.
                (None, Some(of), _) => (
                    of,
                    What::Outside { word: kind, amount: amount(object.amount, object.currency.as_deref()) },
                ),
                _ => return Err(GatewayError::Aside("a refund that is under way".into())),
            }
        }
        // So much went back in all, ours or not: whoever takes it in knows what of it is ours.
        "charge.refunded" => {
            let total = amount(object.amount_refunded, object.currency.as_deref());
            match (object.payment_intent, total) {
                (Some(of), Some(total)) => (of, What::RefundedInAll { total }),
                (Some(of), None) => (of, What::Outside { word: kind, amount: None }),
                (None, _) => return Err(GatewayError::Aside("a charge without a payment of ours".into())),
            }
        }
        // Steps of a payment on its way, which move nothing that is not told otherwise.
        step if STEPS.contains(&step) => {
            return Err(GatewayError::Aside(format!("events of the kind {step} are not read").into()));
        }
        // Whatever else is told of a payment is not passed over.
        other => {
            let of = match object.id.starts_with("pi_") {
                true => Some(intent),
                false => object.payment_intent,
            };
            let Some(of) = of else {
                return Err(GatewayError::Aside(format!("events of the kind {other} are not read").into()));
            };
            (of, What::Outside { amount: amount(object.amount, object.currency.as_deref()), word: kind })
        }
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

        // What nobody here did is told, and never passed over.
        let cny = |minor| Money::new(minor, Currency::CNY);
        let charge =
            r#"{"id":"ch_1","payment_intent":"pi_1","amount":900,"amount_refunded":300,"currency":"cny"}"#;
        let event = told("charge.refunded", charge).unwrap();
        assert_eq!((&*event.reference, event.what), ("pi_1", What::RefundedInAll { total: cny(300) }));
        let outside = |kind: &str, object: &str| match told(kind, object) {
            Ok(Event { reference, what: What::Outside { word, amount }, .. }) => {
                assert_eq!((&*reference, &*word), ("pi_1", kind));
                amount.map(|amount| amount.minor)
            }
            other => panic!("{kind}: {other:?}"),
        };
        let dispute =
            r#"{"id":"dp_1","payment_intent":"pi_1","amount":900,"currency":"cny","status":"lost"}"#;
        for kind in ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"] {
            assert_eq!(outside(kind, dispute), Some(900));
        }
        let foreign =
            r#"{"id":"re_9","status":"succeeded","amount":40,"currency":"cny","payment_intent":"pi_1"}"#;
        assert_eq!(outside("refund.created", foreign), Some(40));
        assert_eq!(outside("payment_intent.of_tomorrow", r#"{"id":"pi_1"}"#), None);
        assert_eq!(outside("review.opened", r#"{"id":"prv_1","payment_intent":"pi_1"}"#), None);
        for step in STEPS {
            assert!(matches!(told(step, &intent), Err(GatewayError::Aside(_))), "{step}");
        }
    }

    #[test]
    fn what_is_about_something_else_is_told_apart_from_what_cannot_be_read() {
        assert!(matches!(told("customer.created", r#"{"id":"cus_1"}"#), Err(GatewayError::Aside(_))));
        let odd = told("payment_intent.succeeded", r#"{"id":"pi_1"}"#);
        assert!(matches!(odd, Err(GatewayError::Unreadable(_))));
        assert!(matches!(read(b"[]"), Err(GatewayError::Unreadable(_))));
    }
}
