//! `/console/shops/{id}`: a shop's score with its arithmetic, then its metrics, their history, and the orders behind each number.

use crate::data::{self, History};
use crate::score::{ScoreModel, ScoreQuery};
use govern::Shops;
use govern::metric::{self, Contribution, Explained, Kind, Metric};
use govern::view::OrderView;
use kernel::{Ask, Date, Market, Money};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;
use web_kit::fmt::{self, Unit};
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, brief};
use web_kit::site::Site;
use web_kit::table::{self, Cell, cell, lead};
use web_kit::ui::{self, RenderContext, State as Mark};

/// What a page of one metric is asked for.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Params {
    /// As of which moment.
    pub as_of: Option<String>,
    /// Which metric.
    pub metric: Option<String>,
    /// How many days.
    pub days: Option<String>,
    /// Which page of the orders.
    pub page: Option<String>,
    /// Which window.
    pub window: Option<String>,
    /// Which scorecard.
    pub card: Option<String>,
}

/// What-if with nothing changed: the score itself.
pub fn unchanged(scene: &ScoreModel) -> (web_kit::score::WhatIf, Vec<govern::gate::Verdict>) {
    let scored = scene.explained.scored.clone();
    let what = web_kit::score::WhatIf {
        changes: Vec::new(),
        row: scene.row.clone(),
        changed: scene.row.clone(),
        before: scored.clone(),
        after: scored,
    };
    (what, scene.gates.clone())
}

/// The section of orders behind a number.
pub fn orders_section(market: &Market, lang: Lang, orders: &[OrderView], root: &str) -> Markup {
    ui::question(
        t(lang, "最近卖了什么单？", "Which orders came last?"),
        html! { (t(lang, "按下单时间倒序，到今天为止的全部事实。", "By time of placing, latest first, from all facts to date.")) },
        html! {
            div.paper {
                table.cards.orders {
                    thead { tr {
                        th scope="col" { (t(lang, "订单", "Order")) }
                        th scope="col" { (t(lang, "下单", "Placed")) }
                        th scope="col" { (t(lang, "发货", "Ship")) }
                        th scope="col" { (t(lang, "送达", "Deliver")) }
                        th.r scope="col" { (t(lang, "金额", "Amount")) }
                    } }
                    tbody {
                        @for o in orders {
                            tr {
                                td.w { a.mono.id href={ (root) "/" (o.id) } { (o.external_id) } }
                                td data-l=(t(lang, "下单", "Placed")) { (fmt::minute(lang, market, o.placed_at)) }
                                td data-l=(t(lang, "发货", "Ship")) { (crate::order::promise_mark(lang, o.ship_by, o.picked_up_at, o.cancelled_at)) }
                                td data-l=(t(lang, "送达", "Deliver")) { (crate::order::promise_mark(lang, o.deliver_by, o.delivered_at, o.cancelled_at)) }
                                td.r data-l=(t(lang, "金额", "Amount")) { (fmt::money(lang, Money::new(o.gmv, market.currency))) }
                            }
                        }
                        @if orders.is_empty() { tr { td.w colspan="5" { (t(lang, "这家店铺还没有订单。", "This shop has no orders yet.")) } } }
                    }
                }
            }
        },
    )
}

/// How many orders a page of the drill-down holds.
pub const PAGE: usize = 50;

/// One metric of a shop with its history.
pub struct Detail {
    pub(crate) history: Arc<Option<History>>,
    pub(crate) day: Date,
    pub(crate) shops: Arc<Shops>,
    pub(crate) no: i64,
    pub(crate) place: ScoreQuery,
    /// With the window asked for.
    pub metric: Metric,
    pub(crate) explained: Arc<Explained>,
    pub(crate) page: usize,
}

/// The window of a drill-down: the metric's own, or the one in which a scorecard reads it.
pub fn window(metric: &Metric, asked: Option<&str>) -> Result<Metric, Failure> {
    let window_days = match asked {
        None => metric.window_days,
        Some(text) => text.parse().ok().filter(|n| (1..=3_660).contains(n)).ok_or_else(|| {
            Failure::invalid(format!("window must be 1 to 3660 days, not \"{}\"", brief(text)))
                .zh(format!("窗口是 1 到 3660 天，不能是「{}」。", brief(text)))
        })?,
    };
    Ok(Metric { window_days, ..metric.clone() })
}

