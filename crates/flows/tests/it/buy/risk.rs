//! Risk control from the checkout to the parcel: who is held and who is refused, what a held order can do, and that of two who
//! decide about it one does.

use super::mall::{Buyer, Mall, Stall, ctx_at, place, write_with};
use super::race::{at_once, persist};
use flows::buy::{self, CheckoutServices, Error};
use kernel::id::{Order as OrderKind, Sku};
use kernel::{Actor, Ctx, Id, Moment};
use offer::catalog::GoodsKind;
use store::Db;
use testkit::db::on_both;
use trade::order::{self, Filter, Order, Side, Status, Step};
use trade::risk::{Action, Reason, Rule, Rules, Sign};

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;

fn rule(sign: Sign, most: i64, action: Action) -> Rule {
    Rule { sign, most, within: DAY, new_for: (sign == Sign::Units).then_some(7 * DAY), action }
}

/// A market with these rules.
fn mall(db: &Db, rules: Vec<Rule>) -> Mall {
    let mut mall = Mall::new(db);
    let mut terms = trade::terms::built_in().unwrap();
    terms[0].risk = Some(Rules::new(rules));
    let services = &mall.services;
    mall.services = CheckoutServices::new(
        services.market().clone(),
        terms,
        services.vault().clone(),
        services.gateways().to_vec(),
    );
    mall
}

fn clear(db: &Db, services: &CheckoutServices, ctx: Ctx, id: Id<OrderKind>) -> Result<Order, Error> {
    let services = services.clone();
    let keys = db.read(|q| buy::keys_of_order(q, Side::Platform, id))?;
    write_with(db, keys, move |tx| flows::ship::clear(tx, &ctx, &services, id))
}

fn refuse(db: &Db, ctx: Ctx, id: Id<OrderKind>) -> Result<Order, Error> {
    let keys = db.read(|q| buy::keys_to_refuse(q, id))?;
    write_with(db, keys, move |tx| buy::refuse(tx, &ctx, id))
}

fn cancel(db: &Db, ctx: Ctx, buyer: Buyer, id: Id<OrderKind>) -> Result<Order, Error> {
    let side = Side::Buyer(buyer.member);
    let keys = db.read(|q| buy::keys_of_order(q, side, id))?;
    write_with(db, keys, move |tx| buy::cancel_paid(tx, &ctx, side, id, None)).map(|(order, _)| order)
}

fn ship(
    db: &Db,
    ctx: Ctx,
    services: &CheckoutServices,
    stall: Stall,
    id: Id<OrderKind>,
) -> Result<Order, Error> {
    let (services, shop) = (services.clone(), stall.shop);
    let keys = db.read(|q| buy::keys_of_order(q, Side::Shop(shop), id))?;
    write_with(db, keys, move |tx| {
        flows::ship::ship(tx, &ctx, &services, shop, id, ("sf", "SF1234567890123"))
    })
}

fn order_of(db: &Db, id: Id<OrderKind>) -> Order {
    db.read(|q| order::load(q, Side::Platform, id)).unwrap()
}

fn held(db: &Db) -> Vec<Id<OrderKind>> {
    let filter = Filter { held: true, ..Filter::default() };
    db.read(|q| order::of_platform(q, &filter, None, 50)).unwrap().iter().map(|order| order.id).collect()
}

fn refused(answer: Result<order::PurchaseView, Error>) -> Sign {
    match answer {
        Err(Error::Risk(trade::risk::Error::Unpaid)) => Sign::Unpaid,
        Err(Error::Risk(trade::risk::Error::Units)) => Sign::Units,
        Err(Error::Risk(trade::risk::Error::TooMany(sign))) => sign,
        other => panic!("not refused: {other:?}"),
    }
}

fn since(later: Moment, earlier: Moment) -> i64 {
    later.micros() - earlier.micros()
}

/// Buys one of a thing until an order is held, and pays for it.
fn held_and_paid(mall: &Mall, buyer: Buyer, cup: Id<Sku>) -> Id<OrderKind> {
    mall.bought(buyer, &[(cup, 1)]);
    let placed = mall.bought(buyer, &[(cup, 1)]);
    let order = &placed.orders[0];
    assert!(order.held && order.status == Status::Paid);
    order.id
}

fn one_free() -> Vec<Rule> {
    vec![rule(Sign::Member, 1, Action::Hold)]
}

