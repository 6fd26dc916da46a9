//! Several at once: of two that want the same money exactly one gets it.

use super::{
    balance, book, capture, ctx, escrow, late_refund, of, payable, refund, refund_released, release, reverse,
    seed, sound, write, yuan,
};
use kernel::Problem;
use ledger::{Account, Booked, Booking, Error, Reference};
use std::sync::Barrier;
use store::{Db, Keys};
use testkit::db::on_both;

type Run<'a> = &'a (dyn Fn(&Db) -> Result<Booked, Error> + Sync);

/// Runs them at the same time and answers in order.
fn at_once(db: &Db, run: &[Run<'_>]) -> Vec<Result<Booked, Error>> {
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

/// Books without saying beforehand what will be touched: guards alone have to hold.
fn book_blind(db: &Db, booking: &Booking) -> Result<Booked, Error> {
    let (booking, seed) = (booking.clone(), seed());
    write(db, Keys::none(), move |tx| ledger::book(tx, &ctx(seed), &booking))
}

fn one_won(answers: &[Result<Booked, Error>]) {
    let won = answers.iter().filter(|a| a.is_ok()).count();
    assert_eq!(won, 1, "{answers:?}");
    for lost in answers.iter().filter_map(|a| a.as_ref().err()) {
        assert_eq!(lost.code(), "ledger.below_floor");
    }
}

#[test]
fn of_two_refunds_of_the_same_money_exactly_one_wins() {
    on_both(|db| {
        for order in 11..31 {
            book(db, &capture(order, &[(order, 100)])).unwrap();
            let a = |db: &Db| book(db, &refund(&format!("a{order}"), order, 60));
            let b = |db: &Db| book(db, &refund(&format!("b{order}"), order, 60));
            one_won(&at_once(db, &[&a, &b]));
            assert_eq!(balance(db, &escrow(order)), 40);
        }
        sound(db, 40);
    });
}

#[test]
fn guards_hold_for_writes_that_name_no_keys() {
    on_both(|db| {
        for order in 11..31 {
            book(db, &capture(order, &[(order, 100)])).unwrap();
            let a = |db: &Db| book_blind(db, &refund(&format!("a{order}"), order, 60));
            let b = |db: &Db| book_blind(db, &release(order, 3, 100, 5));
            let c = |db: &Db| book_blind(db, &refund(&format!("c{order}"), order, 60));
            one_won(&at_once(db, &[&a, &b, &c]));
        }
        sound(db, 40);
    });
}

#[test]
fn of_two_refunds_after_release_exactly_one_wins_though_the_shop_has_more() {
    on_both(|db| {
        book(db, &capture(1, &[(10, 10_000)])).unwrap();
        book(db, &release(10, 3, 10_000, 0)).unwrap();
        for order in 11..21 {
            book(db, &capture(order, &[(order, 100)])).unwrap();
            book(db, &release(order, 3, 100, 0)).unwrap();
            let a = |db: &Db| refund_released(db, &late_refund(&format!("a{order}"), order, 3, 60, 0));
            let b = |db: &Db| refund_released(db, &late_refund(&format!("b{order}"), order, 3, 60, 0));
            one_won(&at_once(db, &[&a, &b]));
        }
        assert_eq!(balance(db, &payable(3)), 10_000 + 10 * 40);
        assert_eq!(balance(db, &Account::Debt(of(3))), 0);
        sound(db, 2 + 30);
    });
}

#[test]
fn two_refunds_that_overdraw_a_shop_are_both_paid_and_both_owed() {
    on_both(|db| {
        for order in 11..21 {
            book(db, &capture(order, &[(order, 100), (order + 100, 100)])).unwrap();
            book(db, &release(order, order, 100, 0)).unwrap();
            book(db, &release(order + 100, order, 100, 0)).unwrap();
            let (shop, key) = (of(order), format!("h{order}"));
            let hold = Booking::hold(shop, yuan(150), Reference::Shop(shop), &key);
            book(db, &hold.unwrap()).unwrap();
            let a = |db: &Db| refund_released(db, &late_refund(&format!("a{order}"), order, order, 100, 0));
            let b =
                |db: &Db| refund_released(db, &late_refund(&format!("b{order}"), order + 100, order, 100, 0));
            assert!(at_once(db, &[&a, &b]).iter().all(Result::is_ok));
            assert_eq!(balance(db, &Account::Debt(of(order))), -150);
            assert_eq!(balance(db, &payable(order)), 0);
        }
        assert!(db.read(|q| ledger::check(q)).unwrap().is_sound());
    });
}

#[test]
fn the_same_booking_from_many_threads_is_booked_once() {
    on_both(|db| {
        for order in 11..21 {
            let same = |db: &Db| book(db, &capture(order, &[(order, 100)]));
            let answers = at_once(db, &[&same, &same, &same, &same]);
            let booked: Vec<Booked> = answers.into_iter().map(Result::unwrap).collect();
            assert_eq!(booked.iter().filter(|b| b.new).count(), 1);
            assert!(booked.iter().all(|b| b.id == booked[0].id));
            assert_eq!(balance(db, &escrow(order)), 100);
        }
        sound(db, 10);
    });
}

#[test]
fn a_reversal_and_a_refund_of_the_same_money_do_not_both_win() {
    on_both(|db| {
        for order in 11..31 {
            let captured = book(db, &capture(order, &[(order, 100)])).unwrap();
            let a = |db: &Db| reverse(db, captured.id);
            let b = |db: &Db| book(db, &refund(&format!("b{order}"), order, 1));
            one_won(&at_once(db, &[&a, &b]));
        }
        sound(db, 40);
    });
}
