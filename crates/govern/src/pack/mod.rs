//! Packs: a folder of promises, policies and scorecards that belong together, read and checked as one whole.
//!
//! Invariants: a [`Pack`] has been checked whole: every file of it can run, no two versions overlap, every table of cases
//! holds, all its money is of one currency, and the scorecard it names is in it. What is wrong is told all at once, each
//! with file, line, column and what to write instead.

mod dir;
mod file;
mod load;
#[cfg(test)]
mod tests;

pub use dir::{DirError, load_dir, read_dir};
pub use load::{File, load};

use crate::policy::{Policy, Words};
use crate::promise::Promise;
use crate::scorecard::Scorecard;
use crate::{FileDiagnostic, files};
use kernel::Currency;
use std::sync::LazyLock;

/// A pack that has been checked whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// What it is called.
    pub id: String,
    /// Its title.
    pub titles: Words,
    /// What it is.
    pub texts: Words,
    /// What all its money is.
    pub currency: Currency,
    /// The scorecard a market is scored by that chooses no other.
    pub scorecard: Option<String>,
    /// What else a reader should know: where it differs from others, and what it does not say.
    pub notes: Vec<Words>,
    /// Its promises and clocks, by id and then by version.
    pub promises: Vec<Promise>,
    /// Its policies, by id and then by version.
    pub policies: Vec<Policy>,
    /// Its scorecards, by id and then by version.
    pub scorecards: Vec<Scorecard>,
}

static SHIPPED: LazyLock<(Vec<Pack>, Vec<FileDiagnostic>)> = LazyLock::new(|| {
    let (mut packs, mut wrong) = (Vec::new(), Vec::new());
    for name in files::PACKS.iter().map(|pack| pack.name) {
        match load(&format!("governance/packs/{name}"), &shipped_files(name), None) {
            Ok(pack) => packs.push(pack),
            Err(list) => wrong.extend(list),
        }
    }
    (packs, wrong)
});

/// The packs that come with the program, the default one first.
pub fn shipped() -> &'static [Pack] {
    &SHIPPED.0
}

/// What is wrong with the packs that come with the program: nothing.
pub fn problems() -> &'static [FileDiagnostic] {
    &SHIPPED.1
}

/// The shipped pack that holds a policy of that id.
pub fn of_policy(id: &str) -> Option<&'static Pack> {
    shipped().iter().find(|pack| pack.policies.iter().any(|policy| policy.id == id))
}

/// The files of a shipped pack, as they would stand in its folder.
pub fn shipped_files(name: &str) -> Vec<File> {
    let Some(pack) = files::PACKS.iter().find(|pack| pack.name == name) else {
        return Vec::new();
    };
    let head = std::iter::once(("pack.toml".to_owned(), pack.head));
    let rest = pack.folders.iter().flat_map(|(folder, list)| {
        list.iter().map(move |(name, text)| (format!("{folder}/{name}.toml"), *text))
    });
    head.chain(rest).map(|(path, text)| File { path, bytes: text.as_bytes().to_vec() }).collect()
}
