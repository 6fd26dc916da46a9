//! The command line on a market small enough to count by hand.

use crate::folder::Folder;
use serde_json::{Value, json};

/// `numerator denominator value` of one metric of one shop.
fn reading(readings: &Value, shop: &str, metric: &str) -> Option<Value> {
    let row =
        readings.as_array().unwrap().iter().find(|r| r["external_id"] == shop && r["metric"] == metric)?;
    Some(json!([row["numerator"], row["denominator"], row["value"]]))
}

#[test]
fn metrics_are_what_one_counts_by_hand() {
    let folder = Folder::imported();
    let all = folder.json(&["metrics", "--as-of", "2018-03-25"]);
    let of = |metric| reading(&all, "s1", metric).unwrap();
    // o1 o2 o3 o4 were paid; o5 never; o6 has no lines and was skipped.
    assert_eq!(of("orders_paid"), json!([4, 4, 4]));
    // Due: o1 o2 o4 o5 (o3 was cancelled before its deadline). Late: o2 (picked up on the 9th), o5 (never).
    assert_eq!(of("late_ship_rate"), json!([2, 4, 0.5]));
    // Due for delivery by the 25th: o1 o2 o4 o5; late: o2 and o5.
    assert_eq!(of("late_delivery_rate"), json!([2, 4, 0.5]));
    // 24 h, 168 h and 8 h from paid to picked up.
    assert_eq!(of("mean_pickup_hours"), json!([200, 3, 200.0 / 3.0]));
    assert_eq!(of("cancel_rate"), json!([1, 5, 0.2]));
    assert_eq!(of("rating_mean"), json!([6, 2, 3]));
    assert_eq!(of("negative_review_rate"), json!([1, 2, 0.5]));
    // The other shop of o1 has its own order, delivery and review.
    assert_eq!(reading(&all, "s2", "rating_mean"), Some(json!([5, 1, 5])));
    assert_eq!(reading(&all, "s2", "late_ship_rate"), Some(json!([0, 1, 0])));
}

#[test]
fn a_moment_before_a_fact_does_not_know_it() {
    let folder = Folder::imported();
    // On the 8th o2 was late and not yet picked up, and o5's deadline had not come.
    let before = folder.json(&["metrics", "--as-of", "2018-03-08", "--shop", "s1"]);
    assert_eq!(reading(&before, "s1", "late_ship_rate"), Some(json!([1, 3, 1.0 / 3.0])));
    assert_eq!(reading(&before, "s1", "rating_mean"), Some(json!([5, 1, 5])));
    // To the microsecond: o1's deadline counts from its own moment on.
    let at = folder.json(&[
        "metrics",
        "--as-of",
        "2018-03-05T10:00:00-03:00",
        "--shop",
        "s1",
        "--metric",
        "late_ship_rate",
    ]);
    assert_eq!(reading(&at, "s1", "late_ship_rate"), Some(json!([0, 1, 0])));
    let just_before = folder.json(&[
        "metrics",
        "--as-of",
        "2018-03-05T09:59:59.999999-03:00",
        "--metric",
        "late_ship_rate",
    ]);
    assert_eq!(just_before, json!([]));
}

#[test]
fn explain_lists_the_orders_behind_a_number() {
    let folder = Folder::imported();
    let found = folder.json(&["explain", "s1", "--metric", "late_ship_rate", "--as-of", "2018-03-25"]);
    assert_eq!(
        (&found["numerator"], &found["denominator"], &found["value"]),
        (&json!(2), &json!(4), &json!(0.5))
    );
    let mut late: Vec<&str> = found["orders"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|o| o["numerator"] == 1)
        .map(|o| o["external_id"].as_str().unwrap())
        .collect();
    late.sort_unstable();
    assert_eq!(late, ["o2", "o5"]);
    assert_eq!(found["window"]["days"], 30);
    assert_eq!(found["window"]["until"], "2018-03-25T23:59:59.999999-03:00");
    assert!(found["source"].as_str().unwrap().len() > 3);
    // The same by the shop's own id.
    let ours = found["shop"].as_str().unwrap();
    let again = folder.json(&["explain", ours, "--metric", "late_ship_rate", "--as-of", "2018-03-25"]);
    assert_eq!(again, found);
}

