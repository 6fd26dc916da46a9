//! The days of a market: from its first order to today, and the one that a page opens with.
//!
//! Invariants:
//! - A day that is asked for has facts, or is refused with the days that have.
//! - Nothing is judged by a moment that has not come: the end of a day that still runs is now.
//! - A market that trades opens with its last full day, whatever was sold since; one whose orders ended long ago (an
//!   imported history) with the last day on which it was alive.

use crate::problem::{Failure, brief};
use crate::site::Site;
use govern::view::Day;
use jiff::ToSpan;
use kernel::{Ask, Date, Moment};
use std::sync::Arc;

/// After so many days without an order a market is a history: its pages end where its orders end.
const QUIET_DAYS: i64 = 60;

/// The days a market has, and what was sold on each.
pub struct History {
    /// The day of the first order.
    pub first: Date,
    /// The last day that can be looked at: today, or the day of the last order of a history that ended.
    pub last: Date,
    /// The day a page opens with: yesterday, which is the last full day. In a history that ended it is the last day of
    /// which the week sold at least a tenth of the best week, because what comes after is the ragged end of an import, on
    /// which every rate is noise.
    pub shown: Date,
    /// Today, if the market trades: this day is still running.
    pub today: Option<Date>,
    /// How many shop orders were placed in all.
    pub orders: i64,
    /// From `first` to `last`.
    pub sales: Vec<Day>,
}

impl History {
    /// Whether a day is still running: its figures are of a part of it, and are compared with no full day.
    pub fn is_running(&self, day: Date) -> bool {
        self.today == Some(day)
    }

    /// The last full day up to a day.
    pub fn full(&self, day: Date) -> Date {
        if self.is_running(day) { days_away(day, -1) } else { day }
    }

    /// What was sold on a day.
    pub fn on(&self, day: Date) -> Option<Day> {
        usize::try_from(days_between(self.first, day)).ok().and_then(|i| self.sales.get(i)).copied()
    }
}

/// The day `by` days away.
pub fn days_away(day: Date, by: i64) -> Date {
    day.checked_add(by.days()).unwrap_or(day)
}

/// How many days lie from one to the other.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// The days that end with `last`.
pub fn days_to(last: Date, n: i64) -> Vec<Date> {
    (0..n).map(|i| days_away(last, i + 1 - n)).collect()
}

/// The market's history; none before its first order.
pub fn history(site: &Site, ask: &dyn Ask) -> Result<Arc<Option<History>>, Failure> {
    let today = (site.now)().date(&site.market.zone);
    site.remember(ask, format!("history {today}"), || {
        let Some(extent) = govern::view::extent(ask)? else { return Ok(None) };
        let (first, sold) = (extent.first.date(&site.market.zone), extent.last.date(&site.market.zone));
        let trades = (0..=QUIET_DAYS).contains(&days_between(sold, today));
        let last = if trades { today } else { sold };
        let sales = govern::view::sales(ask, &site.market.day_ends(first, last), None)?;
        let mut week = 0;
        let weeks: Vec<i64> = (0..sales.len())
            .map(|i| {
                week += sales[i].orders - if i >= 7 { sales[i - 7].orders } else { 0 };
                week
            })
            .collect();
        let floor = weeks.iter().max().copied().unwrap_or(0).div_euclid(10).max(1);
        let alive = weeks.iter().rposition(|w| *w >= floor).unwrap_or(sales.len().saturating_sub(1));
        let alive = days_away(first, i64::try_from(alive).unwrap_or(0));
        Ok(Some(History {
            first,
            last,
            shown: if trades { days_away(today, -1).max(first) } else { alive },
            today: trades.then_some(today),
            orders: extent.orders,
            sales,
        }))
    })
}

/// The day a page is about: what was asked for, or the day it opens with.
pub fn day_asked(history: &History, asked: Option<&str>) -> Result<Date, Failure> {
    let Some(text) = asked.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(history.shown) };
    let day: Date = text.parse().ok().filter(|_| text.len() == 10).ok_or_else(|| {
        Failure::invalid(format!("\"{}\" is not a day: write it like 2018-04-30", brief(text)))
            .zh(format!("「{}」不是日期。请写成 2018-04-30 这样。", brief(text)))
    })?;
    let (low, high) = (history.first, history.today.unwrap_or_else(|| days_away(history.last, 366)));
    if day < low || day > high {
        return Err(Failure::invalid(format!(
            "{day} is outside the facts: choose a day from {low} to {}",
            history.last
        ))
        .zh(format!("{day} 没有事实。请选 {low} 到 {} 之间的一天。", history.last)));
    }
    Ok(day)
}

/// The end of a day in the market's zone; of a day that still runs, now (to the minute, so that one answer serves all who
/// ask within it).
pub fn end_of(site: &Site, day: Date) -> Result<Moment, Failure> {
    Moment::day_end(day, &site.market.zone)
        .map(|end| end.min(this_minute(site)))
        .ok_or_else(|| Failure::invalid(format!("{day} has no end in {}", site.market.zone)))
}

/// The ends of the days from one to another, both included: that of a day that still runs is now, and none has not come.
pub fn ends_of(site: &Site, from: Date, to: Date) -> Vec<Moment> {
    let now = this_minute(site);
    let today = now.date(&site.market.zone);
    site.market.day_ends(from, to.min(today)).into_iter().map(|end| end.min(now)).collect()
}

/// When the minute that runs began.
fn this_minute(site: &Site) -> Moment {
    const MINUTE: i64 = 60_000_000;
    Moment::from_micros((site.now)().micros().div_euclid(MINUTE) * MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    fn history() -> History {
        let day = |d: &str| d.parse().unwrap();
        History {
            first: day("2018-01-01"),
            last: day("2018-03-01"),
            shown: day("2018-02-01"),
            today: None,
            orders: 1,
            sales: vec![],
        }
    }

    #[test]
    fn a_day_outside_the_facts_or_not_a_day_is_refused_with_what_to_write() {
        let history = history();
        assert_eq!(day_asked(&history, None).unwrap().to_string(), "2018-02-01");
        assert_eq!(day_asked(&history, Some(" ")).unwrap().to_string(), "2018-02-01");
        assert_eq!(day_asked(&history, Some("2018-02-28")).unwrap().to_string(), "2018-02-28");
        for bad in ["2018-02-30", "yesterday", "20180201", "2017-12-31", "2030-01-01"] {
            let failure = day_asked(&history, Some(bad)).unwrap_err();
            assert!(failure.text(Lang::Zh).contains("2018-"), "{bad}: {failure:?}");
        }
    }
}
