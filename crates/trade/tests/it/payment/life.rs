//! From the first click to the last cent back.

use super::*;
use kernel::fact::Value;
use kernel::{Currency, Problem};
use store::job;
use testkit::db::on_both;
use trade::payment::{FETCH_STATUS, REFUND, RefundStatus, Status};

/// The jobs that are to ask about attempts by a moment.
fn fetches(db: &store::Db, by: Moment) -> Vec<job::Job> {
    db.read(|q| job::due(q, FETCH_STATUS, by, 9)).unwrap()
}

#[test]
fn a_double_click_gives_the_same_attempt_and_another_provider_another() {
    on_both(|db| {
        let purchase = purchase(db);
        let first = start(db, &purchase);
        assert_eq!(start(db, &purchase).id, first.id);
        assert_eq!(attempt(db, first.id), first, "the row reads back as it was written");
        let other = start_at(db, &purchase, "stripe").unwrap();
        assert_ne!(other.id, first.id);
        begun(db, first.id, "r1").unwrap();
        let again = start(db, &purchase);
        assert_eq!(
            (again.id, again.status, again.reference.as_deref()),
            (first.id, Status::Pending, Some("r1"))
        );
        assert_eq!(fetches(db, later(999)).len(), 2);
        let failed = write(db, move |tx| payment::failed(tx, &ctx(), &again)).unwrap().unwrap();
        assert_eq!(failed.status, Status::Failed);
        assert_ne!(start(db, &purchase).id, first.id, "after a failure one may try again");
        assert_eq!(db.read(|q| payment::attempts(q, purchase.id)).unwrap().len(), 3);
        assert!(kinds(db).contains(&"payment.failed"));
    });
}

#[test]
fn what_cannot_be_started_is_refused() {
    on_both(|db| {
        let purchase = purchase(db);
        let refused = |amount, minutes| {
            let cmd = Start {
                purchase: purchase.id,
                provider: "sandbox".parse().unwrap(),
                amount,
                script: None,
                by_hand: false,
                lease_until: later(minutes),
            };
            write(db, move |tx| payment::start(tx, &ctx(), &cmd)).unwrap_err()
        };
        assert_eq!(refused(yuan(0), 10).code(), "payment.not_positive");
        assert_eq!(refused(yuan(1), -10), Error::Past);
        assert_eq!(begun(db, of(77), "r"), Err(Error::NoPayment(of(77))));
        let open = start(db, &purchase);
        assert_eq!(begun(db, open.id, ""), Err(Error::Reference));
        begun(db, open.id, "r").unwrap();
        begun(db, open.id, "r").unwrap();
        assert_eq!(begun(db, open.id, "q"), Err(Error::Moved), "a charge does not become another one");
    });
}

#[test]
fn a_capture_pays_once_however_often_and_under_whatever_names_it_is_told() {
    on_both(|db| {
        let purchase = purchase(db);
        let open = start(db, &purchase);
        begun(db, open.id, &format!("ref-{}", open.id)).unwrap();
        let event = captured_event("e1", &open, purchase.total);
        assert_eq!(take(db, &event), Ok(Came::Captures));
        assert_eq!(take(db, &event), Ok(Came::Nothing), "the same message");
        let renamed = captured_event("e2", &open, purchase.total);
        assert_eq!(take(db, &renamed), Ok(Came::Nothing), "the same money under another name");
        let by_reference = Event { payment: None, id: "e3".into(), ..event };
        assert_eq!(take(db, &by_reference), Ok(Came::Nothing));
        let paid = attempt(db, open.id);
        assert_eq!(
            (paid.status, paid.captured, paid.left()),
            (Status::Captured, Some(purchase.total), purchase.total)
        );
        let after = db.read(|q| order::purchase_of(q, purchase.id)).unwrap();
        assert_eq!((after.status, after.payment), (order::Status::Paid, Some(open.id)));
        assert_eq!((timers(db), fetches(db, Moment::MAX)), (vec![], vec![]), "nobody waits any more");
        assert_eq!(kinds(db), ["order.placed", "payment.recorded", "order.paid"]);
        assert_eq!(facts(db)[1].get("method"), Some(&Value::Text("sandbox".into())));
        is_sound(db);
    });
}

