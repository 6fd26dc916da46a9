//! Markets of earlier releases: each opens, migrates and serves with the program of today.
//!
//! They stand in `tests/fixtures`, two of each release: `NAME.sqlite.tar.zst` is a market's folder, `NAME.postgres.tar.zst` the
//! folder and the dump of its database. Whoever releases adds them at the commit that is released, with
//! `cargo xtask fixture NAME`; the tests find them by themselves. One that stands here is never made anew: what it holds
//! is what that program wrote.

use crate::crash::{Served, ask, checked, id_in, program};
use offer::catalog::{self, Shelf};
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use store::{Db, Engine, Keys, StoreError, vals};
use testkit::db::TestDb;

/// Where the dump of a PostgreSQL database stands in a packed market, and what is expected of each.
const DUMP: &str = "database.sql";
const EXPECTED: &str = "expected.json";

/// The people of the demo.
const BUYER: &str = "13800000001";
const OWNER: &str = "13800000002";
const ADMIN: &str = "13800000004";
const PASSWORD: &str = "sanhao-demo-618";

/// How long something under way may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// A market that is served, and who acts in it.
struct Scene {
    served: Served,
    buyer: String,
    owner: String,
    admin: String,
    shop: String,
}

impl Scene {
    fn open(test: &TestDb) -> Self {
        let served = Served::start(test.folder(), test.url());
        let session = |contact: &str| {
            let body = json!({"contact": contact, "password": PASSWORD}).to_string();
            let (status, body) = ask(&served.at, "POST", "/api/store/account/sessions", "", &body).unwrap();
            assert_eq!(status, 201, "{body}");
            body["token"].as_str().unwrap().to_owned()
        };
        let (buyer, owner, admin) = (session(BUYER), session(OWNER), session(ADMIN));
        let (_, shops) = ask(&served.at, "GET", "/api/merchant/shops", &owner, "").unwrap();
        let shop = id_in(&shops, "shp_").unwrap();
        Self { served, buyer, owner, admin, shop }
    }

