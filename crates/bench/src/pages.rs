//! Lists and pages of a catalog of 100,000 products at 64 connections.

use crate::buyers::{Ground, Size};
use crate::http::{Client, Latencies};
use crate::served::Served;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 64;

pub(crate) fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Requests a second for paths that `path` makes of a number.
fn rate(
    served: &Served,
    time: Duration,
    path: impl Fn(u64) -> String + Send + Sync + 'static,
) -> (f64, Latencies) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let path = Arc::new(path);
    runtime.block_on(async {
        let began = Instant::now();
        let mut tasks = Vec::new();
        for n in 0..CONNECTIONS {
            let (at, path) = (served.at.clone(), Arc::clone(&path));
            tasks.push(tokio::spawn(async move {
                let mut client = Client::connect(&at).await;
                let mut state = (n as u64 + 1).wrapping_mul(0xff51_afd7_ed55_8ccd);
                let mut latencies = Latencies::default();
                while began.elapsed() < time {
                    let path = path(random(&mut state));
                    let sent = Instant::now();
                    let answer = client.send("GET", &path, "", "").await;
                    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
                    latencies.add(sent.elapsed());
                }
                latencies
            }));
        }
        let mut all = Latencies::default();
        for task in tasks {
            all.join(task.await.unwrap());
        }
        (all.0.len() as f64 / began.elapsed().as_secs_f64(), all)
    })
}

pub(crate) fn bench(quick: bool, postgres: bool) -> serde_json::Value {
    let engine = if postgres { "PostgreSQL" } else { "SQLite" };
    let products = if quick { 3_000 } else { 100_000 };
    println!("pages on {engine}: {products} products, {CONNECTIONS} connections");
    let ground = Ground::make(postgres, "ours", Size { shops: 200, products, units: 1_000, buyers: 2 });
    let served = Served::start(ground.dir.path(), ground.url.as_deref());
    let time = Duration::from_secs(if quick { 3 } else { 8 });
    let goods = Arc::new(ground.goods.clone());
    let categories =
        ["home", "home.cups", "fresh.fruit", "fashion", "electronics.audio", "sports", "baby.toys", "food"];
    let words = ["杯", "耳机", "蜜橘", "开衫", "保温", "无线"];
    let pick = move |list: &'static [&'static str], n: u64| list[(n % list.len() as u64) as usize];
    let categories: &'static [&'static str] = Box::leak(Box::new(categories));
    let words: &'static [&'static str] = Box::leak(Box::new(words));
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let (list, page, shown) = (Arc::clone(&goods), Arc::clone(&goods), Arc::clone(&goods));
    let of = |goods: &[sim::store::Stocked], n: u64| goods[(n % goods.len() as u64) as usize];
    type Path = Box<dyn Fn(u64) -> String + Send + Sync>;
    let asked: Vec<(&str, Path)> = vec![
        (
            "api list of 24",
            Box::new(move |n| format!("/api/store/products?category={}", pick(categories, n))),
        ),
        ("api list of a shop", Box::new(move |n| format!("/api/store/products?shop={}", of(&list, n).shop))),
        ("api search", Box::new(move |n| format!("/api/store/products?q={}", encode(pick(words, n))))),
        ("api product", Box::new(move |n| format!("/api/store/products/{}", of(&page, n).product))),
        ("page list of 24", Box::new(move |n| format!("/c/{}", pick(categories, n)))),
        ("page product", Box::new(move |n| format!("/product/{}", of(&shown, n).product))),
        ("page home", Box::new(|_| "/".to_owned())),
    ];
    let mut figures = serde_json::Map::new();
    for (name, path) in asked {
        let cpu = served.cpu();
        let (rate, mut latencies) = rate(&served, time, path);
        let cpu = (served.cpu() - cpu) * 1000.0 / latencies.0.len() as f64;
        let (p50, p99) = (latencies.percentile(0.5), latencies.percentile(0.99));
        println!(
            "  {name:20} {rate:8.0} requests/s  p50 {p50:.1} ms  p99 {p99:.1} ms  server {cpu:.3} CPU ms each"
        );
        figures.insert(
            name.to_owned(),
            serde_json::json!({ "per_second": rate, "p50_ms": p50, "p99_ms": p99, "cpu_ms": cpu }),
        );
    }
    let peak = served.peak();
    println!("  memory {peak:.0} MB at most");
    served.stop();
    serde_json::json!({ "engine": engine, "products": products, "loaded_mb": peak, "requests": figures })
}
