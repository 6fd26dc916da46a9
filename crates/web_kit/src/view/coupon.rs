//! A shop's coupons; the platform's are of the same shapes.

use kernel::Moment;
use trade::coupon::Coupon;

/// Where a coupon stands at a moment.
pub fn state(coupon: &Coupon, now: Moment) -> &'static str {
    if coupon.stopped.is_some() {
        "stopped"
    } else if now >= coupon.until {
        "over"
    } else if now < coupon.from {
        "coming"
    } else if coupon.left() <= 0 || coupon.budget_left().is_some_and(|left| left.minor == 0) {
        "gone"
    } else {
        "open"
    }
}
