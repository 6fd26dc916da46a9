//! The real process, killed with SIGKILL while people buy over HTTP, and started again: nothing that was acknowledged is
//! lost, nothing is there twice, and the books agree.

use crate::folder::sanhao;
// Linked for the tables and the facts that they declare: the test looks into the database itself.
use {
    aftercare as _, flows as _, govern as _, lake as _, offer as _, pay as _, people as _, supply as _,
    web_kit as _,
};

use kernel::Record;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::{Db, Engine, Source, log};
use testkit::db::TestDb;
use trade::order::{self, Filter, Status};

/// How often the process is killed, unless `SANHAO_SOAK` says.
const ROUNDS: u64 = 5;
/// How many people buy at once.
const BUYERS: usize = 6;

/// One answer over HTTP; none if the connection broke.
pub(crate) fn ask(
    at: &str,
    method: &str,
    path: &str,
    token: &str,
    body: &str,
) -> Option<(u16, serde_json::Value)> {
    static KEY: AtomicU64 = AtomicU64::new(1);
    let mut stream = TcpStream::connect(at).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let auth = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    let key = format!("crash-{}-{}", std::process::id(), KEY.fetch_add(1, Ordering::Relaxed));
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {at}\r\n{auth}Idempotency-Key: {key}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    // An answer that was cut off is none.
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| body.len() < length) {
        return None;
    }
    Some((status, serde_json::from_str(body).unwrap_or(serde_json::Value::Null)))
}

/// The first id of a kind in an answer.
pub(crate) fn id_in(value: &serde_json::Value, prefix: &str) -> Option<String> {
    match value {
        serde_json::Value::String(text) if text.starts_with(prefix) => Some(text.clone()),
        serde_json::Value::Array(all) => all.iter().find_map(|one| id_in(one, prefix)),
        serde_json::Value::Object(all) => all.values().find_map(|one| id_in(one, prefix)),
        _ => None,
    }
}

/// A market that is served.
pub(crate) struct Served {
    child: Child,
    pub(crate) at: String,
}

pub(crate) fn program(dir: &Path, url: Option<&str>) -> Command {
    let mut command = sanhao(dir);
    command.env_remove("SANHAO_STRIPE_KEY");
    if let Some(url) = url {
        command.env("SANHAO_DATABASE", url);
    }
    command
}

impl Served {
    pub(crate) fn start(dir: &Path, url: Option<&str>) -> Self {
        let mut command = program(dir, url);
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("SANHAO_LOG", "error").stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut read = BufReader::new(child.stderr.take().unwrap());
        let mut at = String::new();
        while at.is_empty() {
            let mut line = String::new();
            assert!(read.read_line(&mut line).unwrap() > 0, "the server ended before it listened");
            at = line
                .split("http://")
                .nth(1)
                .map_or("", |rest| rest.split_whitespace().next().unwrap())
                .to_owned();
        }
        std::thread::spawn(move || std::io::copy(&mut read, &mut std::io::stderr()));
        Self { child, at }
    }

