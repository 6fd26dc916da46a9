//! From the log into files: every fact once, at every moment, whoever writes and reads beside it.

use crate::told;
use kernel::{Ask, Progress, Quiet, Record};
use lake::{Caught, Lake, LakeError};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use store::{Db, Keys, StoreError};
use testkit::db::{TestDb, on_both};

/// Waits until readers of the log see everything: on PostgreSQL they wait for every transaction of the cluster that
/// began earlier, those of other tests among them.
pub(crate) fn settle(db: &Db) {
    let shown = || {
        db.read(|q| {
            let mut shown = 0;
            store::log::each_after(q, Default::default(), usize::MAX, |_| {
                shown += 1;
                Ok(())
            })?;
            Ok::<_, StoreError>(shown == store::log::count(q)?)
        })
    };
    while !shown().unwrap() {
        std::thread::yield_now();
    }
}

/// Tells facts and waits until they can be read.
pub(crate) fn tell(db: &Db, records: Vec<Record>) {
    append(db, records);
    settle(db);
}

pub(crate) fn append(db: &Db, records: Vec<Record>) {
    db.write_blocking("test.append", Keys::bulk(), move |tx| {
        tx.append_records(&records).map(drop)?;
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

pub(crate) fn parquet(dir: &Path) -> usize {
    let names = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains(".parquet")).count()
}

fn open(db: &TestDb) -> Lake {
    Lake::open(db.db(), &db.folder().join("lake"), &[]).unwrap()
}

#[test]
fn nothing_told_is_nothing_found() {
    on_both(|db| {
        let lake = open(db);
        assert_eq!(lake.catch_up(&Quiet).unwrap(), Caught::default());
        assert_eq!(lake.snapshot().unwrap().facts(), 0);
    });
}

#[test]
fn a_snapshot_is_the_same_one_until_something_is_told() {
    on_both(|db| {
        let lake = open(db);
        tell(db, told::facts(0, 10));
        let first = lake.snapshot().unwrap();
        assert!(std::sync::Arc::ptr_eq(&first, &lake.snapshot().unwrap()));
        tell(db, told::facts(10, 10));
        let second = lake.snapshot().unwrap();
        assert_eq!((first.facts(), second.facts()), (10, 20));
        assert_ne!(first.version(), second.version());
        told::each_once(&*first, &told::facts(0, 10));
        told::each_once(&*second, &told::facts(0, 20));
    });
}

#[test]
fn facts_are_there_once_between_files_and_log_whatever_is_appended_and_filed_meanwhile() {
    on_both(|db| {
        let lake = open(db);
        let done = AtomicBool::new(false);
        let told = AtomicUsize::new(0);
        const WRITERS: usize = 3;
        const EACH: u64 = 120;
        std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS as u64)
                .map(|w| {
                    let (db, told) = (db.db(), &told);
                    scope.spawn(move || {
                        for n in 0..EACH {
                            append(&db, told::facts(w * 1_000_000 + n * 5, 5));
                            told.fetch_add(5, Ordering::SeqCst);
                        }
                    })
                })
                .collect();
            let (lake, done, told) = (&lake, &done, &told);
            let filer = scope.spawn(move || {
                let mut filed = 0;
                while !done.load(Ordering::SeqCst) {
                    filed += lake.catch_up(&Quiet).unwrap().facts;
                }
                filed + lake.catch_up(&Quiet).unwrap().facts
            });
            let reader = scope.spawn(move || {
                let mut last: BTreeMap<_, usize> = BTreeMap::new();
                while !done.load(Ordering::SeqCst) {
                    let snapshot = lake.snapshot().unwrap();
                    let found = told::ids(&*snapshot);
                    assert!(found.values().all(|times| *times == 1), "a fact is there twice");
                    assert!(last.keys().all(|id| found.contains_key(id)), "a fact is gone");
                    assert_eq!(found.len() as u64, snapshot.facts());
                    last = found;
                }
            });
            for writer in writers {
                writer.join().unwrap();
            }
            settle(db);
            done.store(true, Ordering::SeqCst);
            assert_eq!(filer.join().unwrap(), told.load(Ordering::SeqCst) as u64);
            reader.join().unwrap();
        });
        let all: Vec<Record> =
            (0..WRITERS as u64).flat_map(|w| told::facts(w * 1_000_000, EACH * 5)).collect();
        told::each_once(&*lake.snapshot().unwrap(), &all);
        // Nothing is left in the log that is not in files.
        assert_eq!(lake.catch_up(&Quiet).unwrap().facts, 0);
    });
}

#[test]
fn a_reader_keeps_the_files_it_holds_while_they_are_replaced() {
    on_both(|db| {
        let lake = open(db);
        let dir = db.folder().join("lake");
        tell(db, told::facts(0, 700));
        lake.catch_up(&Quiet).unwrap();
        // Another lake stands for another process: locks know no difference.
        let elsewhere = open(db);
        let held = elsewhere.snapshot().unwrap();
        drop(elsewhere);
        let files = held.files();
        let mut replaced = 0;
        for n in 1..12 {
            tell(db, told::facts(n * 700, 700));
            replaced += lake.catch_up(&Quiet).unwrap().replaced;
        }
        assert!(replaced > 0, "small files become larger ones");
        told::each_once(&*held, &told::facts(0, 700));
        let now = lake.snapshot().unwrap();
        told::each_once(&*now, &told::facts(0, 12 * 700));
        assert!(parquet(&dir) >= now.files() + files, "the held files are still there");
        // Let go, they are cleared away.
        drop(held);
        drop(now);
        tell(db, told::facts(100_000, 1));
        lake.catch_up(&Quiet).unwrap();
        let now = lake.snapshot().unwrap();
        lake.catch_up(&Quiet).unwrap();
        assert_eq!(parquet(&dir), now.files());
    });
}

