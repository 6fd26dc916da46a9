//! `/console/shops`: every shop with its score, or its main figures, on a day; filtered by text, stage and industry, sorted by a
//! figure, paged by key.

use crate::score::ranking;
use axum::extract::State;
use govern::metric::{self, Grid, Metric};
use govern::{ShopName, Shops};
use kernel::{Ask, Date};
use maud::{Markup, html};
use report::data::{self, History};
use serde::Deserialize;
use std::cmp::Ordering;
use std::sync::Arc;
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, Query, brief};
use web_kit::score::{self, Day};
use web_kit::site::Site;
use web_kit::ui::{self, Area, RenderContext, State as Mark};
use web_kit::words;

/// How many shops a page holds.
const PAGE: usize = 40;

#[derive(Debug, Default, Clone, Deserialize)]
pub struct Params {
    as_of: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    dir: Option<String>,
    after: Option<String>,
    stage: Option<String>,
    industry: Option<String>,
}

/// How the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sort {
    by: By,
    down: bool,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The shop's name.
    Name,
    /// Its score.
    Score,
    /// How the score moved in a week.
    Change,
    /// A dimension, by place.
    Dimension(usize),
    /// A metric, by its place among the main ones.
    Metric(usize),
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    no: i64,
    key: Option<f64>,
}

struct List {
    history: Arc<Option<History>>,
    day: Date,
    shops: Arc<Shops>,
    /// The main metrics, where the list shows them.
    grids: Vec<Arc<Grid>>,
    now: Arc<Day>,
    week_ago: Arc<Day>,
    stage: String,
    industry: String,
    /// The shops found, on all pages.
    all: Vec<i64>,
    lines: Vec<Line>,
    found: usize,
    before: usize,
    next: Option<String>,
    sort: Sort,
    q: String,
}

pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<ui::Page, Failure> {
    let list = site.ask(move |site, ask| load(site, ask, &asked)).await?;
    Ok(match &list {
        None => report::overview::empty(&look),
        Some(list) => show(&look, list),
    })
}

fn load(site: &Site, ask: &dyn Ask, asked: &Params) -> Result<Option<List>, Failure> {
    let history = data::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(None) };
    let day = data::day_asked(known, asked.as_of.as_deref())?;
    let catalogue = data::main();
    let (now, week_ago) = ranking::both(site, ask, day)?;
    let card = now.card;
    let by = match asked.sort.as_deref().unwrap_or("score") {
        "name" => By::Name,
        "score" => By::Score,
        "change" => By::Change,
        name => match card.dimensions.iter().position(|d| d.id == name) {
            Some(d) => By::Dimension(d),
            None => {
                let metric = metric::named(name)?;
                By::Metric(catalogue.iter().position(|m| m.name == metric.name).ok_or_else(|| {
                    Failure::invalid(format!(
                        "shops cannot be sorted by {}: choose a column of the list",
                        metric.name
                    ))
                    .zh(format!("店铺不能按「{}」排，请选列表里的一列。", metric.zh))
                })?)
            }
        },
    };
    let down = match asked.dir.as_deref() {
        None => by != By::Name,
        Some("down") => true,
        Some("up") => false,
        Some(other) => {
            return Err(Failure::invalid(format!("dir must be up or down, not \"{}\"", brief(other)))
                .zh(format!("排序方向只有 up 和 down，没有「{}」。", brief(other))));
        }
    };
    let stage = asked.stage.as_deref().unwrap_or_default().trim().to_owned();
    if !(stage.is_empty() || stage == "none" || card.stages.iter().any(|s| s.id == stage)) {
        let known = card.stages.iter().map(|s| s.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Failure::invalid(format!(
            "stage must be one of {known} or none, not \"{}\"",
            brief(&stage)
        ))
        .zh(format!("阶段只有 {known} 和 none，没有「{}」。", brief(&stage))));
    }
    let industry = asked.industry.as_deref().unwrap_or_default().trim().to_owned();
    let sort = Sort { by, down };
    let after = asked.after.as_deref().map(read_key).transpose()?;
    let shops = web_kit::view::shops::all(site, ask)?;
    let grids = match by {
        By::Metric(_) => data::grids(site, ask, day)?,
        _ => Vec::new(),
    };
    let q = asked.q.as_deref().unwrap_or_default().trim().to_owned();
    let wanted = q.to_lowercase();
    let key = |shop: &ShopName| {
        let line = || now.line(shop.no);
        match sort.by {
            By::Name => None,
            By::Metric(by) => {
                let (num, den) = grids[by].at(0, shop.no);
                if (num, den) == (0, 0) { None } else { catalogue[by].value(num, den) }
            }
            By::Score => line()?.raw.map(|p| p.0 as f64),
            By::Change => ranking::change(line()?, &week_ago).map(|p| p.0 as f64),
            By::Dimension(d) => line()?.dimensions.get(d).copied().flatten().map(|p| p.0 as f64),
        }
    };
    let chosen = |shop: &ShopName| {
        let line = now.line(shop.no);
        let of_stage = match stage.as_str() {
            "" => true,
            "none" => line.is_none_or(|l| l.stage.is_none()),
            id => line.and_then(|l| l.stage).and_then(|s| card.stages.get(s)).is_some_and(|s| s.id == id),
        };
        of_stage
            && (industry.is_empty() || line.and_then(|l| now.industry(l.industry)) == Some(industry.as_str()))
    };
    let mut lines: Vec<Line> = shops
        .iter()
        .filter(|s| matches(s, &wanted) && chosen(s))
        .map(|shop| Line { no: shop.no, key: key(shop) })
        .collect();
    lines.sort_by(|a, b| order(sort, &shops, a, b));
    let found = lines.len();
    let mut all: Vec<i64> = lines.iter().map(|line| line.no).collect();
    all.sort_unstable();
    let before = match &after {
        None => 0,
        Some(after) => lines.partition_point(|line| order(sort, &shops, line, after) != Ordering::Greater),
    };
    let mut lines = lines.split_off(before);
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(write_key);
    Ok(Some(List {
        history,
        day,
        shops,
        grids,
        now,
        week_ago,
        stage,
        industry,
        all,
        lines,
        found,
        before,
        next,
        sort,
        q,
    }))
}

