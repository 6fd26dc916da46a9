//! Shops that cancel an order, or a line of it, before it ships.

use super::mall::{Buyer, Mall, Stall, ctx_at, write_with, yuan};
use flows::buy::{self, Error};
use kernel::id::{Order as OrderKind, Sku};
use kernel::{Id, Problem};
use ledger::Account;
use offer::catalog::Freight;
use std::sync::Barrier;
use testkit::db::on_both;
use trade::order::{self, CancelReason, Cancellation, Order, Side, Status, Step};
use trade::payment::{Refund, Why};

fn why() -> Cancellation {
    Cancellation::read("out_of_stock", " 最后一件 碎了 ").unwrap()
}

fn cancel(
    mall: &Mall,
    stall: Stall,
    id: Id<OrderKind>,
    sku: Option<Id<Sku>>,
) -> Result<(Order, Option<Refund>), Error> {
    let (ctx, shop) = (mall.ctx(), stall.shop);
    let keys = mall.db.read(|q| buy::keys_to_cancel(q, Side::Shop(shop), id))?;
    let services = mall.services.clone();
    write_with(&mall.db, keys, move |tx| buy::cancel_by_shop(tx, &ctx, &services, (shop, id), sku, &why()))
}

/// An order of one cup and two pots with freight, paid for.
fn paid(mall: &Mall, stall: Stall, buyer: Buyer) -> (Order, Id<Sku>, Id<Sku>) {
    let with_freight = |content: &mut offer::catalog::Content| {
        content.freight = Freight { fee: yuan(801), free_from: None };
    };
    let (_, cup) = mall.product_as(stall, 5_000, 10, with_freight);
    let (_, pot) = mall.product_as(stall, 3_000, 10, with_freight);
    let order = mall.bought(buyer, &[(cup, 1), (pot, 2)]).orders.remove(0);
    (order, cup, pot)
}

#[test]
fn a_line_goes_back_with_its_part_of_the_freight_and_the_rest_goes_on() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, other, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (placed, cup, pot) = paid(&mall, stall, buyer);
        let id = placed.id;
        assert_eq!(placed.sums.total, yuan(11_000 + 801));
        assert_eq!(cancel(&mall, other, id, Some(pot)).unwrap_err().code(), "order.not_found");
        let (_, strange) = mall.product(stall, 100, 1);
        assert_eq!(cancel(&mall, stall, id, Some(strange)).unwrap_err().code(), "order.no_line");

        let (order, refund) = cancel(&mall, stall, id, Some(pot)).unwrap();
        let part = kernel::split_by(801, &[5_000, 6_000]);
        let back = 6_000 + part[1];
        assert_eq!(refund.unwrap().amount, yuan(back));
        assert_eq!((order.status, order.cuts.len()), (Status::Paid, 1));
        let net = order.net();
        assert_eq!((net.goods, net.freight, net.total), (yuan(5_000), yuan(part[0]), yuan(5_000 + part[0])));
        assert_eq!(order.sums, placed.sums, "what was agreed stays");
        assert_eq!(order.cuts[0].why, why());
        assert_eq!(order.cuts[0].why.text.as_deref(), Some("最后一件 碎了"));
        assert_eq!((mall.left(stall, pot), mall.left(stall, cup)), (10, 9), "its units can be sold again");
        assert_eq!(mall.balance(&Account::Escrow(id)), net.total.minor);
        assert_eq!(db.read(|q| order::load(q, Side::Platform, id)).unwrap(), order);
        let seen = db.read(|q| order::order_of_member(q, buyer.member, id)).unwrap();
        let step = seen.steps.iter().find(|step| step.step == Some(Step::Reduce)).unwrap();
        assert_eq!((step.line_off(), step.cancelled()), (Some(pot), Some(why())), "the buyer reads why");
        assert_eq!(cancel(&mall, stall, id, Some(pot)).unwrap_err().code(), "order.line_cancelled");
        mall.work();
        mall.is_sound();

        // The rest ships, and the shop gets what is left less what falls to it.
        mall.ship(stall, id).unwrap();
        assert_eq!(cancel(&mall, stall, id, Some(cup)).unwrap_err().code(), "order.wrong_status");
        mall.is_sound();
        let (ctx, member) = (mall.ctx(), buyer.member);
        super::mall::write(db, move |tx| buy::receive(tx, &ctx, member, id)).unwrap();
        let gets = net.total.minor - net.fee.minor - net.commission.minor;
        assert!(net.fee.minor > 0 && net.fee.minor < placed.sums.fee.minor);
        assert_eq!(mall.balance(&Account::Payable(stall.shop)), gets);
        assert_eq!(mall.balance(&Account::Escrow(id)), 0);
        mall.is_sound();
    });
}

