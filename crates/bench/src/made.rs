//! Generated histories as files: made once, kept for the next benchmark that asks for the same.

use kernel::Date;
use lake::Bulk;
use serde_json::{Value, json};
use sim::history::{Plan, facts};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Over how many days the histories run.
pub(crate) const DAYS: u32 = 365;

/// A year of a market.
pub(crate) fn plan(orders: u64, shops: u32) -> Plan {
    Plan {
        seed: 618,
        shops,
        orders,
        days: DAYS,
        from: Date::constant(2025, 1, 1),
        zone: "Asia/Shanghai".parse().expect("a zone"),
        currency: "CNY".parse().expect("a currency"),
        until: None,
    }
}

/// The folder of build output, where what is made once is kept.
pub(crate) fn kept() -> PathBuf {
    let exe = std::env::current_exe().expect("this program");
    exe.parent().and_then(Path::parent).expect("a target folder").join("bench-lake")
}

/// The files, and how making them went. Those of the full size are kept for the next time.
pub(crate) fn data(plan: &Plan, quick: bool) -> (PathBuf, Value) {
    // Other columns, other files.
    let columns = kernel::fact::all().iter().fold(0u32, |hash, spec| {
        let names = spec.columns.iter().flat_map(|c| c.name.bytes());
        spec.kind.bytes().chain(names).fold(hash, |hash, b| hash.rotate_left(5) ^ u32::from(b))
    });
    let dir = kept().join(format!("{}-{}-{DAYS}-{columns:08x}", plan.orders, plan.shops));
    let note = dir.join("made.json");
    if !quick && let Ok(text) = std::fs::read_to_string(&note) {
        return (dir, serde_json::from_str(&text).expect("a note"));
    }
    let _ = std::fs::remove_dir_all(&dir);
    let started = Instant::now();
    let mut bulk = Bulk::new(&dir).expect("a folder");
    for fact in facts(plan).expect("a sound plan") {
        bulk.push(&fact).expect("a fact");
    }
    let snapshot = bulk.finish(govern::relations()).expect("the files");
    let seconds = started.elapsed().as_secs_f64();
    let bytes: u64 = std::fs::read_dir(&dir)
        .expect("the folder")
        .flatten()
        .filter_map(|f| f.metadata().ok())
        .map(|m| m.len())
        .sum();
    let made = json!({
        "facts": snapshot.facts(),
        "files": snapshot.files(),
        "mib": bytes >> 20,
        "facts_per_second": (snapshot.facts() as f64 / seconds).round(),
    });
    eprintln!("made in {seconds:.1} s: {made}");
    std::fs::write(note, made.to_string()).expect("a note");
    (dir, made)
}
