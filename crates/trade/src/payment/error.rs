//! What payments refuse.

use super::model::{RefundStatus, Status};
use kernel::id::{Payment, Refund};
use kernel::{Id, Kind, Money, Problem};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not there.
    #[error("there is no payment {0} here")]
    NoPayment(Id<Payment>),
    /// Not there.
    #[error("there is no refund {0} here")]
    NoRefund(Id<Refund>),
    /// A payment of nothing.
    #[error("{0} cannot be paid: it must be more than zero")]
    NotPositive(Money),
    /// A lease that is over already.
    #[error("the deadline must be in the future")]
    Past,
    /// The step does not fit where it is.
    #[error("the payment {payment} is {} already", .status.word())]
    Status {
        /// Which.
        payment: Id<Payment>,
        /// Where it is.
        status: Status,
    },
    /// The step does not fit where it is.
    #[error("the refund {refund} is {}", .status.word())]
    RefundStatus {
        /// Which.
        refund: Id<Refund>,
        /// Where it is.
        status: RefundStatus,
    },
    /// More would go back than came in.
    #[error("{asked} cannot go back: of this payment only {left} is left")]
    TooMuch {
        /// What was to go back.
        asked: Money,
        /// What may.
        left: Money,
    },
    /// Somebody else was faster.
    #[error("the payment was changed by somebody else at the same moment: look at it again")]
    Moved,
    /// A text of a provider that is too long to be kept.
    #[error("an id of a payment provider has 1 to 255 characters")]
    Reference,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoPayment(_) | Self::NoRefund(_) => Kind::NotFound,
            Self::NotPositive(_) | Self::Past | Self::Reference => Kind::Invalid,
            Self::Status { .. } | Self::RefundStatus { .. } | Self::TooMuch { .. } | Self::Moved => {
                Kind::Conflict
            }
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoPayment(_) => "payment.not_found",
            Self::NoRefund(_) => "payment.no_refund",
            Self::NotPositive(_) => "payment.not_positive",
            Self::Past => "payment.past",
            Self::Status { .. } => "payment.wrong_status",
            Self::RefundStatus { .. } => "payment.refund_status",
            Self::TooMuch { .. } => "payment.too_much",
            Self::Moved => "payment.moved",
            Self::Reference => "payment.bad_reference",
            Self::Store(err) => err.code(),
        }
    }
}
