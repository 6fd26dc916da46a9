//! A metric's file: a header of `-- key: value` lines, then one `select`.

use crate::Diagnostic;
use crate::diagnostic::nearest;
use kernel::{Entity, RawId, id};

/// How a metric's value comes from its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Numerator over denominator, a share of 1.
    Ratio,
    /// Numerator over denominator, in a unit of its own.
    Mean,
    /// The numerator; the denominator is the same.
    Count,
}

/// One metric: a definition, not a figure.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Metric {
    /// Its name in commands, policies and the API.
    pub name: String,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// What it means, in Chinese.
    pub meaning_zh: String,
    /// What it means, in English.
    pub meaning_en: String,
    /// The unit of its value: `ratio`, `hours`, `stars`, `orders`.
    pub unit: String,
    /// How its value comes from its sums.
    pub kind: Kind,
    /// What the summed numerator is divided by to be in the unit: 3,600,000,000 for microseconds and hours.
    pub scale: i64,
    /// What the numerator counts, in Chinese.
    pub num_zh: String,
    /// What the numerator counts, in English.
    pub num_en: String,
    /// What the denominator counts, in Chinese.
    pub den_zh: String,
    /// What the denominator counts, in English.
    pub den_en: String,
    /// Its window, in days of 24 h.
    pub window_days: i64,
    /// Where the definition comes from.
    pub source: String,
    /// Whether more of it is better; of what a market counts, most is trouble.
    pub better_more: bool,
    /// The least a single value of a mean can be, in its unit.
    pub low: Option<f64>,
    /// The most a single value of a mean can be, in its unit.
    pub high: Option<f64>,
    /// Whether Wilson's interval says how sure a value is: each of the denominator is one sample between the bounds.
    pub interval: bool,
    /// What each contribution names: order, session, violation, product, survey, shop or insurance.
    pub refs: String,
    /// The `select` that returns its contributions.
    pub sql: String,
    /// Its file, from the root of the repository.
    pub file: String,
}

// The bounds are finite numbers: `parse` takes no others.
impl Eq for Metric {}

impl Metric {
    /// The id of what a contribution names, as it is written: `ord_...`.
    pub fn ref_id(&self, raw: RawId) -> String {
        format!("{}_{raw}", prefix(&self.refs).unwrap_or(id::Order::PREFIX))
    }
}

const REFS: [(&str, &str); 7] = [
    ("order", id::Order::PREFIX),
    ("session", id::Session::PREFIX),
    ("violation", id::Violation::PREFIX),
    ("product", id::Product::PREFIX),
    ("survey", id::Survey::PREFIX),
    ("shop", id::Shop::PREFIX),
    ("insurance", id::Insurance::PREFIX),
];

/// What the ids of a `ref` begin with.
fn prefix(word: &str) -> Option<&'static str> {
    REFS.iter().find(|(w, _)| *w == word).map(|(_, prefix)| *prefix)
}

/// Must stand in every header.
const NEEDED: [&str; 14] = [
    "name",
    "title.zh",
    "title.en",
    "meaning.zh",
    "meaning.en",
    "unit",
    "kind",
    "scale",
    "numerator.zh",
    "numerator.en",
    "denominator.zh",
    "denominator.en",
    "window_days",
    "source",
];
/// May be left out.
const OPTIONAL: [&str; 5] = ["better", "low", "high", "interval", "ref"];

