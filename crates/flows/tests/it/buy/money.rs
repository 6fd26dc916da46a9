//! What providers tell late, twice, too much, too little, never or falsely, and refunds.

use super::mall::{Mall, write_with, yuan};
use flows::buy::{self, Error};
use ledger::Account;
use testkit::db::on_both;
use trade::order::{Side, Status};
use trade::payment::{self, Came, Event, Gateway, RefundStatus, What, Why};

/// The refunds of a purchase: why, how much, where they are.
fn refunds(mall: &Mall, id: kernel::Id<kernel::id::Purchase>) -> Vec<(Why, i64, RefundStatus)> {
    let found = mall.db.read(|q| payment::refunds_of_purchase(q, id)).unwrap();
    found.iter().map(|refund| (refund.why, refund.amount.minor, refund.status)).collect()
}

#[test]
fn each_script_of_the_sandbox_ends_in_one_truth() {
    on_both(|db| {
        for (script, paid, back) in [
            ("ok", true, vec![]),
            ("double", true, vec![]),
            ("surplus:250", true, vec![(Why::Surplus, 250, RefundStatus::Sent)]),
            ("surplus:-1", false, vec![(Why::Short, 4_999, RefundStatus::Sent)]),
            ("fail", false, vec![]),
        ] {
            let mall = Mall::new_beside(db);
            let (stall, buyer) = (mall.stall(), mall.buyer());
            let (_, cup) = mall.product(stall, 5_000, 2);
            let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
            mall.pay(buyer, id, Some(script)).unwrap();
            mall.work();
            let seen = mall.seen(buyer, id);
            let expected = if paid { Status::Paid } else { Status::Unpaid };
            assert_eq!(seen.purchase.status, expected, "{script}");
            assert_eq!(refunds(&mall, id), back, "{script}");
            mall.is_sound();
            if !paid {
                // Another try pays for it.
                mall.pay(buyer, id, Some("ok")).unwrap();
                mall.work();
                assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid, "{script}");
                mall.is_sound();
            }
        }
    });
}

#[test]
fn money_that_comes_after_the_purchase_was_closed_goes_back_by_itself() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        let payment = mall.pay(buyer, id, Some("delay:1200")).unwrap().attempt.id;
        mall.wait(16 * 60);
        // The provider says that it was paid, when it is asked; here nobody may ask before the letter comes.
        let close = db.read(|q| store::timer::due(q, mall.now(), 10)).unwrap();
        let close = close.into_iter().find(|timer| timer.kind == trade::order::UNPAID).unwrap();
        let ctx = mall.ctx();
        write_with(db, store::Keys::none(), move |tx| {
            store::timer::fire(tx, &close, ctx.now, |tx| buy::close_unpaid(tx, &ctx, id))
        })
        .unwrap();
        assert_eq!(mall.left(stall, cup), 2);
        mall.wait(5 * 60);
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Closed);
        assert_eq!(refunds(&mall, id), [(Why::Late, 5_000, RefundStatus::Sent)]);
        assert_eq!(mall.balance(&Account::Surplus(payment)), 0);
        assert_eq!(mall.balance(&Account::Provider("sandbox".parse().unwrap())), 0);
        assert_eq!(mall.left(stall, cup), 2);
        mall.is_sound();
    });
}

#[test]
fn what_was_told_by_nobody_is_found_by_looking() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        mall.pay(buyer, id, Some("silent")).unwrap();
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Unpaid);
        mall.wait(3 * 60);
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
        mall.is_sound();
    });
}

#[test]
fn a_provider_that_was_never_asked_is_asked_when_the_lease_is_over() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        // The program fell between the two steps.
        mall.start(buyer, id, Some("ok")).unwrap();
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Unpaid);
        mall.wait(3 * 60);
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
        mall.is_sound();
    });
}

#[test]
fn a_buyer_decides_at_the_cashier_once() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        let paying = mall.pay(buyer, id, None).unwrap();
        let redirect = paying.redirect.unwrap();
        assert_eq!(&*redirect, format!("/cashier/{}", paying.attempt.id));
        // Whoever clicks again comes to the same cashier.
        let again = mall.pay(buyer, id, None).unwrap();
        assert_eq!((again.attempt.id, again.redirect), (paying.attempt.id, Some(redirect)));
        let reference = paying.attempt.reference.unwrap();
        mall.sandbox.confirm(&reference, "ok").unwrap();
        mall.sandbox.confirm(&reference, "fail").unwrap();
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);
        mall.is_sound();
    });
}

