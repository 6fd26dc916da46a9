//! How many of a variant one buyer has bought, where that is limited.
//!
//! Invariants: what is counted is what was placed and not called off; a guarded row keeps the limit under any race.

use kernel::Id;
use kernel::id::{Member, Purchase, Sku};
use store::{Query, StoreError, Tx, vals};

store::migration! { context: "flows", number: 1, name: "limits", sql: "
create table limit_bought (
  member {blob} not null,
  sku {blob} not null,
  units bigint not null check (units >= 0),
  primary key (member, sku)
);
create table limit_purchase (
  purchase {blob} not null,
  sku {blob} not null,
  member {blob} not null,
  units bigint not null check (units > 0),
  primary key (purchase, sku)
);
" }

store::sql! {
    /// How many a buyer has bought.
    HAD = "
select units
from limit_bought
where member = $1 and sku = $2";

    /// Buys some more, if the limit allows.
    BUY = "
insert into limit_bought (member, sku, units)
values ($1, $2, $3)
on conflict (member, sku) do update
set units = limit_bought.units + excluded.units
where limit_bought.units + excluded.units <= $4
returning units";

    /// By which purchase.
    NOTE = "
insert into limit_purchase (purchase, sku, member, units)
values ($1, $2, $3, $4)";

    /// What of a purchase is counted.
    OF_PURCHASE = "
select sku, member, units
from limit_purchase
where purchase = $1
order by sku";

    /// It counts no more.
    FORGET = "
delete from limit_purchase
where purchase = $1 and sku = $2";

    /// Nor do its units.
    GIVE_BACK = "
update limit_bought
set units = units - $3
where member = $1 and sku = $2 and units >= $3";

    /// Rows that are not the sum of their purchases.
    DIFFER = "
select b.member, b.sku, b.units, cast(coalesce(sum(p.units), 0) as bigint)
from limit_bought b
left join limit_purchase p on p.member = b.member and p.sku = b.sku
group by b.member, b.sku, b.units
having b.units <> coalesce(sum(p.units), 0)
limit $1";
}

/// How many of a variant a buyer has bought.
pub(super) fn had(q: &mut impl Query, member: Id<Member>, sku: Id<Sku>) -> Result<i64, StoreError> {
    Ok(q.one(&HAD, vals![member, sku], |row| row.int(0))?.unwrap_or(0))
}

/// Counts what a purchase buys of a limited variant; false if it is more than one buyer may have.
pub(super) fn buy(
    tx: &mut Tx<'_>,
    member: Id<Member>,
    purchase: Id<Purchase>,
    (sku, units, limit): (Id<Sku>, i64, i64),
) -> Result<bool, StoreError> {
    if units > limit || tx.one(&BUY, vals![member, sku, units, limit], |row| row.int(0))?.is_none() {
        return Ok(false);
    }
    tx.insert(&NOTE, vals![purchase, sku, member, units])?;
    Ok(true)
}

/// What a purchase bought of limited variants counts no more: all of it, or what of it `only` names.
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    purchase: Id<Purchase>,
    only: Option<&[Id<Sku>]>,
) -> Result<(), StoreError> {
    let counted = tx.rows(&OF_PURCHASE, vals![purchase], |row| {
        Ok((Id::<Sku>::from_raw(row.id(0)?), Id::<Member>::from_raw(row.id(1)?), row.int(2)?))
    })?;
    for (sku, member, units) in counted {
        if only.is_none_or(|only| only.contains(&sku)) && tx.exec(&FORGET, vals![purchase, sku])? == 1 {
            tx.exec(&GIVE_BACK, vals![member, sku, units])?;
        }
    }
    Ok(())
}

/// Names buyers and variants whose counts are not the sum of their purchases.
pub(crate) fn check(q: &mut impl Query, limit: i64) -> Result<Vec<String>, StoreError> {
    q.rows(&DIFFER, vals![limit], |row| {
        let (member, sku) = (Id::<Member>::from_raw(row.id(0)?), Id::<Sku>::from_raw(row.id(1)?));
        Ok(format!("{member} is said to have bought {} of {sku}, and bought {}", row.int(2)?, row.int(3)?))
    })
}
