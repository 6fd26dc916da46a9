//! `/console/shops/{id}`: a shop's score with its arithmetic, then its metrics, their history, and the orders behind each number.

use crate::day::{OnDay, on_day};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use govern::metric::{self, Grid, Kind, Metric, Reading};
use govern::view::OrderView;
use govern::{ShopName, Shops};
use kernel::{Ask, Date};
use people::merchant::Holiday;
use report::data;
use report::overview::empty;
use report::score::{self, ScoreModel, ScoreQuery, gates, history, indicators, sum, whatif};
use report::shop::{Params, detail, metric_named, orders_section, show_detail, unchanged};
use serde_json::json;
use std::sync::Arc;
use web_kit::fmt::Unit;
use web_kit::prelude::*;
use web_kit::table::{cell, lead, sheet};
use web_kit::ui::{Area, Chart, State as Mark};

/// What the page shows, beside the day.
struct Found {
    shops: Arc<Shops>,
    no: i64,
    /// None if it was not open yet.
    scene: Option<ScoreModel>,
    /// Whether it trades here, so that it has gates; a shop of an imported history does not.
    trades: bool,
    grids: Vec<Arc<Grid>>,
    lines: Vec<Arc<Vec<(i64, i64)>>>,
    /// What else there is to read of it.
    others: Arc<Vec<Reading>>,
    chosen: &'static Metric,
    days: i64,
    line: Arc<Vec<(i64, i64)>>,
    market: Arc<Vec<(i64, i64)>>,
    orders: Arc<Vec<OrderView>>,
}

/// Where the console shows a shop.
fn place(shop: &ShopName) -> ScoreQuery {
    ScoreQuery { root: format!("/console/shops/{}", shop.id), merchant: false }
}

/// The page.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (id, asked) = (at.param("id").to_owned(), at.query.clone());
    let found = on_day(&at, move |site, ask, day| load(site, ask, day, &id, &asked)).await?;
    let (_, known) = at.site.known().await?;
    let shown = found.as_ref().and_then(|on| Some((on, on.found.shops.get(on.found.no)?)));
    Ok(match shown {
        None => empty(&at.look),
        Some((on, shop)) => {
            show(&at, on, shop, known.get(&shop.id).and_then(|shop| shop.holiday_at(at.now())))
        }
    })
}

fn load(site: &Site, ask: &dyn Ask, day: Date, id: &str, asked: &Fields) -> Result<Found, Failure> {
    let shops = web_kit::view::shops::all(site, ask)?;
    let shop = web_kit::view::shops::find(&shops, id)?;
    let no = shop.no;
    let range = score::range(asked.raw("days"))?;
    let days = if asked.raw("days").is_some() { range } else { 90 };
    let chosen = metric::named(asked.raw("metric").unwrap_or("late_ship_rate"))?;
    let line = |m: &Metric, days| score::line(site, ask, m, m.window_days, no, day, days);
    let mut both = data::side_by_side(&[true, false], |own| match own {
        true => line(chosen, days),
        false => data::totals(site, ask, chosen, chosen.window_days, day, days),
    })?;
    Ok(Found {
        scene: score::load(site, ask, place(shop), no, day, range, asked.raw("card"))?,
        trades: site.db.read(|q| people::merchant::shop(q, shop.id)).is_ok(),
        grids: data::grids(site, ask, day)?,
        lines: data::side_by_side(data::main(), |m| line(m, 30))?,
        others: site.remember(ask, format!("others {no} {day}"), || {
            let rest: Vec<&'static Metric> = metric::catalogue().iter().skip(data::main().len()).collect();
            Ok(metric::as_of(ask, &rest, data::end_of(site, day)?, Some(no))?)
        })?,
        market: both.pop().unwrap_or_default(),
        line: both.pop().unwrap_or_default(),
        orders: site.remember(ask, format!("orders {no}"), || {
            Ok(govern::view::orders(ask, &govern::view::OrderFilter::of_shop(no), None, 12)?)
        })?,
        no,
        chosen,
        days,
        shops,
    })
}

