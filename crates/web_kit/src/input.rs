//! What addresses and bodies are read into: ids, dates, amounts, pages of a list.

use crate::problem::{Failure, brief};
use kernel::{Currency, Entity, Id, Money};
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

/// A page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// What is on this page.
    pub items: Vec<T>,
    /// Give it as `after` to get the next page; null on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page from up to `limit + 1` items: the extra one only says that there is more.
    pub fn of(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(key) } else { None };
        Self { items, next }
    }

    /// The same page of something else.
    pub fn map<U>(self, view: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(view).collect(), next: self.next }
    }
}

/// A list that is all there is, on one page.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Items<T> {
    /// All of them.
    pub items: Vec<T>,
}

impl<T> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

/// Which page of a list is asked for: `USUAL` items if not said, at most `MOST`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging<const USUAL: usize = 100, const MOST: usize = 500> {
    after: Option<String>,
    limit: Option<String>,
}

impl<const USUAL: usize, const MOST: usize> Paging<USUAL, MOST> {
    /// Where it begins: the `next` of the page before.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref().filter(|text| !text.is_empty())
    }

    /// The id after which it begins; 422 if it is none.
    pub fn after_id<T: Entity>(&self) -> Result<Option<Id<T>>, Failure> {
        after(self.after())
    }

    /// What it begins after, as `read` takes it apart; 422 if that is nothing.
    pub fn after_key<T>(&self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Failure> {
        let wrong = || Failure::invalid("after: give the next of the page before");
        self.after().map(|text| read(text).ok_or_else(wrong)).transpose()
    }

    /// How many items it has.
    pub fn limit(&self) -> Result<usize, Failure> {
        limit(self.limit.as_deref(), USUAL, MOST)
    }
}

impl<const USUAL: usize, const MOST: usize> utoipa::IntoParams for Paging<USUAL, MOST> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |name: &str, what: String| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .description(Some(what))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
                .build()
        };
        let limit = format!("How many, 1 to {MOST}; {USUAL} if not said.");
        vec![parameter("after", "The `next` of the page before.".to_owned()), parameter("limit", limit)]
    }
}

/// How many items a page has: what was asked for, or as many as usual.
pub fn limit(asked: Option<&str>, usual: usize, most: usize) -> Result<usize, Failure> {
    let Some(text) = asked else { return Ok(usual) };
    let limit = text.parse().ok().filter(|limit| (1..=most).contains(limit));
    limit.ok_or_else(|| Failure::invalid(format!("limit must be 1 to {most}, not \"{}\"", brief(text))))
}

/// The id after which a list goes on; 422 if it is none.
pub fn after<T: Entity>(text: Option<&str>) -> Result<Option<Id<T>>, Failure> {
    asked_id("after", text)
}

/// An id that a query asks for; 422 if it is none.
pub fn asked_id<T: Entity>(name: &str, text: Option<&str>) -> Result<Option<Id<T>>, Failure> {
    let read = |text: &str| {
        text.parse().map_err(|err: kernel::id::BadId| Failure::invalid(format!("{name}: {err}")))
    };
    text.filter(|text| !text.is_empty()).map(read).transpose()
}

/// An id after its turn, as a list by turns goes on: `3.whs_...`.
pub fn turn_and_id<T: Entity>(text: &str) -> Option<(i64, Id<T>)> {
    let (turn, id) = text.split_once('.')?;
    Some((turn.parse().ok()?, id.parse().ok()?))
}

/// An amount of a body, in the market's currency.
pub fn money(name: &str, amount: Money, currency: Currency) -> Result<Money, Failure> {
    if amount.currency == currency {
        return Ok(amount);
    }
    Err(Failure::invalid(format!("{name} must be in {currency}, the currency of this market"))
        .zh(format!("{name} 要用本市场的货币 {currency}。")))
}

/// A date from a query.
pub fn date(name: &str, text: &str) -> Result<kernel::Date, Failure> {
    text.parse()
        .ok()
        .filter(|day: &kernel::Date| text.len() == 10 && (1970..9999).contains(&day.year()))
        .ok_or_else(|| {
            Failure::invalid(format!(
                "{name}: \"{}\" is not a date: write one such as 2018-04-30",
                brief(text)
            ))
            .zh(format!("{name}：「{}」不是日期，请写成 2018-04-30 这样。", brief(text)))
        })
}

/// Reads an id of an address; one that is not of its kind leads nowhere.
pub fn id<T: Entity>(text: &str) -> Result<Id<T>, Failure> {
    text.parse()
        .map_err(|err: kernel::id::BadId| crate::refusal::Refusal::NotFound { why: err.to_string() }.into())
}

/// A moment of a body: RFC 3339 with a time of the day.
pub fn moment(name: &str, text: &str, market: &kernel::Market) -> Result<kernel::Moment, Failure> {
    let read = kernel::Moment::parse_as_of(text, &market.zone).ok();
    let read = read.filter(|at| text.contains('T') && *at <= kernel::Moment::MAX.plus_days(-366));
    read.ok_or_else(|| Failure::invalid(format!("{name}: write a moment such as 2026-12-05T00:00:00+08:00")))
}

/// A field that has to be said, if only as `null`: left out, it is refused by its name.
pub fn said<'de, D: serde::Deserializer<'de>, T: serde::Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    T::deserialize(from)
}

/// A part of a PUT that says its whole too: what it leaves out is refused by its name.
pub fn whole<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    use serde::de::Error as _;
    let value = <serde_json::Map<String, serde_json::Value> as serde::Deserialize>::deserialize(from)?;
    let missing = crate::problem::left_out::<T>(|field| value.contains_key(field));
    if !missing.is_empty() {
        let names = missing.join(", ");
        return Err(D::Error::custom(format!("a PUT says the whole, and this leaves out {names}")));
    }
    serde_json::from_value(serde_json::Value::Object(value)).map_err(D::Error::custom)
}
