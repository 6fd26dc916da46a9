//! Bank transfers: what people record exactly, short, too much, late, twice and wrongly, and what they send back.

use super::mall::{Buyer, Mall, ctx_at, new_id, write_with, yuan};
use flows::buy::{self, Error, Incoming, Recorded};
use kernel::fact::Value;
use kernel::id::{Order, Purchase, Refund};
use kernel::{Id, Kind, Moment, Problem};
use ledger::Account;
use std::sync::{Arc, Barrier};
use store::{Db, Keys, StoreError, log};
use testkit::db::on_both;
use trade::order::Status;
use trade::payment::{self, Attempt, Came, Moved, RefundStatus, Why};

const DAY: i64 = 24 * 3600;

/// Starts a transfer, and gives it its reference.
fn transfer(mall: &Mall, buyer: Buyer, id: Id<Purchase>) -> Result<Attempt, Error> {
    let (ctx, services) = (mall.ctx(), mall.services.clone());
    let keys = Keys::from(trade::order::purchase_key(id));
    let attempt = write_with(&mall.db, keys, move |tx| {
        buy::start(tx, &ctx, &services, buyer.member, id, ("transfer", None))
    })?;
    let paying = buy::begin(&mall.db, &mall.services, &mall.ctx(), &attempt, None)?;
    assert_eq!(paying.redirect.as_deref(), Some(&*format!("/pay/transfer/{}", attempt.id)));
    Ok(paying.attempt)
}

/// A purchase of 50.00 that waits for a transfer, with the transfer's reference.
fn awaited(mall: &Mall) -> (Buyer, Id<Purchase>, Box<str>) {
    let (stall, buyer) = (mall.stall(), mall.buyer());
    let (_, cup) = mall.product(stall, 5_000, 2);
    let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
    let reference = transfer(mall, buyer, id).unwrap().reference.unwrap();
    (buyer, id, reference)
}

/// Somebody records a line.
fn record(mall: &Mall, text: &str, minor: i64, line: &str) -> Result<Recorded, Error> {
    let cmd = Incoming { line: line.into(), text: text.into(), amount: yuan(minor) };
    let keys = mall.db.read(|q| buy::keys_to_record(q, &mall.services, &cmd))?;
    let (ctx, services) = (mall.ctx(), mall.services.clone());
    let recorded = write_with(&mall.db, keys, move |tx| buy::record(tx, &ctx, &services, &cmd))?;
    recorded.ingested().publish(&mall.services);
    Ok(recorded)
}

/// Somebody sent a refund.
fn send(mall: &Mall, refund: Id<Refund>, line: &str) -> Result<Recorded, Error> {
    let keys = mall.db.read(|q| buy::keys_to_send(q, refund))?;
    let (ctx, services, line) = (mall.ctx(), mall.services.clone(), line.to_owned());
    write_with(&mall.db, keys, move |tx| buy::sent(tx, &ctx, &services, refund, &line))
}

fn waiting(mall: &Mall) -> Vec<Id<Purchase>> {
    let found = mall.db.read(|q| buy::awaited(q, &mall.services, None, 200)).unwrap();
    found.into_iter().map(|one| one.purchase.id).collect()
}

/// The refunds of a purchase that somebody has to send.
fn to_send(mall: &Mall, id: Id<Purchase>) -> Vec<(Id<Refund>, Why, i64)> {
    let found = mall.db.read(|q| buy::to_send(q, &mall.services, None, 200)).unwrap();
    let of = found.into_iter().filter(|one| one.refund.purchase == id);
    of.map(|one| (one.refund.id, one.refund.why, one.refund.amount.minor)).collect()
}

