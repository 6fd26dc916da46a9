//! Scores: of all shops, of one with everything behind it, over days with what moved it, and what if.

use crate::as_of;
use crate::metric::WindowView;
use axum::extract::State;
use govern::ShopName;
use govern::scorecard::{Move, Points, Scorecard};
use kernel::{Date, Moment};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use web_kit::input::{Page, id};
use web_kit::problem::{Failure, Json, Path, Query, brief};
use web_kit::score::{self, Given, Line};
use web_kit::site::Site;

/// A shop's score.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ScoreView {
    /// The shop.
    pub shop: String,
    /// What the system it came from calls it.
    pub external_id: String,
    /// The shown score, rounded down; null without one.
    pub score: Option<i64>,
    /// The score before rounding.
    #[schema(value_type = Option<f64>)]
    pub raw: Option<Points>,
    /// The stage; null: in none.
    pub stage: Option<String>,
    /// Stars that consumers see; null where they see none.
    pub stars: Option<f64>,
    /// The points of each dimension; null without data.
    #[schema(value_type = Object)]
    pub dimensions: BTreeMap<String, Option<Points>>,
    /// What bonuses bring.
    #[schema(value_type = f64)]
    pub bonus: Points,
    /// What deductions cost.
    #[schema(value_type = f64)]
    pub deduction: Points,
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
        let there = card.dimensions.iter().zip(&line.dimensions).filter(|(_, p)| p.is_some());
        let there: Vec<&str> = there.map(|(d, _)| d.short.as_str()).collect();
        let whole = there.len() == card.dimensions.len();
        let counts = |points: Points| if formal { points } else { Points(0) };
        Self {
            shop: shop.id.to_string(),
            external_id: shop.external_id.clone(),
            score: line.shown(),
            raw: line.raw,
            stage: stage.map(|stage| stage.id.clone()),
            stars: line.stars.map(|tenths| tenths as f64 / 10.0),
            dimensions: dimensions(card, &line.dimensions),
            bonus: counts(line.bonus),
            deduction: counts(line.deduction),
            coverage: (formal && line.raw.is_some())
                .then(|| if whole { "whole".to_owned() } else { format!("partial: {}", there.join(", ")) }),
            industry: day.industry(line.industry).map(str::to_owned),
            scorecard: card.id.clone(),
            version: card.version,
            as_of: day.end.rfc3339(&site.market.zone),
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
#[utoipa::path(get, path = "/scores", extensions(("x-needs" = json!("platform.view"))), tag = "scores", params(Which), responses((status = 200, body = Page<ScoreView>)))]
pub async fn list(
    State(site): State<Site>,
    Query(which): Query<Which>,
) -> Result<axum::Json<Page<ScoreView>>, Failure> {
    let at = as_of(which.as_of.as_deref(), &site)?;
    let limit = crate::limit(which.limit.as_deref())?;
    let after = which.after.as_deref().map(id::<kernel::id::Shop>).transpose();
    let after = after.map_err(|err| Failure::invalid(format!("after: {}", err.detail)))?;
    let page = site
        .ask(move |site, ask| {
            let card = score::card(site, ask, which.scorecard.as_deref(), at)?;
            let day = score::day(site, ask, card, at)?;
            let shops = web_kit::view::shops::all(site, ask)?;
            let mut found: Vec<(&Line, &ShopName)> = day
                .lines
                .iter()
                .filter_map(|line| shops.get(line.shop).map(|shop| (line, shop)))
                .filter(|(_, shop)| after.is_none_or(|after| shop.id > after))
                .collect();
            found.sort_by_key(|(_, shop)| shop.id);
            found.truncate(limit + 1);
            let views = found.into_iter().map(|(line, shop)| ScoreView::of(site, &day, line, shop)).collect();
            Ok(Page::of(views, limit, |view: &ScoreView| view.shop.clone()))
        })
        .await?;
    Ok(axum::Json(page))
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
    /// The numerator.
    #[schema(value_type = f64)]
    pub numerator: Number,
    /// The denominator.
    pub denominator: i64,
    /// The shop's own value; null without samples.
    #[schema(value_type = Option<f64>)]
    pub value: Option<Number>,
    /// The value as it was compared, drawn towards the industry where the scorecard says so.
    pub compared: Option<f64>,
    /// How sure the value is: from, to.
    pub interval: Option<[f64; 2]>,
    /// The industry's values at the low and at the high points.
    pub marks: Option<[f64; 2]>,
    /// How many shops of the industry are no better, of how many.
    pub position: Option<[usize; 2]>,
    /// Its points.
    #[schema(value_type = Option<f64>)]
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
    #[schema(value_type = f64)]
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
    #[schema(value_type = f64)]
    pub needs: Points,
    /// What is judged; null without a score.
    #[schema(value_type = Option<f64>)]
    pub judged: Option<Points>,
    /// On the mean of how many days it is judged.
    pub mean_days: i64,
    /// How many of them have a score.
    pub days: usize,
    /// Whether it is open.
    pub open: bool,
    /// What is missing of the score.
    #[schema(value_type = f64)]
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
    #[schema(value_type = f64)]
    pub score: Points,
    /// How much that is more.
    #[schema(value_type = f64)]
    pub gain: Points,
}

/// A numerator and a denominator.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct FigureView {
    /// The numerator, in the metric's unit.
    #[schema(value_type = f64)]
    pub numerator: Number,
    /// The denominator.
    pub denominator: i64,
}

