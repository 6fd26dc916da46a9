//! What happens to shop orders.
//!
//! A later fact of an order carries what was fixed when it was placed (its promises) and which of the other steps had
//! been told by then. Of two steps exactly one knows the other; that makes every metric a sum over facts, without joins.

use kernel::fact::Minor;
use kernel::{Id, Moment, facts, id::Purchase};

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
    }

    /// The buyer's payment for a shop order was approved.
    Paid "order.paid" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
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
    }
}
