//! What happens to reviews. The words of a review never enter a fact.

use kernel::{Id, facts, id::Order};

facts! {
    /// A buyer reviewed a shop order. A review of a purchase counts once for each of its shop orders.
    Created "review.created" of review: Review {
        /// The shop order it is about.
        order_id: Id<Order>,
        /// 1 (worst) to 5.
        score: i64,
    }
}
