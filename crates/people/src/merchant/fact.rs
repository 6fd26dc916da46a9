//! What happens to shops.

use kernel::facts;

facts! {
    /// A shop began to trade here.
    Opened "shop.opened" of subject: Shop {
        /// What the system it came from calls it; the same as the id for a shop that was opened here.
        external_id: Box<str>,
        /// Its public name.
        name: Box<str>,
    }
}
