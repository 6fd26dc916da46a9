//! Selling beyond what is in stock, and the letter about what runs low.

use super::mall::{Buyer, Mall, Stall, write};
use flows::buy::{self, Ask, Error, Wanted};
use flows::stock::{self, Limited};
use govern::gate::{self, By, Gate, Why};
use govern::policy::Words;
use kernel::id::Sku;
use kernel::{Currency, Id, Problem};
use offer::catalog::{self, Presale};
use people::notice;
use supply::warehouse::{self, Limits};
use testkit::db::on_both;
use trade::scene::Via;

fn limit(mall: &Mall, stall: Stall, sku: Id<Sku>, safety: i64, backorder: i64) -> Result<(), stock::Error> {
    let ctx = mall.ctx();
    let limits = Limits { safety, backorder };
    let limited = Limited { sku, warehouse: stall.site, limits, ship: None };
    let rules = catalog::rules("2026-11-23".parse().unwrap(), Currency::CNY).unwrap();
    write(&mall.db, move |tx| stock::set_limits(tx, &ctx, stall.shop, &limited, &rules).map(drop))
}

fn promised(mall: &Mall, buyer: Buyer, sku: Id<Sku>, quantity: i64) -> (String, bool) {
    let lines = vec![Wanted { sku, quantity, via: Via::mall() }];
    let ask = Ask { lines, address: Some(buyer.address), delivery_methods: Vec::new() };
    let ready = mall.db.read(|q| buy::price(q, &mall.services, mall.now(), buyer.member, &ask)).unwrap();
    (ready.lines[0].ship.to_string(), ready.lines[0].backorder)
}

#[test]
fn what_is_back_ordered_is_promised_like_a_presale_and_ends_at_the_ceiling() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 3);
        limit(&mall, stall, cup, 1, 4).unwrap();
        assert_eq!(promised(&mall, buyer, cup, 2), ("ship-48h".to_owned(), false));
        assert_eq!(promised(&mall, buyer, cup, 3), ("ship-presale".to_owned(), true));

        let in_stock = mall.quote(buyer, &[(cup, 2)]).unwrap();
        let soon = mall.buy(buyer, &[(cup, 1)]).unwrap().orders.remove(0);
        // One is left where two were shown: nobody gets a later promise than the one that was shown.
        let err = mall.place(buyer, in_stock).unwrap_err();
        assert!(matches!(err, Error::Backordered { sku, there: 1 } if sku == cup), "{err}");
        assert_eq!(err.code(), "buy.backordered");
        let late = mall.buy(buyer, &[(cup, 4)]).unwrap().orders.remove(0);
        assert_eq!(&*late.promise.id, "ship-presale");
        assert!(late.ship_by > soon.ship_by.plus_hours(12 * 24));
        let err = mall.buy(buyer, &[(cup, 2)]).unwrap_err();
        assert_eq!(err.code(), "warehouse.short");
        mall.buy(buyer, &[(cup, 1)]).unwrap();
        assert_eq!(mall.left(stall, cup), 0);

        limit(&mall, stall, cup, 1, 0).unwrap();
        assert!(db.read(|q| catalog::offer(q, cup)).unwrap().unwrap().backorder.is_none());
        mall.receive(stall, cup, 9);
        assert_eq!(promised(&mall, buyer, cup, 2), ("ship-48h".to_owned(), false));
        mall.is_sound();
    });
}

#[test]
fn back_orders_take_the_gate_to_presales_and_safety_stock_does_not() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, other) = (mall.stall(), mall.stall());
        let (_, cup) = mall.product(stall, 5_000, 3);
        let words = || Words { zh: "迟".into(), en: "late".into() };
        let why = Why {
            by: By::Policy { id: "p".into(), version: 1 },
            reason: "late_shipping".into(),
            text: words(),
            remedy: words(),
        };
        let (ctx, gate) = (mall.ctx(), Gate::of(Presale, stall.shop));
        write(db, move |tx| gate::close(tx, &ctx, gate, &why, None)).unwrap();
        let err = limit(&mall, stall, cup, 0, 1).unwrap_err();
        assert!(matches!(err, stock::Error::Gate(_)), "{err}");
        assert_eq!(db.read(|q| warehouse::stock(q, stall.shop, cup)).unwrap().backorder, 0);
        limit(&mall, stall, cup, 2, 0).unwrap();
        assert_eq!(mall.left(stall, cup), 1);
        let err = limit(&mall, Stall { shop: other.shop, ..stall }, cup, 0, 0).unwrap_err();
        assert_eq!(err.code(), "warehouse.no_sku");
    });
}

#[test]
fn a_shop_gets_one_letter_when_its_stock_runs_low_and_another_after_it_recovered() {
    on_both(|db| {
        let mall = Mall::new(db);
        mall.workers.begin().unwrap();
        let (stall, other, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 6);
        let (ctx, shop) = (mall.ctx(), stall.shop);
        write(db, move |tx| stock::set_low(tx, &ctx, shop, cup, Some(3))).unwrap();
        let letters = |stall: Stall| {
            testkit::db::settle(db);
            mall.work();
            let found = db.read(|q| notice::unread(q, stall.shop, 9)).unwrap();
            found.into_iter().map(|letter| (letter.kind, letter.subject)).collect::<Vec<_>>()
        };
        let one = (Box::from("low_stock"), cup.to_string().into_boxed_str());
        assert_eq!(letters(stall), []);
        mall.bought(buyer, &[(cup, 2)]);
        assert_eq!(letters(stall), [], "four are left");
        mall.bought(buyer, &[(cup, 1)]);
        assert_eq!(letters(stall), std::slice::from_ref(&one));
        mall.bought(buyer, &[(cup, 1)]);
        assert_eq!(letters(stall).len(), 1, "it is said once");
        mall.receive(stall, cup, 5);
        assert_eq!(letters(stall).len(), 1);
        mall.bought(buyer, &[(cup, 4)]);
        assert_eq!(letters(stall), [one.clone(), one]);
        assert_eq!(letters(other), []);
    });
}