#[test]
fn importing_twice_adds_nothing_and_more_orders_add_just_those() {
    let folder = Folder::imported();
    let before = folder.json(&["metrics", "--as-of", "2018-05-01"]);
    assert_eq!(folder.import().status.code(), Some(0));
    assert_eq!(folder.json(&["metrics", "--as-of", "2018-05-01"]), before);
    folder.edit("orders", "o6,c6", "o7,c7,delivered,2018-03-07 10:00:00,2018-03-07 10:00:00,2018-03-07 12:00:00,2018-03-09 10:00:00,2018-03-17 00:00:00\no6,c6");
    folder.edit("order_items", "o5,1", "o7,1,p1,s2,2018-03-09 10:00:00,10.00,1.00\no5,1");
    assert_eq!(folder.import().status.code(), Some(0));
    let after = folder.json(&["metrics", "--as-of", "2018-03-25", "--metric", "orders_paid"]);
    assert_eq!(reading(&after, "s1", "orders_paid"), Some(json!([4, 4, 4])));
    assert_eq!(reading(&after, "s2", "orders_paid"), Some(json!([2, 2, 2])));
}

#[test]
fn what_cannot_be_imported_is_named_and_changes_nothing() {
    for (file, from, to, said) in [
        (
            "orders",
            "2018-03-02 10:00:00",
            "2018-03-32 10:00:00",
            ["olist_orders_dataset.csv", "3", "order_purchase_timestamp"],
        ),
        ("order_items", "50.00", "5x.00", ["olist_order_items_dataset.csv", "4", "price"]),
        ("order_items", "o2,1,p1,s1", "o2,1,p1,s9", ["olist_order_items_dataset.csv", "4", "seller_id"]),
        ("order_items", "o2,1,p1", "o9,1,p1", ["olist_order_items_dataset.csv", "4", "order_id"]),
        ("order_items", "price", "prize", ["olist_order_items_dataset.csv", "1", "price"]),
        ("order_reviews", "r2,o2,1", "r2,o2,9", ["olist_order_reviews_dataset.csv", "4", "review_score"]),
        ("sellers", "s2,13023,campinas,SP", "s2,13023", ["olist_sellers_dataset.csv", "3", ""]),
    ] {
        let folder = Folder::new();
        folder.edit(file, from, to);
        let out = folder.import();
        let text = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(2), "{text}");
        for part in said {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
        assert!(out.stdout.is_empty());
        assert!(!folder.data().join("sanhao.db").exists(), "the folder was touched: {text}");
    }
    let folder = Folder::new();
    std::fs::remove_file(folder.olist().join("olist_sellers_dataset.csv")).unwrap();
    let out = folder.import();
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8(out.stderr).unwrap().contains("olist_sellers_dataset.csv"));
}

const RULE: &str = r#"
id = "test-cap"
version = 1
effective_from = "2018-01-01"
stage = "during"
subject = "shop"
title = { zh = "测试限单", en = "Test cap" }
text = { zh = "晚发率达到一半。", en = "Half of the orders late." }
condition = "late >= 0.5 && due >= 3"

[inputs.late]
metric = "late_ship_rate"
window_days = 30
part = "value"
day = "today"

[inputs.due]
metric = "late_ship_rate"
window_days = 30
part = "denominator"
day = "today"

[[actions]]
kind = "order_cap"
days = 7
"#;

#[test]
fn a_rehearsal_says_who_would_have_been_hit_and_what_it_would_have_touched() {
    let folder = Folder::imported();
    let draft = folder.path("draft.toml");
    std::fs::write(&draft, RULE).unwrap();
    let draft = draft.to_str().unwrap();
    let run = |from, to| folder.json(&["rehearse", draft, "--from", from, "--to", to]);
    // s1 reaches 2 late of 4 due on the 9th, when o5's deadline passes; it stays there, so the cap of 7 days comes
    // again at the very moment it ends, on the 16th, the 23rd and the 30th.
    let found = run("2018-03-01", "2018-03-31");
    assert_eq!(found["policy"], "test-cap");
    assert_eq!(found["shops_hit"], 1);
    let starts: Vec<&str> =
        found["episodes"].as_array().unwrap().iter().map(|e| e["start"].as_str().unwrap()).collect();
    assert_eq!(
        starts,
        ["2018-03-09", "2018-03-16", "2018-03-23", "2018-03-30"]
            .map(|d| format!("{d}T23:59:59.999999-03:00"))
    );
    assert_eq!(found["episodes"][0]["end"], "2018-03-16T23:59:59.999999-03:00");
    assert_eq!(found["episodes"][0]["inputs"], json!({ "late": 0.5, "due": 4 }));
    assert_eq!(found["restricted_shop_days"], 28);
    // Every order was placed before the first episode.
    assert_eq!(found["orders_touched"], 0);
    assert_eq!(found["gmv_touched"], json!({ "minor": 0, "currency": "BRL" }));
    // An order placed inside an episode is touched, with its price and freight.
    folder.edit("orders", "o6,c6", "o7,c7,canceled,2018-03-12 10:00:00,,,,2018-03-27 00:00:00\no6,c6");
    folder.edit("order_items", "o5,1", "o7,1,p1,s1,2018-03-19 10:00:00,10.00,1.05\no5,1");
    assert_eq!(folder.import().status.code(), Some(0));
    let found = run("2018-03-09", "2018-03-09");
    assert_eq!(found["orders_touched"], 1);
    assert_eq!(found["gmv_touched"], json!({ "minor": 1105, "currency": "BRL" }));
    // Two drafts side by side.
    let milder = folder.path("milder.toml");
    std::fs::write(&milder, RULE.replace("due >= 3", "due >= 5")).unwrap();
    let both = folder.json(&[
        "rehearse",
        draft,
        "--from",
        "2018-03-01",
        "--to",
        "2018-03-31",
        "--against",
        milder.to_str().unwrap(),
    ]);
    assert_eq!(both["shops_hit"], 1);
    assert_eq!(both["against"]["shops_hit"], 0);
}