#[test]
fn a_process_that_only_reads_sees_files_and_tail() {
    on_both(|db| {
        let lake = open(db);
        tell(db, told::facts(0, 50));
        lake.catch_up(&Quiet).unwrap();
        tell(db, told::facts(50, 25));
        let read = Db::open_read(db.source()).unwrap();
        let reader = Lake::open(read, &db.folder().join("lake"), &[]).unwrap();
        told::each_once(&*reader.snapshot().unwrap(), &told::facts(0, 75));
        tell(db, told::facts(75, 25));
        lake.catch_up(&Quiet).unwrap();
        told::each_once(&*reader.snapshot().unwrap(), &told::facts(0, 100));
        assert!(matches!(reader.catch_up(&Quiet), Ok(Caught { facts: 0, .. })));
        tell(db, told::facts(100, 1));
        let refused = reader.catch_up(&Quiet).unwrap_err();
        assert!(matches!(refused, LakeError::Store(StoreError::ReadOnly)), "{refused}");
    });
}

#[test]
fn two_lakes_of_one_database_do_not_file_a_fact_twice() {
    on_both(|db| {
        let lakes = [open(db), open(db)];
        tell(db, told::facts(0, 400));
        let filed: u64 = std::thread::scope(|scope| {
            let both = lakes.iter().map(|lake| scope.spawn(|| lake.catch_up(&Quiet).unwrap().facts));
            both.collect::<Vec<_>>().into_iter().map(|t| t.join().unwrap()).sum()
        });
        assert_eq!(filed, 400);
        for lake in &lakes {
            told::each_once(&*lake.snapshot().unwrap(), &told::facts(0, 400));
        }
    });
}

#[test]
fn following_leaves_a_few_facts_in_the_log_and_loses_none() {
    on_both(|db| {
        let lake = open(db);
        tell(db, told::facts(0, 300));
        lake.follow(&Quiet).unwrap();
        let before = db.statements();
        assert_eq!(lake.follow(&Quiet).unwrap(), Caught::default());
        assert_eq!(db.statements() - before, 8, "the facts themselves are not read");
        told::each_once(&*lake.snapshot().unwrap(), &told::facts(0, 300));
        assert_eq!(lake.catch_up(&Quiet).unwrap().facts, 300);
        told::each_once(&*lake.snapshot().unwrap(), &told::facts(0, 300));
    });
}

#[test]
fn a_head_with_a_smaller_number_than_the_cursor_still_has_facts_before_it() {
    on_both(|db| {
        if db.engine() == store::Engine::Sqlite {
            return; // There numbers and commits have one order.
        }
        let lake = open(db);
        tell(db, told::facts(0, 10));
        // An older transaction that took its numbers later, which the lake has read to its end.
        let head = db.read(|q| store::log::head(q)).unwrap();
        let older = store::log::Position { xid: head.xid - 1, seq: head.seq + 1000, ..head };
        db.write_blocking("test.move", Keys::none(), move |tx| {
            store::log::move_cursor(tx, "lake", Default::default(), older)
        })
        .unwrap();
        lake.follow(&Quiet).unwrap();
        let before = db.statements();
        lake.follow(&Quiet).unwrap();
        assert_eq!(db.statements() - before, 9, "numbers say nothing here: the facts are read");
        assert_eq!(lake.catch_up(&Quiet).unwrap().facts, 10);
        told::each_once(&*lake.snapshot().unwrap(), &told::facts(0, 10));
    });
}

struct Impatient(AtomicUsize);
impl Progress for Impatient {
    fn at(&self, _what: &'static str, done: u64, total: u64) {
        assert!(done <= total);
        self.0.fetch_add(1, Ordering::SeqCst);
    }
    fn cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

#[test]
fn catching_up_tells_how_far_it_is_and_can_be_cancelled() {
    on_both(|db| {
        let lake = open(db);
        tell(db, told::facts(0, 100));
        let impatient = Impatient(AtomicUsize::new(1));
        assert!(matches!(lake.catch_up(&impatient), Err(LakeError::Cancelled)));
        assert_eq!(lake.snapshot().unwrap().files(), 0);
        assert_eq!(lake.catch_up(&Quiet).unwrap().facts, 100);
        told::each_once(&*lake.snapshot().unwrap(), &told::facts(0, 100));
    });
}

#[test]
fn a_lake_whose_tables_another_has_moved_refuses() {
    on_both(|db| {
        let lake = open(db);
        tell(db, told::facts(0, 10));
        db.write_blocking("test.move", Keys::none(), |tx| {
            store::log::move_cursor(
                tx,
                "lake",
                Default::default(),
                store::log::Position { epoch: 9, xid: 9, seq: 9 },
            )
        })
        .unwrap();
        // The cursor stands past everything: there is nothing to file and nothing to see.
        assert_eq!(lake.catch_up(&Quiet).unwrap().facts, 0);
    });
}
