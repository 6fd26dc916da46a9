//! Scores: of all shops, of one with everything behind it, over days with what moved it, and what if.

use crate::metric::{FigureView, QuotientView, WindowView};
use crate::shape::{as_of, ask_of_shop};
use govern::ShopName;
use govern::gate::Verdict;
use govern::scorecard::{self, Move, Points, Row, Scorecard, Scored, Step};
use kernel::{Ask, Date};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::score::{self, Given, Line};

/// What a score comes to.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ScoreSums {
    /// The shown score, rounded down; null without one.
    pub score: Option<i64>,
    /// The score before rounding.
    pub raw: Option<Points>,
    /// The stage; null: in none.
    pub stage: Option<String>,
    /// Stars that consumers see; null where they see none.
    pub stars: Option<f64>,
    /// The points of each dimension; null without data.
    #[schema(value_type = Object)]
    pub dimensions: BTreeMap<String, Option<Points>>,
    /// What bonuses bring.
    pub bonus: Points,
    /// What deductions cost.
    pub deduction: Points,
}

/// A shop's score.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ScoreView {
    /// The shop.
    pub shop: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// What it comes to.
    #[serde(flatten)]
    pub sums: ScoreSums,
    /// `whole`, or `partial: P, L`; null where the formula does not count.
    pub coverage: Option<String>,
    /// The industry.
    pub industry: Option<String>,
    /// The scorecard.
    pub scorecard: String,
    /// Its version.
    pub version: u32,
    /// As of when.
    pub as_of: String,
}

impl ScoreView {
    fn of(site: &Site, day: &score::Day, line: &Line, shop: &ShopName) -> Self {
        let card = day.card;
        let stage = line.stage.and_then(|s| card.stages.get(s));
        let formal = stage.is_some_and(|stage| stage.score.is_none());
        let coverage = || scorecard::partial(card, &line.dimensions).unwrap_or_else(|| "whole".to_owned());
        let counts = |points: Points| if formal { points } else { Points(0) };
        Self {
            shop: shop.id.to_string(),
            external_id: shop.external_id.clone(),
            sums: ScoreSums {
                score: line.shown(),
                raw: line.raw,
                stage: stage.map(|stage| stage.id.clone()),
                stars: line.stars.map(|tenths| tenths as f64 / 10.0),
                dimensions: dimensions(card, &line.dimensions),
                bonus: counts(line.bonus),
                deduction: counts(line.deduction),
            },
            coverage: (formal && line.raw.is_some()).then(coverage),
            industry: day.industry(line.industry).map(str::to_owned),
            scorecard: card.id.clone(),
            version: card.version,
            as_of: site.time(day.end),
        }
    }
}

fn dimensions(card: &Scorecard, points: &[Option<Points>]) -> BTreeMap<String, Option<Points>> {
    card.dimensions.iter().map(|d| d.id.clone()).zip(points.iter().copied()).collect()
}

/// Which scores.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// RFC 3339, or a date, which means 23:59:59.999999 of that local day. Now if not said.
    as_of: Option<String>,
    /// `ID` or `ID@VERSION`; the one in force if not said.
    scorecard: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 500; 100 if not said.
    limit: Option<String>,
}

/// The score of every shop that was open at a moment, by the shop's id.
#[operation(get, "/scores", tag = "scores", needs = "platform.view")]
pub async fn list(at: Context, query: Which) -> Answer<ListPage<ScoreView>> {
    let end = as_of(query.as_of.as_deref(), &at)?;
    let limit = input::limit(query.limit.as_deref(), 100, 500)?;
    let after = input::after(query.after.as_deref())?;
    at.ask(move |site, ask| {
        let card = score::card(site, ask, query.scorecard.as_deref(), end)?;
        let day = score::day(site, ask, card, end)?;
        let shops = web_kit::view::shops::all(site, ask)?;
        let mut found: Vec<(&Line, &ShopName)> = day
            .lines
            .iter()
            .filter_map(|line| shops.get(line.shop).map(|shop| (line, shop)))
            .filter(|(_, shop)| after.is_none_or(|after| shop.id > after))
            .collect();
        found.sort_by_key(|(_, shop)| shop.id);
        found.truncate(limit + 1);
        let page = ListPage::of(found, limit, |(_, shop)| shop.id.to_string());
        Ok(page.map(|(line, shop)| ScoreView::of(site, &day, line, shop)))
    })
    .await
}

