//! `/api/store`: everything a shopper does - look, search, fill a cart, claim coupons, ask for a price, place, pay, follow
//! orders - for apps and programs, by the same functions as the mall's pages.
//!
//! Invariants: what is a member's own is answered to that member alone, to everybody else it is not there; every write takes
//! an `Idempotency-Key`; lists are paged by key; a price that was quoted is the price that is paid.

pub(crate) mod buy;
pub(crate) mod cart;
pub(crate) mod order;
pub(crate) mod shelf;

use axum::http::HeaderMap;
use kernel::Moment;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use web_kit::site::Site;

/// The operations.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(crate::store::shelf::categories))
        .routes(routes!(crate::store::shelf::home))
        .routes(routes!(crate::store::shelf::products))
        .routes(routes!(crate::store::shelf::product))
        .routes(routes!(crate::store::shelf::prices))
        .routes(routes!(crate::store::shelf::shop))
        .routes(routes!(crate::store::shelf::ways))
        .routes(routes!(crate::store::cart::get))
        .routes(routes!(crate::store::cart::add))
        .routes(routes!(crate::store::cart::set, crate::store::cart::remove))
        .routes(routes!(crate::store::cart::coupons))
        .routes(routes!(crate::store::cart::claim))
        .routes(routes!(crate::store::cart::claims))
        .routes(routes!(crate::store::buy::quote))
        .routes(routes!(crate::store::buy::get_quote))
        .routes(routes!(crate::store::buy::purchases, crate::store::buy::place))
        .routes(routes!(crate::store::buy::get))
        .routes(routes!(crate::store::buy::cancel))
        .routes(routes!(crate::store::buy::pay))
        .routes(routes!(crate::store::buy::payment))
        .routes(routes!(crate::store::buy::confirm))
        .routes(routes!(crate::store::order::list))
        .routes(routes!(crate::store::order::get))
        .routes(routes!(crate::store::order::cancel))
        .routes(routes!(crate::store::order::receive))
        .routes(routes!(crate::store::order::readdress))
}

/// The longest that one request waits, in seconds.
const LONGEST: u64 = 60;

/// How long a client is ready to wait (`Prefer: wait=20`); not at all, if it does not say.
pub(crate) fn patience(headers: &HeaderMap) -> Duration {
    let words = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let seconds = words
        .flat_map(|value| value.split([',', ';']))
        .find_map(|word| word.trim().strip_prefix("wait=")?.parse::<u64>().ok());
    Duration::from_secs(seconds.unwrap_or(0).min(LONGEST))
}

pub(crate) fn time(site: &Site, at: Moment) -> String {
    at.rfc3339(&site.market.zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_is_read_from_prefer_and_has_an_end() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("prefer", axum::http::HeaderValue::from_static(value));
            patience(&headers).as_secs()
        };
        assert_eq!(of("wait=20"), 20);
        assert_eq!(of("respond-async, wait=5"), 5);
        assert_eq!(of("wait=9999"), LONGEST);
        assert_eq!(of("wait=soon"), 0);
        assert_eq!(patience(&HeaderMap::new()).as_secs(), 0);
    }
}
