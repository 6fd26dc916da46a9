//! The scorecards that come with the program, and sets of them that belong together.

use super::file::check;
use super::model::Scorecard;
use crate::diagnostic::Severity;
use crate::edition::{Edition, overlaps};
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
    let editions = read.iter().map(|card| Edition {
        file: &card.file,
        id: &card.id,
        version: card.version,
        effective_from: card.effective_from,
        text: &card.body,
    });
    wrong.extend(overlaps(editions.collect()));
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
        Some(version) => shipped().iter().find(|card| card.id == id && card.version.to_string() == version),
    };
    found.ok_or_else(|| Error::NoScorecard {
        name: name.chars().take(80).collect(),
        known: shipped().iter().map(Scorecard::name).collect::<Vec<_>>().join(", "),
    })
}
