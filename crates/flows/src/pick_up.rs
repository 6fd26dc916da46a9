//! That a parcel was picked up, told as a fact by whom it counts of.

use crate::buy::Error;
use kernel::Ctx;
use store::Tx;
use supply::logistics::fact::PickedUp as PickedUpFact;
use trade::order::{Order, PickUp, ToldBy};

/// Tells the pick-up, if it is the word of whom it counts by: the shop's where no carrier can tell, else the carrier's.
pub(crate) fn picked_up(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order, by: ToldBy) -> Result<(), Error> {
    let Some(told) = order.picked_up.filter(|told| told.by == by) else { return Ok(()) };
    let PickUp { at, by } = told;
    let handed = order.handed();
    tx.append(
        ctx,
        &PickedUpFact {
            at,
            shop: Some(handed.shop),
            order: handed.order,
            placed_at: handed.placed_at,
            paid_at: handed.paid_at,
            ship_by: handed.ship_by,
            cancelled_at: None,
            excluded: handed.excluded,
            rules: handed.rules,
            pickup_from: handed.pickup_from,
            standard_by: handed.standard_by,
            pass_pickup_by: handed.pass_pickup_by,
            by: Some(by.as_str().into()),
        },
    )?;
    Ok(())
}
