//! What a row means: each rule by hand.

use crate::folder::Folder;
use flows::import::olist;
use kernel::fact::Value;
use kernel::{Moment, Quiet, RawId, Record, Zone};
use std::collections::BTreeSet;

pub fn facts_of(folder: &Folder) -> Vec<Record> {
    let dir = tempfile::tempdir().unwrap();
    folder.write(dir.path());
    let checked = olist::check(dir.path(), &Quiet).unwrap_or_else(|err| panic!("{err}"));
    let facts: Vec<_> = checked.facts().collect();
    assert_eq!(checked.len(), facts.len() as u64);
    facts
}

fn sao_paulo() -> Zone {
    "America/Sao_Paulo".parse().unwrap()
}

fn local(text: &str) -> Moment {
    Moment::local(text.parse().unwrap(), &sao_paulo()).unwrap()
}

fn of<'f>(facts: &'f [Record], kind: &str) -> Vec<&'f Record> {
    facts.iter().filter(|f| f.spec.kind == kind).collect()
}

fn the<'f>(facts: &'f [Record], kind: &str) -> &'f Record {
    match of(facts, kind)[..] {
        [one] => one,
        ref many => panic!("{} facts {kind}", many.len()),
    }
}

fn text(fact: &Record, name: &str) -> String {
    match fact.get(name) {
        Some(Value::Text(text)) => text.to_string(),
        other => panic!("{name}: {other:?}"),
    }
}

fn int(fact: &Record, name: &str) -> i64 {
    match fact.get(name) {
        Some(Value::Int(n)) => *n,
        other => panic!("{name}: {other:?}"),
    }
}

fn time(fact: &Record, name: &str) -> Option<Moment> {
    match fact.get(name) {
        Some(Value::Int(n)) => Some(Moment::from_micros(*n)),
        Some(Value::Null) => None,
        other => panic!("{name}: {other:?}"),
    }
}

/// One order of one seller with one line.
fn single(status: &str, placed: &str, paid: &str, sent: &str, got: &str) -> Vec<Record> {
    let mut folder = Folder::empty();
    folder.seller("s1").order("o1", status, [placed, paid, sent, got], "2017-03-20");
    folder.item("o1", 1, "s1", "2017-03-05 10:30:00", "10", "1");
    facts_of(&folder)
}

#[test]
fn a_shop_order_is_one_sellers_part_with_its_own_amounts_and_promise() {
    let mut folder = Folder::small();
    folder.item("o1", 3, "s1", "2017-03-07 00:00:00", "0.01", "0.1").item(
        "o1",
        4,
        "s1",
        "2017-03-04 00:00:00",
        "1.5",
        "0",
    );
    let facts = facts_of(&folder);
    let placed: Vec<_> =
        of(&facts, "order.placed").into_iter().filter(|f| text(f, "external_id") == "o1").collect();
    assert_eq!(placed.len(), 2);
    let seller = |name: &str| {
        of(&facts, "shop.opened").into_iter().find(|f| text(f, "external_id") == name).unwrap().subject
    };
    let first = placed.iter().find(|f| f.shop == Some(seller("s1"))).unwrap();
    let second = placed.iter().find(|f| f.shop == Some(seller("s2"))).unwrap();
    assert_eq!(
        (int(first, "lines"), int(first, "goods"), int(first, "freight"), int(first, "gmv")),
        (3, 20_141, 1_824, 21_965)
    );
    assert_eq!(
        (int(second, "lines"), int(second, "goods"), int(second, "freight"), int(second, "gmv")),
        (1, 5_100, 0, 5_100)
    );
    assert_eq!(time(first, "ship_by"), Some(local("2017-03-07T00:00:00")));
    assert_eq!(time(second, "ship_by"), Some(local("2017-03-06T10:30:00")));
    assert_eq!(time(first, "deliver_by"), Some(local("2017-03-20T23:59:59.999999")));
    assert_eq!(first.at, local("2017-03-01T10:00:00"));
    assert_eq!(first.get("purchase"), second.get("purchase"));
    assert_ne!(first.subject, second.subject);
}

