//! What clears a gate: the fewest changes of a shop's figures that bring its score to where the next gate opens, found
//! by asking the scorer.

use super::bench::Bench;
use super::model::{Better, Gate, Points, Scorecard};
use super::score::{Change, Row, Scored, bound, score};
use crate::metric::Kind;

/// One way to a gate.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Clears {
    /// The places of the indicators that change (in the order of [`Scorecard::indicators`]) and their new figures.
    pub changes: Vec<(usize, Change)>,
    /// How many orders (or turns, sessions ...) would have to have gone otherwise; none where it is a matter of time.
    pub count: Option<i64>,
    /// The score then.
    pub score: Points,
    /// How much that is more.
    pub gain: Points,
}

/// A gate and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reach {
    /// The place of the gate.
    pub gate: usize,
    /// What is judged: the day's score, or the upper bound of its interval.
    pub judged: Option<Points>,
    /// Whether it is open by the figures of this day.
    pub open: bool,
    /// What is missing, of the score.
    pub missing: Points,
    /// The ways to it, the cheapest first; empty if it is open, or if no change of figures brings it.
    pub ways: Vec<Clears>,
}

/// The most samples that are added to find a way.
const MOST: i64 = 1 << 20;

/// For every gate of a scorecard, by the figures of one day: whether it is open, and what would open it.
pub fn reach(card: &Scorecard, bench: &Bench, row: &Row) -> Vec<Reach> {
    let scored = score(card, bench, row);
    card.gates
        .iter()
        .enumerate()
        .map(|(place, gate)| {
            let judged = judged(card, bench, row, &scored, gate);
            let open = opens(card, bench, row, &scored, gate);
            let missing = Points(judged.map_or(gate.score.0, |j| (gate.score.0 - j.0).max(0)));
            let ways = if open { Vec::new() } else { ways(card, bench, row, &scored, gate) };
            Reach { gate: place, judged, open, missing, ways }
        })
        .collect()
}

fn judged(card: &Scorecard, bench: &Bench, row: &Row, scored: &Scored, gate: &Gate) -> Option<Points> {
    if gate.bound { bound(card, bench, row, scored).map(|(_, high)| high).or(scored.raw) } else { scored.raw }
}

/// Whether a shop with these figures passes a gate.
fn opens(card: &Scorecard, bench: &Bench, row: &Row, scored: &Scored, gate: &Gate) -> bool {
    judged(card, bench, row, scored, gate).is_some_and(|points| points >= gate.score)
        && gate
            .dimensions
            .iter()
            .all(|(d, least)| scored.dimensions[*d].is_none_or(|points| points >= *least))
}

fn ways(card: &Scorecard, bench: &Bench, row: &Row, scored: &Scored, gate: &Gate) -> Vec<Clears> {
    let Some(now) = scored.raw.filter(|_| scored.formal(card)) else { return Vec::new() };
    let mut found = Vec::new();
    // What the most that each indicator can do brings, for a way over several.
    let mut most: Vec<(Points, usize)> = Vec::new();
    for (place, (_, indicator)) in card.indicators().enumerate() {
        let cell = row.cells[indicator.need];
        if cell.1 <= 0 || scored.points[place].is_none() {
            continue;
        }
        let steps = steps(card, place, cell);
        if steps == 0 {
            continue;
        }
        let at = |k: i64| row.with(&[changed(card, place, cell, k)]);
        let passes = |k: i64| {
            let row = at(k);
            opens(card, bench, &row, &score(card, bench, &row), gate)
        };
        let best = score(card, bench, &at(steps)).raw.unwrap_or(now);
        if best > now {
            most.push((Points(best.0 - now.0), place));
        }
        if !passes(steps) {
            continue;
        }
        let k = least(steps, passes);
        let after = score(card, bench, &at(k)).raw.unwrap_or(now);
        let count = counts(card, place).then_some(k);
        let changes = vec![(place, changed(card, place, cell, k))];
        found.push(Clears { changes, count, score: after, gain: Points(after.0 - now.0) });
    }
    found.sort_by_key(|way| (way.count.is_none(), way.count, way.changes[0].0));
    if found.is_empty() {
        found.extend(together(card, bench, row, gate, now, most));
    }
    found
}

