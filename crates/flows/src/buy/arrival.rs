//! An order is with its buyer: the shop gets what it brought, and its delivery is told.

use super::error::Error;
use super::outside;
use kernel::{Ctx, Moment};
use ledger::{Booking, Release, Terms};
use store::Tx;
use supply::logistics::fact::Delivered;
use trade::order::{Order, ToldBy};

/// Releases what an order brought, and tells its delivery.
pub(crate) fn arrived(tx: &mut Tx<'_>, ctx: &Ctx, order: &Order, at: Moment) -> Result<(), Error> {
    let sums = order.net();
    let terms = Terms { commission: sums.commission, fee: sums.fee, coupon: sums.coupon };
    if sums.total.minor > 0 || sums.coupon.minor > 0 {
        let release = Release { order: order.id, shop: order.shop, paid: sums.total, terms };
        ledger::book(tx, ctx, &Booking::release(&release)?)?;
        outside::after_release(tx, ctx, order)?;
    }
    // A carrier that could have told the pick-up and did not.
    crate::pick_up::picked_up(tx, ctx, order, ToldBy::Buyer)?;
    let handed = order.handed();
    tx.append(
        ctx,
        &Delivered {
            at: handed.picked_up_at.map_or(at, |picked| at.max(picked)),
            shop: Some(handed.shop),
            order: handed.order,
            placed_at: handed.placed_at,
            picked_up_at: handed.picked_up_at,
            deliver_by: handed.deliver_by,
            cancelled_at: None,
            excluded: handed.excluded,
            rules: handed.rules,
            paid_at: handed.paid_at,
            standard_by: handed.standard_by,
            next_day_by: handed.next_day_by,
            claimed_at: None,
            claimed: None,
            found_at: None,
            install: None,
            remote: None,
        },
    )?;
    Ok(())
}
