//! Whole lives of purchases.

use super::mall::{Mall, write, write_with, yuan};
use flows::buy::{self, Ask, Error, Wanted};
use ledger::Account;
use offer::catalog::GoodsKind;
use store::Keys;
use supply::warehouse;
use testkit::db::on_both;
use trade::cart::{self, Add};
use trade::order::{self, Side, Status};
use trade::scene::{Scene, Via};

#[test]
fn a_purchase_over_two_shops_is_paid_shipped_and_received_and_its_money_reaches_the_shops() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (one, two, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (_, cup) = mall.product(one, 5_000, 10);
        let (_, pot) = mall.product(two, 20_000, 5);
        let placed = mall.buy(buyer, &[(cup, 2), (pot, 1)]).unwrap();
        let id = placed.purchase.id;
        assert_eq!(placed.purchase.total, yuan(30_000));
        assert_eq!(placed.orders.len(), 2);
        assert_eq!((mall.left(one, cup), mall.left(two, pot)), (8, 4));
        assert!(placed.orders.iter().all(|order| order.address.shown.contains("杭州市")));
        assert!(placed.orders.iter().all(|order| !order.address.shown.contains("三丰")));
        mall.is_sound();

        let paying = mall.pay(buyer, id, Some("ok")).unwrap();
        assert_eq!(paying.redirect, None);
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Unpaid, "the provider tells later");
        mall.work();
        let paid = mall.seen(buyer, id);
        assert_eq!(paid.purchase.status, Status::Paid);
        assert_eq!(paid.purchase.payment, Some(paying.attempt.id));
        for order in &paid.orders {
            assert_eq!(mall.balance(&Account::Escrow(order.id)), order.sums.total.minor);
        }
        mall.is_sound();

        for (stall, sku) in [(one, cup), (two, pot)] {
            let order = paid.orders.iter().find(|order| order.shop == stall.shop).unwrap();
            let shipped = mall.ship(stall, order.id).unwrap();
            assert_eq!(shipped.status, Status::Shipped);
            let stock = mall.db.read(|q| warehouse::stock(q, stall.shop, sku)).unwrap();
            assert_eq!(stock.places[0].figures.reserved(), 0);
        }
        mall.is_sound();

        // One is received by its buyer, the other by the clock.
        let mine = paid.orders.iter().find(|order| order.shop == one.shop).unwrap();
        let (ctx, member, order) = (mall.ctx(), buyer.member, mine.id);
        write(db, move |tx| buy::receive(tx, &ctx, member, order)).unwrap();
        mall.wait(86_400 * 30);
        mall.work();
        let ended = mall.seen(buyer, id);
        assert!(ended.orders.iter().all(|order| order.status == Status::Received));
        for order in &ended.orders {
            let sums = order.sums;
            let net = sums.total.minor - sums.fee.minor - sums.commission.minor;
            assert!(sums.fee.minor > 0);
            assert_eq!(mall.balance(&Account::Escrow(order.id)), 0);
            assert_eq!(mall.balance(&Account::Payable(order.shop)), net);
        }
        mall.is_sound();
    });
}

#[test]
fn the_cart_is_what_is_bought_and_lines_of_one_variant_add_up() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (product, cup) = mall.product(stall, 5_000, 10);
        let (_, other) = mall.product(stall, 700, 10);
        let most = mall.services.terms(mall.now()).unwrap().cart();
        for (sku, quantity, scene) in
            [(cup, 1, Scene::Search), (cup, 2, Scene::Live), (other, 1, Scene::Mall)]
        {
            let via = Via::new(scene, Some("slot:1")).unwrap();
            let add = Add { sku, product, shop: stall.shop, quantity, via };
            let (ctx, member) = (mall.ctx(), buyer.member);
            write(db, move |tx| cart::add(tx, &ctx, member, &add, most)).unwrap();
        }
        let all = db.read(|q| buy::wanted_of_cart(q, buyer.member, None)).unwrap();
        assert_eq!(all.len(), 2);
        let lines = db.read(|q| buy::wanted_of_cart(q, buyer.member, Some(&[cup]))).unwrap();
        let ask = Ask { lines, address: Some(buyer.address), delivery_methods: Vec::new() };
        let ctx = mall.ctx();
        let ready = db.read(|q| buy::price(q, &mall.services, ctx.now, buyer.member, &ask)).unwrap();
        let (quote, _) = write(db, move |tx| buy::keep(tx, &ctx, &ready)).unwrap();
        let placed = mall.place(buyer, quote).unwrap();
        let line = &placed.orders[0].lines[0];
        assert_eq!((line.quantity, line.via.scene), (3, Scene::Live));
        assert_eq!(line.via.evidence.as_deref(), Some("slot:1"));
        let left = db.read(|q| cart::lines(q, buyer.member)).unwrap();
        assert_eq!(
            left.iter().map(|line| line.sku).collect::<Vec<_>>(),
            [other],
            "what was not bought stays"
        );
        assert_eq!(mall.left(stall, cup), 7);
        mall.is_sound();
    });
}

