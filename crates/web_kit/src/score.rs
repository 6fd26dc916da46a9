//! Scores as pages and API ask for them: all shops of a day, one shop with its arithmetic, its gates, its days, what if.
//!
//! Invariants: every score is the scorer's (`govern::scorecard`), what-if included, and every verdict on a gate is
//! `govern::gate`'s, over days each under the scorecard that was in force; nothing is computed twice for one version of
//! the facts.

use crate::problem::{Failure, brief};
use crate::site::Site;
use govern::gate::{self, Verdict};
use govern::metric::{Kind, Metric};
use govern::scorecard::{
    self, Adoptions, Bench, Board, Change, Explained, History, Move, Moved, Points, Row, Scorecard, Scored,
};
use kernel::{Ask, Date, Moment, Quiet};
use std::sync::Arc;

/// A shop's score on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The shop's number.
    pub shop: i64,
    /// The place of its stage; none: it is in none.
    pub stage: Option<usize>,
    /// The score before rounding; none without data.
    pub raw: Option<Points>,
    /// Tenths of a star, where consumers see stars.
    pub stars: Option<i64>,
    /// The points of the dimensions.
    pub dimensions: Vec<Option<Points>>,
    /// What bonuses bring.
    pub bonus: Points,
    /// What deductions cost.
    pub deduction: Points,
    /// The place of its industry.
    pub industry: Option<usize>,
}

impl Line {
    /// The shown score.
    pub fn shown(&self) -> Option<i64> {
        self.raw.map(Points::floor)
    }
}

/// The scores of all shops at a moment under one scorecard.
#[derive(Debug)]
pub struct Day {
    /// The scorecard.
    pub card: &'static Scorecard,
    /// The moment.
    pub end: Moment,
    /// Everything that was read.
    pub board: Board,
    /// The frozen marks of the industries.
    pub bench: Bench,
    /// Every shop that was open, by number.
    pub lines: Vec<Line>,
}

impl Day {
    /// The line of a shop.
    pub fn line(&self, shop: i64) -> Option<&Line> {
        self.lines.binary_search_by_key(&shop, |line| line.shop).ok().map(|i| &self.lines[i])
    }
    /// What the score of a shop depends on; none if it was not open yet.
    pub fn row(&self, shop: i64) -> Option<Row> {
        self.board.row(0, shop).filter(|row| row.member.opened_at <= self.end)
    }
    /// The name of an industry.
    pub fn industry(&self, place: Option<usize>) -> Option<&str> {
        place.and_then(|place| self.board.industries().get(place)).map(|name| &**name)
    }
}

/// Which scorecards the market adopted.
pub fn adoptions(site: &Site, ask: &dyn Ask) -> Result<Arc<Adoptions>, Failure> {
    site.remember(ask, "adoptions", || Ok(scorecard::adoptions(ask)?))
}

/// From which local day the market has a scorecard; none if it never adopted it.
pub fn adopted(site: &Site, ask: &dyn Ask, card: &Scorecard) -> Result<Option<Date>, Failure> {
    let adoptions = adoptions(site, ask)?;
    let mine = adoptions.0.iter().rev().find(|a| a.scorecard == card.id && a.version == card.version);
    Ok(mine.map(|adopted| adopted.from.date(&site.market.zone)))
}

/// The scorecard asked for, or the one in force at a moment.
pub fn card(
    site: &Site,
    ask: &dyn Ask,
    name: Option<&str>,
    at: Moment,
) -> Result<&'static Scorecard, Failure> {
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => named(name),
        None => adoptions(site, ask)?.card(at).ok_or_else(|| {
            Failure::invalid("no scorecard is in force at this moment").zh("这个时刻没有评分卡生效。")
        }),
    }
}

/// The scorecard of a name.
pub fn named(name: &str) -> Result<&'static Scorecard, Failure> {
    scorecard::find(name).map_err(|err| {
        let known = scorecard::shipped().iter().map(Scorecard::name).collect::<Vec<_>>().join("、");
        Failure::from(err).zh(format!("没有评分卡「{}」。有这些：{known}", brief(name)))
    })
}

