//! Every statement about staff, and rows to values and back.

use super::model::{By, Invitation, Role, Scope, Seat, Sent};
use crate::vault::Digest;
use kernel::id::{Invitation as InvitationKind, Member, Seat as SeatKind};
use kernel::{Id, RawId};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "people", number: 3, name: "staff", sql: "
create table staff_place (
  place {blob} not null primary key,
  keepers bigint not null check (keepers >= 1)
);
create table staff_seat (
  id {blob} not null primary key,
  place {blob} not null references staff_place (place),
  member {blob} not null,
  role text not null,
  since bigint not null,
  unique (place, member)
);
create index staff_seat_place on staff_seat (place, id);
create index staff_seat_member on staff_seat (member, id);
create table staff_invitation (
  id {blob} not null primary key,
  place {blob} not null,
  role text not null,
  member {blob} not null,
  token {blob} not null unique,
  digest {blob} not null,
  state text not null check (state in ('open', 'accepted', 'withdrawn')),
  until bigint not null
);
create index staff_invitation_place on staff_invitation (place, id);
" }

store::sql! {
    /// A place that somebody runs from now on.
    FOUND = "
insert into staff_place (place, keepers)
values ($1, 1)
on conflict (place) do nothing";

    /// How many run a place.
    KEEPERS = "
select keepers
from staff_place
where place = $1";

    /// One more who runs a place.
    MORE_KEEPERS = "
update staff_place
set keepers = keepers + 1
where place = $1";

    /// One fewer who runs a place, if somebody is left.
    FEWER_KEEPERS = "
update staff_place
set keepers = keepers - 1
where place = $1 and keepers > 1";

    /// A new seat.
    SEAT = "
insert into staff_seat (id, place, member, role, since)
values ($1, $2, $3, $4, $5)
on conflict (place, member) do nothing";

    /// Takes a seat away.
    UNSEAT = "
delete from staff_seat
where place = $1 and id = $2";

    /// One seat.
    ONE = "
select id, place, member, role, since
from staff_seat
where place = $1 and id = $2";

    /// Every seat of a member.
    OF_MEMBER = "
select id, place, member, role, since
from staff_seat
where member = $1
order by id
limit 1000";

    /// A page of a place's seats, newest first.
    OF_PLACE = "
select id, place, member, role, since
from staff_seat
where place = $1 and id < $2
order by id desc
limit $3";

    /// A new invitation.
    INVITE = "
insert into staff_invitation (id, place, role, member, token, digest, state, until)
values ($1, $2, $3, $4, $5, $6, 'open', $7)";

    /// One invitation of a place.
    INVITATION = "
select id, place, role, member, state, until, digest
from staff_invitation
where place = $1 and id = $2";

    /// The invitation of a token.
    BY_TOKEN = "
select id, place, role, member, state, until, digest
from staff_invitation
where token = $1";

    /// An open invitation is answered or taken back.
    ANSWER = "
update staff_invitation
set state = $2
where id = $1 and state = 'open'";

    /// A page of a place's invitations, newest first.
    INVITATIONS = "
select id, place, role, member, state, until, digest
from staff_invitation
where place = $1 and id < $2
order by id desc
limit $3";
}

/// The platform is one place; no shop has this id.
const PLATFORM: RawId = RawId([0; 16]);

pub(super) fn raw(place: Scope) -> RawId {
    place.shop().map_or(PLATFORM, Id::raw)
}

fn place(raw: RawId) -> Scope {
    if raw == PLATFORM { Scope::Platform } else { Scope::Shop(Id::from_raw(raw)) }
}

fn role(word: &str) -> Result<Role, StoreError> {
    Role::parse(word).ok_or_else(|| StoreError::Unreadable("staff: an unknown role".to_owned()))
}

fn before<T>(id: Option<Id<T>>) -> RawId {
    id.map_or(RawId([0xff; 16]), Id::raw)
}

/// The operator is nobody among the members; none has this id.
fn by(who: By) -> RawId {
    who.member().map_or(PLATFORM, Id::raw)
}

/// Whether somebody runs it.
pub(super) fn is_founded(q: &mut impl Query, at: Scope) -> Result<bool, StoreError> {
    Ok(q.one(&KEEPERS, vals![raw(at)], |row| row.int(0))?.is_some())
}

/// False: somebody runs it already.
pub(super) fn found(tx: &mut Tx<'_>, at: Scope) -> Result<bool, StoreError> {
    Ok(tx.exec(&FOUND, vals![raw(at)])? == 1)
}