/// Reads a metric's file, or says everything that is wrong with it.
pub fn parse(file: &str, text: &str) -> Result<Metric, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut found: Vec<(&str, &str, usize)> = Vec::new();
    let (mut offset, mut body) = (0, text.len());
    for line in text.split_inclusive('\n') {
        let Some(comment) = line.strip_prefix("--") else {
            body = offset;
            break;
        };
        match comment.split_once(':') {
            None => wrong.push(Diagnostic::error(
                text,
                offset,
                "a line of the header is not \"-- key: value\"",
                "a blank line after the header, then comments and the select",
            )),
            Some((key, value)) => {
                let (key, value) = (key.trim(), value.trim());
                if !NEEDED.contains(&key) && !OPTIONAL.contains(&key) {
                    let keys = NEEDED.into_iter().chain(OPTIONAL);
                    let like = nearest(key, keys.clone())
                        .map_or_else(|| keys.collect::<Vec<_>>().join(", "), str::to_owned);
                    wrong.push(Diagnostic::error(
                        text,
                        offset,
                        format!("\"{key}\" is not a key of a metric"),
                        like,
                    ));
                } else if found.iter().any(|(k, ..)| *k == key) {
                    wrong.push(Diagnostic::error(
                        text,
                        offset,
                        format!("\"{key}\" stands here twice"),
                        "it once",
                    ));
                } else if value.is_empty() {
                    wrong.push(Diagnostic::error(
                        text,
                        offset,
                        format!("\"{key}\" is empty"),
                        format!("-- {key}: ..."),
                    ));
                } else {
                    found.push((key, value, offset));
                }
            }
        }
        offset += line.len();
    }
    let header_end = body.saturating_sub(1);
    let mut take = |key: &str| -> (String, usize) {
        match found.iter().find(|(k, ..)| *k == key) {
            Some((_, value, at)) => ((*value).to_owned(), *at),
            None => {
                if !wrong.iter().any(|d: &Diagnostic| d.message.contains(&format!("\"{key}\""))) {
                    wrong.push(Diagnostic::error(
                        text,
                        header_end,
                        format!("the header has no \"{key}\""),
                        format!("-- {key}: ..."),
                    ));
                }
                (String::new(), header_end)
            }
        }
    };
    let (name, name_at) = take("name");
    let (zh, en) = (take("title.zh").0, take("title.en").0);
    let (meaning_zh, meaning_en) = (take("meaning.zh").0, take("meaning.en").0);
    let unit = take("unit").0;
    let (kind_word, kind_at) = take("kind");
    let (scale_word, scale_at) = take("scale");
    let (num_zh, num_en) = (take("numerator.zh").0, take("numerator.en").0);
    let (den_zh, den_en) = (take("denominator.zh").0, take("denominator.en").0);
    let (window_word, window_at) = take("window_days");
    let source = take("source").0;

    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".sql");
    if !name.is_empty() && name != stem {
        wrong.push(Diagnostic::error(
            text,
            name_at,
            format!("the name \"{name}\" is not the file's"),
            format!("-- name: {stem}"),
        ));
    }
    let kind = match kind_word.as_str() {
        "ratio" | "" => Kind::Ratio,
        "mean" => Kind::Mean,
        "count" => Kind::Count,
        other => {
            wrong.push(Diagnostic::error(
                text,
                kind_at,
                format!("\"{other}\" is not a kind"),
                "ratio, mean or count",
            ));
            Kind::Ratio
        }
    };
    let scale = positive(&scale_word, i64::MAX).unwrap_or_else(|| {
        if !scale_word.is_empty() {
            wrong.push(Diagnostic::error(
                text,
                scale_at,
                "the scale is not a whole number above 0",
                "-- scale: 1",
            ));
        }
        1
    });
    let window_days = positive(&window_word, 3_660).unwrap_or_else(|| {
        if !window_word.is_empty() {
            let message = "the window is not a whole number of days from 1 to 3660";
            wrong.push(Diagnostic::error(text, window_at, message, "-- window_days: 30"));
        }
        30
    });
    let said = |key: &str| found.iter().find(|(k, ..)| *k == key).map(|(_, value, at)| (*value, *at));
    let mut word = |key: &str, words: &[&str]| -> Option<usize> {
        let (value, at) = said(key)?;
        let known = words.iter().position(|w| *w == value);
        if known.is_none() {
            let message = format!("\"{value}\" is not a word for \"{key}\"");
            wrong.push(Diagnostic::error(text, at, message, words.join(", ")));
        }
        known
    };
    let better_more = word("better", &["more", "less"]) == Some(0);
    let wilson = word("interval", &["wilson", "none"]).map(|n| n == 0);
    let refs = REFS[word("ref", &REFS.map(|(w, _)| w)).unwrap_or(0)].0.to_owned();
    let mut bound = |key: &str| -> Option<f64> {
        let (value, at) = said(key)?;
        let number = value.parse::<f64>().ok().filter(|n| n.is_finite());
        if number.is_none() {
            let message = format!("\"{key}\" is not a number");
            wrong.push(Diagnostic::error(text, at, message, format!("-- {key}: 1")));
        } else if kind != Kind::Mean {
            let message = format!("\"{key}\" bounds the single values of a mean, and this is none");
            wrong.push(Diagnostic::error(text, at, message, "-- kind: mean, or no bounds"));
        }
        number
    };
    let (low, high) = (bound("low"), bound("high"));
    let bound_at = said("low").or_else(|| said("high")).map_or(header_end, |(_, at)| at);
    match (said("low"), said("high"), low.zip(high)) {
        (Some(_), None, _) | (None, Some(_), _) => wrong.push(Diagnostic::error(
            text,
            bound_at,
            "one bound of a value stands here without the other",
            "-- low: ... and -- high: ...",
        )),
        (_, _, Some((low, high))) if low >= high => wrong.push(Diagnostic::error(
            text,
            bound_at,
            "the low bound is not below the high one",
            "-- low: 1 and -- high: 5",
        )),
        _ => {}
    }
    let sampled = kind == Kind::Ratio || (kind == Kind::Mean && said("low").is_some());
    if let (Some(true), false, Some((_, at))) = (wilson, sampled, said("interval")) {
        let message = "Wilson's interval needs a ratio, or a mean whose single values have bounds";
        wrong.push(Diagnostic::error(text, at, message, "-- interval: none, or -- low: and -- high:"));
    }
    let interval = wilson.unwrap_or(sampled);
    let sql = text[body..].trim().trim_end_matches(';').to_owned();
    let code = sql.lines().find(|l| !l.trim_start().starts_with("--") && !l.trim().is_empty()).unwrap_or("");
    if !code.trim_start().to_ascii_lowercase().starts_with("select") {
        wrong.push(Diagnostic::error(
            text,
            body,
            "after the header there is no select",
            "select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref from ...",
        ));
    }
    if !wrong.is_empty() {
        wrong.sort_by_key(|d| (d.line, d.column));
        return Err(wrong);
    }
    Ok(Metric {
        name,
        zh,
        en,
        meaning_zh,
        meaning_en,
        unit,
        kind,
        scale,
        num_zh,
        num_en,
        den_zh,
        den_en,
        window_days,
        source,
        better_more,
        low,
        high,
        interval,
        refs,
        sql,
        file: file.to_owned(),
    })
}

