//! The platform's coupons.

use crate::merchant::coupon::{CouponBody, CouponPaging, CouponView, made, page, stopped};
use kernel::id::Coupon;
use trade::coupon::Issuer;
use web_kit::prelude::*;

/// The platform's coupons, newest first.
#[operation(get, "/coupons", tag = "coupons", needs = "platform.money")]
pub async fn list(at: Context, query: CouponPaging) -> Answer<ListPage<CouponView>> {
    page(&at, Issuer::Platform, query).await
}

/// Offers a coupon of the platform: shops get what it takes off.
#[operation(post, "/coupons", tag = "coupons", needs = "platform.money")]
pub async fn create(at: Context, body: CouponBody) -> Created<CouponView> {
    made(&at, Issuer::Platform, body).await
}

/// Offers a coupon no more. Those in members' hands stay good.
#[operation(post, "/coupons/{coupon}/stop", tag = "coupons", needs = "platform.money")]
pub async fn stop(at: Context, coupon: Id<Coupon>) -> Written<CouponView> {
    stopped(&at, Issuer::Platform, coupon).await
}
