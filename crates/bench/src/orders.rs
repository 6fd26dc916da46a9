//! Every list of orders of a market of a million, under every filter that it offers and all that go together, on the first
//! page and deep inside. The bound is 100 ms at the 95th of a hundred requests.

use crate::buyers::{Ground, Size, now};
use crate::http::{Client, Latencies};
use crate::pages::random;
use crate::served::Served;
use kernel::{Actor, Ctx, Currency, Id, RawId, Zone, id};
use people::api_key::{self, NewKey};
use people::staff::{By, Permission, Scope};
use serde_json::{Value, json};
use sim::store::{Sample, Sold, Trades, sold};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use store::{Db, Keys, Query, Tx, Val};
use trade::order::Status;

/// Who asks at once.
const CONNECTIONS: usize = 4;
/// What a request may take, in milliseconds.
const BOUND: f64 = 100.0;

/// Requests of one kind.
struct Case {
    /// Of which list.
    list: &'static str,
    /// What is asked for, in words.
    name: String,
    /// Who asks: a line of headers.
    signed: Arc<str>,
    paths: Vec<String>,
}

/// What can be drawn for a request.
struct Draw<'a> {
    trades: &'a Trades,
    zone: &'a Zone,
    state: u64,
}

impl Draw<'_> {
    fn sample(&mut self, of: Option<Id<id::Shop>>) -> &Sample {
        let mine: Vec<&Sample> =
            self.trades.samples.iter().filter(|s| of.is_none_or(|shop| shop == s.shop)).collect();
        mine[(random(&mut self.state) % mine.len() as u64) as usize]
    }
    /// A week of the year.
    fn week(&mut self) -> String {
        let at = self.sample(None).placed_at;
        format!("&from={}&until={}", at.date(self.zone), at.plus_days(6).date(self.zone))
    }
    /// Somewhere in the oldest third.
    fn deep(&mut self) -> String {
        let old = self.trades.samples.len() as u64 / 3;
        let at = (random(&mut self.state) % old.max(1)) as usize;
        format!("&after={}", self.trades.samples[at].order)
    }
}

const TWICE: [bool; 2] = [false, true];

fn statuses() -> impl Iterator<Item = Option<Status>> + Clone {
    std::iter::once(None).chain(Status::ALL.into_iter().map(Some))
}

/// What a flag is called in a case's name.
fn said(flag: bool, word: &str) -> String {
    if flag { format!(" {word}") } else { String::new() }
}

struct Who {
    big: Arc<str>,
    small: Arc<str>,
    platform: Arc<str>,
    heavy: Arc<str>,
    light: Arc<str>,
}

/// Every list with every combination.
fn cases(trades: &Trades, zone: &Zone, who: &Who, each: usize) -> Vec<Case> {
    let mut draw = Draw { trades, zone, state: 0x2545_f491_4f6c_dd1d };
    let mut all = Vec::new();
    let mut add = |list, name: String, signed: &Arc<str>, path: &mut dyn FnMut(&mut Draw<'_>) -> String| {
        let paths = (0..each).map(|_| path(&mut draw)).collect();
        all.push(Case { list, name, signed: Arc::clone(signed), paths });
    };
    let word = |status: Option<Status>| status.map_or("any", Status::as_str);
    let asked =
        |status: Option<Status>| status.map_or_else(String::new, |s| format!("&status={}", s.as_str()));
    for (s, (shop, signed, size)) in
        [(trades.big, &who.big, "large"), (trades.small, &who.small, "small")].into_iter().enumerate()
    {
        let base = format!("/api/merchant/shops/{shop}/orders?limit=50");
        let [most, least] = trades.products[s];
        for (product, sells) in [(None, ""), (Some(most), " sells-most"), (Some(least), " sells-least")] {
            let with = product.map_or_else(String::new, |id| format!("&product={id}"));
            for (week, noted, deep) in TWICE
                .into_iter()
                .flat_map(|a| TWICE.into_iter().flat_map(move |b| TWICE.into_iter().map(move |c| (a, b, c))))
            {
                let rest =
                    format!("{sells}{}{}{}", said(noted, "noted"), said(week, "week"), said(deep, "deep"));
                let mut one = |name: String, more: String| {
                    add("of a shop", name, signed, &mut |draw| {
                        let mut path = format!("{base}{more}{with}");
                        if noted {
                            path += "&noted=true";
                        }
                        if week {
                            path += &draw.week();
                        }
                        if deep {
                            path += &draw.deep();
                        }
                        path
                    });
                };
                for status in statuses() {
                    one(format!("{size}: {}{rest}", word(status)), asked(status));
                }
                one(format!("{size}: overdue{rest}"), "&overdue=true".to_owned());
            }
        }
        for status in [None, Some(Status::Shipped), Some(Status::Received)] {
            add("of a shop", format!("{size}: {} by number", word(status)), signed, &mut |draw| {
                let number = draw.sample(Some(shop)).number.clone().unwrap_or_else(|| "none".into());
                format!("{base}{}&number={number}", asked(status))
            });
            add("of a shop", format!("{size}: {} by id", word(status)), signed, &mut |draw| {
                format!("{base}{}&order={}", asked(status), draw.sample(Some(shop)).order)
            });
        }
    }
    let base = "/api/platform/sales?limit=50";
    for (shop, size) in [(None, "all"), (Some(trades.big), "large"), (Some(trades.small), "small")] {
        let of = shop.map_or_else(String::new, |shop| format!("&shop={shop}"));
        for (status, (held, (week, deep))) in statuses().flat_map(|s| {
            TWICE.into_iter().flat_map(move |held| {
                TWICE.into_iter().flat_map(move |w| TWICE.into_iter().map(move |d| (s, (held, (w, d)))))
            })
        }) {
            let name = format!(
                "{size}: {}{}{}{}",
                word(status),
                said(held, "held"),
                said(week, "week"),
                said(deep, "deep")
            );
            add("of the platform", name, &who.platform, &mut |draw| {
                let mut path = format!("{base}{of}{}", asked(status));
                if held {
                    path += "&held=true";
                }
                if week {
                    path += &draw.week();
                }
                if deep {
                    path += &draw.deep();
                }
                path
            });
        }
        add("of the platform", format!("{size}: by id"), &who.platform, &mut |draw| {
            format!("{base}{of}&order={}", draw.sample(shop).order)
        });
    }
    for (signed, size) in [(&who.heavy, "of thousands"), (&who.light, "of some")] {
        for (status, deep) in statuses().flat_map(|s| TWICE.into_iter().map(move |d| (s, d))) {
            let name = format!("{size}: {}{}", word(status), said(deep, "deep"));
            add("of a buyer", name, signed, &mut |draw| {
                let mut path = format!("/api/store/orders?limit=20{}", asked(status));
                if deep {
                    path += &draw.deep();
                }
                path
            });
        }
    }
    all
}

