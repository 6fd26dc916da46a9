//! Readings: the engine fed from the lake.

use super::engine::{DAY, Engine, Grid};
use super::{Kind, Metric};
use crate::{Error, Result, Shops};
use kernel::ask::Query;
use kernel::{Ask, AskError, Id, Moment, id::Shop};
use serde_json::Number;

/// One metric of one shop at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The shop's number.
    pub shop: i64,
    /// The metric.
    pub metric: &'static Metric,
    /// The numerator, unscaled.
    pub num: i64,
    /// The denominator.
    pub den: i64,
}

impl Reading {
    /// The value; none when the denominator is 0.
    pub fn value(&self) -> Option<f64> {
        self.metric.value(self.num, self.den)
    }
    /// The numerator in the metric's unit.
    pub fn numerator(&self) -> f64 {
        self.metric.scaled(self.num)
    }
}

impl Metric {
    /// The value that sums come to; none when the denominator is 0.
    pub fn value(&self, num: i64, den: i64) -> Option<f64> {
        match self.kind {
            Kind::Count => Some(num as f64),
            _ if den == 0 => None,
            _ => Some(self.scaled(num) / den as f64),
        }
    }
    /// A summed numerator in the metric's unit.
    pub fn scaled(&self, num: i64) -> f64 {
        if self.scale == 1 { num as f64 } else { num as f64 / self.scale as f64 }
    }
    /// As [`Metric::scaled`], for JSON: whole where the unit is.
    pub fn numerator(&self, num: i64) -> Number {
        if self.scale == 1 { num.into() } else { number(self.scaled(num)) }
    }
    /// As [`Metric::value`], for JSON: a count is whole.
    pub fn figure(&self, num: i64, den: i64) -> Option<Number> {
        match self.kind {
            Kind::Count if self.scale == 1 => Some(num.into()),
            _ => self.value(num, den).map(number),
        }
    }
}

/// A finite number for JSON.
pub fn number(value: f64) -> Number {
    Number::from_f64(value).unwrap_or_else(|| 0.into())
}

/// A reading as it is shown and written.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = ReadingView)]
pub struct Row {
    /// The shop.
    #[schema(value_type = String)]
    pub shop: Id<Shop>,
    /// What the system it came from calls it.
    pub external_id: String,
    /// The metric's name.
    pub metric: &'static str,
    /// The numerator, in the metric's unit.
    #[schema(value_type = f64)]
    pub numerator: Number,
    /// The denominator.
    pub denominator: i64,
    /// The value; none when the denominator is 0.
    #[schema(value_type = Option<f64>)]
    pub value: Option<Number>,
}

/// Readings with their shops' names, in the same order.
pub fn rows(shops: &Shops, readings: &[Reading]) -> Vec<Row> {
    readings
        .iter()
        .filter_map(|reading| {
            let shop = shops.get(reading.shop)?;
            Some(Row {
                shop: shop.id,
                external_id: shop.external_id.clone(),
                metric: &reading.metric.name,
                numerator: reading.metric.numerator(reading.num),
                denominator: reading.den,
                value: reading.metric.figure(reading.num, reading.den),
            })
        })
        .collect()
}

/// The readings of the given metrics at one moment, by shop and then in the order given; of one shop or of all.
pub fn as_of(
    ask: &dyn Ask,
    metrics: &[&'static Metric],
    at: Moment,
    shop: Option<i64>,
) -> Result<Vec<Reading>> {
    let mut readings = Vec::new();
    for (i, metric) in metrics.iter().enumerate() {
        let grid = series(ask, metric, &[at], shop)?;
        readings.extend(
            grid.rows().map(|row| (i, Reading { shop: row.shop, metric, num: row.num, den: row.den })),
        );
    }
    readings.sort_by_key(|(i, reading)| (reading.shop, *i));
    Ok(readings.into_iter().map(|(_, reading)| reading).collect())
}

/// One metric at every one of `ends` (in order), for one shop or for all, in the metric's own window.
pub fn series(ask: &dyn Ask, metric: &Metric, ends: &[Moment], shop: Option<i64>) -> Result<Grid> {
    series_in(ask, metric, metric.window_days, ends, shop)
}

/// As [`series`], in a window of `window_days`.
pub fn series_in(
    ask: &dyn Ask,
    metric: &Metric,
    window_days: i64,
    ends: &[Moment],
    shop: Option<i64>,
) -> Result<Grid> {
    let shops = match shop {
        // A grid of one column would need a number of its own; a row of shops per day is small enough.
        Some(no) => usize::try_from(no).map_or(0, |no| no + 1),
        None => ask
            .rows("select coalesce(max(shop), -1) + 1 from shop_opened", &[])?
            .first()
            .map_or(Ok(0), |row| row.int(0))?
            .try_into()
            .unwrap_or(0),
    };
    let mut engine = Engine::new(ends, window_days, shops, metric.scale == 1)?;
    let mut filter = window_filter(ends, window_days);
    if let Some(no) = shop {
        filter.push_str(&format!(" and subject = {no}"));
    }
    contributions(ask, metric, "subject", &filter, &mut |cols| {
        engine.add(cols[0], cols[1], cols[2], cols[3], cols[4])
    })?;
    Ok(engine.finish())
}

/// Numerator and denominator of the whole market at every one of `ends` (in order).
pub fn total(ask: &dyn Ask, metric: &Metric, ends: &[Moment]) -> Result<Vec<(i64, i64)>> {
    let mut engine = Engine::new(ends, metric.window_days, 1, false)?;
    let filter = window_filter(ends, metric.window_days);
    contributions(ask, metric, "0", &filter, &mut |cols| {
        engine.add(cols[0], cols[1], cols[2], cols[3], cols[4])
    })?;
    let grid = engine.finish();
    Ok((0..ends.len()).map(|day| grid.at(day, 0)).collect())
}

/// Which contributions can count at any of `ends`. The lake pushes it down to the files.
pub(super) fn window_filter(ends: &[Moment], window_days: i64) -> String {
    match (ends.first(), ends.last()) {
        (Some(first), Some(last)) => format!(
            "anchor > {} and anchor <= {}",
            first.micros().saturating_sub(window_days.saturating_mul(DAY)),
            last.micros()
        ),
        _ => "false".to_owned(),
    }
}

/// Takes the columns subject, anchor, known_at, num and den of a batch.
type Columns<'a> = &'a mut dyn FnMut(&[&[i64]; 5]) -> Result<(), AskError>;

fn contributions(
    ask: &dyn Ask,
    metric: &Metric,
    subject: &str,
    filter: &str,
    each: Columns<'_>,
) -> Result<()> {
    let sql = format!(
        "select cast({subject} as bigint) as subject, anchor, known_at, num, den\nfrom (\n{}\n) as contribution\nwhere {filter}",
        metric.sql
    );
    ask.ask(&Query { sql: &sql, params: &[], given: &[] }, &mut |batch| {
        each(&[batch.ints(0)?, batch.ints(1)?, batch.ints(2)?, batch.ints(3)?, batch.ints(4)?])
    })
    .map_err(|err| broken(metric, err))
}

/// A failed question about a metric, told to whoever wrote the metric.
pub(super) fn broken(metric: &Metric, err: AskError) -> Error {
    Error::Metric {
        file: metric.file.clone(),
        why: format!(
            "{err}; a metric must return subject, anchor, known_at, num and den as whole numbers without nulls, and ref as an id"
        ),
    }
}
