//! What happens to requests for money back or a return.
//!
//! Earlier steps are copied from the order, as in `trade::order::fact`: of a request, a delivery and a finding the later
//! one knows the earlier ones. The first stated reason of an order is the one that counts.

use kernel::{Id, Moment, facts, id::Order};

facts! {
    /// A buyer asked for money back or a return.
    Filed "aftersale.filed" of aftersale: Aftersale {
        /// The shop order it is about.
        order_id: Id<Order>,
        /// Which way: refund_unshipped, refund_shipped or return_refund.
        way: Box<str>,
        /// The buyer's reason: quality, damage, logistics, wrong_item, no_reason or other.
        reason: Box<str>,
        /// Whether it is the first request of the order.
        first: bool,
        /// When the order was paid.
        paid_at: Moment,
        /// When the buyer had received the parcel, if that was told before this.
        delivered_at: Option<Moment>,
        /// When the platform had first found that the order was not fulfilled as it should be, if told before this.
        found_at: Option<Moment>,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set the order was placed under; absent for an imported order.
        rules: Option<Box<str>>,
    }

    /// The money of a request went back to the buyer. After shipping that happens once for an order.
    Refunded "aftersale.refunded" of aftersale: Aftersale {
        /// The shop order it is about.
        order_id: Id<Order>,
        /// Which way: refund_unshipped, refund_shipped or return_refund.
        way: Box<str>,
        /// When it was asked for.
        filed_at: Moment,
        /// When the clock of the shop's review started: at the request, or in the morning after a night.
        review_from: Moment,
        /// When the shop had decided.
        reviewed_at: Moment,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
    }

    /// A request was taken to the platform.
    Escalated "dispute.escalated" of dispute: Dispute {
        /// The shop order it is about.
        order_id: Id<Order>,
        /// Whereto: arbitration, or service for the platform's own after the merchant's.
        by: Box<str>,
        /// Whether it is the first time for the order.
        first: bool,
        /// When the buyer had first asked the merchant, if that was told before this.
        asked_at: Option<Moment>,
        /// When the order was paid.
        paid_at: Moment,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set the order was placed under; absent for an imported order.
        rules: Option<Box<str>>,
    }

    /// A shop began to insure the freight of returns.
    InsuranceOn "insurance.on" of insurance: Insurance {
        /// Of which goods: small or bulky.
        size: Box<str>,
    }

    /// A shop no longer insures the freight of returns.
    InsuranceOff "insurance.off" of insurance: Insurance {
        /// Of which goods: small or bulky.
        size: Box<str>,
        /// Since when it had.
        on_at: Moment,
    }
}
