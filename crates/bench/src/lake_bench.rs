//! `lake`: the 30-day late-ship rate of every shop on every local day over a generated history, by the shipped metric
//! file through the production path, against DuckDB with the best SQL we know on the same files. Each side runs in a
//! process of its own, in turn.

use crate::harness::{median, pairs, peak_mib};
use crate::made::{self, DAYS, data, kept};
use kernel::{Ask, Date, Moment, Quiet};
use lake::{Bulk, Lake};
use serde_json::{Value, json};
use sim::history::Plan;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use store::{Db, Source};

const METRIC: &str = "late_ship_rate";

struct Size {
    orders: u64,
    shops: u32,
    rounds: usize,
}

/// Set in the child that plays our side: the folder and the size.
const SIDE: &str = "SANHAO_BENCH_LAKE";

pub(crate) fn run(quick: bool) -> Value {
    let size = if quick {
        Size { orders: 2_000_000, shops: 10_000, rounds: 5 }
    } else {
        Size { orders: 20_000_000, shops: 100_000, rounds: 5 }
    };
    let plan = plan(&size);
    if let Some(dir) = std::env::var_os(SIDE) {
        // The parent reads one line from this child and nothing else.
        println!("{}", ours(Path::new(&dir), &plan));
        std::process::exit(0);
    }
    let python = python();
    let (dir, made) = data(&plan, quick);
    let (first, threads) = (ends(&plan)[0].plus_days(-1).plus_micros(1), threads());
    let (a, b) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
    let side = |name: &str, told: &RefCell<Vec<Value>>, command: &mut Command| {
        let answer = child(command);
        eprintln!("{name}: {answer}");
        let seconds = answer["seconds"].as_f64().expect("seconds");
        told.borrow_mut().push(answer);
        seconds
    };
    let (ours, theirs, ratio) = pairs(
        size.rounds,
        || {
            // Whatever a build puts in its place meanwhile, this is the program that runs.
            let mut command = Command::new("/proc/self/exe");
            command.args(["lake", if quick { "--quick" } else { "--full" }]).env(SIDE, &dir);
            side("sanhao", &a, &mut command)
        },
        || {
            let mut command = Command::new(&python);
            command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/lake_duckdb.py")).arg(&dir);
            for number in [first.micros(), i64::from(DAYS), i64::from(size.shops), threads as i64] {
                command.arg(number.to_string());
            }
            side("duckdb", &b, &mut command)
        },
    );
    let (a, b) = (a.into_inner(), b.into_inner());
    for answer in a.iter().chain(&b) {
        assert_eq!(
            (&answer["count"], &answer["hash"]),
            (&a[0]["count"], &a[0]["hash"]),
            "both sides answer the same"
        );
    }
    let peak = |all: &[Value]| {
        median(&mut all.iter().filter_map(|answer| answer["peak_mib"].as_f64()).collect::<Vec<_>>()).round()
    };
    let round = |x: f64| (x * 1_000.0).round() / 1_000.0;
    let log = from_log();
    json!({
        "from_log": log,
        "orders": size.orders,
        "shops": size.shops,
        "days": DAYS,
        "facts": made["facts"],
        "files": made["files"],
        "file_mib": made["mib"],
        "facts_per_second_written": made["facts_per_second"],
        "rows": a[0]["count"],
        "hash": a[0]["hash"],
        "seconds": round(ours),
        "duckdb_seconds": round(theirs),
        "ratio": round(ratio),
        "peak_mib": peak(&a),
        "duckdb_peak_mib": peak(&b),
        "duckdb_version": b[0]["version"],
    })
}

fn plan(size: &Size) -> Plan {
    made::plan(size.orders, size.shops)
}

fn ends(plan: &Plan) -> Vec<Moment> {
    // 365 days.
    plan.market().day_ends(plan.from, Date::constant(2025, 12, 31))
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get).max(2)
}

