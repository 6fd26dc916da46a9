//! The cart: what adds up, what is refused, and who wins.

use kernel::{Actor, Ctx, Id, Moment, Problem, RawId, id};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Keys, Tx};
use testkit::db::on_both;
use trade::cart::{self, Add, Count, Edit, Error, Most};
use trade::scene::{Scene, Via};

const MOST: Most = Most { lines: 4, units: 10 };

fn of<T>(n: u64) -> Id<T> {
    Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n.into()))
}

/// The context of a command; each comes a microsecond after the one before.
fn ctx() -> Ctx {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    Ctx::new(Moment::from_micros(1_700_000_000_000_000 + n as i64), Actor::Member(of(1)), n)
}

fn write<T: Send + 'static>(
    db: &Db,
    keys: Keys,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    db.write_blocking("test", keys, f).map_err(store::WriteError::flatten)
}

fn some(sku: u64, quantity: i64) -> Add {
    Add { sku: of(sku), product: of(100 + sku), shop: of(200), quantity, via: Via::mall() }
}

fn add(db: &Db, member: u64, what: Add) -> Result<i64, Error> {
    let ctx = ctx();
    write(db, cart::keys(of(member)), move |tx| cart::add(tx, &ctx, of(member), &what, MOST))
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code()
}

fn quantities(db: &Db, member: u64) -> Vec<(Id<id::Sku>, i64)> {
    let lines = db.read(|q| cart::lines(q, of(member))).unwrap();
    lines.into_iter().map(|line| (line.sku, line.quantity)).collect()
}

#[test]
fn the_same_variant_twice_is_one_line_that_adds_up_and_keeps_the_last_scene() {
    on_both(|db| {
        let live = Via::new(Scene::Live, Some("room:9")).unwrap();
        assert_eq!(add(db, 1, some(1, 2)), Ok(2));
        assert_eq!(add(db, 1, some(2, 1)), Ok(1));
        assert_eq!(add(db, 1, Add { via: live.clone(), ..some(1, 3) }), Ok(5));
        assert_eq!(quantities(db, 1), [(of(1), 5), (of(2), 1)], "last put in first");
        let lines = db.read(|q| cart::lines(q, of(1))).unwrap();
        assert_eq!(lines[0].via, live);
        assert_eq!((lines[0].product, lines[0].shop), (of(101), of(200)));
        assert_eq!(lines[1].via, Via::mall());
        assert_eq!(db.read(|q| cart::count(q, of(1))), Ok(Count { lines: 2, units: 6 }));
        assert_eq!(db.read(|q| cart::count(q, of(2))), Ok(Count { lines: 0, units: 0 }));
    });
}

#[test]
fn too_many_units_and_too_many_lines_are_refused_with_what_there_is() {
    on_both(|db| {
        assert_eq!(add(db, 1, some(1, 8)), Ok(8));
        assert_eq!(add(db, 1, some(1, 3)), Err(Error::TooMany { most: 10, there: 8, asked: 3 }));
        assert_eq!(add(db, 1, some(2, 11)), Err(Error::TooMany { most: 10, there: 0, asked: 11 }));
        assert_eq!(
            add(db, 1, some(1, i64::MAX)),
            Err(Error::TooMany { most: 10, there: 8, asked: i64::MAX })
        );
        assert_eq!(add(db, 1, some(1, 2)), Ok(10));
        for sku in 2..=4 {
            assert_eq!(add(db, 1, some(sku, 1)), Ok(1));
        }
        assert_eq!(add(db, 1, some(5, 1)), Err(Error::Full { most: 4 }));
        assert_eq!(add(db, 1, some(4, 1)), Ok(2), "a line that is there still adds up in a full cart");
        assert_eq!(add(db, 2, some(5, 1)), Ok(1), "another's cart has room");
        for quantity in [0, -1, i64::MIN] {
            assert_eq!(add(db, 1, some(1, quantity)), Err(Error::NotPositive(quantity)));
        }
        assert_eq!(db.read(|q| cart::count(q, of(1))), Ok(Count { lines: 4, units: 14 }));
    });
}

#[test]
fn a_quantity_is_set_and_a_line_taken_out_by_its_owner_alone() {
    on_both(|db| {
        add(db, 1, some(1, 2)).unwrap();
        let set = |member: u64, sku: u64, quantity: i64| {
            write(db, Keys::none(), move |tx| cart::set(tx, of(member), of(sku), quantity, MOST))
        };
        assert_eq!(set(1, 1, 10), Ok(()));
        assert_eq!(code(set(1, 1, 11)), "cart.too_many");
        assert_eq!(code(set(1, 1, 0)), "cart.not_positive");
        assert_eq!(code(set(1, 2, 1)), "cart.no_line");
        assert_eq!(code(set(2, 1, 1)), "cart.no_line");
        let remove = |member: u64| write(db, Keys::none(), move |tx| cart::remove(tx, of(member), of(1)));
        assert_eq!(remove(2), Ok(false));
        assert_eq!(quantities(db, 1), [(of(1), 10)]);
        assert_eq!(remove(1), Ok(true));
        assert_eq!(remove(1), Ok(false));
    });
}

