//! Payment providers behind the port of `trade::payment`: an embedded one for trying out and for tests, Stripe, and bank
//! transfers that people record.
//!
//! Invariants:
//! - Nothing here decides what an order costs or whether it is paid: a provider is asked, and what it tells is handed on
//!   as an [`Event`].
//! - Every webhook is believed only by its signature, the embedded provider's own like any other.
//! - A provider is asked the same thing twice under the same key: a charge, or a refund, is made once.
//! - What may succeed later is told apart from what is refused for good.
//! - Nobody but the program's wiring knows this crate.

mod sandbox;
mod signature;
mod stripe;
mod transfer;

pub use sandbox::{BadScript, Sandbox, Script};
pub use stripe::Stripe;
pub use trade::payment::Event;
pub use transfer::{BadAccount, Transfer};
