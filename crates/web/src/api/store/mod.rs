//! `/api/store`: everything a shopper does - look, search, fill a cart, claim coupons, ask for a price, place, pay, follow
//! orders - for apps and programs, by the same functions as the mall's pages.
//!
//! Invariants: what is a member's own is answered to that member alone, to everybody else it is not there; every write takes
//! an `Idempotency-Key`; lists are paged by key; a price that was quoted is the price that is paid.

mod buy;
mod cart;
mod order;
mod shelf;

use crate::Site;
use axum::http::HeaderMap;
use kernel::Moment;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The operations.
pub(crate) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(shelf::categories))
        .routes(routes!(shelf::home))
        .routes(routes!(shelf::products))
        .routes(routes!(shelf::product))
        .routes(routes!(shelf::prices))
        .routes(routes!(shelf::shop))
        .routes(routes!(shelf::ways))
        .routes(routes!(cart::get))
        .routes(routes!(cart::add))
        .routes(routes!(cart::set, cart::remove))
        .routes(routes!(cart::coupons))
        .routes(routes!(cart::claim))
        .routes(routes!(cart::claims))
        .routes(routes!(buy::quote))
        .routes(routes!(buy::get_quote))
        .routes(routes!(buy::purchases, buy::place))
        .routes(routes!(buy::get))
        .routes(routes!(buy::cancel))
        .routes(routes!(buy::pay))
        .routes(routes!(buy::payment))
        .routes(routes!(buy::confirm))
        .routes(routes!(order::list))
        .routes(routes!(order::get))
        .routes(routes!(order::cancel))
        .routes(routes!(order::receive))
        .routes(routes!(order::readdress))
}

/// The longest that one request waits, in seconds.
const LONGEST: u64 = 60;

/// How long a client is ready to wait (`Prefer: wait=20`); not at all, if it does not say.
fn patience(headers: &HeaderMap) -> Duration {
    let words = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let seconds = words
        .flat_map(|value| value.split([',', ';']))
        .find_map(|word| word.trim().strip_prefix("wait=")?.parse::<u64>().ok());
    Duration::from_secs(seconds.unwrap_or(0).min(LONGEST))
}

fn time(site: &Site, at: Moment) -> String {
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