/// A shop's name as a page shows it.
fn crumb(lang: Lang, shop: &ShopName) -> Markup {
    html! {
        a href="/console/shops" { (t(lang, "店铺", "Shops")) } " / "
        span.mono { (shop.id) }
        @if shop.external_id != shop.id.to_string() { " / " span.mono { (shop.external_id) } }
    }
}

fn show(at: &PageContext, on: &OnDay<Found>, shop: &ShopName, holiday: Option<Holiday>) -> Page {
    let (look, lang, market) = (&at.look, at.lang(), &at.site.market);
    let (found, day, path) = (&on.found, on.day, place(shop).root);
    let days = found.days.to_string();
    let card = found.scene.as_ref().and_then(|s| s.asked).map(|c| c.name());
    let mut keep = vec![("metric", found.chosen.name.as_str()), ("days", days.as_str())];
    keep.extend(card.as_deref().map(|name| ("card", name)));
    let meta = html! {
        (on.picker(look, &path, &keep))
        @if let Some(scene) = &found.scene { (sum::meta(lang, scene)) }
        @if let Some(holiday) = holiday { (ui::state(Mark::Hold, &format!("{} {}", at.t("假期中，到", "Holiday until"), fmt::day(lang, holiday.until.plus_micros(-1).date(&market.zone))))) }
        span { (at.t("开店 ", "Opened ")) (fmt::date(lang, shop.opened_at.date(&market.zone))) }
        span.s12.mut { (at.t("事实截至 ", "facts to ")) (fmt::until(look.lang, market, Moment::day_end(on.day, &market.zone).unwrap_or(at.now()).min(at.now()))) " " (market.zone) }
    };
    let acts = html! {
        a.btn href={ "/api/platform/shops/" (shop.id) "/score?as_of=" (day) } { (at.t("导出 JSON", "JSON")) }
        form action={ (path) "/merchant-link" } method="post" { button.btn { (at.t("商家链接", "Merchant link")) } }
        @if found.trades { a.btn href={ (path) "/gates" } { (at.t("权限", "Gates")) } }
        @if found.scene.is_some() { a.btn.pri href="#what-if" { (at.t("试算", "What if")) } }
    };
    let metrics = metrics_section(at, on, &path);
    let chart = chart_section(lang, on, shop, &path);
    let orders = orders_section(market, lang, &found.orders, "/console/orders");
    let (trend, last) = ((at.t("走势", "Trend"), chart), (at.t("订单", "Orders"), orders));
    let parts: Vec<(&str, Markup)> = match &found.scene {
        Some(scene) => {
            let gates = html! { (gates::gates(lang, scene)) (gates::clears(lang, market, scene)) };
            let what_if = whatif::form(lang, scene, &[], whatif::outcome(lang, scene, Ok(unchanged(scene))));
            vec![
                (at.t("分数", "Score"), html! { (sum::sum(lang, scene)) (history::history(lang, scene)) }),
                (at.t("门槛", "Gates"), gates),
                (at.t("指标", "Metrics"), html! { (indicators::indicators(lang, scene)) (metrics) }),
                trend,
                (at.t("试算", "What if"), what_if),
                last,
            ]
        }
        None => {
            let none = ui::question(
                at.t("体验分构成", "What makes up this score"),
                html! {},
                html! { p.means { (at.t("这一天这家店还没有开张，所以没有分。", "The shop was not open yet on this day, so it has no score.")) } },
            );
            vec![(at.t("分数", "Score"), none), (at.t("指标", "Metrics"), metrics), trend, last]
        }
    };
    let body = html! {
        (ui::head(crumb(lang, shop), html! { (shop.name) }, false, meta, acts))
        (by_part(at.t("店铺的各部分", "Parts of the page"), &parts))
    };
    ui::page(look, Area::Shops, &shop.name, body)
}

/// Parts of a long page: below each other where there is room, and on a phone one at a time, chosen by its name. The first
/// one is open.
fn by_part(label: &str, parts: &[(&str, Markup)]) -> Markup {
    html! {
        div.by-part {
            @for (n, (name, _)) in parts.iter().enumerate() {
                input.vh type="radio" name="part" id={ "part-" (n) } checked[n == 0] aria-label=(name);
            }
            div.part-names role="group" aria-label=(label) {
                @for (n, (name, _)) in parts.iter().enumerate() { label for={ "part-" (n) } { (name) } }
            }
            @for (_, part) in parts { div.part { (part) } }
        }
    }
}

