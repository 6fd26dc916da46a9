//! Policies: which there are, what one says, whether a text is one, and what one would decide.

use axum::extract::State;
use govern::policy::{self, Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use web_kit::problem::{Failure, Finding, Json, Path, brief};
use web_kit::site::Site;
use web_kit::view::policy::{checked, find, ids, standing, versions};
use web_kit::view::rehearsal::Source;

/// A version of a policy.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VersionView {
    /// The policy.
    pub policy: String,
    /// The version.
    pub version: i64,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// From which day.
    pub effective_from: String,
    /// Before, during or after the fact.
    pub stage: String,
    /// `in_force`, `announced` (not yet) or `replaced`, today in the market's zone.
    pub state: String,
    /// The TOML text.
    pub text: String,
}

/// A policy and its versions, newest first.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PolicyView {
    /// The policy.
    pub policy: String,
    /// Its title in Chinese.
    pub zh: String,
    /// Its title in English.
    pub en: String,
    /// Its versions, newest first.
    pub versions: Vec<VersionView>,
}

fn version_view(site: &Site, p: &Policy) -> VersionView {
    let today = (site.now)().date(&site.market.zone);
    VersionView {
        policy: p.id.clone(),
        version: i64::from(p.version),
        zh: p.title_zh.clone(),
        en: p.title_en.clone(),
        effective_from: p.effective_from.to_string(),
        stage: p.stage.to_string(),
        state: standing(p, today).to_owned(),
        text: p.text.to_string(),
    }
}

fn policy_view(site: &Site, id: &str) -> Result<PolicyView, Failure> {
    let versions = versions(id)?;
    let newest = versions.first().copied().ok_or_else(|| Failure::internal("a policy without versions"))?;
    Ok(PolicyView {
        policy: newest.id.clone(),
        zh: newest.title_zh.clone(),
        en: newest.title_en.clone(),
        versions: versions.iter().map(|p| version_view(site, p)).collect(),
    })
}

/// Every policy with its versions.
#[utoipa::path(get, path = "/policies", extensions(("x-needs" = json!("platform.view"))), tag = "policies", responses((status = 200, body = Vec<PolicyView>)))]
pub async fn list(State(site): State<Site>) -> Result<axum::Json<Vec<PolicyView>>, Failure> {
    Ok(axum::Json(ids().into_iter().map(|id| policy_view(&site, id)).collect::<Result<_, _>>()?))
}

/// One policy with its versions.
#[utoipa::path(get, path = "/policies/{policy}", extensions(("x-needs" = json!("platform.view"))), tag = "policies", responses((status = 200, body = PolicyView)))]
pub async fn get(
    State(site): State<Site>,
    Path(id): Path<String>,
) -> Result<axum::Json<PolicyView>, Failure> {
    Ok(axum::Json(policy_view(&site, &id)?))
}

/// One version of a policy.
#[utoipa::path(
    get, path = "/policies/{policy}/versions/{version}", extensions(("x-needs" = json!("platform.view"))), tag = "policies",
    responses((status = 200, body = VersionView))
)]
pub async fn version(
    State(site): State<Site>,
    Path((id, version)): Path<(String, String)>,
) -> Result<axum::Json<VersionView>, Failure> {
    Ok(axum::Json(version_view(&site, find(&format!("{id}@{version}"))?)))
}

/// What a policy may read.
#[utoipa::path(get, path = "/policies/inputs", extensions(("x-needs" = json!("platform.view"))), tag = "policies", responses((status = 200, body = Vec<Object>)))]
pub async fn inputs() -> Result<axum::Json<Value>, Failure> {
    Ok(axum::Json(serde_json::to_value(policy::inputs()).map_err(Failure::internal)?))
}

/// A text that may be a policy.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// TOML.
    text: String,
}

/// What the checks found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Checked {
    /// Whether it can be rehearsed.
    pub ok: bool,
    /// The policy's id, if it can.
    pub policy: Option<String>,
    /// The policy's version, if it can.
    pub version: Option<i64>,
    /// What is wrong, in the order of the text.
    pub diagnostics: Vec<Finding>,
}

/// Checks a text as one types. A text with errors is a good question, so the answer is 200 with the errors.
#[utoipa::path(post, path = "/policies/check", extensions(("x-needs" = json!("platform.view"))), tag = "policies", request_body = Text, responses((status = 200, body = Checked)))]
pub async fn check(State(site): State<Site>, Json(text): Json<Text>) -> axum::Json<Checked> {
    let (policy, diagnostics) = checked(&site, &text.text);
    axum::Json(Checked {
        ok: policy.is_some(),
        version: policy.as_ref().map(|p| i64::from(p.version)),
        policy: policy.map(|p| p.id),
        diagnostics,
    })
}

/// A question to a policy.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// A TOML text.
    #[serde(default)]
    text: Option<String>,
    /// A policy: `id` or `id@version`.
    #[serde(default)]
    policy: Option<String>,
    /// What it reads, by name: numbers, truths or texts.
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
}

/// What a policy decides.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct VerdictShape {
    /// The verdict.
    verdict: String,
    /// What it does.
    #[schema(value_type = Vec<Object>)]
    actions: Vec<Value>,
    /// How it came to it, step by step.
    #[schema(value_type = Vec<Object>)]
    trace: Vec<Value>,
}

/// Asks a policy, or a text, what it would decide on given inputs.
#[utoipa::path(post, path = "/policies/eval", extensions(("x-needs" = json!("platform.view"))), tag = "policies", request_body = Question, responses((status = 200, body = VerdictShape)))]
pub async fn eval(
    State(site): State<Site>,
    Json(question): Json<Question>,
) -> Result<axum::Json<Value>, Failure> {
    let source = Source { text: question.text, draft: None, policy: question.policy };
    let text = match (&source.text, &source.policy) {
        (Some(text), None) => text.clone(),
        (None, Some(which)) => find(which)?.text.to_string(),
        _ => return Err(Failure::invalid("give exactly one of \"text\" and \"policy\"")),
    };
    let policy = web_kit::view::policy::valid(&site, &text)?;
    let mut given = Vec::with_capacity(question.inputs.len());
    for (name, value) in question.inputs {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            _ => {
                return Err(Failure::invalid(format!(
                    "input {}: give a number, a truth or a text",
                    brief(&name)
                )));
            }
        };
        given.push((name, text));
    }
    let verdict = policy.eval_text(&given)?;
    Ok(axum::Json(serde_json::to_value(verdict).map_err(Failure::internal)?))
}