/// How the promise of an order's shipment moved, as it was told.
fn moves(db: &Db, order: Id<Order>) -> Vec<(Moment, Moment)> {
    testkit::db::settle(db);
    let all = db.read(|q| log::after(q, log::Position::default(), 5_000)).unwrap();
    let told = all.iter().map(|entry| &entry.record);
    let told = told.filter(|told| {
        told.subject == order.raw() && matches!(told.spec.kind, "order.postponed" | "order.resumed")
    });
    let moment = |told: &kernel::Record, name: &str| match told.get(name) {
        Some(Value::Int(micros)) => Moment::from_micros(*micros),
        other => panic!("{name} is {other:?}"),
    };
    told.map(|told| (moment(told, "was_ship_by"), moment(told, "ship_by"))).collect()
}

fn came(recorded: &Recorded) -> Came {
    match recorded.line.moved {
        Moved::In(came) => came,
        Moved::Out(_) => panic!("{recorded:?}"),
    }
}

#[test]
fn an_exact_transfer_pays_and_its_purchase_waited_for_days_with_its_stock() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let bought = mall.buy(buyer, &[(cup, 1)]).unwrap();
        let (placed, promised) = (bought.purchase, bought.orders[0].clone());
        let attempt = transfer(&mall, buyer, placed.id).unwrap();
        let reference = attempt.reference.clone().unwrap();
        assert!(reference.starts_with("SH") && reference.len() == 11, "{reference}");
        let seen = mall.seen(buyer, placed.id);
        assert_eq!(seen.purchase.pay_by, placed.placed_at.plus_days(3));
        let [order] = &seen.orders[..] else { panic!("{seen:?}") };
        assert_eq!(order.pay_by, seen.purchase.pay_by);
        // Nobody can ship meanwhile: the promises moved on as far as the money may take.
        assert_eq!(
            (order.ship_by, order.deliver_by),
            (promised.ship_by.plus_days(3), promised.deliver_by.plus_days(3))
        );
        // Whoever asks again gets the same one, and no more time.
        mall.wait(DAY);
        let again = transfer(&mall, buyer, placed.id).unwrap();
        assert_eq!((again.id, again.reference), (attempt.id, attempt.reference));
        assert_eq!(mall.seen(buyer, placed.id).purchase.pay_by, seen.purchase.pay_by);
        assert_eq!(waiting(&mall), [placed.id]);

        // Nothing asks or writes for it meanwhile.
        let before = db.statements();
        let turn = mall.workers.turn().unwrap();
        assert_eq!((turn.done, turn.put_back), (0, 0));
        let idle = db.statements() - before;
        mall.wait(DAY);
        let before = db.statements();
        mall.work();
        assert_eq!(
            db.statements() - before,
            idle,
            "a day later the worker looks whether anything is due, no more"
        );
        assert_eq!((mall.left(stall, cup), mall.seen(buyer, placed.id).purchase.status), (1, Status::Unpaid));

        let recorded = record(&mall, &format!("货款 {}", reference.to_lowercase()), 5_000, "B-1").unwrap();
        assert_eq!((came(&recorded), recorded.new), (Came::Captures, true));
        mall.work();
        let seen = mall.seen(buyer, placed.id);
        assert_eq!((seen.purchase.status, seen.purchase.payment), (Status::Paid, Some(attempt.id)));
        // It took two days, and those are what the shop has more.
        let took = seen.purchase.settled_at.unwrap().micros() - placed.placed_at.micros();
        assert!((2 * DAY..2 * DAY + 60).contains(&(took / 1_000_000)), "{took}");
        let [order] = &seen.orders[..] else { panic!("{seen:?}") };
        assert_eq!(order.ship_by, promised.ship_by.plus_micros(took));
        assert_eq!(order.deliver_by, promised.deliver_by.plus_micros(took));
        assert_eq!(seen.purchase.parts[0].ship_by, order.ship_by);
        assert_eq!(
            moves(db, order.id),
            [
                (promised.ship_by, promised.ship_by.plus_days(3)),
                (promised.ship_by.plus_days(3), order.ship_by)
            ],
            "each move is told once, with what counted before it"
        );
        assert_eq!((waiting(&mall), to_send(&mall, placed.id)), (vec![], vec![]));
        assert_eq!(mall.balance(&Account::Provider("transfer".parse().unwrap())), -5_000);
        let lines = db.read(|q| payment::lines(q, "transfer", None, 9)).unwrap();
        assert_eq!(lines, [recorded.line]);
        assert_eq!(db.read(|q| store::timer::due(q, mall.now().plus_days(1_000), 99)).unwrap(), []);
        mall.is_sound();
    });
}

