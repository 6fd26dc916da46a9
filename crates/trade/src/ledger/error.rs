//! What the ledger refuses.

use super::account::Account;
use super::model::MOST;
use kernel::{Id, Kind, Money, MoneyError, Problem, id};
use store::StoreError;

/// Why nothing was booked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An amount that has to be more than nothing.
    #[error("{what} is {amount}: it must be more than zero")]
    NotPositive {
        /// Which amount.
        what: &'static str,
        /// What was given.
        amount: Money,
    },
    /// An amount below zero.
    #[error("{what} is {amount}: it may not be below zero")]
    Negative {
        /// Which amount.
        what: &'static str,
        /// What was given.
        amount: Money,
    },
    /// Two currencies in one booking, or a sum that does not fit.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// One entry would move more than the ledger takes.
    #[error("an entry of {0} is more than the ledger takes in one booking, {MOST} minor units")]
    TooLarge(Money),
    /// Less came in than the orders cost.
    #[error("{received} came in for orders that cost {due}: book it as late money and give it back")]
    Short {
        /// What the provider captured.
        received: Money,
        /// What the orders cost together.
        due: Money,
    },
    /// What is taken off is more than there is to take it from.
    #[error("commission and fees of {charges} are more than the {from} they are taken from")]
    ChargesExceed {
        /// Commission and fees together.
        charges: Money,
        /// What they are taken from.
        from: Money,
    },
    /// A part that does not lie within its whole.
    #[error("{after} given back, after {before}, does not lie within the {paid} that was paid")]
    NotAPart {
        /// What was given back before.
        before: Money,
        /// What will have been given back.
        after: Money,
        /// What was paid.
        paid: Money,
    },
    /// A booking of entries that do not sum to zero, or of fewer than two: a fault of the program.
    #[error("the entries of a booking sum to {0} minor units and not to zero, or are fewer than two")]
    Unbalanced(i128),
    /// Not an account's text.
    #[error("\"{0}\" is not an account: write for example commission, provider:sandbox or escrow:ord_...")]
    BadAccount(String),
    /// Not a provider's name.
    #[error("\"{0}\" is not the name of a provider: write up to 32 small letters, digits, - and _")]
    BadProvider(String),
    /// Not a reference's text.
    #[error("\"{0}\" is nothing that a booking refers to: write an id such as ord_..., pay_... or afs_...")]
    BadReference(String),
    /// Not a key.
    #[error("\"{0}\" cannot be a booking's key: write 1 to 200 visible ASCII characters")]
    BadKey(String),
    /// An account would go below its floor.
    #[error("{account} holds {there}, which is too little for {asked}")]
    BelowFloor {
        /// Which account.
        account: Account,
        /// What was to be taken from it.
        asked: Money,
        /// What may be taken from it.
        there: Money,
    },
    /// The key names another booking.
    #[error("the key \"{key}\" names the booking {booking}, which is not the one that was asked for")]
    KeyTaken {
        /// The key.
        key: String,
        /// The booking it names.
        booking: Id<id::Booking>,
    },
    /// There is no such booking.
    #[error("there is no booking {0} here")]
    NoBooking(Id<id::Booking>),
    /// A reversal cannot be reversed.
    #[error("{0} is a reversal itself: book what is right instead of reversing it")]
    IsReversal(Id<id::Booking>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::NotPositive { .. }
            | Self::Negative { .. }
            | Self::Money(_)
            | Self::TooLarge(_)
            | Self::Short { .. }
            | Self::ChargesExceed { .. }
            | Self::NotAPart { .. }
            | Self::BadAccount(_)
            | Self::BadProvider(_)
            | Self::BadReference(_)
            | Self::BadKey(_)
            | Self::KeyTaken { .. } => Kind::Invalid,
            Self::BelowFloor { .. } | Self::IsReversal(_) => Kind::Conflict,
            Self::NoBooking(_) => Kind::NotFound,
            Self::Unbalanced(_) => Kind::Internal,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotPositive { .. } => "ledger.not_positive",
            Self::Negative { .. } => "ledger.negative",
            Self::Money(MoneyError::Mixed(..)) => "ledger.mixed_currencies",
            Self::Money(MoneyError::TooLarge) | Self::TooLarge(_) => "ledger.too_large",
            Self::Money(MoneyError::BadCurrency(_)) => "ledger.bad_currency",
            Self::Short { .. } => "ledger.short_capture",
            Self::ChargesExceed { .. } => "ledger.charges_exceed",
            Self::NotAPart { .. } => "ledger.not_a_part",
            Self::Unbalanced(_) => "ledger.unbalanced",
            Self::BadAccount(_) => "ledger.bad_account",
            Self::BadProvider(_) => "ledger.bad_provider",
            Self::BadReference(_) => "ledger.bad_reference",
            Self::BadKey(_) => "ledger.bad_key",
            Self::BelowFloor { .. } => "ledger.below_floor",
            Self::KeyTaken { .. } => "ledger.key_taken",
            Self::NoBooking(_) => "ledger.not_found",
            Self::IsReversal(_) => "ledger.is_reversal",
            Self::Store(err) => err.code(),
        }
    }
}
