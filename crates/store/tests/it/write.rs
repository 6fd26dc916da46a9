//! Closures, their neighbours, and the commit they share.

use crate::{
    DEBT, GUARDED, NEW_SHELF, NOTE, NOTES, No, PROMISE, RAISE, SELL, SHELF, TAKE_OUT, fact, held, note_of,
    number, record, sales, sell, sold,
};
use kernel::{Actor, Ctx, Kind, Moment, Problem};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use store::{Db, Engine, Key, Keys, Query, StoreError, Tuning, Tx, WriteError, log, vals};
use testkit::db::{TestDb, on_both, on_both_tuned};

const ONE_LANE: Tuning = Tuning { queue: 64, lanes: 1, readers: 4 };

/// Keeps the writer busy until the sender is dropped, so that what is queued meanwhile becomes one batch.
fn hold(db: &Db) -> (SyncSender<()>, JoinHandle<Result<(), WriteError<No>>>) {
    let (release, wait) = sync_channel::<()>(0);
    let (inside, entered) = sync_channel::<()>(1);
    let wait = Arc::new(Mutex::new(wait));
    let db = db.clone();
    let held = std::thread::spawn(move || {
        db.write_blocking("hold", Keys::bulk(), move |_: &mut Tx<'_>| -> Result<(), No> {
            let _ = inside.send(());
            let wait: std::sync::MutexGuard<'_, Receiver<()>> =
                wait.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let _ = wait.recv();
            Ok(())
        })
    });
    entered.recv().unwrap();
    (release, held)
}

type Write<T> = std::pin::Pin<Box<dyn Future<Output = Result<T, WriteError<No>>>>>;

/// Queues writes behind a held writer, lets it go, and returns their answers in order.
fn together<T: 'static>(db: &Db, writes: Vec<Write<T>>) -> Vec<Result<T, WriteError<No>>> {
    let (release, held) = hold(db);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answers = runtime.block_on(async {
        let mut writes = writes;
        // The first poll queues a write; none can be answered yet.
        for write in &mut writes {
            let polled = futures::poll!(write.as_mut());
            assert!(polled.is_pending());
        }
        drop(release);
        let mut answers = Vec::new();
        for write in writes {
            answers.push(write.await);
        }
        answers
    });
    held.join().unwrap().unwrap();
    answers
}

fn write<T: Send + 'static>(db: &Db, f: impl Fn(&mut Tx<'_>) -> Result<T, No> + Send + 'static) -> Write<T> {
    let db = db.clone();
    Box::pin(async move { db.write("test", Keys::none(), f).await })
}

fn now<T: Send + 'static>(db: &Db, f: impl Fn(&mut Tx<'_>) -> Result<T, No> + Send + 'static) -> T {
    db.write_blocking("test", Keys::none(), f).unwrap()
}

fn ctx() -> Ctx {
    Ctx::new(Moment::from_micros(1), Actor::System, 7)
}

#[test]
fn a_refused_closure_leaves_nothing_and_its_neighbours_stay() {
    on_both_tuned(&ONE_LANE, |db| {
        now(db, |tx| Ok(tx.exec(&NEW_SHELF, vals![1, 10])?));
        let answers = together(
            db,
            vec![
                write(db, |tx| Ok(sell(tx, 1, 1)?)),
                write(db, |tx| {
                    sell(tx, 2, 1)?;
                    assert!(tx.take(&SHELF, 1, 4)?);
                    tx.append(&ctx(), &fact(2))?;
                    Err(No::Refused)
                }),
                write(db, |tx| {
                    sell(tx, 3, 1)?;
                    // A direct statement: it cannot be forgotten, only rolled back.
                    tx.exec(&NOTE, vals![1, "by the third"])?;
                    Err(No::Refused)
                }),
                write(db, |tx| {
                    assert!(tx.take(&SHELF, 1, 10)?, "the refused one gave its four back");
                    tx.append(&ctx(), &fact(4))?;
                    Ok(sell(tx, 4, 1)?)
                }),
            ],
        );
        assert_eq!(answers[0], Ok(()));
        assert_eq!(answers[1], Err(WriteError::Refused(No::Refused)));
        assert_eq!(answers[2], Err(WriteError::Refused(No::Refused)));
        assert_eq!(answers[3], Ok(()));
        testkit::db::settle(db);
        let (ids, taken, facts) = db
            .read(|q| {
                Ok::<_, StoreError>((sales(q)?, held(q, 1)?, log::after(q, log::Position::default(), 9)?))
            })
            .unwrap();
        assert_eq!((ids, taken), (vec![1, 4], 10));
        assert_eq!(facts.iter().map(|e| number(&e.record)).collect::<Vec<_>>(), [4]);
    });
}

