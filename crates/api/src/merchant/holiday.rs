//! A shop's holiday.

use kernel::Market;
use people::merchant::{self, Holiday, HolidayOrders};
use web_kit::prelude::*;

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
#[operation(get, "/shops/{shop}/holiday", tag = "own shops", needs = "shop.view")]
pub async fn get(at: ShopContext) -> Answer<OwnHoliday> {
    let (shop, now, market) = (at.shop, at.now(), at.site.market.clone());
    at.answer(move |q| {
        let holiday = merchant::shop(q, shop)?.holiday.filter(|holiday| now < holiday.until);
        Ok(OwnHoliday { holiday: HolidayView::of(&market, holiday) })
    })
    .await
}

/// Sets the holiday of a shop, in place of the one that it had.
#[operation(put, "/shops/{shop}/holiday", tag = "own shops", needs = "shop.settings")]
pub async fn set(at: ShopContext, body: HolidayBody) -> Written<OwnHoliday> {
    let (shop, market) = (at.shop, at.site.market.clone());
    let orders = HolidayOrders::parse(&body.orders)
        .ok_or_else(|| Failure::invalid("orders: write refused or later"))?;
    let moment = |name, text| input::moment(name, text, &market);
    let new = Holiday { from: moment("from", &body.from)?, until: moment("until", &body.until)?, orders };
    at.write("shop.set_holiday", merchant::key(shop), move |tx, ctx| {
        let view = merchant::set_holiday(tx, ctx, shop, &new)?;
        Ok::<_, merchant::Error>(OwnHoliday { holiday: HolidayView::of(&market, view.holiday) })
    })
    .await
}

/// Ends the holiday of a shop now, or calls it off.
#[operation(delete, "/shops/{shop}/holiday", tag = "own shops", needs = "shop.settings")]
pub async fn end(at: ShopContext) -> Written<OwnHoliday> {
    let shop = at.shop;
    at.write("shop.end_holiday", merchant::key(shop), move |tx, ctx| {
        merchant::end_holiday(tx, ctx, shop).map(|_| OwnHoliday { holiday: None })
    })
    .await
}
