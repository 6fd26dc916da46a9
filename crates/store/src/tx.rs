//! What a closure works with: `Tx` to write, `Read` to ask.

use crate::sql::{Query, Row, Sql, Val, moved};
use crate::{Counter, Engine, StoreError, log, postgres, sqlite};
use kernel::{Ctx, Fact, Record};
use std::ops::ControlFlow;

/// One write in the making. It sees its own rows and those of earlier closures of its batch.
pub struct Tx<'a> {
    pub(crate) side: TxSide<'a>,
    pub(crate) doomed: Option<StoreError>,
    /// How many statements the closure asked for.
    pub(crate) ran: u64,
    /// Whether a row was not as the closure had found it.
    pub(crate) moved: bool,
}

pub(crate) enum TxSide<'a> {
    Sqlite(&'a sqlite::Conn),
    Postgres(&'a mut postgres::Batch),
}

impl std::fmt::Debug for Tx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("doomed", &self.doomed).finish_non_exhaustive()
    }
}

impl<'a> Tx<'a> {
    pub(crate) const fn new(side: TxSide<'a>) -> Self {
        Self { side, doomed: None, ran: 0, moved: false }
    }

    /// The first statement error of this closure.
    pub(crate) fn doomed(&mut self) -> Option<StoreError> {
        self.doomed.take()
    }

    /// Dooms the closure: whatever it answers, it is refused.
    pub(crate) fn doom(&mut self, err: StoreError) -> StoreError {
        self.doomed.get_or_insert(err).clone()
    }

    fn guard<T>(
        &mut self,
        run: impl FnOnce(&mut TxSide<'a>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(err) = &self.doomed {
            return Err(err.clone());
        }
        self.ran += 1;
        run(&mut self.side).inspect_err(|err| {
            self.moved |= matches!(err, StoreError::Moved { .. });
            self.doomed = Some(err.clone());
        })
    }

    /// Runs a statement now; returns how many rows it touched.
    pub fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64, StoreError> {
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => conn.exec(sql, params),
            TxSide::Postgres(batch) => batch.exec(sql, params),
        })
    }

    /// Runs an `insert into T (...) values (...)`, at most with `on conflict ... do nothing`, whose count nobody needs.
    /// On PostgreSQL the rows of a whole batch go out together; a row that is refused then still refuses just its own
    /// closure.
    pub fn insert(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<(), StoreError> {
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => conn.exec(sql, params).map(drop),
            TxSide::Postgres(batch) => batch.insert(sql, params),
        })
    }

    /// Runs an `update` or `delete` that must touch exactly one row: by its key, and guarded by what the closure decided
    /// upon. If it touches none, the closure is refused with [`StoreError::Moved`]. On PostgreSQL those of a whole batch go
    /// out together; what is refused then still refuses just its own closure.
    pub fn change(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<(), StoreError> {
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => moved(sql, conn.exec(sql, params)?),
            TxSide::Postgres(batch) => batch.change(sql, params, true),
        })
    }

    /// Runs an `update` or `delete` whose count nobody needs: as [`change`](Self::change), and nothing to touch is fine. It
    /// is for rows that were there before the batch, or that this closure put in itself.
    pub fn clear(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<(), StoreError> {
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => conn.exec(sql, params).map(drop),
            TxSide::Postgres(batch) => batch.change(sql, params, false),
        })
    }

    /// Takes `n` from a counter (gives back, if negative). False, and nothing changed, if that would leave the range
    /// from 0 to the limit, or if there is no such row; what is beyond a limit that was lowered can be given back.
    pub fn take<'v>(
        &mut self,
        counter: &'static Counter,
        key: impl Into<Val<'v>>,
        n: i64,
    ) -> Result<bool, StoreError> {
        let key = key.into();
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => Ok(conn.exec(&counter.take, &[key, Val::Int(n)])? == 1),
            TxSide::Postgres(batch) => batch.take(counter, &key, n),
        })
    }

    /// What a counter holds and its limit, or nothing if there is no such row. On PostgreSQL a row that the write named
    /// beforehand is answered from the batch's memory, so that looking does not send what waits to be combined.
    pub fn look<'v>(
        &mut self,
        counter: &'static Counter,
        key: impl Into<Val<'v>>,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let key = key.into();
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => {
                let mut found = None;
                conn.each(&counter.look, &[key], &mut |row| {
                    found = Some((row.int(0)?, row.int(1)?));
                    Ok(ControlFlow::Break(()))
                })?;
                Ok(found)
            }
            TxSide::Postgres(batch) => batch.look(counter, &key),
        })
    }

    /// Appends a fact to the log. A fact that is there already (same id) is left as it was.
    pub fn append(&mut self, _ctx: &Ctx, fact: &impl Fact) -> Result<(), StoreError> {
        let record = fact.record();
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => log::append_sqlite(conn, std::slice::from_ref(&record)).map(drop),
            TxSide::Postgres(batch) => log::append_postgres(batch, &record),
        })
    }

    /// Appends facts in bulk; returns how many were new.
    pub fn append_records(&mut self, records: &[Record]) -> Result<u64, StoreError> {
        self.ran += (records.len() as u64).saturating_sub(1);
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => log::append_sqlite(conn, records),
            TxSide::Postgres(batch) => log::append_postgres_bulk(batch, records),
        })
    }
}

impl Query for Tx<'_> {
    fn engine(&self) -> Engine {
        match &self.side {
            TxSide::Sqlite(_) => Engine::Sqlite,
            TxSide::Postgres(_) => Engine::Postgres,
        }
    }
    fn each(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        self.guard(|side| match side {
            TxSide::Sqlite(conn) => conn.each(sql, params, f),
            TxSide::Postgres(batch) => batch.each(sql, params, f),
        })
    }
}

/// One snapshot: whatever is asked of it, the answers fit together.
pub struct Read<'a> {
    pub(crate) side: ReadSide<'a>,
    /// How many statements were asked for.
    pub(crate) ran: u64,
}

pub(crate) enum ReadSide<'a> {
    Sqlite(&'a sqlite::Conn),
    Postgres(&'a mut postgres::Link),
}

impl std::fmt::Debug for Read<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Read").finish_non_exhaustive()
    }
}

impl Read<'_> {
    /// Prepares a statement without running it.
    pub(crate) fn prepare(&mut self, sql: &'static Sql) -> Result<(), StoreError> {
        match &mut self.side {
            ReadSide::Sqlite(conn) => conn.prepare(sql),
            ReadSide::Postgres(link) => link.prepare(sql),
        }
    }
}

impl Query for Read<'_> {
    fn engine(&self) -> Engine {
        match &self.side {
            ReadSide::Sqlite(_) => Engine::Sqlite,
            ReadSide::Postgres(_) => Engine::Postgres,
        }
    }
    fn each(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        self.ran += 1;
        match &mut self.side {
            ReadSide::Sqlite(conn) => conn.each(sql, params, f),
            ReadSide::Postgres(link) => link.each(sql, params, f),
        }
    }
}
