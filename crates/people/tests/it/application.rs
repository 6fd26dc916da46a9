//! Applications to open a shop: one waits at a time, one decision counts, and an approved one is a shop.

use crate::{at, join, told, vault, write};
use kernel::Id;
use kernel::{Problem, id::Member};
use people::application::{self as a, Apply, Error, State};
use people::merchant::{self as m, Industry, Kind};
use people::staff::{self as s, Role, Scope};
use people::vault::Contact;
use std::sync::Barrier;
use store::Db;
use testkit::db::on_both;

fn asks(name: &str) -> Apply {
    let contact = Contact::read("13800138000", Some(kernel::Country::CN)).unwrap();
    let (industry, licence) = (Some(Industry::Home), Some("91330106MA2TESTX8K".into()));
    Apply { name: name.into(), kind: Kind::Company, industry, licence, contact, note: "自有工厂".into() }
}

fn send(db: &Db, seconds: i64, member: Id<Member>) -> Result<a::Application, Error> {
    let vault = vault(db);
    write(db, seconds, move |tx, ctx| a::apply(tx, ctx, &vault, member, &asks(" 木子家居 ")))
}

#[test]
fn an_approved_application_opens_its_shop_with_its_owner_and_forgets_the_contact() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, "13800000001", "correct horse").unwrap();
        let sent = send(db, 5, member).unwrap();
        assert_eq!((&*sent.name, sent.state, sent.sent_at), ("木子家居", State::Pending, at(5)));
        assert_eq!(send(db, 6, member).unwrap_err(), Error::Pending);
        let queue = db.read(|q| a::queue(q, &vault, None, 9)).unwrap();
        assert_eq!(queue[0].contact.as_deref(), Some("138****8000"));
        let now = write(db, 7, move |tx, ctx| a::approve(tx, ctx, sent.id)).unwrap();
        let shop = db.read(|q| m::shop(q, now.shop.unwrap())).unwrap();
        assert_eq!((&*shop.name, shop.kind), ("木子家居", Some(Kind::Company)));
        let standing = db.read(|q| s::standing(q, member)).unwrap();
        assert_eq!(standing.role_in(Scope::Shop(shop.id)), Some(Role::ShopOwner));
        assert_eq!(
            told(db),
            ["member.joined", "application.sent", "seat.taken", "shop.opened", "application.approved"]
        );
        let field = people::vault::Field::Phone;
        assert_eq!(db.read(|q| people::vault::shown(q, &vault, sent.id.raw(), field)).unwrap(), None);
        assert!(db.read(|q| a::queue(q, &vault, None, 9)).unwrap().is_empty());
        let again = write(db, 8, move |tx, ctx| a::approve(tx, ctx, sent.id)).unwrap_err();
        assert_eq!((again.code(), again), ("application.decided", Error::Decided(State::Approved)));
    });
}

#[test]
fn of_two_who_decide_at_once_one_does_and_one_shop_is_open() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, "13800000001", "correct horse").unwrap();
        let sent = send(db, 5, member).unwrap();
        let (shared, barrier): (&Db, _) = (db, Barrier::new(2));
        let made = std::thread::scope(|scope| {
            let tries = [true, false].map(|yes| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    write(shared, 6, move |tx, ctx| match yes {
                        true => a::approve(tx, ctx, sent.id),
                        false => a::decline(tx, ctx, sent.id, "资料不全"),
                    })
                })
            });
            tries.map(|it| it.join().unwrap())
        });
        assert_eq!(made.iter().filter(|result| result.is_ok()).count(), 1, "{made:?}");
        let shops = db.read(|q| m::shops(q, None, 9)).unwrap().len();
        assert_eq!(shops, usize::from(made[0].is_ok()));
    });
}

#[test]
fn what_was_withdrawn_or_declined_lets_another_follow() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, "13800000001", "correct horse").unwrap();
        let other = join(db, &vault, "13800000002", "correct horse").unwrap();
        let first = send(db, 5, member).unwrap();
        let theirs = write(db, 6, move |tx, ctx| a::withdraw(tx, ctx, other, first.id)).unwrap_err();
        assert_eq!(theirs, Error::NoApplication(first.id));
        write(db, 6, move |tx, ctx| a::withdraw(tx, ctx, member, first.id)).unwrap();
        let second = send(db, 7, member).unwrap();
        let silent = write(db, 8, move |tx, ctx| a::decline(tx, ctx, second.id, " ")).unwrap_err();
        assert_eq!(silent, Error::NoReason);
        let now = write(db, 8, move |tx, ctx| a::decline(tx, ctx, second.id, "资料不全")).unwrap();
        assert_eq!((now.state, now.reason.as_deref(), now.shop), (State::Declined, Some("资料不全"), None));
        send(db, 9, member).unwrap();
        let all = db.read(|q| a::of_member(q, member, None, 9)).unwrap();
        let states: Vec<_> = all.iter().map(|one| one.state).collect();
        assert_eq!(states, [State::Pending, State::Declined, State::Withdrawn]);
    });
}
