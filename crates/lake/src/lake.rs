//! The lake behind a log: brings its files up to the log, and opens snapshots.

use crate::file::{self, Entry, Files, UNFINISHED, Writer};
use crate::rows::{Mixed, Shops, Taken};
use crate::snapshot::{Engine, Parts, Snapshot};
use crate::sql::{self, Change, State};
use crate::{LakeError, ROUND, identity, lease, rows};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::concat_batches;
use kernel::{Progress, RawId, Spec};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use store::log::{self, Position};
use store::{Db, Keys};

/// The lake's name among the readers of the log.
const CURSOR: &str = "lake";
/// Facts read from the log at a time.
const PAGE: usize = 50_000;
/// Facts for which [`Lake::follow`] writes files.
const WORTHWHILE: usize = 200_000;
/// So many files of about one size become one ...
const TOGETHER: usize = 8;
/// ... unless they have this many facts already.
const ENOUGH: i64 = 512 * 1024;

/// What a [`Lake::catch_up`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caught {
    /// How many facts went from the log into files.
    pub facts: u64,
    /// How many files were made of them.
    pub files: u64,
    /// How many small files were made into larger ones.
    pub replaced: u64,
}

/// The lake of a database. Cheap to share; several, and in several processes, may stand on one folder.
pub struct Lake {
    db: Db,
    engine: Engine,
    files: Arc<Files>,
    specs: Vec<&'static Spec>,
    swept: AtomicBool,
    /// The folder is known to be that of this database.
    ours: AtomicBool,
    seen: Mutex<Option<Seen>>,
}

impl std::fmt::Debug for Lake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lake").field("dir", &self.files.dir()).finish_non_exhaustive()
    }
}

/// What the last snapshot was made of.
struct Seen {
    state: State,
    entries: Vec<Entry>,
    shops: Shops,
    tail: HashMap<&'static str, Vec<RecordBatch>>,
    /// The last fact it holds.
    head: Position,
    snapshot: Arc<Snapshot>,
}

/// Facts that the files do not hold yet, ready to be written.
struct Round {
    taken: Vec<Taken>,
    facts: u64,
    from: Position,
    to: Position,
    shops: (usize, Vec<RawId>),
}

impl Lake {
    /// The lake of `db` whose files are in `dir`. Nothing is read or written yet. `relations` are views by name; they
    /// may stand on each other in any order.
    pub fn open(db: Db, dir: &Path, relations: &[(&str, &str)]) -> Result<Self, LakeError> {
        if db.is_writer() {
            std::fs::create_dir_all(dir).map_err(|err| LakeError::file(dir, err))?;
        }
        Ok(Self {
            db,
            engine: Engine::new(relations),
            files: Arc::new(Files::new(dir)),
            specs: kernel::fact::all(),
            swept: AtomicBool::new(false),
            ours: AtomicBool::new(false),
            seen: Mutex::new(None),
        })
    }

    /// Brings the files up to the log. May be called at any time, from any thread, beside writes to the log and
    /// snapshots. What was done before an error or a cancellation is kept.
    pub fn catch_up(&self, progress: &dyn Progress) -> Result<Caught, LakeError> {
        self.work(1, progress)
    }

    /// As [`catch_up`](Self::catch_up), but leaves the newest facts in the log until they are worth a file: for calling
    /// often while much is being written.
    pub fn follow(&self, progress: &dyn Progress) -> Result<Caught, LakeError> {
        self.work(WORTHWHILE, progress)
    }

    fn work(&self, least: usize, progress: &dyn Progress) -> Result<Caught, LakeError> {
        let _work = lease::work(self.files.dir())?;
        if !self.swept.load(Ordering::Acquire) {
            self.claim()?;
            self.sweep()?;
            self.swept.store(true, Ordering::Release);
        }
        let mut caught = self.drain(least, progress)?;
        caught.replaced = self.compact(progress)?;
        self.clear()?;
        Ok(caught)
    }

