//! Safety stock, back-order ceilings and low marks.

use crate::races::at_once;
use crate::{Yard, ctx, reason, reserve, write};
use kernel::Id;
use kernel::id::Sku;
use supply::warehouse::{self, Error, Lack, Limits, RanLow, Reservation};
use testkit::db::on_both;

fn limit(yard: &Yard, sku: Id<Sku>, site: usize, safety: i64, backorder: i64) {
    let (shop, site) = (yard.shop, yard.sites[site].id);
    let limits = Limits { safety, backorder };
    write(&yard.db, move |tx| warehouse::set_limits(tx, shop, sku, site, limits)).unwrap();
}

fn left(answer: Result<Reservation, Error>) -> (i64, i64) {
    match answer {
        Err(Error::Short(lacks)) => {
            let Lack { wanted, left, .. } = lacks[0];
            (wanted, left)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn safety_stock_is_not_sold_and_back_orders_end_at_their_ceiling() {
    on_both(|db| {
        let yard = Yard::new(db, 2);
        let sku = yard.sku(&[10, 4]);
        limit(&yard, sku, 0, 3, 0);
        assert_eq!(yard.figures(sku), (14, 0, 11));
        assert_eq!(left(yard.reserve(&[(sku, 12)])), (12, 11));
        limit(&yard, sku, 0, 3, 5);
        let head = yard.head(sku);
        assert_eq!((head.available, head.backorder), (11, 5));
        assert_eq!(db.read(|q| warehouse::available(q, yard.shop, sku, None)).unwrap(), 16);
        assert_eq!(left(yard.reserve(&[(sku, 17)])), (17, 16));
        // What lies in both warehouses goes before anything is back-ordered.
        let split = yard.reserve(&[(sku, 11)]).unwrap();
        assert_eq!(split.claims.iter().map(|claim| claim.quantity).sum::<i64>(), 11);
        assert_eq!(split.claims.len(), 2);
        let late = yard.reserve(&[(sku, 5)]).unwrap();
        assert_eq!(left(yard.reserve(&[(sku, 1)])), (1, 0));
        yard.is_sound();

        // The ceiling can fall below what is back-ordered: nothing more is sold, and what comes back is not sold again.
        limit(&yard, sku, 0, 3, 1);
        assert_eq!(left(yard.reserve(&[(sku, 1)])), (1, 0));
        let (shop, id) = (yard.shop, late.id);
        write(db, move |tx| warehouse::release(tx, &ctx(), shop, id, &reason())).unwrap();
        assert_eq!((yard.head(sku).available, yard.head(sku).backorder), (0, 1));
        yard.is_sound();
    });
}

#[test]
fn what_is_back_ordered_ships_once_it_has_arrived() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[2]);
        limit(&yard, sku, 0, 0, 3);
        let (shop, id) = (yard.shop, yard.reserve(&[(sku, 4)]).unwrap().id);
        let ship = move || write(&yard.db, move |tx| warehouse::commit(tx, &ctx(), shop, id));
        assert_eq!(ship().unwrap_err(), Error::NotArrived { sku, there: 2, wanted: 4 });
        let yard =
            Yard { db: db.db(), shop, sites: db.read(|q| warehouse::warehouses(q, shop, None, 9)).unwrap() };
        yard.is_sound();
        assert_eq!(yard.receive(sku, 0, 3).unwrap().available(), 1);
        write(db, move |tx| warehouse::commit(tx, &ctx(), shop, id)).unwrap();
        assert_eq!(yard.figures(sku), (1, 0, 1));
        // Nobody counts away what buyers were promised beyond the ceiling.
        let held = yard.reserve(&[(sku, 4)]).unwrap();
        assert_eq!(held.claims[0].quantity, 4);
        let change = yard.change(sku, 0, -1);
        let err = write(db, move |tx| warehouse::adjust(tx, &ctx(), shop, &change)).unwrap_err();
        assert_eq!(err, Error::BelowReserved { sku, there: 1, reserved: 4, free: 0 });
        yard.is_sound();
    });
}