#[test]
fn a_refusal_before_the_first_change_costs_its_neighbours_nothing() {
    on_both_tuned(&ONE_LANE, |db| {
        let runs = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let answers = together(
            db,
            vec![
                write(db, move |tx| {
                    counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    Ok(sell(tx, 1, 1)?)
                }),
                write(db, |tx| {
                    if sales(tx)? == [1] && !tx.take(&SHELF, 9, 1)? { Err(No::SoldOut) } else { Ok(()) }
                }),
            ],
        );
        assert_eq!(answers, [Ok(()), Err(WriteError::Refused(No::SoldOut))]);
        assert_eq!(runs.load(std::sync::atomic::Ordering::SeqCst), 1);
        assert_eq!(db.read(|q| sales(q)).unwrap(), [1]);
    });
}

#[test]
fn batch_after_batch_of_refusals_leaves_only_what_was_accepted() {
    on_both(|db| {
        let threads: Vec<_> = (0..8i64)
            .map(|t| {
                let db = db.db();
                std::thread::spawn(move || {
                    for i in 0..40 {
                        let id = t * 100 + i;
                        let answer = db.write_blocking("test", Keys::none(), move |tx: &mut Tx<'_>| {
                            sell(tx, id, 1)?;
                            match id % 7 {
                                0 => Err(No::Refused),
                                1 => panic!("on purpose"),
                                _ => Ok(()),
                            }
                        });
                        assert_eq!(answer.is_ok(), id % 7 > 1, "{answer:?}");
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        let wanted: Vec<i64> =
            (0..8).flat_map(|t| (0..40).map(move |i| t * 100 + i)).filter(|id| id % 7 > 1).collect();
        assert_eq!(db.read(|q| sales(q)).unwrap(), wanted);
    });
}

#[test]
fn a_panic_is_refused_and_its_neighbours_stay() {
    on_both_tuned(&ONE_LANE, |db| {
        let answers = together(
            db,
            vec![
                write(db, |tx| Ok(sell(tx, 1, 1)?)),
                write(db, |tx| {
                    sell(tx, 2, 1)?;
                    assert_eq!(sales(tx)?, [1, 2], "it sees its own rows and its neighbours'");
                    panic!("on purpose");
                }),
                write(db, |tx| Ok(sell(tx, 3, 1)?)),
            ],
        );
        assert_eq!(answers[1], Err(WriteError::Store(StoreError::Panicked("test"))));
        assert!(answers[0].is_ok() && answers[2].is_ok());
        assert_eq!(db.read(|q| sales(q)).unwrap(), [1, 3]);
    });
}

#[test]
fn a_row_that_is_there_already_refuses_only_its_own_closure() {
    on_both_tuned(&ONE_LANE, |db| {
        let answers = together(
            db,
            vec![
                write(db, |tx| Ok(sell(tx, 1, 1)?)),
                write(db, |tx| {
                    sell(tx, 2, 1)?;
                    Ok(sell(tx, 1, 1)?)
                }),
                write(db, |tx| Ok(sell(tx, 3, 1)?)),
            ],
        );
        assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
        let Err(WriteError::Refused(No::Store(err))) = &answers[1] else { panic!("{answers:?}") };
        assert_eq!((err.kind(), err.code()), (Kind::Conflict, "store.constraint"));
        assert_eq!(db.read(|q| sales(q)).unwrap(), [1, 3]);
    });
}

#[test]
fn a_failed_commit_refuses_the_whole_batch() {
    on_both_tuned(&ONE_LANE, |db| {
        let answers = together(
            db,
            vec![
                write(db, |tx| Ok(sell(tx, 1, 1)?)),
                // Checked at the commit: the promise is never made.
                write(db, |tx| Ok(tx.insert(&DEBT, vals![1, 77])?)),
                write(db, |_| Err(No::Refused)),
            ],
        );
        for answer in &answers {
            let Err(WriteError::Store(err @ StoreError::Commit(_))) = answer else { panic!("{answers:?}") };
            assert_eq!(err.kind(), Kind::Unavailable);
        }
        assert!(db.read(|q| sales(q)).unwrap().is_empty());
        now(db, |tx| {
            tx.insert(&DEBT, vals![1, 77])?;
            Ok(tx.insert(&PROMISE, vals![77])?)
        });
    });
}

#[test]
fn past_a_full_queue_writes_are_turned_away() {
    let small = Tuning { queue: 3, ..ONE_LANE };
    on_both_tuned(&small, |db| {
        let (release, held) = hold(db);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut waiting: Vec<Write<()>> =
                (0..3).map(|i| write(db, move |tx| Ok(sell(tx, i, 1)?))).collect();
            for write in &mut waiting {
                assert!(futures::poll!(write.as_mut()).is_pending());
            }
            let err = write(db, |tx| Ok(sell(tx, 9, 1)?)).await.unwrap_err();
            assert_eq!(err, WriteError::Store(StoreError::Busy));
            let WriteError::Store(err) = err else { unreachable!() };
            assert_eq!(err.kind(), Kind::Unavailable);
            drop(release);
            for write in waiting {
                write.await.unwrap();
            }
        });
        held.join().unwrap().unwrap();
        assert_eq!(db.read(|q| sales(q)).unwrap(), [0, 1, 2]);
    });
}

#[test]
fn a_statement_that_failed_dooms_its_closure_even_if_that_looks_away() {
    on_both_tuned(&ONE_LANE, |db| {
        now(db, |tx| Ok(sell(tx, 1, 1)?));
        let answer = db.write_blocking("test", Keys::none(), |tx: &mut Tx<'_>| {
            let _ = tx.exec(&SELL, vals![1, 1, 1, "again"]);
            let _ = tx.exec(&SELL, vals![2, 1, 1, "after"]);
            Ok::<_, No>(())
        });
        assert!(
            matches!(answer, Err(WriteError::Refused(No::Store(StoreError::Constraint { .. })))),
            "{answer:?}"
        );
        assert_eq!(db.read(|q| sales(q)).unwrap(), [1]);
    });
}

#[test]
fn a_closure_sees_what_it_wrote_itself() {
    on_both(|db| {
        now(db, |tx| {
            tx.insert(&NEW_SHELF, vals![1, 5])?;
            assert!(tx.take(&SHELF, 1, 3)?);
            assert_eq!(held(tx, 1)?, 3);
            assert!(!tx.take(&SHELF, 1, 3)?);
            assert_eq!(tx.exec(&GUARDED, vals![1, 1])?, 1);
            assert_eq!(held(tx, 1)?, 4);
            assert!(tx.take(&SHELF, 1, 1)?);
            assert!(!tx.take(&SHELF, 1, 1)?);
            assert!(tx.take(&SHELF, 1, -5)?);
            assert!(!tx.take(&SHELF, 1, -1)?, "not below zero");
            assert!(!tx.take(&SHELF, 2, 1)?, "no such shelf");
            assert!(tx.take(&SHELF, 1, 2)?);
            sell(tx, 1, 1)?;
            assert_eq!(sales(tx)?, [1]);
            assert_eq!(tx.exec(&NOTE, vals![1, "seen"])?, 1);
            Ok(())
        });
        assert_eq!(db.read(|q| held(q, 1)).unwrap(), 2);
    });
}

fn taken(tx: &mut Tx<'_>, n: i64) -> Result<(), No> {
    assert!(tx.take(&SHELF, 1, n)?);
    Ok(())
}

#[test]
fn a_refusal_after_reading_and_updating_gives_everything_back() {
    on_both_tuned(&ONE_LANE, |db| {
        now(db, |tx| Ok(tx.exec(&NEW_SHELF, vals![1, 10])?));
        let answers = together(
            db,
            vec![
                write(db, |tx| taken(tx, 1)),
                write(db, |tx| {
                    assert!(tx.take(&SHELF, 1, 2)?);
                    assert_eq!(held(tx, 1)?, 3);
                    assert_eq!(tx.exec(&GUARDED, vals![1, 4])?, 1);
                    assert!(tx.take(&SHELF, 1, 3)?);
                    Err(No::Refused)
                }),
                write(db, |tx| taken(tx, 9)),
                write(db, |tx| if tx.take(&SHELF, 1, 1)? { Ok(()) } else { Err(No::SoldOut) }),
            ],
        );
        assert_eq!(answers[1], Err(WriteError::Refused(No::Refused)));
        assert_eq!(answers[3], Err(WriteError::Refused(No::SoldOut)));
        assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
        assert_eq!(db.read(|q| held(q, 1)).unwrap(), 10);
    });
}

#[test]
fn a_counter_shows_what_its_neighbours_and_itself_have_taken() {
    on_both_tuned(&ONE_LANE, |db| {
        now(db, |tx| Ok(tx.exec(&NEW_SHELF, vals![1, 10])?));
        let seen = |tx: &mut Tx<'_>| tx.look(&SHELF, 1);
        let answers = together(
            db,
            vec![
                write(db, move |tx| {
                    taken(tx, 2)?;
                    Ok(seen(tx)?)
                }),
                write(db, move |tx| {
                    taken(tx, 5)?;
                    assert_eq!(seen(tx)?, Some((7, 10)));
                    Err(No::Refused)
                }),
                write(db, move |tx| {
                    assert_eq!(seen(tx)?, Some((2, 10)), "the refused one gave its five back");
                    assert_eq!(tx.exec(&GUARDED, vals![1, 4])?, 1);
                    Ok(seen(tx)?)
                }),
                write(db, |tx| {
                    tx.insert(&NEW_SHELF, vals![2, 3])?;
                    Ok(tx.look(&SHELF, 2)?)
                }),
                write(db, |tx| Ok(tx.look(&SHELF, 9)?)),
            ],
        );
        let refused = Err(WriteError::Refused(No::Refused));
        assert_eq!(answers, [Ok(Some((2, 10))), refused, Ok(Some((6, 10))), Ok(Some((0, 3))), Ok(None)]);
    });
}

#[test]
fn many_buyers_of_few_things_are_never_sold_more_than_there_is() {
    on_both(|db| {
        now(db, |tx| {
            tx.exec(&NEW_SHELF, vals![1, 100])?;
            Ok(tx.exec(&NEW_SHELF, vals![2, 100])?)
        });
        let buyers: Vec<_> = (0..8)
            .map(|buyer| {
                let db = db.db();
                std::thread::spawn(move || {
                    let mut bought = 0;
                    for i in 0..60 {
                        let id = buyer * 1_000 + i;
                        // Half of them name their keys; one in eight goes around the counter.
                        let keys = if buyer % 2 == 0 {
                            Keys::of([Key::counter(&SHELF, 1), Key::counter(&SHELF, 2)])
                        } else {
                            Keys::none()
                        };
                        let answer = db.write_blocking("buy", keys, move |tx: &mut Tx<'_>| {
                            for sku in [1 + buyer % 2, 2 - buyer % 2] {
                                let got = if buyer == 7 {
                                    tx.exec(&GUARDED, vals![sku, 1])? == 1
                                } else {
                                    tx.take(&SHELF, sku, 1)?
                                };
                                if !got {
                                    return Err(No::SoldOut);
                                }
                                tx.insert(&SELL, vals![id * 2 + sku % 2, sku, 1, "sold"])?;
                            }
                            Ok(())
                        });
                        match answer {
                            Ok(()) => bought += 1,
                            Err(WriteError::Refused(No::SoldOut)) => {}
                            Err(err) => panic!("{err:?}"),
                        }
                    }
                    bought
                })
            })
            .collect();
        let bought: i64 = buyers.into_iter().map(|b| b.join().unwrap()).sum();
        let found = db
            .read(|q| {
                Ok::<_, StoreError>((
                    held(q, 1)?,
                    sold(q, 1)?,
                    held(q, 2)?,
                    sold(q, 2)?,
                    sales(q)?.len() as i64,
                ))
            })
            .unwrap();
        assert_eq!(bought, 100);
        assert_eq!(found, (100, 100, 100, 100, 200));
    });
}