#[test]
fn a_purchase_that_nobody_pays_closes_and_gives_everything_back() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product_as(stall, 5_000, 3, |content| content.skus[0].limit = Some(2));
        let placed = mall.buy(buyer, &[(cup, 2)]).unwrap();
        assert_eq!(mall.left(stall, cup), 1);
        let again = mall.buy(buyer, &[(cup, 1)]).unwrap_err();
        assert!(again.to_string().contains('2'), "{again}");
        mall.work();
        assert_eq!(mall.seen(buyer, placed.purchase.id).purchase.status, Status::Unpaid, "not yet");
        mall.wait(16 * 60);
        mall.work();
        assert_eq!(mall.seen(buyer, placed.purchase.id).purchase.status, Status::Closed);
        assert_eq!(mall.left(stall, cup), 3);
        mall.is_sound();
        let refused = mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap_err();
        assert!(matches!(refused, Error::NotUnpaid(_)), "{refused}");
        mall.buy(buyer, &[(cup, 2)]).unwrap();
    });
}

#[test]
fn a_purchase_called_off_before_payment_gives_everything_back() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer, other) = (mall.stall(), mall.buyer(), mall.buyer());
        let (_, cup) = mall.product_as(stall, 5_000, 3, |content| content.skus[0].limit = Some(2));
        let id = mall.buy(buyer, &[(cup, 2)]).unwrap().purchase.id;
        let cancel = |who: super::mall::Buyer| {
            let (ctx, member) = (mall.ctx(), who.member);
            let keys = db.read(|q| buy::keys_to_end(q, id)).unwrap();
            write_with(db, keys, move |tx| buy::cancel(tx, &ctx, member, id))
        };
        assert!(matches!(cancel(other), Err(Error::Order(order::Error::NoPurchase(_)))));
        assert_eq!(cancel(buyer).unwrap().purchase.status, Status::Cancelled);
        assert!(cancel(buyer).is_err(), "a second time");
        assert_eq!(mall.left(stall, cup), 3);
        mall.is_sound();
        mall.wait(16 * 60);
        mall.work();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Cancelled);
        mall.buy(buyer, &[(cup, 2)]).unwrap();
    });
}

#[test]
fn an_order_called_off_after_payment_is_refunded_and_the_other_shop_goes_on() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (one, two, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (_, cup) = mall.product(one, 5_000, 3);
        let (_, pot) = mall.product(two, 20_000, 3);
        let bought = mall.bought(buyer, &[(cup, 1), (pot, 1)]);
        let payment = bought.purchase.payment.unwrap();
        let mine = bought.orders.iter().find(|order| order.shop == one.shop).unwrap().id;
        let side = Side::Buyer(buyer.member);
        let (ctx, keys) = (mall.ctx(), db.read(|q| buy::keys_of_order(q, side, mine)).unwrap());
        let (order, refund) =
            write_with(db, keys, move |tx| buy::cancel_paid(tx, &ctx, side, mine, None)).unwrap();
        assert_eq!(order.status, Status::Refunded);
        assert_eq!(refund.unwrap().amount, yuan(5_000));
        assert_eq!(mall.left(one, cup), 3);
        assert_eq!(mall.balance(&Account::Refund(payment)), 5_000, "it is on its way");
        mall.is_sound();
        mall.work();
        assert_eq!(mall.balance(&Account::Refund(payment)), 0, "it was sent");
        let provider = Account::Provider("sandbox".parse().unwrap());
        assert_eq!(mall.balance(&provider), -20_000);
        mall.is_sound();
        let refused = mall.ship(one, mine).unwrap_err();
        assert!(matches!(refused, Error::Order(order::Error::Status { .. })), "{refused}");
        let other = bought.orders.iter().find(|order| order.shop == two.shop).unwrap().id;
        mall.ship(two, other).unwrap();
        let (ctx, keys) = (mall.ctx(), Keys::none());
        let late = write_with(db, keys, move |tx| buy::cancel_paid(tx, &ctx, side, other, None)).unwrap_err();
        assert!(matches!(late, Error::Order(order::Error::Status { .. })), "{late}");
        mall.is_sound();
    });
}

