//! `/console/shops/{id}`: a shop's score with its arithmetic, then its metrics, their history, and the orders behind each number.

use axum::extract::State;
use govern::metric::{self, Grid, Kind, Metric, Reading};
use govern::view::OrderView;
use govern::{ShopName, Shops};
use kernel::{Ask, Date, Market};
use maud::{Markup, html};
use people::merchant::Holiday;
use report::data::{self, History};
use report::score::{self, ScoreModel, ScoreQuery};
use report::shop::{Params, detail, metric_named, orders_section, show_detail, unchanged};
use serde_json::json;
use std::sync::Arc;
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Chart, RenderContext, State as Mark};

struct ShopPage {
    history: Arc<Option<History>>,
    day: Date,
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
    /// Its holiday, while it runs.
    holiday: Option<Holiday>,
}

pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    Query(asked): Query<Params>,
) -> Result<ui::Page, Failure> {
    let mut found = site.ask(move |site, ask| load(site, ask, &id, &asked)).await?;
    if let Some(shop) = found.as_mut() {
        let (id, now) = (shop.shops.get(shop.no).map(|s| s.id), (site.now)());
        let (_, shops) = site.known().await?;
        shop.holiday = id.and_then(|id| shops.get(&id)?.holiday_at(now));
    }
    Ok(match &found {
        None => report::overview::empty(&look),
        Some(found) => show(&site.market, &look, found),
    })
}

fn load(site: &Site, ask: &dyn Ask, id: &str, asked: &Params) -> Result<Option<ShopPage>, Failure> {
    let history = data::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(None) };
    let shops = web_kit::view::shops::all(site, ask)?;
    let no = web_kit::view::shops::find(&shops, id)?.no;
    let day = data::day_asked(known, asked.as_of.as_deref())?;
    let range = score::range(asked.days.as_deref())?;
    let days = if asked.days.is_some() { range } else { 90 };
    let chosen = metric::named(asked.metric.as_deref().unwrap_or("late_ship_rate"))?;
    let place = ScoreQuery {
        root: format!("/console/shops/{}", shops.get(no).map_or(String::new(), |s| s.id.to_string())),
        merchant: false,
    };
    let scene = score::load(site, ask, place, no, day, range, asked.card.as_deref())?;
    let grids = data::grids(site, ask, day)?;
    let lines = data::side_by_side(data::main(), |m| score::line(site, ask, m, m.window_days, no, day, 30))?;
    let others = site.remember(ask, format!("others {no} {day}"), || {
        let rest: Vec<&'static Metric> = metric::catalogue().iter().skip(data::main().len()).collect();
        Ok(metric::as_of(ask, &rest, data::end_of(site, day)?, Some(no))?)
    })?;
    let mut both = data::side_by_side(&[true, false], |own| {
        if *own {
            score::line(site, ask, chosen, chosen.window_days, no, day, days)
        } else {
            data::totals(site, ask, chosen, chosen.window_days, day, days)
        }
    })?;
    let (market, line) = (both.pop().unwrap_or_default(), both.pop().unwrap_or_default());
    let orders =
        site.remember(ask, format!("orders {no}"), || Ok(govern::view::orders(ask, no, None, 12)?))?;
    let id = shops.get(no).map(|shop| shop.id);
    let trades = id.is_some_and(|id| site.db.read(|q| people::merchant::shop(q, id)).is_ok());
    Ok(Some(ShopPage {
        history,
        day,
        shops,
        no,
        scene,
        trades,
        grids,
        lines,
        others,
        chosen,
        days,
        line,
        market,
        orders,
        holiday: None,
    }))
}

/// A shop's name as a page shows it.
fn crumb(lang: Lang, shop: &ShopName) -> Markup {
    html! {
        a href="/console/shops" { (t(lang, "店铺", "Shops")) } " / "
        span.mono { (shop.id) }
        @if shop.external_id != shop.id.to_string() { " / " span.mono { (shop.external_id) } }
    }
}

