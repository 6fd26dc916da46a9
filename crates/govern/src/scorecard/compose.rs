//! From dimensions to the score: the last step, shared by everything that scores, and the same by hand.

use super::model::{Points, Scorecard};
use crate::diagnostic::nearest;
use crate::number::MOST_INT;
use crate::policy::Value;
use crate::policy::{From, Part, Ty};
use crate::{Error, Result};

/// A score and what it is the sum of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// The weighted mean of the dimensions that have data.
    pub base: Points,
    /// The score before it is rounded down.
    pub raw: Points,
    /// The weight of each dimension out of `weight`; none where there is no data.
    pub weights: Vec<Option<i64>>,
    /// The sum of the weights that count.
    pub weight: i64,
}

/// The weighted mean of the dimensions that have data, and with bonuses and deductions the score; none if none has.
pub(super) fn sum(
    card: &Scorecard,
    weights: &[i64],
    dimensions: &[Option<Points>],
    bonus: Points,
    deduction: Points,
) -> Option<(Points, Points)> {
    let there = dimensions.iter().zip(weights).filter_map(|(points, weight)| points.map(|p| (p, *weight)));
    let base = Points::mean(there)?;
    Some((base, Points((base.0 + bonus.0 - deduction.0).clamp(card.scale.0.0, card.scale.1.0))))
}

/// As [`sum`], with the weights that counted.
pub(super) fn compose(
    card: &Scorecard,
    weights: &[i64],
    dimensions: &[Option<Points>],
    bonus: Points,
    deduction: Points,
) -> Option<Composed> {
    let (base, raw) = sum(card, weights, dimensions, bonus, deduction)?;
    let weights: Vec<Option<i64>> =
        dimensions.iter().zip(weights).map(|(points, weight)| points.map(|_| *weight)).collect();
    let weight = weights.iter().flatten().sum();
    Some(Composed { base, raw, weights, weight })
}

/// One step of the arithmetic.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = StepView)]
pub struct Step {
    /// What is computed, in Chinese.
    pub zh: String,
    /// What is computed, in English.
    pub en: String,
    /// What it comes to.
    pub value: serde_json::Value,
}

fn step(zh: impl Into<String>, en: impl Into<String>, value: impl serde::Serialize) -> Step {
    Step { zh: zh.into(), en: en.into(), value: serde_json::to_value(value).unwrap_or_default() }
}

/// What a scorecard says of figures given by hand.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = GivenView)]
pub struct Given {
    /// The scorecard.
    pub scorecard: String,
    /// Its version.
    pub version: u32,
    /// The stage; the formula's, if nothing about the stage was given.
    pub stage: Option<String>,
    /// The shown score, rounded down; none without data.
    pub score: Option<i64>,
    /// The score before rounding.
    pub raw: Option<Points>,
    /// Stars from 3.0 to 5.0; none where consumers see none.
    pub stars: Option<f64>,
    /// Which dimensions have data, if not all have: `partial: P, L`.
    pub partial: Option<String>,
    /// How it came about.
    pub trace: Vec<Step>,
}

/// `partial: P, L` if some dimensions have no data.
pub fn partial(card: &Scorecard, dimensions: &[Option<Points>]) -> Option<String> {
    let there: Vec<&str> = card
        .dimensions
        .iter()
        .zip(dimensions)
        .filter(|(_, points)| points.is_some())
        .map(|(d, _)| d.short.as_str())
        .collect();
    (there.len() < dimensions.len() && !there.is_empty()).then(|| format!("partial: {}", there.join(", ")))
}