/// An indicator of an explained score.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct IndicatorView {
    /// Its id.
    pub indicator: String,
    /// Its dimension.
    pub dimension: String,
    /// What it reads.
    pub metric: String,
    /// The window.
    pub window: WindowView,
    /// The unit of its value.
    pub unit: String,
    /// The shop's own value.
    #[serde(flatten)]
    pub quotient: QuotientView,
    /// The value as it was compared, drawn towards the industry where the scorecard says so.
    pub compared: Option<f64>,
    /// How sure the value is: from, to.
    pub interval: Option<[f64; 2]>,
    /// The industry's values at the low and at the high points.
    pub marks: Option<[f64; 2]>,
    /// How many shops of the industry are no better, of how many.
    pub position: Option<[usize; 2]>,
    /// Its points.
    pub points: Option<Points>,
    /// Its weight within the dimension.
    pub weight: i64,
    /// The clause it comes from.
    pub source: String,
    /// How many orders (or conversations, findings ...) are behind it; `/shops/{shop}/metrics/{metric}` lists them.
    pub contributions: usize,
}

/// A deduction of an explained score.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DeductionView {
    /// The scene.
    pub deduction: String,
    /// How often.
    pub count: i64,
    /// What it costs.
    pub points: Points,
    /// The cases.
    pub cases: Vec<String>,
}

/// A gate.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct GateView {
    /// Its id.
    pub gate: String,
    /// The score it takes.
    pub needs: Points,
    /// What is judged; null without a score.
    pub judged: Option<Points>,
    /// On the mean of how many days it is judged.
    pub mean_days: i64,
    /// How many of them have a score.
    pub days: usize,
    /// Whether it is open.
    pub open: bool,
    /// What is missing of the score.
    pub missing: Points,
    /// What dimensions are missing that it takes besides, by id; empty where none is short.
    #[schema(value_type = Object)]
    pub short: BTreeMap<String, Points>,
    /// Changes that would bring the day's score there, the fewest first; of a gate on a mean that is one day of it.
    pub ways: Vec<WayView>,
}

/// One way to a gate.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WayView {
    /// What changes, by indicator: the new numerator and denominator.
    #[schema(value_type = Object)]
    pub changes: BTreeMap<String, FigureView>,
    /// How many orders would have to have gone otherwise; null where it is a matter of time.
    pub count: Option<i64>,
    /// The score then.
    pub score: Points,
    /// How much that is more.
    pub gain: Points,
}

/// A score with everything behind it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExplainedView {
    /// The score.
    #[serde(flatten)]
    pub score: ScoreView,
    /// Between which scores it lies by the intervals of its indicators: from, to.
    #[schema(value_type = Option<Vec<f64>>)]
    pub bound: Option<[Points; 2]>,
    /// The indicators.
    pub indicators: Vec<IndicatorView>,
    /// The bonuses that are earned, by id.
    pub bonuses: Vec<String>,
    /// The deductions that cost points.
    pub deductions: Vec<DeductionView>,
    /// The gates.
    pub gates: Vec<GateView>,
    /// From dimensions to the score.
    pub trace: Vec<Step>,
}

/// As of when and by which scorecard.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// RFC 3339, or a date, which means 23:59:59.999999 of that local day. Now if not said.
    as_of: Option<String>,
    /// `ID` or `ID@VERSION`; the one in force if not said.
    scorecard: Option<String>,
}

/// The refusal for a day before a shop was there.
fn not_open(at: Moment, site: &Site) -> Failure {
    let at = site.time(at);
    Failure::invalid(format!("as_of: the shop was not open at {at}")).zh(format!("{at} 这家店还没有开张。"))
}

/// The gates for figures of a shop at the end of a day, by the days before it: scored by the scorecard of the day if that
/// was asked for, else by those in force on each.
fn gates(
    site: &Site,
    ask: &dyn Ask,
    day: &score::Day,
    row: &Row,
    is_asked: bool,
    shop: i64,
) -> Result<Vec<Verdict>, Failure> {
    let (card, date) = (day.card, day.end.date(&site.market.zone));
    let most = card.gates.iter().map(|g| g.mean_days).max().unwrap_or(1);
    let from = date.checked_sub(jiff::Span::new().days(most - 1)).unwrap_or(date);
    let past = score::past(site, ask, is_asked.then_some(card), shop, from, date)?;
    let bounds = score::bounds(site, ask, card, shop, date)?;
    Ok(score::gates(card, day, row, &past, &bounds))
}

