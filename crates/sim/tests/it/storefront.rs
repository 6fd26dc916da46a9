//! The demo's storefront: whole, repeatable, and nothing in it that its own rules would refuse.

use ::store::blob::Blobs;
use ::store::{Db, Engine};
use kernel::{Id, Market, Moment, Quiet};
use offer::catalog::{self, After, Shelf, Sort};
use people::vault::Vault;
use sim::history::Plan;
use sim::store::{self, Bulk, Place, Sold, Storefront};
use std::collections::BTreeSet;
use supply::warehouse;
use testkit::db::TestDb;
use trade::order::{self, Filter, Order, Status};

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

#[test]
fn sold_orders_are_of_every_shop_and_status_and_are_read_like_any_other() {
    testkit::db::on_both(|db| {
        let market = plan().market();
        let at = Moment::from_micros(1_750_000_000_000_000);
        let (zone, currency) = (market.zone, market.currency);
        let bulk = Bulk { seed: 1, shops: 3, products: 12, units: 9, at, zone, currency };
        let goods = store::bulk(db, &bulk).unwrap();
        let (heavy, light) = (goods[0].sku.raw(), goods[1].sku.raw());
        let (heavy, light) = (Id::from_raw(heavy), Id::from_raw(light));
        let plan = Sold { seed: 3, orders: 1_500, days: 90, now: at, currency, heavy, light };
        let trades = store::sold(db, &goods, &plan).unwrap();
        let mut found: Vec<Order> = Vec::new();
        loop {
            let after = found.last().map(|order| order.id);
            let page = db.read(|q| order::of_platform(q, &Filter::default(), after, 200)).unwrap();
            found.extend_from_slice(&page);
            if page.len() < 200 {
                break;
            }
        }
        assert_eq!(found.len(), 1_500);
        assert!(found.iter().all(|order| order.placed_at <= at && order.placed_at > at.plus_days(-91)));
        let statuses: BTreeSet<_> = found.iter().map(|order| order.status).collect();
        assert_eq!(statuses.len(), Status::ALL.len(), "{statuses:?}");
        let of = |shop| found.iter().filter(|order| order.shop == shop).count();
        let shops: BTreeSet<_> = found.iter().map(|order| order.shop).collect();
        assert_eq!(shops.len(), 3);
        assert!(of(trades.big) > 0 && of(trades.small) > 0);
        let oldest = found.last().unwrap();
        assert_eq!((trades.samples.len(), trades.samples[0].order), (2, oldest.id));
        let view = db.read(|q| order::order(q, oldest.id)).unwrap();
        assert_eq!((&view.order, view.steps[0].at), (oldest, oldest.placed_at));
        assert!(db.read(|q| ::store::timer::due(q, Moment::MAX, 9)).unwrap().is_empty(), "nothing is timed");
    });
}
