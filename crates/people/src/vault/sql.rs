//! Every statement of the vault, and rows to values and back.

use super::crypt::Digest;
use super::error::Error;
use super::model::{Access, Field, Reveal, Why};
use kernel::id::Access as AccessKind;
use kernel::{Ctx, Id, Moment, RawId};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "people", number: 1, name: "vault", sql: "
create table vault_key (
  number bigint not null primary key,
  purpose text not null check (purpose in ('data', 'index')),
  master text not null,
  wrapped {blob} not null,
  made_at bigint not null
);
create table vault_value (
  subject {blob} not null,
  field text not null check (field in ('phone', 'email', 'name', 'address')),
  key bigint not null references vault_key (number),
  sealed {blob} not null,
  primary key (subject, field)
);
create index vault_value_key on vault_value (key, subject, field);
create table vault_index (
  digest {blob} not null primary key,
  subject {blob} not null
);
create index vault_index_subject on vault_index (subject);
create table vault_access (
  id {blob} not null primary key,
  subject {blob} not null,
  member {blob} not null,
  field text not null,
  why text not null,
  about {blob},
  at bigint not null
);
create index vault_access_subject on vault_access (subject, id);
" }

store::migration! { context: "people", number: 11, name: "codes that were sold", sql: "
create table vault_kept (
  subject {blob} not null,
  field text not null check (field in ('phone', 'email', 'name', 'address', 'code')),
  key bigint not null references vault_key (number),
  sealed {blob} not null,
  primary key (subject, field)
);
insert into vault_kept (subject, field, key, sealed)
select subject, field, key, sealed
from vault_value;
drop table vault_value;
alter table vault_kept rename to vault_value;
create index vault_value_key on vault_value (key, subject, field);
" }

store::sql! {
    /// Every key.
    KEYS = "
select number, purpose, master, wrapped
from vault_key
order by number";

    /// One key.
    KEY = "
select number, purpose, master, wrapped
from vault_key
where number = $1";

    /// A new key.
    ADD_KEY = "
insert into vault_key (number, purpose, master, wrapped, made_at)
values ($1, $2, $3, $4, $5)
on conflict (number) do nothing";

    /// A key under another master key.
    WRAP = "
update vault_key
set master = $2, wrapped = $3
where number = $1";

    /// Takes out the keys of values that no value is sealed under any more.
    DROP_SPENT = "
delete from vault_key
where purpose = 'data'
  and number < $1
  and not exists (select 1 from vault_value where vault_value.key = vault_key.number)";

    /// Keeps a value, in place of the one that was there.
    PUT = "
insert into vault_value (subject, field, key, sealed)
values ($1, $2, $3, $4)
on conflict (subject, field) do update
set key = excluded.key, sealed = excluded.sealed";

    /// Keeps a value where none was.
    PUT_NEW = "
insert into vault_value (subject, field, key, sealed)
values ($1, $2, $3, $4)";

    /// One value.
    GET = "
select key, sealed
from vault_value
where subject = $1 and field = $2";

    /// Some values under older keys.
    STALE = "
select subject, field, key, sealed
from vault_value
where key < $1
order by key, subject, field
limit $2";

    /// Seals a value anew, if nobody changed it since.
    RESEAL = "
update vault_value
set key = $4, sealed = $5
where subject = $1 and field = $2 and sealed = $3";

    /// Takes out what is kept of somebody.
    FORGET = "
delete from vault_value
where subject = $1";

    /// Takes somebody out of the index.
    FORGET_INDEX = "
delete from vault_index
where subject = $1";

    /// Makes somebody the one who is found by a value.
    CLAIM = "
insert into vault_index (digest, subject)
values ($1, $2)
on conflict (digest) do nothing";

    /// Gives a value up.
    RELEASE = "
delete from vault_index
where digest = $1 and subject = $2";

    /// Who is found by a value.
    HOLDER = "
select subject
from vault_index
where digest = $1";

    /// Somebody looked.
    LOOKED = "
insert into vault_access (id, subject, member, field, why, about, at)
values ($1, $2, $3, $4, $5, $6, $7)";

    /// A page of looks at what is somebody's, newest first.
    ACCESSES = "
select id, subject, member, field, why, about, at
from vault_access
where subject = $1 and id < $2
order by id desc
limit $3";

    /// A page of all looks, newest first.
    LOOKS = "
select id, subject, member, field, why, about, at
from vault_access
where id < $1
order by id desc
limit $2";
}

/// A key as it is stored.
pub(super) struct KeyRow {
    pub number: i64,
    pub purpose: String,
    pub master: String,
    pub wrapped: Vec<u8>,
}

/// A value as it is stored.
pub(super) struct ValueRow {
    pub subject: RawId,
    pub field: Field,
    pub key: i64,
    pub sealed: Vec<u8>,
}

fn key_row(row: &Row<'_>) -> Result<KeyRow, StoreError> {
    Ok(KeyRow {
        number: row.int(0)?,
        purpose: row.text(1)?.to_owned(),
        master: row.text(2)?.to_owned(),
        wrapped: row.blob(3)?.to_vec(),
    })
}

fn field(word: &str) -> Result<Field, StoreError> {
    Field::parse(word).ok_or_else(|| StoreError::Unreadable("vault: an unknown field".to_owned()))
}

pub(super) fn keys(q: &mut impl Query) -> Result<Vec<KeyRow>, StoreError> {
    q.rows(&KEYS, &[], key_row)
}

pub(super) fn key(q: &mut impl Query, number: i64) -> Result<Option<KeyRow>, StoreError> {
    q.one(&KEY, vals![number], key_row)
}

/// False: there is one of this number.
pub(super) fn add_key(tx: &mut Tx<'_>, key: &KeyRow, now: Moment) -> Result<bool, StoreError> {
    let row = vals![key.number, &key.purpose, &key.master, &key.wrapped, now];
    Ok(tx.exec(&ADD_KEY, row)? == 1)
}

pub(super) fn wrap(tx: &mut Tx<'_>, number: i64, master: &str, wrapped: &[u8]) -> Result<(), StoreError> {
    tx.exec(&WRAP, vals![number, master, wrapped]).map(drop)
}

pub(super) fn drop_spent(tx: &mut Tx<'_>, before: i64) -> Result<u64, StoreError> {
    tx.exec(&DROP_SPENT, vals![before])
}

pub(super) fn put(tx: &mut Tx<'_>, value: &ValueRow) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![value.subject, value.field.as_str(), value.key, &value.sealed]).map(drop)
}

pub(super) fn put_new(tx: &mut Tx<'_>, value: &ValueRow) -> Result<(), StoreError> {
    tx.insert(&PUT_NEW, vals![value.subject, value.field.as_str(), value.key, &value.sealed])
}

pub(super) fn get(q: &mut impl Query, subject: RawId, of: Field) -> Result<Option<ValueRow>, StoreError> {
    q.one(&GET, vals![subject, of.as_str()], |row| {
        Ok(ValueRow { subject, field: of, key: row.int(0)?, sealed: row.blob(1)?.to_vec() })
    })
}

pub(super) fn stale(q: &mut impl Query, before: i64, limit: i64) -> Result<Vec<ValueRow>, StoreError> {
    q.rows(&STALE, vals![before, limit], |row| {
        Ok(ValueRow {
            subject: row.id(0)?,
            field: field(row.text(1)?)?,
            key: row.int(2)?,
            sealed: row.blob(3)?.to_vec(),
        })
    })
}

/// False: somebody changed it in between.
pub(super) fn reseal(tx: &mut Tx<'_>, old: &ValueRow, key: i64, sealed: &[u8]) -> Result<bool, StoreError> {
    Ok(tx.exec(&RESEAL, vals![old.subject, old.field.as_str(), &old.sealed, key, sealed])? == 1)
}

pub(super) fn forget(tx: &mut Tx<'_>, subject: RawId) -> Result<(), StoreError> {
    tx.exec(&FORGET_INDEX, vals![subject])?;
    tx.exec(&FORGET, vals![subject]).map(drop)
}

/// False: somebody else is found by it, or this one already is.
pub(super) fn claim(tx: &mut Tx<'_>, digest: &Digest, subject: RawId) -> Result<bool, StoreError> {
    Ok(tx.exec(&CLAIM, vals![&digest.0[..], subject])? == 1)
}

pub(super) fn release(tx: &mut Tx<'_>, digest: &Digest, subject: RawId) -> Result<bool, StoreError> {
    Ok(tx.exec(&RELEASE, vals![&digest.0[..], subject])? == 1)
}

pub(super) fn holder(q: &mut impl Query, digest: &Digest) -> Result<Option<RawId>, StoreError> {
    q.one(&HOLDER, vals![&digest.0[..]], |row| row.id(0))
}

pub(super) fn looked(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<AccessKind>,
    look: &Reveal,
) -> Result<(), StoreError> {
    let (field, why) = (look.field.as_str(), look.why.as_str());
    tx.exec(&LOOKED, vals![id, look.subject, look.by, field, why, maybe(look.about), ctx.now]).map(drop)
}

fn maybe(id: Option<RawId>) -> store::Val<'static> {
    id.map_or(store::Val::Null, store::Val::Id)
}

pub(super) fn accesses(
    q: &mut impl Query,
    subject: RawId,
    before: RawId,
    limit: i64,
) -> Result<Vec<Access>, Error> {
    Ok(q.rows(&ACCESSES, vals![subject, before, limit], access)?)
}

pub(super) fn looks(q: &mut impl Query, before: RawId, limit: i64) -> Result<Vec<Access>, Error> {
    Ok(q.rows(&LOOKS, vals![before, limit], access)?)
}

fn access(row: &Row<'_>) -> Result<Access, StoreError> {
    let why = Why::parse(row.text(4)?)
        .ok_or_else(|| StoreError::Unreadable("vault_access: an unknown reason".to_owned()))?;
    let look = Reveal {
        subject: row.id(1)?,
        by: Id::from_raw(row.id(2)?),
        field: field(row.text(3)?)?,
        why,
        about: row.maybe_id(5)?,
    };
    Ok(Access { id: Id::from_raw(row.id(0)?), look, at: row.moment(6)? })
}