#[test]
fn every_step_carries_its_time_and_the_promise_it_is_measured_by() {
    let facts = single(
        "delivered",
        "2017-03-01 10:00:00",
        "2017-03-01 10:30:00",
        "2017-03-03 12:00:00",
        "2017-03-08 18:00:00",
    );
    let kinds: Vec<_> = facts.iter().map(|f| f.spec.kind).collect();
    assert_eq!(kinds, ["shop.opened", "order.placed", "order.paid", "parcel.picked_up", "parcel.delivered"]);
    let (placed, paid, picked_up) =
        (local("2017-03-01T10:00:00"), local("2017-03-01T10:30:00"), local("2017-03-03T12:00:00"));
    assert_eq!((facts[0].at, text(&facts[0], "name").as_str()), (placed, "seller s1 · campinas SP"));
    assert_eq!((facts[2].at, time(&facts[2], "placed_at")), (paid, Some(placed)));
    assert_eq!(facts[3].at, picked_up);
    assert_eq!(
        (time(&facts[3], "paid_at"), time(&facts[3], "ship_by")),
        (Some(paid), Some(local("2017-03-05T10:30:00")))
    );
    assert_eq!(facts[4].at, local("2017-03-08T18:00:00"));
    assert_eq!(time(&facts[4], "picked_up_at"), Some(picked_up));
    assert_eq!(time(&facts[4], "deliver_by"), Some(local("2017-03-20T23:59:59.999999")));
    assert!(facts[1..].iter().all(|f| f.shop == facts[0].shop && f.subject == facts[1].subject));
}

#[test]
fn a_cancellation_is_at_the_latest_time_known_before_delivery() {
    for (status, paid, sent, at) in [
        ("canceled", "", "", "2017-03-01T10:00:00"),
        ("unavailable", "2017-03-02 11:00:00", "", "2017-03-02T11:00:00"),
        ("canceled", "2017-03-02 11:00:00", "2017-03-04 12:00:00", "2017-03-04T12:00:00"),
        ("canceled", "2017-03-05 11:00:00", "2017-03-04 12:00:00", "2017-03-05T11:00:00"),
        ("canceled", "2017-02-28 11:00:00", "", "2017-03-01T10:00:00"),
        ("canceled", "", "2017-02-28 11:00:00", "2017-03-01T10:00:00"),
    ] {
        let facts = single(status, "2017-03-01 10:00:00", paid, sent, "");
        let cancelled = the(&facts, "order.cancelled");
        assert_eq!(cancelled.at, local(at), "{status} {paid} {sent}");
        assert_eq!(time(cancelled, "ship_by"), Some(local("2017-03-05T10:30:00")));
        assert_eq!(time(cancelled, "deliver_by"), Some(local("2017-03-20T23:59:59.999999")));
    }
    for status in ["created", "approved", "invoiced", "processing", "shipped", "delivered"] {
        assert!(
            of(&single(status, "2017-03-01 10:00:00", "", "", ""), "order.cancelled").is_empty(),
            "{status}"
        );
    }
}

#[test]
fn of_a_step_and_a_cancellation_the_later_one_knows_the_other() {
    // Picked up at the moment of the cancellation: the pick-up came first. Delivered after it: the delivery knows.
    let facts = single("canceled", "2017-03-01 10:00:00", "", "2017-03-04 12:00:00", "2017-03-08 18:00:00");
    let (picked_up, delivered, cancelled) =
        (the(&facts, "parcel.picked_up"), the(&facts, "parcel.delivered"), the(&facts, "order.cancelled"));
    assert_eq!(time(picked_up, "cancelled_at"), None);
    assert_eq!(time(cancelled, "picked_up_at"), Some(picked_up.at));
    assert_eq!(time(cancelled, "delivered_at"), None);
    assert_eq!(time(delivered, "cancelled_at"), Some(cancelled.at));

    // Delivered at the moment of the cancellation, or before it: the cancellation knows.
    for got in ["2017-03-04 12:00:00", "2017-03-02 12:00:00"] {
        let facts = single("canceled", "2017-03-01 10:00:00", "", "2017-03-04 12:00:00", got);
        let (delivered, cancelled) = (the(&facts, "parcel.delivered"), the(&facts, "order.cancelled"));
        assert_eq!(time(cancelled, "delivered_at"), Some(delivered.at));
        assert_eq!(time(delivered, "cancelled_at"), None);
    }

    // Cancelled when it was paid, long after the pick-up.
    let facts = single("canceled", "2017-03-01 10:00:00", "2017-03-06 10:00:00", "2017-03-04 12:00:00", "");
    assert_eq!(time(the(&facts, "order.cancelled"), "picked_up_at"), Some(local("2017-03-04T12:00:00")));
    assert_eq!(time(the(&facts, "parcel.picked_up"), "cancelled_at"), None);
}