/// A metric by its name.
pub fn metric_named(name: &str) -> Result<&'static Metric, Failure> {
    metric::named(name).map_err(|err| Failure::from(err).zh(format!("没有指标「{}」。", brief(name))))
}

/// The orders behind a metric of a shop.
pub fn detail(
    site: &Site,
    ask: &dyn Ask,
    place: ScoreQuery,
    no: i64,
    name: &str,
    asked: &Params,
) -> Result<Option<Detail>, Failure> {
    let history = data::history(site, ask)?;
    let Some(known) = history.as_ref() else { return Ok(None) };
    let metric = metric_named(name)?;
    let shops = web_kit::view::shops::all(site, ask)?;
    let day = data::day_asked(known, asked.as_of.as_deref())?;
    let page = match asked.page.as_deref() {
        None => 1,
        Some(text) => text.parse().ok().filter(|n| (1..=1_000_000).contains(n)).ok_or_else(|| {
            Failure::invalid("page must be a whole number from 1").zh("页码是从 1 开始的整数。")
        })?,
    };
    let end = data::end_of(site, day)?;
    let metric = window(metric, asked.window.as_deref())?;
    let question = format!("explain {} {} {no} {}", metric.name, metric.window_days, end.micros());
    let explained = site.remember_large(ask, question, || Ok(metric::explain(ask, &metric, no, end)?))?;
    Ok(Some(Detail { history, day, shops, no, place, metric, explained, page }))
}

/// The page of one metric of a shop.
pub fn show_detail(
    market: &Market,
    look: &RenderContext,
    found: &Detail,
    seat: Option<&web_kit::admin::frame::ShopFrame>,
) -> ui::Page {
    let lang = look.lang;
    let (Some(history), Some(shop)) = (found.history.as_ref(), found.shops.get(found.no)) else {
        return crate::overview::empty(look);
    };
    let metric = &found.metric;
    let unit = Unit::of(&metric.unit);
    let name = data::title(lang, metric);
    let window = metric.window_days.to_string();
    let merchant = found.place.merchant;
    let explained = &*found.explained;
    let value = if (explained.num, explained.den) == (0, 0) {
        None
    } else {
        metric.value(explained.num, explained.den)
    };
    let value_text = value.map_or(fmt::nothing(lang).to_owned(), |v| unit.text(lang, v));
    let title = match lang {
        Lang::Zh => format!("{}的{name}：{value_text}", shop.name),
        Lang::En => format!("{name} of {}: {value_text}", shop.name),
    };
    let path = format!("{}/metrics/{}", found.place.root, metric.name);
    let orders = if merchant { format!("{}/orders", found.place.root) } else { "/console/orders".to_owned() };
    let counted = explained.contributions.iter().filter(|c| c.counts()).count();
    let out = explained.contributions.len() - counted;
    let pages = explained.contributions.len().div_ceil(PAGE).max(1);
    let page = found.page.min(pages);
    let from = (page - 1) * PAGE;
    let to = (from + PAGE).min(explained.contributions.len());
    let crumb = html! {
        @if merchant {
            a href={ (found.place.root) "?as_of=" (found.day) } { (t(lang, "我的分", "My score")) } " / " (name)
        } @else {
            a href="/console/shops" { (t(lang, "店铺", "Shops")) } " / " a href={ "/console/shops/" (shop.id) "?as_of=" (found.day) } { (shop.name) } " / " a href={ "/console/metrics/" (metric.name) } { (name) }
        }
    };
    let (num_name, den_name) =
        (t(lang, &metric.num_zh, &metric.num_en), t(lang, &metric.den_zh, &metric.den_en));
    let body = html! {
        (ui::head(crumb, html! { (title) }, false, html! { (crate::overview::day_picker(look, &path, history, found.day, &[("window", &window)])) }, html! {
            @if !merchant { a.btn href={ "/api/platform/shops/" (shop.id) "/metrics/" (metric.name) "?as_of=" (found.day) } { (t(lang, "导出 JSON", "JSON")) } }
        }))
        (ui::question(
            t(lang, "这个数怎么来的？", "Where does this number come from?"),
            html! { (t(lang, &metric.meaning_zh, &metric.meaning_en)) },
            html! {
                dl.sum2 {
                    div { dt { (num_name) } dd.mono { (data::numerator(metric, explained.num)) } }
                    @if metric.kind != Kind::Count { div { dt { "÷ " (den_name) } dd.mono { (fmt::count(explained.den)) } } }
                    div.tot { dt { "= " (name) } dd { (value_text) } }
                    div.win { dt { (t(lang, "窗口", "Window")) } dd { (fmt::moment(lang, market, explained.window.0)) (t(lang, "（不含）至 ", " (excluded) to ")) (fmt::moment(lang, market, explained.window.1)) } }
                    div.win { dt { (t(lang, "规则出处", "Source")) } dd { (web_kit::words::source(lang, &metric.source)) } }
                }
            },
        ))
        (ui::question(
            t(lang, "是哪些订单？", "Which orders?"),
            html! {
                (t(lang, "先是计入分子的，再是只计入分母的，最后是两边抵消的。", "First those in the numerator, then those in the denominator only, then those that cancel out."))
                @if out > 0 { (t(lang, " 其中 ", " ")) (out) (t(lang, " 单按口径剔除，不进分母。", " are taken out by the definition.")) }
            },
            html! {
                div.paper {
                    @if explained.contributions.is_empty() {
                        p.pad { (t(lang, "这个窗口里没有算进这个数的订单。", "No order of this window is part of this number.")) }
                    } @else {
                        (table::sheet("cards orders", &explained.contributions[from..to], |c| contribution(market, lang, metric, c, &orders)))
                        div.foot {
                            span { (fmt::count(from as i64 + 1)) "–" (fmt::count(to as i64)) " / " (fmt::count(explained.contributions.len() as i64)) }
                            span.pages {
                                @if page > 1 { a rel="prev" href={ (path) "?as_of=" (found.day) "&window=" (window) "&page=" (page - 1) } { (t(lang, "上一页", "Previous page")) } }
                                @if page < pages { a rel="next" href={ (path) "?as_of=" (found.day) "&window=" (window) "&page=" (page + 1) } { (t(lang, "下一页", "Next page")) } }
                            }
                        }
                    }
                }
            },
        ))
    };
    crate::framed(look, merchant, seat, &title, body)
}