/// Why and how much of a purchase is to be sent back.
fn back(mall: &Mall, id: Id<Purchase>) -> Vec<(Why, i64)> {
    to_send(mall, id).into_iter().map(|(_, why, minor)| (why, minor)).collect()
}

/// What came of a purchase's transfer in parts.
fn received(mall: &Mall, id: Id<Purchase>) -> i64 {
    let found = mall.db.read(|q| payment::awaited_of(q, id)).unwrap();
    found.iter().map(|attempt| attempt.received.minor).sum()
}

fn provider() -> Account {
    Account::Provider("transfer".parse().unwrap())
}

#[test]
fn parts_under_one_reference_add_up_and_the_last_one_pays() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, id, reference) = awaited(&mall);
        let first = record(&mall, &reference, 2_000, "B-1").unwrap();
        assert_eq!((came(&first), first.new), (Came::Part, true));
        assert_eq!((received(&mall, id), mall.balance(&provider())), (2_000, -2_000));
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Unpaid);
        mall.is_sound();
        // The same line again is the same line, and counts once.
        assert!(!record(&mall, &reference, 2_000, "B-1").unwrap().new);
        assert_eq!(came(&record(&mall, &reference, 2_999, "B-2").unwrap()), Came::Part);
        let [waits] = &mall.db.read(|q| buy::awaited(q, &mall.services, None, 9)).unwrap()[..] else {
            panic!("one is awaited")
        };
        assert_eq!((waits.attempt.received, waits.attempt.missing()), (yuan(4_999), yuan(1)));
        // Whoever pays by transfer again is given the same reference: what is missing is asked for, not all of it.
        assert_eq!(transfer(&mall, buyer, id).unwrap().reference.as_deref(), Some(&*reference));
        assert_eq!(came(&record(&mall, &reference, 1, "B-3").unwrap()), Came::Captures);
        mall.work();
        let paid = mall.seen(buyer, id);
        assert_eq!((paid.purchase.status, waiting(&mall), back(&mall, id)), (Status::Paid, vec![], vec![]));
        let attempt = db.read(|q| payment::attempt(q, paid.purchase.payment.unwrap())).unwrap();
        assert_eq!(attempt.captured, Some(yuan(5_000)));
        assert_eq!(mall.balance(&provider()), -5_000);
        assert_eq!(mall.balance(&Account::Surplus(attempt.id)), 0);
        assert_eq!(mall.balance(&Account::Escrow(paid.orders[0].id)), 5_000);
        testkit::db::settle(db);
        let all = db.read(|q| log::after(q, log::Position::default(), 5_000)).unwrap();
        let told = all.iter().find(|entry| entry.record.spec.kind == "payment.recorded").unwrap();
        assert!(matches!(told.record.get("installments"), Some(Value::Int(3))), "{told:?}");
        mall.is_sound();
    });
}

#[test]
fn of_parts_that_come_to_more_the_rest_goes_back_to_where_they_came_from() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, id, reference) = awaited(&mall);
        assert_eq!(came(&record(&mall, &reference, 4_000, "B-1").unwrap()), Came::Part);
        assert_eq!(came(&record(&mall, &reference, 1_250, "B-2").unwrap()), Came::Surplus);
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
        assert_eq!(back(&mall, id), [(Why::Surplus, 250)]);
        let found = mall.db.read(|q| buy::to_send(q, &mall.services, None, 9)).unwrap();
        let mut lines: Vec<&str> = found[0].came.iter().map(|line| &*line.line).collect();
        lines.sort_unstable();
        assert_eq!(lines, ["B-1", "B-2"]);
        mall.is_sound();
        // One line that is too much does the same.
        let (more, surplus, other) = awaited(&mall);
        assert_eq!(came(&record(&mall, &other, 5_250, "B-3").unwrap()), Came::Surplus);
        mall.work();
        assert_eq!(mall.seen(more, surplus).purchase.status, Status::Paid);
        assert_eq!(back(&mall, surplus), [(Why::Surplus, 250)]);
        mall.is_sound();
    });
}

