//! `score`: every shop's experience score as of a moment; `explain` without a metric: one of them with everything
//! behind it.

use super::metrics::shop;
use crate::cli::{Explain, Score};
use crate::market::Open;
use crate::output::{self, Exit, Sheet, json_number, number};
use crate::progress::Bar;
use govern::ShopName;
use govern::metric::Contribution;
use govern::scorecard::{self, Board, Explained, Points, Scorecard, Scored};
use kernel::{Ask, Moment};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Serialize)]
struct Line<'a> {
    shop: String,
    external_id: &'a str,
    /// The shown score, rounded down; null without data.
    score: Option<i64>,
    /// Before rounding.
    raw: Option<Points>,
    stage: Option<&'a str>,
    stars: Option<f64>,
    dimensions: BTreeMap<&'a str, Option<Points>>,
    bonus: Points,
    deduction: Points,
    /// `whole`, or `partial: P, L`; null where the formula does not count.
    coverage: Option<String>,
    scorecard: &'a str,
    version: u32,
}

impl<'a> Line<'a> {
    fn new(card: &'a Scorecard, shop: &'a ShopName, scored: &Scored) -> Self {
        let formal = scored.formal(card) && scored.raw.is_some();
        let points = |p: Points| if scored.formal(card) { p } else { Points(0) };
        Self {
            shop: shop.id.to_string(),
            external_id: &shop.external_id,
            score: scored.shown(),
            raw: scored.raw,
            stage: scored.stage.map(|stage| card.stages[stage].id.as_str()),
            stars: scored.stars(card).map(|tenths| tenths as f64 / 10.0),
            dimensions: card
                .dimensions
                .iter()
                .map(|d| d.id.as_str())
                .zip(scored.dimensions.iter().copied())
                .collect(),
            bonus: points(scored.bonus),
            deduction: points(scored.deduction),
            coverage: formal.then(|| scored.partial(card).unwrap_or_else(|| "whole".to_owned())),
            scorecard: &card.id,
            version: card.version,
        }
    }
}

/// The scorecard asked for, or the one in force at a moment.
pub(super) fn card(ask: &dyn Ask, named: Option<&str>, at: Moment) -> Result<&'static Scorecard, Exit> {
    match named {
        Some(name) => scorecard::find(name).map_err(|err| Exit::input(format!("--scorecard: {err}"))),
        None => {
            let adoptions = scorecard::adoptions(ask).map_err(|err| Exit::of(&err))?;
            adoptions.card(at).ok_or_else(|| Exit::failed("no scorecard is in force"))
        }
    }
}

pub(crate) fn run(dir: &Path, question: &Score) -> Result<(), Exit> {
    let open = Open::reading(dir)?;
    let market = open.market(dir)?;
    let at = crate::market::as_of(question.as_of.as_deref(), &market)?;
    let ask = open.snapshot()?;
    let card = card(&*ask, question.scorecard.as_deref(), at)?;
    let shops = govern::shops(&*ask).map_err(Exit::failed)?;
    let only = match &question.shop {
        Some(text) => Some(shop(&shops, text)?.no),
        None => None,
    };
    let bar = Bar::new();
    let board = Board::read(&*ask, card, &[at], &bar).map_err(|err| Exit::of(&err))?;
    drop(bar);
    let bench = board.bench(card, 0);
    let mut lines = Vec::new();
    for no in board.shops(0).filter(|no| only.is_none_or(|only| only == *no)) {
        let (Some(row), Some(name)) = (board.row(0, no), shops.get(no)) else { continue };
        let scored = scorecard::score(card, &bench, &row);
        // A shop in no stage has no score; asked for by name it says so.
        if scored.stage.is_some() || only.is_some() {
            lines.push(Line::new(card, name, &scored));
        }
    }
    lines.sort_by(|a, b| b.raw.cmp(&a.raw).then_with(|| a.external_id.cmp(b.external_id)));
    if lines.is_empty() {
        match &question.shop {
            Some(text) => eprintln!("{text} was not open at {}", at.rfc3339(&market.zone)),
            None => eprintln!("no shop has a score at {}", at.rfc3339(&market.zone)),
        }
    }
    output::print(question.format, &lines, || Sheet {
        head: vec![
            "shop",
            "external_id",
            "score",
            "stars",
            "stage",
            "dimensions",
            "bonus",
            "deduction",
            "coverage",
            "scorecard",
        ],
        right: vec![2, 3, 6, 7],
        rows: lines
            .iter()
            .map(|line| {
                vec![
                    line.shop.clone(),
                    line.external_id.to_owned(),
                    line.score.map_or_else(String::new, |s| s.to_string()),
                    line.stars.map_or_else(String::new, |s| format!("{s:.1}")),
                    line.stage.unwrap_or("").to_owned(),
                    dimensions(card, &line.dimensions),
                    line.bonus.to_string(),
                    line.deduction.to_string(),
                    line.coverage.clone().unwrap_or_default(),
                    card.name(),
                ]
            })
            .collect(),
    })
}

