//! What the ledger refuses.

use super::account::Account;
use super::model::MOST;
use kernel::{Currency, Id, Money, MoneyError, id};
use store::StoreError;

/// Why nothing was booked.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "ledger")]
pub enum Error {
    /// An amount that has to be more than nothing.
    #[problem(Invalid)]
    NotPositive {
        /// Which amount.
        what: &'static str,
        /// What was given.
        amount: Money,
    },
    /// An amount below zero.
    #[problem(Invalid)]
    Negative {
        /// Which amount.
        what: &'static str,
        /// What was given.
        amount: Money,
    },
    /// Two currencies in one booking.
    #[problem(Invalid, code = "mixed_currencies", args(one, other))]
    Mixed(Currency, Currency),
    /// A sum that no account can hold.
    #[problem(Invalid)]
    Overflow,
    /// Not a currency.
    #[problem(Invalid, args(text))]
    BadCurrency(String),
    /// One entry would move more than the ledger takes.
    #[problem(Invalid, args(amount, most = MOST))]
    TooLarge(Money),
    /// Less came in than the orders cost.
    #[problem(Invalid, code = "short_capture")]
    Short {
        /// What the provider captured.
        received: Money,
        /// What the orders cost together.
        due: Money,
    },
    /// What is taken off is more than there is to take it from.
    #[problem(Invalid)]
    ChargesExceed {
        /// Commission and fees together.
        charges: Money,
        /// What they are taken from.
        from: Money,
    },
    /// A part that does not lie within its whole.
    #[problem(Invalid)]
    NotAPart {
        /// What was given back before.
        before: Money,
        /// What will have been given back.
        after: Money,
        /// What was paid.
        paid: Money,
    },
    /// A booking of entries that do not sum to zero, or of fewer than two: a fault of the program.
    #[problem(Internal, args(sum))]
    Unbalanced(i128),
    /// Not an account's text.
    #[problem(Invalid, args(account))]
    BadAccount(String),
    /// Not a provider's name.
    #[problem(Invalid, args(provider))]
    BadProvider(String),
    /// Not a reference's text.
    #[problem(Invalid, args(reference))]
    BadReference(String),
    /// Not a key.
    #[problem(Invalid, args(key))]
    BadKey(String),
    /// An account would go below its floor.
    #[problem(Conflict, args(account = account.to_string(), there, asked))]
    BelowFloor {
        /// Which account.
        account: Account,
        /// What was to be taken from it.
        asked: Money,
        /// What may be taken from it.
        there: Money,
    },
    /// The key names another booking.
    #[problem(Invalid)]
    KeyTaken {
        /// The key.
        key: String,
        /// The booking it names.
        booking: Id<id::Booking>,
    },
    /// There is no such booking.
    #[problem(NotFound, code = "not_found", args(booking))]
    NoBooking(Id<id::Booking>),
    /// A reversal cannot be reversed.
    #[problem(Conflict, args(booking))]
    IsReversal(Id<id::Booking>),
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}

impl From<MoneyError> for Error {
    fn from(err: MoneyError) -> Self {
        match err {
            MoneyError::Mixed(one, other) => Self::Mixed(one, other),
            MoneyError::TooLarge => Self::Overflow,
            MoneyError::BadCurrency(text) => Self::BadCurrency(text),
        }
    }
}
