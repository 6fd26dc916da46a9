//! Seats: founding, inviting, taking, leaving. Each asks who may before it writes.

use super::error::Error;
use super::fact;
use super::model::{By, Invitation, InvitationStep, Role, Scope, Seat, Sent, Standing};
use super::sql;
use crate::member::{self, Token};
use crate::vault::{self, Contact, Vault};
use kernel::id::{Invitation as InvitationKind, Member, Seat as SeatKind, Shop};
use kernel::{Ctx, Id, Moment};
use store::{Key, Query, Tx};

/// Somebody is to be invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    /// Where.
    pub scope: Scope,
    /// As what.
    pub role: Role,
    /// Whom: only who is found by this contact can accept.
    pub to: Contact,
    /// When its time is over.
    pub until: Moment,
    token: Token,
}

impl Invite {
    /// Draws the token, so that none is drawn inside a write.
    pub fn new(scope: Scope, role: Role, to: Contact, until: Moment) -> Result<Self, Error> {
        Ok(Self { scope, role, to, until, token: Token::fresh()? })
    }
    /// What the invited one has to show.
    pub fn token(&self) -> &Token {
        &self.token
    }
}

/// What an invitation says to others, with as much of its receiver as they may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// `138****1234`.
    pub to: Option<String>,
}

/// The key of everything about a place's staff.
pub fn key(scope: Scope) -> Key {
    Key::new("staff_place", sql::raw(scope))
}

/// A member and every seat it has: read once, asked as often as needed.
pub fn standing(q: &mut impl Query, member: Id<Member>) -> Result<Standing, Error> {
    Ok(Standing { member, seats: sql::of_member(q, member)? })
}

/// The seats of a member.
pub fn of_member(q: &mut impl Query, member: Id<Member>) -> Result<Vec<Seat>, Error> {
    Ok(sql::of_member(q, member)?)
}

/// Up to `limit` seats of a place, newest first, after the one of the page before.
pub fn of_scope(
    q: &mut impl Query,
    scope: Scope,
    after: Option<Id<SeatKind>>,
    limit: i64,
) -> Result<Vec<Seat>, Error> {
    Ok(sql::of_scope(q, scope, after, limit)?)
}

/// Makes a member the first owner of a shop that has none.
pub fn open_shop(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, owner: Id<Member>) -> Result<Seat, Error> {
    found(tx, ctx, Scope::Shop(shop), Role::ShopOwner, owner)
}

/// Makes a member the first administrator of the platform. For whoever operates it; the caller knows that they do.
pub fn found_platform(tx: &mut Tx<'_>, ctx: &Ctx, admin: Id<Member>) -> Result<Seat, Error> {
    found(tx, ctx, Scope::Platform, Role::PlatformAdmin, admin)
}

fn found(tx: &mut Tx<'_>, ctx: &Ctx, scope: Scope, role: Role, member: Id<Member>) -> Result<Seat, Error> {
    member::active(tx, member)?;
    if !sql::found(tx, scope)? {
        return Err(Error::Founded);
    }
    seat(tx, ctx, scope, role, member)
}

fn seat(tx: &mut Tx<'_>, ctx: &Ctx, scope: Scope, role: Role, member: Id<Member>) -> Result<Seat, Error> {
    let new = Seat { id: ctx.id(), scope, member, role, since: ctx.now };
    if !sql::seat(tx, &new)? {
        let held = standing(tx, member)?.role_in(scope);
        return Err(Error::Seated(held.unwrap_or(role)));
    }
    member::seated(tx, member, 1)?;
    let word = role.as_str().into();
    let fact = fact::Seated { at: ctx.now, shop: scope.shop(), seat: new.id, member_id: member, role: word };
    tx.append(ctx, &fact)?;
    Ok(new)
}

/// Whether somebody may give a role in a place now, or take it away.
fn may_give(q: &mut impl Query, by: By, role: Role, scope: Scope) -> Result<(), Error> {
    match by {
        By::Member(member) => Ok(standing(q, member)?.may_give(role, scope)?),
        By::Operator if role.area() != scope.area() => {
            Err(super::Denied::Lacks(role.needed_to_give()).into())
        }
        By::Operator if role.keeps() || sql::is_founded(q, scope)? => Ok(()),
        By::Operator => Err(Error::Unfounded(scope.keeper())),
    }
}

/// Whether somebody has to do with a place at all: to strangers it is not there.
fn belongs(q: &mut impl Query, by: By, scope: Scope) -> Result<(), Error> {
    match by {
        By::Operator => Ok(()),
        By::Member(member) => {
            standing(q, member)?.role_in(scope).ok_or(super::Denied::Stranger)?;
            Ok(())
        }
    }
}

