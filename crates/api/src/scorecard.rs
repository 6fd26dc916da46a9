//! Scorecards: which there are, what one says, which the market adopted, and the same by hand.

use crate::shape;
use govern::scorecard::{self, Given, Scorecard};
use serde_json::{Map, Value};
use web_kit::prelude::*;
use web_kit::score;

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
    mine.map(|adopted| site.time(adopted.from))
}

/// The scorecards that come with the program.
#[operation(get, "/scorecards", tag = "scores", needs = "platform.view")]
pub async fn list(at: Context) -> Answer<Vec<CardView>> {
    at.ask(|site, ask| {
        let adoptions = score::adoptions(site, ask)?;
        Ok(scorecard::shipped().iter().map(|card| view(card, adopted(site, &adoptions, card))).collect())
    })
    .await
}

/// Which scorecards this market took into force, by the moment from which they count. Empty: the default counts.
#[operation(get, "/scorecards/adoptions", tag = "scores", needs = "platform.view")]
pub async fn adoptions(at: Context) -> Answer<Vec<AdoptionView>> {
    at.ask(|site, ask| {
        let adoptions = score::adoptions(site, ask)?;
        let view = |a: &scorecard::Adopted| AdoptionView {
            scorecard: a.scorecard.clone(),
            version: a.version,
            from: site.time(a.from),
            decided_at: site.time(a.at),
        };
        Ok(adoptions.0.iter().map(view).collect())
    })
    .await
}

/// One scorecard: `ID@VERSION`, or `ID` for its newest version.
#[operation(get, "/scorecards/{scorecard}", tag = "scores", needs = "platform.view")]
pub async fn get(at: Context, scorecard: String) -> Answer<WholeCardView> {
    let card = score::named(&scorecard)?;
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
    let adoptions = at.site.ask(|site, ask| score::adoptions(site, ask)).await?;
    Ok(axum::Json(WholeCardView {
        card: view(card, adopted(&at.site, &adoptions, card)),
        indicators: indicators.collect(),
        assumed: card.assumed.iter().map(|words| words.en.clone()).collect(),
        text: card.body.clone(),
    }))
}

/// A question to a scorecard.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScorecardQuestion {
    /// By name: points of dimensions or indicators, `bonus`, `deduction`, `industry`, and what its stages read.
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
}

/// Scores figures given by hand.
#[operation(post, "/scorecards/{scorecard}/eval", tag = "scores", needs = "platform.view")]
pub async fn eval(scorecard: String, body: ScorecardQuestion) -> Answer<Given> {
    let card = score::named(&scorecard)?;
    Ok(axum::Json(scorecard::eval(card, &shape::inputs(body.inputs, true)?)?))
}
