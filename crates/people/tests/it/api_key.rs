//! Keys of programs: what they open, what they never open, who may make them.

use crate::{at, join, told, vault, write};
use kernel::{Id, Kind, Problem, RawId, id};
use people::api_key::{self as k, Error, NewKey, Secret};
use people::staff::{self as s, By, Denied, Invite, Permission, Role, Scope};
use store::Db;
use testkit::db::on_both;

const PASSWORD: &str = "correct horse";

fn shop(n: u8) -> Scope {
    Scope::Shop(Id::from_raw(RawId([n; 16])))
}

fn make(
    db: &Db,
    seconds: i64,
    by: impl Into<By>,
    scope: Scope,
    permissions: &[Permission],
    until: Option<i64>,
) -> Result<(Id<id::ApiKey>, Secret), Error> {
    let (by, cmd) = (by.into(), NewKey::new(scope, permissions, "erp", until.map(at))?);
    let secret = cmd.secret().clone();
    let id = write(db, seconds, move |tx, ctx| k::make(tx, ctx, by, &cmd, 3))?;
    Ok((id, secret))
}

fn owner_of(db: &Db, n: u8, who: &str) -> Id<id::Member> {
    let owner = join(db, &vault(db), who, PASSWORD).unwrap();
    let at = shop(n).shop().unwrap();
    write(db, 0, move |tx, ctx| s::open_shop(tx, ctx, at, owner)).unwrap();
    owner
}

#[test]
fn a_key_opens_what_it_names_in_its_place_and_nothing_else() {
    on_both(|db| {
        let owner = owner_of(db, 1, "13800000001");
        let named = [Permission::ShopOrders, Permission::ShopView];
        let (id, secret) = make(db, 1, owner, shop(1), &named, None).unwrap();
        let found = db.read(|q| k::find(q, &secret, at(2))).unwrap();
        assert_eq!(found.id, id);
        for permission in Permission::ALL.iter().copied() {
            assert_eq!(found.may(permission, shop(1)).is_ok(), named.contains(&permission), "{permission:?}");
            assert_eq!(found.may(permission, shop(2)), Err(Denied::Stranger));
            assert_eq!(found.may(permission, Scope::Platform), Err(Denied::Stranger));
        }
        let other = Secret::read(&format!("shk_{}", "ab".repeat(32))).unwrap();
        assert_eq!(db.read(|q| k::find(q, &other, at(2))), Err(Error::Closed));
        assert_eq!((Error::Closed.kind(), Error::Closed.code()), (Kind::Unauthenticated, "api_key.closed"));
        assert!(!format!("{:?}", db.read(|q| k::list(q, shop(1), None, 9))).contains(&secret.expose()));
        assert_eq!(told(db), ["member.joined", "seat.taken", "api_key.made"]);
    });
}

#[test]
fn a_key_ends_when_it_is_revoked_and_when_its_time_is_over() {
    on_both(|db| {
        let owner = owner_of(db, 1, "13800000001");
        let (timed, secret) = make(db, 1, owner, shop(1), &[Permission::ShopView], Some(10)).unwrap();
        assert_eq!(db.read(|q| k::find(q, &secret, at(9))).unwrap().id, timed);
        assert_eq!(db.read(|q| k::find(q, &secret, at(10))), Err(Error::Closed));
        assert_eq!(
            make(db, 20, owner, shop(1), &[Permission::ShopView], Some(20)).unwrap_err(),
            Error::Ended
        );
        let (id, secret) = make(db, 2, owner, shop(1), &[Permission::ShopView], None).unwrap();
        let revoke = |scope| write(db, 3, move |tx, ctx| k::revoke(tx, ctx, owner, scope, id));
        assert_eq!(revoke(shop(2)).unwrap_err(), Denied::Stranger.into());
        revoke(shop(1)).unwrap();
        assert_eq!(db.read(|q| k::find(q, &secret, at(4))), Err(Error::Closed));
        assert_eq!(revoke(shop(1)), Err(Error::NoKey(id)));
        let listed = db.read(|q| k::list(q, shop(1), None, 9)).unwrap();
        assert_eq!(listed.iter().map(|key| key.revoked_at).collect::<Vec<_>>(), [Some(at(3)), None]);
    });
}

#[test]
fn nobody_makes_a_key_that_allows_more_than_they_may() {
    on_both(|db| {
        let vault = vault(db);
        let owner = owner_of(db, 1, "13800000001");
        owner_of(db, 2, "13800000002");
        let clerk = join(db, &vault, "13800000003", PASSWORD).unwrap();
        let cmd = Invite::new(shop(1), Role::ShopGoods, crate::contact("13800000003"), at(99)).unwrap();
        let (token, same) = (cmd.token().clone(), vault.clone());
        write(db, 1, move |tx, ctx| s::invite(tx, ctx, &same, owner, &cmd)).unwrap();
        write(db, 2, move |tx, ctx| s::accept(tx, ctx, clerk, &token)).unwrap();
        let view = [Permission::ShopView];
        for (by, scope, wanted) in [
            (By::from(clerk), shop(1), Denied::Lacks(Permission::ShopStaff)),
            (By::from(owner), shop(2), Denied::Stranger),
        ] {
            assert_eq!(make(db, 3, by, scope, &view, None).unwrap_err(), wanted.into());
        }
        let platform = [Permission::PlatformView];
        assert_eq!(
            make(db, 3, owner, Scope::Platform, &platform, None).unwrap_err(),
            Denied::Stranger.into()
        );
        // The operator may, for the platform and for a shop.
        make(db, 3, By::Operator, Scope::Platform, &platform, None).unwrap();
        make(db, 3, By::Operator, shop(1), &view, None).unwrap();
    });
}

#[test]
fn what_takes_a_person_is_in_no_key() {
    let new = |permissions: &[Permission]| NewKey::new(shop(1), permissions, "x", None);
    for permission in
        [Permission::ShopStaff, Permission::ShopReveal, Permission::PlatformView, Permission::Buy]
    {
        assert_eq!(new(&[permission]).unwrap_err(), Error::Ungrantable(permission));
    }
    assert_eq!(new(&[]).unwrap_err(), Error::Nothing);
    for name in ["", " ", "a\nb", &"x".repeat(61)] {
        let err = NewKey::new(shop(1), &[Permission::ShopView], name, None).unwrap_err();
        assert_eq!(err.code(), "api_key.name");
    }
}

#[test]
fn a_place_has_an_end_of_keys_and_a_revoked_one_makes_room() {
    on_both(|db| {
        let owner = owner_of(db, 1, "13800000001");
        let one = || make(db, 1, owner, shop(1), &[Permission::ShopView], None);
        let (first, _) = one().unwrap();
        one().unwrap();
        one().unwrap();
        assert_eq!(one().unwrap_err(), Error::Crowded { most: 3 });
        write(db, 2, move |tx, ctx| k::revoke(tx, ctx, owner, shop(1), first)).unwrap();
        one().unwrap();
    });
}
