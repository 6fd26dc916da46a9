//! Links that let a shop read its own score: who holds one reads that shop's pages until it ends, and nothing else.
//!
//! Invariant: a browser that holds a token (in a cookie no script can read) reaches nothing of the platform (`/console`,
//! `/api/platform`) until it leaves the shop's view.

use crate::lang::cookie;
use crate::problem::Failure;
use crate::refusal::Refusal;
use crate::site::Site;
use axum::http::{HeaderMap, HeaderValue};
use kernel::Id;
use kernel::id::Shop;

pub use crate::link::{Key, LONGEST_DAYS, Refused};

/// The cookie that holds a token.
pub const COOKIE: &str = "sanhao_merchant";

/// The refusal of a token, as a page or as a problem.
pub fn refusal(why: Refused) -> Failure {
    match why {
        Refused::Forged => Refusal::ForgedLink.into(),
        Refused::Ended => Refusal::LinkEnded.into(),
    }
}

/// The shop whose link a browser has opened.
pub fn shop_of_link(headers: &HeaderMap, site: &Site) -> Result<Id<Shop>, Failure> {
    let token = cookie(headers, COOKIE).ok_or(Refusal::NoLink)?;
    Ok(site.merchant_key.read(token, (site.now)()).map_err(refusal)?.0)
}

/// Whether a browser holds a merchant's cookie, valid or not.
pub fn held(headers: &HeaderMap) -> bool {
    cookie(headers, COOKIE).is_some()
}

/// The cookie as it is set; without a token it is taken back.
pub fn set_cookie(token: Option<(&str, i64)>) -> Option<HeaderValue> {
    let (value, seconds) = token.unwrap_or(("", 0));
    HeaderValue::try_from(format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax")).ok()
}
