//! A shop's holiday: from one moment until before another it takes no orders, or takes them and ships after its end.
//!
//! Invariants: a shop has one holiday, which begins when it is set at the earliest; it is over at its end without anything
//! that happens then; setting what is so already is told once.

use super::error::Error;
use super::model::{HolidayOrders, ShopView, Status};
use super::{fact, sql};
use kernel::id::Shop;
use kernel::{Ctx, Id, Moment};
use store::Tx;

/// The longest one, in days: what guards promises against a mistyped year.
const LONGEST_DAYS: i64 = 366;

/// A holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holiday {
    /// Its first moment.
    pub from: Moment,
    /// The first moment after it.
    pub until: Moment,
    /// What becomes of orders.
    pub orders: HolidayOrders,
}

impl Holiday {
    /// Whether a moment lies in it.
    pub fn is_on(&self, now: Moment) -> bool {
        self.from <= now && now < self.until
    }
}

impl ShopView {
    /// Its holiday, if a moment lies in it.
    pub fn holiday_at(&self, now: Moment) -> Option<Holiday> {
        self.holiday.filter(|holiday| holiday.is_on(now))
    }
    /// From when promises count that are given at a moment.
    pub fn promises_from(&self, now: Moment) -> Moment {
        self.holiday_at(now).map_or(now, |holiday| holiday.until)
    }
}

/// Sets a shop's holiday, in place of another one.
pub fn set_holiday(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Shop>, new: &Holiday) -> Result<ShopView, Error> {
    let mut shop = sql::one(tx, id)?.ok_or(Error::NoShop(id))?;
    let Holiday { until, orders, .. } = *new;
    // One that has begun keeps its beginning.
    let begun = shop.holiday_at(ctx.now).map(|running| running.from).filter(|from| *from >= new.from);
    let from = begun.unwrap_or(new.from.max(ctx.now));
    if shop.status == Status::Closed {
        return Err(Error::WrongStatus(shop.status));
    }
    if until <= from || until <= ctx.now || until > from.plus_hours(24 * LONGEST_DAYS) {
        return Err(Error::Holiday { most: LONGEST_DAYS });
    }
    let holiday = Some(Holiday { from, until, orders });
    if shop.holiday != holiday {
        save(tx, &mut shop, holiday)?;
        let (at, change, orders) = (ctx.now, ctx.id(), orders.as_str().into());
        let told = fact::HolidaySet {
            at,
            shop: Some(id),
            change,
            shop_id: id,
            begins_at: from,
            ends_at: until,
            orders,
        };
        tx.append(ctx, &told)?;
    }
    Ok(shop)
}

/// Ends a shop's holiday now, or calls it off.
pub fn end_holiday(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Shop>) -> Result<ShopView, Error> {
    let mut shop = sql::one(tx, id)?.ok_or(Error::NoShop(id))?;
    let found = shop.holiday.filter(|holiday| ctx.now < holiday.until);
    let Holiday { from, until, .. } = found.ok_or(Error::NoHoliday(id))?;
    save(tx, &mut shop, None)?;
    let (at, change) = (ctx.now, ctx.id());
    tx.append(
        ctx,
        &fact::HolidayEnded { at, shop: Some(id), change, shop_id: id, begins_at: from, ends_at: until },
    )?;
    Ok(shop)
}

fn save(tx: &mut Tx<'_>, shop: &mut ShopView, holiday: Option<Holiday>) -> Result<(), Error> {
    shop.holiday = holiday;
    if !sql::save(tx, shop)? {
        return Err(Error::Moved);
    }
    shop.version += 1;
    Ok(())
}
