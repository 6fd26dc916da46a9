//! Promises and clocks: by when something is due, from when time counts, and within which hours it counts at all.
//!
//! Invariants: a [`Promise`] has been checked whole and its cases hold; times of day are local times of the market's
//! zone; a second that is named is meant whole, so "23:59:59" is the day's last microsecond; a due time is never before
//! what it is counted from.

mod file;
mod model;
#[cfg(test)]
mod tests;

pub use file::{Checked, check};
pub use model::{By, Case, Expect, Promise, Row, Rule};

use crate::edition::{Edition, overlaps};
use crate::{FileDiagnostic, files};
use std::sync::LazyLock;

static SHIPPED: LazyLock<(Vec<Promise>, Vec<FileDiagnostic>)> = LazyLock::new(|| {
    let files: Vec<_> = files::SANHAO_PROMISES
        .iter()
        .map(|(name, text)| (format!("governance/packs/sanhao/promises/{name}.toml"), *text))
        .collect();
    load(files.iter().map(|(file, text)| (file.as_str(), *text)))
});

/// The promises and clocks that come with the program, by id and then by version.
pub fn shipped() -> &'static [Promise] {
    &SHIPPED.0
}

/// What is wrong with the promises that come with the program: nothing.
pub fn problems() -> &'static [FileDiagnostic] {
    &SHIPPED.1
}

/// The newest version of a shipped promise or clock.
pub fn named(id: &str) -> Option<&'static Promise> {
    shipped().iter().filter(|promise| promise.id == id).max_by_key(|promise| promise.version)
}

/// Reads a set of promise files that belong together; versions that overlap are errors.
pub fn load<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Vec<Promise>, Vec<FileDiagnostic>) {
    let mut read: Vec<(&str, Promise)> = Vec::new();
    let mut wrong = Vec::new();
    for (file, text) in files {
        let checked = check(text);
        wrong.extend(
            checked
                .diagnostics
                .into_iter()
                .map(|diagnostic| FileDiagnostic { file: file.to_owned(), diagnostic }),
        );
        read.extend(checked.promise.map(|promise| (file, promise)));
    }
    wrong.extend(overlaps(
        read.iter()
            .map(|(file, promise)| Edition {
                file,
                id: &promise.id,
                version: promise.version,
                effective_from: promise.effective_from,
                text: &promise.text,
            })
            .collect(),
    ));
    read.sort_by(|(_, a), (_, b)| (&a.id, a.version).cmp(&(&b.id, b.version)));
    (read.into_iter().map(|(_, promise)| promise).collect(), wrong)
}