#[test]
fn a_second_payment_of_one_purchase_goes_back_whole() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        let first = mall.pay(buyer, id, None).unwrap().attempt;
        // The first attempt is given up; the buyer pays by a second one, and then by the first after all.
        let (ctx, payment) = (mall.ctx(), first.id);
        write_with(db, store::Keys::none(), move |tx| payment::abandon(tx, &ctx, payment)).unwrap();
        let second = mall.pay(buyer, id, Some("ok")).unwrap().attempt;
        assert_ne!(second.id, first.id);
        mall.sandbox.confirm(first.reference.as_deref().unwrap(), "ok").unwrap();
        mall.work();
        let seen = mall.seen(buyer, id).purchase;
        assert_eq!(seen.status, Status::Paid);
        assert_eq!(refunds(&mall, id), [(Why::Double, 5_000, RefundStatus::Sent)]);
        assert_eq!(mall.balance(&Account::Provider("sandbox".parse().unwrap())), -5_000);
        mall.is_sound();
    });
}

#[test]
fn what_a_provider_tells_is_believed_by_its_signature_and_once() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 2);
        let id = mall.buy(buyer, &[(cup, 1)]).unwrap().purchase.id;
        let attempt = mall.start(buyer, id, None).unwrap();
        let event = |name: &str, payment, what| Event {
            provider: "sandbox".into(),
            id: name.into(),
            reference: "sbx_1".into(),
            payment,
            what,
            at: mall.now(),
        };
        let captured = || What::Captured { amount: yuan(5_000) };
        // Faster than the provider's own answer to the client.
        let ingested = mall.ingest_webhook(&event("evt_1", Some(attempt.id), captured())).unwrap();
        assert_eq!((ingested.new, ingested.came), (true, Some(Came::Captures)));
        for (name, new) in [("evt_1", false), ("evt_2", false)] {
            let again = mall.ingest_webhook(&event(name, Some(attempt.id), captured())).unwrap();
            assert_eq!(again.new, new, "{name}");
        }
        let failed = mall.ingest_webhook(&event("evt_3", Some(attempt.id), What::Failed)).unwrap();
        assert!(!failed.new, "it was paid before");
        let unknown =
            mall.ingest_webhook(&event("evt_4", Some(super::mall::new_id()), captured())).unwrap_err();
        assert!(matches!(unknown, Error::UnknownReference { .. }), "{unknown}");
        let forged = mall.sandbox.read(&[], b"{}").unwrap_err();
        assert!(matches!(forged, payment::GatewayError::Forged(_)), "{forged}");
        let refund = What::RefundDone { refund: super::mall::new_id() };
        assert!(mall.ingest_webhook(&event("evt_5", Some(attempt.id), refund)).is_err(), "nobody wanted it");
        mall.is_sound();
    });
}

#[test]
fn a_check_names_what_was_damaged_and_where() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product_as(stall, 5_000, 9, |content| content.skus[0].limit = Some(5));
        let bought = mall.bought(buyer, &[(cup, 1)]);
        let order = bought.orders[0].id;
        mall.is_sound();
        for (damage, place, said) in super::damage::ALL {
            let broken = super::damage::with(db, damage, || {
                db.read(|q| flows::check::run(q, mall.now(), flows::check::Scope::Whole)).unwrap()
            });
            let found = broken.faults.iter().find(|fault| fault.place == *place && fault.what.contains(said));
            assert!(found.is_some(), "{damage}: {:?}", broken.faults);
        }
        mall.is_sound();
        let side = Side::Platform;
        let (ctx, keys) = (mall.ctx(), db.read(|q| buy::keys_of_order(q, side, order)).unwrap());
        write_with(db, keys, move |tx| buy::cancel_paid(tx, &ctx, side, order, None)).unwrap();
        mall.work();
        mall.is_sound();
    });
}
