//! Policies, promises and packs from the outside: what is decided by hand, and what is refused and how.

use crate::folder::Folder;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../governance/packs")
}

/// The verdict of a policy on inputs, and what follows as "kind minor-units".
fn asked(folder: &Folder, policy: &str, inputs: &[&str]) -> (String, Vec<String>) {
    let mut args = vec!["policy", "eval", policy];
    for input in inputs {
        args.extend(["--input", input]);
    }
    let found = folder.json(&args);
    let actions = found["actions"].as_array().unwrap().iter().map(|done| {
        assert!(done["amount"].is_null() || done["amount"]["currency"] == "CNY", "{done}");
        format!("{} {}", done["action"].as_str().unwrap(), done["amount"]["minor"])
    });
    (found["verdict"].as_str().unwrap().to_owned(), actions.collect())
}

#[test]
fn the_policies_of_the_default_pack_answer_by_hand() {
    let folder = Folder::new();
    for (policy, inputs, verdict, actions) in [
        ("ship-late", &["paid=15000", "promise_hours=72", "late_hours=5"][..], "hit", &["deduct 200"][..]),
        ("ship-late", &["paid=CNY 150.00", "promise_hours=72", "late_hours=5"], "hit", &["deduct 200"]),
        ("ship-late", &["paid=15000", "promise_hours=72", "late_hours=0"], "miss", &[]),
        ("ship-late", &["paid=15000", "promise_hours=48", "late_hours=5"], "hit", &[]),
        ("ship-late", &["paid=100", "promise_hours=240", "late_hours=5"], "hit", &["deduct 200"]),
        ("ship-late", &["paid=100", "promise_hours=241", "late_hours=5"], "hit", &["deduct 300"]),
        ("ship-late", &["paid=999900", "promise_hours=72", "late_hours=5"], "hit", &["deduct 5000"]),
        ("ship-late", &["paid=15000", "promise_hours=72", "late_hours=5", "exempt=true"], "miss", &[]),
        ("ship-late", &["paid=15000", "promise_hours=72"], "unknown", &[]),
        ("ship-out-of-stock", &["paid=30000", "promise_hours=48", "late_hours=48"], "miss", &[]),
        (
            "ship-out-of-stock",
            &["paid=30000", "promise_hours=48", "late_hours=49"],
            "hit",
            &["compensate 300"],
        ),
        (
            "ship-out-of-stock",
            &["paid=15000", "promise_hours=72", "late_hours=49"],
            "hit",
            &["compensate 500"],
        ),
        (
            "ship-out-of-stock",
            &["paid=15000", "promise_hours=360", "late_hours=49"],
            "hit",
            &["compensate 800"],
        ),
        (
            "ship-out-of-stock",
            &["paid=30000", "promise_hours=48", "ground=admitted"],
            "hit",
            &["compensate 300"],
        ),
        ("track-stalled", &["paid=50000", "promise_hours=48", "late_hours=0"], "hit", &["compensate 500"]),
        ("track-stalled", &["paid=45000", "promise_hours=72"], "hit", &["compensate 2300"]),
        (
            "track-stalled",
            &["paid=50000", "promise_hours=48", "scan=transit", "lane=near", "silent_hours=48"],
            "miss",
            &[],
        ),
        ("track-abnormal", &["paid=15000", "promise_hours=48"], "hit", &["compensate 3800"]),
        ("track-abnormal", &["paid=900000", "goods=precious_metal"], "hit", &["compensate 100000"]),
        ("ship-fraud", &["paid=15000", "late_hours=0"], "hit", &["compensate 4500"]),
        ("ship-fraud", &["paid=900"], "hit", &["compensate 900"]),
        ("ship-fraud", &["paid=1000"], "hit", &["compensate 1000"]),
        ("refusal-unjustified", &["paid=15000"], "hit", &["compensate 1500"]),
        ("ship-late-stop", &["late_rate=0.3", "late=200"], "hit", &["order_cap null"]),
        ("ship-late-stop", &["late_rate=0.3", "late=199"], "miss", &[]),
        (
            "mall-product",
            &[
                "positive=69",
                "negative=10",
                "reviews=100",
                "shop_positive_rate=0.7",
                "shop_negative_rate=0.1",
            ],
            "hit",
            &["hide null"],
        ),
    ] {
        let (found, did) = asked(&folder, policy, inputs);
        assert_eq!(
            (found.as_str(), &did[..]),
            (verdict, &actions.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>()[..]),
            "{policy} {inputs:?}"
        );
    }
}

