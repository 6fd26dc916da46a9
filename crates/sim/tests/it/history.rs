//! A history is repeatable, in order, and holds what its metrics are to find.

use kernel::fact::Value;
use kernel::{Currency, Moment, Quiet, RawId, Record};
use sim::history::{Plan, PlanError, facts, write};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{log, market};

pub fn plan() -> Plan {
    Plan {
        seed: 7,
        shops: 60,
        orders: 20_000,
        days: 400,
        from: "2024-03-01".parse().unwrap(),
        zone: "Asia/Shanghai".parse().unwrap(),
        currency: Currency::CNY,
        until: None,
    }
}

pub fn all(plan: &Plan) -> Vec<Record> {
    facts(plan).unwrap().collect()
}

fn hash(facts: impl Iterator<Item = Record>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for fact in facts {
        eat(fact.spec.kind.as_bytes());
        eat(fact.id.bytes());
        eat(fact.subject.bytes());
        eat(fact.shop.unwrap_or_default().bytes());
        eat(&fact.at.micros().to_le_bytes());
        eat(fact.body().as_bytes());
    }
    hash
}

pub fn time(fact: &Record, name: &str) -> Option<i64> {
    match fact.get(name) {
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    }
}

/// The facts of each order, by its id.
fn by_order(facts: &[Record]) -> HashMap<RawId, Vec<&Record>> {
    let mut orders: HashMap<RawId, Vec<&Record>> = HashMap::new();
    for fact in facts.iter().filter(|f| f.spec.subject == "ord") {
        orders.entry(fact.subject).or_default().push(fact);
    }
    orders
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(
        hash(facts(&plan()).unwrap()),
        PINNED,
        "a history that was told before would be told otherwise now"
    );
    assert_ne!(hash(facts(&Plan { seed: 8, ..plan() }).unwrap()), PINNED);
}
const PINNED: u64 = 9_767_050_311_160_237_063;

#[test]
fn there_are_as_many_orders_and_shops_as_planned_and_no_id_twice() {
    for (shops, orders, days) in [(60, 20_000, 400), (1, 10, 1), (5_000, 3_000, 30), (3, 0, 10)] {
        let facts = all(&Plan { shops, orders, days, ..plan() });
        let count = |kind: &str| facts.iter().filter(|f| f.spec.kind == kind).count();
        assert_eq!(count("order.placed") as u64, orders);
        assert_eq!(count("shop.opened") as u32, shops);
        assert_eq!(facts.iter().map(|f| f.id).collect::<BTreeSet<_>>().len(), facts.len());
        assert_eq!(by_order(&facts).len() as u64, orders);
    }
}

#[test]
fn orders_come_as_they_were_placed_and_the_facts_of_one_as_they_happened() {
    let facts = all(&plan());
    let mut placed = Moment::MIN;
    let mut opened = BTreeMap::new();
    for fact in &facts {
        match fact.spec.kind {
            "shop.opened" => {
                opened.insert(fact.subject, fact.at);
            }
            "order.placed" => {
                assert!(placed <= fact.at);
                placed = fact.at;
                assert!(opened[&fact.shop.unwrap()] <= fact.at, "a shop sold before it was open");
            }
            _ => {}
        }
    }
    for steps in by_order(&facts).values() {
        assert_eq!(steps[0].spec.kind, "order.placed");
        assert!(steps.is_sorted_by_key(|f| f.at));
        let placed = steps[0].at.micros();
        assert!(steps.iter().skip(1).all(|f| f.get("placed_at").is_none_or(|at| *at == Value::Int(placed))));
    }
}

#[test]
fn what_is_told_until_a_moment_is_what_had_happened_by_then() {
    let plan = plan();
    let everything = all(&plan);
    for date in ["2024-02-01", "2024-03-01", "2024-06-18", "2025-04-03", "2025-04-20"] {
        let until = Moment::parse_as_of(date, &plan.zone).unwrap();
        let told = all(&Plan { until: Some(until), ..plan.clone() });
        let happened: Vec<_> = everything.iter().filter(|f| f.at <= until).cloned().collect();
        assert_eq!(told, happened, "{date}");
    }
}

#[test]
fn the_market_has_peaks_and_every_day_has_orders() {
    let plan = plan();
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    let mut hours = [0u64; 24];
    for fact in all(&plan).iter().filter(|f| f.spec.kind == "order.placed") {
        let at = fact.at.zoned(&plan.zone);
        *days.entry(at.date().to_string()).or_default() += 1;
        hours[usize::try_from(at.hour()).unwrap()] += 1;
    }
    assert_eq!(days.len(), 400);
    let mut sorted: Vec<u64> = days.values().copied().collect();
    sorted.sort_unstable();
    let usual = sorted[200];
    assert!(days["2024-06-18"] > 3 * usual && days["2024-11-11"] > 3 * usual, "{usual}");
    assert!(days["2025-02-01"] < usual);
    assert!(hours[21] > 5 * hours[4] && hours[4] > 0, "{hours:?}");
}