#[test]
fn a_message_that_is_faster_than_the_providers_answer_finds_its_payment() {
    on_both(|db| {
        let purchase = purchase(db);
        let open = start(db, &purchase);
        let unknown = Event { payment: None, ..captured_event("e0", &open, purchase.total) };
        assert_eq!(take(db, &unknown), Ok(Came::Nothing), "by its own name it is not known yet");
        assert_eq!(take(db, &captured_event("e1", &open, purchase.total)), Ok(Came::Captures));
        begun(db, open.id, &format!("ref-{}", open.id)).unwrap();
        assert_eq!(attempt(db, open.id).status, Status::Captured, "the late answer changes nothing");
        let strange = Event { provider: "stripe".into(), ..captured_event("e2", &open, purchase.total) };
        assert_eq!(db.read(|q| payment::attempt_of(q, &strange)).unwrap(), None);
    });
}

#[test]
fn late_double_short_and_surplus_money_goes_back_by_itself() {
    on_both(|db| {
        let more = |money: Money, by: i64| Money { minor: money.minor + by, ..money };
        let refunds = |of: &Attempt| {
            let all = db.read(|q| payment::refunds(q, of.id)).unwrap();
            all.iter().map(|refund| (refund.why, refund.amount)).collect::<Vec<_>>()
        };

        let surplus = purchase(db);
        let open = start(db, &surplus);
        assert_eq!(take(db, &captured_event("s1", &open, more(surplus.total, 7))), Ok(Came::Surplus));
        assert_eq!(refunds(&open), [(Why::Surplus, yuan(7))]);
        assert_eq!(attempt(db, open.id).left(), surplus.total);

        let double = start_at(db, &surplus, "stripe").unwrap();
        assert_eq!(take(db, &captured_event("d1", &double, surplus.total)), Ok(Came::Double));
        assert_eq!(refunds(&double), [(Why::Double, surplus.total)]);

        let short = purchase(db);
        let open = start(db, &short);
        let brl = Money::new(short.total.minor, Currency::BRL);
        assert_eq!(take(db, &captured_event("k1", &open, brl)), Ok(Came::Short));
        assert_eq!(refunds(&open), [(Why::Short, brl)]);
        let again = start(db, &short);
        assert_eq!(take(db, &captured_event("k2", &again, short.total)), Ok(Came::Captures));

        let late = purchase(db);
        let open = start(db, &late);
        let id = late.id;
        write(db, move |tx| order::cancel(tx, &ctx(), of(MEMBER), id)).unwrap();
        let left = open.id;
        write(db, move |tx| payment::abandon(tx, &ctx(), left)).unwrap().unwrap();
        assert_eq!(take(db, &captured_event("l1", &open, late.total)), Ok(Came::Late));
        assert_eq!(refunds(&open), [(Why::Late, late.total)]);

        let told = facts(db);
        let unmatched: Vec<_> = told.iter().filter(|r| r.spec.kind == "payment.unmatched").collect();
        let why: Vec<_> = unmatched.iter().map(|r| r.get("why").cloned().unwrap()).collect();
        assert_eq!(why, ["surplus", "double", "short", "late"].map(|word| Value::Text(word.into())));
        is_sound(db);
    });
}

