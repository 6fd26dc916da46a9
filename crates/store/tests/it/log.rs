//! The log and its cursors, with writers that commit in an order of their own.

use crate::{No, fact, number, record};
use kernel::{Actor, Ctx, Kind, Moment, Problem};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use store::log::{self, Position};
use store::{Db, Engine, Keys, Query, StoreError, Tx, WriteError};
use testkit::db::{TestDb, on_both, settle};

/// Appends a fact as another process would, in the transaction that is open on `client`.
fn append_raw(client: &mut postgres::Client, number: i64) {
    let record = record(number);
    client
        .execute(
            "insert into log_fact (epoch, id, kind, at, subject, body)
             values ((select max(epoch) from store_cluster), $1, $2, $3, $4, $5)",
            &[
                &record.id.0.as_slice(),
                &record.spec.kind,
                &record.at.micros(),
                &record.subject.0.as_slice(),
                &record.body(),
            ],
        )
        .unwrap();
}

fn numbers(db: &Db, from: Position) -> Vec<i64> {
    settle(db);
    let entries = db.read(|q| log::after(q, from, 1_000_000)).unwrap();
    assert!(entries.is_sorted_by_key(|e| e.position));
    entries.iter().map(|e| number(&e.record)).collect()
}

fn append(db: &Db, numbers: std::ops::Range<i64>) -> Result<u64, WriteError<No>> {
    db.write_blocking("append", Keys::none(), move |tx: &mut Tx<'_>| {
        let records: Vec<_> = numbers.clone().map(record).collect();
        Ok(tx.append_records(&records)?)
    })
}

/// One step of a reader: reads after its cursor and moves it. Returns what it saw.
fn step(db: &Db, name: &'static str, limit: usize) -> Vec<i64> {
    let (from, entries) = db
        .read(|q| {
            let from = log::cursor(q, name)?;
            Ok::<_, StoreError>((from, log::after(q, from, limit)?))
        })
        .unwrap();
    let Some(last) = entries.last().map(|e| e.position) else { return Vec::new() };
    db.write_blocking("step", Keys::none(), move |tx: &mut Tx<'_>| -> Result<(), No> {
        Ok(log::move_cursor(tx, name, from, last)?)
    })
    .unwrap();
    entries.iter().map(|e| number(&e.record)).collect()
}

/// Steps until `count` facts were seen: other tests' transactions may hold them back for a moment.
fn steps(db: &Db, name: &'static str, count: usize) -> Vec<i64> {
    let mut seen = Vec::new();
    while seen.len() < count {
        seen.extend(step(db, name, 1_000));
    }
    seen
}

#[test]
fn what_was_appended_is_read_back_in_order() {
    on_both(|db| {
        assert_eq!(db.read(|q| log::head(q)).unwrap(), Position::default());
        append(db, 0..10).unwrap();
        db.write_blocking("one", Keys::none(), |tx: &mut Tx<'_>| -> Result<(), No> {
            let ctx = Ctx::new(Moment::from_micros(5), Actor::Operator, 1);
            tx.append(&ctx, &fact(10))?;
            tx.append(&ctx, &fact(3))?;
            Ok(())
        })
        .unwrap();
        assert_eq!(numbers(db, Position::default()), (0..=10).collect::<Vec<_>>());
        let entries = db.read(|q| log::after(q, Position::default(), 4)).unwrap();
        assert_eq!(entries.len(), 4);
        assert_eq!(entries[3].record, record(3));
        assert_eq!(numbers(db, entries[3].position), (4..=10).collect::<Vec<_>>());
        let head = db.read(|q| log::head(q)).unwrap();
        assert!(numbers(db, head).is_empty());
        assert_eq!(db.read(|q| log::count(q)).unwrap(), 11);
    });
}

#[test]
fn a_cursor_moves_only_from_where_it_is() {
    on_both(|db| {
        append(db, 0..3).unwrap();
        settle(db);
        let entries = db.read(|q| log::after(q, Position::default(), 9)).unwrap();
        let places: Vec<_> = entries.iter().map(|e| e.position).collect();
        let shift = |from: Position, to: Position| {
            db.write_blocking("shift", Keys::none(), move |tx: &mut Tx<'_>| -> Result<(), No> {
                Ok(log::move_cursor(tx, "reader", from, to)?)
            })
        };
        shift(Position::default(), places[1]).unwrap();
        for from in [Position::default(), places[0], places[2]] {
            let Err(WriteError::Refused(No::Store(err))) = shift(from, places[2]) else { panic!("{from:?}") };
            assert_eq!((err.kind(), err.code()), (Kind::Conflict, "store.cursor_moved"));
        }
        shift(places[1], places[2]).unwrap();
        assert_eq!(db.read(|q| log::cursor(q, "reader")).unwrap(), places[2]);
        assert_eq!(db.read(|q| log::cursor(q, "nobody")).unwrap(), Position::default());
    });
}

#[test]
fn a_cursor_that_another_moved_takes_the_effect_down_with_it() {
    on_both(|db| {
        append(db, 0..2).unwrap();
        settle(db);
        let end = db.read(|q| log::head(q)).unwrap();
        let work = |looks_away: bool| {
            db.write_blocking("work", Keys::none(), move |tx: &mut Tx<'_>| -> Result<(), No> {
                crate::sell(tx, i64::from(looks_away), 1)?;
                match log::move_cursor(tx, "reader", Position::default(), end) {
                    Err(_) if looks_away => Ok(()),
                    other => Ok(other?),
                }
            })
        };
        work(false).unwrap();
        assert!(work(true).is_err());
        assert_eq!(db.read(|q| crate::sales(q)).unwrap(), [0]);
    });
}

