//! What a score opens: for each gate of a scorecard whether a shop passes, how far it is, and what would clear it.
//!
//! Invariants: a gate that is judged on the mean of several days is judged on the scores of those days, of which only
//! days with a score count; what has no score passes no gate; a way is found by asking the scorer itself.

use crate::Result;
use crate::metric::Metric;
use crate::scorecard::{self, Bench, Board, Change, Clears, Explained, Gate, Points, Reach, Row, Scorecard};
use kernel::{Ask, Date, Market, Moment, Quiet};

/// A gate, judged over as many days as it asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The gate.
    pub gate: &'static Gate,
    /// What is judged: the day's score, a mean of days, or the upper bound of either; none without a score.
    pub judged: Option<Points>,
    /// Over how many days with a score.
    pub days: usize,
    /// What is judged of each day of the gate's window, the earliest first; none: a day without a score.
    pub window: Vec<Option<Points>>,
    /// Whether it is open.
    pub open: bool,
    /// What is missing of the score.
    pub missing: Points,
    /// What the dimensions lack, by place.
    pub short: Vec<(usize, Points)>,
    /// The ways to it by the figures of the day.
    pub reach: Reach,
}

/// How many days a gate looks at.
fn span(gate: &Gate) -> usize {
    usize::try_from(gate.mean_days).unwrap_or(1).max(1)
}

impl Verdict {
    /// The verdict on a gate: `window` is what is judged of each of its days, `dimensions` are those of the last.
    fn of(
        gate: &'static Gate,
        window: Vec<Option<Points>>,
        dimensions: &[Option<Points>],
        reach: Reach,
    ) -> Self {
        let days = window.iter().flatten().count();
        let judged = Points::mean(window.iter().flatten().map(|p| (*p, 1)));
        let lacks = |(d, least): &(usize, Points)| {
            let points = (*dimensions.get(*d)?)?;
            (points < *least).then(|| (*d, Points(least.0 - points.0)))
        };
        let short: Vec<(usize, Points)> = gate.dimensions.iter().filter_map(lacks).collect();
        let open = judged.is_some_and(|points| points >= gate.score) && short.is_empty();
        let missing = Points(judged.map_or(gate.score.0, |judged| (gate.score.0 - judged.0).max(0)));
        Self { gate, judged, days, window, open, missing, short, reach }
    }

    /// How many days in a row of which each is judged at `points` bring the mean there; none if no number does.
    pub fn days_to(&self, points: Points) -> Option<usize> {
        let n = span(self.gate);
        (1..=n).find(|days| {
            let left = &self.window[(self.window.len() + days).saturating_sub(n).min(self.window.len())..];
            let all = left.iter().flatten().copied().chain(std::iter::repeat_n(points, *days));
            Points::mean(all.map(|p| (p, 1))).is_some_and(|mean| mean >= self.gate.score)
        })
    }

    /// How many such days in a row as a way makes bring the mean there; none if no number does.
    pub fn days_of(&self, card: &Scorecard, bench: &Bench, row: &Row, way: &Clears) -> Option<usize> {
        if !self.gate.bound {
            return self.days_to(way.score);
        }
        let changes: Vec<Change> = way.changes.iter().map(|(_, change)| *change).collect();
        let reached = scorecard::reach(card, bench, &row.with(&changes));
        self.days_to(reached.get(self.reach.gate)?.judged?)
    }
}

/// The verdicts on the gates of a shop on a day. `past` are the scores of the days up to and with that one; the last of
/// them is not looked at, as the row may have been changed by hand. `bounds` are those of [`bounds`].
pub fn verdicts(
    card: &'static Scorecard,
    bench: &Bench,
    row: &Row,
    past: impl IntoIterator<Item = Option<Points>>,
    bounds: &[Vec<Option<Points>>],
) -> Vec<Verdict> {
    let scored = scorecard::score(card, bench, row);
    let mut before: Vec<Option<Points>> = past.into_iter().collect();
    before.pop();
    let verdict = |(reach, gate): (Reach, &'static Gate)| {
        let mut window = if gate.bound {
            bounds.get(reach.gate).cloned().unwrap_or_default()
        } else {
            before[before.len().saturating_sub(span(gate) - 1)..].to_vec()
        };
        window.push(reach.judged);
        Verdict::of(gate, window, &scored.dimensions, reach)
    };
    scorecard::reach(card, bench, row).into_iter().zip(&card.gates).map(verdict).collect()
}

