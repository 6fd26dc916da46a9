//! What market this is.

use kernel::id::Order;
use kernel::{Ask, Entity, Spec};
use web_kit::prelude::*;

/// A market and how far its facts reach.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MarketView {
    /// Its IANA time zone.
    pub zone: String,
    /// Its ISO 4217 currency.
    pub currency: String,
    /// How many facts there are.
    pub facts: i64,
    /// How many shops have opened.
    pub shops: i64,
    /// The local day of the first order, null while there is none.
    pub first_day: Option<String>,
    /// The local day of the last fact about an order, null while there is none.
    pub last_day: Option<String>,
}

/// How many facts of a kind there are, and the first and the last one if the kind is about orders.
fn count(spec: &Spec) -> String {
    let about_orders = spec.subject == <Order as Entity>::PREFIX
        || spec.columns.iter().any(|column| column.name == "order_id");
    let reach = if about_orders { "min(at), max(at)" } else { "null, null" };
    format!("select count(*), {reach} from {}", spec.table())
}

/// How many facts there are and how far those about orders reach.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// How many facts of all kinds.
    pub facts: i64,
    /// The first and the last fact about an order.
    pub reach: Option<(Moment, Moment)>,
}

/// How far the facts reach.
pub fn span(ask: &dyn Ask) -> Result<Span, Failure> {
    let mut span = Span { facts: 0, reach: None };
    let kinds: Vec<String> = kernel::fact::all().into_iter().map(count).collect();
    for row in ask.rows(&kinds.join("\nunion all "), &[]).map_err(Failure::lake)? {
        span.facts += row.int(0).map_err(Failure::lake)?;
        let first = row.maybe_int(1).map_err(Failure::lake)?;
        let last = row.maybe_int(2).map_err(Failure::lake)?;
        if let (Some(first), Some(last)) = (first, last) {
            let (first, last) = (Moment::from_micros(first), Moment::from_micros(last));
            span.reach = Some(span.reach.map_or((first, last), |(a, b)| (a.min(first), b.max(last))));
        }
    }
    Ok(span)
}

/// Whether the market is sound.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// `ok`, or `fault`: it answers, and somebody has to look.
    #[schema(pattern = "^(ok|fault)$")]
    pub status: &'static str,
    /// `sound`, `fault` or `unchecked`: whether money, stock, orders and payments agreed when they were checked last.
    #[schema(pattern = "^(sound|fault|unchecked)$")]
    pub books: &'static str,
    /// When they were checked last, RFC 3339.
    pub checked_at: Option<String>,
}

/// Whether the market is sound: for whoever watches the program. It says no more than that.
#[operation(get, "/health", tag = "market", needs = "public")]
pub async fn health(State(site): State<Site>) -> Answer<Health> {
    let last = site.read(|q| Ok(flows::check::results(q, 1)?)).await?.pop();
    let books = match &last {
        None => "unchecked",
        Some(report) if report.is_sound() => "sound",
        Some(_) => "fault",
    };
    let status = if books == "fault" { "fault" } else { "ok" };
    Ok(axum::Json(Health { status, books, checked_at: last.map(|report| site.time(report.at)) }))
}

/// The market: zone, currency, how many facts, first and last day.
#[operation(get, "/market", tag = "market", needs = "platform.view")]
pub async fn get(at: Context) -> Answer<MarketView> {
    at.ask(|site, ask| {
        let span = site.remember(ask, "api span", || span(ask))?;
        let shops = web_kit::view::shops::all(site, ask)?;
        let day = |at: Moment| at.date(&site.market.zone).to_string();
        Ok(MarketView {
            zone: site.market.zone.name().to_owned(),
            currency: site.market.currency.code().to_owned(),
            facts: span.facts,
            shops: i64::try_from(shops.len()).unwrap_or(i64::MAX),
            first_day: span.reach.map(|r| day(r.0)),
            last_day: span.reach.map(|r| day(r.1)),
        })
    })
    .await
}
