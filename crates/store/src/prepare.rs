//! Preparing every statement that is linked into a program, which is how a slip in one is found before it runs.

use crate::sql::{Declared, Engines, Sql};
use crate::{Db, Engine, filter};

/// Every declared statement and every combination of the lists with optional clauses, by name.
fn all() -> Vec<&'static Sql> {
    let declared = inventory::iter::<Declared>.into_iter().map(|d| d.0);
    let mut all: Vec<_> = declared.chain(filter::all()).collect();
    all.sort_by_key(|sql| sql.name);
    all
}

/// Prepares every statement that is linked into this program on `db`'s engine; returns how many there were, or the
/// ones that were refused, each with its name, its file and what the engine said.
pub fn prepare_all(db: &Db) -> Result<usize, String> {
    let mut bad = Vec::new();
    let mut good = 0;
    for sql in all() {
        match (sql.engines, db.engine()) {
            (Engines::Sqlite, Engine::Postgres) | (Engines::Postgres, Engine::Sqlite) => {
                continue;
            }
            (Engines::Both | Engines::Sqlite | Engines::Postgres, _) => {}
        }
        match db.read(|q| q.prepare(sql)) {
            Ok(()) => good += 1,
            Err(err) => bad.push(format!("{}: {err}", sql.file)),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad.join("\n")) }
}
