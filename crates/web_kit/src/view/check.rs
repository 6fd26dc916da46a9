//! The ledger by class of account, and the check of everything.

use crate::problem::Failure;
use crate::site::Site;
use flows::check::{self, Report, Scope};
use store::{Keys, StoreError};

/// How many of the newest orders a check from here looks at, besides those that are open.
pub const NEWEST: i64 = 2_000;

/// Runs a check beside everything else, and keeps its result.
pub async fn now(site: &Site) -> Result<Report, Failure> {
    let (db, at) = (site.db.clone(), (site.now)());
    let work = tokio::task::spawn_blocking(move || db.read(|q| check::run(q, at, Scope::Newest(NEWEST))));
    let report = work.await.map_err(Failure::panicked)??;
    report.log();
    let kept = report.clone();
    let keep = site.db.write("check.keep", Keys::none(), move |tx| check::keep(tx, &kept));
    keep.await.map_err(store::WriteError::<StoreError>::flatten)?;
    Ok(report)
}