    #[track_caller]
    fn ok(&self, method: &str, path: &str, token: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (status, answer) = ask(&self.served.at, method, path, token, &body).unwrap();
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    #[track_caller]
    fn get(&self, path: &str, token: &str) -> Value {
        self.ok("GET", path, token, &Value::Null)
    }

    /// Waits until a purchase has a status.
    #[track_caller]
    fn becomes(&self, purchase: &str, status: &str) {
        self.becomes_one_of(purchase, &[status]);
    }

    /// Waits until a purchase has one of some statuses.
    #[track_caller]
    fn becomes_one_of(&self, purchase: &str, statuses: &[&str]) {
        let began = Instant::now();
        loop {
            let seen = self.get(&format!("/api/store/purchases/{purchase}"), &self.buyer);
            if statuses.iter().any(|status| seen["status"] == *status) {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{purchase} is none of {statuses:?}: {seen}");
            std::thread::yield_now();
        }
    }

    /// A purchase of one thing of the shop, and its order.
    fn bought(&self, sku: &str, address: &str) -> (String, String) {
        let quote = json!({"lines": [{"sku": sku, "quantity": 1}], "address": address});
        let quote = self.ok("POST", "/api/store/quotes", &self.buyer, &quote);
        let placed = self.ok("POST", "/api/store/purchases", &self.buyer, &json!({"quote": quote["quote"]}));
        let order = id_in(&placed["orders"], "ord_").unwrap();
        (placed["purchase"].as_str().unwrap().to_owned(), order)
    }

    fn pay(&self, purchase: &str, script: &str) {
        let path = format!("/api/store/purchases/{purchase}/payments");
        self.ok("POST", &path, &self.buyer, &json!({"provider": "sandbox", "script": script}));
    }

    fn paid(&self, sku: &str, address: &str) -> (String, String) {
        let (purchase, order) = self.bought(sku, address);
        self.pay(&purchase, "ok");
        self.becomes(&purchase, "paid");
        (purchase, order)
    }

    fn ship(&self, order: &str, number: &str) {
        let path = format!("/api/merchant/shops/{}/orders/{order}/ship", self.shop);
        self.ok("POST", &path, &self.owner, &json!({"carrier": "sf", "number": number}));
    }

    /// A rehearsal over the last weeks of the market's history, done.
    fn rehearsed(&self) -> String {
        let market = self.get("/api/platform/market", &self.admin);
        let last: kernel::Date = market["last_day"].as_str().unwrap().parse().unwrap();
        let first = last.checked_sub(jiff::Span::new().days(40)).unwrap();
        let asked = json!({"policy": "late-ship-cap", "from": first.to_string(), "to": last.to_string()});
        let begun = self.ok("POST", "/api/platform/rehearsals", &self.admin, &asked);
        let id = begun["rehearsal"].as_str().unwrap().to_owned();
        let began = Instant::now();
        while self.rehearsal(&id)["state"] != "done" {
            assert!(began.elapsed() < PATIENCE, "{}", self.rehearsal(&id));
            std::thread::yield_now();
        }
        id
    }

    fn rehearsal(&self, id: &str) -> Value {
        self.get(&format!("/api/platform/rehearsals/{id}"), &self.admin)
    }

    /// A variant of the shop that can be bought.
    fn sku(&self) -> String {
        let listed = self.get(&format!("/api/store/products?shop={}&limit=50", self.shop), "");
        let products = listed["items"].as_array().unwrap().clone();
        let sku = products.iter().find_map(|product| {
            let product = self.get(&format!("/api/store/products/{}", id_in(product, "prd_")?), "");
            id_in(&product, "sku_")
        });
        sku.expect("the shop sells something")
    }

    fn address(&self) -> String {
        let postal = json!({"recipient": "林小满", "phone": "13912345678", "province": "上海市", "city": "上海市",
            "district": "徐汇区", "street": "漕溪北路 18 号"});
        let made = self.ok("POST", "/api/store/account/addresses", &self.buyer, &postal);
        id_in(&made, "adr_").unwrap()
    }
}

/// Makes a small market with something of everything under way: orders of several statuses, timers, letters that were
/// not answered, a rehearsal. What it holds then is written beside it.
fn made(engine: Engine) -> TestDb {
    let test = TestDb::closed(engine);
    let made =
        program(test.folder(), test.url()).args(["demo-market", "--shops", "2", "--orders", "60"]).output();
    let made = made.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    // Nobody buys like this test, and what is not paid for is given up soon.
    let terms = trade::terms::without_risk();
    let soon = terms.replace("pay_within = { value = 15,", "pay_within = { value = 1,");
    assert_ne!(soon, terms);
    std::fs::write(test.folder().join(trade::terms::FILE), soon).unwrap();
    let scene = Scene::open(&test);
    let (sku, address) = (scene.sku(), scene.address());
    let unpaid = scene.bought(&sku, &address);
    let asked = scene.bought(&sku, &address);
    scene.pay(&asked.0, "silent");
    let cancelled = scene.bought(&sku, &address);
    scene.ok("POST", &format!("/api/store/purchases/{}/cancel", cancelled.0), &scene.buyer, &json!({}));
    let refunded = scene.paid(&sku, &address);
    scene.ok("POST", &format!("/api/store/orders/{}/cancel", refunded.1), &scene.buyer, &json!({}));
    let received = scene.paid(&sku, &address);
    scene.ship(&received.1, "SF0000000000100");
    scene.ok("POST", &format!("/api/store/orders/{}/receive", received.1), &scene.buyer, &json!({}));
    let shipped = scene.paid(&sku, &address);
    scene.ship(&shipped.1, "SF0000000000101");
    let paid = scene.paid(&sku, &address);
    let expected = json!({
        "unpaid": [unpaid.0, asked.0],
        "to_ship": paid.1,
        // What each may have become since: time goes on.
        "orders": {
            cancelled.1: ["cancelled"], refunded.1: ["refunded"], received.1: ["received"],
            shipped.1: ["shipped", "received"], paid.1: ["paid"],
        },
        "rehearsal": scene.rehearsed(),
        "sku": sku,
        "address": address,
    });
    scene.served.stop();
    test.deserted();
    checked(test.folder(), test.url());
    std::fs::write(test.folder().join(EXPECTED), expected.to_string()).unwrap();
    test
}

/// The folder of a market, and the dump of its database if it has one, as one file.
fn pack(test: &TestDb, file: &Path) {
    if let Some(url) = test.url() {
        let dump = Command::new(std::env::var_os("SANHAO_PG_DUMP").unwrap_or_else(|| "pg_dump".into()))
            .args(["--no-owner", "--no-privileges", "--rows-per-insert=500", url])
            .output();
        let dump = dump.expect("pg_dump starts");
        assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
        // What begins with a backslash is for psql alone.
        let text = String::from_utf8(dump.stdout).unwrap();
        let plain: String = text.split_inclusive('\n').filter(|line| !line.starts_with('\\')).collect();
        std::fs::write(test.folder().join(DUMP), plain).unwrap();
    }
    let _ = std::fs::remove_file(test.folder().join("writer.lock"));
    let mut tar =
        tar::Builder::new(zstd::stream::write::Encoder::new(File::create(file).unwrap(), 19).unwrap());
    tar.mode(tar::HeaderMode::Deterministic);
    tar.append_dir_all(".", test.folder()).unwrap();
    tar.into_inner().unwrap().finish().unwrap();
}

fn unpacked(file: &Path) -> TestDb {
    let engine =
        if file.to_string_lossy().contains(".postgres.") { Engine::Postgres } else { Engine::Sqlite };
    let test = TestDb::closed(engine);
    let packed = zstd::stream::read::Decoder::new(File::open(file).unwrap()).unwrap();
    tar::Archive::new(packed).unpack(test.folder()).unwrap();
    if let Some(url) = test.url() {
        let dump = std::fs::read_to_string(test.folder().join(DUMP)).unwrap();
        postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(&dump).unwrap();
    }
    test
}

store::sql! {
    /// What somebody's title stands under: all of it.
    CLEAR_WORDS = "delete from catalog_word where product = $1";
}

/// Leaves a product under none of the words of today, as a program before them did; answers which and its title.
fn forgotten(test: &TestDb) -> (String, String) {
    let db = Db::open(test.source()).unwrap();
    let card = db.read(|q| catalog::cards(q, &Shelf::default(), None, 1)).unwrap().remove(0);
    let (product, title) = (card.id, card.title.to_string());
    let cleared = db.write_blocking("test", Keys::none(), move |tx| -> Result<u64, StoreError> {
        tx.exec(&CLEAR_WORDS, vals![product])
    });
    assert!(cleared.unwrap() > 0);
    let wanted = Shelf { text: Some(title.as_str().into()), ..Shelf::default() };
    let found = db.read(|q| catalog::cards(q, &wanted, None, 99)).unwrap();
    assert!(found.iter().all(|card| card.id != product), "{title} is still found");
    (product.to_string(), title)
}

/// The market opens and agrees with itself, what it held is there, what was under way goes on, and people buy and ship.
fn serves(test: &TestDb) {
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(test.folder().join(EXPECTED)).unwrap()).unwrap();
    let (product, title) = forgotten(test);
    let scene = Scene::open(test);
    let began = Instant::now();
    let path = format!("/api/store/products?limit=100&q={}", encoded(&title));
    while !scene.get(&path, "").to_string().contains(&product) {
        assert!(began.elapsed() < PATIENCE, "{title} is not found again");
        std::thread::yield_now();
    }
    for (order, statuses) in expected["orders"].as_object().unwrap() {
        let seen = scene.get(&format!("/api/merchant/shops/{}/orders/{order}", scene.shop), &scene.owner);
        let status = &seen["status"];
        assert!(statuses.as_array().unwrap().contains(status), "{order} is {status}, not {statuses}");
    }
    for page in ["/", "/console", "/console/shops"] {
        let (status, _) = ask(&scene.served.at, "GET", page, "", "").unwrap();
        assert!(status < 400, "{page}: {status}");
    }
    let rehearsal = scene.rehearsal(expected["rehearsal"].as_str().unwrap());
    assert_eq!(rehearsal["state"], "done", "{rehearsal}");
    let path = format!("/api/store/products?shop={}", scene.shop);
    assert!(!scene.get(&path, "")["items"].as_array().unwrap().is_empty());
    // The timers of the release fire. Where the provider was silent it is asked at the same time, and may be first.
    for purchase in expected["unpaid"].as_array().unwrap() {
        scene.becomes_one_of(purchase.as_str().unwrap(), &["closed", "paid"]);
    }
    let text = |key: &str| expected[key].as_str().unwrap();
    scene.ship(text("to_ship"), "SF0000000000200");
    let (_, order) = scene.paid(text("sku"), text("address"));
    scene.ship(&order, "SF0000000000201");
    scene.served.stop();
    test.deserted();
    checked(test.folder(), test.url());
}

/// A text as it travels in an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The fixtures of an engine.
fn stored(engine: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let end = format!(".{engine}.tar.zst");
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.to_string_lossy().ends_with(&end));
    found.sort();
    found
}

fn every_one_serves(engine: &str) {
    let all = stored(engine);
    assert!(!all.is_empty(), "no market of an earlier release is here");
    for file in all {
        eprintln!("{}", file.display());
        serves(&unpacked(&file));
    }
}

#[test]
fn every_market_of_an_earlier_release_opens_migrates_and_serves_on_sqlite() {
    every_one_serves("sqlite");
}

#[test]
fn every_market_of_an_earlier_release_opens_migrates_and_serves_on_postgresql() {
    every_one_serves("postgres");
}

/// Makes the fixtures of this program if `SANHAO_FIXTURE` names them: `cargo xtask fixture`.
#[test]
fn a_market_is_packed_for_the_programs_to_come() {
    let Ok(name) = std::env::var("SANHAO_FIXTURE") else { return };
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for (engine, word) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
        pack(&made(engine), &dir.join(format!("{name}.{word}.tar.zst")));
    }
}