/// For every gate that is judged on the mean of upper bounds: the bound of each day before the last, which is `to`.
pub fn bounds(
    ask: &dyn Ask,
    market: &Market,
    card: &Scorecard,
    shop: i64,
    to: Date,
) -> Result<Vec<Vec<Option<Points>>>> {
    let most = card.gates.iter().filter(|g| g.bound).map(|g| g.mean_days).max().unwrap_or(1);
    let mut all = vec![Vec::new(); card.gates.len()];
    if most <= 1 {
        return Ok(all);
    }
    let from = to.checked_sub(jiff::Span::new().days(most - 1)).unwrap_or(to);
    let last = to.yesterday().unwrap_or(to);
    let ends = market.day_ends(from, last);
    let board = Board::read(ask, card, &ends, &Quiet)?;
    for (i, end) in ends.iter().enumerate() {
        let Some(row) = board.row(i, shop).filter(|row| row.member.opened_at <= *end) else { continue };
        let bench = board.bench(card, i);
        let away = ends.len() - i;
        for reach in scorecard::reach(card, &bench, &row) {
            let gate = &card.gates[reach.gate];
            if gate.bound && gate.mean_days > away as i64 {
                all[reach.gate].push(reach.judged);
            }
        }
    }
    Ok(all)
}

/// A way that opens gates.
#[derive(Debug, Clone, PartialEq)]
pub struct Way<'a> {
    /// What changes.
    pub clears: &'a Clears,
    /// What it opens.
    pub opens: Vec<&'a Verdict>,
    /// The first change that takes more new samples than the window had.
    pub beyond: Option<Beyond>,
}

/// More new samples than there were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beyond {
    /// Samples of what.
    pub metric: &'static Metric,
    /// How many more it takes.
    pub more: i64,
    /// How many there were.
    pub had: i64,
}

fn beyond(card: &Scorecard, row: &Row, way: &Clears) -> Option<Beyond> {
    way.changes.iter().find_map(|(_, change)| {
        let metric = card.needs.get(change.need)?.metric;
        let had = row.cells.get(change.need)?.1;
        let more = change.den - had;
        (more > had).then_some(Beyond { metric, more, had })
    })
}

/// What clears the closed gates: of the nearest one up to four ways, of each one beyond it the cheapest; a way that opens
/// several gates stands once, and what takes more samples than there were comes last.
pub fn ways<'a>(card: &Scorecard, row: &Row, verdicts: &'a [Verdict]) -> Vec<Way<'a>> {
    let mut found: Vec<Way<'a>> = Vec::new();
    for (i, verdict) in nearest(verdicts).into_iter().enumerate() {
        let mut list: Vec<_> =
            verdict.reach.ways.iter().map(|clears| (clears, beyond(card, row, clears))).collect();
        list.sort_by_key(|(_, beyond)| beyond.is_some());
        for (clears, beyond) in list.into_iter().take(if i == 0 { 4 } else { 1 }) {
            match found.iter_mut().find(|way| way.clears.changes == clears.changes) {
                Some(way) => way.opens.push(verdict),
                None => found.push(Way { clears, opens: vec![verdict], beyond }),
            }
        }
    }
    found
}

/// The closed gates, the nearest first.
pub fn nearest(verdicts: &[Verdict]) -> Vec<&Verdict> {
    let mut closed: Vec<&Verdict> = verdicts.iter().filter(|verdict| !verdict.open).collect();
    closed.sort_by_key(|verdict| (verdict.gate.score, verdict.missing));
    closed
}

/// A deduction that will leave its window.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaving {
    /// When.
    pub at: Moment,
    /// Its place among the scorecard's deductions.
    pub deduction: usize,
    /// The case that it is for.
    pub case: String,
    /// The score until then.
    pub before: Points,
    /// The score from then on, all else as it is.
    pub after: Points,
}