/// One score with its whole arithmetic.
#[operation(get, "/shops/{shop}/score", tag = "scores", needs = "platform.view")]
pub async fn explain(at: Context, shop: String, query: When) -> Answer<ExplainedView> {
    let end = as_of(query.as_of.as_deref(), &at)?;
    ask_of_shop(&at, shop, move |site, ask, shop| {
        let card = score::card(site, ask, query.scorecard.as_deref(), end)?;
        let day = score::day(site, ask, card, end)?;
        let (Some(line), Some(row)) = (day.line(shop.no), day.row(shop.no)) else {
            return Err(not_open(end, site));
        };
        let explained = score::explained(site, ask, card, shop.no, end)?;
        let gates = gates(site, ask, &day, &row, query.scorecard.is_some(), shop.no)?;
        let indicators = card.indicators().zip(&explained.indicators).map(|((d, indicator), e)| {
            let need = card.need(indicator);
            let (num, den) = e.cell;
            IndicatorView {
                indicator: indicator.id.clone(),
                dimension: card.dimensions[d].id.clone(),
                metric: need.metric.name.clone(),
                window: WindowView::of(site, need.window_days, end.plus_days(-need.window_days), end),
                unit: need.metric.unit.clone(),
                quotient: QuotientView {
                    figure: FigureView::of(need.metric, num, den),
                    value: if den > 0 { need.metric.figure(num, den) } else { None },
                },
                compared: e.value,
                interval: e.interval.map(|i| [i.low, i.high]),
                marks: e.mark.map(|m| [m.low, m.high]),
                position: e.position.map(|(a, b)| [a, b]),
                points: e.points,
                weight: indicator.weight,
                source: need.metric.source.clone(),
                contributions: e.contributions.len(),
            }
        });
        let deductions = card.deductions.iter().enumerate().filter_map(|(i, deduction)| {
            let points = *explained.scored.deductions.get(i)?;
            let metric = card.needs[deduction.need].metric;
            let cases = explained.deductions[i].iter().filter(|c| c.num != 0);
            (points.0 > 0).then(|| DeductionView {
                deduction: deduction.id.clone(),
                count: row.cells[deduction.need].0,
                points,
                cases: cases.map(|c| metric.ref_id(c.of)).collect(),
            })
        });
        let earned = card.bonuses.iter().zip(&explained.scored.bonuses).filter(|(_, earned)| **earned);
        Ok(ExplainedView {
            score: ScoreView::of(site, &day, line, shop),
            bound: explained.bound.map(|(low, high)| [low, high]),
            indicators: indicators.collect(),
            bonuses: earned.map(|(bonus, _)| bonus.id.clone()).collect(),
            deductions: deductions.collect(),
            gates: gates.iter().map(|state| gate_view(card, state)).collect(),
            trace: explained.steps.clone(),
        })
    })
    .await
}

fn gate_view(card: &'static Scorecard, state: &Verdict) -> GateView {
    let names: Vec<&str> = card.indicators().map(|(_, i)| i.id.as_str()).collect();
    let ways = state.reach.ways.iter().map(|way| {
        let changes = way.changes.iter().map(|(place, change)| {
            let figure = FigureView::of(card.needs[change.need].metric, change.num, change.den);
            (names[*place].to_owned(), figure)
        });
        WayView { changes: changes.collect(), count: way.count, score: way.score, gain: way.gain }
    });
    GateView {
        gate: state.gate.id.clone(),
        needs: state.gate.score,
        judged: state.judged,
        mean_days: state.gate.mean_days,
        days: state.days,
        open: state.open,
        missing: state.missing,
        short: state.short.iter().map(|(d, by)| (card.dimensions[*d].id.clone(), *by)).collect(),
        ways: ways.collect(),
    }
}

/// Which days, and by which scorecard.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// The first day.
    from: String,
    /// The last day; at most 400 days after the first.
    to: String,
    /// `ID` or `ID@VERSION`; those in force on each day if not said.
    scorecard: Option<String>,
}

/// The most days one history covers.
const LONGEST: i32 = 400;

/// A day of a shop's score.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct DayView {
    /// The local day.
    pub day: String,
    /// The scorecard in force at its end.
    pub scorecard: String,
    /// Its version.
    pub version: u32,
    /// The stage; null: in none.
    pub stage: Option<String>,
    /// The shown score.
    pub score: Option<i64>,
    /// The score before rounding.
    pub raw: Option<Points>,
    /// What moved it since the day before: the parts add up to the change.
    pub moves: Vec<MoveView>,
}

/// A part of a day's change.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MoveView {
    /// `new`, `left` (the window), `industry`, `bonus`, `deduction`, `stage` or `version`.
    pub what: Move,
    /// By how much.
    pub points: Points,
}

