//! A shop on holiday: no orders, or orders that ship after it.

use super::mall::{Mall, Stall, write};
use flows::buy::Error;
use flows::view::{self, Trouble};
use kernel::Moment;
use kernel::fact::Value;
use people::merchant::{self, Error as ShopError, Holiday, HolidayOrders, ShopView, Step};
use store::log;
use testkit::db::on_both;
use trade::cart::{self, Add};
use trade::scene::Via;

/// A holiday of a day that begins in an hour.
fn tomorrow(mall: &Mall, orders: HolidayOrders) -> Holiday {
    let from = mall.now().plus_hours(1);
    Holiday { from, until: from.plus_hours(24), orders }
}

fn set(mall: &Mall, stall: Stall, new: Holiday) -> Result<ShopView, ShopError> {
    let ctx = mall.ctx();
    write(&mall.db, move |tx| merchant::set_holiday(tx, &ctx, stall.shop, &new))
}

fn end(mall: &Mall, stall: Stall) -> Result<ShopView, ShopError> {
    let ctx = mall.ctx();
    write(&mall.db, move |tx| merchant::end_holiday(tx, &ctx, stall.shop))
}

/// What of holidays stands in the log.
fn told(mall: &Mall) -> Vec<(&'static str, Option<Value>)> {
    testkit::db::settle(&mall.db);
    let all = mall.db.read(|q| log::after(q, log::Position::default(), 1_000)).unwrap();
    let of = all.iter().filter(|entry| entry.record.spec.kind.starts_with("shop.holiday"));
    of.map(|entry| (entry.record.spec.kind, entry.record.get("ends_at").cloned())).collect()
}

#[test]
fn a_shop_that_takes_no_orders_takes_none_from_its_first_moment_to_its_last() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, other, buyer) = (mall.stall(), mall.stall(), mall.buyer());
        let (product, cup) = mall.product(stall, 5_000, 10);
        let (_, pot) = mall.product(other, 5_000, 10);
        let holiday = tomorrow(&mall, HolidayOrders::Refused);
        set(&mall, stall, holiday).unwrap();
        let most = mall.services.terms(mall.now()).unwrap().cart();
        let add = Add { sku: cup, product, shop: stall.shop, quantity: 1, via: Via::mall() };
        let (ctx, member) = (mall.ctx(), buyer.member);
        write(db, move |tx| cart::add(tx, &ctx, member, &add, most)).unwrap();
        let trouble = |mall: &Mall| {
            let page = mall.db.read(|q| view::cart(q, &mall.services, mall.now(), member, None)).unwrap();
            page.shops[0].lines[0].trouble
        };

        // A context is a millisecond later than the clock that was set.
        mall.show(holiday.from.plus_micros(-1_001));
        let early = mall.quote(buyer, &[(cup, 1)]).unwrap();
        assert_eq!(trouble(&mall), None);
        mall.show(holiday.from.plus_micros(-1_000));
        let refused = |err: Error| match err {
            Error::OnHoliday { shop, until } => assert_eq!((shop, until), (stall.shop, holiday.until)),
            other => panic!("{other}"),
        };
        refused(mall.quote(buyer, &[(cup, 1)]).unwrap_err());
        refused(mall.place(buyer, early).unwrap_err());
        assert_eq!(trouble(&mall), Some(Trouble::OnHoliday { until: holiday.until }));
        mall.buy(buyer, &[(pot, 1)]).unwrap();
        mall.show(holiday.until.plus_micros(-1_001));
        refused(mall.buy(buyer, &[(cup, 1)]).unwrap_err());
        mall.show(holiday.until);
        assert_eq!(trouble(&mall), None);
        mall.show(holiday.until.plus_micros(-1_000));
        mall.buy(buyer, &[(cup, 1)]).unwrap();
    });
}

