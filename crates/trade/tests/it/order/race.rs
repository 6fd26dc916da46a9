//! Several at once: each ends in one truth.

use super::*;
use std::sync::Barrier;
use testkit::db::on_both;
use trade::order::{RECEIPT, Side, Status, UNPAID};

type Run<'a> = &'a (dyn Fn(&Db) -> Result<Status, Error> + Sync);

/// Runs them at the same time and answers in order.
pub(crate) fn at_once<T: Send>(db: &Db, run: &[&(dyn Fn(&Db) -> T + Sync)]) -> Vec<T> {
    let barrier = Barrier::new(run.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = run
            .iter()
            .map(|run| {
                let (db, barrier) = (db.clone(), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    run(&db)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Exactly one won; the others were told why not, and that is a conflict.
fn one_won(db: &Db, run: &[Run<'_>]) -> Status {
    let answers = at_once(db, run);
    let won: Vec<Status> = answers.iter().filter_map(|a| a.as_ref().ok()).copied().collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    for lost in answers.iter().filter_map(|a| a.as_ref().err()) {
        assert!(matches!(lost, Error::Status { .. } | Error::Moved), "{lost:?}");
    }
    won[0]
}

const ROUNDS: usize = 10;

#[test]
fn of_paying_cancelling_and_closing_exactly_one_happens() {
    on_both(|db| {
        for _ in 0..ROUNDS {
            let (purchase, placed) = place_one(db);
            let id = purchase.id;
            let timer = timer_of(db, UNPAID);
            let paying = move |db: &Db| pay(db, id).map(|purchase| purchase.status);
            let cancelling = move |db: &Db| {
                let done = write(db, move |tx| order::cancel(tx, &ctx(), member(), id))?;
                Ok(done.status)
            };
            let closing = move |db: &Db| {
                let (timer, now) = (timer.clone(), timer.due_at);
                let closed = write(db, move |tx| fire(tx, &timer, now, order::close))?;
                closed.map(|purchase| purchase.status).ok_or(Error::Moved)
            };
            let won = one_won(db, &[&paying, &cancelling, &closing]);
            let view = db.read(|q| order::purchase(q, member(), id)).unwrap();
            assert_eq!((view.purchase.status, view.orders[0].status), (won, won));
            let told = facts(db).into_iter().filter(|r| r.subject == placed.id.raw()).count();
            assert_eq!(told, 2, "its placing and its one settling");
            assert_eq!(timers(db), []);
        }
    });
}

#[test]
fn of_cancelling_and_shipping_one_is_first() {
    on_both(|db| {
        for _ in 0..ROUNDS {
            let (purchase, placed) = place_one(db);
            pay(db, purchase.id).unwrap();
            let (id, shop) = (placed.id, placed.shop);
            let shipping = move |db: &Db| ship(db, shop, id).map(|order| order.status);
            let side = Side::Buyer(member());
            let cancelling =
                move |db: &Db| Ok(write(db, move |tx| order::refunded(tx, &ctx(), side, id, None))?.status);
            let won = one_won(db, &[&shipping, &cancelling]);
            assert_eq!(db.read(|q| order::load(q, side, id)).unwrap().status, won);
            assert_eq!(timers(db).len(), usize::from(won == Status::Shipped));
            if won == Status::Shipped {
                write(db, move |tx| order::receive(tx, &ctx(), member(), id)).unwrap();
            }
        }
    });
}

#[test]
fn of_a_receipt_and_its_timer_one_is_first() {
    on_both(|db| {
        for _ in 0..ROUNDS {
            let (purchase, placed) = place_one(db);
            pay(db, purchase.id).unwrap();
            let id = placed.id;
            ship(db, placed.shop, id).unwrap();
            let timer = timer_of(db, RECEIPT);
            let receiving =
                move |db: &Db| Ok(write(db, move |tx| order::receive(tx, &ctx(), member(), id))?.status);
            let confirming = move |db: &Db| {
                let (timer, now) = (timer.clone(), timer.due_at);
                let done = write(db, move |tx| fire(tx, &timer, now, order::confirm))?;
                done.map(|order| order.status).ok_or(Error::Moved)
            };
            assert_eq!(one_won(db, &[&receiving, &confirming]), Status::Received);
            let told = facts(db).into_iter().filter(|r| r.subject == id.raw()).count();
            assert_eq!(told, 4, "it was received once");
            assert_eq!(timers(db), []);
        }
    });
}

#[test]
fn an_address_that_changes_while_it_ships_is_the_one_it_ships_to() {
    on_both(|db| {
        for _ in 0..ROUNDS {
            let (purchase, placed) = place_one(db);
            pay(db, purchase.id).unwrap();
            let (id, shop) = (placed.id, placed.shop);
            let shipping = move |db: &Db| ship(db, shop, id).map(|order| order.address);
            let moving = move |db: &Db| {
                let address = Address { shown: "elsewhere".into(), subject: id.raw() };
                let side = Side::Buyer(member());
                let done = write(db, move |tx| order::change_address(tx, &ctx(), side, id, &address))?;
                Ok(done.address)
            };
            let answers = at_once(db, &[&shipping, &moving]);
            let stored = db.read(|q| order::load(q, Side::Platform, id)).unwrap();
            if let Ok(shipped_to) = &answers[0] {
                assert_eq!((stored.status, &stored.address), (Status::Shipped, shipped_to));
            } else {
                assert_eq!((stored.status, &*stored.address.shown), (Status::Paid, "elsewhere"));
            }
            assert!(answers.iter().any(Result::is_ok), "{answers:?}");
        }
    });
}
