//! Letters of the platform to a shop: what happened, as a word, and to what. The sentence is the reader's language's.
//!
//! Invariants: no free text of people; a letter is unread until somebody of the shop has read it, and is then kept.

use kernel::id::{Member, Notice, Shop};
use kernel::{Ctx, Id, Moment};
use store::{Query, StoreError, Tx, vals};

store::migration! { context: "people", number: 8, name: "letters to shops", sql: "
create table notice (
  id {blob} not null primary key,
  shop {blob} not null,
  kind text not null,
  subject text not null,
  at bigint not null,
  read_at bigint,
  read_by {blob}
);
create index notice_unread on notice (shop, id) where read_at is null;
" }

store::sql! {
    SEND = "
insert into notice (id, shop, kind, subject, at)
values ($1, $2, $3, $4, $5)";

    UNREAD = "
select id, kind, subject, at
from notice
where shop = $1 and read_at is null
order by id desc
limit $2";

    READ = "
update notice
set read_at = $3, read_by = $4
where shop = $1 and id = $2 and read_at is null";
}

/// An unread letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Which.
    pub id: Id<Notice>,
    /// What happened: a word that has a sentence.
    pub kind: Box<str>,
    /// To what: an id.
    pub subject: Box<str>,
    /// When.
    pub at: Moment,
}

/// Writes to a shop.
pub fn send(tx: &mut Tx<'_>, ctx: &Ctx, shop: Id<Shop>, kind: &str, subject: &str) -> Result<(), StoreError> {
    tx.insert(&SEND, vals![ctx.id::<Notice>(), shop, kind, subject, ctx.now])
}

/// A shop's unread letters, newest first.
pub fn unread(q: &mut impl Query, shop: Id<Shop>, most: i64) -> Result<Vec<Unread>, StoreError> {
    q.rows(&UNREAD, vals![shop, most], |row| {
        let (kind, subject) = (row.text(1)?.into(), row.text(2)?.into());
        Ok(Unread { id: Id::from_raw(row.id(0)?), kind, subject, at: row.moment(3)? })
    })
}

/// Somebody of the shop has read a letter; what is read, or another shop's, stays as it is.
pub fn read(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    shop: Id<Shop>,
    id: Id<Notice>,
    by: Id<Member>,
) -> Result<(), StoreError> {
    tx.exec(&READ, vals![shop, id, ctx.now, by]).map(drop)
}