#[test]
fn a_shop_that_takes_orders_ships_them_by_a_promise_that_counts_from_the_end() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (product, cup) = mall.product(stall, 5_000, 20);
        let holiday = tomorrow(&mall, HolidayOrders::Later);
        set(&mall, stall, holiday).unwrap();
        let ship_by = |from: Moment| mall.services.ship_by("ship-48h", from).unwrap().0;
        let bought = |mall: &Mall| {
            let order = mall.buy(buyer, &[(cup, 1)]).unwrap().orders.remove(0);
            assert_eq!(order.deliver_by, mall.services.deliver_by(order.ship_by));
            let page = |q: &mut store::Read<'_>| view::product(q, &mall.services, mall.now(), product, None);
            assert_eq!(mall.db.read(page).unwrap().ship_by, Some(order.ship_by), "as the page says");
            (order.placed_at, order.ship_by)
        };

        mall.show(holiday.from.plus_micros(-1_000_000));
        let early = mall.quote(buyer, &[(cup, 1)]).unwrap();
        let (placed, by) = bought(&mall);
        assert_eq!(by, ship_by(placed), "before it");
        mall.show(holiday.from);
        assert_eq!(bought(&mall).1, ship_by(holiday.until), "in it");
        let late = mall.place(buyer, early).unwrap().orders.remove(0);
        assert_eq!(late.ship_by, ship_by(holiday.until), "priced before it and placed in it");
        mall.show(holiday.until);
        let (placed, by) = bought(&mall);
        assert_eq!(by, ship_by(placed), "after it");
    });
}

#[test]
fn a_holiday_is_set_once_ended_early_and_told() {
    on_both(|db| {
        let mall = Mall::new(db);
        let (stall, buyer) = (mall.stall(), mall.buyer());
        let (_, cup) = mall.product(stall, 5_000, 10);
        let holiday = tomorrow(&mall, HolidayOrders::Refused);
        assert_eq!(end(&mall, stall).unwrap_err(), ShopError::NoHoliday(stall.shop));
        let first = set(&mall, stall, holiday).unwrap();
        assert_eq!((first.holiday, first.version), (Some(holiday), 2));
        assert_eq!(set(&mall, stall, holiday).unwrap().version, 2, "nothing new");
        mall.show(holiday.from.plus_hours(1));
        let longer = Holiday { until: holiday.until.plus_hours(24), ..holiday };
        assert_eq!(set(&mall, stall, longer).unwrap().holiday, Some(longer), "it keeps its beginning");
        assert!(mall.buy(buyer, &[(cup, 1)]).is_err());
        assert_eq!(end(&mall, stall).unwrap().holiday, None);
        mall.buy(buyer, &[(cup, 1)]).unwrap();
        assert_eq!(end(&mall, stall).unwrap_err(), ShopError::NoHoliday(stall.shop));
        let at = |at: Moment| Some(Value::Int(at.micros()));
        let (set_once, again) =
            (("shop.holiday_set", at(holiday.until)), ("shop.holiday_set", at(longer.until)));
        assert_eq!(told(&mall), [set_once, again, ("shop.holiday_ended", at(longer.until))]);
    });
}

#[test]
fn a_holiday_that_is_over_ends_before_it_begins_or_is_too_long_is_refused() {
    on_both(|db| {
        let mall = Mall::new(db);
        let stall = mall.stall();
        let now = mall.now();
        let of = |from: Moment, until: Moment| Holiday { from, until, orders: HolidayOrders::Later };
        for bad in [
            of(now.plus_hours(2), now.plus_hours(2)),
            of(now.plus_hours(2), now.plus_hours(1)),
            of(now.plus_hours(-2), now),
            of(now.plus_hours(1), now.plus_hours(1 + 24 * 366).plus_micros(1)),
        ] {
            assert_eq!(set(&mall, stall, bad).unwrap_err(), ShopError::Holiday { most: 366 }, "{bad:?}");
        }
        let past = set(&mall, stall, of(now.plus_hours(-2), now.plus_hours(2))).unwrap().holiday.unwrap();
        assert!(past.from >= now, "what is past counts as now");
        set(&mall, stall, of(now.plus_hours(1), now.plus_hours(1 + 24 * 366))).unwrap();
        let ctx = mall.ctx();
        write(db, move |tx| merchant::change_status(tx, &ctx, stall.shop, Step::Close)).unwrap();
        let closed = set(&mall, stall, of(now.plus_hours(1), now.plus_hours(2))).unwrap_err();
        assert_eq!(closed, ShopError::WrongStatus(merchant::Status::Closed));
        assert!(told(&mall).len() == 2, "what is refused is not told");
    });
}
