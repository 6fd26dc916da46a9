//! Coupons: an offer of money off by the platform or by a shop, claimed by members, each claim spent once.
//!
//! Invariants:
//! - No more claims than there are pieces, and no more for a member than each may have: a counter and a unique key.
//! - A claim is spent by one purchase, by its own member, before its end: a guarded update.
//! - A claim given back may be spent again until its end; after it, it is lost. Its piece goes to nobody else.
//! - A coupon that was stopped is claimed no more; claims in members' hands keep what they were promised.
//! - What a coupon is worth never changes after its first day: another worth is another coupon.
//! - One with a budget takes off no more than that over all its claims: a guarded update beside each claim that is spent; what
//!   is given back may be taken off again.
//! - One with a code is claimed by who types it, and stands in no list. One for some members is claimed by those alone, and
//!   priced for those alone; who they are its caller knows.
//! - Facts name coupons, claims and amounts, never titles.

mod command;
mod error;
pub mod fact;
mod model;
mod sql;
mod view;

pub use command::{
    claim, claim_admitted, claim_by_code, create, create_guarded, give_back, give_back_of_shop, hand, keys,
    spend, stop,
};
pub use error::Error;
pub use model::{Bounds, Claimed, Class, Guard, Issuer, Kind, NewCoupon, Scope, Segment, State, code_of};
pub use view::{ClaimView, Coupon, Offered, Shelf, claims, coupon, in_hand, of_code, of_issuer, offered};

#[cfg(test)]
mod tests;
