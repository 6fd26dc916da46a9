//! `vault`: personal data at rest.

use crate::cli::Vault as Question;
use crate::market::Open;
use crate::output::{self, Exit};
use crate::progress::Bar;
use kernel::Moment;
use people::vault::Vault;
use std::path::Path;
use store::Db;

pub(crate) fn run(dir: &Path, question: &Question) -> Result<(), Exit> {
    match question {
        Question::Rotate => rotate(dir),
    }
}

/// The vault of an open market; a key that is gone is said and never made anew.
pub(super) fn open(db: &Db) -> Result<Vault, Exit> {
    Vault::of_folder(db, now()).map_err(|err| Exit::of(&err))
}

pub(super) fn now() -> Moment {
    Moment::from_timestamp(jiff::Timestamp::now())
}

fn rotate(dir: &Path) -> Result<(), Exit> {
    Open::exists(dir)?;
    let open = Open::writing(dir)?;
    let vault = self::open(&open.db)?;
    let bar = Bar::new();
    let done = people::vault::rotate(&open.db, &vault, now(), &bar).map_err(|err| Exit::of(&err))?;
    drop(bar);
    output::sentence(&format!(
        "{} values are sealed under key {} now; {} older keys were taken out",
        done.sealed, done.key, done.dropped
    ))
}