/// `P 69 L 99 S -`.
fn dimensions(card: &Scorecard, points: &BTreeMap<&str, Option<Points>>) -> String {
    let part = |id: &str, short: &str| match points.get(id).copied().flatten() {
        Some(points) => format!("{short} {points}"),
        None => format!("{short} -"),
    };
    card.dimensions.iter().map(|d| part(&d.id, &d.short)).collect::<Vec<_>>().join(", ")
}

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    line: Line<'a>,
    name: &'a str,
    as_of: String,
    industry: Option<&'a str>,
    /// Between which scores it lies, if every indicator is taken at either end of its interval.
    interval: Option<[Points; 2]>,
    source: &'a str,
    indicators: Vec<IndicatorLine<'a>>,
    bonuses: Vec<BonusLine<'a>>,
    deductions: Vec<DeductionLine<'a>>,
    trace: &'a [scorecard::Step],
}

#[derive(Serialize)]
struct IndicatorLine<'a> {
    indicator: &'a str,
    dimension: &'a str,
    metric: &'a str,
    weight: i64,
    points: Option<Points>,
    numerator: serde_json::Value,
    denominator: i64,
    /// Numerator over denominator.
    value: Option<serde_json::Value>,
    /// What is compared with the industry: the value, drawn towards the industry where the scorecard says so.
    compared: Option<serde_json::Value>,
    unit: &'a str,
    window: Window,
    interval: Option<scorecard::Interval>,
    industry: Option<scorecard::Mark>,
    /// How many of the shops compared with do not do better, of how many.
    position: Option<[usize; 2]>,
    source: &'a str,
    orders: Vec<OrderLine>,
}

#[derive(Serialize)]
struct Window {
    days: i64,
    after: String,
    until: String,
}

#[derive(Serialize)]
struct OrderLine {
    r#ref: String,
    external_id: String,
    anchor: String,
    known_at: String,
    numerator: serde_json::Value,
    denominator: i64,
}

#[derive(Serialize)]
struct BonusLine<'a> {
    bonus: &'a str,
    when: &'a str,
    earned: bool,
    points: Points,
}

#[derive(Serialize)]
struct DeductionLine<'a> {
    deduction: &'a str,
    metric: &'a str,
    count: i64,
    points: Points,
    cases: Vec<OrderLine>,
}

