//! The cart: what a member wants to buy, of any number of shops, one line for each variant.
//!
//! Invariants:
//! - The same variant put in twice is one line that adds up; the scene of the last time stands.
//! - No more lines and no more units than the market's terms say, whoever else puts in at the same time.
//! - A cart says nothing of prices: they are asked for when it is looked at.
//! - Each command is one statement.

mod command;
mod error;
mod sql;
mod view;

pub use command::{Add, Most, add, clear_bought, keys, remove, set};
pub use error::Error;
pub use view::{Count, Line, count, lines};
