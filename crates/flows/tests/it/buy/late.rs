//! What follows from orders that wait past their promise.

use super::mall::{Buyer, Mall, Stall, write, yuan};
use flows::{buy, late_shipping};
use govern::gate::{self, By, Gate, Standing};
use kernel::Id;
use kernel::id::{Order, Sku};
use ledger::Account;
use offer::catalog::Presale;
use people::notice::{self, Unread};
use store::reaction::Reaction;
use store::{Failure, StoreError, log};
use testkit::db::on_both;
use trade::coupon::{self, Kind, Shelf};
use trade::order::Side;

const NAME: &str = "late_shipping.watch";

fn market(db: &store::Db) -> Mall {
    let mall = Mall::new(db);
    mall.workers.begin().unwrap();
    mall
}

fn bought(mall: &Mall, buyer: Buyer, sku: Id<Sku>) -> trade::order::Order {
    mall.bought(buyer, &[(sku, 1)]).orders.remove(0)
}

fn stands(mall: &Mall, stall: Stall) -> Standing {
    mall.db.read(|q| gate::standing(q, Gate::of(Presale, stall.shop), mall.now())).unwrap()
}

fn letters(mall: &Mall, stall: Stall) -> Vec<Unread> {
    mall.db.read(|q| notice::unread(q, stall.shop, 9)).unwrap()
}

/// What has been told is followed, and what is due is done.
fn work(mall: &Mall) {
    testkit::db::settle(&mall.db);
    mall.work();
}

/// The clock shows so many microseconds after an order's promise, and what is due is done.
fn wait_past(mall: &Mall, order: &trade::order::Order, micros: i64) {
    mall.show(order.ship_by.plus_micros(micros));
    work(mall);
}

fn call_off(mall: &Mall, order: Id<Order>) {
    let ctx = mall.ctx();
    write(&mall.db, move |tx| buy::cancel_paid(tx, &ctx, Side::Platform, order, None)).unwrap();
    work(mall);
}

