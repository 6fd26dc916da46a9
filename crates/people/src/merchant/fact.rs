//! What happens to shops.

use kernel::id::Shop;
use kernel::{Id, Moment, facts};

facts! {
    /// A shop began to trade here.
    Opened "shop.opened" of subject: Shop {
        /// What the system it came from calls it; the same as the id for a shop that was opened here.
        external_id: Box<str>,
        /// Its public name.
        name: Box<str>,
        /// What it mainly sells: fashion, beauty, food, fresh, digital, home, baby or sports; absent if not known.
        industry: Option<Box<str>>,
        /// Who stands behind it: company, flagship or person; absent if not known.
        kind: Option<Box<str>>,
    }

    /// A shop's name, industry or kind was changed, or it was suspended, restored or closed. Tells all that is so now.
    Changed "shop.changed" of change: ShopChange {
        /// Which shop.
        shop_id: Id<Shop>,
        /// Its public name.
        name: Box<str>,
        /// What it mainly sells; absent if not known.
        industry: Option<Box<str>>,
        /// Who stands behind it; absent if not known.
        kind: Option<Box<str>>,
        /// Whether it trades: open, suspended or closed.
        status: Box<str>,
    }

    /// A shop set a holiday, in place of the one that it had.
    HolidaySet "shop.holiday_set" of change: ShopChange {
        /// Which shop.
        shop_id: Id<Shop>,
        /// Its first moment.
        begins_at: Moment,
        /// The first moment after it.
        ends_at: Moment,
        /// What becomes of orders: refused, or later (their promises count from its end).
        orders: Box<str>,
    }

    /// A shop's holiday was ended before its time, or called off.
    HolidayEnded "shop.holiday_ended" of change: ShopChange {
        /// Which shop.
        shop_id: Id<Shop>,
        /// When it began, or would have.
        begins_at: Moment,
        /// When it would have ended.
        ends_at: Moment,
    }
}
