//! Every statement about members, and rows to values and back.

mod own;

use super::model::{Attempts, Device, Life, Status};
use super::password::{Cost, Hashed};
use super::view::SessionView;
use crate::vault::Digest;
use kernel::id::{Login, Member};
use kernel::{Id, Moment, RawId};
pub(super) use own::{
    add_address, address, addresses, count_addresses, drop_address, follow, followers, follows, footprints,
    forget_footprints, forget_oldest, is_following, look_at, newest_is_default, set_default, stance,
    unfollow, unwish, wish, wishers, wishes,
};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "people", number: 2, name: "members", sql: "
create table member_account (
  id {blob} not null primary key,
  status text not null check (status in ('active', 'suspended', 'closed')),
  version bigint not null,
  joined_at bigint not null
);
create table member_password (
  member {blob} not null primary key references member_account (id),
  number bigint not null,
  memory_kib bigint not null,
  passes bigint not null,
  lanes bigint not null,
  salt {blob} not null,
  hash {blob} not null
);
create table member_attempt (
  digest {blob} not null primary key,
  version bigint not null,
  failures bigint not null,
  last_at bigint not null,
  locked_until bigint
);
create index member_attempt_last on member_attempt (last_at);
create table member_session (
  id {blob} not null primary key,
  member {blob} not null references member_account (id),
  token {blob} not null unique,
  device text not null check (device in ('phone', 'tablet', 'computer', 'program')),
  opened_at bigint not null,
  seen_at bigint not null,
  idle_until bigint not null,
  until bigint not null,
  closed_at bigint
);
create index member_session_member on member_session (member, id);
create index member_session_idle on member_session (idle_until);
create table member_address (
  id {blob} not null primary key,
  member {blob} not null references member_account (id),
  is_default bigint not null check (is_default in (0, 1))
);
create index member_address_member on member_address (member, id);
create unique index member_address_default on member_address (member) where is_default = 1;
create table member_follow (
  member {blob} not null,
  shop {blob} not null,
  id {blob} not null,
  at bigint not null,
  primary key (member, shop)
);
create index member_follow_member on member_follow (member, id);
create index member_follow_shop on member_follow (shop, id);
create table member_wish (
  member {blob} not null,
  product {blob} not null,
  shop {blob} not null,
  id {blob} not null,
  at bigint not null,
  primary key (member, product)
);
create index member_wish_member on member_wish (member, id);
create index member_wish_shop on member_wish (shop, id);
" }

