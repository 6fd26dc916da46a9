//! A merchant's shops: what they are called, what they mainly sell, and whether they trade, or are on holiday.
//!
//! Invariants:
//! - A shop is opened once, with its owner; a shop that is known by imported facts is taken up without a second fact.
//! - A change is made to what its writer saw, or not at all.
//! - A closed shop stays closed.
//!
//! Absent: what opens and closes for a shop because of its service, and who works in it ([`staff`](crate::staff)).

mod command;
mod error;
pub mod fact;
mod holiday;
mod model;
mod sql;

pub use command::{adopt_shop, change_shop, change_status, key, open_shop, shop, shops, standings};
pub use error::Error;
pub use holiday::{Holiday, end_holiday, set_holiday};
pub(crate) use model::checked_name;
pub use model::{ChangeShop, HolidayOrders, Industry, Kind, NewShop, ShopView, Status, Step};