#[test]
fn a_bound_is_passed_unnoticed_up_to_itself_and_holds_all_orders_above() {
    on_both(|db| {
        let mall = mall(db, vec![rule(Sign::Member, 2, Action::Hold), rule(Sign::Member, 3, Action::Refuse)]);
        let (one, two, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (_, cup) = mall.product(one, 5_000, 10);
        let (_, plate) = mall.product(two, 3_000, 10);
        let both = [(cup, 1), (plate, 1)];
        for _ in 0..2 {
            let placed = mall.buy(buyer, &both).unwrap();
            assert!(placed.orders.iter().all(|order| !order.held && order.excluded.is_none()));
        }
        let third = mall.buy(buyer, &both).unwrap();
        let why = [Reason { sign: Sign::Member, figure: 3, most: 2, within: DAY }];
        for order in &third.orders {
            assert_eq!(
                (order.held, order.excluded.as_deref(), &order.reasons[..]),
                (true, Some("held"), &why[..])
            );
            let view = db.read(|q| order::order(q, order.id)).unwrap();
            let steps: Vec<Option<Step>> = view.steps.iter().map(|entry| entry.step).collect();
            assert_eq!(steps, [None, Some(Step::Hold)]);
            assert_eq!(view.order, *order);
        }
        assert_eq!(refused(mall.buy(buyer, &both)), Sign::Member);
        // Nothing of what was refused is left: the stock is what three purchases leave.
        assert_eq!(mall.left(one, cup), 7);
        // Somebody else is not concerned, and when the window is over the same buyer is not either.
        assert!(!mall.buy(mall.buyer(), &both).unwrap().orders[0].held);
        mall.wait(24 * 3600 + 1);
        assert!(!mall.buy(buyer, &both).unwrap().orders[0].held);
        mall.is_sound();
    });
}

#[test]
fn one_phone_one_address_and_one_device_are_known_again_whoever_buys() {
    on_both(|db| {
        for sign in [Sign::Phone, Sign::Address] {
            let mall = mall(db, vec![rule(sign, 1, Action::Refuse)]);
            let (_, cup) = mall.product(mall.stall(), 5_000, 10);
            // A day apart from what other signs were tried with: every buyer of these tests lives in one place.
            mall.wait(3 * 24 * 3600 * (1 + sign as i64));
            mall.buy(mall.buyer(), &[(cup, 1)]).unwrap();
            assert_eq!(refused(mall.buy(mall.buyer(), &[(cup, 1)])), sign);
        }
        let mall = mall(db, vec![rule(Sign::Device, 1, Action::Refuse)]);
        let (_, cup) = mall.product(mall.stall(), 5_000, 10);
        let from = |device: Option<&'static str>| {
            let buyer = mall.buyer();
            let quote = mall.quote(buyer, &[(cup, 1)]).unwrap();
            let (ctx, services) = (mall.ctx(), mall.services.clone());
            write_with(db, store::Keys::none(), move |tx| {
                buy::place_from(tx, &ctx, &services, (buyer.member, device), quote)
            })
        };
        from(Some("one")).unwrap();
        from(Some("another")).unwrap();
        for _ in 0..2 {
            from(None).unwrap();
        }
        assert_eq!(refused(from(Some("one"))), Sign::Device);
    });
}

#[test]
fn unpaid_purchases_and_the_units_of_a_new_account_are_counted() {
    on_both(|db| {
        let mall = mall(db, vec![rule(Sign::Unpaid, 1, Action::Refuse), rule(Sign::Units, 3, Action::Hold)]);
        let (_, cup) = mall.product(mall.stall(), 5_000, 50);
        let buyer = mall.buyer();
        let first = mall.buy(buyer, &[(cup, 2)]).unwrap();
        assert_eq!(refused(mall.buy(buyer, &[(cup, 1)])), Sign::Unpaid);
        mall.pay(buyer, first.purchase.id, Some("ok")).unwrap();
        mall.work();
        let second = mall.bought(buyer, &[(cup, 2)]);
        let why = [Reason { sign: Sign::Units, figure: 4, most: 3, within: DAY }];
        assert_eq!(second.orders[0].reasons, why);
        // After a week the account is not new any more.
        mall.wait(8 * 24 * 3600);
        assert!(!mall.bought(buyer, &[(cup, 9)]).orders[0].held);
    });
}

#[test]
fn rules_cost_one_statement_and_a_market_without_them_none() {
    on_both(|db| {
        let mut mall = mall(db, vec![rule(Sign::Address, 500, Action::Hold)]);
        let (_, cup) = mall.product(mall.stall(), 5_000, 50);
        let buyer = mall.buyer();
        let cost = |mall: &Mall| {
            let quote = mall.quote(buyer, &[(cup, 1)]).unwrap();
            let before = db.statements();
            let (ctx, services) = (mall.ctx(), mall.services.clone());
            let member = buyer.member;
            write_with(db, store::Keys::none(), move |tx| buy::place(tx, &ctx, &services, member, quote))
                .unwrap();
            db.statements() - before
        };
        let with = cost(&mall);
        let terms = trade::terms::read(trade::terms::without_risk()).unwrap();
        let services = &mall.services;
        mall.services = CheckoutServices::new(
            services.market().clone(),
            terms,
            services.vault().clone(),
            services.gateways().to_vec(),
        );
        assert_eq!(with, cost(&mall) + 1);
    });
}

