//! All shops over many days: the grids of everything a scorecard reads, the marks of each day, and the scores.

use super::adopt::Adoptions;
use super::bench::{Bench, Mark};
use super::model::{Better, Indicator, Points, Scorecard};
use super::score::{Member, Row, Scored, score, score_into};
use crate::metric::{Grid, series_in};
use crate::policy::Value;
use crate::{Error, Result};
use kernel::ask::Cell;
use kernel::ask::Query;
use kernel::{Ask, Date, Market, Moment, Progress};
use std::collections::HashMap;
use std::sync::Arc;

/// The most memory the grids of one board take.
const MOST_BYTES: usize = 1 << 30;

/// The figures of all shops at some moments.
#[derive(Debug)]
pub struct Board {
    ends: Vec<Moment>,
    grids: Vec<Grid>,
    members: Arc<Members>,
}

/// Who the shops are.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// By the lake's number of the shop.
    list: Vec<Option<Arc<Member>>>,
    industries: Vec<Arc<str>>,
}

impl Members {
    pub(super) fn read(ask: &dyn Ask) -> Result<Self> {
        let mut members = Self::default();
        let mut words: HashMap<String, Arc<str>> = HashMap::new();
        let sql = "select shop, at, industry, kind from shop_opened order by shop";
        ask.ask(&Query { sql, params: &[], given: &[] }, &mut |batch| {
            let (shop, at) = (batch.ints(0)?, batch.ints(1)?);
            for row in 0..batch.rows {
                let mut word = |column: usize| match batch.cell(row, column) {
                    Cell::Text(text) => {
                        Some(Arc::clone(words.entry(text.clone()).or_insert_with(|| text.as_str().into())))
                    }
                    _ => None,
                };
                let (industry, kind) = (word(2), word(3));
                let place = industry.as_ref().map(|name| {
                    members.industries.iter().position(|i| i == name).unwrap_or_else(|| {
                        members.industries.push(Arc::clone(name));
                        members.industries.len() - 1
                    })
                });
                let no = usize::try_from(shop[row]).unwrap_or(0);
                if members.list.len() <= no {
                    members.list.resize(no + 1, None);
                }
                let opened_at = Moment::from_micros(at[row]);
                members.list[no] = Some(Arc::new(Member { industry, place, kind, opened_at }));
            }
            Ok(())
        })?;
        Ok(members)
    }
}

/// The score of a shop on a day, without its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The shop's number.
    pub shop: i64,
    /// The place of its stage.
    pub stage: u8,
    /// The score before rounding; none without data.
    pub raw: Option<Points>,
}

/// The scores of one day.
#[derive(Debug, Clone)]
pub struct Day {
    /// The local day.
    pub date: Date,
    /// Its end.
    pub end: Moment,
    /// The scorecard in force.
    pub card: &'static Scorecard,
    /// Every shop that is in some stage, by number.
    pub lines: Vec<Line>,
    /// The points of the dimensions, as many for each line as the scorecard has.
    pub dimensions: Vec<Option<Points>>,
}

/// Memory that is used again from shop to shop.
#[derive(Default)]
struct Scratch {
    values: Vec<Value>,
    scored: Scored,
}

impl Board {
    /// Reads everything a scorecard needs at every one of `ends` (in order), for all shops.
    pub fn read(ask: &dyn Ask, card: &Scorecard, ends: &[Moment], progress: &dyn Progress) -> Result<Self> {
        let members = Arc::new(Members::read(ask)?);
        Self::of(ask, card, ends, members, 0, progress)
    }

    /// The same with every window a day shorter: what is left of the figures when a day has passed and nothing is new.
    pub(super) fn a_day_less(
        &self,
        ask: &dyn Ask,
        card: &Scorecard,
        progress: &dyn Progress,
    ) -> Result<Self> {
        Self::of(ask, card, &self.ends, Arc::clone(&self.members), 1, progress)
    }

