//! Real threads that want what only one can have: each race ends in one truth.

use super::mall::{Buyer, Mall, ctx_at, place, start, write, write_with};
use flows::buy::{self, Error};
use kernel::Id;
use kernel::id::Quote;
use std::sync::{Arc, Barrier};
use store::{Keys, StoreError};
use supply::warehouse::{self, Part};
use testkit::db::on_both;
use trade::coupon::{self, Issuer, Kind, NewCoupon, Scope};
use trade::order::{self, Side, Status};
use trade::payment::{self, Event, What};

/// Runs closures on a thread each, all let go at once.
pub(super) fn at_once<T: Send + 'static>(all: Vec<Box<dyn FnOnce() -> T + Send>>) -> Vec<T> {
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

/// Whether somebody else was faster: nothing was done, and trying again is right.
pub(super) fn was_faster(err: &Error) -> bool {
    matches!(
        err,
        Error::Order(order::Error::Moved)
            | Error::Stock(warehouse::Error::Moved)
            | Error::Payment(payment::Error::Moved)
            | Error::Store(StoreError::Again(_) | StoreError::Constraint { .. })
    )
}

/// Tries again as long as somebody else was faster.
pub(super) fn persist<T>(mut run: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    loop {
        match run() {
            Err(err) if was_faster(&err) => {}
            answer => return answer,
        }
    }
}

#[test]
fn a_double_click_on_pay_is_one_payment() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        let now = mall.now();
        let click = |_| {
            let (db, services) = (mall.db.clone(), mall.services.clone());
            Box::new(move || {
                let attempt = persist(|| start(&db, &services, ctx_at(now), buyer, id, Some("ok")))?;
                buy::begin(&db, &services, &ctx_at(now), &attempt, None).map(|paying| paying.attempt.id)
            }) as Box<dyn FnOnce() -> Result<_, Error> + Send>
        };
        let answers = at_once((0..8).map(click).collect());
        let first = answers[0].as_ref().unwrap();
        assert!(answers.iter().all(|answer| answer.as_ref().unwrap() == first), "{answers:?}");
        mall.work();
        assert_eq!(db.read(|q| payment::attempts(q, id)).unwrap().len(), 1);
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
        assert_eq!(db.read(|q| payment::refunds_of_purchase(q, id)).unwrap(), []);
        mall.is_sound();
    });
}

#[test]
fn of_a_callback_and_a_look_that_find_the_same_money_one_books_it() {
    on_both(|db| {
        for _ in 0..4 {
            let mall = Mall::new_beside(db);
            let (stall, buyer) = (mall.stall(), mall.buyer());
            let (_, cup) = mall.product(stall, 5_000, 2);
            let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
            let attempt = mall.pay(buyer, id, Some("silent")).unwrap().attempt;
            let now = mall.now();
            let tell = |n: usize| {
                let (db, services) = (mall.db.clone(), mall.services.clone());
                let event = Event {
                    provider: "sandbox".into(),
                    id: format!("evt_{id}_{}", n % 3).into(),
                    reference: attempt.reference.clone().unwrap(),
                    payment: Some(attempt.id),
                    what: What::Captured { amount: attempt.amount },
                    at: now,
                };
                Box::new(move || persist(|| buy::ingest_webhook(&db, &services, &ctx_at(now), &event)))
                    as Box<dyn FnOnce() -> Result<buy::Ingested, Error> + Send>
            };
            let answers = at_once((0..6).map(tell).collect());
            let new = answers.iter().filter(|answer| answer.as_ref().unwrap().new).count();
            assert_eq!(new, 1, "{answers:?}");
            assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
            mall.work();
            mall.is_sound();
        }
    });
}

