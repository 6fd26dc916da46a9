//! `/merchant/score`: a shop reads its own score in plain words - what it is, why, what changed, what to do next, what if - and
//! its own orders. Signed in by a link (`/merchant/score/link/{token}`), read only.
//!
//! Invariants: nothing here names another shop; every address below `/merchant/score` asks for the link first.

use super::data;
use super::score::{self, Place, Scene};
use super::{order, overview, scorecards, shop};
use crate::Site;
use crate::fmt;
use crate::lang::{Lang, t};
use crate::merchant::{self, Visitor};
use crate::problem::{Failure, Path, Query};
use crate::ui::{self, Area, Look, State as Mark};
use crate::words;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use govern::ShopName;
use govern::scorecard::{Move, Points};
use govern::view::OrderView;
use kernel::{Ask, Date};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/merchant/score/link/{token}", get(enter))
        .route("/merchant/score", get(home))
        .route("/merchant/score/what-if", get(what_if))
        .route("/merchant/score/metrics/{name}", get(metric))
        .route("/merchant/score/orders/{id}", get(one_order))
        .route("/merchant/score/card", get(card))
        .route("/merchant/score/leave", post(leave))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    as_of: Option<String>,
    days: Option<String>,
}

/// Opens a link: the token goes into a cookie that no script can read, and the browser to the shop's page.
async fn enter(State(site): State<Site>, Path(token): Path<String>) -> Result<Response, Failure> {
    let now = (site.now)();
    let (_, until) = site.merchant_key.read(&token, now).map_err(merchant::refusal)?;
    let seconds = (until.micros() - now.micros()).div_euclid(1_000_000);
    let mut response = Redirect::to("/merchant/score").into_response();
    if let Some(cookie) = merchant::set_cookie(Some((&token, seconds))) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Takes the cookie back.
async fn leave(look: Look) -> Response {
    let lang = look.lang;
    let title = t(lang, "已退出", "You have left");
    let body = html! {
        (ui::head(html! { (t(lang, "店铺", "Shop")) }, html! { (title) }, false, html! {}, html! {}))
        (ui::question(t(lang, "接下来？", "What now?"), html! {}, html! {
            p.means { (t(lang, "这个浏览器不再以店铺身份查看。再看时，从平台发的链接进来。", "This browser no longer reads as a shop. To read again, open the link that the platform sent.")) }
        }))
    };
    let mut response = ui::page(&look, Area::Merchant, title, body).into_response();
    if let Some(cookie) = merchant::set_cookie(None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The visitor's shop.
fn own(site: &Site, ask: &dyn Ask, visitor: &Visitor) -> Result<ShopName, Failure> {
    let shops = crate::api::shop::all(site, ask)?;
    shops
        .iter()
        .find(|shop| shop.id == visitor.0)
        .cloned()
        .ok_or_else(|| merchant::refusal(merchant::Refused::Forged))
}

fn place() -> Place {
    Place { root: "/merchant/score".to_owned(), merchant: true }
}

struct Home {
    history: Arc<Option<data::History>>,
    shop: ShopName,
    day: Date,
    days: i64,
    scene: Option<Scene>,
    orders: Arc<Vec<OrderView>>,
}

/// `/merchant/score`.
async fn home(
    State(site): State<Site>,
    look: Look,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<ui::Page, Failure> {
    let found = site
        .ask(move |site, ask| {
            let history = data::history(site, ask)?;
            let shop = own(site, ask, &visitor)?;
            let Some(known) = history.as_ref() else { return Ok(None) };
            let day = data::day_asked(known, asked.as_of.as_deref())?;
            let days = score::range(asked.days.as_deref())?;
            let scene = score::load(site, ask, place(), shop.no, day, days, None)?;
            let orders = site.remember(ask, format!("orders {}", shop.no), || {
                Ok(govern::view::orders(ask, shop.no, None, 12)?)
            })?;
            Ok(Some(Home { history, shop, day, days, scene, orders }))
        })
        .await?;
    let lang = look.lang;
    let Some(found) = found else { return Ok(overview::empty(&look)) };
    let market = &site.market;
    let days = found.days.to_string();
    let meta = html! {
        @if let Some(history) = found.history.as_ref() { (overview::day_picker(&look, "/merchant/score", history, found.day, &[("days", &days)])) }
        @if let Some(scene) = &found.scene { (score::meta(lang, scene)) }
    };
    let acts =
        html! { @if found.scene.is_some() { a.btn.pri href="#what-if" { (t(lang, "假如…", "What if…")) } } };
    let body = html! {
        (ui::head(html! { (found.shop.name) }, verdict(lang, &found), true, meta, acts))
        @match &found.scene {
            None => (ui::question(t(lang, "我的分是多少？", "What is my score?"), html! {}, html! { p.means { (t(lang, "这一天店还没有开张，所以没有分。", "The shop was not open yet on this day, so it has no score.")) } })),
            Some(scene) => {
                (score::sum(lang, scene))
                (score::history(lang, scene))
                (score::clears(lang, market, scene))
                (score::gates(lang, scene))
                (score::indicators(lang, scene))
                (score::form(lang, scene, &[], score::outcome(lang, scene, Ok(shop::unchanged(scene)))))
            }
        }
        (shop::orders_section(market, lang, &found.orders, "/merchant/score/orders"))
    };
    Ok(ui::page(&look, Area::Merchant, t(lang, "我的分", "My score"), body))
}

/// One sentence: what the score is, how it moved in a week, and most of all why.
fn verdict(lang: Lang, found: &Home) -> Markup {
    let Some(scene) = &found.scene else {
        return html! { (t(lang, "这一天还没有分", "No score on this day")) };
    };
    let scored = &scene.explained.scored;
    let Some(raw) = scored.raw else {
        return html! { (t(lang, "现在还没有分", "There is no score yet")) };
    };
    let shown = raw.floor();
    let days = scene.past.len();
    let week = &scene.past[days.saturating_sub(7)..];
    let then = scene.past.iter().rev().nth(7).and_then(|d| d.raw);
    let why = |kind: Move| match (kind, lang) {
        (Move::New, Lang::Zh) => "新的订单和评价",
        (Move::Left, Lang::Zh) => "移出窗口的订单",
        (Move::Industry, Lang::Zh) => "同行的变化",
        (Move::Bonus, Lang::Zh) => "加分的变化",
        (Move::Deduction, Lang::Zh) => "扣分的变化",
        (Move::Stage, Lang::Zh) => "店铺阶段变了",
        (Move::Version, Lang::Zh) => "评分规则换版",
        (Move::New, Lang::En) => "new orders and reviews",
        (Move::Left, Lang::En) => "orders that left the window",
        (Move::Industry, Lang::En) => "changes of the industry",
        (Move::Bonus, Lang::En) => "bonuses",
        (Move::Deduction, Lang::En) => "deductions",
        (Move::Stage, Lang::En) => "another stage",
        (Move::Version, Lang::En) => "a new version of the rules",
    };
    let kinds =
        [Move::New, Move::Left, Move::Industry, Move::Bonus, Move::Deduction, Move::Stage, Move::Version];
    let sums = kinds.map(|kind| {
        let parts = week.iter().flat_map(|d| &d.moves).filter(|(k, _)| *k == kind);
        (kind, parts.map(|(_, by)| by.0).sum::<i64>())
    });
    html! {
        span { (t(lang, "你的分是 ", "Your score is ")) (shown) (t(lang, " 分", "")) @if let Some(stars) = scored.stars(scene.card) { (t(lang, "，买家看到 ", "; buyers see ")) (words::stars(stars)) (t(lang, " 星", " stars")) } (t(lang, "。", ". ")) }
        @if let Some(then) = then {
            @let by = words::between(then, raw).0;
            @let most = sums.iter().filter(|(_, part)| part.signum() == by.signum()).max_by_key(|(_, part)| part.abs());
            span {
                @match (by, most) {
                    (0, _) => (t(lang, "和 7 天前一样。", "It is what it was 7 days ago.")),
                    (_, most) => {
                        (t(lang, "比 7 天前", "That is ")) (words::clauses::difference(lang, Points(by))) (t(lang, "", " than 7 days ago"))
                        @if let Some((kind, part)) = most { (t(lang, "，主要因为", ", most of all because of ")) (why(*kind)) (t(lang, "（", " (")) (words::gain(Points(*part))) (t(lang, " 分）", " points)")) }
                        (t(lang, "。", "."))
                    }
                }
            }
        }
    }
}

/// `/merchant/score/what-if`.
async fn what_if(
    State(site): State<Site>,
    look: Look,
    visitor: Visitor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<ui::Page, Failure> {
    score::once(&pairs)?;
    let page = site
        .ask(move |site, ask| {
            let history = data::history(site, ask)?;
            let shop = own(site, ask, &visitor)?;
            let Some(known) = history.as_ref() else { return Ok(None) };
            let asked = pairs.iter().find(|(k, _)| k == "as_of").map(|(_, v)| v.as_str());
            let day = data::day_asked(known, asked)?;
            let Some(scene) = score::load(site, ask, place(), shop.no, day, 30, None)? else {
                return Err(Failure::invalid(format!("the shop was not open on {day}"))
                    .zh(format!("{day} 店还没有开张。")));
            };
            let found = score::given(&scene, &pairs)
                .and_then(|given| score::what_if(site, ask, &scene, shop.no, &given));
            Ok(Some((scene, pairs, found)))
        })
        .await?;
    let lang = look.lang;
    let Some((scene, pairs, found)) = page else { return Ok(overview::empty(&look)) };
    let title = t(lang, "假如…", "What if…");
    let crumb = html! { a href={ "/merchant/score?as_of=" (scene.day) } { (t(lang, "我的店", "My shop")) } };
    let body = html! {
        (ui::head(crumb, html! { (title) }, false, html! { (score::meta(lang, &scene)) span { (fmt::date(lang, scene.day)) } }, html! {}))
        (score::form(lang, &scene, &pairs, score::outcome(lang, &scene, found)))
    };
    Ok(ui::page(&look, Area::Merchant, title, body))
}

/// `/merchant/score/metrics/{name}`.
async fn metric(
    State(site): State<Site>,
    look: Look,
    visitor: Visitor,
    Path(name): Path<String>,
    Query(asked): Query<shop::Asked>,
) -> Result<ui::Page, Failure> {
    let found = site
        .ask(move |site, ask| {
            let no = own(site, ask, &visitor)?.no;
            shop::detail(site, ask, place(), no, &name, &asked)
        })
        .await?;
    Ok(match &found {
        None => overview::empty(&look),
        Some(found) => shop::show_detail(&site.market, &look, found),
    })
}

/// `/merchant/score/orders/{id}`: one of the shop's own orders.
async fn one_order(
    State(site): State<Site>,
    look: Look,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<ui::Page, Failure> {
    order::answer(site, look, id, Some(visitor.0)).await
}

/// `/merchant/score/card`: how the score is computed, in sentences.
async fn card(State(site): State<Site>, look: Look, visitor: Visitor) -> Result<ui::Page, Failure> {
    let (card, adoptions) = site
        .ask(move |site, ask| {
            own(site, ask, &visitor)?;
            let history = data::history(site, ask)?;
            let at = match history.as_ref() {
                Some(known) => data::end_of(site, known.shown)?,
                None => (site.now)(),
            };
            Ok((crate::score::card(site, ask, None, at)?, crate::score::adoptions(site, ask)?))
        })
        .await?;
    let lang = look.lang;
    let title = words::title(lang, &card.title);
    let body = html! {
        (ui::head(html! { a href="/merchant/score" { (t(lang, "我的店", "My shop")) } }, html! { (title) " " span.mono { (card.name()) } }, false,
            html! {
                (ui::state(Mark::Kept, t(lang, "生效", "in force")))
                @if let Some(text) = scorecards::in_force(lang, &site.market, &adoptions, card) { span { (text) } }
                span { (t(lang, "原规则施行于 ", "At its source from ")) (fmt::date(lang, card.effective_from)) }
            }, html! {}))
        (scorecards::readable(lang, card))
    };
    Ok(ui::page(&look, Area::Merchant, &title, body))
}
