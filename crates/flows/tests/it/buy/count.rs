//! What buying costs in statements, and what it tells: both are fixed, and a change of either is a decision.

use super::mall::{Mall, start, write};
use flows::buy::{self, Ask, Wanted};
use kernel::Moment;
use kernel::fact::Value;
use std::collections::BTreeMap;
use store::log;
use testkit::db::on_both;
use trade::cart::{self, Add};
use trade::order::Status;
use trade::scene::Via;

#[test]
fn a_purchase_costs_so_many_statements_and_no_more() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (product, cup) = mall.product(stall, 5_000, 10);
        let mut last = db.statements();
        let mut cost = |what: &'static str| {
            let now = db.statements();
            let spent = now - last;
            last = now;
            (what, spent)
        };
        let mut costs = Vec::new();

        let most = mall.services.terms(mall.now()).unwrap().cart();
        let add = Add { sku: cup, product, shop: stall.shop, quantity: 1, via: Via::mall() };
        let (ctx, member) = (mall.ctx(), buyer.member);
        write(db, move |tx| cart::add(tx, &ctx, member, &add, most)).unwrap();
        costs.push(cost("add"));

        let lines = vec![Wanted { sku: cup, quantity: 1, via: Via::mall() }];
        let ask = Ask { lines, address: Some(buyer.address), delivery_methods: Vec::new() };
        let ctx = mall.ctx();
        let ready = db.read(|q| buy::price(q, &mall.services, ctx.now, member, &ask)).unwrap();
        costs.push(cost("price"));
        let (quote, _) = write(db, move |tx| buy::keep(tx, &ctx, &ready)).unwrap();
        costs.push(cost("keep"));

        let (ctx, services) = (mall.ctx(), mall.services.clone());
        let found = db.read(|q| buy::find(q, &services, ctx.now, member, quote)).unwrap();
        costs.push(cost("find"));
        let placed = write(db, move |tx| buy::place_found(tx, &ctx, &services, None, &found)).unwrap();
        costs.push(cost("place"));

        let id = placed.purchase.id;
        let attempt = start(db, &mall.services, mall.ctx(), buyer, id, Some("ok")).unwrap();
        costs.push(cost("start"));
        buy::begin(db, &mall.services, &mall.ctx(), &attempt, None).unwrap();
        costs.push(cost("begin"));

        let letters = db.read(|q| store::job::due(q, "sandbox.webhook", mall.now(), 9)).unwrap();
        cost("letters");
        let gateway = &mall.services.gateways()[0];
        let event =
            gateway.read(&gateway.sign(letters[0].body.as_bytes()), letters[0].body.as_bytes()).unwrap();
        let (ctx, services) = (mall.ctx(), mall.services.clone());
        write(db, move |tx| buy::take_event(tx, &ctx, &services, &event)).unwrap();
        costs.push(cost("capture"));
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Paid);

        let expected = [
            ("add", 1),
            ("price", 4),
            ("keep", 1),
            ("find", 6),
            ("place", 15),
            ("start", 3),
            ("begin", 2),
            ("capture", 16),
        ];
        assert_eq!(costs, expected);
    });
}

#[test]
fn the_facts_of_a_life_are_what_metrics_count() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let bought = mall.bought(buyer, &[(cup, 2)]);
        let order = bought.orders[0].id;
        mall.wait(3_600);
        mall.ship(stall, order).unwrap();
        mall.wait(86_400);
        let (ctx, member) = (mall.ctx(), buyer.member);
        write(db, move |tx| buy::receive(tx, &ctx, member, order)).unwrap();
        let seen = mall.seen(buyer, bought.purchase.id).orders.remove(0);

        testkit::db::settle(db);
        let all = db.read(|q| log::after(q, log::Position::default(), 5_000)).unwrap();
        let mine: BTreeMap<&str, _> = all
            .iter()
            .filter(|entry| entry.record.subject == order.raw())
            .map(|entry| (entry.record.spec.kind, &entry.record))
            .collect();
        let kinds: Vec<&str> = mine.keys().copied().collect();
        assert_eq!(
            kinds,
            [
                "order.paid",
                "order.placed",
                "order.received",
                "order.shipped",
                "parcel.delivered",
                "parcel.picked_up"
            ]
        );
        let moment = |kind: &str, name: &str| match mine[kind].get(name) {
            Some(Value::Int(micros)) => Some(Moment::from_micros(*micros)),
            Some(Value::Null) | None => None,
            other => panic!("{kind}.{name} is {other:?}"),
        };
        // late_ship_rate: due at the promise, taken back by a pick-up until then that knows the same promise.
        assert_eq!(moment("order.placed", "ship_by"), Some(seen.ship_by));
        assert_eq!(moment("parcel.picked_up", "ship_by"), Some(seen.ship_by));
        assert!(mine["parcel.picked_up"].at <= seen.ship_by);
        assert_eq!(moment("parcel.picked_up", "cancelled_at"), None);
        // pickup_hours and growth_late_pickups: paid before, with the clock's start and the day after.
        assert_eq!(moment("parcel.picked_up", "paid_at"), seen.paid_at);
        assert_eq!(moment("order.paid", "pickup_from"), seen.pickup_from);
        assert_eq!(moment("order.paid", "pass_pickup_by"), seen.next_day_by);
        // late_delivery_rate and lane_on_time_rate.
        assert_eq!(moment("order.placed", "deliver_by"), Some(seen.deliver_by));
        assert!(mine["parcel.delivered"].at <= seen.deliver_by);
        assert_eq!(moment("parcel.delivered", "standard_by"), seen.standard_by);
        assert!(seen.standard_by.is_some());
        assert_eq!(mine["order.paid"].at, seen.paid_at.unwrap());
    });
}