#[test]
fn a_counter_that_was_changed_past_its_lock_is_still_guarded() {
    let test = testkit::db::TestDb::tuned(Engine::Postgres, &ONE_LANE);
    now(&test, |tx| Ok(tx.exec(&NEW_SHELF, vals![1, 10])?));
    let url = test.url().unwrap().to_owned();
    let answer = test.write_blocking("test", Keys::of([Key::counter(&SHELF, 1)]), move |tx: &mut Tx<'_>| {
        let taken = tx.take(&SHELF, 1, 2)?;
        // Another program takes nine, after our batch has read the row.
        let mut other = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        other.batch_execute("update test_shelf set held = 9 where held = 0").unwrap();
        if taken { Ok(()) } else { Err(No::SoldOut) }
    });
    assert_eq!(answer, Err(WriteError::Refused(No::SoldOut)));
    assert_eq!(test.read(|q| held(q, 1)).unwrap(), 9);
}

#[test]
fn writers_that_meet_in_a_deadlock_are_run_again() {
    let test = testkit::db::TestDb::tuned(Engine::Postgres, &Tuning { lanes: 2, ..ONE_LANE });
    now(&test, |tx| {
        tx.exec(&NEW_SHELF, vals![1, 1_000])?;
        Ok(tx.exec(&NEW_SHELF, vals![2, 1_000])?)
    });
    let threads: Vec<_> = (0..4i64)
        .map(|t| {
            let db = test.db();
            std::thread::spawn(move || {
                for _ in 0..10 {
                    // Without keys, in opposite orders.
                    db.write_blocking("cross", Keys::none(), move |tx: &mut Tx<'_>| {
                        tx.exec(&GUARDED, vals![1 + t % 2, 1])?;
                        tx.exec(&GUARDED, vals![2 - t % 2, 1])?;
                        Ok::<_, No>(())
                    })
                    .unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(test.read(|q| Ok::<_, StoreError>((held(q, 1)?, held(q, 2)?))).unwrap(), (40, 40));
}

#[test]
fn a_lane_whose_connection_was_cut_connects_again() {
    let test = testkit::db::TestDb::tuned(Engine::Postgres, &ONE_LANE);
    now(&test, |tx| Ok(sell(tx, 1, 1)?));
    test.read(|q| sales(q)).unwrap();
    let mut admin = postgres::Client::connect(&testkit::db::cluster(), postgres::NoTls).unwrap();
    let database = test.url().unwrap().rsplit('/').next().unwrap().to_owned();
    admin
        .execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", &[&database])
        .unwrap();
    now(&test, |tx| Ok(sell(tx, 2, 1)?));
    assert_eq!(test.read(|q| sales(q)).unwrap(), [1, 2]);
}

#[test]
fn closing_finishes_what_was_queued_even_if_nobody_waits_for_it() {
    on_both_tuned(&ONE_LANE, |db| {
        let (release, held) = hold(db);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            for i in 0..20 {
                let mut gone = write(db, move |tx| Ok(sell(tx, i, 1)?));
                assert!(futures::poll!(gone.as_mut()).is_pending());
            }
        });
        drop(release);
        held.join().unwrap().unwrap();
        db.reopen();
        assert_eq!(db.read(|q| sales(q)).unwrap().len(), 20);
    });
}

#[test]
fn a_read_is_one_snapshot_and_does_not_wait_for_the_writer() {
    on_both_tuned(&ONE_LANE, |db| {
        now(db, |tx| Ok(sell(tx, 1, 1)?));
        let (release, held) = hold(db);
        assert_eq!(db.read(|q| sales(q)).unwrap(), [1], "while the writer is inside a transaction");
        drop(release);
        held.join().unwrap().unwrap();
        db.read(|q| {
            assert_eq!(sales(q)?, [1]);
            now(db, |tx| Ok(sell(tx, 2, 1)?));
            assert_eq!(sales(q)?, [1], "the snapshot stays");
            Ok::<_, StoreError>(())
        })
        .unwrap();
        assert_eq!(db.read(|q| sales(q)).unwrap(), [1, 2]);
    });
}

#[test]
fn bulk_appends_count_what_was_new() {
    on_both(|db| {
        let some: Vec<_> = (0..5_000).map(record).collect();
        let more: Vec<_> = (4_000..9_000).map(record).collect();
        let (first, second) = (some.clone(), more);
        assert_eq!(now(db, move |tx| Ok(tx.append_records(&first)?)), 5_000);
        assert_eq!(now(db, move |tx| Ok(tx.append_records(&second)?)), 4_000);
        assert_eq!(now(db, move |tx| Ok(tx.append_records(&some)?)), 0);
        assert_eq!(db.read(|q| log::count(q)).unwrap(), 9_000);
    });
}

#[test]
fn writing_and_reading_work_inside_async_runtimes_of_both_sorts() {
    on_both(|db| {
        for multi in [false, true] {
            let mut builder = if multi {
                tokio::runtime::Builder::new_multi_thread()
            } else {
                tokio::runtime::Builder::new_current_thread()
            };
            builder.build().unwrap().block_on(async {
                let id = i64::from(multi);
                db.write("async", Keys::none(), move |tx: &mut Tx<'_>| -> Result<(), No> {
                    Ok(sell(tx, id, 1)?)
                })
                .await
                .unwrap();
                assert!(db.read(|q| sales(q)).unwrap().contains(&id));
                let again = Db::open_read(db.source()).unwrap();
                assert!(again.read(|q| sales(q)).unwrap().contains(&id));
                drop(again);
                db.read(|q| {
                    assert_eq!(q.engine(), db.engine());
                    Ok::<_, StoreError>(())
                })
                .unwrap();
            });
        }
    });
}

#[test]
fn a_lock_that_does_not_come_is_a_refusal_after_one_try() {
    store::sql! {
        SOON on Postgres = "set lock_timeout = '50ms'";
    }
    let db = TestDb::tuned(Engine::Postgres, &ONE_LANE);
    db.write_blocking("shelf", Keys::none(), |tx: &mut Tx<'_>| -> Result<(), No> {
        tx.insert(&NEW_SHELF, vals![1, 10])?;
        // For all that this lane does from now on.
        tx.exec(&SOON, &[]).map(drop)?;
        Ok(())
    })
    .unwrap();
    let mut other = postgres::Client::connect(db.url().unwrap(), postgres::NoTls).unwrap();
    let mut other = other.transaction().unwrap();
    other.batch_execute("lock table test_shelf in access exclusive mode").unwrap();
    let runs = Arc::new(AtomicUsize::new(0));
    let buy = |keys: Keys| {
        let runs = runs.clone();
        db.write_blocking("buy", keys, move |tx: &mut Tx<'_>| -> Result<bool, No> {
            runs.fetch_add(1, Ordering::SeqCst);
            Ok(tx.exec(&GUARDED, vals![1, 1])? == 1)
        })
    };
    // In the closure, and before it, where the counter of a key is read.
    for (keys, tries) in [(Keys::none(), 1), (Key::counter(&SHELF, 1).into(), 1)] {
        let err = buy(keys).unwrap_err();
        assert!(matches!(err, WriteError::Store(StoreError::Locked(_))), "{err:?}");
        let WriteError::Store(why) = err else { return };
        assert_eq!((why.kind(), why.code()), (Kind::Unavailable, "store.locked"));
        assert_eq!(runs.load(Ordering::SeqCst), tries);
    }
    other.rollback().unwrap();
    assert_eq!(buy(Keys::none()), Ok(true));
    assert_eq!(db.read(|q| held(q, 1)).unwrap(), 1);
}

