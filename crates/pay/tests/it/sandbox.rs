//! The embedded provider: what it was told is not forgotten, and what it tells is signed.

use crate::{NOW, begin, new_id, yuan};
use kernel::Moment;
use pay::Sandbox;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, job};
use testkit::db::on_both;
use trade::payment::{Event, Gateway, GatewayError, RefundAsked, RefundTold, Told, What};

fn sandbox(db: &Db) -> Sandbox {
    Sandbox::new(db.clone(), b"secret", Arc::new(|| NOW))
}

/// What waits to be delivered by a moment, read as it would be.
fn letters(db: &Db, sandbox: &Sandbox, by: Moment) -> Vec<Event> {
    let jobs = db.read(|q| job::due(q, sandbox.outbox().unwrap(), by, 10)).unwrap();
    jobs.iter()
        .map(|job| {
            let body = job.body.as_bytes();
            sandbox.read(&sandbox.sign(body), body).unwrap()
        })
        .collect()
}

#[test]
fn a_charge_waits_at_the_cashier_and_is_decided_once() {
    on_both(|db| {
        let sandbox = sandbox(db);
        let begin = begin(None);
        let begun = sandbox.begin(&begin).unwrap();
        assert_eq!(begun.redirect.as_deref(), Some(&*format!("/cashier/{}", begin.payment)));
        assert_eq!(sandbox.begin(&begin).unwrap(), begun, "asked again it is the same charge");
        assert_eq!(sandbox.fetch_status(&begun.reference), Ok(Told::Pending));
        assert_eq!(letters(db, &sandbox, NOW), []);

        sandbox.confirm(&begun.reference, "ok").unwrap();
        sandbox.confirm(&begun.reference, "fail").unwrap();
        assert_eq!(sandbox.fetch_status(&begun.reference), Ok(Told::Captured { amount: yuan(5_000) }));
        let told = letters(db, &sandbox, NOW);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].what, What::Captured { amount: yuan(5_000) });
        assert_eq!((told[0].payment, &told[0].reference), (Some(begin.payment), &begun.reference));
        assert_eq!(sandbox.begin(&begin).unwrap().redirect, None, "nothing is left to be done there");
    });
}

#[test]
fn scripts_decide_at_once_and_tell_when_they_say() {
    on_both(|db| {
        let rings = Arc::new(AtomicU64::new(0));
        let ring = rings.clone();
        let sandbox = sandbox(db).waking(Arc::new(move || {
            ring.fetch_add(1, Ordering::Relaxed);
        }));
        for (script, now, later) in [
            ("ok", vec![What::Captured { amount: yuan(5_000) }], 0),
            ("fail", vec![What::Failed], 0),
            (
                "double",
                vec![What::Captured { amount: yuan(5_000) }, What::Captured { amount: yuan(5_000) }],
                0,
            ),
            ("surplus:7", vec![What::Captured { amount: yuan(5_007) }], 0),
            ("silent", vec![], 0),
            ("delay:30", vec![], 1),
            ("late", vec![], 1),
        ] {
            let begin = begin(Some(script));
            assert_eq!(sandbox.begin(&begin).unwrap().redirect, None);
            let mine = |by: Moment| -> Vec<What> {
                let all = letters(db, &sandbox, by).into_iter();
                all.filter(|event| event.payment == Some(begin.payment)).map(|event| event.what).collect()
            };
            assert_eq!(mine(NOW), now, "{script}");
            assert_eq!(mine(NOW.plus_days(2)).len(), now.len() + later, "{script}");
        }
        assert_eq!(rings.load(Ordering::Relaxed), 7);
        let odd = sandbox.begin(&begin(Some("perhaps"))).unwrap_err();
        assert!(matches!(&odd, GatewayError::Refused(why) if why.contains("delay:SECONDS")), "{odd}");
    });
}

#[test]
fn a_refund_is_made_once_and_never_beyond_the_charge() {
    on_both(|db| {
        let sandbox = sandbox(db);
        let begin = begin(Some("ok"));
        let reference = sandbox.begin(&begin).unwrap().reference;
        let ask = |minor| RefundAsked { refund: new_id(), reference: reference.clone(), amount: yuan(minor) };
        let first = ask(3_000);
        assert_eq!(sandbox.refund(&first), Ok(RefundTold::Pending));
        assert_eq!(sandbox.refund(&first), Ok(RefundTold::Done), "asked again it is the same refund");
        assert!(matches!(sandbox.refund(&ask(2_001)), Ok(RefundTold::Failed { .. })));
        assert_eq!(sandbox.refund(&ask(2_000)), Ok(RefundTold::Pending));
        assert!(matches!(sandbox.refund(&ask(1)), Ok(RefundTold::Failed { .. })));
        let told = letters(db, &sandbox, NOW);
        let done = told.iter().filter(|event| matches!(event.what, What::RefundDone { .. })).count();
        assert_eq!(done, 2);
    });
}

#[test]
fn what_it_does_not_know_and_what_it_did_not_sign_is_refused() {
    on_both(|db| {
        let sandbox = sandbox(db);
        for reference in ["", "sbx_", "sbx_1", "pi_1", "sbx_06bzzzzzzzzzzzzzzzzzzzzzzz"] {
            assert!(matches!(sandbox.fetch_status(reference), Err(GatewayError::Refused(_))), "{reference}");
            assert!(matches!(sandbox.confirm(reference, "ok"), Err(GatewayError::Refused(_))), "{reference}");
        }
        let other = Sandbox::new(db.db(), b"another secret", Arc::new(|| NOW));
        let old = Sandbox::new(db.db(), b"secret", Arc::new(|| NOW.plus_micros(-600_000_000)));
        for signed in [other.sign(b"{}"), old.sign(b"{}"), Vec::new(), sandbox.sign(b"[]")] {
            assert!(matches!(sandbox.read(&signed, b"{}"), Err(GatewayError::Forged(_))), "{signed:?}");
        }
        let good = sandbox.read(&sandbox.sign(b"{}"), b"{}");
        assert!(matches!(good, Err(GatewayError::Unreadable(_))));
    });
}

#[test]
fn what_a_buyer_confirmed_is_there_after_the_program_was_closed() {
    on_both(|db| {
        let begin = begin(None);
        let reference = sandbox(db).begin(&begin).unwrap().reference;
        sandbox(db).confirm(&reference, "ok").unwrap();
        db.reopen();
        let again = sandbox(db);
        assert_eq!(again.fetch_status(&reference), Ok(Told::Captured { amount: yuan(5_000) }));
        assert_eq!(letters(db, &again, NOW).len(), 1);
    });
}
