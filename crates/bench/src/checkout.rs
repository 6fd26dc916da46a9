//! Full buying over HTTP by 32 buyers, each with one thing to do after the other: add, address, price, place, pay.
//!
//! The server is the real program in a process of its own, durable. An order counts when it is paid: the run ends when every
//! placed purchase has its money, and that time counts.

use crate::buyers::{Buyer, Ground, Size, now};
use crate::http::{Client, Latencies};
use crate::served::Served;
use sim::store::Stocked;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::{Db, log};

const BUYERS: usize = 32;

/// The steps of buying, as they are timed.
const STEPS: [&str; 5] = ["add", "address", "quote", "place", "pay"];

/// What one run came to.
pub(crate) struct Run {
    pub(crate) orders: u64,
    pub(crate) seconds: f64,
    pub(crate) latencies: Latencies,
    steps: [Latencies; 5],
    /// From the last answer until the last money.
    lag: f64,
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// One request of a buyer, which must succeed.
async fn ask<'c>(
    client: &'c mut Client,
    buyer: &Buyer,
    key: &mut u64,
    (method, path, body): (&str, &str, &str),
) -> crate::http::Answer<'c> {
    *key += 1;
    let headers = if method == "GET" {
        buyer.signed.clone()
    } else {
        format!("{}content-type: application/json\r\nidempotency-key: b{key:x}\r\n", buyer.signed)
    };
    client.send(method, path, &headers, body).await
}

fn fine(answer: &crate::http::Answer<'_>, what: &str) {
    assert!((200..300).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
}

/// Buys one unit; how long each step took, or nothing if it is sold out.
async fn buy(client: &mut Client, buyer: &Buyer, key: &mut u64, goods: Stocked) -> Option<[Duration; 5]> {
    let mut took = [Duration::ZERO; 5];
    let mut since = Instant::now();
    let mut lap = |step: usize| {
        took[step] = since.elapsed();
        since = Instant::now();
    };
    let sku = goods.sku;
    let body = format!("{{\"sku\":\"{sku}\",\"quantity\":1}}");
    let answer = ask(client, buyer, key, ("POST", "/api/store/cart/lines", &body)).await;
    fine(&answer, "add");
    lap(0);
    let answer = ask(client, buyer, key, ("GET", "/api/store/account/addresses", "")).await;
    fine(&answer, "address");
    lap(1);
    let body = format!("{{\"skus\":[\"{sku}\"],\"address\":\"{}\"}}", buyer.address);
    let answer = ask(client, buyer, key, ("POST", "/api/store/quotes", &body)).await;
    if answer.status == 409 {
        return None;
    }
    fine(&answer, "quote");
    let quote = answer.field("quote").expect("a quote").to_owned();
    lap(2);
    let body = format!("{{\"quote\":\"{quote}\"}}");
    let answer = ask(client, buyer, key, ("POST", "/api/store/purchases", &body)).await;
    if answer.status == 409 {
        return None;
    }
    fine(&answer, "place");
    let path = format!("/api/store/purchases/{}/payments", answer.field("purchase").expect("a purchase"));
    lap(3);
    let body = "{\"provider\":\"sandbox\",\"script\":\"ok\"}";
    let answer = ask(client, buyer, key, ("POST", &path, body)).await;
    fine(&answer, "pay");
    lap(4);
    Some(took)
}

/// Which goods a buyer takes next.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Aim {
    Spread,
    Hot,
}

/// How many purchases have their money, by the log.
pub(crate) struct Paid {
    db: Db,
    at: log::Position,
    pub(crate) count: u64,
}

impl Paid {
    pub(crate) fn new(ground: &Ground) -> Self {
        let db = Db::open_read(&ground.source()).unwrap();
        let at = db.read(|q| log::head(q)).unwrap();
        Self { db, at, count: 0 }
    }
    /// Reads on; how many more.
    pub(crate) fn read(&mut self) -> u64 {
        let before = self.count;
        loop {
            let some = self.db.read(|q| log::after(q, self.at, 5_000)).unwrap();
            let Some(last) = some.last() else { return self.count - before };
            self.at = last.position;
            self.count += some.iter().filter(|entry| entry.record.spec.kind == "order.paid").count() as u64;
        }
    }
}

