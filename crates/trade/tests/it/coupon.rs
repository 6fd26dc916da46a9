//! Coupons: who gets a piece, who may spend it, and what comes back.

use kernel::{Actor, Ctx, Currency, Id, Moment, Money, Problem, RawId, id};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Keys, Tx};
use testkit::db::{on_both, settle};
use trade::coupon::{self, Error, Guard, Issuer, Kind, NewCoupon, Scope, Shelf, State};
use trade::price::{Asked, Freight, LineAsked, Priced, ShopAsked, price};
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
    keys: Keys,
    f: impl Fn(&mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    db.write_blocking("test", keys, f).map_err(store::WriteError::flatten)
}

fn offer(total: i64, each: i64) -> NewCoupon {
    NewCoupon {
        issuer: Issuer::Platform,
        title: "满 10 减 5".into(),
        kind: Kind::Off { over: yuan(1000), off: yuan(500) },
        total,
        each,
        from: NOW,
        until: NOW.plus_days(7),
        scope: Scope::All,
    }
}
fn create(db: &Db, new: NewCoupon) -> Id<id::Coupon> {
    let ctx = ctx(NOW);
    write(db, Keys::none(), move |tx| coupon::create(tx, &ctx, &new)).unwrap().id
}
fn claim_at(db: &Db, member: u64, coupon: Id<id::Coupon>, now: Moment) -> Result<Id<id::Claim>, Error> {
    let ctx = ctx(now);
    write(db, coupon::keys(coupon, of(member)), move |tx| coupon::claim(tx, &ctx, of(member), coupon))
}
fn claim(db: &Db, member: u64, coupon: Id<id::Coupon>) -> Result<Id<id::Claim>, Error> {
    claim_at(db, member, coupon, NOW)
}
fn claimed(db: &Db, coupon: Id<id::Coupon>) -> i64 {
    db.read(|q| coupon::coupon(q, coupon)).unwrap().claimed
}
fn states(db: &Db, member: u64, state: Option<State>, now: Moment) -> Vec<State> {
    let claims = db.read(|q| coupon::claims(q, of(member), state, now, None, 100)).unwrap();
    claims.into_iter().map(|claim| claim.state).collect()
}

/// A price of goods of two shops with what a member has in hand.
fn priced(db: &Db, member: u64, now: Moment) -> Priced {
    let line = |n| LineAsked {
        sku: of(n),
        product: of(n),
        category: "home".into(),
        quantity: 1,
        unit: yuan(10_000),
        list: None,
        freight: Freight { fee: yuan(0), free_from: None },
        limit: None,
        had: 0,
    };
    let shops =
        (1..=2).map(|n| ShopAsked { shop: of(n), lines: vec![line(n)], delivery_method: None }).collect();
    let claims = db.read(|q| coupon::in_hand(q, of(member), now, 50)).unwrap();
    price(&Asked { shops, claims }, &terms::built_in().unwrap()[0], now).unwrap()
}
fn spend(db: &Db, member: u64, purchase: u64, priced: &Priced, now: Moment) -> Result<(), Error> {
    let (ctx, priced) = (ctx(now), priced.clone());
    write(db, Keys::none(), move |tx| {
        let taken: Vec<_> = priced.applied.iter().map(|one| (&one.claimed, one.amount)).collect();
        coupon::spend(tx, &ctx, of(member), of(purchase), &taken)
    })
}
fn give_back(db: &Db, purchase: u64, now: Moment) -> Result<i64, Error> {
    let ctx = ctx(now);
    write(db, Keys::none(), move |tx| coupon::give_back(tx, &ctx, of(purchase)))
}
fn told(db: &Db) -> Vec<&'static str> {
    settle(db);
    let all = db.read(|q| store::log::after(q, store::log::Position::default(), 1000)).unwrap();
    all.iter().map(|entry| entry.record.spec.kind).collect()
}