#[test]
fn statements_are_counted_as_they_are_asked_for_on_both_engines_alike() {
    on_both(|db| {
        now(db, |tx| Ok(tx.exec(&NEW_SHELF, vals![1, 10])?));
        let before = db.statements();
        now(db, |tx| {
            sell(tx, 1, 1)?;
            assert!(tx.take(&SHELF, 1, 1)?);
            tx.append(&ctx(), &fact(1))?;
            tx.append_records(&[record(2), record(3)])?;
            Ok(held(tx, 1)?)
        });
        assert_eq!(db.statements() - before, 6);
        db.read(|q| sales(q).and_then(|_| sold(q, 1))).unwrap();
        assert_eq!(db.statements() - before, 8);
    });
}

#[test]
fn a_change_of_what_is_not_there_refuses_only_its_own_closure() {
    on_both_tuned(&ONE_LANE, |db| {
        now(db, |tx| {
            sell(tx, 1, 1)?;
            Ok(sell(tx, 2, 1)?)
        });
        let answers = together(
            db,
            vec![
                write(db, |tx| Ok(tx.change(&NOTE, vals![1, "first"])?)),
                write(db, |tx| {
                    sell(tx, 9, 1)?;
                    tx.append(&ctx(), &fact(9))?;
                    Ok(tx.change(&NOTE, vals![77, "of nothing"])?)
                }),
                write(db, |tx| Ok(tx.clear(&NOTE, vals![78, "of nothing, and that is fine"])?)),
                write(db, |tx| Ok(tx.change(&NOTE, vals![2, "second"])?)),
            ],
        );
        assert_eq!(answers[0], Ok(()));
        let Err(WriteError::Refused(No::Store(err))) = &answers[1] else { panic!("{:?}", answers[1]) };
        assert!(matches!(err, StoreError::Moved { .. }), "{err}");
        assert_eq!((err.kind(), err.code()), (Kind::Conflict, "store.moved"));
        assert_eq!((&answers[2], &answers[3]), (&Ok(()), &Ok(())));
        testkit::db::settle(db);
        let (ids, notes, facts) = db
            .read(|q| {
                let notes = q.rows(&NOTES, &[], |row| Ok(row.maybe_text(0)?.map(str::to_owned)))?;
                Ok::<_, StoreError>((sales(q)?, notes, log::after(q, log::Position::default(), 9)?))
            })
            .unwrap();
        assert_eq!(ids, [1, 2], "nothing of the refused one stays");
        assert_eq!(notes, [Some("first".to_owned()), Some("second".to_owned())]);
        assert!(facts.is_empty());
    });
}

