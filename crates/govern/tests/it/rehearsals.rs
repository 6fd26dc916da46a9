//! Rehearsals against a reference that goes through shops and days one by one.

use crate::history::{DAY, HOUR, START, Story, at, pond, reference, stories};
use govern::policy::{self, Policy};
use govern::rehearsal::{self, Rehearsal};
use govern::{Error, Result};
use kernel::{Ask, Date, Market, Moment, Progress, Quiet};
use proptest::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

fn market() -> Market {
    Market { zone: "America/Sao_Paulo".parse().unwrap(), currency: "BRL".parse().unwrap() }
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn draft(condition: &str, inputs: &str, action: &str) -> Policy {
    let text = format!(
        "id = \"draft\"\nversion = 3\neffective_from = 2018-01-01\nstage = \"during\"\nsubject = \"shop\"\n\
         condition = '{condition}'\ntitle = {{ zh = \"规\", en = \"t\" }}\ntext = {{ zh = \"规\", en = \"t\" }}\n\
         {inputs}\n[[actions]]\n{action}\n"
    );
    policy::check(&text, None).unwrap_or_else(|wrong| panic!("{condition}: {wrong:?}"))
}

const CAP: &str = "kind = \"order_cap\"\ndays = 4";
const RATE: &str = "[inputs.rate]\nmetric = \"late_ship_rate\"\nwindow_days = 20\n[inputs.due]\nmetric = \"late_ship_rate\"\nwindow_days = 20\npart = \"denominator\"\n";

fn run(ask: &dyn Ask, policy: &Policy, from: &str, to: &str) -> Result<Rehearsal> {
    rehearsal::rehearse(ask, &market(), policy, date(from), date(to), &Quiet)
}

/// (external id, start, inputs) of each hit, and what is touched: from the definition, day by day.
type Hits = Vec<(String, i64, Vec<Option<f64>>)>;
fn one_by_one(
    stories: &[Story],
    ends: &[i64],
    length: i64,
    judge: impl Fn(u64, usize, &[i64]) -> Option<Vec<Option<f64>>>,
) -> (Hits, u64, i64) {
    let (mut hits, mut orders, mut gmv) = (Vec::new(), 0, 0);
    for shop in 0..3u64 {
        let mut starts: Vec<i64> = Vec::new();
        for (day, end) in ends.iter().enumerate() {
            if starts.last().is_some_and(|start| *end < start + length * DAY) {
                continue;
            }
            if let Some(inputs) = judge(shop, day, &starts) {
                starts.push(*end);
                hits.push((format!("s{shop}"), *end, inputs));
            }
        }
        for story in stories.iter().filter(|story| story.shop == shop) {
            if starts.iter().any(|start| *start <= story.placed && story.placed < start + length * DAY) {
                orders += 1;
                gmv += story.gmv;
            }
        }
    }
    hits.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    (hits, orders, gmv)
}

fn found(result: &Rehearsal) -> Hits {
    let micros = |text: &str| Moment::parse_as_of(text, &market().zone).unwrap().micros() - START;
    result
        .episodes
        .iter()
        .map(|e| {
            assert_eq!(micros(&e.end) - micros(&e.start), i64::from(result.action_days) * DAY);
            (
                e.external_id.clone(),
                micros(&e.start),
                e.inputs.values().map(serde_json::Value::as_f64).collect(),
            )
        })
        .collect()
}

fn day_ends(from: &str, to: &str) -> Vec<i64> {
    market().day_ends(date(from), date(to)).iter().map(|end| end.micros() - START).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_rehearsal_is_what_asking_every_shop_every_day_gives(stories in stories(60)) {
        let pond = pond(&stories, None);
        let ends = day_ends("2018-02-03", "2018-03-20");
        let rate = |shop, t| {
            let (num, den) = reference(&stories, "late_ship_rate", shop, t, 20);
            ((den != 0).then(|| num as f64 / den as f64), den)
        };

        let plain = draft("rate >= 0.5 && due >= 2", RATE, CAP);
        let result = run(&pond.ask, &plain, "2018-02-03", "2018-03-20").unwrap();
        let want = one_by_one(&stories, &ends, 4, |shop, day, _| {
            let (rate, due) = rate(shop, ends[day]);
            (rate.is_some_and(|r| r >= 0.5) && due >= 2).then(|| vec![rate, Some(due as f64)])
        });
        prop_assert_eq!((found(&result), result.orders_touched, result.gmv_touched.minor), want);

        // Yesterday's figures, no data, and the policy's own episodes.
        let inputs = format!(
            "{RATE}[inputs.before]\nmetric = \"late_ship_rate\"\nwindow_days = 20\nday = \"yesterday\"\n\
             [inputs.recent]\nepisodes = {{ window_days = 15 }}\n[inputs.year]\nepisodes = {{ calendar = \"year\" }}\n"
        );
        let own = draft("(rate >= 0.4 || before == null) && recent < 2 && year < 4", &inputs, CAP);
        let result = run(&pond.ask, &own, "2018-02-03", "2018-03-20").unwrap();
        let before = day_ends("2018-02-02", "2018-03-19");
        let want = one_by_one(&stories, &ends, 4, |shop, day, starts| {
            let (rate_now, due) = rate(shop, ends[day]);
            let (rate_before, _) = rate(shop, before[day]);
            let recent = starts.iter().filter(|s| **s > ends[day] - 15 * DAY).count();
            let hit = (rate_now.is_some_and(|r| r >= 0.4) || rate_before.is_none()) && recent < 2 && starts.len() < 4;
            hit.then(|| vec![rate_now, Some(due as f64), rate_before, Some(recent as f64), Some(starts.len() as f64)])
        });
        prop_assert_eq!((found(&result), result.orders_touched, result.gmv_touched.minor), want);
    }
}

/// Shop 0 with ten orders due, and late, on the first day, and one placed at each of the given moments.
fn late_shop(placed: &[i64]) -> Vec<Story> {
    let due = Story { placed: -DAY, ship_by: HOUR, deliver_by: 50 * DAY, gmv: 1, ..Story::default() };
    let mut stories = vec![due; 10];
    let later = |placed: &i64| Story {
        placed: *placed,
        ship_by: 90 * DAY,
        deliver_by: 99 * DAY,
        gmv: 1000,
        ..Story::default()
    };
    stories.extend(placed.iter().map(later));
    stories
}

#[test]
fn a_shop_may_be_hit_again_at_exactly_the_end_and_orders_are_touched_up_to_it() {
    let end = day_ends("2018-02-01", "2018-02-01")[0];
    assert_eq!(end, DAY - 1);
    let again = end + 4 * DAY;
    let stories =
        late_shop(&[end - 1, end, end + 2 * DAY, again - 1, again, again + 4 * DAY - 1, again + 4 * DAY]);
    let pond = pond(&stories, None);
    let policy = draft("rate >= 0.5 && due >= 5", RATE, CAP);

    let one = run(&pond.ask, &policy, "2018-02-01", "2018-02-04").unwrap();
    assert_eq!((one.episodes.len(), one.orders_touched, one.gmv_touched.minor), (1, 3, 3000));
    let two = run(&pond.ask, &policy, "2018-02-01", "2018-02-05").unwrap();
    assert_eq!((two.episodes.len(), two.shops_hit, two.restricted_shop_days), (2, 1, 8));
    // The order placed at the very moment one ends and the next begins is touched once; episodes outlast the last day.
    assert_eq!((two.orders_touched, two.gmv_touched.minor), (5, 5000));
    let days: Vec<_> = two.days.iter().map(|d| (d.hit, d.under)).collect();
    assert_eq!(days, [(1, 1), (0, 1), (0, 1), (0, 1), (1, 1)]);
}

#[test]
fn the_result_has_the_agreed_names_in_the_agreed_order() {
    let pond = pond(&late_shop(&[2 * DAY]), None);
    let policy = draft("rate >= 0.5 && due >= 5", RATE, CAP);
    let result = run(&pond.ask, &policy, "2018-02-16", "2018-02-20").unwrap();
    let json = serde_json::to_value(&result).unwrap();
    let names: Vec<_> = json.as_object().unwrap().keys().take(9).cloned().collect();
    assert_eq!(
        names,
        [
            "policy",
            "version",
            "from",
            "to",
            "shops_hit",
            "episodes",
            "restricted_shop_days",
            "orders_touched",
            "gmv_touched"
        ]
    );
    assert_eq!(json["policy"], "draft");
    assert_eq!((&json["from"], &json["to"]), (&"2018-02-16".into(), &"2018-02-20".into()));
    assert_eq!(json["gmv_touched"], serde_json::json!({ "minor": 0, "currency": "BRL" }));
    // Four times 24 hours, over the end of summer time.
    assert_eq!(json["episodes"][0]["start"], "2018-02-16T23:59:59.999999-02:00");
    assert_eq!(json["episodes"][0]["end"], "2018-02-20T22:59:59.999999-03:00");
    assert_eq!(json["episodes"][0]["external_id"], "s0");
    assert_eq!(json["episodes"][0]["inputs"], serde_json::json!({ "rate": 1.0, "due": 10 }));
    // It reads back, and the same question gives the same answer.
    assert_eq!(serde_json::from_value::<Rehearsal>(json).unwrap(), result);
    assert_eq!(run(&pond.ask, &policy, "2018-02-16", "2018-02-20").unwrap(), result);
    assert_eq!(result.fingerprint.len(), 16);
}

#[test]
fn a_condition_that_holds_without_any_orders_hits_every_shop_that_is_open() {
    let pond = pond(&[], None);
    let idle = draft("due == 0", "[inputs.due]\nmetric = \"late_ship_rate\"\npart = \"denominator\"\n", CAP);
    assert_eq!(run(&pond.ask, &idle, "2018-02-01", "2018-02-01").unwrap().shops_hit, 3);
    // Before they opened there was nobody to hit.
    assert_eq!(run(&pond.ask, &idle, "2017-12-01", "2017-12-05").unwrap().shops_hit, 0);
    let unknown = draft("rate < 0.5", RATE, CAP);
    assert_eq!(run(&pond.ask, &unknown, "2018-02-01", "2018-02-05").unwrap().shops_hit, 0);
}

#[test]
fn two_drafts_are_compared_by_shop_and_by_day() {
    let mut stories = late_shop(&[]);
    stories.extend(late_shop(&[]).into_iter().take(6).map(|s| Story { shop: 1, ..s }));
    let pond = pond(&stories, None);
    let strict = draft("due >= 5", RATE, CAP);
    let light = draft("due >= 8", RATE, "kind = \"order_cap\"\ndays = 2");
    let (a, b) = (
        run(&pond.ask, &strict, "2018-02-01", "2018-02-04").unwrap(),
        run(&pond.ask, &light, "2018-02-01", "2018-02-04").unwrap(),
    );
    let both = rehearsal::compare(&a, &b);
    let names = |list: &[rehearsal::ShopHits]| {
        list.iter().map(|s| (s.external_id.clone(), s.episodes_a, s.episodes_b)).collect::<Vec<_>>()
    };
    assert_eq!(names(&both.only_a), [("s1".to_owned(), 1, 0)]);
    assert_eq!(names(&both.both), [("s0".to_owned(), 1, 2)]);
    assert!(both.only_b.is_empty());
    assert_eq!(
        (both.difference.shops_hit, both.difference.episodes, both.difference.restricted_shop_days),
        (-1, 0, -4)
    );
    let days: Vec<_> = both.days.iter().map(|d| (d.hit_a, d.hit_b)).collect();
    assert_eq!(days, [(2, 1), (0, 0), (0, 1), (0, 0)]);
}

#[test]
fn what_cannot_be_rehearsed_is_refused_with_a_sentence() {
    let pond = pond(&[], None);
    let by_hand =
        draft("paid > money(\"BRL 1\")", "[inputs.paid]\ntype = \"money\"\ncurrency = \"BRL\"\n", CAP);
    let foreign = draft("due > 1", RATE, "kind = \"deduct\"\namount = { fixed = 5, currency = \"CNY\" }");
    let fine = draft("due > 1", RATE, CAP);
    for (policy, from, to, why) in [
        (&by_hand, "2018-02-01", "2018-02-02", "reads \"paid\", which is given by hand"),
        (&foreign, "2018-02-01", "2018-02-02", "no action of draft applies in a market of BRL"),
        (&fine, "2018-02-02", "2018-02-01", "the first must not be after the last"),
        (&fine, "2001-01-01", "2018-02-01", "ask for at most 3660"),
    ] {
        let err = run(&pond.ask, policy, from, to).unwrap_err().to_string();
        assert!(err.contains(why), "{err}");
    }
}

#[test]
fn a_rehearsal_tells_how_far_it_is_and_stops_when_nobody_waits() {
    struct Impatient(AtomicU64, bool);
    impl Progress for Impatient {
        fn at(&self, _what: &'static str, done: u64, total: u64) {
            assert!(done <= total || total == 0);
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn cancelled(&self) -> bool {
            self.1
        }
    }
    let pond = pond(&late_shop(&[]), None);
    let policy = draft("due > 1", RATE, CAP);
    let ask = |progress: &Impatient| {
        rehearsal::rehearse(&pond.ask, &market(), &policy, date("2018-02-01"), date("2018-02-09"), progress)
    };
    let patient = Impatient(AtomicU64::new(0), false);
    assert_eq!(ask(&patient).unwrap().episodes.len(), 3);
    assert!(patient.0.load(Ordering::Relaxed) >= 10);
    assert_eq!(ask(&Impatient(AtomicU64::new(0), true)), Err(Error::Cancelled));
}

#[test]
fn the_engine_of_a_rehearsal_reads_what_the_metrics_command_reads() {
    let pond = pond(&late_shop(&[]), None);
    let policy = draft("due > 1", RATE.replace("window_days = 20", "window_days = 30").as_str(), CAP);
    let result = run(&pond.ask, &policy, "2018-02-01", "2018-02-01").unwrap();
    let late = govern::metric::named("late_ship_rate").unwrap();
    let reading = govern::metric::as_of(&pond.ask, &[late], at(DAY - 1), Some(0)).unwrap()[0];
    assert_eq!(result.episodes[0].inputs["rate"].as_f64(), reading.value());
    assert_eq!(result.episodes[0].inputs["due"].as_i64(), Some(reading.den));
}
