//! One shop on one day.

use super::bench::{Bench, Mark};
use super::compose::{self, Composed, compose, sum};
use super::model::{Cost, Indicator, Points, Scorecard};
use crate::metric::Kind;
use crate::number::MOST_INT;
use crate::policy::{Day, From, Part, Value};
use kernel::Moment;
use std::sync::Arc;

/// What a scorecard reads of a shop besides its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its industry.
    pub industry: Option<Arc<str>>,
    /// The place of its industry in a board's marks.
    pub place: Option<usize>,
    /// company, flagship or person.
    pub kind: Option<Arc<str>>,
    /// When it opened.
    pub opened_at: Moment,
}

/// Everything the score of a shop at a moment depends on, but for its industry's marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Numerator and denominator of each of [`Scorecard::needs`].
    pub cells: Vec<(i64, i64)>,
    /// The shop.
    pub member: Arc<Member>,
    /// The moment.
    pub at: Moment,
}

/// One figure changed by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    /// The place in [`Scorecard::needs`].
    pub need: usize,
    /// The new numerator, unscaled.
    pub num: i64,
    /// The new denominator.
    pub den: i64,
}

/// A score and the steps to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scored {
    /// The place of the shop's stage; none: it is in none, and has no score.
    pub stage: Option<usize>,
    /// The score before rounding; none without data.
    pub raw: Option<Points>,
    /// The points of each indicator; none without data.
    pub points: Vec<Option<Points>>,
    /// The points of each dimension; none without data.
    pub dimensions: Vec<Option<Points>>,
    /// Which bonuses are earned.
    pub bonuses: Vec<bool>,
    /// What they bring.
    pub bonus: Points,
    /// What each scene costs.
    pub deductions: Vec<Points>,
    /// What they cost together.
    pub deduction: Points,
}

impl Row {
    /// The same with some figures changed; changes of what the scorecard does not read are left out.
    pub fn with(&self, changes: &[Change]) -> Self {
        let mut row = self.clone();
        for change in changes {
            if let Some(cell) = row.cells.get_mut(change.need) {
                *cell = (change.num, change.den);
            }
        }
        row
    }

    /// The value of each of the scorecard's inputs.
    pub(crate) fn inputs(&self, card: &Scorecard, values: &mut Vec<Value>) {
        values.clear();
        for (input, need) in card.inputs.iter().zip(&card.input_needs) {
            values.push(match (input.from, need) {
                (From::Metric { metric, part, day: Day::Today | Day::Yesterday, .. }, Some(need)) => {
                    let (num, den) = self.cells[*need];
                    let whole = |n: i64| Value::Int(n.clamp(-MOST_INT, MOST_INT));
                    match part {
                        Part::Denominator => whole(den),
                        Part::Numerator if metric.scale == 1 => whole(num),
                        Part::Numerator => Value::Number(metric.scaled(num) + 0.0),
                        Part::Value if metric.kind == Kind::Count && metric.scale == 1 => whole(num),
                        Part::Value => metric.value(num, den).map_or(Value::Null, |v| Value::Number(v + 0.0)),
                    }
                }
                _ => self.attribute(&input.name),
            });
        }
    }

    /// What a scorecard may be given of a shop.
    fn attribute(&self, name: &str) -> Value {
        let text = |t: &Option<Arc<str>>| t.as_ref().map_or(Value::Null, |t| Value::Text(t.to_string()));
        match name {
            "age_days" => {
                let age = self.at.micros().saturating_sub(self.member.opened_at.micros());
                Value::Int(age.div_euclid(86_400_000_000))
            }
            "person" => Value::Bool(self.member.kind.as_deref() == Some("person")),
            "industry" => text(&self.member.industry),
            "kind" => text(&self.member.kind),
            _ => Value::Null,
        }
    }
}

/// The attributes of a shop that a scorecard may be given, with their types.
pub(super) const ATTRIBUTES: [(&str, &str); 4] =
    [("age_days", "int"), ("person", "bool"), ("industry", "text"), ("kind", "text")];

impl Scorecard {
    /// The place of the stage that a row is in.
    pub(super) fn stage_of(&self, values: &[Value]) -> Option<usize> {
        self.stages.iter().position(|stage| stage.when.eval(values) == Value::Bool(true))
    }

    /// The value of an indicator, drawn towards the industry where the scorecard says so; none without samples.
    pub(super) fn value_of(
        &self,
        indicator: &Indicator,
        cell: (i64, i64),
        sums: Option<(i64, i64)>,
    ) -> Option<f64> {
        let metric = self.needs[indicator.need].metric;
        let (num, den) = cell;
        if den <= 0 && metric.kind != Kind::Count {
            return None;
        }
        match (indicator.shrink, sums) {
            (Some(shrink), Some((all, of))) if of > 0 => {
                let mean = all as f64 / of as f64;
                let prior = shrink.prior as f64;
                Some((num as f64 + prior * mean) / (den as f64 + prior) / metric.scale as f64)
            }
            _ => metric.value(num, den),
        }
    }

    /// The points of an indicator from its value.
    fn points_of(
        &self,
        indicator: &Indicator,
        mark: &Mark,
        cell: (i64, i64),
        values: &[Value],
    ) -> Option<Points> {
        let value = self.value_of(indicator, cell, Some((mark.num, mark.den)))?;
        if let Some((points, when, _)) = &indicator.fixed
            && when.eval(values) == Value::Bool(true)
        {
            return Some(*points);
        }
        Some(mark.points(self, indicator.better, value))
    }
}

/// Scores a row against the marks of its day.
pub fn score(card: &Scorecard, bench: &Bench, row: &Row) -> Scored {
    let mut scored = Scored::default();
    let mut values = Vec::new();
    score_into(card, bench, row, &mut values, &mut scored);
    scored
}