    /// SIGTERM: it ends in order.
    pub(crate) fn stop(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// SIGKILL: no farewell.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who buys.
#[derive(Clone)]
pub(crate) struct Buyer {
    token: String,
    address: String,
}

pub(crate) fn buyers(at: &str) -> Vec<Buyer> {
    (0..BUYERS)
        .map(|n| {
            let who = format!(r#"{{"contact":"crash{n}@example.com","password":"a long enough one"}}"#);
            let (status, body) = ask(at, "POST", "/api/store/account", "", &who).unwrap();
            assert_eq!(status, 201, "{body}");
            let token = body["token"].as_str().unwrap().to_owned();
            let postal = r#"{"recipient":"张三","phone":"13812341234","province":"浙江省","city":"杭州市","street":"文三路"}"#;
            let (_, body) = ask(at, "POST", "/api/store/account/addresses", &token, postal).unwrap();
            Buyer { token, address: id_in(&body, "adr_").unwrap() }
        })
        .collect()
}

pub(crate) fn skus(at: &str) -> Vec<String> {
    let (_, listed) = ask(at, "GET", "/api/store/products?limit=50", "", "").unwrap();
    let products = listed["items"].as_array().unwrap();
    let sku = |product: &serde_json::Value| {
        let path = format!("/api/store/products/{}", id_in(product, "prd_")?);
        id_in(&ask(at, "GET", &path, "", "")?.1, "sku_")
    };
    products.iter().filter_map(sku).collect()
}

/// Buys until it is told to stop or the connection breaks for good; notes what was acknowledged.
pub(crate) fn shop(
    at: &str,
    buyer: &Buyer,
    skus: &[String],
    seed: usize,
    stop: &AtomicBool,
    acknowledged: &Mutex<BTreeMap<String, String>>,
) {
    const SCRIPTS: [&str; 6] = ["ok", "ok", "double", "surplus:7", "silent", "fail"];
    let mut n = seed;
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        let sku = &skus[(n * 7) % skus.len()];
        let (token, address) = (&buyer.token, &buyer.address);
        let wanted = format!(r#"{{"sku":"{sku}","quantity":1}}"#);
        let quote = format!(r#"{{"lines":[{wanted}],"address":"{address}"}}"#);
        let done = (|| {
            ask(at, "POST", "/api/store/cart/lines", token, &wanted)?;
            let (_, quote) = ask(at, "POST", "/api/store/quotes", token, &quote)?;
            let place = format!(r#"{{"quote":"{}"}}"#, id_in(&quote, "quo_")?);
            let (status, placed) = ask(at, "POST", "/api/store/purchases", token, &place)?;
            if status != 201 {
                return None;
            }
            let purchase = id_in(&placed, "pur_")?;
            acknowledged.lock().unwrap().insert(purchase.clone(), token.clone());
            let how = format!(r#"{{"script":"{}"}}"#, SCRIPTS[n % SCRIPTS.len()]);
            ask(at, "POST", &format!("/api/store/purchases/{purchase}/payments"), token, &how)?;
            if n.is_multiple_of(4) {
                let (_, seen) = ask(at, "GET", &format!("/api/store/purchases/{purchase}"), token, "")?;
                let order = id_in(&seen, "ord_")?;
                ask(at, "POST", &format!("/api/store/orders/{order}/cancel"), token, "{}")?;
            }
            Some(())
        })();
        if done.is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Every fact of orders, by its kind and subject, how often it stands in the log.
pub(crate) fn facts(db: &Db) -> BTreeMap<(String, String), usize> {
    let mut told: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut from = log::Position::default();
    loop {
        let some = db.read(|q| log::after(q, from, 5_000)).unwrap();
        let Some(last) = some.last() else { return told };
        from = last.position;
        for entry in &some {
            let record: &Record = &entry.record;
            let subject = format!("{}", record.subject);
            *told.entry((record.spec.kind.to_owned(), subject)).or_default() += 1;
        }
    }
}

pub(crate) fn checked(dir: &Path, url: Option<&str>) {
    let out = program(dir, url).args(["check"]).output().unwrap();
    assert!(
        out.status.success(),
        "{}{}",
        String::from_utf8_lossy(&out.stdout),
        String::from_utf8_lossy(&out.stderr)
    );
}

fn survives(engine: Engine) {
    let test = TestDb::closed(engine);
    let (dir, url) = (test.folder().to_owned(), test.url().map(str::to_owned));
    let url = url.as_deref();
    let made = program(&dir, url).args(["demo-market", "--shops", "2", "--orders", "200"]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // Nobody buys like this test.
    std::fs::write(dir.join(trade::terms::FILE), trade::terms::without_risk()).unwrap();
    let rounds = std::env::var("SANHAO_SOAK").ok().and_then(|n| n.parse().ok()).unwrap_or(ROUNDS);
    let acknowledged = Arc::new(Mutex::new(BTreeMap::new()));
    let mut prepared: Option<(Vec<Buyer>, Vec<String>)> = None;
    for round in 0..rounds {
        let served = Served::start(&dir, url);
        let (buyers, skus) = prepared.get_or_insert_with(|| (buyers(&served.at), skus(&served.at))).clone();
        let (stop, before) = (AtomicBool::new(false), acknowledged.lock().unwrap().len());
        let at = served.at.clone();
        std::thread::scope(|scope| {
            for (n, buyer) in buyers.iter().enumerate() {
                let (at, skus, stop, acknowledged) = (&at, &skus, &stop, &acknowledged);
                scope.spawn(move || {
                    shop(at, buyer, skus, n * 1_000 + round as usize * 100, stop, acknowledged)
                });
            }
            // At another point of the work each time: after so many acknowledged purchases.
            let wanted = before + 5 + (round as usize * 13) % 40;
            let began = Instant::now();
            while acknowledged.lock().unwrap().len() < wanted && began.elapsed() < Duration::from_secs(60) {
                std::thread::sleep(Duration::from_millis(2));
            }
            served.kill();
            stop.store(true, Ordering::Relaxed);
        });
        test.deserted();
        checked(&dir, url);
        assert!(acknowledged.lock().unwrap().len() > before, "round {round}: nobody bought anything");
    }
    // What was under way is finished, and everything acknowledged is there, once.
    let served = Served::start(&dir, url);
    let acknowledged = acknowledged.lock().unwrap().clone();
    let mut orders = BTreeSet::new();
    for (purchase, token) in &acknowledged {
        let (status, seen) =
            ask(&served.at, "GET", &format!("/api/store/purchases/{purchase}"), token, "").unwrap();
        assert_eq!(status, 200, "{purchase} was acknowledged and is gone: {seen}");
        assert!(orders.insert(id_in(&seen, "ord_").unwrap()), "an order of {purchase} is there twice");
    }
    served.kill();
    test.deserted();
    checked(&dir, url);

    let source = match url {
        Some(url) => Source::Postgres { url: url.to_owned(), dir: dir.clone() },
        None => Source::Dir(dir.clone()),
    };
    let db = Db::open_read(&source).unwrap();
    testkit::db::settle(&db);
    let told = facts(&db);
    assert!(told.values().all(|times| *times == 1), "a fact is told twice");
    let mut placed = 0;
    let mut after = None;
    loop {
        let some = db.read(|q| order::of_platform(q, &Filter::default(), after, 200)).unwrap();
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        for order in &some {
            placed += 1;
            let has = |kind: &str| told.contains_key(&(kind.to_owned(), order.id.raw().to_string()));
            assert!(has("order.placed"), "{} is not told", order.id);
            assert_eq!(has("order.paid"), order.paid_at.is_some(), "{}", order.id);
            let off = matches!(order.status, Status::Cancelled | Status::Closed | Status::Refunded);
            assert_eq!(has("order.cancelled"), off, "{}", order.id);
        }
    }
    assert!(placed >= acknowledged.len());
}

#[test]
fn a_process_killed_while_people_buy_loses_nothing_on_sqlite() {
    survives(Engine::Sqlite);
}

#[test]
fn a_process_killed_while_people_buy_loses_nothing_on_postgresql() {
    survives(Engine::Postgres);
}
