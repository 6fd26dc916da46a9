//! Rehearsals: ask for one, follow it, read its result, compare two.

use axum::http::header;
use govern::draft::{self, Run, RunHead, State as Life};
use govern::rehearsal::{self, Rehearsal};
use kernel::id;
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt::Write as _;
use web_kit::prelude::*;
use web_kit::view::rehearsal::{Order, load, no_result, other_days, start, take_back};

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
    pub state: Life,
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
    #[schema(value_type = Option<Rehearsal>)]
    pub result: Option<Box<RawValue>>,
    /// The result of what it was compared with.
    #[schema(value_type = Option<Rehearsal>)]
    pub against: Option<Box<RawValue>>,
    /// How the two differ.
    #[schema(value_type = Option<Object>)]
    pub comparison: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
}

impl RehearsalHead {
    pub(crate) fn of(head: &RunHead, site: &Site) -> Self {
        Self {
            rehearsal: head.id.to_string(),
            state: head.state,
            policy: head.policy.clone(),
            version: head.version,
            draft: head.draft.map(|(id, _)| id.to_string()),
            from: head.from.to_string(),
            to: head.to.to_string(),
            created_at: site.time(head.created_at),
            ended_at: head.ended_at.map(|at| site.time(at)),
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

impl RehearsalView {
    fn of(run: Run, site: &Site) -> Result<Self, Failure> {
        let (a, b) = (stored(run.result.as_deref())?, stored(run.against_result.as_deref())?);
        let comparison = a.as_ref().zip(b.as_ref()).map(|(a, b)| rehearsal::compare(a, b));
        let raw =
            |text: Option<String>| text.map(RawValue::from_string).transpose().map_err(Failure::internal);
        Ok(Self {
            head: RehearsalHead::of(&run.head, site),
            result: raw(run.result)?,
            against: raw(run.against_result)?,
            comparison: comparison.map(serde_json::to_value).transpose().map_err(Failure::internal)?,
            error: run.error,
        })
    }
}

/// The rehearsals, newest first.
#[operation(get, "/rehearsals", tag = "rehearsals", needs = "platform.view")]
pub async fn list(at: Context, query: Paging) -> Answer<ListPage<RehearsalHead>> {
    let after = query.after_id()?;
    let find = move |q: &mut Read<'_>, most| draft::runs(q, after, most);
    let view = |run| RehearsalHead::of(&run, &at.site);
    at.page(query.limit()?, find, |run| run.id.to_string(), view).await
}

/// Asks for a rehearsal. It runs in the background; its result is kept.
#[operation(post, "/rehearsals", tag = "rehearsals", needs = "platform.rules")]
pub async fn begin(at: Context, body: Order) -> Accepted<RehearsalView> {
    let id = start(&at.site, body).await?;
    let run = load(&at.site, id).await?;
    let place = [(header::LOCATION, format!("/api/platform/rehearsals/{id}"))];
    let view = RehearsalView::of(run, &at.site)?;
    Ok((StatusCode::ACCEPTED, place, axum::Json(view)).into_response().into())
}

/// One rehearsal: its state, its progress, its result.
#[operation(get, "/rehearsals/{rehearsal}", tag = "rehearsals", needs = "platform.view")]
pub async fn get(at: Context, rehearsal: Id<id::Rehearsal>) -> Answer<RehearsalView> {
    RehearsalView::of(load(&at.site, rehearsal).await?, &at.site).map(axum::Json)
}

/// Takes a rehearsal back that waits or runs; one that has ended is a 409.
#[operation(delete, "/rehearsals/{rehearsal}", tag = "rehearsals", needs = "platform.rules")]
pub async fn cancel(at: Context, rehearsal: Id<id::Rehearsal>) -> Done {
    take_back(&at.site, rehearsal).await?;
    Ok(StatusCode::NO_CONTENT.into_response().into())
}

pub(crate) fn attachment(kind: &'static str, name: String, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, body).into_response()
}

async fn finished(at: &Context, id: Id<id::Rehearsal>) -> Result<(Run, Rehearsal), Failure> {
    let run = load(&at.site, id).await?;
    let result = stored(run.result.as_deref())?.ok_or_else(|| no_result(&run))?;
    Ok((run, result))
}

/// The episodes as CSV, one row each; a column for every input.
#[operation(get, "/rehearsals/{rehearsal}/episodes.csv", tag = "rehearsals", needs = "platform.view",
    responses((status = 200, content_type = "text/csv", body = String)))]
pub async fn episodes_csv(at: Context, rehearsal: Id<id::Rehearsal>) -> Result<Response, Failure> {
    let (run, result) = finished(&at, rehearsal).await?;
    Ok(attachment("text/csv; charset=utf-8", format!("{}.csv", run.head.id), csv(&result)))
}

/// The result as a JSON file: the object that the command line prints.
#[operation(get, "/rehearsals/{rehearsal}/episodes.json", tag = "rehearsals", needs = "platform.view")]
pub async fn episodes_json(at: Context, rehearsal: Id<id::Rehearsal>) -> Written<Rehearsal> {
    let (run, _) = finished(&at, rehearsal).await?;
    let name = format!("{}.json", run.head.id);
    Ok(attachment("application/json", name, run.result.unwrap_or_default()).into())
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
    let text = kernel::text::cell(text);
    if !text.starts_with('\'') && !text.contains(['"', ',', '\n', '\r']) {
        out.push_str(&text);
        return;
    }
    out.push('"');
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
#[operation(get, "/rehearsals/compare", tag = "rehearsals", needs = "platform.view",
    responses((status = 200, body = Object)))]
pub async fn compare(at: Context, query: Two) -> Answer<Value> {
    let (a, b) = (finished(&at, input::id(&query.a)?).await?.1, finished(&at, input::id(&query.b)?).await?.1);
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
