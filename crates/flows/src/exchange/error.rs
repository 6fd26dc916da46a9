//! Why a file does not go in, or does not come out.

use super::sheet::{SHOWN, Wrong};
use crate::import::ImportError;
use crate::tell::TellError;

/// Why a file did not go in, or did not come out.
#[derive(Debug, kernel::Problem)]
pub enum Error {
    /// The file as a whole cannot be read.
    #[problem(from)]
    File(ImportError),
    /// The facts did not go into the log.
    #[problem(from)]
    Tell(TellError),
    /// A shop could not be taken up.
    #[problem(from)]
    Shop(people::merchant::Error),
    /// The catalog refused.
    #[problem(from)]
    Catalog(offer::catalog::Error),
    /// A shop's own sheet in which something is wrong.
    #[problem(Invalid, code = "exchange.sheet", args(wrong = wrong.len() as i64, told = told(wrong)))]
    Sheet {
        /// All that is wrong.
        wrong: Vec<Wrong>,
    },
    /// A shop's own sheet that has more rows than are taken at once.
    #[problem(Invalid, code = "exchange.rows")]
    Rows {
        /// How many it has.
        rows: i64,
        /// The most.
        most: i64,
    },
    /// The facts could not be asked.
    #[problem(Internal, code = "exchange.ask", args(why = _0.to_string()))]
    Ask(kernel::AskError),
    /// The store failed.
    #[problem(from)]
    Store(store::StoreError),
}

/// The first of what is wrong, a line for each.
fn told(wrong: &[Wrong]) -> String {
    wrong.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl From<kernel::AskError> for Error {
    fn from(err: kernel::AskError) -> Self {
        Self::Ask(err)
    }
}
