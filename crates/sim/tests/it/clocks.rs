//! The clocks of a history are those of the promises that the program ships.

use crate::history::{all, plan, time};
use govern::promise::{self, Promise};
use kernel::fact::Value;
use kernel::{Moment, Record, Zone};
use sim::history::Plan;

fn clock(id: &str) -> &'static Promise {
    promise::named(id).unwrap()
}

/// A year that changes its clocks, and one that does not.
fn histories() -> [(Zone, Vec<Record>); 2] {
    let told = |zone: &str, from: &str| {
        let zone: Zone = zone.parse().unwrap();
        let plan = Plan { zone: zone.clone(), from: from.parse().unwrap(), orders: 30_000, ..plan() };
        (zone, all(&plan))
    };
    [told("Asia/Shanghai", "2025-05-20"), told("America/Sao_Paulo", "2017-06-01")]
}

fn at(fact: &Record, name: &str) -> Moment {
    Moment::from_micros(time(fact, name).unwrap())
}

#[test]
fn clocks_start_and_hours_count_as_the_promises_say() {
    let (pickup, review, hours) =
        (clock("pickup-clock"), clock("aftersale-review-clock"), clock("chat-hours"));
    let next_day = clock("ship-next-day");
    for (zone, facts) in histories() {
        let mut seen = [[0u32; 2]; 3];
        for fact in &facts {
            match fact.spec.kind {
                "order.paid" => {
                    assert_eq!(at(fact, "pickup_from"), pickup.start(fact.at, &zone), "{fact:?}");
                    assert_eq!(Some(at(fact, "pass_pickup_by")), next_day.due(fact.at, &zone), "{fact:?}");
                    seen[0][usize::from(at(fact, "pickup_from") > fact.at)] += 1;
                }
                "parcel.delivered" => {
                    assert_eq!(
                        Some(at(fact, "next_day_by")),
                        next_day.due(at(fact, "paid_at"), &zone),
                        "{fact:?}"
                    );
                }
                "aftersale.refunded" => {
                    let filed = at(fact, "filed_at");
                    assert_eq!(at(fact, "review_from"), review.start(filed, &zone), "{fact:?}");
                    seen[1][usize::from(at(fact, "review_from") > filed)] += 1;
                }
                "chat.closed" | "chat.rated" => {
                    let within = hours.within(at(fact, "began_at"), &zone);
                    assert_eq!(fact.get("in_hours"), Some(&Value::Int(i64::from(within))), "{fact:?}");
                    seen[2][usize::from(within)] += 1;
                }
                _ => {}
            }
        }
        assert!(seen.iter().all(|n| n[0] > 0 && n[1] > 0), "{seen:?}");
    }
}
