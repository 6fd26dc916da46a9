//! Several at once: one attempt, one capture, no more back than came in.

use super::*;
use crate::order::race::at_once;
use kernel::Problem;
use testkit::db::on_both;

const ROUNDS: usize = 10;

#[test]
fn clicks_at_the_same_moment_share_one_attempt() {
    on_both(|db| {
        for _ in 0..ROUNDS {
            let bought = purchase(db);
            let click = |db: &Db| start_at(db, &bought, "sandbox");
            let all = at_once(db, &[&click, &click, &click, &click]);
            let ids: Vec<_> = all.into_iter().map(|attempt| attempt.unwrap().id).collect();
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
            assert_eq!(db.read(|q| payment::attempts(q, bought.id)).unwrap().len(), 1);
        }
    });
}

/// A webhook is told again until it is taken.
fn told(db: &Db, event: &Event) -> Came {
    for _ in 0..50 {
        match take(db, event) {
            Ok(came) => return came,
            Err(err) => assert_eq!(err.kind(), kernel::Kind::Conflict, "{err}"),
        }
    }
    panic!("never taken")
}

#[test]
fn one_capture_under_many_names_at_once_pays_once() {
    on_both(|db| {
        for n in 0..ROUNDS {
            let bought = purchase(db);
            let open = start(db, &bought);
            let tell = |name: &str| {
                let event = captured_event(&format!("{name}{n}"), &open, bought.total);
                move |db: &Db| told(db, &event)
            };
            let (a, b, same) = (tell("a"), tell("b"), tell("a"));
            let came = at_once(db, &[&a, &b, &same]);
            assert_eq!(came.iter().filter(|came| came.pays()).count(), 1, "{came:?}");
            assert_eq!(attempt(db, open.id).captured, Some(bought.total));
        }
        is_sound(db);
    });
}

#[test]
fn two_payments_at_once_pay_once_and_the_other_goes_back() {
    on_both(|db| {
        for n in 0..ROUNDS {
            let bought = purchase(db);
            let (one, two) = (start(db, &bought), start_at(db, &bought, "stripe").unwrap());
            let first = captured_event(&format!("a{n}"), &one, bought.total);
            let second = captured_event(&format!("b{n}"), &two, bought.total);
            let mut came = at_once(db, &[&|db: &Db| told(db, &first), &|db: &Db| told(db, &second)]);
            came.sort_unstable();
            assert_eq!(came, [Came::Captures, Came::Double]);
            let back: Vec<_> = [one.id, two.id]
                .iter()
                .flat_map(|id| db.read(|q| payment::refunds(q, *id)).unwrap())
                .map(|refund| (refund.why, refund.amount))
                .collect();
            assert_eq!(back, [(Why::Double, bought.total)]);
        }
        is_sound(db);
    });
}

#[test]
fn a_payment_and_the_closing_of_its_purchase_end_in_one_truth() {
    on_both(|db| {
        for n in 0..ROUNDS {
            let bought = purchase(db);
            let open = start(db, &bought);
            let event = captured_event(&format!("c{n}"), &open, bought.total);
            let (id, at) = (bought.id, later(5));
            let cancelling = move |db: &Db| {
                let done = write(db, move |tx| order::cancel(tx, &ctx_at(at, Actor::System), of(MEMBER), id));
                if done.is_ok() { Came::Nothing } else { Came::Captures }
            };
            let came = at_once(db, &[&|db: &Db| told(db, &event), &cancelling]);
            let purchase = db.read(|q| order::purchase_of(q, id)).unwrap();
            let back = db.read(|q| payment::refunds(q, open.id)).unwrap();
            match purchase.status {
                order::Status::Paid => assert_eq!((came, back.len()), (vec![Came::Captures; 2], 0)),
                status => {
                    assert_eq!(status, order::Status::Cancelled);
                    assert_eq!((came[0], back[0].amount), (Came::Late, bought.total));
                }
            }
        }
        is_sound(db);
    });
}

#[test]
fn of_refunds_of_the_same_money_no_more_are_made_than_it_is() {
    on_both(|db| {
        for n in 0..ROUNDS {
            let bought = purchase(db);
            let open = start(db, &bought);
            take(db, &captured_event(&format!("r{n}"), &open, bought.total)).unwrap();
            let part = Money { minor: bought.total.minor * 2 / 5, ..bought.total };
            let ask = |db: &Db| want(db, open.id, part);
            let made = at_once(db, &[&ask, &ask, &ask, &ask]);
            assert_eq!(made.iter().filter(|refund| refund.is_ok()).count(), 2);
            for lost in made.iter().filter_map(|refund| refund.as_ref().err()) {
                assert_eq!(lost.code(), "payment.too_much");
            }
        }
        is_sound(db);
    });
}

#[test]
fn a_refund_that_is_told_twice_at_once_is_sent_once() {
    on_both(|db| {
        for n in 0..ROUNDS {
            let bought = purchase(db);
            let open = start(db, &bought);
            take(db, &captured_event(&format!("t{n}"), &open, bought.total)).unwrap();
            let id = want(db, open.id, yuan(5)).unwrap().id;
            let send = |db: &Db| write(db, move |tx| payment::refund_sent(tx, &ctx(), id));
            let sent = at_once(db, &[&send, &send, &send]);
            assert_eq!(sent.iter().filter(|sent| matches!(sent, Ok(Some(_)))).count(), 1, "{sent:?}");
        }
        let told = facts(db).into_iter().filter(|r| r.spec.kind == "payment.refunded").count();
        assert_eq!(told, ROUNDS);
    });
}
