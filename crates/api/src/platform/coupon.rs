//! The platform's coupons.

use crate::merchant::coupon::{CouponBody, CouponQuery, CouponView, made, page, stopped};
use axum::extract::State;
use axum::response::Response;
use kernel::Id;
use kernel::id::Coupon;
use people::staff::Permission;
use trade::coupon::Issuer;
use web_kit::idempotency::IdempotentRequest;
use web_kit::input::Page;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path, Query};
use web_kit::site::Site;

const NEED: Permission = Permission::PlatformMoney;

/// The platform's coupons, newest first.
#[utoipa::path(get, path = "/coupons", tag = "coupons", params(CouponQuery), responses((status = 200, body = Page<CouponView>)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn list(
    State(site): State<Site>,
    who: Principal,
    Query(query): Query<CouponQuery>,
) -> Result<axum::Json<Page<CouponView>>, Failure> {
    who.need(NEED)?;
    page(&site, Issuer::Platform, &query).await
}

/// Offers a coupon of the platform: shops get what it takes off.
#[utoipa::path(post, path = "/coupons", tag = "coupons", request_body = CouponBody, responses((status = 201, body = CouponView)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn create(
    State(site): State<Site>,
    act: IdempotentRequest,
    Json(body): Json<CouponBody>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    made(&site, &act, Issuer::Platform, &body).await
}

/// Offers a coupon no more. Those in members' hands stay good.
#[utoipa::path(post, path = "/coupons/{coupon}/stop", tag = "coupons", responses((status = 200, body = CouponView)), extensions(("x-needs" = json!("platform.money"))))]
pub async fn stop(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(coupon): Path<Id<Coupon>>,
) -> Result<Response, Failure> {
    act.who.need(NEED)?;
    stopped(&site, &act, Issuer::Platform, coupon).await
}