/// All scores at a moment.
pub fn day(site: &Site, ask: &dyn Ask, card: &'static Scorecard, end: Moment) -> Result<Arc<Day>, Failure> {
    site.remember_large(ask, format!("scores {} {}", card.name(), end.micros()), || {
        let board = Board::read(ask, card, &[end], &Quiet)?;
        let bench = board.bench(card, 0);
        let mut lines = Vec::new();
        for shop in board.shops(0) {
            let Some(row) = board.row(0, shop) else { continue };
            let scored = scorecard::score(card, &bench, &row);
            lines.push(Line {
                shop,
                stage: scored.stage,
                raw: scored.raw,
                stars: scored.stars(card),
                dimensions: scored.dimensions,
                bonus: scored.bonus,
                deduction: scored.deduction,
                industry: row.member.place,
            });
        }
        Ok(Day { card, end, board, bench, lines })
    })
}

/// One score down to the orders behind it.
pub fn explained(
    site: &Site,
    ask: &dyn Ask,
    card: &'static Scorecard,
    shop: i64,
    end: Moment,
) -> Result<Arc<Explained>, Failure> {
    site.remember_large(ask, format!("explained {} {shop} {}", card.name(), end.micros()), || {
        let day = day(site, ask, card, end)?;
        Ok(scorecard::explain_on(ask, card, &day.board, &day.bench, shop)?)
    })
}

/// A day of a shop's past.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The local day.
    pub date: Date,
    /// The scorecard in force at its end.
    pub card: &'static Scorecard,
    /// The place of the shop's stage.
    pub stage: Option<usize>,
    /// The score; none before the shop opened or without data.
    pub raw: Option<Points>,
    /// What moved it since the day before.
    pub moves: Vec<(Move, Points)>,
}

/// The most memory that some days of all shops may take to be kept.
const MOST_HISTORY: usize = 64 << 20;

/// A shop's days and what moved them. The days of all shops are read once for all of them, where they fit into memory.
fn moved(
    site: &Site,
    ask: &dyn Ask,
    card: Option<&'static Scorecard>,
    shop: i64,
    from: Date,
    to: Date,
) -> Result<Vec<Moved>, Failure> {
    let name = card.map_or_else(|| "in force".to_owned(), Scorecard::name);
    let shops = crate::view::shops::all(site, ask)?.len();
    let days = usize::try_from((to - from).get_days()).unwrap_or(0) + 2;
    let needs = scorecard::shipped().iter().map(|card| card.needs.len()).max().unwrap_or(0);
    if 2 * 16 * shops * days * needs > MOST_HISTORY {
        return Ok(scorecard::moves(ask, &site.market, card, shop, from, to, &Quiet)?);
    }
    let history = site.remember_history(ask, format!("history {name} {from} {to}"), || {
        Ok(History::read(ask, &site.market, card, (from, to), true, &Quiet)?)
    })?;
    Ok(history.moves(ask, shop)?)
}

/// A shop's scores day by day, and what moved them; under one scorecard, or under those in force. A day that still runs
/// has its score as of now, and what moved it is told when it is over.
pub fn past(
    site: &Site,
    ask: &dyn Ask,
    card: Option<&'static Scorecard>,
    shop: i64,
    from: Date,
    to: Date,
) -> Result<Arc<Vec<Past>>, Failure> {
    let name = card.map_or_else(|| "in force".to_owned(), Scorecard::name);
    let to = to.min((site.now)().date(&site.market.zone));
    let end = crate::history::end_of(site, to)?;
    site.remember(ask, format!("past {name} {shop} {from} {}", end.micros()), || {
        let runs = Moment::day_end(to, &site.market.zone) != Some(end);
        let last = if runs { crate::history::days_away(to, -1) } else { to };
        let days = if from <= last { moved(site, ask, card, shop, from, last)? } else { Vec::new() };
        let mut past: Vec<Past> = days
            .into_iter()
            .map(|day| Past {
                date: day.date,
                card: day.card,
                stage: day.scored.as_ref().and_then(|s| s.stage),
                raw: day.scored.as_ref().and_then(|s| s.raw),
                moves: day.moves,
            })
            .collect();
        if runs {
            let card = card.map_or_else(|| self::card(site, ask, None, end), Ok)?;
            let so_far = day(site, ask, card, end)?;
            let line = so_far.line(shop);
            let (stage, raw) = (line.and_then(|line| line.stage), line.and_then(|line| line.raw));
            past.push(Past { date: to, card, stage, raw, moves: Vec::new() });
        }
        Ok(past)
    })
}