pub(super) fn more_keepers(tx: &mut Tx<'_>, at: Scope) -> Result<(), StoreError> {
    tx.exec(&MORE_KEEPERS, vals![raw(at)]).map(drop)
}

/// False: nobody would be left.
pub(super) fn fewer_keepers(tx: &mut Tx<'_>, at: Scope) -> Result<bool, StoreError> {
    Ok(tx.exec(&FEWER_KEEPERS, vals![raw(at)])? == 1)
}

/// False: the member has a seat there.
pub(super) fn seat(tx: &mut Tx<'_>, new: &Seat) -> Result<bool, StoreError> {
    let row = vals![new.id, raw(new.scope), new.member, new.role.as_str(), new.since];
    Ok(tx.exec(&SEAT, row)? == 1)
}

/// False: it is gone already.
pub(super) fn unseat(tx: &mut Tx<'_>, at: Scope, id: Id<SeatKind>) -> Result<bool, StoreError> {
    Ok(tx.exec(&UNSEAT, vals![raw(at), id])? == 1)
}

fn seat_row(row: &Row<'_>) -> Result<Seat, StoreError> {
    Ok(Seat {
        id: Id::from_raw(row.id(0)?),
        scope: place(row.id(1)?),
        member: Id::from_raw(row.id(2)?),
        role: role(row.text(3)?)?,
        since: row.moment(4)?,
    })
}

pub(super) fn one(q: &mut impl Query, at: Scope, id: Id<SeatKind>) -> Result<Option<Seat>, StoreError> {
    q.one(&ONE, vals![raw(at), id], seat_row)
}

pub(super) fn of_member(q: &mut impl Query, member: Id<Member>) -> Result<Vec<Seat>, StoreError> {
    q.rows(&OF_MEMBER, vals![member], seat_row)
}

pub(super) fn of_scope(
    q: &mut impl Query,
    at: Scope,
    after: Option<Id<SeatKind>>,
    limit: i64,
) -> Result<Vec<Seat>, StoreError> {
    q.rows(&OF_PLACE, vals![raw(at), before(after), limit], seat_row)
}

pub(super) fn add_invitation(
    tx: &mut Tx<'_>,
    new: &Invitation,
    token: &[u8],
    digest: &Digest,
) -> Result<(), StoreError> {
    let (place, role) = (raw(new.scope), new.role.as_str());
    tx.exec(&INVITE, vals![new.id, place, role, by(new.by), token, &digest.0[..], new.until]).map(drop)
}

fn invitation_row(row: &Row<'_>) -> Result<(Invitation, Digest), StoreError> {
    let unreadable = |what: &str| StoreError::Unreadable(format!("staff_invitation: {what}"));
    let invitation = Invitation {
        id: Id::from_raw(row.id(0)?),
        scope: place(row.id(1)?),
        role: role(row.text(2)?)?,
        by: match row.id(3)? {
            PLATFORM => By::Operator,
            member => By::Member(Id::from_raw(member)),
        },
        state: Sent::parse(row.text(4)?).ok_or_else(|| unreadable("an unknown state"))?,
        until: row.moment(5)?,
    };
    let digest = row.blob(6)?.try_into().map_err(|_| unreadable("not a digest"))?;
    Ok((invitation, Digest(digest)))
}

pub(super) fn invitation(
    q: &mut impl Query,
    at: Scope,
    id: Id<InvitationKind>,
) -> Result<Option<Invitation>, StoreError> {
    q.one(&INVITATION, vals![raw(at), id], |row| Ok(invitation_row(row)?.0))
}

pub(super) fn by_token(q: &mut impl Query, hash: &[u8]) -> Result<Option<(Invitation, Digest)>, StoreError> {
    q.one(&BY_TOKEN, vals![hash], invitation_row)
}

/// False: it is not open any more.
pub(super) fn answer(tx: &mut Tx<'_>, id: Id<InvitationKind>, to: Sent) -> Result<bool, StoreError> {
    Ok(tx.exec(&ANSWER, vals![id, to.as_str()])? == 1)
}

pub(super) fn invitations(
    q: &mut impl Query,
    at: Scope,
    after: Option<Id<InvitationKind>>,
    limit: i64,
) -> Result<Vec<Invitation>, StoreError> {
    q.rows(&INVITATIONS, vals![raw(at), before(after), limit], |row| Ok(invitation_row(row)?.0))
}