store::sql! {
    /// How PostgreSQL plans a prepared statement: for the values at hand, or for any.
    PLANNED on Postgres = "select set_config('plan_cache_mode', $1, true)";
}

/// The combinations that PostgreSQL would answer by reading a whole table or by sorting, with this market in it; how many
/// it was asked about.
fn plans(db: &Db, trades: &Trades) -> (usize, Vec<String>) {
    let sample = trades.samples.iter().rfind(|s| s.shop == trades.big && s.number.is_some()).unwrap();
    let status = Val::Text(Status::Refunded.as_str());
    let given = [
        ("member", sample.order.raw().into()),
        ("shop", trades.big.into()),
        ("order", sample.order.into()),
        ("product", trades.products[0][1].into()),
        ("from", RawId([0; 16]).into()),
        ("below", RawId([255; 16]).into()),
        ("status", status),
        ("number", sample.number.as_ref().map_or(Val::Null, Val::from)),
        ("now", sample.placed_at.into()),
        ("limit", 51.into()),
    ];
    let (mut asked, mut slow) = (0, Vec::new());
    for mode in ["force_custom_plan", "force_generic_plan"] {
        let found: Result<_, store::StoreError> = db.read(|q| {
            q.rows(&PLANNED, &[mode.into()], |_| Ok(()))?;
            let mut found = Vec::new();
            for list in store::filter::lists().filter(|list| list.name.starts_with("trade::order::")) {
                found.extend(list.plans(q, &given)?);
            }
            Ok(found)
        });
        for (name, plan) in found.unwrap() {
            asked += 1;
            if ["Seq Scan", "Sort"].iter().any(|bad| plan.contains(bad)) {
                slow.push(format!("{mode} {name}:\n{plan}"));
            }
        }
    }
    (asked, slow)
}

/// Runs a case over a few connections.
async fn run(at: &str, case: &Case) -> Latencies {
    let next = AtomicUsize::new(0);
    let one = async || {
        let mut client = Client::connect(at).await;
        let mut latencies = Latencies::default();
        while let Some(path) = case.paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            let sent = Instant::now();
            let answer = client.send("GET", path, &case.signed, "").await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            latencies.add(sent.elapsed());
        }
        latencies
    };
    const { assert!(CONNECTIONS == 4) };
    let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
    let mut all = a;
    [b, c, d].into_iter().for_each(|more| all.join(more));
    all
}

