//! Risk control of orders: what a purchase has in common with those placed before it, held against the market's rules. A rule
//! makes the orders of a purchase wait for a person, or refuses the purchase.
//!
//! Invariants:
//! - A market whose terms state no rules of risk asks nothing for them and keeps nothing for them.
//! - With rules it costs one statement for each purchase (`order::before`): a few dozen newest entries of three narrow indexes and one wide one.
//! - The decision is pure, and every reason stands with its figure and its bound.
//! - No phone, address or device is kept for it, only keyed traces of them, which lead nowhere without the market's key.
//! - Whoever is refused learns what to do about it, and not the bound.
//!
//! Absent: how a trace is made (`people`), what was placed before and what becomes of an order that waits (`order`), and accounts that stand behind one
//! another in other ways than these.

mod command;
mod error;
mod model;

pub use command::check;
pub use error::Error;
pub use model::{
    Action, Checked, New, Reach, Reason, Rule, Rules, Seen, Sign, Trace, Traces, Verdict, joined,
};