    /// The figures of a shop at a moment, in the order of the scorecard's needs.
    pub(super) fn cells(&self, day: usize, shop: i64) -> Vec<(i64, i64)> {
        self.grids.iter().map(|grid| grid.at(day, shop)).collect()
    }

    fn of(
        ask: &dyn Ask,
        card: &Scorecard,
        ends: &[Moment],
        members: Arc<Members>,
        less_days: i64,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let mut grids = Vec::with_capacity(card.needs.len());
        for (i, need) in card.needs.iter().enumerate() {
            progress.at("metrics", i as u64, card.needs.len() as u64);
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            grids.push(series_in(ask, need.metric, need.window_days - less_days, ends, None)?);
        }
        progress.at("metrics", card.needs.len() as u64, card.needs.len() as u64);
        Ok(Self { ends: ends.to_vec(), grids, members })
    }

    /// The moments asked about.
    pub fn ends(&self) -> &[Moment] {
        &self.ends
    }

    /// The names of the industries, by place.
    pub fn industries(&self) -> &[Arc<str>] {
        &self.members.industries
    }

    /// The numbers of the shops that were open at a moment, in order.
    pub fn shops(&self, day: usize) -> impl Iterator<Item = i64> + '_ {
        let end = self.ends[day];
        let there = move |member: &Option<Arc<Member>>| member.as_ref().is_some_and(|m| m.opened_at <= end);
        self.members.list.iter().enumerate().filter(move |(_, m)| there(m)).map(|(no, _)| no as i64)
    }

    /// What the score of a shop at a moment depends on; none for a shop that is not there.
    pub fn row(&self, day: usize, shop: i64) -> Option<Row> {
        let member = self.members.list.get(usize::try_from(shop).ok()?)?.as_ref()?;
        let mut row = Row { cells: Vec::new(), member: Arc::clone(member), at: self.ends[day] };
        self.fill(day, shop, &mut row.cells);
        Some(row)
    }

    fn fill(&self, day: usize, shop: i64, cells: &mut Vec<(i64, i64)>) {
        cells.clear();
        cells.extend(self.grids.iter().map(|grid| grid.at(day, shop)));
    }

    /// The marks of a day: of every shop that the formula scores, for each industry and for the whole market.
    pub fn bench(&self, card: &Scorecard, day: usize) -> Bench {
        let mut scratch = Scratch::default();
        let stages = self.stages(card, day, &mut scratch);
        self.bench_of(card, day, &stages)
    }

    /// The stage of every shop at a moment, for [`Board::position`].
    pub(super) fn stages_at(&self, card: &Scorecard, day: usize) -> Vec<u8> {
        self.stages(card, day, &mut Scratch::default())
    }

    /// The stage of every shop that is open, and [`NOWHERE`] for the others.
    fn stages(&self, card: &Scorecard, day: usize, scratch: &mut Scratch) -> Vec<u8> {
        let mut stages = vec![NOWHERE; self.members.list.len()];
        let Some(mut row) = self.any(day) else { return stages };
        for shop in self.shops(day) {
            let no = shop as usize;
            let Some(member) = &self.members.list[no] else { continue };
            row.member = Arc::clone(member);
            self.fill(day, shop, &mut row.cells);
            row.inputs(card, &mut scratch.values);
            if let Some(stage) = card.stage_of(&scratch.values) {
                stages[no] = stage as u8;
            }
        }
        stages
    }

    /// A row to fill.
    fn any(&self, day: usize) -> Option<Row> {
        let member = self.members.list.iter().flatten().next()?;
        Some(Row { cells: Vec::new(), member: Arc::clone(member), at: self.ends[day] })
    }

    fn bench_of(&self, card: &Scorecard, day: usize, stages: &[u8]) -> Bench {
        let market = self.members.industries.len();
        let formal: Vec<(i64, usize)> = stages
            .iter()
            .enumerate()
            .filter(|(_, stage)| card.stages.get(usize::from(**stage)).is_some_and(|s| s.score.is_none()))
            .map(|(no, _)| {
                let place = self.members.list[no].as_ref().and_then(|m| m.place);
                (no as i64, place.unwrap_or(market))
            })
            .collect();
        let mut marks = vec![Vec::new(); market + 1];
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); market + 1];
        for (_, indicator) in card.indicators() {
            let grid = &self.grids[indicator.need];
            let mut sums = vec![(0i64, 0i64); market + 1];
            let mut counts = vec![0usize; market + 1];
            for (shop, place) in &formal {
                let (num, den) = grid.at(day, *shop);
                let here = if *place == market { &[market][..] } else { &[*place, market][..] };
                for place in here {
                    sums[*place] = (sums[*place].0 + num, sums[*place].1 + den);
                    counts[*place] += usize::from(den > 0);
                }
            }
            // An industry that is too small is drawn towards the market and compared with it.
            let small: Vec<bool> = counts.iter().map(|n| *n < card.line.least_shops.max(1)).collect();
            for place in 0..market {
                if small[place] {
                    sums[place] = sums[market];
                }
            }
            for list in &mut values {
                list.clear();
            }
            for (shop, place) in &formal {
                let cell = grid.at(day, *shop);
                if *place != market
                    && !small[*place]
                    && let Some(value) = card.value_of(indicator, cell, Some(sums[*place]))
                {
                    values[*place].push(value);
                }
                if let Some(value) = card.value_of(indicator, cell, Some(sums[market])) {
                    values[market].push(value);
                }
            }
            let whole = Mark::of(card, indicator.better, &mut values[market], sums[market], true);
            for place in 0..market {
                let own = if small[place] {
                    whole
                } else {
                    Mark::of(card, indicator.better, &mut values[place], sums[place], false)
                };
                marks[place].push(own);
            }
            marks[market].push(whole);
        }
        Bench { marks }
    }

    /// How many of the scored shops that a shop is compared with do not do better in an indicator, of how many.
    pub(super) fn position(
        &self,
        card: &Scorecard,
        stages: &[u8],
        row: &Row,
        indicator: &Indicator,
        mark: Mark,
        value: Option<f64>,
    ) -> Option<(usize, usize)> {
        let value = value?;
        let day = self.ends.iter().position(|end| *end == row.at)?;
        let (mut not_better, mut all) = (0, 0);
        for (no, stage) in stages.iter().enumerate() {
            let place = self.members.list[no].as_ref().and_then(|member| member.place);
            let formal = card.stages.get(usize::from(*stage)).is_some_and(|s| s.score.is_none());
            if !formal || !(mark.market || place == row.member.place) {
                continue;
            }
            let cell = self.grids[indicator.need].at(day, no as i64);
            if let Some(other) = card.value_of(indicator, cell, Some((mark.num, mark.den))) {
                all += 1;
                not_better += usize::from(match indicator.better {
                    Better::More => other <= value,
                    Better::Less => other >= value,
                });
            }
        }
        (all > 0).then_some((not_better, all))
    }

    /// The scores of a day.
    fn lines(&self, card: &'static Scorecard, day: usize, date: Date) -> Day {
        let mut scratch = Scratch::default();
        let stages = self.stages(card, day, &mut scratch);
        let bench = self.bench_of(card, day, &stages);
        let mut lines = Vec::new();
        let mut dimensions = Vec::new();
        if let Some(mut row) = self.any(day) {
            for (no, stage) in stages.iter().enumerate() {
                let (Some(member), true) = (&self.members.list[no], *stage != NOWHERE) else { continue };
                row.member = Arc::clone(member);
                self.fill(day, no as i64, &mut row.cells);
                score_into(card, &bench, &row, &mut scratch.values, &mut scratch.scored);
                lines.push(Line { shop: no as i64, stage: *stage, raw: scratch.scored.raw });
                dimensions.extend_from_slice(&scratch.scored.dimensions);
            }
        }
        Day { date, end: self.ends[day], card, lines, dimensions }
    }

    /// A shop's score with its steps, and the marks it was compared with.
    pub fn scored(&self, card: &Scorecard, day: usize, shop: i64) -> Option<(Row, Bench, Scored)> {
        let row = self.row(day, shop)?;
        let bench = self.bench(card, day);
        let scored = score(card, &bench, &row);
        Some((row, bench, scored))
    }
}