/// The steps from dimensions to stars.
pub(super) fn trace(
    card: &Scorecard,
    dimensions: &[Option<Points>],
    bonus: Points,
    deduction: Points,
    composed: &Composed,
) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut parts = Vec::new();
    for ((dimension, points), weight) in card.dimensions.iter().zip(dimensions).zip(&composed.weights) {
        let title = &dimension.title;
        let (Some(points), Some(weight)) = (points, weight) else {
            steps.push(step(
                format!("{} 没有数据，权重分给其他维度", title.zh),
                format!("{} has no data; its weight goes to the others", title.en),
                serde_json::Value::Null,
            ));
            continue;
        };
        let of = composed.weight;
        let part =
            Points::mean([(*points, *weight), (Points(0), of - weight)].into_iter()).unwrap_or_default();
        parts.push(format!("{points} × {weight}"));
        steps.push(step(
            format!("{} {points} × {weight} ÷ {of}", title.zh),
            format!("{} {points} × {weight} ÷ {of}", title.en),
            part,
        ));
    }
    let sum = format!("({}) ÷ {}", parts.join(" + "), composed.weight);
    steps.push(step(format!("加权平均 {sum}"), format!("weighted mean {sum}"), composed.base));
    let (least, most) = card.scale;
    let line = format!("{} + {bonus} − {deduction}", composed.base);
    steps.push(step(
        format!("加分减扣分 {line}，限于 {least} 至 {most}"),
        format!("bonus and deduction {line}, within {least} to {most}"),
        composed.raw,
    ));
    steps.push(step("展示分向下取整", "the shown score is rounded down", composed.raw.floor()));
    steps
}

