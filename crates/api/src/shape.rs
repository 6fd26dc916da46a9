//! What many operations are asked with alike: pages of a list, a moment, a shop of the figures.

use govern::ShopName;
use kernel::id::BadId;
use kernel::{Ask, Entity, Market};
use serde_json::{Map, Value};
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::view::shops;

/// Which page.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The `next` of the page before.
    after: Option<String>,
    /// How many, 1 to 500; 100 if not said.
    limit: Option<String>,
}

impl Paging {
    /// The key to begin after.
    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }
    /// How many items.
    pub(crate) fn limit(&self) -> Result<usize, Failure> {
        limit(self.limit.as_deref(), 100, 500)
    }
    /// The id to begin after.
    pub(crate) fn after_id<T: Entity>(&self) -> Result<Option<Id<T>>, Failure> {
        after_id(self.after())
    }
}

/// How many items a page has, from 1 to `most`: `usual` if not said.
pub(crate) fn limit(asked: Option<&str>, usual: usize, most: usize) -> Result<usize, Failure> {
    let Some(text) = asked else { return Ok(usual) };
    let limit = text.parse().ok().filter(|limit| (1..=most).contains(limit));
    limit.ok_or_else(|| Failure::invalid(format!("limit must be 1 to {most}, not \"{}\"", brief(text))))
}

/// The id that a page begins after.
pub(crate) fn after_id<T: Entity>(text: Option<&str>) -> Result<Option<Id<T>>, Failure> {
    let read = |text: &str| text.parse().map_err(|err: BadId| Failure::invalid(format!("after: {err}")));
    text.map(read).transpose()
}

/// A moment from a query: RFC 3339, or a date, which means its end; not said means now.
pub(crate) fn as_of(text: Option<&str>, at: &Context) -> Result<Moment, Failure> {
    let Some(text) = text else { return Ok(at.now()) };
    moment(text, &at.site.market).map_err(|err| Failure::invalid(format!("as_of: {}", err.detail)))
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