fn positive(word: &str, max: i64) -> Option<i64> {
    word.parse().ok().filter(|n| (1..=max).contains(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../../../governance/metrics/late_ship_rate.sql");
    const FILE: &str = "governance/metrics/late_ship_rate.sql";

    #[test]
    fn a_good_file_is_read_whole() {
        let metric = parse(FILE, GOOD).unwrap();
        assert_eq!((metric.kind, metric.scale, metric.window_days), (Kind::Ratio, 1, 30));
        assert_eq!(metric.zh, "晚发率");
        assert_eq!(
            (metric.better_more, metric.low, metric.interval, &*metric.refs),
            (false, None, true, "order")
        );
        assert!(metric.sql.contains("order_cancelled") && !metric.sql.contains("title.zh"));
    }

    #[test]
    fn what_may_be_left_out_is_read_where_it_stands() {
        let more = "-- better: more\n-- low: 1\n-- high: 5\n-- interval: none\n-- ref: session";
        let mean = GOOD.replacen("-- kind: ratio", "-- kind: mean", 1);
        let metric = parse(FILE, &mean.replacen("-- better: less", more, 1)).unwrap();
        assert_eq!((metric.low, metric.high, metric.better_more), (Some(1.0), Some(5.0), true));
        assert!(!metric.interval);
        assert!(metric.ref_id(RawId::default()).starts_with("ses_0000"));
        let sampled = more.replace("-- interval: none\n", "");
        assert!(parse(FILE, &mean.replacen("-- better: less", &sampled, 1)).unwrap().interval);
        assert!(!parse(FILE, &mean).unwrap().interval);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_what_to_write() {
        let cases: [(&str, &str, usize, &str, &str); 16] = [
            ("-- kind: ratio", "-- kind: share", 7, "\"share\" is not a kind", "ratio, mean or count"),
            ("-- scale: 1\n", "-- scale: 0\n", 9, "not a whole number above 0", "-- scale: 1"),
            (
                "-- window_days: 30",
                "-- window_days: a month",
                14,
                "whole number of days",
                "-- window_days: 30",
            ),
            ("-- unit: ratio\n", "", 14, "no \"unit\"", "-- unit: ..."),
            ("-- unit:", "-- unti:", 6, "\"unti\" is not a key", "unit"),
            ("-- title.en: Late-ship rate", "-- title.en:", 3, "\"title.en\" is empty", "-- title.en: ..."),
            ("-- name: late_ship_rate", "-- name: late", 1, "not the file's", "-- name: late_ship_rate"),
            ("-- unit: ratio", "-- kind: ratio", 7, "stands here twice", "it once"),
            (
                "-- kind: ratio",
                "-- kind: ratio\n-- better: yes",
                8,
                "\"yes\" is not a word for \"better\"",
                "more",
            ),
            ("-- kind: ratio", "-- kind: ratio\n-- ref: parcel", 8, "not a word for \"ref\"", "session"),
            (
                "-- kind: ratio",
                "-- kind: ratio\n-- low: 1\n-- high: 5",
                8,
                "bounds the single values",
                "mean",
            ),
            ("-- kind: ratio", "-- kind: mean\n-- low: 1", 8, "without the other", "-- high"),
            ("-- kind: ratio", "-- kind: mean\n-- low: 5\n-- high: 5", 8, "not below", "-- low: 1"),
            ("-- kind: ratio", "-- kind: mean\n-- low: one\n-- high: 5", 8, "not a number", "-- low: 1"),
            ("-- kind: ratio", "-- kind: mean\n-- interval: wilson", 8, "Wilson's interval needs", "none"),
            ("-- source:", "-- a free remark\n-- source:", 15, "not \"-- key: value\"", "a blank line"),
        ];
        for (old, new, line, message, instead) in cases {
            let found = parse(FILE, &GOOD.replacen(old, new, 1)).unwrap_err();
            let hit = found.iter().find(|d| d.message.contains(message));
            let hit = hit.unwrap_or_else(|| panic!("{new}: {found:?}"));
            assert_eq!(hit.line, line, "{new}");
            assert!(hit.instead.contains(instead), "{new}: {hit}");
        }
        let header = GOOD.split("\n\n").next().unwrap();
        assert!(parse(FILE, header).unwrap_err()[0].message.contains("no select"));
    }
}
