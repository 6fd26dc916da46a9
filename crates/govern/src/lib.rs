//! Governance as data: metrics are SQL files, policies are TOML files, and a draft can be rehearsed on the past.
//!
//! Invariants: every figure is a sum of contributions that name their order; nothing here looks past the moment it is
//! asked about; no threshold is a constant in code; nothing here knows where facts are stored, it asks through
//! [`kernel::Ask`].

mod diagnostic;
mod document;
pub mod draft;
mod edition;
mod error;
mod files;
pub mod gate;
pub mod incident;
pub mod metric;
mod number;
pub mod pack;
pub mod policy;
pub mod promise;
pub mod rehearsal;
pub mod scorecard;
mod shop;
pub mod view;
mod words;

pub use diagnostic::{Diagnostic, FileDiagnostic, Severity};
pub use error::{Error, Result};
pub use shop::{ShopName, Shops, shops};

/// The shared relations, as (name, SQL): the lake makes a view of each.
pub fn relations() -> &'static [(&'static str, &'static str)] {
    files::RELATIONS
}

/// What is wrong with the governance files that come with the program: nothing.
pub fn problems() -> Vec<FileDiagnostic> {
    let mut wrong = metric::problems();
    wrong.extend_from_slice(policy::problems());
    wrong.extend_from_slice(scorecard::problems());
    wrong.extend_from_slice(promise::problems());
    // A pack says again what its files say; what is its own is that they fit together.
    let own: Vec<_> = pack::problems().iter().filter(|problem| !wrong.contains(problem)).cloned().collect();
    wrong.extend(own);
    wrong
}