#[test]
fn parts_that_are_too_little_at_the_deadline_are_to_be_sent_back() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, id, reference) = awaited(&mall);
        record(&mall, &reference, 2_000, "B-1").unwrap();
        record(&mall, &reference, 1_000, "B-2").unwrap();
        mall.wait(3 * DAY + 60);
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Closed);
        let [(refund, Why::Short, 3_000)] = to_send(&mall, id)[..] else {
            panic!("{:?}", to_send(&mall, id))
        };
        assert_eq!(waiting(&mall), []);
        mall.is_sound();
        // What comes later goes back apart, and the rest does not pay for what is over.
        assert_eq!(came(&record(&mall, &reference, 2_000, "B-3").unwrap()), Came::Late);
        assert_eq!(back(&mall, id), [(Why::Short, 3_000), (Why::Late, 2_000)]);
        send(&mall, refund, "O-1").unwrap();
        assert_eq!(mall.balance(&provider()), -2_000);
        assert_eq!(db.read(|q| store::timer::due(q, mall.now().plus_days(1_000), 99)).unwrap(), []);
        mall.wait(30 * DAY);
        mall.work();
        assert_eq!(back(&mall, id), [(Why::Late, 2_000)]);
        mall.is_sound();
    });
}

#[test]
fn parts_go_back_when_their_purchase_is_called_off_or_paid_for_otherwise() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, id, reference) = awaited(&mall);
        record(&mall, &reference, 2_000, "B-1").unwrap();
        let keys = db.read(|q| buy::keys_to_end(q, id)).unwrap();
        let ctx = mall.ctx();
        write_with(db, keys, move |tx| buy::cancel(tx, &ctx, buyer.member, id)).unwrap();
        assert_eq!((back(&mall, id), waiting(&mall)), (vec![(Why::Short, 2_000)], vec![]));
        mall.is_sound();

        let (buyer, id, reference) = awaited(&mall);
        record(&mall, &reference, 2_000, "B-2").unwrap();
        mall.pay(buyer, id, Some("ok")).unwrap();
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
        assert_eq!(back(&mall, id), [(Why::Double, 2_000)]);
        mall.is_sound();
    });
}

#[test]
fn of_the_last_part_and_the_deadline_one_is_first_and_no_part_is_lost() {
    on_both(|db| {
        for round in 0..4 {
            let mall = Mall::new_beside(db);
            let (buyer, id, reference) = awaited(&mall);
            record(&mall, &reference, 2_000, &format!("A-{round}-{id}")).unwrap();
            mall.wait(3 * DAY + 60);
            let now = mall.now();
            let cmd = Incoming {
                line: format!("B-{round}-{id}").into(),
                text: reference.clone(),
                amount: yuan(3_000),
            };
            let gate = Barrier::new(2);
            std::thread::scope(|scope| {
                let recorded = scope.spawn(|| {
                    gate.wait();
                    loop {
                        let keys = db.read(|q| buy::keys_to_record(q, &mall.services, &cmd)).unwrap();
                        let (ctx, services, cmd) = (ctx_at(now), mall.services.clone(), cmd.clone());
                        match write_with(db, keys, move |tx| buy::record(tx, &ctx, &services, &cmd)) {
                            Err(err) if err.has_moved() => {}
                            Err(
                                Error::Payment(payment::Error::Moved) | Error::Store(StoreError::Again(_)),
                            ) => {}
                            answer => return answer.unwrap(),
                        }
                    }
                });
                gate.wait();
                mall.work();
                recorded.join().unwrap();
            });
            mall.wait(60);
            mall.work();
            let status = mall.seen(buyer, id).purchase.status;
            let sum: i64 = to_send(&mall, id).iter().map(|(_, _, minor)| minor).sum();
            assert_eq!(sum, if status == Status::Paid { 0 } else { 5_000 }, "{status:?}");
            mall.is_sound();
        }
    });
}