#[test]
fn the_last_line_takes_the_order_with_it_and_a_whole_order_goes_with_its_reason() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (placed, cup, pot) = paid(&mall, stall, buyer);
        let (_, first) = cancel(&mall, stall, placed.id, Some(cup)).unwrap();
        let (order, second) = cancel(&mall, stall, placed.id, Some(pot)).unwrap();
        assert_eq!(order.status, Status::Refunded);
        let back = first.unwrap().amount.minor + second.unwrap().amount.minor;
        assert_eq!(yuan(back), placed.sums.total, "all of it, once");
        assert_eq!((mall.left(stall, cup), mall.left(stall, pot)), (10, 10));
        mall.work();
        assert_eq!(mall.balance(&Account::Escrow(placed.id)), 0);
        mall.is_sound();

        let (whole, ..) = paid(&mall, stall, buyer);
        let (order, refund) = cancel(&mall, stall, whole.id, None).unwrap();
        assert_eq!((order.status, refund.unwrap().amount), (Status::Refunded, whole.sums.total));
        let seen = db.read(|q| order::order(q, whole.id)).unwrap();
        assert_eq!(seen.steps.last().unwrap().cancelled().unwrap().reason, CancelReason::OutOfStock);
        assert_eq!(cancel(&mall, stall, whole.id, None).unwrap_err().code(), "order.wrong_status");
        mall.work();
        mall.is_sound();
    });
}

/// A cup of one shop and a pot of another, placed together and not paid for.
fn unpaid(mall: &Mall) -> (Buyer, [Stall; 2], [Id<Sku>; 2], order::PurchaseView) {
    let (stalls, buyer) = ([mall.stall(), mall.stall()], mall.buyer());
    let (_, cup) = mall.product(stalls[0], 5_000, 10);
    let (_, pot) = mall.product(stalls[1], 3_000, 10);
    let placed = mall.buy(buyer, &[(cup, 1), (pot, 2)]).unwrap();
    (buyer, stalls, [cup, pot], placed)
}