pub(crate) fn explain(dir: &Path, question: &Explain) -> Result<(), Exit> {
    let open = Open::reading(dir)?;
    let market = open.market(dir)?;
    let at = crate::market::as_of(question.as_of.as_deref(), &market)?;
    let ask = open.snapshot()?;
    let card = card(&*ask, question.scorecard.as_deref(), at)?;
    let shops = govern::shops(&*ask).map_err(Exit::failed)?;
    let shop = shop(&shops, &question.shop)?;
    if shop.opened_at > at {
        let (opened, at) = (shop.opened_at.rfc3339(&market.zone), at.rfc3339(&market.zone));
        return Err(Exit::Input(format!(
            "{} opened at {opened}: there is nothing to explain at {at}",
            shop.name
        )));
    }
    let bar = Bar::new();
    let found = scorecard::explain(&*ask, Some(card), shop.no, at, &bar).map_err(|err| Exit::of(&err))?;
    drop(bar);
    let answer = answer(card, shop, &found, &market);
    let mut above = format!("{} {}  {}\n", shop.name, shop.external_id, shop.id);
    above += &format!(
        "score {}  stars {}  stage {}  {}  scorecard {}\n",
        answer.line.score.map_or("none".to_owned(), |s| s.to_string()),
        answer.line.stars.map_or("-".to_owned(), |s| format!("{s:.1}")),
        answer.line.stage.unwrap_or("none"),
        answer.line.coverage.as_deref().unwrap_or(""),
        card.name()
    );
    above += &format!("as of {}\nsource: {}\n\n", answer.as_of, answer.source);
    for step in &found.steps {
        above += &format!("  {} = {}\n", step.en, step.value);
    }
    for bonus in answer.bonuses.iter().filter(|b| b.earned) {
        above += &format!("  bonus {} +{} because {}\n", bonus.bonus, bonus.points, bonus.when);
    }
    for line in answer.deductions.iter().filter(|d| d.points > Points(0)) {
        let cases: Vec<&str> = line.cases.iter().map(|c| c.r#ref.as_str()).collect();
        above += &format!(
            "  deduction {} -{} for {}: {}\n",
            line.deduction,
            line.points,
            line.count,
            cases.join(", ")
        );
    }
    above.push('\n');
    output::print_below(&above, question.format, &answer, || Sheet {
        head: vec![
            "dimension",
            "indicator",
            "weight",
            "points",
            "value",
            "compared",
            "unit",
            "numerator",
            "denominator",
            "days",
            "worst 10% / best 10%",
            "ref",
            "num",
            "den",
            "anchor",
        ],
        right: vec![2, 3, 4, 5, 7, 8, 9, 12, 13],
        rows: answer.indicators.iter().flat_map(rows).collect(),
    })
}

/// A row for the indicator, and one below it for each order that counts.
fn rows(line: &IndicatorLine<'_>) -> Vec<Vec<String>> {
    let show = |value: &serde_json::Value| value.as_f64().map_or_else(String::new, number);
    let mut rows = vec![vec![
        line.dimension.to_owned(),
        line.indicator.to_owned(),
        line.weight.to_string(),
        line.points.map_or("no data".to_owned(), |p| p.to_string()),
        line.value.as_ref().map_or_else(String::new, show),
        line.compared.as_ref().map_or_else(String::new, show),
        line.unit.to_owned(),
        show(&line.numerator),
        line.denominator.to_string(),
        line.window.days.to_string(),
        line.industry.map_or_else(String::new, |m| format!("{} / {}", number(m.low), number(m.high))),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]];
    for order in &line.orders {
        let mut row = vec![String::new(); 11];
        let name = if order.external_id.is_empty() { &order.r#ref } else { &order.external_id };
        row.extend([
            name.clone(),
            show(&order.numerator),
            order.denominator.to_string(),
            order.anchor.clone(),
        ]);
        rows.push(row);
    }
    rows
}

fn answer<'a>(
    card: &'a Scorecard,
    shop: &'a ShopName,
    found: &'a Explained,
    market: &kernel::Market,
) -> Answer<'a> {
    let lines = |contributions: &[Contribution], metric: &govern::metric::Metric| {
        contributions
            .iter()
            .filter(|c| c.counts())
            .map(|c| OrderLine {
                r#ref: metric.ref_id(c.of),
                external_id: c.external_id.clone(),
                anchor: c.anchor.rfc3339(&market.zone),
                known_at: c.known_at.rfc3339(&market.zone),
                numerator: json_number(metric.scaled(c.num)),
                denominator: c.den,
            })
            .collect::<Vec<_>>()
    };
    let indicators = card
        .indicators()
        .zip(&found.indicators)
        .map(|((d, indicator), e)| {
            let need = card.need(indicator);
            let metric = need.metric;
            IndicatorLine {
                indicator: &indicator.id,
                dimension: &card.dimensions[d].id,
                metric: &metric.name,
                weight: indicator.weight,
                points: e.points,
                numerator: json_number(metric.scaled(e.cell.0)),
                denominator: e.cell.1,
                value: metric.value(e.cell.0, e.cell.1).map(json_number),
                compared: e.value.map(json_number),
                unit: &metric.unit,
                window: Window {
                    days: need.window_days,
                    after: found.at.plus_days(-need.window_days).rfc3339(&market.zone),
                    until: found.at.rfc3339(&market.zone),
                },
                interval: e.interval,
                industry: e.mark,
                position: e.position.map(|(a, b)| [a, b]),
                source: &metric.source,
                orders: lines(&e.contributions, metric),
            }
        })
        .collect();
    let bonuses = card
        .bonuses
        .iter()
        .zip(&found.scored.bonuses)
        .map(|(bonus, earned)| BonusLine {
            bonus: &bonus.id,
            when: &bonus.when_text,
            earned: *earned,
            points: bonus.points,
        })
        .collect();
    let deductions = card
        .deductions
        .iter()
        .zip(found.scored.deductions.iter().zip(&found.deductions))
        .map(|(deduction, (points, cases))| {
            let metric = card.needs[deduction.need].metric;
            DeductionLine {
                deduction: &deduction.id,
                metric: &metric.name,
                count: found.row.cells[deduction.need].0,
                points: *points,
                cases: lines(cases, metric),
            }
        })
        .collect();
    Answer {
        line: Line::new(card, shop, &found.scored),
        name: &shop.name,
        as_of: found.at.rfc3339(&market.zone),
        industry: found.row.member.industry.as_deref(),
        interval: found.bound.map(|(low, high)| [low, high]),
        source: &card.source,
        indicators,
        bonuses,
        deductions,
        trace: &found.steps,
    }
}
