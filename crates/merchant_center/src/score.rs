//! `/merchant/{shop}/score` and `/merchant/score`: a shop reads its own score in plain words - what it is, why, what changed,
//! what to do next, what if - and its own orders. By a seat in the shop, or by a link (`/merchant/score/link/{token}`).
//!
//! Invariants: nothing here names another shop; every address asks for the seat or for the link first; read only.

use axum::http::{HeaderValue, header};
use govern::ShopName;
use govern::scorecard::{Move, Points};
use govern::view::OrderView;
use kernel::Ask;
use kernel::id::Shop;
use people::staff::Permission::ShopView;
use report::data::{self, History};
use report::overview::{day_picker, empty};
use report::score::{self, ScoreModel, ScoreQuery, gates, whatif};
use report::{scorecards, shop};
use std::collections::HashMap;
use std::sync::Arc;
use web_kit::merchant::{Refused, refusal, set_cookie};
use web_kit::operation::{Needs, Pages};
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};
use web_kit::visitor::Visitor;
use web_kit::words;

pub(crate) fn pages() -> Pages {
    Pages::new()
        .get("/merchant/score/link/{token}", Needs::Public, enter)
        .get("/merchant/score", Needs::ShopLink, home)
        .get("/merchant/score/what-if", Needs::ShopLink, what_if)
        .get("/merchant/score/metrics/{name}", Needs::ShopLink, metric)
        .get("/merchant/score/orders/{id}", Needs::ShopLink, one_order)
        .get("/merchant/score/card", Needs::ShopLink, card)
        .post("/merchant/score/leave", Needs::Public, leave)
        .get("/merchant/{shop}/score", Needs::Permission(ShopView), home)
        .get("/merchant/{shop}/score/what-if", Needs::Permission(ShopView), what_if)
        .get("/merchant/{shop}/score/metrics/{name}", Needs::Permission(ShopView), metric)
        .get("/merchant/{shop}/score/orders/{id}", Needs::Permission(ShopView), one_order)
        .get("/merchant/{shop}/score/card", Needs::Permission(ShopView), card)
}

#[derive(Debug, Default, Deserialize)]
struct Params {
    as_of: Option<String>,
    days: Option<String>,
}

