//! Accounts, bookings and their entries.
//!
//! Invariants: those of the crate.

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