#[test]
fn a_draft_whose_cases_lag_behind_is_rehearsed_with_a_warning_but_does_not_pass_the_check() {
    let folder = Folder::imported();
    let shipped = include_str!("../../../../governance/examples/late-ship-cap.toml");
    let draft = folder.path("draft.toml");
    std::fs::write(&draft, shipped.replace("late_ship_rate >= 0.20", "late_ship_rate >= 0.60")).unwrap();
    let draft = draft.to_str().unwrap();
    let out =
        folder.run(&["rehearse", draft, "--from", "2018-03-01", "--to", "2018-03-31", "--format", "json"]);
    assert_eq!(out.status.code(), Some(0));
    assert!(String::from_utf8(out.stderr).unwrap().contains("does not hold"));
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(found["shops_hit"], 0);
    assert_eq!(folder.run(&["policy", "check", draft]).status.code(), Some(2));
}

#[test]
fn a_policy_can_be_asked_by_hand() {
    let folder = Folder::new();
    let draft = folder.path("draft.toml");
    std::fs::write(&draft, RULE).unwrap();
    let draft = draft.to_str().unwrap();
    let hit = folder.json(&["policy", "eval", draft, "--input", "late=0.5", "--input", "due=3"]);
    assert_eq!(hit["verdict"], "hit");
    assert_eq!(hit["actions"][0]["action"], "order_cap");
    assert!(!hit["trace"].as_array().unwrap().is_empty());
    let miss = folder.json(&["policy", "eval", draft, "--input", "late=0.4999", "--input", "due=3"]);
    assert_eq!((&miss["verdict"], &miss["actions"]), (&json!("miss"), &json!([])));
    let unknown = folder.json(&["policy", "eval", draft, "--input", "late=null", "--input", "due=3"]);
    assert_eq!(unknown["verdict"], "unknown");
    for (args, said) in [
        (vec!["policy", "eval", draft, "--input", "late=0.5"], "due"),
        (vec!["policy", "eval", draft, "--input", "late=much", "--input", "due=3"], "late"),
        (
            vec!["policy", "eval", draft, "--input", "late=0.5", "--input", "due=3", "--input", "more=1"],
            "more",
        ),
        (vec!["policy", "eval", "no-such-policy"], "no-such-policy"),
        (vec!["policy", "eval", "late-ship-cap", "--version", "99"], "99"),
    ] {
        let (code, text) = folder.refused(&args);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(said), "{said}: {text}");
    }
    // The shipped example, by its id.
    let shipped = folder.json(&[
        "policy",
        "eval",
        "late-ship-cap",
        "--input",
        "late_ship_rate=0.2",
        "--input",
        "due=5",
    ]);
    assert_eq!(shipped["verdict"], "hit");
}

#[test]
fn a_wrong_policy_is_named_by_line_and_column() {
    let folder = Folder::imported();
    let draft = folder.path("draft.toml");
    std::fs::write(&draft, RULE.replace("late >= 0.5", "late >= true")).unwrap();
    let draft = draft.to_str().unwrap();
    let (code, text) = folder.refused(&["rehearse", draft, "--from", "2018-03-01", "--to", "2018-03-31"]);
    assert_eq!(code, 2);
    assert!(text.contains("draft.toml:9:"), "{text}");
    let checked = folder.run(&["policy", "check", draft, "--format", "json"]);
    assert_eq!(checked.status.code(), Some(2));
    let found: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!(found[0]["line"], 9);
    // However long a chain somebody types, it is refused and nothing breaks.
    std::fs::write(draft, RULE.replace("due >= 3", &format!("due{} >= 3", "+1".repeat(3000)))).unwrap();
    let (code, text) = folder.refused(&["rehearse", draft, "--from", "2018-03-01", "--to", "2018-03-31"]);
    assert_eq!(code, 2);
    assert!(text.contains("levels deep"), "{text}");
}

