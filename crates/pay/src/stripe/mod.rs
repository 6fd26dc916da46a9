//! Stripe, by its HTTP API: PaymentIntents, refunds, webhooks.
//!
//! Invariants:
//! - Every request that makes something carries a key of ours, so that a second one makes nothing more; a refund is
//!   looked for before it is asked for, because Stripe forgets keys after a day.
//! - What Stripe may do later (no answer, 429, 5xx) is told apart from what it refuses.
//! - Amounts go out and come in as Stripe counts a currency, which is not always as ISO 4217 does.

mod amount;
mod client;
mod event;

use crate::signature;
use client::Client;
use kernel::Moment;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use trade::payment::{Begin, Begun, Event, Gateway, GatewayError, RefundAsked, RefundTold, Told};

/// What the provider is called.
const NAME: &str = "stripe";
/// The header of its signature.
const HEADER: &str = "stripe-signature";
/// What our kinds of requests begin their keys with.
const KEY: &str = "sanhao";

/// Where Stripe is and how it knows us.
#[derive(Clone)]
pub struct Stripe {
    client: Client,
    secret: Arc<[u8]>,
    now: Arc<dyn Fn() -> Moment + Send + Sync>,
}

impl std::fmt::Debug for Stripe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stripe").finish_non_exhaustive()
    }
}

impl Stripe {
    /// Where Stripe's API is.
    pub const AT: &'static str = "https://api.stripe.com";

    /// Stripe at an address ([`AT`](Self::AT), or a stand-in), with a secret key and the secret of the webhooks.
    pub fn new(
        at: &str,
        key: &str,
        webhook_secret: &str,
        now: Arc<dyn Fn() -> Moment + Send + Sync>,
    ) -> Self {
        let client = Client::new(at, key, Duration::from_secs(10));
        Self { client, secret: webhook_secret.as_bytes().into(), now }
    }
}

/// As much of a PaymentIntent as is read.
#[derive(Deserialize)]
struct Intent {
    id: Box<str>,
    status: Box<str>,
    amount: i64,
    amount_received: Option<i64>,
    currency: Box<str>,
    client_secret: Option<Box<str>>,
    last_payment_error: Option<serde_json::Value>,
}

/// As much of a refund as is read.
#[derive(Deserialize)]
struct Refunded {
    status: Option<Box<str>>,
    failure_reason: Option<Box<str>>,
    #[serde(default)]
    metadata: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

impl Intent {
    /// What became of it.
    fn told(&self) -> Result<Told, GatewayError> {
        Ok(match &*self.status {
            "succeeded" => {
                let minor = self.amount_received.unwrap_or(self.amount);
                Told::Captured { amount: amount::read(minor, &self.currency)? }
            }
            "canceled" => Told::Failed,
            // A card that was declined leaves the intent waiting for another one: for us that attempt is over.
            "requires_payment_method" if self.last_payment_error.is_some() => Told::Failed,
            _ => Told::Pending,
        })
    }
}

impl Refunded {
    fn told(&self) -> RefundTold {
        match self.status.as_deref() {
            Some("failed" | "canceled") => RefundTold::Failed {
                why: self.failure_reason.clone().unwrap_or_else(|| "the provider gave no reason".into()),
            },
            Some("succeeded") => RefundTold::Done,
            _ => RefundTold::Pending,
        }
    }
}

impl Gateway for Stripe {
    fn name(&self) -> &str {
        NAME
    }

    /// The script, if there is one, is a payment method that the buyer's client made with Stripe: then the intent is
    /// confirmed at once. Without one, or where the buyer's bank asks for more, the buyer goes to the page that was named,
    /// with the same words in its address with which Stripe itself sends buyers there; that page goes on with Stripe.
    fn begin(&self, begin: &Begin) -> Result<Begun, GatewayError> {
        let (minor, currency) = amount::written(begin.amount)?;
        let (minor, payment, purchase) =
            (minor.to_string(), begin.payment.to_string(), begin.purchase.to_string());
        let mut form = vec![
            ("amount", minor.as_str()),
            ("currency", &currency),
            ("metadata[payment]", &payment),
            ("metadata[purchase]", &purchase),
        ];
        if let Some(method) = begin.script.as_deref() {
            form.extend([("payment_method", method), ("payment_method_types[]", "card")]);
        }
        let key = format!("{KEY}-begin-{payment}");
        let intent: Intent = self.client.post("/v1/payment_intents", &form, &key)?;
        let intent = if begin.script.is_some() && &*intent.status == "requires_confirmation" {
            self.confirm(&intent, &payment)?
        } else {
            intent
        };
        let is_open = begin.script.is_none() || &*intent.status == "requires_action";
        let redirect = match (&begin.return_to, &intent.client_secret) {
            (Some(page), Some(secret)) if is_open => {
                let mark = if page.contains('?') { '&' } else { '?' };
                let id = &intent.id;
                Some(format!("{page}{mark}payment_intent={id}&payment_intent_client_secret={secret}").into())
            }
            _ => None,
        };
        Ok(Begun { reference: intent.id, redirect })
    }

    fn refund(&self, asked: &RefundAsked) -> Result<RefundTold, GatewayError> {
        let reference = checked(&asked.reference)?;
        let refund = asked.refund.to_string();
        let path = format!("/v1/refunds?payment_intent={reference}&limit=100");
        let there: List<Refunded> = self.client.get(&path)?;
        let ours = |made: &&Refunded| made.metadata.get("refund").and_then(|id| id.as_str()) == Some(&refund);
        if let Some(made) = there.data.iter().find(ours) {
            return Ok(made.told());
        }
        let (minor, _) = amount::written(asked.amount)?;
        let minor = minor.to_string();
        let form = [
            ("payment_intent", reference),
            ("amount", minor.as_str()),
            ("metadata[refund]", refund.as_str()),
        ];
        let made: Refunded = self.client.post("/v1/refunds", &form, &format!("{KEY}-refund-{refund}"))?;
        Ok(made.told())
    }

    fn fetch_status(&self, reference: &str) -> Result<Told, GatewayError> {
        let intent: Intent = self.client.get(&format!("/v1/payment_intents/{}", checked(reference)?))?;
        intent.told()
    }

    fn read(&self, headers: &[(String, String)], body: &[u8]) -> Result<Event, GatewayError> {
        let header = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(HEADER));
        signature::check(&self.secret, header.map(|(_, value)| value.as_str()), (self.now)(), body)
            .map_err(|doubt| GatewayError::Forged(doubt.to_string().into()))?;
        event::read(body)
    }
}

impl Stripe {
    /// Confirms an intent. A card that is declined is an answer and no error: the attempt failed, and looking tells so.
    fn confirm(&self, intent: &Intent, payment: &str) -> Result<Intent, GatewayError> {
        let path = format!("/v1/payment_intents/{}/confirm", checked(&intent.id)?);
        match self.client.post(&path, &[], &format!("{KEY}-confirm-{payment}")) {
            Err(GatewayError::Refused(_)) => self.client.get(&format!("/v1/payment_intents/{}", intent.id)),
            answer => answer,
        }
    }
}

/// An id of Stripe's, safe in a path.
fn checked(id: &str) -> Result<&str, GatewayError> {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if plain && (1..=255).contains(&id.len()) {
        return Ok(id);
    }
    Err(GatewayError::Refused("that is no reference of Stripe's".into()))
}
