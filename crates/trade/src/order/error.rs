//! What orders refuse.

use super::model::{CancelReason, LONGEST_NOTE, LONGEST_NUMBER, LONGEST_REMARK, LONGEST_WHY, Status, Step};
use kernel::id::{Order, Purchase, Sku};
use kernel::{Id, MoneyError};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "order")]
pub enum Error {
    /// Not there, or not for the one who asks.
    #[problem(NotFound, args(purchase))]
    NoPurchase(Id<Purchase>),
    /// Not there, or not for the one who asks.
    #[problem(NotFound, code = "not_found", args(order))]
    NoOrder(Id<Order>),
    /// The step does not fit where it is in its life.
    #[problem(Conflict, code = "wrong_status", args(what, status = status.as_str(), step = step.as_str()))]
    Status {
        /// What.
        what: String,
        /// Where it is.
        status: Status,
        /// What was wanted.
        step: Step,
    },
    /// The platform is checking it.
    #[problem(Conflict, args(order))]
    Held(Id<Order>),
    /// Nobody is checking it.
    #[problem(Conflict, args(order))]
    NotHeld(Id<Order>),
    /// Somebody else was faster.
    #[problem(Conflict)]
    Moved,
    /// A purchase is not closed before its time.
    #[problem(Conflict)]
    NotDue,
    /// A deadline that has passed already.
    #[problem(Invalid)]
    Past,
    /// A purchase without orders, or an order without lines.
    #[problem(Invalid)]
    Empty,
    /// Sums that do not add up.
    #[problem(Invalid)]
    Sums,
    /// Two currencies, or an amount that does not fit.
    #[problem(Invalid, from, args(why))]
    Money(MoneyError),
    /// Not a carrier's word.
    #[problem(Invalid, code = "bad_carrier")]
    Carrier,
    /// Not a number of a carrier.
    #[problem(Invalid, code = "bad_number", args(most = LONGEST_NUMBER))]
    Number,
    /// It has not shipped, so there is no number to correct.
    #[problem(Conflict, args(order))]
    NoWaybill(Id<Order>),
    /// Its carrier said that it has it.
    #[problem(Conflict, args(order))]
    Confirmed(Id<Order>),
    /// The same carrier and number as before.
    #[problem(Conflict, args(order))]
    SameWaybill(Id<Order>),
    /// It travels under another number, or has not shipped.
    #[problem(Conflict, args(order))]
    OtherWaybill(Id<Order>),
    /// A pick-up in the future, or before the order was placed.
    #[problem(Invalid)]
    PickUpTime,
    /// No reason of the list.
    #[problem(Invalid, code = "bad_cancel_reason", args(known = reasons()))]
    CancelReason,
    /// Too much said beside a reason, or nothing beside another one.
    #[problem(Invalid, code = "bad_cancel_text", args(most = LONGEST_WHY))]
    CancelText,
    /// It has no such line.
    #[problem(NotFound)]
    NoLine {
        /// Which order.
        order: Id<Order>,
        /// Of what.
        sku: Id<Sku>,
    },
    /// The line was taken off already.
    #[problem(Conflict)]
    LineCancelled {
        /// Which order.
        order: Id<Order>,
        /// Of what.
        sku: Id<Sku>,
    },
    /// Its last line: then the whole order is cancelled.
    #[problem(Conflict, args(order))]
    LastLine(Id<Order>),
    /// Too much for a remark.
    #[problem(Invalid, code = "bad_remark", args(most = LONGEST_REMARK))]
    Remark,
    /// Not a note.
    #[problem(Invalid, code = "bad_note", args(most = LONGEST_NOTE))]
    Note,
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

fn reasons() -> String {
    CancelReason::ALL.map(CancelReason::as_str).join(", ")
}
