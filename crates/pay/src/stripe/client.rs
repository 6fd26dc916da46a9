//! Requests to Stripe and what their answers mean.

use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use trade::payment::GatewayError;
use ureq::http::Response;
use ureq::{Agent, Body};

/// The version of the API that the fields read here are of.
const VERSION: &str = "2025-03-31.basil";
/// The longest answer that is read.
const LONGEST: u64 = 4 << 20;

#[derive(Clone)]
pub(super) struct Client {
    agent: Agent,
    at: Arc<str>,
    bearer: Arc<str>,
}

#[derive(serde::Deserialize)]
struct Refusal {
    error: Option<Why>,
}

#[derive(serde::Deserialize)]
struct Why {
    code: Option<Box<str>>,
    message: Option<Box<str>>,
}

impl Client {
    pub(super) fn new(at: &str, key: &str, patience: Duration) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(patience))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        let bearer = format!("Bearer {key}").into();
        Self { agent: config.into(), at: at.trim_end_matches('/').into(), bearer }
    }

    pub(super) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, GatewayError> {
        let request = self.agent.get(format!("{}{path}", self.at));
        let request = request.header("authorization", &*self.bearer).header("stripe-version", VERSION);
        answer(request.call())
    }

    /// Makes something; `key` makes the same request again harmless.
    pub(super) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        form: &[(&str, &str)],
        key: &str,
    ) -> Result<T, GatewayError> {
        let request = self.agent.post(format!("{}{path}", self.at));
        let request = request
            .header("authorization", &*self.bearer)
            .header("stripe-version", VERSION)
            .header("idempotency-key", key);
        answer(request.send_form(form.iter().copied()))
    }
}

fn answer<T: DeserializeOwned>(got: Result<Response<Body>, ureq::Error>) -> Result<T, GatewayError> {
    let mut response =
        got.map_err(|err| GatewayError::Later(format!("Stripe did not answer: {err}").into()))?;
    let status = response.status().as_u16();
    let text = response
        .body_mut()
        .with_config()
        .limit(LONGEST)
        .read_to_string()
        .map_err(|err| GatewayError::Later(format!("Stripe's answer broke off: {err}").into()))?;
    match status {
        200..=299 => serde_json::from_str(&text)
            .map_err(|err| GatewayError::Unreadable(format!("Stripe's answer cannot be read: {err}").into())),
        // 409: another request under the same key is under way.
        409 | 429 | 500..=599 => Err(GatewayError::Later(format!("Stripe answered {status}").into())),
        _ => Err(GatewayError::Refused(refused(status, &text).into())),
    }
}

/// Why Stripe refused, in its own words, cut short.
fn refused(status: u16, text: &str) -> String {
    let why = serde_json::from_str::<Refusal>(text).ok().and_then(|refusal| refusal.error);
    let Some(Why { code, message }) = why else { return format!("Stripe refused with {status}") };
    let message: String = message.unwrap_or_default().chars().take(200).collect();
    match code {
        Some(code) => format!("Stripe refused with {status} ({code}): {message}"),
        None => format!("Stripe refused with {status}: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A server that gives one answer, or none.
    fn serve(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut seen = [0; 4096];
            let _ = stream.read(&mut seen);
            if answer.is_empty() {
                // Nothing, for longer than anybody waits: until the other side goes.
                let _ = stream.read(&mut seen);
            } else {
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        at
    }

    fn got(answer: &'static str) -> Result<serde_json::Value, GatewayError> {
        Client::new(&serve(answer), "sk_test_1", Duration::from_millis(300)).get("/v1/refunds")
    }

    #[test]
    fn what_may_succeed_later_is_told_apart_from_what_is_refused() {
        let ok = got("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        assert_eq!(ok, Ok(serde_json::json!({})));
        for later in [
            "",
            "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "HTTP/1.1 429 Slow down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "HTTP/1.1 409 Under way\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 20\r\nconnection: close\r\n\r\n{}",
        ] {
            assert!(matches!(got(later), Err(GatewayError::Later(_))), "{later}");
        }
        let refused = got("HTTP/1.1 402 No\r\ncontent-length: 55\r\nconnection: close\r\n\r\n\
                           {\"error\":{\"code\":\"card_declined\",\"message\":\"Declined\"}}");
        let Err(GatewayError::Refused(why)) = refused else { panic!("{refused:?}") };
        assert_eq!(&*why, "Stripe refused with 402 (card_declined): Declined");
        let odd = got("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n<>");
        assert!(matches!(odd, Err(GatewayError::Unreadable(_))));
    }

    #[test]
    fn nobody_there_is_something_for_later() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let got: Result<serde_json::Value, _> = Client::new(&at, "sk", Duration::from_millis(300)).get("/v1");
        assert!(matches!(got, Err(GatewayError::Later(_))), "{got:?}");
    }
}
