//! Whole promises: what is read, what is refused and how, and what holds of every time they compute.

use super::*;
use kernel::{Moment, Zone};
use proptest::prelude::*;

const SAME_DAY: &str = include_str!("../../../../governance/packs/sanhao/promises/ship-same-day.toml");
const CLOCK: &str = include_str!("../../../../governance/packs/sanhao/promises/pickup-clock.toml");
const HOURS: &str = include_str!("../../../../governance/packs/sanhao/promises/chat-hours.toml");

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn at(text: &str, zone: &Zone) -> Moment {
    Moment::local(text.parse().unwrap(), zone).unwrap()
}

#[test]
fn the_shipped_promises_load_and_their_cases_hold() {
    assert_eq!(problems(), []);
    let ids: Vec<_> = shipped().iter().map(|p| (p.id.as_str(), p.version)).collect();
    assert_eq!(
        ids,
        [
            ("aftersale-review-clock", 1),
            ("chat-hours", 1),
            ("delivery", 1),
            ("pickup-clock", 1),
            ("ship-48h", 1),
            ("ship-next-day", 1),
            ("ship-presale", 1),
            ("ship-qic", 1),
            ("ship-same-day", 1)
        ]
    );
    assert!(shipped().iter().all(|p| p.cases.len() >= 3 && p.cases.iter().all(|case| case.clause.is_some())));
    assert_eq!(named("chat-hours").and_then(Promise::unanswered_micros), Some(600_000_000));
    assert!(named("ship-yesterday").is_none());
}

#[test]
fn a_promise_of_another_kind_leaves_a_time_as_it_is() {
    let zone = zone("Asia/Shanghai");
    let night = at("2026-08-12T23:30:00", &zone);
    let (due, clock, hours) =
        (named("ship-48h").unwrap(), named("pickup-clock").unwrap(), named("chat-hours").unwrap());
    assert_eq!((due.start(night, &zone), due.within(night, &zone)), (night, true));
    assert_eq!((clock.due(night, &zone), clock.within(night, &zone)), (None, true));
    assert_eq!((hours.due(night, &zone), hours.start(night, &zone)), (None, night));
    assert_eq!(named("ship-qic").unwrap().due_for(Some("return"), night, &zone), None);
    assert_eq!(
        named("ship-qic").unwrap().due_for(Some("resend_custom_or_presale"), night, &zone),
        Some(night.plus_hours(120))
    );
}

#[test]
fn what_is_wrong_with_a_promise_is_named_with_its_line_and_what_to_write() {
    for (text, old, new, line, message, instead) in [
        (SAME_DAY, "id = \"ship-same-day\"", "id = \"Same Day\"", 2, "small letters", "id = \"same-day\""),
        (SAME_DAY, "source = ", "sauce = ", 5, "\"sauce\" is not a key of a promise", "source"),
        (
            SAME_DAY,
            "\"16:00:00\"",
            "\"25:00:00\"",
            16,
            "\"paid_before\" is not a time of day",
            "\"16:00:00\"",
        ),
        (SAME_DAY, "\"16:00:00\"", "\"16:00\"", 16, "is not a time of day", "paid_before = "),
        (SAME_DAY, "paid_before = \"16:00:00\"\n", "", 19, "this row never counts", "without it last"),
        (
            SAME_DAY,
            "[[due]]\nday = 1",
            "[[due]]\npaid_before = \"20:00:00\"\nday = 1",
            20,
            "never due",
            "last row without",
        ),
        (SAME_DAY, "day = 1\n", "", 20, "either \"hours\" or both", "hours = 48"),
        (SAME_DAY, "day = 1\n", "day = 1\nhours = 3\n", 20, "either \"hours\" or both", "hours = 48"),
        (SAME_DAY, "day = 0", "day = -1", 17, "whole number from 0 to 366", "day = "),
        (
            SAME_DAY,
            "due = 2026-08-12T23",
            "due = 2026-08-12T22",
            24,
            "does not hold: it is due at 2026-08-12T23:59:59.999999, not",
            "the time that is meant",
        ),
        (SAME_DAY, "\"Asia/Shanghai\"", "\"Asia/Shangri-La\"", 27, "not a time zone", "Asia/Shanghai"),
        (
            SAME_DAY,
            "paid = 2026-08-12T15:59:59\n",
            "paid = 2026-08-12T15:59:59Z\n",
            28,
            "without an offset",
            "paid = ",
        ),
        (SAME_DAY, "en = \"Ships", "eng = \"Ships", 9, "not a key of \"title\"", "en"),
        (CLOCK, "until = \"06:00:00\"", "until = \"18:00:00\"", 15, "never counts", "two different"),
        (CLOCK, "[clock]", "[hours]", 16, "\"stands_from\" is not a key of [hours]", "from"),
        (CLOCK, "[clock]", "[[due]]\nhours = 3\n[clock]", 1, "exactly one of", "[[due]]"),
        (HOURS, "within = false", "within = \"no\"", 25, "not true or false", "within = true"),
        (
            HOURS,
            "within = false",
            "within = true",
            20,
            "it is outside the hours, not within",
            "that is meant",
        ),
        (
            HOURS,
            "unanswered_seconds = 600",
            "unanswered_seconds = 0",
            18,
            "whole number from 1",
            "unanswered_seconds",
        ),
        (HOURS, "version = 1", "version = ", 3, "not TOML", "key = value"),
    ] {
        let broken = text.replacen(old, new, 1);
        assert_ne!(broken, text, "{old}");
        let Checked { promise, diagnostics } = check(&broken);
        assert_eq!(promise, None, "{new}");
        let hit = diagnostics.iter().find(|d| d.message.contains(message));
        let hit = hit.unwrap_or_else(|| panic!("{new}: {diagnostics:?}"));
        assert_eq!(hit.line, line, "{new}: {hit}");
        assert!(hit.instead.contains(instead), "{new}: {hit}");
    }
    let bare = CLOCK.split("[[cases]]").next().unwrap();
    assert!(check(bare).diagnostics.iter().any(|d| d.message.contains("no table of cases")));
    let (_, wrong) = load([("a.toml", CLOCK), ("b.toml", CLOCK)]);
    assert!(
        wrong[0].to_string().starts_with("b.toml:3:1: version 1 of pickup-clock stands in a.toml"),
        "{wrong:?}"
    );
}

proptest! {
    #[test]
    fn times_never_run_backwards(micros in 1_400_000_000_000_000i64..1_900_000_000_000_000, which in 0usize..4) {
        let zone = zone(["Asia/Shanghai", "America/Sao_Paulo", "UTC", "Europe/London"][which]);
        let at = Moment::from_micros(micros);
        for promise in shipped() {
            if let Some(due) = promise.due(at, &zone) {
                prop_assert!(due >= at);
                let most = if promise.id == "ship-presale" { 361 } else { 73 };
                prop_assert!(due <= at.plus_hours(most));
            }
            let start = promise.start(at, &zone);
            prop_assert!(start >= at && start <= at.plus_hours(13));
            // What a clock starts from is a time at which it runs.
            prop_assert_eq!(promise.start(start, &zone), start);
        }
    }
}
