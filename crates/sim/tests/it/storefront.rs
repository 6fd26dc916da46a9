//! The demo's storefront: whole, repeatable, and nothing in it that its own rules would refuse.

use ::store::blob::Blobs;
use ::store::{Db, Engine};
use kernel::{Market, Moment, Quiet};
use offer::catalog::{self, After, Shelf, Sort};
use people::vault::Vault;
use sim::history::Plan;
use sim::store::{self, Bulk, Place, Storefront};
use std::collections::BTreeSet;
use supply::warehouse;
use testkit::db::TestDb;

fn plan() -> Plan {
    let market = Market { zone: "Asia/Shanghai".parse().unwrap(), currency: "CNY".parse().unwrap() };
    Plan::demo(618, 8, 0, market)
}

fn made(engine: Engine) -> (TestDb, Blobs, Storefront) {
    let test = TestDb::new(engine);
    let vault = Vault::of_folder(&test, Moment::from_micros(1_750_000_000_000_000)).unwrap();
    let blobs = Blobs::open(&test.folder().join("blobs")).unwrap();
    let place = Place { db: &test, vault: &vault, blobs: &blobs };
    let front = store::open(place, &plan(), &Quiet).unwrap();
    (test, blobs, front)
}

fn cards(db: &Db) -> Vec<catalog::Card> {
    let shelf = Shelf { category: None, shop: None, text: None, sort: Sort::Newest };
    let mut all: Vec<catalog::Card> = Vec::new();
    let mut after: Option<After> = None;
    loop {
        let page = db.read(|q| catalog::cards(q, &shelf, after, 50)).unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(last.after(Sort::Newest));
        all.extend(page);
    }
}

#[test]
fn a_small_storefront_is_whole() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (db, blobs, front) = made(engine);
        let cards = cards(&db);
        assert_eq!(cards.len(), front.products);
        assert!(front.products >= 20 && front.skus > front.products, "{front:?}");
        assert_eq!(front.people.len(), 4);
        let (mut sold_out, mut short, mut plenty, mut repriced) = (0, 0, 0, 0);
        for card in &cards {
            let product = db.read(|q| catalog::product(q, card.id)).unwrap();
            assert!(!product.gallery.is_empty() && !product.skus.is_empty(), "{}", product.title);
            for size in product.gallery.iter().flat_map(|media| &media.sizes) {
                let bytes = blobs.get_blocking(&size.key).unwrap().expect("every picture is stored");
                assert_eq!(bytes[..2], [0xff, 0xd8], "a JPEG");
            }
            for sku in &product.skus {
                let left = db.read(|q| warehouse::available(q, product.shop, sku.id, None)).unwrap();
                match left {
                    0 => sold_out += 1,
                    1..=4 => short += 1,
                    _ => plenty += 1,
                }
                let history =
                    db.read(|q| catalog::price_history(q, sku.id, Moment::from_micros(0), None, 20)).unwrap();
                assert_eq!(history[0].price, sku.price, "the last price is the live one");
                repriced += usize::from(history.len() > 1);
            }
        }
        assert!(sold_out > 0 && short > 0 && plenty > sold_out + short, "{sold_out} {short} {plenty}");
        assert!(repriced > 0);
        assert!(cards.iter().any(|card| card.title.starts_with("组合装")), "a kit");
        let slots = db.read(|q| catalog::slots(q, Moment::MAX.plus_micros(-1))).unwrap();
        assert!(slots.len() >= 6);
    }
}

#[test]
fn the_same_plan_makes_the_same_storefront() {
    let told = || {
        let (db, _, front) = made(Engine::Sqlite);
        let cards = cards(&db);
        (front, cards.into_iter().map(|card| (card.id, card.title, card.price)).collect::<Vec<_>>())
    };
    assert_eq!(told(), told());
}

#[test]
fn a_bulk_catalog_has_as_many_products_as_were_asked_for() {
    let db = TestDb::new(Engine::Sqlite);
    let market = plan().market();
    let at = Moment::from_micros(1_750_000_000_000_000);
    let bulk = Bulk {
        seed: 1,
        shops: 9,
        products: 130,
        units: 1_000,
        at,
        zone: market.zone,
        currency: market.currency,
    };
    let made = store::bulk(&db, &bulk).unwrap();
    assert_eq!(made.iter().map(|one| one.product).collect::<BTreeSet<_>>().len(), 130);
    assert_eq!(cards(&db).len(), 130);
    let one = made[made.len() / 2];
    assert_eq!(db.read(|q| warehouse::available(q, one.shop, one.sku, None)).unwrap(), 1_000);
}
