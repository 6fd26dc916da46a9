//! Policies: which there are, what one says, whether a text is one, and what one would decide.

use crate::problem::{Failure, Finding, brief};
use crate::site::Site;
use govern::policy::{self, Policy};
use govern::{Diagnostic, Severity};
use kernel::Date;

/// What is wrong with a text, as it goes over the wire.
pub fn finding(d: &Diagnostic) -> Finding {
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
pub fn checked(site: &Site, text: &str) -> (Option<Policy>, Vec<Finding>) {
    let checked = policy::check_draft(text, Some(&site.market));
    (checked.policy, checked.diagnostics.iter().map(finding).collect())
}

/// The policy of a text; what is wrong comes back line by line.
pub fn usable(site: &Site, text: &str) -> Result<Policy, Failure> {
    let (policy, findings) = checked(site, text);
    policy.ok_or_else(|| refused(findings))
}

/// The refusal of a text that is no policy.
pub fn refused(found: Vec<Finding>) -> Failure {
    let first = found.iter().find(|f| f.is_error()).or(found.first());
    let first = first.map(|f| format!("line {}: {}", f.line, f.message)).unwrap_or_default();
    Failure::from(crate::refusal::Refusal::Policy { first }).with(found)
}

/// The shipped policy of `id` (its newest version) or `id@version`.
pub fn find(which: &str) -> Result<&'static Policy, Failure> {
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
pub fn versions(id: &str) -> Result<Vec<&'static Policy>, Failure> {
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
pub fn standing(of: &Policy, today: Date) -> &'static str {
    let now = policy::in_force(policy::shipped(), &of.id, today);
    if of.effective_from > today {
        "announced"
    } else if now.is_some_and(|now| now.version == of.version) {
        "in_force"
    } else {
        "replaced"
    }
}

/// The ids of all policies, each once, in order.
pub fn ids() -> Vec<&'static str> {
    let mut ids: Vec<&str> = policy::shipped().iter().map(|p| p.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
