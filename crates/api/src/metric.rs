//! Metrics: the catalogue, readings as of a moment, the orders behind one, and its course over days.

use crate::as_of;
use axum::extract::State;
use govern::metric::{self, Metric};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use web_kit::problem::{Failure, Path, Query, brief};
use web_kit::site::Site;
use web_kit::view::metric::period;

/// A metric as it is defined.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MetricView {
    /// Its name.
    pub metric: String,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// What it means, in Chinese.
    pub meaning_zh: String,
    /// What it means, in English.
    pub meaning_en: String,
    /// The unit of its value.
    pub unit: String,
    /// How many days of 24 h its window has.
    pub window_days: i64,
    /// The clause it comes from.
    pub source: String,
    /// Its definition.
    pub sql: String,
}

/// The metric of a name.
pub fn find(name: &str) -> Result<&'static Metric, Failure> {
    metric::named(name).map_err(|err| {
        let names: Vec<&str> = metric::catalogue().iter().map(|m| m.name.as_str()).collect();
        Failure::from(err).zh(format!("没有指标「{}」。有这些：{}", brief(name), names.join(", ")))
    })
}

/// Every metric, as it is defined.
#[utoipa::path(get, path = "/metrics", extensions(("x-needs" = json!("platform.view"))), tag = "metrics", responses((status = 200, body = Vec<MetricView>)))]
pub async fn list() -> axum::Json<Vec<MetricView>> {
    let view = |m: &Metric| MetricView {
        metric: m.name.clone(),
        zh: m.zh.clone(),
        en: m.en.clone(),
        meaning_zh: m.meaning_zh.clone(),
        meaning_en: m.meaning_en.clone(),
        unit: m.unit.clone(),
        window_days: m.window_days,
        source: m.source.clone(),
        sql: m.sql.clone(),
    };
    axum::Json(metric::catalogue().iter().map(view).collect())
}

/// One figure of one shop. A metric without contributions in its window has no row.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ReadingView {
    /// The shop.
    pub shop: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// The metric.
    pub metric: String,
    /// The numerator.
    #[schema(value_type = f64)]
    pub numerator: Number,
    /// The denominator.
    pub denominator: i64,
    /// Their quotient, or the count itself; null when the denominator is 0.
    #[schema(value_type = Option<f64>)]
    pub value: Option<Number>,
}

impl ReadingView {
    fn of(row: metric::Row) -> Self {
        Self {
            shop: row.shop.to_string(),
            external_id: row.external_id,
            metric: row.metric.to_owned(),
            numerator: row.numerator,
            denominator: row.denominator,
            value: row.value,
        }
    }
}

/// Which readings.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// RFC 3339, or a date, which means 23:59:59.999999 of that local day. Now if not said.
    as_of: Option<String>,
    /// One shop only: its id or external id.
    shop: Option<String>,
    /// One metric only.
    metric: Option<String>,
}

/// Readings of every shop and metric as of a moment: facts after it do not count.
#[utoipa::path(get, path = "/metrics/readings", extensions(("x-needs" = json!("platform.view"))), tag = "metrics", params(Which), responses((status = 200, body = Vec<ReadingView>)))]
pub async fn readings(
    State(site): State<Site>,
    Query(which): Query<Which>,
) -> Result<axum::Json<Vec<ReadingView>>, Failure> {
    let at = as_of(which.as_of.as_deref(), &site)?;
    let chosen: Vec<&'static Metric> = match &which.metric {
        Some(name) => vec![find(name)?],
        None => metric::catalogue().iter().collect(),
    };
    let views = site
        .ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            let only = which
                .shop
                .as_deref()
                .map(|text| web_kit::view::shops::find(&shops, text))
                .transpose()?
                .map(|s| s.no);
            let readings = metric::as_of(ask, &chosen, at, only)?;
            let place = |name: &str| chosen.iter().position(|m| m.name == name);
            let mut views: Vec<ReadingView> =
                metric::rows(&shops, &readings).into_iter().map(ReadingView::of).collect();
            views.sort_by(|a, b| {
                a.external_id.cmp(&b.external_id).then_with(|| place(&a.metric).cmp(&place(&b.metric)))
            });
            Ok(views)
        })
        .await?;
    Ok(axum::Json(views))
}

/// A metric of a shop with the orders behind it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExplainView {
    /// The shop.
    pub shop: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// The metric.
    pub metric: String,
    /// As of when.
    pub as_of: String,
    /// The window.
    pub window: WindowView,
    /// The numerator.
    #[schema(value_type = f64)]
    pub numerator: Number,
    /// The denominator.
    pub denominator: i64,
    /// The value; null when the denominator is 0.
    #[schema(value_type = Option<f64>)]
    pub value: Option<Number>,
    /// Its unit.
    pub unit: String,
    /// What it means.
    pub meaning: String,
    /// The clause it comes from.
    pub source: String,
    /// The orders behind it.
    pub orders: Vec<ContributionView>,
}