/// The gates of a shop on a day. `past` holds the days up to and with that day.
pub fn gates(
    card: &'static Scorecard,
    day: &Day,
    row: &Row,
    past: &[Past],
    bounds: &[Vec<Option<Points>>],
) -> Vec<Verdict> {
    gate::verdicts(card, &day.bench, row, past.iter().map(|day| day.raw), bounds)
}

/// The upper bounds of the days before one, for gates that are judged on their mean.
pub fn bounds(
    site: &Site,
    ask: &dyn Ask,
    card: &'static Scorecard,
    shop: i64,
    to: Date,
) -> Result<Arc<Vec<Vec<Option<Points>>>>, Failure> {
    site.remember(ask, format!("bounds {} {shop} {to}", card.name()), || {
        Ok(gate::bounds(ask, &site.market, card, shop, to)?)
    })
}

/// What a figure of a scorecard is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// An indicator, by its place among all.
    Indicator(usize),
    /// A deduction, by place.
    Deduction(usize),
    /// Stages, bonuses and other conditions read it.
    Condition,
}

/// A figure that can be changed by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name: that of the indicator or deduction, else of the metric.
    pub name: String,
    /// Its place in [`Scorecard::needs`].
    pub need: usize,
    /// What it is for.
    pub role: Role,
    /// What it measures.
    pub metric: &'static Metric,
    /// In which window.
    pub window_days: i64,
}

impl Field {
    /// Whether it has a denominator of its own.
    pub fn has_den(&self) -> bool {
        self.metric.kind != Kind::Count
    }
}

/// Every figure that a scorecard reads, each once: indicators, deductions, then what conditions read.
pub fn fields(card: &'static Scorecard) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut add = |name: &str, need: usize, role: Role| {
        if fields.iter().any(|field| field.need == need) {
            return;
        }
        let (metric, window_days) = (card.needs[need].metric, card.needs[need].window_days);
        let mut name = name.to_owned();
        if fields.iter().any(|field| field.name == name) {
            name = format!("{name}_{window_days}d");
        }
        fields.push(Field { name, need, role, metric, window_days });
    };
    for (place, (_, indicator)) in card.indicators().enumerate() {
        add(&indicator.id, indicator.need, Role::Indicator(place));
    }
    for (place, deduction) in card.deductions.iter().enumerate() {
        add(&deduction.id, deduction.need, Role::Deduction(place));
    }
    for (need, of) in card.needs.iter().enumerate() {
        add(&of.metric.name, need, Role::Condition);
    }
    fields
}

/// The most a numerator or denominator given by hand may be.
pub const MOST: i64 = 1_000_000_000;

/// One figure given by hand: a numerator and a denominator, each left as it is if not given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// The field.
    pub name: String,
    /// The numerator, in the metric's unit.
    pub num: Option<f64>,
    /// The denominator.
    pub den: Option<i64>,
}

/// Reads figures given by hand against what a shop has; what cannot be is refused with what can.
pub fn changes(card: &'static Scorecard, row: &Row, given: &[Given]) -> Result<Vec<Change>, Failure> {
    let fields = fields(card);
    let mut changes: Vec<Change> = Vec::new();
    for Given { name, num, den } in given {
        let found = fields.iter().find(|f| f.name == *name).or_else(|| {
            let mut named = fields.iter().filter(|f| f.metric.name == *name);
            named.next().filter(|_| named.next().is_none())
        });
        let Some(field) = found else {
            let known = fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", ");
            let (card, name) = (card.name(), brief(name));
            return Err(Failure::invalid(format!("{card} reads no figure \"{name}\"; it reads {known}"))
                .zh(format!("{card} 不读「{name}」。它读这些：{known}")));
        };
        let metric = field.metric;
        let (zh, en) = (&metric.zh, &metric.en);
        if changes.iter().any(|change| change.need == field.need) {
            return Err(Failure::invalid(format!("{en} is given twice")).zh(format!("「{zh}」给了两次。")));
        }
        let cell = row.cells[field.need];
        let num = match *num {
            Some(num) if num != metric.scaled(cell.0) => numerator(metric, num)?,
            _ => cell.0,
        };
        let den = match (*den, field.has_den()) {
            (Some(den), true) if (0..=MOST).contains(&den) => den,
            (Some(den), true) => {
                return Err(Failure::invalid(format!(
                    "{en}: the denominator must be a whole number from 0 to {MOST}, not {den}"
                ))
                .zh(format!("「{zh}」的分母应是 0 到 {MOST} 之间的整数，不能是 {den}。")));
            }
            (Some(_), false) => {
                return Err(Failure::invalid(format!(
                    "{en} is a count and has no denominator: give its numerator alone"
                ))
                .zh(format!("「{zh}」是计数，没有分母，只给分子。")));
            }
            // A count's denominator is whatever its contributions made it; who sets the count sets both.
            (None, false) if num != cell.0 => num,
            (None, _) => cell.1,
        };
        if (num, den) != cell {
            possible(metric, num, den)?;
        }
        changes.push(Change { need: field.need, num, den });
    }
    Ok(changes)
}

