//! Quotes: kept, taken once, and swept.

use kernel::{Actor, Ctx, Currency, Id, Moment, Money, Problem, RawId, id};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Keys, Tx};
use testkit::db::on_both;
use trade::coupon::{Claimed, Issuer, Kind, Scope};
use trade::price::{Asked, Freight, LineAsked, Priced, ShopAsked, price};
use trade::quote::{self, Error, Keep, Quote, Shown};
use trade::scene::{Scene, Via};
use trade::terms;

const NOW: Moment = Moment::from_micros(1_795_000_000_000_000);

fn of<T>(n: u64) -> Id<T> {
    Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n.into()))
}
fn yuan(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}
fn ctx(now: Moment) -> Ctx {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Ctx::new(now, Actor::System, NEXT.fetch_add(1, Ordering::Relaxed))
}
fn write<T: Send + 'static>(
    db: &Db,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    db.write_blocking("test", Keys::none(), f).map_err(store::WriteError::flatten)
}

/// Two shops, one coupon that ends at a moment.
fn priced(until: Moment) -> Priced {
    let line = |n| LineAsked {
        sku: of(n),
        product: of(n),
        category: "home".into(),
        quantity: 1,
        unit: yuan(10_000),
        list: None,
        freight: Freight { fee: yuan(500), free_from: None },
        limit: None,
        had: 0,
    };
    let claim = Claimed {
        left: None,
        claim: of(1),
        coupon: of(1),
        title: "满 10 减 5".into(),
        issuer: Issuer::Platform,
        kind: Kind::Off { over: yuan(1000), off: yuan(500) },
        scope: Scope::All,
        from: NOW,
        until,
        exclusive: false,
        segment: None,
        outside: false,
    };
    let shops = vec![
        ShopAsked { shop: of(2), lines: vec![line(2)], delivery_method: None },
        ShopAsked { shop: of(1), lines: vec![line(1), line(3)], delivery_method: None },
    ];
    price(&Asked { shops, claims: vec![claim] }, &terms::built_in().unwrap()[0], NOW).unwrap()
}
fn shown(n: u64) -> Shown {
    Shown {
        backorder: false,
        codes: false,
        sku: of(n),
        product: of(n),
        title: "手作粗陶马克杯".into(),
        variant: "竹青 \"350 ml\"".into(),
        media: (n == 1).then(|| "9f00".into()),
        version: 3,
        ship: "ship-48h".into(),
        digital: false,
        via: Via::new(Scene::Search, Some("query:9f")).unwrap(),
    }
}
fn keep_as(db: &Db, lines: Vec<Shown>, until: Moment) -> Result<(Id<id::Quote>, Moment), Error> {
    let (ctx, priced) = (ctx(NOW), priced(NOW.plus_days(1)));
    write(db, move |tx| {
        let keep = Keep {
            priced: &priced,
            address: Some(of(9)),
            lines: &lines,
            until,
            note: Some("{\"ship\":1}"),
            apart: false,
        };
        quote::keep(tx, &ctx, of(1), &keep)
    })
}
fn keep(db: &Db) -> Id<id::Quote> {
    let lines = [2, 1, 3].map(shown).to_vec();
    keep_as(db, lines, NOW.plus_hours(1)).unwrap().0
}
fn take(db: &Db, member: u64, id: Id<id::Quote>, now: Moment) -> Result<Quote, Error> {
    let ctx = ctx(now);
    write(db, move |tx| quote::take(tx, &ctx, of(member), id))
}