#[test]
fn two_coupons_left_for_ten_buyers_are_spent_twice() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let (_, cup) = mall.product(stall, 5_000, 50);
        let (from, until) = (mall.now(), mall.now().plus_days(1));
        let new = NewCoupon {
            issuer: Issuer::Platform,
            title: "满减".into(),
            kind: Kind::Off { over: super::mall::yuan(1_000), off: super::mall::yuan(700) },
            total: 2,
            each: 1,
            from,
            until,
            scope: Scope::All,
        };
        let ctx = mall.ctx();
        let coupon = write(db, move |tx| coupon::create(tx, &ctx, &new)).unwrap().id;
        let buyers: Vec<Buyer> = (0..10).map(|_| mall.buyer()).collect();
        let now = mall.ctx().now;
        let grab = |buyer: &Buyer| {
            let (db, member) = (mall.db.clone(), buyer.member);
            Box::new(move || {
                write_with(&db, coupon::keys(coupon, member), move |tx| {
                    coupon::claim(tx, &ctx_at(now), member, coupon)
                })
                .is_ok()
            }) as Box<dyn FnOnce() -> bool + Send>
        };
        let won = at_once(buyers.iter().map(grab).collect());
        assert_eq!(won.iter().filter(|won| **won).count(), 2);
        let totals: Vec<i64> =
            buyers.iter().map(|buyer| mall.buy(*buyer, &[(cup, 1)]).unwrap().purchase.total.minor).collect();
        assert_eq!(totals.iter().filter(|total| **total == 4_300).count(), 2, "{totals:?}");

        // One claim, two quotes, two clicks: it is spent once.
        let lucky = buyers[won.iter().position(|won| *won).unwrap()];
        assert!(mall.quote(lucky, &[(cup, 1)]).is_ok());
        mall.is_sound();
    });
}

#[test]
fn one_claim_in_two_quotes_is_spent_once() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 50);
        let new = NewCoupon {
            issuer: Issuer::Shop(stall.shop),
            title: "店铺券".into(),
            kind: Kind::Off { over: super::mall::yuan(1_000), off: super::mall::yuan(700) },
            total: 9,
            each: 1,
            from: mall.now(),
            until: mall.now().plus_days(1),
            scope: Scope::All,
        };
        let (ctx, second) = (mall.ctx(), mall.ctx());
        let coupon = write(db, move |tx| coupon::create(tx, &ctx, &new)).unwrap().id;
        let member = buyer.member;
        write(db, move |tx| coupon::claim(tx, &second, member, coupon)).unwrap();
        let quotes: Vec<Id<Quote>> = (0..4).map(|_| mall.quote(buyer, &[(cup, 1)]).unwrap()).collect();
        let now = mall.ctx().now;
        let click = |quote: &Id<Quote>| {
            let (db, services, quote) = (mall.db.clone(), mall.services.clone(), *quote);
            Box::new(move || persist(|| place(&db, &services, ctx_at(now), buyer, quote)).is_ok())
                as Box<dyn FnOnce() -> bool + Send>
        };
        let placed = at_once(quotes.iter().map(click).collect());
        assert_eq!(placed.iter().filter(|placed| **placed).count(), 1, "{placed:?}");
        assert_eq!(mall.left(stall, cup), 49);
        mall.is_sound();
    });
}

#[test]
fn one_quote_clicked_twice_is_one_purchase() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 50);
        let quote = mall.quote(buyer, &[(cup, 2)]).unwrap();
        let now = mall.ctx().now;
        let click = |_| {
            let (db, services) = (mall.db.clone(), mall.services.clone());
            Box::new(move || persist(|| place(&db, &services, ctx_at(now), buyer, quote)).is_ok())
                as Box<dyn FnOnce() -> bool + Send>
        };
        let placed = at_once((0..6).map(click).collect());
        assert_eq!(placed.iter().filter(|placed| **placed).count(), 1);
        assert_eq!(mall.left(stall, cup), 48);
        mall.is_sound();
    });
}

