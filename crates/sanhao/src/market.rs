//! Opening the market of a folder: for reading beside others, or for writing alone.

use crate::output::Exit;
use kernel::{Market, Moment};
use lake::Lake;
use std::path::Path;
use std::sync::Arc;
use store::{Db, OpenError, Source};

/// An open market.
pub(crate) struct Open {
    pub(crate) db: Db,
    pub(crate) lake: Lake,
}

impl Open {
    /// For commands that only read: works while another process writes.
    pub(crate) fn reading(dir: &Path) -> Result<Self, Exit> {
        let db = Db::open_read(&Source::new(dir)).map_err(|err| match err {
            OpenError::NoMarket(_) => empty(dir),
            other => Exit::of(&other),
        })?;
        Self::with(db, dir)
    }

    /// Whether anything is there, of whatever age: an older market is brought up to date by opening it for writing.
    pub(crate) fn exists(dir: &Path) -> Result<(), Exit> {
        match Db::open_read(&Source::new(dir)) {
            Err(OpenError::NoMarket(_)) => Err(empty(dir)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// For commands that write: alone.
    pub(crate) fn writing(dir: &Path) -> Result<Self, Exit> {
        let db = Db::open(&Source::new(dir)).map_err(|err| Exit::of(&err))?;
        Self::with(db, dir)
    }

    /// For commands that write beside others, on PostgreSQL.
    pub(crate) fn joining(dir: &Path) -> Result<Self, Exit> {
        let db = Db::join(&Source::new(dir)).map_err(|err| match err {
            OpenError::NoMarket(_) => empty(dir),
            other => Exit::of(&other),
        })?;
        Self::with(db, dir)
    }

    fn with(db: Db, dir: &Path) -> Result<Self, Exit> {
        let lake = Lake::open(db.clone(), &dir.join("lake"), govern::relations()).map_err(Exit::failed)?;
        Ok(Self { db, lake })
    }

    /// The facts of this moment.
    pub(crate) fn snapshot(&self) -> Result<Arc<dyn kernel::Ask>, Exit> {
        Ok(self.lake.snapshot().map_err(Exit::failed)?)
    }

    /// The market's zone and currency; an empty folder has none.
    pub(crate) fn market(&self, dir: &Path) -> Result<Market, Exit> {
        self.db.read(|q| store::market::get(q)).map_err(|err| Exit::of(&err))?.ok_or_else(|| empty(dir))
    }
}

/// The moment that `--as-of` names: without it now, for a date its end, for today now.
pub(crate) fn as_of(text: Option<&str>, market: &Market) -> Result<Moment, Exit> {
    let now = Moment::from_timestamp(jiff::Timestamp::now());
    let Some(text) = text else { return Ok(now) };
    let bad = |err: &dyn std::fmt::Display| Exit::Input(format!("--as-of: {err}"));
    let asked = Moment::parse_as_of(text, &market.zone).map_err(|err| bad(&err))?;
    asked.not_after(now, &market.zone).map_err(|err| bad(&err))
}

/// What to do about a folder without a market.
fn empty(dir: &Path) -> Exit {
    let dir = dir.display();
    Exit::Input(format!(
        "{dir} holds no market yet: fill it with `sanhao --data {dir} import olist PATH` or \
         `sanhao --data {dir} demo-market`"
    ))
}
