//! What several pages ask about a market, remembered by version of the facts.

pub use web_kit::history::{History, day_asked, days_away, days_between, days_to, end_of, ends_of, history};

use govern::metric::{self, Grid, Metric};
use kernel::{Ask, Date};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::problem::Failure;
use web_kit::site::Site;

/// How many days a trend shows: twelve weeks.
pub const TREND_DAYS: i64 = 84;

/// One metric of every shop at the end of a day.
pub fn grid(site: &Site, ask: &dyn Ask, metric: &Metric, day: Date) -> Result<Arc<Grid>, Failure> {
    let end = end_of(site, day)?;
    site.remember(ask, format!("grid {} {}", metric.name, end.micros()), || {
        Ok(metric::series(ask, metric, &[end], None)?)
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
    let end = end_of(site, last)?.micros();
    site.remember(ask, format!("totals {} {window_days} {end} {days}", metric.name), || {
        let first = days_away(last, 1 - days);
        let windowed = Metric { window_days, ..metric.clone() };
        Ok(metric::total(ask, &windowed, &ends_of(site, first, last))?)
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

/// Asks two questions at once.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
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

/// What a reading comes to; nothing without a fact.
pub fn value(metric: &Metric, (num, den): (i64, i64)) -> Option<f64> {
    if (num, den) == (0, 0) { None } else { metric.value(num, den) }
}

/// What a reading comes to, as it is shown.
pub fn shown(lang: Lang, metric: &Metric, reading: (i64, i64)) -> String {
    let text = |value| Unit::of(&metric.unit).text(lang, value);
    value(metric, reading).map_or(fmt::nothing(lang).to_owned(), text)
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
