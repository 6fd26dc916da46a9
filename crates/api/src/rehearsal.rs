//! Rehearsals: ask for one, follow it, read its result, compare two.

use crate::shop::Paging;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use govern::draft::{self, Run, RunHead, State as Life};
use govern::rehearsal::{self, Rehearsal};
use kernel::{Moment, id};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Write as _;
use web_kit::input::Page;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;
use web_kit::view::rehearsal::{Order, load, no_result, other_days, start, take_back};

/// Where a rehearsal is in its life.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateView {
    /// It waits for its turn.
    Queued,
    /// It runs.
    Running,
    /// It ended with a result.
    Done,
    /// It ended with an error.
    Failed,
    /// Whoever asked took it back.
    Cancelled,
    /// The program ended while it waited or ran.
    CutOff,
}

impl From<Life> for StateView {
    fn from(life: Life) -> Self {
        match life {
            Life::Queued => Self::Queued,
            Life::Running => Self::Running,
            Life::Done => Self::Done,
            Life::Failed => Self::Failed,
            Life::Cancelled => Self::Cancelled,
            Life::CutOff => Self::CutOff,
        }
    }
}

/// How far it is. A total of 0 means that nobody knows yet.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub struct ProgressView {
    /// Steps that are done.
    pub done: u64,
    /// Steps in all.
    pub total: u64,
}

/// A rehearsal without its result.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RehearsalHead {
    /// Its id.
    pub rehearsal: String,
    /// Where it is.
    pub state: StateView,
    /// The policy's id.
    pub policy: String,
    /// The policy's version.
    pub version: i64,
    /// The draft it came from.
    pub draft: Option<String>,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// When it was asked for.
    pub created_at: String,
    /// When it ended.
    pub ended_at: Option<String>,
    /// How long the replay took, in seconds.
    pub took_seconds: Option<f64>,
    /// How many shops it hit.
    pub shops_hit: Option<i64>,
    /// How far it is, while it waits or runs.
    pub progress: Option<ProgressView>,
}

/// A rehearsal with its result. The results are kept as text and go out as they were written, to the last digit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RehearsalView {
    /// What lists show.
    #[serde(flatten)]
    pub head: RehearsalHead,
    /// The result, once it is done: the object that the command line prints.
    pub result: Option<ResultShape>,
    /// The result of what it was compared with.
    pub against: Option<ResultShape>,
    /// How the two differ.
    #[schema(value_type = Option<Object>)]
    pub comparison: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
}

/// The result of a rehearsal.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ResultShape {
    /// The policy's id.
    policy: String,
    /// The policy's version.
    version: i64,
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    /// How many shops were hit at least once.
    shops_hit: i64,
    /// Every time one was hit.
    episodes: Vec<EpisodeShape>,
    /// Days of restriction over all episodes.
    restricted_shop_days: i64,
    /// Shop orders placed during an episode of their shop.
    orders_touched: i64,
    /// What those were worth.
    gmv_touched: MoneyShape,
}

/// One time that a shop was hit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EpisodeShape {
    /// The shop.
    shop: String,
    /// What the system it came from calls it.
    external_id: String,
    /// When the action began.
    start: String,
    /// When it ended.
    end: String,
    /// What the policy read.
    inputs: std::collections::BTreeMap<String, f64>,
}

/// An amount.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MoneyShape {
    /// Minor units.
    minor: i64,
    /// ISO 4217.
    currency: String,
}

impl RehearsalHead {
    pub(crate) fn of(head: &RunHead, site: &Site) -> Self {
        let time = |at: Moment| at.rfc3339(&site.market.zone);
        Self {
            rehearsal: head.id.to_string(),
            state: head.state.into(),
            policy: head.policy.clone(),
            version: head.version,
            draft: head.draft.map(|(id, _)| id.to_string()),
            from: head.from.to_string(),
            to: head.to.to_string(),
            created_at: time(head.created_at),
            ended_at: head.ended_at.map(time),
            took_seconds: head.took.map(|micros| micros as f64 / 1e6),
            shops_hit: head.shops_hit,
            progress: head.far.as_ref().map(|far| ProgressView { done: far.done, total: far.total }),
        }
    }
}