fn show(market: &Market, look: &RenderContext, found: &ShopPage) -> ui::Page {
    let lang = look.lang;
    let (Some(history), Some(shop)) = (found.history.as_ref(), found.shops.get(found.no)) else {
        return report::overview::empty(look);
    };
    let chosen = found.chosen;
    let path = format!("/console/shops/{}", shop.id);
    let days = found.days.to_string();
    let card = found.scene.as_ref().and_then(|s| s.asked).map(|c| c.name());
    let mut keep = vec![("metric", chosen.name.as_str()), ("days", days.as_str())];
    keep.extend(card.as_deref().map(|name| ("card", name)));
    let meta = html! {
        (report::overview::day_picker(look, &path, history, found.day, &keep))
        @if let Some(scene) = &found.scene { (report::score::sum::meta(lang, scene)) }
        @if let Some(holiday) = found.holiday { (ui::state(Mark::Hold, &format!("{} {}", t(lang, "假期中，到", "Holiday until"), fmt::day(lang, holiday.until.plus_micros(-1).date(&market.zone))))) }
        span { (t(lang, "开张 ", "Opened ")) (fmt::date(lang, shop.opened_at.date(&market.zone))) }
        span.s12.mut { (t(lang, "事实截至当日 24:00，", "facts to the end of the day, ")) (market.zone) }
    };
    let acts = html! {
        a.btn href={ "/api/platform/shops/" (shop.id) "/score?as_of=" (found.day) } { (t(lang, "导出 JSON", "JSON")) }
        form action={ (path) "/merchant-link" } method="post" { button.btn { (t(lang, "商家链接", "Merchant link")) } }
        @if found.trades { a.btn href={ (path) "/gates" } { (t(lang, "权限", "Gates")) } }
        @if found.scene.is_some() { a.btn.pri href="#what-if" { (t(lang, "假如…", "What if…")) } }
    };
    let body = html! {
        (ui::head(crumb(lang, shop), html! { (shop.name) }, false, meta, acts))
        @match &found.scene {
            Some(scene) => (sections(market, lang, scene, &[])),
            None => (ui::question(t(lang, "这个分怎么来的？", "Where does this score come from?"), html! {},
                html! { p.means { (t(lang, "这一天这家店还没有开张，所以没有分。", "The shop was not open yet on this day, so it has no score.")) } })),
        }
        (ui::question(
            t(lang, "基本指标各是多少？", "What do the basic metrics say?"),
            html! {
                (t(lang, "分子 ÷ 分母，窗口 ", "Numerator ÷ denominator, window "))
                (fmt::day(lang, data::days_away(found.day, -29))) (t(lang, " 至 ", " to ")) (fmt::day(lang, found.day))
                (t(lang, "。点分数看每一单。", ". Press the fraction to see every order."))
            },
            html! {
                div.paper {
                    table.cards.m {
                        thead { tr {
                            th scope="col" { (t(lang, "指标", "Metric")) }
                            th.r scope="col" { (t(lang, "现在", "Now")) }
                            th.r scope="col" { (t(lang, "分子 ÷ 分母", "num ÷ den")) }
                            th scope="col" { (t(lang, "全市场与位置", "Market and position")) }
                            th scope="col" { (t(lang, "规则出处", "Source")) }
                            th scope="col" { (t(lang, "30 天", "30 days")) }
                        } }
                        tbody {
                            @for (i, m) in data::main().iter().enumerate() { (row(lang, found, shop, m, i)) }
                        }
                    }
                    (others(lang, found, &path))
                    div.foot {
                        span { (t(lang, "样本少于 5 时不评好坏。没有事实是「暂无」，不是 0。", "With fewer than 5 samples nothing is judged. No facts is \"no data\", never 0.")) }
                        a href="/console/metrics" { (t(lang, "每个数怎么算", "How each is computed")) }
                    }
                }
            },
        ))
        (chart_section(look, found, shop, &path))
        (orders_section(market, lang, &found.orders, "/console/orders"))
    };
    ui::page(look, Area::Shops, &shop.name, body)
}