/// Where no single indicator is enough: those that bring most, one after the other, and of the last only as much as is
/// needed.
fn together(
    card: &Scorecard,
    bench: &Bench,
    row: &Row,
    gate: &Gate,
    now: Points,
    mut most: Vec<(Points, usize)>,
) -> Option<Clears> {
    most.sort_by_key(|(gain, place)| (std::cmp::Reverse(*gain), *place));
    let mut so_far = row.clone();
    let mut changes: Vec<(usize, Change)> = Vec::new();
    let mut count = Some(0i64);
    for (_, place) in most {
        let (_, indicator) = card.indicators().nth(place)?;
        let cell = row.cells[indicator.need];
        let steps = steps(card, place, cell);
        let at = |k: i64| so_far.with(&[changed(card, place, cell, k)]);
        let passes = |k: i64| {
            let row = at(k);
            opens(card, bench, &row, &score(card, bench, &row), gate)
        };
        let enough = passes(steps);
        let k = if enough {
            least(steps, passes)
        } else {
            // As far as it still brings anything.
            let best = score(card, bench, &at(steps)).raw;
            least(steps, |k| score(card, bench, &at(k)).raw >= best)
        };
        let next = at(k);
        changes.push((place, changed(card, place, cell, k)));
        count = count.filter(|_| counts(card, place)).map(|n| n + k);
        so_far = next;
        if enough {
            let after = score(card, bench, &so_far).raw?;
            return Some(Clears { changes, count, score: after, gain: Points(after.0 - now.0) });
        }
    }
    None
}

/// The least of 1 to `most` that passes, if more never hurts.
fn least(most: i64, passes: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (0, most);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if passes(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

/// Whether the changes of an indicator are so many orders that would have gone otherwise.
fn counts(card: &Scorecard, place: usize) -> bool {
    card.indicators().nth(place).is_some_and(|(_, indicator)| {
        card.needs[indicator.need].metric.kind == Kind::Ratio || indicator.better == Better::More
    })
}

/// How many steps of change an indicator can take.
fn steps(card: &Scorecard, place: usize, (num, den): (i64, i64)) -> i64 {
    let Some((_, indicator)) = card.indicators().nth(place) else { return 0 };
    let ratio = card.needs[indicator.need].metric.kind == Kind::Ratio;
    match (indicator.better, ratio) {
        (Better::Less, true) => num.clamp(0, MOST),
        (Better::More, true) => (den - num).clamp(0, MOST),
        // Best samples are added: reviews of five stars.
        (Better::More, false) => {
            if indicator.bounds.is_some() {
                MOST
            } else {
                0
            }
        }
        // The mean falls by thousandths of itself.
        (Better::Less, false) => {
            if num > 0 {
                1_000
            } else {
                0
            }
        }
    }
}

/// An indicator's figures after `k` steps of change.
fn changed(card: &Scorecard, place: usize, (num, den): (i64, i64), k: i64) -> Change {
    let Some((_, indicator)) = card.indicators().nth(place) else {
        return Change { need: usize::MAX, num, den };
    };
    let metric = card.needs[indicator.need].metric;
    let (num, den) = match (indicator.better, metric.kind == Kind::Ratio) {
        (Better::Less, true) => (num - k, den),
        (Better::More, true) => (num + k, den),
        (Better::More, false) => {
            let best = indicator.bounds.map_or(0.0, |(_, high)| high * metric.scale as f64) as i64;
            (num.saturating_add(best.saturating_mul(k)), den + k)
        }
        (Better::Less, false) => ((i128::from(num) * i128::from(1_000 - k) / 1_000) as i64, den),
    };
    Change { need: indicator.need, num, den }
}