/// Invites somebody to a seat. Only a role that the inviter may give there; the operator's invitation may be the first
/// of a place, to who will run it.
pub fn invite(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    by: impl Into<By>,
    cmd: &Invite,
) -> Result<Id<InvitationKind>, Error> {
    let Invite { scope, role, ref to, until, ref token } = *cmd;
    let by = by.into();
    may_give(tx, by, role, scope)?;
    let new = Invitation { id: ctx.id(), scope, role, by, state: Sent::Open, until };
    sql::add_invitation(tx, &new, &token.hash(), &vault.digest(to))?;
    vault::put(tx, vault, new.id.raw(), to.field(), to.text())?;
    let word = role.as_str().into();
    let fact =
        fact::Invited { at: ctx.now, shop: scope.shop(), invitation: new.id, by_id: by.member(), role: word };
    tx.append(ctx, &fact)?;
    Ok(new.id)
}

/// Takes an invitation: once, in time, by the one it was sent to, while its sender may still give the role.
pub fn accept(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, token: &Token) -> Result<Seat, Error> {
    let (invitation, digest) = sql::by_token(tx, &token.hash())?.ok_or(Error::NoInvitation)?;
    if vault::holder(tx, &digest)? != Some(member.raw()) {
        return Err(Error::NoInvitation);
    }
    member::active(tx, member)?;
    let accepted = invitation.state.after(InvitationStep::Accept);
    let accepted = accepted.ok_or(Error::Answered(invitation.state))?;
    if invitation.until <= ctx.now {
        return Err(Error::TooOld);
    }
    let Invitation { id, scope, role, by, .. } = invitation;
    match by.member().map_or(Ok(()), |member| member::active(tx, member)) {
        Ok(()) => {}
        Err(member::Error::NotActive(_) | member::Error::NoMember) => return Err(Error::Void),
        Err(err) => return Err(err.into()),
    }
    may_give(tx, by, role, scope).map_err(|err| match err {
        Error::Denied(_) | Error::Unfounded(_) => Error::Void,
        err => err,
    })?;
    if !sql::answer(tx, id, accepted)? {
        return Err(Error::Answered(accepted));
    }
    vault::forget(tx, id.raw())?;
    if role.keeps() && !sql::found(tx, scope)? {
        sql::more_keepers(tx, scope)?;
    }
    seat(tx, ctx, scope, role, member)
}

/// Takes an open invitation back.
pub fn withdraw(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    by: impl Into<By>,
    scope: Scope,
    id: Id<InvitationKind>,
) -> Result<(), Error> {
    let by = by.into();
    belongs(tx, by, scope)?;
    let invitation = sql::invitation(tx, scope, id)?.ok_or(Error::Unknown(id))?;
    may_give(tx, by, invitation.role, scope)?;
    let withdrawn = invitation.state.after(InvitationStep::Withdraw);
    let withdrawn = withdrawn.ok_or(Error::Answered(invitation.state))?;
    if !sql::answer(tx, id, withdrawn)? {
        return Err(Error::Answered(withdrawn));
    }
    vault::forget(tx, id.raw())?;
    tx.append(ctx, &fact::Withdrawn { at: ctx.now, shop: scope.shop(), invitation: id, by_id: by.member() })?;
    Ok(())
}

/// Up to `limit` invitations of a place, newest first, after the one of the page before.
pub fn invitations(
    q: &mut impl Query,
    vault: &Vault,
    scope: Scope,
    after: Option<Id<InvitationKind>>,
    limit: i64,
) -> Result<Vec<Invited>, Error> {
    let all = sql::invitations(q, scope, after, limit)?;
    all.into_iter()
        .map(|invitation| {
            let mut to = None;
            for field in [vault::Field::Phone, vault::Field::Email] {
                to = to.or(vault::shown(q, vault, invitation.id.raw(), field)?);
            }
            Ok(Invited { invitation, to })
        })
        .collect()
}

/// Takes a seat away from somebody. Only a role that the one who does it could give there.
pub fn remove(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    by: impl Into<By>,
    scope: Scope,
    id: Id<SeatKind>,
) -> Result<(), Error> {
    let by = by.into();
    belongs(tx, by, scope)?;
    let seat = sql::one(tx, scope, id)?.ok_or(Error::NoSeat(id))?;
    may_give(tx, by, seat.role, scope)?;
    unseat(tx, ctx, by, &seat)
}

/// Gives one's own seat up.
pub fn leave(tx: &mut Tx<'_>, ctx: &Ctx, member: Id<Member>, scope: Scope) -> Result<(), Error> {
    let own = standing(tx, member)?.seats.into_iter().find(|seat| seat.scope == scope);
    unseat(tx, ctx, By::Member(member), &own.ok_or(super::Denied::Stranger)?)
}

fn unseat(tx: &mut Tx<'_>, ctx: &Ctx, by: By, seat: &Seat) -> Result<(), Error> {
    // The seat first: of two who take it away, one does, and the count of keepers falls once.
    if !sql::unseat(tx, seat.scope, seat.id)? {
        return Err(Error::NoSeat(seat.id));
    }
    if seat.role.keeps() && !sql::fewer_keepers(tx, seat.scope)? {
        return Err(Error::Last(seat.role));
    }
    member::seated(tx, seat.member, -1)?;
    let role = seat.role.as_str().into();
    let (shop, member_id) = (seat.scope.shop(), seat.member);
    tx.append(
        ctx,
        &fact::Unseated { at: ctx.now, shop, seat: seat.id, member_id, role, by_id: by.member() },
    )?;
    Ok(())
}
