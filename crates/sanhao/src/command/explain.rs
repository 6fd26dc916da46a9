//! `explain`: the score of one shop, or one metric of it, down to the orders behind it.

use super::metrics::{find, shop};
use crate::cli::Explain;
use crate::market::Open;
use crate::output::{self, Exit, Sheet, json_number, number};
use govern::metric;
use govern::scorecard::{self, Interval};
use serde::Serialize;
use std::path::Path;

/// The standard score of a 95 % interval.
const Z: f64 = 1.96;

#[derive(Serialize)]
struct Answer {
    shop: String,
    external_id: String,
    metric: &'static str,
    as_of: String,
    window: Window,
    numerator: serde_json::Value,
    denominator: i64,
    value: Option<serde_json::Value>,
    /// Between which values it lies with 95 % confidence; null for counts, and where too little is known.
    interval: Option<Interval>,
    unit: &'static str,
    meaning: &'static str,
    source: &'static str,
    orders: Vec<Line>,
}

#[derive(Serialize)]
struct Window {
    days: i64,
    after: String,
    until: String,
}

#[derive(Serialize)]
struct Line {
    order: String,
    external_id: String,
    anchor: String,
    known_at: String,
    numerator: serde_json::Value,
    denominator: i64,
}

pub(crate) fn run(dir: &Path, question: &Explain) -> Result<(), Exit> {
    let Some(name) = &question.metric else {
        return super::score::explain(dir, question);
    };
    let open = Open::reading(dir)?;
    let market = open.market(dir)?;
    let at = crate::market::as_of(question.as_of.as_deref(), &market)?;
    let metric = find(name)?;
    let ask = open.snapshot()?;
    let shops = govern::shops(&*ask).map_err(Exit::failed)?;
    let shop = shop(&shops, &question.shop)?;
    let explained = metric::explain(&*ask, metric, shop.no, at).map_err(Exit::failed)?;
    let answer = Answer {
        shop: shop.id.to_string(),
        external_id: shop.external_id.clone(),
        metric: &metric.name,
        as_of: at.rfc3339(&market.zone),
        window: Window {
            days: metric.window_days,
            after: explained.window.0.rfc3339(&market.zone),
            until: explained.window.1.rfc3339(&market.zone),
        },
        numerator: json_number(metric.scaled(explained.num)),
        denominator: explained.den,
        value: metric.value(explained.num, explained.den).map(json_number),
        interval: scorecard::measured(metric, &explained, Z),
        unit: &metric.unit,
        meaning: &metric.meaning_en,
        source: &metric.source,
        orders: explained
            .contributions
            .iter()
            .map(|c| Line {
                order: metric.ref_id(c.of),
                external_id: c.external_id.clone(),
                anchor: c.anchor.rfc3339(&market.zone),
                known_at: c.known_at.rfc3339(&market.zone),
                numerator: json_number(metric.scaled(c.num)),
                denominator: c.den,
            })
            .collect(),
    };
    let value = answer.value.as_ref().and_then(|v| v.as_f64()).map_or("no data".into(), number);
    let above = [
        format!("{} {}  {}", shop.name, answer.external_id, answer.shop),
        format!("{} = {value}{}", metric.en, between(answer.interval)),
        format!("  {} ({})", answer.numerator.as_f64().map_or_else(String::new, number), metric.num_en),
        format!("  ÷ {} ({})", answer.denominator, metric.den_en),
        format!(
            "window: after {} until {} ({} days of 24 h)",
            answer.window.after, answer.window.until, answer.window.days
        ),
        format!("meaning: {}", answer.meaning),
        format!("source: {}\n\n", answer.source),
    ];
    output::print_below(&above.join("\n"), question.format, &answer, || Sheet {
        head: vec!["order", "external_id", "anchor", "known_at", "numerator", "denominator"],
        right: vec![4, 5],
        rows: answer
            .orders
            .iter()
            .map(|line| {
                vec![
                    line.order.clone(),
                    line.external_id.clone(),
                    line.anchor.clone(),
                    line.known_at.clone(),
                    line.numerator.as_f64().map_or_else(String::new, number),
                    line.denominator.to_string(),
                ]
            })
            .collect(),
    })
}

fn between(interval: Option<Interval>) -> String {
    interval.map_or_else(String::new, |i| format!("  (95 %: {} to {})", number(i.low), number(i.high)))
}
