//! `/console/shops`: every shop with its score, or its main figures, on a day; filtered by text, stage and industry, sorted by a
//! figure, paged by key.

use crate::day::{OnDay, on_day};
use crate::score::ranking;
use govern::metric::{self, Grid, Kind, Metric};
use govern::scorecard::Scorecard;
use govern::{ShopName, Shops};
use kernel::{Ask, Date};
use report::data;
use std::cmp::Ordering;
use std::sync::Arc;
use web_kit::fmt::Unit;
use web_kit::prelude::*;
use web_kit::problem::brief;
use web_kit::score::{self, Day};
use web_kit::ui::{Area, State as Mark};
use web_kit::words;

/// How many shops a page holds.
const PAGE: usize = 40;

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
    shops: Arc<Shops>,
    /// The main metrics, where the list shows them.
    grids: Vec<Arc<Grid>>,
    now: Arc<Day>,
    week_ago: Arc<Day>,
    /// The shops found, on all pages.
    all: Vec<i64>,
    lines: Vec<Line>,
    found: usize,
    before: usize,
    next: Option<String>,
    sort: Sort,
}

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let asked = at.query.clone();
    let list = on_day(&at, move |site, ask, day| load(site, ask, day, &asked)).await?;
    Ok(match &list {
        None => report::overview::empty(&at.look),
        Some(list) => show(&at, list),
    })
}

/// How the list is to be sorted.
fn sort_of(card: &Scorecard, asked: &Fields) -> Result<Sort, Failure> {
    let by = match asked.raw("sort").unwrap_or("score") {
        "name" => By::Name,
        "score" => By::Score,
        "change" => By::Change,
        name => match card.dimensions.iter().position(|d| d.id == name) {
            Some(d) => By::Dimension(d),
            None => {
                let metric = metric::named(name)?;
                let place = data::main().iter().position(|m| m.name == metric.name);
                By::Metric(place.ok_or_else(|| {
                    let (name, zh) = (&metric.name, &metric.zh);
                    Failure::invalid(format!("shops cannot be sorted by {name}: choose a column of the list"))
                        .zh(format!("店铺不能按「{zh}」排，请选列表里的一列。"))
                })?)
            }
        },
    };
    let down = match asked.raw("dir") {
        None => by != By::Name,
        Some("down") => true,
        Some("up") => false,
        Some(other) => {
            let other = brief(other);
            return Err(Failure::invalid(format!("dir must be up or down, not \"{other}\""))
                .zh(format!("排序方向只有 up 和 down，没有「{other}」。")));
        }
    };
    Ok(Sort { by, down })
}