    /// Refuses the folder of another database.
    fn check(&self) -> Result<(), LakeError> {
        if !self.ours.load(Ordering::Acquire) {
            // The folder is asked after the manifest: whatever the manifest names came after the mark.
            let (id, entries) = self.db.read(|q| Ok::<_, LakeError>((sql::identity(q)?, sql::files(q)?)))?;
            let marked = identity::check(self.files.dir(), &id, &entries)?;
            self.ours.store(marked, Ordering::Release);
        }
        Ok(())
    }

    /// Makes sure, before anything is written or deleted, that this folder and no other is the lake's.
    fn claim(&self) -> Result<(), LakeError> {
        let (id, entries) = self.db.read(|q| Ok::<_, LakeError>((sql::identity(q)?, sql::files(q)?)))?;
        let marked = identity::check(self.files.dir(), &id, &entries)?;
        // Two folders may bear the mark, if the first of them got no file at the time.
        identity::whole(self.files.dir(), &entries)?;
        if !marked && self.db.is_writer() {
            identity::mark(self.files.dir(), &id)?;
        }
        Ok(())
    }

    /// Reads the log on this thread and writes files on others, one round behind.
    fn drain(&self, least: usize, progress: &dyn Progress) -> Result<Caught, LakeError> {
        let (state, from, head, known) = self.db.read(|q| {
            Ok::<_, LakeError>((sql::state(q)?, log::cursor(q, CURSOR)?, log::head(q)?, sql::shops(q, 0)?))
        })?;
        // A guess, which saves reading what is too little. On PostgreSQL the head may have a smaller number than facts
        // before it: transactions end in another order than they take numbers in. Who wants everything does not guess.
        // After another cluster took over it may be far behind, and then only reading tells.
        let little = least > 1 && (0..least as i64).contains(&(head.seq - from.seq));
        if from == head || little {
            return Ok(Caught::default());
        }
        let mut shops = Shops::default();
        for id in known {
            shops.number(id);
        }
        let total = u64::try_from(head.seq - from.seq).unwrap_or(0);
        std::thread::scope(|scope| {
            let (send, receive) = sync_channel(0);
            let writer = scope.spawn(move || self.write_rounds(state, &receive));
            let mut read = || -> Result<(), LakeError> {
                let (mut at, mut done) = (from, 0);
                loop {
                    let (mut mixed, begun, first) = (Mixed::default(), at, shops.len());
                    let mut ended = false;
                    while mixed.len() < ROUND && !ended {
                        if progress.cancelled() {
                            return Err(LakeError::Cancelled);
                        }
                        let before = mixed.len();
                        self.db.read(|q| {
                            log::each_after(q, at, PAGE, |entry| {
                                at = entry.position;
                                mixed.push(&entry.record, &mut shops).map_err(unreadable)
                            })
                        })?;
                        let read = mixed.len() - before;
                        ended = read < PAGE;
                        done += read as u64;
                        progress.at("facts", done, total.max(done));
                    }
                    if mixed.len() >= least {
                        let facts = mixed.len() as u64;
                        let taken = mixed.take()?;
                        let shops = (first, shops.since(first).to_vec());
                        if send.send(Round { taken, facts, from: begun, to: at, shops }).is_err() {
                            return Ok(()); // The writer failed and says why.
                        }
                    }
                    if ended {
                        return Ok(());
                    }
                }
            };
            let read = read();
            drop(send);
            let written = writer.join().map_err(|_| LakeError::engine("the writer of files panicked"))?;
            read.and(written)
        })
    }

    fn write_rounds(&self, mut state: State, rounds: &Receiver<Round>) -> Result<Caught, LakeError> {
        let mut caught = Caught::default();
        for Round { taken, facts, from, to, shops } in rounds {
            let added = file::write_all(self.files.dir(), &taken, state.next_file)?;
            caught.facts += facts;
            caught.files += added.len() as u64;
            let next_file = state.next_file + taken.len() as i64;
            let change = Change { from: state, next_file, added, replaced: Vec::new(), shops };
            state = self.change(change, Some((from, to)))?;
        }
        Ok(caught)
    }

