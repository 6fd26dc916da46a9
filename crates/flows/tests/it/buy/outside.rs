//! Money that moves at a provider though nobody here moved it: never silence.

use super::mall::{Mall, write, write_with, yuan};
use flows::buy::{self, Error, Ingested};
use kernel::id::{Payment, Purchase};
use kernel::{Id, Problem};
use ledger::Account;
use testkit::db::on_both;
use trade::order::{Side, Status};
use trade::payment::{self, Attempt, Event, Finding, RefundStatus, What};

fn attempt(mall: &Mall, purchase: Id<Purchase>) -> Attempt {
    mall.db.read(|q| payment::attempts(q, purchase)).unwrap().remove(0)
}

/// The provider tells something of a purchase's payment.
fn told(mall: &Mall, purchase: Id<Purchase>, id: &str, what: What) -> Result<Ingested, Error> {
    let attempt = attempt(mall, purchase);
    mall.ingest_webhook(&Event {
        provider: attempt.provider.name().into(),
        id: id.into(),
        reference: attempt.reference.clone().unwrap(),
        payment: None,
        what,
        at: mall.now(),
    })
}

fn dispute(word: &str) -> What {
    What::Outside { word: word.into(), amount: Some(yuan(5_000)) }
}

fn finding(mall: &Mall, payment: Id<Payment>) -> Option<Finding> {
    mall.db.read(|q| payment::finding_of(q, payment)).unwrap()
}

fn close(mall: &Mall, payment: Id<Payment>, note: &str) -> Result<Finding, Error> {
    let keys = mall.db.read(|q| buy::keys_to_close(q, payment))?;
    let (ctx, note) = (mall.ctx(), note.to_owned());
    write_with(&mall.db, keys, move |tx| buy::close_finding(tx, &ctx, payment, &note))
}

#[test]
fn a_dispute_holds_goods_and_money_until_a_person_has_looked() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 9);
        let [waits, gone] = [(); 2].map(|()| mall.bought(buyer, &[(cup, 1)]));
        let (open, done) = (waits.orders[0].id, gone.orders[0].id);
        mall.ship(stall, done).unwrap();
        let (ctx, member) = (mall.ctx(), buyer.member);
        write(db, move |tx| buy::receive(tx, &ctx, member, done)).unwrap();
        let money = || {
            let of = |account| mall.balance(&account);
            (of(Account::Payable(stall.shop)), of(Account::Held(stall.shop)))
        };
        let (got, _) = money();
        assert!(got > 0);

        // Before it shipped: it neither ships nor is called off.
        let payment = attempt(&mall, waits.purchase.id).id;
        assert!(told(&mall, waits.purchase.id, "evt_1", dispute("charge.dispute.created")).unwrap().new);
        assert!(!told(&mall, waits.purchase.id, "evt_1", dispute("charge.dispute.created")).unwrap().new);
        assert_eq!(mall.ship(stall, open).unwrap_err().code(), "payment.under_finding");
        let keys = db.read(|q| buy::keys_of_order(q, Side::Buyer(member), open)).unwrap();
        let ctx = mall.ctx();
        let off = write_with(db, keys, move |tx| buy::cancel_paid(tx, &ctx, Side::Buyer(member), open, None));
        assert_eq!(off.unwrap_err().code(), "payment.under_finding");
        assert_eq!(mall.seen(buyer, waits.purchase.id).orders[0].status, Status::Paid);
        told(&mall, waits.purchase.id, "evt_2", dispute("charge.dispute.closed")).unwrap();
        let found = finding(&mall, payment).unwrap();
        assert_eq!(
            (&*found.word, found.amount, found.open),
            ("charge.dispute.closed", Some(yuan(5_000)), true)
        );
        assert_eq!(found.told.lines().count(), 2, "{}", found.told);
        let queue = db.read(|q| payment::findings(q, true, None, 9)).unwrap();
        assert!(queue.iter().any(|one| one.payment == payment));
        mall.is_sound();

        // After it was released: what its shop got is held, once however much is told.
        let late = attempt(&mall, gone.purchase.id).id;
        for (id, word) in [("evt_3", "charge.dispute.created"), ("evt_4", "charge.dispute.updated")] {
            told(&mall, gone.purchase.id, id, dispute(word)).unwrap();
            assert_eq!(money(), (0, got), "{word}");
        }
        mall.is_sound();

        // A person looks, and says what was done.
        assert_eq!(close(&mall, late, "  ").unwrap_err().code(), "payment.finding_note");
        let closed = close(&mall, late, "银行驳回了争议").unwrap();
        assert_eq!((closed.open, closed.note.as_deref()), (false, Some("银行驳回了争议")));
        assert_eq!(money(), (got, 0));
        assert_eq!(close(&mall, late, "again").unwrap_err().code(), "payment.no_finding");
        // It opens again when more is told.
        told(&mall, gone.purchase.id, "evt_5", dispute("charge.dispute.funds_withdrawn")).unwrap();
        assert_eq!((money(), finding(&mall, late).unwrap().open), ((0, got), true));
        close(&mall, late, "done").unwrap();
        assert_eq!(money(), (got, 0));

        // Under a finding an order that arrives is released into what is held.
        close(&mall, payment, "fine").unwrap();
        mall.ship(stall, open).unwrap();
        told(&mall, waits.purchase.id, "evt_6", dispute("charge.dispute.created")).unwrap();
        let ctx = mall.ctx();
        write(db, move |tx| buy::receive(tx, &ctx, member, open)).unwrap();
        assert_eq!(money(), (got, got));
        close(&mall, payment, "fine").unwrap();
        assert_eq!(money(), (2 * got, 0));
        mall.is_sound();
    });
}

