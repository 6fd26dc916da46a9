//! The metrics against the definitions.

use crate::history::{DAY, HOUR, Story, at, order_id, pond, reference, stories};
use govern::metric::{self, Metric};
use kernel::{Ask, Moment};
use proptest::prelude::*;

/// The metrics of promises and reviews. All of them, with the facts that they need, are in `indicators`.
fn all() -> Vec<&'static Metric> {
    metric::catalogue()[..7].iter().collect()
}

/// Every reading as (shop, metric, numerator, denominator).
fn read(ask: &dyn Ask, t: i64) -> Vec<(i64, &'static str, i64, i64)> {
    let readings = metric::as_of(ask, &all(), at(t), None).unwrap();
    readings.iter().map(|r| (r.shop, r.metric.name.as_str(), r.num, r.den)).collect()
}

fn expected(stories: &[Story], t: i64) -> Vec<(i64, &'static str, i64, i64)> {
    let mut rows = Vec::new();
    for shop in 0..3 {
        for metric in all() {
            let (num, den) = reference(stories, &metric.name, shop, t, metric.window_days);
            if (num, den) != (0, 0) {
                rows.push((shop as i64, metric.name.as_str(), num, den));
            }
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_reading_is_what_the_definitions_say(stories in stories(60), times in proptest::collection::vec(-20i64..90, 6)) {
        let pond = pond(&stories, None);
        // Also exactly at the moments at which something happens, and right before them.
        let mut times: Vec<i64> = times.into_iter().map(|d| d * DAY).collect();
        times.extend(stories.iter().take(2).flat_map(|s| [s.ship_by, s.ship_by - 1, s.placed, s.deliver_by + 30 * DAY]));
        for t in &times {
            prop_assert_eq!(read(&pond.ask, *t), expected(&stories, *t), "as of {}", at(*t));
        }
        times.sort_unstable();
        let ends: Vec<Moment> = times.iter().map(|t| at(*t)).collect();
        for metric in all() {
            let grid = metric::series(&pond.ask, metric, &ends, None).unwrap();
            let one = metric::series(&pond.ask, metric, &ends, Some(1)).unwrap();
            let total = metric::total(&pond.ask, metric, &ends).unwrap();
            prop_assert_eq!(&grid.totals(), &total);
            for (day, t) in times.iter().enumerate() {
                let mut sum = (0, 0);
                for shop in 0..3 {
                    let want = reference(&stories, &metric.name, shop, *t, metric.window_days);
                    prop_assert_eq!(grid.at(day, shop as i64), want);
                    if shop == 1 {
                        prop_assert_eq!(one.at(day, 1), want);
                    }
                    sum = (sum.0 + want.0, sum.1 + want.1);
                }
                prop_assert_eq!(total[day], sum);
            }
        }
    }

    #[test]
    fn deleting_every_fact_after_a_moment_changes_no_reading_as_of_it(stories in stories(60), hours in -480i64..1440) {
        let t = hours * HOUR;
        let (whole, cut) = (pond(&stories, None), pond(&stories, Some(t)));
        for moment in [t, t - 1, t - 3 * DAY] {
            prop_assert_eq!(read(&whole.ask, moment), read(&cut.ask, moment));
        }
    }

    #[test]
    fn the_orders_behind_a_reading_add_up_to_it(stories in stories(40), hours in -480i64..1440) {
        let (t, pond) = (hours * HOUR, pond(&stories, None));
        for metric in all() {
            for shop in 0..3 {
                let explained = metric::explain(&pond.ask, metric, shop, at(t)).unwrap();
                let want = reference(&stories, &metric.name, shop as u64, t, metric.window_days);
                prop_assert_eq!((explained.num, explained.den), want);
                prop_assert_eq!(explained.window, (at(t - metric.window_days * DAY), at(t)));
                for c in &explained.contributions {
                    let n = (0..stories.len()).find(|n| order_id(*n).raw() == c.of).unwrap();
                    prop_assert_eq!(&c.external_id, &format!("o{n:03}"));
                    let one = &stories[n..=n];
                    prop_assert_eq!((c.num, c.den), reference(one, &metric.name, shop as u64, t, metric.window_days));
                }
            }
        }
    }
}

/// Shop 0 with one order that is due on day 10 at noon.
fn due(change: impl FnOnce(&mut Story)) -> Vec<Story> {
    let mut story = Story {
        placed: 8 * DAY,
        paid: Some(8 * DAY + HOUR),
        ship_by: 10 * DAY,
        deliver_by: 20 * DAY,
        ..Story::default()
    };
    change(&mut story);
    vec![story]
}

fn late(stories: &[Story], t: i64) -> (i64, i64) {
    let late = metric::named("late_ship_rate").unwrap();
    metric::series(&pond(stories, None).ask, late, &[at(t)], None).unwrap().at(0, 0)
}

#[test]
fn a_pick_up_exactly_at_the_promise_is_in_time_and_one_after_it_is_late() {
    assert_eq!(late(&due(|s| s.picked_up = Some(10 * DAY)), 11 * DAY), (0, 1));
    assert_eq!(late(&due(|s| s.picked_up = Some(10 * DAY + 1)), 11 * DAY), (1, 1));
    assert_eq!(late(&due(|_| ()), 10 * DAY), (1, 1));
    assert_eq!(late(&due(|_| ()), 10 * DAY - 1), (0, 0));
    assert_eq!(late(&due(|_| ()), 40 * DAY - 1), (1, 1));
    assert_eq!(late(&due(|_| ()), 40 * DAY), (0, 0));
}

#[test]
fn an_order_cancelled_by_its_promise_is_not_due_whoever_told_first() {
    for told in [[0, 0, 1], [1, 0, 0]] {
        for (picked_up, cancelled, want) in [
            (None, Some(10 * DAY), (0, 0)),
            (None, Some(10 * DAY + 1), (1, 1)),
            (Some(9 * DAY), Some(10 * DAY), (0, 0)),
            (Some(9 * DAY), Some(10 * DAY + 1), (0, 1)),
            (Some(10 * DAY + 1), Some(9 * DAY), (0, 0)),
            (Some(10 * DAY + 1), Some(11 * DAY), (1, 1)),
        ] {
            let story = due(|s| (s.picked_up, s.cancelled, s.told) = (picked_up, cancelled, told));
            assert_eq!(late(&story, 12 * DAY), want, "{picked_up:?} {cancelled:?} {told:?}");
        }
    }
}

#[test]
fn an_order_that_cancels_out_is_explained_last_and_does_not_count() {
    let mut stories = due(|s| s.cancelled = Some(9 * DAY));
    stories.extend(due(|s| s.picked_up = Some(9 * DAY)));
    stories.extend(due(|_| ()));
    let pond = pond(&stories, None);
    let late = metric::named("late_ship_rate").unwrap();
    let explained = metric::explain(&pond.ask, late, 0, at(12 * DAY)).unwrap();
    let seen: Vec<_> =
        explained.contributions.iter().map(|c| (c.external_id.as_str(), c.num, c.den, c.counts())).collect();
    assert_eq!(seen, [("o002", 1, 1, true), ("o001", 0, 1, true), ("o000", 0, 0, false)]);
    assert_eq!((explained.num, explained.den), (1, 2));
    assert_eq!(explained.contributions[2].parts.len(), 2);
}

#[test]
fn readings_are_written_as_numbers_in_the_metrics_unit() {
    let mut stories = due(|s| s.picked_up = Some(9 * DAY + HOUR / 2));
    stories[0].review = Some((9 * DAY, 2));
    let pond = pond(&stories, None);
    let shops = govern::shops(&pond.ask).unwrap();
    let readings = metric::as_of(&pond.ask, &all(), at(12 * DAY), None).unwrap();
    let json = serde_json::to_value(metric::rows(&shops, &readings)).unwrap();
    let shown: Vec<_> = json
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            format!(
                "{} {} {} {} {}",
                r["external_id"], r["metric"], r["numerator"], r["denominator"], r["value"]
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "\"s0\" \"orders_paid\" 1 1 1",
            "\"s0\" \"late_ship_rate\" 0 1 0.0",
            "\"s0\" \"mean_pickup_hours\" 23.5 1 23.5",
            "\"s0\" \"cancel_rate\" 0 1 0.0",
            "\"s0\" \"rating_mean\" 2 1 2.0",
            "\"s0\" \"negative_review_rate\" 1 1 1.0",
        ]
    );
    assert!(json[0]["shop"].as_str().unwrap().starts_with("shp_"));
}

#[test]
fn a_metric_that_does_not_return_contributions_says_so() {
    let pond = pond(&due(|_| ()), None);
    let good = metric::named("orders_paid").unwrap();
    for (sql, why) in [
        ("select shop as subject, at as anchor from order_paid", "known_at"),
        (
            "select shop as subject, at as anchor, cast(null as bigint) as known_at, 1 as num, 1 as den, subject as ref from order_paid",
            "known_at",
        ),
        (
            "select shop as subject, at as anchor, at as known_at, 0.5 as num, 1 as den, subject as ref from order_paid",
            "num",
        ),
        (
            "select -1 as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref from order_paid",
            "not a shop's number",
        ),
        ("select nonsense", "nonsense"),
    ] {
        let broken = Metric { sql: sql.to_owned(), ..good.clone() };
        let err = metric::series(&pond.ask, &broken, &[at(9 * DAY)], None).unwrap_err().to_string();
        assert!(err.starts_with("governance/metrics/orders_paid.sql: ") && err.contains(why), "{sql}: {err}");
        assert!(err.contains("must return subject, anchor"), "{err}");
    }
}