/// One step of the arithmetic.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct StepView {
    /// What is computed, in Chinese.
    pub zh: String,
    /// What is computed, in English.
    pub en: String,
    /// What it comes to.
    #[schema(value_type = serde_json::Value)]
    pub value: Value,
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
    pub trace: Vec<StepView>,
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
    let at = at.rfc3339(&site.market.zone);
    Failure::invalid(format!("as_of: the shop was not open at {at}")).zh(format!("{at} 这家店还没有开张。"))
}

/// One score with its whole arithmetic.
#[utoipa::path(
    get, path = "/shops/{shop}/score", extensions(("x-needs" = json!("platform.view"))), tag = "scores",
    params(When),
    responses((status = 200, body = ExplainedView))
)]
pub async fn explain(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Query(when): Query<When>,
) -> Result<axum::Json<ExplainedView>, Failure> {
    let at = as_of(when.as_of.as_deref(), &site)?;
    let view = site
        .ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            let shop = web_kit::view::shops::find(&shops, &shop)?;
            let card = score::card(site, ask, when.scorecard.as_deref(), at)?;
            let day = score::day(site, ask, card, at)?;
            let (Some(line), Some(row)) = (day.line(shop.no), day.row(shop.no)) else {
                return Err(not_open(at, site));
            };
            let explained = score::explained(site, ask, card, shop.no, at)?;
            let date = at.date(&site.market.zone);
            let most = card.gates.iter().map(|g| g.mean_days).max().unwrap_or(1);
            let asked = when.scorecard.as_ref().map(|_| card);
            let from = date.checked_sub(jiff::Span::new().days(most - 1)).unwrap_or(date);
            let past = score::past(site, ask, asked, shop.no, from, date)?;
            let bounds = score::bounds(site, ask, card, shop.no, date)?;
            let gates = score::gates(card, &day, &row, &past, &bounds);
            let zone = &site.market.zone;
            let indicators = card.indicators().zip(&explained.indicators).map(|((d, indicator), e)| {
                let need = card.need(indicator);
                IndicatorView {
                    indicator: indicator.id.clone(),
                    dimension: card.dimensions[d].id.clone(),
                    metric: need.metric.name.clone(),
                    window: WindowView {
                        days: need.window_days,
                        after: at.plus_days(-need.window_days).rfc3339(zone),
                        until: at.rfc3339(zone),
                    },
                    unit: need.metric.unit.clone(),
                    numerator: need.metric.numerator(e.cell.0),
                    denominator: e.cell.1,
                    value: if e.cell.1 > 0 { need.metric.figure(e.cell.0, e.cell.1) } else { None },
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
                (points.0 > 0).then(|| DeductionView {
                    deduction: deduction.id.clone(),
                    count: row.cells[deduction.need].0,
                    points,
                    cases: explained.deductions[i]
                        .iter()
                        .filter(|c| c.num != 0)
                        .map(|c| card.needs[deduction.need].metric.ref_id(c.of))
                        .collect(),
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
                trace: explained
                    .steps
                    .iter()
                    .map(|s| StepView { zh: s.zh.clone(), en: s.en.clone(), value: s.value.clone() })
                    .collect(),
            })
        })
        .await?;
    Ok(axum::Json(view))
}

fn gate_view(card: &'static Scorecard, state: &govern::gate::Verdict) -> GateView {
    let names: Vec<&str> = card.indicators().map(|(_, i)| i.id.as_str()).collect();
    GateView {
        gate: state.gate.id.clone(),
        needs: state.gate.score,
        judged: state.judged,
        mean_days: state.gate.mean_days,
        days: state.days,
        open: state.open,
        missing: state.missing,
        short: state.short.iter().map(|(d, by)| (card.dimensions[*d].id.clone(), *by)).collect(),
        ways: state
            .reach
            .ways
            .iter()
            .map(|way| WayView {
                changes: way
                    .changes
                    .iter()
                    .map(|(place, change)| {
                        let metric = card.needs[change.need].metric;
                        let figure =
                            FigureView { numerator: metric.numerator(change.num), denominator: change.den };
                        (names[*place].to_owned(), figure)
                    })
                    .collect(),
                count: way.count,
                score: way.score,
                gain: way.gain,
            })
            .collect(),
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
    #[schema(value_type = Option<f64>)]
    pub raw: Option<Points>,
    /// What moved it since the day before: the parts add up to the change.
    pub moves: Vec<MoveView>,
}

/// A part of a day's change.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MoveView {
    /// `new`, `left` (the window), `industry`, `bonus`, `deduction`, `stage` or `version`.
    #[schema(value_type = String)]
    pub what: Move,
    /// By how much.
    #[schema(value_type = f64)]
    pub points: Points,
}

/// A shop's score at the end of every local day of a period, and what moved it.
#[utoipa::path(
    get, path = "/shops/{shop}/score/history", extensions(("x-needs" = json!("platform.view"))), tag = "scores",
    params(Days),
    responses((status = 200, body = Vec<DayView>))
)]
pub async fn history(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Query(days): Query<Days>,
) -> Result<axum::Json<Vec<DayView>>, Failure> {
    let (from, to): (Date, Date) = web_kit::view::metric::period(&days.from, &days.to)?;
    if from.until(to).map_or(LONGEST, |span| span.get_days()) >= LONGEST {
        return Err(Failure::invalid(format!("a history has at most {LONGEST} days"))
            .zh(format!("历史最多 {LONGEST} 天。")));
    }
    let views = site
        .ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            let no = web_kit::view::shops::find(&shops, &shop)?.no;
            let card = days.scorecard.as_deref().map(score::named).transpose()?;
            let past = score::past(site, ask, card, no, from, to)?;
            Ok(past
                .iter()
                .map(|day| DayView {
                    day: day.date.to_string(),
                    scorecard: day.card.id.clone(),
                    version: day.card.version,
                    stage: day.stage.and_then(|s| day.card.stages.get(s)).map(|s| s.id.clone()),
                    score: day.raw.map(Points::floor),
                    raw: day.raw,
                    moves: day
                        .moves
                        .iter()
                        .map(|(what, points)| MoveView { what: *what, points: *points })
                        .collect(),
                })
                .collect())
        })
        .await?;
    Ok(axum::Json(views))
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
    /// The shown score.
    pub score: Option<i64>,
    /// The score before rounding.
    #[schema(value_type = Option<f64>)]
    pub raw: Option<Points>,
    /// The stage.
    pub stage: Option<String>,
    /// Stars.
    pub stars: Option<f64>,
    /// The points of each dimension.
    #[schema(value_type = Object)]
    pub dimensions: BTreeMap<String, Option<Points>>,
    /// What bonuses bring.
    #[schema(value_type = f64)]
    pub bonus: Points,
    /// What deductions cost.
    #[schema(value_type = f64)]
    pub deduction: Points,
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
#[utoipa::path(
    post, path = "/shops/{shop}/score/what-if", extensions(("x-needs" = json!("platform.view"))), tag = "scores",
    request_body = WhatIfOrder, responses((status = 200, body = WhatIfView))
)]
pub async fn what_if(
    State(site): State<Site>,
    Path(shop): Path<String>,
    Json(order): Json<WhatIfOrder>,
) -> Result<axum::Json<WhatIfView>, Failure> {
    let at = as_of(order.as_of.as_deref(), &site)?;
    let given =
        order.changes.iter().map(|(name, value)| figure(name, value)).collect::<Result<Vec<_>, _>>()?;
    let view = site
        .ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            let shop = web_kit::view::shops::find(&shops, &shop)?;
            let card = score::card(site, ask, order.scorecard.as_deref(), at)?;
            let day = score::day(site, ask, card, at)?;
            let Some(row) = day.row(shop.no) else { return Err(not_open(at, site)) };
            let what = score::what_if(card, &day, &row, &given)?;
            let date = at.date(&site.market.zone);
            let most = card.gates.iter().map(|g| g.mean_days).max().unwrap_or(1);
            let asked = order.scorecard.as_ref().map(|_| card);
            let from = date.checked_sub(jiff::Span::new().days(most - 1)).unwrap_or(date);
            let past = score::past(site, ask, asked, shop.no, from, date)?;
            let bounds = score::bounds(site, ask, card, shop.no, date)?;
            let side = |row: &govern::scorecard::Row, scored: &govern::scorecard::Scored| SideView {
                score: scored.shown(),
                raw: scored.raw,
                stage: scored.stage.and_then(|s| card.stages.get(s)).map(|s| s.id.clone()),
                stars: scored.stars(card).map(|tenths| tenths as f64 / 10.0),
                dimensions: dimensions(card, &scored.dimensions),
                bonus: scored.bonus,
                deduction: scored.deduction,
                open: score::gates(card, &day, row, &past, &bounds)
                    .iter()
                    .filter(|g| g.open)
                    .map(|g| g.gate.id.clone())
                    .collect(),
            };
            Ok(WhatIfView {
                shop: shop.id.to_string(),
                as_of: at.rfc3339(&site.market.zone),
                scorecard: card.id.clone(),
                version: card.version,
                industry: row.member.industry.as_deref().map(str::to_owned),
                before: side(&what.row, &what.before),
                after: side(&what.changed, &what.after),
            })
        })
        .await?;
    Ok(axum::Json(view))
}

/// Reads one change.
fn figure(name: &str, value: &Value) -> Result<Given, Failure> {
    let bad = |why: &str| Failure::invalid(format!("changes: {}: {why}", brief(name)));
    let Value::Object(parts) = value else {
        return Err(bad("give {\"numerator\": ..., \"denominator\": ...}"));
    };
    let mut given = Given { name: name.to_owned(), ..Given::default() };
    for (part, value) in parts {
        match part.as_str() {
            "numerator" => {
                given.num = Some(value.as_f64().ok_or_else(|| bad("the numerator must be a number"))?)
            }
            "denominator" => {
                given.den =
                    Some(value.as_i64().ok_or_else(|| bad("the denominator must be a whole number"))?);
            }
            other => {
                return Err(bad(&format!(
                    "there is no \"{}\", only numerator and denominator",
                    brief(other)
                )));
            }
        }
    }
    Ok(given)
}
