//! `metrics`: every shop's figures as of a moment.

use crate::cli::Metrics;
use crate::market::Open;
use crate::output::{self, Exit, Sheet, json_number, number};
use govern::metric::{self, Metric};
use serde::Serialize;
use std::path::Path;

#[derive(Serialize)]
struct Line {
    shop: String,
    external_id: String,
    metric: &'static str,
    numerator: serde_json::Value,
    denominator: i64,
    value: Option<serde_json::Value>,
}

pub(crate) fn run(dir: &Path, question: &Metrics) -> Result<(), Exit> {
    let open = Open::reading(dir)?;
    let market = open.market(dir)?;
    let at = crate::market::as_of(question.as_of.as_deref(), &market)?;
    let chosen: Vec<&Metric> = match &question.metric {
        Some(name) => vec![find(name)?],
        None => metric::catalogue().iter().collect(),
    };
    let ask = open.snapshot()?;
    let shops = govern::shops(&*ask).map_err(Exit::failed)?;
    let only = match &question.shop {
        Some(text) => Some(shop(&shops, text)?.no),
        None => None,
    };
    let readings = metric::as_of(&*ask, &chosen, at, only).map_err(Exit::failed)?;
    let mut lines: Vec<Line> = readings
        .iter()
        .filter_map(|reading| {
            let shop = shops.get(reading.shop)?;
            Some(Line {
                shop: shop.id.to_string(),
                external_id: shop.external_id.clone(),
                metric: &reading.metric.name,
                numerator: json_number(reading.numerator()),
                denominator: reading.den,
                value: reading.value().map(json_number),
            })
        })
        .collect();
    let place = |name: &str| chosen.iter().position(|m| m.name == name);
    lines.sort_by(|a, b| {
        a.external_id.cmp(&b.external_id).then_with(|| place(a.metric).cmp(&place(b.metric)))
    });
    if lines.is_empty() {
        eprintln!("no shop has a contribution in the window that ends at {}", at.rfc3339(&market.zone));
    }
    output::print(question.format, &lines, || Sheet {
        head: vec!["shop", "external_id", "metric", "numerator", "denominator", "value"],
        right: vec![3, 4, 5],
        rows: lines
            .iter()
            .map(|line| {
                vec![
                    line.shop.clone(),
                    line.external_id.clone(),
                    line.metric.to_owned(),
                    plain(&line.numerator),
                    line.denominator.to_string(),
                    line.value.as_ref().map_or_else(String::new, plain),
                ]
            })
            .collect(),
    })
}

fn plain(value: &serde_json::Value) -> String {
    value.as_f64().map_or_else(String::new, number)
}

/// The metric of that name, or which names there are.
pub(crate) fn find(name: &str) -> Result<&'static Metric, Exit> {
    metric::catalogue().iter().find(|m| m.name == name).ok_or_else(|| {
        let names: Vec<&str> = metric::catalogue().iter().map(|m| &*m.name).collect();
        Exit::Input(format!("there is no metric \"{name}\": {}", names.join(", ")))
    })
}

/// The shop of that id or external id.
pub(crate) fn shop<'a>(shops: &'a govern::Shops, text: &str) -> Result<&'a govern::ShopName, Exit> {
    shops.find(text).ok_or_else(|| {
        Exit::Input(format!(
            "there is no shop \"{text}\" in this market: give its id (shp_...) or its external id"
        ))
    })
}
