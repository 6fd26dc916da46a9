//! Signatures of webhooks: `t=SECONDS,v1=HEX`, HMAC-SHA256 over `SECONDS.BODY`, as Stripe writes them and as ours are
//! written too.
//!
//! Invariants: signatures are compared in constant time; an old one is refused, so that a letter that somebody kept
//! cannot be sent again later.

use hmac::{Hmac, KeyInit, Mac};
use kernel::Moment;
use sha2::Sha256;

/// How far the time of a signature may lie from ours.
const TOLERANCE_SECONDS: i64 = 300;

/// Why a letter is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Doubt {
    /// There is no signature, or it cannot be read.
    #[error("the webhook has no signature that can be read")]
    Unsigned,
    /// It is older or newer than it may be.
    #[error("the webhook was signed more than {TOLERANCE_SECONDS} seconds from now")]
    Old,
    /// It was not made with our secret over this body.
    #[error("the webhook's signature is not of its provider")]
    Forged,
}

/// The value of a header that signs a body.
pub(crate) fn sign(secret: &[u8], now: Moment, body: &[u8]) -> String {
    let seconds = now.micros().div_euclid(1_000_000);
    let mark = mac(secret, seconds, body).map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default();
    format!("t={seconds},v1={}", hex::encode(mark))
}

/// Believes a body, or says why not. While a provider changes its secret it signs with both: one good one is enough.
pub(crate) fn check(secret: &[u8], header: Option<&str>, now: Moment, body: &[u8]) -> Result<(), Doubt> {
    let header = header.ok_or(Doubt::Unsigned)?;
    let (mut seconds, mut marks) = (None, Vec::new());
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", text)) => seconds = text.parse::<i64>().ok(),
            Some(("v1", text)) => marks.extend(hex::decode(text)),
            Some(_) | None => {}
        }
    }
    let seconds = seconds.ok_or(Doubt::Unsigned)?;
    if marks.is_empty() {
        return Err(Doubt::Unsigned);
    }
    let signed = mac(secret, seconds, body).ok_or(Doubt::Forged)?;
    if !marks.iter().any(|mark| signed.clone().verify_slice(mark).is_ok()) {
        return Err(Doubt::Forged);
    }
    let away = now.micros().div_euclid(1_000_000).saturating_sub(seconds).unsigned_abs();
    if away > TOLERANCE_SECONDS.unsigned_abs() { Err(Doubt::Old) } else { Ok(()) }
}

fn mac(secret: &[u8], seconds: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).ok()?;
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Moment = Moment::from_micros(1_700_000_000_000_000);

    #[test]
    fn a_signature_of_stripe_is_read_as_stripe_writes_it() {
        // printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test
        let header = "t=1700000000,v1=c89214b5b5da833daed6f0b8c5bb6bd58cea9022bd80ccc78230f3942d632925";
        assert_eq!(check(b"whsec_test", Some(header), NOW, br#"{"id":"evt_1"}"#), Ok(()));
        assert_eq!(sign(b"whsec_test", NOW, br#"{"id":"evt_1"}"#), header);
    }

    #[test]
    fn what_is_not_signed_is_refused() {
        for header in ["", "v1=00", "t=1700000000", "t=x,v1=00", "t=1700000000,v1=0", "t=1700000000,v0=00"] {
            assert_eq!(check(b"secret", Some(header), NOW, b"{}"), Err(Doubt::Unsigned), "{header}");
        }
        assert_eq!(check(b"secret", None, NOW, b"{}"), Err(Doubt::Unsigned));
    }

    #[test]
    fn another_body_another_secret_and_another_time_are_refused() {
        let header = sign(b"secret", NOW, b"{}");
        assert_eq!(check(b"secret", Some(&header), NOW, b"{}"), Ok(()));
        assert_eq!(check(b"secret", Some(&header), NOW, b"{ }"), Err(Doubt::Forged));
        assert_eq!(check(b"other", Some(&header), NOW, b"{}"), Err(Doubt::Forged));
        let moved = header.replace("t=1700000000", "t=1700000001");
        assert_eq!(check(b"secret", Some(&moved), NOW, b"{}"), Err(Doubt::Forged));
    }

    #[test]
    fn an_old_signature_is_refused_on_either_side() {
        let header = sign(b"secret", NOW, b"{}");
        for (seconds, expected) in
            [(300, Ok(())), (301, Err(Doubt::Old)), (-300, Ok(())), (-301, Err(Doubt::Old))]
        {
            let now = NOW.plus_micros(seconds * 1_000_000);
            assert_eq!(check(b"secret", Some(&header), now, b"{}"), expected, "{seconds}");
        }
    }

    #[test]
    fn one_good_signature_of_two_is_enough() {
        let header = sign(b"new", NOW, b"{}");
        let both = format!("{header},v1={}", "00".repeat(32));
        assert_eq!(check(b"new", Some(&both), NOW, b"{}"), Ok(()));
    }

    proptest! {
        #[test]
        fn no_header_makes_the_check_panic(header: String, body: Vec<u8>) {
            prop_assert!(check(b"secret", Some(&header), NOW, &body).is_err());
        }
    }
}