#[test]
fn a_verdict_shows_its_arithmetic() {
    let folder = Folder::new();
    let found = folder.json(&[
        "policy",
        "eval",
        "ship-late",
        "--input",
        "paid=15000",
        "--input",
        "promise_hours=72",
        "--input",
        "late_hours=5",
    ]);
    assert_eq!((&found["policy"], &found["version"]), (&json!("ship-late"), &json!(1)));
    assert_eq!(
        found["actions"],
        json!([{ "action": "deduct", "amount": { "minor": 200, "currency": "CNY" } }])
    );
    let steps: Vec<(&str, &Value)> = found["trace"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["text"].as_str().unwrap(), &s["value"]))
        .collect();
    assert!(steps.contains(&("late_hours > 0.0", &json!(true))), "{steps:?}");
    assert!(steps.contains(&("deduct: 1% of paid", &json!("CNY 1.5"))), "{steps:?}");
    let rounded = "deduct: half up to a whole unit, at least CNY 2.00, at most CNY 50.00";
    assert!(steps.contains(&(rounded, &json!({ "minor": 200, "currency": "CNY" }))), "{steps:?}");
}

#[test]
fn a_version_is_the_newest_unless_one_is_named() {
    let folder = Folder::new();
    let inputs = ["--input", "paid=15000", "--input", "promise_hours=72", "--input", "late_hours=5"];
    let ask = |more: &[&str]| {
        folder.json(&[&["policy", "eval", "douyin-ship-late"][..], more, &inputs[..]].concat())
    };
    assert_eq!(ask(&[])["version"], 2);
    assert_eq!(ask(&["--version", "2"])["actions"][0]["action"], "deduct");
    let before = ask(&["--version", "1"]);
    assert_eq!((&before["version"], &before["actions"][0]["action"]), (&json!(1), &json!("notice")));
    // A file has one version, and is refused where another is asked for.
    let file = packs().join("sanhao/policies/ship-late.toml");
    let file = file.to_str().unwrap();
    let of_file = |version| [&["policy", "eval", file, "--version", version][..], &inputs[..]].concat();
    assert_eq!(folder.json(&of_file("1"))["verdict"], "hit");
    let (code, text) = folder.refused(&of_file("2"));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("is version 1 of ship-late, not version 2"), "{text}");
}

#[test]
fn what_a_policy_cannot_read_is_refused_with_what_it_can() {
    let folder = Folder::new();
    for (policy, input, said) in [
        ("ship-late", "paid=150.00", "CNY 100.00 (or 10000 in minor units)"),
        ("ship-late", "paid=much", "CNY 100.00"),
        ("ship-late", "late_hours=five", "such as 0.25"),
        ("ship-late", "promised_hours=72", "did you mean promise_hours?"),
        ("ship-late", "exempt=maybe", "such as true"),
        ("ship-late", "paid", "must be NAME=VALUE"),
        ("track-stalled", "lane=nearby", "it is one of near, remote, other"),
        ("ship-lates", "paid=15000", "no policy \"ship-lates\""),
    ] {
        let (code, text) = folder.refused(&["policy", "eval", policy, "--input", input]);
        assert_eq!(code, 2, "{text}");
        assert!(text.contains(said), "{policy} {input}: {text}");
    }
    // Money of another currency is not converted, and that is no refusal.
    let found = folder.json(&[
        "policy",
        "eval",
        "ship-late",
        "--input",
        "paid=BRL 150.00",
        "--input",
        "promise_hours=72",
        "--input",
        "late_hours=5",
    ]);
    assert_eq!(found["verdict"], "hit");
    assert!(found["actions"][0]["not_applicable"].as_str().unwrap().contains("never converted"), "{found}");
}

