//! Shops, products and orders as CSV files: out of one market and into another, and again.

use crate::crash::program;
use std::path::Path;
use std::process::Output;
use store::Engine;
use testkit::db::TestDb;

const SHEETS: [&str; 3] = ["shops", "products", "orders"];

fn run(test: &TestDb, args: &[&str]) -> Output {
    program(test.folder(), test.url()).args(args).output().unwrap()
}

#[track_caller]
fn ok(test: &TestDb, args: &[&str]) -> String {
    let run = run(test, args);
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

fn written(test: &TestDb, what: &str, dir: &Path, name: &str) -> String {
    let file = dir.join(format!("{name}-{what}.csv"));
    ok(test, &["export", what, file.to_str().unwrap()]);
    std::fs::read_to_string(file).unwrap()
}

/// A small market with products, history and staff.
fn market(engine: Engine) -> TestDb {
    let test = TestDb::closed(engine);
    ok(&test, &["demo-market", "--shops", "3", "--orders", "200"]);
    test
}

fn import<'a>(what: &'a str, file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["import", "csv", what, file];
    args.extend(more);
    args.extend(["--zone", "Asia/Shanghai", "--currency", "CNY", "--format", "json"]);
    args
}

fn report(text: &str) -> (u64, u64, u64) {
    let report: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(report["wrong"], serde_json::json!([]), "{report}");
    let count = |name: &str| report[name].as_u64().unwrap();
    (count("new"), count("known"), count("kept"))
}

fn goes_round(engine: Engine) {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (market(engine), TestDb::closed(engine));
    for what in SHEETS {
        let first = written(&from, what, dir.path(), "first");
        assert!(first.lines().count() > 3, "{what}: {first}");
        let file = dir.path().join(format!("first-{what}.csv"));
        let file = file.to_str().unwrap();
        let more: &[&str] = if what == "products" { &["--with-catalog"] } else { &[] };
        let (new, known, kept) = report(&ok(&to, &import(what, file, more)));
        assert!(new > 0 && (known, kept) == (0, 0), "{what}: {new} {known} {kept}");
        assert_eq!(written(&to, what, dir.path(), "again"), first, "{what}");
        // Once more it changes nothing, there and where it came from.
        assert_eq!(report(&ok(&to, &import(what, file, more))), (0, new, 0), "{what}");
        assert_eq!(written(&to, what, dir.path(), "thrice"), first, "{what}");
        assert_eq!(report(&ok(&from, &import(what, file, more))).0, 0, "{what}");
        assert_eq!(written(&from, what, dir.path(), "own"), first, "{what}");
    }
}

#[test]
fn what_comes_out_of_a_market_goes_into_an_empty_one_and_comes_out_the_same_on_sqlite() {
    goes_round(Engine::Sqlite);
}

#[test]
fn what_comes_out_of_a_market_goes_into_an_empty_one_and_comes_out_the_same_on_postgresql() {
    goes_round(Engine::Postgres);
}

#[test]
fn an_import_that_is_killed_is_completed_by_running_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (market(Engine::Sqlite), TestDb::closed(Engine::Sqlite));
    for what in SHEETS {
        let first = written(&from, what, dir.path(), "first");
        let file = dir.path().join(format!("first-{what}.csv"));
        let more: &[&str] = if what == "products" { &["--with-catalog"] } else { &[] };
        let args = import(what, file.to_str().unwrap(), more);
        // Killed a little later each time, until one comes to its end.
        let mut wait = 0;
        loop {
            let mut child = program(to.folder(), to.url())
                .args(&args)
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(std::time::Duration::from_millis(wait));
            if let Some(ended) = child.try_wait().unwrap() {
                assert!(ended.success(), "{what}: {ended}");
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            wait = wait * 3 / 2 + 40;
        }
        assert_eq!(written(&to, what, dir.path(), "again"), first, "{what}");
    }
}

#[test]
fn all_that_is_wrong_with_a_file_is_told_at_once_and_nothing_of_it_is_taken_in() {
    let dir = tempfile::tempdir().unwrap();
    let test = market(Engine::Sqlite);
    let before = written(&test, "products", dir.path(), "before");
    let shops = written(&test, "shops", dir.path(), "before");
    let shop = shops.lines().nth(1).unwrap().split(',').next().unwrap().to_owned();
    let row = before.lines().nth(1).unwrap();
    let category = row.split(',').nth(4).unwrap().to_owned();
    let file = dir.path().join("own.csv");
    let file_name = file.to_str().unwrap().to_owned();
    // As a program of sheets of another country writes it.
    let text = format!(
        "\u{feff}product;shop;category;title;ship;options;price;list_price;status\r\n\
         mug;{shop};{category};Mug;ship-48h;颜色=白;12,50;;draft\r\n\
         mug;{shop};{category};Mug;ship-48h;颜色=黑;cheap;;draft\r\n\
         pot;shp_1;{category};Pot;ship-48h;;30;20;draft\r\n\
         jar;{shop};no.such;Jar;ship-48h;;30;;sold\r\n\
         cup;{shop};{category};Cup;ship-48h;;9,90;;draft\r\n"
    );
    std::fs::write(&file, text).unwrap();
    let refused = run(&test, &["import", "csv", "products", &file_name]);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8(refused.stderr).unwrap();
    for part in [
        "line 3, column price, \"cheap\": write an amount of CNY such as 123.45",
        "line 4, column shop, \"shp_1\"",
        "line 5, column status, \"sold\": choose one of draft, on, off, banned",
        "5 rows: 0 new",
        "nothing was taken in",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(written(&test, "products", dir.path(), "same"), before);
    // What is right comes in if that is asked for: once, and under the same id each time.
    let valid = ["import", "csv", "products", &file_name, "--valid-rows", "--format", "json"];
    let first: serde_json::Value = serde_json::from_str(&ok(&test, &valid)).unwrap();
    assert_eq!((&first["new"], &first["known"]), (&1.into(), &0.into()), "{first}");
    let again: serde_json::Value = serde_json::from_str(&ok(&test, &valid)).unwrap();
    assert_eq!((&again["new"], &again["known"]), (&0.into(), &1.into()), "{again}");
    let after = written(&test, "products", dir.path(), "after");
    assert!(after.contains("Cup") && !after.contains("Mug"), "{after}");
}