#[test]
fn what_one_closure_puts_in_changes_and_takes_out_happens_in_its_order() {
    on_both_tuned(&ONE_LANE, |db| {
        let answers = together(
            db,
            vec![
                write(db, |tx| {
                    sell(tx, 1, 1)?;
                    tx.change(&NOTE, vals![1, "just put in"])?;
                    assert_eq!(note_of(tx, 1)?.as_deref(), Some("just put in"));
                    Ok(())
                }),
                write(db, |tx| {
                    sell(tx, 2, 1)?;
                    tx.clear(&TAKE_OUT, vals![2])?;
                    Ok(sell(tx, 2, 1)?)
                }),
                // It was put in by a neighbour, in the same batch.
                write(db, |tx| Ok(tx.change(&NOTE, vals![1, "by a neighbour"])?)),
            ],
        );
        assert_eq!(answers, [Ok(()), Ok(()), Ok(())]);
        let (ids, note) = db.read(|q| Ok::<_, StoreError>((sales(q)?, note_of(q, 1)?))).unwrap();
        assert_eq!((ids, note.as_deref()), (vec![1, 2], Some("by a neighbour")));
    });
}

#[test]
fn of_many_changes_of_one_row_by_its_version_one_wins() {
    on_both(|db| {
        now(db, |tx| Ok(sell(tx, 1, 1)?));
        for round in 0..10i64 {
            let before = round + 1;
            let answers = together(
                db,
                (0..8).map(|_| write(db, move |tx| Ok(tx.change(&RAISE, vals![1, before])?))).collect(),
            );
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        }
    });
}