#[test]
fn an_edit_of_a_page_counts_the_cart_and_of_several_things_takes_what_fits() {
    on_both(|db| {
        let edit = |edit: Edit| {
            let ctx = ctx();
            write(db, cart::keys(of(1)), move |tx| cart::edit(tx, &ctx, of(1), &edit, MOST))
        };
        assert_eq!(edit(Edit::Add(some(1, 2))), Ok(2));
        assert_eq!(code(edit(Edit::Add(some(1, 11)))), "cart.too_many");
        assert_eq!(edit(Edit::Set(of(1), 9)), Ok(9));
        assert_eq!(code(edit(Edit::Set(of(2), 1))), "cart.no_line");
        // Two more of the first are too many, and for the sixth variant there is no room.
        let again = (1..=6).map(|sku| some(sku, 2)).collect();
        assert_eq!(edit(Edit::AddWhatFits(again)), Ok(15));
        assert_eq!(quantities(db, 1), [(of(2), 2), (of(3), 2), (of(4), 2), (of(1), 9)], "the newest first");
        assert_eq!(code(edit(Edit::AddWhatFits(vec![some(1, 0)]))), "cart.not_positive");
        assert_eq!(edit(Edit::Remove(of(1))), Ok(6));
        assert_eq!(edit(Edit::Remove(of(1))), Ok(6), "a second time it is not in");
    });
}

#[test]
fn what_was_bought_goes_and_the_rest_stays() {
    on_both(|db| {
        let wide = Most { lines: 50, units: 10 };
        for sku in 1..=20 {
            let ctx = ctx();
            write(db, Keys::none(), move |tx| cart::add(tx, &ctx, of(1), &some(sku, 1), wide)).unwrap();
        }
        add(db, 2, some(1, 1)).unwrap();
        let clear = |skus: Vec<Id<id::Sku>>| {
            let before = db.statements();
            write(db, Keys::none(), move |tx| cart::clear_bought(tx, of(1), &skus)).unwrap();
            db.statements() - before
        };
        assert_eq!(clear(Vec::new()), 0);
        assert_eq!(clear(vec![of(3), of(99)]), 1);
        assert_eq!(clear((5..=20).map(of).collect()), 2);
        let mut left = quantities(db, 1);
        left.sort();
        assert_eq!(left, [(of(1), 1), (of(2), 1), (of(4), 1)]);
        assert_eq!(quantities(db, 2), [(of(1), 1)]);
    });
}

#[test]
fn every_command_and_view_of_a_cart_is_one_statement() {
    on_both(|db| {
        add(db, 1, some(1, 1)).unwrap();
        let count = |run: &dyn Fn()| {
            let before = db.statements();
            run();
            db.statements() - before
        };
        assert_eq!(count(&|| drop(add(db, 1, some(1, 1)))), 1);
        assert_eq!(count(&|| drop(add(db, 1, some(2, 1)))), 1);
        assert_eq!(count(&|| drop(write(db, Keys::none(), |tx| cart::set(tx, of(1), of(1), 3, MOST)))), 1);
        assert_eq!(count(&|| drop(write(db, Keys::none(), |tx| cart::remove(tx, of(1), of(1))))), 1);
        assert_eq!(count(&|| drop(db.read(|q| cart::lines(q, of(1))))), 1);
        assert_eq!(count(&|| drop(db.read(|q| cart::count(q, of(1))))), 1);
    });
}

#[test]
fn what_many_put_in_at_once_adds_up_and_stays_within_the_limits() {
    on_both(|db| {
        let barrier = Barrier::new(16);
        let answers: Vec<Result<i64, Error>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16u64)
                .map(|n| {
                    let (db, barrier) = (Db::clone(db), &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        // Ten of the same variant, six of different ones.
                        add(&db, 1, some(if n < 10 { 1 } else { n }, 1))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let there = db.read(|q| cart::count(q, of(1))).unwrap();
        let good = answers.iter().filter(|answer| answer.is_ok()).count() as i64;
        assert_eq!(there.units, good);
        assert_eq!(there.lines, 4);
        for refused in answers.into_iter().filter_map(Result::err) {
            assert_eq!(refused, Error::Full { most: 4 });
        }
    });
}