/// The stored result, read back.
pub fn stored(text: Option<&str>) -> Result<Option<Rehearsal>, Failure> {
    text.map(serde_json::from_str).transpose().map_err(Failure::internal)
}

/// The JSON of a [`RehearsalView`]: the stored results are put in as they are.
fn view(run: &Run, site: &Site) -> Result<String, Failure> {
    let (a, b) = (stored(run.result.as_deref())?, stored(run.against_result.as_deref())?);
    let comparison = a.as_ref().zip(b.as_ref()).map(|(a, b)| rehearsal::compare(a, b));
    let mut text = json(&RehearsalHead::of(&run.head, site))?;
    text.pop();
    for (name, part) in [
        ("result", run.result.clone()),
        ("against", run.against_result.clone()),
        ("comparison", comparison.as_ref().map(json).transpose()?),
        ("error", run.error.as_ref().map(json).transpose()?),
    ] {
        let _ = write!(text, ",\"{name}\":{}", part.as_deref().unwrap_or("null"));
    }
    text.push('}');
    Ok(text)
}

fn json<T: Serialize>(value: &T) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(Failure::internal)
}

/// A JSON text as an answer.
fn answer(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// The rehearsals, newest first.
#[utoipa::path(get, path = "/rehearsals", extensions(("x-needs" = json!("platform.view"))), tag = "rehearsals", params(Paging), responses((status = 200, body = Page<RehearsalHead>)))]
pub async fn list(
    State(site): State<Site>,
    Query(paging): Query<Paging>,
) -> Result<axum::Json<Page<RehearsalHead>>, Failure> {
    let (after, limit) = (paging.after_id::<id::Rehearsal>()?, paging.limit()?);
    let work = tokio::task::spawn_blocking(move || -> Result<_, Failure> {
        let runs = site.db.read(|q| draft::runs(q, after, limit as i64 + 1))?;
        let views = runs.iter().map(|run| RehearsalHead::of(run, &site)).collect();
        Ok(Page::of(views, limit, |view: &RehearsalHead| view.rehearsal.clone()))
    });
    Ok(axum::Json(work.await.map_err(Failure::panicked)??))
}

/// Asks for a rehearsal. It runs in the background; its result is kept.
#[utoipa::path(post, path = "/rehearsals", extensions(("x-needs" = json!("platform.rules"))), tag = "rehearsals", request_body = Order, responses((status = 202, body = RehearsalView)))]
pub async fn begin(State(site): State<Site>, Json(order): Json<Order>) -> Result<Response, Failure> {
    let id = start(&site, order).await?;
    let run = load(&site, id).await?;
    let place = [(header::LOCATION, format!("/api/platform/rehearsals/{id}"))];
    Ok((StatusCode::ACCEPTED, place, answer(view(&run, &site)?)).into_response())
}

/// One rehearsal: its state, its progress, its result.
#[utoipa::path(get, path = "/rehearsals/{rehearsal}", extensions(("x-needs" = json!("platform.view"))), tag = "rehearsals", responses((status = 200, body = RehearsalView)))]
pub async fn get(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Failure> {
    let run = load(&site, web_kit::input::id(&id)?).await?;
    Ok(answer(view(&run, &site)?))
}

/// Takes a rehearsal back that waits or runs; one that has ended is a 409.
#[utoipa::path(delete, path = "/rehearsals/{rehearsal}", extensions(("x-needs" = json!("platform.rules"))), tag = "rehearsals", responses((status = 204, description = "Taken back")))]
pub async fn cancel(State(site): State<Site>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    take_back(&site, web_kit::input::id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn attachment(kind: &'static str, name: String, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, body).into_response()
}

async fn finished(site: &Site, id: &str) -> Result<(Run, Rehearsal), Failure> {
    let run = load(site, web_kit::input::id(id)?).await?;
    match stored(run.result.as_deref())? {
        Some(result) => Ok((run, result)),
        None => Err(no_result(&run)),
    }
}

/// The episodes as CSV, one row each; a column for every input.
#[utoipa::path(
    get, path = "/rehearsals/{rehearsal}/episodes.csv", extensions(("x-needs" = json!("platform.view"))), tag = "rehearsals",
    responses((status = 200, content_type = "text/csv", body = String))
)]
pub async fn episodes_csv(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Failure> {
    let (run, result) = finished(&site, &id).await?;
    Ok(attachment("text/csv; charset=utf-8", format!("{}.csv", run.head.id), csv(&result)))
}

/// The result as a JSON file: the object that the command line prints.
#[utoipa::path(
    get, path = "/rehearsals/{rehearsal}/episodes.json", extensions(("x-needs" = json!("platform.view"))), tag = "rehearsals",
    responses((status = 200, body = ResultShape))
)]
pub async fn episodes_json(State(site): State<Site>, Path(id): Path<String>) -> Result<Response, Failure> {
    let (run, _) = finished(&site, &id).await?;
    Ok(attachment("application/json", format!("{}.json", run.head.id), run.result.unwrap_or_default()))
}

/// Episodes as CSV (RFC 4180). A cell that a spreadsheet would take for a formula is quoted with an apostrophe.
fn csv(result: &Rehearsal) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in result.episodes.iter().flat_map(|e| e.inputs.keys()) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let mut out = String::from("shop,external_id,start,end");
    for name in &names {
        out.push(',');
        cell(&mut out, name);
    }
    out.push_str("\r\n");
    for episode in &result.episodes {
        for (i, text) in
            [&episode.shop, &episode.external_id, &episode.start, &episode.end].into_iter().enumerate()
        {
            if i > 0 {
                out.push(',');
            }
            cell(&mut out, text);
        }
        for name in &names {
            out.push(',');
            match episode.inputs.get(*name) {
                None | Some(Value::Null) => {}
                Some(Value::String(text)) => cell(&mut out, text),
                Some(Value::Number(number)) if number.is_f64() => {
                    let value = number.as_f64().unwrap_or_default();
                    // Fifteen digits are what a number that was read back surely has.
                    let value = format!("{value:.14e}").parse().unwrap_or(value);
                    let _ = write!(out, "{value}");
                }
                Some(value) => cell(&mut out, &value.to_string()),
            }
        }
        out.push_str("\r\n");
    }
    out
}

fn cell(out: &mut String, text: &str) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !text.contains(['"', ',', '\n', '\r']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    if formula {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

/// Which two.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Two {
    /// A finished rehearsal.
    a: String,
    /// Another one.
    b: String,
}

/// How the results of two rehearsals differ. Both must have ended, over the same days.
#[utoipa::path(get, path = "/rehearsals/compare", extensions(("x-needs" = json!("platform.view"))), tag = "rehearsals", params(Two), responses((status = 200, body = Object)))]
pub async fn compare(State(site): State<Site>, Query(two): Query<Two>) -> Result<axum::Json<Value>, Failure> {
    let (a, b) = (finished(&site, &two.a).await?.1, finished(&site, &two.b).await?.1);
    if (&a.from, &a.to) != (&b.from, &b.to) {
        return Err(other_days((a.from, a.to), (b.from, b.to)));
    }
    Ok(axum::Json(serde_json::to_value(rehearsal::compare(&a, &b)).map_err(Failure::internal)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_when_it_must_be_and_never_a_formula() {
        for (text, expect) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("@x", "\"'@x\""),
            ("店铺", "店铺"),
        ] {
            let mut out = String::new();
            cell(&mut out, text);
            assert_eq!(out, expect);
        }
    }
}
