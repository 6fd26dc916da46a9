//! Reservations from their making to their end.

use crate::{NOW, Yard, ctx, ctx_at, facts, fire, later, reason, reserve, write};
use kernel::id::Warehouse;
use kernel::{Id, Kind, Moment, Problem};
use store::timer;
use supply::warehouse::{self, Clock, Error, Lack, Reservation, Status, TakeBack};
use testkit::db::on_both;

/// Where the units of a reservation come from.
fn from(reservation: &Reservation) -> Vec<(Id<Warehouse>, i64)> {
    reservation.claims.iter().map(|claim| (claim.place.warehouse, claim.quantity)).collect()
}

#[test]
fn what_is_reserved_ships_and_comes_back() {
    on_both(|db| {
        let yard = Yard::new(db, 2);
        let sku = yard.sku(&[5]);
        let shop = yard.shop;
        let held = yard.reserve(&[(sku, 1), (sku, 2)]).unwrap();
        assert_eq!((held.status, held.claims.len(), yard.figures(sku)), (Status::Held, 1, (5, 3, 2)));
        assert_eq!(db.read(|q| warehouse::reservation(q, shop, held.id)).unwrap(), held);
        let id = held.id;
        let shipped = write(db, move |tx| warehouse::commit(tx, &ctx(), shop, id)).unwrap();
        assert_eq!((shipped.status, shipped.version, yard.figures(sku)), (Status::Committed, 2, (2, 0, 2)));
        let back = |quantity| {
            let (reservation, warehouse) = (id, yard.sites[1].id);
            let back = TakeBack { reservation, sku, warehouse, quantity, reason: reason(), reference: None };
            write(db, move |tx| warehouse::take_back(tx, &ctx(), shop, &back))
        };
        assert_eq!(back(2).unwrap().on_hand(), 2);
        assert_eq!(back(2).unwrap_err(), Error::TooManyBack { sku, left: 1 });
        assert_eq!(yard.figures(sku), (4, 0, 4));
        assert_eq!(yard.movements(sku), [("received", 5), ("reserved", 3), ("shipped", 3), ("returned", 2)]);
        assert_eq!(facts(db).len(), 4);
        yard.is_sound();
    });
}

#[test]
fn a_reservation_ends_once_and_says_how_it_ended() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[5]);
        let shop = yard.shop;
        let id = yard.reserve(&[(sku, 2)]).unwrap().id;
        let released = write(db, move |tx| warehouse::release(tx, &ctx(), shop, id, &reason())).unwrap();
        assert_eq!((released.status, yard.figures(sku)), (Status::Released, (5, 0, 5)));
        let before = (yard.movements(sku), facts(db));
        let refusals = [
            write(db, move |tx| warehouse::commit(tx, &ctx(), shop, id)).unwrap_err(),
            write(db, move |tx| warehouse::release(tx, &ctx(), shop, id, &reason())).unwrap_err(),
            write(db, move |tx| warehouse::extend(tx, &ctx(), shop, id, None)).unwrap_err(),
        ];
        for err in refusals {
            assert_eq!(err, Error::Over { id, status: Status::Released });
            assert_eq!(err.kind(), Kind::Conflict);
        }
        assert_eq!((yard.movements(sku), facts(db)), before);
        assert_eq!(db.read(|q| timer::next(q, warehouse::EXPIRY, Moment::MAX)).unwrap(), None);
        yard.is_sound();
    });
}

#[test]
fn a_reservation_expires_by_its_timer_and_only_when_it_is_due() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[5]);
        let shop = yard.shop;
        let (first, second) = (yard.reserve(&[(sku, 2)]).unwrap(), yard.reserve(&[(sku, 1)]).unwrap());
        let paid = write(db, move |tx| warehouse::extend(tx, &ctx(), shop, second.id, None)).unwrap();
        assert_eq!((paid.status, paid.due_at), (Status::Held, None));
        let due = db.read(|q| timer::due(q, later(600), 10)).unwrap();
        assert_eq!(
            due.iter().map(|t| (t.kind.as_str(), t.subject)).collect::<Vec<_>>(),
            [(warehouse::EXPIRY, first.id.raw())]
        );
        let fired = |now| {
            let timer = due[0].clone();
            write(db, move |tx| fire(tx, now, &timer)).unwrap()
        };
        assert_eq!(fired(later(599)), None);
        assert_eq!(yard.figures(sku), (5, 3, 2));
        assert_eq!(fired(later(600)).map(|r| r.status), Some(Status::Expired));
        assert_eq!(fired(later(601)), None, "a timer fires once");
        assert_eq!(yard.figures(sku), (5, 1, 4));
        assert_eq!(yard.movements(sku).last(), Some(&("released", 2)));
        yard.is_sound();
    });
}

