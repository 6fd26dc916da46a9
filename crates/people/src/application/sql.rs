//! Every statement about applications, and rows to values and back.

use super::model::{Application, State};
use crate::merchant::{Industry, Kind};
use kernel::id::{Application as ApplicationKind, Member};
use kernel::{Id, Moment, RawId};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "people", number: 10, name: "applications to open a shop", sql: "
create table application_shop (
  id {blob} not null primary key,
  member {blob} not null,
  name text not null,
  kind text not null,
  industry text,
  licence text,
  note text not null,
  state text not null check (state in ('pending', 'approved', 'declined', 'withdrawn')),
  reason text,
  shop {blob},
  sent_at bigint not null,
  decided_at bigint
);
create unique index application_shop_pending on application_shop (member) where state = 'pending';
create index application_shop_member on application_shop (member, id);
create index application_shop_queue on application_shop (id) where state = 'pending';
" }

store::sql! {
    /// A new one, unless the member has one that waits.
    SEND = "
insert into application_shop (id, member, name, kind, industry, licence, note, state, sent_at)
select $1, $2, $3, $4, $5, $6, $7, 'pending', $8
where not exists (
  select 1
  from application_shop
  where member = $2 and state = 'pending')";

    /// One that waits is decided or withdrawn.
    DECIDE = "
update application_shop
set state = $2, reason = $3, shop = $4, decided_at = $5
where id = $1 and state = 'pending'";

    /// One.
    ONE = "
select id, member, name, kind, industry, licence, note, state, reason, shop, sent_at, decided_at
from application_shop
where id = $1";

    /// A page of a member's, newest first.
    OF_MEMBER = "
select id, member, name, kind, industry, licence, note, state, reason, shop, sent_at, decided_at
from application_shop
where member = $1 and id < $2
order by id desc
limit $3";

    /// A page of those that wait, longest first.
    QUEUE = "
select id, member, name, kind, industry, licence, note, state, reason, shop, sent_at, decided_at
from application_shop
where state = 'pending' and id > $1
order by id
limit $2";
}

fn unreadable(what: &'static str) -> StoreError {
    StoreError::Unreadable(format!("application_shop: {what}"))
}

/// False: the member has one that waits.
pub(super) fn send(tx: &mut Tx<'_>, new: &Application) -> Result<bool, StoreError> {
    let Application { id, member, name, kind, industry, licence, note, sent_at, .. } = new;
    let (kind, industry) = (kind.as_str(), industry.map(Industry::as_str));
    let params = vals![*id, *member, &**name, kind, industry, licence.as_deref(), &**note, *sent_at];
    Ok(tx.exec(&SEND, params)? == 1)
}

/// False: it does not wait any more.
pub(super) fn decide(tx: &mut Tx<'_>, now: &Application) -> Result<bool, StoreError> {
    let Application { id, state, reason, shop, decided_at, .. } = now;
    Ok(tx.exec(&DECIDE, vals![*id, state.as_str(), reason.as_deref(), *shop, *decided_at])? == 1)
}

fn application_row(row: &Row<'_>) -> Result<Application, StoreError> {
    let industry =
        row.maybe_text(4)?.map(|word| Industry::parse(word).ok_or_else(|| unreadable("an industry")));
    Ok(Application {
        id: Id::from_raw(row.id(0)?),
        member: Id::from_raw(row.id(1)?),
        name: row.text(2)?.into(),
        kind: Kind::parse(row.text(3)?).ok_or_else(|| unreadable("a kind"))?,
        industry: industry.transpose()?,
        licence: row.maybe_text(5)?.map(Into::into),
        note: row.text(6)?.into(),
        state: State::parse(row.text(7)?).ok_or_else(|| unreadable("an unknown state"))?,
        reason: row.maybe_text(8)?.map(Into::into),
        shop: row.maybe_id(9)?.map(Id::from_raw),
        sent_at: row.moment(10)?,
        decided_at: row.maybe_int(11)?.map(Moment::from_micros),
    })
}

pub(super) fn one(q: &mut impl Query, id: Id<ApplicationKind>) -> Result<Option<Application>, StoreError> {
    q.one(&ONE, vals![id], application_row)
}

pub(super) fn of_member(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<ApplicationKind>>,
    limit: i64,
) -> Result<Vec<Application>, StoreError> {
    q.rows(&OF_MEMBER, vals![member, after.map_or(RawId([0xff; 16]), Id::raw), limit], application_row)
}

pub(super) fn queue(
    q: &mut impl Query,
    after: Option<Id<ApplicationKind>>,
    limit: i64,
) -> Result<Vec<Application>, StoreError> {
    q.rows(&QUEUE, vals![after.map_or(RawId([0; 16]), Id::raw), limit], application_row)
}