#[test]
fn some_shops_are_bad_some_slip_and_some_mend() {
    let plan = Plan { orders: 60_000, ..plan() };
    let facts = all(&plan);
    let from = Moment::day_start(plan.from, &plan.zone).unwrap();
    // Late and all pick-ups of each shop in the first and in the last 120 days.
    let mut shops: HashMap<RawId, [(u32, u32); 2]> = HashMap::new();
    for fact in facts.iter().filter(|f| f.spec.kind == "parcel.picked_up") {
        let day = (time(fact, "placed_at").unwrap() - from.micros()) / 86_400_000_000;
        let half = match day {
            0..120 => 0,
            280.. => 1,
            _ => continue,
        };
        let (late, of) = &mut shops.entry(fact.shop.unwrap()).or_default()[half];
        *late += u32::from(fact.at.micros() > time(fact, "ship_by").unwrap());
        *of += 1;
    }
    let percent = |(late, of): (u32, u32)| i64::from(late) * 100 / i64::from(of.max(1));
    let rates: Vec<_> = shops
        .values()
        .filter(|s| s[0].1 > 40 && s[1].1 > 40)
        .map(|s| (percent(s[0]), percent(s[1])))
        .collect();
    let good = rates.iter().filter(|(a, b)| *a < 6 && *b < 6).count();
    let slipped = rates.iter().filter(|(a, b)| *a < 8 && *b > a + 10).count();
    let mended = rates.iter().filter(|(a, b)| *b < 8 && *a > b + 10).count();
    assert!(good * 2 > rates.len() && slipped > 0 && mended > 0, "{rates:?}");
}

#[test]
fn late_parcels_are_rated_worse() {
    let facts = all(&plan());
    let mut late: HashMap<RawId, bool> = HashMap::new();
    let mut scores = [(0i64, 0i64); 2];
    for fact in &facts {
        match fact.spec.kind {
            "parcel.delivered" => {
                late.insert(fact.subject, fact.at.micros() > time(fact, "deliver_by").unwrap());
            }
            "review.created" => {
                let Some(Value::Id(order)) = fact.get("order_id") else { panic!("no order") };
                let (sum, of) = &mut scores[usize::from(late[order])];
                *sum += time(fact, "score").unwrap();
                *of += 1;
            }
            _ => {}
        }
    }
    let [(sum, of), (late_sum, late_of)] = scores;
    assert!(of > 1_000 && late_of > 50);
    assert!(sum * late_of > late_sum * of + of * late_of / 2, "{scores:?}");
}

#[test]
fn days_of_23_and_25_hours_hold_their_orders() {
    let plan = Plan {
        zone: "America/Sao_Paulo".parse().unwrap(),
        from: "2017-10-01".parse().unwrap(),
        days: 160,
        ..plan()
    };
    let mut days: BTreeMap<String, u64> = BTreeMap::new();
    for fact in all(&plan).iter().filter(|f| f.spec.kind == "order.placed") {
        *days.entry(fact.at.date(&plan.zone).to_string()).or_default() += 1;
    }
    assert_eq!(days.len(), 160);
    assert!(days["2017-10-15"] > 50 && days["2018-02-17"] > 50);
}

#[test]
fn a_plan_without_shops_or_days_is_refused() {
    assert_eq!(facts(&Plan { shops: 0, ..plan() }).err(), Some(PlanError::NoShops));
    assert_eq!(facts(&Plan { days: 0, ..plan() }).err(), Some(PlanError::NoDays));
    assert_eq!(facts(&Plan { from: "1969-12-31".parse().unwrap(), ..plan() }).err(), Some(PlanError::NoDays));
}

#[test]
fn a_history_that_was_written_is_written_again_without_a_trace() {
    testkit::db::on_both(|db| {
        let plan = Plan { orders: 3_000, ..plan() };
        let facts = all(&plan);
        assert_eq!(write(db, &plan, &Quiet).unwrap(), facts.len() as u64);
        assert_eq!(db.read(|q| market::get(q)).unwrap(), Some(plan.market()));
        assert_eq!(write(db, &plan, &Quiet).unwrap(), 0);
        assert_eq!(db.read(|q| log::count(q)).unwrap(), facts.len() as u64);
        let ids: Vec<RawId> = facts.iter().map(|f| f.id).collect();
        let mut told = db.read(|q| log::by_ids(q, &ids)).unwrap();
        let mut facts = facts;
        told.sort_by_key(|f| f.id);
        facts.sort_by_key(|f| f.id);
        assert!(told == facts);
        // Another market does not mix with this one.
        let other = Plan { currency: Currency::BRL, ..plan };
        let err = write(db, &other, &Quiet).unwrap_err();
        assert!(err.to_string().contains("BRL"), "{err}");
    });
}