/// Opens a link: the token goes into a cookie that no script can read, and the browser to the shop's page.
async fn enter(State(site): State<Site>, Path(token): Path<String>) -> Result<Response, Failure> {
    let now = (site.now)();
    let (_, until) = site.merchant_key.read(&token, now).map_err(refusal)?;
    let seconds = (until.micros() - now.micros()).div_euclid(1_000_000);
    let mut response = Redirect::to("/merchant/score").into_response();
    if let Some(cookie) = set_cookie(Some((&token, seconds))) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Takes the cookie back.
async fn leave(look: RenderContext) -> Response {
    let lang = look.lang;
    let title = t(lang, "已退出", "You have left");
    let body = html! {
        (ui::head(html! { (t(lang, "店铺", "Shop")) }, html! { (title) }, false, html! {}, html! {}))
        (ui::question(t(lang, "接下来？", "What now?"), html! {}, html! {
            p.means { (t(lang, "这个浏览器不再以店铺身份查看。再看时，从平台发的链接进来。", "This browser no longer reads as a shop. To read again, open the link that the platform sent.")) }
        }))
    };
    let mut response = ui::page(&look, Area::Merchant, title, body).into_response();
    if let Some(cookie) = set_cookie(None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The visitor's shop.
fn own(site: &Site, ask: &dyn Ask, visitor: &Visitor) -> Result<ShopName, Failure> {
    let shops = web_kit::view::shops::all(site, ask)?;
    shops.iter().find(|shop| shop.id == visitor.shop).cloned().ok_or_else(|| match visitor.seat {
        Some(_) => Failure::not_found(
            "这家店还没有可以算分的事实，有了订单就有。",
            "nothing is known of this shop yet that could be scored: it takes orders",
        ),
        None => refusal(Refused::Forged),
    })
}

fn place(root: &str) -> ScoreQuery {
    ScoreQuery { root: root.to_owned(), merchant: true }
}

/// What a page shows of the visitor's shop, from the history; nothing while there is none.
async fn asked<T: Send + 'static>(
    site: &Site,
    visitor: Visitor,
    f: impl FnOnce(&Site, &dyn Ask, &History, ShopName, ScoreQuery) -> Result<T, Failure> + Send + 'static,
) -> Result<Option<T>, Failure> {
    site.ask(move |site, ask| {
        let history = data::history(site, ask)?;
        let shop = own(site, ask, &visitor)?;
        let Some(known) = history.as_ref() else { return Ok(None) };
        f(site, ask, known, shop, place(&visitor.root)).map(Some)
    })
    .await
}

/// The frame of a page: of the merchant center, or of a link.
fn framed(look: &RenderContext, seat: Option<&ShopFrame>, title: &str, body: Markup) -> Page {
    match seat {
        Some(place) => frame(look, place, Tab::Score, title, body),
        None => ui::page(look, Area::Merchant, title, body),
    }
}

struct Home {
    shop: ShopName,
    picker: Markup,
    scene: Option<ScoreModel>,
    orders: Arc<Vec<OrderView>>,
}

/// `/merchant/score`.
async fn home(
    State(site): State<Site>,
    look: RenderContext,
    visitor: Visitor,
    Query(asked_for): Query<Params>,
) -> Result<Page, Failure> {
    let (root, seat, shown) = (visitor.root.clone(), visitor.seat.clone(), look.clone());
    let found = asked(&site, visitor, move |site, ask, known, shop, place| {
        let day = data::day_asked(known, asked_for.as_of.as_deref())?;
        let days = score::range(asked_for.days.as_deref())?;
        let picker = day_picker(&shown, &place.root, known, day, &[("days", &days.to_string())]);
        let scene = score::load(site, ask, place, shop.no, day, days, None)?;
        let orders = site.remember(ask, format!("orders {}", shop.no), || {
            Ok(govern::view::orders(ask, &govern::view::OrderFilter::of_shop(shop.no), None, 12)?)
        })?;
        Ok(Home { shop, picker, scene, orders })
    });
    let Some(found) = found.await? else { return Ok(empty(&look)) };
    let (lang, market) = (look.lang, &site.market);
    let meta = html! {
        (found.picker)
        @if let Some(scene) = &found.scene { (score::sum::meta(lang, scene)) }
    };
    let acts =
        html! { @if found.scene.is_some() { a.btn.pri href="#what-if" { (t(lang, "试算", "What if")) } } };
    let body = html! {
        (ui::head(html! { (found.shop.name) }, verdict(lang, found.scene.as_ref()), true, meta, acts))
        @match &found.scene {
            None => (ui::question(t(lang, "我的分是多少？", "What is my score?"), html! {}, html! { p.means { (t(lang, "这一天店还没有开张，所以没有分。", "The shop was not open yet on this day, so it has no score.")) } })),
            Some(scene) => {
                (score::sum::sum(lang, scene))
                (score::history::history(lang, scene))
                (gates::clears(lang, market, scene))
                (gates::gates(lang, scene))
                (score::indicators::indicators(lang, scene))
                (whatif::form(lang, scene, &[], whatif::outcome(lang, scene, Ok(shop::unchanged(scene)))))
            }
        }
        (shop::orders_section(market, lang, &found.orders, &format!("{root}/orders")))
    };
    Ok(framed(&look, seat.as_ref(), t(lang, "我的分", "My score"), body))
}

/// Why a score moved.
const fn why(lang: Lang, kind: Move) -> &'static str {
    match kind {
        Move::New => t(lang, "新的订单和评价", "new orders and reviews"),
        Move::Left => t(lang, "移出窗口的订单", "orders that left the window"),
        Move::Industry => t(lang, "同行的变化", "changes of the industry"),
        Move::Bonus => t(lang, "加分的变化", "bonuses"),
        Move::Deduction => t(lang, "扣分的变化", "deductions"),
        Move::Stage => t(lang, "店铺阶段变了", "another stage"),
        Move::Version => t(lang, "评分规则换版", "a new version of the rules"),
    }
}

/// One sentence: what the score is, how it moved in a week, and most of all why.
fn verdict(lang: Lang, scene: Option<&ScoreModel>) -> Markup {
    let Some(scene) = scene else {
        return html! { (t(lang, "这一天还没有分", "No score on this day")) };
    };
    let scored = &scene.explained.scored;
    let Some(raw) = scored.raw else {
        return html! { (t(lang, "现在还没有分", "There is no score yet")) };
    };
    let shown = raw.floor();
    let week = scene.past.get(scene.past.len().saturating_sub(7)..).unwrap_or_default();
    let then = scene.past.iter().rev().nth(7).and_then(|d| d.raw);
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
                        (t(lang, "比 7 天前", "That is ")) (web_kit::words::clauses::difference(lang, Points(by))) (t(lang, "", " than 7 days ago"))
                        @if let Some((kind, part)) = most { (t(lang, "，主要因为", ", most of all because of ")) (why(lang, *kind)) (t(lang, "（", " (")) (words::gain(Points(*part))) (t(lang, " 分）", " points)")) }
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
    look: RenderContext,
    visitor: Visitor,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Page, Failure> {
    whatif::once(&pairs)?;
    let (root, seat) = (visitor.root.clone(), visitor.seat.clone());
    let found = asked(&site, visitor, move |site, ask, known, shop, place| {
        let day = pairs.iter().find(|(k, _)| k == "as_of").map(|(_, v)| v.as_str());
        let day = data::day_asked(known, day)?;
        let Some(scene) = score::load(site, ask, place, shop.no, day, 30, None)? else {
            return Err(Failure::invalid(format!("the shop was not open on {day}"))
                .zh(format!("{day} 店还没有开张。")));
        };
        let found = whatif::given(&scene, &pairs)
            .and_then(|given| whatif::what_if(site, ask, &scene, shop.no, &given));
        Ok((scene, pairs, found))
    });
    let lang = look.lang;
    let Some((scene, pairs, found)) = found.await? else { return Ok(empty(&look)) };
    let title = t(lang, "试算", "What if");
    let crumb = html! { a href={ (root) "?as_of=" (scene.day) } { (t(lang, "我的分", "My score")) } };
    let body = html! {
        (ui::head(crumb, html! { (title) }, false, html! { (score::sum::meta(lang, &scene)) span { (fmt::date(lang, scene.day)) } }, html! {}))
        (whatif::form(lang, &scene, &pairs, whatif::outcome(lang, &scene, found)))
    };
    Ok(framed(&look, seat.as_ref(), title, body))
}

/// `/merchant/score/metrics/{name}`; the shop is the visitor's.
async fn metric(
    State(site): State<Site>,
    look: RenderContext,
    visitor: Visitor,
    Path(params): Path<HashMap<String, String>>,
    Query(asked): Query<shop::Params>,
) -> Result<Page, Failure> {
    let seat = visitor.seat.clone();
    let found = site
        .ask(move |site, ask| {
            let no = own(site, ask, &visitor)?.no;
            shop::detail(site, ask, place(&visitor.root), no, part(&params, "name"), &asked)
        })
        .await?;
    Ok(match &found {
        None => empty(&look),
        Some(found) => shop::show_detail(&site.market, &look, found, seat.as_ref()),
    })
}

/// `/merchant/score/orders/{id}`: one of the shop's own orders.
async fn one_order(
    State(site): State<Site>,
    look: RenderContext,
    visitor: Visitor,
    Path(params): Path<HashMap<String, String>>,
) -> Result<Page, Failure> {
    site.ask(move |site, ask| report::order::page(site, ask, &look, part(&params, "id"), Some(&visitor)))
        .await
}

/// A part of the address.
fn part<'a>(params: &'a HashMap<String, String>, name: &str) -> &'a str {
    params.get(name).map_or("", String::as_str)
}

