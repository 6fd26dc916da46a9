//! `score`: the score of every shop of a generated market on one day and on every day of a year, and of every shop of
//! the Olist import (with `SANHAO_REALDATA`) on every day of 2017 and 2018, by the production scorer over the files.
//! Each figure comes with its share of the limit that it must keep; every part runs in a process of its own.

use crate::harness::{median, peak_mib};
use crate::made::{data, plan};
use govern::scorecard::{self, Scorecard, each_day};
use kernel::{Ask, Date, Market, Quiet};
use lake::{Bulk, Lake};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use store::{Db, Source};

/// Seconds for one day of 100,000 shops and 20 million orders; for the year; for Olist; and MiB.
const LIMITS: [(&str, f64); 4] = [("day", 10.0), ("year", 300.0), ("olist", 5.0), ("peak_mib", 4_096.0)];

/// Set in a child: which part it plays.
const PART: &str = "SANHAO_BENCH_SCORE";
/// Set in a child: the folder it reads.
const FOLDER: &str = "SANHAO_BENCH_SCORE_DIR";

fn card() -> &'static Scorecard {
    scorecard::newest("sanhao").expect("the default scorecard")
}

pub(crate) fn run(quick: bool) -> Value {
    let (orders, shops) = if quick { (1_000_000, 5_000) } else { (20_000_000, 100_000) };
    let plan = plan(orders, shops);
    if let (Ok(part), Some(dir)) = (std::env::var(PART), std::env::var_os(FOLDER)) {
        println!("{}", play(&part, Path::new(&dir), &plan.market()));
        std::process::exit(0);
    }
    let (dir, made) = data(&plan, quick);
    let rounds = if quick { 3 } else { 5 };
    let days: Vec<Value> = (0..rounds).map(|_| child("day", &dir, quick)).collect();
    let year = child("year", &dir, quick);
    assert!(
        days.iter().all(|day| day["last_hash"] == year["last_hash"]),
        "the last day of the year is the day on its own"
    );
    let olist = std::env::var_os("SANHAO_REALDATA").map(|data| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        imported(&PathBuf::from(data).join("olist"), folder.path());
        let runs: Vec<Value> = (0..rounds).map(|_| child("olist", folder.path(), quick)).collect();
        let seconds = middle(&runs, "seconds");
        json!({ "seconds": seconds, "of_limit": seconds / LIMITS[2].1, "scores": runs[0]["scores"] })
    });
    let (day, peak) = (middle(&days, "seconds"), year["peak_mib"].as_f64().unwrap_or(f64::NAN));
    let year_seconds = year["seconds"].as_f64().unwrap_or(f64::NAN);
    let share = |seconds: f64, limit: f64| (seconds / limit * 1_000.0).round() / 1_000.0;
    json!({
        "orders": orders, "shops": shops, "facts": made["facts"], "files_mib": made["mib"],
        "scorecard": card().name(),
        "day_seconds": day, "day_of_limit": share(day, LIMITS[0].1), "day_scores": days[0]["scores"],
        "day_peak_mib": middle(&days, "peak_mib"),
        "year_seconds": year_seconds, "year_of_limit": share(year_seconds, LIMITS[1].1),
        "year_scores": year["scores"], "year_peak_mib": peak, "peak_of_limit": share(peak, LIMITS[3].1),
        "olist": olist,
    })
}

fn middle(runs: &[Value], figure: &str) -> f64 {
    median(&mut runs.iter().filter_map(|run| run[figure].as_f64()).collect::<Vec<_>>())
}

/// One part, measured from opening the files to the last score.
fn play(part: &str, dir: &Path, market: &Market) -> Value {
    let (first, last) = (Date::constant(2025, 1, 1), Date::constant(2025, 12, 31));
    match part {
        "olist" => {
            let started = Instant::now();
            let db = Db::open_read(&Source::Dir(dir.to_owned())).expect("the market");
            let market = db.read(|q| store::market::get(q)).expect("the store").expect("a market");
            let lake = Lake::open(db, &dir.join("lake"), govern::relations()).expect("the lake");
            let snapshot = lake.snapshot().expect("a snapshot");
            let (from, to) = (Date::constant(2017, 1, 1), Date::constant(2018, 12, 31));
            scores(&*snapshot, &market, None, from, to, started)
        }
        part => {
            let started = Instant::now();
            let ask = Bulk::open(dir, govern::relations()).expect("the files");
            let from = if part == "day" { last } else { first };
            scores(&ask, market, Some(card()), from, last, started)
        }
    }
}

fn scores(
    ask: &dyn Ask,
    market: &Market,
    card: Option<&'static Scorecard>,
    from: Date,
    to: Date,
    started: Instant,
) -> Value {
    let (mut count, mut hash, mut last) = (0u64, 0u64, 0u64);
    each_day(ask, market, card, from, to, &Quiet, &mut |day| {
        last = 0;
        for line in &day.lines {
            let raw = line.raw.map_or(-1, |raw| raw.0);
            count += u64::from(line.raw.is_some());
            let one = (raw as u64 ^ (line.shop as u64).rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            last = last.wrapping_add(one ^ (one >> 29));
        }
        hash = hash.rotate_left(1) ^ last;
        Ok(())
    })
    .expect("scores");
    let seconds = started.elapsed().as_secs_f64();
    let figures = json!({ "seconds": seconds, "scores": count, "last_hash": format!("{last:x}"),
        "all": format!("{hash:x}"), "peak_mib": peak_mib().round() });
    eprintln!("{from} to {to}: {figures}");
    figures
}

/// Imports the Olist files with the program's own code.
fn imported(files: &Path, dir: &Path) {
    let checked = flows::import::olist::check(files, &Quiet).expect("sound Olist files");
    let db = Db::open(&Source::Dir(dir.to_owned())).expect("a database");
    flows::import::olist::apply(&db, &checked, &Quiet).expect("the import");
    let lake = Lake::open(db, &dir.join("lake"), govern::relations()).expect("a lake");
    lake.catch_up(&Quiet).expect("the lake catches up");
}

fn child(part: &str, dir: &Path, quick: bool) -> Value {
    // Whatever a build puts in its place meanwhile, this is the program that runs.
    let mut command = Command::new("/proc/self/exe");
    command.args(["score", if quick { "--quick" } else { "--full" }]).env(PART, part).env(FOLDER, dir);
    let out = command.stderr(std::process::Stdio::inherit()).output().expect("a child process");
    let text = String::from_utf8_lossy(&out.stdout);
    serde_json::from_str(text.lines().last().unwrap_or_default())
        .unwrap_or_else(|_| panic!("{part} ended with {} and said: {text}", out.status))
}