#[test]
fn buyers_at_once_get_the_stock_and_the_ceiling_and_never_more() {
    on_both(|db| {
        for named in [true, false] {
            let yard = Yard::new(db, 2);
            let sku = yard.sku(&[6, 5]);
            limit(&yard, sku, 0, 2, 4);
            limit(&yard, sku, 1, 1, 3);
            let buyer = |_| {
                let (db, basket) = (db.db(), yard.basket(&[(sku, 1)]));
                let buy = move || loop {
                    let answer = match named {
                        true => reserve(&db, basket.clone()),
                        false => {
                            let baskets = [basket.clone()];
                            write(&db, move |tx| Ok(warehouse::reserve(tx, &ctx(), &baskets)?.remove(0)))
                        }
                    };
                    match answer {
                        Err(Error::Moved) => {}
                        answer => return answer.map(drop),
                    }
                };
                Box::new(buy) as Box<dyn FnOnce() -> Result<(), Error> + Send>
            };
            let answers = at_once((0..40).map(buyer).collect());
            assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 4 + 4 + 4 + 3);
            assert!(
                answers.iter().all(|answer| matches!(answer, Ok(()) | Err(Error::Short(_)))),
                "{answers:?}"
            );
            let head = yard.head(sku);
            assert_eq!((head.on_hand, head.reserved, head.available, head.backorder), (11, 15, 0, 0));
            yard.is_sound();
        }
    });
}

#[test]
fn a_kit_is_made_of_what_is_in_stock_alone() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let (cup, tea) = (yard.sku(&[3]), yard.sku(&[9]));
        let kit = yard.kit(&[cup, tea]);
        limit(&yard, cup, 0, 1, 5);
        assert_eq!(db.read(|q| warehouse::available(q, yard.shop, kit, None)).unwrap(), 2);
        assert_eq!(left(yard.reserve(&[(kit, 3)])), (3, 2));
        yard.reserve(&[(kit, 2)]).unwrap();
        yard.reserve(&[(cup, 5)]).unwrap();
        yard.is_sound();
    });
}

#[test]
fn that_a_sku_ran_low_is_said_once_until_it_has_recovered() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let (cup, tea) = (yard.sku(&[6]), yard.sku(&[9]));
        let kit = yard.kit(&[cup, tea]);
        let shop = yard.shop;
        for (sku, low_at) in [(cup, 3), (kit, 2)] {
            write(db, move |tx| warehouse::add_sku(tx, shop, sku, Some(low_at))).unwrap();
        }
        let low = |sku| write(db, move |tx| warehouse::mark_low(tx, shop, sku)).unwrap();
        assert_eq!(low(cup), []);
        let first = yard.reserve(&[(cup, 3)]).unwrap();
        assert_eq!(low(cup), [RanLow { sku: cup, low_at: 3, available: 3 }]);
        assert_eq!(low(cup), [], "it is said once");
        yard.reserve(&[(cup, 1)]).unwrap();
        assert_eq!(low(cup), [RanLow { sku: kit, low_at: 2, available: 2 }], "the kit follows its part");
        write(db, move |tx| warehouse::release(tx, &ctx(), shop, first.id, &reason())).unwrap();
        assert_eq!(low(cup), [], "both have recovered");
        limit(&yard, cup, 0, 4, 0);
        let again =
            [RanLow { sku: cup, low_at: 3, available: 1 }, RanLow { sku: kit, low_at: 2, available: 1 }];
        assert_eq!(low(cup), again);
        write(db, move |tx| warehouse::add_sku(tx, shop, cup, Some(5))).unwrap();
        assert_eq!(low(cup).len(), 1, "another mark is crossed anew");
        let listed = db.read(|q| warehouse::stocks(q, shop, true, None, 9)).unwrap();
        assert_eq!(listed.iter().map(|head| head.sku).collect::<Vec<_>>(), [cup, kit]);
    });
}

#[test]
fn limits_are_of_ones_own_plain_skus_and_no_negative_numbers() {
    on_both(|db| {
        let (yard, other) = (Yard::new(db, 1), Yard::new(db, 1));
        let (sku, foreign) = (yard.sku(&[1]), other.sku(&[1]));
        let kit = yard.kit(&[sku]);
        let (shop, site, far) = (yard.shop, yard.sites[0].id, other.sites[0].id);
        let set = |sku, site, limits| {
            write(db, move |tx| warehouse::set_limits(tx, shop, sku, site, limits)).unwrap_err()
        };
        let none = Limits::default();
        assert_eq!(set(foreign, site, none), Error::NoSku(foreign));
        assert_eq!(set(sku, far, none), Error::NoWarehouse(far));
        assert_eq!(set(kit, site, none), Error::IsKit(kit));
        let bad = Limits { safety: -1, backorder: 0 };
        assert!(matches!(set(sku, site, bad), Error::Quantity { least: 0, .. }));
    });
}