store::migration! { context: "people", number: 4, name: "seats of members", sql: "
alter table member_account add column seats bigint not null default 0 check (seats >= 0)
" }

store::migration! { context: "people", number: 7, name: "footprints of members", sql: "
create table member_footprint (
  member {blob} not null,
  product {blob} not null,
  at bigint not null,
  primary key (member, product)
);
create index member_footprint_at on member_footprint (member, at);
" }

store::sql! {
    /// A new account.
    JOIN = "
insert into member_account (id, status, version, joined_at)
values ($1, 'active', 1, $2)";

    /// One account.
    ACCOUNT = "
select status, version, joined_at
from member_account
where id = $1";

    /// An account's state, if nobody changed it since.
    SET_STATUS = "
update member_account
set status = $3, version = version + 1
where id = $1 and version = $2";

    /// One more or one fewer place among staff.
    SEATED = "
update member_account
set seats = seats + $2
where id = $1";

    /// The first password.
    ADD_PASSWORD = "
insert into member_password (member, number, memory_kib, passes, lanes, salt, hash)
values ($1, 1, $2, $3, $4, $5, $6)";

    /// Another password, or the same one hashed anew, if nobody changed it since.
    SET_PASSWORD = "
update member_password
set number = number + 1, memory_kib = $3, passes = $4, lanes = $5, salt = $6, hash = $7
where member = $1 and number = $2";

    /// Takes a password out.
    DROP_PASSWORD = "
delete from member_password
where member = $1";

    /// One password.
    PASSWORD = "
select number, memory_kib, passes, lanes, salt, hash
from member_password
where member = $1";

    /// Failures with a name.
    ATTEMPTS = "
select version, failures, last_at, locked_until
from member_attempt
where digest = $1";

    /// The first failure with a name.
    ADD_ATTEMPT = "
insert into member_attempt (digest, version, failures, last_at, locked_until)
values ($1, 1, $2, $3, $4)
on conflict (digest) do nothing";

    /// One failure more, if nobody counted one since.
    SET_ATTEMPT = "
update member_attempt
set version = version + 1, failures = $3, last_at = $4, locked_until = $5
where digest = $1 and version = $2";

    /// Forgets the failures with a name, if nobody counted one since.
    DROP_ATTEMPT = "
delete from member_attempt
where digest = $1 and version = $2";

    /// Forgets some old failures.
    SWEEP_ATTEMPTS = "
delete from member_attempt
where digest in (
  select digest
  from member_attempt
  where last_at < $1
  order by last_at
  limit $2
)";

    /// A new session.
    OPEN_SESSION = "
insert into member_session (id, member, token, device, opened_at, seen_at, idle_until, until)
values ($1, $2, $3, $4, $5, $5, $6, $7)";

    /// The open session of a token, and its member's state.
    BY_TOKEN = "
select s.id, s.member, s.seen_at, s.idle_until, s.until, a.status, a.seats
from member_session s
join member_account a on a.id = s.member
where s.token = $1 and s.closed_at is null";

    /// The times of an open session.
    LIFE = "
select seen_at, idle_until, until
from member_session
where member = $1 and id = $2 and closed_at is null";

    /// A session lives on.
    SLIDE = "
update member_session
set seen_at = $3, idle_until = $4
where member = $1 and id = $2 and closed_at is null";

    /// A session ends.
    CLOSE_SESSION = "
update member_session
set closed_at = $3
where member = $1 and id = $2 and closed_at is null";

    /// Every open session of a member, oldest first.
    OPEN_SESSIONS = "
select id
from member_session
where member = $1 and closed_at is null
order by id";

    /// A page of a member's usable sessions, newest first.
    SESSIONS = "
select id, device, opened_at, seen_at, idle_until
from member_session
where member = $1 and id < $2 and closed_at is null and idle_until > $3
order by id desc
limit $4";

    /// Forgets some sessions that ended long ago.
    SWEEP_SESSIONS = "
delete from member_session
where id in (
  select id
  from member_session
  where idle_until < $1
  order by idle_until
  limit $2
)";
}

fn unreadable(what: &'static str) -> StoreError {
    StoreError::Unreadable(format!("member: {what}"))
}

/// The page after nothing: every id is smaller.
pub(super) fn before<T>(id: Option<Id<T>>) -> RawId {
    id.map_or(RawId([0xff; 16]), Id::raw)
}

/// An account as it is stored.
pub(super) struct Account {
    pub status: Status,
    pub version: i64,
    pub joined_at: Moment,
}

pub(super) fn join(tx: &mut Tx<'_>, id: Id<Member>, now: Moment) -> Result<(), StoreError> {
    tx.exec(&JOIN, vals![id, now]).map(drop)
}

pub(super) fn account(q: &mut impl Query, id: Id<Member>) -> Result<Option<Account>, StoreError> {
    q.one(&ACCOUNT, vals![id], |row| {
        let status = Status::parse(row.text(0)?).ok_or_else(|| unreadable("an unknown status"))?;
        Ok(Account { status, version: row.int(1)?, joined_at: row.moment(2)? })
    })
}

/// False: somebody changed it in between.
pub(super) fn set_status(
    tx: &mut Tx<'_>,
    id: Id<Member>,
    version: i64,
    to: Status,
) -> Result<bool, StoreError> {
    Ok(tx.exec(&SET_STATUS, vals![id, version, to.as_str()])? == 1)
}

pub(super) fn seated(tx: &mut Tx<'_>, id: Id<Member>, more: i64) -> Result<(), StoreError> {
    tx.exec(&SEATED, vals![id, more]).map(drop)
}

pub(super) fn add_password(tx: &mut Tx<'_>, id: Id<Member>, hashed: &Hashed) -> Result<(), StoreError> {
    let Cost { memory_kib, passes, lanes } = hashed.cost;
    tx.exec(&ADD_PASSWORD, vals![id, memory_kib, passes, lanes, &hashed.salt, &hashed.hash]).map(drop)
}

/// False: somebody changed it in between.
pub(super) fn set_password(
    tx: &mut Tx<'_>,
    id: Id<Member>,
    number: i64,
    hashed: &Hashed,
) -> Result<bool, StoreError> {
    let Cost { memory_kib, passes, lanes } = hashed.cost;
    let row = vals![id, number, memory_kib, passes, lanes, &hashed.salt, &hashed.hash];
    Ok(tx.exec(&SET_PASSWORD, row)? == 1)
}

pub(super) fn drop_password(tx: &mut Tx<'_>, id: Id<Member>) -> Result<(), StoreError> {
    tx.exec(&DROP_PASSWORD, vals![id]).map(drop)
}

pub(super) fn credential(q: &mut impl Query, id: Id<Member>) -> Result<Option<(i64, Hashed)>, StoreError> {
    let small = |row: &Row<'_>, i| -> Result<u32, StoreError> {
        row.int(i)?.try_into().map_err(|_| unreadable("a cost out of range"))
    };
    q.one(&PASSWORD, vals![id], |row| {
        let cost = Cost { memory_kib: small(row, 1)?, passes: small(row, 2)?, lanes: small(row, 3)? };
        Ok((row.int(0)?, Hashed { cost, salt: row.blob(4)?.to_vec(), hash: row.blob(5)?.to_vec() }))
    })
}

/// Failures with a name as they are stored.
pub(super) struct AttemptRow {
    pub version: i64,
    pub attempts: Attempts,
}

pub(super) fn attempts(q: &mut impl Query, digest: &Digest) -> Result<Option<AttemptRow>, StoreError> {
    q.one(&ATTEMPTS, vals![&digest.0[..]], |row| {
        let attempts = Attempts {
            failures: row.int(1)?,
            last_at: row.moment(2)?,
            locked_until: row.maybe_int(3)?.map(Moment::from_micros),
        };
        Ok(AttemptRow { version: row.int(0)?, attempts })
    })
}

/// False: somebody counted one in between.
pub(super) fn set_attempts(
    tx: &mut Tx<'_>,
    digest: &Digest,
    before: Option<&AttemptRow>,
    now: &Attempts,
) -> Result<bool, StoreError> {
    let (digest, Attempts { failures, last_at, locked_until }) = (&digest.0[..], *now);
    let changed = match before {
        Some(row) => tx.exec(&SET_ATTEMPT, vals![digest, row.version, failures, last_at, locked_until])?,
        None => tx.exec(&ADD_ATTEMPT, vals![digest, failures, last_at, locked_until])?,
    };
    Ok(changed == 1)
}

/// False: somebody counted one in between.
pub(super) fn drop_attempts(tx: &mut Tx<'_>, digest: &Digest, version: i64) -> Result<bool, StoreError> {
    Ok(tx.exec(&DROP_ATTEMPT, vals![&digest.0[..], version])? == 1)
}

pub(super) fn sweep(
    tx: &mut Tx<'_>,
    attempts: Moment,
    sessions: Moment,
    limit: i64,
) -> Result<u64, StoreError> {
    Ok(tx.exec(&SWEEP_ATTEMPTS, vals![attempts, limit])?
        + tx.exec(&SWEEP_SESSIONS, vals![sessions, limit])?)
}

/// A session that is about to be stored.
pub(super) struct NewSession<'a> {
    pub id: Id<Login>,
    pub member: Id<Member>,
    pub token: &'a [u8],
    pub device: Device,
    pub life: Life,
}

