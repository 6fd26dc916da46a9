//! The versions of policies: which there are, and which one is in force.

use super::{Policy, check_all};
use crate::diagnostic::Severity;
use crate::edition::{Edition, overlaps};
use crate::{Diagnostic, FileDiagnostic, files};
use kernel::Date;
use std::sync::LazyLock;

static SHIPPED: LazyLock<(Vec<Policy>, Vec<FileDiagnostic>)> = LazyLock::new(|| {
    let folders = [
        ("governance/examples", files::EXAMPLES),
        ("governance/packs/sanhao/policies", files::SANHAO_POLICIES),
        ("governance/packs/douyin-2026/policies", files::DOUYIN_POLICIES),
    ];
    let files: Vec<_> = folders
        .iter()
        .flat_map(|(folder, files)| {
            files.iter().map(move |(name, text)| (format!("{folder}/{name}.toml"), *text))
        })
        .collect();
    load(files.iter().map(|(file, text)| (file.as_str(), *text)))
});

/// The policies that come with the program, by id and then by version.
pub fn shipped() -> &'static [Policy] {
    &SHIPPED.0
}

/// What is wrong with the policies that come with the program: nothing.
pub fn problems() -> &'static [FileDiagnostic] {
    &SHIPPED.1
}

/// Reads a set of policy files that belong together. A policy without cases is an error here, and so are versions that
/// overlap.
pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Vec<Policy>, Vec<FileDiagnostic>) {
    let mut read: Vec<(&str, Policy)> = Vec::new();
    let mut wrong = Vec::new();
    for (file, text) in files {
        let checked = check_all(text, None);
        // A warning of a draft is an error of a rule.
        wrong.extend(checked.diagnostics.into_iter().map(|diagnostic| FileDiagnostic {
            file: file.to_owned(),
            diagnostic: Diagnostic { severity: Severity::Error, ..diagnostic },
        }));
        read.extend(checked.policy.map(|policy| (file, policy)));
    }
    wrong.extend(overlaps(
        read.iter()
            .map(|(file, policy)| Edition {
                file,
                id: &policy.id,
                version: policy.version,
                effective_from: policy.effective_from,
                text: &policy.text,
            })
            .collect(),
    ));
    read.sort_by(|(_, a), (_, b)| (&a.id, a.version).cmp(&(&b.id, b.version)));
    (read.into_iter().map(|(_, policy)| policy).collect(), wrong)
}

/// The version of a policy that is in force on a local day.
pub fn in_force<'a>(policies: &'a [Policy], id: &str, day: Date) -> Option<&'a Policy> {
    policies.iter().filter(|p| p.id == id && p.effective_from <= day).max_by_key(|p| p.effective_from)
}