fn load(site: &Site, ask: &dyn Ask, day: Date, asked: &Fields) -> Result<List, Failure> {
    let (now, week_ago) = ranking::both(site, ask, day)?;
    let card = now.card;
    let sort = sort_of(card, asked)?;
    let (stage, industry) = (asked.text("stage"), asked.text("industry"));
    if !(stage.is_empty() || stage == "none" || card.stages.iter().any(|s| s.id == stage)) {
        let known = card.stages.iter().map(|s| s.id.as_str()).collect::<Vec<_>>().join(", ");
        let stage = brief(stage);
        return Err(Failure::invalid(format!("stage must be one of {known} or none, not \"{stage}\""))
            .zh(format!("阶段只有 {known} 和 none，没有「{stage}」。")));
    }
    let after = asked.raw("after").map(read_key).transpose()?;
    let shops = web_kit::view::shops::all(site, ask)?;
    let grids = if let By::Metric(_) = sort.by { data::grids(site, ask, day)? } else { Vec::new() };
    let wanted = asked.text("q").to_lowercase();
    let key = |shop: &ShopName| {
        let line = || now.line(shop.no);
        match sort.by {
            By::Name => None,
            By::Metric(by) => data::value(data::main().get(by)?, grids.get(by)?.at(0, shop.no)),
            By::Score => line()?.raw.map(|p| p.0 as f64),
            By::Change => ranking::change(line()?, &week_ago).map(|p| p.0 as f64),
            By::Dimension(d) => line()?.dimensions.get(d).copied().flatten().map(|p| p.0 as f64),
        }
    };
    let chosen = |shop: &ShopName| {
        let line = now.line(shop.no);
        let of_stage = match stage {
            "" => true,
            "none" => line.is_none_or(|l| l.stage.is_none()),
            id => line.and_then(|l| l.stage).and_then(|s| card.stages.get(s)).is_some_and(|s| s.id == id),
        };
        of_stage && (industry.is_empty() || line.and_then(|l| now.industry(l.industry)) == Some(industry))
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
    let Rows { rows: lines, next, .. } = Rows::of(lines.split_off(before), PAGE, write_key);
    Ok(List { shops, grids, now, week_ago, all, lines, found, before, next, sort })
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

/// A column of the list: what it sorts by, if it can, and its name.
struct Heading<'a> {
    by: Option<(By, &'a str)>,
    class: &'static str,
    title: String,
}

/// The columns: the shop, then its figures, or its score.
fn headings<'a>(lang: Lang, list: &'a List) -> Vec<Heading<'a>> {
    let of = |by, class, title: &str| Heading { by, class, title: title.to_owned() };
    let mut all = vec![of(Some((By::Name, "name")), "w", t(lang, "店铺", "Shop"))];
    if let By::Metric(_) = list.sort.by {
        let figures = data::main().iter().enumerate();
        all.extend(figures.map(|(i, m)| of(Some((By::Metric(i), &m.name)), "r", data::title(lang, m))));
        return all;
    }
    all.push(of(Some((By::Score, "score")), "r", t(lang, "分", "Score")));
    all.push(of(Some((By::Change, "change")), "r", t(lang, "7 天变化", "7 days")));
    all.push(of(None, "r", t(lang, "星", "Stars")));
    let dimensions = list.now.card.dimensions.iter().enumerate();
    all.extend(
        dimensions
            .map(|(d, one)| of(Some((By::Dimension(d), &one.id)), "r", &words::title(lang, &one.title))),
    );
    all.push(of(None, "r", t(lang, "加减分", "Bonus, deduction")));
    all.push(of(None, "", t(lang, "阶段", "Stage")));
    all.push(of(None, "", t(lang, "行业", "Industry")));
    all
}

