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
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
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
    History::read(ask, market, card, (from, to), false, progress)?.moves(ask, shop)
}

/// Some days of a market, read once and asked about many shops.
#[derive(Debug)]
pub struct History {
    days: Vec<(Date, Moment, &'static Scorecard)>,
    parts: Vec<Part>,
}

/// The days under one scorecard, and one more: what the first day of the next scorecard is under this one.
#[derive(Debug)]
struct Part {
    /// The place of its first day.
    start: usize,
    board: Board,
    benches: Vec<Bench>,
    /// What is left of the windows of all shops, if it was read for all.
    leaving: Option<Board>,
}

impl History {
    /// Reads the days from the first to the second, both included. With `whole` nothing needs to be asked when a shop is
    /// looked at; it takes twice the memory.
    pub fn read(
        ask: &dyn Ask,
        market: &Market,
        card: Option<&'static Scorecard>,
        (from, to): (Date, Date),
        whole: bool,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let days = days(market, &adoptions(ask)?, card, from, to)?;
        let mut parts = Vec::new();
        let mut start = 0;
        while start < days.len() {
            let card = days[start].2;
            let same = days[start..].iter().take_while(|(_, _, c)| std::ptr::eq(*c, card)).count();
            let ends: Vec<Moment> = days[start..].iter().take(same + 1).map(|(_, end, _)| *end).collect();
            let board = Board::read(ask, card, &ends, progress)?;
            let benches = (0..ends.len()).map(|day| board.bench(card, day)).collect();
            let leaving = if whole { Some(board.a_day_less(ask, card, progress)?) } else { None };
            parts.push(Part { start, board, benches, leaving });
            start += same;
        }
        Ok(Self { days, parts })
    }

    /// The scores of a shop, and what moved them.
    pub fn moves(&self, ask: &dyn Ask, shop: i64) -> Result<Vec<Moved>> {
        let mut found: Vec<Moved> = Vec::with_capacity(self.days.len());
        for part in &self.parts {
            part.moves(ask, shop, &self.days, &mut found)?;
        }
        Ok(found)
    }
}

impl Part {
    fn moves(
        &self,
        ask: &dyn Ask,
        shop: i64,
        days: &[(Date, Moment, &'static Scorecard)],
        found: &mut Vec<Moved>,
    ) -> Result<()> {
        let card = days[self.start].2;
        let ends = self.board.ends();
        let leaving = match &self.leaving {
            Some(board) => (0..ends.len()).map(|day| board.cells(day, shop)).collect(),
            None => leaving(ask, card, shop, ends)?,
        };
        let mut before: Option<(Row, Scored)> = None;
        for (day, end) in ends.iter().enumerate() {
            let opened = self.board.row(day, shop).filter(|row| row.member.opened_at <= *end);
            let now = opened.map(|row| {
                let scored = score(card, &self.benches[day], &row);
                (row, scored)
            });
            let mut moves = Vec::new();
            if let (Some((row, scored)), Some((old_row, old))) = (&now, &before) {
                let old_bench = &self.benches[day - 1];
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
            let scored = now.as_ref().map(|(_, scored)| scored.clone());
            // The first day of a scorecard was moved by everything the old one saw, and by the change of cards. The one
            // day more of the old one is taken back here.
            let inherited = if day == 0 { found.pop() } else { None };
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
            found.push(Moved { date: days[self.start + day].0, card, scored, moves });
            before = now;
        }
        Ok(())
    }
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
