//! One transaction of a lane: what its closures wrote and what of it was sent already.

use super::link::{Form, Kept, Link, failed};
use super::server;
use crate::keys::{Held, Keys};
use crate::number::AnyInt;
use crate::sql::{Row, Sql, Val};
use crate::{Counter, StoreError};
use futures::future::{FutureExt, LocalBoxFuture, join_all};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use tokio_postgres::types::{ToSql, Type};

/// PostgreSQL caches 64 subtransactions for each transaction; past that everybody who checks a row pays for it.
const SAVEPOINTS: usize = 60;
/// After a closure was refused that had written directly, this many batches open a savepoint before direct statements.
const WARY: u32 = 32;

/// The transaction of one lane and what it keeps in memory.
pub(crate) struct Batch {
    pub(crate) link: Link,
    epoch: i64,
    buffers: Vec<Buffer>,
    counters: BTreeMap<usize, Counted>,
    undo: Vec<(usize, Held, i64)>,
    savepoint: bool,
    /// The savepoint of an earlier closure is still open; it is released together with the next one's opening.
    stale_savepoint: bool,
    savepoints: usize,
    /// The closure that runs now sent something, and without a savepoint: it cannot be refused alone.
    sent: bool,
    careful: bool,
    /// How many batches more open savepoints before they are needed.
    wary: u32,
    lost: Option<Lost>,
}

/// Why the whole transaction cannot go on.
#[derive(Debug, Clone)]
pub(crate) enum Lost {
    /// Run the batch again, each closure in its savepoint.
    Guess(StoreError),
    /// Run the batch again: nothing of it was kept.
    Again(StoreError),
    /// Tell everybody in the batch: it has waited long enough.
    Locked(StoreError),
}

impl Lost {
    /// What an error outside of any closure does to the batch.
    pub(crate) fn by(err: StoreError) -> Self {
        match err {
            StoreError::Again(_) | StoreError::Unreachable(_) => Self::Again(err),
            StoreError::Locked(_) => Self::Locked(err),
            err => Self::Guess(err),
        }
    }
}

/// Rows of one insert statement, or changes of one update or delete, that wait to be sent.
struct Buffer {
    sql: &'static Sql,
    table: String,
    sort: Sort,
    columns: Vec<Vec<Kept>>,
    rows: usize,
    /// How many of them belong to earlier closures.
    mark: usize,
}

/// What a buffer's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// New rows.
    Rows,
    /// Changes, each of exactly one row.
    Changes,
    /// Changes that may find nothing.
    Clearings,
}

struct Counted {
    counter: &'static Counter,
    cells: BTreeMap<Held, Option<Cell>>,
}

#[derive(Clone, Copy)]
struct Cell {
    held: i64,
    limit: i64,
    /// Taken and not sent yet.
    pending: i64,
}

impl Batch {
    pub(crate) fn new(link: Link) -> Result<Self, StoreError> {
        let epoch = server::epoch(&link)?;
        Ok(Self {
            link,
            epoch,
            buffers: Vec::new(),
            counters: BTreeMap::new(),
            undo: Vec::new(),
            savepoint: false,
            stale_savepoint: false,
            savepoints: 0,
            sent: false,
            careful: false,
            wary: 0,
            lost: None,
        })
    }

