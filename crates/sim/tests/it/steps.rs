//! Of two steps exactly one knows the other, and what turns out not to count is known whole.

use crate::history::{all, plan, time};
use kernel::fact::Value;
use kernel::{RawId, Record};
use sim::history::Plan;
use std::collections::{BTreeMap, HashMap};

/// The facts of each order, its own and those about its claims, disputes and so on, in the order they were told.
fn stories(facts: &[Record]) -> HashMap<RawId, Vec<&Record>> {
    let mut stories: HashMap<RawId, Vec<&Record>> = HashMap::new();
    for fact in facts {
        let of = match (fact.spec.subject, fact.get("order_id")) {
            ("ord", _) => fact.subject,
            (_, Some(Value::Id(order))) => *order,
            _ => continue,
        };
        stories.entry(of).or_default().push(fact);
    }
    stories
}

fn find<'a>(story: &[&'a Record], kind: &str) -> Option<&'a Record> {
    let mut of_kind = story.iter().filter(|f| f.spec.kind == kind).copied();
    let first = of_kind.clone().find(|f| f.get("first") == Some(&Value::Int(1)));
    first.or_else(|| of_kind.next())
}

fn tracking(fact: &Record) -> bool {
    matches!(fact.get("what"), Some(Value::Text(what)) if matches!(&**what, "stalled" | "abnormal"))
}

/// One kind with the column in which it knows the other, and the other way round. Of claims, escalations and findings the
/// first one is meant; of findings about the tracking the first of those.
const PAIRS: [(&str, &str, &str, &str); 6] = [
    ("parcel.picked_up", "cancelled_at", "order.cancelled", "picked_up_at"),
    ("aftersale.filed", "delivered_at", "parcel.delivered", "claimed_at"),
    ("aftersale.filed", "found_at", "incident.found", "claimed_at"),
    ("service.asked", "escalated_at", "dispute.escalated", "asked_at"),
    ("tracking", "delivered_at", "parcel.delivered", "found_at"),
    ("tracking", "cancelled_at", "order.cancelled", "stalled_at"),
];

#[test]
fn of_two_steps_exactly_one_knows_the_other() {
    let facts = all(&Plan { orders: 120_000, ..plan() });
    let mut crossed = [[0u32; 2]; PAIRS.len()];
    for story in stories(&facts).values() {
        for ((a, in_a, b, in_b), crossed) in PAIRS.iter().zip(&mut crossed) {
            let one = |kind: &str| match kind {
                "tracking" => story.iter().find(|f| f.spec.kind == "incident.found" && tracking(f)).copied(),
                kind => find(story, kind),
            };
            let (Some(a), Some(b)) = (one(a), one(b)) else { continue };
            let (knows_b, knows_a) = (time(a, in_a), time(b, in_b));
            assert_ne!(knows_b.is_some(), knows_a.is_some(), "{a:?} {b:?}");
            crossed[usize::from(knows_b.is_some())] += 1;
            assert!(knows_b.is_none_or(|at| at == b.at.micros() && at <= a.at.micros()), "{a:?} {b:?}");
            assert!(knows_a.is_none_or(|at| at == a.at.micros() && at <= b.at.micros()), "{a:?} {b:?}");
        }
        if let Some(picked_up) = find(story, "parcel.picked_up") {
            assert_eq!(time(picked_up, "paid_at"), find(story, "order.paid").map(|f| f.at.micros()));
        }
        assert!(find(story, "parcel.delivered").is_none() || find(story, "order.cancelled").is_none());
    }
    assert!(crossed.iter().all(|n| n[0] > 0 && n[1] > 0), "{crossed:?}");
}

#[test]
fn of_several_claims_findings_escalations_and_complaints_the_first_one_says_so() {
    let facts = all(&Plan { orders: 60_000, ..plan() });
    let mut several: BTreeMap<&str, u32> = BTreeMap::new();
    for story in stories(&facts).values() {
        for kind in ["aftersale.filed", "incident.found", "dispute.escalated", "complaint.filed"] {
            let firsts: Vec<_> =
                story.iter().filter(|f| f.spec.kind == kind).map(|f| time(f, "first")).collect();
            let want: Vec<_> = (0..firsts.len()).map(|n| Some(i64::from(n == 0))).collect();
            assert_eq!(firsts, want);
            *several.entry(kind).or_default() += u32::from(firsts.len() > 1);
        }
        let tracked: Vec<_> =
            story.iter().filter(|f| f.spec.kind == "incident.found" && tracking(f)).collect();
        for (n, fact) in tracked.iter().enumerate() {
            let before = (n > 0).then(|| tracked[0].at.micros());
            assert_eq!(time(fact, "stalled_at"), before);
        }
    }
    assert!(several.len() == 4 && several.values().all(|n| *n > 0), "{several:?}");
}