pub(super) fn open_session(tx: &mut Tx<'_>, new: &NewSession<'_>) -> Result<(), StoreError> {
    let Life { seen_at, idle_until, until } = new.life;
    let row = vals![new.id, new.member, new.token, new.device.as_str(), seen_at, idle_until, until];
    tx.exec(&OPEN_SESSION, row).map(drop)
}

/// A session that a token leads to.
pub(super) struct Found {
    pub id: Id<Login>,
    pub member: Id<Member>,
    pub life: Life,
    pub status: Status,
    pub seats: i64,
}

fn life_at(row: &Row<'_>, i: usize) -> Result<Life, StoreError> {
    Ok(Life { seen_at: row.moment(i)?, idle_until: row.moment(i + 1)?, until: row.moment(i + 2)? })
}

pub(super) fn by_token(q: &mut impl Query, hash: &[u8]) -> Result<Option<Found>, StoreError> {
    q.one(&BY_TOKEN, vals![hash], |row| {
        Ok(Found {
            id: Id::from_raw(row.id(0)?),
            member: Id::from_raw(row.id(1)?),
            life: life_at(row, 2)?,
            status: Status::parse(row.text(5)?).ok_or_else(|| unreadable("an unknown status"))?,
            seats: row.int(6)?,
        })
    })
}

pub(super) fn life(
    q: &mut impl Query,
    member: Id<Member>,
    id: Id<Login>,
) -> Result<Option<Life>, StoreError> {
    q.one(&LIFE, vals![member, id], |row| life_at(row, 0))
}

pub(super) fn slide(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    id: Id<Login>,
    life: &Life,
) -> Result<(), StoreError> {
    tx.exec(&SLIDE, vals![member, id, life.seen_at, life.idle_until]).map(drop)
}

/// False: it was closed already, or never was.
pub(super) fn close_session(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    id: Id<Login>,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.exec(&CLOSE_SESSION, vals![member, id, now])? == 1)
}

pub(super) fn open_sessions(q: &mut impl Query, member: Id<Member>) -> Result<Vec<Id<Login>>, StoreError> {
    q.rows(&OPEN_SESSIONS, vals![member], |row| row.id(0).map(Id::from_raw))
}

pub(super) fn sessions(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<Login>>,
    now: Moment,
    limit: i64,
) -> Result<Vec<SessionView>, StoreError> {
    q.rows(&SESSIONS, vals![member, before(after), now, limit], |row| {
        Ok(SessionView {
            id: Id::from_raw(row.id(0)?),
            device: Device::parse(row.text(1)?).ok_or_else(|| unreadable("an unknown device"))?,
            opened_at: row.moment(2)?,
            seen_at: row.moment(3)?,
            idle_until: row.moment(4)?,
        })
    })
}