#[test]
fn inputs_and_policies_are_listed_with_where_they_belong() {
    let folder = Folder::new();
    let inputs = folder.json(&["policy", "inputs"]);
    let named = |name: &str| inputs.as_array().unwrap().iter().find(|i| i["name"] == name).cloned().unwrap();
    let paid = named("paid");
    assert_eq!((&paid["type"], &paid["unit"]), (&json!("money"), &json!("CNY")));
    for name in ["paid", "promise_hours", "late_hours", "exempt"] {
        let read_by = named(name)["policies"].as_array().unwrap().clone();
        for policy in [
            "ship-late",
            "ship-out-of-stock",
            "track-stalled",
            "track-abnormal",
            "ship-fraud",
            "refusal-unjustified",
        ] {
            assert!(read_by.contains(&json!(policy)), "{name} is not read by {policy}");
        }
    }
    assert_eq!(named("late_ship_rate")["metric"], "late_ship_rate");
    let list = folder.json(&["policy", "list"]);
    let of = |id: &str| list.as_array().unwrap().iter().find(|p| p["id"] == id).cloned().unwrap();
    assert_eq!(
        (&of("ship-late")["pack"], &of("ship-late")["effective_from"]),
        (&json!("sanhao"), &json!("2026-08-10"))
    );
    assert_eq!(of("douyin-ship-late")["pack"], "douyin-2026");
    assert_eq!(of("late-ship-cap")["pack"], Value::Null);
}

#[test]
fn a_good_policy_is_said_to_be_good() {
    let folder = Folder::new();
    let file = packs().join("sanhao/policies/ship-fraud.toml");
    let file = file.to_str().unwrap();
    let out = folder.run(&["policy", "check", file]);
    assert_eq!(out.status.code(), Some(0));
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(said.contains("ship-fraud version 1 can run, and its 17 cases hold"), "{said}");
    assert_eq!(said.lines().count(), 1);
    assert_eq!(folder.json(&["policy", "check", file]), json!([]));
}

