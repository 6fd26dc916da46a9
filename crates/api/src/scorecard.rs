//! Scorecards: which there are, what one says, which the market adopted, and the same by hand.

use crate::score::StepView;
use axum::extract::State;
use govern::scorecard::{self, Points, Scorecard};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use web_kit::problem::{Failure, Json, Path, brief};
use web_kit::score;
use web_kit::site::Site;

/// A scorecard as a list shows it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CardView {
    /// Its id.
    pub scorecard: String,
    /// Its version.
    pub version: u32,
    /// Its title in Chinese.
    pub title_zh: String,
    /// Its title in English.
    pub title_en: String,
    /// What it says, in Chinese.
    pub text_zh: String,
    /// What it says, in English.
    pub text_en: String,
    /// From when its source has it in force.
    pub effective_from: String,
    /// From when this market has it in force; null: it never adopted it.
    pub adopted_from: Option<String>,
    /// Where it comes from.
    pub source: String,
    /// The ids of its dimensions.
    pub dimensions: Vec<String>,
}

/// A scorecard with its file.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WholeCardView {
    /// As the list has it.
    #[serde(flatten)]
    pub card: CardView,
    /// The indicators, with their weights.
    pub indicators: Vec<WeighedView>,
    /// What is assumed, in English.
    pub assumed: Vec<String>,
    /// The file.
    pub text: String,
}

/// An indicator of a scorecard.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct WeighedView {
    /// Its id.
    pub indicator: String,
    /// Its dimension.
    pub dimension: String,
    /// What it reads.
    pub metric: String,
    /// Over how many days of 24 h.
    pub window_days: i64,
    /// Its weight within the dimension.
    pub weight: i64,
}

/// An adoption.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct AdoptionView {
    /// The scorecard.
    pub scorecard: String,
    /// Its version.
    pub version: u32,
    /// From when on it counts.
    pub from: String,
    /// When it was decided.
    pub decided_at: String,
}

fn view(card: &Scorecard, adopted_from: Option<String>) -> CardView {
    CardView {
        scorecard: card.id.clone(),
        version: card.version,
        title_zh: card.title.zh.clone(),
        title_en: card.title.en.clone(),
        text_zh: card.text.zh.clone(),
        text_en: card.text.en.clone(),
        effective_from: card.effective_from.to_string(),
        adopted_from,
        source: card.source.clone(),
        dimensions: card.dimensions.iter().map(|d| d.id.clone()).collect(),
    }
}

/// From when on a market has a scorecard in force.
fn adopted(site: &Site, adoptions: &scorecard::Adoptions, card: &Scorecard) -> Option<String> {
    let mine = adoptions.0.iter().rev().find(|a| a.scorecard == card.id && a.version == card.version);
    mine.map(|adopted| adopted.from.rfc3339(&site.market.zone))
}

/// The scorecards that come with the program.
#[utoipa::path(get, path = "/scorecards", extensions(("x-needs" = json!("platform.view"))), tag = "scores", responses((status = 200, body = Vec<CardView>)))]
pub async fn list(State(site): State<Site>) -> Result<axum::Json<Vec<CardView>>, Failure> {
    let adoptions = site.ask(|site, ask| score::adoptions(site, ask)).await?;
    Ok(axum::Json(
        scorecard::shipped().iter().map(|card| view(card, adopted(&site, &adoptions, card))).collect(),
    ))
}

/// Which scorecards this market took into force, by the moment from which they count. Empty: the default counts.
#[utoipa::path(get, path = "/scorecards/adoptions", extensions(("x-needs" = json!("platform.view"))), tag = "scores", responses((status = 200, body = Vec<AdoptionView>)))]
pub async fn adoptions(State(site): State<Site>) -> Result<axum::Json<Vec<AdoptionView>>, Failure> {
    let adoptions = site.ask(|site, ask| score::adoptions(site, ask)).await?;
    let zone = &site.market.zone;
    Ok(axum::Json(
        adoptions
            .0
            .iter()
            .map(|a| AdoptionView {
                scorecard: a.scorecard.clone(),
                version: a.version,
                from: a.from.rfc3339(zone),
                decided_at: a.at.rfc3339(zone),
            })
            .collect(),
    ))
}

/// One scorecard: `ID@VERSION`, or `ID` for its newest version.
#[utoipa::path(get, path = "/scorecards/{scorecard}", extensions(("x-needs" = json!("platform.view"))), tag = "scores", responses((status = 200, body = WholeCardView)))]
pub async fn get(
    State(site): State<Site>,
    Path(name): Path<String>,
) -> Result<axum::Json<WholeCardView>, Failure> {
    let card = score::named(&name)?;
    let adoptions = site.ask(|site, ask| score::adoptions(site, ask)).await?;
    let indicators = card.indicators().map(|(d, indicator)| {
        let need = card.need(indicator);
        WeighedView {
            indicator: indicator.id.clone(),
            dimension: card.dimensions[d].id.clone(),
            metric: need.metric.name.clone(),
            window_days: need.window_days,
            weight: indicator.weight,
        }
    });
    Ok(axum::Json(WholeCardView {
        card: view(card, adopted(&site, &adoptions, card)),
        indicators: indicators.collect(),
        assumed: card.assumed.iter().map(|words| words.en.clone()).collect(),
        text: card.body.clone(),
    }))
}

/// A question to a scorecard.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// By name: points of dimensions or indicators, `bonus`, `deduction`, `industry`, and what its stages read.
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
}

/// What a scorecard says of figures given by hand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct GivenView {
    /// The scorecard.
    pub scorecard: String,
    /// Its version.
    pub version: u32,
    /// The stage; null: none.
    pub stage: Option<String>,
    /// The shown score; null without data.
    pub score: Option<i64>,
    /// The score before rounding.
    #[schema(value_type = Option<f64>)]
    pub raw: Option<Points>,
    /// Stars; null where consumers see none.
    pub stars: Option<f64>,
    /// Which dimensions have data, if not all have.
    pub partial: Option<String>,
    /// How it came about.
    pub trace: Vec<StepView>,
}

/// Scores figures given by hand.
#[utoipa::path(
    post, path = "/scorecards/{scorecard}/eval", extensions(("x-needs" = json!("platform.view"))), tag = "scores",
    request_body = Question, responses((status = 200, body = GivenView))
)]
pub async fn eval(
    Path(name): Path<String>,
    Json(question): Json<Question>,
) -> Result<axum::Json<GivenView>, Failure> {
    let card = score::named(&name)?;
    let mut inputs = Vec::with_capacity(question.inputs.len());
    for (name, value) in question.inputs {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Null => "null".to_owned(),
            _ => {
                return Err(Failure::invalid(format!(
                    "input {}: give a number, a truth, a text or null",
                    brief(&name)
                )));
            }
        };
        inputs.push((name, text));
    }
    let given = scorecard::eval(card, &inputs)?;
    Ok(axum::Json(GivenView {
        scorecard: given.scorecard,
        version: given.version,
        stage: given.stage,
        score: given.score,
        raw: given.raw,
        stars: given.stars,
        partial: given.partial,
        trace: given.trace.into_iter().map(|s| StepView { zh: s.zh, en: s.en, value: s.value }).collect(),
    }))
}
