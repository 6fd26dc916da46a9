//! `check`, from the command line: a sound market, and one that somebody meddled with.

use crate::folder::Folder;
use serde_json::Value;

#[test]
fn a_market_that_somebody_meddled_with_is_told_where_and_ends_with_an_error() {
    let folder = Folder::new();
    let made = folder.run(&["demo-market", "--shops", "2", "--orders", "50"]);
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let sound = folder.run(&["check"]);
    let text = String::from_utf8(sound.stdout).unwrap();
    assert_eq!(sound.status.code(), Some(0), "{text}");
    assert!(text.ends_with("everything agrees\n"), "{text}");
    assert_eq!(folder.json(&["check"])["faults"], Value::Array(Vec::new()));

    let sql = "update warehouse_stock set stocked = stocked + 1 where shelf = (select min(shelf) from warehouse_stock)";
    let meddled = rusqlite::Connection::open(folder.data().join("sanhao.db")).unwrap().execute(sql, []);
    assert!(meddled.unwrap() > 0);
    let out = folder.run(&["check"]);
    let (told, why) = (String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap());
    assert_eq!(out.status.code(), Some(1), "{told}{why}");
    assert!(why.contains("one thing does not agree") && !told.contains("everything agrees"), "{told}{why}");
    let out = folder.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_slice(&out.stdout).unwrap();
    let faults = report["faults"].as_array().unwrap();
    assert!(!faults.is_empty() && faults.iter().all(|fault| fault["where"] == "stock"), "{faults:?}");
    let csv = String::from_utf8(folder.run(&["check", "--format", "csv"]).stdout).unwrap();
    assert_eq!(csv.lines().count(), 1 + faults.len(), "{csv}");

    let mended = folder.run(&["check", "--rebuild-stock"]);
    let why = String::from_utf8(mended.stderr).unwrap();
    // On a busy machine the log says before it that a write took long.
    assert_eq!(
        (mended.status.code(), why.lines().last()),
        (Some(0), Some("1 stock figures were set to what their movements say"))
    );
    assert_eq!(folder.run(&["check"]).status.code(), Some(0));
}
