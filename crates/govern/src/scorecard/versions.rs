//! The scorecards that come with the program, and sets of them that belong together.

use super::file::check;
use super::model::Scorecard;
use crate::diagnostic::Severity;
use crate::{Diagnostic, Error, FileDiagnostic, Result, files};
use std::sync::LazyLock;

static SHIPPED: LazyLock<(Vec<Scorecard>, Vec<FileDiagnostic>)> = LazyLock::new(|| {
    let packs = [("sanhao", files::SANHAO_SCORECARDS), ("douyin-2026", files::DOUYIN_SCORECARDS)];
    let files: Vec<(String, &str)> = packs
        .iter()
        .flat_map(|(pack, list)| list.iter().map(move |(name, text)| (pack, name, text)))
        .map(|(pack, name, text)| (format!("governance/packs/{pack}/scorecards/{name}.toml"), *text))
        .collect();
    load(files.iter().map(|(file, text)| (file.as_str(), *text)))
});

/// The scorecards that come with the program, by id and then by version.
pub fn shipped() -> &'static [Scorecard] {
    &SHIPPED.0
}

/// What is wrong with them: nothing.
pub fn problems() -> &'static [FileDiagnostic] {
    &SHIPPED.1
}

/// Reads a set of scorecards that belong together; versions that overlap are errors.
pub fn load<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> (Vec<Scorecard>, Vec<FileDiagnostic>) {
    let mut read: Vec<Scorecard> = Vec::new();
    let mut wrong = Vec::new();
    for (file, text) in files {
        let checked = check(file, text);
        wrong.extend(checked.diagnostics.into_iter().map(|diagnostic| FileDiagnostic {
            file: file.to_owned(),
            diagnostic: Diagnostic { severity: Severity::Error, ..diagnostic },
        }));
        read.extend(checked.card);
    }
    read.sort_by(|a, b| (&a.id, a.version).cmp(&(&b.id, b.version)));
    for pair in read.windows(2) {
        let [a, b] = pair else { continue };
        if a.id != b.id {
            continue;
        }
        let (key, message, instead) = if a.version == b.version {
            let message = format!("version {} of {} stands in {} as well", b.version, b.id, a.file);
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
        let at = b.body.find(&format!("\n{key}")).map_or(0, |at| at + 1);
        let diagnostic = Diagnostic::error(&b.body, at, message, instead);
        wrong.push(FileDiagnostic { file: b.file.clone(), diagnostic });
    }
    (read, wrong)
}

/// The newest version of a scorecard.
pub fn newest(id: &str) -> Option<&'static Scorecard> {
    shipped().iter().filter(|card| card.id == id).max_by_key(|card| card.version)
}

/// The scorecard of `ID`, `ID@VERSION` or `default` (that of the default pack); without a version the newest.
pub fn find(name: &str) -> Result<&'static Scorecard> {
    let (id, version) = match name.split_once('@') {
        Some((id, version)) => (id, Some(version)),
        None => (name, None),
    };
    let id = if id == "default" { "sanhao" } else { id };
    let found = match version {
        None => newest(id),
        Some(version) => {
            let version: Option<u32> = version.trim_start_matches('v').parse().ok();
            shipped().iter().find(|card| card.id == id && Some(card.version) == version)
        }
    };
    found.ok_or_else(|| Error::NoScorecard {
        name: name.chars().take(80).collect(),
        known: shipped().iter().map(Scorecard::name).collect::<Vec<_>>().join(", "),
    })
}
