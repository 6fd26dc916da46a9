//! The metrics of the experience score against the definitions, whoever told first.

use crate::history::{DAY, HOUR, at};
use crate::lives::{Life, Other, STEPS, by_definition, lake, others_by_definition};
use govern::metric::{self, Metric};
use kernel::{Ask, Moment};
use proptest::prelude::*;

/// A moment around the few weeks that are looked at, often exactly on an hour.
fn moment() -> impl Strategy<Value = i64> + Clone {
    prop_oneof![
        (-20i64..60).prop_map(|d| d * DAY),
        (-480i64..1440).prop_map(|h| h * HOUR),
        -20 * DAY..60 * DAY
    ]
}

fn few<T: std::fmt::Debug>(one: impl Strategy<Value = T>, most: usize) -> impl Strategy<Value = Vec<T>> {
    proptest::collection::vec(one, 0..=most)
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}

/// Steps at any times, told in any order. What depends on a step is never before it: clocks, standards, the voiding.
fn life() -> impl Strategy<Value = Life> {
    let step = || proptest::option::of(moment());
    let sometimes = |words| proptest::option::weighted(0.2, word(words));
    let what = &["late", "stalled", "abnormal", "fraud"][..];
    let reasons = &["quality", "damage", "logistics", "other"][..];
    let ways = word(&["refund_unshipped", "refund_shipped", "return_refund"]);
    let steps = (moment(), proptest::option::weighted(0.9, moment()), step(), step(), step(), step());
    let after = (
        few((moment(), word(reasons)), 2),
        few((moment(), word(what)), 2),
        step(),
        few(moment(), 2),
        few((moment(), word(&["merchant", "platform", "regulator"])), 1),
        proptest::option::of((moment(), 1i64..=5)),
    );
    let spans = (
        0..4 * DAY,
        0..3 * DAY,
        0..12 * DAY,
        0..DAY,
        0..2 * DAY,
        proptest::option::weighted(0.3, 0..9 * DAY),
    );
    let fixed = (
        0u64..3,
        proptest::bool::weighted(0.85),
        sometimes(&["gift", "low_price", "held"]),
        proptest::option::of(word(&["small", "bulky"])),
        any::<(bool, bool)>(),
        ways,
        any::<[u8; STEPS]>(),
    );
    (steps, after, spans, fixed).prop_map(|(steps, after, spans, fixed)| {
        let (placed, paid, picked_up, delivered, cancelled, installed) = steps;
        let (claims, found, asked, escalated, complaints, review) = after;
        let (clock, day, standard, late, reviewing, voided) = spans;
        let (shop, rules, excluded, insured, (install, remote), way, told) = fixed;
        let mut life = Life {
            shop,
            rules,
            excluded,
            placed,
            paid,
            pickup_from: paid.filter(|_| rules).map(|paid| paid + clock),
            next_day_by: paid.unwrap_or_default() + day,
            insured,
            picked_up,
            standard_by: picked_up.unwrap_or_default() + standard,
            delivered,
            cancelled,
            install,
            installed,
            remote,
            refund: claims
                .first()
                .map(|(filed, _)| (filed + reviewing + late, filed + late, filed + reviewing)),
            claims,
            way,
            found,
            asked,
            escalated,
            complaints,
            review,
            voided: None,
            told,
        };
        let steps =
            [life.picked_up, delivered, cancelled, installed, asked, life.paid, life.refund.map(|r| r.0)];
        let lists = life.claims.iter().map(|c| c.0).chain(life.found.iter().map(|f| f.0));
        let lists = lists.chain(life.escalated.iter().copied()).chain(life.complaints.iter().map(|c| c.0));
        let last = steps.into_iter().flatten().chain(lists).chain(life.review.map(|r| r.0)).max();
        life.voided = voided.map(|after| last.unwrap_or_default().max(placed) + after);
        life
    })
}

fn other() -> impl Strategy<Value = (u64, Other)> {
    let until =
        || (moment(), proptest::option::of(0..40 * DAY)).prop_map(|(at, span)| (at, span.map(|s| at + s)));
    let chat = (
        moment(),
        any::<(bool, bool)>(),
        0i64..5,
        0i64..5,
        0i64..900_000_000,
        proptest::option::of(0usize..9),
    );
    let any_other = prop_oneof![
        chat.prop_map(|(at, (human, hours), answered, more, reply, order)| {
            Other::Chat(at, human, hours, answered + more, answered, reply * answered.min(1), order)
        }),
        (moment(), any::<(bool, bool)>(), 1i64..=5)
            .prop_map(|(at, (human, hours), n)| Other::Rating(at, human, hours, n)),
        (moment(), 0i64..=10).prop_map(|(at, score)| Other::Survey(at, score)),
        (until(), 0usize..9).prop_map(|((at, back), scene)| Other::Violation(at, scene, back)),
        until().prop_map(|(from, to)| Other::Listing(from, to)),
        (until(), any::<bool>()).prop_map(|((from, to), bulky)| Other::Insurance(from, to, bulky)),
    ];
    (0u64..3, any_other)
}