#[test]
fn who_reads_a_row_and_changes_it_is_never_told_that_it_moved_in_between() {
    on_both(|db| {
        now(db, |tx| Ok(sell(tx, 1, 1)?));
        for round in 0..10i64 {
            let answers = together(
                db,
                (0..8)
                    .map(|_| {
                        write(db, |tx| {
                            let before = sold(tx, 1)?;
                            Ok(tx.change(&RAISE, vals![1, before])?)
                        })
                    })
                    .collect(),
            );
            assert!(answers.iter().all(Result::is_ok), "{answers:?}");
            assert_eq!(db.read(|q| sold(q, 1)).unwrap(), 1 + 8 * (round + 1));
        }
    });
}

#[test]
fn a_snapshot_holds_still_while_statements_apart_see_what_came_in_between() {
    on_both(|db| {
        now(db, |tx| Ok(sell(tx, 1, 1)?));
        let came = |id: i64| now(db, move |tx| Ok(sell(tx, id, 1)?));
        let held = db.read(|q| {
            let before = sales(q)?;
            came(2);
            Ok::<_, StoreError>((before, sales(q)?))
        });
        assert_eq!(held.unwrap(), (vec![1], vec![1]));
        let apart = db.read_apart(|q| {
            let before = sales(q)?;
            came(3);
            Ok::<_, StoreError>((before, sales(q)?))
        });
        assert_eq!(apart.unwrap(), (vec![1, 2], vec![1, 2, 3]));
    });
}

