//! Scores on the command line.

use crate::folder::Folder;
use serde_json::{Value, json};

const EXAMPLE: [&str; 12] = [
    "--input",
    "product=69",
    "--input",
    "logistics=99",
    "--input",
    "service=85",
    "--input",
    "bonus=2",
    "--input",
    "deduction=0",
    "--format",
    "json",
];

#[test]
fn the_published_example_is_scored_by_hand_with_its_trace() {
    let folder = Folder::new();
    for card in ["default", "sanhao", "sanhao@3", "douyin-2026@3"] {
        let out = folder.run(&[&["scorecard", "eval", card], &EXAMPLE[..]].concat());
        let found: Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(
            (&found["score"], &found["stars"], &found["raw"]),
            (&json!(82), &json!(4.6), &json!(82.5))
        );
        assert_eq!((&found["stage"], &found["partial"]), (&json!("formal"), &Value::Null));
        let steps = found["trace"].as_array().unwrap();
        let values: Vec<&Value> = steps.iter().map(|step| &step["value"]).collect();
        for value in
            [json!(34.5), json!(24.75), json!(21.25), json!(80.5), json!(82.5), json!(82), json!(4.6)]
        {
            assert!(values.contains(&&value), "{value} is not a step of {steps:?}");
        }
    }
}

#[test]
fn wrong_inputs_of_a_scorecard_are_2_and_say_what_to_write() {
    let folder = Folder::new();
    for (args, part) in [
        (&["scorecard", "eval", "nothing"][..], "sanhao@3"),
        (&["scorecard", "eval", "sanhao@9"], "sanhao@3"),
        (&["scorecard", "eval", "default", "--input", "product"], "NAME=VALUE"),
        (&["scorecard", "eval", "default", "--input", "product=120"], "from 0 to 100"),
        (&["scorecard", "eval", "default", "--input", "produkt=70"], "give product"),
        (&["scorecard", "eval", "sanhao@003"], "sanhao@3"),
        (&["scorecard", "eval", "default", "--input", "=1"], "names nothing"),
        (
            &["scorecard", "eval", "default", "--input", "product=69", "--input", "product_rating=90"],
            "give the dimension or its indicators",
        ),
        (&["policy", "eval", "ship-late", "--input", "paid=-1"], "its value does not fit"),
        (&["scorecard", "check", "missing.toml"], "cannot be read"),
        (&["score", "--as-of", "2018-03-31"], "no market yet"),
        (&["scorecard", "adopt", "sanhao@3", "--from", "2099-01-01"], "no market yet"),
    ] {
        let (code, text) = folder.refused(args);
        assert_eq!(code, 2, "{args:?}: {text}");
        assert!(text.contains(part), "{args:?}: {text}");
    }
    let folder = Folder::imported();
    for (args, part) in [
        (&["score", "--as-of", "yesterday"][..], "--as-of"),
        (&["score", "--as-of", "2018-03-31", "--shop", "s9"], "no shop \"s9\""),
        (&["score", "--as-of", "2018-03-31", "--scorecard", "x"], "--scorecard"),
        (&["explain", "s1", "--as-of", "2010-01-01"], "opened at"),
        (&["scorecard", "adopt", "sanhao@3", "--from", "2018-01-01"], "days that are over keep their scores"),
        (&["scorecard", "adopt", "sanhao@3", "--from", "soon"], "not a date"),
    ] {
        let (code, text) = folder.refused(args);
        assert_eq!(code, 2, "{args:?}: {text}");
        assert!(text.contains(part), "{args:?}: {text}");
    }
}