#[test]
fn a_quote_is_taken_as_it_was_kept_and_once() {
    on_both(|db| {
        let id = keep(db);
        let view = db.read(|q| quote::quote(q, of(1), id)).unwrap();
        assert!(view.is_open(NOW) && !view.is_open(NOW.plus_hours(1)));
        let taken = take(db, 1, id, NOW).unwrap();
        assert_eq!(taken, view.quote);
        assert_eq!(taken.priced, priced(NOW.plus_days(1)));
        assert_eq!(taken.lines, [2, 1, 3].map(shown));
        assert_eq!((taken.address, taken.until), (Some(of(9)), NOW.plus_hours(1)));
        assert_eq!(taken.note.as_deref(), Some("{\"ship\":1}"));
        assert_eq!(take(db, 1, id, NOW), Err(Error::Taken { at: NOW }));
        let view = db.read(|q| quote::quote(q, of(1), id)).unwrap();
        assert_eq!((view.taken_at, view.is_open(NOW)), (Some(NOW), false));
    });
}

#[test]
fn a_quote_is_anothers_never_and_over_at_its_end() {
    on_both(|db| {
        let id = keep(db);
        assert_eq!(take(db, 2, id, NOW), Err(Error::NoQuote(id)));
        assert_eq!(db.read(|q| quote::quote(q, of(2), id)), Err(Error::NoQuote(id)));
        assert_eq!(take(db, 1, of(99), NOW), Err(Error::NoQuote(of(99))));
        let end = NOW.plus_hours(1);
        let over = take(db, 1, id, end).unwrap_err();
        assert_eq!((over.code(), over), ("quote.expired", Error::Expired { until: end }));
        assert!(take(db, 1, id, end.plus_micros(-1)).is_ok());
    });
}

#[test]
fn a_price_holds_no_longer_than_the_coupons_in_it() {
    on_both(|db| {
        let lines = || [2, 1, 3].map(shown).to_vec();
        let (_, until) = keep_as(db, lines(), NOW.plus_days(9)).unwrap();
        assert_eq!(until, NOW.plus_days(1));
        let over = keep_as(db, lines(), NOW);
        assert_eq!(over, Err(Error::Over { until: NOW }));
    });
}

#[test]
fn what_is_shown_belongs_to_what_is_priced() {
    on_both(|db| {
        for lines in [vec![], [2, 1].map(shown).to_vec(), [1, 2, 3].map(shown).to_vec()] {
            assert_eq!(keep_as(db, lines, NOW.plus_hours(1)), Err(Error::NotItsLines));
        }
    });
}

#[test]
fn of_many_that_take_a_quote_one_does() {
    on_both(|db| {
        for _ in 0..6 {
            let (id, barrier) = (keep(db), Barrier::new(6));
            let answers: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..6)
                    .map(|_| {
                        let (db, barrier) = (Db::clone(db), &barrier);
                        scope.spawn(move || {
                            barrier.wait();
                            take(&db, 1, id, NOW)
                        })
                    })
                    .collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
            for refused in answers.into_iter().filter_map(Result::err) {
                assert_eq!(refused, Error::Taken { at: NOW });
            }
        }
    });
}

#[test]
fn quotes_that_ended_are_swept_in_parts_and_the_others_stay() {
    on_both(|db| {
        let lines = || [2, 1, 3].map(shown).to_vec();
        let old: Vec<_> = (1..=5).map(|hour| keep_as(db, lines(), NOW.plus_hours(hour)).unwrap().0).collect();
        take(db, 1, old[0], NOW).unwrap();
        let sweep = |limit| write(db, move |tx| quote::sweep(tx, NOW.plus_hours(4), limit)).unwrap();
        assert_eq!(sweep(2), 2);
        assert_eq!(sweep(2), 1);
        assert_eq!(sweep(2), 0);
        let there: Vec<bool> =
            old.iter().map(|id| db.read(|q| quote::quote(q, of(1), *id)).is_ok()).collect();
        assert_eq!(there, [false, false, false, true, true]);
    });
}

#[test]
fn keeping_is_one_statement_and_taking_looks_and_takes() {
    on_both(|db| {
        let before = db.statements();
        let id = keep(db);
        assert_eq!(db.statements() - before, 1);
        take(db, 1, id, NOW).unwrap();
        assert_eq!(db.statements() - before, 3);
        db.read(|q| quote::quote(q, of(1), id)).unwrap();
        assert_eq!(db.statements() - before, 4);
    });
}
