//! Purchases and orders as they stand, wherever they are in their lives: for markets that are made up, such as a benchmark's.
//!
//! Invariants: nothing is told, timed, charged or kept in stock, so a market that trades never has such an order; what is
//! read of one is what is read of any other.

use super::error::Error;
use super::model::{Entry, Order, Purchase, Step};
use super::sql;
use crate::risk::Checked;
use kernel::{Actor, Moment};
use store::{Tx, vals};

store::sql! {
    /// A purchase that may be settled.
    ADOPT = "
insert into order_purchase
  (id, member, status, version, currency, total, placed_at, pay_by, settled_at, payment, doc)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    /// An order wherever it is.
    ADOPT_ORDER = "
insert into order_head
  (id, seq, shop, member, purchase, status, version, currency, total, placed_at, pay_by, ship_by, deliver_by, paid_at,
   payment, pickup_from, next_day_by, shipped_at, carrier, number, standard_by, confirm_by, ended_at, noted, reservation,
   address, address_subject, doc, bill, log, held, picked_up_at, picked_up_by, confirmed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25,
  $26, $27, $28, $29, $30, $31, $32, $33, $34)";
}

/// Writes a purchase and its orders as they stand; `bill` is how the price of each came to be. On PostgreSQL they go out
/// together with others.
pub fn adopt(tx: &mut Tx<'_>, purchase: &Purchase, orders: &[Order], bill: &str) -> Result<(), Error> {
    let Purchase { id, member, total, .. } = purchase;
    tx.insert(
        &ADOPT,
        vals![
            *id,
            *member,
            purchase.status.as_str(),
            purchase.version,
            total.currency.code(),
            total.minor,
            purchase.placed_at,
            purchase.pay_by,
            purchase.settled_at,
            purchase.payment,
            &sql::purchase_doc(purchase, &Checked::default())?
        ],
    )?;
    orders.iter().try_for_each(|order| adopt_order(tx, order, bill))
}

fn adopt_order(tx: &mut Tx<'_>, order: &Order, bill: &str) -> Result<(), Error> {
    tx.insert(
        &ADOPT_ORDER,
        vals![
            order.id,
            order.id,
            order.shop,
            order.member,
            order.purchase,
            order.status.as_str(),
            order.version,
            order.sums.total.currency.code(),
            order.sums.total.minor,
            order.placed_at,
            order.pay_by,
            order.ship_by,
            order.deliver_by,
            order.paid_at,
            order.payment,
            order.pickup_from,
            order.next_day_by,
            order.shipped_at,
            order.carrier.as_ref(),
            order.number.as_ref(),
            order.standard_by,
            order.confirm_by,
            order.ended_at,
            order.noted,
            order.reservation,
            &order.address.shown,
            order.address.subject,
            &sql::order_doc(order)?,
            bill,
            &log(order),
            order.held,
            order.picked_up.map(|told| told.at),
            order.picked_up.map(|told| told.by.as_str()),
            order.confirmed_at
        ],
    )?;
    Ok(sql::insert_products(tx, order)?)
}

/// A timeline that fits where the order is.
fn log(order: &Order) -> String {
    let ended = Step::ALL.into_iter().find(|step| step.as_str() == order.status.as_str());
    let steps: [(Option<Step>, Option<Moment>); 4] = [
        (None, Some(order.placed_at)),
        (Some(Step::Pay), order.paid_at),
        (Some(Step::Ship), order.shipped_at),
        (ended, order.ended_at),
    ];
    let entries = steps
        .into_iter()
        .filter_map(|(step, at)| Some(Entry { step, at: at?, by: Actor::System, about: None }));
    entries.map(|entry| entry.line()).collect()
}
