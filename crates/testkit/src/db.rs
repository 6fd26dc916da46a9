//! Databases for tests: every body runs once on SQLite and once on PostgreSQL, each time on a new, empty database.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Db, Engine, Source, Tuning};

/// A database of one test; gone when dropped.
#[derive(Debug)]
pub struct TestDb {
    db: Option<Db>,
    source: Source,
    made: Option<Made>,
    // Last: the folder goes after everything that uses it.
    dir: tempfile::TempDir,
}

/// A database on the test cluster.
#[derive(Debug)]
struct Made {
    cluster: String,
    name: String,
}

impl Drop for Made {
    fn drop(&mut self) {
        if let Ok(mut client) = postgres::Client::connect(&self.cluster, postgres::NoTls) {
            let _ = client.batch_execute(&format!("drop database if exists {} with (force)", self.name));
        }
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        self.db = None;
        // The driver may not wait inside an async runtime, so it gets a thread of its own.
        let made = self.made.take();
        let _ = std::thread::spawn(move || drop(made)).join();
    }
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        self.db.as_ref().expect("the database is open until it is dropped")
    }
}

impl TestDb {
    /// A new database; opened for writing, tables up to date.
    ///
    /// # Panics
    /// If PostgreSQL is asked for and no test cluster is there.
    pub fn new(engine: Engine) -> Self {
        Self::tuned(engine, &two_lanes())
    }

    /// A new database with sizes of one's own.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn tuned(engine: Engine, tuning: &Tuning) -> Self {
        let mut test = Self::closed(engine);
        test.db = Some(Db::open_tuned(&test.source, tuning).expect("an empty database opens"));
        test
    }

    /// A place for a database, not opened yet.
    ///
    /// # Panics
    /// As [`new`](Self::new).
    pub fn closed(engine: Engine) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (source, made) = match engine {
            Engine::Sqlite => (Source::Dir(dir.path().to_owned()), None),
            Engine::Postgres => {
                let made = std::thread::spawn(make).join().unwrap_or_else(|panic| resume_unwind(panic));
                let url = with_database(&made.cluster, &made.name);
                (Source::Postgres { url, dir: dir.path().to_owned() }, Some(made))
            }
        };
        Self { db: None, source, made, dir }
    }

    /// Where it is.
    pub fn source(&self) -> &Source {
        &self.source
    }
    /// Its folder.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }
    /// The address of its PostgreSQL database, if it is one.
    pub fn url(&self) -> Option<&str> {
        match &self.source {
            Source::Postgres { url, .. } => Some(url),
            Source::Dir(_) => None,
        }
    }
    /// Another handle of the open database.
    pub fn db(&self) -> Db {
        Db::clone(self)
    }
    /// Closes it, and waits until what was queued is done.
    pub fn close(&mut self) {
        self.db = None;
    }
    /// Waits until the server has nothing left to do for a process that was killed: what it was committing is there or
    /// never will be. To be called while the database is closed; on SQLite nothing outlives the process.
    ///
    /// # Panics
    /// If somebody is connected for longer than a minute.
    pub fn deserted(&self) {
        let Some(made) = &self.made else { return };
        let mut client =
            postgres::Client::connect(&made.cluster, postgres::NoTls).expect("the test cluster answers");
        let began = std::time::Instant::now();
        let others =
            "select count(*) from pg_stat_activity where datname = $1 and backend_type = 'client backend'";
        while client.query_one(others, &[&made.name]).expect("the server tells who is there").get::<_, i64>(0)
            > 0
        {
            assert!(began.elapsed().as_secs() < 60, "somebody is still connected to {}", made.name);
            std::thread::yield_now();
        }
    }
    /// Opens it again.
    ///
    /// # Panics
    /// If it does not open.
    pub fn reopen(&mut self) {
        self.db = None;
        self.db = Some(Db::open(&self.source).expect("a database that was closed opens again"));
    }
}

/// Two writers even on a small machine: what they do to each other is what tests are for.
fn two_lanes() -> Tuning {
    Tuning { lanes: 2, ..Tuning::default() }
}

/// Runs `body` on a new SQLite database, then on a new PostgreSQL database.
///
/// # Panics
/// If `body` does; the message says on which engine.
pub fn on_both(body: impl Fn(&mut TestDb)) {
    on_both_tuned(&two_lanes(), body);
}

/// [`on_both`] with sizes of one's own.
///
/// # Panics
/// As [`on_both`].
pub fn on_both_tuned(tuning: &Tuning, body: impl Fn(&mut TestDb)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut test = TestDb::tuned(engine, tuning);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(&mut test))) {
            eprintln!("this was on {engine:?}");
            resume_unwind(panic);
        }
    }
}

/// Waits until readers of the log see every fact that is committed. On PostgreSQL a transaction of any other test in the
/// cluster holds newer facts back for as long as it runs.
///
/// # Panics
/// If that takes longer than a minute.
pub fn settle(db: &Db) {
    let began = std::time::Instant::now();
    while db.read(|q| store::log::hidden(q)).expect("the log can be read") > 0 {
        assert!(
            began.elapsed().as_secs() < 60,
            "a transaction in the cluster keeps the log's readers waiting"
        );
        std::thread::yield_now();
    }
}

/// The address of the cluster for tests.
///
/// # Panics
/// If there is none.
pub fn cluster() -> String {
    match std::env::var("SANHAO_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => url,
        _ => panic!(
            "tests need a PostgreSQL cluster: `cargo xtask test` starts one, or set SANHAO_TEST_POSTGRES to the \
             address of one in which databases may be created, e.g. postgres://postgres@localhost/postgres"
        ),
    }
}

fn make() -> Made {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let cluster = cluster();
    let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let mut client = postgres::Client::connect(&cluster, postgres::NoTls).expect("the test cluster answers");
    client
        .batch_execute(&format!("drop database if exists {name} with (force)"))
        .expect("an old database goes");
    client.batch_execute(&format!("create database {name}")).expect("a database can be made");
    Made { cluster, name }
}

/// The same address with another database at its end.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, None), |(a, o)| (a, Some(o)));
    let after_host = address.find("://").map_or(0, |i| i + 3);
    let end = address[after_host..].find('/').map_or(address.len(), |i| after_host + i);
    let options = options.map(|o| format!("?{o}")).unwrap_or_default();
    format!("{}/{name}{options}", &address[..end])
}