#[test]
fn a_pick_up_knows_the_payment_only_if_that_came_first() {
    for (paid, known) in
        [("2017-03-04 11:59:59", true), ("2017-03-04 12:00:00", true), ("2017-03-04 12:00:01", false)]
    {
        let facts = single("shipped", "2017-03-01 10:00:00", paid, "2017-03-04 12:00:00", "");
        let paid = the(&facts, "order.paid").at;
        assert_eq!(time(the(&facts, "parcel.picked_up"), "paid_at"), known.then_some(paid));
    }
}

#[test]
fn odd_times_are_kept_and_counted() {
    let mut folder = Folder::empty();
    folder.seller("s1").seller("s2");
    folder.order(
        "o1",
        "delivered",
        ["2017-03-05 10:00:00", "2017-03-05 09:00:00", "2017-03-04 12:00:00", "2017-03-03 12:00:00"],
        "2017-03-04",
    );
    folder.order(
        "o2",
        "delivered",
        ["2017-03-05 10:00:00", "2017-03-05 11:00:00", "", "2017-03-08 12:00:00"],
        "2017-03-14",
    );
    for order in ["o1", "o2"] {
        folder.item(order, 1, "s1", "2017-03-05 09:59:59", "1", "1");
    }
    folder.item("o1", 2, "s2", "2017-03-09 09:59:59", "1", "1").review("r1", "o1", 1, "", "2017-03-05");
    let dir = tempfile::tempdir().unwrap();
    folder.write(dir.path());
    let checked = olist::check(dir.path(), &Quiet).unwrap();
    let odd: Vec<_> = checked.odd().iter().map(|(what, n)| (*what, *n)).collect();
    assert_eq!(
        odd,
        [
            ("delivered before picked up", 1),
            ("delivered before placed", 1),
            ("delivered, but never picked up", 1),
            ("paid before placed", 1),
            ("picked up before paid", 1),
            ("picked up before placed", 1),
            ("promised delivery before placed", 1),
            ("promised shipment before placed", 2),
            ("reviewed before placed", 1),
        ]
    );
    let facts: Vec<_> = checked.facts().collect();
    let delivered = of(&facts, "parcel.delivered");
    assert_eq!(delivered.len(), 3);
    assert!(delivered.iter().all(|f| time(f, "picked_up_at").is_none()));
    assert!(of(&facts, "parcel.picked_up").iter().all(|f| f.at == local("2017-03-04T12:00:00")));
}

#[test]
fn an_ambiguous_time_is_the_earlier_and_a_missing_one_is_shifted_forward() {
    let facts = single(
        "delivered",
        "2017-10-15 00:30:00",
        "2017-10-15 01:30:00",
        "2018-02-17 23:30:00",
        "2018-02-18 00:30:00",
    );
    assert_eq!(the(&facts, "order.placed").at.to_string(), "2017-10-15T03:30:00Z");
    assert_eq!(the(&facts, "order.paid").at.to_string(), "2017-10-15T03:30:00Z");
    assert_eq!(the(&facts, "parcel.picked_up").at.to_string(), "2018-02-18T01:30:00Z");
    assert_eq!(the(&facts, "parcel.delivered").at.to_string(), "2018-02-18T03:30:00Z");
    let mut folder = Folder::empty();
    folder.seller("s1").order("o1", "created", ["2018-02-10 10:00:00", "", "", ""], "2018-02-17");
    folder.item("o1", 1, "s1", "2018-02-12 10:00:00", "1", "1");
    assert_eq!(
        time(the(&facts_of(&folder), "order.placed"), "deliver_by").unwrap().to_string(),
        "2018-02-18T01:59:59.999999Z"
    );
}

#[test]
fn a_review_counts_for_every_shop_order_of_its_order() {
    let mut folder = Folder::small();
    // The same review for another order, and a second review of the same order.
    folder.review("r1", "o2", 2, "", "2017-03-10").review("r2", "o1", 5, "", "2017-03-11");
    let facts = facts_of(&folder);
    let reviews = of(&facts, "review.created");
    assert_eq!(reviews.len(), 2 + 1 + 2);
    assert_eq!(reviews.iter().map(|f| f.id).collect::<BTreeSet<_>>().len(), 5);
    let orders: BTreeSet<RawId> = of(&facts, "order.placed").iter().map(|f| f.subject).collect();
    for review in &reviews {
        assert!(matches!(review.get("order_id"), Some(Value::Id(order)) if orders.contains(order)));
    }
    let scores: Vec<_> = reviews.iter().map(|f| (f.at, int(f, "score"))).collect();
    let day = |day: &str| local(&format!("2017-03-{day}T00:00:00"));
    assert_eq!(scores, [(day("09"), 4), (day("09"), 4), (day("11"), 5), (day("11"), 5), (day("10"), 2)]);
}