/// The header line of a key that may see the orders of a place.
fn key(db: &Db, scope: Scope, may: Permission) -> Arc<str> {
    let new = NewKey::new(scope, &[may], "bench", None).unwrap();
    let secret = new.secret().expose();
    // Three keys may be made within a millisecond.
    let seed = secret.bytes().fold(0u64, |hash, byte| hash.rotate_left(7) ^ u64::from(byte));
    let ctx = Ctx::new(now(), Actor::Operator, seed);
    let make = move |tx: &mut Tx<'_>| api_key::make(tx, &ctx, By::Operator, &new, 100);
    db.write_blocking("bench.key", Keys::none(), make).unwrap();
    format!("authorization: Bearer {secret}\r\n").into()
}

pub(crate) fn bench(quick: bool, postgres: bool) -> Value {
    let engine = if postgres { "PostgreSQL" } else { "SQLite" };
    let (orders, each) = if quick { (20_000, 10) } else { (1_000_000, 40) };
    println!("order lists on {engine}: {orders} orders, {CONNECTIONS} connections");
    let ground = Ground::make(postgres, "ours", Size { shops: 200, products: 2_000, units: 100, buyers: 2 });
    let zone: Zone = "Asia/Shanghai".parse().unwrap();
    let began = Instant::now();
    let (trades, who) = {
        let db = Db::open(&ground.source()).unwrap();
        let plan = Sold {
            seed: 11,
            orders,
            days: 365,
            now: now(),
            currency: Currency::CNY,
            heavy: ground.buyers[0].member,
            light: ground.buyers[1].member,
        };
        let trades = sold(&db, &ground.goods, &plan).unwrap();
        let who = Who {
            big: key(&db, Scope::Shop(trades.big), Permission::ShopOrders),
            small: key(&db, Scope::Shop(trades.small), Permission::ShopOrders),
            platform: key(&db, Scope::Platform, Permission::PlatformOrders),
            heavy: ground.buyers[0].signed.as_str().into(),
            light: ground.buyers[1].signed.as_str().into(),
        };
        (trades, who)
    };
    let made = began.elapsed().as_secs_f64();
    if let Some(url) = &ground.url {
        // As its own housekeeping would have done in a market that took a year to grow.
        postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute("vacuum analyze").unwrap();
        let (asked, slow) = plans(&Db::open_read(&ground.source()).unwrap(), &trades);
        println!("  {asked} plans, {} of them by reading a table or by sorting", slow.len());
        slow.iter().for_each(|plan| println!("{plan}"));
    }
    println!("  made in {made:.0} s");
    let served = Served::start(ground.dir.path(), ground.url.as_deref());
    let cases = cases(&trades, &zone, &who, each);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cpu = served.cpu();
    let mut found: Vec<(&Case, f64, f64, f64)> = Vec::with_capacity(cases.len());
    let mut lists: Vec<(&'static str, usize, Latencies)> = Vec::new();
    for case in &cases {
        let mut took = runtime.block_on(run(&served.at, case));
        found.push((case, took.percentile(0.5), took.percentile(0.95), took.percentile(1.0)));
        match lists.iter_mut().find(|(list, ..)| *list == case.list) {
            Some((_, n, all)) => {
                *n += 1;
                all.join(took);
            }
            None => lists.push((case.list, 1, took)),
        }
    }
    let asked = cases.iter().map(|case| case.paths.len()).sum::<usize>() as f64;
    let cpu = (served.cpu() - cpu) * 1000.0 / asked;
    let mut shown = serde_json::Map::new();
    for (list, n, mut all) in lists {
        let mine = found.iter().filter(|(case, ..)| case.list == list);
        let (case, _, p95, _) = mine.max_by(|a, b| a.2.total_cmp(&b.2)).unwrap();
        let (p50, worst) = (all.percentile(0.5), all.percentile(1.0));
        println!(
            "  {list:16} {n:4} combinations  p50 {p50:6.1} ms  worst p95 {p95:6.1} ms = {:3.0} % of the bound ({})  worst \
             request {worst:.1} ms",
            100.0 * p95 / BOUND,
            case.name
        );
        let figures = json!({ "combinations": n, "p50_ms": p50, "worst_p95_ms": p95, "of": case.name, "worst_ms": worst });
        shown.insert(list.to_owned(), figures);
    }
    found.sort_by(|a, b| b.2.total_cmp(&a.2));
    println!("  the slowest combinations, p50 / p95 / worst:");
    for (case, p50, p95, worst) in found.iter().take(12) {
        println!("    {p50:7.1} {p95:7.1} {worst:7.1} ms  {} {}", case.list, case.name);
    }
    let over = found.iter().filter(|(_, _, p95, _)| *p95 > BOUND).count();
    let peak = served.peak();
    println!(
        "  {over} of {} combinations over the bound; server {cpu:.2} CPU ms each, {peak:.0} MB",
        cases.len()
    );
    served.stop();
    json!({ "engine": engine, "orders": orders, "made_s": made, "combinations": cases.len(), "over": over, "cpu_ms": cpu,
        "mb": peak, "lists": shown })
}
