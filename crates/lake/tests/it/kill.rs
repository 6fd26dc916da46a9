//! A process that is killed while it writes the lake loses no fact, doubles none and leaves nothing for good.

use crate::log::{append, parquet, settle};
use crate::told;
use kernel::Quiet;
use lake::Lake;
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
    }
}

/// Every fact of the log is in the snapshot once.
fn whole(db: &TestDb, lake: &Lake) {
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
}

fn killed_often(engine: Engine, times: u64) {
    let mut db = TestDb::new(engine);
    db.close();
    let dir = db.folder().join("lake");
    let mut random = 0x9e37_79b9u64;
    for n in 0..times {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "kill::a_child_files_facts_until_it_is_killed"]);
        child.env(DIR, db.folder()).env(FROM, (n * 1_000_000).to_string());
        child.stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(url) = db.url() {
            child.env(URL, url);
        }
        let mut child = child.spawn().unwrap();
        // Killed at a moment that nobody chose.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let (_keep, never) = mpsc::channel::<()>();
        let _ = never.recv_timeout(Duration::from_millis(80 + (random >> 33) % 350));
        assert!(child.try_wait().unwrap().is_none(), "the child was still at work");
        child.kill().unwrap();
        child.wait().unwrap();

        db.reopen();
        let lake = Lake::open(db.db(), &dir, &[]).unwrap();
        whole(&db, &lake);
        lake.catch_up(&Quiet).unwrap();
        whole(&db, &lake);
        drop(lake);
        // Nobody holds anything now: what is there is what the manifest names.
        let lake = Lake::open(db.db(), &dir, &[]).unwrap();
        lake.catch_up(&Quiet).unwrap();
        assert_eq!(parquet(&dir), lake.snapshot().unwrap().files());
        drop(lake);
        db.close();
    }
}

#[test]
fn killed_at_any_moment_every_fact_is_there_once_on_sqlite() {
    killed_often(Engine::Sqlite, 15);
}

#[test]
fn killed_at_any_moment_every_fact_is_there_once_on_postgresql() {
    killed_often(Engine::Postgres, 8);
}