#[test]
fn what_needs_no_parcel_is_handed_over_as_soon_as_it_is_paid_for() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, code) = mall.product_as(stall, 9_900, 0, |content| content.kind = GoodsKind::Digital);
        let ask = Ask {
            lines: vec![Wanted { sku: code, quantity: 1, via: Via::mall() }],
            address: None,
            delivery_methods: Vec::new(),
        };
        let ctx = mall.ctx();
        let price = || db.read(|q| buy::price(q, &mall.services, ctx.now, buyer.member, &ask));
        let refused = price().unwrap_err();
        assert!(
            matches!(&refused, buy::Error::NotOnSale(skus) if *skus == [code]),
            "nothing to deliver: {refused}"
        );
        super::digital::file(&mall, stall, code);
        let ready = price().unwrap();
        let (quote, _) = write(db, move |tx| buy::keep(tx, &ctx, &ready)).unwrap();
        let placed = mall.place(buyer, quote).unwrap();
        assert_eq!(placed.orders[0].reservation, None);
        mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
        mall.work();
        let seen = mall.seen(buyer, placed.purchase.id);
        assert_eq!(seen.orders[0].status, Status::Received);
        let sums = seen.orders[0].sums;
        assert_eq!(
            mall.balance(&Account::Payable(stall.shop)),
            9_900 - sums.fee.minor - sums.commission.minor
        );
        mall.is_sound();
    });
}

#[test]
fn what_cannot_be_bought_is_said_before_and_while_it_is_placed() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer, other) = (mall.stall(), mall.buyer(), mall.buyer());
        let (product, cup) = mall.product(stall, 5_000, 1);
        assert!(matches!(mall.quote(buyer, &[]), Err(Error::Nothing)));
        let unknown = super::mall::new_id();
        assert!(
            matches!(mall.quote(buyer, &[(unknown, 1)]), Err(Error::NotOnSale(gone)) if gone == [unknown])
        );
        let strange = super::mall::Buyer { address: other.address, ..buyer };
        assert!(matches!(mall.quote(strange, &[(cup, 1)]), Err(Error::Member(_))), "another's address");

        // The quote holds its price; the goods may be gone.
        let (late, gone) = (mall.quote(buyer, &[(cup, 1)]).unwrap(), mall.quote(other, &[(cup, 1)]).unwrap());
        assert!(matches!(mall.place(other, late), Err(Error::Quote(_))), "another's quote");
        mall.place(buyer, late).unwrap();
        assert!(matches!(mall.place(buyer, late), Err(Error::Quote(_))), "a second time");
        let short = mall.place(other, gone).unwrap_err();
        assert!(matches!(short, Error::Stock(warehouse::Error::Short(_))), "{short}");
        mall.receive(stall, cup, 5);
        mall.place(other, gone).unwrap();

        let quote = mall.quote(other, &[(cup, 1)]).unwrap();
        let (ctx, shop) = (mall.ctx(), stall.shop);
        write(db, move |tx| offer::catalog::take_off(tx, &ctx, shop, product)).unwrap();
        assert!(matches!(mall.place(other, quote), Err(Error::NotOnSale(_))));
        let (ctx, shop) = (mall.ctx(), stall.shop);
        let rules = offer::catalog::rules("2026-11-23".parse().unwrap(), yuan(0).currency).unwrap();
        write(db, move |tx| flows::listing::put_on(tx, &ctx, shop, product, &rules)).unwrap();
        mall.wait(3_600);
        assert!(matches!(mall.place(other, quote), Err(Error::Quote(_))), "its time is over");
        mall.is_sound();
    });
}
