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

mod books;

pub use books::fact;
pub use books::{
    Account, AccountSum, Booked, Booking, BookingView, Capture, Checked, Class, Entry, Error, Fault, Kind,
    Line, MOST, Provider, Reference, Refund, Release, ReleasedRefund, Side, Terms, Trial, accounts, balance,
    book, book_new, booking, by_key, check, of_reference, refund_released, reverse, statement, trial,
};
