//! Findings. What somebody claims stands elsewhere; a finding is what the platform holds to be so.
//!
//! Earlier steps are copied from the order, as in `trade::order::fact`.

use kernel::{Id, Moment, facts, id::Order};

facts! {
    /// The platform found that a shop order was not fulfilled as it should be, or compensated the buyer for it.
    Found "incident.found" of incident: Incident {
        /// The shop order.
        order_id: Id<Order>,
        /// What it found: late, out_of_stock, stalled, abnormal, fraud, wrong_item or false_claim.
        what: Box<str>,
        /// When the order was paid.
        paid_at: Moment,
        /// When the buyer had first asked for money back or a return, if that was told before this.
        claimed_at: Option<Moment>,
        /// The reason given then.
        claimed: Option<Box<str>>,
        /// When the buyer had received the parcel, if that was told before this.
        delivered_at: Option<Moment>,
        /// By when the standard of its lane had it delivered, if it was picked up.
        standard_by: Option<Moment>,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set the order was placed under; absent for an imported order.
        rules: Option<Box<str>>,
        /// Whether it is the first finding about the order.
        first: bool,
        /// When the tracking had first been found stalled or abnormal, if that was told before this.
        stalled_at: Option<Moment>,
        /// When the order had been cancelled, if that was told before this.
        cancelled_at: Option<Moment>,
    }

    /// The platform found that a shop broke a rule.
    Violated "violation.found" of violation: Violation {
        /// Which: after_sale_address, invoice_refused, fake_trade, false_advertising, fraud_shipping,
        /// brand_qualification, negative_service, mocking_buyer or unjustified_refusal.
        scene: Box<str>,
        /// The shop order it happened on, if one.
        order_id: Option<Id<Order>>,
    }

    /// A finding against a shop was taken back.
    Reversed "violation.reversed" of violation: Violation {
        /// Which rule it was about.
        scene: Box<str>,
        /// When it had been found.
        found_at: Moment,
        /// The shop order it was about, if one.
        order_id: Option<Id<Order>>,
    }
}
