//! Goods without a parcel: codes and files, from the pool to their buyer, and what becomes of those that lack.

use super::mall::{Buyer, Mall, Stall, ctx_at, place, write, write_with};
use super::race::{at_once, persist};
use flows::buy::{self, Ask, Error, Wanted};
use flows::digital::{self, Contents, Delivered};
use flows::stock::{self, Doing};
use kernel::id::{Code, Order as OrderKind, Sku};
use kernel::{Id, Problem};
use offer::catalog::GoodsKind;
use people::{notice, vault};
use std::collections::BTreeSet;
use store::StoreError;
use supply::digital::{File, Pool};
use supply::warehouse::{Change, Part, Reason};
use testkit::db::on_both;
use trade::order::{Order, PurchaseView, Status};
use trade::payment::{self, Event, What};
use trade::scene::Via;

store::sql! {
    /// Codes get lost, as no command loses them.
    LOSE = "update digital_code set withdrawn_at = 1 where sku = $1 and order_id is null";
}

fn digital_sku(mall: &Mall, stall: Stall, price: i64) -> Id<Sku> {
    mall.product_as(stall, price, 0, |content| content.kind = GoodsKind::Digital).1
}

fn add(mall: &Mall, stall: Stall, sku: Id<Sku>, codes: &[&str]) -> Result<Delivered, digital::Error> {
    let (ctx, services, lines) = (mall.ctx(), mall.services.clone(), codes.join("\n"));
    write(&mall.db, move |tx| digital::add_codes(tx, &ctx, services.vault(), stall.shop, (sku, &lines)))
}

/// A variant is delivered as a file.
pub(super) fn file(mall: &Mall, stall: Stall, sku: Id<Sku>) {
    let file = File { key: "0".repeat(64).into(), name: "说明 书.pdf".into(), bytes: 1_234 };
    write(&mall.db, move |tx| digital::use_file(tx, stall.shop, sku, &file)).unwrap();
}

fn pool(mall: &Mall, stall: Stall, sku: Id<Sku>) -> Pool {
    mall.db.read(|q| digital::delivered(q, stall.shop, sku)).unwrap().pool
}

fn contents(mall: &Mall, order: &Order) -> Contents {
    mall.db.read(|q| digital::contents(q, mall.services.vault(), order)).unwrap()
}

fn reveal(mall: &Mall, buyer: Buyer, order: Id<OrderKind>, code: Id<Code>) -> Result<String, digital::Error> {
    let (ctx, vault) = (mall.ctx(), mall.services.vault().clone());
    let clear = write(&mall.db, move |tx| digital::reveal(tx, &ctx, &vault, buyer.member, (order, code)))?;
    Ok(clear.expose().to_owned())
}

fn lose(mall: &Mall, sku: Id<Sku>) {
    write(&mall.db, move |tx| tx.exec(&LOSE, store::vals![sku])).unwrap();
}

#[test]
fn a_code_is_delivered_at_payment_without_an_address_and_seen_by_its_buyer_alone() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer, other) = (mall.stall(), mall.buyer(), mall.buyer());
        let sku = digital_sku(&mall, stall, 3_000);
        add(&mall, stall, sku, &["AAAA-BBBB-0001", " AAAA-BBBB-0002 ", "", "AAAA-BBBB-0003"]).unwrap();
        assert_eq!(pool(&mall, stall, sku), Pool { free: 3, assigned: 0, withdrawn: 0 });
        assert_eq!(mall.left(stall, sku), 3, "a code is a unit of stock");

        let lines = vec![Wanted { sku, quantity: 2, via: Via::mall() }];
        let ask = Ask { lines, address: None, delivery_methods: Vec::new() };
        let ctx = mall.ctx();
        let ready = db.read(|q| buy::price(q, &mall.services, ctx.now, buyer.member, &ask)).unwrap();
        assert_eq!(ready.priced.total.minor, 6_000, "no freight");
        let (quote, _) = write(db, move |tx| buy::keep(tx, &ctx, &ready)).unwrap();
        let placed = mall.place(buyer, quote).unwrap();
        assert_eq!((mall.left(stall, sku), pool(&mall, stall, sku).free), (1, 3), "kept, not given yet");
        mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
        mall.work();
        let order = mall.seen(buyer, placed.purchase.id).orders.remove(0);
        assert_eq!((order.status, order.address.shown.is_empty()), (Status::Received, true));
        assert_eq!(pool(&mall, stall, sku), Pool { free: 1, assigned: 2, withdrawn: 0 });

        let has = contents(&mall, &order);
        let masked: Vec<&str> = has.codes.iter().map(|code| code.masked.as_str()).collect();
        assert_eq!(masked, ["****0001", "****0002"]);
        let code = has.codes[0].code.id;
        assert_eq!(reveal(&mall, other, order.id, code).unwrap_err().code(), "order.not_found");
        let looks = |code: Id<Code>| db.read(|q| vault::accesses(q, code.raw(), None, 9)).unwrap();
        assert!(looks(code).is_empty());
        assert_eq!(reveal(&mall, buyer, order.id, code).unwrap(), "AAAA-BBBB-0001");
        let look = looks(code).remove(0).look;
        assert_eq!((look.by, look.about), (buyer.member, Some(order.id.raw())));
        assert!(contents(&mall, &order).codes[0].code.seen_at.is_some());
        assert!(contents(&mall, &order).codes[1].code.seen_at.is_none());
        let strange = mall.bought(other, &[(sku, 1)]).orders.remove(0);
        let theirs = contents(&mall, &strange).codes[0].code.id;
        assert_eq!(reveal(&mall, buyer, order.id, theirs).unwrap_err().code(), "digital.no_code");
        mall.is_sound();
    });
}