#[test]
fn a_fact_that_commits_late_is_still_ahead_of_every_cursor() {
    let test = TestDb::new(Engine::Postgres);
    let connect = || postgres::Client::connect(test.url().unwrap(), postgres::NoTls).unwrap();
    let (mut early, mut late, mut long) = (connect(), connect(), connect());
    // A long transaction that has written, in the same cluster.
    append(&test, 0..1).unwrap();
    early.batch_execute("begin").unwrap();
    append_raw(&mut early, 1);
    late.batch_execute("begin").unwrap();
    append_raw(&mut late, 2);
    late.batch_execute("commit").unwrap();
    append(&test, 3..4).unwrap();
    assert_eq!(steps(&test, "reader", 1), [0], "2 and 3 are there, and wait for 1");
    let head = test.read(|q| log::head(q)).unwrap();
    assert_eq!(head, test.read(|q| log::cursor(q, "reader")).unwrap());
    long.batch_execute("begin; create temporary table t (a int)").unwrap();
    early.batch_execute("commit").unwrap();
    assert_eq!(steps(&test, "reader", 3), [1, 2, 3], "in the order of their transactions");
    append(&test, 4..5).unwrap();
    assert_eq!(step(&test, "reader", 10), [0i64; 0], "a long transaction makes readers wait");
    long.batch_execute("rollback").unwrap();
    assert_eq!(steps(&test, "reader", 1), [4]);
}

#[test]
fn no_fact_is_skipped_or_doubled_while_many_write() {
    const EACH: i64 = 400;
    on_both(|db| {
        let done = AtomicBool::new(false);
        let (url, handle) = (db.url().map(str::to_owned), db.db());
        // A lane says which cluster it is in before its first write; those who write past it rely on that.
        db.write_blocking("first", Keys::none(), |_: &mut Tx<'_>| -> Result<(), No> { Ok(()) }).unwrap();
        let mut seen = Vec::new();
        std::thread::scope(|scope| {
            let mut writers = Vec::new();
            for w in 0..6i64 {
                let (url, handle) = (url.clone(), handle.clone());
                writers.push(scope.spawn(move || {
                    let mut next = w * EACH;
                    let mut raw = url
                        .filter(|_| w % 2 == 0)
                        .map(|url| postgres::Client::connect(&url, postgres::NoTls).unwrap());
                    let mut size = 1 + w;
                    while next < (w + 1) * EACH {
                        size = (size * 7 + 3) % 23 + 1;
                        let end = (next + size).min((w + 1) * EACH);
                        match &mut raw {
                            // Another process: several statements to a transaction, and every third is rolled back
                            // first, which leaves holes in the numbers.
                            Some(client) => {
                                if size % 3 == 0 {
                                    client.batch_execute("begin").unwrap();
                                    append_raw(client, next);
                                    client.batch_execute("rollback").unwrap();
                                }
                                client.batch_execute("begin").unwrap();
                                for n in next..end {
                                    append_raw(client, n);
                                }
                                client.batch_execute("commit").unwrap();
                            }
                            None => drop(append(&handle, next..end).unwrap()),
                        }
                        next = end;
                    }
                }));
            }
            let (done, db) = (&done, &handle);
            let reader = scope.spawn(move || {
                let mut seen = Vec::new();
                loop {
                    let last = done.load(Ordering::SeqCst);
                    let some = step(db, "reader", 37);
                    // Others use the cluster too: their transactions may hold us up, so the end is the full count.
                    if some.is_empty() && last && seen.len() as i64 >= 6 * EACH {
                        return seen;
                    }
                    seen.extend(some);
                }
            });
            for writer in writers {
                writer.join().unwrap();
            }
            done.store(true, Ordering::SeqCst);
            seen = reader.join().unwrap();
        });
        assert_eq!(seen.len() as i64, 6 * EACH);
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len());
    });
}

#[test]
fn in_a_restored_cluster_the_log_goes_on_behind_the_old_facts() {
    let mut test = TestDb::new(Engine::Postgres);
    append(&test, 0..3).unwrap();
    settle(&test);
    assert_eq!(step(&test, "reader", 2), [0, 1]);
    test.close();
    // As after a restore: the old transaction numbers are far above those of the new cluster.
    let mut client = postgres::Client::connect(test.url().unwrap(), postgres::NoTls).unwrap();
    client
        .batch_execute(
            "update log_fact set xid = xid + 1000000000;
             update log_cursor set xid = xid + 1000000000;
             update store_cluster set identity = 'another cluster'",
        )
        .unwrap();
    test.reopen();
    append(&test, 3..5).unwrap();
    assert_eq!(steps(&test, "reader", 3), [2, 3, 4]);
    let head = test.read(|q| log::head(q)).unwrap();
    assert_eq!(head.epoch, 2);
    // The same cluster again: nothing changes.
    test.reopen();
    append(&test, 5..6).unwrap();
    assert_eq!(steps(&test, "reader", 1), [5]);
    assert_eq!(test.read(|q| log::head(q)).unwrap().epoch, 2);
}

#[test]
fn a_fact_of_an_unknown_kind_is_an_error_that_names_it() {
    store::sql! {
        STRANGE = "update log_fact set kind = $1";
    }
    on_both(|db| {
        append(db, 0..1).unwrap();
        db.write_blocking("strange", Keys::none(), |tx: &mut Tx<'_>| -> Result<(), No> {
            Ok(tx.exec(&STRANGE, store::vals!["moon.landed"]).map(drop)?)
        })
        .unwrap();
        settle(db);
        let err = db.read(|q| log::after(q, Position::default(), 1)).unwrap_err();
        assert!(err.to_string().contains("moon.landed"), "{err}");
        db.read(|q| {
            assert!(q.one(&crate::SALES, &[], |row| row.int(0))?.is_none());
            Ok::<_, StoreError>(())
        })
        .unwrap();
    });
}
