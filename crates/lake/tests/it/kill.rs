//! A process that is killed while it writes the lake loses no fact, doubles none and leaves nothing for good.

use crate::log::{append, parquet, settle};
use crate::told;
use kernel::Quiet;
use lake::Lake;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use store::{Db, Engine, Source};
use testkit::db::TestDb;

const DIR: &str = "LAKE_TEST_KILL_DIR";
const URL: &str = "LAKE_TEST_KILL_URL";
const FROM: &str = "LAKE_TEST_KILL_FROM";
const STEP: u64 = 300;

/// What the child process does: tells facts and files them until it is killed. By itself it does nothing.
#[test]
fn a_child_files_facts_until_it_is_killed() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let dir = PathBuf::from(dir);
    let source = match std::env::var(URL) {
        Ok(url) => Source::Postgres { url, dir: dir.clone() },
        Err(_) => Source::Dir(dir.clone()),
    };
    let from: u64 = std::env::var(FROM).unwrap().parse().unwrap();
    let db = Db::open(&source).unwrap();
    let lake = Lake::open(db.clone(), &dir.join("lake"), &[]).unwrap();
    for n in 0.. {
        append(&db, told::facts(from + n * STEP, STEP));
        lake.catch_up(&Quiet).unwrap();
        // One line is one write to the pipe: a round that the parent hears of is done.
        std::io::stdout().write_all(b"\nround\n").unwrap();
    }
}

/// Every fact of the log is in the snapshot once. How many those are.
fn whole(db: &TestDb, lake: &Lake) -> u64 {
    settle(db);
    let mut told = Vec::new();
    db.read(|q| {
        store::log::each_after(q, Default::default(), usize::MAX, |entry| {
            told.push(entry.record);
            Ok(())
        })
    })
    .unwrap();
    let snapshot = lake.snapshot().unwrap();
    assert_eq!(snapshot.facts(), told.len() as u64);
    told::each_once(&*snapshot, &told);
    snapshot.facts()
}

fn killed_often(engine: Engine, times: u64) {
    let mut db = TestDb::new(engine);
    db.close();
    let dir = db.folder().join("lake");
    let mut random = 0x9e37_79b9u64;
    let (mut facts, mut files) = (0, 0);
    for n in 0..times {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "kill::a_child_files_facts_until_it_is_killed", "--nocapture"]);
        child.env(DIR, db.folder()).env(FROM, (n * 1_000_000).to_string());
        match db.url() {
            Some(url) => child.env(URL, url),
            None => child.env_remove(URL),
        };
        let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut rounds =
            |wanted: u64| lines.by_ref().filter(|l| l == "round").take(wanted as usize).count() as u64;
        // Killed after differing numbers of rounds, at a moment of the next ones that nobody chose.
        let wanted = n % 4 + 1;
        let mut done = rounds(wanted);
        assert_eq!(done, wanted, "the child ended by itself");
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (_keep, never) = mpsc::channel::<()>();
        let _ = never.recv_timeout(Duration::from_micros((random >> 33) % 60_000));
        assert!(child.try_wait().unwrap().is_none(), "the child was still at work");
        child.kill().unwrap();
        // What it still had said before it died.
        done += rounds(u64::MAX);
        child.wait().unwrap();
        db.deserted();

        db.reopen();
        let lake = Lake::open(db.db(), &dir, &[]).unwrap();
        let found = whole(&db, &lake);
        let each = told::facts(0, STEP).len() as u64;
        assert!(found >= facts + done * each, "{found} facts, after {facts} and {done} rounds");
        facts = found;
        lake.catch_up(&Quiet).unwrap();
        assert_eq!(whole(&db, &lake), facts);
        drop(lake);
        // Nobody holds anything now: what is there is what the manifest names.
        let lake = Lake::open(db.db(), &dir, &[]).unwrap();
        lake.catch_up(&Quiet).unwrap();
        files = lake.snapshot().unwrap().files();
        assert_eq!(parquet(&dir), files);
        drop(lake);
        db.close();
    }
    assert!(facts > 0 && files > 0);
}

#[test]
fn killed_at_any_moment_every_fact_is_there_once_on_sqlite() {
    killed_often(Engine::Sqlite, 15);
}

#[test]
fn killed_at_any_moment_every_fact_is_there_once_on_postgresql() {
    killed_often(Engine::Postgres, 8);
}
