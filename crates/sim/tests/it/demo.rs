//! The market that is shown: everything that a score is made of is in it.

use crate::history::time;
use govern::metric;
use kernel::{Market, Moment, Record};
use lake::{Bulk, Snapshot};
use sim::history::{DEMO, Plan, facts};
use std::collections::{BTreeMap, BTreeSet};

fn demo(shops: u32, orders: u64) -> Plan {
    let market = Market { zone: "Asia/Shanghai".parse().unwrap(), currency: "CNY".parse().unwrap() };
    Plan::demo(618, shops, orders, market)
}

fn lake(facts: impl Iterator<Item = Record>) -> (tempfile::TempDir, Snapshot) {
    let dir = tempfile::tempdir().unwrap();
    let mut bulk = Bulk::new(dir.path()).unwrap();
    for fact in facts {
        bulk.push(&fact).unwrap();
    }
    let ask = bulk.finish(govern::relations()).unwrap();
    (dir, ask)
}

#[test]
fn every_metric_has_something_to_count_and_nothing_is_counted_twice() {
    let plan = demo(40, 30_000);
    let (_dir, ask) = lake(facts(&plan).unwrap());
    let ends: Vec<Moment> = plan.market().day_ends(plan.from, "2026-06-23".parse().unwrap());
    for metric in metric::catalogue() {
        let grid = metric::series(&ask, metric, &ends, None).unwrap();
        let (mut seen, mut most) = (0, 0.0_f64);
        grid.each(|row| {
            assert!(row.den >= 0, "{} {row:?}", metric.name);
            if metric.interval && metric.kind == metric::Kind::Ratio {
                assert!(0 <= row.num && row.num <= row.den, "{} {row:?}", metric.name);
            }
            if let (Some(low), Some(high), Some(value)) =
                (metric.low, metric.high, metric.value(row.num, row.den))
            {
                assert!((low..=high).contains(&value), "{} {value}", metric.name);
            }
            seen += i64::from(row.num != 0);
            most = most.max(metric.scaled(row.num));
        });
        assert!(seen > 0, "{} has nothing to count", metric.name);
    }
}

#[test]
fn four_shops_of_five_that_sell_at_all_sell_enough_to_be_judged() {
    let plan = demo(DEMO.0, DEMO.1);
    let kinds = ["shop.opened", "order.paid", "order.voided"];
    let (_dir, ask) = lake(facts(&plan).unwrap().filter(|f| kinds.contains(&f.spec.kind)));
    let paid = metric::named("orders_paid").unwrap();
    let valid = metric::named("valid_orders").unwrap();
    // The first full window, both of the year's troughs, and the last days.
    for day in
        ["2025-06-20", "2025-08-31", "2025-10-20", "2026-02-15", "2026-02-28", "2026-04-30", "2026-06-23"]
    {
        let end = [Moment::day_end(day.parse().unwrap(), &plan.zone).unwrap()];
        let (active, counted) = (
            metric::series(&ask, paid, &end, None).unwrap(),
            metric::series(&ask, valid, &end, None).unwrap(),
        );
        let active: Vec<i64> = active.day(0).filter(|row| row.num > 0).map(|row| row.shop).collect();
        let enough = active.iter().filter(|shop| counted.at(0, **shop).0 >= 30).count();
        assert!(enough * 5 >= active.len() * 4, "{day}: {enough} of {}", active.len());
        assert!(enough < active.len(), "{day}: no shop is in its growth stage");
    }
}

#[test]
fn shops_differ_by_industry_kind_insurance_and_findings() {
    let plan = demo(DEMO.0, 4_000);
    let mut words: BTreeMap<&str, BTreeMap<String, u32>> = BTreeMap::new();
    let (mut insured, mut found, mut reversed) = (BTreeSet::new(), BTreeSet::new(), 0);
    for fact in facts(&plan).unwrap() {
        for name in ["industry", "kind"] {
            if let Some(kernel::fact::Value::Text(word)) = fact.get(name) {
                *words.entry(name).or_default().entry(word.to_string()).or_default() += 1;
            }
        }
        match fact.spec.kind {
            "insurance.on" => drop(insured.insert(fact.shop)),
            "violation.found" => drop(found.insert(fact.shop)),
            "violation.reversed" => {
                assert!(time(&fact, "found_at").unwrap() < fact.at.micros());
                reversed += 1;
            }
            _ => {}
        }
    }
    assert!(
        words["industry"].len() == 8 && words["industry"].values().all(|n| *n == DEMO.0 / 8),
        "{words:?}"
    );
    let kinds = &words["kind"];
    assert!(kinds["company"] > 100 && kinds["flagship"] > 5 && kinds["person"] > 10, "{words:?}");
    let share = insured.len() * 100 / DEMO.0 as usize;
    assert!((40..=75).contains(&share), "{share} % insure");
    assert!(found.len() > 10 && found.len() < 100 && reversed > 0, "{} found", found.len());
}