    /// Changes the manifest and moves the cursor, together.
    fn change(&self, change: Change, moved: Option<(Position, Position)>) -> Result<State, LakeError> {
        let next = State { generation: change.from.generation + 1, next_file: change.next_file };
        self.db
            .write_blocking("lake.change", Keys::bulk(), move |tx| {
                sql::apply(tx, &change)?;
                match moved {
                    Some((from, to)) => log::move_cursor(tx, CURSOR, from, to).map_err(LakeError::from),
                    None => Ok(()),
                }
            })
            .map_err(store::WriteError::flatten)?;
        Ok(next)
    }

    /// Makes one file of many small ones, sizes kept apart, so that a fact is written again a few times at most.
    fn compact(&self, progress: &dyn Progress) -> Result<u64, LakeError> {
        let mut replaced = 0;
        loop {
            let (state, entries) = self.db.read(|q| Ok::<_, LakeError>((sql::state(q)?, sql::files(q)?)))?;
            let mut sizes: HashMap<(&str, u32), Vec<&Entry>> = HashMap::new();
            for entry in entries.iter().filter(|entry| entry.rows < ENOUGH) {
                sizes.entry((&entry.kind, entry.rows.max(1).ilog2() / 3)).or_default().push(entry);
            }
            let Some(mut small) =
                sizes.into_values().filter(|all| all.len() >= TOGETHER).max_by_key(Vec::len)
            else {
                return Ok(replaced);
            };
            if progress.cancelled() {
                return Err(LakeError::Cancelled);
            }
            small.sort_by(|a, b| a.name.cmp(&b.name));
            // No more facts than a round has, however many files there are.
            let mut rows = 0;
            small.retain(|entry| {
                rows += entry.rows;
                rows <= ROUND as i64
            });
            let added = self.merge(&small, state.next_file)?;
            let names: Vec<String> = small.iter().map(|entry| entry.name.clone()).collect();
            replaced += names.len() as u64;
            let next_file = state.next_file + 1;
            let change = Change {
                from: state,
                next_file,
                added: vec![added],
                replaced: names,
                shops: Default::default(),
            };
            self.change(change, None)?;
        }
    }

    fn merge(&self, small: &[&Entry], number: i64) -> Result<Entry, LakeError> {
        let kind = small.first().map_or("", |entry| &entry.kind);
        let spec = self.specs.iter().find(|spec| spec.kind == kind);
        let spec = spec.ok_or_else(|| LakeError::engine(format_args!("no facts of the kind \"{kind}\"")))?;
        let schema = rows::schema(spec);
        let mut writer = Writer::begin(self.files.dir(), kind, number, &schema)?;
        for entry in small {
            self.files.read(entry, &mut |batch| writer.write(&file::widen(batch, &schema)?, entry.span))?;
        }
        let entry = writer.finish()?;
        file::sync(self.files.dir())?;
        Ok(entry)
    }

    /// Deletes what a writer that was killed left behind.
    fn sweep(&self) -> Result<(), LakeError> {
        let dir = self.files.dir();
        let failed = |err: std::io::Error| LakeError::file(dir, err);
        let known = self.db.read(|q| sql::names(q))?;
        for found in std::fs::read_dir(dir).map_err(failed)? {
            let found = found.map_err(failed)?;
            let name = found.file_name();
            let Some(name) = name.to_str() else { continue };
            let ours = name.ends_with(".parquet") && !known.iter().any(|k| k == name);
            if ours || name.ends_with(UNFINISHED) {
                let path = found.path();
                std::fs::remove_file(&path).map_err(|err| LakeError::file(path, err))?;
            }
        }
        Ok(())
    }

    /// Deletes replaced files that no snapshot wants any more.
    fn clear(&self) -> Result<(), LakeError> {
        let (state, replaced) = self.db.read(|q| Ok::<_, LakeError>((sql::state(q)?, sql::replaced(q)?)))?;
        let held = lease::oldest_held(self.files.dir(), state.generation)?;
        // What generation `g` replaced, the snapshots of `g` and later do not want.
        let gone: Vec<String> =
            replaced.into_iter().filter(|(_, g)| *g <= held).map(|(name, _)| name).collect();
        for name in &gone {
            let path = self.files.dir().join(name);
            match std::fs::remove_file(&path) {
                Err(err) if err.kind() != std::io::ErrorKind::NotFound => {
                    return Err(LakeError::file(path, err));
                }
                _ => {}
            }
        }
        if gone.is_empty() {
            return Ok(());
        }
        self.db
            .write_blocking("lake.forget", Keys::bulk(), move |tx| sql::forget(tx, &gone))
            .map_err(store::WriteError::flatten)
    }

