//! `import`: a folder of generated Olist files until every fact can be asked for, against a bare bulk insert of the
//! same rows into the same table and index, prepared beforehand, by one `rusqlite` connection.

use crate::harness::{median, pairs, peak_mib};
use flows::import::olist;
use kernel::{Ask, Quiet, Record};
use lake::Lake;
use std::cell::RefCell;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::{Db, Source};

pub(crate) fn run(quick: bool) -> serde_json::Value {
    let (orders, rounds) = if quick { (150_000, 3) } else { (1_000_000, 5) };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let plan = testkit::olist::Plan { seed: 1, orders, sellers: 3_000, packed: false };
    let written = testkit::olist::write(folder.path(), &plan).expect("a generated folder");
    eprintln!("{written:?}");
    let rows = Rows::of(folder.path());
    eprintln!("{} facts, {} MiB of bodies", rows.ends.len(), rows.bytes.len() >> 20);
    let stages: RefCell<Vec<Stages>> = RefCell::default();
    let facts = rows.ends.len() as f64;
    let (ours, bare, _) = pairs(
        rounds,
        || {
            let stage = import(folder.path(), rows.ends.len() as u64);
            eprintln!("import {stage:?}: {:.0} facts/s", facts / stage.all);
            let all = stage.all;
            stages.borrow_mut().push(stage);
            all
        },
        || {
            let seconds = insert(&rows);
            eprintln!("bare   {seconds:.3} s: {:.0} facts/s", facts / seconds);
            seconds
        },
    );
    let stages = stages.into_inner();
    let mid = |of: fn(&Stages) -> f64| median(&mut stages.iter().map(of).collect::<Vec<_>>());
    serde_json::json!({
        "orders": orders,
        "facts": rows.ends.len(),
        "facts_per_second": (facts / ours).round(),
        "bare_facts_per_second": (facts / bare).round(),
        "ratio_to_bare": (bare / ours * 1_000.0).round() / 1_000.0,
        "check_seconds": mid(|s| s.check),
        "write_seconds": mid(|s| s.write),
        "lake_rest_seconds": mid(|s| s.rest),
        "ask_seconds": mid(|s| s.ask),
        "peak_mib": peak_mib().round(),
    })
}

/// Where the time of one import went, in seconds.
#[derive(Debug)]
struct Stages {
    /// Reading and checking the files.
    check: f64,
    /// Writing the log, the lake following beside it.
    write: f64,
    /// What the lake still had to do.
    rest: f64,
    /// Counting every fact through the lake.
    ask: f64,
    all: f64,
}

fn import(folder: &Path, facts: u64) -> Stages {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut clock = Lap(Instant::now());
    let started = Instant::now();
    let checked = olist::check(folder, &Quiet).expect("a sound folder");
    let check = clock.lap();
    let db = Db::open(&Source::Dir(dir.path().to_owned())).expect("a database");
    let lake = Lake::open(db.clone(), &dir.path().join("lake"), govern::relations()).expect("a lake");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Acquire) {
                if lake.follow(&Quiet).expect("the lake follows").facts == 0 {
                    std::thread::sleep(Duration::from_millis(2));
                }
            }
        });
        let report = olist::apply(&db, &checked, &Quiet).expect("the facts are written");
        stop.store(true, Ordering::Release);
        assert_eq!(report.total().new, facts, "every fact is told once");
    });
    let write = clock.lap();
    lake.catch_up(&Quiet).expect("the lake catches up");
    let rest = clock.lap();
    let snapshot = lake.snapshot().expect("a snapshot");
    let counted: i64 = kernel::fact::all()
        .iter()
        .map(|spec| {
            let rows =
                snapshot.rows(&format!("select count(*) from {}", spec.table()), &[]).expect("an answer");
            rows[0].int(0).expect("a count")
        })
        .sum();
    assert_eq!(counted.unsigned_abs(), facts, "every fact can be asked for");
    Stages { check, write, rest, ask: clock.lap(), all: started.elapsed().as_secs_f64() }
}

struct Lap(Instant);

impl Lap {
    fn lap(&mut self) -> f64 {
        let now = Instant::now();
        let seconds = (now - std::mem::replace(&mut self.0, now)).as_secs_f64();
        (seconds * 1_000.0).round() / 1_000.0
    }
}

/// The rows of the log, ready to be bound.
struct Rows {
    heads: Vec<Record>,
    bytes: String,
    ends: Vec<usize>,
}

impl Rows {
    fn of(folder: &Path) -> Self {
        let checked = olist::check(folder, &Quiet).expect("a sound folder");
        let mut rows = Self { heads: Vec::new(), bytes: String::new(), ends: Vec::new() };
        for mut record in checked.facts() {
            rows.bytes += &record.body();
            rows.ends.push(rows.bytes.len());
            record.values = Vec::new();
            rows.heads.push(record);
        }
        rows
    }
}

/// Inserts the rows into a fresh log, hundred thousand to a commit; the database's settings are ours.
fn insert(rows: &Rows) -> f64 {
    let dir = tempfile::tempdir().expect("a temporary folder");
    drop(Db::open(&Source::Dir(dir.path().to_owned())).expect("a database"));
    let mut raw = rusqlite::Connection::open(dir.path().join("sanhao.db")).expect("the database");
    for (name, value) in [("journal_mode", "wal"), ("synchronous", "full"), ("cache_size", "-65536")] {
        raw.pragma_update(None, name, value).expect("a setting");
    }
    let started = Instant::now();
    let mut begin = 0;
    for (n, chunk) in rows.heads.chunks(100_000).enumerate() {
        let tx = raw.transaction().expect("a transaction");
        {
            let mut statement = tx
                .prepare_cached(
                    "insert into log_fact (id, kind, at, shop, subject, body) values (?1, ?2, ?3, ?4, ?5, ?6)",
                )
                .expect("the log's table");
            for (i, head) in chunk.iter().enumerate() {
                let end = rows.ends[n * 100_000 + i];
                let shop = head.shop.as_ref().map(|shop| &shop.bytes()[..]);
                let body = &rows.bytes[begin..end];
                begin = end;
                statement
                    .execute(rusqlite::params![
                        &head.id.bytes()[..],
                        head.spec.kind,
                        head.at.micros(),
                        shop,
                        &head.subject.bytes()[..],
                        body
                    ])
                    .expect("a row");
            }
        }
        tx.commit().expect("a commit");
    }
    started.elapsed().as_secs_f64()
}