#[test]
fn every_line_under_a_reference_is_money() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, id, reference) = awaited(&mall);
        assert_eq!(came(&record(&mall, &reference, 5_000, "B-1").unwrap()), Came::Captures);
        for line in ["B-2", "B-3"] {
            let recorded = record(&mall, &reference, 5_000, line).unwrap();
            assert_eq!((came(&recorded), &*recorded.line.reference), (Came::Double, &*reference), "{line}");
        }
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
        assert_eq!(to_send(&mall, id).len(), 2);
        for (i, (refund, why, minor)) in to_send(&mall, id).into_iter().enumerate() {
            assert_eq!((why, minor), (Why::Double, 5_000));
            send(&mall, refund, &format!("O-{i}")).unwrap();
        }
        assert_eq!(mall.balance(&Account::Provider("transfer".parse().unwrap())), -5_000);
        assert_eq!(db.read(|q| store::timer::due(q, mall.now().plus_days(1_000), 99)).unwrap(), []);
        mall.is_sound();
    });
}

#[test]
fn what_comes_after_the_deadline_goes_onto_the_list_of_refunds() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, id, reference) = awaited(&mall);
        mall.wait(3 * DAY - 60);
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Unpaid);
        mall.wait(120);
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Closed);
        mall.wait(10 * 60);
        mall.work();
        assert_eq!(waiting(&mall), [], "nobody waits for it any more");
        assert_eq!(came(&record(&mall, &reference, 5_000, "B-1").unwrap()), Came::Late);
        mall.work();
        let [(refund, Why::Late, 5_000)] = to_send(&mall, id)[..] else { panic!("{:?}", to_send(&mall, id)) };

        // The worker asks nobody: the refund waits for a person, however long.
        let before = db.statements();
        mall.work();
        let idle = db.statements() - before;
        mall.wait(30 * DAY);
        let before = db.statements();
        mall.work();
        assert_eq!(db.statements() - before, idle);
        let sent = send(&mall, refund, "O-1").unwrap();
        assert!(sent.new && sent.line.moved == Moved::Out(refund));
        assert_eq!(to_send(&mall, id), []);
        assert_eq!(db.read(|q| payment::refund(q, refund)).unwrap().status, RefundStatus::Sent);
        assert_eq!(mall.balance(&Account::Provider("transfer".parse().unwrap())), 0);
        mall.is_sound();
    });
}

#[test]
fn a_line_is_recorded_once_and_the_same_again_changes_nothing() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (_, id, reference) = awaited(&mall);
        let (_, _, other) = awaited(&mall);
        let first = record(&mall, &reference, 5_000, " B-1 ").unwrap();
        let again = record(&mall, &reference, 5_000, "B-1").unwrap();
        assert_eq!((&again.line, again.new), (&first.line, false));
        for (text, minor) in [(&reference, 4_999), (&other, 5_000)] {
            let refused = record(&mall, text, minor, "B-1").unwrap_err();
            assert!(matches!(refused, Error::LineKnown { .. }), "{refused}");
            assert_eq!((refused.kind(), refused.code()), (Kind::Conflict, "buy.line_known"));
            assert!(refused.to_string().contains(&*reference), "{refused}");
        }
        // An incoming line is no outgoing one.
        let double = record(&mall, &reference, 5_000, "B-2").unwrap();
        assert_eq!(came(&double), Came::Double);
        let refund = to_send(&mall, id)[0].0;
        assert!(matches!(send(&mall, refund, "B-2").unwrap_err(), Error::LineKnown { .. }));
        assert_eq!(to_send(&mall, id).len(), 1);
        assert_eq!(db.read(|q| payment::lines(q, "transfer", None, 9)).unwrap().len(), 2);
        mall.is_sound();
    });
}

