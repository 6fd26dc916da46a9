//! Shops: opened, taken up, changed, suspended.

use crate::{at, join, told, vault, write};
use kernel::{Id, Problem, RawId, id::Shop};
use people::merchant::{self as m, ChangeShop, Error, Industry, Kind, NewShop, Status, Step};
use people::staff::{self as s, Role, Scope};
use std::sync::Barrier;
use store::Db;
use testkit::db::on_both;

fn named(name: &str) -> NewShop {
    NewShop { name: name.into(), industry: Some(Industry::Home), kind: Some(Kind::Company), owner: None }
}

fn open(db: &Db, seconds: i64, new: &NewShop) -> Result<Id<Shop>, Error> {
    let new = new.clone();
    write(db, seconds, move |tx, ctx| m::open_shop(tx, ctx, &new))
}

#[test]
fn a_shop_is_opened_with_its_owner_and_told_once() {
    on_both(|db| {
        let vault = vault(db);
        let owner = join(db, &vault, "13800000001", "correct horse").unwrap();
        let id = open(db, 5, &NewShop { owner: Some(owner), ..named(" 木子家居 ") }).unwrap();
        let shop = db.read(|q| m::shop(q, id)).unwrap();
        assert_eq!(
            (&*shop.name, shop.industry, shop.kind),
            ("木子家居", Some(Industry::Home), Some(Kind::Company))
        );
        assert_eq!((shop.status, shop.opened_at, shop.version), (Status::Open, at(5), 1));
        let standing = db.read(|q| s::standing(q, owner)).unwrap();
        assert_eq!(standing.role_in(Scope::Shop(id)), Some(Role::ShopOwner));
        assert_eq!(db.read(|q| m::standings(q, &standing, 9)).unwrap(), [shop]);
        assert_eq!(told(db), ["member.joined", "seat.taken", "shop.opened"]);
    });
}

#[test]
fn a_shop_that_facts_know_is_taken_up_without_a_second_fact_and_only_once() {
    on_both(|db| {
        let id: Id<Shop> = Id::from_raw(RawId([7; 16]));
        let adopt = |db: &Db| write(db, 1, move |tx, ctx| m::adopt_shop(tx, ctx, id, &named("梅里工坊")));
        adopt(db).unwrap();
        let err = adopt(db).unwrap_err();
        assert_eq!((err.code(), err), ("shop.known", Error::Known(id)));
        assert_eq!(told(db), [""; 0]);
        assert_eq!(&*db.read(|q| m::shop(q, id)).unwrap().name, "梅里工坊");
        let nobody = Id::from_raw(RawId([9; 16]));
        let err = open(db, 2, &NewShop { owner: Some(nobody), ..named("x") }).unwrap_err();
        assert_eq!(err.code(), "member.not_found");
        assert_eq!(db.read(|q| m::shops(q, None, 9)).unwrap().len(), 1, "a refused opening leaves no shop");
    });
}

#[test]
fn of_two_changes_to_what_both_saw_one_is_made() {
    on_both(|db| {
        let id = open(db, 1, &named("a")).unwrap();
        let (shared, barrier): (&Db, _) = (db, Barrier::new(2));
        let change = |name: &str| ChangeShop { name: name.into(), industry: None, kind: None, version: 1 };
        let made = std::thread::scope(|scope| {
            let tries = ["b", "c"].map(|name| {
                let (cmd, barrier) = (change(name), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    write(shared, 2, move |tx, ctx| m::change_shop(tx, ctx, id, &cmd))
                })
            });
            tries.map(|it| it.join().unwrap())
        });
        assert_eq!(made.iter().filter(|result| result.is_ok()).count(), 1, "{made:?}");
        assert!(made.contains(&Err(Error::Moved)), "{made:?}");
        let shop = db.read(|q| m::shop(q, id)).unwrap();
        assert_eq!((shop.industry, shop.version), (None, 2));
        let wrong = [change(""), change("a\nb"), change(&"x".repeat(61))];
        for cmd in wrong {
            let err = write(db, 3, move |tx, ctx| m::change_shop(tx, ctx, id, &cmd)).unwrap_err();
            assert_eq!(err.code(), "shop.name");
        }
        assert_eq!(told(db), ["shop.opened", "shop.changed"]);
    });
}

#[test]
fn a_suspended_shop_is_restored_and_a_closed_one_is_not() {
    on_both(|db| {
        let id = open(db, 1, &named("a")).unwrap();
        let step =
            |step| write(db, 2, move |tx, ctx| m::change_status(tx, ctx, id, step)).map(|shop| shop.status);
        assert_eq!(step(Step::Suspend), Ok(Status::Suspended));
        assert_eq!(step(Step::Suspend), Err(Error::WrongStatus(Status::Suspended)));
        assert_eq!(step(Step::Restore), Ok(Status::Open));
        assert_eq!(step(Step::Close), Ok(Status::Closed));
        for after in Step::ALL {
            assert_eq!(step(after), Err(Error::WrongStatus(Status::Closed)));
        }
        let nowhere: Id<Shop> = Id::from_raw(RawId([9; 16]));
        let err = write(db, 3, move |tx, ctx| m::change_status(tx, ctx, nowhere, Step::Close)).unwrap_err();
        assert_eq!((err.code(), err), ("shop.not_found", Error::NoShop(nowhere)));
    });
}

#[test]
fn shops_are_listed_newest_first_page_by_page() {
    on_both(|db| {
        let ids: Vec<_> = (0..5).map(|i| open(db, i, &named("x")).unwrap()).collect();
        let first = db.read(|q| m::shops(q, None, 3)).unwrap();
        let next = db.read(|q| m::shops(q, Some(first[2].id), 3)).unwrap();
        let listed: Vec<_> = first.iter().chain(&next).map(|shop| shop.id).collect();
        assert_eq!(listed, ids.into_iter().rev().collect::<Vec<_>>());
    });
}
