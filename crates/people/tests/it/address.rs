//! Addresses, and the copies that orders keep.

use crate::{join, vault, write};
use kernel::{Country, Id, Problem, RawId, id::Address, id::Member};
use people::member::{self as m, Error, MOST_ADDRESSES};
use people::vault::{self as v, Field, Postal, Vault};
use store::Db;
use testkit::db::on_both;

/// Where what is typed without a country is from.
const HOME: Option<Country> = Some(Country::CN);

pub(crate) fn postal(recipient: &str, phone: &str, street: &str) -> Postal {
    let [recipient, phone, province, city, district, street, postcode] =
        [recipient, phone, "浙江省", "杭州市", "西湖区", street, "310000"].map(str::to_owned);
    Postal { recipient, phone, province, city, district, street, postcode }
}

fn add(db: &Db, vault: &Vault, at: i64, member: Id<Member>, street: &str) -> Result<Id<Address>, Error> {
    let (vault, postal) = (vault.clone(), postal("张三", "13812341234", street));
    write(db, at, move |tx, ctx| m::add_address(tx, ctx, &vault, member, &postal, HOME))
}

fn list(db: &Db, vault: &Vault, member: Id<Member>) -> Vec<(Id<Address>, bool, String)> {
    let all = db.read(|q| m::addresses(q, vault, member)).unwrap();
    all.into_iter().map(|view| (view.id, view.is_default, view.postal.street)).collect()
}

#[test]
fn one_address_is_the_default_whatever_is_added_chosen_or_removed() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, "13812341234", "correct horse").unwrap();
        let [a, b, c] =
            [(1, "a"), (2, "b"), (3, "c")].map(|(at, street)| add(db, &vault, at, member, street).unwrap());
        let streets = || list(db, &vault, member).into_iter().map(|row| (row.2, row.1)).collect::<Vec<_>>();
        let row = |street: &str, is_default| (street.to_owned(), is_default);
        assert_eq!(streets(), [row("a", true), row("c", false), row("b", false)]);
        write(db, 4, move |tx, _| m::make_default(tx, member, b)).unwrap();
        assert_eq!(streets(), [row("b", true), row("c", false), row("a", false)]);
        write(db, 5, move |tx, _| m::make_default(tx, member, b)).unwrap();
        write(db, 5, move |tx, _| m::remove_address(tx, member, b)).unwrap();
        assert_eq!(streets(), [row("c", true), row("a", false)]);
        write(db, 6, move |tx, _| m::remove_address(tx, member, a)).unwrap();
        write(db, 6, move |tx, _| m::remove_address(tx, member, c)).unwrap();
        assert_eq!(streets(), []);
        let err = write(db, 7, move |tx, _| m::remove_address(tx, member, c)).unwrap_err();
        assert_eq!((err.code(), err), ("member.no_address", Error::NoAddress(c)));
        // Nothing of it is left in the vault.
        assert_eq!(db.read(|q| v::shown(q, &vault, c.raw(), Field::Address)).unwrap(), None);
    });
}

#[test]
fn two_defaults_at_once_leave_one() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, "13812341234", "correct horse").unwrap();
        let ids: Vec<_> = (0..6).map(|i| add(db, &vault, i, member, "x").unwrap()).collect();
        let shared: &Db = db;
        std::thread::scope(|scope| {
            for id in ids {
                scope.spawn(move || {
                    // Refused or not: what counts is what is left.
                    let _ = write(shared, 9, move |tx, _| m::make_default(tx, member, id));
                });
            }
        });
        assert_eq!(list(db, &vault, member).iter().filter(|row| row.1).count(), 1);
    });
}

#[test]
fn an_address_of_another_member_is_not_found_and_the_book_has_an_end() {
    on_both(|db| {
        let vault = vault(db);
        let me = join(db, &vault, "13812341234", "correct horse").unwrap();
        let you = join(db, &vault, "13812341235", "correct horse").unwrap();
        let yours = add(db, &vault, 1, you, "yours").unwrap();
        let order = RawId([7; 16]);
        let (vault_a, vault_b) = (vault.clone(), vault.clone());
        let to = postal("x", "13812341234", "x");
        let tries = [
            write(db, 2, move |tx, _| m::make_default(tx, me, yours)),
            write(db, 2, move |tx, _| m::remove_address(tx, me, yours)),
            write(db, 2, move |tx, _| m::change_address(tx, &vault_a, me, yours, &to, HOME)),
            write(db, 2, move |tx, _| m::copy_address(tx, &vault_b, me, yours, order).map(drop)),
        ];
        assert_eq!(tries, [(); 4].map(|()| Err(Error::NoAddress(yours))));
        for i in 0..MOST_ADDRESSES {
            add(db, &vault, i, me, "x").unwrap();
        }
        assert_eq!(add(db, &vault, 99, me, "x"), Err(Error::Crowded { most: MOST_ADDRESSES }));
        let err = add(db, &vault, 99, me, " ").unwrap_err();
        assert_eq!(err.code(), "vault.postal");
    });
}

#[test]
fn a_copy_of_an_address_outlives_what_becomes_of_it() {
    on_both(|db| {
        let vault = vault(db);
        let member = join(db, &vault, "13812341234", "correct horse").unwrap();
        let id = add(db, &vault, 1, member, "文三路").unwrap();
        let order = RawId([7; 16]);
        let same = vault.clone();
        let shown = write(db, 2, move |tx, _| m::copy_address(tx, &same, member, id, order)).unwrap().shown;
        let seen = [shown.recipient, shown.phone, shown.province, shown.city];
        assert_eq!(seen, ["张*", "138****1234", "浙江省", "杭州市"]);
        let (same, to) = (vault.clone(), postal("李四", "13900000000", "武林路"));
        write(db, 3, move |tx, _| m::change_address(tx, &same, member, id, &to, HOME)).unwrap();
        write(db, 4, move |tx, _| m::remove_address(tx, member, id)).unwrap();
        let look = v::Reveal {
            by: member,
            subject: order,
            field: Field::Address,
            why: v::Why::Delivery,
            about: Some(order),
        };
        let same = vault.clone();
        let secret = write(db, 5, move |tx, ctx| v::reveal(tx, ctx, &same, &look)).unwrap();
        assert_eq!(Postal::read(secret.expose()).unwrap().street, "文三路");
        let region = db.read(|q| v::shown(q, &vault, order, Field::Address)).unwrap();
        assert_eq!(region.unwrap(), "浙江省 杭州市");
    });
}
