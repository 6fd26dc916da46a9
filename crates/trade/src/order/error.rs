//! What orders refuse.

use super::model::{LONGEST_NOTE, LONGEST_NUMBER, Status, Step};
use kernel::id::{Order, Purchase};
use kernel::{Id, Kind, MoneyError, Problem};
use store::StoreError;

/// Why nothing was done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not there, or not for the one who asks.
    #[error("there is no purchase {0} here")]
    NoPurchase(Id<Purchase>),
    /// Not there, or not for the one who asks.
    #[error("there is no order {0} here")]
    NoOrder(Id<Order>),
    /// The step does not fit where it is in its life.
    #[error("{what} is {}: it can no longer be {}", .status.word(), .step.word())]
    Status {
        /// What.
        what: String,
        /// Where it is.
        status: Status,
        /// What was wanted.
        step: Step,
    },
    /// The platform is checking it.
    #[error("the platform is checking {0}: it can be shipped or sent elsewhere once that is done")]
    Held(Id<Order>),
    /// Nobody is checking it.
    #[error("{0} is not under review: there is nothing to clear")]
    NotHeld(Id<Order>),
    /// Somebody else was faster.
    #[error("it was changed by somebody else at the same moment: look at it again")]
    Moved,
    /// A purchase is not closed before its time.
    #[error("its time to be paid is not over yet")]
    NotDue,
    /// A deadline that has passed already.
    #[error("the deadline must be in the future")]
    Past,
    /// A purchase without orders, or an order without lines.
    #[error("there is nothing to buy: a purchase has orders, and an order has lines of at least one unit")]
    Empty,
    /// Sums that do not add up.
    #[error(
        "the sums of the order do not add up: goods less discount and freight make the total, and so do its lines"
    )]
    Sums,
    /// Two currencies, or an amount that does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Not a carrier's word.
    #[error("a carrier is a word of small letters, digits, _ and -, at most 32 of them")]
    Carrier,
    /// Not a number of a carrier.
    #[error("a tracking number has 1 to {LONGEST_NUMBER} characters and no spaces around it")]
    Number,
    /// Not a note.
    #[error("a note has 1 to {LONGEST_NOTE} characters")]
    Note,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NoPurchase(_) | Self::NoOrder(_) => Kind::NotFound,
            Self::Status { .. } | Self::Held(_) | Self::NotHeld(_) | Self::Moved | Self::NotDue => {
                Kind::Conflict
            }
            Self::Past
            | Self::Empty
            | Self::Sums
            | Self::Money(_)
            | Self::Carrier
            | Self::Number
            | Self::Note => Kind::Invalid,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NoPurchase(_) => "order.no_purchase",
            Self::NoOrder(_) => "order.not_found",
            Self::Status { .. } => "order.wrong_status",
            Self::Held(_) => "order.held",
            Self::NotHeld(_) => "order.not_held",
            Self::Moved => "order.moved",
            Self::NotDue => "order.not_due",
            Self::Past => "order.past",
            Self::Empty => "order.empty",
            Self::Sums => "order.sums",
            Self::Money(_) => "order.money",
            Self::Carrier => "order.bad_carrier",
            Self::Number => "order.bad_number",
            Self::Note => "order.bad_note",
            Self::Store(err) => err.code(),
        }
    }
}