/// A shop's score at the end of every local day of a period, and what moved it.
#[operation(get, "/shops/{shop}/score/history", tag = "scores", needs = "platform.view")]
pub async fn history(at: Context, shop: String, query: Days) -> Answer<Vec<DayView>> {
    let (from, to): (Date, Date) = web_kit::view::metric::period(&query.from, &query.to)?;
    if from.until(to).map_or(LONGEST, |span| span.get_days()) >= LONGEST {
        return Err(Failure::invalid(format!("a history has at most {LONGEST} days"))
            .zh(format!("历史最多 {LONGEST} 天。")));
    }
    ask_of_shop(&at, shop, move |site, ask, shop| {
        let card = query.scorecard.as_deref().map(score::named).transpose()?;
        let past = score::past(site, ask, card, shop.no, from, to)?;
        let move_view = |(what, points): &(Move, Points)| MoveView { what: *what, points: *points };
        let views = past.iter().map(|day| DayView {
            day: day.date.to_string(),
            scorecard: day.card.id.clone(),
            version: day.card.version,
            stage: day.stage.and_then(|s| day.card.stages.get(s)).map(|s| s.id.clone()),
            score: day.raw.map(Points::floor),
            raw: day.raw,
            moves: day.moves.iter().map(move_view).collect(),
        });
        Ok(views.collect())
    })
    .await
}

/// Figures to change.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhatIfOrder {
    /// RFC 3339, or a date, which means 23:59:59.999999 of that local day. Now if not said.
    #[serde(default)]
    as_of: Option<String>,
    /// `ID` or `ID@VERSION`; the one in force if not said.
    #[serde(default)]
    scorecard: Option<String>,
    /// By indicator, deduction or metric: `{"numerator": 3, "denominator": 200}`, each left as it is if not given.
    #[serde(default)]
    #[schema(value_type = Object)]
    changes: Map<String, Value>,
}

/// A side of what-if.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SideView {
    /// What it comes to.
    #[serde(flatten)]
    pub sums: ScoreSums,
    /// Which gates are open.
    pub open: Vec<String>,
}

/// A score before and after.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WhatIfView {
    /// The shop.
    pub shop: String,
    /// As of when.
    pub as_of: String,
    /// The scorecard.
    pub scorecard: String,
    /// Its version.
    pub version: u32,
    /// The industry, whose weights count.
    pub industry: Option<String>,
    /// As it is.
    pub before: SideView,
    /// As it would be.
    pub after: SideView,
}

/// Scores a shop again with some figures changed, by the scorer itself, against the same marks of its industry.
#[operation(post, "/shops/{shop}/score/what-if", tag = "scores", needs = "platform.view")]
pub async fn what_if(at: Context, shop: String, body: WhatIfOrder) -> Answer<WhatIfView> {
    let end = as_of(body.as_of.as_deref(), &at)?;
    let given =
        body.changes.iter().map(|(name, value)| figure(name, value)).collect::<Result<Vec<_>, _>>()?;
    ask_of_shop(&at, shop, move |site, ask, shop| {
        let card = score::card(site, ask, body.scorecard.as_deref(), end)?;
        let day = score::day(site, ask, card, end)?;
        let Some(row) = day.row(shop.no) else { return Err(not_open(end, site)) };
        let what = score::what_if(card, &day, &row, &given)?;
        let side = |row: &Row, scored: &Scored| {
            let gates = gates(site, ask, &day, row, body.scorecard.is_some(), shop.no)?;
            Ok::<_, Failure>(SideView {
                sums: ScoreSums {
                    score: scored.shown(),
                    raw: scored.raw,
                    stage: scored.stage.and_then(|s| card.stages.get(s)).map(|s| s.id.clone()),
                    stars: scored.stars(card).map(|tenths| tenths as f64 / 10.0),
                    dimensions: dimensions(card, &scored.dimensions),
                    bonus: scored.bonus,
                    deduction: scored.deduction,
                },
                open: gates.iter().filter(|g| g.open).map(|g| g.gate.id.clone()).collect(),
            })
        };
        Ok(WhatIfView {
            shop: shop.id.to_string(),
            as_of: site.time(end),
            scorecard: card.id.clone(),
            version: card.version,
            industry: row.member.industry.as_deref().map(str::to_owned),
            before: side(&what.row, &what.before)?,
            after: side(&what.changed, &what.after)?,
        })
    })
    .await
}

/// Reads one change.
fn figure(name: &str, value: &Value) -> Result<Given, Failure> {
    let bad = |why: &str| Failure::invalid(format!("changes: {}: {why}", brief(name)));
    let Value::Object(parts) = value else {
        return Err(bad("give {\"numerator\": ..., \"denominator\": ...}"));
    };
    let mut given = Given { name: name.to_owned(), ..Given::default() };
    for (part, value) in parts {
        let number = |found: Option<_>| found.ok_or_else(|| bad("the numerator must be a number"));
        let whole = |found: Option<_>| found.ok_or_else(|| bad("the denominator must be a whole number"));
        match part.as_str() {
            "numerator" => given.num = Some(number(value.as_f64())?),
            "denominator" => given.den = Some(whole(value.as_i64())?),
            other => {
                let why = format!("there is no \"{}\", only numerator and denominator", brief(other));
                return Err(bad(&why));
            }
        }
    }
    Ok(given)
}
