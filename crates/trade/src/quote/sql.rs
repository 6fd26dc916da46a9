//! Every statement of quotes.

use super::document::Document;
use store::StoreError;

store::migration! { context: "trade", number: 4, name: "quotes", sql: "
create table quote_price (
  id {blob} not null primary key,
  member {blob} not null,
  document text not null,
  made_at bigint not null,
  until_at bigint not null,
  taken_at bigint
);
create index quote_price_until on quote_price (until_at, id);
" }

store::sql! {
    /// A new quote.
    pub(super) KEEP = "
insert into quote_price (id, member, document, made_at, until_at)
values ($1, $2, $3, $4, $5)";

    /// Takes one that is its member's, not taken and not over.
    pub(super) TAKE = "
update quote_price
set taken_at = $3
where id = $1 and member = $2
  and taken_at is null
  and until_at > $3";

    /// One of a member's.
    pub(super) QUOTE = "
select document, made_at, until_at, taken_at
from quote_price
where id = $1 and member = $2";

    /// Takes away some that ended before a moment, earliest first.
    pub(super) SWEEP = "
delete from quote_price
where id in (
  select q.id
  from quote_price as q
  where q.until_at < $1
  order by q.until_at, q.id
  limit $2
)";
}

pub(super) fn document(text: &str) -> Result<Document<'static>, StoreError> {
    serde_json::from_str(text).map_err(|err| StoreError::Unreadable(format!("quote: {err}")))
}
