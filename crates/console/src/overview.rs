//! `/`: how the market does on a day: six trends, how a metric is spread over shops, who does worst and best.

use crate::score::ranking;
use axum::extract::State;
use govern::metric::{self, Grid, Kind, Metric};
use govern::{ShopName, Shops};
use kernel::{Ask, Date, Money};
use maud::{Markup, html};
use report::data::{self, History, TREND_DAYS};
use report::overview::{day_picker, empty, kind_name};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Chart, RenderContext, State as Mark};

/// What may be asked of the overview.
#[derive(Debug, Default, Deserialize)]
pub struct Params {
    as_of: Option<String>,
    metric: Option<String>,
}

/// What the page shows.
struct Overview {
    history: Arc<Option<History>>,
    day: Date,
    trends: Vec<data::Trend>,
    metric: &'static Metric,
    grid: Arc<Grid>,
    shops: Arc<Shops>,
    facts: Arc<Vec<(&'static kernel::fact::Spec, i64)>>,
    scores: (Arc<web_kit::score::Day>, Arc<web_kit::score::Day>),
    version: u64,
}

const TRENDS: [&str; 4] = ["late_ship_rate", "late_delivery_rate", "cancel_rate", "rating_mean"];

pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Query(asked): Query<Params>,
) -> Result<ui::Page, Failure> {
    let found = site.ask(move |site, ask| load(site, ask, &asked)).await?;
    Ok(match &found {
        None => empty(&look),
        Some(found) => show(&site, &look, found, &crate::dead_letters::notice(&site, &look, &who).await?),
    })
}

fn load(site: &Site, ask: &dyn Ask, asked: &Params) -> Result<Option<Overview>, Failure> {
    let history = data::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(None) };
    let day = data::day_asked(known, asked.as_of.as_deref())?;
    let metric = metric::named(asked.metric.as_deref().unwrap_or(TRENDS[0]))?;
    let metrics = TRENDS.iter().map(|name| metric::named(name)).collect::<Result<Vec<_>, _>>()?;
    let trends = data::trends(site, ask, &metrics, day)?;
    let grid = data::grid(site, ask, metric, day)?;
    let shops = web_kit::view::shops::all(site, ask)?;
    let facts = facts(site, ask)?;
    let scores = ranking::both(site, ask, day)?;
    Ok(Some(Overview { history, day, trends, metric, grid, shops, facts, scores, version: ask.version() }))
}

/// How many facts of each kind there are.
fn facts(site: &Site, ask: &dyn Ask) -> Result<Arc<Vec<(&'static kernel::fact::Spec, i64)>>, Failure> {
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
    name: String,
    href: Option<String>,
    value: String,
    unit: String,
    arithmetic: String,
    mark: (Mark, String),
    spec: serde_json::Value,
    rows: Vec<[String; 4]>,
}

fn show(site: &Site, look: &RenderContext, found: &Overview, above: &Markup) -> ui::Page {
    let lang = look.lang;
    let Some(history) = found.history.as_ref() else { return empty(look) };
    let days = data::days_to(found.day, TREND_DAYS);
    let mut smalls = vec![sales(site, lang, history, &days, false), sales(site, lang, history, &days, true)];
    for (name, trend) in TRENDS.iter().zip(&found.trends) {
        if let Ok(metric) = metric::named(name) {
            smalls.push(rate(lang, metric, trend, &days, found.day));
        }
    }
    let verdict = verdict(lang, &found.trends);
    let week: i64 = days.iter().rev().take(7).filter_map(|d| history.on(*d)).map(|d| d.orders).sum();
    let meta = html! {
        (day_picker(look, "/console", history, found.day, &[("metric", &found.metric.name)]))
        span { (t(lang, "近 7 天 ", "")) b { (fmt::count(week)) } (t(lang, " 单", " orders in the last 7 days")) }
        span { b { (fmt::count(i64::try_from(found.shops.len()).unwrap_or(0))) } (t(lang, " 家店铺", " shops")) }
        @if found.day == history.shown && history.shown < history.last {
            span.s12.mut {
                (t(lang, "之后只有零星订单，最后一单在 ", "only stragglers after it; last order on "))
                a href={ "/console?as_of=" (history.last) } { (fmt::date(lang, history.last)) }
            }
        }
    };
    let acts =
        html! { a.btn.pri href="/console/rehearsals" { (t(lang, "预演一条规则", "Rehearse a rule")) } };
    let crumb = html! { (t(lang, "全平台 / 近 12 周，截至 ", "Whole market / 12 weeks to ")) (fmt::date(lang, found.day)) };
    let body = html! {
        (ui::head(crumb, verdict, true, meta, acts))
        (above)
        (ui::question(
            t(lang, "市场好不好？", "How is the market?"),
            html! {
                (t(lang, "细线是当天，粗线是到那天为止的 7 天。每一点只用那天结束时已知的事实。与四周前相差不到两倍标准误，就说分不出高低。",
                    "Thin: the day alone. Thick: the seven days up to it. Each point uses only what was known at the end of that day. A difference from four weeks before of less than two standard errors is called noise."))
            },
            html! {
                div.paper {
                    div.sms { @for small in &smalls { (small_multiple(lang, small)) } }
                    div.foot {
                        span { (t(lang, "取消常在下单几天之后，所以取消率的细线低于粗线；近几天的单还会再变。",
                            "Orders are often cancelled days after they were placed, so the thin line of the cancel rate runs below the thick one; the last days will still move.")) }
                        a href="/console/metrics" { (t(lang, "每个数怎么算", "How each is computed")) }
                    }
                }
            },
        ))
        (scores(lang, found))
        div id="by-metric" {
            (spread(look, found))
            (extremes(look, found))
        }
        (ledger(site, lang, history, found))
    };
    ui::page(look, Area::Overview, t(lang, "总览", "Overview"), body)
}

