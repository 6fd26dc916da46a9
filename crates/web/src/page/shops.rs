//! `/shops`: every shop with its main figures on a day, filtered by text, sorted by a figure, paged by key.

use super::data::{self, History};
use super::overview;
use crate::Site;
use crate::fmt::{self, Unit};
use crate::lang::{Lang, t};
use crate::problem::{Failure, Query, brief};
use crate::ui::{self, Area, Look};
use axum::extract::State;
use govern::metric::{self, Grid, Metric};
use govern::{ShopName, Shops};
use kernel::{Ask, Date};
use maud::{Markup, html};
use serde::Deserialize;
use std::cmp::Ordering;
use std::sync::Arc;

/// How many shops a page holds.
const PAGE: usize = 40;

#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct Asked {
    as_of: Option<String>,
    q: Option<String>,
    sort: Option<String>,
    dir: Option<String>,
    after: Option<String>,
}

/// How the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sort {
    /// The metric's place in the catalogue; none for the name.
    by: Option<usize>,
    down: bool,
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
    grids: Vec<Arc<Grid>>,
    lines: Vec<Line>,
    found: usize,
    before: usize,
    next: Option<String>,
    sort: Sort,
    q: String,
}

pub(super) async fn page(
    State(site): State<Site>,
    look: Look,
    Query(asked): Query<Asked>,
) -> Result<ui::Page, Failure> {
    let list = site.ask(move |site, ask| load(site, ask, &asked)).await?;
    Ok(match &list {
        None => overview::empty(&look),
        Some(list) => show(&look, list),
    })
}

fn load(site: &Site, ask: &dyn Ask, asked: &Asked) -> Result<Option<List>, Failure> {
    let history = data::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(None) };
    let day = data::day_asked(known, asked.as_of.as_deref())?;
    let catalogue = data::main();
    let by = match asked.sort.as_deref().unwrap_or("orders_paid") {
        "name" => None,
        name => {
            let metric = metric::named(name)?;
            catalogue.iter().position(|m| m.name == metric.name)
        }
    };
    let down = match asked.dir.as_deref() {
        None => by.is_some(),
        Some("down") => true,
        Some("up") => false,
        Some(other) => {
            return Err(Failure::invalid(format!("dir must be up or down, not \"{}\"", brief(other)))
                .zh(format!("排序方向只有 up 和 down，没有「{}」。", brief(other))));
        }
    };
    let sort = Sort { by, down };
    let after = asked.after.as_deref().map(read_key).transpose()?;
    let shops = crate::api::shop::all(site, ask)?;
    let grids = data::grids(site, ask, day)?;
    let q = asked.q.as_deref().unwrap_or_default().trim().to_owned();
    let wanted = q.to_lowercase();
    let key = |shop: &ShopName| {
        let by = sort.by?;
        let (num, den) = grids[by].at(0, shop.no);
        if (num, den) == (0, 0) { None } else { catalogue[by].value(num, den) }
    };
    let mut lines: Vec<Line> = shops
        .iter()
        .filter(|s| matches(s, &wanted))
        .map(|shop| Line { no: shop.no, key: key(shop) })
        .collect();
    lines.sort_by(|a, b| order(sort, &shops, a, b));
    let found = lines.len();
    let before = match &after {
        None => 0,
        Some(after) => lines.partition_point(|line| order(sort, &shops, line, after) != Ordering::Greater),
    };
    let mut lines = lines.split_off(before);
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(write_key);
    Ok(Some(List { history, day, shops, grids, lines, found, before, next, sort, q }))
}

/// Whether a shop's name, external id or id holds the (lower-case) text.
pub(super) fn matches(shop: &ShopName, wanted: &str) -> bool {
    wanted.is_empty()
        || shop.name.to_lowercase().contains(wanted)
        || shop.external_id.to_lowercase().contains(wanted)
        || (wanted.starts_with("shp_") && shop.id.to_string().contains(wanted))
}