#[test]
fn a_reference_with_an_error_in_it_is_refused_and_so_is_one_of_nobody() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (_, _, reference) = awaited(&mall);
        let mut wrong: Vec<u8> = reference.bytes().collect();
        wrong[5] = if wrong[5] == b'7' { b'8' } else { b'7' };
        let wrong = String::from_utf8(wrong).unwrap();
        let mut swapped: Vec<char> = reference.chars().collect();
        let at = (2..10).find(|i| swapped[*i] != swapped[i + 1]).unwrap();
        swapped.swap(at, at + 1);
        let swapped: String = swapped.into_iter().collect();
        for text in [wrong.as_str(), swapped.as_str(), &reference[..10], "", "货款"] {
            let refused = record(&mall, text, 5_000, "B-1").unwrap_err();
            assert_eq!((refused.kind(), refused.code()), (Kind::Invalid, "buy.mistyped_reference"), "{text}");
        }
        // Well made, and never given out.
        let refused = record(&mall, "SH111111111", 5_000, "B-1").unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (Kind::Invalid, "buy.unknown_transfer"));
        for line in ["", " ", "a\nb", &"9".repeat(65)] {
            let refused = record(&mall, &reference, 5_000, line).unwrap_err();
            assert_eq!((refused.kind(), refused.code()), (Kind::Invalid, "buy.bad_line"), "{line}");
        }
        for minor in [0, -5_000] {
            assert!(record(&mall, &reference, minor, "B-1").is_err(), "{minor}");
        }
        assert_eq!(db.read(|q| payment::lines(q, "transfer", None, 9)).unwrap(), []);
        assert_eq!(record(&mall, &reference, 5_000, "B-1").unwrap().line.line.as_ref(), "B-1");
        mall.is_sound();
    });
}

#[test]
fn of_two_who_record_a_line_at_once_one_does() {
    on_both(|db| {
        for round in 0..4 {
            let mall = Mall::new_beside(db);
            let (buyer, id, reference) = awaited(&mall);
            let now = mall.now();
            let gate = Arc::new(Barrier::new(6));
            let staff = |_| {
                let (db, services, gate) = (mall.db.clone(), mall.services.clone(), gate.clone());
                let cmd = Incoming {
                    line: format!("B-{round}-{id}").chars().take(60).collect::<String>().into(),
                    text: reference.clone(),
                    amount: yuan(5_000),
                };
                std::thread::spawn(move || {
                    gate.wait();
                    loop {
                        let keys = db.read(|q| buy::keys_to_record(q, &services, &cmd)).unwrap();
                        let (ctx, inner, cmd) = (ctx_at(now), services.clone(), cmd.clone());
                        match write_with(&db, keys, move |tx| buy::record(tx, &ctx, &inner, &cmd)) {
                            Err(
                                Error::Payment(payment::Error::Moved)
                                | Error::Order(trade::order::Error::Moved)
                                | Error::Store(StoreError::Again(_) | StoreError::Constraint { .. }),
                            ) => {}
                            answer => return answer.unwrap(),
                        }
                    }
                })
            };
            let threads: Vec<_> = (0..6).map(staff).collect();
            let answers: Vec<Recorded> = threads.into_iter().map(|t| t.join().unwrap()).collect();
            assert_eq!(answers.iter().filter(|answer| answer.new).count(), 1, "{answers:?}");
            assert!(answers.iter().all(|answer| came(answer) == Came::Captures), "{answers:?}");
            assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
            assert_eq!(to_send(&mall, id), []);
            mall.is_sound();
        }
    });
}

#[test]
fn what_was_called_off_is_not_awaited_and_its_money_goes_back() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, id, reference) = awaited(&mall);
        let keys = db.read(|q| buy::keys_to_end(q, id)).unwrap();
        let ctx = mall.ctx();
        write_with(db, keys, move |tx| buy::cancel(tx, &ctx, buyer.member, id)).unwrap();
        assert_eq!(waiting(&mall), []);
        assert_eq!(db.read(|q| store::timer::due(q, mall.now().plus_days(1_000), 99)).unwrap(), []);
        assert_eq!(came(&record(&mall, &reference, 5_000, "B-1").unwrap()), Came::Late);
        assert_eq!(to_send(&mall, id).len(), 1);
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Cancelled);
        mall.is_sound();
    });
}