/// The basic metrics of a shop, each with what made it.
fn metrics_section(at: &PageContext, on: &OnDay<Found>, path: &str) -> Markup {
    let (lang, day) = (at.lang(), on.day);
    html! {
        (ui::question(
            at.t("基本指标", "Basic metrics"),
            html! {
                (at.t("分子 ÷ 分母，窗口 ", "Numerator ÷ denominator, window "))
                (fmt::day(lang, data::days_away(day, -29))) (at.t(" 至 ", " to ")) (fmt::day(lang, day))
                (at.t("。点分数看每一单。", ". Press the fraction to see every order."))
            },
            html! {
                div.paper {
                    (main_metrics(lang, on, path))
                    (others(lang, on, path))
                    div.foot {
                        span { (at.t("样本少于 5 时不评好坏。没有事实是「暂无」，不是 0。", "With fewer than 5 samples nothing is judged. No facts is \"no data\", never 0.")) }
                        a href="/console/metrics" { (at.t("每个数怎么算", "How each is computed")) }
                    }
                }
            },
        ))
    }
}

/// `/console/shops/{id}/what-if`: the score with figures changed by hand.
pub async fn what_if(at: PageContext) -> Result<Page, Failure> {
    let (lang, id, asked) = (at.lang(), at.param("id").to_owned(), at.query.clone());
    whatif::once(&asked.sent)?;
    let found = on_day(&at, move |site, ask, day| {
        let shops = web_kit::view::shops::all(site, ask)?;
        let shop = web_kit::view::shops::find(&shops, &id)?.clone();
        let scene = score::load(site, ask, place(&shop), shop.no, day, 30, asked.raw("card"))?;
        let scene = scene.ok_or_else(|| {
            Failure::invalid(format!("the shop was not open on {day}"))
                .zh(format!("{day} 这家店还没有开张。"))
        })?;
        let outcome = whatif::given(&scene, &asked.sent)
            .and_then(|given| whatif::what_if(site, ask, &scene, shop.no, &given));
        Ok((shop, scene, outcome))
    });
    let Some(OnDay { found: (shop, scene, outcome), .. }) = found.await? else { return Ok(empty(&at.look)) };
    let title = format!("{}{}", at.t("假如：", "What if: "), shop.name);
    let crumb = html! { a href="/console/shops" { (at.t("店铺", "Shops")) } " / " a href={ "/console/shops/" (shop.id) "?as_of=" (scene.day) } { (shop.name) } };
    let body = html! {
        (ui::head(crumb, html! { (title) }, false, html! { (sum::meta(lang, &scene)) span { (fmt::date(lang, scene.day)) } }, html! {}))
        (whatif::form(lang, &scene, &at.query.sent, whatif::outcome(lang, &scene, outcome)))
        (sum::sum(lang, &scene))
    };
    Ok(ui::page(&at.look, Area::Shops, &title, body))
}

/// How long a link from the console lasts.
const LINK_DAYS: i64 = 30;