#[test]
fn a_reservation_that_lasts_longer_expires_later() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[5]);
        let shop = yard.shop;
        let held = yard.reserve(&[(sku, 2)]).unwrap();
        let old = db.read(|q| timer::due(q, later(600), 10)).unwrap().remove(0);
        let err = write(db, move |tx| warehouse::extend(tx, &ctx(), shop, held.id, Some(NOW))).unwrap_err();
        assert_eq!(err, Error::Past);
        write(db, move |tx| warehouse::extend(tx, &ctx(), shop, held.id, Some(later(900)))).unwrap();
        let gone = write(db, move |tx| fire(tx, later(700), &old)).unwrap();
        assert_eq!(gone, None);
        let due = db.read(|q| timer::due(q, later(900), 10)).unwrap().remove(0);
        let gone = write(db, move |tx| fire(tx, later(900), &due)).unwrap();
        assert_eq!(gone.map(|r| r.status), Some(Status::Expired));
    });
}

#[test]
fn a_demand_is_met_whole_or_refused_with_everything_that_lacks() {
    on_both(|db| {
        let (one, two) = (Yard::new(db, 2), Yard::new(db, 1));
        let (plenty, few, none) = (one.sku(&[50]), one.sku(&[1, 2]), two.sku(&[]));
        let before = (one.figures(plenty), one.movements(plenty), facts(db));
        let baskets = [one.basket(&[(plenty, 5), (few, 4)]), two.basket(&[(none, 1)])];
        let err = write(db, move |tx| warehouse::reserve(tx, &ctx(), &baskets)).unwrap_err();
        let lack = |sku, wanted, left| Lack { sku, campaign: None, wanted, left, asked: vec![sku] };
        let mut expected = vec![lack(few, 4, 3), lack(none, 1, 0)];
        expected.sort_by_key(|lack| lack.sku);
        assert_eq!(err, Error::Short(expected));
        let told = err.to_string();
        assert!(told.contains(&format!("{few} (4 wanted, 3 left)")), "{told}");
        assert_eq!((one.figures(plenty), one.movements(plenty), facts(db)), before);
        assert_eq!(db.read(|q| timer::next(q, warehouse::EXPIRY, Moment::MAX)).unwrap(), None);
        two.receive(none, 0, 1).unwrap();
        let baskets = [one.basket(&[(plenty, 5), (few, 3)]), two.basket(&[(none, 1)])];
        let made = write(db, move |tx| warehouse::reserve(tx, &ctx(), &baskets)).unwrap();
        assert_eq!(made.iter().map(|r| r.shop).collect::<Vec<_>>(), [one.shop, two.shop]);
        one.is_sound();
        two.is_sound();
    });
}

#[test]
fn two_kits_that_share_a_part_are_summed_before_anything_is_taken() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let (cup, tea, jam) = (yard.sku(&[3]), yard.sku(&[9]), yard.sku(&[9]));
        let (first, second) = (yard.kit(&[cup, tea]), yard.kit(&[cup, jam]));
        let mut asked = vec![first, second];
        asked.sort_unstable();
        let err = yard.reserve(&[(first, 2), (second, 2)]).unwrap_err();
        assert_eq!(err, Error::Short(vec![Lack { sku: cup, campaign: None, wanted: 4, left: 3, asked }]));
        yard.reserve(&[(first, 2), (second, 1)]).unwrap();
        assert_eq!(
            (yard.figures(cup), yard.figures(tea), yard.figures(jam)),
            ((3, 3, 0), (9, 2, 7), (9, 1, 8))
        );
        yard.is_sound();
    });
}

#[test]
fn one_warehouse_is_preferred_then_the_nearest_and_a_split_comes_last() {
    on_both(|db| {
        let yard = Yard::new(db, 3);
        let sites: Vec<_> = yard.sites.iter().map(|site| site.id).collect();
        let (tea, cup) = (yard.sku(&[4, 4, 4]), yard.sku(&[0, 0, 2]));
        let near = |lines: &[_], nearest: &[Id<Warehouse>]| {
            let nearest = nearest.to_vec();
            from(&reserve(db, warehouse::Basket { nearest, ..yard.basket(lines) }).unwrap())
        };
        assert_eq!(near(&[(tea, 1)], &[]), [(sites[0], 1)]);
        assert_eq!(near(&[(tea, 1)], &[sites[1]]), [(sites[1], 1)]);
        let both = near(&[(tea, 1), (cup, 1)], &[sites[0]]);
        assert!(both.iter().all(|(at, _)| *at == sites[2]), "one parcel from the only one that has both");
        let mut split = near(&[(tea, 8)], &[sites[1]]);
        split.sort_by_key(|(at, _)| sites.iter().position(|site| site == at));
        assert_eq!(split, [(sites[0], 3), (sites[1], 3), (sites[2], 2)]);
        yard.is_sound();
    });
}