#[test]
fn a_refund_is_sent_once() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (_, id, reference) = awaited(&mall);
        record(&mall, &reference, 5_000, "B-0").unwrap();
        record(&mall, &reference, 4_000, "B-1").unwrap();
        // Before the worker has seen it, and after.
        let refund = to_send(&mall, id)[0].0;
        let sent = send(&mall, refund, "O-1").unwrap();
        mall.work();
        assert_eq!(send(&mall, refund, "O-1").unwrap(), Recorded { new: false, ..sent });
        let twice = send(&mall, refund, "O-2").unwrap_err();
        assert_eq!((twice.kind(), twice.code()), (Kind::Conflict, "payment.refund_status"));
        assert_eq!(send(&mall, new_id(), "O-3").unwrap_err().code(), "payment.no_refund");
        assert_eq!(mall.balance(&Account::Provider("transfer".parse().unwrap())), -5_000);
        mall.is_sound();
    });
}

#[test]
fn refunds_of_other_providers_are_nobodys_to_send_by_hand() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        mall.pay(buyer, id, Some("surplus:100")).unwrap();
        mall.work();
        let refund = db.read(|q| payment::refunds_of_purchase(q, id)).unwrap()[0].id;
        assert_eq!(to_send(&mall, id), []);
        assert_eq!(send(&mall, refund, "O-1").unwrap_err().code(), "payment.no_refund");
        // One who pays otherwise after all: the transfer that still comes is one too many.
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        let reference = transfer(&mall, buyer, id).unwrap().reference.unwrap();
        mall.pay(buyer, id, Some("ok")).unwrap();
        mall.work();
        let found = db.read(|q| buy::awaited(q, &mall.services, None, 9)).unwrap();
        assert!(found.iter().all(|one| !one.pays()), "it is listed, and does not pay");
        assert_eq!(came(&record(&mall, &reference, 5_000, "B-1").unwrap()), Came::Double);
        mall.is_sound();
    });
}

#[test]
fn without_a_time_for_it_or_an_account_there_are_no_transfers() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let placed = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase;
        let services = |change: &dyn Fn(&mut trade::terms::Terms), gateways| {
            let mut terms = trade::terms::built_in().unwrap();
            terms.iter_mut().for_each(change);
            let services = &mall.services;
            buy::CheckoutServices::new(services.market().clone(), terms, services.vault().clone(), gateways)
        };
        let older = services(&|terms| terms.transfer_within = None, mall.services.gateways().to_vec());
        let (ctx, id) = (mall.ctx(), placed.id);
        let refused = write_with(db, Keys::none(), move |tx| {
            buy::start(tx, &ctx, &older, buyer.member, id, ("transfer", None))
        });
        assert_eq!(refused.unwrap_err().code(), "buy.no_transfer_time");
        assert_eq!(mall.seen(buyer, id).purchase.pay_by, placed.pay_by);
        let none = services(&|_| {}, mall.services.gateways()[..1].to_vec());
        let refused = db.read(|q| buy::awaited(q, &none, None, 9)).unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (Kind::NotFound, "buy.no_transfers"));
    });
}

#[test]
fn a_line_is_one_line_however_it_is_typed() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, id, reference) = awaited(&mall);
        assert!(record(&mall, &reference, 5_000, "b2026-0001 7").unwrap().new);
        for typed in
            ["B2026-00017", " b2026-0001 7 ", "Ｂ２０２６－０００１７", "B2026– 00017", "b2026-\u{200b}00017"]
        {
            assert!(!record(&mall, &reference, 5_000, typed).unwrap().new, "{typed}");
        }
        assert!(matches!(record(&mall, &reference, 4_999, "b2026-00017"), Err(Error::LineKnown { .. })));
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
        assert_eq!(to_send(&mall, id), []);
        mall.is_sound();
    });
}