/// `/console/shops/{id}/merchant-link`: an address by which the shop reads its own score.
pub async fn merchant_link(headers: HeaderMap, at: PageContext) -> Result<Page, Failure> {
    let (lang, id, until) = (at.lang(), at.param("id").to_owned(), at.now().plus_days(LINK_DAYS));
    let find = move |site: &Site, ask: &dyn Ask| {
        Ok(web_kit::view::shops::find(&*web_kit::view::shops::all(site, ask)?, &id)?.clone())
    };
    let shop = at.site.ask(find).await?;
    let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or("127.0.0.1:8618");
    let address = format!("http://{host}/merchant/score/link/{}", at.site.merchant_key.token(shop.id, until));
    let title = format!("{}{}", at.t("给商家的链接：", "Link for the merchant: "), shop.name);
    let body = html! {
        (ui::head(crumb(lang, &shop), html! { (title) }, false, html! { span { (at.t("到 ", "until ")) (fmt::moment(lang, &at.site.market, until)) (at.t(" 为止", "")) } }, html! {}))
        (ui::question(
            at.t("发给商家", "Send it to the shop"),
            html! { (at.t("链接就是钥匙：拿到的人只能看这家店自己的分和订单，只读，看不到别家和平台页面。", "The link is the key: whoever has it reads this shop's own score and orders, and nothing of others or of the platform.")) },
            html! {
                div.paper.pad {
                    label { span.s12.mut { (at.t("复制整行发给店铺", "Copy the whole line and send it")) }
                        input.mono.wideline readonly value=(address); }
                    p.s12.mut { (at.t("在本浏览器打开它，会进入店铺视角；点「退出」回到平台。命令行：", "Opened in this browser it enters the shop's view; Leave returns to the console. On the command line: ")) span.mono { "sanhao --data DIR merchant-link " (shop.external_id) } }
                }
                p { a href={ "/console/shops/" (shop.id) } { (at.t("回到店铺", "Back to the shop")) } }
            },
        ))
    };
    Ok(ui::page(&at.look, Area::Shops, &title, body))
}

/// The last sentence of a source, which names the clause; the metric's own page has the whole.
fn clause(lang: Lang, source: &str) -> String {
    let source = source.trim_end_matches('.');
    let last = source.rsplit_once(". ").map_or(source, |(_, last)| last);
    web_kit::words::source(lang, last.trim_start_matches("Counterpart of "))
}

/// A reading of the shop: what it comes to, what made it, and by which rule.
fn reading(
    lang: Lang,
    metric: &Metric,
    (num, den): (i64, i64),
    detail: &str,
) -> [(&'static str, &'static str, Markup); 3] {
    let (unit, value) = (Unit::of(&metric.unit), data::value(metric, (num, den)));
    let sum = value.map_or("0 ÷ 0".to_owned(), |_| data::fraction(metric, num, den));
    [
        (
            "r big",
            t(lang, "现在", "Now"),
            html! { @match value { Some(v) => { (unit.number(v)) small { (unit.as_str(lang)) } }, None => span.none { (fmt::nothing(lang)) } } },
        ),
        (
            "r frac",
            t(lang, "分子 ÷ 分母", "num ÷ den"),
            html! { a.mono href=(detail) { (sum) } small { (t(lang, &metric.den_zh, &metric.den_en)) } },
        ),
        (
            "src",
            t(lang, "规则出处", "Source"),
            html! { (clause(lang, &metric.source)) small.blk { (t(lang, "窗口 ", "window ")) (metric.window_days) (t(lang, " 天", " days")) } },
        ),
    ]
}

/// What a metric is called, with the way to its definition.
fn title(lang: Lang, metric: &Metric) -> Markup {
    html! { a href={ "/console/metrics/" (metric.name) } { (data::title(lang, metric)) } }
}

