//! The lake's own tables: the manifest of its files, the numbers of shops, and the count of its changes.

use crate::LakeError;
use crate::file::Entry;
use kernel::RawId;
use store::{Query, Tx, vals};

store::migration! {
    context: "lake", number: 1, name: "manifest of files, numbers of shops",
    sql: "
create table lake_state (
  only_one bigint primary key check (only_one = 1),
  generation bigint not null,
  next_file bigint not null
);
insert into lake_state (only_one, generation, next_file) values (1, 0, 0);
create table lake_file (
  name text primary key,
  kind text not null,
  rows bigint not null,
  bytes bigint not null,
  min_at bigint not null,
  max_at bigint not null,
  replaced_in bigint
);
create table lake_shop (no bigint primary key, id {blob} not null unique);",
}

// The id ties the folder of the files to this database. It comes with the table, so that there is one before anything is
// written.
store::migration! {
    context: "lake", number: 2, name: "identity of the lake",
    sqlite: "
create table lake_identity (
  only_one bigint primary key check (only_one = 1),
  id text not null
);
insert into lake_identity (only_one, id) values (1, lower(hex(randomblob(16))));",
    postgres: "
create table lake_identity (
  only_one bigint primary key check (only_one = 1),
  id text not null
);
insert into lake_identity (only_one, id) values (1, replace(gen_random_uuid()::text, '-', ''));",
}

store::sql! {
    IDENTITY = "
select id
from lake_identity
where only_one = 1";

    STATE = "
select generation, next_file
from lake_state
where only_one = 1";

    ADVANCE = "
update lake_state
set generation = $1 + 1, next_file = $2
where only_one = 1
  and generation = $1";

    FILES = "
select name, kind, rows, bytes, min_at, max_at
from lake_file
where replaced_in is null
order by name";

    REPLACED = "
select name, replaced_in
from lake_file
where replaced_in is not null";

    NAMES = "select name from lake_file";

    ADD_FILE = "
insert into lake_file (name, kind, rows, bytes, min_at, max_at)
values ($1, $2, $3, $4, $5, $6)";

    REPLACE_FILE = "
update lake_file
set replaced_in = $2
where name = $1
  and replaced_in is null";

    FORGET_FILE = "
delete from lake_file
where name = $1
  and replaced_in is not null";

    SHOPS = "
select id
from lake_shop
where no >= $1
order by no";

    ADD_SHOP = "
insert into lake_shop (no, id)
values ($1, $2)";
}

/// How often the manifest has changed, and the number of the next file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct State {
    pub(crate) generation: i64,
    pub(crate) next_file: i64,
}

pub(crate) fn state(q: &mut impl Query) -> Result<State, LakeError> {
    let row = |row: &store::Row<'_>| Ok(State { generation: row.int(0)?, next_file: row.int(1)? });
    Ok(q.one(&STATE, &[], row)?.unwrap_or_default())
}

/// What the lake of this database is called in its folder.
pub(crate) fn identity(q: &mut impl Query) -> Result<String, LakeError> {
    let id = q.one(&IDENTITY, &[], |row| Ok(row.text(0)?.to_owned()))?;
    id.ok_or_else(|| LakeError::engine("the lake of this database has no id"))
}

pub(crate) fn files(q: &mut impl Query) -> Result<Vec<Entry>, LakeError> {
    let row = |row: &store::Row<'_>| {
        Ok(Entry {
            name: row.text(0)?.to_owned(),
            kind: row.text(1)?.to_owned(),
            rows: row.int(2)?,
            bytes: row.int(3)?,
            span: (row.int(4)?, row.int(5)?),
        })
    };
    Ok(q.rows(&FILES, &[], row)?)
}

/// Files that were replaced, each with the generation that no longer has it.
pub(crate) fn replaced(q: &mut impl Query) -> Result<Vec<(String, i64)>, LakeError> {
    Ok(q.rows(&REPLACED, &[], |row| Ok((row.text(0)?.to_owned(), row.int(1)?)))?)
}

/// The names of all files that the manifest has, replaced ones among them.
pub(crate) fn names(q: &mut impl Query) -> Result<Vec<String>, LakeError> {
    Ok(q.rows(&NAMES, &[], |row| Ok(row.text(0)?.to_owned()))?)
}

/// The shops from number `from` on.
pub(crate) fn shops(q: &mut impl Query, from: usize) -> Result<Vec<RawId>, LakeError> {
    Ok(q.rows(&SHOPS, vals![from as i64], |row| row.id(0))?)
}

/// One change of the manifest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    pub(crate) from: State,
    pub(crate) next_file: i64,
    pub(crate) added: Vec<Entry>,
    pub(crate) replaced: Vec<String>,
    /// The new shops; the first of them has this number.
    pub(crate) shops: (usize, Vec<RawId>),
}

pub(crate) fn apply(tx: &mut Tx<'_>, change: &Change) -> Result<(), LakeError> {
    let generation = change.from.generation;
    if tx.exec(&ADVANCE, vals![generation, change.next_file])? != 1 {
        return Err(LakeError::Moved);
    }
    for Entry { name, kind, rows, bytes, span: (min, max) } in &change.added {
        tx.insert(&ADD_FILE, vals![name, kind, *rows, *bytes, *min, *max])?;
    }
    for name in &change.replaced {
        if tx.exec(&REPLACE_FILE, vals![name, generation + 1])? != 1 {
            return Err(LakeError::Moved);
        }
    }
    let (first, shops) = &change.shops;
    for (no, id) in (*first..).zip(shops) {
        tx.insert(&ADD_SHOP, vals![no as i64, *id])?;
    }
    Ok(())
}

pub(crate) fn forget(tx: &mut Tx<'_>, names: &[String]) -> Result<(), LakeError> {
    for name in names {
        tx.exec(&FORGET_FILE, vals![name])?;
    }
    Ok(())
}
