//! What payments refuse.

use super::model::{RefundStatus, Status};
use kernel::id::{Payment, Purchase, Refund};
use kernel::{Id, Money};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "payment")]
pub enum Error {
    /// Not there.
    #[problem(NotFound, code = "not_found", args(payment))]
    NoPayment(Id<Payment>),
    /// Not there.
    #[problem(NotFound, args(refund))]
    NoRefund(Id<Refund>),
    /// A payment of nothing.
    #[problem(Invalid, args(amount))]
    NotPositive(Money),
    /// A lease that is over already.
    #[problem(Invalid)]
    Past,
    /// The step does not fit where it is.
    #[problem(Conflict, code = "wrong_status", args(payment, status = status.as_str()))]
    Status {
        /// Which.
        payment: Id<Payment>,
        /// Where it is.
        status: Status,
    },
    /// The step does not fit where it is.
    #[problem(Conflict, args(refund, status = status.as_str()))]
    RefundStatus {
        /// Which.
        refund: Id<Refund>,
        /// Where it is.
        status: RefundStatus,
    },
    /// More would go back than came in.
    #[problem(Conflict)]
    TooMuch {
        /// What was to go back.
        asked: Money,
        /// What may.
        left: Money,
    },
    /// Somebody else was faster.
    #[problem(Conflict)]
    Moved,
    /// A text of a provider that is too long to be kept.
    #[problem(Invalid, code = "bad_reference")]
    Reference,
    /// Its money moved at the provider: nothing of it ships or goes back until a person has looked.
    #[problem(Conflict, args(purchase))]
    UnderFinding(Id<Purchase>),
    /// No finding that is open.
    #[problem(NotFound, args(payment))]
    NoFinding(Id<Payment>),
    /// A finding is closed with a note.
    #[problem(Invalid)]
    FindingNote {
        /// The most characters.
        most: i64,
    },
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}
