//! What comes in, what is counted, and what can be read of it.

use crate::{Yard, ctx, facts, new_id, reason, write};
use kernel::{Kind, Problem};
use supply::warehouse::{self, Error, Part, Site, SiteChange, TakeBack};
use testkit::db::on_both;

#[test]
fn goods_arrive_are_counted_and_corrected_and_every_step_is_noted_and_told() {
    on_both(|db| {
        let yard = Yard::new(db, 2);
        let sku = yard.sku(&[10, 5]);
        let shop = yard.shop;
        let (found, lost) = (yard.change(sku, 0, 12), yard.change(sku, 1, -2));
        let after = write(db, move |tx| warehouse::count(tx, &ctx(), shop, &found)).unwrap();
        assert_eq!((after.on_hand(), after.reserved(), after.available()), (12, 0, 12));
        write(db, move |tx| warehouse::adjust(tx, &ctx(), shop, &lost)).unwrap();
        assert_eq!(yard.figures(sku), (15, 0, 15));
        let mut noted = yard.movements(sku);
        noted.sort_unstable();
        let expected = [("adjusted", -2), ("counted", 2), ("received", 5), ("received", 10)];
        assert_eq!(noted, expected);
        let mut told = facts(db);
        told.sort_unstable();
        assert_eq!(
            told,
            expected.map(|(word, n)| (KINDS.iter().find(|k| k.ends_with(word)).copied().unwrap(), n))
        );
        yard.is_sound();
    });
}

const KINDS: [&str; 3] = ["stock.received", "stock.counted", "stock.adjusted"];

#[test]
fn stock_is_seen_over_its_warehouses_and_low_stock_is_found() {
    on_both(|db| {
        let yard = Yard::new(db, 2);
        let (much, little) = (yard.sku(&[50, 7]), yard.sku(&[3]));
        let shop = yard.shop;
        write(db, move |tx| {
            warehouse::add_sku(tx, shop, much, Some(20))?;
            warehouse::add_sku(tx, shop, little, Some(3))
        })
        .unwrap();
        yard.reserve(&[(much, 51)]).unwrap();
        let stock = db.read(|q| warehouse::stock(q, shop, much)).unwrap();
        let places: Vec<_> =
            stock.places.iter().map(|p| (p.figures.on_hand(), p.figures.reserved())).collect();
        assert_eq!((stock.available, stock.low_at, places), (6, Some(20), vec![(50, 50), (7, 1)]));
        let low = db.read(|q| warehouse::stocks(q, shop, true, None, 10)).unwrap();
        assert_eq!(low.iter().map(|head| head.sku).collect::<Vec<_>>(), [much, little]);
        yard.receive(much, 0, 15).unwrap();
        let low = db.read(|q| warehouse::stocks(q, shop, true, None, 10)).unwrap();
        assert_eq!(low.iter().map(|head| head.sku).collect::<Vec<_>>(), [little]);
        let first = db.read(|q| warehouse::stocks(q, shop, false, None, 1)).unwrap();
        let second = db.read(|q| warehouse::stocks(q, shop, false, Some(first[0].sku), 1)).unwrap();
        assert_eq!((first[0].sku, second[0].sku), (much, little));
        assert_eq!(db.read(|q| warehouse::shops(q, None, 10)).unwrap(), [shop]);
        assert_eq!(db.read(|q| warehouse::shops(q, Some(shop), 10)).unwrap(), []);
    });
}

#[test]
fn movements_come_in_pages_newest_first() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[1]);
        for units in 2..=5 {
            yard.receive(sku, 0, units).unwrap();
        }
        let page = |last| db.read(|q| warehouse::movements(q, yard.shop, sku, last, 2)).unwrap();
        let (mut last, mut seen) = (None, Vec::new());
        loop {
            let found = page(last);
            let Some(end) = found.last() else { break };
            assert!(found.len() <= 2);
            last = Some(end.id);
            seen.extend(found);
        }
        assert!(seen.is_sorted_by(|a, b| a.id > b.id));
        assert_eq!(seen.iter().map(|m| m.quantity).sum::<i64>(), 15);
    });
}

