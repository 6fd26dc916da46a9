//! A purchase that waits longer for its money, because the way of paying takes days: so long the shops cannot ship, and
//! their promises move on with it.

use super::command::UNPAID;
use super::error::Error;
use super::model::{Part, Purchase, Status};
use super::{fact, sql};
use kernel::{Ctx, Moment};
use store::Tx;
use store::timer::{self, Timer};

/// Waits for a purchase's money until a moment, with all its orders; their promises count from then on at the latest. What
/// waits as long already is left alone, so that asking twice moves nothing on.
pub fn wait_longer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    purchase: &Purchase,
    until: Moment,
) -> Result<Purchase, Error> {
    if purchase.status != Status::Unpaid || until <= purchase.pay_by {
        return Ok(purchase.clone());
    }
    let raw = purchase.id.raw();
    // The timer first, as whoever settles a purchase does. If it fired meanwhile, the guard below refuses all of it.
    timer::set(tx, &Timer { id: raw, kind: UNPAID.to_owned(), subject: raw, due_at: until })?;
    let moved = until.micros() - purchase.placed_at.micros();
    save(tx, ctx, purchase, until, moved.max(purchase.moved))
}

/// Part of the money came, and the purchase goes on waiting. Whoever ends it at the same time decides anew, so that no part
/// comes between.
pub fn part_came(tx: &mut Tx<'_>, purchase: &Purchase) -> Result<(), Error> {
    Ok(sql::touch(tx, purchase)?)
}

/// The money is there: promises that moved on count from this moment, and no longer from the last one at which it could
/// have come. Nothing, if they never moved. To be called before [`super::paid`].
pub fn promised_from(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    purchase: &Purchase,
    paid_at: Moment,
) -> Result<Purchase, Error> {
    let moved = (paid_at.micros() - purchase.placed_at.micros()).clamp(0, purchase.moved);
    if moved == purchase.moved {
        return Ok(purchase.clone());
    }
    save(tx, ctx, purchase, purchase.pay_by, moved)
}

/// Saves until when it waits and how far its promises moved, and tells it of each order: a fact of a kind is told once.
fn save(tx: &mut Tx<'_>, ctx: &Ctx, was: &Purchase, pay_by: Moment, moved: i64) -> Result<Purchase, Error> {
    let by = moved - was.moved;
    let mut is = Purchase { pay_by, moved, ..was.clone() };
    for part in &mut is.parts {
        part.ship_by = part.ship_by.plus_micros(by);
        part.deliver_by = part.deliver_by.plus_micros(by);
    }
    if !sql::wait_longer(tx, &mut is, by)? {
        return Err(Error::Moved);
    }
    let (at, placed_at, rules) = (ctx.now, is.placed_at, &is.rules);
    for (was, part) in was.parts.iter().zip(&is.parts) {
        let Part { ship_by: was_ship_by, deliver_by: was_deliver_by, .. } = *was;
        let Part { order, ship_by, deliver_by, .. } = *part;
        let (shop, excluded, rules) = (Some(part.shop), part.excluded.clone(), rules.clone());
        if by > 0 {
            tx.append(
                ctx,
                &fact::Postponed {
                    at,
                    shop,
                    order,
                    placed_at,
                    was_ship_by,
                    was_deliver_by,
                    ship_by,
                    deliver_by,
                    excluded,
                    rules,
                },
            )?;
        } else {
            tx.append(
                ctx,
                &fact::Resumed {
                    at,
                    shop,
                    order,
                    placed_at,
                    was_ship_by,
                    was_deliver_by,
                    ship_by,
                    deliver_by,
                    excluded,
                    rules,
                },
            )?;
        }
    }
    Ok(is)
}