/// Our side: opens the files, asks for the series, counts and hashes what came.
fn ours(dir: &Path, plan: &Plan) -> Value {
    let ends = ends(plan);
    let metric = govern::metric::named(METRIC).expect("the metric");
    let started = Instant::now();
    let ask = Bulk::open(dir, govern::relations()).expect("the lake");
    let grid = govern::metric::series(&ask, metric, &ends, None).expect("a series");
    let read = started.elapsed().as_secs_f64();
    let (mut count, mut hash) = (0_i64, 0_i64);
    grid.each(|row| {
        let cell = row.shop * i64::from(DAYS) + row.day as i64;
        count += 1;
        hash += (cell % 9973 + 1) * (row.num * 31 + row.den * 17 + 1);
    });
    let seconds = started.elapsed().as_secs_f64();
    json!({ "seconds": seconds, "series": read, "count": count, "hash": hash, "peak_mib": peak_mib() })
}

/// The way from the log: how quickly the lake catches up, reads what it has not caught up with, opens and answers.
fn from_log() -> Value {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let db = Db::open(&Source::Dir(dir.path().to_owned())).expect("a database");
    let plan = plan(&Size { orders: 60_000, shops: 1_000, rounds: 1 });
    let facts = sim::history::write(&db, &plan, &Quiet).expect("a history in the log") as f64;
    let open = || {
        let lake = Lake::open(db.clone(), &dir.path().join("lake"), govern::relations()).expect("a lake");
        let snapshot = lake.snapshot().expect("a snapshot");
        (lake, snapshot)
    };
    let (clock, mut laps) = (Instant::now(), Vec::new());
    let mut lap = || {
        let before: f64 = laps.iter().sum();
        let seconds = clock.elapsed().as_secs_f64() - before;
        laps.push(seconds);
        seconds
    };
    let (lake, tail) = open();
    let decoded = lap();
    lake.catch_up(&Quiet).expect("the lake catches up");
    let caught = lap();
    drop((lake, tail));
    lap();
    let (_lake, snapshot) = open();
    let opened = lap();
    snapshot.rows("select count(*), max(at) from order_placed", &[]).expect("an answer");
    let first = lap();
    let metrics: Vec<_> = govern::metric::catalogue().iter().collect();
    let at = ends(&plan)[200];
    govern::metric::as_of(&*snapshot, &metrics, at, None).expect("readings");
    let all = lap();
    govern::metric::as_of(&*snapshot, &metrics, at, Some(7)).expect("readings");
    let one = lap();
    let millis = |seconds: f64| (seconds * 10_000.0).round() / 10.0;
    json!({
        "facts": facts,
        "tail_facts_per_second": (facts / decoded).round(),
        "caught_up_facts_per_second": (facts / caught).round(),
        "open_ms": millis(opened),
        "first_answer_ms": millis(first),
        "metrics_of_all_shops_ms": millis(all),
        "metrics_of_a_shop_ms": millis(one),
    })
}

fn child(command: &mut Command) -> Value {
    let out = command.stderr(std::process::Stdio::inherit()).output().expect("a child process");
    let text = String::from_utf8_lossy(&out.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last)
        .unwrap_or_else(|_| panic!("{command:?} ended with {} and said: {text}", out.status))
}

/// A Python that has DuckDB: the newest there is when it is first wanted.
fn python() -> PathBuf {
    let venv = kept().join("venv");
    let python = venv.join("bin/python");
    let has = |python: &Path| {
        let tried = Command::new(python).args(["-c", "import duckdb"]).output();
        tried.is_ok_and(|out| out.status.success())
    };
    if !has(&python) {
        let run = |command: &mut Command| {
            let status = command.stdout(std::process::Stdio::null()).status();
            assert!(
                status.is_ok_and(|s| s.success()),
                "{command:?} failed; the comparison needs Python 3 and DuckDB"
            );
        };
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--upgrade", "duckdb"]));
    }
    python
}
