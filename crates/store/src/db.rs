//! `Db`: opening, the lock of the one writer, and the two doors, `write` and `read`.

use crate::pool::Pool;
use crate::queue::{Job, Queue, Task};
use crate::tx::{Read, ReadSide};
use crate::{Engine, Keys, OpenError, StoreError, Tx, WriteError, postgres, sqlite, writer};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Where the data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A folder with a SQLite database in it.
    Dir(PathBuf),
    /// A PostgreSQL database; the folder holds everything that is not in it.
    Postgres {
        /// `postgres://...`
        url: String,
        /// For the lake and the writer's lock.
        dir: PathBuf,
    },
}

impl Source {
    /// The folder, with SQLite in it unless `SANHAO_DATABASE` names a PostgreSQL database.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        let dir = dir.into();
        match std::env::var("SANHAO_DATABASE") {
            Ok(url) if !url.is_empty() => Self::Postgres { url, dir },
            _ => Self::Dir(dir),
        }
    }
    /// The folder.
    pub fn dir(&self) -> &Path {
        match self {
            Self::Dir(dir) | Self::Postgres { dir, .. } => dir,
        }
    }
}

/// Sizes that tests and benchmarks turn.
#[derive(Debug, Clone)]
pub struct Tuning {
    /// How many writes may wait in front of each writer before further ones are refused.
    pub queue: usize,
    /// Writer lanes on PostgreSQL. Each keeps about a core of the server busy, and together they make smaller batches: on
    /// two cores one lane wrote 1.5 to 2 times what two did.
    pub lanes: usize,
    /// Connections for readers.
    pub readers: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { queue: 4096, lanes: (cores / 2).clamp(1, 4), readers: 8 }
    }
}

/// An open database. Clones are the same one; the last one dropped finishes what is queued and closes it.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    source: Source,
    readers: Readers,
    lanes: Vec<Arc<Queue>>,
    next_lane: AtomicUsize,
    /// Statements of readers.
    read: AtomicU64,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Its end tells those of the threads that no queue does.
    open: Option<Sender<()>>,
    _lock: Option<File>,
}

enum Readers {
    Sqlite { pool: Pool<sqlite::Conn>, path: PathBuf },
    Postgres { pool: Pool<postgres::Link>, server: Arc<postgres::Server> },
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("dir", &self.dir()).field("engine", &self.engine()).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for lane in &self.lanes {
            lane.close();
        }
        self.open = None;
        let me = std::thread::current().id();
        for thread in self.threads.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // A closure may have held the last clone.
            if thread.thread().id() != me {
                let _ = thread.join();
            }
        }
    }
}

impl Db {
    /// Opens for writing: makes the folder, takes the writer's lock, brings the tables up to date.
    pub fn open(source: &Source) -> Result<Self, OpenError> {
        Self::open_tuned(source, &Tuning::default())
    }

    /// [`open`](Self::open) with sizes of one's own.
    pub fn open_tuned(source: &Source, tuning: &Tuning) -> Result<Self, OpenError> {
        let dir = source.dir();
        std::fs::create_dir_all(dir)
            .map_err(|err| OpenError::Folder { path: dir.to_owned(), why: err.to_string() })?;
        let lock = lock(dir)?;
        let mut threads = Vec::new();
        let (open, closed) = channel();
        let (readers, lanes) = match source {
            Source::Dir(dir) => {
                let path = dir.join("sanhao.db");
                let conn = sqlite::Conn::open(&path, true)?;
                conn.migrate(&path)?;
                let queue = Arc::new(Queue::new(tuning.queue));
                let mine = Arc::clone(&queue);
                threads.push(thread("store-writer", move || writer::sqlite::run(&conn, &mine))?);
                (Readers::Sqlite { pool: Pool::new(tuning.readers), path }, vec![queue])
            }
            // In a thread of its own: lanes drive their connections, which a thread that drives an async runtime may not.
            Source::Postgres { url, .. } => std::thread::scope(|scope| {
                let opened = scope.spawn(|| open_postgres(url, tuning, closed, &mut threads, true)).join();
                opened.unwrap_or_else(|_| Err(OpenError::Server("connecting failed".to_owned())))
            })?,
        };
        Ok(Self::new(source, readers, lanes, (threads, Some(open)), Some(lock)))
    }

