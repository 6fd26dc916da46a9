//! Metrics: the catalogue, readings as of a moment, the orders behind one, and its course over days.

use crate::shape::{as_of, ask_of_shop};
use govern::metric::{self, Metric, Row};
use serde_json::Number;
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::view::metric::period;
use web_kit::view::shops;

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
#[operation(get, "/metrics", tag = "metrics", needs = "platform.view")]
pub async fn list() -> Answer<Vec<MetricView>> {
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
    Ok(axum::Json(metric::catalogue().iter().map(view).collect()))
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
#[operation(get, "/metrics/readings", tag = "metrics", needs = "platform.view")]
pub async fn readings(at: Context, query: Which) -> Answer<Vec<Row>> {
    let end = as_of(query.as_of.as_deref(), &at)?;
    let chosen: Vec<&'static Metric> = match &query.metric {
        Some(name) => vec![find(name)?],
        None => metric::catalogue().iter().collect(),
    };
    at.ask(move |site, ask| {
        let shops = shops::all(site, ask)?;
        let only = query.shop.as_deref().map(|text| shops::find(&shops, text)).transpose()?;
        let readings = metric::as_of(ask, &chosen, end, only.map(|shop| shop.no))?;
        let place = |name: &str| chosen.iter().position(|m| m.name == name);
        let mut rows = metric::rows(&shops, &readings);
        rows.sort_by(|a, b| {
            a.external_id.cmp(&b.external_id).then_with(|| place(a.metric).cmp(&place(b.metric)))
        });
        Ok(rows)
    })
    .await
}

/// A numerator and a denominator.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FigureView {
    /// The numerator, in the metric's unit.
    #[schema(value_type = f64)]
    pub numerator: Number,
    /// The denominator.
    pub denominator: i64,
}

impl FigureView {
    /// The figure that sums of a metric come to.
    pub(crate) fn of(metric: &Metric, num: i64, den: i64) -> Self {
        Self { numerator: metric.numerator(num), denominator: den }
    }
}

/// A figure and what it comes to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct QuotientView {
    /// The figure.
    #[serde(flatten)]
    pub figure: FigureView,
    /// The quotient, or the count itself; null without samples, when the denominator is 0.
    #[schema(value_type = Option<f64>)]
    pub value: Option<Number>,
}

impl QuotientView {
    fn of(metric: &Metric, num: i64, den: i64) -> Self {
        Self { figure: FigureView::of(metric, num, den), value: metric.figure(num, den) }
    }
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
    /// The figures.
    #[serde(flatten)]
    pub quotient: QuotientView,
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

impl WindowView {
    /// So many days, between two moments.
    pub(crate) fn of(site: &Site, days: i64, after: Moment, until: Moment) -> Self {
        Self { days, after: site.time(after), until: site.time(until) }
    }
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
    /// What it adds to the numerator, and to the denominator.
    #[serde(flatten)]
    pub figure: FigureView,
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
#[operation(get, "/shops/{shop}/metrics/{metric}", tag = "metrics", needs = "platform.view")]
pub async fn explain(at: Context, shop: String, metric: String, query: When) -> Answer<ExplainView> {
    let metric = find(&metric)?;
    let end = as_of(query.as_of.as_deref(), &at)?;
    ask_of_shop(&at, shop, move |site, ask, shop| {
        let explained = metric::explain(ask, metric, shop.no, end)?;
        let orders = explained.contributions.iter().map(|c| ContributionView {
            order: metric.ref_id(c.of),
            external_id: c.external_id.clone(),
            anchor: site.time(c.anchor),
            known_at: site.time(c.known_at),
            figure: FigureView::of(metric, c.num, c.den),
        });
        Ok(ExplainView {
            shop: shop.id.to_string(),
            external_id: shop.external_id.clone(),
            metric: metric.name.to_string(),
            as_of: site.time(end),
            window: WindowView::of(site, metric.window_days, explained.window.0, explained.window.1),
            quotient: QuotientView::of(metric, explained.num, explained.den),
            unit: metric.unit.to_string(),
            meaning: metric.meaning_en.to_string(),
            source: metric.source.to_string(),
            orders: orders.collect(),
        })
    })
    .await
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

/// A metric at the end of one local day. Days without contributions have no row.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PointView {
    /// The local day.
    pub day: String,
    /// The figures at its end.
    #[serde(flatten)]
    pub quotient: QuotientView,
}

/// One metric of one shop at the end of every local day of a period.
#[operation(get, "/shops/{shop}/metrics/{metric}/series", tag = "metrics", needs = "platform.view")]
pub async fn series(at: Context, shop: String, metric: String, query: Days) -> Answer<Vec<PointView>> {
    let metric = find(&metric)?;
    let (from, to) = period(&query.from, &query.to)?;
    ask_of_shop(&at, shop, move |site, ask, shop| {
        let ends = web_kit::history::ends_of(site, from, to);
        let grid = metric::series(ask, metric, &ends, Some(shop.no))?;
        let point = |(day, end): (usize, &Moment)| {
            let (num, den) = grid.at(day, shop.no);
            (num != 0 || den != 0).then(|| PointView {
                day: end.date(&site.market.zone).to_string(),
                quotient: QuotientView::of(metric, num, den),
            })
        };
        Ok(ends.iter().enumerate().filter_map(point).collect())
    })
    .await
}
