//! SQLite: connections, migrations, the writer thread and the pool of readers.
//!
//! The database is in WAL mode with `synchronous = full`: a commit is on disk when it is acknowledged, and readers see
//! the last commit without waiting for the writer, in this process or in another one. `begin immediate`, because a
//! deferred transaction that turns into a write fails late.

use crate::pool::Pool;
use crate::sql::{Row, Side, Sql, Val};
use crate::{Engine, OpenError, StoreError, migration};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

/// Written into the file's header, so that another program's database is not taken for ours.
const APPLICATION: i64 = 0x5361_6e68;

/// Pages of WAL after which a commit copies them into the database: 64 MiB. With SQLite's own 4 MiB a bulk append
/// writes the same index pages to the database again and again.
const CHECKPOINT_PAGES: i64 = 16_000;

/// One connection.
pub(crate) struct Conn {
    pub(crate) raw: Connection,
}

impl ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(n) => ValueRef::Integer(*n),
            Self::Real(x) => ValueRef::Real(*x),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
            Self::Id(id) => ValueRef::Blob(&id.0),
        }))
    }
}

fn failed(sql: &Sql, err: &rusqlite::Error) -> StoreError {
    let why = err.to_string();
    match err.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint { statement: sql.name, why },
        _ => StoreError::Sql { statement: sql.name, why },
    }
}