    /// Opens a PostgreSQL database for writing beside whoever else does: no lock, no migration. For a process that shares the
    /// work of another one; its writes meet those of others in the database's own locks.
    pub fn join(source: &Source) -> Result<Self, OpenError> {
        let tuning = Tuning::default();
        let (url, dir) = match source {
            Source::Dir(dir) => return Err(OpenError::Alone(dir.clone())),
            Source::Postgres { url, dir } => (url, dir),
        };
        drop(Self::open_read(source)?);
        std::fs::create_dir_all(dir)
            .map_err(|err| OpenError::Folder { path: dir.clone(), why: err.to_string() })?;
        let mut threads = Vec::new();
        let (open, closed) = channel();
        // In a thread of its own, as in `open`.
        let (readers, lanes) = std::thread::scope(|scope| {
            let opened = scope.spawn(|| open_postgres(url, &tuning, closed, &mut threads, false)).join();
            opened.unwrap_or_else(|_| Err(OpenError::Server("connecting failed".to_owned())))
        })?;
        Ok(Self::new(source, readers, lanes, (threads, Some(open)), None))
    }

    /// Opens for reading, beside whoever writes: no lock, no migration.
    pub fn open_read(source: &Source) -> Result<Self, OpenError> {
        let readers = Tuning::default().readers;
        let readers = match source {
            Source::Dir(dir) => {
                let path = dir.join("sanhao.db");
                if !path.exists() {
                    return Err(OpenError::NoMarket(dir.clone()));
                }
                sqlite::Conn::open(&path, false)?.check(&path)?;
                Readers::Sqlite { pool: Pool::new(readers), path }
            }
            Source::Postgres { url, dir } => {
                let server = Arc::new(postgres::Server::new(url)?);
                let pool = Pool::new(readers);
                server.check(&pool, dir)?;
                Readers::Postgres { pool, server }
            }
        };
        Ok(Self::new(source, readers, Vec::new(), (Vec::new(), None), None))
    }

    fn new(
        source: &Source,
        readers: Readers,
        lanes: Vec<Arc<Queue>>,
        (threads, open): (Vec<JoinHandle<()>>, Option<Sender<()>>),
        lock: Option<File>,
    ) -> Self {
        let threads = Mutex::new(threads);
        let next_lane = AtomicUsize::new(0);
        Self {
            inner: Arc::new(Inner {
                source: source.clone(),
                readers,
                lanes,
                next_lane,
                read: AtomicU64::new(0),
                threads,
                open,
                _lock: lock,
            }),
        }
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        match self.inner.readers {
            Readers::Sqlite { .. } => Engine::Sqlite,
            Readers::Postgres { .. } => Engine::Postgres,
        }
    }

    /// The folder of everything that is not in the database.
    pub fn dir(&self) -> &Path {
        self.inner.source.dir()
    }

    /// Whether it was opened for writing.
    pub fn is_writer(&self) -> bool {
        !self.inner.lanes.is_empty()
    }