/// `/merchant/score/card`: how the score is computed, in sentences.
async fn card(State(site): State<Site>, look: RenderContext, visitor: Visitor) -> Result<Page, Failure> {
    let (root, seat) = (visitor.root.clone(), visitor.seat.clone());
    let (card, adoptions) = site
        .ask(move |site, ask| {
            own(site, ask, &visitor)?;
            let history = data::history(site, ask)?;
            let at = match history.as_ref() {
                Some(known) => data::end_of(site, known.shown)?,
                None => (site.now)(),
            };
            Ok((web_kit::score::card(site, ask, None, at)?, web_kit::score::adoptions(site, ask)?))
        })
        .await?;
    let lang = look.lang;
    let title = words::title(lang, &card.title);
    let body = html! {
        (ui::head(html! { a href=(root) { (t(lang, "我的分", "My score")) } }, html! { (title) " " span.mono { (card.name()) } }, false,
            html! {
                (ui::state(Mark::Kept, t(lang, "生效", "in force")))
                @if let Some(text) = scorecards::in_force(lang, &site.market, &adoptions, card) { span { (text) } }
                span { (t(lang, "原规则施行于 ", "At its source from ")) (fmt::date(lang, card.effective_from)) }
            }, html! {}))
        (scorecards::readable(lang, card))
    };
    Ok(framed(&look, seat.as_ref(), &title, body))
}