    pub(crate) const fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Begins a transaction, locks the keys in order and reads the counters they name, in one round trip.
    pub(crate) fn begin<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k Keys>,
        careful: bool,
    ) -> Result<(), StoreError> {
        for buffer in &mut self.buffers {
            buffer.clear();
        }
        self.counters.clear();
        self.undo.clear();
        (self.savepoint, self.stale_savepoint, self.savepoints) = (false, false, 0);
        (self.careful, self.lost) = (careful, None);
        self.wary = self.wary.saturating_sub(1);
        let mut locks = BTreeSet::new();
        let mut wanted: BTreeMap<usize, (&'static Counter, BTreeSet<Held>)> = BTreeMap::new();
        for key in keys.flat_map(|keys| &keys.keys) {
            locks.insert(key.lock);
            if let Some((counter, held)) = &key.counted {
                wanted
                    .entry(address(counter))
                    .or_insert_with(|| (counter, BTreeSet::new()))
                    .1
                    .insert(held.clone());
            }
        }
        let locks: Vec<i64> = locks.into_iter().collect();
        let lock = if locks.is_empty() { None } else { Some(self.link.plain(&LOCK)?) };
        let mut loads = Vec::new();
        if !careful {
            for (counter, keys) in wanted.into_values() {
                loads.push((counter, self.load_statement(counter)?, keys.into_iter().collect::<Vec<Held>>()));
            }
        }
        let client = &self.link.client;
        let answers = self.link.wait(async {
            let lock_params: [&(dyn ToSql + Sync); 1] = [&locks];
            let load_params: Vec<[&(dyn ToSql + Sync); 1]> =
                loads.iter().map(|(.., keys)| [keys as _]).collect();
            let mut steps: Vec<LocalBoxFuture<'_, Result<Vec<tokio_postgres::Row>, tokio_postgres::Error>>> =
                vec![async { client.batch_execute("begin").await.map(|()| Vec::new()) }.boxed_local()];
            if let Some(lock) = &lock {
                steps.push(client.query(lock, &lock_params).boxed_local());
            }
            for ((_, statement, _), params) in loads.iter().zip(&load_params) {
                steps.push(client.query(statement, params).boxed_local());
            }
            join_all(steps).await
        });
        let answers = first_error(answers).map_err(|err| failed("begin", &err))?;
        let skip = answers.len() - loads.len();
        for ((counter, _, keys), rows) in loads.into_iter().zip(answers.into_iter().skip(skip)) {
            self.learn(counter, keys, &rows);
        }
        Ok(())
    }

    fn load_statement(&mut self, counter: &'static Counter) -> Result<tokio_postgres::Statement, StoreError> {
        self.link.form(&counter.take, Form::LoadCounter, |_| {
            let Counter { table, key, held, limit, .. } = counter;
            Ok(format!("select {key}, {held}, {limit} from {table} where {key} = any($1)"))
        })
    }

    fn learn(&mut self, counter: &'static Counter, keys: Vec<Held>, rows: &[tokio_postgres::Row]) {
        let counted = self
            .counters
            .entry(address(counter))
            .or_insert_with(|| Counted { counter, cells: BTreeMap::new() });
        for key in keys {
            counted.cells.insert(key, None);
        }
        for row in rows {
            let key = match *row.columns()[0].type_() {
                Type::BYTEA => Held::Blob(row.get::<_, &[u8]>(0).into()),
                Type::TEXT | Type::VARCHAR => Held::Text(row.get::<_, &str>(0).into()),
                _ => Held::Int(row.get::<_, AnyInt>(0).0),
            };
            let (held, limit) = (row.get::<_, AnyInt>(1).0, row.get::<_, AnyInt>(2).0);
            counted.cells.insert(key, Some(Cell { held, limit, pending: 0 }));
        }
    }

    /// Before a closure runs.
    pub(crate) fn start(&mut self) -> Result<(), StoreError> {
        self.undo.clear();
        for buffer in &mut self.buffers {
            buffer.mark = buffer.rows;
        }
        (self.savepoint, self.sent) = (false, false);
        if self.careful { self.open_savepoint() } else { Ok(()) }
    }

    /// After a closure said yes; in a careful run its rows are sent and checked now.
    pub(crate) fn keep(&mut self) -> Result<(), StoreError> {
        if self.careful {
            self.flush(|_| true, true)?;
        }
        self.stale_savepoint |= self.savepoint;
        Ok(())
    }

    /// After a closure said no: nothing of it stays.
    pub(crate) fn forget(&mut self) -> Result<(), StoreError> {
        if self.sent && !self.savepoint {
            self.wary = WARY;
            let why = StoreError::Again("a write was refused after it had sent something".to_owned());
            self.lost = Some(Lost::Guess(why.clone()));
            return Err(why);
        }
        for buffer in &mut self.buffers {
            buffer.truncate(buffer.mark.min(buffer.rows));
        }
        if self.savepoint {
            self.savepoint = false;
            self.counters.clear();
            self.link.batch("rollback to savepoint closure; release savepoint closure")?;
        } else {
            for (counter, key, n) in self.undo.drain(..).rev() {
                let cell = self.counters.get_mut(&counter).and_then(|c| c.cells.get_mut(&key));
                if let Some(Some(cell)) = cell {
                    cell.held -= n;
                    cell.pending -= n;
                }
            }
        }
        self.undo.clear();
        Ok(())
    }

    /// Whether another closure may still join.
    pub(crate) const fn has_room(&self) -> bool {
        self.savepoints < SAVEPOINTS
    }

    pub(crate) const fn lost(&mut self) -> Option<Lost> {
        self.lost.take()
    }

    /// Sends what is left.
    pub(crate) fn finish(&mut self) -> Result<(), StoreError> {
        self.flush(|_| true, true)
    }

    /// Before the closure sends what must be undone if it is refused. Most are not, so that a batch that was refused
    /// nothing of late goes without savepoints, and is run again with them when it was wrong.
    fn may_send(&mut self) -> Result<(), StoreError> {
        if self.careful || self.wary > 0 {
            return self.open_savepoint();
        }
        self.sent = true;
        Ok(())
    }

    /// The rows of earlier closures go first: rolling back to the savepoint must not take them along.
    fn open_savepoint(&mut self) -> Result<(), StoreError> {
        if self.savepoint {
            return Ok(());
        }
        self.flush(|_| true, false)?;
        let open = if std::mem::take(&mut self.stale_savepoint) {
            "release savepoint closure; savepoint closure"
        } else {
            "savepoint closure"
        };
        self.link.batch(open).map_err(|err| self.note(err))?;
        self.savepoint = true;
        self.savepoints += 1;
        for buffer in &mut self.buffers {
            buffer.mark = 0;
        }
        Ok(())
    }

    /// What an error means for the transaction as a whole.
    fn note(&mut self, err: StoreError) -> StoreError {
        match &err {
            StoreError::Again(_) | StoreError::Unreachable(_) | StoreError::Locked(_) => {
                self.lost = Some(Lost::by(err.clone()));
            }
            _ if !self.savepoint => self.lost = Some(Lost::Guess(err.clone())),
            _ => {}
        }
        err
    }

    /// Sends the kept rows and takes of the tables that `which` names: those of earlier closures, or all.
    fn flush(&mut self, which: impl Fn(&str) -> bool, own: bool) -> Result<(), StoreError> {
        let mut sends = Vec::new();
        // Changes are of rows that were there before: they go first.
        let changes = |buffer: &Buffer| buffer.sort != Sort::Rows;
        let first = (0..self.buffers.len()).filter(|i| changes(&self.buffers[*i]));
        let then = (0..self.buffers.len()).filter(|i| !changes(&self.buffers[*i]));
        for i in first.chain(then).collect::<Vec<_>>() {
            let buffer = &self.buffers[i];
            let n = if own { buffer.rows } else { buffer.mark.min(buffer.rows) };
            if n > 0 && which(&buffer.table) {
                let (sql, sort) = (buffer.sql, buffer.sort);
                let statement = match sort {
                    Sort::Rows => self.link.form(sql, Form::ManyRows, |types| many_rows(sql, types)),
                    Sort::Changes | Sort::Clearings => {
                        self.link.form(sql, Form::ManyChanges, |types| many_changes(sql, types))
                    }
                };
                let statement = statement.map_err(|err| self.note(err))?;
                let all = (sort == Sort::Changes).then_some(n as u64);
                sends.push((sql.name, statement, Parcel::Rows(self.buffers[i].split(n)), all));
            }
        }
        let mut mine: HashMap<(usize, &Held), i64> = HashMap::new();
        if !own {
            for (counter, key, n) in &self.undo {
                *mine.entry((*counter, key)).or_default() += n;
            }
        }
        let mut takes = Vec::new();
        for (at, counted) in &mut self.counters {
            if !which(counted.counter.table) {
                continue;
            }
            let (mut keys, mut sums) = (Vec::new(), Vec::new());
            for (key, cell) in &mut counted.cells {
                let Some(cell) = cell else { continue };
                let keep = mine.get(&(*at, key)).copied().unwrap_or(0);
                if cell.pending != keep {
                    keys.push(key.clone());
                    sums.push(cell.pending - keep);
                    cell.pending = keep;
                }
            }
            if !keys.is_empty() {
                takes.push((counted.counter, keys, sums));
            }
        }
        for (counter, keys, sums) in takes {
            let statement = self.link.form(&counter.take, Form::SaveCounter, |types| {
                let Counter { table, key, held, limit, .. } = counter;
                let ty = types[0].name();
                Ok(format!(
                    "update {table} as c set {held} = c.{held} + d.n \
                     from unnest($1::{ty}[], $2::int8[]) as d(k, n) \
                     where c.{key} = d.k and c.{held} + d.n >= 0 and (d.n < 0 or c.{held} + d.n <= c.{limit})"
                ))
            });
            let statement = statement.map_err(|err| self.note(err))?;
            let rows = keys.len() as u64;
            sends.push((counter.take.name, statement, Parcel::Takes(keys, sums), Some(rows)));
        }
        if sends.is_empty() {
            return Ok(());
        }
        let client = &self.link.client;
        let answers = self.link.wait(async {
            let params: Vec<Vec<&(dyn ToSql + Sync)>> =
                sends.iter().map(|(_, _, parcel, _)| parcel.params()).collect();
            let steps = sends.iter().zip(&params).map(|((name, statement, _, rows), params)| {
                async move {
                    let touched =
                        client.execute(statement, params).await.map_err(|err| failed(name, &err))?;
                    match rows {
                        Some(rows) if *rows != touched => Err(StoreError::Again(format!(
                            "{name} was to touch {rows} rows and touched {touched}"
                        ))),
                        _ => Ok(()),
                    }
                }
                .boxed_local()
            });
            join_in_order(steps.collect()).await
        });
        answers.into_iter().collect::<Result<(), _>>().map_err(|err| match err {
            // Sums that do not fit any more: only one closure after the other can say which of them still do.
            StoreError::Again(_) => {
                self.lost = Some(Lost::Guess(err.clone()));
                err
            }
            err => self.note(err),
        })
    }

    /// Sends what a statement could see, and opens the savepoint it needs. True if that was something of this closure.
    fn before(&mut self, sql: &'static Sql) -> Result<bool, StoreError> {
        let touched = |table: &str| has_word(sql.text, table);
        let writes = !(starts_with_word(sql.text, "select") || starts_with_word(sql.text, "with"));
        let own = self.buffers.iter().any(|b| b.rows > b.mark && touched(&b.table))
            || self
                .undo
                .iter()
                .any(|(at, ..)| self.counters.get(at).is_some_and(|c| touched(c.counter.table)));
        if writes || own {
            self.may_send()?;
        }
        self.flush(touched, true)?;
        if writes {
            self.counters.retain(|_, counted| !touched(counted.counter.table));
        }
        Ok(own)
    }

    pub(crate) fn exec(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<u64, StoreError> {
        let sent = self.sent;
        let own = self.before(sql)?;
        let rows = self.link.exec(sql, params).map_err(|err| self.note(err))?;
        // What touched nothing needs no undoing.
        self.sent &= sent || own || rows > 0;
        Ok(rows)
    }

    pub(crate) fn each(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        f: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let sent = self.sent;
        let own = self.before(sql)?;
        let (mut theirs, mut rows) = (None, 0u64);
        let answer = self.link.each(sql, params, &mut |row| {
            rows += 1;
            f(row).inspect_err(|err| theirs = Some(err.clone()))
        });
        self.sent &= sent || own || rows > 0;
        match theirs {
            Some(err) => Err(err),
            None => answer.map_err(|err| self.note(err)),
        }
    }

    pub(crate) fn insert(&mut self, sql: &'static Sql, params: &[Val<'_>]) -> Result<(), StoreError> {
        let parse = |text: &'static str| Insert::parse(text).map(|insert| insert.table);
        match self.buffer(sql, Sort::Rows, params.len(), parse) {
            Some(i) => self.push(i, params),
            None => self.exec(sql, params).map(drop),
        }
    }

    /// Keeps a change, if it is one that can be combined; `one` if it must touch a row.
    pub(crate) fn change(
        &mut self,
        sql: &'static Sql,
        params: &[Val<'_>],
        one: bool,
    ) -> Result<(), StoreError> {
        let sort = if one { Sort::Changes } else { Sort::Clearings };
        let parse = |text: &'static str| Change::parse(text).map(|change| change.table);
        // In a careful run each closure learns of its own.
        if let Some(i) = self.buffer(sql, sort, params.len(), parse).filter(|_| !self.careful) {
            return self.push(i, params);
        }
        let rows = self.exec(sql, params)?;
        if one { crate::sql::moved(sql, rows) } else { Ok(()) }
    }

    /// The buffer of a statement; none if its text cannot be combined.
    fn buffer(
        &mut self,
        sql: &'static Sql,
        sort: Sort,
        params: usize,
        table: impl FnOnce(&'static str) -> Option<&'static str>,
    ) -> Option<usize> {
        let there = self.buffers.iter().position(|b| std::ptr::eq(b.sql, sql) && b.sort == sort);
        there.or_else(|| {
            let table = table(sql.text)?.to_owned();
            let columns = (0..params).map(|_| Vec::new()).collect();
            self.buffers.push(Buffer { sql, table, sort, columns, rows: 0, mark: 0 });
            Some(self.buffers.len() - 1)
        })
    }

    fn push(&mut self, i: usize, params: &[Val<'_>]) -> Result<(), StoreError> {
        // Of what one closure does to one table, the order counts.
        let (table, changes) = (&self.buffers[i].table, self.buffers[i].sort != Sort::Rows);
        let mixed = |b: &Buffer| b.rows > b.mark && (b.sort != Sort::Rows) != changes && b.table == *table;
        if self.buffers.iter().any(mixed) {
            let table = table.clone();
            self.may_send()?;
            self.flush(|t| t == table, true)?;
        }
        let buffer = &mut self.buffers[i];
        let sql = buffer.sql;
        if buffer.columns.len() != params.len() {
            let why = format!("{} parameters were given, then {}", buffer.columns.len(), params.len());
            return Err(StoreError::Sql { statement: sql.name, why });
        }
        for (column, val) in buffer.columns.iter_mut().zip(params) {
            column.push(Kept::of(val));
        }
        buffer.rows += 1;
        Ok(())
    }

    /// Sends many rows at once; returns how many were put in.
    pub(crate) fn insert_many<'v, const N: usize>(
        &mut self,
        sql: &'static Sql,
        rows: impl Iterator<Item = [Val<'v>; N]>,
    ) -> Result<u64, StoreError> {
        self.before(sql)?;
        let mut columns: Vec<Vec<Val<'v>>> = (0..N).map(|_| Vec::new()).collect();
        for row in rows {
            for (column, val) in columns.iter_mut().zip(row) {
                column.push(val);
            }
        }
        let statement = self.link.form(sql, Form::ManyRows, |types| many_rows(sql, types));
        let statement = statement.map_err(|err| self.note(err))?;
        let params: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|c| c as _).collect();
        let answer = self.link.wait(self.link.client.execute(&statement, &params));
        answer.map_err(|err| self.note(failed(sql.name, &err)))
    }

    pub(crate) fn take(
        &mut self,
        counter: &'static Counter,
        key: &Val<'_>,
        n: i64,
    ) -> Result<bool, StoreError> {
        let Some(held) = Held::of(key) else { return Ok(false) };
        if self.careful {
            return Ok(self.exec(&counter.take, &[*key, Val::Int(n)])? == 1);
        }
        if !self.in_memory(counter, &held)? {
            return Ok(self.exec(&counter.take, &[*key, Val::Int(n)])? == 1);
        }
        let at = address(counter);
        let cell = self.counters.get_mut(&at).and_then(|c| c.cells.get_mut(&held));
        let Some(Some(cell)) = cell else { return Ok(false) };
        match cell.held.checked_add(n) {
            Some(after) if after >= 0 && (n < 0 || after <= cell.limit) => {
                cell.held = after;
                cell.pending += n;
                self.undo.push((at, held, n));
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// What a counter holds and its limit, with what this batch has taken.
    pub(crate) fn look(
        &mut self,
        counter: &'static Counter,
        key: &Val<'_>,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let Some(held) = Held::of(key) else { return Ok(None) };
        if self.careful || !self.in_memory(counter, &held)? {
            let mut found = None;
            self.each(&counter.look, &[*key], &mut |row| {
                found = Some((row.int(0)?, row.int(1)?));
                Ok(ControlFlow::Break(()))
            })?;
            return Ok(found);
        }
        let cell = self.counters.get(&address(counter)).and_then(|c| c.cells.get(&held));
        Ok(cell.copied().flatten().map(|cell| (cell.held, cell.limit)))
    }

    /// Makes sure that a counter's row is known; false if only a statement can tell.
    fn in_memory(&mut self, counter: &'static Counter, held: &Held) -> Result<bool, StoreError> {
        if !self.counters.get(&address(counter)).is_some_and(|c| c.cells.contains_key(held)) {
            // Not named beforehand: this one row costs a round trip. What was inserted into the table goes first.
            self.flush_for_load(counter)?;
            let statement = self.load_statement(counter).map_err(|err| self.note(err))?;
            let keys = vec![held.clone()];
            let rows = self.link.wait(self.link.client.query(&statement, &[&keys]));
            let rows = rows.map_err(|err| self.note(failed(counter.take.name, &err)))?;
            self.learn(counter, keys, &rows);
            return Ok(true);
        }
        // Rows of this very table wait to be sent, perhaps the one that is asked for.
        Ok(!self.buffers.iter().any(|b| b.rows > 0 && b.table == counter.table))
    }

    fn flush_for_load(&mut self, counter: &'static Counter) -> Result<(), StoreError> {
        if self.buffers.iter().any(|b| b.rows > b.mark && b.table == counter.table) {
            self.may_send()?;
        }
        let table = counter.table;
        if self.buffers.iter().any(|b| b.rows > 0 && b.table == table) {
            self.flush(|t| t == table, true)?;
        }
        Ok(())
    }
}

enum Parcel {
    Rows(Vec<Vec<Kept>>),
    Takes(Vec<Held>, Vec<i64>),
}

impl Parcel {
    fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
        match self {
            Self::Rows(columns) => columns.iter().map(|c| c as _).collect(),
            Self::Takes(keys, sums) => vec![keys, sums],
        }
    }
}

impl Buffer {
    fn clear(&mut self) {
        self.truncate(0);
        self.mark = 0;
    }
    fn truncate(&mut self, rows: usize) {
        for column in &mut self.columns {
            column.truncate(rows);
        }
        self.rows = rows;
    }
    /// Takes out the first `n` rows.
    fn split(&mut self, n: usize) -> Vec<Vec<Kept>> {
        self.rows -= n;
        self.mark = self.mark.saturating_sub(n);
        self.columns
            .iter_mut()
            .map(|column| {
                let rest = column.split_off(n);
                std::mem::replace(column, rest)
            })
            .collect()
    }
}

fn address(counter: &'static Counter) -> usize {
    std::ptr::from_ref(counter).addr()
}

/// Sends everything before it waits for the first answer. `join_all` polls in order as long as there are few.
async fn join_in_order<T>(steps: Vec<LocalBoxFuture<'_, T>>) -> Vec<T> {
    let mut answers = Vec::with_capacity(steps.len());
    let mut steps = steps.into_iter();
    loop {
        let some: Vec<_> = steps.by_ref().take(24).collect();
        if some.is_empty() {
            return answers;
        }
        answers.extend(join_all(some).await);
    }
}

fn first_error<T, E>(answers: Vec<Result<T, E>>) -> Result<Vec<T>, E> {
    answers.into_iter().collect()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(i, _)| {
        !text[..i].chars().next_back().is_some_and(is_word)
            && !text[i + word.len()..].chars().next().is_some_and(is_word)
    })
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let text = text.trim_start();
    text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
        && !text[word.len()..].chars().next().is_some_and(is_word)
}

/// The parts of an update or delete that can be done to many rows at once.
struct Change<'a> {
    table: &'a str,
    /// Between the table and the condition: `set ...` of an update.
    sets: &'a str,
    condition: &'a str,
    deletes: bool,
}

impl<'a> Change<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim_start();
        let (rest, deletes) = match text.strip_prefix("delete from") {
            Some(rest) => (rest, true),
            None => (text.strip_prefix("update")?, false),
        };
        let rest = rest.trim_start();
        let (table, rest) = rest.split_at(rest.find(|c| !is_word(c))?);
        let at = rest.match_indices("where").find(|(i, word)| {
            !rest[..*i].chars().next_back().is_some_and(is_word)
                && !rest[i + word.len()..].chars().next().is_some_and(is_word)
        });
        let (sets, condition) = rest.split_at(at?.0);
        let condition = &condition["where".len()..];
        let fits = if deletes { sets.trim().is_empty() } else { starts_with_word(sets, "set") };
        // What looks into other tables, or into itself, might see what its neighbours do.
        let simple = ["select", "returning", "from", "using", "limit"]
            .iter()
            .all(|word| !has_word(sets, word) && !has_word(condition, word));
        (fits && simple).then_some(Self { table, sets, condition, deletes })
    }
}

