//! Links that let a shop read its own score: who holds one reads that shop's pages until it ends, and nothing else.
//!
//! Invariant: a browser that holds a token (in a cookie no script can read) reaches nothing of the platform (`/console`,
//! `/api/platform`) until it leaves the shop's view.

use crate::admin::frame;
use crate::lang::cookie;
use crate::principal::Principal;
use crate::problem::Failure;
use crate::refusal::Refusal;
use crate::site::Site;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use kernel::Id;
use kernel::id::Shop;

pub use crate::link::{Key, LONGEST_DAYS, Refused};

/// The cookie that holds a token.
pub const COOKIE: &str = "sanhao_merchant";

/// The shop that reads: by the cookie of a link, or by a seat of whoever is signed in.
pub struct Visitor {
    /// Which shop.
    pub shop: Id<Shop>,
    /// Where its score stands: `/merchant/score`, `/merchant/shp_.../score`.
    pub root: String,
    /// The frame of the merchant center, for who has a seat.
    pub seat: Option<frame::ShopFrame>,
}

/// The refusal of a token, as a page or as a problem.
pub fn refusal(why: Refused) -> Failure {
    match why {
        Refused::Forged => Refusal::ForgedLink.into(),
        Refused::Ended => Refusal::LinkEnded.into(),
    }
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Failure> {
        let seat = parts.uri.path().strip_prefix("/merchant/").and_then(|rest| rest.split('/').next());
        if let Some(named) = seat.filter(|named| *named != "score") {
            let shop = crate::input::id::<Shop>(named)?;
            let who = Principal::from_request_parts(parts, site).await?;
            let name = site.read(move |q| Ok(people::merchant::shop(q, shop)?.name)).await?;
            let many = who.shops().len() > 1;
            let seat = Some(frame::ShopFrame { shop, name: name.to_string(), many });
            return Ok(Self { shop, root: format!("/merchant/{shop}/score"), seat });
        }
        let shop = shop_of_link(&parts.headers, site)?;
        Ok(Self { shop, root: "/merchant/score".to_owned(), seat: None })
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
