//! Seats and invitations: who may, who may not, and what two at once come to.

use crate::{at, contact, join, vault, write};
use kernel::{Id, Kind, Problem, RawId, id};
use people::member::{self as m, Step, Token};
use people::staff::{self as s, By, Denied, Error, Invite, Permission, Role, Scope, Seat, Sent};
use people::vault::Vault;
use std::sync::Barrier;
use store::Db;
use testkit::db::on_both;

const PASSWORD: &str = "correct horse";

fn shop(n: u8) -> Id<id::Shop> {
    Id::from_raw(RawId([n; 16]))
}

/// A shop with its owner.
fn owned(db: &Db, vault: &Vault, n: u8, who: &str) -> (Scope, Id<id::Member>) {
    let owner = join(db, vault, who, PASSWORD).unwrap();
    write(db, 0, move |tx, ctx| s::open_shop(tx, ctx, shop(n), owner)).unwrap();
    (Scope::Shop(shop(n)), owner)
}

fn invite(
    db: &Db,
    vault: &Vault,
    by: Id<id::Member>,
    scope: Scope,
    role: Role,
    to: &str,
) -> Result<(Id<id::Invitation>, Token), Error> {
    let cmd = Invite::new(scope, role, contact(to), at(1_000)).unwrap();
    let (token, vault) = (cmd.token().clone(), vault.clone());
    let id = write(db, 1, move |tx, ctx| s::invite(tx, ctx, &vault, by, &cmd))?;
    Ok((id, token))
}

fn accept(db: &Db, seconds: i64, member: Id<id::Member>, token: &Token) -> Result<Seat, Error> {
    let token = token.clone();
    write(db, seconds, move |tx, ctx| s::accept(tx, ctx, member, &token))
}

fn may(db: &Db, member: Id<id::Member>, permission: Permission, scope: Scope) -> Result<(), Denied> {
    db.read(|q| s::standing(q, member)).unwrap().may(permission, scope)
}

#[test]
fn an_invited_member_may_what_the_role_says_in_that_shop_and_nothing_else() {
    on_both(|db| {
        let vault = vault(db);
        let (scope, owner) = owned(db, &vault, 1, "13800000001");
        let (other, _) = owned(db, &vault, 2, "13800000002");
        let clerk = join(db, &vault, "13800000003", PASSWORD).unwrap();
        assert_eq!(may(db, clerk, Permission::ShopOrders, scope), Err(Denied::Stranger));
        let (_, token) = invite(db, &vault, owner, scope, Role::ShopOrders, "13800000003").unwrap();
        let shown = db.read(|q| s::invitations(q, &vault, scope, None, 9)).unwrap();
        assert_eq!(shown[0].to.as_deref(), Some("138****0003"));
        assert_eq!(accept(db, 2, clerk, &token).unwrap().role, Role::ShopOrders);
        for permission in Permission::ALL.iter().copied() {
            let here = may(db, clerk, permission, scope);
            assert_eq!(here.is_ok(), Role::ShopOrders.allows(permission), "{permission:?}");
            assert_eq!(may(db, clerk, permission, other), Err(Denied::Stranger));
            assert_eq!(may(db, clerk, permission, Scope::Platform), Err(Denied::Stranger));
        }
        assert_eq!((Denied::Stranger.kind(), Denied::Stranger.code()), (Kind::NotFound, "staff.stranger"));
        let seats = db.read(|q| s::of_scope(q, scope, None, 9)).unwrap();
        assert_eq!(seats.iter().map(|seat| seat.member).collect::<Vec<_>>(), [clerk, owner]);
        // What the invitation was sent to is not kept any longer.
        assert_eq!(db.read(|q| s::invitations(q, &vault, scope, None, 9)).unwrap()[0].to, None);
    });
}

#[test]
fn nobody_gives_what_is_not_theirs_to_give() {
    on_both(|db| {
        let vault = vault(db);
        let (scope, owner) = owned(db, &vault, 1, "13800000001");
        let (other, _) = owned(db, &vault, 2, "13800000002");
        let clerk = join(db, &vault, "13800000003", PASSWORD).unwrap();
        let (_, token) = invite(db, &vault, owner, scope, Role::ShopGoods, "13800000003").unwrap();
        accept(db, 2, clerk, &token).unwrap();
        let lacks = Denied::Lacks(Permission::ShopStaff);
        for (by, at, role, why) in [
            (clerk, scope, Role::ShopGoods, lacks),
            (clerk, scope, Role::ShopOwner, lacks),
            (owner, other, Role::ShopGoods, Denied::Stranger),
            (owner, Scope::Platform, Role::PlatformAdmin, Denied::Stranger),
            (owner, scope, Role::PlatformAdmin, lacks),
            (owner, scope, Role::Consumer, lacks),
        ] {
            let err = invite(db, &vault, by, at, role, "13800000009").unwrap_err();
            assert_eq!(err, Error::Denied(why), "{role:?}");
        }
        let founded = write(db, 3, move |tx, ctx| s::open_shop(tx, ctx, shop(1), clerk));
        assert_eq!(founded.unwrap_err(), Error::Founded);
        write(db, 3, move |tx, ctx| s::found_platform(tx, ctx, clerk)).unwrap();
        let founded = write(db, 3, move |tx, ctx| s::found_platform(tx, ctx, owner));
        assert_eq!(founded.unwrap_err(), Error::Founded);
    });
}

