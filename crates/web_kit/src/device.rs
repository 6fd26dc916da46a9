//! By what a browser is known again when it buys: a word of its own in a cookie, given when somebody signs in. It says nothing of
//! the device and outlives the session, so that accounts which take turns on one device are seen to do so.
//!
//! Absent: programs, which keep no cookies, and whoever empties them; what is traced by other signs is traced all the same.

use crate::lang::cookie;
use crate::principal::set_cookie;
use crate::site::Site;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use sha2::{Digest, Sha256};

/// The cookie that holds it.
const DEVICE: &str = "sanhao_device";

/// For how many seconds a browser keeps it: a year.
const KEPT: i64 = 365 * 86_400;

/// How many letters it has.
const LETTERS: usize = 32;

/// The word of the device that a request comes from, if it has one.
pub fn of(headers: &HeaderMap) -> Option<&str> {
    let word = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    cookie(headers, DEVICE).filter(|text| text.len() == LETTERS && text.bytes().all(word))
}

/// Gives a browser that has none a word, made from the session that it opened; nothing leads back from it.
pub fn mark(site: &Site, headers: &HeaderMap, token: &str, response: &mut Response) {
    if of(headers).is_some() {
        return;
    }
    let digest = Sha256::new().chain_update("sanhao device\0").chain_update(token).finalize();
    let word: String = digest[..LETTERS / 2].iter().map(|byte| format!("{byte:02x}")).collect();
    if let Some(cookie) = set_cookie(site, DEVICE, Some((&word, KEPT))) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
