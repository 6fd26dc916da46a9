//! Every statement about keys of programs, and rows to values and back.

use super::model::KeyView;
use crate::staff::{By, Permission, Scope};
use kernel::id::ApiKey;
use kernel::{Id, Moment, RawId};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "people", number: 6, name: "keys of programs", sql: "
create table api_key_secret (
  id {blob} not null primary key,
  place {blob} not null,
  hash {blob} not null unique,
  name text not null,
  permissions text not null,
  member {blob} not null,
  made_at bigint not null,
  until bigint,
  revoked_at bigint
);
create index api_key_secret_place on api_key_secret (place, id);
" }

store::sql! {
    /// A new key.
    MAKE = "
insert into api_key_secret (id, place, hash, name, permissions, member, made_at, until)
values ($1, $2, $3, $4, $5, $6, $7, $8)";

    /// How many keys of a place are in use.
    COUNT = "
select count(*)
from api_key_secret
where place = $1 and revoked_at is null and (until is null or until > $2)";

    /// The key of a secret.
    FIND = "
select id, place, name, permissions, member, made_at, until, revoked_at
from api_key_secret
where hash = $1";

    /// A key that is in use ends.
    REVOKE = "
update api_key_secret
set revoked_at = $3
where place = $1 and id = $2 and revoked_at is null";

    /// A page of a place's keys, newest first.
    LIST = "
select id, place, name, permissions, member, made_at, until, revoked_at
from api_key_secret
where place = $1 and id < $2
order by id desc
limit $3";
}

/// The platform is one place, and its operator nobody among the members; no shop and no member has this id.
const PLATFORM: RawId = RawId([0; 16]);

fn place(at: Scope) -> RawId {
    at.shop().map_or(PLATFORM, Id::raw)
}

/// The words of permissions, as they are kept and told.
pub(super) fn words(permissions: &[Permission]) -> String {
    permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ")
}

pub(super) fn make(tx: &mut Tx<'_>, new: &KeyView, hash: &[u8]) -> Result<(), StoreError> {
    let (words, by) = (words(&new.permissions), new.by.member().map_or(PLATFORM, Id::raw));
    let row = vals![new.id, place(new.scope), hash, &*new.name, &words, by, new.made_at, new.until];
    tx.exec(&MAKE, row).map(drop)
}

pub(super) fn count(q: &mut impl Query, at: Scope, now: Moment) -> Result<i64, StoreError> {
    Ok(q.one(&COUNT, vals![place(at), now], |row| row.int(0))?.unwrap_or(0))
}

fn key_row(row: &Row<'_>) -> Result<KeyView, StoreError> {
    let unreadable = || StoreError::Unreadable("api_key_secret: an unknown permission".to_owned());
    let words = row.text(3)?.split(' ');
    let permissions: Result<Vec<_>, _> =
        words.map(|word| Permission::parse(word).ok_or_else(unreadable)).collect();
    Ok(KeyView {
        id: Id::from_raw(row.id(0)?),
        scope: match row.id(1)? {
            PLATFORM => Scope::Platform,
            shop => Scope::Shop(Id::from_raw(shop)),
        },
        name: row.text(2)?.into(),
        permissions: permissions?,
        by: match row.id(4)? {
            PLATFORM => By::Operator,
            member => By::Member(Id::from_raw(member)),
        },
        made_at: row.moment(5)?,
        until: row.maybe_int(6)?.map(Moment::from_micros),
        revoked_at: row.maybe_int(7)?.map(Moment::from_micros),
    })
}

pub(super) fn find(q: &mut impl Query, hash: &[u8]) -> Result<Option<KeyView>, StoreError> {
    q.one(&FIND, vals![hash], key_row)
}

/// False: it is not in use, or not of this place.
pub(super) fn revoke(tx: &mut Tx<'_>, at: Scope, id: Id<ApiKey>, now: Moment) -> Result<bool, StoreError> {
    Ok(tx.exec(&REVOKE, vals![place(at), id, now])? == 1)
}

pub(super) fn list(
    q: &mut impl Query,
    at: Scope,
    after: Option<Id<ApiKey>>,
    limit: i64,
) -> Result<Vec<KeyView>, StoreError> {
    q.rows(&LIST, vals![place(at), after.map_or(RawId([0xff; 16]), Id::raw), limit], key_row)
}