/// Orders or GMV over the weeks: per day, and the mean of seven days.
fn sales(site: &Site, lang: Lang, history: &History, days: &[Date], gmv: bool) -> Small {
    let unit_of = site.market.currency.unit() as f64;
    let figure = |day: Date| history.on(day).map(|d| if gmv { d.gmv } else { d.orders });
    let week = |day: Date| -> Option<i64> { (0..7).map(|i| figure(data::days_away(day, -i))).sum() };
    let shown = |n: f64| data::rounded(if gmv { n / unit_of } else { n });
    let thin: Vec<_> = days.iter().map(|d| figure(*d).map(|n| shown(n as f64))).collect();
    let thick: Vec<_> = days.iter().map(|d| week(*d).map(|n| shown(n as f64 / 7.0))).collect();
    let last = days.last().copied().unwrap_or(history.last);
    let (now, then) = (week(last), week(data::days_away(last, -28)));
    let name = if gmv { t(lang, "成交额", "GMV") } else { t(lang, "订单", "Orders") };
    let text = |n: Option<i64>| match n {
        None => fmt::nothing(lang).to_owned(),
        Some(n) if gmv => fmt::money(lang, Money::new(n, site.market.currency)),
        Some(n) => fmt::count(n),
    };
    let value = match now {
        None => fmt::nothing(lang).to_owned(),
        Some(n) if gmv => fmt::money_rough(lang, Money::new(n / 7, site.market.currency)),
        Some(n) => fmt::rough(lang, n as f64 / 7.0),
    };
    let mark = match (now, then) {
        (Some(now), Some(then)) if then > 0 => {
            let by = (now - then) as f64 / then as f64 * 100.0;
            let word = format!("{}{}%", t(lang, "较四周前 ", "4 weeks: "), fmt::signed(by, 1));
            (
                if by.abs() < 1.0 {
                    Mark::None
                } else if by > 0.0 {
                    Mark::Kept
                } else {
                    Mark::Warning
                },
                word,
            )
        }
        _ => (Mark::None, t(lang, "没有四周前可比", "nothing to compare").to_owned()),
    };
    let rows = days
        .iter()
        .rev()
        .map(|d| [fmt::date(lang, *d), text(figure(*d)), text(week(*d)), String::new()])
        .collect();
    Small {
        id: if gmv { "t-gmv" } else { "t-orders" },
        name: name.to_owned(),
        href: None,
        value,
        unit: match (now, gmv) {
            (None, _) => String::new(),
            (_, true) => t(lang, "/ 天", "a day").to_owned(),
            (_, false) => t(lang, "单 / 天", "a day").to_owned(),
        },
        arithmetic: match now {
            Some(n) if gmv => format!(
                "{} ÷ {}",
                fmt::money_rough(lang, Money::new(n, site.market.currency)),
                t(lang, "7 天", "7 d")
            ),
            Some(n) => format!("{} ÷ {}", fmt::count(n), t(lang, "7 天", "7 d")),
            None => String::new(),
        },
        mark,
        spec: json!({
            "kind": "trend", "days": days, "thin": thin, "thick": thick, "zero": true,
            "thinName": t(lang, "当天", "the day"), "thickName": t(lang, "7 日均", "7-day mean"),
            "unit": if gmv { site.market.currency.code().to_owned() } else { t(lang, "单", "orders").to_owned() },
            "digits": if gmv { 0 } else { 1 },
        }),
        rows,
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

fn rate(lang: Lang, metric: &Metric, trend: &data::Trend, days: &[Date], day: Date) -> Small {
    let unit = Unit::of(&metric.unit);
    let plot = |list: &[(i64, i64)]| list.iter().map(|pair| data::plotted(metric, *pair)).collect::<Vec<_>>();
    let (num, den) = trend.week.last().copied().unwrap_or_default();
    let value = metric.value(num, den);
    let mark = match moved(metric, &trend.week) {
        None => (Mark::None, t(lang, "没有四周前可比", "nothing to compare").to_owned()),
        Some((_, _, None)) => (Mark::None, t(lang, "与四周前分不出高低", "4 weeks: within noise").to_owned()),
        Some((now, then, Some(better))) => (
            if better { Mark::Kept } else { Mark::Broken },
            format!("{}{}", t(lang, "较四周前 ", "4 weeks: "), unit.change(lang, now - then)),
        ),
    };
    let text = |(num, den): (i64, i64)| {
        metric.value(num, den).map_or(fmt::nothing(lang).to_owned(), |v| unit.text(lang, v))
    };
    let rows = days
        .iter()
        .zip(trend.day.iter().zip(trend.week.iter()))
        .rev()
        .map(|(d, (one, seven))| {
            [fmt::date(lang, *d), text(*one), text(*seven), data::fraction(metric, seven.0, seven.1)]
        })
        .collect();
    let (word, digits) = data::unit(lang, metric);
    Small {
        id: match metric.name.as_str() {
            "late_ship_rate" => "t-late-ship",
            "late_delivery_rate" => "t-late-delivery",
            "cancel_rate" => "t-cancel",
            _ => "t-rating",
        },
        name: data::title(lang, metric).to_owned(),
        href: Some(format!("/console/metrics/{}?as_of={day}", metric.name)),
        value: value.map_or(fmt::nothing(lang).to_owned(), |v| unit.number(v)),
        unit: if value.is_some() { word.to_owned() } else { String::new() },
        arithmetic: data::fraction(metric, num, den),
        mark,
        spec: json!({
            "kind": "trend", "days": days, "thin": plot(&trend.day), "thick": plot(&trend.week),
            "thinName": t(lang, "当天", "the day"), "thickName": t(lang, "7 天", "7 days"),
            "num": trend.week.iter().map(|p| data::rounded(metric.scaled(p.0))).collect::<Vec<_>>(),
            "den": trend.week.iter().map(|p| p.1).collect::<Vec<_>>(),
            "unit": word, "digits": digits,
        }),
        rows,
    }
}

fn small_multiple(lang: Lang, small: &Small) -> Markup {
    let label = match lang {
        Lang::Zh => format!("{}近 12 周，现在 {} {}，{}", small.name, small.value, small.unit, small.mark.1),
        Lang::En => {
            format!("{} over 12 weeks, now {} {}; {}", small.name, small.value, small.unit, small.mark.1)
        }
    };
    let table = html! {
        table {
            thead { tr {
                th scope="col" { (t(lang, "日期", "Day")) }
                th.r scope="col" { (t(lang, "当天", "Day alone")) }
                th.r scope="col" { (t(lang, "7 天", "7 days")) }
                @if small.href.is_some() { th.r scope="col" { (t(lang, "分子 ÷ 分母", "num ÷ den")) } }
            } }
            tbody { @for [day, one, seven, sum] in &small.rows {
                tr { td.nw { (day) } td.r { (one) } td.r { (seven) } @if small.href.is_some() { td.r.mono.nw { (sum) } } }
            } }
        }
    };
    html! {
        div.sm {
            div.smh {
                h3 { @if let Some(href) = &small.href { a href=(href) { (small.name) } } @else { (small.name) } }
                (ui::state(small.mark.0, &small.mark.1))
            }
            div.smv { b { (small.value) } small { (small.unit) } span.mono { (small.arithmetic) } }
            (ui::chart(lang, &Chart { id: small.id, label: &label, size: "h-112", spec: small.spec.clone(), table }))
        }
    }
}

/// How scores are spread, and who moved most.
fn scores(lang: Lang, found: &Overview) -> Markup {
    let (now, before) = &found.scores;
    let lines: Vec<&web_kit::score::Line> = now.lines.iter().collect();
    html! {
        (ui::question(
            t(lang, "店铺的分怎么样？", "How do shops score?"),
            html! {
                (t(lang, "一柱 2.5 分，柱高是店铺数。评分卡 ", "Each bar is 2.5 points, its height the number of shops. Scorecard "))
                a href={ "/console/scorecards/" (now.card.name()) } { (now.card.name()) }
                (t(lang, "，截至 ", ", as of ")) (fmt::date(lang, found.day)) (t(lang, " 24:00。", ", end of day."))
            },
            html! {
                (ranking::spread(lang, now, &lines, "score-spread", &format!("/console/shops?as_of={}", found.day)))
                (ranking::movers(lang, &found.shops, now, before, found.day))
                p.after { a href={ "/console/shops?as_of=" (found.day) "&sort=score&dir=down" } { (t(lang, "全部店铺按分排", "All shops by score")) } }
            },
        ))
    }
}

/// One sentence about the four rates: whether more of them got better or worse in four weeks, and the largest of each.
fn verdict(lang: Lang, trends: &[data::Trend]) -> Markup {
    let (mut better, mut worse) = (Vec::new(), Vec::new());
    let mut known = 0;
    for (name, trend) in TRENDS.iter().zip(trends) {
        let Ok(metric) = metric::named(name) else { continue };
        let Some((now, then, which)) = moved(metric, &trend.week) else { continue };
        known += 1;
        let size = (now - then).abs() / then.abs().max(1e-9);
        match which {
            Some(true) => better.push((size, metric, now, then)),
            Some(false) => worse.push((size, metric, now, then)),
            None => {}
        }
    }
    for list in [&mut better, &mut worse] {
        list.sort_by(|a, b| b.0.total_cmp(&a.0));
    }
    let tell = |(_, metric, now, then): &(f64, &Metric, f64, f64)| {
        let unit = Unit::of(&metric.unit);
        let step = match unit {
            Unit::Percent => {
                format!("{}{}", fmt::decimal((now - then).abs() * 100.0, 2), t(lang, " 个百分点", " pp"))
            }
            _ => fmt::decimal((now - then).abs(), unit.digits()),
        };
        let title = data::title(lang, metric);
        match (lang, now > then) {
            (Lang::Zh, true) => format!("{title}高了 {step}"),
            (Lang::Zh, false) => format!("{title}低了 {step}"),
            (Lang::En, true) => format!("{} up {step}", title.to_lowercase()),
            (Lang::En, false) => format!("{} down {step}", title.to_lowercase()),
        }
    };
    let (better_first, lead) = match (known, better.len().cmp(&worse.len())) {
        (0, _) => (true, t(lang, "还没有四周的事实可以比较", "Not yet four weeks of facts to compare")),
        _ if better.is_empty() && worse.is_empty() => {
            (true, t(lang, "市场与四周前分不出高低", "The market is as it was four weeks ago"))
        }
        (_, std::cmp::Ordering::Greater) => (true, t(lang, "市场在变好：", "The market is getting better: ")),
        (_, std::cmp::Ordering::Less) => (false, t(lang, "市场在变差：", "The market is getting worse: ")),
        (_, std::cmp::Ordering::Equal) => (true, t(lang, "市场有好有坏：", "The market is mixed: ")),
    };
    let (first, second) =
        if better_first { (better.first(), worse.first()) } else { (worse.first(), better.first()) };
    let (first, second) = if first.is_none() { (second, None) } else { (first, second) };
    let turn =
        if better_first { t(lang, "坏的一处是", "but ") } else { t(lang, "好的一处是", "though ") };
    // A line breaks between clauses rather than inside one.
    html! {
        // The space stands between the spans: at the end of one it would be lost.
        span { (lead.trim_end()) } " "
        @if let Some(first) = first {
            span { (t(lang, "四周里", "")) (tell(first)) (t(lang, "", " in four weeks")) @if second.is_some() { (t(lang, "；", ",")) } } " "
        }
        @if let Some(second) = second { span { (turn) (tell(second)) } }
    }
}

/// How the chosen metric is spread over shops: a histogram with the market as a line, and quantiles beside it.
fn spread(look: &RenderContext, found: &Overview) -> Markup {
    let lang = look.lang;
    let metric = found.metric;
    let unit = Unit::of(&metric.unit);
    let name = data::title(lang, metric);
    let mut values: Vec<f64> =
        found.grid.day(0).filter_map(|r| metric.value(r.num, r.den)).map(|v| v * unit.factor()).collect();
    values.sort_by(f64::total_cmp);
    let (num, den) = found.grid.totals().first().copied().unwrap_or_default();
    let market = match metric.kind {
        Kind::Count => (!values.is_empty()).then(|| num as f64 / values.len() as f64),
        _ => metric.value(num, den).map(|v| v * unit.factor()),
    };
    // Where most shops have none of the trouble, one tall bar would hide all others: they are said, the rest is drawn.
    let zeros = values.iter().filter(|v| **v == 0.0).count();
    let apart = metric.kind == Kind::Ratio && zeros * 2 > values.len() && zeros < values.len();
    let bins = bins(&values[if apart { zeros } else { 0 }..], unit);
    let n = i64::try_from(values.len()).unwrap_or(0);
    let show = |v: f64| fmt::decimal(v, unit.digits().min(if unit == Unit::Percent { 1 } else { 2 }));
    let tail = if unit == Unit::Percent { "%" } else { "" };
    let label = match (market, lang) {
        (None, Lang::Zh) => format!("{name}在店铺间的分布，没有数据"),
        (None, Lang::En) => format!("{name} over shops, no data"),
        (Some(m), Lang::Zh) => format!("{n} 家店铺的{name}分布，全市场 {}{tail}", show(m)),
        (Some(m), Lang::En) => format!("{name} of {n} shops, whole market {}{tail}", show(m)),
    };
    let mark = market.map(|m| {
        let word = if metric.kind == Kind::Count {
            t(lang, "店均", "mean shop")
        } else {
            t(lang, "全市场", "market")
        };
        json!({ "at": data::rounded(m), "label": format!("{word} {}{tail}", show(m)) })
    });
    let (word, digits) = data::unit(lang, metric);
    let spec = json!({ "kind": "hist", "bins": bins, "unit": word, "digits": digits, "countName": t(lang, "店铺", "shops"), "mark": mark });
    let table = html! {
        table {
            thead { tr { th scope="col" { (name) } th.r scope="col" { (t(lang, "店铺数", "Shops")) } } }
            tbody { @if apart { tr { td.nw { "0%" } td.r { (fmt::count(zeros as i64)) } } } @for (from, to, n) in &bins { tr { td.nw { (show(*from)) "–" (show(*to)) (tail) } td.r { (fmt::count(*n)) } } } }
        }
    };
    let quantile = |q: f64| -> Option<f64> {
        let i = ((values.len().checked_sub(1)?) as f64 * q).round() as usize;
        values.get(i).copied()
    };
    html! {
            (ui::question(
                t(lang, "店铺之间差多少？", "How far apart are shops?"),
                html! { (t(lang, "一柱一档，柱高是店铺数；只数近 30 天里有这项事实的店铺。", "Each bar is a range, its height the number of shops; only shops with such facts in the last 30 days.")) },
                html! {
                    form.pick action="/console#by-metric" method="get" hx-get="/console" hx-select="#by-metric" hx-target="#by-metric" hx-swap="outerHTML" hx-replace-url="true" {
                        input type="hidden" name="as_of" value=(found.day);
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
                            table {
                                thead { tr { th scope="col" { (t(lang, "位置", "Position")) } th.r scope="col" { (name) } } }
                                tbody {
                                    @for (q, zh, en) in [(0.1, "最低的一成", "lowest tenth"), (0.25, "四分之一处", "first quarter"), (0.5, "中位店铺", "median shop"), (0.75, "四分之三处", "third quarter"), (0.9, "最高的一成", "highest tenth")] {
                                        tr {
                                            td { (t(lang, zh, en)) }
                                            td.r { b { (quantile(q).map_or(fmt::nothing(lang).to_owned(), |v| format!("{}{tail}", fmt::decimal(v, unit.digits())))) } }
                                        }
                                    }
                                }
                            }
                            p { (t(lang, "共 ", "")) (fmt::count(n)) (t(lang, " 家店铺；窗口 ", " shops; window ")) (metric.window_days) (t(lang, " 天，截至当日 24:00。", " days to the end of the day.")) }
                        }
                    }
                },
            ))
    }
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
struct Placed<'a> {
    shop: &'a ShopName,
    num: i64,
    den: i64,
    value: f64,
}

fn extremes(look: &RenderContext, found: &Overview) -> Markup {
    let lang = look.lang;
    let metric = found.metric;
    let unit = Unit::of(&metric.unit);
    let up = data::more_is_better(metric);
    let mut all: Vec<Placed<'_>> = found
        .grid
        .day(0)
        .filter_map(|r| {
            Some(Placed {
                shop: found.shops.get(r.shop)?,
                num: r.num,
                den: r.den,
                value: metric.value(r.num, r.den)?,
            })
        })
        .collect();
    // A rate of two orders says little: of shops with the most, down to a floor that still leaves ten.
    let floor = [50, 20, 10, 5, 3]
        .into_iter()
        .find(|f| all.iter().filter(|p| p.den >= *f).count() >= 10)
        .unwrap_or(3);
    let by_harm = metric.kind == Kind::Ratio;
    let mut best: Vec<usize> = (0..all.len()).filter(|i| all[*i].den >= floor).collect();
    best.sort_by(|a, b| {
        let (a, b) = (&all[*a], &all[*b]);
        let order = a.value.total_cmp(&b.value);
        (if up { order.reverse() } else { order }).then(b.den.cmp(&a.den)).then(a.shop.no.cmp(&b.shop.no))
    });
    let half = best.len() / 2;
    let best: Vec<usize> = best.into_iter().take(if by_harm { 6 } else { half.min(6) }).collect();
    let best: Vec<(String, String, String, String)> = best
        .into_iter()
        .map(|i| {
            let p = &all[i];
            (
                p.shop.id.to_string(),
                p.shop.name.clone(),
                unit.text(lang, p.value),
                data::fraction(metric, p.num, p.den),
            )
        })
        .collect();
    if !by_harm {
        all.retain(|p| p.den >= floor);
    }
    all.sort_by(|a, b| {
        let order = if by_harm {
            b.num.cmp(&a.num).then(b.value.total_cmp(&a.value))
        } else if up {
            a.value.total_cmp(&b.value)
        } else {
            b.value.total_cmp(&a.value)
        };
        order.then(b.den.cmp(&a.den)).then(a.shop.no.cmp(&b.shop.no))
    });
    let whole = found.grid.totals().first().copied().unwrap_or_default();
    // The same shop is not shown as worst and as best.
    let most = if by_harm { 8 } else { all.len().div_ceil(2).min(8) };
    let worst: Vec<&Placed<'_>> = all.iter().filter(|p| !by_harm || p.num > 0).take(most).collect();
    let share: i64 = worst.iter().map(|p| p.num).sum();
    let size = |p: &Placed<'_>| if by_harm { p.num as f64 } else { p.value };
    let top = worst.iter().map(|p| size(p)).fold(0.0, f64::max).max(1e-9);
    let num_name = t(lang, &metric.num_zh, &metric.num_en);
    ui::question(
        t(lang, "谁伤人最多，谁做得最好？", "Who hurts most, who does best?"),
        html! {
            @if by_harm {
                (t(lang, "最差按受影响的订单数排，不按比率：大店的小毛病比小店的大毛病伤的人多。", "Worst by orders harmed, not by rate: a small fault of a large shop hurts more people than a large one of a small shop."))
            } @else {
                (t(lang, "按数值排，只看分母至少 ", "By value, of shops with a denominator of at least ")) (floor) (t(lang, " 的店铺。", "."))
            }
        },
        html! {
            div.wb {
                div.paper {
                    table.cards.wt {
                        thead { tr {
                            th scope="col" { (t(lang, "店铺", "Shop")) }
                            th.r scope="col" { (data::title(lang, metric)) }
                            th scope="col" { @if by_harm { (num_name) } @else { (t(lang, "比一比", "Side by side")) } }
                            th scope="col" { (t(lang, "分子 ÷ 分母", "num ÷ den")) }
                        } }
                        tbody {
                            @for p in &worst {
                                tr {
                                    td.w { a.nm href={ "/console/shops/" (p.shop.id) "?as_of=" (found.day) } { (p.shop.name) } span.ext.mono { (p.shop.external_id) } }
                                    td.r data-l=(data::title(lang, metric)) { (unit.text(lang, p.value)) }
                                    td data-l=(if by_harm { num_name } else { "" }) { span.hbn { @if by_harm { (fmt::count(p.num)) } } (ui::bar(size(p) / top, if up { "data-8" } else { "broken" })) }
                                    td data-l=(t(lang, "分子 ÷ 分母", "num ÷ den")) { a.mono.nw href={ "/console/shops/" (p.shop.id) "/metrics/" (metric.name) "?as_of=" (found.day) } { (data::fraction(metric, p.num, p.den)) } }
                                }
                            }
                            @if worst.is_empty() { tr { td.w colspan="4" { (t(lang, "近 30 天没有这样的事实。", "No such facts in the last 30 days.")) } } }
                        }
                    }
                    div.foot {
                        @if by_harm && whole.0 > 0 {
                            span {
                                (t(lang, "这 ", "These ")) (worst.len()) (t(lang, " 家占全市场", " shops make ")) @if lang == Lang::Zh { (num_name) "的 " }
                                (fmt::decimal(share as f64 / whole.0 as f64 * 100.0, 1)) "%"
                                (t(lang, "：", " of all: ")) span.mono { (fmt::count(share)) " ÷ " (fmt::count(whole.0)) }
                            }
                        } @else { span { (t(lang, "窗口 ", "Window: ")) (metric.window_days) (t(lang, " 天", " days")) } }
                        a href={ "/console/shops?as_of=" (found.day) "&sort=" (metric.name) } { (t(lang, "全部店铺", "All shops")) }
                    }
                }
                div.bs {
                    h3 { (t(lang, "做得最好", "Best")) " " span.s12.mut { (t(lang, "分母至少 ", "denominator ≥ ")) (floor) } }
                    ol {
                        @for (id, name, value, sum) in &best {
                            li { a href={ "/console/shops/" (id) "?as_of=" (found.day) } { (name) } b { (value) } span.s12.mut.mono { (sum) } }
                        }
                        @if best.is_empty() { li { span.mut { (fmt::nothing(lang)) } } }
                    }
                }
            }
        },
    )
}

/// What everything above was computed from.
fn ledger(site: &Site, lang: Lang, history: &History, found: &Overview) -> Markup {
    let total: i64 = found.facts.iter().map(|(_, n)| n).sum();
    let without: Vec<_> = found.facts.iter().filter(|(_, n)| *n == 0).map(|(spec, _)| *spec).collect();
    ui::question(
        t(lang, "这些数从哪来？", "Where do these come from?"),
        html! { (t(lang, "页面上每个数都从这些事实算出，任何人用同一批事实可以重算。", "Every number on this page is computed from these facts; anyone can compute it again from the same facts.")) },
        html! {
            div.paper {
                ul.inv {
                    @for (spec, n) in found.facts.iter().filter(|(_, n)| *n > 0) {
                        li {
                            span.cl title=[(lang == Lang::En).then_some(spec.meaning.trim())] { (kind_name(lang, spec.kind)) }
                            span.ex.mono { (spec.kind) }
                            b { (fmt::count(*n)) }
                        }
                    }
                }
                @if !without.is_empty() {
                    details.more {
                        summary { (t(lang, "还没有发生过的 ", "")) (without.len()) (t(lang, " 种", " kinds that have not happened yet")) }
                        p.pad.s12.mut { @for (i, spec) in without.iter().enumerate() { @if i > 0 { (t(lang, "，", ", ")) } (kind_name(lang, spec.kind)) " " span.mono { (spec.kind) } } }
                    }
                }
                div.foot {
                    span { (t(lang, "共 ", "")) b { (fmt::count(total)) } (t(lang, " 条事实，", " facts, ")) (fmt::count(history.orders)) (t(lang, " 个店铺订单，", " shop orders, ")) (fmt::date(lang, history.first)) (t(lang, " 至 ", " to ")) (fmt::date(lang, history.last)) }
                    span { (t(lang, "时区 ", "zone ")) (site.market.zone) " · " (site.market.currency) " · " (t(lang, "快照 ", "snapshot ")) span.mono { (format!("{:08x}", found.version)) } }
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