/// Every other metric that says something about the shop, by group.
fn others(lang: Lang, on: &OnDay<Found>, path: &str) -> Markup {
    let others = &on.found.others;
    if others.is_empty() {
        return html! {};
    }
    html! {
        details.more {
            summary { (t(lang, "其他 ", "")) (others.len()) (t(lang, " 项有事实的指标", " more metrics with facts")) }
            table.cards.m {
                thead { tr {
                    th scope="col" { (t(lang, "指标", "Metric")) }
                    th.r scope="col" { (t(lang, "现在", "Now")) }
                    th.r scope="col" { (t(lang, "分子 ÷ 分母", "num ÷ den")) }
                    th scope="col" { (t(lang, "规则出处", "Source")) }
                } }
                @for (g, metrics) in data::groups() {
                    @let readings: Vec<&Reading> = others.iter().filter(|r| metrics.iter().any(|m| m.name == r.metric.name)).collect();
                    @if !readings.is_empty() {
                        tbody {
                            tr.dim { th scope="rowgroup" colspan="4" { (t(lang, data::GROUPS[g].0, data::GROUPS[g].1)) } }
                            @for r in readings {
                                tr {
                                    td.nm.w { (title(lang, r.metric)) }
                                    @for (class, name, value) in reading(lang, r.metric, (r.num, r.den), &format!("{path}/metrics/{}?as_of={}", r.metric.name, on.day)) {
                                        td class=(class) data-l=(name) { (value) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Where a shop stands among those that have the figure: how many do worse, of how many.
fn position(metric: &Metric, grid: &Grid, no: i64) -> Option<(usize, usize)> {
    let mine = data::value(metric, grid.at(0, no))?;
    let up = data::more_is_better(metric);
    let (mut worse, mut all) = (0, 0);
    for value in grid.day(0).filter_map(|r| metric.value(r.num, r.den)) {
        all += 1;
        worse += usize::from(if up { value < mine } else { value > mine });
    }
    Some((worse, all))
}

/// How a shop's value stands to the market's, where the difference is worth a word.
fn judged(lang: Lang, metric: &Metric, mine: Option<f64>, market: Option<f64>, den: i64) -> Option<Markup> {
    let (mine, market) = (mine?, market?);
    if den < 5 {
        return Some(ui::state(Mark::None, t(lang, "样本少", "few samples")));
    }
    let far = (mine - market).abs() > market.abs() * 0.2;
    far.then(|| match (mine > market) == data::more_is_better(metric) {
        true => ui::state(Mark::Kept, t(lang, "好于市场", "better than market")),
        false => ui::state(Mark::Broken, t(lang, "差于市场", "worse than market")),
    })
}

/// The main metrics, each beside the market's.
fn main_metrics(lang: Lang, on: &OnDay<Found>, path: &str) -> Markup {
    let found = &on.found;
    let rows = data::main().iter().zip(found.grids.iter().zip(&found.lines));
    sheet("cards m", rows, |(metric, (grid, line))| {
        let (num, den) = grid.at(0, found.no);
        let whole = grid.totals().first().copied().unwrap_or_default();
        let of_market = if metric.kind == Kind::Count { None } else { metric.value(whole.0, whole.1) };
        let mark = judged(lang, metric, data::value(metric, (num, den)), of_market, den);
        let market = html! {
            @if let Some(m) = of_market { (Unit::of(&metric.unit).text(lang, m)) } @else { (t(lang, "市场共 ", "market ")) (fmt::count(whole.0)) }
            @if let Some((worse, all)) = position(metric, grid, found.no) {
                small.blk { (t(lang, "好于 ", "better than ")) (fmt::count(worse as i64)) " / " (fmt::count(all as i64)) (t(lang, " 家", " shops")) }
            }
        };
        let points: Vec<Option<f64>> = line.iter().map(|p| own_point(metric, *p)).collect();
        let detail = format!("{path}/metrics/{}?as_of={}", metric.name, on.day);
        let name = html! { (title(lang, metric)) @if let Some(mark) = mark { " " (mark) } };
        let [now, fraction, source] =
            reading(lang, metric, (num, den), &detail).map(|(class, name, value)| cell(class, name, value));
        vec![
            lead("nm w", t(lang, "指标", "Metric"), name),
            now,
            fraction,
            cell("", t(lang, "全市场与位置", "Market and position"), market),
            source,
            cell("sp", t(lang, "30 天", "30 days"), ui::spark(&points)),
        ]
    })
}

/// A shop's reading as a point of a drawing; none without a fact.
fn own_point(metric: &Metric, reading: (i64, i64)) -> Option<f64> {
    data::value(metric, reading).and_then(|_| data::plotted(metric, reading))
}

fn chart_section(lang: Lang, on: &OnDay<Found>, shop: &ShopName, path: &str) -> Markup {
    let (found, metric) = (&on.found, on.found.chosen);
    let days = data::days_to(on.day, found.days);
    let own: Vec<_> = found.line.iter().map(|p| own_point(metric, *p)).collect();
    let mut series = vec![json!({ "name": t(lang, "本店", "shop"), "values": own, "color": "ink" })];
    if metric.kind != Kind::Count {
        let market: Vec<_> = found.market.iter().map(|p| data::plotted(metric, *p)).collect();
        series.push(
            json!({ "name": t(lang, "全市场", "market"), "values": market, "color": "ink-3", "dash": true }),
        );
    }
    let (word, digits) = data::unit(lang, metric);
    let (name, whose, long) = (data::title(lang, metric), &shop.name, found.days);
    let last = found.line.last().copied().unwrap_or_default();
    let text = |reading: &(i64, i64)| data::shown(lang, metric, *reading);
    let now = text(&last);
    let label =
        say!(lang, "{whose}的{name}，{long} 天，现在 {now}", "{name} of {whose} over {long} days, now {now}");
    let spec = json!({
        "kind": "line", "days": days, "series": series, "unit": word, "digits": digits,
        "zero": Unit::of(&metric.unit) != Unit::Stars,
        "num": found.line.iter().map(|p| data::rounded(metric.scaled(p.0))).collect::<Vec<_>>(),
        "den": found.line.iter().map(|p| p.1).collect::<Vec<_>>(),
    });
    let rows = days.iter().zip(found.line.iter().zip(found.market.iter())).rev();
    let table = sheet("", rows, |(day, (own, market))| {
        let detail =
            html! { a href={ (path) "/metrics/" (metric.name) "?as_of=" (day) } { (fmt::date(lang, *day)) } };
        vec![
            lead("nw", t(lang, "截至", "As of"), detail),
            lead("r", t(lang, "本店", "Shop"), text(own)),
            lead("r mono nw", t(lang, "分子 ÷ 分母", "num ÷ den"), data::fraction(metric, own.0, own.1)),
            lead("r", t(lang, "全市场", "Market"), text(market)),
        ]
    });
    let address = |m: &str, days: i64| format!("{path}?as_of={}&metric={m}&days={days}", on.day);
    html! {
        div id="history" {
            (ui::question(
                t(lang, "指标走势", "Metric trend"),
                html! { (t(lang, "每一点是那天结束时的窗口。虚线是全市场，用同一口径。表格里点日期，看那天算进去的每一单。",
                    "Each point is the window at the end of that day; the dashed line is the whole market. In the table, press a day to see its orders.")) },
                html! {
                    div.bar2 {
                        form.pick action={ (path) "#history" } method="get" hx-get=(path) hx-select="#history" hx-target="#history" hx-swap="outerHTML" hx-replace-url="true" {
                            input type="hidden" name="as_of" value=(on.day);
                            input type="hidden" name="days" value=(found.days);
                            (data::metric_choice(lang, metric))
                        }
                        div.pick role="group" aria-label=(t(lang, "多长", "How long")) {
                            @for (n, zh, en) in score::RANGES {
                                a.chip href={ (address(&metric.name, n)) "#history" } hx-get=(address(&metric.name, n)) hx-select="#history" hx-target="#history" hx-swap="outerHTML" hx-replace-url="true"
                                    aria-current=[(n == found.days).then_some("true")] { (t(lang, zh, en)) }
                            }
                        }
                    }
                    div.paper {
                        div.lead { b { (now) } span.sub { (name) (t(lang, "，截至 ", ", as of ")) (fmt::date(lang, on.day)) } span.mono.mut { (data::fraction(metric, last.0, last.1)) } }
                        div.chw { (ui::chart(lang, &Chart { id: "history-chart", label: &label, size: "h-260", spec, table })) }
                    }
                },
            ))
        }
    }
}

/// `/console/shops/{id}/metrics/{name}`: the orders that make one number.
pub async fn explain(at: PageContext) -> Result<Page, Failure> {
    let asked = |name: &str| at.query.raw(name).map(str::to_owned);
    let asked =
        Params { as_of: asked("as_of"), page: asked("page"), window: asked("window"), ..Params::default() };
    let (id, name) = (at.param("id").to_owned(), at.param("name").to_owned());
    let found = at.site.ask(move |site, ask| {
        let shops = web_kit::view::shops::all(site, ask)?;
        if data::history(site, ask)?.is_none() {
            return Ok(None);
        }
        metric_named(&name)?;
        let shop = web_kit::view::shops::find(&shops, &id)?;
        detail(site, ask, place(shop), shop.no, &name, &asked)
    });
    Ok(match &found.await? {
        None => empty(&at.look),
        Some(found) => show_detail(&at.site.market, &at.look, found, None),
    })
}
