//! Why a shop's score changed from one day to the next: orders that left the window, orders that are new, the industry,
//! bonuses, deductions, another stage, or another scorecard. The parts of a day add up to its change exactly.

use super::adopt::adoptions;
use super::bench::Bench;
use super::board::{Board, days};
use super::compose;
use super::model::{Points, Scorecard};
use super::score::{Row, Scored, score};
use crate::Result;
use crate::metric::series_in;
use kernel::{Ask, Date, Market, Moment, Progress};

/// What moved a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Move {
    /// Facts of indicators that left the window.
    Left,
    /// Facts of indicators that are new.
    New,
    /// The other shops of the industry.
    Industry,
    /// Bonuses that were earned or lost.
    Bonus,
    /// Deductions that began or ended.
    Deduction,
    /// Another stage, in which another rule gives the score.
    Stage,
    /// Another version of the scorecard.
    Version,
}

/// A day of a shop.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The local day.
    pub date: Date,
    /// The scorecard in force at its end.
    pub card: &'static Scorecard,
    /// The score with its steps; none before the shop opened.
    pub scored: Option<Scored>,
    /// What moved it since the day before, where both days have a score; parts that are 0 are left out.
    pub moves: Vec<(Move, Points)>,
}

/// The scores of a shop over local days, and what moved them.
pub fn moves(
    ask: &dyn Ask,
    market: &Market,
    card: Option<&'static Scorecard>,
    shop: i64,
    from: Date,
    to: Date,
    progress: &dyn Progress,
) -> Result<Vec<Moved>> {
    let adoptions = adoptions(ask)?;
    let list = days(market, &adoptions, card, from, to)?;
    let mut found: Vec<Moved> = Vec::with_capacity(list.len());
    let mut start = 0;
    while start < list.len() {
        let card = list[start].2;
        let same = list[start..].iter().take_while(|(_, _, c)| std::ptr::eq(*c, card)).count();
        // One day more: what the next scorecard's first day is under this one.
        let ends: Vec<Moment> = list[start..].iter().take(same + 1).map(|(_, end, _)| *end).collect();
        let board = Board::read(ask, card, &ends, progress)?;
        let leaving = leaving(ask, card, shop, &ends)?;
        let mut before: Option<(Row, Bench, Scored)> = None;
        for (day, end) in ends.iter().enumerate() {
            let opened = board.row(day, shop).filter(|row| row.member.opened_at <= *end);
            let now = opened.map(|row| {
                let bench = board.bench(card, day);
                let scored = score(card, &bench, &row);
                (row, bench, scored)
            });
            let mut moves = Vec::new();
            if let (Some((row, _, scored)), Some((old_row, old_bench, old))) = (&now, &before) {
                if old.formal(card) && scored.formal(card) {
                    let mut left = old_row.clone();
                    left.cells.clone_from(&leaving[day - 1]);
                    // Indicators first, under the bonuses and deductions that were; then these, one after the other.
                    let sum = |at: &Scored, bonus: Points, deduction: Points| {
                        let weights = card.weights_of(row.member.industry.as_deref());
                        compose::sum(card, weights, &at.dimensions, bonus, deduction).map(|(_, raw)| raw)
                    };
                    let was = |at: &Scored| sum(at, old.bonus, old.deduction);
                    let steps = [
                        (Move::Left, was(&score(card, old_bench, &left))),
                        (Move::New, was(&score(card, old_bench, row))),
                        (Move::Industry, was(scored)),
                        (Move::Bonus, sum(scored, scored.bonus, old.deduction)),
                        (Move::Deduction, scored.raw),
                    ];
                    moves = parts(old.raw, &steps);
                } else {
                    let same = old.stage == scored.stage;
                    moves = parts(old.raw, &[(if same { Move::New } else { Move::Stage }, scored.raw)]);
                }
            }
            if day < same {
                // The first day of a scorecard was moved by everything the old one saw, and by the change of cards.
                let inherited = if day == 0 { found.pop() } else { None };
                let scored = now.as_ref().map(|(_, _, scored)| scored.clone());
                if let Some(inherited) = inherited {
                    let raw = |scored: &Option<Scored>| scored.as_ref().and_then(|s| s.raw);
                    let (old, now) = (raw(&inherited.scored), raw(&scored));
                    let begin = found.last().and_then(|day| raw(&day.scored));
                    moves = match (begin, old) {
                        (Some(_), Some(_)) if now.is_some() => inherited.moves,
                        _ => Vec::new(),
                    };
                    if begin.is_some() {
                        moves.extend(parts(old.or(begin), &[(Move::Version, now)]));
                    }
                }
                found.push(Moved { date: list[start + day].0, card, scored, moves });
            } else {
                // Taken back by the next scorecard.
                let scored = now.as_ref().map(|(_, _, scored)| scored.clone());
                found.push(Moved { date: list[start + day].0, card, scored, moves });
            }
            before = now;
        }
        start += same;
    }
    Ok(found)
}

/// What is left of each window when a day has passed, before anything new is counted: the windows that end at each of
/// `ends`, a day shorter.
fn leaving(ask: &dyn Ask, card: &Scorecard, shop: i64, ends: &[Moment]) -> Result<Vec<Vec<(i64, i64)>>> {
    let mut rows = vec![Vec::with_capacity(card.needs.len()); ends.len()];
    for need in &card.needs {
        let grid = series_in(ask, need.metric, need.window_days - 1, ends, Some(shop))?;
        for (day, row) in rows.iter_mut().enumerate() {
            row.push(grid.at(day, shop));
        }
    }
    Ok(rows)
}

/// The differences from step to step. A step without a score passes its part on to the next.
fn parts(from: Option<Points>, steps: &[(Move, Option<Points>)]) -> Vec<(Move, Points)> {
    let Some(mut at) = from else { return Vec::new() };
    if steps.last().is_none_or(|(_, points)| points.is_none()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (what, points) in steps {
        if let Some(points) = points {
            if *points != at {
                found.push((*what, Points(points.0 - at.0)));
            }
            at = *points;
        }
    }
    found
}