/// A copy of the default pack in a folder of its own.
fn copied(folder: &Folder) -> PathBuf {
    let to = folder.path("pack");
    for inner in ["", "promises", "policies", "scorecards"] {
        std::fs::create_dir_all(to.join(inner)).unwrap();
        for entry in std::fs::read_dir(packs().join("sanhao").join(inner)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                std::fs::copy(&path, to.join(inner).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    to
}

#[test]
fn a_pack_is_checked_whole_and_refused_by_file_and_line() {
    let folder = Folder::new();
    let dir = copied(&folder);
    let at = dir.to_str().unwrap();
    let out = folder.run(&["pack", "check", at, "--currency", "CNY"]);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let said = String::from_utf8(out.stdout).unwrap();
    assert!(said.contains("the pack sanhao holds: 9 promises, 9 policies and "), "{said}");
    assert_eq!(folder.json(&["pack", "check", at]), json!([]));

    let broken = |args: &[&str]| {
        let out = folder.run(&[&["pack", "check", at, "--format", "json"][..], args].concat());
        assert_eq!(out.status.code(), Some(2));
        assert!(String::from_utf8(out.stderr).unwrap().contains("is not a pack that can be used"));
        serde_json::from_slice::<Value>(&out.stdout).unwrap()
    };
    // A market of another currency: the pack says so in its head, and every amount where it stands.
    let found = broken(&["--currency", "BRL"]);
    assert_eq!(
        (&found[0]["file"], &found[0]["line"], &found[0]["column"]),
        (&json!(format!("{at}/pack.toml")), &json!(3), &json!(12))
    );
    assert!(found.as_array().unwrap().len() > 20);
    // Two files broken are two complaints, each with what to write instead.
    let late = dir.join("policies/ship-late.toml");
    let text = std::fs::read_to_string(&late).unwrap();
    std::fs::write(&late, text.replace("late_hours > 0.0 ", "late_hour > 0.0 ")).unwrap();
    let stray = dir.join("promises/ship-qic.toml");
    std::fs::write(&stray, b"id = \"\xff\"").unwrap();
    let found = broken(&[]);
    let (first, second) = (&found[0], &found[1]);
    assert_eq!(
        (&first["file"], &first["line"], &first["instead"]),
        (&json!(format!("{at}/policies/ship-late.toml")), &json!(9), &json!("late_hours"))
    );
    assert_eq!(
        (&second["file"], &second["line"], &second["column"]),
        (&json!(format!("{at}/promises/ship-qic.toml")), &json!(1), &json!(7))
    );
    assert_eq!(found.as_array().unwrap().len(), 2, "{found}");
    let table = folder.run(&["pack", "check", at]);
    assert_eq!(table.status.code(), Some(2));
    assert!(String::from_utf8(table.stdout).unwrap().contains("policies/ship-late.toml:9:14"));

    for (args, said) in [
        (vec!["pack", "check", "absent"], "absent cannot be read"),
        (vec!["pack", "check", at, "--currency", "yuan"], "--currency"),
        (vec!["pack", "check"], "<DIR>"),
        (vec!["pack"], "Usage"),
    ] {
        let (code, text) = folder.refused(&args);
        assert_eq!(code, 2, "{args:?}: {text}");
        assert!(text.contains(said), "{args:?}: {text}");
    }
}

#[test]
fn the_packs_are_listed() {
    let list = Folder::new().json(&["pack", "list"]);
    let ids: Vec<_> = list.as_array().unwrap().iter().map(|pack| pack["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["sanhao", "douyin-2026"]);
    assert_eq!((&list[0]["currency"], &list[0]["scorecard"]), (&json!("CNY"), &json!("sanhao")));
    assert!(list[0]["policies"].as_array().unwrap().contains(&json!("ship-late@1")));
    assert!(list[1]["policies"].as_array().unwrap().contains(&json!("douyin-ship-late@2")));
}

const GRADED: &str = r#"
id = "graded"
version = 1
effective_from = "2018-01-01"
stage = "during"
subject = "shop"
title = { zh = "分级限单", en = "Graded cap" }
text = { zh = "晚发率达到一半。", en = "Half of the orders late." }
condition = "late >= 0.5"
inputs.late = { metric = "late_ship_rate" }
inputs.due = { metric = "late_ship_rate", part = "denominator" }

[[actions]]
kind = "order_cap"
days = 1

[[actions]]
kind = "hide"
days = 7
when = "due >= 5"
"#;

#[test]
fn a_rehearsed_hit_lasts_as_long_as_what_follows_from_it() {
    let folder = Folder::imported();
    let draft = folder.path("graded.toml");
    let run = |text: &str| {
        std::fs::write(&draft, text).unwrap();
        let found =
            folder.json(&["rehearse", draft.to_str().unwrap(), "--from", "2018-03-09", "--to", "2018-03-12"]);
        (found["episodes"].as_array().unwrap().len(), found["restricted_shop_days"].clone())
    };
    // Four orders are due: the longer action does not follow, and the cap of one day comes again every day.
    assert_eq!(run(GRADED), (4, json!(4)));
    assert_eq!(run(&GRADED.replace("due >= 5", "due >= 4")), (1, json!(7)));
    // What is judged by hand, or is no shop, cannot be rehearsed.
    let late = packs().join("sanhao/policies/ship-late.toml");
    let (code, text) =
        folder.refused(&["rehearse", late.to_str().unwrap(), "--from", "2018-03-09", "--to", "2018-03-12"]);
    assert_eq!(code, 2);
    assert!(text.contains("ship-late judges each order, and a rehearsal judges shops"), "{text}");
    let stop = packs().join("sanhao/policies/ship-late-stop.toml");
    let found =
        folder.json(&["rehearse", stop.to_str().unwrap(), "--from", "2018-03-01", "--to", "2018-03-31"]);
    assert_eq!(found["shops_hit"], 0);
}