#[test]
fn buyers_at_once_get_each_code_once_and_a_killed_payment_gives_none() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let sku = digital_sku(&mall, stall, 3_000);
        add(&mall, stall, sku, &["c-1", "c-2", "c-3", "c-4", "c-5"]).unwrap();
        let buyers: Vec<Buyer> = (0..8).map(|_| mall.buyer()).collect();
        let quotes: Vec<_> = buyers.iter().map(|buyer| mall.quote(*buyer, &[(sku, 1)]).unwrap()).collect();
        let now = mall.now();
        let click = |(buyer, quote): (&Buyer, &_)| {
            let (db, services, buyer, quote) = (mall.db.clone(), mall.services.clone(), *buyer, *quote);
            Box::new(move || persist(|| place(&db, &services, ctx_at(now), buyer, quote)))
                as Box<dyn FnOnce() -> Result<PurchaseView, Error> + Send>
        };
        let placed = at_once(buyers.iter().zip(&quotes).map(click).collect());
        let (won, lost): (Vec<_>, Vec<_>) = buyers.iter().zip(placed).partition(|(_, placed)| placed.is_ok());
        assert_eq!(won.len(), 5);
        assert!(lost.iter().all(|(_, err)| err.as_ref().unwrap_err().code() == "warehouse.short"));

        let events: Vec<(Buyer, _, Event)> = won
            .into_iter()
            .map(|(buyer, placed)| {
                let id = placed.unwrap().purchase.id;
                let attempt = mall.pay(*buyer, id, Some("silent")).unwrap().attempt;
                let event = Event {
                    provider: "sandbox".into(),
                    id: format!("evt_{id}").into(),
                    reference: attempt.reference.clone().unwrap(),
                    payment: Some(attempt.id),
                    what: What::Captured { amount: attempt.amount },
                    at: mall.now(),
                };
                (*buyer, id, event)
            })
            .collect();
        // A payment that is killed before its commit leaves everything as it was.
        let (ctx, services, event) = (mall.ctx(), mall.services.clone(), events[0].2.clone());
        let killed: Result<(), Error> = write(db, move |tx| {
            buy::take_event(tx, &ctx, &services, &event)?;
            Err(StoreError::Closed.into())
        });
        assert!(killed.is_err());
        assert_eq!(pool(&mall, stall, sku), Pool { free: 5, assigned: 0, withdrawn: 0 });

        let now = mall.now();
        let tell = |n: usize| {
            let (db, services) = (mall.db.clone(), mall.services.clone());
            let event = events[n % 5].2.clone();
            Box::new(move || persist(|| buy::ingest_webhook(&db, &services, &ctx_at(now), &event)))
                as Box<dyn FnOnce() -> Result<buy::Ingested, Error> + Send>
        };
        let told = at_once((0..10).map(tell).collect());
        assert!(told.iter().all(Result::is_ok), "{told:?}");
        mall.work();
        let mut seen = BTreeSet::new();
        for (buyer, id, _) in &events {
            let order = mall.seen(*buyer, *id).orders.remove(0);
            assert_eq!(order.status, Status::Received);
            let codes = contents(&mall, &order).codes;
            assert_eq!(codes.len(), 1);
            seen.insert(reveal(&mall, *buyer, order.id, codes[0].code.id).unwrap());
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["c-1", "c-2", "c-3", "c-4", "c-5"]);
        assert_eq!(pool(&mall, stall, sku), Pool { free: 0, assigned: 5, withdrawn: 0 });
        mall.is_sound();
    });
}