#[test]
fn an_unpaid_order_leaves_its_purchase_which_costs_less_and_ends_with_the_last_one() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, [near, far], [cup, pot], placed) = unpaid(&mall);
        let id = placed.purchase.id;
        let of = |stall: Stall| placed.orders.iter().find(|order| order.shop == stall.shop).unwrap().id;
        assert_eq!(cancel(&mall, far, of(near), None).unwrap_err().code(), "order.not_found");
        let before = mall.start(buyer, id, Some("ok")).unwrap();
        assert_eq!(before.amount, yuan(11_000));
        let (order, refund) = cancel(&mall, far, of(far), None).unwrap();
        assert_eq!((order.status, refund), (Status::Cancelled, None));
        assert_eq!((mall.left(far, pot), mall.left(near, cup)), (10, 9));
        let seen = mall.seen(buyer, id);
        assert_eq!((seen.purchase.status, seen.purchase.total), (Status::Unpaid, yuan(5_000)));
        let parts: Vec<_> = seen.purchase.parts.iter().map(|part| part.order).collect();
        assert_eq!(parts, [of(near)]);
        let view = db.read(|q| order::order_of_member(q, buyer.member, of(far))).unwrap();
        assert_eq!(view.steps.last().unwrap().cancelled(), Some(why()), "the buyer reads why");
        assert_eq!(cancel(&mall, far, of(far), None).unwrap_err().code(), "order.wrong_status");
        mall.is_sound();

        // What is left is paid for, and only that: also by who began to pay for all of it before.
        let again = mall.start(buyer, id, Some("ok")).unwrap();
        assert_eq!((again.amount, again.id == before.id), (yuan(5_000), false));
        mall.pay(buyer, id, Some("ok")).unwrap();
        mall.work();
        let paid = mall.seen(buyer, id);
        assert_eq!(paid.purchase.status, Status::Paid);
        let statuses: Vec<_> = [near, far]
            .map(|stall| paid.orders.iter().find(|order| order.shop == stall.shop).unwrap().status)
            .into();
        assert_eq!(statuses, [Status::Paid, Status::Cancelled]);
        assert_eq!(mall.balance(&Account::Escrow(of(near))), 5_000);
        mall.is_sound();

        // With its last order a purchase ends.
        let (buyer, [near, far], [cup, _], placed) = unpaid(&mall);
        let of = |stall: Stall| placed.orders.iter().find(|order| order.shop == stall.shop).unwrap().id;
        cancel(&mall, near, of(near), None).unwrap();
        cancel(&mall, far, of(far), None).unwrap();
        let seen = mall.seen(buyer, placed.purchase.id);
        assert_eq!(seen.purchase.status, Status::Cancelled);
        assert_eq!(mall.left(near, cup), 10);
        assert_eq!(db.read(|q| store::timer::due(q, mall.now().plus_days(1_000), 99)).unwrap(), []);
        mall.is_sound();
    });
}

#[test]
fn money_that_was_on_its_way_for_an_order_that_was_cancelled_goes_back() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, [_, far], _, placed) = unpaid(&mall);
        let (id, total) = (placed.purchase.id, placed.purchase.total);
        // The buyer is at the cashier with all of it when the second shop cancels.
        let attempt = mall.start(buyer, id, Some("ok")).unwrap();
        let gone = placed.orders.iter().find(|order| order.shop == far.shop).unwrap().id;
        cancel(&mall, far, gone, None).unwrap();
        buy::begin(&mall.db, &mall.services, &mall.ctx(), &attempt, None).unwrap();
        mall.work();
        let seen = mall.seen(buyer, id);
        assert_eq!(seen.purchase.status, Status::Paid);
        let back: Vec<_> = db.read(|q| trade::payment::refunds_of_purchase(q, id)).unwrap();
        let [refund] = &back[..] else { panic!("{back:?}") };
        assert_eq!((refund.why, refund.amount), (Why::Surplus, yuan(total.minor - 5_000)));
        mall.is_sound();

        // And when the only shop does, all of it.
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let placed = mall.buy(buyer, &[(cup, 1)]).unwrap();
        let attempt = mall.start(buyer, placed.purchase.id, Some("ok")).unwrap();
        cancel(&mall, stall, placed.orders[0].id, None).unwrap();
        buy::begin(&mall.db, &mall.services, &mall.ctx(), &attempt, None).unwrap();
        mall.work();
        let back = db.read(|q| trade::payment::refunds_of_purchase(q, placed.purchase.id)).unwrap();
        assert_eq!((back[0].why, back[0].amount), (Why::Late, yuan(5_000)));
        assert_eq!(mall.seen(buyer, placed.purchase.id).purchase.status, Status::Cancelled);
        mall.is_sound();
    });
}