/// The deductions that leave their windows, in the order in which they do.
pub fn leaving(card: &Scorecard, bench: &Bench, row: &Row, explained: &Explained) -> Vec<Leaving> {
    let mut going: Vec<(Moment, usize, &crate::metric::Contribution)> = Vec::new();
    for (d, contributions) in explained.deductions.iter().enumerate() {
        let window = card.needs[card.deductions[d].need].window_days;
        going.extend(contributions.iter().filter(|c| c.num > 0).map(|c| (c.anchor.plus_days(window), d, c)));
    }
    going.sort_by_key(|(at, d, _)| (*at, *d));
    let mut row = row.clone();
    let Some(mut before) = explained.scored.raw else { return Vec::new() };
    let step = |(at, deduction, c): (Moment, usize, &crate::metric::Contribution)| {
        let need = card.deductions[deduction].need;
        let (num, den) = row.cells[need];
        row = row.with(&[Change { need, num: num - c.num, den: den - c.den }]);
        let after = scorecard::score(card, bench, &row).raw?;
        let was = std::mem::replace(&mut before, after);
        Some(Leaving { at, deduction, case: card.needs[need].metric.ref_id(c.of), before: was, after })
    };
    going.into_iter().filter_map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(id: &str) -> &'static Gate {
        let card = scorecard::find("sanhao@1").unwrap();
        card.gates.iter().find(|gate| gate.id == id).unwrap()
    }

    fn points(text: &str) -> Option<Points> {
        Points::parse(text)
    }

    fn verdict(id: &str, window: &[Option<Points>], dimensions: &[Option<Points>]) -> Verdict {
        let reach = Reach { gate: 0, judged: None, open: false, missing: Points(0), ways: Vec::new() };
        Verdict::of(gate(id), window.to_vec(), dimensions, reach)
    }

    #[test]
    fn a_gate_of_one_day_opens_at_its_score_and_says_what_is_missing() {
        for (score, open, missing) in [
            (points("60"), true, "0"),
            (points("59.9999"), false, "0.0001"),
            (points("100"), true, "0"),
            (None, false, "60"),
        ] {
            let found = verdict("mall", &[score], &[]);
            assert_eq!((found.open, found.missing), (open, points(missing).unwrap()), "{score:?}");
        }
    }

    #[test]
    fn a_gate_of_a_mean_counts_the_days_with_a_score_alone() {
        let found = verdict("promotion", &[None, points("60"), None, points("80")], &[]);
        assert_eq!((found.open, found.days, found.judged), (true, 2, points("70")));
        let found = verdict("promotion", &[None; 7], &[]);
        assert_eq!(
            (found.open, found.days, found.judged, found.missing),
            (false, 0, None, points("70").unwrap())
        );
    }

    #[test]
    fn a_dimension_that_lacks_points_keeps_a_gate_shut_and_one_without_data_does_not() {
        let place = gate("alliance").dimensions[0].0;
        let with = |of: Option<Points>| {
            let mut dimensions = vec![points("100"); 3];
            dimensions[place] = of;
            verdict("alliance", &[points("90")], &dimensions)
        };
        assert!(with(points("65")).open && with(None).open);
        let short = with(points("64.5"));
        assert_eq!((short.open, short.missing), (false, Points(0)));
        assert_eq!(short.short, [(place, points("0.5").unwrap())]);
    }

    #[test]
    fn days_in_a_row_bring_a_mean_there_or_never_do() {
        let low = verdict("promotion", &[points("60"); 7], &[]);
        // Seven days of which n are at 75: the mean is 60 + 15n/7, at least 70 from the fifth on.
        assert_eq!(low.days_to(points("75").unwrap()), Some(5));
        assert_eq!(low.days_to(points("70").unwrap()), Some(7));
        assert_eq!(low.days_to(points("69.9999").unwrap()), None);
        let young = verdict("promotion", &[points("60")], &[]);
        assert_eq!(young.days_to(points("80").unwrap()), Some(1));
    }
}