/// The score and its gates for the shop's home: how much, made of what, and how far each gate is. Nothing if there is no score.
pub async fn distance(site: &Site, look: &RenderContext, shop: Id<Shop>) -> Markup {
    let root = format!("/merchant/{shop}/score");
    let at = root.clone();
    let found = site
        .ask(move |site, ask| {
            let history = data::history(site, ask)?;
            let Some(known) = history.as_ref() else { return Ok(None) };
            let shops = web_kit::view::shops::all(site, ask)?;
            let Some(own) = shops.iter().find(|one| one.id == shop) else { return Ok(None) };
            score::load(site, ask, place(&at), own.no, known.shown, 30, None)
        })
        .await;
    let lang = look.lang;
    let Ok(Some(scene)) = found else { return html! {} };
    let (card, scored) = (scene.card, &scene.explained.scored);
    let Some(raw) = scored.raw else { return html! {} };
    let stage = scored.stage.and_then(|stage| card.stages.get(stage));
    let fixed = stage.filter(|stage| stage.score.is_some());
    let week = scene.past.iter().rev().nth(7).and_then(|day| day.raw).map(|then| words::between(then, raw));
    ui::question(
        t(lang, "离下一个门槛还差多少？", "Distance to the next threshold"),
        html! { (t(lang, "体验分决定进得了哪些活动和标识。按昨天为止的事实算，每天一次。", "The score decides which campaigns and badges are open. It is computed once a day, from facts to the end of yesterday.")) },
        html! {
            div.paper.dk-score {
                div {
                    p.dk-lead {
                        b.big { (words::points(raw)) }
                        span.mut {
                            @match fixed { Some(stage) => (words::title(lang, &stage.title)), None => (t(lang, "体验分", "experience score")) }
                            @if let Some(stars) = scored.stars(card) { " · " (words::stars(stars)) (t(lang, " 星", " stars")) }
                        }
                    }
                    @if let Some(by) = week.filter(|_| fixed.is_none()) { p.s12.mut { (t(lang, "较 7 天前 ", "7 days: ")) (words::gain(by)) } }
                    div.dims {
                        @for (d, dimension) in card.dimensions.iter().enumerate() {
                            div {
                                span { (words::title(lang, &dimension.title)) }
                                @match scored.dimensions[d] {
                                    Some(points) => { (ui::bar(points.number() / 100.0, score::colour(card, d))) b { (words::points(points)) } }
                                    None => { span.mut { (fmt::nothing(lang)) } b { "–" } }
                                }
                            }
                        }
                    }
                    @if fixed.is_some() { p.s12.mut { (t(lang, "这个阶段的分是固定的，维度先攒着。", "In this stage the score is fixed; the dimensions are gathered meanwhile.")) } }
                }
                div { (gates::list(lang, card, &scene.gates)) }
                div.foot { span { (t(lang, "截至 ", "To the end of ")) (fmt::date(lang, scene.day)) } span { a href=(root) { (t(lang, "查看算法和提分办法", "How it is computed and improved")) } } }
            }
        },
    )
}