#[test]
fn refusals_after_direct_statements_harm_no_neighbour_in_this_batch_or_the_next() {
    on_both_tuned(&ONE_LANE, |db| {
        let db: &Db = db;
        now(db, |tx| Ok(tx.exec(&NEW_SHELF, vals![1, 100])?));
        for round in 0..3i64 {
            let at = round * 10;
            let put = move |id: i64| {
                write(db, move |tx: &mut Tx<'_>| {
                    assert!(tx.take(&SHELF, 1, 1)?);
                    tx.exec(&SELL, vals![id, 1, 1, "direct"])?;
                    Ok(sell(tx, id + 1, 1)?)
                })
            };
            let refused = write(db, move |tx| {
                assert!(tx.take(&SHELF, 1, 5)?);
                tx.exec(&SELL, vals![at + 7, 1, 1, "direct"])?;
                sell(tx, at + 8, 1)?;
                Err(No::Refused)
            });
            let answers = together(db, vec![put(at), refused, put(at + 2)]);
            assert_eq!(answers, [Ok(()), Err(WriteError::Refused(No::Refused)), Ok(())], "round {round}");
        }
        testkit::db::settle(db);
        let (ids, taken) = db.read(|q| Ok::<_, StoreError>((sales(q)?, held(q, 1)?))).unwrap();
        assert_eq!((ids, taken), (vec![0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23], 6));
    });
}