#[test]
fn an_import_is_scored_by_the_small_market_card_from_five_paid_orders_on() {
    let folder = Folder::new();
    // Four of s1's orders are paid; with this it is five.
    let four = "o5,c5,shipped,2018-03-05 10:00:00,,,";
    folder.edit("orders", four, "o5,c5,shipped,2018-03-05 10:00:00,2018-03-05 11:00:00,,");
    assert_eq!(folder.import().status.code(), Some(0));
    let all = folder.json(&["score", "--as-of", "2018-03-25"]);
    let [line] = &all.as_array().unwrap()[..] else { panic!("{all}") };
    assert_eq!((&line["external_id"], &line["stage"]), (&json!("s1"), &json!("formal")));
    assert_eq!((&line["scorecard"], &line["version"]), (&json!("small-market"), &json!(1)));
    assert_eq!(line["coverage"], "partial: P, L");
    assert_eq!(line["dimensions"]["service"], Value::Null);
    // It is the only shop there is to compare with, and not worse than itself.
    assert_eq!((&line["score"], &line["raw"]), (&json!(100), &json!(100)));
    // Too few orders to say anything is no score, and said when asked.
    let other = folder.json(&["score", "--as-of", "2018-03-25", "--shop", "s2"]);
    assert_eq!((&other[0]["score"], &other[0]["stage"]), (&Value::Null, &Value::Null));

    let found = folder.json(&["explain", "s1", "--as-of", "2018-03-25"]);
    let indicator = |name: &str| {
        let list = found["indicators"].as_array().unwrap();
        list.iter().find(|i| i["indicator"] == name).unwrap().clone()
    };
    let late = indicator("late_ship_rate");
    assert_eq!(
        (&late["numerator"], &late["denominator"], &late["window"]["days"]),
        (&json!(2), &json!(4), &json!(90))
    );
    assert_eq!((&late["value"], &late["industry"]["shops"]), (&json!(0.5), &json!(1)));
    let mut orders: Vec<&str> = late["orders"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|order| order["numerator"] == 1)
        .map(|order| order["external_id"].as_str().unwrap())
        .collect();
    orders.sort_unstable();
    assert_eq!(orders, ["o2", "o5"]);
    assert_eq!(indicator("platform_help_rate")["points"], Value::Null);
    assert_eq!(found["raw"], line["raw"]);
}

#[test]
fn a_market_has_the_version_it_adopted_and_another_can_be_asked_for() {
    let folder = Folder::new();
    let made = folder.run(&["demo-market", "--shops", "8", "--orders", "6000"]);
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let version = |day: &str| folder.json(&["score", "--as-of", day])[0]["version"].clone();
    assert_eq!((version("2025-08-01"), version("2026-06-23")), (json!(1), json!(3)));
    let all = folder.json(&["score", "--as-of", "2026-06-23"]);
    let formal: Vec<&Value> =
        all.as_array().unwrap().iter().filter(|line| line["coverage"] == "whole").collect();
    assert!(formal.len() >= 4, "{all}");
    let scores: Vec<f64> = formal.iter().map(|line| line["raw"].as_f64().unwrap()).collect();
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]) && scores[0] > scores[scores.len() - 1]);
    for line in &formal {
        let dimensions = line["dimensions"].as_object().unwrap();
        assert!(dimensions.values().all(|p| (50.0..=100.0).contains(&p.as_f64().unwrap())), "{line}");
    }
    let old = folder.json(&["score", "--as-of", "2026-06-23", "--scorecard", "sanhao@1"]);
    assert_eq!(old[0]["version"], 1);
    assert_ne!(old, all);

    let before = folder.json(&["score", "--as-of", "2026-06-23"]);
    let adopted = folder.run(&["scorecard", "adopt", "douyin-2026@3", "--from", "2099-01-01"]);
    assert_eq!(adopted.status.code(), Some(0), "{}", String::from_utf8_lossy(&adopted.stderr));
    assert_eq!(folder.json(&["score", "--as-of", "2026-06-23"]), before);
    let list = folder.json(&["scorecard", "list"]);
    let line = list.as_array().unwrap().iter().find(|l| l["scorecard"] == "douyin-2026" && l["version"] == 3);
    assert_eq!(line.unwrap()["in_force"], json!([{ "from": "2099-01-01T00:00:00+08:00", "until": null }]));
    // The same again is nothing to do; another from the same day takes its place, and the list says so.
    let (code, text) = folder.refused(&["scorecard", "adopt", "douyin-2026@3", "--from", "2099-01-01"]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("already to be in force"), "{text}");
    let other = folder.run(&["scorecard", "adopt", "sanhao@1", "--from", "2099-01-01"]);
    assert!(String::from_utf8_lossy(&other.stdout).contains("in place of douyin-2026@3"));
    let list = folder.json(&["scorecard", "list"]);
    let spans = |id: &str, version: i64| {
        let found = list.as_array().unwrap().iter().find(|l| l["scorecard"] == id && l["version"] == version);
        found.unwrap()["in_force"].clone()
    };
    assert_eq!(spans("douyin-2026", 3), json!([]));
    assert_eq!(
        spans("sanhao", 1),
        json!([
            { "from": "2025-05-20T00:00:00+08:00", "until": "2026-04-01T00:00:00+08:00" },
            { "from": "2099-01-01T00:00:00+08:00", "until": null }
        ])
    );
    assert_eq!(spans("small-market", 1), json!([{ "from": null, "until": "2025-05-20T00:00:00+08:00" }]));
}