/// A row of the contributions: what counted, when, for how much.
fn contribution<'a>(
    market: &Market,
    lang: Lang,
    metric: &Metric,
    c: &Contribution,
    orders: &str,
) -> Vec<Cell<'a>> {
    let id = metric.ref_id(c.of);
    let order = metric.refs == "order";
    let trouble = metric.kind == Kind::Ratio;
    let mark = match (c.num != 0, c.counts(), trouble) {
        (true, _, true) => ui::state(Mark::Broken, t(lang, "计入分子", "in numerator")),
        (true, _, false) => ui::state(Mark::Running, t(lang, "计入", "counts")),
        (false, true, true) => ui::state(Mark::Kept, t(lang, "只计分母", "denominator only")),
        (false, true, false) => ui::state(Mark::None, t(lang, "只计分母", "denominator only")),
        (false, false, _) => ui::state(Mark::None, t(lang, "已剔除", "taken out")),
    };
    let of = html! {
        @if order {
            a.mono.id href={ (orders) "/" (id) } { @if c.external_id.is_empty() { (id) } @else { (c.external_id) } }
        } @else {
            span.mono.id { (id) }
        }
    };
    let at = |moment| html! { (fmt::moment(lang, market, moment)) };
    vec![
        lead("w", t(lang, "订单", "Order"), of),
        cell("nw", t(lang, "归属时刻", "Belongs to"), at(c.anchor)),
        cell("nw", t(lang, "何时得知", "Known at"), at(c.known_at)),
        cell("r mono", t(lang, "分子", "Num"), html! { (data::numerator(metric, c.num)) }),
        cell("r mono", t(lang, "分母", "Den"), html! { (fmt::count(c.den)) }),
        cell("", t(lang, "计入？", "Counts?"), mark),
    ]
}