/// As [`score`], into places that are used again.
pub(super) fn score_into(
    card: &Scorecard,
    bench: &Bench,
    row: &Row,
    values: &mut Vec<Value>,
    scored: &mut Scored,
) {
    row.inputs(card, values);
    scored.stage = card.stage_of(values);
    scored.raw = None;
    scored.points.clear();
    scored.dimensions.clear();
    let mut i = 0;
    for dimension in &card.dimensions {
        for indicator in &dimension.indicators {
            let mark = bench.mark(row.member.place, i);
            let cell = row.cells[indicator.need];
            scored.points.push(mark.and_then(|mark| card.points_of(indicator, mark, cell, values)));
            i += 1;
        }
        let own = &scored.points[i - dimension.indicators.len()..];
        let parts = dimension.indicators.iter().zip(own).filter_map(|(x, p)| p.map(|p| (p, x.weight)));
        let mut points = Points::mean(parts);
        if let (Some(points), Some((extra, when, _))) = (&mut points, &dimension.extra)
            && when.eval(values) == Value::Bool(true)
        {
            *points = Points((points.0 + extra.0).min(card.line.high_points.0.max(points.0)));
        }
        scored.dimensions.push(points);
    }
    scored.bonuses.clear();
    scored.bonus = Points(0);
    for bonus in &card.bonuses {
        let earned = bonus.when.eval(values) == Value::Bool(true);
        scored.bonuses.push(earned);
        if earned {
            scored.bonus.0 += bonus.points.0;
        }
    }
    scored.deductions.clear();
    scored.deduction = Points(0);
    for deduction in &card.deductions {
        let count = row.cells[deduction.need].0.max(0);
        let cost = match deduction.cost {
            Cost::Once { points } => {
                if count > 0 {
                    points
                } else {
                    Points(0)
                }
            }
            Cost::Each { points, cap } => Points(points.0.saturating_mul(count).min(cap.0)),
        };
        scored.deductions.push(cost);
        scored.deduction.0 += cost.0;
    }
    if let Some(cap) = card.deduction_cap {
        scored.deduction = scored.deduction.min(cap);
    }
    scored.raw = scored.stage.and_then(|stage| match card.stages[stage].score {
        Some(points) => Some(points),
        None => {
            let weights = card.weights_of(row.member.industry.as_deref());
            sum(card, weights, &scored.dimensions, scored.bonus, scored.deduction).map(|(_, raw)| raw)
        }
    });
}

impl Scored {
    /// The sum behind the score.
    pub fn composed(&self, card: &Scorecard, row: &Row) -> Option<Composed> {
        let weights = card.weights_of(row.member.industry.as_deref());
        compose(card, weights, &self.dimensions, self.bonus, self.deduction)
    }
    /// The shown score.
    pub fn shown(&self) -> Option<i64> {
        self.raw.map(Points::floor)
    }
    /// Whether the formula gave the score, and not the stage.
    pub fn formal(&self, card: &Scorecard) -> bool {
        self.stage.is_some_and(|stage| card.stages[stage].score.is_none())
    }
    /// Tenths of a star, where consumers see stars.
    pub fn stars(&self, card: &Scorecard) -> Option<i64> {
        let stage = &card.stages[self.stage?];
        if stage.stars { card.stars_of(self.shown()?) } else { None }
    }
    /// `partial: P, L` if the formula had to leave dimensions out.
    pub fn partial(&self, card: &Scorecard) -> Option<String> {
        if self.formal(card) { compose::partial(card, &self.dimensions) } else { None }
    }
}

/// Between which scores a shop's lies, if every indicator is taken at the worse and at the better end of its interval;
/// none where the formula does not count. Indicators without an interval stay as they are.
pub(super) fn bound(card: &Scorecard, bench: &Bench, row: &Row, scored: &Scored) -> Option<(Points, Points)> {
    if !scored.formal(card) {
        return None;
    }
    let mut values = Vec::new();
    row.inputs(card, &mut values);
    let mut ends: [Vec<Option<Points>>; 2] = [Vec::new(), Vec::new()];
    let mut i = 0;
    for dimension in &card.dimensions {
        let mut parts: [Vec<(Points, i64)>; 2] = [Vec::new(), Vec::new()];
        for indicator in &dimension.indicators {
            if let Some(points) = scored.points[i] {
                let (num, den) = row.cells[indicator.need];
                let metric = card.needs[indicator.need].metric;
                let fixed = indicator.fixed.as_ref().is_some_and(|f| f.1.eval(&values) == Value::Bool(true));
                let (worse, better) = match (bench.mark(row.member.place, i), fixed) {
                    (Some(mark), false) => match indicator.interval(metric, num, den, card.z) {
                        Some(interval) => {
                            let (worse, better) = interval.ends(indicator.better);
                            (
                                mark.points(card, indicator.better, worse),
                                mark.points(card, indicator.better, better),
                            )
                        }
                        None => (points, points),
                    },
                    _ => (points, points),
                };
                parts[0].push((worse.min(points), indicator.weight));
                parts[1].push((better.max(points), indicator.weight));
            }
            i += 1;
        }
        for (end, parts) in ends.iter_mut().zip(parts) {
            end.push(Points::mean(parts.into_iter()));
        }
    }
    let weights = card.weights_of(row.member.industry.as_deref());
    let at =
        |dimensions: &[Option<Points>]| compose(card, weights, dimensions, scored.bonus, scored.deduction);
    let raw = scored.raw?;
    Some((at(&ends[0])?.raw.min(raw), at(&ends[1])?.raw.max(raw)))
}
