//! The store, on SQLite and on PostgreSQL from the same bodies.

mod answer;
mod blob;
mod crash;
mod log;
mod open;
mod rows;
mod worker;
mod write;

use kernel::{Id, Moment, Record, facts};
use store::{Query, StoreError, Tx, vals};

store::migration! {
    context: "test", number: 1, name: "shelves and sales",
    sql: "
create table test_shelf (sku bigint primary key, held bigint not null, on_hand bigint not null);
create table test_sale (id bigint primary key, sku bigint not null, n bigint not null, note text not null);
create table test_promise (id bigint primary key);
create table test_debt (
  id bigint primary key,
  promise bigint not null references test_promise (id) deferrable initially deferred
);
create table test_kinds (a bigint, b {real}, c text, d {blob});",
}

store::counter! {
    /// Units that are spoken for.
    SHELF: test_shelf[sku] held <= on_hand;
}

store::sql! {
    NEW_SHELF = "insert into test_shelf (sku, held, on_hand) values ($1, 0, $2)";
    SELL = "insert into test_sale (id, sku, n, note) values ($1, $2, $3, $4)";
    SALES = "select id from test_sale order by id";
    SOLD = "select cast(coalesce(sum(n), 0) as bigint) from test_sale where sku = $1";
    HELD = "select held from test_shelf where sku = $1";
    GUARDED = "
update test_shelf
set held = held + $2
where sku = $1
  and held + $2 between 0 and on_hand";
    NOTE = "update test_sale set note = $2 where id = $1";
    NOTES = "select note from test_sale order by id";
    NOTE_OF = "select note from test_sale where id = $1";
    TAKE_OUT = "delete from test_sale where id = $1";
    RAISE = "update test_sale set n = n + 1 where id = $1 and n = $2";
    PROMISE = "insert into test_promise (id) values ($1)";
    DEBT = "insert into test_debt (id, promise) values ($1, $2)";
}

facts! {
    /// A test happened.
    Happened "test.happened" of order: Order {
        /// Which.
        number: i64,
        /// Said what.
        word: Option<Box<str>>,
    }
}

/// What a closure of a test says no with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum No {
    Refused,
    SoldOut,
    Store(StoreError),
}
impl From<StoreError> for No {
    fn from(err: StoreError) -> Self {
        Self::Store(err)
    }
}

pub(crate) fn fact(number: i64) -> Happened {
    let at = Moment::from_micros(1_700_000_000_000_000 + number * 1_000);
    let order = Id::from_raw(kernel::RawId::new(at, number as u128));
    Happened { at, shop: None, order, number, word: None }
}

pub(crate) fn record(number: i64) -> Record {
    kernel::Fact::record(&fact(number))
}

pub(crate) fn number(record: &Record) -> i64 {
    match record.get("number") {
        Some(kernel::fact::Value::Int(n)) => *n,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn sales(q: &mut impl Query) -> Result<Vec<i64>, StoreError> {
    q.rows(&SALES, &[], |row| row.int(0))
}

pub(crate) fn held(q: &mut impl Query, sku: i64) -> Result<i64, StoreError> {
    Ok(q.one(&HELD, vals![sku], |row| row.int(0))?.unwrap_or(-1))
}

pub(crate) fn sold(q: &mut impl Query, sku: i64) -> Result<i64, StoreError> {
    Ok(q.one(&SOLD, vals![sku], |row| row.int(0))?.unwrap_or(-1))
}

pub(crate) fn note_of(q: &mut impl Query, id: i64) -> Result<Option<String>, StoreError> {
    Ok(q.one(&NOTE_OF, vals![id], |row| Ok(row.maybe_text(0)?.map(str::to_owned)))?.flatten())
}

pub(crate) fn sell(tx: &mut Tx<'_>, id: i64, sku: i64) -> Result<(), StoreError> {
    tx.insert(&SELL, vals![id, sku, 1, "sold"])
}
