//! A shop's score on a page, for the platform and for the shop itself: the sum as a picture, the gates, what clears
//! them, what moved the score, the indicators, and what if.
//!
//! Invariants: platform and merchant read the same figures from the same functions; every number has its unit, and its
//! window, source and version stand on the page; no data is never shown as a low figure.

pub mod gates;
pub mod history;
pub mod indicators;
pub mod sum;
pub mod whatif;

use crate::data;
use govern::gate::Verdict;
use govern::metric;
use govern::scorecard::{Explained, Row, Scorecard};
use kernel::{Ask, Date, Moment};
use std::sync::Arc;
use web_kit::fmt;
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, brief};
use web_kit::say;
use web_kit::score::{self, Past};
use web_kit::site::Site;

/// The ranges of the history, in days.
pub const RANGES: [(i64, &str, &str); 4] =
    [(30, "30 天", "30 d"), (90, "90 天", "90 d"), (180, "半年", "6 mo"), (365, "一年", "1 y")];

/// Reads how many days a history shows.
pub fn range(text: Option<&str>) -> Result<i64, Failure> {
    match text {
        None => Ok(30),
        Some(text) => text.parse().ok().filter(|n| RANGES.iter().any(|r| r.0 == *n)).ok_or_else(|| {
            Failure::invalid(format!("days must be 30, 90, 180 or 365, not \"{}\"", brief(text)))
                .zh(format!("天数只有 30、90、180、365，没有「{}」。", brief(text)))
        }),
    }
}

/// Where a score stands, and for whom.
#[derive(Debug, Clone)]
pub struct ScoreQuery {
    /// `/console/shops/shp_...` or `/merchant/score`: what belongs to the shop lies below it.
    pub root: String,
    /// Whether the shop itself reads.
    pub merchant: bool,
}

impl ScoreQuery {
    /// The address of the readable scorecard.
    pub fn card(&self, card: &Scorecard) -> String {
        if self.merchant {
            format!("{}/card", self.root)
        } else {
            format!("/console/scorecards/{}", card.name())
        }
    }
    /// The address of what is behind a metric, in the window in which the scorecard reads it.
    pub fn behind(&self, name: &str, window_days: i64, day: Date) -> String {
        format!("{}/metrics/{name}?as_of={day}&window={window_days}", self.root)
    }
}

/// Everything the sections of a score show.
pub struct ScoreModel {
    /// The market.
    pub market: kernel::Market,
    /// What is asked for.
    pub place: ScoreQuery,
    /// The scorecard asked for, if one was.
    pub asked: Option<&'static Scorecard>,
    /// The scorecard.
    pub card: &'static Scorecard,
    /// From which day the market has the scorecard, if it adopted it.
    pub adopted: Option<Date>,
    /// The day.
    pub day: Date,
    /// The scores of all shops on it.
    pub scores: Arc<score::Day>,
    /// The shop's figures.
    pub row: Row,
    /// The score with its arithmetic.
    pub explained: Arc<Explained>,
    /// At least the last 30 days, ending with the day.
    pub past: Arc<Vec<Past>>,
    /// How many of them the history shows.
    pub days: i64,
    /// The gates.
    pub gates: Vec<Verdict>,
    /// The last 30 days of each indicator.
    pub lines: Vec<Arc<Vec<(i64, i64)>>>,
}

impl ScoreModel {
    /// The industry's name, if the shop has one.
    pub fn industry(&self, lang: Lang) -> String {
        match &self.row.member.industry {
            Some(word) => web_kit::words::INDUSTRY.say(lang, word),
            None => t(lang, "全市场", "the whole market").to_owned(),
        }
    }
    /// The window of the scorecard's indicators, if they share one.
    pub fn window(&self) -> Option<i64> {
        let mut windows = self.card.indicators().map(|(_, i)| self.card.need(i).window_days);
        let first = windows.next()?;
        windows.all(|w| w == first).then_some(first)
    }
    /// "30 days to 2026-11-22" in the reader's language.
    pub fn until(&self, lang: Lang) -> String {
        let end = fmt::until(lang, &self.market, self.scores.end);
        match self.window() {
            Some(n) => say!(lang, "{n} 天窗口，截至 {end}", "window of {n} days to {end}"),
            None => say!(lang, "截至 {end}", "to {end}"),
        }
    }
}

/// Loads a shop's score; none if the shop was not open on that day.
pub fn load(
    site: &Site,
    ask: &dyn Ask,
    place: ScoreQuery,
    no: i64,
    day: Date,
    days: i64,
    card: Option<&str>,
) -> Result<Option<ScoreModel>, Failure> {
    let end = data::end_of(site, day)?;
    let asked = card.map(str::trim).filter(|c| !c.is_empty()).map(score::named).transpose()?;
    let card = score::card(site, ask, asked.map(Scorecard::name).as_deref(), end)?;
    let adopted = score::adopted(site, ask, card)?;
    let scores = score::day(site, ask, card, end)?;
    let Some(row) = scores.row(no) else { return Ok(None) };
    let from = data::days_away(day, 1 - days.max(30));
    let lines = || {
        let needs = card.indicators().map(|(_, indicator)| card.need(indicator));
        let lines = needs.map(|need| line(site, ask, need.metric, need.window_days, no, day, 30));
        lines.collect::<Result<Vec<_>, _>>()
    };
    let ((explained, past), lines) = data::both(
        || {
            let explained = || score::explained(site, ask, card, no, end);
            data::both(explained, || score::past(site, ask, asked, no, from, day))
        },
        lines,
    );
    let (explained, past, lines) = (explained?, past?, lines?);
    let bounds = score::bounds(site, ask, card, no, day)?;
    let gates = score::gates(card, &scores, &row, &past, &bounds);
    Ok(Some(ScoreModel {
        market: site.market.clone(),
        place,
        asked,
        card,
        adopted,
        day,
        scores,
        row,
        explained,
        past,
        days,
        gates,
        lines,
    }))
}

/// A metric of one shop over the days up to one, in a window of its own.
pub fn line(
    site: &Site,
    ask: &dyn Ask,
    metric: &metric::Metric,
    window_days: i64,
    no: i64,
    day: Date,
    days: i64,
) -> Result<Arc<Vec<(i64, i64)>>, Failure> {
    let end = data::end_of(site, day)?.micros();
    site.remember(ask, format!("line {} {window_days} {no} {end} {days}", metric.name), || {
        let ends: Vec<Moment> = data::ends_of(site, data::days_away(day, 1 - days), day);
        let grid = metric::series_in(ask, metric, window_days, &ends, Some(no))?;
        Ok((0..ends.len()).map(|i| grid.at(i, no)).collect())
    })
}

/// The token of a dimension: product, logistics and service keep their colours everywhere.
pub fn colour(card: &Scorecard, dimension: usize) -> &'static str {
    const OTHERS: [&str; 5] = ["data-4", "data-5", "data-6", "data-7", "data-8"];
    match card.dimensions.get(dimension).map(|d| d.id.as_str()) {
        Some("product") => "data-1",
        Some("logistics") => "data-3",
        Some("service") => "data-2",
        _ => OTHERS[dimension % OTHERS.len()],
    }
}

/// A small square in a dimension's colour.
pub fn square(colour: &str) -> maud::Markup {
    maud::html! { svg.sq viewBox="0 0 10 10" aria-hidden="true" { rect width="10" height="10" rx="2" fill=(format!("var(--sh-{colour})")) {} } }
}