#[test]
fn wrong_usage_and_wrong_input_are_2_and_say_what_to_write() {
    let folder = Folder::imported();
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../../governance/examples/late-ship-cap.toml");
    for (args, said) in [
        (vec!["metrics", "--as-of", "yesterday"], "RFC 3339"),
        (vec!["metrics", "--as-of", "2018-02-30"], "2018-02-30"),
        (vec!["metrics", "--as-of", "2018-03-25", "--metric", "speed"], "late_ship_rate"),
        (vec!["metrics", "--as-of", "2018-03-25", "--shop", "s77"], "s77"),
        (vec!["metrics", "--as-of", "2999-01-01"], "has not come yet"),
        (vec!["explain", "s77", "--metric", "rating_mean", "--as-of", "2018-03-25"], "s77"),
        (vec!["rehearse", "absent.toml", "--from", "2018-03-01", "--to", "2018-03-02"], "absent.toml"),
        (vec!["rehearse", "absent.toml", "--from", "2018-03-05", "--to", "2018-03-02"], "before"),
        (vec!["rehearse", shipped, "--from", "1900-01-01", "--to", "2300-01-01"], "at most"),
        (vec!["rehearse", "absent.toml", "--from", "soon", "--to", "2018-03-02"], "--from"),
        (vec!["serve", "--listen", "0.0.0.0:0"], "loopback"),
        (vec!["fly"], "fly"),
        (vec!["demo-market"], "already holds"),
    ] {
        let (code, text) = folder.refused(&args);
        assert_eq!(code, 2, "{args:?}: {text}");
        assert!(text.contains(said), "{args:?}: {text}");
    }
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    use std::io::Read;
    let folder = Folder::imported();
    for args in [["docs", "openapi"], ["docs", "facts"]] {
        let mut child = crate::folder::sanhao(&folder.data())
            .args(args)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(child.wait().unwrap().success(), "{said}");
        assert_eq!(said, "");
    }
}

#[test]
fn an_empty_folder_says_how_to_fill_it() {
    let folder = Folder::new();
    for args in [vec!["metrics", "--as-of", "2018-03-25"], vec!["serve", "--listen", "127.0.0.1:0"]] {
        let (code, text) = folder.refused(&args);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains("import olist"), "{text}");
        assert!(!folder.data().exists(), "the folder was made");
    }
}

#[test]
fn a_history_in_another_currency_than_the_markets_is_refused_and_changes_nothing() {
    let folder = Folder::new();
    let made = folder.run(&["demo-market", "--shops", "2", "--orders", "50"]);
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let before = folder.json(&["metrics", "--as-of", "2026-06-23"]);
    let (code, text) = folder.refused(&["import", "olist", folder.olist().to_str().unwrap()]);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("Asia/Shanghai and CNY") && text.contains("an empty data folder"), "{text}");
    assert_eq!(folder.json(&["metrics", "--as-of", "2026-06-23"]), before);
}

#[test]
fn a_number_that_is_none_is_named_with_the_right_form() {
    let folder = Folder::new();
    for (option, typed, form) in [
        ("--orders", "abc", "write a whole number from 1 to 20000000, such as 1"),
        ("--orders", "12,50", "write a whole number from 1 to 20000000, such as 1"),
        ("--orders", "0", "write a whole number from 1 to 20000000, such as 1"),
        ("--shops", "1.5", "write a whole number from 1 to 100000, such as 1"),
        ("--seed", "x", "write a whole number from 0 to"),
    ] {
        let (code, text) = folder.refused(&["demo-market", option, typed]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(&format!("'{typed}' for '{option}")) && text.contains(form), "{text}");
        assert!(!folder.data().exists(), "the folder was made");
    }
    let (code, text) = folder.refused(&["serve", "--listen", "8618"]);
    assert!(code == 2 && text.contains("such as 127.0.0.1:8618"), "{text}");
    let made = folder.run(&["demo-market", "--shops", "2", "--orders", "1,000"]);
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn a_synthetic_market_may_end_on_another_day_but_not_on_one_to_come() {
    let folder = Folder::new();
    for (last, why) in
        [("soon", "is not a date"), ("9999-01-01", "has not come yet"), ("1970-03-01", "starting in 1970")]
    {
        let (code, text) = folder.refused(&["demo-market", "--last", last]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(why), "{last}: {text}");
    }
    let made = folder.run(&["demo-market", "--shops", "2", "--orders", "400", "--last", "2026-03-31"]);
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let orders = |day: &str| folder.json(&["metrics", "--as-of", day]).to_string();
    assert!(orders("2026-03-30") != orders("2026-03-31"), "the days before the last one have orders");
}
