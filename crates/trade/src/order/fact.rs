//! What happens to shop orders.
//!
//! A later fact of an order carries what was fixed when it was placed (its promises) and which of the other steps had
//! been told by then. Of two steps exactly one knows the other; that makes every metric a sum over facts, without joins.
//!
//! Of an order that was placed elsewhere and imported the house has no rules, no clocks and nothing after the sale:
//! `rules` is absent, and what needs such a record leaves the order out.

use kernel::fact::Minor;
use kernel::{
    Id, Moment, facts,
    id::{Coupon, Order, Product, Purchase, Sku},
};

facts! {
    /// A buyer placed a shop order; both promises run from here.
    Placed "order.placed" of order: Order {
        /// The purchase it is part of.
        purchase: Id<Purchase>,
        /// What the system it came from calls the order.
        external_id: Box<str>,
        /// How many lines it has.
        lines: i64,
        /// Price of the goods.
        goods: Minor,
        /// Freight the buyer pays.
        freight: Minor,
        /// Price and freight together.
        gmv: Minor,
        /// By when the shop promised to hand it to the carrier.
        ship_by: Moment,
        /// By when the buyer was promised to have it.
        deliver_by: Moment,
        /// Why indicators leave it out: gift, lucky_bag, low_price, instant_refund, abnormal or held; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under; absent for an imported order.
        rules: Option<Box<str>>,
    }

    /// A shop order was placed and waits for a person of the platform: its purchase broke the market's rules of risk.
    Held "order.held" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// Which rules: member, phone, address, device, unpaid, units; several with a + between them.
        signs: Box<str>,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// The platform cleared a shop order that was held.
    Cleared "order.cleared" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// When it was paid, if it was by then.
        paid_at: Option<Moment>,
        /// For how long its shop could have shipped it and was not let, in microseconds.
        held_micros: i64,
        /// By when it is to be handed to the carrier now.
        ship_by: Moment,
        /// By when the buyer is to have it now.
        deliver_by: Moment,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// The buyer's payment for a shop order was approved.
    Paid "order.paid" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// Why indicators leave it out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under; absent for an imported order.
        rules: Option<Box<str>>,
        /// When the pick-up clock started: at payment, or in the morning after an evening or a night.
        pickup_from: Option<Moment>,
        /// By when a shop in its growth stage must have handed it to the carrier.
        pass_pickup_by: Option<Moment>,
        /// Which insurance of return freight it carries: small or bulky.
        insured: Option<Box<str>>,
    }

    /// The promises of a shop order moved on as far as its money may take, because its buyer pays by a way that takes days.
    /// From here on the new ones count.
    Postponed "order.postponed" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// By when it was to be handed to the carrier.
        was_ship_by: Moment,
        /// By when the buyer was to have it.
        was_deliver_by: Moment,
        /// By when it is to be handed to the carrier now.
        ship_by: Moment,
        /// By when the buyer is to have it now.
        deliver_by: Moment,
        /// Why indicators leave it out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// The shop of an order that waited past its promise paid its buyer, in a coupon.
    Compensated "order.compensated" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// By when it was to be handed to the carrier.
        ship_by: Moment,
        /// How much.
        amount: Minor,
        /// In which currency that is.
        currency: Box<str>,
        /// In which coupon.
        coupon_id: Id<Coupon>,
        /// Why indicators leave the order out; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// The money of a shop order is there whose promises had moved on: they count from now, as long as they were.
    Resumed "order.resumed" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// By when it was to be handed to the carrier at the latest.
        was_ship_by: Moment,
        /// By when the buyer was to have it at the latest.
        was_deliver_by: Moment,
        /// By when it is to be handed to the carrier.
        ship_by: Moment,
        /// By when the buyer is to have it.
        deliver_by: Moment,
        /// Why indicators leave it out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// A shop order was cancelled.
    Cancelled "order.cancelled" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// By when it was to be handed to the carrier.
        ship_by: Moment,
        /// By when the buyer was to have it.
        deliver_by: Moment,
        /// When the carrier had picked it up, if that was told before this.
        picked_up_at: Option<Moment>,
        /// When the buyer had received it, if that was told before this.
        delivered_at: Option<Moment>,
        /// Why indicators leave it out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// By when a shop in its growth stage had to hand it to the carrier, if it was paid.
        pass_pickup_by: Option<Moment>,
        /// By when the standard of its lane had it delivered, if it was picked up.
        standard_by: Option<Moment>,
        /// When its tracking had first been found stalled or abnormal, if that was told before this.
        stalled_at: Option<Moment>,
        /// By whom: buyer, shop, platform, or clock where nobody paid in time; absent if it was not told.
        by: Option<Box<str>>,
        /// Why its shop or the platform did: out_of_stock, buyer_asked, address_unserved, price_error or other.
        reason: Option<Box<str>>,
    }

    /// A shop took a line off an order that was paid for and had not shipped; the rest of the order goes on.
    LineCancelled "order.line_cancelled" of line_cancel: LineCancel {
        /// Which order.
        order_id: Id<Order>,
        /// When it was placed.
        placed_at: Moment,
        /// Of what.
        sku_id: Id<Sku>,
        /// Of which product.
        product_id: Id<Product>,
        /// How many.
        quantity: i64,
        /// What goes back, with its part of the freight.
        amount: Minor,
        /// Why: out_of_stock, buyer_asked, address_unserved, price_error or other.
        reason: Box<str>,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// A shop handed an order over, as it says itself: its own word, and no carrier's.
    Shipped "order.shipped" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// When it was paid.
        paid_at: Option<Moment>,
        /// By when it was to be handed over.
        ship_by: Moment,
        /// To which carrier, a word.
        carrier: Box<str>,
        /// Why indicators leave it out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// A shop corrected by which carrier, or under which number, an order travels that it had handed over.
    Corrected "order.corrected" of correction: Correction {
        /// Which order.
        order_id: Id<Order>,
        /// When it was placed.
        placed_at: Moment,
        /// When the shop had handed it over, as it said itself.
        shipped_at: Option<Moment>,
        /// To which carrier it had been said to go, a word.
        was_carrier: Box<str>,
        /// To which carrier it goes, a word.
        carrier: Box<str>,
        /// Whether the number is another.
        is_new_number: bool,
        /// Why indicators leave it out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// The receipt of a shop order was confirmed: by its buyer, or by itself after the time that the terms allow.
    Received "order.received" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// When the shop had handed it over.
        shipped_at: Option<Moment>,
        /// How: buyer or clock.
        how: Box<str>,
        /// Why indicators leave it out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set it was placed under.
        rules: Option<Box<str>>,
    }

    /// A shop order turned out not to count. It carries all that was told of the order before, so that each indicator
    /// can take it out from here on; what is told of the order later says that it is excluded.
    Voided "order.voided" of order: Order {
        /// Why: gift, lucky_bag, low_price, instant_refund or abnormal.
        reason: Box<str>,
        /// When the order was placed.
        placed_at: Moment,
        /// When it was paid.
        paid_at: Option<Moment>,
        /// When the pick-up clock started.
        pickup_from: Option<Moment>,
        /// When the carrier picked it up.
        picked_up_at: Option<Moment>,
        /// By when a shop in its growth stage had to hand it to the carrier.
        pass_pickup_by: Option<Moment>,
        /// By when its lane's standard had it delivered.
        standard_by: Option<Moment>,
        /// When the buyer received it.
        delivered_at: Option<Moment>,
        /// By when a delivery was one of the next day.
        next_day_by: Option<Moment>,
        /// When it was reviewed.
        review_at: Option<Moment>,
        /// How many stars that review gave.
        review_score: Option<i64>,
        /// The word of the rule set it was placed under; absent for an imported order.
        rules: Option<Box<str>>,
        /// Why indicators left it out already; then there is nothing to take out.
        excluded: Option<Box<str>>,
        /// When it was cancelled.
        cancelled_at: Option<Moment>,
        /// When the buyer first asked for money back or a return.
        claimed_at: Option<Moment>,
        /// The reason given then.
        claimed: Option<Box<str>>,
        /// When the platform first found that it was not fulfilled as it should be.
        found_at: Option<Moment>,
        /// When its tracking was first found stalled or abnormal.
        stalled_at: Option<Moment>,
        /// When the refund of what was shipped or returned succeeded; an order has at most one.
        refunded_at: Option<Moment>,
        /// How long the shop's review of that refund took, in microseconds of its clock.
        review_micros: Option<i64>,
        /// When the buyer first asked the merchant about it.
        asked_at: Option<Moment>,
        /// When it was first taken to the platform.
        escalated_at: Option<Moment>,
        /// When somebody first complained about it.
        complained_at: Option<Moment>,
        /// Whether installation at the buyer's was in scope, if it was delivered.
        install: Option<bool>,
        /// When it was installed.
        installed_at: Option<Moment>,
        /// Whether it went to a remote area, if it was delivered.
        remote: Option<bool>,
        /// Which insurance of return freight it carries: small or bulky.
        insured: Option<Box<str>>,
    }
}
