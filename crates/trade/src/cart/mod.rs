//! The cart: what a member wants to buy, of any number of shops, one line for each variant.
//!
//! Invariants:
//! - The same variant put in twice is one line that adds up; the scene of the last time stands.
//! - No more lines and no more units than the market's terms say, whoever else puts in at the same time.
//! - A cart says nothing of prices: they are asked for when it is looked at.
//! - Each command is one statement; an edit counts the cart with one more.

mod command;
mod error;
mod sql;
mod view;

pub use command::{Add, Edit, Most, add, clear_bought, edit, keys, remove, set};
pub use error::Error;
pub use view::{Count, Line, count, lines};
