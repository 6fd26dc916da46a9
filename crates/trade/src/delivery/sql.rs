//! Every statement of delivery methods.

use super::model::DeliveryMethod;
use store::{Row, StoreError};

store::migration! { context: "trade", number: 7, name: "ways of delivery", sql: "
create table delivery_way (
  shop {blob} not null,
  code text not null,
  document text not null,
  changed_at bigint not null,
  primary key (shop, code)
);
" }

store::sql! {
    /// Sets one; nothing if it is new and there would be too many.
    pub(super) SET = "
insert into delivery_way (shop, code, document, changed_at)
select $1, $2, $3, $4
where exists (select 1 from delivery_way as w where w.shop = $1 and w.code = $2)
  or (select count(*) from delivery_way as w where w.shop = $1) < $5
on conflict (shop, code) do update
set document = excluded.document,
  changed_at = excluded.changed_at
returning code";

    /// Takes one away.
    pub(super) REMOVE = "
delete from delivery_way
where shop = $1 and code = $2";

    /// One of a shop's.
    pub(super) ONE = "
select document
from delivery_way
where shop = $1 and code = $2";

    /// A shop's, by code.
    pub(super) ALL_OF = "
select document
from delivery_way
where shop = $1
order by code
limit $2";
}

pub(super) fn to_json(delivery_method: &DeliveryMethod) -> Result<String, StoreError> {
    serde_json::to_string(delivery_method)
        .map_err(|err| StoreError::Unreadable(format!("a delivery method: {err}")))
}

pub(super) fn delivery_method(row: &Row<'_>) -> Result<DeliveryMethod, StoreError> {
    serde_json::from_str(row.text(0)?)
        .map_err(|err| StoreError::Unreadable(format!("a delivery method: {err}")))
}
