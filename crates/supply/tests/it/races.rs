//! Real threads that want the same thing at once: each race ends in one truth.

use crate::{Yard, ctx, ctx_at, fire, later, reason, reserve, write_with};
use std::sync::{Arc, Barrier};
use store::{Keys, timer};
use supply::warehouse::{self, Basket, Error, Reservation, Status};
use testkit::db::on_both;

/// Runs closures on a thread each, all let go at once.
pub(crate) fn at_once<T: Send + 'static>(all: Vec<Box<dyn FnOnce() -> T + Send>>) -> Vec<T> {
    let gate = Arc::new(Barrier::new(all.len()));
    let threads: Vec<_> = all
        .into_iter()
        .map(|run| {
            let gate = Arc::clone(&gate);
            std::thread::spawn(move || {
                gate.wait();
                run()
            })
        })
        .collect();
    threads.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn fifty_buyers_of_twenty_units_buy_exactly_twenty() {
    on_both(|db| {
        for named in [true, false] {
            let yard = Yard::new(db, 1);
            let sku = yard.sku(&[20]);
            let buyer = |_| {
                let (db, baskets) = (db.db(), [yard.basket(&[(sku, 1)])]);
                let buy = move || -> Result<(), Error> {
                    let keys = if named {
                        db.read(|q| warehouse::keys_to_reserve(q, &baskets))?
                    } else {
                        Keys::none()
                    };
                    // Who names no keys may meet somebody in another lane, and tries again.
                    loop {
                        let baskets = baskets.clone();
                        match write_with(&db, keys.clone(), move |tx| {
                            warehouse::reserve(tx, &ctx(), &baskets).map(drop)
                        }) {
                            Err(Error::Moved) => {}
                            answer => return answer,
                        }
                    }
                };
                Box::new(buy) as Box<dyn FnOnce() -> Result<(), Error> + Send>
            };
            let answers = at_once((0..50).map(buyer).collect());
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 20);
            let short = |answer: &&Result<(), Error>| matches!(answer, Err(Error::Short(lacks)) if lacks[0].left == 0);
            assert_eq!(answers.iter().filter(short).count(), 30);
            assert_eq!(yard.figures(sku), (20, 20, 0));
            yard.is_sound();
        }
    });
}

#[test]
fn buyers_of_two_kits_that_share_a_part_get_no_more_than_there_is_of_it() {
    on_both(|db| {
        let yard = Yard::new(db, 2);
        let (cup, tea, jam) = (yard.sku(&[7, 6]), yard.sku(&[50]), yard.sku(&[50]));
        let kits = [yard.kit(&[cup, tea]), yard.kit(&[jam, cup])];
        let buyer = |n: usize| {
            let mut lines = vec![(kits[n % 2], 1)];
            if n.is_multiple_of(3) {
                lines.push((cup, 1));
            }
            let (db, basket) = (db.db(), yard.basket(&lines));
            Box::new(move || reserve(&db, basket)) as Box<dyn FnOnce() -> Result<Reservation, Error> + Send>
        };
        let answers = at_once((0..30).map(buyer).collect());
        let cups: i64 = answers
            .iter()
            .flatten()
            .flat_map(|r| &r.claims)
            .filter(|claim| claim.place.sku == cup)
            .map(|claim| claim.quantity)
            .sum();
        let (on_hand, reserved, available) = yard.figures(cup);
        assert_eq!((on_hand, reserved, available), (13, cups, 13 - cups));
        // At most one is left over: everybody wants one or two.
        assert!(available <= 1, "{available} cups stayed although somebody was refused");
        assert!(answers.iter().flatten().count() >= 7);
        yard.is_sound();
    });
}

