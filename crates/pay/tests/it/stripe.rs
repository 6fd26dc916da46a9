//! Stripe's protocol against `localstripe`, which the test command starts.

use crate::{begin, new_id, yuan};
use kernel::Moment;
use pay::Stripe;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use trade::payment::{Gateway, GatewayError, RefundAsked, RefundTold, Told, What};

/// Where the stand-in is.
///
/// # Panics
/// If there is none: a test that did not run has tested nothing.
fn at() -> String {
    match std::env::var("SANHAO_TEST_STRIPE") {
        Ok(at) if !at.is_empty() => at,
        _ => panic!(
            "this test needs localstripe: `cargo xtask test` starts one, or set SANHAO_TEST_STRIPE to the address of \
             one that runs, e.g. http://127.0.0.1:8420 (pip install localstripe==1.15.10; localstripe --from-scratch)"
        ),
    }
}

/// This machine's time: the stand-in signs with it.
fn clock() -> Arc<dyn Fn() -> Moment + Send + Sync> {
    Arc::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Moment::from_micros(i64::try_from(since.as_micros()).unwrap())
    })
}

fn stripe(secret: &str) -> Stripe {
    Stripe::new(&at(), "sk_test_12345", secret, clock())
}

#[test]
fn a_card_is_charged_once_however_often_it_is_asked_for() {
    let stripe = stripe("whsec_1");
    let paid = begin(Some("pm_card_visa"));
    let begun = stripe.begin(&paid).unwrap();
    assert!(begun.reference.starts_with("pi_") && begun.redirect.is_none(), "{begun:?}");
    assert_eq!(stripe.fetch_status(&begun.reference), Ok(Told::Captured { amount: yuan(5_000) }));

    let declined = stripe.begin(&begin(Some("pm_card_chargeCustomerFail"))).unwrap();
    assert_eq!(stripe.fetch_status(&declined.reference), Ok(Told::Failed));
    let odd = stripe.begin(&begin(Some("pm_of_nobody"))).unwrap_err();
    assert!(matches!(odd, GatewayError::Refused(_)), "{odd}");
    assert!(matches!(stripe.fetch_status("pi_of_nobody"), Err(GatewayError::Refused(_))));
    assert!(matches!(stripe.fetch_status("../customers"), Err(GatewayError::Refused(_))));
}

#[test]
fn without_a_card_the_buyer_goes_to_the_page_that_asks_for_one() {
    let stripe = stripe("whsec_1");
    let begun = stripe.begin(&begin(None)).unwrap();
    let page = begun.redirect.unwrap();
    assert!(page.starts_with("https://mall.example/back?payment_intent=pi_"), "{page}");
    assert!(page.contains("&payment_intent_client_secret=pi_"), "{page}");
    assert_eq!(stripe.fetch_status(&begun.reference), Ok(Told::Pending));
}

#[test]
fn a_refund_is_paid_out_once_even_by_a_provider_that_forgot_its_key() {
    let stripe = stripe("whsec_1");
    let reference = stripe.begin(&begin(Some("pm_card_visa"))).unwrap().reference;
    let ask = |minor| RefundAsked { refund: new_id(), reference: reference.clone(), amount: yuan(minor) };
    let first = ask(2_000);
    // The stand-in knows no idempotency keys: that makes it a good test.
    for _ in 0..3 {
        assert_eq!(stripe.refund(&first), Ok(RefundTold::Done));
    }
    assert_eq!(stripe.refund(&ask(3_000)), Ok(RefundTold::Done));
    let url = format!("{}/v1/refunds?payment_intent={reference}", at());
    let mut got = ureq::get(&url).header("authorization", "Bearer sk_test_12345").call().unwrap();
    let list: serde_json::Value = serde_json::from_str(&got.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(list["data"].as_array().unwrap().len(), 2, "{list}");
}

/// Waits for a request and answers it; returns its headers and its body.
fn one_request(listener: &TcpListener) -> (Vec<(String, String)>, Vec<u8>) {
    let (mut stream, _) = listener.accept().unwrap();
    let (mut seen, mut some) = (Vec::new(), [0; 4096]);
    loop {
        let n = stream.read(&mut some).unwrap();
        seen.extend_from_slice(&some[..n]);
        let Some(head) = seen.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let lines = String::from_utf8(seen[..head].to_vec()).unwrap();
        let headers: Vec<(String, String)> = lines
            .lines()
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length")).unwrap();
        let body = seen[head + 4..].to_vec();
        if body.len() >= length.1.parse().unwrap() {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            return (headers, body);
        }
    }
}

#[test]
fn a_webhook_that_comes_over_http_is_believed_and_read() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, secret) = (listener.local_addr().unwrap().port(), "whsec_of_this_test");
    let here = format!("http://127.0.0.1:{port}/");
    ureq::post(format!("{}/_config/webhooks/hook{port}", at()))
        .send_form([("url", here.as_str()), ("secret", secret)])
        .unwrap();
    let stripe = stripe(secret);
    let mine = begin(Some("pm_card_visa"));
    let reference = stripe.begin(&mine).unwrap().reference;
    // Other tests pay too, and the stand-in tells everybody everything.
    let (headers, body, event) = loop {
        let (headers, body) = one_request(&listener);
        match stripe.read(&headers, &body) {
            Ok(event) if event.reference == reference => break (headers, body, event),
            Ok(_) | Err(GatewayError::Aside(_)) => {}
            Err(err) => panic!("{err}"),
        }
    };
    assert_eq!(event.what, What::Captured { amount: yuan(5_000) });
    assert_eq!((event.payment, &*event.provider), (Some(mine.payment), "stripe"));

    let another = Stripe::new(&at(), "sk_test_12345", "whsec_of_another", clock());
    assert!(matches!(another.read(&headers, &body), Err(GatewayError::Forged(_))));
    let mut changed = body.clone();
    changed.push(b' ');
    assert!(matches!(stripe.read(&headers, &changed), Err(GatewayError::Forged(_))));
}