#[test]
fn a_held_order_is_paid_for_and_waits_and_once_cleared_has_the_time_it_lost() {
    on_both(|db| {
        let mall = mall(db, one_free());
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let id = held_and_paid(&mall, buyer, cup);
        let before = order_of(db, id);
        let err = mall.ship(stall, id).unwrap_err();
        assert!(matches!(err, Error::Order(order::Error::Held(which)) if which == id), "{err}");
        assert_eq!(held(db), [id]);
        let overdue = Filter { overdue: Some(before.ship_by.plus_micros(1)), ..Filter::default() };
        let due = db.read(|q| order::of_shop(q, stall.shop, &overdue, None, 9)).unwrap();
        assert!(due.iter().all(|order| order.id != id), "what is held is not overdue");

        mall.wait(3 * 3600);
        let staff = Actor::Member(mall.buyer().member);
        let ctx = Ctx::new(mall.now(), staff, 77);
        let cleared = clear(db, &mall.services, ctx, id).unwrap();
        let lost = since(mall.now(), cleared.paid_at.unwrap());
        assert!(!cleared.held && lost >= 3 * HOUR);
        assert_eq!(since(cleared.ship_by, before.ship_by), lost);
        assert_eq!(since(cleared.deliver_by, before.deliver_by), lost);
        assert_eq!(order_of(db, id), cleared);
        assert_eq!(held(db), []);
        let entry = db.read(|q| order::order(q, id)).unwrap().steps.last().unwrap().clone();
        assert_eq!((entry.step, entry.by), (Some(Step::Clear), staff));
        let again = clear(db, &mall.services, mall.ctx(), id).unwrap_err();
        assert!(matches!(again, Error::Order(order::Error::NotHeld(_))), "{again}");
        let shipped = mall.ship(stall, id).unwrap();
        assert_eq!(shipped.excluded.as_deref(), Some("held"));
        mall.is_sound();
    });
}

#[test]
fn what_is_cleared_before_it_is_paid_for_lost_nothing() {
    on_both(|db| {
        let mall = mall(db, one_free());
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        mall.buy(buyer, &[(cup, 1)]).unwrap();
        let placed = mall.buy(buyer, &[(cup, 1)]).unwrap();
        let order = &placed.orders[0];
        mall.wait(60);
        let cleared = clear(db, &mall.services, mall.ctx(), order.id).unwrap();
        assert_eq!((cleared.ship_by, cleared.deliver_by), (order.ship_by, order.deliver_by));
        mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
        mall.work();
        mall.ship(stall, order.id).unwrap();
    });
}

#[test]
fn a_held_order_that_is_refused_gives_money_and_stock_back() {
    on_both(|db| {
        let mall = mall(db, one_free());
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let free = mall.bought(buyer, &[(cup, 1)]).orders[0].id;
        let err = refuse(db, mall.ctx(), free).unwrap_err();
        assert!(matches!(err, Error::Order(order::Error::NotHeld(_))), "{err}");

        // Paid for.
        let id = mall.bought(buyer, &[(cup, 1)]).orders[0].id;
        assert_eq!(mall.left(stall, cup), 8);
        let ended = refuse(db, mall.ctx(), id).unwrap();
        assert_eq!((ended.status, ended.held), (Status::Refunded, false));
        mall.work();
        assert_eq!(mall.left(stall, cup), 9);
        let refunds = db.read(|q| trade::payment::refunds(q, ended.payment.unwrap())).unwrap();
        assert_eq!(refunds.iter().map(|refund| refund.amount).collect::<Vec<_>>(), [ended.sums.total]);

        // Not paid for: the purchase ends as a whole.
        let placed = mall.buy(buyer, &[(cup, 2)]).unwrap();
        let id = placed.orders[0].id;
        assert_eq!(held(db), [id]);
        let ended = refuse(db, mall.ctx(), id).unwrap();
        assert_eq!((ended.status, ended.held), (Status::Cancelled, false));
        assert_eq!(mall.left(stall, cup), 9);
        assert_eq!(held(db), []);
        mall.is_sound();
    });
}

