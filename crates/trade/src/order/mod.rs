//! What buyers bought: a purchase, the shop orders it is made of, and each order's way to its end.
//!
//! Invariants:
//! - A purchase is settled once: paid, cancelled by its buyer, or closed by its timer; its orders go with it, all of them.
//! - An order is cancelled after payment or shipped, never both; it is received once, by its buyer or by its timer.
//! - Every step is allowed by one table, guarded by the version it was decided upon, and stands in the timeline with its
//!   moment and who took it.
//! - What was agreed when the order was placed (lines with their scenes, sums, fee, commission, rules, promises) never
//!   changes after it. The address may, until the order ships.
//! - The timer of a purchase is there exactly as long as it is unpaid, that of an order as long as it is on its way.
//! - Facts hold no address, no tracking number and no note.
//! - What is another member's, or another shop's, is not found.
//!
//! Absent: money (`ledger`, `payment`), stock and parcels (`supply`), and who may do any of it (the callers know).

mod command;
mod error;
pub mod fact;
mod lists;
mod model;
mod sql;
mod today;
mod view;
mod way;

pub use command::{
    NewLine, NewOrder, Place, RECEIPT, Settled, UNPAID, cancel, change_address, close, confirm, key, note,
    paid, place, purchase_key, receive, refunded, ship,
};
pub use error::Error;
pub use model::{
    Address, Entry, Handed, LONGEST_NOTE, LONGEST_NUMBER, Line, Note, NoteBy, Order, Part, Promise, Purchase,
    Received, Shipment, Side, Status, Step, Sums,
};
pub use today::{DueOrders, Standing, due_of_shop, standing_of_shop};
pub use view::{
    Due, Filter, OrderView, PurchaseView, load, notes, of_member, of_platform, of_purchase, of_shop, order,
    order_of_member, order_of_shop, purchase, purchase_of, purchases,
};
pub use way::Way;
