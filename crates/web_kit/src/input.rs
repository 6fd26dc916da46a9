//! What addresses and bodies are read into: ids, dates, pages of a list.

use crate::problem::Failure;
use serde::Serialize;

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

/// A date from a query.
pub fn date(name: &str, text: &str) -> Result<kernel::Date, Failure> {
    text.parse()
        .ok()
        .filter(|day: &kernel::Date| text.len() == 10 && (1970..9999).contains(&day.year()))
        .ok_or_else(|| {
            Failure::invalid(format!(
                "{name}: \"{}\" is not a date: write one such as 2018-04-30",
                crate::problem::brief(text)
            ))
            .zh(format!("{name}：「{}」不是日期，请写成 2018-04-30 这样。", crate::problem::brief(text)))
        })
}

/// Reads an id of an address; one that is not of its kind leads nowhere.
pub fn id<T: kernel::Entity>(text: &str) -> Result<kernel::Id<T>, Failure> {
    text.parse()
        .map_err(|err: kernel::id::BadId| crate::refusal::Refusal::NotFound { why: err.to_string() }.into())
}

/// A moment of a body: RFC 3339 with a time of the day.
pub fn moment(name: &str, text: &str, market: &kernel::Market) -> Result<kernel::Moment, Failure> {
    let read = kernel::Moment::parse_as_of(text, &market.zone).ok();
    let read = read.filter(|at| text.contains('T') && *at <= kernel::Moment::MAX.plus_days(-366));
    read.ok_or_else(|| Failure::invalid(format!("{name}: write a moment such as 2026-12-05T00:00:00+08:00")))
}
