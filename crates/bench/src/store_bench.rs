//! Small write transactions from 64 clients: five statements, one of them a guarded stock update.
//!
//! SQLite against one thread that runs the same statements through rusqlite and commits 64 at a time. PostgreSQL
//! against `pgbench` with the same SQL, prepared, at 16 and at 64 clients, the better of the two, on spread rows and on
//! one hot row. Then a process is killed in the middle, on both engines: nothing lost, nothing doubled, nothing oversold.

use crate::cluster::Cluster;
use crate::harness::{median, pairs};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Db, Key, Keys, Query, Source, StoreError, Tx, WriteError, vals};

const CLIENTS: i64 = 64;
const SKUS: i64 = 10_000;
const PLENTY: i64 = 1_000_000_000;

store::migration! {
    context: "bench", number: 1, name: "orders",
    sql: "
create table bench_stock (sku bigint primary key, held bigint not null, on_hand bigint not null);
create table bench_order (
  id bigint primary key, buyer bigint not null, sku bigint not null, total bigint not null, placed_at bigint not null
);
create table bench_line (
  order_id bigint not null, line bigint not null, sku bigint not null, qty bigint not null, price bigint not null,
  primary key (order_id, line)
);
create table bench_entry (id bigint primary key, account bigint not null, minor bigint not null);
create table bench_event (id bigint primary key, kind text not null, body text not null);",
}

store::counter! {
    /// Units that are spoken for.
    STOCK: bench_stock[sku] held <= on_hand;
}

store::sql! {
    NEW_STOCK = "insert into bench_stock (sku, held, on_hand) values ($1, 0, $2)";
    ORDER = "insert into bench_order (id, buyer, sku, total, placed_at) values ($1, $2, $3, $4, $5)";
    LINE = "insert into bench_line (order_id, line, sku, qty, price) values ($1, $2, $3, $4, $5)";
    ENTRY = "insert into bench_entry (id, account, minor) values ($1, $2, $3)";
    EVENT = "insert into bench_event (id, kind, body) values ($1, $2, $3)";
    ORDERS = "select id from bench_order";
    TOTALS = "
select
  (select count(*) from bench_order),
  (select count(*) from bench_line),
  (select count(*) from bench_entry),
  (select count(*) from bench_event),
  (select cast(sum(held) as bigint) from bench_stock),
  (select count(*) from bench_stock where held > on_hand)";
}

const BODY: &str = r#"{"order":1,"lines":1,"goods":1999,"freight":500,"gmv":2499}"#;

/// One order, as a closure.
fn buy(tx: &mut Tx<'_>, id: i64, sku: i64) -> Result<(), No> {
    if !tx.take(&STOCK, sku, 1)? {
        return Err(No::SoldOut);
    }
    tx.insert(&ORDER, vals![id, id % 1000, sku, 2499, id])?;
    tx.insert(&LINE, vals![id, 1, sku, 1, 1999])?;
    tx.insert(&ENTRY, vals![id, id % 1000, 2499])?;
    tx.insert(&EVENT, vals![id, "order.placed", BODY])?;
    Ok(())
}

#[derive(Debug)]
enum No {
    SoldOut,
    Store(StoreError),
}
impl From<StoreError> for No {
    fn from(err: StoreError) -> Self {
        Self::Store(err)
    }
}

fn told(err: WriteError<No>) -> String {
    match err {
        WriteError::Refused(No::SoldOut) => "sold out".to_owned(),
        WriteError::Refused(No::Store(err)) | WriteError::Store(err) => err.to_string(),
    }
}

/// The same for pgbench: `:base` keeps its runs apart.
fn script(hot: bool) -> String {
    let sku = if hot { "\\set sku 1".to_owned() } else { format!("\\set sku random(1, {SKUS})") };
    format!(
        "\\set n :n + 1
\\set id :base + :client_id * 1000000000 + :n
\\set buyer :id % 1000
{sku}
begin;
update bench_stock set held = held + 1 where sku = :sku and held + 1 between 0 and on_hand;
insert into bench_order (id, buyer, sku, total, placed_at) values (:id, :buyer, :sku, 2499, :id);
insert into bench_line (order_id, line, sku, qty, price) values (:id, 1, :sku, 1, 1999);
insert into bench_entry (id, account, minor) values (:id, :buyer, 2499);
insert into bench_event (id, kind, body) values (:id, 'order.placed', '{BODY}');
commit;
"
    )
}