#[test]
fn a_refund_is_wanted_sent_or_failed_and_tried_again_by_hand() {
    on_both(|db| {
        let bought = purchase(db);
        let open = start(db, &bought);
        let early = want(db, open.id, yuan(1)).unwrap_err();
        assert_eq!(early.code(), "payment.too_much", "nothing came in yet");
        take(db, &captured_event("e", &open, bought.total)).unwrap();
        let refund = want(db, open.id, yuan(400)).unwrap();
        assert_eq!(db.read(|q| payment::refund(q, refund.id)).unwrap(), refund);
        let jobs = db.read(|q| job::due(q, REFUND, later(999), 9)).unwrap();
        assert_eq!(jobs.iter().map(|job| job.body.clone()).collect::<Vec<_>>(), [refund.id.to_string()]);
        let id = refund.id;
        let fail = || write(db, move |tx| payment::refund_failed(tx, &ctx(), id, "expired_card")).unwrap();
        assert_eq!(fail().map(|refund| refund.status), Some(RefundStatus::Failed));
        assert_eq!(fail(), None);
        let waiting = db.read(|q| payment::failed_refunds(q, None, 9)).unwrap();
        assert_eq!(waiting[0].failed.as_deref(), Some("expired_card"));
        assert_eq!(attempt(db, open.id).left(), yuan(bought.total.minor - 400), "what failed is still owed");
        let retried = write(db, move |tx| payment::retry_refund(tx, &ctx(), id)).unwrap();
        assert_eq!((retried.status, retried.failed), (RefundStatus::Wanted, None));
        let twice = write(db, move |tx| payment::retry_refund(tx, &ctx(), id)).unwrap_err();
        assert_eq!(twice.code(), "payment.refund_status");
        let send = || write(db, move |tx| payment::refund_sent(tx, &ctx(), id)).unwrap();
        assert_eq!(send().map(|refund| refund.status), Some(RefundStatus::Sent));
        assert_eq!(send(), None, "it is paid out once");
        assert_eq!(fail(), None, "what was paid out did not fail");
        let told: Vec<_> = facts(db).into_iter().filter(|r| r.spec.kind == "payment.refunded").collect();
        assert_eq!((told.len(), told[0].get("amount")), (1, Some(&Value::Int(400))));
        assert_eq!(db.read(|q| payment::refunds_of_purchase(q, bought.id)).unwrap().len(), 1);
        let mixed = want(db, open.id, Money::new(1, Currency::BRL)).unwrap_err();
        assert_eq!(mixed.code(), "payment.too_much");
        is_sound(db);
    });
}

#[test]
fn an_attempt_of_which_nothing_is_told_is_looked_after() {
    on_both(|db| {
        let bought = purchase(db);
        let open = start(db, &bought);
        let claim = |now: Moment| {
            let until = now.plus_micros(60_000_000);
            write(db, move |tx| -> Result<_, Error> { Ok(job::claim(tx, FETCH_STATUS, now, until, 9)?) })
                .unwrap()
        };
        let again = |job: &job::Job, now, until| {
            let job = job.clone();
            write(db, move |tx| payment::fetch_again(tx, &ctx_at(now, Actor::System), &job, until))
        };
        assert_eq!(claim(later(9)), [], "not before its time");
        let first = claim(later(10)).remove(0);
        assert_eq!((first.id, first.tries), (open.id.raw(), 1));
        assert_eq!(again(&first, later(10), later(10)), Err(Error::Past));
        assert_eq!(again(&first, later(10), later(20)), Ok(true));
        let second = claim(later(20)).remove(0);
        assert_eq!(again(&first, later(21), later(30)), Ok(false), "another worker has it");
        assert_eq!(attempt(db, open.id).lease_until, later(20));
        let id = open.id;
        let abandon = || write(db, move |tx| payment::abandon(tx, &ctx(), id)).unwrap();
        assert_eq!(abandon().map(|attempt| attempt.status), Some(Status::Abandoned));
        assert_eq!(abandon(), None);
        assert_eq!(fetches(db, Moment::MAX), []);
        assert_eq!(again(&second, later(21), later(40)), Ok(false), "it is known how it ended");
        let after = attempt(db, id);
        assert_eq!(write(db, move |tx| payment::failed(tx, &ctx(), &after)), Ok(None));
        assert_eq!(take(db, &captured_event("e", &open, bought.total)), Ok(Came::Captures), "money is money");
    });
}

#[test]
fn what_paying_costs_in_statements() {
    let db = testkit::db::TestDb::new(store::Engine::Sqlite);
    let count = |run: &mut dyn FnMut()| {
        let before = db.statements();
        run();
        db.statements() - before
    };
    let bought = purchase(&db);
    let mut open = None;
    assert_eq!(count(&mut || open = Some(start(&db, &bought))), 2);
    let open = open.unwrap();
    assert_eq!(count(&mut || begun(&db, open.id, "r").unwrap()), 1);
    let event = Event { reference: "r".into(), ..captured_event("e", &open, bought.total) };
    // The inbox, the attempt and the purchase, its timer, its row and its fact; then five for paying one order.
    assert_eq!(count(&mut || assert_eq!(take(&db, &event), Ok(Came::Captures))), 10);
    assert_eq!(count(&mut || drop(want(&db, open.id, yuan(1)).unwrap())), 4);
}
