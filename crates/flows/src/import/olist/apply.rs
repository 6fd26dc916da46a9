//! Writing what was checked.

use super::{Checked, market};
use crate::import::Report;
use crate::tell::{TellError, tell};
use kernel::Progress;
use store::Db;

/// Appends the facts of a checked folder. An empty data folder becomes a market in America/Sao_Paulo and BRL; one that
/// measures in something else is refused. Run again it adds what is not there yet: nothing, further orders, or the
/// rest of a run that was killed.
pub fn apply(db: &Db, checked: &Checked, progress: &dyn Progress) -> Result<Report, TellError> {
    let facts = tell(db, &market(), checked.facts(), checked.len(), progress)?;
    Ok(Report {
        rows: checked.rows.clone(),
        facts,
        skipped: checked.skipped.clone(),
        odd: checked.odd.clone(),
        sellers_without_orders: checked.sellers_without_orders(),
    })
}