#[test]
fn an_invitation_is_taken_once_in_time_and_by_the_one_it_was_sent_to() {
    on_both(|db| {
        let db: &Db = db;
        let vault = vault(db);
        let (scope, owner) = owned(db, &vault, 1, "13800000001");
        let clerk = join(db, &vault, "13800000003", PASSWORD).unwrap();
        let thief = join(db, &vault, "13800000004", PASSWORD).unwrap();
        let (id, token) = invite(db, &vault, owner, scope, Role::ShopCare, "13800000003").unwrap();
        assert_eq!(accept(db, 2, thief, &token), Err(Error::NoInvitation));
        assert_eq!(accept(db, 2, clerk, &Token::read(&"0".repeat(64)).unwrap()), Err(Error::NoInvitation));
        assert_eq!(accept(db, 1_000, clerk, &token), Err(Error::TooOld));
        let start = Barrier::new(4);
        let came: Vec<_> = std::thread::scope(|threads| {
            let all: Vec<_> = (0..4)
                .map(|_| {
                    let (start, token) = (&start, &token);
                    threads.spawn(move || {
                        start.wait();
                        accept(db, 3, clerk, token)
                    })
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(came.iter().filter(|one| one.is_ok()).count(), 1);
        let others = came.iter().filter(|one| **one == Err(Error::Answered(Sent::Accepted)));
        assert_eq!(others.count(), 3);
        let late = write(db, 4, move |tx, ctx| s::withdraw(tx, ctx, owner, scope, id));
        assert_eq!(late, Err(Error::Answered(Sent::Accepted)));

        let (id, token) = invite(db, &vault, owner, scope, Role::ShopMoney, "13800000003").unwrap();
        assert_eq!(accept(db, 5, clerk, &token), Err(Error::Seated(Role::ShopCare)));
        let denied = write(db, 6, move |tx, ctx| s::withdraw(tx, ctx, clerk, scope, id));
        assert_eq!(denied, Err(Error::Denied(Denied::Lacks(Permission::ShopStaff))));
        let stranger = write(db, 6, move |tx, ctx| s::withdraw(tx, ctx, thief, scope, id));
        assert_eq!(stranger, Err(Error::Denied(Denied::Stranger)));
        write(db, 6, move |tx, ctx| s::withdraw(tx, ctx, owner, scope, id)).unwrap();
        assert_eq!(accept(db, 7, clerk, &token), Err(Error::Answered(Sent::Withdrawn)));
    });
}

#[test]
fn an_invitation_is_void_when_its_sender_may_no_longer_give_the_role() {
    on_both(|db| {
        let vault = vault(db);
        let (scope, first) = owned(db, &vault, 1, "13800000001");
        let second = join(db, &vault, "13800000002", PASSWORD).unwrap();
        let (_, token) = invite(db, &vault, first, scope, Role::ShopOwner, "13800000002").unwrap();
        accept(db, 2, second, &token).unwrap();
        let clerk = join(db, &vault, "13800000003", PASSWORD).unwrap();
        let (_, of_first) = invite(db, &vault, first, scope, Role::ShopCare, "13800000003").unwrap();
        let (_, of_second) = invite(db, &vault, second, scope, Role::ShopCare, "13800000003").unwrap();
        write(db, 3, move |tx, ctx| s::leave(tx, ctx, first, scope)).unwrap();
        assert_eq!(accept(db, 4, clerk, &of_first), Err(Error::Void));
        write(db, 4, move |tx, ctx| m::change_status(tx, ctx, second, Step::Suspend)).unwrap();
        assert_eq!(accept(db, 4, clerk, &of_second), Err(Error::Void));
        write(db, 4, move |tx, ctx| m::change_status(tx, ctx, second, Step::Restore)).unwrap();
        assert!(accept(db, 4, clerk, &of_second).is_ok());
    });
}

#[test]
fn two_owners_who_remove_each_other_at_once_leave_one() {
    on_both(|db| {
        let db: &Db = db;
        let vault = vault(db);
        let (scope, first) = owned(db, &vault, 1, "13800000001");
        let second = join(db, &vault, "13800000002", PASSWORD).unwrap();
        let (_, token) = invite(db, &vault, first, scope, Role::ShopOwner, "13800000002").unwrap();
        let second_seat = accept(db, 2, second, &token).unwrap().id;
        let seats = db.read(|q| s::of_scope(q, scope, None, 9)).unwrap();
        let first_seat = seats.iter().find(|seat| seat.member == first).unwrap().id;
        let start = Barrier::new(2);
        let came: Vec<_> = std::thread::scope(|threads| {
            let two = [(first, second_seat), (second, first_seat)].map(|(by, seat)| {
                let start = &start;
                threads.spawn(move || {
                    start.wait();
                    write(db, 3, move |tx, ctx| s::remove(tx, ctx, by, scope, seat))
                })
            });
            two.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(came.iter().filter(|one| one.is_ok()).count(), 1, "{came:?}");
        let left = db.read(|q| s::of_scope(q, scope, None, 9)).unwrap();
        assert_eq!(left.len(), 1);
        let last = left[0].member;
        let err = write(db, 4, move |tx, ctx| s::leave(tx, ctx, last, scope)).unwrap_err();
        assert_eq!((err.code(), err), ("staff.last", Error::Last(Role::ShopOwner)));
        let seat = left[0].id;
        let stranger = write(db, 5, move |tx, ctx| s::remove(tx, ctx, last, Scope::Shop(shop(2)), seat));
        assert_eq!(stranger, Err(Error::Denied(Denied::Stranger)));
        let gone = write(db, 5, move |tx, ctx| s::remove(tx, ctx, last, scope, first_seat.max(second_seat)));
        assert!(gone.is_err());
    });
}

#[test]
fn the_operator_invites_the_first_who_runs_a_place_and_nobody_else_before() {
    on_both(|db| {
        let vault = vault(db);
        let admin = join(db, &vault, "13800000001", PASSWORD).unwrap();
        let clerk = join(db, &vault, "13800000002", PASSWORD).unwrap();
        let invite = |role, scope, to: &str| {
            let cmd = Invite::new(scope, role, contact(to), at(1_000)).unwrap();
            let (token, vault) = (cmd.token().clone(), vault.clone());
            write(db, 1, move |tx, ctx| s::invite(tx, ctx, &vault, By::Operator, &cmd)).map(|_| token)
        };
        let early = invite(Role::PlatformCatalog, Scope::Platform, "13800000002").unwrap_err();
        assert_eq!((early.code(), &early), ("staff.unfounded", &Error::Unfounded(Role::PlatformAdmin)));
        let odd = invite(Role::ShopOwner, Scope::Platform, "13800000002").unwrap_err();
        assert_eq!(odd, Denied::Lacks(Permission::ShopStaff).into());
        let token = invite(Role::PlatformAdmin, Scope::Platform, "13800000001").unwrap();
        assert_eq!(accept(db, 2, admin, &token).unwrap().role, Role::PlatformAdmin);
        let token = invite(Role::PlatformAudit, Scope::Platform, "13800000002").unwrap();
        let seat = accept(db, 3, clerk, &token).unwrap();
        // A shop that was taken up without an owner gets one; the operator takes seats away as well, but not the last.
        let token = invite(Role::ShopOwner, Scope::Shop(shop(1)), "13800000002").unwrap();
        let owner = accept(db, 4, clerk, &token).unwrap();
        write(db, 5, move |tx, ctx| s::remove(tx, ctx, By::Operator, Scope::Platform, seat.id)).unwrap();
        let last = write(db, 5, move |tx, ctx| s::remove(tx, ctx, By::Operator, owner.scope, owner.id));
        assert_eq!(last, Err(Error::Last(Role::ShopOwner)));
    });
}

#[test]
fn a_session_says_whether_there_are_seats_to_read() {
    on_both(|db| {
        let vault = vault(db);
        let (scope, owner) = owned(db, &vault, 1, "13800000001");
        let clerk = join(db, &vault, "13800000002", PASSWORD).unwrap();
        let (_, answer) = crate::sign_in(db, &vault, 1, "13800000002", PASSWORD).unwrap();
        let seated = || db.read(|q| m::signed_in(q, &crate::rules(), answer.token(), at(2))).unwrap().seated;
        assert!(!seated());
        let (_, token) = invite(db, &vault, owner, scope, Role::ShopCare, "13800000002").unwrap();
        let seat = accept(db, 2, clerk, &token).unwrap();
        assert!(seated());
        assert!(accept(db, 3, clerk, &token).is_err());
        write(db, 4, move |tx, ctx| s::remove(tx, ctx, owner, scope, seat.id)).unwrap();
        assert!(!seated());
    });
}