#[test]
fn parts_of_a_transfer_pay_for_what_is_left_once_they_come_to_it() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (buyer, [_, far], _, placed) = unpaid(&mall);
        let id = placed.purchase.id;
        let (ctx, services) = (mall.ctx(), mall.services.clone());
        let attempt = super::mall::write(db, move |tx| {
            buy::start(tx, &ctx, &services, buyer.member, id, ("transfer", None))
        })
        .unwrap();
        let reference = buy::begin(db, &mall.services, &mall.ctx(), &attempt, None).unwrap();
        let reference = reference.attempt.reference.unwrap();
        let cmd = buy::Incoming { line: format!("P-{id}").into(), text: reference, amount: yuan(6_000) };
        let (ctx, services) = (mall.ctx(), mall.services.clone());
        super::mall::write(db, move |tx| buy::record(tx, &ctx, &services, &cmd)).unwrap();
        assert_eq!(mall.seen(buyer, id).purchase.status, Status::Unpaid);
        let gone = placed.orders.iter().find(|order| order.shop == far.shop).unwrap().id;
        cancel(&mall, far, gone, None).unwrap();
        let seen = mall.seen(buyer, id);
        assert_eq!((seen.purchase.status, seen.purchase.total), (Status::Paid, yuan(5_000)));
        let back = db.read(|q| trade::payment::refunds_of_purchase(q, id)).unwrap();
        assert_eq!((back[0].why, back[0].amount), (Why::Surplus, yuan(1_000)));
        mall.is_sound();
    });
}

#[test]
fn the_platform_cancels_what_has_not_shipped_paid_for_or_not() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let end = |id: Id<OrderKind>| {
            let keys = mall.db.read(|q| buy::keys_to_cancel(q, Side::Platform, id)).unwrap();
            let (ctx, services) = (mall.ctx(), mall.services.clone());
            write_with(&mall.db, keys, move |tx| buy::cancel_by_platform(tx, &ctx, &services, id, &why()))
        };
        let unpaid = mall.buy(buyer, &[(cup, 1)]).unwrap().orders[0].id;
        assert_eq!(end(unpaid).unwrap().status, Status::Cancelled);
        let paid = mall.bought(buyer, &[(cup, 1)]).orders[0].id;
        assert_eq!(end(paid).unwrap().status, Status::Refunded);
        let sent = mall.bought(buyer, &[(cup, 1)]).orders[0].id;
        mall.ship(stall, sent).unwrap();
        assert_eq!(end(sent).unwrap_err().code(), "order.wrong_status");
        assert_eq!(mall.left(stall, cup), 9);
        mall.work();
        mall.is_sound();
    });
}

#[test]
fn a_reason_is_one_of_the_list_and_another_one_is_said_in_words() {
    let read = |reason: &str, text: &str| Cancellation::read(reason, text).map_err(|err| err.code());
    assert!(read("price_error", "").is_ok());
    assert!(read("other", "the kiln broke").is_ok());
    assert_eq!(read("bored", "").unwrap_err(), "order.bad_cancel_reason");
    assert_eq!(read("other", "  ").unwrap_err(), "order.bad_cancel_text");
    assert_eq!(read("price_error", &"x".repeat(201)).unwrap_err(), "order.bad_cancel_text");
    assert!(read("price_error", &"x".repeat(200)).is_ok());
}

#[test]
fn a_line_that_is_cancelled_while_its_order_ships_goes_back_or_goes_out_and_never_both() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        for _ in 0..4 {
            let (placed, _, pot) = paid(&mall, stall, buyer);
            let (id, shop, start, now) = (placed.id, stall.shop, Barrier::new(2), mall.now());
            let (cancelled, shipped) = std::thread::scope(|scope| {
                let cancelled = scope.spawn(|| {
                    let keys = mall.db.read(|q| buy::keys_to_cancel(q, Side::Shop(shop), id)).unwrap();
                    let services = mall.services.clone();
                    start.wait();
                    write_with(&mall.db, keys, move |tx| {
                        buy::cancel_by_shop(tx, &ctx_at(now), &services, (shop, id), Some(pot), &why())
                    })
                });
                start.wait();
                let shipped = mall.ship(stall, id);
                (cancelled.join().unwrap(), shipped)
            });
            let order = mall.db.read(|q| order::load(q, Side::Platform, id)).unwrap();
            assert_eq!(cancelled.is_ok(), order.cuts.len() == 1);
            assert_eq!(shipped.is_ok(), order.status == Status::Shipped);
            assert!(cancelled.is_ok() || shipped.is_ok(), "one of both is first");
            let left = mall.left(stall, pot);
            assert_eq!(left, if cancelled.is_ok() { 10 } else { 8 });
            mall.is_sound();
        }
    });
}