/// The sections of a score. `pairs` are the figures of what-if, as they were written.
fn sections(market: &Market, lang: Lang, scene: &ScoreModel, pairs: &[(String, String)]) -> Markup {
    let unchanged = unchanged(scene);
    html! {
        (report::score::sum::sum(lang, scene))
        (report::score::gates::gates(lang, scene))
        (report::score::gates::clears(lang, market, scene))
        (report::score::history::history(lang, scene))
        (report::score::indicators::indicators(lang, scene))
        (report::score::whatif::form(lang, scene, pairs, report::score::whatif::outcome(lang, scene, Ok(unchanged))))
    }
}

/// `/console/shops/{id}/what-if`: the score with figures changed by hand.
pub async fn what_if(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<ui::Page, Failure> {
    let lang = look.lang;
    report::score::whatif::once(&pairs)?;
    let page = site
        .ask(move |site, ask| {
            let history = data::history(site, ask)?;
            let Some(known) = history.as_ref() else { return Ok(None) };
            let shops = web_kit::view::shops::all(site, ask)?;
            let shop = web_kit::view::shops::find(&shops, &id)?.clone();
            let named = |name: &str| pairs.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
            let day = data::day_asked(known, named("as_of"))?;
            let place = ScoreQuery { root: format!("/console/shops/{}", shop.id), merchant: false };
            let scene = score::load(site, ask, place, shop.no, day, 30, named("card"))?;
            let Some(scene) = scene else {
                return Err(Failure::invalid(format!("the shop was not open on {day}"))
                    .zh(format!("{day} 这家店还没有开张。")));
            };
            let found = report::score::whatif::given(&scene, &pairs)
                .and_then(|given| report::score::whatif::what_if(site, ask, &scene, shop.no, &given));
            Ok(Some((shop, scene, pairs, found)))
        })
        .await?;
    let Some((shop, scene, pairs, found)) = page else { return Ok(report::overview::empty(&look)) };
    let title = format!("{}{}", t(lang, "假如：", "What if: "), shop.name);
    let crumb = html! { a href="/console/shops" { (t(lang, "店铺", "Shops")) } " / " a href={ "/console/shops/" (shop.id) "?as_of=" (scene.day) } { (shop.name) } };
    let body = html! {
        (ui::head(crumb, html! { (title) }, false, html! { (report::score::sum::meta(lang, &scene)) span { (fmt::date(lang, scene.day)) } }, html! {}))
        (report::score::whatif::form(lang, &scene, &pairs, report::score::whatif::outcome(lang, &scene, found)))
        (report::score::sum::sum(lang, &scene))
    };
    Ok(ui::page(&look, Area::Shops, &title, body))
}

/// How long a link from the console lasts.
const LINK_DAYS: i64 = 30;

/// `/console/shops/{id}/merchant-link`: an address by which the shop reads its own score.
pub async fn merchant_link(
    State(site): State<Site>,
    look: RenderContext,
    headers: axum::http::HeaderMap,
    Path(id): Path<String>,
) -> Result<ui::Page, Failure> {
    let lang = look.lang;
    let shop = site
        .ask(move |site, ask| {
            Ok(web_kit::view::shops::find(&*web_kit::view::shops::all(site, ask)?, &id)?.clone())
        })
        .await?;
    let until = (site.now)().plus_days(LINK_DAYS);
    let host =
        headers.get(axum::http::header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("127.0.0.1:8618");
    let address = format!("http://{host}/merchant/score/link/{}", site.merchant_key.token(shop.id, until));
    let title = format!("{}{}", t(lang, "给商家的链接：", "Link for the merchant: "), shop.name);
    let body = html! {
        (ui::head(crumb(lang, &shop), html! { (title) }, false, html! { span { (t(lang, "到 ", "until ")) (fmt::moment(lang, &site.market, until)) (t(lang, " 为止", "")) } }, html! {}))
        (ui::question(
            t(lang, "怎么给？", "How to hand it over?"),
            html! { (t(lang, "链接就是钥匙：拿到的人只能看这家店自己的分和订单，只读，看不到别家和平台页面。", "The link is the key: whoever has it reads this shop's own score and orders, and nothing of others or of the platform.")) },
            html! {
                div.paper.pad {
                    label { span.s12.mut { (t(lang, "复制整行发给店铺", "Copy the whole line and send it")) }
                        input.mono.wideline readonly value=(address); }
                    p.s12.mut { (t(lang, "在本浏览器打开它，会进入店铺视角；点「退出」回到平台。命令行：", "Opened in this browser it enters the shop's view; Leave returns to the console. On the command line: ")) span.mono { "sanhao --data DIR merchant-link " (shop.external_id) } }
                }
                p { a href={ "/console/shops/" (shop.id) } { (t(lang, "回到店铺", "Back to the shop")) } }
            },
        ))
    };
    Ok(ui::page(&look, Area::Shops, &title, body))
}

/// Every other metric that says something about the shop, by group.
fn others(lang: Lang, found: &ShopPage, path: &str) -> Markup {
    if found.others.is_empty() {
        return html! {};
    }
    html! {
        details.more {
            summary { (t(lang, "其他 ", "")) (found.others.len()) (t(lang, " 项有事实的指标", " more metrics with facts")) }
            table.cards.m {
                thead { tr {
                    th scope="col" { (t(lang, "指标", "Metric")) }
                    th.r scope="col" { (t(lang, "现在", "Now")) }
                    th.r scope="col" { (t(lang, "分子 ÷ 分母", "num ÷ den")) }
                    th scope="col" { (t(lang, "规则出处", "Source")) }
                } }
                @for (g, metrics) in data::groups() {
                    @let readings: Vec<&Reading> = found.others.iter().filter(|r| metrics.iter().any(|m| m.name == r.metric.name)).collect();
                    @if !readings.is_empty() {
                        tbody {
                            tr.dim { th scope="rowgroup" colspan="4" { (t(lang, data::GROUPS[g].0, data::GROUPS[g].1)) } }
                            @for r in readings {
                                @let unit = Unit::of(&r.metric.unit);
                                tr {
                                    td.nm.w { a href={ "/console/metrics/" (r.metric.name) } { (data::title(lang, r.metric)) } }
                                    td.r.big data-l=(t(lang, "现在", "Now")) { @match r.value() { Some(v) => { (unit.number(v)) small { (unit.as_str(lang)) } }, None => span.none { (fmt::nothing(lang)) } } }
                                    td.r.frac data-l=(t(lang, "分子 ÷ 分母", "num ÷ den")) { a.mono href={ (path) "/metrics/" (r.metric.name) "?as_of=" (found.day) } { (data::fraction(r.metric, r.num, r.den)) } small { (t(lang, &r.metric.den_zh, &r.metric.den_en)) } }
                                    td.src data-l=(t(lang, "规则出处", "Source")) { (clause(lang, &r.metric.source)) small.blk { (t(lang, "窗口 ", "window ")) (r.metric.window_days) (t(lang, " 天", " days")) } }
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
    let (num, den) = grid.at(0, no);
    let mine = if (num, den) == (0, 0) { None } else { metric.value(num, den) }?;
    let up = data::more_is_better(metric);
    let (mut worse, mut all) = (0, 0);
    for value in grid.day(0).filter_map(|r| metric.value(r.num, r.den)) {
        all += 1;
        worse += usize::from(if up { value < mine } else { value > mine });
    }
    Some((worse, all))
}

/// The last sentence of a source, which names the clause; the metric's own page has the whole.
fn clause(lang: Lang, source: &str) -> String {
    let source = source.trim_end_matches('.');
    let last = source.rsplit_once(". ").map_or(source, |(_, last)| last);
    web_kit::words::source(lang, last.trim_start_matches("Counterpart of "))
}

fn row(lang: Lang, found: &ShopPage, shop: &ShopName, metric: &Metric, i: usize) -> Markup {
    let unit = Unit::of(&metric.unit);
    let (num, den) = found.grids[i].at(0, found.no);
    let value = if (num, den) == (0, 0) { None } else { metric.value(num, den) };
    let whole = found.grids[i].totals().first().copied().unwrap_or_default();
    let of_market = if metric.kind == Kind::Count { None } else { metric.value(whole.0, whole.1) };
    let place = position(metric, &found.grids[i], found.no);
    let mark = match (value, of_market) {
        (Some(v), Some(m)) if den >= 5 => {
            let better = (v > m) == data::more_is_better(metric);
            let far = (v - m).abs() > m.abs() * 0.2;
            far.then(|| {
                if better {
                    (Mark::Kept, t(lang, "好于市场", "better than market"))
                } else {
                    (Mark::Broken, t(lang, "差于市场", "worse than market"))
                }
            })
        }
        (Some(_), Some(_)) => Some((Mark::None, t(lang, "样本少", "few samples"))),
        _ => None,
    };
    let line: Vec<Option<f64>> =
        found.lines[i].iter().map(|p| if *p == (0, 0) { None } else { data::plotted(metric, *p) }).collect();
    let detail = format!("/console/shops/{}/metrics/{}?as_of={}", shop.id, metric.name, found.day);
    html! {
        tr {
            td.nm.w {
                a href={ "/console/metrics/" (metric.name) } { (data::title(lang, metric)) }
                @if let Some((state, word)) = mark { " " (ui::state(state, word)) }
            }
            td.r.big data-l=(t(lang, "现在", "Now")) {
                @match value {
                    None => span.none { (fmt::nothing(lang)) },
                    Some(v) => { (unit.number(v)) small { (unit.as_str(lang)) } }
                }
            }
            td.r.frac data-l=(t(lang, "分子 ÷ 分母", "num ÷ den")) {
                @if value.is_some() { a.mono href=(detail) { (data::fraction(metric, num, den)) } } @else { a.mono href=(detail) { "0 ÷ 0" } }
                small { (t(lang, &metric.den_zh, &metric.den_en)) }
            }
            td data-l=(t(lang, "全市场与位置", "Market and position")) {
                @if let Some(m) = of_market { (unit.text(lang, m)) } @else { (t(lang, "市场共 ", "market ")) (fmt::count(whole.0)) }
                @if let Some((worse, all)) = place {
                    small.blk { (t(lang, "好于 ", "better than ")) (fmt::count(worse as i64)) " / " (fmt::count(all as i64)) (t(lang, " 家", " shops")) }
                }
            }
            td.src data-l=(t(lang, "规则出处", "Source")) { (clause(lang, &metric.source)) small.blk { (t(lang, "窗口 ", "window ")) (metric.window_days) (t(lang, " 天", " days")) } }
            td.sp data-l=(t(lang, "30 天", "30 days")) { (ui::spark(&line)) }
        }
    }
}

fn chart_section(look: &RenderContext, found: &ShopPage, shop: &ShopName, path: &str) -> Markup {
    let lang = look.lang;
    let metric = found.chosen;
    let unit = Unit::of(&metric.unit);
    let days = data::days_to(found.day, found.days);
    let own: Vec<Option<f64>> =
        found.line.iter().map(|p| if *p == (0, 0) { None } else { data::plotted(metric, *p) }).collect();
    let mut series = vec![json!({ "name": t(lang, "本店", "shop"), "values": own, "color": "ink" })];
    if metric.kind != Kind::Count {
        let market: Vec<_> = found.market.iter().map(|p| data::plotted(metric, *p)).collect();
        series.push(
            json!({ "name": t(lang, "全市场", "market"), "values": market, "color": "ink-3", "dash": true }),
        );
    }
    let (word, digits) = data::unit(lang, metric);
    let name = data::title(lang, metric);
    let last = found.line.last().copied().unwrap_or_default();
    let now = metric
        .value(last.0, last.1)
        .filter(|_| last != (0, 0))
        .map_or(fmt::nothing(lang).to_owned(), |v| unit.text(lang, v));
    let label = match lang {
        Lang::Zh => format!("{}的{name}，{} 天，现在 {now}", shop.name, found.days),
        Lang::En => format!("{name} of {} over {} days, now {now}", shop.name, found.days),
    };
    let spec = json!({
        "kind": "line", "days": days, "series": series, "unit": word, "digits": digits,
        "zero": unit != Unit::Stars,
        "num": found.line.iter().map(|p| data::rounded(metric.scaled(p.0))).collect::<Vec<_>>(),
        "den": found.line.iter().map(|p| p.1).collect::<Vec<_>>(),
    });
    let text = |p: &(i64, i64)| {
        if *p == (0, 0) {
            fmt::nothing(lang).to_owned()
        } else {
            metric.value(p.0, p.1).map_or(fmt::nothing(lang).to_owned(), |v| unit.text(lang, v))
        }
    };
    let table = html! {
        table {
            thead { tr {
                th scope="col" { (t(lang, "截至", "As of")) }
                th.r scope="col" { (t(lang, "本店", "Shop")) }
                th.r scope="col" { (t(lang, "分子 ÷ 分母", "num ÷ den")) }
                th.r scope="col" { (t(lang, "全市场", "Market")) }
            } }
            tbody { @for ((d, p), m) in days.iter().zip(found.line.iter()).zip(found.market.iter()).rev() {
                tr {
                    td.nw { a href={ (path) "/metrics/" (metric.name) "?as_of=" (d) } { (fmt::date(lang, *d)) } }
                    td.r { (text(p)) } td.r.mono.nw { (data::fraction(metric, p.0, p.1)) } td.r { (text(m)) }
                }
            } }
        }
    };
    let address = |m: &str, days: i64| format!("{path}?as_of={}&metric={m}&days={days}", found.day);
    html! {
        div id="history" {
            (ui::question(
                t(lang, "一项指标怎么变的？", "How did a metric move?"),
                html! { (t(lang, "每一点是那天结束时的窗口。虚线是全市场，用同一口径。表格里点日期，看那天算进去的每一单。",
                    "Each point is the window at the end of that day; the dashed line is the whole market. In the table, press a day to see its orders.")) },
                html! {
                    div.bar2 {
                        form.pick action={ (path) "#history" } method="get" hx-get=(path) hx-select="#history" hx-target="#history" hx-swap="outerHTML" hx-replace-url="true" {
                            input type="hidden" name="as_of" value=(found.day);
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
                        div.lead { b { (now) } span.sub { (name) (t(lang, "，截至 ", ", as of ")) (fmt::date(lang, found.day)) } span.mono.mut { (data::fraction(metric, last.0, last.1)) } }
                        div.chw { (ui::chart(lang, &Chart { id: "history-chart", label: &label, size: "h-260", spec, table })) }
                    }
                },
            ))
        }
    }
}

/// `/console/shops/{id}/metrics/{name}`: the orders that make one number.
pub async fn explain(
    State(site): State<Site>,
    look: RenderContext,
    Path((id, name)): Path<(String, String)>,
    Query(asked): Query<Params>,
) -> Result<ui::Page, Failure> {
    let found = site
        .ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            if data::history(site, ask)?.is_none() {
                return Ok(None);
            }
            metric_named(&name)?;
            let shop = web_kit::view::shops::find(&shops, &id)?;
            let place = ScoreQuery { root: format!("/console/shops/{}", shop.id), merchant: false };
            detail(site, ask, place, shop.no, &name, &asked)
        })
        .await?;
    Ok(match &found {
        None => report::overview::empty(&look),
        Some(found) => show_detail(&site.market, &look, found, None),
    })
}