/// Whether a shop's name, external id or id holds the (lower-case) text.
pub fn matches(shop: &ShopName, wanted: &str) -> bool {
    wanted.is_empty()
        || shop.name.to_lowercase().contains(wanted)
        || shop.external_id.to_lowercase().contains(wanted)
        || (wanted.starts_with("shp_") && shop.id.to_string().contains(wanted))
}

/// Shops without the figure come last, whichever way; ties go by number, so that the order is total.
fn order(sort: Sort, shops: &Shops, a: &Line, b: &Line) -> Ordering {
    if sort.by == By::Name {
        let name = |line: &Line| shops.get(line.no).map(|s| s.name.as_str()).unwrap_or_default();
        let order = name(a).cmp(name(b)).then(a.no.cmp(&b.no));
        return if sort.down { order.reverse() } else { order };
    }
    match (a.key, b.key) {
        (Some(x), Some(y)) => {
            let order = x.total_cmp(&y);
            if sort.down { order.reverse() } else { order }
        }
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
    .then(a.no.cmp(&b.no))
}

/// The key of a line: the bits of its figure, so that nothing is lost on the way, and its number.
fn write_key(line: &Line) -> String {
    match line.key {
        Some(key) => format!("{:016x}.{}", key.to_bits(), line.no),
        None => format!("-.{}", line.no),
    }
}

fn read_key(text: &str) -> Result<Line, Failure> {
    let bad = || {
        Failure::invalid(format!(
            "after=\"{}\" is not the end of a page of shops: follow the link of the page before",
            brief(text)
        ))
        .zh("这个翻页位置读不懂，请从上一页的链接进来。")
    };
    let (key, no) = text.split_once('.').ok_or_else(bad)?;
    let key = match key {
        "-" => None,
        bits => Some(f64::from_bits(u64::from_str_radix(bits, 16).map_err(|_| bad())?)),
    };
    Ok(Line { no: no.parse().map_err(|_| bad())?, key })
}

fn show(look: &RenderContext, list: &List) -> ui::Page {
    let lang = look.lang;
    let Some(history) = list.history.as_ref() else { return report::overview::empty(look) };
    let catalogue = data::main();
    let card = list.now.card;
    let whole = list.q.is_empty() && list.stage.is_empty() && list.industry.is_empty();
    let title = match (lang, whole, list.q.is_empty()) {
        (Lang::Zh, true, _) => format!("{} 家店铺", fmt::count(list.shops.len() as i64)),
        (Lang::En, true, _) => format!("{} shops", fmt::count(list.shops.len() as i64)),
        (Lang::Zh, _, true) => format!("{} 家店铺符合", fmt::count(list.found as i64)),
        (Lang::En, _, true) => format!("{} shops found", fmt::count(list.found as i64)),
        (Lang::Zh, _, false) => format!("{} 家店铺里有「{}」", fmt::count(list.found as i64), list.q),
        (Lang::En, _, false) => format!("{} shops with \"{}\"", fmt::count(list.found as i64), list.q),
    };
    let sort_word = match list.sort.by {
        By::Name => "name",
        By::Score => "score",
        By::Change => "change",
        By::Dimension(d) => card.dimensions[d].id.as_str(),
        By::Metric(i) => catalogue[i].name.as_str(),
    };
    let figures = matches!(list.sort.by, By::Metric(_));
    let dir = if list.sort.down { "down" } else { "up" };
    let rest = {
        let mut rest = String::new();
        for (name, value) in [("q", &list.q), ("stage", &list.stage), ("industry", &list.industry)] {
            if !value.is_empty() {
                rest.push_str(&format!("&{name}={}", ui::encode(value)));
            }
        }
        rest
    };
    let address = |sort: &str, dir: &str, after: Option<&str>| {
        let mut address = format!("/console/shops?as_of={}&sort={sort}&dir={dir}{rest}", list.day);
        if let Some(after) = after {
            address.push_str(&format!("&after={after}"));
        }
        address
    };
    let heading = |by: By, name: &str, title: &str| -> Markup {
        let here = list.sort.by == by;
        // A first press on a metric shows the worst first, on a score the best; a second turns it round.
        let first_down = match by {
            By::Name => false,
            By::Metric(i) => !data::more_is_better(&catalogue[i]) || catalogue[i].name == "orders_paid",
            _ => true,
        };
        let down = if here { !list.sort.down } else { first_down };
        html! {
            th.r[by != By::Name] scope="col" aria-sort=[here.then_some(if list.sort.down { "descending" } else { "ascending" })] {
                a.sort href=(address(name, if down { "down" } else { "up" }, None)) {
                    (title) @if here { span aria-hidden="true" { (if list.sort.down { " ↓" } else { " ↑" }) } }
                }
            }
        }
    };
    let meta = html! { (report::overview::day_picker(look, "/console/shops", history, list.day, &[("sort", sort_word), ("dir", dir), ("q", &list.q), ("stage", &list.stage), ("industry", &list.industry)])) };
    let mut industries: Vec<&str> = list.now.board.industries().iter().map(|i| &**i).collect();
    industries.sort_unstable();
    let acts = html! {
        form.filter action="/console/shops" method="get" role="search" aria-label=(t(lang, "筛选店铺", "Filter shops")) {
            input type="hidden" name="as_of" value=(list.day);
            input type="hidden" name="sort" value=(sort_word);
            input type="hidden" name="dir" value=(dir);
            label { span.vh { (t(lang, "阶段", "Stage")) }
                select name="stage" {
                    option value="" { (t(lang, "全部阶段", "every stage")) }
                    @for stage in &card.stages { option value=(stage.id) selected[stage.id == list.stage] { (words::title(lang, &stage.title)) } }
                    option value="none" selected[list.stage == "none"] { (t(lang, "没有阶段", "in no stage")) }
                }
            }
            @if !industries.is_empty() {
                label { span.vh { (t(lang, "行业", "Industry")) }
                    select name="industry" {
                        option value="" { (t(lang, "全部行业", "every industry")) }
                        @for word in &industries { option value=(word) selected[*word == list.industry] { (words::INDUSTRY.say(lang, word)) } }
                    }
                }
            }
            label { span.vh { (t(lang, "店名或编号", "Name or id")) }
                input type="search" name="q" value=(list.q) maxlength="200" placeholder=(t(lang, "店名或编号", "Name or id")); }
            button.btn { (t(lang, "筛选", "Filter")) }
        }
    };
    let spread: Vec<&score::Line> =
        list.now.lines.iter().filter(|line| list.all.binary_search(&line.shop).is_ok()).collect();
    let last = list.before + list.lines.len();
    let body = html! {
        (ui::head(html! { (t(lang, "店铺", "Shops")) }, html! { (title) }, false, meta, acts))
        @if list.before == 0 && !list.lines.is_empty() {
            (ui::question(
                t(lang, "分数怎么分布？", "How are scores spread?"),
                html! { (t(lang, "一柱 2.5 分，柱高是店铺数。评分卡 ", "Each bar is 2.5 points, its height the number of shops. Scorecard ")) a href={ "/console/scorecards/" (card.name()) } { (card.name()) } (t(lang, "，截至 ", ", as of ")) (fmt::date(lang, list.day)) (t(lang, " 24:00。", ", end of day.")) },
                ranking::spread(lang, &list.now, &spread, "scores-spread", &format!("/console/shops?as_of={}", list.day)),
            ))
        }
        div.bar2 {
            div.pick role="group" aria-label=(t(lang, "看什么", "What to show")) {
                a.chip href=(address("score", "down", None)) aria-current=[(!figures).then_some("true")] { (t(lang, "体验分", "Scores")) }
                a.chip href=(address("orders_paid", "down", None)) aria-current=[figures.then_some("true")] { (t(lang, "基本指标", "Basic metrics")) }
            }
        }
        div.paper {
            @if list.lines.is_empty() {
                p.pad { (t(lang, "没有这样的店铺。店名、店铺号或外部编号的一部分都可以。", "No such shop. Any part of a name, an id or an external id will do.")) " "
                    a href=(format!("/console/shops?as_of={}", list.day)) { (t(lang, "看全部", "Show all")) } }
            } @else {
                div.scroll {
                    table.cards.list {
                        caption.vh { (title) }
                        thead { tr {
                            (heading(By::Name, "name", t(lang, "店铺", "Shop")))
                            @if figures {
                                @for (i, m) in catalogue.iter().enumerate() { (heading(By::Metric(i), &m.name, data::title(lang, m))) }
                            } @else {
                                (heading(By::Score, "score", t(lang, "分", "Score")))
                                (heading(By::Change, "change", t(lang, "7 天变化", "7 days")))
                                th.r scope="col" { (t(lang, "星", "Stars")) }
                                @for (d, dimension) in card.dimensions.iter().enumerate() { (heading(By::Dimension(d), &dimension.id, &words::title(lang, &dimension.title))) }
                                th.r scope="col" { (t(lang, "加减分", "Bonus, deduction")) }
                                th scope="col" { (t(lang, "阶段", "Stage")) }
                                th scope="col" { (t(lang, "行业", "Industry")) }
                            }
                        } }
                        tbody { @for line in &list.lines { @if let Some(shop) = list.shops.get(line.no) {
                            tr {
                                td.w { a.nm href={ "/console/shops/" (shop.id) "?as_of=" (list.day) } { (shop.name) } @if shop.external_id != shop.name { span.ext.mono { (shop.external_id) } } }
                                @if figures {
                                    @for (i, m) in catalogue.iter().enumerate() { (figure(lang, m, list.grids[i].at(0, line.no))) }
                                } @else { (scored(lang, list, line.no)) }
                            }
                        } } }
                    }
                }
                div.foot {
                    @if !figures { span { (t(lang, "单位：分；", "In points; ")) (card.name()) (t(lang, "，截至 ", ", as of ")) (fmt::date(lang, list.day)) } }
                    span { (fmt::count(list.before as i64 + 1)) "–" (fmt::count(last as i64)) " / " (fmt::count(list.found as i64)) }
                    span.pages {
                        @if list.before > 0 { a href=(address(sort_word, dir, None)) { (t(lang, "回到第一页", "First page")) } }
                        @if let Some(next) = &list.next { a rel="next" href=(address(sort_word, dir, Some(next))) { (t(lang, "下一页", "Next page")) } }
                    }
                }
            }
        }
    };
    ui::page(look, Area::Shops, &title, body)
}

/// The cells of a score.
fn scored(lang: Lang, list: &List, no: i64) -> Markup {
    let card = list.now.card;
    let none = || html! { span.mut { (fmt::nothing(lang)) } };
    let Some(line) = list.now.line(no) else {
        return html! { td.r data-l=(t(lang, "分", "Score")) { (none()) } td.r {} td.r {} @for _ in &card.dimensions { td.r {} } td.r {} td { span.mut { (t(lang, "还没开张", "not open yet")) } } td {} };
    };
    let stage = line.stage.and_then(|s| card.stages.get(s));
    let formal = stage.is_some_and(|s| s.score.is_none());
    html! {
        td.r data-l=(t(lang, "分", "Score")) { @match line.raw { Some(raw) => b { (words::points(raw)) }, None => (none()) } }
        td.r data-l=(t(lang, "7 天变化", "7 days")) { @match ranking::change(line, &list.week_ago) { Some(by) => (words::gain(by)), None => "—" } }
        td.r data-l=(t(lang, "星", "Stars")) { @match line.stars { Some(stars) => (words::stars(stars)), None => "—" } }
        @for (d, dimension) in card.dimensions.iter().enumerate() {
            td.r data-l=(words::title(lang, &dimension.title)) { @match line.dimensions.get(d).copied().flatten() { Some(p) => (words::points(p)), None => (none()) } }
        }
        td.r data-l=(t(lang, "加减分", "Bonus, deduction")) { @if formal && (line.bonus.0 > 0 || line.deduction.0 > 0) { @if line.bonus.0 > 0 { "+" (words::exactly(line.bonus)) } " " @if line.deduction.0 > 0 { "−" (words::exactly(line.deduction)) } } @else { "—" } }
        td data-l=(t(lang, "阶段", "Stage")) {
            @match stage {
                Some(stage) if formal && line.dimensions.iter().any(Option::is_none) => (ui::state(Mark::Hold, &format!("{}{}", words::title(lang, &stage.title), t(lang, "，部分", ", partial")))),
                Some(stage) => (ui::state(if formal { Mark::Kept } else { Mark::Running }, &words::title(lang, &stage.title))),
                None => (ui::state(Mark::None, t(lang, "没有分", "no score"))),
            }
        }
        td data-l=(t(lang, "行业", "Industry")) { @match list.now.industry(line.industry) { Some(word) => (words::INDUSTRY.say(lang, word)), None => "—" } }
    }
}

/// A cell: the value, and below it what made it.
fn figure(lang: Lang, metric: &Metric, (num, den): (i64, i64)) -> Markup {
    let title = data::title(lang, metric);
    let value = if (num, den) == (0, 0) { None } else { metric.value(num, den) };
    let unit = Unit::of(&metric.unit);
    html! {
        td.r data-l=(title) {
            @match value {
                None => span.mut { (fmt::nothing(lang)) },
                Some(v) => {
                    b { @if unit == Unit::Percent { (unit.text(lang, v)) } @else { (unit.number(v)) } }
                    @if metric.kind != metric::Kind::Count { small.mono { (data::fraction(metric, num, den)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_key_reads_back_as_it_was_written_and_nonsense_is_refused() {
        for line in
            [Line { no: 7, key: Some(0.1 + 0.2) }, Line { no: 0, key: None }, Line { no: 3, key: Some(-1.0) }]
        {
            assert_eq!(read_key(&write_key(&line)).unwrap(), line);
        }
        for bad in ["", "x", "zz.1", "-.x", "1"] {
            assert!(read_key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn shops_without_the_figure_come_last_both_ways() {
        let shops = Shops::default();
        for down in [true, false] {
            let sort = Sort { by: By::Metric(0), down };
            let mut lines =
                [Line { no: 0, key: None }, Line { no: 1, key: Some(1.0) }, Line { no: 2, key: Some(2.0) }];
            lines.sort_by(|a, b| order(sort, &shops, a, b));
            let numbers: Vec<_> = lines.iter().map(|l| l.no).collect();
            assert_eq!(numbers, if down { [2, 1, 0] } else { [1, 2, 0] });
        }
    }
}
