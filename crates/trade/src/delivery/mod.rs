//! The ways in which a shop delivers besides the standard one: what each costs more, what it is for, and how soon it brings.
//!
//! Invariants:
//! - The standard way is always there, costs what the products say, and stands in no table.
//! - A way adds to the freight and never lowers it; it is taken for all of a shop's parcel or not at all.
//! - What a buyer chose is copied into the price and the order: a way that is changed or taken away reaches nobody back.
//! - A shop has no more ways than the market's terms say, whoever else adds one at the same time.

mod command;
mod error;
pub mod fact;
mod model;
mod sql;
mod view;

pub use command::{keys, remove, set};
pub use error::Error;
pub use model::{DeliveryMethod, LONGEST_CODE, LONGEST_TITLE, MOST_HOURS, STANDARD};
pub use view::{delivery_method, delivery_methods};