#[test]
fn what_goes_back_at_the_provider_is_ours_as_far_as_we_wanted_it() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 9);
        let bought = mall.bought(buyer, &[(cup, 1)]);
        let (id, order) = (bought.purchase.id, bought.orders[0].id);
        let payment = attempt(&mall, id).id;
        let side = Side::Buyer(buyer.member);
        let (ctx, keys) = (mall.ctx(), db.read(|q| buy::keys_of_order(q, side, order)).unwrap());
        write_with(db, keys, move |tx| buy::cancel_paid(tx, &ctx, side, order, None)).unwrap();
        mall.work();
        let total = |minor: i64| What::RefundedInAll { total: yuan(minor) };
        assert!(!told(&mall, id, "evt_1", total(5_000)).unwrap().new);
        assert_eq!(finding(&mall, payment), None);
        assert!(told(&mall, id, "evt_2", total(5_001)).unwrap().new);
        let found = finding(&mall, payment).unwrap();
        assert_eq!((&*found.word, found.amount), ("refunded", Some(yuan(1))));
        // Nothing of ours.
        let unknown = mall.ingest_webhook(&Event {
            provider: "sandbox".into(),
            id: "evt_3".into(),
            reference: "of another shop".into(),
            payment: None,
            what: total(1),
            at: mall.now(),
        });
        assert!(matches!(unknown, Err(Error::UnknownReference { .. })));
        mall.is_sound();
    });
}

#[test]
fn a_refund_that_was_refused_for_good_is_sent_again_by_a_person_and_paid_once() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 9);
        let bought = mall.bought(buyer, &[(cup, 1)]);
        let (id, order, side) = (bought.purchase.id, bought.orders[0].id, Side::Buyer(buyer.member));
        let (ctx, keys) = (mall.ctx(), db.read(|q| buy::keys_of_order(q, side, order)).unwrap());
        let (_, refund) =
            write_with(db, keys, move |tx| buy::cancel_paid(tx, &ctx, side, order, None)).unwrap();
        let refund = refund.unwrap().id;
        let why = What::RefundFailed { refund, why: "the card is closed".into() };
        told(&mall, id, "evt_1", why).unwrap();
        let status = || db.read(|q| payment::refund(q, refund)).unwrap().status;
        mall.work();
        assert_eq!(status(), RefundStatus::Failed);
        let again = || {
            let keys = db.read(|q| buy::keys_to_send_again(q, refund)).unwrap();
            let ctx = mall.ctx();
            write_with(db, keys, move |tx| buy::send_again(tx, &ctx, refund))
        };
        assert_eq!(again().unwrap().status, RefundStatus::Wanted);
        assert_eq!(again().unwrap_err().code(), "payment.refund_status");
        mall.work();
        assert_eq!(status(), RefundStatus::Sent);
        assert_eq!(again().unwrap_err().code(), "payment.refund_status");
        assert_eq!(mall.balance(&Account::Provider("sandbox".parse().unwrap())), 0);
        mall.is_sound();
    });
}
