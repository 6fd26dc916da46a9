//! What several pages ask about a market, remembered by version of the facts.

use crate::fmt::{self, Unit};
use crate::lang::{Lang, t};
use crate::problem::{Failure, brief};
use crate::site::Site;
use govern::metric::{self, Grid, Metric};
use govern::view::Day;
use kernel::{Ask, Date, Moment};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many days a trend shows: twelve weeks.
pub const TREND_DAYS: i64 = 84;

/// The days a market has, and what was sold on each.
pub struct History {
    /// The day of the first order.
    pub first: Date,
    /// The day of the last order.
    pub last: Date,
    /// The day a page opens with: the last one of which the week sold at least a tenth of the best week, because what
    /// comes after is the ragged end of an import, on which every rate is noise.
    pub shown: Date,
    /// How many shop orders were placed in all.
    pub orders: i64,
    /// From `first` to `last`.
    pub sales: Vec<Day>,
}

impl History {
    /// What was sold on a day.
    pub fn on(&self, day: Date) -> Option<Day> {
        usize::try_from(days_between(self.first, day)).ok().and_then(|i| self.sales.get(i)).copied()
    }
}

/// The day `by` days away.
pub fn days_away(day: Date, by: i64) -> Date {
    day.checked_add(jiff::Span::new().days(by)).unwrap_or(day)
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
    site.remember(ask, "history", || {
        let Some(extent) = govern::view::extent(ask)? else { return Ok(None) };
        let (first, last) = (extent.first.date(&site.market.zone), extent.last.date(&site.market.zone));
        let sales = govern::view::sales(ask, &site.market.day_ends(first, last), None)?;
        let mut week = 0;
        let weeks: Vec<i64> = (0..sales.len())
            .map(|i| {
                week += sales[i].orders - if i >= 7 { sales[i - 7].orders } else { 0 };
                week
            })
            .collect();
        let floor = weeks.iter().max().copied().unwrap_or(0).div_euclid(10).max(1);
        let shown = weeks.iter().rposition(|w| *w >= floor).unwrap_or(sales.len().saturating_sub(1));
        Ok(Some(History {
            first,
            last,
            shown: days_away(first, i64::try_from(shown).unwrap_or(0)),
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
    let (low, high) = (history.first, days_away(history.last, 366));
    if day < low || day > high {
        return Err(Failure::invalid(format!(
            "{day} is outside the facts: choose a day from {low} to {}",
            history.last
        ))
        .zh(format!("{day} 没有事实。请选 {low} 到 {} 之间的一天。", history.last)));
    }
    Ok(day)
}

/// The end of a day in the market's zone.
pub fn end_of(site: &Site, day: Date) -> Result<Moment, Failure> {
    Moment::day_end(day, &site.market.zone)
        .ok_or_else(|| Failure::invalid(format!("{day} has no end in {}", site.market.zone)))
}

/// One metric of every shop at the end of a day.
pub fn grid(site: &Site, ask: &dyn Ask, metric: &Metric, day: Date) -> Result<Arc<Grid>, Failure> {
    site.remember(ask, format!("grid {} {day}", metric.name), || {
        Ok(metric::series(ask, metric, &[end_of(site, day)?], None)?)
    })
}

/// The metrics that every market has facts for, imports included: those that lists and the overview show.
pub fn main() -> &'static [Metric] {
    let all = metric::catalogue();
    &all[..all.len().min(7)]
}

/// Each of the [`main`] metrics of every shop at the end of a day.
pub fn grids(site: &Site, ask: &dyn Ask, day: Date) -> Result<Vec<Arc<Grid>>, Failure> {
    side_by_side(main(), |metric| grid(site, ask, metric, day))
}

/// What a metric is about: the groups of the catalogue, in order.
pub const GROUPS: [(&str, &str); 8] = [
    ("交易", "Trade"),
    ("商品", "Product"),
    ("物流", "Logistics"),
    ("服务", "Service"),
    ("客户之声", "Voice of the customer"),
    ("行为", "Conduct"),
    ("成长与加分", "Growth and bonuses"),
    ("其他", "Others"),
];

/// The group of a metric.
pub fn group(metric: &Metric) -> usize {
    match metric.name.as_str() {
        "orders_paid" | "cancel_rate" | "valid_orders" => 0,
        "rating_mean" | "negative_review_rate" | "product_rating" | "quality_return_rate" => 1,
        "late_ship_rate"
        | "late_delivery_rate"
        | "mean_pickup_hours"
        | "pickup_hours"
        | "lane_on_time_rate"
        | "damage_return_rate"
        | "logistics_return_rate" => 2,
        "aftersale_review_hours"
        | "im_response_seconds"
        | "im_dissatisfaction_rate"
        | "platform_help_rate" => 3,
        "nps"
        | "nps_promoter_rate"
        | "nps_detractor_rate"
        | "complaint_rate"
        | "complaints_per_million"
        | "contacts_per_order"
        | "platform_incidence_rate" => 4,
        name if name.starts_with("deduct_") || name.starts_with("fault_") => 5,
        "listings_on_sale"
        | "growth_late_pickups"
        | "next_day_share"
        | "insurance_small_on"
        | "insurance_bulky_on"
        | "insured_small_orders"
        | "insured_bulky_orders"
        | "installation_share"
        | "remote_orders" => 6,
        _ => 7,
    }
}

/// The metrics of each group that has any.
pub fn groups() -> Vec<(usize, Vec<&'static Metric>)> {
    (0..GROUPS.len())
        .map(|g| (g, metric::catalogue().iter().filter(|m| group(m) == g).collect::<Vec<_>>()))
        .filter(|(_, metrics)| !metrics.is_empty())
        .collect()
}

/// A choice among all metrics, by group; it takes effect at once, and without scripts by its button.
pub fn metric_choice(lang: Lang, chosen: &Metric) -> maud::Markup {
    maud::html! {
        label.choice {
            span.vh { (t(lang, "看哪个指标", "Which metric")) }
            select name="metric" data-go="" {
                @for (g, metrics) in groups() {
                    optgroup label=(t(lang, GROUPS[g].0, GROUPS[g].1)) {
                        @for m in metrics { option value=(m.name) selected[m.name == chosen.name] { (title(lang, m)) } }
                    }
                }
            }
        }
        noscript { button.btn { (t(lang, "看", "Show")) } }
    }
}

/// A metric of the whole market over time, in a window.
pub fn totals(
    site: &Site,
    ask: &dyn Ask,
    metric: &Metric,
    window_days: i64,
    last: Date,
    days: i64,
) -> Result<Arc<Vec<(i64, i64)>>, Failure> {
    site.remember(ask, format!("totals {} {window_days} {last} {days}", metric.name), || {
        let first = days_away(last, 1 - days);
        let windowed = Metric { window_days, ..metric.clone() };
        Ok(metric::total(ask, &windowed, &site.market.day_ends(first, last))?)
    })
}

/// A metric of the market for a trend: of each day alone, and of the seven days up to it, as known at that day's end.
pub struct Trend {
    /// What counted on each day: numerator and denominator.
    pub day: Arc<Vec<(i64, i64)>>,
    /// What counted in the week up to each day: numerator and denominator.
    pub week: Arc<Vec<(i64, i64)>>,
}

/// The trends of several metrics up to a day.
pub fn trends(site: &Site, ask: &dyn Ask, metrics: &[&Metric], last: Date) -> Result<Vec<Trend>, Failure> {
    let asked: Vec<(&Metric, i64)> = metrics.iter().flat_map(|m| [(*m, 1), (*m, 7)]).collect();
    let answers =
        side_by_side(&asked, |(metric, window)| totals(site, ask, metric, *window, last, TREND_DAYS))?;
    Ok(answers
        .chunks_exact(2)
        .map(|pair| Trend { day: Arc::clone(&pair[0]), week: Arc::clone(&pair[1]) })
        .collect())
}

/// Asks several questions at once, on a few threads; the answers keep their order.
pub fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    f: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let Some((i, item)) = {
            let i = next.fetch_add(1, Ordering::Relaxed);
            items.get(i).map(|x| (i, x))
        } {
            done.push((i, f(item)));
        }
        done
    };
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get()).min(items.len()).min(4);
    let mut answers = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        let mut answers = worker();
        for other in others {
            match other.join() {
                Ok(more) => answers.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        answers
    });
    answers.sort_by_key(|(i, _)| *i);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// Whether more of this is better, as its definition says.
pub fn more_is_better(metric: &Metric) -> bool {
    metric.better_more
}

/// A metric's title.
pub fn title(lang: Lang, metric: &Metric) -> &str {
    t(lang, &metric.zh, &metric.en)
}

/// A numerator as it is shown: whole, or with one decimal where it is measured.
pub fn numerator(metric: &Metric, num: i64) -> String {
    if metric.scale == 1 { fmt::count(num) } else { fmt::decimal(metric.scaled(num), 1) }
}

/// `5,642 ÷ 306,630`; a count has no denominator of its own.
pub fn fraction(metric: &Metric, num: i64, den: i64) -> String {
    match metric.kind {
        metric::Kind::Count => fmt::count(num),
        _ => format!("{} ÷ {}", numerator(metric, num), fmt::count(den)),
    }
}

/// A value for a chart: in the unit shown, with no more digits than help.
pub fn plotted(metric: &Metric, (num, den): (i64, i64)) -> Option<f64> {
    metric.value(num, den).map(|v| rounded(v * Unit::of(&metric.unit).factor()))
}

/// Four decimals are more than a screen can show.
pub fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// What a chart says of its unit and digits.
pub fn unit(lang: Lang, metric: &Metric) -> (&'static str, usize) {
    let unit = Unit::of(&metric.unit);
    (unit.as_str(lang), unit.digits())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> History {
        let day = |d: &str| d.parse().unwrap();
        History {
            first: day("2018-01-01"),
            last: day("2018-03-01"),
            shown: day("2018-02-01"),
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

    #[test]
    fn questions_asked_side_by_side_keep_their_order() {
        let items: Vec<i64> = (0..50).collect();
        assert_eq!(
            side_by_side(&items, |i| Ok(i * 2)).unwrap(),
            items.iter().map(|i| i * 2).collect::<Vec<_>>()
        );
        assert!(
            side_by_side(&items, |i| if *i == 7 { Err(Failure::invalid("seven")) } else { Ok(()) }).is_err()
        );
        assert_eq!(side_by_side(&[0i64; 0], |i| Ok(*i)).unwrap(), [0i64; 0]);
    }
}
