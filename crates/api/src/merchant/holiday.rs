//! A shop's holiday.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Market, Moment};
use people::merchant::{self, Holiday, HolidayOrders};
use people::staff::Permission;
use serde::{Deserialize, Serialize};
use store::Keys;
use web_kit::idempotency::IdempotentRequest;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Json, Path};
use web_kit::site::Site;
use web_kit::view::money::shop_of;

/// A holiday.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HolidayView {
    /// Its first moment, RFC 3339.
    from: String,
    /// The first moment after it, RFC 3339.
    until: String,
    /// What becomes of orders: `refused`, or `later` (their promises count from its end).
    orders: &'static str,
}

impl HolidayView {
    pub(crate) fn of(market: &Market, holiday: Option<Holiday>) -> Option<Self> {
        let Holiday { from, until, orders } = holiday?;
        let time = |at: Moment| at.rfc3339(&market.zone);
        Some(Self { from: time(from), until: time(until), orders: orders.as_str() })
    }
}

/// A shop's holiday, if it has one.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct OwnHoliday {
    /// The one to come, or that runs; null if there is none.
    holiday: Option<HolidayView>,
}

/// A holiday to be set.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayBody {
    /// Its first moment, RFC 3339; what is past counts as now.
    from: String,
    /// The first moment after it, RFC 3339.
    until: String,
    /// `refused` or `later`.
    orders: String,
}

/// The holiday of a shop: the one to come, or that runs.
#[utoipa::path(get, path = "/shops/{shop}/holiday", tag = "own shops",
    responses((status = 200, body = OwnHoliday)), extensions(("x-needs" = json!("shop.view"))))]
pub async fn get(
    State(site): State<Site>,
    who: Principal,
    Path(shop): Path<String>,
) -> Result<Answer<OwnHoliday>, Failure> {
    let shop = shop_of(&who, &shop, Permission::ShopView)?;
    let (view, now) = (site.read(move |q| Ok(merchant::shop(q, shop)?)).await?, (site.now)());
    let holiday = view.holiday.filter(|holiday| now < holiday.until);
    Ok(Answer(OwnHoliday { holiday: HolidayView::of(&site.market, holiday) }))
}

/// Sets the holiday of a shop, in place of the one that it had.
#[utoipa::path(put, path = "/shops/{shop}/holiday", tag = "own shops",
    request_body = HolidayBody, responses((status = 200, body = OwnHoliday)), extensions(("x-needs" = json!("shop.settings"))))]
pub async fn set(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
    Json(body): Json<HolidayBody>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopSettings)?;
    let orders = HolidayOrders::parse(&body.orders)
        .ok_or_else(|| Failure::invalid("orders: write refused or later"))?;
    let market = site.market.clone();
    let moment = |name: &str, text: &str| {
        let is_far = |at: &Moment| *at > Moment::MAX.plus_days(-366);
        let read = Moment::parse_as_of(text, &market.zone).ok();
        let read = read.filter(|at| text.contains('T') && !is_far(at));
        let how = || Failure::invalid(format!("{name}: write a moment such as 2026-12-05T00:00:00+08:00"));
        read.ok_or_else(how)
    };
    let new = Holiday { from: moment("from", &body.from)?, until: moment("until", &body.until)?, orders };
    act.json(&site, "shop.set_holiday", Keys::of([merchant::key(shop)]), StatusCode::OK, move |tx, ctx| {
        let view = merchant::set_holiday(tx, ctx, shop, &new)?;
        Ok::<_, merchant::Error>(OwnHoliday { holiday: HolidayView::of(&market, view.holiday) })
    })
    .await
}

/// Ends the holiday of a shop now, or calls it off.
#[utoipa::path(delete, path = "/shops/{shop}/holiday", tag = "own shops",
    responses((status = 200, body = OwnHoliday)), extensions(("x-needs" = json!("shop.settings"))))]
pub async fn end(
    State(site): State<Site>,
    act: IdempotentRequest,
    Path(shop): Path<String>,
) -> Result<Response, Failure> {
    let shop = shop_of(&act.who, &shop, Permission::ShopSettings)?;
    act.json(&site, "shop.end_holiday", Keys::of([merchant::key(shop)]), StatusCode::OK, move |tx, ctx| {
        merchant::end_holiday(tx, ctx, shop).map(|_| OwnHoliday { holiday: None })
    })
    .await
}