#[test]
fn another_shops_stock_is_not_found() {
    on_both(|db| {
        let (mine, other) = (Yard::new(db, 1), Yard::new(db, 1));
        let sku = mine.sku(&[5]);
        let held = mine.reserve(&[(sku, 1)]).unwrap();
        let (shop, own) = (other.shop, other.sku(&[]));
        let site = mine.sites[0].clone();
        let there = mine.change(sku, 0, 1);
        let elsewhere = mine.change(own, 0, 1);
        let (id, warehouse) = (held.id, other.sites[0].id);
        let back =
            TakeBack { reservation: id, sku, warehouse, quantity: 1, reason: reason(), reference: None };
        let kit = vec![Part { sku, quantity: 1 }];
        let refusals: Vec<Error> = vec![
            write(db, move |tx| warehouse::receive(tx, &ctx(), shop, &there)).unwrap_err(),
            write(db, move |tx| warehouse::receive(tx, &ctx(), shop, &elsewhere)).unwrap_err(),
            write(db, move |tx| warehouse::add_sku(tx, shop, sku, Some(1))).unwrap_err(),
            write(db, move |tx| warehouse::define_kit(tx, shop, own, &kit)).unwrap_err(),
            write(db, move |tx| warehouse::change_warehouse(tx, shop, &site)).unwrap_err(),
            write(db, move |tx| warehouse::commit(tx, &ctx(), shop, id)).unwrap_err(),
            write(db, move |tx| warehouse::release(tx, &ctx(), shop, id, &reason())).unwrap_err(),
            write(db, move |tx| warehouse::extend(tx, &ctx(), shop, id, None)).unwrap_err(),
            write(db, move |tx| warehouse::take_back(tx, &ctx(), shop, &back)).unwrap_err(),
            write(db, move |tx| warehouse::end_campaign(tx, &ctx(), shop, new_id())).unwrap_err(),
            other.reserve(&[(sku, 1)]).unwrap_err(),
            db.read(|q| warehouse::stock(q, shop, sku)).unwrap_err(),
            db.read(|q| warehouse::available(q, shop, sku, None)).unwrap_err(),
            db.read(|q| warehouse::movements(q, shop, sku, None, 9)).unwrap_err(),
            db.read(|q| warehouse::reservation(q, shop, id)).unwrap_err(),
        ];
        for err in refusals {
            assert_eq!(err.kind(), Kind::NotFound, "{err}");
        }
        assert_eq!(mine.figures(sku), (5, 1, 4));
    });
}

#[test]
fn what_is_reserved_cannot_be_counted_or_taken_away() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[10]);
        yard.reserve(&[(sku, 6)]).unwrap();
        let shop = yard.shop;
        let (before, told) = (yard.movements(sku), facts(db));
        let (found, taken) = (yard.change(sku, 0, 5), yard.change(sku, 0, -5));
        let err = write(db, move |tx| warehouse::count(tx, &ctx(), shop, &found)).unwrap_err();
        assert!(
            matches!(err, Error::BelowReserved { sku: of, reserved: 6, there, free } if of == sku && free == there - 6),
            "{err}"
        );
        let err = write(db, move |tx| warehouse::adjust(tx, &ctx(), shop, &taken)).unwrap_err();
        assert!(
            matches!(err, Error::BelowReserved { sku: of, reserved: 6, there, free } if of == sku && free == there - 6),
            "{err}"
        );
        assert_eq!((yard.figures(sku), yard.movements(sku), facts(db)), ((10, 6, 4), before, told));
        let exact = yard.change(sku, 0, 6);
        write(db, move |tx| warehouse::count(tx, &ctx(), shop, &exact)).unwrap();
        assert_eq!(yard.figures(sku), (6, 6, 0));
        yard.is_sound();
    });
}

#[test]
fn a_kit_has_no_stock_of_its_own_and_is_made_of_plain_skus() {
    on_both(|db| {
        let yard = Yard::new(db, 2);
        let (cup, plate) = (yard.sku(&[4, 3]), yard.sku(&[5]));
        let shop = yard.shop;
        let kit = yard.sku(&[]);
        let parts = vec![Part { sku: cup, quantity: 2 }, Part { sku: plate, quantity: 1 }];
        write(db, move |tx| warehouse::define_kit(tx, shop, kit, &parts)).unwrap();
        // Seven cups make three pairs; on which shelves they stand does not matter.
        assert_eq!(yard.head(kit).available, 3);
        let stock = db.read(|q| warehouse::stock(q, shop, kit)).unwrap();
        assert!(stock.is_kit && stock.places.is_empty() && stock.parts.len() == 2);
        assert_eq!(yard.receive(kit, 0, 1).unwrap_err(), Error::IsKit(kit));
        let define = |kit, part| {
            let parts = vec![Part { sku: part, quantity: 1 }];
            write(db, move |tx| warehouse::define_kit(tx, shop, kit, &parts)).unwrap_err()
        };
        let fresh = yard.sku(&[]);
        assert_eq!(define(fresh, kit), Error::Nested { sku: kit });
        assert_eq!(define(cup, plate), Error::HasStock(cup));
        assert_eq!(define(kit, kit), Error::Nested { sku: kit });
        yard.reserve(&[(kit, 3)]).unwrap();
        assert_eq!((yard.figures(cup), yard.figures(plate)), ((7, 6, 1), (5, 3, 2)));
        assert_eq!(yard.head(kit).available, 0);
        yard.is_sound();
    });
}

