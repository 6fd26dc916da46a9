//! What the parts of an order's page are drawn with.

use crate::form::Fields;
use crate::view::order::Recipient;
use kernel::{Market, Moment};

/// What a page of an order is drawn with, besides the order.
pub struct OrderModel<'a> {
    /// The market.
    pub market: &'a Market,
    /// Now.
    pub now: Moment,
    /// The form's idempotency key.
    pub key: &'a str,
    /// What was typed.
    pub fields: &'a Fields,
    /// The recipient, once revealed.
    pub recipient: Option<&'a Recipient>,
    /// Where its forms are sent.
    pub action: &'a str,
    /// Whether the reader may look at recipients.
    pub may_reveal: bool,
}