#[test]
fn what_cannot_be_delivered_refunds_itself_and_the_shop_is_told() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (sku, book) = (digital_sku(&mall, stall, 3_000), digital_sku(&mall, stall, 500));
        file(&mall, stall, book);
        add(&mall, stall, sku, &["one", "two", "three"]).unwrap();
        let pay = |lines: &[(Id<Sku>, i64)]| {
            let placed = mall.buy(buyer, lines).unwrap();
            lose(&mall, sku);
            mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
            mall.work();
            let order = mall.seen(buyer, placed.purchase.id).orders.remove(0);
            let refunds = db.read(|q| payment::refunds_of_purchase(q, placed.purchase.id)).unwrap();
            (order, refunds.iter().map(|refund| refund.amount.minor).sum::<i64>())
        };
        // With a file beside it: the file comes, the codes do not.
        let (order, back) = pay(&[(sku, 2), (book, 1)]);
        assert_eq!((order.status, back, order.cuts.len()), (Status::Received, 6_000, 1));
        assert_eq!(order.cuts[0].why.reason.as_str(), "out_of_stock");
        let has = contents(&mall, &order);
        assert_eq!((has.codes.len(), has.links.len()), (0, 1));
        assert_eq!(mall.left(stall, sku), 1, "what lacks is not for sale again");
        // Alone: the whole order goes back.
        let (order, back) = pay(&[(sku, 1)]);
        assert_eq!((order.status, back), (Status::Refunded, 3_000));
        assert_eq!(mall.left(stall, sku), 0);
        let letters = db.read(|q| notice::unread(q, stall.shop, 9)).unwrap();
        assert_eq!(letters.iter().filter(|letter| &*letter.kind == "codes_lacked").count(), 2);
        assert_eq!(&*letters[0].subject, order.id.to_string());
        mall.is_sound();
    });
}

#[test]
fn units_that_were_counted_before_there_were_codes_are_paid_back_and_taken_off_the_books() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let sku = digital_sku(&mall, stall, 3_000);
        mall.receive(stall, sku, 3);
        add(&mall, stall, sku, &["one"]).unwrap();
        assert_eq!(mall.left(stall, sku), 4);
        let placed = mall.buy(buyer, &[(sku, 3)]).unwrap();
        mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
        mall.work();
        let order = mall.seen(buyer, placed.purchase.id).orders.remove(0);
        let refunds = db.read(|q| payment::refunds_of_purchase(q, placed.purchase.id)).unwrap();
        assert_eq!((order.status, refunds[0].amount.minor), (Status::Refunded, 9_000));
        assert_eq!(pool(&mall, stall, sku).free, 1);
        assert_eq!(mall.left(stall, sku), 2, "of the three that were asked for two lacked");
        mall.is_sound();
    });
}

#[test]
fn a_link_opens_so_many_downloads_until_its_day() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer, other) = (mall.stall(), mall.buyer(), mall.buyer());
        let book = digital_sku(&mall, stall, 500);
        file(&mall, stall, book);
        let order = mall.bought(buyer, &[(book, 1)]).orders.remove(0);
        assert_eq!(order.status, Status::Received);
        let link = contents(&mall, &order).links.remove(0);
        assert_eq!((link.most, link.used, &*link.file.name), (5, 0, "说明 书.pdf"));
        let get = |buyer: Buyer, order: &Order| {
            let (ctx, of) = (mall.ctx(), (order.id, link.id));
            write(db, move |tx| digital::download(tx, &ctx, buyer.member, of)).map(|link| link.used)
        };
        assert_eq!(get(other, &order).unwrap_err().code(), "order.not_found");
        for n in 1..=5 {
            assert_eq!(get(buyer, &order).unwrap(), n);
        }
        assert_eq!(get(buyer, &order).unwrap_err().code(), "digital.link_used");

        let second = mall.bought(buyer, &[(book, 2)]).orders.remove(0);
        assert_eq!(get(buyer, &second).unwrap_err().code(), "digital.no_link", "another order's link");
        let link = contents(&mall, &second).links.remove(0);
        assert_eq!(link.most, 10, "for each unit");
        let get = || {
            let (ctx, member, of) = (mall.ctx(), buyer.member, (second.id, link.id));
            write(db, move |tx| digital::download(tx, &ctx, member, of))
        };
        mall.show(link.until.plus_micros(-2_000));
        get().unwrap();
        mall.show(link.until);
        assert_eq!(get().unwrap_err().code(), "digital.link_over");
        mall.is_sound();
    });
}

