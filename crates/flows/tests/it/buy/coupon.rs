//! Coupons for some members, and deals over several units, from the claim to what goes back.

use super::mall::{Buyer, Mall, Stall, write, write_with, yuan};
use flows::buy::{self, Ask, Ready, Wanted};
use kernel::id::{Coupon, Sku};
use kernel::{Id, Problem};
use ledger::Account;
use testkit::db::on_both;
use trade::coupon::{self, Guard, Issuer, Kind, NewCoupon, Scope, Segment};
use trade::order::{Cancellation, Side};
use trade::price::Reason;
use trade::scene::Via;

fn offer(mall: &Mall, issuer: Issuer, kind: Kind, guard: &Guard) -> Id<Coupon> {
    let (ctx, guard, now) = (mall.ctx(), guard.clone(), mall.now());
    let new = NewCoupon {
        issuer,
        title: "一张券".into(),
        kind,
        total: 100,
        each: 5,
        from: now,
        until: now.plus_days(200),
        scope: Scope::All,
    };
    let services = mall.services.clone();
    write(&mall.db, move |tx| flows::coupon::create(tx, &ctx, &services, &new, &guard)).unwrap().id
}

fn off(minor: i64) -> Kind {
    Kind::Off { over: yuan(minor * 2), off: yuan(minor) }
}

fn for_some(segment: Segment) -> Guard {
    Guard { segment: Some(segment), ..Guard::default() }
}

fn claim(mall: &Mall, buyer: Buyer, id: Id<Coupon>) -> Result<(), flows::coupon::Error> {
    let ctx = mall.ctx();
    write_with(&mall.db, coupon::keys(id, buyer.member), move |tx| {
        flows::coupon::claim(tx, &ctx, buyer.member, id, None).map(drop)
    })
}

fn price(mall: &Mall, buyer: Buyer, lines: &[(Id<Sku>, i64)]) -> Ready {
    let wanted =
        |(sku, quantity): &(Id<Sku>, i64)| Wanted { sku: *sku, quantity: *quantity, via: Via::mall() };
    let lines = lines.iter().map(wanted).collect();
    let ask = Ask { lines, address: Some(buyer.address), delivery_methods: Vec::new() };
    let now = mall.ctx().now;
    mall.db.read(|q| buy::price(q, &mall.services, now, buyer.member, &ask)).unwrap()
}

/// Why the coupons in hand were not taken.
fn refused(ready: &Ready) -> Vec<&Reason> {
    ready.priced.refused.iter().map(|refused| &refused.reason).collect()
}

fn stall_with_cup(mall: &Mall) -> (Stall, Id<Sku>) {
    let stall = mall.stall();
    let (_, cup) = mall.product(stall, 5_000, 50);
    (stall, cup)
}

#[test]
fn a_coupon_for_new_buyers_is_claimed_and_taken_until_the_first_paid_order() {
    on_both(|db| {
        let mall = Mall::new(db);
        let ((stall, cup), (_, elsewhere)) = (stall_with_cup(&mall), stall_with_cup(&mall));
        let new = for_some(Segment::New);
        let anywhere = offer(&mall, Issuer::Platform, off(1_000), &new);
        let here = offer(&mall, Issuer::Shop(stall.shop), off(700), &new);
        let buyer = mall.buyer();
        // What was placed and not paid for makes nobody an old buyer.
        mall.buy(buyer, &[(cup, 1)]).unwrap();
        for id in [anywhere, here] {
            claim(&mall, buyer, id).unwrap();
        }
        let ready = price(&mall, buyer, &[(cup, 1)]);
        assert_eq!((ready.priced.discount, refused(&ready).len()), (yuan(1_700), 0));

        // One order of another shop: new here, and in the mall no more.
        mall.bought(buyer, &[(elsewhere, 1)]);
        // That spent the mall's; another piece is refused at the claim.
        let again = claim(&mall, buyer, anywhere).unwrap_err();
        assert_eq!(again.code(), "coupon.not_in_segment");
        assert!(again.to_string().contains("has not paid"), "{again}");
        let ready = price(&mall, buyer, &[(cup, 1)]);
        assert_eq!(ready.priced.discount, yuan(700));
        claim(&mall, buyer, here).unwrap();

        mall.bought(buyer, &[(cup, 1)]);
        let ready = price(&mall, buyer, &[(cup, 1)]);
        assert_eq!(ready.priced.discount, yuan(0));
        assert_eq!(refused(&ready), [&Reason::NotInSegment { segment: Segment::New }]);
        // The reason is part of the price: asked again, the document answers itself.
        let terms = mall.services.terms(mall.now()).unwrap();
        let again = trade::price::price(&ready.priced.asked(), terms, ready.priced.at).unwrap();
        assert_eq!(again, ready.priced);
        mall.is_sound();
    });
}