/// Scores figures given by hand: points of dimensions or indicators, `bonus`, `deduction`, `industry`, and what the
/// stages read.
pub fn eval(card: &Scorecard, inputs: &[(String, String)]) -> Result<Given> {
    let mut dimensions: Vec<Option<Points>> = vec![None; card.dimensions.len()];
    let mut indicators: Vec<Option<Points>> = vec![None; card.indicators().count()];
    let (mut bonus, mut deduction) = (Points(0), Points(0));
    let mut industry: Option<String> = None;
    let mut row: Vec<Option<Value>> = vec![None; card.inputs.len()];
    let mut seen: Vec<&str> = Vec::new();
    for (name, text) in inputs {
        let refuse = |why: String| Error::Input { name: name.chars().take(80).collect(), why };
        if name.len() > 80 {
            return Err(refuse("no input has so long a name".to_owned()));
        }
        if seen.contains(&name.as_str()) {
            return Err(refuse("it is given twice".to_owned()));
        }
        seen.push(name);
        let points = |least: Points, most: Points| {
            Points::parse(text).filter(|p| *p >= least && *p <= most).ok_or_else(|| {
                refuse(format!(
                    "\"{}\" is not a number of points from {least} to {most} with at most four decimals",
                    text.chars().take(40).collect::<String>()
                ))
            })
        };
        let (least, most) = card.scale;
        if let Some(d) = card.dimensions.iter().position(|d| d.id == *name) {
            dimensions[d] = if text == "null" { None } else { Some(points(least, most)?) };
        } else if let Some(i) = card.indicators().position(|(_, i)| i.id == *name) {
            indicators[i] = if text == "null" { None } else { Some(points(least, most)?) };
        } else if name == "bonus" {
            bonus = points(Points(0), most)?;
        } else if name == "deduction" {
            deduction = points(Points(0), most)?;
        } else if let Some(i) = card.inputs.iter().position(|i| i.name == *name) {
            row[i] = Some(value(text, card.inputs[i].ty).ok_or_else(|| {
                refuse(format!(
                    "\"{}\" is not {}",
                    text.chars().take(40).collect::<String>(),
                    card.inputs[i].ty
                ))
            })?);
            if name == "industry" {
                industry = Some(text.clone());
            }
        } else if name == "industry" {
            industry = Some(text.clone());
        } else {
            let mut known: Vec<&str> = card.dimensions.iter().map(|d| d.id.as_str()).collect();
            known.extend(["bonus", "deduction", "industry"]);
            known.extend(card.indicators().map(|(_, i)| i.id.as_str()));
            known.extend(card.inputs.iter().map(|i| i.name.as_str()));
            let like = nearest(name, known.iter().copied()).map(str::to_owned);
            return Err(refuse(format!(
                "{} does not read it; give {}",
                card.name(),
                like.unwrap_or_else(|| known.join(", "))
            )));
        }
    }
    // An industry without weights of its own has the default ones.
    let mut at = 0;
    for (d, dimension) in card.dimensions.iter().enumerate() {
        let own = &indicators[at..at + dimension.indicators.len()];
        at += dimension.indicators.len();
        if let (Some(_), Some(i)) = (dimensions[d], own.iter().position(Option::is_some)) {
            let why = format!("{} is given already: give the dimension or its indicators", dimension.id);
            return Err(Error::Input { name: dimension.indicators[i].id.clone(), why });
        }
        if dimensions[d].is_none() {
            let parts = dimension.indicators.iter().zip(own).filter_map(|(i, p)| p.map(|p| (p, i.weight)));
            dimensions[d] = Points::mean(parts);
        }
    }

    let formula = card.stages.iter().find(|stage| stage.score.is_none());
    let stage = if row.iter().any(Option::is_some) {
        let values: Vec<Value> = row
            .iter()
            .zip(&card.inputs)
            .map(|(value, input)| value.clone().unwrap_or_else(|| absent(input)))
            .collect();
        card.stages.iter().find(|stage| stage.when.eval(&values) == Value::Bool(true))
    } else {
        formula
    };
    let mut trace_steps = Vec::new();
    if let Some(stage) = stage {
        let why = if row.iter().any(Option::is_some) { &*stage.when_text } else { "" };
        trace_steps.push(step(
            format!("阶段：{}{}{why}", stage.title.zh, if why.is_empty() { "" } else { "，因 " }),
            format!("stage: {}{}{why}", stage.title.en, if why.is_empty() { "" } else { ", because " }),
            &stage.id,
        ));
    } else {
        let missing: Vec<&str> = card
            .inputs
            .iter()
            .zip(&row)
            .filter(|(_, value)| value.is_none())
            .map(|(input, _)| input.name.as_str())
            .collect();
        let (zh, en) = match missing.is_empty() {
            true => (String::new(), String::new()),
            false => {
                (format!("；没有给出 {}", missing.join("、")), format!("; not given: {}", missing.join(", ")))
            }
        };
        trace_steps.push(step(
            format!("不在任何阶段：没有分{zh}"),
            format!("in no stage: no score{en}"),
            serde_json::Value::Null,
        ));
    }
    let weights = card.weights_of(industry.as_deref());
    let (raw, partial) = match stage {
        None => (None, None),
        Some(stage) => match stage.score {
            Some(points) => {
                trace_steps.push(step("本阶段的固定分", "the fixed score of this stage", points));
                (Some(points), None)
            }
            None => match compose(card, weights, &dimensions, bonus, deduction) {
                None => {
                    trace_steps.push(step(
                        "没有维度有数据",
                        "no dimension has data",
                        serde_json::Value::Null,
                    ));
                    (None, None)
                }
                Some(composed) => {
                    trace_steps.extend(trace(card, &dimensions, bonus, deduction, &composed));
                    (Some(composed.raw), partial(card, &dimensions))
                }
            },
        },
    };
    let score = raw.map(Points::floor);
    let stars = match (stage, score) {
        (Some(stage), Some(score)) if stage.stars => card.stars_of(score).map(|tenths| tenths as f64 / 10.0),
        _ => None,
    };
    if let Some(stars) = stars {
        trace_steps.push(step("消费者看到的星级", "stars that consumers see", stars));
    }
    Ok(Given {
        scorecard: card.id.clone(),
        version: card.version,
        stage: stage.map(|stage| stage.id.clone()),
        score,
        raw,
        stars,
        partial,
        trace: trace_steps,
    })
}

/// What an input reads of a shop without facts.
fn absent(input: &crate::policy::Input) -> Value {
    match (input.from, input.nullable()) {
        (_, true) => Value::Null,
        (From::Metric { part: Part::Numerator, metric, .. }, _) if metric.scale != 1 => Value::Number(0.0),
        _ => Value::Int(0),
    }
}

fn value(text: &str, ty: Ty) -> Option<Value> {
    if text == "null" {
        return Some(Value::Null);
    }
    match ty {
        Ty::Bool => text.parse().ok().map(Value::Bool),
        Ty::Int => text.parse().ok().filter(|n: &i64| n.abs() <= MOST_INT).map(Value::Int),
        Ty::Number => text.parse().ok().filter(|x: &f64| x.is_finite()).map(|x| Value::Number(x + 0.0)),
        Ty::Text => Some(Value::Text(text.to_owned())),
        Ty::Money(_) => None,
    }
}