#[test]
fn the_gate_closes_at_the_promise_with_one_letter_and_opens_when_the_last_late_order_left() {
    on_both(|db| {
        let mall = market(db);
        let (stall, other, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let first = bought(&mall, buyer, cup);
        mall.wait(60);
        let (second, third) = (bought(&mall, buyer, cup), bought(&mall, buyer, cup));

        wait_past(&mall, &first, -1);
        assert!(stands(&mall, stall).is_open && letters(&mall, stall).is_empty(), "a microsecond is left");
        wait_past(&mall, &first, 0);
        let standing = stands(&mall, stall);
        let why = standing.by.unwrap().why;
        assert!(!standing.is_open && stands(&mall, other).is_open);
        assert_eq!(why.by, By::Policy { id: "late-shipping".into(), version: 1 });
        assert_eq!((&*why.reason, why.remedy.en.is_empty()), ("late_shipping", false));
        let letter = letters(&mall, stall).remove(0);
        assert_eq!((&*letter.kind, &*letter.subject), ("late_shipping", &*first.id.to_string()));

        wait_past(&mall, &third, 0);
        assert_eq!(letters(&mall, stall), std::slice::from_ref(&letter), "the gate closes once");
        mall.ship(stall, first.id).unwrap();
        work(&mall);
        assert!(!stands(&mall, stall).is_open, "two more are late");
        mall.ship(stall, second.id).unwrap();
        work(&mall);
        assert!(!stands(&mall, stall).is_open, "one more is late");
        call_off(&mall, third.id);
        assert!(stands(&mall, stall).is_open && stands(&mall, stall).rulings.is_empty());

        let (ctx, shop, by) = (mall.ctx(), other.shop, buyer.member);
        write(db, move |tx| notice::read(tx, &ctx, shop, letter.id, by)).unwrap();
        assert_eq!(letters(&mall, stall).len(), 1, "another shop's letter stays unread");
        let (ctx, shop, id) = (mall.ctx(), stall.shop, letters(&mall, stall)[0].id);
        write(db, move |tx| notice::read(tx, &ctx, shop, id, by)).unwrap();
        assert!(letters(&mall, stall).is_empty());
    });
}

#[test]
fn a_shop_pays_the_buyer_of_what_waits_past_a_long_promise_once_and_owes_what_it_lacks() {
    on_both(|db| {
        let mall = market(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let presale = |content: &mut offer::catalog::Content| content.ship = "ship-presale".into();
        let (_, cup) = mall.product_as(stall, 35_000, 10, presale);
        let (_, quick) = mall.product(stall, 35_000, 10);
        let (order, short) = (bought(&mall, buyer, cup), bought(&mall, buyer, quick));
        let paid = |order: &trade::order::Order, mall: &Mall| {
            db.read(|q| late_shipping::paid_for(q, order, mall.now())).unwrap()
        };
        let hand = |mall: &Mall| db.read(|q| coupon::in_hand(q, buyer.member, mall.now(), 9)).unwrap();
        wait_past(&mall, &short, 0);
        assert_eq!(paid(&short, &mall), None, "a promise of two days pays nothing");
        wait_past(&mall, &order, -1);
        assert_eq!((paid(&order, &mall), hand(&mall)), (None, vec![]), "a microsecond is left");
        wait_past(&mall, &order, 0);
        // 1 % of 350.00 is 3.50, which is 4.00 in whole yuan.
        let one = paid(&order, &mall).unwrap();
        assert_eq!(one.amount, yuan(400));
        let claims = hand(&mall);
        let [claim] = &claims[..] else { panic!("{claims:?}") };
        assert_eq!((claim.coupon, claim.until), (one.coupon, one.at.plus_days(30)));
        assert_eq!(claim.kind, Kind::Off { over: yuan(0), off: yuan(400) });
        let listed = db.read(|q| coupon::offered(q, Shelf::All, None, mall.now(), None, 99)).unwrap();
        assert_eq!(listed, [], "it is for one buyer, and stands in no list");
        let balances = |mall: &Mall| {
            [Account::Payable(stall.shop), Account::Debt(stall.shop), Account::Coupon]
                .map(|of| mall.balance(&of))
        };
        assert_eq!(balances(&mall), [0, 400, -400], "the shop had nothing to get yet, and owes it");
        mall.is_sound();

        // Followed a second time, and a day later, nothing more is paid.
        follow(&mall, false);
        wait_past(&mall, &order, 86_400_000_000);
        assert_eq!((hand(&mall).len(), balances(&mall)), (1, [0, 400, -400]));
        let all = db.read(|q| log::after(q, log::Position::default(), 5_000)).unwrap();
        let told = all.iter().filter(|entry| entry.record.spec.kind == "order.compensated").count();
        assert_eq!(told, 1);

        // Shipped and received late, it stays paid; the buyer's next price is less by it.
        mall.ship(stall, order.id).unwrap();
        assert_eq!(paid(&order, &mall).unwrap(), one);
        let next = mall.buy(buyer, &[(quick, 1)]).unwrap();
        assert_eq!((next.orders[0].sums.discount, next.orders[0].sums.coupon), (yuan(400), yuan(400)));
        mall.is_sound();
    });
}

#[test]
fn what_ships_in_time_or_is_called_off_before_closes_nothing() {
    on_both(|db| {
        let mall = market(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let (first, second) = (bought(&mall, buyer, cup), bought(&mall, buyer, cup));
        call_off(&mall, second.id);
        mall.show(first.ship_by.plus_micros(-2_000));
        mall.ship(stall, first.id).unwrap();
        wait_past(&mall, &second, 86_400_000_000);
        assert!(stands(&mall, stall).is_open && letters(&mall, stall).is_empty());
    });
}

#[test]
fn facts_that_come_a_second_time_and_a_killed_step_change_nothing() {
    on_both(|db| {
        let mall = market(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let (first, second) = (bought(&mall, buyer, cup), bought(&mall, buyer, cup));
        wait_past(&mall, &second, 0);
        mall.ship(stall, first.id).unwrap();
        testkit::db::settle(db);
        // A step that is killed before its commit leaves its cursor and its count as they were.
        let cursor = |q: &mut store::Read<'_>| log::cursor(q, NAME);
        let before = db.read(cursor).unwrap();
        follow(&mall, true);
        assert_eq!(db.read(cursor).unwrap(), before);
        work(&mall);
        assert!(db.read(cursor).unwrap() > before);
        // Everything that it follows comes once more: one order is late, as before.
        follow(&mall, false);
        assert!(!stands(&mall, stall).is_open);
        assert_eq!(letters(&mall, stall).len(), 1);
        mall.ship(stall, second.id).unwrap();
        work(&mall);
        follow(&mall, false);
        assert!(stands(&mall, stall).is_open);
    });
}

/// Follows all facts of the log with the cursor at its end, in one transaction that is lost or kept.
fn follow(mall: &Mall, lost: bool) {
    let facts = mall.db.read(|q| log::after(q, log::Position::default(), 1_000)).unwrap();
    let from = mall.db.read(|q| log::cursor(q, NAME)).unwrap();
    let to = facts.last().unwrap().position;
    let services = store::Services::default().with(mall.services.clone());
    let ctx = mall.ctx();
    let done: Result<(), Failure> = write(&mall.db, move |tx| {
        if from != to {
            log::move_cursor(tx, NAME, from, to)?;
        }
        let reaction =
            store::inventory::iter::<Reaction>.into_iter().find(|found| found.name == NAME).unwrap();
        for fact in &facts {
            for on in reaction.on.iter().filter(|on| on.spec.kind == fact.record.spec.kind) {
                (on.follow)(tx, &ctx, &services, &fact.record)?;
            }
        }
        if lost { Err(StoreError::Closed.into()) } else { Ok(()) }
    });
    assert_eq!(done.is_err(), lost);
}
