//! What buyers bought: a purchase, the shop orders it is made of, and each order's way to its end.
//!
//! Invariants:
//! - A purchase is settled once: paid, cancelled, or closed by its timer; its orders go with it, all that are left of them:
//!   one that its shop or the platform cancels before payment leaves it, and it costs so much less.
//! - An order is cancelled after payment or shipped, never both; it is received once, by its buyer or by its timer.
//! - Every step is allowed by one table, guarded by the version it was decided upon, and stands in the timeline with its
//!   moment and who took it.
//! - What was agreed when the order was placed (lines with their scenes, sums, fee, commission, rules, promises) never
//!   changes after it; a line that its shop took off stands beside it with its part of the sums, and what is left is
//!   `net`. The address may, until the order ships. Promises count from the money, where its buyer chose a way of paying that
//!   takes days: they move on by that time, and it is told.
//! - An order that is held waits for a person: it is not shipped and not sent elsewhere, but paid for, called off or closed it
//!   can be. It is no shop's doing, so indicators leave it out for good; once it is cleared, its deadlines have moved by the
//!   time for which it was paid for and could not be shipped.
//! - What a shop says of a shipment is its own word. Its pick-up is the carrier's word where that comes in, and else the
//!   shop's; the order says which. Carrier and number can be corrected by the shop until the carrier has confirmed them.
//! - The timer of a purchase is there exactly as long as it is unpaid, that of an order as long as it is on its way.
//! - Facts hold no address, no tracking number, no remark and no note.
//! - What is another member's, or another shop's, is not found.
//!
//! Absent: money (`ledger`, `payment`), stock and parcels (`supply`), and who may do any of it (the callers know).

mod adopt;
mod before;
mod bought;
mod code;
mod command;
mod delivery_method;
mod error;
pub mod fact;
mod lists;
mod longer;
mod model;
mod sql;
mod today;
mod view;

pub use adopt::adopt;
pub use before::before;
pub use bought::{Bought, bought};
pub use code::{code_of, free_code, said};
pub use command::{
    HELD, NewLine, NewOrder, PlaceOrder, RECEIPT, Settled, UNPAID, cancel, cancel_unpaid, change_address,
    clear, close, collect, confirm, correct, key, note, paid, place, purchase_key, receive, reduce, refunded,
    remark, ship,
};
pub use delivery_method::DeliveryMethod;
pub use error::Error;
pub use longer::{part_came, promised_from, wait_longer};
pub use model::{
    Address, CancelReason, Cancellation, Cut, Entry, Handed, LONGEST_NOTE, LONGEST_NUMBER, LONGEST_REMARK,
    LONGEST_WHY, Line, Note, NoteBy, Order, Part, PickUp, Promise, Purchase, Received, Shipment, Side,
    Status, Step, Sums, ToldBy, Waybill, remark_of,
};
pub(crate) use model::{actor_of, word_of};
pub use today::{DueOrders, Standing, Waiting, due_of_shop, standing_of_shop, waiting_of_member};
pub use view::{
    Due, Filter, OrderView, PurchaseView, load, notes, of_member, of_platform, of_purchase, of_shop, order,
    order_of_member, order_of_shop, purchase, purchase_of, purchases, purchases_of,
};