#[test]
fn a_held_order_is_called_off_by_its_buyer_and_closed_by_its_timer_like_any_other() {
    on_both(|db| {
        let mall = mall(db, one_free());
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let id = held_and_paid(&mall, buyer, cup);
        let ended = cancel(db, mall.ctx(), buyer, id).unwrap();
        assert_eq!((ended.status, ended.held), (Status::Refunded, false));
        let placed = mall.buy(buyer, &[(cup, 1)]).unwrap();
        assert!(placed.orders[0].held);
        mall.wait(16 * 60);
        mall.work();
        let closed = order_of(db, placed.orders[0].id);
        assert_eq!((closed.status, closed.held), (Status::Closed, false));
        assert_eq!(held(db), []);
        mall.is_sound();
    });
}

#[test]
fn what_needs_no_parcel_is_handed_over_when_it_is_cleared_and_paid_for() {
    on_both(|db| {
        let mall = mall(db, one_free());
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, card) = mall.product_as(stall, 5_000, 0, |content| {
            content.kind = GoodsKind::Digital;
            content.ship = "ship-48h".into();
        });
        super::digital::file(&mall, stall, card);
        let first = mall.bought(buyer, &[(card, 1)]);
        assert_eq!(first.orders[0].status, Status::Received);
        // Paid for, then cleared.
        let second = mall.bought(buyer, &[(card, 1)]);
        assert_eq!((second.orders[0].status, second.orders[0].held), (Status::Paid, true));
        let got = clear(db, &mall.services, mall.ctx(), second.orders[0].id).unwrap();
        assert_eq!((got.status, got.held), (Status::Received, false));
        // Cleared, then paid for.
        let third = mall.buy(buyer, &[(card, 1)]).unwrap();
        assert_eq!(clear(db, &mall.services, mall.ctx(), third.orders[0].id).unwrap().status, Status::Unpaid);
        mall.pay(buyer, third.purchase.id, Some("ok")).unwrap();
        mall.work();
        assert_eq!(mall.seen(buyer, third.purchase.id).orders[0].status, Status::Received);
        mall.is_sound();
    });
}

#[test]
fn of_clearing_and_calling_off_at_once_one_happens_and_the_shop_ships_after_the_one_alone() {
    on_both(|db| {
        let mall = mall(db, one_free());
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 30);
        mall.bought(buyer, &[(cup, 1)]);
        for _ in 0..4 {
            let id = mall.bought(buyer, &[(cup, 1)]).orders[0].id;
            let now = mall.now();
            let (a, b, c) = (db.clone(), db.clone(), db.clone());
            let (services, cleared) = (mall.services.clone(), mall.services.clone());
            let done: Vec<Result<Order, Error>> = at_once(vec![
                Box::new(move || persist(|| clear(&a, &cleared, ctx_at(now), id))),
                Box::new(move || persist(|| cancel(&b, ctx_at(now), buyer, id))),
                Box::new(move || persist(|| ship(&c, ctx_at(now), &services, stall, id))),
            ]);
            let order = order_of(db, id);
            assert!(!order.held);
            let [cleared, called_off, shipped] = &done[..] else { unreachable!() };
            match order.status {
                // Cleared or not, it was called off, and never shipped.
                Status::Refunded => assert!(called_off.is_ok() && shipped.is_err(), "{done:?}"),
                Status::Shipped => {
                    assert!(cleared.is_ok() && shipped.is_ok() && called_off.is_err(), "{done:?}")
                }
                other => panic!("{other:?}: {done:?}"),
            }
        }
        mall.work();
        mall.is_sound();
    });
}

#[test]
fn of_clearing_and_refusing_at_once_one_happens() {
    on_both(|db| {
        let mall = mall(db, one_free());
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 30);
        mall.bought(buyer, &[(cup, 1)]);
        for paid in [true, false, true, false] {
            let quote = mall.quote(buyer, &[(cup, 1)]).unwrap();
            let placed = place(db, &mall.services, mall.ctx(), buyer, quote).unwrap();
            if paid {
                mall.pay(buyer, placed.purchase.id, Some("ok")).unwrap();
                mall.work();
            }
            let (id, now) = (placed.orders[0].id, mall.now());
            let (a, b, services) = (db.clone(), db.clone(), mall.services.clone());
            let done: Vec<Result<Order, Error>> = at_once(vec![
                Box::new(move || persist(|| clear(&a, &services, ctx_at(now), id))),
                Box::new(move || persist(|| refuse(&b, ctx_at(now), id))),
            ]);
            assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{done:?}");
            assert!(!order_of(db, id).held);
        }
        mall.work();
        mall.is_sound();
    });
}