#[test]
fn of_a_release_and_a_commit_one_is_first() {
    on_both(|db| {
        for round in 0..12 {
            let yard = Yard::new(db, 1);
            let sku = yard.sku(&[3]);
            let (shop, id) = (yard.shop, yard.reserve(&[(sku, 2)]).unwrap().id);
            let keys = || match round % 2 {
                0 => db.read(|q| warehouse::keys_of(q, shop, id)).unwrap(),
                _ => Keys::none(),
            };
            let (one, two, ship_keys, give_keys) = (db.db(), db.db(), keys(), keys());
            let answers = at_once::<Result<Status, Error>>(vec![
                Box::new(move || {
                    write_with(&one, ship_keys, move |tx| {
                        warehouse::commit(tx, &ctx(), shop, id).map(|r| r.status)
                    })
                }),
                Box::new(move || {
                    write_with(&two, give_keys, move |tx| {
                        warehouse::release(tx, &ctx(), shop, id, &reason()).map(|r| r.status)
                    })
                }),
            ]);
            let won: Vec<Status> = answers.iter().flatten().copied().collect();
            assert_eq!(won.len(), 1, "{answers:?}");
            let lost = answers.iter().find_map(|answer| answer.as_ref().err()).unwrap();
            assert!(matches!(lost, Error::Over { .. } | Error::Moved), "{lost}");
            let expected = if won[0] == Status::Committed { (1, 0, 1) } else { (3, 0, 3) };
            assert_eq!(yard.figures(sku), expected);
            assert_eq!(db.read(|q| warehouse::reservation(q, shop, id)).unwrap().status, won[0]);
            yard.is_sound();
        }
    });
}

#[test]
fn of_an_expiry_and_a_commit_one_is_first() {
    on_both(|db| {
        for round in 0..12 {
            let yard = Yard::new(db, 1);
            let sku = yard.sku(&[3]);
            let (shop, id) = (yard.shop, yard.reserve(&[(sku, 2)]).unwrap().id);
            let timer = db
                .read(|q| timer::due(q, later(600), 100))
                .unwrap()
                .into_iter()
                .find(|timer| timer.subject == id.raw())
                .unwrap();
            let keys = || match round % 2 {
                0 => db.read(|q| warehouse::keys_of(q, shop, id)).unwrap(),
                _ => Keys::none(),
            };
            let (one, two, ship_keys, fire_keys) = (db.db(), db.db(), keys(), keys());
            let answers = at_once::<Result<Option<Status>, Error>>(vec![
                Box::new(move || {
                    write_with(&one, ship_keys, move |tx| {
                        warehouse::commit(tx, &ctx_at(later(600)), shop, id).map(|r| Some(r.status))
                    })
                }),
                Box::new(move || {
                    write_with(&two, fire_keys, move |tx| Ok(fire(tx, later(600), &timer)?.map(|r| r.status)))
                }),
            ]);
            let won: Vec<Status> = answers.iter().flatten().flatten().copied().collect();
            assert_eq!(won.len(), 1, "{answers:?}");
            let expected = if won[0] == Status::Committed { (1, 0, 1) } else { (3, 0, 3) };
            assert_eq!(yard.figures(sku), expected);
            assert_eq!(db.read(|q| warehouse::reservation(q, shop, id)).unwrap().status, won[0]);
            assert!(
                db.read(|q| timer::due(q, later(600), 100)).unwrap().iter().all(|t| t.subject != id.raw())
            );
            yard.is_sound();
        }
    });
}

#[test]
fn baskets_that_want_the_same_skus_in_other_orders_do_not_wait_for_each_other() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let skus: Vec<_> = (0..4).map(|_| yard.sku(&[40])).collect();
        let buyer = |n: usize| {
            let mut lines: Vec<_> = skus.iter().map(|sku| (*sku, 1)).collect();
            lines.rotate_left(n % 4);
            if n.is_multiple_of(2) {
                lines.reverse();
            }
            let (db, basket) = (db.db(), Basket { until: None, ..yard.basket(&lines) });
            Box::new(move || reserve(&db, basket).is_ok()) as Box<dyn FnOnce() -> bool + Send>
        };
        assert!(at_once((0..40).map(buyer).collect()).into_iter().all(|done| done));
        for sku in skus {
            assert_eq!(yard.figures(sku), (40, 40, 0));
        }
        yard.is_sound();
    });
}
