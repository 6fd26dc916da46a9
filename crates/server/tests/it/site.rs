//! The site of the tests: the app over a database, with a clock that stands still.

use axum::body::Body;
use axum::http::{Request, header};
use kernel::Moment;
use std::sync::Arc;

/// What its amounts and days are measured in.
pub(super) fn market() -> kernel::Market {
    kernel::Market { zone: "Asia/Shanghai".parse().unwrap(), currency: kernel::Currency::CNY }
}

/// The site over a database, with the facts of every test. The clock stands still.
pub(super) fn app(db: &store::Db) -> web_kit::App {
    let snapshot = super::facts::snapshot();
    web_kit::App {
        db: db.clone(),
        market: market(),
        snapshot: Arc::new(move || Ok(snapshot.clone())),
        now: Arc::new(now),
        merchant_key: merchant_key(),
        vault: Arc::new(vault(db)),
        services: services(market(), vault(db)),
        blobs: blobs(db),
        waits: web_kit::waits::Waits::default(),
        member_rules: people::member::Rules {
            cost: people::member::Cost { memory_kib: 16, passes: 1, lanes: 1 },
            ..people::member::Rules::default()
        },
        origin: None,
    }
}

pub(super) fn now() -> Moment {
    "2025-06-10T04:00:00Z".parse::<jiff::Timestamp>().map(Moment::from_timestamp).unwrap()
}

pub(super) fn merchant_key() -> web_kit::merchant::Key {
    web_kit::merchant::Key::of([5; 32])
}

pub(super) fn vault(db: &store::Db) -> people::vault::Vault {
    people::vault::Vault::open(db, vec![people::vault::Master::from_bytes([6; 32])], now()).unwrap()
}

/// Where the pictures of a database are kept.
pub(super) fn blobs(db: &store::Db) -> store::blob::Blobs {
    store::blob::Blobs::open(&db.dir().join("blobs")).unwrap()
}

/// A till that takes no money.
pub(super) fn services(market: kernel::Market, vault: people::vault::Vault) -> flows::buy::CheckoutServices {
    let terms = trade::terms::read(trade::terms::without_risk()).unwrap();
    flows::buy::CheckoutServices::new(market, terms, vault, Vec::new())
}

/// The cookie of whoever operates the platform.
pub(super) fn operator() -> String {
    format!("{}={}", web_kit::principal::OPERATOR, merchant_key().ticket(now().plus_days(1)))
}

/// The same request from the operator, unless it says who asks.
pub(super) fn by_operator(mut request: Request<Body>) -> Request<Body> {
    let headers = request.headers_mut();
    if !headers.contains_key(header::AUTHORIZATION) {
        headers.append(header::COOKIE, operator().parse().unwrap());
    }
    request
}
