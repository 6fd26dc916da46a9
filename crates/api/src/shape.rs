//! What many operations are asked with alike: a moment, a shop of the figures, figures given by hand.

use govern::ShopName;
use kernel::{Ask, Market};
use serde_json::{Map, Value};
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::view::shops;

/// A moment as answers have it.
pub(crate) fn time(market: &Market, at: Moment) -> String {
    at.rfc3339(&market.zone)
}

/// A moment from a query: RFC 3339, or a date, which means its end, and today means now; not said means now. A
/// moment that has not come is refused: nothing is known of it.
pub(crate) fn as_of(text: Option<&str>, at: &Context) -> Result<Moment, Failure> {
    let Some(text) = text else { return Ok(at.now()) };
    let bad = |detail: &str| Failure::invalid(format!("as_of: {detail}"));
    let asked = moment(text, &at.site.market).map_err(|err| bad(&err.detail))?;
    asked.not_after(at.now(), &at.site.market.zone).map_err(|err| bad(&err.to_string()))
}

/// A moment in the range that facts can have.
pub(crate) fn moment(text: &str, market: &Market) -> Result<Moment, Failure> {
    let at = Moment::parse_as_of(text, &market.zone).map_err(|err| Failure::invalid(err.to_string()))?;
    if at < Moment::from_micros(0) || at > Moment::MAX.plus_days(-366) {
        return Err(Failure::invalid(format!("{text} is outside the years 1970 to 9998")));
    }
    Ok(at)
}

/// Answers from the facts about one shop, by its id or its external id.
pub(crate) async fn ask_of_shop<T: Send + 'static>(
    at: &Context,
    shop: String,
    f: impl FnOnce(&Site, &dyn Ask, &ShopName) -> Result<T, Failure> + Send + 'static,
) -> Answer<T> {
    at.ask(move |site, ask| f(site, ask, shops::find(&*shops::all(site, ask)?, &shop)?)).await
}

/// Figures given by hand, as a rule or a scorecard reads them.
pub(crate) fn inputs(given: Map<String, Value>, takes_null: bool) -> Result<Vec<(String, String)>, Failure> {
    let read = |(name, value): (String, Value)| {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Null if takes_null => "null".to_owned(),
            _ => {
                let what = if takes_null {
                    "a number, a truth, a text or null"
                } else {
                    "a number, a truth or a text"
                };
                return Err(Failure::invalid(format!("input {}: give {what}", brief(&name))));
            }
        };
        Ok((name, text))
    };
    given.into_iter().map(read).collect()
}

/// What the shop of an order paid its buyer because it waited past its promise.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct CompensationView {
    /// How much.
    amount: kernel::Money,
    /// In which coupon.
    coupon: String,
    /// When.
    at: String,
}

impl CompensationView {
    pub(crate) fn of(paid: &flows::late_shipping::Paid, market: &Market) -> Self {
        Self { amount: paid.amount, coupon: paid.coupon.to_string(), at: time(market, paid.at) }
    }
}