fn show(at: &PageContext, on: &OnDay<List>) -> Page {
    let (look, lang, list) = (&at.look, at.lang(), &on.found);
    let [q, stage, industry] = ["q", "stage", "industry"].map(|name| at.query.text(name));
    let card = list.now.card;
    let (shops, n) = (fmt::count(list.shops.len() as i64), fmt::count(list.found as i64));
    let title = match q {
        "" if stage.is_empty() && industry.is_empty() => say!(lang, "{shops} 家店铺", "{shops} shops"),
        "" => say!(lang, "{n} 家店铺符合", "{n} shops found"),
        _ => say!(lang, "{n} 家店铺里有「{q}」", "{n} shops with \"{q}\""),
    };
    let headings = headings(lang, list);
    let here = |by: Option<(By, &str)>| by.is_some_and(|(by, _)| by == list.sort.by);
    let sorted = headings.iter().find(|heading| here(heading.by)).and_then(|heading| heading.by);
    let sort_word = sorted.map_or("score", |(_, word)| word);
    let figures = matches!(list.sort.by, By::Metric(_));
    let day = on.day.to_string();
    let dir = |down: bool| if down { "down" } else { "up" };
    let address = |sort: &str, down: bool, after: &str| {
        at.with(&[("as_of", &day), ("sort", sort), ("dir", dir(down)), ("after", after)])
    };
    let heading = |Heading { by, class, title }: &Heading<'_>| {
        let Some((by, word)) = *by else {
            return html! { th.r[*class == "r"] scope="col" { (title) } };
        };
        let here = list.sort.by == by;
        // A first press on a metric shows the worst first, on a score the best; a second turns it round.
        let first_down = match by {
            By::Name => false,
            By::Metric(i) => data::main()
                .get(i)
                .is_some_and(|metric| !data::more_is_better(metric) || metric.name == "orders_paid"),
            _ => true,
        };
        let (arrow, order) = if list.sort.down { (" ↓", "descending") } else { (" ↑", "ascending") };
        let down = if here { !list.sort.down } else { first_down };
        html! {
            th.r[*class == "r"] scope="col" aria-sort=[here.then_some(order)] {
                a.sort href=(address(word, down, "")) { (title) @if here { span aria-hidden="true" { (arrow) } } }
            }
        }
    };
    let keep = [
        ("sort", sort_word),
        ("dir", dir(list.sort.down)),
        ("q", q),
        ("stage", stage),
        ("industry", industry),
    ];
    let meta = on.picker(look, "/console/shops", &keep);
    let spread: Vec<&score::Line> =
        list.now.lines.iter().filter(|line| list.all.binary_search(&line.shop).is_ok()).collect();
    let last = list.before + list.lines.len();
    let whole = format!("/console/shops?as_of={day}");
    let body = html! {
        (ui::head(html! { (at.t("店铺", "Shops")) }, html! { (title) }, false, meta, filter(at, on, sort_word)))
        @if list.before == 0 && !list.lines.is_empty() {
            (ui::question(
                at.t("分数分布", "Score distribution"),
                ranking::about_spread(lang, &at.site.market, &list.now),
                ranking::spread(lang, &list.now, &spread, "scores-spread", &whole),
            ))
        }
        div.bar2 {
            div.pick role="group" aria-label=(at.t("看什么", "What to show")) {
                a.chip href=(address("score", true, "")) aria-current=[(!figures).then_some("true")] { (at.t("体验分", "Scores")) }
                a.chip href=(address("orders_paid", true, "")) aria-current=[figures.then_some("true")] { (at.t("基本指标", "Basic metrics")) }
            }
        }
        div.paper {
            @if list.lines.is_empty() {
                p.pad { (at.t("没有找到店铺。可以搜店名、店铺号或外部编号的一部分。", "No shop found. Search by any part of a name, id or external id.")) " "
                    a href=(whole) { (at.t("看全部", "Show all")) } }
            } @else {
                div.scroll {
                    table.cards.list {
                        caption.vh { (title) }
                        thead { tr { @for one in &headings { (heading(one)) } } }
                        tbody { @for line in &list.lines { @if let Some(shop) = list.shops.get(line.no) {
                            tr {
                                td.w { a.nm href={ "/console/shops/" (shop.id) "?as_of=" (day) } { (shop.name) } @if shop.external_id != shop.name { span.ext.mono { (shop.external_id) } } }
                                @let cells = if figures { measured(lang, list, line.no) } else { scored(lang, list, line.no) };
                                @for (Heading { class, title, .. }, cell) in headings.iter().skip(1).zip(cells) {
                                    td.r[*class == "r"] data-l=(title) { (cell) }
                                }
                            }
                        } } }
                    }
                }
                div.foot {
                    @if !figures { span { (at.t("单位：分；", "In points; ")) (card.name()) (at.t("，截至 ", ", as of ")) (fmt::date(lang, on.day)) } }
                    span { (fmt::count(list.before as i64 + 1)) "–" (fmt::count(last as i64)) " / " (n) }
                    span.pages {
                        @if list.before > 0 { a href=(address(sort_word, list.sort.down, "")) { (at.t("回到第一页", "First page")) } }
                        @if let Some(next) = &list.next { a rel="next" href=(address(sort_word, list.sort.down, next)) { (at.t("下一页", "Next page")) } }
                    }
                }
            }
        }
    };
    ui::page(look, Area::Shops, &title, body)
}