    /// Runs `f` in a transaction and answers when it is on disk. `f` may run more than once, always on a clean slate;
    /// nothing slow belongs into it. `name` is for the log.
    pub async fn write<T, E, F>(&self, name: &'static str, keys: Keys, f: F) -> Result<T, WriteError<E>>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static + From<StoreError>,
    {
        let (tell, told) = tokio::sync::oneshot::channel();
        self.submit(name, keys, f, move |result| drop(tell.send(result))).map_err(WriteError::Store)?;
        told.await.unwrap_or(Err(WriteError::Store(StoreError::Closed)))
    }

    /// [`write`](Self::write) for threads that may wait.
    pub fn write_blocking<T, E, F>(&self, name: &'static str, keys: Keys, f: F) -> Result<T, WriteError<E>>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static + From<StoreError>,
    {
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        self.submit(name, keys, f, move |result| drop(tell.send(result))).map_err(WriteError::Store)?;
        told.recv().unwrap_or(Err(WriteError::Store(StoreError::Closed)))
    }

    /// [`write`](Self::write) for a thread that has many to make: puts the write into the queue and goes on; `tell` is called
    /// on the writer's thread once it is on disk or refused, and must not wait for anything.
    pub fn submit<T, E, F>(
        &self,
        name: &'static str,
        keys: Keys,
        f: F,
        tell: impl FnOnce(Result<T, WriteError<E>>) + Send + 'static,
    ) -> Result<(), StoreError>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static + From<StoreError>,
    {
        let lanes = &self.inner.lanes;
        if lanes.is_empty() {
            return Err(StoreError::ReadOnly);
        }
        let lane = match keys.keys.first() {
            Some(key) => (key.lock as u64 % lanes.len() as u64) as usize,
            None => self.inner.next_lane.fetch_add(1, Ordering::Relaxed) % lanes.len(),
        };
        let job: Box<dyn Job> = Box::new(Task { name, keys, f, result: None, tell });
        lanes[lane].push(job).map_err(|(_, err)| err)
    }

    /// Runs `f` over one consistent snapshot. Never waits for a writer; waits for other readers if all connections are
    /// lent out.
    pub fn read<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.reading(true, f)
    }

    /// As [`read`](Self::read), but each statement sees the store as it is when it runs: for one statement, or for several
    /// whose answers need not fit together. On PostgreSQL it spares the transaction around it.
    pub fn read_apart<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.reading(false, f)
    }

    fn reading<T, E: From<StoreError>>(
        &self,
        held: bool,
        f: impl FnOnce(&mut Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let run = |side: ReadSide<'_>| {
            let mut read = Read { side, ran: 0 };
            let answer = f(&mut read);
            self.inner.read.fetch_add(read.ran, Ordering::Relaxed);
            answer
        };
        match &self.inner.readers {
            Readers::Sqlite { pool, path } => {
                sqlite::read(pool, path, held, |conn| run(ReadSide::Sqlite(conn)))
            }
            Readers::Postgres { pool, server } => {
                server.read(pool, held, |link| run(ReadSide::Postgres(link)))
            }
        }
    }

    /// How many statements closures asked for since this was opened, on every side: what was combined with others counts
    /// as often as it was asked for, what had to be run again counts again. A fact appended is one.
    pub fn statements(&self) -> u64 {
        let written: u64 = self.inner.lanes.iter().map(|lane| lane.ran()).sum();
        written + self.inner.read.load(Ordering::Relaxed)
    }
}

fn open_postgres(
    url: &str,
    tuning: &Tuning,
    closed: Receiver<()>,
    threads: &mut Vec<JoinHandle<()>>,
    migrate: bool,
) -> Result<(Readers, Vec<Arc<Queue>>), OpenError> {
    let server = Arc::new(postgres::Server::new(url)?);
    let mut lanes: Vec<Arc<Queue>> = Vec::new();
    for _ in 0..tuning.lanes.max(1) {
        let link = server.lane().map_err(|err| OpenError::Server(err.to_string()))?;
        if lanes.is_empty() && migrate {
            server.migrate(&link)?;
        }
        let queue = Arc::new(Queue::new(tuning.queue));
        let (mine, its) = (Arc::clone(&queue), Arc::clone(&server));
        threads.push(thread("store-lane", move || writer::postgres::run(&its, link, &mine))?);
        lanes.push(queue);
    }
    let its = Arc::clone(&server);
    threads.push(thread("store-statistics", move || postgres::keep_statistics(&its, &closed))?);
    Ok((Readers::Postgres { pool: Pool::new(tuning.readers), server }, lanes))
}

fn thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|err| OpenError::Server(format!("no thread could be started: {err}")))
}

/// Takes the lock that keeps a second writer out, for as long as the file is open, and leaves our number in it.
fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join("writer.lock");
    let unusable = |err: std::io::Error| OpenError::Folder { path: path.clone(), why: err.to_string() };
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.read_to_string(&mut text);
            return Err(OpenError::Busy { dir: dir.to_owned(), pid: text.trim().parse().ok() });
        }
        Err(std::fs::TryLockError::Error(err)) => return Err(unusable(err)),
    }
    file.set_len(0).map_err(unusable)?;
    file.rewind().map_err(unusable)?;
    writeln!(file, "{}", std::process::id()).map_err(unusable)?;
    Ok(file)
}