/// `update t set a = $2 where id = $1` as one statement that takes an array for each parameter.
fn many_changes(sql: &Sql, types: &[Type]) -> Result<String, StoreError> {
    let Some(Change { table, sets, condition, deletes }) = Change::parse(sql.text) else {
        let why = "it is not a change that many rows can share".to_owned();
        return Err(StoreError::Sql { statement: sql.name, why });
    };
    let rows = unnested(types);
    let (sets, condition) = (of_row(sets), of_row(condition));
    Ok(if deletes {
        format!("delete from {table} using {rows} where {}", condition.trim())
    } else {
        format!("update {table} {} from {rows} where {}", sets.trim(), condition.trim())
    })
}

/// The parts of an insert that can take many rows at once.
struct Insert<'a> {
    table: &'a str,
    columns: &'a str,
    values: &'a str,
    tail: &'a str,
}

impl<'a> Insert<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let rest = text.trim_start().strip_prefix("insert into")?.trim_start();
        let (table, rest) = rest.split_at(rest.find(|c| !is_word(c))?);
        let (columns, rest) = parens(rest.trim_start())?;
        let rest = rest.trim_start().strip_prefix("values")?;
        let (values, tail) = parens(rest.trim_start())?;
        // One statement may not update a row twice, and `returning` would have to be given to somebody.
        let combines =
            !has_word(tail, "update") && !has_word(tail, "returning") && !tail.trim_start().starts_with(',');
        combines.then_some(Self { table, columns, values, tail })
    }
}

