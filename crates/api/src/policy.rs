//! Policies: which there are, what one says, whether a text is one, and what one would decide.

use crate::shape;
use govern::policy::{self, Policy};
use serde_json::{Map, Value};
use web_kit::prelude::*;
use web_kit::problem::Finding;
use web_kit::view::policy::{checked, find, ids, standing, versions};

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
#[operation(get, "/policies", tag = "policies", needs = "platform.view")]
pub async fn list(at: Context) -> Answer<Vec<PolicyView>> {
    ids().into_iter().map(|id| policy_view(&at.site, id)).collect::<Result<_, _>>().map(axum::Json)
}

/// One policy with its versions.
#[operation(get, "/policies/{policy}", tag = "policies", needs = "platform.view")]
pub async fn get(at: Context, policy: String) -> Answer<PolicyView> {
    policy_view(&at.site, &policy).map(axum::Json)
}

/// One version of a policy.
#[operation(get, "/policies/{policy}/versions/{version}", tag = "policies", needs = "platform.view")]
pub async fn version(at: Context, policy: String, version: String) -> Answer<VersionView> {
    Ok(axum::Json(version_view(&at.site, find(&format!("{policy}@{version}"))?)))
}

/// What a policy may read.
#[operation(get, "/policies/inputs", tag = "policies", needs = "platform.view",
    responses((status = 200, body = Vec<Object>)))]
pub async fn inputs() -> Answer<Value> {
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
#[operation(post, "/policies/check", tag = "policies", needs = "platform.view")]
pub async fn check(at: Context, body: Text) -> Answer<Checked> {
    let (policy, diagnostics) = checked(&at.site, &body.text);
    Ok(axum::Json(Checked {
        ok: policy.is_some(),
        version: policy.as_ref().map(|p| i64::from(p.version)),
        policy: policy.map(|p| p.id),
        diagnostics,
    }))
}

/// A question to a policy.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyQuestion {
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

/// Asks a policy, or a text, what it would decide on given inputs.
#[operation(post, "/policies/eval", tag = "policies", needs = "platform.view")]
pub async fn eval(at: Context, body: PolicyQuestion) -> Answer<policy::Verdict> {
    let text = match (body.text, &body.policy) {
        (Some(text), None) => text,
        (None, Some(which)) => find(which)?.text.to_string(),
        _ => return Err(Failure::invalid("give exactly one of \"text\" and \"policy\"")),
    };
    let policy = web_kit::view::policy::valid(&at.site, &text)?;
    Ok(axum::Json(policy.eval_text(&shape::inputs(body.inputs, false)?)?))
}