/// How the writes reach the rows.
#[derive(Clone, Copy, PartialEq)]
enum Rows {
    Spread,
    Hot,
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

static NEXT_ID: AtomicI64 = AtomicI64::new(1);
static LATENCIES: std::sync::Mutex<Vec<f64>> = std::sync::Mutex::new(Vec::new());

/// Acknowledged writes a second through the store, from 64 clients.
fn ours(db: &Db, rows: Rows, time: Duration) -> f64 {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let done = std::sync::Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let took = runtime.block_on(async {
        let mut clients = Vec::new();
        for client in 0..CLIENTS {
            let (db, done) = (db.clone(), std::sync::Arc::clone(&done));
            clients.push(tokio::spawn(async move {
                let mut state =
                    0x9e37_79b9_7f4a_7c15 ^ (client as u64 + 1).wrapping_mul(0xff51_afd7_ed55_8ccd);
                let mut latencies = Vec::new();
                while began.elapsed() < time {
                    let id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
                    let sku = match rows {
                        Rows::Hot => 1,
                        Rows::Spread => 1 + (random(&mut state) % SKUS as u64) as i64,
                    };
                    let sent = Instant::now();
                    db.write("buy", Key::counter(&STOCK, sku).into(), move |tx: &mut Tx<'_>| {
                        buy(tx, id, sku)
                    })
                    .await
                    .unwrap_or_else(|err| panic!("{}", told(err)));
                    latencies.push(sent.elapsed().as_secs_f64() * 1000.0);
                    done.fetch_add(1, Ordering::Relaxed);
                }
                latencies
            }));
        }
        let mut all = Vec::new();
        for client in clients {
            all.extend(client.await.unwrap());
        }
        let took = began.elapsed();
        *LATENCIES.lock().unwrap() = all;
        took
    });
    done.load(Ordering::Relaxed) as f64 / took.as_secs_f64()
}