/// The window of a metric: after one moment, until another, that one included.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WindowView {
    /// How many days of 24 h.
    pub days: i64,
    /// After this moment.
    pub after: String,
    /// Until this one.
    pub until: String,
}

/// What one order adds, or whatever else the metric counts.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ContributionView {
    /// The order; the id of another thing has its own prefix.
    pub order: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// The moment that must be in the window.
    pub anchor: String,
    /// Since when it is known.
    pub known_at: String,
    /// What it adds to the numerator.
    #[schema(value_type = f64)]
    pub numerator: Number,
    /// What it adds to the denominator.
    pub denominator: i64,
}

/// As of when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// RFC 3339, or a date, which means 23:59:59.999999 of that local day. Now if not said.
    as_of: Option<String>,
}

/// One metric of one shop, down to the orders behind it.
#[utoipa::path(
    get, path = "/shops/{shop}/metrics/{metric}", extensions(("x-needs" = json!("platform.view"))), tag = "metrics",
    params(When),
    responses((status = 200, body = ExplainView))
)]
pub async fn explain(
    State(site): State<Site>,
    Path((shop, metric)): Path<(String, String)>,
    Query(when): Query<When>,
) -> Result<axum::Json<ExplainView>, Failure> {
    let metric = find(&metric)?;
    let at = as_of(when.as_of.as_deref(), &site)?;
    let view = site
        .ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            let shop = web_kit::view::shops::find(&shops, &shop)?;
            let explained = metric::explain(ask, metric, shop.no, at)?;
            let zone = &site.market.zone;
            let orders = explained.contributions.iter().map(|c| ContributionView {
                order: metric.ref_id(c.of),
                external_id: c.external_id.clone(),
                anchor: c.anchor.rfc3339(zone),
                known_at: c.known_at.rfc3339(zone),
                numerator: metric.numerator(c.num),
                denominator: c.den,
            });
            Ok(ExplainView {
                shop: shop.id.to_string(),
                external_id: shop.external_id.clone(),
                metric: metric.name.to_string(),
                as_of: at.rfc3339(zone),
                window: WindowView {
                    days: metric.window_days,
                    after: explained.window.0.rfc3339(zone),
                    until: explained.window.1.rfc3339(zone),
                },
                numerator: metric.numerator(explained.num),
                denominator: explained.den,
                value: metric.figure(explained.num, explained.den),
                unit: metric.unit.to_string(),
                meaning: metric.meaning_en.to_string(),
                source: metric.source.to_string(),
                orders: orders.collect(),
            })
        })
        .await?;
    Ok(axum::Json(view))
}

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// The first day.
    from: String,
    /// The last day.
    to: String,
}

impl Days {
    /// The days, checked.
    pub(crate) fn read(&self) -> Result<(kernel::Date, kernel::Date), Failure> {
        period(&self.from, &self.to)
    }
}

/// A metric at the end of one local day. Days without contributions have no row.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PointView {
    /// The local day.
    pub day: String,
    /// The numerator at its end.
    #[schema(value_type = f64)]
    pub numerator: Number,
    /// The denominator at its end.
    pub denominator: i64,
    /// The value; null when the denominator is 0.
    #[schema(value_type = Option<f64>)]
    pub value: Option<Number>,
}

/// One metric of one shop at the end of every local day of a period.
#[utoipa::path(
    get, path = "/shops/{shop}/metrics/{metric}/series", extensions(("x-needs" = json!("platform.view"))), tag = "metrics",
    params(Days),
    responses((status = 200, body = Vec<PointView>))
)]
pub async fn series(
    State(site): State<Site>,
    Path((shop, metric)): Path<(String, String)>,
    Query(days): Query<Days>,
) -> Result<axum::Json<Vec<PointView>>, Failure> {
    let metric = find(&metric)?;
    let (from, to) = days.read()?;
    let points = site
        .ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            let shop = web_kit::view::shops::find(&shops, &shop)?;
            let ends = site.market.day_ends(from, to);
            let grid = metric::series(ask, metric, &ends, Some(shop.no))?;
            let point = |(day, end): (usize, &kernel::Moment)| {
                let (num, den) = grid.at(day, shop.no);
                (num != 0 || den != 0).then(|| PointView {
                    day: end.date(&site.market.zone).to_string(),
                    numerator: metric.numerator(num),
                    denominator: den,
                    value: metric.figure(num, den),
                })
            };
            Ok(ends.iter().enumerate().filter_map(point).collect())
        })
        .await?;
    Ok(axum::Json(points))
}