/// What stands between the first parenthesis and its partner, and what follows.
fn parens(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('(')?;
    let (mut depth, mut quoted) = (1, false);
    for (i, c) in inside.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&inside[..i], &inside[i + 1..]));
        }
    }
    None
}

/// `insert into t (a, b) values ($1, $2)` as one statement that takes an array for each parameter.
fn many_rows(sql: &Sql, types: &[Type]) -> Result<String, StoreError> {
    let Some(Insert { table, columns, values, tail }) = Insert::parse(sql.text) else {
        let why = "it is not an insert that takes many rows".to_owned();
        return Err(StoreError::Sql { statement: sql.name, why });
    };
    let (exprs, rows) = (of_row(values), unnested(types));
    Ok(format!("insert into {table} ({columns}) select {exprs} from {rows} {tail}"))
}

/// `$1` as the column `p1` of the rows that are given.
fn of_row(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(i) = rest.find('$') {
        out.push_str(&rest[..i]);
        out.push_str("row.p");
        rest = &rest[i + 1..];
    }
    out.push_str(rest);
    out
}

/// The rows that are given, an array for each parameter.
fn unnested(types: &[Type]) -> String {
    let arrays: Vec<String> =
        types.iter().enumerate().map(|(i, ty)| format!("${}::{}[]", i + 1, ty.name())).collect();
    let names: Vec<String> = (1..=types.len()).map(|i| format!("p{i}")).collect();
    format!("unnest({}) as row({})", arrays.join(", "), names.join(", "))
}