#[test]
fn what_turns_out_not_to_count_is_told_last_and_whole() {
    let facts = all(&Plan { orders: 200_000, ..plan() });
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let mut reasons: BTreeMap<String, u32> = BTreeMap::new();
    for story in stories(&facts).values() {
        let Some(voided) = find(story, "order.voided") else { continue };
        assert_eq!(story.last().unwrap().spec.kind, "order.voided");
        let Some(Value::Text(reason)) = voided.get("reason") else { panic!("no reason") };
        *reasons.entry(reason.to_string()).or_default() += 1;
        let at = |kind: &str| find(story, kind).map(|f| f.at.micros());
        let of = |kind: &str, name: &str| {
            find(story, kind).and_then(|f| f.get(name)).filter(|v| **v != Value::Null)
        };
        let found =
            story.iter().find(|f| f.spec.kind == "incident.found" && tracking(f)).map(|f| f.at.micros());
        let refund = find(story, "aftersale.refunded")
            .filter(|f| f.get("way") != Some(&Value::Text("refund_unshipped".into())));
        let micros = refund.map(|f| time(f, "reviewed_at").unwrap() - time(f, "review_from").unwrap());
        for (name, want) in [
            ("placed_at", at("order.placed")),
            ("paid_at", at("order.paid")),
            ("picked_up_at", at("parcel.picked_up")),
            ("delivered_at", at("parcel.delivered")),
            ("cancelled_at", at("order.cancelled")),
            ("review_at", at("review.created")),
            ("claimed_at", at("aftersale.filed")),
            ("found_at", at("incident.found")),
            ("stalled_at", found),
            ("refunded_at", refund.map(|f| f.at.micros())),
            ("review_micros", micros.map(|micros| micros.max(0))),
            ("asked_at", at("service.asked")),
            ("escalated_at", at("dispute.escalated")),
            ("complained_at", at("complaint.filed")),
            ("installed_at", at("parcel.installed")),
        ] {
            assert_eq!(time(voided, name), want, "{name} of {story:?}");
            *seen.entry(name).or_default() += u32::from(want.is_some());
        }
        for (name, kind, column) in [
            ("pickup_from", "order.paid", "pickup_from"),
            ("pass_pickup_by", "order.paid", "pass_pickup_by"),
            ("insured", "order.paid", "insured"),
            ("standard_by", "parcel.picked_up", "standard_by"),
            ("next_day_by", "parcel.delivered", "next_day_by"),
            ("install", "parcel.delivered", "install"),
            ("remote", "parcel.delivered", "remote"),
            ("review_score", "review.created", "score"),
            ("claimed", "aftersale.filed", "reason"),
            ("rules", "order.placed", "rules"),
            ("excluded", "order.placed", "excluded"),
        ] {
            let has = voided.get(name).filter(|v| **v != Value::Null);
            assert_eq!(has, of(kind, column), "{name}");
            *seen.entry(name).or_default() += u32::from(has.is_some());
        }
    }
    assert!(seen.values().all(|n| *n > 0), "{seen:?}");
    assert!(reasons.len() == 2, "{reasons:?}");
}

#[test]
fn what_is_copied_from_a_payment_is_the_same_on_every_step() {
    for story in stories(&all(&plan())).values() {
        let Some(paid) = find(story, "order.paid") else { continue };
        for fact in story {
            for name in ["pickup_from", "pass_pickup_by", "rules", "excluded"] {
                if let Some(has) = fact.get(name).filter(|_| fact.spec.kind != "order.placed") {
                    assert_eq!(Some(has), paid.get(name), "{name} of {fact:?}");
                }
            }
            if fact.spec.kind != "order.paid"
                && let Some(at) = time(fact, "paid_at")
            {
                assert_eq!(at, paid.at.micros(), "{fact:?}");
            }
        }
    }
}