/// A numerator given by hand, as it is kept.
fn numerator(metric: &Metric, num: f64) -> Result<i64, Failure> {
    let (zh, en, whole) = (&metric.zh, &metric.en, metric.scale == 1);
    let least = if metric.low.is_some_and(|low| low < 0.0) { -(MOST as f64) } else { 0.0 };
    let fits = num.is_finite() && num >= least && num <= MOST as f64;
    if !fits || (whole && num.fract() != 0.0) {
        let kind = if whole { "a whole number" } else { "a number" };
        return Err(Failure::invalid(format!(
            "{en}: the numerator must be {kind} from {least} to {MOST}, not {num}"
        ))
        .zh(format!("「{zh}」的分子应是 {least} 到 {MOST} 之间的数，不能是 {num}。")));
    }
    Ok((num * metric.scale as f64).round() as i64)
}

/// Refuses figures that no orders could make.
fn possible(metric: &Metric, num: i64, den: i64) -> Result<(), Failure> {
    let (zh, en) = (&metric.zh, &metric.en);
    if metric.kind == Kind::Count {
        return Ok(());
    }
    if den == 0 && num != 0 {
        return Err(Failure::invalid(format!("{en}: with a denominator of 0 the numerator is 0 too"))
            .zh(format!("「{zh}」的分母是 0 时，分子也是 0。")));
    }
    if metric.kind == Kind::Ratio && num > den {
        return Err(Failure::invalid(format!(
            "{en}: the numerator {num} is more than the denominator {den}"
        ))
        .zh(format!("「{zh}」的分子 {num} 多于分母 {den}。")));
    }
    if let (Some(low), Some(high), Some(value)) = (metric.low, metric.high, metric.value(num, den))
        && (value < low - 1e-9 || value > high + 1e-9)
    {
        let num = metric.scaled(num);
        return Err(Failure::invalid(format!(
            "{en}: {num} over {den} is {value:.2}, outside {low} to {high}"
        ))
        .zh(format!("「{zh}」的均值会是 {value:.2}，只能在 {low} 到 {high} 之间。")));
    }
    Ok(())
}

/// A score before and after some figures changed.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// What was changed.
    pub changes: Vec<Change>,
    /// The figures before.
    pub row: Row,
    /// The figures after.
    pub changed: Row,
    /// The score before.
    pub before: Scored,
    /// The score after, by the same function.
    pub after: Scored,
}

/// Scores a shop again with figures given by hand, against the same frozen marks.
pub fn what_if(card: &'static Scorecard, day: &Day, row: &Row, given: &[Given]) -> Result<WhatIf, Failure> {
    let changes = changes(card, row, given)?;
    let changed = row.with(&changes);
    let before = scorecard::score(card, &day.bench, row);
    let after = scorecard::score(card, &day.bench, &changed);
    Ok(WhatIf { changes, row: row.clone(), changed, before, after })
}

/// Computes what the first reader will ask for, beside the first answers.
pub fn warm(site: &Site, ask: &dyn Ask) -> Result<(), Failure> {
    let history = crate::history::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(()) };
    for back in [0, 7] {
        let date = known.shown.checked_sub(jiff::Span::new().days(back)).unwrap_or(known.shown);
        let end = crate::history::end_of(site, date)?;
        day(site, ask, card(site, ask, None, end)?, end)?;
    }
    // What the first shop page that somebody opens asks for, whoever's it is.
    if let Some(shop) = crate::view::shops::all(site, ask)?.iter().next() {
        let from = known.shown.checked_sub(jiff::Span::new().days(29)).unwrap_or(known.shown);
        moved(site, ask, None, shop.no, from, known.shown)?;
    }
    Ok(())
}
