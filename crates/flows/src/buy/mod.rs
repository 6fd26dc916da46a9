//! Buying, from a price to the money's way to the shop: every command that joins cart, catalog, stock, orders, payments
//! and the ledger in one transaction.
//!
//! Invariants:
//! - A purchase is placed whole or not at all: quote taken, coupons spent, limits kept, stock reserved, orders there.
//! - Stock is kept for an order exactly as long as the order may still ship: its reservation has no clock of its own, and
//!   whatever ends the order gives it back in the same transaction.
//! - Money that comes in is booked once, whatever is told twice; what pays for nothing goes back by itself.
//! - A refund is booked when it is decided and sent afterwards, as often as it takes; the provider makes it once.
//! - Providers are asked outside of transactions and answer through one door, [`take_event`].
//! - What people record from a bank's statement goes through that door too, a line once.
//! - Everything is right without [`store::Keys`]; with them nobody waits in vain.

mod arrival;
mod end;
mod error;
mod event;
mod limit;
mod outside;
mod part;
mod pay;
mod place;
mod price;
mod refund;
mod risk;
mod sandbox_webhooks;
mod services;
mod transfer;

pub use end::{
    cancel, cancel_by_platform, cancel_by_shop, cancel_line, cancel_paid, cancel_unpaid, close_unpaid,
    confirm_receipt, keys_of_order, keys_to_cancel, keys_to_end, keys_to_refuse, receive, refuse,
};
pub use error::{Error, LONGEST_LINE};
pub use event::{Ingested, Seen, see, take_event, take_seen};
pub use outside::{close_finding, keys_to_close, keys_to_send_again, send_again};
pub use pay::{Paying, begin, ingest_webhook, start};
pub use place::{Placing, find, place, place_found, place_from, place_saying};
pub use price::{Ask, Ready, Wanted, keep, price, wanted_of_cart};
pub use refund::REFUND;
pub use services::CheckoutServices;
pub use transfer::{
    Awaited, Incoming, Recorded, ToSend, awaited, by_hand, keys_to_record, keys_to_send, record, sent,
    to_send,
};

pub(crate) use arrival::arrived;
pub(crate) use limit::check as check_limits;
pub(crate) use price::times;