fn percentile(p: f64) -> f64 {
    let mut all = LATENCIES.lock().unwrap();
    all.sort_by(f64::total_cmp);
    all.get(((all.len() as f64 * p) as usize).min(all.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// Small writes a second, spread over many rows, of the store alone; with `--postgres` on PostgreSQL.
pub(crate) fn bare(quick: bool) -> f64 {
    let dir = tempfile::tempdir().unwrap();
    let cluster = std::env::args().any(|arg| arg == "--postgres").then(Cluster::durable);
    let url = cluster.as_ref().map(|cluster| cluster.database("killed"));
    let db = Db::open(&source(dir.path(), url.as_deref())).unwrap();
    stock(&db, PLENTY);
    let time = Duration::from_secs(if quick { 1 } else { 4 });
    ours(&db, Rows::Spread, time / 2);
    ours(&db, Rows::Spread, time)
}

fn stock(db: &Db, on_hand: i64) {
    db.write_blocking("stock", Keys::bulk(), move |tx: &mut Tx<'_>| {
        for sku in 1..=SKUS {
            tx.insert(&NEW_STOCK, vals![sku, on_hand])?;
        }
        Ok::<_, No>(())
    })
    .unwrap();
}

/// One thread, prepared statements, 64 orders to a commit.
struct Raw {
    conn: rusqlite::Connection,
    id: i64,
}

impl Raw {
    fn open(dir: &Path) -> Self {
        // The tables are made by the store itself, so that both sides have the same.
        let db = Db::open(&Source::Dir(dir.to_owned())).unwrap();
        stock(&db, PLENTY);
        drop(db);
        let conn = rusqlite::Connection::open(dir.join("sanhao.db")).unwrap();
        conn.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 16000",
        )
        .unwrap();
        Self { conn, id: 0 }
    }

    fn run(&mut self, time: Duration) -> f64 {
        let began = Instant::now();
        let mut state = 88_172_645_463_325_252;
        let mut done = 0u64;
        let lite = |sql: &store::Sql| sql.text.replace('$', "?");
        let mut take = self.conn.prepare(&lite(&STOCK.take)).unwrap();
        let mut order = self.conn.prepare(&lite(&ORDER)).unwrap();
        let mut line = self.conn.prepare(&lite(&LINE)).unwrap();
        let mut entry = self.conn.prepare(&lite(&ENTRY)).unwrap();
        let mut event = self.conn.prepare(&lite(&EVENT)).unwrap();
        while began.elapsed() < time {
            self.conn.execute_batch("begin immediate").unwrap();
            for _ in 0..CLIENTS {
                self.id += 1;
                let (id, sku) = (self.id, 1 + (random(&mut state) % SKUS as u64) as i64);
                assert_eq!(take.execute((sku, 1)).unwrap(), 1);
                order.execute((id, id % 1000, sku, 2499, id)).unwrap();
                line.execute((id, 1, sku, 1, 1999)).unwrap();
                entry.execute((id, id % 1000, 2499)).unwrap();
                event.execute((id, "order.placed", BODY)).unwrap();
                done += 1;
            }
            self.conn.execute_batch("commit").unwrap();
        }
        done as f64 / began.elapsed().as_secs_f64()
    }
}

/// Transactions a second by pgbench's own count.
fn pgbench(cluster: &Cluster, url: &str, script: &Path, clients: u32, seconds: u64) -> f64 {
    static RUN: AtomicI64 = AtomicI64::new(1);
    let base = RUN.fetch_add(1, Ordering::Relaxed) * 1_000_000_000_000;
    let mut command = cluster.program("pgbench");
    command.args(["-n", "-M", "prepared", "-j", "2", "-c", &clients.to_string(), "-T", &seconds.to_string()]);
    command.args(["-D", "n=0", "-D", &format!("base={base}"), "-f"]).arg(script).arg(url);
    let output = command.output().expect("pgbench runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let tps =
        text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
    tps.unwrap_or_else(|| panic!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Everything fits together: one line, entry and event to an order, and as much taken as ordered.
fn whole(db: &Db) -> i64 {
    let t = db
        .read(|q| q.one(&TOTALS, &[], |row| (0..6).map(|i| row.int(i)).collect::<Result<Vec<_>, _>>()))
        .unwrap()
        .unwrap();
    assert!(t[..5].iter().all(|n| *n == t[0]), "orders, lines, entries, events, taken: {t:?}");
    assert_eq!(t[5], 0, "oversold");
    t[0]
}

const VICTIM: &str = "SANHAO_BENCH_VICTIM";
const VICTIM_URL: &str = "SANHAO_BENCH_VICTIM_URL";

fn source(dir: &Path, url: Option<&str>) -> Source {
    match url {
        Some(url) => Source::Postgres { url: url.to_owned(), dir: dir.to_owned() },
        None => Source::Dir(dir.to_owned()),
    }
}

/// The process that is killed: writes until then, a line for each acknowledged order.
fn victim(dir: &str) -> ! {
    let url = std::env::var(VICTIM_URL).ok();
    let db = Db::open(&source(Path::new(dir), url.as_deref())).unwrap();
    let threads: Vec<_> = (0..32i64)
        .map(|client| {
            let db = db.clone();
            std::thread::spawn(move || {
                for n in 1.. {
                    let (id, sku) = (n * 32 + client, 1 + (n * 7 + client) % 20);
                    let answer =
                        db.write_blocking("buy", Key::counter(&STOCK, sku).into(), move |tx: &mut Tx<'_>| {
                            buy(tx, id, sku)
                        });
                    match answer {
                        Ok(()) => std::io::stdout().write_all(format!("{id}\n").as_bytes()).unwrap(),
                        Err(WriteError::Refused(No::SoldOut)) => {}
                        Err(err) => panic!("{}", told(err)),
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        let _ = thread.join();
    }
    std::process::exit(1);
}

/// Kills a writing process after `answers` orders; returns (acknowledged, lost, doubled, oversold).
fn kill(dir: &Path, url: Option<&str>, answers: usize) -> (usize, usize, usize, i64) {
    let source = source(dir, url);
    let db = Db::open(&source).unwrap();
    // So few of each that the last ones are fought over.
    stock(&db, answers as i64 / 20);
    drop(db);
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["store"]).env(VICTIM, dir).env_remove(VICTIM_URL).stdout(Stdio::piped());
    if let Some(url) = url {
        child.env(VICTIM_URL, url);
    }
    let mut child = child.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said = BTreeSet::new();
    while said.len() < answers - answers / 50
        && let Some(line) = lines.next()
    {
        said.extend(line.parse::<i64>().ok());
    }
    child.kill().unwrap();
    said.extend(lines.filter_map(|line| line.parse::<i64>().ok()));
    child.wait().unwrap();
    let db = Db::open(&source).unwrap();
    whole(&db);
    let ids = db.read(|q| q.rows(&ORDERS, &[], |row| row.int(0))).unwrap();
    let there: BTreeSet<i64> = ids.iter().copied().collect();
    let oversold = db.read(|q| q.one(&TOTALS, &[], |row| row.int(5))).unwrap().unwrap();
    (said.len(), said.difference(&there).count(), ids.len() - there.len(), oversold)
}

pub(crate) fn run(quick: bool) -> serde_json::Value {
    if let Ok(dir) = std::env::var(VICTIM) {
        victim(&dir);
    }
    // pgbench counts in whole seconds; ours may be shorter when it has to be quick.
    let (time, seconds) = if quick { (Duration::from_millis(600), 1) } else { (Duration::from_secs(5), 5) };
    let tmp = tempfile::tempdir().unwrap();
    let dir = |name: &str| {
        let dir = tmp.path().join(name);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    };

    let db = Db::open(&Source::Dir(dir("ours"))).unwrap();
    stock(&db, PLENTY);
    let mut raw = Raw::open(&dir("raw"));
    let (a, b, sqlite_ratio) = pairs(5, || ours(&db, Rows::Spread, time / 2), || raw.run(time / 2));
    let (p50, p99) = (percentile(0.5), percentile(0.99));
    println!(
        "SQLite: {a:.0} writes/s from {CLIENTS} clients (p50 {p50:.1} ms, p99 {p99:.1} ms), {b:.0} by a raw loop: {sqlite_ratio:.2} of it"
    );
    let sqlite_orders = whole(&db);
    drop((db, raw));

    let cluster = Cluster::durable();
    let (mine, theirs) = (cluster.database("ours"), cluster.database("theirs"));
    let db = Db::open(&source(&dir("pg"), Some(&mine))).unwrap();
    stock(&db, PLENTY);
    let other = Db::open(&source(&dir("pg-theirs"), Some(&theirs))).unwrap();
    stock(&other, PLENTY);
    drop(other);
    let mut figures = Vec::new();
    for (rows, name) in [(Rows::Spread, "spread rows"), (Rows::Hot, "one hot row")] {
        let file = tmp.path().join(name);
        std::fs::write(&file, script(rows == Rows::Hot)).unwrap();
        let mut best: Vec<(f64, u32)> =
            [16, 64].into_iter().map(|c| (pgbench(&cluster, &theirs, &file, c, seconds), c)).collect();
        best.sort_by(|x, y| y.0.total_cmp(&x.0));
        let (fast, slow) = (best[0].1, best[1]);
        let mut latencies = Vec::new();
        let (a, b, ratio) = pairs(
            5,
            || {
                let rate = ours(&db, rows, time);
                latencies.push(percentile(0.99));
                rate
            },
            || pgbench(&cluster, &theirs, &file, fast, seconds),
        );
        println!(
            "PostgreSQL, {name}: {a:.0} writes/s from {CLIENTS} clients (p99 {:.1} ms), {b:.0} by pgbench at {fast} clients ({:.0} at {}): {ratio:.2} of it",
            median(&mut latencies),
            slow.0,
            slow.1
        );
        figures.push((a, b, ratio));
    }
    let postgres_orders = whole(&db);
    drop(db);

    let answers = if quick { 2_000 } else { 20_000 };
    let lite = kill(&dir("killed"), None, answers);
    let pg = kill(&dir("killed-pg"), Some(&cluster.database("killed")), answers);
    for (engine, (said, lost, doubled, oversold)) in [("SQLite", lite), ("PostgreSQL", pg)] {
        println!(
            "{engine}, killed: {said} acknowledged, {lost} lost, {doubled} doubled, {oversold} oversold"
        );
        assert_eq!((lost, doubled, oversold), (0, 0, 0));
    }
    serde_json::json!({
        "sqlite_writes_per_s": a.round(),
        "sqlite_raw_per_s": b.round(),
        "sqlite_ratio": sqlite_ratio,
        "sqlite_p99_ms": p99,
        "postgres_spread_per_s": figures[0].0.round(),
        "pgbench_spread_per_s": figures[0].1.round(),
        "postgres_spread_ratio": figures[0].2,
        "postgres_hot_per_s": figures[1].0.round(),
        "pgbench_hot_per_s": figures[1].1.round(),
        "postgres_hot_ratio": figures[1].2,
        "orders_checked": sqlite_orders + postgres_orders,
        "killed_acknowledged": lite.0 + pg.0,
        "killed_lost": lite.1 + pg.1,
        "killed_doubled": lite.2 + pg.2,
        "killed_oversold": lite.3 + pg.3,
    })
}