/// Shops without the figure come last, whichever way; ties go by number, so that the order is total.
fn order(sort: Sort, shops: &Shops, a: &Line, b: &Line) -> Ordering {
    if sort.by.is_none() {
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

fn show(look: &Look, list: &List) -> ui::Page {
    let lang = look.lang;
    let Some(history) = list.history.as_ref() else { return overview::empty(look) };
    let catalogue = data::main();
    let title = match (lang, list.q.is_empty()) {
        (Lang::Zh, true) => format!("{} 家店铺", fmt::count(list.shops.len() as i64)),
        (Lang::En, true) => format!("{} shops", fmt::count(list.shops.len() as i64)),
        (Lang::Zh, false) => format!("{} 家店铺里有「{}」", fmt::count(list.found as i64), list.q),
        (Lang::En, false) => format!("{} shops with \"{}\"", fmt::count(list.found as i64), list.q),
    };
    let sort_word = list.sort.by.map_or("name", |i| catalogue[i].name.as_str());
    let dir = if list.sort.down { "down" } else { "up" };
    let address = |sort: &str, dir: &str, after: Option<&str>| {
        let mut address = format!("/shops?as_of={}&sort={sort}&dir={dir}", list.day);
        if !list.q.is_empty() {
            address.push_str("&q=");
            address.push_str(&ui::encode(&list.q));
        }
        if let Some(after) = after {
            address.push_str(&format!("&after={after}"));
        }
        address
    };
    let heading = |by: Option<usize>, name: &str, title: &str| -> Markup {
        let here = list.sort.by == by;
        // A first press shows the worst first, a second turns it round.
        let first_down =
            by.is_some_and(|i| !data::more_is_better(&catalogue[i]) || catalogue[i].name == "orders_paid");
        let down = if here { !list.sort.down } else { first_down };
        html! {
            th.r[by.is_some()] scope="col" aria-sort=[here.then_some(if list.sort.down { "descending" } else { "ascending" })] {
                a.sort href=(address(name, if down { "down" } else { "up" }, None)) {
                    (title) @if here { span aria-hidden="true" { (if list.sort.down { " ↓" } else { " ↑" }) } }
                }
            }
        }
    };
    let meta = html! { (overview::day_picker(look, "/shops", history, list.day, &[("sort", sort_word), ("dir", dir), ("q", &list.q)])) };
    let acts = html! {
        form.filter action="/shops" method="get" role="search" aria-label=(t(lang, "筛选店铺", "Filter shops")) {
            input type="hidden" name="as_of" value=(list.day);
            input type="hidden" name="sort" value=(sort_word);
            input type="hidden" name="dir" value=(dir);
            label { span.vh { (t(lang, "店名或编号", "Name or id")) }
                input type="search" name="q" value=(list.q) maxlength="200" placeholder=(t(lang, "店名或编号", "Name or id")); }
            button.btn { (t(lang, "筛选", "Filter")) }
        }
    };
    let last = list.before + list.lines.len();
    let body = html! {
        (ui::head(html! { (t(lang, "店铺", "Shops")) }, html! { (title) }, false, meta, acts))
        div.paper {
            @if list.lines.is_empty() {
                p.pad { (t(lang, "没有这样的店铺。店名、店铺号或外部编号的一部分都可以。", "No such shop. Any part of a name, an id or an external id will do.")) " "
                    a href=(format!("/shops?as_of={}", list.day)) { (t(lang, "看全部", "Show all")) } }
            } @else {
                div.scroll {
                    table.cards.list {
                        caption.vh { (title) }
                        thead { tr {
                            (heading(None, "name", t(lang, "店铺", "Shop")))
                            @for (i, m) in catalogue.iter().enumerate() { (heading(Some(i), &m.name, data::title(lang, m))) }
                        } }
                        tbody { @for line in &list.lines { @if let Some(shop) = list.shops.get(line.no) {
                            tr {
                                td.w { a.nm href={ "/shops/" (shop.id) "?as_of=" (list.day) } { (shop.name) } @if shop.external_id != shop.name { span.ext.mono { (shop.external_id) } } }
                                @for (i, m) in catalogue.iter().enumerate() { (figure(lang, m, list.grids[i].at(0, line.no))) }
                            }
                        } } }
                    }
                }
                div.foot {
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
            let sort = Sort { by: Some(0), down };
            let mut lines =
                [Line { no: 0, key: None }, Line { no: 1, key: Some(1.0) }, Line { no: 2, key: Some(2.0) }];
            lines.sort_by(|a, b| order(sort, &shops, a, b));
            let numbers: Vec<_> = lines.iter().map(|l| l.no).collect();
            assert_eq!(numbers, if down { [2, 1, 0] } else { [1, 2, 0] });
        }
    }
}