impl Conn {
    /// Opens a file; `writes` for the one connection that may.
    pub(crate) fn open(path: &Path, writes: bool) -> Result<Self, OpenError> {
        Self::connect(path, writes).map_err(|err| match err.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                OpenError::NotADatabase { path: path.to_owned(), why: err.to_string() }
            }
            _ => OpenError::Folder { path: path.to_owned(), why: err.to_string() },
        })
    }

    fn connect(path: &Path, writes: bool) -> rusqlite::Result<Self> {
        let common = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let raw = if writes {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | common;
            Connection::open_with_flags(path, flags)?
        } else {
            // A reader opens the file for writing if it may, because the index of the WAL is shared memory that it
            // writes to as well; `query_only` keeps it from more.
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | common)
                .or_else(|_| Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | common))?
        };
        raw.busy_timeout(Duration::from_secs(10))?;
        raw.set_prepared_statement_cache_capacity(512);
        // A plan stays what it was prepared as. Else SQLite plans anew whenever another value is bound where it might
        // matter, such as after `limit`: a quarter of the time of a page.
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        raw.pragma_update(None, "temp_store", "memory")?;
        if writes {
            raw.pragma_update(None, "journal_mode", "wal")?;
            raw.pragma_update(None, "synchronous", "full")?;
            raw.pragma_update(None, "foreign_keys", true)?;
            raw.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
            raw.pragma_update(None, "journal_size_limit", 64 << 20)?;
            raw.pragma_update(None, "cache_size", -64 * 1024)?;
        } else {
            raw.pragma_update(None, "query_only", true)?;
            raw.pragma_update(None, "cache_size", -16 * 1024)?;
            // Reads the file's header: what is no database is found out here.
            raw.query_row("select count(*) from sqlite_master", [], |_| Ok(()))?;
        }
        Ok(Self { raw })
    }

    /// Brings the tables up to date.
    pub(crate) fn migrate(&self, path: &Path) -> Result<(), OpenError> {
        let broken =
            |err: rusqlite::Error| OpenError::NotADatabase { path: path.to_owned(), why: err.to_string() };
        let application: i64 =
            self.raw.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(broken)?;
        if application != APPLICATION {
            let tables: i64 = self
                .raw
                .query_row("select count(*) from sqlite_master", [], |row| row.get(0))
                .map_err(broken)?;
            if tables > 0 {
                let why = "it is the database of another program".to_owned();
                return Err(OpenError::NotADatabase { path: path.to_owned(), why });
            }
            self.raw.pragma_update(None, "application_id", APPLICATION).map_err(broken)?;
        }
        self.raw.execute_batch(migration::CREATE).map_err(broken)?;
        for step in migration::missing(&self.applied().map_err(broken)?, Engine::Sqlite)? {
            self.run(step).map_err(|err| {
                let _ = self.raw.execute_batch("rollback");
                OpenError::Migration { migration: step.title(), why: err.to_string() }
            })?;
        }
        Ok(())
    }

    fn run(&self, step: &migration::Migration) -> rusqlite::Result<()> {
        self.raw.execute_batch("begin immediate")?;
        self.raw.execute_batch(&step.text(Engine::Sqlite))?;
        self.raw.execute(
            "insert into store_migration (context, number, name, checksum) values (?1, ?2, ?3, ?4)",
            (step.context, step.number, step.name, step.checksum(Engine::Sqlite)),
        )?;
        self.raw.execute_batch("commit")
    }

    fn applied(&self) -> rusqlite::Result<Vec<migration::Applied>> {
        let mut statement = self.raw.prepare(migration::LIST)?;
        let rows = statement.query_map([], |row| {
            Ok(migration::Applied {
                context: row.get(0)?,
                number: row.get(1)?,
                name: row.get(2)?,
                checksum: row.get(3)?,
            })
        })?;
        rows.collect()
    }

    /// Refuses what this program cannot read: a database that is not ours, a newer or an older one.
    pub(crate) fn check(&self, path: &Path) -> Result<(), OpenError> {
        let application: i64 =
            self.raw.pragma_query_value(None, "application_id", |row| row.get(0)).unwrap_or(0);
        let Ok(applied) = self.applied() else {
            return Err(match application {
                APPLICATION | 0 => OpenError::NoMarket(path.parent().unwrap_or(path).to_owned()),
                _ => OpenError::NotADatabase {
                    path: path.to_owned(),
                    why: "it is another program's".to_owned(),
                },
            });
        };
        migration::missing(&applied, Engine::Sqlite)?
            .first()
            .map_or(Ok(()), |step| Err(OpenError::Older { migration: step.title() }))
    }

    pub(crate) fn batch(&self, text: &str) -> rusqlite::Result<()> {
        self.raw.prepare_cached(text)?.raw_execute().map(drop)
    }

    pub(crate) fn prepare(&self, sql: &'static Sql) -> Result<(), StoreError> {
        self.raw.prepare_cached(sql.lite()).map(drop).map_err(|err| failed(sql, &err))
    }

    pub(crate) fn exec(&self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64, StoreError> {
        let run = || -> rusqlite::Result<usize> {
            let mut statement = self.raw.prepare_cached(sql.lite())?;
            bind(&mut statement, params)?;
            if statement.column_count() == 0 {
                return statement.raw_execute();
            }
            let mut rows = statement.raw_query();
            let mut n = 0;
            while rows.next()?.is_some() {
                n += 1;
            }
            Ok(n)
        };
        run().map(|n| n as u64).map_err(|err| failed(sql, &err))
    }

    /// Runs one statement for each of `items`; returns how many rows were touched.
    pub(crate) fn exec_many<T>(
        &self,
        sql: &'static Sql,
        items: &[T],
        mut each: impl FnMut(&T, &mut dyn FnMut(usize, Val<'_>) -> rusqlite::Result<()>) -> rusqlite::Result<()>,
    ) -> Result<u64, StoreError> {
        let mut run = || -> rusqlite::Result<u64> {
            let mut statement = self.raw.prepare_cached(sql.lite())?;
            let mut touched = 0;
            for item in items {
                each(item, &mut |i, val| statement.raw_bind_parameter(i, val))?;
                touched += statement.raw_execute()? as u64;
            }
            Ok(touched)
        };
        run().map_err(|err| failed(sql, &err))
    }

    pub(crate) fn each(
        &self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.raw.prepare_cached(sql.lite()).map_err(|err| failed(sql, &err))?;
        bind(&mut statement, params).map_err(|err| failed(sql, &err))?;
        let writes = !statement.readonly();
        let mut rows = statement.raw_query();
        let mut going = true;
        while let Some(row) = rows.next().map_err(|err| failed(sql, &err))? {
            // A statement that writes and returns rows has to be run to its end.
            if going {
                going = f(&Row(Side::Sqlite(row)))?.is_continue();
            }
            if !going && !writes {
                break;
            }
        }
        Ok(())
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, params: &[Val<'_>]) -> rusqlite::Result<()> {
    let wanted = statement.parameter_count();
    if wanted != params.len() {
        return Err(rusqlite::Error::InvalidParameterCount(params.len(), wanted));
    }
    for (i, val) in params.iter().enumerate() {
        statement.raw_bind_parameter(i + 1, *val)?;
    }
    Ok(())
}

/// Runs `f` in one snapshot of the file, or each of its statements in one of its own.
pub(crate) fn read<T, E: From<StoreError>>(
    pool: &Pool<Conn>,
    path: &Path,
    held: bool,
    f: impl FnOnce(&Conn) -> Result<T, E>,
) -> Result<T, E> {
    let connect = || Conn::open(path, false).map_err(|err| StoreError::Unreachable(err.to_string()));
    pool.with(connect, |conn| {
        if !held {
            return (f(conn), true);
        }
        if let Err(err) = conn.batch("begin") {
            return (Err(StoreError::Unreachable(err.to_string()).into()), false);
        }
        let result = f(conn);
        let ended = conn.batch("rollback").is_ok();
        (result, ended)
    })
    .unwrap_or_else(|err| Err(err.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn a_statement_is_planned_once_whatever_is_bound_to_it() {
        let dir = tempfile::tempdir().unwrap();
        let conn = Conn::open(&dir.path().join("t.db"), true).unwrap();
        conn.raw.execute_batch("create table t (a, b); create index t_a on t (a, b) where a = 1").unwrap();
        let mut statement =
            conn.raw.prepare("select b from t where a = ?1 and b < ?2 order by b limit ?3").unwrap();
        for n in 0..9 {
            let rows = statement.query_map((n, n * 1_000, n), |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!(rows.count(), 0);
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
