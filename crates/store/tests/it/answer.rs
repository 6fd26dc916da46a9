//! Answers under idempotency keys.

use crate::{No, sales, sell};
use kernel::{Moment, RawId};
use store::answer::{self, Asked, Before, Running};
use store::{Db, Keys, StoreError, Tx, WriteError};
use testkit::db::on_both;

const AT: Moment = Moment::from_micros(1_700_000_000_000_000);

fn who(n: u128) -> RawId {
    RawId::new(AT, n)
}

/// Sells under a key, as a handler does.
fn sell_under(db: &Db, who: RawId, key: &'static str, print: u8, id: i64) -> Result<(), WriteError<No>> {
    db.write_blocking("sell", Keys::none(), move |tx: &mut Tx<'_>| {
        sell(tx, id, 1)?;
        let asked = Asked { who, key, print: [print; 32] };
        Ok(answer::keep(tx, &asked, 201, &format!("{{\"sold\":{id}}}"), AT)?)
    })
}

fn before(db: &Db, who: RawId, key: &str, print: u8) -> Before {
    db.read(|q| answer::before(q, &Asked { who, key, print: [print; 32] })).unwrap()
}

#[test]
fn the_same_request_under_a_key_finds_its_answer_and_another_one_does_not() {
    on_both(|db| {
        assert_eq!(before(db, who(1), "k", 1), Before::None);
        sell_under(db, who(1), "k", 1, 7).unwrap();
        let same = Before::Same { status: 201, body: "{\"sold\":7}".to_owned() };
        assert_eq!(before(db, who(1), "k", 1), same);
        assert_eq!(before(db, who(1), "k", 2), Before::Other);
        assert_eq!(before(db, who(2), "k", 1), Before::None, "keys of different people never meet");
        assert_eq!(before(db, who(1), "K", 1), Before::None);
    });
}

#[test]
fn a_key_that_has_an_answer_refuses_the_work_itself() {
    on_both(|db| {
        sell_under(db, who(1), "k", 1, 7).unwrap();
        let again = sell_under(db, who(1), "k", 1, 8).unwrap_err();
        assert!(matches!(again, WriteError::Refused(No::Store(StoreError::Constraint { .. }))), "{again:?}");
        assert_eq!(db.read(|q| sales(q)).unwrap(), [7]);
    });
}

#[test]
fn refused_work_leaves_no_answer() {
    on_both(|db| {
        let refused = db.write_blocking("sell", Keys::none(), |tx: &mut Tx<'_>| -> Result<(), No> {
            answer::keep(tx, &Asked { who: who(1), key: "k", print: [1; 32] }, 201, "{}", AT)?;
            Err(No::Refused)
        });
        assert_eq!(refused, Err(WriteError::Refused(No::Refused)));
        assert_eq!(before(db, who(1), "k", 1), Before::None);
    });
}

#[test]
fn a_sweep_takes_the_old_ones_and_no_more_than_it_may() {
    on_both(|db| {
        for (n, key) in ["a", "b", "c"].into_iter().enumerate() {
            let at = AT.plus_micros(n as i64);
            db.write_blocking("keep", Keys::none(), move |tx: &mut Tx<'_>| {
                let asked = Asked { who: who(1), key, print: [1; 32] };
                answer::keep(tx, &asked, 200, "", at).map_err(No::from)
            })
            .unwrap();
        }
        let sweep = |until: i64, limit: i64| {
            let until = AT.plus_micros(until);
            db.write_blocking("sweep", Keys::none(), move |tx: &mut Tx<'_>| {
                answer::sweep(tx, until, limit).map_err(No::from)
            })
            .unwrap()
        };
        assert_eq!(sweep(2, 1), 1);
        assert_eq!(before(db, who(1), "a", 1), Before::None);
        assert_eq!(sweep(2, 10), 1);
        assert_eq!(sweep(2, 10), 0, "the third is too young");
        assert!(matches!(before(db, who(1), "c", 1), Before::Same { .. }));
    });
}

#[test]
fn a_key_is_worked_on_by_one_until_that_one_is_done() {
    let running = Running::default();
    let first = running.begin(who(1), "k").unwrap();
    assert!(running.begin(who(1), "k").is_none());
    assert!(running.begin(who(2), "k").is_some());
    assert!(running.clone().begin(who(1), "k").is_none());
    drop(first);
    assert!(running.begin(who(1), "k").is_some());
}
