//! Parts of a bank transfer that pay for nothing.

use super::error::Error;
use kernel::id::Purchase;
use kernel::{Ctx, Id};
use ledger::Booking;
use store::Tx;
use trade::payment::{self, Came, NewRefund};

/// Parts of a transfer that came for a purchase pay for nothing any more, as `came` says, and go back.
pub(super) fn give_parts_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    purchase: Id<Purchase>,
    came: Came,
) -> Result<(), Error> {
    for attempt in payment::parts_end(tx, ctx, purchase, came)? {
        let (Some(why), amount) = (came.why(), attempt.received) else { continue };
        ledger::book_new(tx, ctx, &Booking::give_back(attempt.id, amount)?)?;
        payment::want_refund(tx, ctx, &NewRefund { payment: attempt.id, order: None, amount, why })?;
    }
    Ok(())
}
