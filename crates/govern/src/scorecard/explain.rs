//! A score with its whole arithmetic, down to the orders.

use super::adopt::adoptions;
use super::bench::{Bench, Mark};
use super::board::Board;
use super::compose::{Step, trace};
use super::interval::Interval;
use super::model::{Need, Points, Scorecard};
use super::score::{Row, Scored, bound};
use crate::metric::{self, Contribution, Metric};
use crate::{Error, Result};
use kernel::{Ask, Moment, Progress};

/// One indicator of an explained score.
#[derive(Debug, Clone)]
pub struct ExplainedIndicator {
    /// Its place among all indicators.
    pub place: usize,
    /// The place of its dimension.
    pub dimension: usize,
    /// Numerator and denominator, unscaled.
    pub cell: (i64, i64),
    /// Its value as it was compared; none without samples.
    pub value: Option<f64>,
    /// Its points.
    pub points: Option<Points>,
    /// How sure the value is.
    pub interval: Option<Interval>,
    /// What it was compared with.
    pub mark: Option<Mark>,
    /// How many of the industry's scored shops are not better, of how many.
    pub position: Option<(usize, usize)>,
    /// Whether its points are fixed for so few samples.
    pub fixed: bool,
    /// The orders behind it.
    pub contributions: Vec<Contribution>,
}

/// An explained score.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The scorecard that was in force, or the one asked for.
    pub card: &'static Scorecard,
    /// The moment.
    pub at: Moment,
    /// What the score depends on.
    pub row: Row,
    /// The score with its steps.
    pub scored: Scored,
    /// Between which scores it lies, if every indicator is taken at either end of its interval.
    pub bound: Option<(Points, Points)>,
    /// Its indicators, in order.
    pub indicators: Vec<ExplainedIndicator>,
    /// For each deduction the contributions that cost points.
    pub deductions: Vec<Vec<Contribution>>,
    /// The steps from dimensions to the score.
    pub steps: Vec<Step>,
}

/// The score of a shop at a moment with everything behind it.
pub fn explain(
    ask: &dyn Ask,
    card: Option<&'static Scorecard>,
    shop: i64,
    at: Moment,
    progress: &dyn Progress,
) -> Result<Explained> {
    let card = match card {
        Some(card) => card,
        None => adoptions(ask)?
            .card(at)
            .ok_or_else(|| Error::NoScorecard { name: super::DEFAULT.to_owned(), known: String::new() })?,
    };
    let board = Board::read(ask, card, &[at], progress)?;
    let bench = board.bench(card, 0);
    explain_on(ask, card, &board, &bench, shop)
}

/// As [`explain`], over a board of one moment and its marks that were read before.
pub fn explain_on(
    ask: &dyn Ask,
    card: &'static Scorecard,
    board: &Board,
    bench: &Bench,
    shop: i64,
) -> Result<Explained> {
    let at = board.ends().first().copied().unwrap_or_default();
    let found = board.row(0, shop).filter(|row| row.member.opened_at <= at);
    let Some(row) = found else {
        return Err(Error::NoShop(format!("number {shop}")));
    };
    let scored = super::score(card, bench, &row);
    let mut values = Vec::new();
    row.inputs(card, &mut values);
    let stages = board.stages_at(card, 0);
    let mut indicators = Vec::new();
    for (place, (dimension, indicator)) in card.indicators().enumerate() {
        let need = card.needs[indicator.need];
        let cell = row.cells[indicator.need];
        let mark = bench.mark(row.member.place, place).copied();
        let sums = mark.map(|mark| (mark.num, mark.den));
        let value = card.value_of(indicator, cell, sums);
        let position = mark.and_then(|mark| board.position(card, &stages, &row, indicator, mark, value));
        let fixed =
            indicator.fixed.as_ref().is_some_and(|f| f.1.eval(&values) == crate::policy::Value::Bool(true));
        let contributions = behind(ask, need, shop, at)?;
        indicators.push(ExplainedIndicator {
            place,
            dimension,
            cell,
            value,
            points: scored.points[place],
            interval: indicator.interval(need.metric, cell.0, cell.1, card.z),
            mark,
            position,
            fixed,
            contributions,
        });
    }
    let mut deductions = Vec::new();
    for (deduction, cost) in card.deductions.iter().zip(&scored.deductions) {
        let need = card.needs[deduction.need];
        deductions.push(if cost.0 == 0 { Vec::new() } else { behind(ask, need, shop, at)? });
    }
    let steps = match scored.composed(card, &row).filter(|_| scored.formal(card)) {
        Some(composed) => trace(card, &scored.dimensions, scored.bonus, scored.deduction, &composed),
        None => Vec::new(),
    };
    let bound = bound(card, bench, &row, &scored);
    Ok(Explained { card, at, row, scored, bound, indicators, deductions, steps })
}

/// The orders behind what a scorecard reads, in the window in which it reads it.
fn behind(ask: &dyn Ask, need: Need, shop: i64, at: Moment) -> Result<Vec<Contribution>> {
    let metric = Metric { window_days: need.window_days, ..need.metric.clone() };
    Ok(metric::explain(ask, &metric, shop, at)?.contributions)
}
