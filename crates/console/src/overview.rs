//! `/console`: how the market does on a day: six trends, how a metric is spread over shops, who does worst and best.

use crate::day::{OnDay, on_day};
use crate::score::ranking;
use govern::metric::{self, Grid, Kind, Metric};
use govern::{ShopName, Shops};
use kernel::fact::Spec;
use kernel::{Ask, Date, Market};
use report::data::{self, History, TREND_DAYS};
use report::overview::{empty_below, kind_name};
use serde_json::json;
use std::cmp::Ordering;
use std::sync::Arc;
use web_kit::fmt::Unit;
use web_kit::prelude::*;
use web_kit::table::{Cell, cell, lead, sheet};
use web_kit::ui::{Area, Chart, State as Mark};

/// What the page shows.
struct Overview {
    trends: Vec<data::Trend>,
    metric: &'static Metric,
    grid: Arc<Grid>,
    shops: Arc<Shops>,
    facts: Arc<Vec<(&'static Spec, i64)>>,
    scores: (Arc<web_kit::score::Day>, Arc<web_kit::score::Day>),
    version: u64,
}

const TRENDS: [&str; 4] = ["late_ship_rate", "late_delivery_rate", "cancel_rate", "rating_mean"];

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let asked = at.query.raw("metric").unwrap_or(TRENDS[0]).to_owned();
    let found = on_day(&at, move |site, ask, day| {
        let metric = metric::named(&asked)?;
        let metrics = TRENDS.iter().map(|name| metric::named(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(Overview {
            trends: data::trends(site, ask, &metrics, day)?,
            metric,
            grid: data::grid(site, ask, metric, day)?,
            shops: web_kit::view::shops::all(site, ask)?,
            facts: facts(site, ask)?,
            scores: ranking::both(site, ask, day)?,
            version: ask.version(),
        })
    });
    match found.await? {
        None => {
            // The books can be wrong before anything was sold.
            let notices =
                html! { (crate::dead_letters::notice(&at).await?) (crate::money::notice(&at).await?) };
            Ok(empty_below(&at.look, &notices))
        }
        Some(found) => show(&at, &found).await,
    }
}

/// How many facts of each kind there are.
fn facts(site: &Site, ask: &dyn Ask) -> Result<Arc<Vec<(&'static Spec, i64)>>, Failure> {
    site.remember(ask, "facts by kind", || {
        let specs = kernel::fact::all();
        data::side_by_side(&specs, |spec| {
            let rows =
                ask.rows(&format!("select count(*) from {}", spec.table()), &[]).map_err(Failure::lake)?;
            let n = rows.first().map_or(Ok(0), |row| row.int(0)).map_err(Failure::lake)?;
            Ok((*spec, n))
        })
    })
}

/// One small chart of the first section.
struct Small {
    id: &'static str,
    name: &'static str,
    href: Option<String>,
    value: String,
    unit: &'static str,
    arithmetic: String,
    mark: (Mark, String),
    spec: serde_json::Value,
    rows: Vec<[String; 4]>,
}

async fn show(at: &PageContext, on: &OnDay<Overview>) -> Result<Page, Failure> {
    let (lang, day, found) = (at.lang(), on.day, &on.found);
    let Some(history) = on.known() else {
        return Ok(empty_below(&at.look, &crate::money::notice(at).await?));
    };
    let days = data::days_to(day, TREND_DAYS);
    // Of a day that still runs a part is known: it is drawn, and compared with no full day.
    let running = history.is_running(day);
    let mut smalls = vec![sales(at, history, &days, false), sales(at, history, &days, true)];
    for (name, trend) in TRENDS.iter().zip(&found.trends) {
        if let Ok(metric) = metric::named(name) {
            smalls.push(rate(lang, metric, trend, &days, running));
        }
    }
    let week: i64 = days
        .iter()
        .rev()
        .skip(usize::from(running))
        .take(7)
        .filter_map(|d| history.on(*d))
        .map(|d| d.orders)
        .sum();
    let meta = html! {
        (on.picker(&at.look, "/console", &[("metric", &found.metric.name)]))
        span { (at.t("近 7 天 ", "")) b { (fmt::count(week)) } (at.t(" 单", " orders in the last 7 days")) }
        span { b { (fmt::count(i64::try_from(found.shops.len()).unwrap_or(0))) } (at.t(" 家店铺", " shops")) }
        @if running {
            span.s12.mut { (at.t("今天还没过完：虚线是到现在为止，不和整天比", "today is not over: dashed so far, and compared with no full day")) }
        } @else if day == history.shown && history.today.is_some() {
            span.s12.mut {
                (at.t("到昨天 24:00；", "to the end of yesterday; "))
                a href={ "/console?as_of=" (history.last) } { (at.t("看今天到现在", "today so far")) }
            }
        } @else if day == history.shown && history.shown < history.last {
            span.s12.mut {
                (at.t("之后只有零星订单，最后一单在 ", "only stragglers after it; last order on "))
                a href={ "/console?as_of=" (history.last) } { (fmt::date(lang, history.last)) }
            }
        }
    };
    let acts = html! { a.btn.pri href="/console/rehearsals" { (at.t("预演一条规则", "Rehearse a rule")) } };
    let crumb =
        html! { (at.t("全平台 / 近 12 周，截至 ", "Whole market / 12 weeks to ")) (fmt::date(lang, day)) };
    let body = html! {
        (ui::head(crumb, verdict(lang, &found.trends, running), true, meta, acts))
        (crate::dead_letters::notice(at).await?)
        (crate::money::notice(at).await?)
        (ui::question(
            at.t("市场概况", "Market trends"),
            html! {
                (at.t("细线是当天，粗线是到那天为止的 7 天。每一点只用那天结束时已知的事实。与四周前相差不到两倍标准误，就说分不出高低。",
                    "Thin: the day alone. Thick: the seven days up to it. Each point uses only what was known at the end of that day. A difference from four weeks before of less than two standard errors is called noise."))
            },
            html! {
                div.paper {
                    div.sms { @for small in &smalls { (small_multiple(lang, small)) } }
                    div.foot {
                        span { (at.t("取消常在下单几天之后，所以取消率的细线低于粗线；近几天的单还会再变。",
                            "Orders are often cancelled days after they were placed, so the thin line of the cancel rate runs below the thick one; the last days will still move.")) }
                        a href="/console/metrics" { (at.t("每个数怎么算", "How each is computed")) }
                    }
                }
            },
        ))
        (scores(lang, &at.site.market, on))
        div id="by-metric" {
            (spread(lang, on))
            (extremes(lang, on))
        }
        (ledger(at, history, found))
    };
    Ok(ui::page(&at.look, Area::Overview, at.t("总览", "Overview"), body))
}

/// What is said where four weeks ago there was nothing.
fn incomparable(lang: Lang) -> (Mark, String) {
    (Mark::None, t(lang, "没有四周前可比", "nothing to compare").to_owned())
}

/// What moved by so much in four weeks.
fn changed(lang: Lang, mark: Mark, by: &str) -> (Mark, String) {
    (mark, say!(lang, "较四周前 {by}", "4 weeks: {by}"))
}

/// Orders or GMV over the weeks: per day, and the mean of seven days.
fn sales(at: &PageContext, history: &History, days: &[Date], gmv: bool) -> Small {
    let (lang, currency) = (at.lang(), at.site.market.currency);
    let figure = |day: Date| history.on(day).map(|d| if gmv { d.gmv } else { d.orders });
    let week = |day: Date| -> Option<i64> {
        let full = !history.is_running(day);
        full.then(|| (0..7).map(|i| figure(data::days_away(day, -i))).sum())?
    };
    let unit = if gmv { currency.unit() as f64 } else { 1.0 };
    let point = |n: Option<i64>, days: f64| n.map(|n| data::rounded(n as f64 / days / unit));
    let text = |n: Option<i64>| match n {
        None => fmt::nothing(lang).to_owned(),
        Some(n) if gmv => fmt::money(lang, Money::new(n, currency)),
        Some(n) => fmt::count(n),
    };
    let rough = |n: i64| fmt::money_rough(lang, Money::new(n, currency));
    let shown = days.last().copied().unwrap_or(history.last);
    let last = history.full(shown);
    let (now, then) = (week(last), week(data::days_away(last, -28)));
    let (value, unit, sum) = match now {
        None => (fmt::nothing(lang).to_owned(), "", None),
        Some(n) if gmv => (rough(n / 7), at.t("/ 天", "a day"), Some(rough(n))),
        Some(n) => (fmt::rough(lang, n as f64 / 7.0), at.t("单 / 天", "a day"), Some(fmt::count(n))),
    };
    let mark = match (now, then) {
        (Some(now), Some(then)) if then > 0 => {
            let by = (now - then) as f64 / then as f64 * 100.0;
            let mark = match by {
                _ if by.abs() < 1.0 => Mark::None,
                _ if by > 0.0 => Mark::Kept,
                _ => Mark::Warning,
            };
            changed(lang, mark, &format!("{}%", fmt::signed(by, 1)))
        }
        _ => incomparable(lang),
    };
    let row = |day: &Date| [fmt::date(lang, *day), text(figure(*day)), text(week(*day)), String::new()];
    let (id, name, digits) = match gmv {
        true => ("t-gmv", at.t("成交额", "GMV"), 0),
        false => ("t-orders", at.t("订单", "Orders"), 1),
    };
    Small {
        id,
        name,
        href: None,
        value,
        unit,
        arithmetic: sum.map(|sum| say!(lang, "{sum} ÷ 7 天", "{sum} ÷ 7 d")).unwrap_or_default(),
        mark,
        spec: json!({
            "kind": "trend", "days": days, "zero": true, "running": history.is_running(shown),
            "thin": days.iter().map(|d| point(figure(*d), 1.0)).collect::<Vec<_>>(),
            "thick": days.iter().map(|d| point(week(*d), 7.0)).collect::<Vec<_>>(),
            "thinName": at.t("当天", "the day"), "thickName": at.t("7 日均", "7-day mean"),
            "unit": if gmv { currency.code() } else { at.t("单", "orders") }, "digits": digits,
        }),
        rows: days.iter().rev().map(row).collect(),
    }
}

/// How a metric moved in four weeks: now, then, and whether that is better. None without both; neither better nor worse
/// where the difference is less than twice its standard error, or too small to read.
fn moved(metric: &Metric, week: &[(i64, i64)]) -> Option<(f64, f64, Option<bool>)> {
    let at = |back: usize| {
        let (num, den) = week.get(week.len().checked_sub(back)?).copied()?;
        Some((metric.value(num, den)?, den as f64))
    };
    let ((now, n), (then, m)) = (at(1)?, at(29)?);
    let far = match metric.kind {
        Kind::Ratio => {
            let both = (now * n + then * m) / (n + m);
            2.0 * (both * (1.0 - both) * (1.0 / n + 1.0 / m)).max(0.0).sqrt()
        }
        // A mean tells nothing of its spread; a score of 1 to 5 has one of about 1.
        _ => 2.0 * (1.0 / n + 1.0 / m).sqrt(),
    };
    let step = if Unit::of(&metric.unit) == Unit::Percent { 0.0005 } else { 0.005 };
    let better = ((now - then).abs() >= far.max(step)).then(|| (now > then) == data::more_is_better(metric));
    Some((now, then, better))
}

/// The full days of a list that ends with the day that is shown.
fn full<T>(list: &[T], running: bool) -> &[T] {
    &list[..list.len() - usize::from(running).min(list.len())]
}

fn rate(lang: Lang, metric: &'static Metric, trend: &data::Trend, days: &[Date], running: bool) -> Small {
    let unit = Unit::of(&metric.unit);
    let plot = |list: &[(i64, i64)]| list.iter().map(|pair| data::plotted(metric, *pair)).collect::<Vec<_>>();
    let day = days.last().copied().unwrap_or_default();
    let week = full(&trend.week, running);
    let (num, den) = week.last().copied().unwrap_or_default();
    let value = metric.value(num, den);
    let mark = match moved(metric, week) {
        None => incomparable(lang),
        Some((_, _, None)) => (Mark::None, t(lang, "与四周前分不出高低", "4 weeks: within noise").to_owned()),
        Some((now, then, Some(better))) => {
            let mark = if better { Mark::Kept } else { Mark::Broken };
            changed(lang, mark, &unit.change(lang, now - then))
        }
    };
    let text = |pair| data::shown(lang, metric, pair);
    let rows = days.iter().zip(trend.day.iter().zip(trend.week.iter())).rev();
    let rows = rows.map(|(day, (one, seven))| {
        [fmt::date(lang, *day), text(*one), text(*seven), data::fraction(metric, seven.0, seven.1)]
    });
    let (word, digits) = data::unit(lang, metric);
    Small {
        id: match metric.name.as_str() {
            "late_ship_rate" => "t-late-ship",
            "late_delivery_rate" => "t-late-delivery",
            "cancel_rate" => "t-cancel",
            _ => "t-rating",
        },
        name: data::title(lang, metric),
        href: Some(format!("/console/metrics/{}?as_of={day}", metric.name)),
        value: value.map_or(fmt::nothing(lang).to_owned(), |v| unit.number(v)),
        unit: if value.is_some() { word } else { "" },
        arithmetic: data::fraction(metric, num, den),
        mark,
        spec: json!({
            "kind": "trend", "days": days, "thin": plot(&trend.day), "thick": plot(week), "running": running,
            "thinName": t(lang, "当天", "the day"), "thickName": t(lang, "7 天", "7 days"),
            "num": trend.week.iter().map(|p| data::rounded(metric.scaled(p.0))).collect::<Vec<_>>(),
            "den": trend.week.iter().map(|p| p.1).collect::<Vec<_>>(),
            "unit": word, "digits": digits,
        }),
        rows: rows.collect(),
    }
}

fn small_multiple(lang: Lang, small: &Small) -> Markup {
    let Small { id, name, href, value, unit, arithmetic, mark: (mark, word), spec, rows } = small;
    let label = say!(
        lang,
        "{name}近 12 周，现在 {value} {unit}，{word}",
        "{name} over 12 weeks, now {value} {unit}; {word}"
    );
    let table = sheet("", rows, |[day, one, seven, sum]| {
        let mut cells = vec![
            lead("nw", t(lang, "日期", "Day"), day),
            lead("r", t(lang, "当天", "Day alone"), one),
            lead("r", t(lang, "7 天", "7 days"), seven),
        ];
        cells.extend(href.as_ref().map(|_| lead("r mono nw", t(lang, "分子 ÷ 分母", "num ÷ den"), sum)));
        cells
    });
    html! {
        div.sm {
            div.smh {
                h3 { @if let Some(href) = href { a href=(href) { (name) } } @else { (name) } }
                (ui::state(*mark, word))
            }
            div.smv { b { (value) } small { (unit) } span.mono { (arithmetic) } }
            (ui::chart(lang, &Chart { id, label: &label, size: "h-112", spec: spec.clone(), table }))
        }
    }
}

/// How scores are spread, and who moved most.
fn scores(lang: Lang, market: &Market, on: &OnDay<Overview>) -> Markup {
    let (now, before) = &on.found.scores;
    let lines: Vec<&web_kit::score::Line> = now.lines.iter().collect();
    let shops = format!("/console/shops?as_of={}", on.day);
    ui::question(
        t(lang, "体验分分布", "Experience scores"),
        ranking::about_spread(lang, market, now),
        html! {
            (ranking::spread(lang, now, &lines, "score-spread", &shops))
            (ranking::movers(lang, &on.found.shops, now, before, on.day))
            p.after { a href={ (shops) "&sort=score&dir=down" } { (t(lang, "全部店铺按分排", "All shops by score")) } }
        },
    )
}

/// One sentence about the four rates: whether more of them got better or worse in four weeks, and the largest of each.
fn verdict(lang: Lang, trends: &[data::Trend], running: bool) -> Markup {
    let (mut better, mut worse) = (Vec::new(), Vec::new());
    let mut known = 0;
    for (name, trend) in TRENDS.iter().zip(trends) {
        let Ok(metric) = metric::named(name) else { continue };
        let Some((now, then, which)) = moved(metric, full(&trend.week, running)) else { continue };
        known += 1;
        let size = (now - then).abs() / then.abs().max(1e-9);
        match which {
            Some(true) => better.push((size, metric, now, then)),
            Some(false) => worse.push((size, metric, now, then)),
            None => {}
        }
    }
    let tell = |(_, metric, now, then): &(f64, &Metric, f64, f64)| {
        let (by, title) = ((now - then).abs(), data::title(lang, metric));
        let step = match Unit::of(&metric.unit) {
            Unit::Percent => format!("{}{}", fmt::decimal(by * 100.0, 2), t(lang, " 个百分点", " pp")),
            unit => fmt::decimal(by, unit.digits()),
        };
        match (lang, now > then) {
            (Lang::Zh, true) => format!("{title}高了 {step}"),
            (Lang::Zh, false) => format!("{title}低了 {step}"),
            (Lang::En, true) => format!("{} up {step}", title.to_lowercase()),
            (Lang::En, false) => format!("{} down {step}", title.to_lowercase()),
        }
    };
    let lead = match better.len().cmp(&worse.len()) {
        _ if known == 0 => t(lang, "还没有四周的事实可以比较", "Not yet four weeks of facts to compare"),
        _ if better.is_empty() && worse.is_empty() => {
            t(lang, "市场与四周前分不出高低", "The market is as it was four weeks ago")
        }
        Ordering::Greater => t(lang, "市场在变好：", "The market is getting better:"),
        Ordering::Less => t(lang, "市场在变差：", "The market is getting worse:"),
        Ordering::Equal => t(lang, "市场有好有坏：", "The market is mixed:"),
    };
    let better_first = better.len() >= worse.len();
    let [better, worse] = [better, worse].map(|list| list.into_iter().min_by(|a, b| b.0.total_cmp(&a.0)));
    let (mut told, turn) = match better_first {
        true => ([better, worse], t(lang, "坏的一处是", "but ")),
        false => ([worse, better], t(lang, "好的一处是", "though ")),
    };
    if told[0].is_none() {
        told.swap(0, 1);
    }
    // A line breaks between clauses rather than inside one.
    html! {
        // The space stands between the spans: at the end of one it would be lost.
        span { (lead) } " "
        @if let [Some(first), second] = &told {
            span { (t(lang, "四周里", "")) (tell(first)) (t(lang, "", " in four weeks")) @if second.is_some() { (t(lang, "；", ",")) } } " "
            @if let Some(second) = second { span { (turn) (tell(second)) } }
        }
    }
}

/// How the chosen metric is spread over shops: a histogram with the market as a line, and quantiles beside it.
fn spread(lang: Lang, on: &OnDay<Overview>) -> Markup {
    let Overview { metric, grid, .. } = &on.found;
    let (unit, name) = (Unit::of(&metric.unit), data::title(lang, metric));
    let mut values: Vec<f64> =
        grid.day(0).filter_map(|r| metric.value(r.num, r.den)).map(|v| v * unit.factor()).collect();
    values.sort_by(f64::total_cmp);
    let (num, den) = grid.totals().first().copied().unwrap_or_default();
    let (market, whose) = match metric.kind {
        Kind::Count => {
            let mean = (!values.is_empty()).then(|| num as f64 / values.len() as f64);
            (mean, t(lang, "店均", "mean shop"))
        }
        _ => (metric.value(num, den).map(|v| v * unit.factor()), t(lang, "全市场", "market")),
    };
    // Where most shops have none of the trouble, one tall bar would hide all others: they are said, the rest is drawn.
    let zeros = values.iter().filter(|v| **v == 0.0).count();
    let apart = metric.kind == Kind::Ratio && zeros * 2 > values.len() && zeros < values.len();
    let bins = bins(values.get(if apart { zeros } else { 0 }..).unwrap_or_default(), unit);
    let n = i64::try_from(values.len()).unwrap_or(0);
    let (digits, tail) = if unit == Unit::Percent { (1, "%") } else { (2, "") };
    let show = |v: f64| fmt::decimal(v, unit.digits().min(digits));
    let label = match market.map(show) {
        None => say!(lang, "{name}在店铺间的分布，没有数据", "{name} over shops, no data"),
        Some(m) => say!(
            lang,
            "{n} 家店铺的{name}分布，全市场 {m}{tail}",
            "{name} of {n} shops, whole market {m}{tail}"
        ),
    };
    let mark =
        market.map(|m| json!({ "at": data::rounded(m), "label": format!("{whose} {}{tail}", show(m)) }));
    let (word, digits) = data::unit(lang, metric);
    let spec = json!({ "kind": "hist", "bins": bins, "unit": word, "digits": digits, "countName": t(lang, "店铺", "shops"), "mark": mark });
    let none = apart.then(|| ("0%".to_owned(), zeros as i64));
    let ranges = bins.iter().map(|(from, to, n)| (format!("{}–{}{tail}", show(*from), show(*to)), *n));
    let table = sheet("", none.into_iter().chain(ranges), |(range, n)| {
        vec![lead("nw", name, range), lead("r", t(lang, "店铺数", "Shops"), fmt::count(n))]
    });
    let quantile = |q: f64| {
        let i = ((values.len().checked_sub(1)?) as f64 * q).round() as usize;
        values.get(i).map(|v| format!("{}{tail}", fmt::decimal(*v, unit.digits())))
    };
    let quantiles = [
        (0.1, t(lang, "最低的一成", "lowest tenth")),
        (0.25, t(lang, "四分之一处", "first quarter")),
        (0.5, t(lang, "中位店铺", "median shop")),
        (0.75, t(lang, "四分之三处", "third quarter")),
        (0.9, t(lang, "最高的一成", "highest tenth")),
    ];
    ui::question(
        t(lang, "店铺间的差距", "Spread across shops"),
        html! { (t(lang, "一柱一档，柱高是店铺数；只数近 30 天里有这项事实的店铺。", "Each bar is a range, its height the number of shops; only shops with such facts in the last 30 days.")) },
        html! {
            form.pick action="/console#by-metric" method="get" hx-get="/console" hx-select="#by-metric" hx-target="#by-metric" hx-swap="outerHTML" hx-replace-url="true" {
                input type="hidden" name="as_of" value=(on.day);
                (data::metric_choice(lang, metric))
            }
            div.paper.hs {
                div {
                    div.lead {
                        @if apart {
                            b { (fmt::count(n - zeros as i64)) (t(lang, " 家", " shops")) }
                            span.sub { (t(lang, "的", "with a ")) (name) (t(lang, "高于 0，见下图；另外 ", " above 0 are drawn; ")) b { (fmt::count(zeros as i64)) } (t(lang, " 家是 0%", " more have 0%")) }
                        } @else {
                            b { (fmt::count(n)) (t(lang, " 家", " shops")) }
                            span.sub { (t(lang, "有这项事实", "have such facts")) }
                        }
                    }
                    div.chw { (ui::chart(lang, &Chart { id: "spread-chart", label: &label, size: "h-260", spec, table })) }
                }
                div.nb {
                    (sheet("", quantiles, |(q, place)| vec![
                        lead("", t(lang, "位置", "Position"), place),
                        lead("r", name, html! { b { (quantile(q).unwrap_or(fmt::nothing(lang).to_owned())) } }),
                    ]))
                    p { (t(lang, "共 ", "")) (fmt::count(n)) (t(lang, " 家店铺；窗口 ", " shops; window ")) (metric.window_days) (t(lang, " 天，截至当日 24:00。", " days to the end of the day.")) }
                }
            }
        },
    )
}

/// At most 24 even bins on round edges; what lies beyond the 99th percentile falls into the last one.
fn bins(values: &[f64], unit: Unit) -> Vec<(f64, f64, i64)> {
    let (Some(low), Some(high)) = (values.first(), values.last()) else { return Vec::new() };
    let far = values[(values.len() - 1) * 99 / 100].max(low + 1e-9);
    let (low, high) = match unit {
        Unit::Percent => (0.0, if far > 50.0 { 100.0 } else { far }),
        Unit::Stars => (1.0, 5.0),
        _ => (0.0_f64.min(*low), if *high > 3.0 * far { far } else { *high }),
    };
    let raw = ((high - low) / 22.0).max(1e-6);
    let power = 10f64.powf(raw.log10().floor());
    let mut step =
        [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|s| s * power).find(|s| *s >= raw - 1e-12).unwrap_or(raw);
    if unit == Unit::Orders {
        step = step.max(1.0).ceil();
    }
    let n = (((high - low) / step).ceil() as usize).clamp(1, 40);
    let mut bins: Vec<_> = (0..n)
        .map(|i| (data::rounded(low + i as f64 * step), data::rounded(low + (i + 1) as f64 * step), 0))
        .collect();
    for v in values {
        let i = (((v - low) / step).floor().max(0.0) as usize).min(n - 1);
        bins[i].2 += 1;
    }
    bins
}

/// A shop with its reading.
#[derive(Clone, Copy)]
struct Placed<'a> {
    shop: &'a ShopName,
    num: i64,
    den: i64,
    value: f64,
}

fn extremes(lang: Lang, on: &OnDay<Overview>) -> Markup {
    let (found, metric, day) = (&on.found, on.found.metric, on.day);
    let (unit, up) = (Unit::of(&metric.unit), data::more_is_better(metric));
    let placed = found.grid.day(0).filter_map(|r| {
        let (shop, value) = (found.shops.get(r.shop)?, metric.value(r.num, r.den)?);
        Some(Placed { shop, num: r.num, den: r.den, value })
    });
    let mut all: Vec<Placed<'_>> = placed.collect();
    // A rate of two orders says little: of shops with the most, down to a floor that still leaves ten.
    let large = |floor: &i64| all.iter().filter(|p| p.den >= *floor).count() >= 10;
    let floor = [50, 20, 10, 5, 3].into_iter().find(large).unwrap_or(3);
    let by_harm = metric.kind == Kind::Ratio;
    // Worst first, by value; ties go to the larger shop.
    let rising = |a: &Placed<'_>, b: &Placed<'_>| {
        if up { a.value.total_cmp(&b.value) } else { b.value.total_cmp(&a.value) }
    };
    let tie = |a: &Placed<'_>, b: &Placed<'_>| b.den.cmp(&a.den).then(a.shop.no.cmp(&b.shop.no));
    let mut best: Vec<_> = all.iter().copied().filter(|p| p.den >= floor).collect();
    best.sort_by(|a, b| rising(b, a).then(tie(a, b)));
    // The same shop is not shown as worst and as best.
    best.truncate(if by_harm { 6 } else { 6.min(best.len() / 2) });
    if !by_harm {
        all.retain(|p| p.den >= floor);
    }
    all.sort_by(|a, b| {
        let order = if by_harm { b.num.cmp(&a.num).then(b.value.total_cmp(&a.value)) } else { rising(a, b) };
        order.then(tie(a, b))
    });
    let whole = found.grid.totals().first().copied().unwrap_or_default();
    let most = if by_harm { 8 } else { all.len().div_ceil(2).min(8) };
    let worst: Vec<&Placed<'_>> = all.iter().filter(|p| !by_harm || p.num > 0).take(most).collect();
    let share: i64 = worst.iter().map(|p| p.num).sum();
    let size = |p: &Placed<'_>| if by_harm { p.num as f64 } else { p.value };
    let top = worst.iter().map(|p| size(p)).fold(0.0, f64::max).max(1e-9);
    let num_name = t(lang, &metric.num_zh, &metric.num_en);
    let compared = if by_harm { num_name } else { t(lang, "对比", "Compared") };
    let cells = |p: &&Placed<'_>| -> Vec<Cell<'_>> {
        let shop = format!("/console/shops/{}", p.shop.id);
        vec![
            lead(
                "w",
                t(lang, "店铺", "Shop"),
                html! { a.nm href={ (shop) "?as_of=" (day) } { (p.shop.name) } span.ext.mono { (p.shop.external_id) } },
            ),
            cell("r", data::title(lang, metric), unit.text(lang, p.value)),
            cell(
                "",
                compared,
                html! { span.hbn { @if by_harm { (fmt::count(p.num)) } } (ui::bar(size(p) / top, if up { "data-8" } else { "broken" })) },
            ),
            cell(
                "",
                t(lang, "分子 ÷ 分母", "num ÷ den"),
                html! { a.mono.nw href={ (shop) "/metrics/" (metric.name) "?as_of=" (day) } { (data::fraction(metric, p.num, p.den)) } },
            ),
        ]
    };
    ui::question(
        t(lang, "影响最大的店和最好的店", "Worst and best shops"),
        html! {
            @if by_harm {
                (t(lang, "最差按受影响的订单数排，不按比率：大店的小问题影响的买家更多。", "Worst by orders affected, not by rate: a small problem of a large shop affects more buyers."))
            } @else {
                (t(lang, "按数值排，只看分母至少 ", "By value, of shops with a denominator of at least ")) (floor) (t(lang, " 的店铺。", "."))
            }
        },
        html! {
            div.wb {
                div.paper {
                    (sheet("cards wt", &worst, cells))
                    @if worst.is_empty() { p.pad { (t(lang, "近 30 天没有这样的事实。", "No such facts in the last 30 days.")) } }
                    div.foot {
                        @if by_harm && whole.0 > 0 {
                            span {
                                (t(lang, "这 ", "These ")) (worst.len()) (t(lang, " 家占全市场", " shops make ")) @if lang == Lang::Zh { (num_name) "的 " }
                                (fmt::decimal(share as f64 / whole.0 as f64 * 100.0, 1)) "%"
                                (t(lang, "：", " of all: ")) span.mono { (fmt::count(share)) " ÷ " (fmt::count(whole.0)) }
                            }
                        } @else { span { (t(lang, "窗口 ", "Window: ")) (metric.window_days) (t(lang, " 天", " days")) } }
                        a href={ "/console/shops?as_of=" (day) "&sort=" (metric.name) } { (t(lang, "全部店铺", "All shops")) }
                    }
                }
                div.bs {
                    h3 { (t(lang, "做得最好", "Best")) " " span.s12.mut { (t(lang, "分母至少 ", "denominator ≥ ")) (floor) } }
                    ol {
                        @for p in &best {
                            li { a href={ "/console/shops/" (p.shop.id) "?as_of=" (day) } { (p.shop.name) } b { (unit.text(lang, p.value)) } span.s12.mut.mono { (data::fraction(metric, p.num, p.den)) } }
                        }
                        @if best.is_empty() { li { span.mut { (fmt::nothing(lang)) } } }
                    }
                }
            }
        },
    )
}

/// What everything above was computed from.
fn ledger(at: &PageContext, history: &History, found: &Overview) -> Markup {
    let (lang, market) = (at.lang(), &at.site.market);
    let total: i64 = found.facts.iter().map(|(_, n)| n).sum();
    let (with, without): (Vec<_>, Vec<_>) = found.facts.iter().partition(|(_, n)| *n > 0);
    ui::question(
        at.t("数据来源", "Where the figures come from"),
        html! { (at.t("页面上每个数都从这些事实算出，任何人用同一批事实可以重算。", "Every number on this page is computed from these facts; anyone can compute it again from the same facts.")) },
        html! {
            div.paper {
                ul.inv {
                    @for (spec, n) in with {
                        li {
                            span.cl title=[(lang == Lang::En).then_some(spec.meaning.trim())] { (kind_name(lang, spec.kind)) }
                            span.ex.mono { (spec.kind) }
                            b { (fmt::count(n)) }
                        }
                    }
                }
                @if !without.is_empty() {
                    details.more {
                        summary { (at.t("还没有发生过的 ", "")) (without.len()) (at.t(" 种", " kinds that have not happened yet")) }
                        p.pad.s12.mut { @for (i, (spec, _)) in without.iter().enumerate() { @if i > 0 { (at.t("，", ", ")) } (kind_name(lang, spec.kind)) " " span.mono { (spec.kind) } } }
                    }
                }
                div.foot {
                    span { (at.t("共 ", "")) b { (fmt::count(total)) } (at.t(" 条事实，", " facts, ")) (fmt::count(history.orders)) (at.t(" 个店铺订单，", " shop orders, ")) (fmt::date(lang, history.first)) (at.t(" 至 ", " to ")) (fmt::date(lang, history.last)) }
                    span { (at.t("时区 ", "zone ")) (market.zone) " · " (market.currency) " · " (at.t("快照 ", "snapshot ")) span.mono { (format!("{:08x}", found.version)) } }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_fact_has_a_name_in_both_languages() {
        for spec in kernel::fact::all() {
            for lang in [Lang::Zh, Lang::En] {
                assert_ne!(kind_name(lang, spec.kind), spec.kind);
            }
        }
    }

    #[test]
    fn a_difference_within_noise_is_neither_better_nor_worse() {
        let metric = metric::named("cancel_rate").unwrap();
        let weeks = |then: (i64, i64), now: (i64, i64)| {
            let mut weeks = vec![then; 29];
            weeks[28] = now;
            weeks
        };
        assert_eq!(moved(metric, &weeks((0, 369), (1, 369))).unwrap().2, None);
        assert_eq!(moved(metric, &weeks((10, 1000), (60, 1000))).unwrap().2, Some(false));
        assert_eq!(moved(metric, &weeks((60, 1000), (10, 1000))).unwrap().2, Some(true));
        assert_eq!(moved(metric, &weeks((0, 0), (10, 1000))), None);
        assert_eq!(moved(metric, &[(1, 2)]), None);
    }

    #[test]
    fn every_shop_falls_into_one_bin_and_edges_are_even() {
        for (values, unit) in [
            (vec![0.0, 1.0, 2.5, 3.0, 100.0], Unit::Percent),
            (vec![1.0, 4.2, 5.0], Unit::Stars),
            (vec![1.0, 2.0, 900.0], Unit::Orders),
            (vec![7.0], Unit::Hours),
            (vec![0.0, 0.0], Unit::Percent),
        ] {
            let bins = bins(&values, unit);
            assert_eq!(bins.iter().map(|b| b.2).sum::<i64>(), values.len() as i64, "{bins:?}");
            assert!(bins.windows(2).all(|w| (w[0].1 - w[1].0).abs() < 1e-9), "{bins:?}");
        }
        assert!(bins(&[], Unit::Percent).is_empty());
    }
}