#[test]
fn nothing_is_sold_from_a_closed_warehouse_and_what_is_reserved_there_ships() {
    on_both(|db| {
        let yard = Yard::new(db, 2);
        let sku = yard.sku(&[5, 1]);
        let held = yard.reserve(&[(sku, 2)]).unwrap();
        let shop = yard.shop;
        let closed = Site { is_open: false, name: "Old hall".into(), turn: 9, ..yard.sites[0].clone() };
        let changed = closed.clone();
        write(db, move |tx| warehouse::change_warehouse(tx, shop, &changed)).unwrap();
        let listed = db.read(|q| warehouse::warehouses(q, shop, None, 10)).unwrap();
        assert_eq!(listed, [yard.sites[1].clone(), closed]);
        let rest = db.read(|q| warehouse::warehouses(q, shop, Some((1, listed[0].id)), 10)).unwrap();
        assert_eq!(rest, listed[1..]);
        assert_eq!(yard.figures(sku), (6, 2, 1));
        assert!(matches!(yard.reserve(&[(sku, 2)]), Err(Error::Short(lacks)) if lacks[0].left == 1));
        write(db, move |tx| warehouse::commit(tx, &ctx(), shop, held.id)).unwrap();
        assert_eq!(yard.figures(sku), (4, 0, 1));
        yard.is_sound();
    });
}

#[test]
fn an_edit_of_a_warehouse_leaves_what_it_does_not_say() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let (shop, id) = (yard.shop, yard.sites[0].id);
        let edit = |id, name: &str, turn, is_open| {
            let change = SiteChange { name: name.into(), turn, is_open };
            write(db, move |tx| warehouse::edit_warehouse(tx, shop, id, &change))
        };
        let site = edit(id, "Old hall", Some(7), None).unwrap();
        assert_eq!((&*site.name, site.turn, site.is_open), ("Old hall", 7, true));
        let site = edit(id, "Hall", None, Some(false)).unwrap();
        assert_eq!((&*site.name, site.turn, site.is_open), ("Hall", 7, false));
        assert_eq!(db.read(|q| warehouse::warehouses(q, shop, None, 10)).unwrap(), [site]);
        assert_eq!(edit(id, " ", None, None).unwrap_err(), Error::NoName);
        let nobody = new_id();
        assert_eq!(edit(nobody, "Hall", None, None).unwrap_err(), Error::NoWarehouse(nobody));
    });
}

#[test]
fn numbers_and_texts_that_cannot_be_are_refused() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[5]);
        let shop = yard.shop;
        let long = "x".repeat(121);
        let noted = warehouse::Change { reference: Some(long.clone().into()), ..yard.change(sku, 0, 1) };
        let (none, less) = (yard.change(sku, 0, 0), yard.change(sku, 0, -1));
        let refusals: Vec<Error> = vec![
            yard.receive(sku, 0, 0).unwrap_err(),
            yard.receive(sku, 0, -1).unwrap_err(),
            yard.receive(sku, 0, warehouse::MOST_UNITS + 1).unwrap_err(),
            write(db, move |tx| warehouse::adjust(tx, &ctx(), shop, &none)).unwrap_err(),
            write(db, move |tx| warehouse::count(tx, &ctx(), shop, &less)).unwrap_err(),
            write(db, move |tx| warehouse::receive(tx, &ctx(), shop, &noted)).unwrap_err(),
            write(db, move |tx| warehouse::open_warehouse(tx, &ctx(), shop, "  ", 0)).unwrap_err(),
            write(db, move |tx| warehouse::open_warehouse(tx, &ctx(), shop, &long, 0)).unwrap_err(),
            write(db, move |tx| warehouse::add_sku(tx, shop, sku, Some(-1))).unwrap_err(),
            yard.reserve(&[]).unwrap_err(),
            yard.reserve(&[(sku, 0)]).unwrap_err(),
            yard.reserve(&vec![(sku, 1); warehouse::MOST_LINES + 1]).unwrap_err(),
        ];
        for err in refusals {
            assert_eq!(err.kind(), Kind::Invalid, "{err}");
        }
        assert_eq!(yard.movements(sku), [("received", 5)]);
    });
}
