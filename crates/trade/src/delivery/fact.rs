//! What happens to delivery methods. No title stands here: it is a text of people.

use kernel::fact::Minor;
use kernel::{Id, facts, id::Shop};

facts! {
    /// A shop offers a delivery method, offers it otherwise, or offers it no more.
    Changed "delivery.changed" of change: ShopChange {
        /// Which shop.
        shop_id: Id<Shop>,
        /// The method's code.
        way: Box<str>,
        /// Whether it is offered now.
        offered: bool,
        /// What it costs on top of the freight; absent if it is offered no more.
        fee: Option<Minor>,
        /// Within how many hours of the purchase it brings; absent if it does not say, or is offered no more.
        within: Option<i64>,
    }
}
