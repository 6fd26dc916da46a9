//! Ways of delivery: what is set, changed and taken away, whose they are, and how many there may be.

use kernel::{Actor, Ctx, Currency, Id, Moment, Money, Problem, RawId, id};
use std::sync::Barrier;
use store::{Db, Keys, Tx, WriteError};
use testkit::db::on_both;
use trade::coupon::Scope;
use trade::delivery::{self, DeliveryMethod, Error};

const MOST: i64 = 3;

fn of<T>(n: u64) -> Id<T> {
    Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n.into()))
}

fn ctx(n: u64) -> Ctx {
    Ctx::new(Moment::from_micros(1_700_000_000_000_000 + n as i64), Actor::Member(of(1)), n)
}

fn delivery_method(code: &str, fee: i64) -> DeliveryMethod {
    DeliveryMethod {
        code: code.into(),
        zh: "次日达".into(),
        en: "Next day".into(),
        fee: Money::new(fee, Currency::CNY),
        free_from: None,
        scope: Scope::All,
        within: Some(24),
    }
}

fn write<T: Send + 'static>(
    db: &Db,
    keys: Keys,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    db.write_blocking("test", keys, f).map_err(WriteError::flatten)
}

fn set(db: &Db, shop: u64, n: u64, delivery_method: DeliveryMethod) -> Result<(), Error> {
    write(db, delivery::keys(of(shop)), move |tx| {
        delivery::set(tx, &ctx(n), of(shop), &delivery_method, MOST)
    })
}

fn codes(db: &Db, shop: u64) -> Vec<(Box<str>, i64)> {
    let delivery_methods = db.read(|q| delivery::delivery_methods(q, of::<id::Shop>(shop))).unwrap();
    delivery_methods
        .into_iter()
        .map(|delivery_method| (delivery_method.code, delivery_method.fee.minor))
        .collect()
}

#[test]
fn a_way_is_set_changed_and_taken_away_by_its_shop_alone() {
    on_both(|db| {
        assert_eq!(set(db, 1, 1, delivery_method("express", 1_200)), Ok(()));
        assert_eq!(set(db, 1, 2, delivery_method("express", 900)), Ok(()), "the same code is the same way");
        assert_eq!(codes(db, 1), [("express".into(), 900)]);
        assert_eq!(
            db.read(|q| delivery::delivery_method(q, of(1), "express")),
            Ok(delivery_method("express", 900))
        );
        let other = db.read(|q| delivery::delivery_method(q, of(2), "express")).unwrap_err();
        assert_eq!((other.code(), other.kind()), ("delivery.no_way", kernel::Kind::NotFound));
        let remove =
            |shop: u64| write(db, Keys::none(), move |tx| delivery::remove(tx, &ctx(9), of(shop), "express"));
        assert_eq!(remove(2).unwrap_err().code(), "delivery.no_way");
        assert_eq!(remove(1), Ok(vec![]));
        assert_eq!(remove(1).unwrap_err().code(), "delivery.no_way");
        assert!(codes(db, 1).is_empty());
        assert_eq!(set(db, 1, 3, delivery_method("standard", 1)), Err(Error::Code));
    });
}

#[test]
fn a_shop_has_no_more_ways_than_the_terms_say_though_several_add_at_once() {
    on_both(|db| {
        let db: &Db = db;
        let start = Barrier::new(6);
        let won: usize = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..6u64)
                .map(|n| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        set(db, 1, 10 + n, delivery_method(&format!("way-{n}"), 100))
                    })
                })
                .collect();
            let done = tries.into_iter().map(|one| one.join().unwrap());
            done.filter(|set| *set != Err(Error::Full { most: MOST })).map(Result::unwrap).count()
        });
        assert_eq!((won, codes(db, 1).len()), (3, 3));
        let one = codes(db, 1)[0].0.clone();
        assert_eq!(set(db, 1, 30, delivery_method(&one, 5)), Ok(()), "one that is there is still changed");
        assert_eq!(set(db, 2, 31, delivery_method("express", 5)), Ok(()), "another shop has room");
    });
}

#[test]
fn every_command_and_view_of_ways_is_one_statement_beside_its_fact() {
    on_both(|db| {
        set(db, 1, 1, delivery_method("express", 1)).unwrap();
        let before = db.statements();
        db.read(|q| delivery::delivery_method(q, of(1), "express")).unwrap();
        db.read(|q| delivery::delivery_methods(q, of(1))).unwrap();
        assert_eq!(db.statements() - before, 2);
    });
}