/// Runs them at the same time and answers in order.
fn at_once<T: Send>(db: &Db, n: u64, run: impl Fn(&Db, u64) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(n as usize);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n)
            .map(|i| {
                let (db, barrier, run) = (db.clone(), &barrier, &run);
                scope.spawn(move || {
                    barrier.wait();
                    run(&db, i)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn a_coupon_reads_as_it_was_offered() {
    on_both(|db| {
        let products = NewCoupon {
            issuer: Issuer::Shop(of(7)),
            kind: Kind::Percent { over: yuan(0), ppm: 100_000, most: Some(yuan(3000)) },
            scope: Scope::Products(vec![of(2), of(1), of(2)]),
            ..offer(5, 2)
        };
        let id = create(db, products);
        let found = db.read(|q| coupon::coupon(q, id)).unwrap();
        assert_eq!(found.issuer, Issuer::Shop(of(7)));
        assert_eq!(found.class.as_str(), "shop");
        assert_eq!(found.kind, Kind::Percent { over: yuan(0), ppm: 100_000, most: Some(yuan(3000)) });
        assert_eq!(found.scope, Scope::Products(vec![of(1), of(2)]));
        assert_eq!((found.left(), found.each, found.from, found.until), (5, 2, NOW, NOW.plus_days(7)));
        assert!(found.is_open(NOW) && !found.is_open(found.until));
        assert_eq!(db.read(|q| coupon::coupon(q, of(99))), Err(Error::NoCoupon(of(99))));
        let bad = NewCoupon { total: 0, ..offer(1, 1) };
        let ctx = ctx(NOW);
        let refused = write(db, Keys::none(), move |tx| coupon::create(tx, &ctx, &bad));
        assert_eq!(refused.unwrap_err().code(), "coupon.bad");
        assert_eq!(told(db), ["coupon.offered"]);
    });
}

#[test]
fn two_pieces_are_left_for_ten_buyers() {
    on_both(|db| {
        for _ in 0..4 {
            let id = create(db, offer(2, 1));
            let answers = at_once(db, 10, |db, member| claim(db, member, id));
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 2);
            for refused in answers.into_iter().filter_map(Result::err) {
                assert_eq!(refused, Error::NoneLeft { total: 2 });
            }
            assert_eq!(claimed(db, id), 2);
        }
    });
}

#[test]
fn pieces_run_out_too_for_writes_that_name_no_keys() {
    on_both(|db| {
        let id = create(db, offer(2, 1));
        let answers = at_once(db, 10, |db, member| {
            let ctx = ctx(NOW);
            write(db, Keys::none(), move |tx| coupon::claim(tx, &ctx, of(member), id))
        });
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 2);
        assert_eq!(claimed(db, id), 2);
    });
}

#[test]
fn no_member_gets_more_than_each_may_have_however_often_they_click() {
    on_both(|db| {
        let id = create(db, offer(100, 3));
        let answers = at_once(db, 8, |db, _| claim(db, 1, id));
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
        for refused in answers.into_iter().filter_map(Result::err) {
            assert_eq!(refused, Error::Enough { each: 3 });
        }
        assert_eq!(claimed(db, id), 3, "a refused claim gave its piece back");
        let mut nths: Vec<i64> = db
            .read(|q| coupon::claims(q, of(1), None, NOW, None, 10))
            .unwrap()
            .iter()
            .map(|claim| claim.nth)
            .collect();
        nths.sort_unstable();
        assert_eq!(nths, [1, 2, 3]);
    });
}

#[test]
fn a_coupon_is_claimed_in_its_time_and_while_it_is_offered() {
    on_both(|db| {
        let id = create(db, NewCoupon { from: NOW.plus_hours(1), ..offer(10, 1) });
        assert_eq!(claim_at(db, 1, id, NOW), Err(Error::NotYet { from: NOW.plus_hours(1) }));
        assert_eq!(claim_at(db, 1, id, NOW.plus_days(7)), Err(Error::Over { until: NOW.plus_days(7) }));
        assert_eq!(claim_at(db, 1, of(99), NOW), Err(Error::NoCoupon(of(99))));
        assert!(claim_at(db, 1, id, NOW.plus_hours(1)).is_ok());
        let stop = |issuer: Issuer| {
            let ctx = ctx(NOW);
            write(db, Keys::none(), move |tx| coupon::stop(tx, &ctx, issuer, id).map(drop))
        };
        assert_eq!(stop(Issuer::Shop(of(1))), Err(Error::NoCoupon(id)), "another's coupon is none");
        assert_eq!(stop(Issuer::Platform), Ok(()));
        assert_eq!(stop(Issuer::Platform), Ok(()));
        assert_eq!(claim_at(db, 2, id, NOW.plus_hours(1)), Err(Error::Stopped));
        let hand = db.read(|q| coupon::in_hand(q, of(1), NOW.plus_hours(2), 50)).unwrap();
        assert_eq!(hand.len(), 1, "what is in a hand stays in it");
        assert_eq!(told(db), ["coupon.offered", "coupon.claimed", "coupon.stopped"]);
    });
}

#[test]
fn a_claim_is_spent_once_by_its_member_and_comes_back_until_its_end() {
    on_both(|db| {
        let platform = create(db, offer(10, 1));
        let own =
            create(db, NewCoupon { issuer: Issuer::Shop(of(2)), until: NOW.plus_days(1), ..offer(10, 1) });
        claim(db, 1, platform).unwrap();
        claim(db, 1, own).unwrap();
        let both = priced(db, 1, NOW);
        assert_eq!((both.applied.len(), both.total), (2, yuan(19_000)));
        assert_eq!(spend(db, 2, 50, &both, NOW).unwrap_err().code(), "coupon.not_held");
        assert_eq!(states(db, 1, Some(State::Held), NOW).len(), 2, "a refused purchase spent nothing");
        spend(db, 1, 50, &both, NOW).unwrap();
        assert_eq!(spend(db, 1, 51, &both, NOW).unwrap_err().code(), "coupon.not_held");
        assert_eq!(states(db, 1, Some(State::Spent), NOW).len(), 2);
        assert_eq!(priced(db, 1, NOW).applied, []);
        // Two days later the shop's has ended: it is lost, the platform's comes back.
        let later = NOW.plus_days(2);
        assert_eq!(give_back(db, 50, later), Ok(1));
        assert_eq!(give_back(db, 50, later), Ok(0), "a second time changes nothing");
        assert_eq!(states(db, 1, Some(State::Held), later), [State::Held]);
        assert_eq!(states(db, 1, Some(State::Lost), later), [State::Lost]);
        spend(db, 1, 52, &priced(db, 1, later), later).unwrap();
        let spent = db.read(|q| coupon::claims(q, of(1), Some(State::Spent), later, None, 10)).unwrap();
        assert_eq!(spent[0].purchase, Some(of(52)));
        assert_eq!(claimed(db, platform), 1, "its piece never went to another");
        let kinds = told(db);
        assert_eq!(kinds.iter().filter(|kind| **kind == "coupon.spent").count(), 2);
        assert_eq!(kinds.iter().filter(|kind| **kind == "coupon.returned").count(), 1);
    });
}

#[test]
fn a_shops_own_coupon_comes_back_without_the_platforms() {
    on_both(|db| {
        let (platform, own) =
            (create(db, offer(10, 1)), NewCoupon { issuer: Issuer::Shop(of(2)), ..offer(10, 1) });
        let own = create(db, own);
        claim(db, 1, platform).unwrap();
        claim(db, 1, own).unwrap();
        spend(db, 1, 50, &priced(db, 1, NOW), NOW).unwrap();
        let back = |shop: u64| {
            write(db, Keys::none(), move |tx| coupon::give_back_of_shop(tx, NOW, of(50), of(shop)))
        };
        assert_eq!(back(1), Ok(0));
        assert_eq!(back(2), Ok(1));
        let held = db.read(|q| coupon::in_hand(q, of(1), NOW, 50)).unwrap();
        assert_eq!(held.iter().map(|claim| claim.coupon).collect::<Vec<_>>(), [own]);
        assert_eq!(give_back(db, 50, NOW), Ok(1));
    });
}

#[test]
fn of_two_purchases_with_the_same_claim_one_is_placed() {
    on_both(|db| {
        let id = create(db, offer(100, 1));
        for member in 1..=6 {
            claim(db, member, id).unwrap();
            let same = priced(db, member, NOW);
            let answers = at_once(db, 4, |db, n| spend(db, member, 100 * member + n, &same, NOW));
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        }
    });
}

#[test]
fn a_claim_that_ended_is_neither_in_hand_nor_spent() {
    on_both(|db| {
        let id = create(db, offer(10, 1));
        claim(db, 1, id).unwrap();
        let good = priced(db, 1, NOW);
        let end = NOW.plus_days(7);
        assert_eq!(good.ends(), Some(end));
        assert_eq!(spend(db, 1, 50, &good, end).unwrap_err().code(), "coupon.not_held");
        assert_eq!(db.read(|q| coupon::in_hand(q, of(1), end, 50)), Ok(Vec::new()));
        assert_eq!(states(db, 1, None, end), [State::Lost]);
        assert_eq!(states(db, 1, Some(State::Held), end), []);
        assert_eq!(states(db, 1, Some(State::Lost), end), [State::Lost]);
    });
}

#[test]
fn the_claim_centre_shows_what_can_be_claimed_now_what_ends_first_first_in_pages() {
    on_both(|db| {
        let mut ids = Vec::new();
        for day in 1..=7 {
            let issuer = if day % 2 == 0 { Issuer::Shop(of(3)) } else { Issuer::Platform };
            ids.push(create(db, NewCoupon { issuer, until: NOW.plus_days(day), ..offer(10, 2) }));
        }
        create(db, NewCoupon { from: NOW.plus_days(30), until: NOW.plus_days(40), ..offer(10, 1) });
        let stopped = create(db, offer(10, 1));
        let stop = ctx(NOW);
        write(db, Keys::none(), move |tx| coupon::stop(tx, &stop, Issuer::Platform, stopped)).unwrap();
        claim(db, 1, ids[2]).unwrap();
        let page = |shelf, now, after, limit| {
            db.read(|q| coupon::offered(q, shelf, Some(of(1)), now, after, limit)).unwrap()
        };
        let all = page(Shelf::All, NOW, None, 100);
        assert_eq!(all.iter().map(|offered| offered.coupon.id).collect::<Vec<_>>(), ids);
        assert_eq!(all.iter().map(|offered| offered.mine).collect::<Vec<_>>(), [0, 0, 1, 0, 0, 0, 0]);
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let some = page(Shelf::All, NOW, after, 3);
            let Some(last) = some.last() else { break };
            after = Some((last.coupon.until, last.coupon.id));
            seen.extend(some.iter().map(|offered| offered.coupon.id));
        }
        assert_eq!(seen, ids);
        let of_shop = page(Shelf::Of(Issuer::Shop(of(3))), NOW, None, 100);
        assert_eq!(of_shop.iter().map(|o| o.coupon.id).collect::<Vec<_>>(), [ids[1], ids[3], ids[5]]);
        assert_eq!(page(Shelf::All, NOW.plus_days(6), None, 1)[0].coupon.id, ids[6]);
        let mine = db.read(|q| coupon::of_issuer(q, Issuer::Shop(of(3)), None, 2)).unwrap();
        assert_eq!(
            mine.iter().map(|coupon| coupon.id).collect::<Vec<_>>(),
            sorted(&[ids[1], ids[3], ids[5]], 2)
        );
        let nobody = db.read(|q| coupon::offered(q, Shelf::All, None, NOW, None, 100)).unwrap();
        assert!(nobody.iter().all(|offered| offered.mine == 0));
    });
}

/// The first of these ids, largest first: ids made at the same moment have no other order.
fn sorted(ids: &[Id<id::Coupon>], n: usize) -> Vec<Id<id::Coupon>> {
    let mut ids = ids.to_vec();
    ids.sort_by(|a, b| b.cmp(a));
    ids.truncate(n);
    ids
}

#[test]
fn statements_of_coupons_are_as_few_as_they_are_meant_to_be() {
    on_both(|db| {
        let id = create(db, offer(100, 1));
        let count = |run: &mut dyn FnMut()| {
            let before = db.statements();
            run();
            db.statements() - before
        };
        // Look, take a piece, write the claim, tell it.
        let claiming = count(&mut || drop(claim(db, 1, id)));
        assert!(claiming <= 5, "{claiming}");
        assert_eq!(count(&mut || drop(db.read(|q| coupon::in_hand(q, of(1), NOW, 50)))), 1);
        assert_eq!(
            count(&mut || drop(db.read(|q| coupon::offered(q, Shelf::All, Some(of(1)), NOW, None, 20)))),
            1
        );
        let none = priced(db, 2, NOW);
        assert_eq!(count(&mut || drop(spend(db, 2, 50, &none, NOW))), 0);
        assert_eq!(count(&mut || drop(give_back(db, 50, NOW))), 1);
    });
}

/// Offers a coupon with a guard.
fn guarded(db: &Db, new: NewCoupon, guard: Guard) -> Result<Id<id::Coupon>, Error> {
    let ctx = ctx(NOW);
    write(db, Keys::none(), move |tx| Ok(coupon::create_guarded(tx, &ctx, &new, &guard)?.id))
}

#[test]
fn a_budget_is_never_overdrawn_however_many_spend_at_once_and_what_is_left_still_counts() {
    on_both(|db| {
        let budget = Guard { budget: Some(yuan(2_500)), ..Guard::default() };
        let new = NewCoupon { kind: Kind::Off { over: yuan(0), off: yuan(1_000) }, ..offer(20, 1) };
        let id = guarded(db, new, budget).unwrap();
        let buyers: Vec<u64> = (1..=8).collect();
        for buyer in &buyers {
            claim(db, *buyer, id).unwrap();
        }
        let prices: Vec<Priced> = buyers.iter().map(|buyer| priced(db, *buyer, NOW)).collect();
        assert!(prices.iter().all(|price| price.saved() == yuan(1_000)));
        let spent = at_once(db, 8, |db, i| spend(db, i + 1, 100 + i, &prices[i as usize], NOW));
        let refused = |result: &&Result<(), Error>| matches!(result, Err(Error::BudgetSpent { coupon }) if *coupon == id);
        assert_eq!(spent.iter().filter(|result| result.is_ok()).count(), 2, "{spent:?}");
        assert_eq!(spent.iter().filter(refused).count(), 6, "{spent:?}");
        let used = |db: &Db| db.read(|q| coupon::coupon(q, id)).unwrap().used;
        assert_eq!(used(db), yuan(2_000));
        // Who was refused asks for the price again, and gets what is left.
        let late = spent.iter().position(Result::is_err).unwrap() as u64;
        let again = priced(db, late + 1, NOW);
        assert_eq!(again.saved(), yuan(500));
        spend(db, late + 1, 200, &again, NOW).unwrap();
        assert_eq!(used(db), yuan(2_500));
        // Then it is in nobody's price, and nobody claims it.
        let other = spent.iter().rposition(Result::is_err).unwrap() as u64;
        assert_eq!(priced(db, other + 1, NOW).saved(), yuan(0));
        assert_eq!(claim(db, 50, id).unwrap_err(), Error::BudgetSpent { coupon: id });
        // What is given back may be taken off again, once.
        let first = spent.iter().position(Result::is_ok).unwrap() as u64;
        assert_eq!(give_back(db, 100 + first, NOW), Ok(1));
        assert_eq!(give_back(db, 100 + first, NOW), Ok(0));
        assert_eq!((used(db), priced(db, other + 1, NOW).saved()), (yuan(1_500), yuan(1_000)));
    });
}

#[test]
fn a_coupon_with_a_code_is_claimed_by_who_types_it_and_stands_in_no_list() {
    on_both(|db| {
        let code = || Guard { code: Some("SPRING-26".into()), ..Guard::default() };
        let id = guarded(db, offer(10, 1), code()).unwrap();
        assert_eq!(guarded(db, offer(10, 1), code()), Err(Error::CodeTaken("SPRING-26".into())));
        let all = db.read(|q| coupon::offered(q, Shelf::All, None, NOW, None, 50)).unwrap();
        assert_eq!(all, []);
        let own = |issuer| db.read(|q| coupon::offered(q, Shelf::Of(issuer), None, NOW, None, 50)).unwrap();
        assert_eq!(own(offer(1, 1).issuer), []);
        assert_eq!(claim(db, 1, id), Err(Error::NoCoupon(id)));
        let find = |text: &str| db.read(|q| coupon::of_code(q, text));
        assert_eq!(find(" spring-26"), Ok(id));
        assert_eq!(find("autumn"), Err(Error::NoCode("autumn".into())));
        let (first, second, member) = (ctx(NOW), ctx(NOW), of(1));
        write(db, Keys::none(), move |tx| coupon::claim_by_code(tx, &first, member, id, "spring-26"))
            .unwrap();
        assert_eq!(priced(db, 1, NOW).applied.len(), 1);
        // One without a code is not claimed by another's.
        let open = create(db, offer(10, 1));
        let refused =
            write(db, Keys::none(), move |tx| coupon::claim_by_code(tx, &second, member, open, "spring-26"));
        assert_eq!(refused, Err(Error::NoCoupon(open)));
    });
}