#[test]
fn a_coupon_for_who_comes_back_counts_orders_or_amounts_of_the_last_days() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, cup) = stall_with_cup(&mall);
        let regular =
            |orders, amount: Option<i64>, days| Segment::Regular { orders, amount: amount.map(yuan), days };
        let of = |segment| offer(&mall, Issuer::Shop(stall.shop), off(500), &for_some(segment));
        let twice = of(regular(Some(2), None, 30));
        let dear = of(regular(None, Some(15_000), 30));
        let either = of(regular(Some(9), Some(10_000), 30));
        let buyer = mall.buyer();
        let may = |id| claim(&mall, buyer, id).is_ok();
        assert_eq!([twice, dear, either].map(may), [false; 3]);
        mall.bought(buyer, &[(cup, 1)]);
        assert_eq!([twice, dear, either].map(may), [false; 3]);
        // Called off after payment, an order counts for nothing.
        let gone = mall.bought(buyer, &[(cup, 1)]).orders[0].id;
        let (ctx, side) = (mall.ctx(), Side::Buyer(buyer.member));
        let keys = db.read(|q| buy::keys_of_order(q, side, gone)).unwrap();
        write_with(db, keys, move |tx| buy::cancel_paid(tx, &ctx, side, gone, None)).unwrap();
        assert_eq!([twice, dear, either].map(may), [false; 3]);
        mall.bought(buyer, &[(cup, 1)]);
        assert_eq!([twice, dear, either].map(may), [true, false, true]);
        assert!(!price(&mall, buyer, &[(cup, 1)]).priced.applied.is_empty());
        // Thirty days later it is nobody's: claimed, and not taken.
        mall.wait(31 * 24 * 3_600);
        let ready = price(&mall, buyer, &[(cup, 1)]);
        assert!(ready.priced.applied.is_empty(), "{:?}", ready.priced.applied);
        assert!(refused(&ready).iter().all(|reason| reason.as_str() == "not_in_segment"), "{ready:?}");
    });
}

#[test]
fn a_coupon_for_followers_is_theirs_as_long_as_they_follow() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, cup) = stall_with_cup(&mall);
        let id = offer(&mall, Issuer::Shop(stall.shop), off(500), &for_some(Segment::Followers));
        let buyer = mall.buyer();
        assert_eq!(claim(&mall, buyer, id).unwrap_err().code(), "coupon.not_in_segment");
        let ctx = mall.ctx();
        write(db, move |tx| people::member::follow(tx, &ctx, buyer.member, stall.shop)).unwrap();
        claim(&mall, buyer, id).unwrap();
        assert_eq!(price(&mall, buyer, &[(cup, 1)]).priced.discount, yuan(500));
        let ctx = mall.ctx();
        write(db, move |tx| people::member::unfollow(tx, &ctx, buyer.member, stall.shop)).unwrap();
        let ready = price(&mall, buyer, &[(cup, 1)]);
        assert_eq!(refused(&ready), [&Reason::NotInSegment { segment: Segment::Followers }]);
    });
}

#[test]
fn of_a_deal_each_line_gives_back_what_was_paid_for_it() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, cup) = stall_with_cup(&mall);
        let (_, pot) = mall.product(stall, 2_000, 50);
        // Without an end all of it might cost more than the terms let pass unasked.
        let most = Some(yuan(10_000));
        let kind = Kind::Deal { over: yuan(0), buy: 2, get: 1, ppm: 1_000_000, most };
        let id = offer(&mall, Issuer::Shop(stall.shop), kind, &Guard { exclusive: true, ..Guard::default() });
        let buyer = mall.buyer();
        claim(&mall, buyer, id).unwrap();
        let bought = mall.bought(buyer, &[(cup, 2), (pot, 1)]);
        let order = &bought.orders[0];
        // The pot is the cheapest of three, and free; both lines bear it by what they cost.
        assert_eq!((order.sums.goods, order.sums.discount), (yuan(12_000), yuan(2_000)));
        let paid: Vec<i64> = order.lines.iter().map(|line| line.paid.minor).collect();
        assert_eq!(paid, [8_333, 1_667]);
        let spent = db.read(|q| coupon::claims(q, buyer.member, None, mall.now(), None, 9)).unwrap();
        assert_eq!((spent.len(), spent[0].state), (1, coupon::State::Spent));
        mall.is_sound();

        let why = Cancellation::read("out_of_stock", "").unwrap();
        let (ctx, services, which) = (mall.ctx(), mall.services.clone(), (stall.shop, order.id));
        let keys = db.read(|q| buy::keys_to_cancel(q, Side::Shop(stall.shop), order.id)).unwrap();
        let (left, refund) =
            write_with(db, keys, move |tx| buy::cancel_by_shop(tx, &ctx, &services, which, Some(pot), &why))
                .unwrap();
        assert_eq!((refund.unwrap().amount, left.net().total), (yuan(1_667), yuan(8_333)));
        assert_eq!(mall.balance(&Account::Escrow(order.id)), 8_333);
        mall.work();
        mall.is_sound();
    });
}