#[test]
fn a_payment_is_told_at_the_approval_or_else_at_the_purchase() {
    let mut folder = Folder::small();
    folder.order("o3", "created", ["2017-03-05 10:00:00", "", "", ""], "2017-03-20").item(
        "o3",
        1,
        "s1",
        "2017-03-06 09:10:00",
        "1",
        "0",
    );
    folder.payment("o3", 1, "0.5").payment("o3", 2, "0.50");
    let facts = facts_of(&folder);
    let told: Vec<_> = of(&facts, "payment.recorded")
        .iter()
        .map(|f| (f.at, int(f, "amount"), int(f, "installments"), f.shop))
        .collect();
    assert_eq!(
        told,
        [
            (local("2017-03-01T10:30:00"), 26_904, 3, None),
            (local("2017-03-02T09:10:00"), 5_850, 3, None),
            (local("2017-03-05T10:00:00"), 50, 3, None),
            (local("2017-03-05T10:00:00"), 50, 3, None),
        ]
    );
    assert_eq!(text(of(&facts, "payment.recorded")[0], "method"), "credit_card");
}

#[test]
fn a_shop_opens_with_its_earliest_order_and_idle_sellers_are_not_opened() {
    let mut folder = Folder::small();
    folder.seller("idle");
    folder.order("o0", "shipped", ["2017-02-01 10:00:00", "", "", ""], "2017-03-20").item(
        "o0",
        1,
        "s2",
        "2017-02-06 09:10:00",
        "1",
        "0",
    );
    let facts = facts_of(&folder);
    let shops: Vec<_> = of(&facts, "shop.opened").iter().map(|f| (text(f, "external_id"), f.at)).collect();
    assert_eq!(
        shops,
        [("s2".to_owned(), local("2017-02-01T10:00:00")), ("s1".to_owned(), local("2017-03-01T10:00:00"))]
    );
}

#[test]
fn ids_do_not_depend_on_what_else_is_in_the_folder_nor_on_the_order_of_rows() {
    let small = facts_of(&Folder::small());
    let mut larger = Folder::empty();
    larger.seller("s0").seller("s2").seller("s1");
    larger.order("o0", "shipped", ["2016-02-01 10:00:00", "", "", ""], "2017-03-20").item(
        "o0",
        1,
        "s1",
        "2017-02-06 09:10:00",
        "1",
        "0",
    );
    let rest = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    let folder = Folder::small();
    larger.orders += &rest(&folder.orders).lines().rev().map(|l| format!("{l}\n")).collect::<String>();
    larger.items += &rest(&folder.items).lines().rev().map(|l| format!("{l}\n")).collect::<String>();
    larger.payments += &rest(&folder.payments);
    larger.reviews += &rest(&folder.reviews);
    let ids: BTreeSet<RawId> = facts_of(&larger).iter().map(|f| f.id).collect();
    assert!(small.iter().all(|f| ids.contains(&f.id)));
}

#[test]
fn facts_come_by_purchase_and_in_the_order_they_happened() {
    let dir = tempfile::tempdir().unwrap();
    testkit::olist::write(
        dir.path(),
        &testkit::olist::Plan { seed: 5, orders: 3_000, sellers: 40, packed: false },
    )
    .unwrap();
    let checked = olist::check(dir.path(), &Quiet).unwrap();
    let facts: Vec<_> = checked.facts().collect();
    let mut last = (Moment::MIN, Moment::MIN);
    let mut purchase = None;
    let mut opened = BTreeSet::new();
    for fact in &facts {
        if fact.spec.kind == "shop.opened" {
            opened.insert(fact.shop);
        }
        if fact.spec.kind == "order.placed" {
            assert!(opened.contains(&fact.shop));
            if purchase.as_ref() != fact.get("purchase") {
                purchase = fact.get("purchase").cloned();
                assert!(last.0 <= fact.at);
                last.0 = fact.at;
            }
        }
    }
    assert_eq!(facts.iter().map(|f| f.id).collect::<BTreeSet<_>>().len(), facts.len());
}
