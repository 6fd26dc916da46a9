//! Policies: TOML files with typed inputs, a condition in CEL, actions and a table of cases.
//!
//! Invariants: a [`Policy`] has been checked whole and its cases hold; "no data" never hits anyone; money is never
//! converted; of a policy's versions exactly one is in force on any day from its first on.

#[cfg(test)]
mod agree;
pub(crate) mod cel;
mod decide;
mod file;
mod inputs;
mod model;
#[cfg(test)]
mod tests;
pub(crate) mod tree;
mod versions;

pub use crate::words::Words;
pub use decide::{Done, Step, Verdict};
pub use file::{Checked, check_all, check_draft};
pub use inputs::{Readable, inputs};
pub use model::{
    ACTIONS, Action, Amount, Appeal, Basis, Case, Day, Expected, From, Guard, Input, Outcome, Part, Policy,
    Rounding, Stage, Within,
};
pub use tree::{Expr, Ty, Value};
pub use versions::{in_force, load, problems, shipped};

use crate::Diagnostic;
use crate::diagnostic::Severity;
use kernel::Market;

/// Reads and checks a policy for a market, or for none in particular. What is missing without being wrong stands in
/// [`Policy::warnings`].
pub fn check(text: &str, market: Option<&Market>) -> Result<Policy, Vec<Diagnostic>> {
    let checked = check_all(text, market);
    checked
        .policy
        .ok_or_else(|| checked.diagnostics.into_iter().filter(|d| d.severity == Severity::Error).collect())
}