#[test]
fn of_two_who_call_one_order_off_and_its_shop_that_ships_it_one_is_first() {
    on_both(|db| {
        for round in 0..6 {
            let mall = Mall::new_beside(db);
            let (stall, buyer) = (mall.stall(), mall.buyer());
            let (_, cup) = mall.product(stall, 5_000, 2);
            let bought = mall.bought(buyer, &[(cup, 1)]);
            let (order, now) = (bought.orders[0].id, mall.ctx().now);
            let named = round % 2 == 0;
            let off = |side: Side| {
                let db = mall.db.clone();
                Box::new(move || {
                    persist(|| {
                        let keys = if named {
                            db.read(|q| buy::keys_of_order(q, side, order))?
                        } else {
                            Keys::none()
                        };
                        write_with(&db, keys, move |tx| buy::cancel_paid(tx, &ctx_at(now), side, order, None))
                    })
                    .map(|_| "off")
                }) as Box<dyn FnOnce() -> Result<&'static str, Error> + Send>
            };
            let ship = {
                let (db, services, shop) = (mall.db.clone(), mall.services.clone(), stall.shop);
                Box::new(move || {
                    persist(|| {
                        let services = services.clone();
                        write_with(&db, Keys::none(), move |tx| {
                            flows::ship::ship(
                                tx,
                                &ctx_at(now),
                                &services,
                                shop,
                                order,
                                ("sf", "SF1234567890123"),
                            )
                        })
                    })
                    .map(|_| "shipped")
                }) as Box<dyn FnOnce() -> Result<&'static str, Error> + Send>
            };
            let answers = at_once(vec![off(Side::Buyer(buyer.member)), off(Side::Shop(stall.shop)), ship]);
            let won: Vec<&str> = answers.iter().flatten().copied().collect();
            assert_eq!(won.len(), 1, "{answers:?}");
            mall.work();
            let back = db.read(|q| payment::refunds_of_purchase(q, bought.purchase.id)).unwrap();
            assert_eq!(back.len(), usize::from(won[0] == "off"));
            mall.is_sound();
        }
    });
}

#[test]
fn of_a_payment_and_the_clock_that_closes_one_is_first_and_no_money_is_lost() {
    on_both(|db| {
        for round in 0..6 {
            let mall = Mall::new_beside(db);
            let (stall, buyer) = (mall.stall(), mall.buyer());
            let (_, cup) = mall.product(stall, 5_000, 2);
            let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
            let attempt = mall.pay(buyer, id, Some("silent")).unwrap().attempt;
            mall.wait(16 * 60);
            let now = mall.now();
            let due = db.read(|q| store::timer::due(q, now, 200)).unwrap();
            let timer = due.into_iter().find(|timer| timer.subject == id.raw()).unwrap();
            let pay = {
                let (db, services) = (mall.db.clone(), mall.services.clone());
                let event = Event {
                    provider: "sandbox".into(),
                    id: format!("evt_{id}").into(),
                    reference: attempt.reference.clone().unwrap(),
                    payment: Some(attempt.id),
                    what: What::Captured { amount: attempt.amount },
                    at: now,
                };
                Box::new(move || {
                    persist(|| buy::ingest_webhook(&db, &services, &ctx_at(now), &event))
                        .unwrap()
                        .came
                        .unwrap()
                        .pays()
                }) as Box<dyn FnOnce() -> bool + Send>
            };
            let close = {
                let db = mall.db.clone();
                Box::new(move || {
                    persist(|| {
                        let keys =
                            if round % 2 == 0 { db.read(|q| buy::keys_to_end(q, id))? } else { Keys::none() };
                        let timer = timer.clone();
                        write_with(&db, keys, move |tx| {
                            store::timer::fire(tx, &timer, now, |tx| buy::close_unpaid(tx, &ctx_at(now), id))
                        })
                    })
                    .unwrap()
                    .is_some()
                }) as Box<dyn FnOnce() -> bool + Send>
            };
            let answers = at_once(vec![pay, close]);
            assert_ne!(answers[0], answers[1], "{answers:?}");
            mall.work();
            let seen = mall.seen(buyer, id).purchase.status;
            let back = db.read(|q| payment::refunds_of_purchase(q, id)).unwrap();
            let expected = if answers[0] { (Status::Paid, 0, 1) } else { (Status::Closed, 1, 2) };
            assert_eq!((seen, back.len(), mall.left(stall, cup)), expected);
            mall.is_sound();
        }
    });
}

