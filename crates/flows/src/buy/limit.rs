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

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Moment, RawId};
    use std::sync::Barrier;
    use store::{Db, Key, Keys, WriteError};
    use testkit::db::on_both;

    fn of<T>(n: u64) -> Id<T> {
        Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n.into()))
    }

    fn write<T: Send + 'static>(
        db: &Db,
        keys: Keys,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        db.write_blocking("test", keys, f).map_err(WriteError::flatten).unwrap()
    }

    /// Buys in a transaction of its own; a purchase that may not is undone as a refused placing is.
    fn place(db: &Db, keys: Keys, purchase: u64, units: i64) -> bool {
        write(db, keys, move |tx| buy(tx, of(1), of(purchase), (of(7), units, 3)))
    }

    fn bought(db: &Db) -> i64 {
        db.read(|q| had(q, of(1), of(7))).unwrap()
    }

    fn end(db: &Db, purchase: u64, only: Option<Vec<Id<Sku>>>) {
        write(db, Keys::none(), move |tx| give_back(tx, of(purchase), only.as_deref()));
    }

    #[test]
    fn one_buyer_has_no_more_than_the_limit_over_all_purchases() {
        on_both(|db| {
            assert!(!place(db, Keys::none(), 1, 4), "more than the limit at once");
            assert!(place(db, Keys::none(), 1, 2));
            assert!(!place(db, Keys::none(), 2, 2));
            assert!(place(db, Keys::none(), 3, 1));
            assert_eq!(bought(db), 3);
            assert!(write(db, Keys::none(), |tx| buy(tx, of(2), of(4), (of(7), 3, 3))), "another buyer");
            assert!(db.read(|q| check(q, 10)).unwrap().is_empty());
        });
    }

    #[test]
    fn of_purchases_placed_at_once_by_one_buyer_as_many_win_as_the_limit_has_room_for() {
        on_both(|db| {
            let db: &Db = db;
            for named in [false, true] {
                let start = Barrier::new(8);
                let won: usize = std::thread::scope(|scope| {
                    let tries: Vec<_> = (0..8u64)
                        .map(|n| {
                            let start = &start;
                            scope.spawn(move || {
                                let keys = match named {
                                    true => Keys::from(Key::new("cart_line", of::<Member>(1))),
                                    false => Keys::none(),
                                };
                                start.wait();
                                place(db, keys, 10 + n, 1)
                            })
                        })
                        .collect();
                    tries.into_iter().map(|one| usize::from(one.join().unwrap())).sum()
                });
                assert_eq!((won, bought(db)), (3, 3), "keys named: {named}");
                assert!(db.read(|q| check(q, 10)).unwrap().is_empty());
                (10..18).for_each(|purchase| end(db, purchase, None));
                assert_eq!(bought(db), 0);
            }
        });
    }

    #[test]
    fn what_was_called_off_or_closed_may_be_bought_again_and_is_given_back_once() {
        on_both(|db| {
            assert!(place(db, Keys::none(), 1, 3));
            assert!(!place(db, Keys::none(), 2, 1));
            end(db, 1, Some(vec![of(8)]));
            assert_eq!(bought(db), 3, "of another order of the purchase");
            end(db, 1, Some(vec![of(7)]));
            end(db, 1, None);
            assert_eq!(bought(db), 0, "once, though its order and its purchase both ended");
            assert!(place(db, Keys::none(), 2, 3));
            assert!(db.read(|q| check(q, 10)).unwrap().is_empty());
        });
    }
}
