//! What happens to coupons. No title stands here: it is a text of people.

use kernel::fact::Minor;
use kernel::{Id, Moment, facts, id::Coupon, id::Member};

facts! {
    /// A coupon was offered.
    Offered "coupon.offered" of coupon: Coupon {
        /// Its class: deal, shop, platform, shop_freight or platform_freight.
        class: Box<str>,
        /// What it takes off: off, percent, freight or deal.
        takes: Box<str>,
        /// How many pieces there are.
        total: i64,
        /// How many of them one member may claim.
        each: i64,
        /// From when it may be claimed and spent.
        begins_at: Moment,
        /// Until when.
        ends_at: Moment,
    }

    /// A coupon is offered no more; claims in members' hands stay.
    Stopped "coupon.stopped" of coupon: Coupon {}

    /// A member claimed a piece of a coupon.
    Claimed "coupon.claimed" of claim: Claim {
        /// Of which coupon.
        coupon_id: Id<Coupon>,
        /// Who.
        member_id: Id<Member>,
        /// Which of that member's, from 1.
        nth: i64,
    }

    /// A purchase was placed with coupons.
    Spent "coupon.spent" of purchase: Purchase {
        /// How many claims it spent.
        claims: i64,
        /// What the platform pays for, goods and freight together.
        platform: Minor,
        /// What the shops pay for, goods and freight together.
        shops: Minor,
    }

    /// The coupons of a purchase that came to nothing went back to the member.
    Returned "coupon.returned" of purchase: Purchase {
        /// How many may be spent again.
        held: i64,
        /// How many ended in the meantime and are lost.
        lost: i64,
    }
}