#[test]
fn a_reservation_must_last_beyond_now() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[5]);
        let basket = warehouse::Basket { until: Some(NOW), ..yard.basket(&[(sku, 1)]) };
        assert_eq!(reserve(db, basket).unwrap_err(), Error::Past);
        let lasting = warehouse::Basket { until: None, ..yard.basket(&[(sku, 1)]) };
        assert_eq!(reserve(db, lasting).unwrap().due_at, None);
        assert_eq!(db.read(|q| timer::next(q, warehouse::EXPIRY, Moment::MAX)).unwrap(), None);
    });
}

#[test]
fn where_the_clock_is_the_callers_there_is_no_timer_and_the_caller_ends_it_in_time() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[5]);
        let shop = yard.shop;
        let hold = |quantity| {
            let lent = warehouse::Basket { clock: Clock::Caller, ..yard.basket(&[(sku, quantity)]) };
            reserve(db, lent).unwrap()
        };
        let (unpaid, paid) = (hold(2), hold(1));
        assert_eq!((unpaid.due_at, unpaid.clock), (Some(later(600)), Clock::Caller));
        assert_eq!(
            db.read(|q| timer::next(q, warehouse::EXPIRY, Moment::MAX)).unwrap(),
            None,
            "nothing waits for it here"
        );
        write(db, move |tx| warehouse::keep(tx, &ctx(), shop, paid.id)).unwrap();
        let expire = |id, now| write(db, move |tx| warehouse::expire_now(tx, &ctx_at(now), shop, id));
        assert_eq!(expire(unpaid.id, later(599)).unwrap_err(), Error::NotDue { id: unpaid.id });
        assert_eq!(expire(paid.id, later(999)).unwrap_err(), Error::NotDue { id: paid.id });
        assert_eq!(expire(unpaid.id, later(600)).unwrap().status, Status::Expired);
        let over = Error::Over { id: unpaid.id, status: Status::Expired };
        assert_eq!(expire(unpaid.id, later(601)).unwrap_err(), over);
        assert_eq!(
            write(db, move |tx| warehouse::keep(tx, &ctx(), shop, unpaid.id)).unwrap_err(),
            over,
            "what has expired is not kept"
        );
        let other = Yard::new(db, 1).shop;
        let err = write(db, move |tx| warehouse::keep(tx, &ctx(), other, paid.id)).unwrap_err();
        assert_eq!(err.kind(), Kind::NotFound);
        let shipped = write(db, move |tx| warehouse::commit(tx, &ctx(), shop, paid.id)).unwrap();
        assert_eq!((shipped.status, yard.figures(sku)), (Status::Committed, (4, 0, 4)));
        yard.is_sound();
    });
}

#[test]
fn a_reservation_with_a_timer_of_its_own_can_be_kept_and_ended_by_hand_too() {
    on_both(|db| {
        let yard = Yard::new(db, 1);
        let sku = yard.sku(&[5]);
        let shop = yard.shop;
        let (kept, ended) = (yard.reserve(&[(sku, 1)]).unwrap().id, yard.reserve(&[(sku, 2)]).unwrap().id);
        write(db, move |tx| warehouse::keep(tx, &ctx(), shop, kept)).unwrap();
        write(db, move |tx| warehouse::expire_now(tx, &ctx_at(later(600)), shop, ended)).unwrap();
        assert_eq!(
            db.read(|q| timer::next(q, warehouse::EXPIRY, Moment::MAX)).unwrap(),
            None,
            "no timer is left behind"
        );
        assert_eq!(yard.figures(sku), (5, 1, 4));
        yard.is_sound();
    });
}

#[test]
fn what_selling_costs_in_statements() {
    let db = testkit::db::TestDb::new(store::Engine::Sqlite);
    let yard = Yard::new(&db, 1);
    let sku = yard.sku(&[50]);
    let shop = yard.shop;
    let count = |run: &mut dyn FnMut()| {
        let before = db.statements();
        run();
        db.statements() - before
    };
    let basket = |clock| warehouse::Basket { clock, ..yard.basket(&[(sku, 1)]) };
    let mut held = Vec::new();
    for clock in [Clock::Own, Clock::Caller] {
        let mut made = None;
        let reserve = count(&mut || made = Some(reserve(&db, basket(clock)).unwrap().id));
        let (id, keep) = (made.unwrap(), made.unwrap());
        let keep = count(&mut || write(&db, move |tx| warehouse::keep(tx, &ctx(), shop, keep)).unwrap());
        let commit =
            count(&mut || drop(write(&db, move |tx| warehouse::commit(tx, &ctx(), shop, id)).unwrap()));
        let other = crate::reserve(&db, basket(clock)).unwrap().id;
        let release = count(&mut || {
            drop(write(&db, move |tx| warehouse::release(tx, &ctx(), shop, other, &reason())).unwrap());
        });
        held.push((reserve, keep, commit, release));
    }
    // What is there to find, a take, three rows, a fact; one more is the timer. Keeping what has a timer loads it.
    assert_eq!(held, [(8, 4, 5, 6), (7, 1, 5, 5)]);
}
