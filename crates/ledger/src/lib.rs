//! The ledger: every movement of money is a booking of two or more entries that sum to zero, written in the transaction
//! of what it books.
//!
//! An entry is positive where something is owed or earned (credit) and negative where it is held or spent (debit): a
//! capture of 100 is `provider:sandbox` −100 and `escrow:ord_...` +100.
//!
//! Invariants:
//! - The entries of a booking are in one currency, none is zero, and they sum to zero. So does the whole ledger.
//! - Bookings and entries are never changed or deleted: what was wrong is reversed by another booking.
//! - A key names one booking: the same booking again changes nothing, another one under the same key is refused.
//! - An account with a floor has a guard row with its balance, moved by a guarded update together with the entries, and
//!   never stands below the floor. An account that everybody books on has no row, only entries.
//! - No order gives back more than was captured for it, before its release (escrow) and after it (refundable).
//! - A refused booking leaves the transaction as it found it.
//! - No personal data: accounts and references are ids of orders, payments, shops and requests.
//!
//! Nothing here knows a clock, a provider or a price: amounts come decided, and the caller's transaction decides whether
//! they stay.

mod account;
mod check;
mod command;
mod error;
pub mod fact;
mod model;
mod sql;
mod view;

pub use account::{Account, Class, Provider, Reference, Side};
pub use check::{Checked, Fault, check};
pub use command::{Booked, book, book_new, refund_released, reverse};
pub use error::Error;
pub use model::{Booking, Capture, Entry, Kind, MOST, Refund, Release, ReleasedRefund, Terms};
pub use view::{
    AccountSum, BookingView, Line, Trial, accounts, balance, booking, by_key, of_reference, statement, trial,
};
