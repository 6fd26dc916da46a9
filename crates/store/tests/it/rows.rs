//! Values, the market's row, timers and jobs.

use crate::No;
use kernel::{Kind, Market, Moment, Problem, RawId};
use store::job::{self, Job};
use store::timer::{self, Timer};
use store::{Db, Keys, Query, StoreError, Tx, WriteError, log, market, vals};
use testkit::db::on_both;

store::sql! {
    PUT_KINDS = "insert into test_kinds (a, b, c, d) values ($1, $2, $3, $4)";
    KINDS = "select a, b, c, d, $1 from test_kinds where a is not distinct from $2";
    SWAPPED = "select cast($2 as bigint) - cast($1 as bigint), '$1'";
    WRONG_COUNT = "select a from test_kinds where a = $1";
}

fn write<T: Send + 'static>(
    db: &Db,
    f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, WriteError<No>> {
    db.write_blocking("test", Keys::none(), move |tx: &mut Tx<'_>| Ok(f(tx)?))
}

fn id(n: u128) -> RawId {
    RawId::new(Moment::from_micros(1_000_000), n)
}

fn market(zone: &str, currency: &str) -> Market {
    Market { zone: zone.parse().unwrap(), currency: currency.parse().unwrap() }
}

#[test]
fn values_come_back_as_they_were() {
    on_both(|db| {
        write(db, |tx| {
            tx.insert(&PUT_KINDS, vals![7, 2.5, "引号'\"", id(1)])?;
            tx.exec(&PUT_KINDS, vals![None::<i64>, None::<f64>, None::<&str>, None::<&[u8]>]).map(drop)
        })
        .unwrap();
        db.read(|q| {
            let full = q.one(&KINDS, vals!["x", 7], |row| {
                assert_eq!(row.maybe_int(0)?, Some(7));
                assert_eq!(row.blob(3)?, id(1).0);
                Ok((row.int(0)?, row.real(1)?, row.text(2)?.to_owned(), row.id(3)?, row.text(4)?.to_owned()))
            })?;
            assert_eq!(full, Some((7, 2.5, "引号'\"".to_owned(), id(1), "x".to_owned())));
            let empty = q.one(&KINDS, vals!["x", None::<i64>], |row| {
                Ok((row.maybe_int(0)?, row.maybe_real(1)?, row.maybe_text(2)?.is_none(), row.maybe_id(3)?))
            })?;
            assert_eq!(empty, Some((None, None, true, None)));
            Ok::<_, StoreError>(())
        })
        .unwrap();
    });
}

#[test]
fn a_column_of_another_type_is_an_error_and_not_a_conversion() {
    on_both(|db| {
        write(db, |tx| tx.insert(&PUT_KINDS, vals![1, 2.5, "text", b"short".as_slice()])).unwrap();
        type Wrong = fn(&store::Row<'_>) -> Result<(), StoreError>;
        let wrong: [Wrong; 6] = [
            |row| row.text(0).map(drop),
            |row| row.int(2).map(drop),
            |row| row.blob(2).map(drop),
            |row| row.id(3).map(drop),
            |row| row.int(1).map(drop),
            |row| row.int(9).map(drop),
        ];
        for ask in wrong {
            let err = db.read(|q| q.one(&KINDS, vals!["x", 1], ask)).unwrap_err();
            assert!(matches!(err, StoreError::Column { .. }), "{err:?}");
        }
    });
}

#[test]
fn parameters_go_by_number_and_their_count_is_checked() {
    on_both(|db| {
        let got =
            db.read(|q| q.one(&SWAPPED, vals![10, 3], |row| Ok((row.int(0)?, row.text(1)?.to_owned()))));
        assert_eq!(got.unwrap(), Some((-7, "$1".to_owned())));
        let err = db.read(|q| q.one(&WRONG_COUNT, vals![1, 2], |row| row.int(0))).unwrap_err();
        assert!(matches!(err, StoreError::Sql { .. }), "{err:?}");
    });
}

#[test]
fn the_market_is_fixed_once_it_has_facts() {
    on_both(|db| {
        assert!(db.read(|q| market::get(q)).unwrap().is_none());
        let (china, brazil) = (market("Asia/Shanghai", "CNY"), market("America/Sao_Paulo", "BRL"));
        for wanted in [&china, &brazil] {
            let m = wanted.clone();
            write(db, move |tx| market::set(tx, &m)).unwrap();
            assert_eq!(db.read(|q| market::get(q)).unwrap().as_ref(), Some(wanted));
        }
        write(db, |tx| tx.append_records(&[crate::record(1)])).unwrap();
        let same = brazil.clone();
        write(db, move |tx| market::set(tx, &same)).unwrap();
        let Err(WriteError::Refused(No::Store(err))) = write(db, move |tx| market::set(tx, &china)) else {
            panic!("the market was changed under its facts")
        };
        assert_eq!(err.kind(), Kind::Conflict);
        assert_eq!(
            err.to_string(),
            "the market has facts in America/Sao_Paulo and BRL and cannot be changed to Asia/Shanghai and CNY"
        );
        assert_eq!(db.read(|q| market::get(q)).unwrap(), Some(brazil));
        assert_eq!(db.read(|q| log::count(q)).unwrap(), 1);
    });
}

#[test]
fn a_timer_fires_once_when_it_is_due_unless_it_was_cancelled_or_moved() {
    on_both(|db| {
        let at = Moment::from_micros;
        let timer =
            move |n, due| Timer { id: id(n), kind: "ship_by".into(), subject: id(100 + n), due_at: at(due) };
        write(db, move |tx| {
            for (n, due) in [(1, 10), (2, 20), (3, 30)] {
                timer::set(tx, &timer(n, due))?;
            }
            timer::start(tx, &timer(4, 5))?;
            timer::set(tx, &timer(4, 40))?;
            assert!(timer::cancel(tx, id(2))?);
            assert!(!timer::cancel(tx, id(2))?);
            Ok(())
        })
        .unwrap();
        let twice = write(db, move |tx| timer::start(tx, &timer(4, 50)));
        assert!(
            matches!(twice, Err(WriteError::Refused(No::Store(StoreError::Constraint { .. })))),
            "{twice:?}"
        );
        assert_eq!(db.read(|q| timer::next(q, "ship_by", at(0))).unwrap(), Some(at(10)));
        assert_eq!(db.read(|q| timer::due(q, at(30), 10)).unwrap(), [timer(1, 10), timer(3, 30)]);
        let fire = |t: Timer, now: i64| {
            write(db, move |tx| timer::fire(tx, &t, at(now), |_| Ok::<_, StoreError>(()))).unwrap().is_some()
        };
        assert!(!fire(timer(1, 10), 9), "not due");
        assert!(fire(timer(1, 10), 10));
        assert!(!fire(timer(1, 10), 11), "fired already");
        assert!(!fire(timer(2, 20), 20), "cancelled");
        assert!(!fire(timer(4, 5), 50), "moved");
        assert!(fire(timer(4, 40), 50));
    });
}

#[test]
fn timers_of_a_kind_are_claimed_for_a_while_the_longest_due_first() {
    on_both(|db| {
        let at = Moment::from_micros;
        let timer = move |n, kind: &str, due| Timer {
            id: id(n),
            kind: kind.into(),
            subject: id(100 + n),
            due_at: at(due),
        };
        write(db, move |tx| {
            for (n, kind, due) in [(1, "a", 30), (2, "a", 10), (3, "b", 10), (4, "a", 20), (5, "a", 99)] {
                timer::start(tx, &timer(n, kind, due))?;
            }
            Ok(())
        })
        .unwrap();
        let claim = |kind: &'static str, now, until, limit| {
            write(db, move |tx| timer::claim(tx, kind, at(now), at(until), limit)).unwrap()
        };
        let claimed = |now, until, limit| -> Vec<_> {
            claim("a", now, until, limit).into_iter().map(|c| (c.timer.id, c.failed)).collect()
        };
        assert_eq!(claimed(9, 50, 9), [], "not due");
        assert_eq!(claimed(30, 50, 2), [(id(2), 1), (id(4), 1)]);
        assert_eq!(db.read(|q| timer::next(q, "a", at(30))).unwrap(), Some(at(30)), "what nobody claimed");
        assert_eq!(claimed(30, 50, 9), [(id(1), 1)]);
        assert_eq!(claimed(49, 60, 9), [], "claimed");
        assert_eq!(claim("b", 30, 50, 9).len(), 1, "another kind");
        // The claims ran out, but for what was moved meanwhile.
        write(db, move |tx| timer::set(tx, &timer(4, "a", 70))).unwrap();
        assert_eq!(claimed(50, 60, 9), [(id(2), 2), (id(1), 2)]);
        assert_eq!(claimed(70, 80, 9), [(id(2), 3), (id(1), 3), (id(4), 1)]);
    });
}

#[test]
fn a_job_is_claimed_by_one_worker_and_only_the_newest_claim_counts() {
    on_both(|db| {
        let at = Moment::from_micros;
        for (n, due) in [(1, 10), (2, 20), (1, 5)] {
            write(db, move |tx| job::enqueue(tx, id(n), "mail", "{}", at(due))).unwrap();
        }
        assert_eq!(db.read(|q| job::next(q, "mail")).unwrap(), Some(at(10)), "the same job twice");
        assert_eq!(db.read(|q| job::next(q, "fax")).unwrap(), None);
        let claim = |kind: &'static str, now: i64, until: i64| -> Option<Job> {
            write(db, move |tx| job::claim(tx, kind, at(now), at(until), 1)).unwrap().pop()
        };
        let done = |j: &Job| {
            let j = j.clone();
            write(db, move |tx| job::finish(tx, &j)).is_ok()
        };
        assert_eq!(claim("mail", 9, 99), None, "not due");
        assert_eq!(claim("fax", 50, 99), None, "another kind");
        let slow = claim("mail", 10, 30).unwrap();
        assert_eq!((slow.id, slow.tries, slow.failed, slow.body.as_str()), (id(1), 1, 1, "{}"));
        assert_eq!(claim("mail", 15, 99), None, "claimed");
        let second = claim("mail", 29, 99).unwrap();
        assert_eq!(second.id, id(2));
        let fresh = claim("mail", 30, 99).unwrap();
        assert_eq!((fresh.id, fresh.tries, fresh.failed), (id(1), 2, 2), "the first claim ran out");
        assert!(!done(&slow), "the slow worker is too late");
        let f = fresh.clone();
        assert!(write(db, move |tx| job::again(tx, &f, at(200), Some("no answer"))).unwrap());
        assert_eq!(
            claim("mail", 150, 160),
            Some(Job { due_at: at(160), tries: 2, failed: 2, ..second.clone() }),
            "its claim ran out"
        );
        assert!(!done(&second));
        let last = claim("mail", 200, 300).unwrap();
        assert_eq!((last.id, last.tries, last.failed), (id(2), 3, 3), "longest due");
        let last = claim("mail", 200, 300).unwrap();
        assert_eq!((last.id, last.tries, last.failed), (id(1), 3, 1), "to be put off is no failure");
        assert_eq!(last.last_error.as_deref(), Some("no answer"));
        assert!(done(&last));
        assert!(!done(&last), "it was done already");
        write(db, move |tx| job::cancel(tx, id(2))).unwrap();
        write(db, move |tx| job::cancel(tx, id(2))).unwrap();
        assert_eq!(db.read(|q| job::due(q, "mail", Moment::MAX, 9)).unwrap(), []);
    });
}