/// The form that leaves only some of the shops.
fn filter(at: &PageContext, on: &OnDay<List>, sort_word: &str) -> Markup {
    let (lang, list) = (at.lang(), &on.found);
    let mut industries: Vec<&str> = list.now.board.industries().iter().map(|i| &**i).collect();
    industries.sort_unstable();
    let industries = industries.iter().map(|word| (*word, words::INDUSTRY.say(lang, word)));
    let stages = list.now.card.stages.iter().map(|one| (&*one.id, words::title(lang, &one.title)));
    let stages = stages.chain([("none", at.t("没有阶段", "in no stage").to_owned())]);
    let choice = |name: &str, label: &str, every: &str, options: Vec<(&str, String)>| {
        html! {
            label { span.vh { (label) }
                select name=(name) {
                    option value="" { (every) }
                    @for (word, title) in options { option value=(word) selected[word == at.query.text(name)] { (title) } }
                }
            }
        }
    };
    html! {
        form.filter action="/console/shops" method="get" role="search" aria-label=(at.t("筛选店铺", "Filter shops")) {
            input type="hidden" name="as_of" value=(on.day);
            input type="hidden" name="sort" value=(sort_word);
            input type="hidden" name="dir" value=(if list.sort.down { "down" } else { "up" });
            (choice("stage", at.t("阶段", "Stage"), at.t("全部阶段", "every stage"), stages.collect()))
            @if industries.len() > 0 { (choice("industry", at.t("行业", "Industry"), at.t("全部行业", "every industry"), industries.collect())) }
            label { span.vh { (at.t("店名或编号", "Name or id")) }
                input type="search" name="q" value=(at.query.text("q")) maxlength="200" placeholder=(at.t("店名或编号", "Name or id")); }
            button.btn { (at.t("筛选", "Filter")) }
        }
    }
}

/// What stands where there is no figure.
fn none(lang: Lang) -> Markup {
    html! { span.mut { (fmt::nothing(lang)) } }
}

/// The cells of a score.
fn scored(lang: Lang, list: &List, no: i64) -> Vec<Markup> {
    let card = list.now.card;
    let Some(line) = list.now.line(no) else {
        let mut cells = vec![none(lang)];
        cells.resize(card.dimensions.len() + 4, Markup::default());
        cells.push(html! { span.mut { (t(lang, "还没开张", "not open yet")) } });
        return cells;
    };
    let stage = line.stage.and_then(|s| card.stages.get(s));
    let formal = stage.is_some_and(|s| s.score.is_none());
    let mut cells = vec![
        html! { @match line.raw { Some(raw) => b { (words::points(raw)) }, None => (none(lang)) } },
        html! { @match ranking::change(line, &list.week_ago) { Some(by) => (words::gain(by)), None => "—" } },
        html! { @match line.stars { Some(stars) => (words::stars(stars)), None => "—" } },
    ];
    cells.extend((0..card.dimensions.len()).map(|d| {
        let points = line.dimensions.get(d).copied().flatten();
        html! { @match points { Some(p) => (words::points(p)), None => (none(lang)) } }
    }));
    cells.push(html! { @if formal && (line.bonus.0 > 0 || line.deduction.0 > 0) { @if line.bonus.0 > 0 { "+" (words::exactly(line.bonus)) } " " @if line.deduction.0 > 0 { "−" (words::exactly(line.deduction)) } } @else { "—" } });
    cells.push(match stage.map(|stage| words::title(lang, &stage.title)) {
        Some(title) if formal && line.dimensions.iter().any(Option::is_none) => {
            ui::state(Mark::Hold, &say!(lang, "{title}，部分", "{title}, partial"))
        }
        Some(title) => ui::state(if formal { Mark::Kept } else { Mark::Running }, &title),
        None => ui::state(Mark::None, t(lang, "没有分", "no score")),
    });
    cells.push(html! { @match list.now.industry(line.industry) { Some(word) => (words::INDUSTRY.say(lang, word)), None => "—" } });
    cells
}

/// The cells of the main figures: each value, and below it what made it.
fn measured(lang: Lang, list: &List, no: i64) -> Vec<Markup> {
    let cell = |(metric, grid): (&Metric, &Arc<Grid>)| {
        let (num, den) = grid.at(0, no);
        let unit = Unit::of(&metric.unit);
        match data::value(metric, (num, den)) {
            None => none(lang),
            Some(v) => html! {
                b { @if unit == Unit::Percent { (unit.text(lang, v)) } @else { (unit.number(v)) } }
                @if metric.kind != Kind::Count { small.mono { (data::fraction(metric, num, den)) } }
            },
        }
    };
    data::main().iter().zip(&list.grids).map(cell).collect()
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