/// No stage: no score.
const NOWHERE: u8 = u8::MAX;

impl Day {
    /// The dimensions of a line, by its place in `lines`.
    pub fn dimensions_of(&self, line: usize) -> &[Option<Points>] {
        let n = self.card.dimensions.len();
        self.dimensions.get(line * n..(line + 1) * n).unwrap_or_default()
    }
}

/// The scores of every shop on every local day from `from` to `to`, both included, a day at a time, each with the
/// scorecard in force at its end (or with `card`, if one is given).
pub fn each_day(
    ask: &dyn Ask,
    market: &Market,
    card: Option<&'static Scorecard>,
    from: Date,
    to: Date,
    progress: &dyn Progress,
    each: &mut dyn FnMut(Day) -> Result<()>,
) -> Result<()> {
    let adoptions = super::adopt::adoptions(ask)?;
    let members = Arc::new(Members::read(ask)?);
    let days = days(market, &adoptions, card, from, to)?;
    let total = days.len() as u64;
    let mut start = 0;
    while start < days.len() {
        let card = days[start].2;
        let each_end = card.needs.iter().map(|n| if n.metric.scale == 1 { 8 } else { 16 }).sum::<usize>();
        let most = (MOST_BYTES / (each_end * members.list.len()).max(1)).clamp(1, 400);
        let same = days[start..].iter().take(most).take_while(|(_, _, c)| std::ptr::eq(*c, card)).count();
        let chunk = &days[start..start + same];
        let ends: Vec<Moment> = chunk.iter().map(|(_, end, _)| *end).collect();
        let board = Board::of(ask, card, &ends, Arc::clone(&members), 0, progress)?;
        // Days are independent of each other: two at a time, told in order.
        for (i, pair) in chunk.chunks(2).enumerate() {
            progress.at("scores", (start + 2 * i) as u64, total);
            if progress.cancelled() {
                return Err(Error::Cancelled);
            }
            let found = std::thread::scope(|scope| {
                let other = pair.get(1).map(|(date, ..)| {
                    let board = &board;
                    scope.spawn(move || board.lines(card, 2 * i + 1, *date))
                });
                let first = board.lines(card, 2 * i, pair[0].0);
                (first, other.map(std::thread::ScopedJoinHandle::join))
            });
            each(found.0)?;
            match found.1 {
                None => {}
                Some(Ok(day)) => each(day)?,
                Some(Err(panic)) => std::panic::resume_unwind(panic),
            }
        }
        start += same;
    }
    progress.at("scores", total, total);
    Ok(())
}

/// The days asked about, each with its end and its scorecard.
pub(super) fn days(
    market: &Market,
    adoptions: &Adoptions,
    card: Option<&'static Scorecard>,
    from: Date,
    to: Date,
) -> Result<Vec<(Date, Moment, &'static Scorecard)>> {
    let none = || Error::NoDays { from: from.to_string(), to: to.to_string() };
    let count = (to - from).get_days();
    if count < 0 {
        return Err(none());
    }
    if count >= 3_660 {
        return Err(Error::TooManyDays { days: count as usize + 1, most: 3_660 });
    }
    let mut list = Vec::new();
    for end in market.day_ends(from, to) {
        let found = card.or_else(|| adoptions.card(end)).ok_or_else(none)?;
        list.push((end.date(&market.zone), end, found));
    }
    if list.is_empty() { Err(none()) } else { Ok(list) }
}
