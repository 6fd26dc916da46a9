//! Payments towards purchases: attempts at a provider, what providers tell, and money on its way back.
//!
//! Invariants:
//! - A purchase has at most one open attempt at a provider: whoever clicks twice gets the same one.
//! - What a provider tells is taken in once, by the provider's own id of it, in whatever order it comes.
//! - Whatever was captured is kept account of, however late, double, short or too much it is: it pays for the purchase, or
//!   it is wanted back by itself.
//! - The refunds of an attempt never exceed what was captured for it, whoever wants them at the same time.
//! - A refund is sent once; a provider that is asked again is asked under the same id.
//! - What people record and send by hand is a line of the bank's statement, under the bank's own id, once. Lines of one
//!   reference add up until they come to what is due; if its purchase ends before, they go back together.
//! - The job that asks about an attempt is there exactly as long as nobody knows how it ended.
//! - What moved at a provider though nobody here moved it is a finding; while it is open, what its purchase brought stays
//!   where it is.
//! - No card, no account and no name of a buyer is here, nor in a fact.
//!
//! Absent: the providers themselves (they stand behind [`Gateway`]), bookings (`ledger`), and the orders (`order`). A
//! provider is called outside of any write.

mod command;
mod error;
pub mod fact;
mod finding;
mod gateway;
mod model;
mod sql;
mod view;

pub use command::{
    FETCH_STATUS, NewRefund, REFUND, Start, abandon, ask_less, begun, captured, failed, fetch_again, inbox,
    inbox_new, is_repeated, key, note_line, part_came, parts_end, refund_failed, refund_sent, retry_refund,
    start, stop_waiting, want_refund,
};
pub use error::Error;
pub use finding::{
    Finding, LONGEST_FINDING_NOTE, close_finding, finding_of, findings, no_finding, note_finding,
    open_findings, under_finding,
};
pub use gateway::{
    Account, Begin, Begun, ByHand, Event, Gateway, GatewayError, RefundAsked, RefundTold, SANDBOX_WEBHOOK,
    Told, What,
};
pub use model::{Attempt, Came, Line, Moved, Refund, RefundStatus, RefundStep, Status, Step, Why, decide};
pub use view::{
    Difference, attempt, attempt_of, attempts, awaited, awaited_of, by_reference, check, failed_refunds,
    line, lines, lines_of, refund, refunds, refunds_by_hand, refunds_of_purchase,
};
