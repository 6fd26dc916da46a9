//! The versions of policies: which there are, and which one is in force.

use super::{Policy, check_all};
use crate::diagnostic::Severity;
use crate::{Diagnostic, FileDiagnostic, files};
use kernel::Date;
use std::sync::LazyLock;

static SHIPPED: LazyLock<(Vec<Policy>, Vec<FileDiagnostic>)> = LazyLock::new(|| {
    let files: Vec<_> = files::EXAMPLES
        .iter()
        .map(|(name, text)| (format!("governance/examples/{name}.toml"), *text))
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
    read.sort_by(|(_, a), (_, b)| (&a.id, a.version).cmp(&(&b.id, b.version)));
    for pair in read.windows(2) {
        let [(before, a), (file, b)] = pair else {
            continue;
        };
        if a.id != b.id {
            continue;
        }
        let (key, message, instead) = if a.version == b.version {
            let message = format!("version {} of {} stands in {before} as well", b.version, b.id);
            ("version", message, format!("version = {}", b.version + 1))
        } else if a.effective_from >= b.effective_from {
            let message = format!(
                "version {} of {} overlaps version {}, which is in force from {}",
                b.version, b.id, a.version, a.effective_from
            );
            ("effective_from", message, format!("a date after {}", a.effective_from))
        } else {
            continue;
        };
        let at = b.text.lines().scan(0, |at, line| {
            let start = *at;
            *at += line.len() + 1;
            Some((start, line))
        });
        let at = at.filter(|(_, line)| line.starts_with(key)).map(|(at, _)| at).next().unwrap_or(0);
        let diagnostic = Diagnostic::error(&b.text, at, message, instead);
        wrong.push(FileDiagnostic { file: (*file).to_owned(), diagnostic });
    }
    (read.into_iter().map(|(_, policy)| policy).collect(), wrong)
}

/// The version of a policy that is in force on a local day.
pub fn in_force<'a>(policies: &'a [Policy], id: &str, day: Date) -> Option<&'a Policy> {
    policies.iter().filter(|p| p.id == id && p.effective_from <= day).max_by_key(|p| p.effective_from)
}
