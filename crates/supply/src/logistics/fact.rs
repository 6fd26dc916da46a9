//! What happens to parcels. A shop order travels as one parcel for now.
//!
//! Promises and earlier steps are copied from the order, as in `trade::order::fact`.

use kernel::{Moment, facts};

facts! {
    /// The carrier picked the parcel of a shop order up.
    PickedUp "parcel.picked_up" of order: Order {
        /// When the order was placed.
        placed_at: Moment,
        /// When it was paid, if that was at or before the pick-up.
        paid_at: Option<Moment>,
        /// By when the pick-up was promised.
        ship_by: Moment,
        /// When the order had been cancelled, if that was told before this.
        cancelled_at: Option<Moment>,
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
    }
}