fn market() -> impl Strategy<Value = (Vec<Life>, Vec<(u64, Other)>)> {
    (proptest::collection::vec(life(), 1..50), proptest::collection::vec(other(), 1..40))
}

/// A metric's name, and for each moment numerator and denominator of the three shops.
type Days = (&'static str, Vec<[(i64, i64); 3]>);

/// Every metric of every shop at each of the moments.
fn read(ask: &dyn Ask, times: &[i64]) -> Vec<Days> {
    let ends: Vec<Moment> = times.iter().map(|t| at(*t)).collect();
    let of = |metric: &'static Metric| {
        let grid = metric::series(ask, metric, &ends, None).unwrap();
        let days = (0..ends.len()).map(|day| [0, 1, 2].map(|shop| grid.at(day, shop))).collect();
        (metric.name.as_str(), days)
    };
    metric::catalogue().iter().map(of).collect()
}

fn want(lives: &[Life], others: &[(u64, Other)], metric: &Metric, shop: u64, t: i64) -> (i64, i64) {
    let (num, den) = by_definition(lives, &metric.name, shop, t, metric.window_days);
    let (more, of) = others_by_definition(others, &metric.name, shop, t, metric.window_days);
    (num + more, den + of)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_reading_is_what_the_definitions_say((lives, others) in market(), times in proptest::collection::vec(-20i64..90, 8)) {
        let (ask, _dir) = lake(&lives, &others, None);
        // Also exactly at the moments at which something happens, and right before them.
        let mut times: Vec<i64> = times.into_iter().map(|d| d * DAY).collect();
        times.extend(lives.iter().take(3).flat_map(|l| {
            [l.standard_by, l.next_day_by, l.voided.unwrap_or_default(), l.paid.unwrap_or_default() + 30 * DAY]
        }));
        times.extend(times.clone().iter().map(|t| t - 1));
        times.sort_unstable();
        for (metric, (name, days)) in metric::catalogue().iter().zip(read(&ask, &times)) {
            for (t, shops) in times.iter().zip(days) {
                for (shop, got) in (0..).zip(shops) {
                    prop_assert_eq!(got, want(&lives, &others, metric, shop, *t), "{} of {} at {}", name, shop, at(*t));
                }
            }
        }
    }

    #[test]
    fn deleting_every_fact_after_a_moment_changes_no_reading_as_of_it((lives, others) in market(), hours in -480i64..1440) {
        let t = hours * HOUR;
        let ((whole, _a), (cut, _b)) = (lake(&lives, &others, None), lake(&lives, &others, Some(t)));
        let moments = [t - 3 * DAY, t - 1, t];
        prop_assert_eq!(read(&whole, &moments), read(&cut, &moments));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn what_is_behind_a_reading_adds_up_to_it((lives, others) in market(), hours in -480i64..1440, shop in 0u64..3) {
        let t = hours * HOUR;
        let (ask, _dir) = lake(&lives, &others, None);
        for metric in metric::catalogue() {
            let explained = metric::explain(&ask, metric, shop as i64, at(t)).unwrap();
            prop_assert_eq!((explained.num, explained.den), want(&lives, &others, metric, shop, t), "{}", &metric.name);
            let sum = |f: fn(&metric::Contribution) -> i64| explained.contributions.iter().map(f).sum::<i64>();
            prop_assert_eq!((sum(|c| c.num), sum(|c| c.den)), (explained.num, explained.den));
            for c in &explained.contributions {
                let named = metric.refs == "order" && metric.name != "contacts_per_order";
                prop_assert_eq!(named && c.external_id.is_empty(), false, "{} {:?}", &metric.name, c);
                // Nobody counts twice: a rate's order adds at most itself.
                if metric.interval && metric.kind == metric::Kind::Ratio {
                    prop_assert!(0 <= c.num && c.num <= c.den && c.den <= 1, "{} {:?}", &metric.name, c);
                }
            }
        }
    }
}
