//! What happens to parcels. A shop order travels as one parcel for now.
//!
//! Promises and earlier steps are copied from the order, as in `trade::order::fact`.

use kernel::{Moment, facts};

facts! {
    /// The parcel of a shop order was picked up: as its carrier says, and where no carrier can tell, as its shop does.
    PickedUp "parcel.picked_up" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// When it was paid, if that was at or before the pick-up.
        paid_at: Option<Moment>,
        /// By when the pick-up was promised.
        ship_by: Moment,
        /// When the order had been cancelled, if that was told before this.
        cancelled_at: Option<Moment>,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set the order was placed under; absent for an imported order.
        rules: Option<Box<str>>,
        /// When the pick-up clock started: at payment, or in the morning after an evening or a night.
        pickup_from: Option<Moment>,
        /// By when the standard of its lane has it delivered.
        standard_by: Option<Moment>,
        /// By when a shop in its growth stage must have handed it over.
        pass_pickup_by: Option<Moment>,
        /// Whose word it is: carrier; shop, where the carrier's own word does not come in; buyer, who has it though its carrier
        /// never told, and then the moment is the shop's word. Absent if it was not told.
        by: Option<Box<str>>,
    }

    /// The buyer received the parcel of a shop order.
    Delivered "parcel.delivered" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// When the carrier had picked it up, if that was told.
        picked_up_at: Option<Moment>,
        /// By when the delivery was promised.
        deliver_by: Moment,
        /// When the order had been cancelled, if that was told before this.
        cancelled_at: Option<Moment>,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
        /// The word of the rule set the order was placed under; absent for an imported order.
        rules: Option<Box<str>>,
        /// When it was paid.
        paid_at: Option<Moment>,
        /// By when the standard of its lane had it delivered.
        standard_by: Option<Moment>,
        /// The last moment of the day after payment: a delivery by then is one of the next day.
        next_day_by: Option<Moment>,
        /// When the buyer had first asked for money back or a return, if that was told before this.
        claimed_at: Option<Moment>,
        /// The reason given then.
        claimed: Option<Box<str>>,
        /// When the tracking had first been found stalled or abnormal, if that was told before this.
        found_at: Option<Moment>,
        /// Whether installation at the buyer's is in scope.
        install: Option<bool>,
        /// Whether it went to a remote area.
        remote: Option<bool>,
    }

    /// What a shop order brought was installed at the buyer's. Told after the delivery.
    Installed "parcel.installed" of order: Order {
        /// When it was delivered.
        delivered_at: Moment,
        /// Why indicators leave the order out, as told by then; absent if it counts.
        excluded: Option<Box<str>>,
    }
}
