//! A purchase that waits longer for its money, because the way of paying takes days.

use super::command::UNPAID;
use super::error::Error;
use super::model::{Purchase, Status};
use super::sql;
use kernel::Moment;
use store::Tx;
use store::timer::{self, Timer};

/// Waits for a purchase's money until a moment, with all its orders. What waits as long already is left alone, so that
/// asking twice moves nothing on.
pub fn wait_longer(tx: &mut Tx<'_>, purchase: &Purchase, until: Moment) -> Result<Purchase, Error> {
    let mut purchase = purchase.clone();
    if purchase.status != Status::Unpaid || until <= purchase.pay_by {
        return Ok(purchase);
    }
    purchase.pay_by = until;
    let raw = purchase.id.raw();
    // The timer first, as whoever settles a purchase does. If it fired meanwhile, the guard below refuses all of it.
    timer::set(tx, &Timer { id: raw, kind: UNPAID.to_owned(), subject: raw, due_at: until })?;
    if sql::wait_longer(tx, &mut purchase)? { Ok(purchase) } else { Err(Error::Moved) }
}
