//! Policies: which there are, what one says, whether a text is one, and what one would decide.

use super::rehearsal::Source;
use crate::Site;
use crate::problem::{Failure, Finding, Json, Path, brief};
use axum::extract::State;
use govern::policy::{self, Policy};
use govern::{Diagnostic, Severity};
use kernel::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is wrong with a text, as it goes over the wire.
pub(crate) fn finding(d: &Diagnostic) -> Finding {
    Finding {
        severity: match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        line: d.line,
        column: d.column,
        message: d.message.clone(),
        instead: Some(d.instead.clone()).filter(|text| !text.is_empty()),
    }
}

/// Everything there is to say about a text on this market, and the policy if it can be tried and rehearsed.
pub(crate) fn checked(site: &Site, text: &str) -> (Option<Policy>, Vec<Finding>) {
    let checked = policy::check_draft(text, Some(&site.market));
    (checked.policy, checked.diagnostics.iter().map(finding).collect())
}

/// The refusal of a text that is no policy.
pub(crate) fn refused(found: Vec<Finding>) -> Failure {
    let first = found.iter().find(|f| f.is_error()).or(found.first());
    let first = first.map(|f| format!("line {}: {}", f.line, f.message)).unwrap_or_default();
    Failure::from(crate::refusal::Refusal::Policy { first }).with(found)
}

/// The shipped policy of `id` (its newest version) or `id@version`.
pub(crate) fn find(which: &str) -> Result<&'static Policy, Failure> {
    let (id, version) = which.split_once('@').map_or((which, None), |(id, version)| (id, Some(version)));
    let of_id = policy::shipped().iter().filter(|p| p.id == id);
    let found = match version {
        Some(version) => of_id.clone().find(|p| p.version.to_string() == version),
        None => of_id.clone().max_by_key(|p| p.version),
    };
    found.ok_or_else(|| {
        let which = brief(which);
        let versions: Vec<String> = of_id.map(|p| p.version.to_string()).collect();
        if versions.is_empty() {
            let mut ids: Vec<&str> = policy::shipped().iter().map(|p| &*p.id).collect();
            ids.dedup();
            let ids = ids.join(", ");
            return Failure::not_found(
                format!("没有规则「{which}」。有这些：{ids}"),
                format!("there is no policy \"{which}\": {ids}"),
            );
        }
        let versions = versions.join(", ");
        Failure::not_found(
            format!("没有「{which}」这一版。有第 {versions} 版。"),
            format!("there is no version \"{which}\": there are {versions}"),
        )
    })
}

/// Every version of one policy, newest first.
pub(crate) fn versions(id: &str) -> Result<Vec<&'static Policy>, Failure> {
    find(id.split('@').next().unwrap_or(id))?;
    let mut versions: Vec<&'static Policy> = policy::shipped().iter().filter(|p| p.id == id).collect();
    if versions.is_empty() {
        return Err(find(id)
            .err()
            .unwrap_or_else(|| Failure::not_found("没有这条规则", "there is no such policy")));
    }
    versions.sort_by_key(|p| std::cmp::Reverse(p.version));
    Ok(versions)
}

/// Whether a version is in force on a day.
pub(crate) fn standing(of: &Policy, today: Date) -> &'static str {
    let now = policy::in_force(policy::shipped(), &of.id, today);
    if of.effective_from > today {
        "announced"
    } else if now.is_some_and(|now| now.version == of.version) {
        "in_force"
    } else {
        "replaced"
    }
}

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

/// The ids of all policies, each once, in order.
pub(crate) fn ids() -> Vec<&'static str> {
    let mut ids: Vec<&str> = policy::shipped().iter().map(|p| p.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Every policy with its versions.
#[utoipa::path(get, path = "/policies", extensions(("x-needs" = json!("platform.view"))), tag = "policies", responses((status = 200, body = Vec<PolicyView>)))]
pub(crate) async fn list(State(site): State<Site>) -> Result<axum::Json<Vec<PolicyView>>, Failure> {
    Ok(axum::Json(ids().into_iter().map(|id| policy_view(&site, id)).collect::<Result<_, _>>()?))
}

/// One policy with its versions.
#[utoipa::path(get, path = "/policies/{policy}", extensions(("x-needs" = json!("platform.view"))), tag = "policies", params(("policy" = String, Path, description = "its id")), responses((status = 200, body = PolicyView)))]
pub(crate) async fn get(
    State(site): State<Site>,
    Path(id): Path<String>,
) -> Result<axum::Json<PolicyView>, Failure> {
    Ok(axum::Json(policy_view(&site, &id)?))
}

/// One version of a policy.
#[utoipa::path(
    get, path = "/policies/{policy}/versions/{version}", extensions(("x-needs" = json!("platform.view"))), tag = "policies",
    params(("policy" = String, Path, description = "its id"), ("version" = String, Path, description = "its number")),
    responses((status = 200, body = VersionView))
)]
pub(crate) async fn version(
    State(site): State<Site>,
    Path((id, version)): Path<(String, String)>,
) -> Result<axum::Json<VersionView>, Failure> {
    Ok(axum::Json(version_view(&site, find(&format!("{id}@{version}"))?)))
}

/// What a policy may read.
#[utoipa::path(get, path = "/policies/inputs", extensions(("x-needs" = json!("platform.view"))), tag = "policies", responses((status = 200, body = Vec<Object>)))]
pub(crate) async fn inputs() -> Result<axum::Json<Value>, Failure> {
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
pub(crate) async fn check(State(site): State<Site>, Json(text): Json<Text>) -> axum::Json<Checked> {
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
pub(crate) async fn eval(
    State(site): State<Site>,
    Json(question): Json<Question>,
) -> Result<axum::Json<Value>, Failure> {
    let source = Source { text: question.text, draft: None, policy: question.policy };
    let text = match (&source.text, &source.policy) {
        (Some(text), None) => text.clone(),
        (None, Some(which)) => find(which)?.text.to_string(),
        _ => return Err(Failure::invalid("give exactly one of \"text\" and \"policy\"")),
    };
    let policy = super::job::checked(&site, &text)?;
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