#[test]
fn codes_beside_a_parcel_come_with_it() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 3);
        let sku = digital_sku(&mall, stall, 3_000);
        add(&mall, stall, sku, &["one", "two"]).unwrap();
        let order = mall.bought(buyer, &[(cup, 1), (sku, 1)]).orders.remove(0);
        assert_eq!((order.status, contents(&mall, &order)), (Status::Paid, Contents::default()));
        lose(&mall, sku);
        let err = mall.ship(stall, order.id).unwrap_err();
        assert!(matches!(err, Error::NoCodes { wanted: 1, there: 0, .. }), "{err}");
        add(&mall, stall, sku, &["three"]).unwrap();
        let order = mall.ship(stall, order.id).unwrap();
        let code = contents(&mall, &order).codes.remove(0).code.id;
        assert_eq!(reveal(&mall, buyer, order.id, code).unwrap(), "three");
        mall.is_sound();
    });
}

#[test]
fn a_pool_takes_a_code_once_and_gives_back_what_nobody_bought() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, other, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 3);
        let sku = digital_sku(&mall, stall, 3_000);
        let code = |answer: Result<Delivered, digital::Error>| answer.unwrap_err().code().to_owned();
        assert_eq!(code(add(&mall, stall, cup, &["one"])), "goods.not_digital");
        assert_eq!(code(add(&mall, other, sku, &["one"])), "warehouse.no_sku");
        assert_eq!(code(add(&mall, stall, sku, &[])), "digital.codes");
        assert_eq!(code(add(&mall, stall, sku, &["one", &"x".repeat(201)])), "goods.code");
        add(&mall, stall, sku, &["one", "two", "three"]).unwrap();
        let err = add(&mall, stall, sku, &["four", "two", "one"]).unwrap_err();
        assert!(matches!(err, digital::Error::Digital(supply::digital::Error::Known { known: 2 })), "{err}");
        assert_eq!(pool(&mall, stall, sku).free, 3, "all or none");

        mall.buy(buyer, &[(sku, 2)]).unwrap();
        let withdraw = |units| {
            let ctx = mall.ctx();
            write(db, move |tx| digital::withdraw_codes(tx, &ctx, stall.shop, sku, units))
        };
        assert_eq!(code(withdraw(4)), "goods.lack");
        assert_eq!(code(withdraw(2)), "warehouse.below_reserved", "two are kept for an order");
        assert_eq!(withdraw(1).unwrap().pool, Pool { free: 2, assigned: 0, withdrawn: 1 });
        assert_eq!(code(add(&mall, stall, sku, &["three"])), "digital.known", "it may have been seen");
        let book = File { key: "0".repeat(64).into(), name: "a.pdf".into(), bytes: 1 };
        assert_eq!(
            code(write(db, move |tx| digital::use_file(tx, stall.shop, sku, &book))),
            "digital.has_codes"
        );

        // The stock of a pool is its codes: nobody counts it by hand, sells it in a kit or beyond.
        let (ctx, reason) = (mall.ctx(), Reason::new("test").unwrap());
        let change = Change { sku, warehouse: stall.site, quantity: 5, reason, reference: None };
        let err =
            write(db, move |tx| stock::change(tx, &ctx, stall.shop, Doing::Receive, &change)).unwrap_err();
        assert_eq!(err.code(), "stock.codes");
        let (_, kit) = mall.product(stall, 9_000, 0);
        let parts = [Part { sku, quantity: 1 }];
        let err = write(db, move |tx| stock::make_kit(tx, stall.shop, kit, &parts)).unwrap_err();
        assert_eq!(err.code(), "stock.codes");
        mall.is_sound();
    });
}

#[test]
fn an_order_that_is_called_off_before_payment_leaves_its_codes_free() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let sku = digital_sku(&mall, stall, 3_000);
        add(&mall, stall, sku, &["one"]).unwrap();
        let placed = mall.buy(buyer, &[(sku, 1)]).unwrap();
        assert_eq!(mall.left(stall, sku), 0);
        let (ctx, member, id) = (mall.ctx(), buyer.member, placed.purchase.id);
        let keys = db.read(|q| buy::keys_to_end(q, id)).unwrap();
        write_with(db, keys, move |tx| buy::cancel(tx, &ctx, member, id)).unwrap();
        assert_eq!((mall.left(stall, sku), pool(&mall, stall, sku).free), (1, 1));
        mall.is_sound();
    });
}