    /// All facts up to now: those in files, and those after them straight from the log. The same snapshot again while
    /// nothing has changed. Works beside a writer in another process.
    pub fn snapshot(&self) -> Result<Arc<Snapshot>, LakeError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let before = seen.take();
            match self.look(before)? {
                Looked::Whole(found) => {
                    let snapshot = found.snapshot.clone();
                    *seen = Some(found);
                    return Ok(snapshot);
                }
                Looked::Moved => {}
            }
        }
    }

    fn look(&self, before: Option<Seen>) -> Result<Looked, LakeError> {
        let mut mixed = Mixed::default();
        let mut before = before;
        let (state, entries, shops, head) = self.db.read(|q| {
            let state = sql::state(q)?;
            let (entries, mut shops, mut head) = match &mut before {
                Some(seen) if seen.state == state => (None, std::mem::take(&mut seen.shops), seen.head),
                older => {
                    let mut shops =
                        older.as_mut().map(|seen| std::mem::take(&mut seen.shops)).unwrap_or_default();
                    let known = sql::shops(q, 0)?;
                    if shops.since(0).get(..known.len()) != Some(&known) {
                        shops = Shops::default();
                    }
                    shops.truncate(known.len());
                    for id in known {
                        shops.number(id);
                    }
                    (Some(sql::files(q)?), shops, log::cursor(q, CURSOR)?)
                }
            };
            log::each_after(q, head, usize::MAX, |entry| {
                head = entry.position;
                mixed.push(&entry.record, &mut shops).map_err(unreadable)
            })?;
            Ok::<_, LakeError>((state, entries, shops, head))
        })?;
        let added = mixed.take()?;
        let (entries, mut tail, same) = match (entries, before) {
            (None, Some(mut seen)) => {
                if added.is_empty() {
                    seen.shops = shops;
                    return Ok(Looked::Whole(seen));
                }
                (seen.entries, seen.tail, true)
            }
            (entries, _) => (entries.unwrap_or_default(), HashMap::new(), false),
        };
        for Taken { spec, batch, .. } in added {
            let batches = tail.entry(spec.kind).or_default();
            batches.push(batch);
            if batches.len() > 16 {
                let schema = rows::schema(spec);
                *batches = vec![concat_batches(&schema, batches.iter()).map_err(LakeError::engine)?];
            }
        }
        self.check()?;
        let lease = lease::take(self.files.dir(), state.generation)?;
        // A lease counts only if the generation was still this one when it was taken.
        if self.db.read(|q| sql::state(q))? != state {
            return Ok(Looked::Moved);
        }
        if !same {
            let names: std::collections::HashSet<&str> = entries.iter().map(|e| e.name.as_str()).collect();
            self.files.keep(&|name| names.contains(name));
        }
        let snapshot = Snapshot::new(Parts {
            engine: &self.engine,
            specs: &self.specs,
            files: &self.files,
            entries: entries.clone(),
            tail: &tail,
            version: version(head),
            lease,
        })?;
        let snapshot = Arc::new(snapshot);
        Ok(Looked::Whole(Seen { state, entries, shops, tail, head, snapshot }))
    }
}

enum Looked {
    Whole(Seen),
    /// The manifest changed in between.
    Moved,
}

/// A number for the facts up to a place in the log: where they stand, in files or not, makes no difference.
fn version(head: Position) -> u64 {
    [head.epoch, head.xid, head.seq].into_iter().fold(0, |hash: u64, n| {
        let mixed = (hash ^ n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    })
}

/// A fact that does not fit its kind is damage of the log.
fn unreadable(err: LakeError) -> store::StoreError {
    store::StoreError::Unreadable(err.to_string())
}