/// Lets the buyers buy for a time, then waits until all is paid.
pub(crate) fn run(
    served: &Served,
    ground: &Ground,
    paid: &mut Paid,
    (aim, time, run): (Aim, Duration, u64),
) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (goods, at) = (Arc::new(ground.goods.clone()), served.at.clone());
    let began = Instant::now();
    let placed = Arc::new(AtomicU64::new(0));
    let (mut latencies, mut steps) = (Latencies::default(), <[Latencies; 5]>::default());
    let already = paid.count;
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for (n, buyer) in ground.buyers.iter().take(BUYERS).cloned().enumerate() {
            let (goods, at, placed) = (Arc::clone(&goods), at.clone(), Arc::clone(&placed));
            tasks.push(tokio::spawn(async move {
                let mut client = Client::connect(&at).await;
                let mut state =
                    0x9e37_79b9_7f4a_7c15 ^ (run << 32) ^ (n as u64 + 1).wrapping_mul(0xff51_afd7_ed55_8ccd);
                let mut key = (run << 48) | (n as u64) << 32;
                let (mut whole, mut steps) = (Latencies::default(), <[Latencies; 5]>::default());
                while began.elapsed() < time {
                    let one = match aim {
                        Aim::Hot => goods[goods.len() / 2],
                        Aim::Spread => goods[(random(&mut state) % goods.len() as u64) as usize],
                    };
                    let began = Instant::now();
                    let took = buy(&mut client, &buyer, &mut key, one).await.expect("there is enough");
                    whole.add(began.elapsed());
                    for (step, took) in steps.iter_mut().zip(took) {
                        step.add(took);
                    }
                    placed.fetch_add(1, Ordering::Relaxed);
                }
                (whole, steps)
            }));
        }
        for task in tasks {
            let (whole, of_steps) = task.await.unwrap();
            latencies.join(whole);
            for (all, one) in steps.iter_mut().zip(of_steps) {
                all.join(one);
            }
        }
    });
    let answered = Instant::now();
    let orders = placed.load(Ordering::Relaxed);
    let patience = Instant::now() + Duration::from_secs(120);
    loop {
        paid.read();
        if paid.count - already >= orders {
            break;
        }
        assert!(
            Instant::now() < patience,
            "{} of {orders} orders were never paid",
            orders + already - paid.count
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let (seconds, lag) = (began.elapsed().as_secs_f64(), answered.elapsed().as_secs_f64());
    Run { orders, seconds, latencies, steps, lag }
}

/// Small writes a second of the store alone, from the bench of the store.
fn bare(quick: bool, postgres: bool) -> f64 {
    let mut bench = std::process::Command::new(std::env::current_exe().unwrap().with_file_name("bench"));
    bench.arg("bare").args(quick.then_some("--quick")).args(postgres.then_some("--postgres"));
    let output = bench.output().expect("the bench of the store runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::NAN)
}

/// The size of the catalog that is bought from.
pub(crate) fn size(quick: bool) -> Size {
    let products = if quick { 400 } else { 5_000 };
    Size { shops: 40, products, units: 1_000_000, buyers: BUYERS }
}

pub(crate) fn bench(quick: bool, postgres: bool) -> serde_json::Value {
    let engine = if postgres { "PostgreSQL" } else { "SQLite" };
    println!("checkout on {engine}: {BUYERS} buyers in a closed loop, over HTTP, durable");
    let ground = Ground::make(postgres, "checkout", size(quick));
    let bare = bare(quick, postgres);
    let mut paid = Paid::new(&ground);
    let served = Served::start(ground.dir.path(), ground.url.as_deref());
    std::thread::sleep(Duration::from_secs(1));
    let idle = served.rss();
    let warm = Duration::from_secs(if quick { 1 } else { 3 });
    run(&served, &ground, &mut paid, (Aim::Spread, warm, 1));
    let rounds = if quick { 1 } else { 3 };
    let time = Duration::from_secs(if quick { 5 } else { 15 });
    let mut rates = Vec::new();
    let mut last = None;
    for round in 0..rounds {
        let cpu = served.cpu();
        let mut one = run(&served, &ground, &mut paid, (Aim::Spread, time, 10 + round));
        let cpu = (served.cpu() - cpu) * 1000.0 / one.orders as f64;
        let rate = one.orders as f64 / one.seconds;
        let (p50, p99) = (one.latencies.percentile(0.5), one.latencies.percentile(0.99));
        println!(
            "  {rate:.0} orders/s  whole purchase p50 {p50:.1} ms p99 {p99:.1} ms  server {cpu:.2} CPU ms an order  last money after {:.2} s",
            one.lag
        );
        rates.push(rate);
        last = Some((one, cpu));
    }
    let loaded = served.peak();
    let orders_before = paid.count;
    let (statements, slow) = served.stop();
    let rate = crate::harness::median(&mut rates);
    let (mut one, cpu) = last.expect("a round");
    let mut steps = serde_json::Map::new();
    let mut worst = 0.0_f64;
    for (name, step) in STEPS.iter().zip(&mut one.steps) {
        let (p50, p99) = (step.percentile(0.5), step.percentile(0.99));
        worst = worst.max(p99);
        println!("    {name:8} p50 {p50:6.2} ms  p99 {p99:6.2} ms");
        steps.insert((*name).to_owned(), serde_json::json!({ "p50_ms": p50, "p99_ms": p99 }));
    }
    let an_order = statements.map(|statements| statements as f64 / orders_before.max(1) as f64);
    let share = rate / bare * 100.0;
    println!("  {rate:.0} orders/s: {share:.0} % of the bare store's {bare:.0} small writes/s");
    println!(
        "  memory {idle:.0} MB idle, {loaded:.0} MB at most; {} statements an order",
        an_order.map_or("?".to_owned(), |n| format!("{n:.1}"))
    );
    for (name, count) in slow {
        println!("  slow writes: {name} {count} times");
    }
    serde_json::json!({
        "engine": engine,
        "at": now().micros(),
        "orders_per_second": rate,
        "request_p99_ms": worst,
        "purchase_p50_ms": one.latencies.percentile(0.5),
        "purchase_p99_ms": one.latencies.percentile(0.99),
        "steps": steps,
        "idle_mb": idle,
        "loaded_mb": loaded,
        "statements_an_order": an_order,
        "server_cpu_ms_an_order": cpu,
        "share_of_bare_store_percent": share,
    })
}

/// Many buyers, few units; then one thing for everybody against many things.
pub(crate) fn hot(quick: bool, postgres: bool) -> serde_json::Value {
    const RACERS: usize = 500;
    const UNITS: i64 = 1_000;
    let engine = if postgres { "PostgreSQL" } else { "SQLite" };
    println!("hot on {engine}: {RACERS} buyers race for {UNITS} units, then a sale of one thing");
    let racers = if quick { 60 } else { RACERS };
    let units = if quick { 100 } else { UNITS };
    let race = Ground::make(postgres, "ours", Size { shops: 1, products: 1, units, buyers: racers });
    let mut paid = Paid::new(&race);
    let served = Served::start(race.dir.path(), race.url.as_deref());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let began = Instant::now();
    let sold: u64 = runtime.block_on(async {
        let mut tasks = Vec::new();
        for (n, buyer) in race.buyers.iter().cloned().enumerate() {
            let (at, one) = (served.at.clone(), race.goods[0]);
            tasks.push(tokio::spawn(async move {
                let mut client = Client::connect(&at).await;
                let mut key = (n as u64) << 32;
                let mut sold = 0u64;
                while buy(&mut client, &buyer, &mut key, one).await.is_some() {
                    sold += 1;
                }
                sold
            }));
        }
        let mut sold = 0;
        for task in tasks {
            sold += task.await.unwrap();
        }
        sold
    });
    let took = began.elapsed().as_secs_f64();
    while paid.count < sold {
        paid.read();
        std::thread::sleep(Duration::from_millis(20));
    }
    println!("  {sold} of {units} units sold to {racers} buyers in {took:.1} s, all paid");
    assert_eq!(sold, units as u64, "exactly what was there is sold");
    served.stop();
    drop((paid, race));

    let ground = Ground::make(postgres, "theirs", size(quick));
    let mut paid = Paid::new(&ground);
    let served = Served::start(ground.dir.path(), ground.url.as_deref());
    let time = Duration::from_secs(if quick { 3 } else { 8 });
    run(&served, &ground, &mut paid, (Aim::Spread, time / 4, 1));
    let mut number = 10;
    let mut rate = |aim: Aim| {
        number += 1;
        let one = run(&served, &ground, &mut paid, (aim, time, number));
        one.orders as f64 / one.seconds
    };
    let rounds = if quick { 1 } else { 5 };
    let (hot, spread, ratio) = {
        let rate = std::cell::RefCell::new(&mut rate);
        crate::harness::pairs(rounds, || rate.borrow_mut()(Aim::Hot), || rate.borrow_mut()(Aim::Spread))
    };
    println!("  one SKU {hot:.0} orders/s, spread {spread:.0} orders/s: {:.0} %", ratio * 100.0);
    served.stop();
    serde_json::json!({
        "engine": engine,
        "raced_for": units,
        "sold": sold,
        "hot_orders_per_second": hot,
        "spread_orders_per_second": spread,
        "hot_to_spread": ratio,
    })
}