crate::sql! {
    LOCK on Postgres = "
select pg_advisory_xact_lock(k)
from unnest($1::bigint[]) as k";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_becomes_one_statement_for_many_rows() {
        static INSERT: Sql = Sql::new(
            "t",
            "\ninsert into t_a (a, b, c)\nvalues ($1, coalesce($2, ')'), 3)\non conflict (a) do nothing",
            "",
            crate::Engines::Both,
        );
        assert_eq!(
            many_rows(&INSERT, &[Type::INT8, Type::TEXT]).unwrap(),
            "insert into t_a (a, b, c) select row.p1, coalesce(row.p2, ')'), 3 \
             from unnest($1::int8[], $2::text[]) as row(p1, p2) \non conflict (a) do nothing"
        );
    }

    #[test]
    fn a_change_becomes_one_statement_for_many_rows() {
        let one = |text: &'static str, types: &[Type]| {
            let sql = Box::leak(Box::new(Sql::new("t", text, "", crate::Engines::Both)));
            many_changes(sql, types).ok()
        };
        assert_eq!(
            one(
                "\nupdate t_a\nset a = $3, log = log || $4\nwhere id = $1 and version = $2",
                &[Type::BYTEA, Type::INT8, Type::INT8, Type::TEXT]
            )
            .unwrap(),
            "update t_a set a = row.p3, log = log || row.p4 \
             from unnest($1::bytea[], $2::int8[], $3::int8[], $4::text[]) as row(p1, p2, p3, p4) \
             where id = row.p1 and version = row.p2"
        );
        assert_eq!(
            one("delete from t_a where id = $1", &[Type::BYTEA]).unwrap(),
            "delete from t_a using unnest($1::bytea[]) as row(p1) where id = row.p1"
        );
        for text in [
            "update t set a = 1",
            "update t set a = (select 1) where id = $1",
            "delete from t where id in (select id from t limit 1)",
            "update t set a = $2 where id = $1 returning a",
            "insert into t (a) values ($1)",
        ] {
            assert!(one(text, &[]).is_none(), "{text}");
        }
    }

    #[test]
    fn an_insert_that_updates_or_returns_is_not_combined() {
        for text in [
            "insert into t (a) values ($1) on conflict (a) do update set a = 1",
            "insert into t (a) values ($1) returning a",
            "insert into t (a) values ($1), ($2)",
            "insert into t select 1",
            "update t set a = 1",
        ] {
            assert!(Insert::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_table_is_found_as_a_word() {
        assert!(has_word("select 1 from stock where x", "stock"));
        assert!(!has_word("select 1 from stock_item where restock", "stock"));
        assert!(starts_with_word("\n select 1", "select"));
        assert!(!starts_with_word("selected", "select"));
    }
}