#[test]
fn of_refunds_that_want_the_same_money_no_more_goes_back_than_came_in() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let bought = mall.bought(buyer, &[(cup, 1)]);
        let (payment, now) = (bought.purchase.payment.unwrap(), mall.ctx().now);
        let want = |_| {
            let db = mall.db.clone();
            let cmd = payment::NewRefund {
                payment,
                order: Some(bought.orders[0].id),
                amount: super::mall::yuan(2_000),
                why: payment::Why::Aftersale,
            };
            let order = bought.orders[0].id;
            Box::new(move || {
                persist(|| {
                    write_with(&db, Keys::none(), move |tx| {
                        let refund = payment::want_refund(tx, &ctx_at(now), &cmd)?;
                        let booking = ledger::Booking::refund(&ledger::Refund {
                            key: format!("refund:{}", refund.id),
                            order,
                            payment,
                            amount: refund.amount,
                            reference: ledger::Reference::Order(order),
                        })?;
                        ledger::book(tx, &ctx_at(now), &booking)?;
                        Ok::<_, Error>(())
                    })
                })
                .is_ok()
            }) as Box<dyn FnOnce() -> bool + Send>
        };
        let won = at_once((0..8).map(want).collect());
        assert_eq!(won.iter().filter(|won| **won).count(), 2);
        mall.work();
        let left = mall.balance(&ledger::Account::Escrow(bought.orders[0].id));
        assert_eq!(left, 1_000);
        assert!(db.read(|q| payment::check(q, 10)).unwrap().is_empty());
    });
}

#[test]
fn buyers_of_two_kits_that_share_a_part_and_of_the_part_itself_get_what_there_is() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let (_, cup) = mall.product(stall, 1_000, 9);
        let (_, tea) = mall.product(stall, 1_000, 50);
        let kits: Vec<_> = (0..2)
            .map(|n| {
                let (_, kit) = mall.product(stall, 3_000, 0);
                let (shop, more) = (stall.shop, n + 1);
                let parts = vec![Part { sku: cup, quantity: more }, Part { sku: tea, quantity: 1 }];
                write(db, move |tx| warehouse::define_kit(tx, shop, kit, &parts)).unwrap();
                kit
            })
            .collect();
        let buyers: Vec<Buyer> = (0..12).map(|_| mall.buyer()).collect();
        let wanted = |n: usize| match n % 3 {
            0 => vec![(kits[0], 1)],
            1 => vec![(kits[1], 1)],
            // The kit and its part, and the part named twice.
            _ => vec![(kits[0], 1), (cup, 1), (cup, 1)],
        };
        let quotes: Vec<_> =
            buyers.iter().enumerate().map(|(n, buyer)| mall.quote(*buyer, &wanted(n)).unwrap()).collect();
        let now = mall.ctx().now;
        let click = |(buyer, quote): (&Buyer, &Id<Quote>)| {
            let (db, services, buyer, quote) = (mall.db.clone(), mall.services.clone(), *buyer, *quote);
            Box::new(move || persist(|| place(&db, &services, ctx_at(now), buyer, quote)))
                as Box<dyn FnOnce() -> Result<order::PurchaseView, Error> + Send>
        };
        let answers = at_once(buyers.iter().zip(&quotes).map(click).collect());
        let cups = |n: usize| [1, 2, 3][n % 3];
        let taken: i64 =
            answers.iter().enumerate().filter(|(_, answer)| answer.is_ok()).map(|(n, _)| cups(n)).sum();
        assert!((7..=9).contains(&taken), "{taken} of 9 cups went");
        assert_eq!(mall.left(stall, cup), 9 - taken);
        let short = |err: &Error| matches!(err, Error::Stock(warehouse::Error::Short(_)));
        assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(short), "{answers:?}");
        mall.is_sound();
    });
}

#[test]
fn a_limit_for_each_buyer_holds_under_a_race() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product_as(stall, 5_000, 50, |content| content.skus[0].limit = Some(3));
        let quotes: Vec<Id<Quote>> = (0..6).map(|_| mall.quote(buyer, &[(cup, 1)]).unwrap()).collect();
        let now = mall.ctx().now;
        let click = |quote: &Id<Quote>| {
            let (db, services, quote) = (mall.db.clone(), mall.services.clone(), *quote);
            Box::new(move || persist(|| place(&db, &services, ctx_at(now), buyer, quote)).is_ok())
                as Box<dyn FnOnce() -> bool + Send>
        };
        let placed = at_once(quotes.iter().map(click).collect());
        assert_eq!(placed.iter().filter(|placed| **placed).count(), 3);
        assert_eq!(mall.left(stall, cup), 47);
        mall.is_sound();
    });
}
