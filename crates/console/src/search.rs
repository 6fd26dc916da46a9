//! `/console/search`: shops by part of a name or id, an order by its id or external id.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use govern::ShopName;
use govern::view::OrderView;
use kernel::Money;
use maud::html;
use serde::Deserialize;
use web_kit::fmt;
use web_kit::lang::{Lang, t};
use web_kit::problem::{Failure, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, RenderContext};

/// How many shops are shown; the list of shops has the rest.
const MOST: usize = 20;

#[derive(Debug, Default, Clone, Deserialize)]
pub struct Params {
    q: Option<String>,
}

pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Response, Failure> {
    let q: String = asked.q.unwrap_or_default().trim().chars().take(200).collect();
    let wanted = q.to_lowercase();
    let (order, shops, found) = if q.is_empty() {
        (None, Vec::new(), 0)
    } else {
        let q = q.clone();
        site.ask(move |site, ask| {
            let order = match govern::view::order(ask, &q) {
                Ok(page) => Some(page.order),
                Err(govern::Error::NoOrder(_)) => None,
                Err(err) => return Err(err.into()),
            };
            let all = web_kit::view::shops::all(site, ask)?;
            let exact = all.find(&q).map(|s| s.no);
            let mut shops: Vec<ShopName> =
                all.iter().filter(|s| crate::shops::matches(s, &wanted)).cloned().collect();
            shops.sort_by_key(|s| {
                (Some(s.no) != exact, !s.name.to_lowercase().starts_with(&wanted), s.name.clone())
            });
            let found = shops.len();
            shops.truncate(MOST);
            Ok((order, shops, found))
        })
        .await?
    };
    // One answer is where the reader wants to be.
    match (&order, shops.as_slice(), found) {
        (Some(order), [], _) => {
            return Ok(Redirect::to(&format!("/console/orders/{}", order.id)).into_response());
        }
        (None, [shop], 1) => return Ok(Redirect::to(&format!("/console/shops/{}", shop.id)).into_response()),
        _ => {}
    }
    Ok(show(&site, &look, &q, order.as_ref(), &shops, found).into_response())
}

fn show(
    site: &Site,
    look: &RenderContext,
    q: &str,
    order: Option<&OrderView>,
    shops: &[ShopName],
    found: usize,
) -> ui::Page {
    let lang = look.lang;
    let title = match (lang, q.is_empty()) {
        (Lang::Zh, true) => "搜索".to_owned(),
        (Lang::En, true) => "Search".to_owned(),
        (Lang::Zh, false) => {
            format!("「{q}」找到 {} 项", fmt::count((found + usize::from(order.is_some())) as i64))
        }
        (Lang::En, false) => {
            format!("{} found for \"{q}\"", fmt::count((found + usize::from(order.is_some())) as i64))
        }
    };
    let body = html! {
        (ui::head(html! { (t(lang, "搜索", "Search")) }, html! { (title) }, false, html! {}, html! {
            form.filter action="/console/search" method="get" role="search" aria-label=(t(lang, "再搜一次", "Search again")) {
                label { span.vh { (t(lang, "店名、店铺号或订单号", "Shop name, shop id or order id")) }
                    input type="search" name="q" value=(q) maxlength="200" placeholder=(t(lang, "店名、店铺号或订单号", "Shop name, shop id or order id")); }
                button.btn { (t(lang, "搜索", "Search")) }
            }
        }))
        div.paper {
            @if order.is_none() && shops.is_empty() {
                p.pad {
                    @if q.is_empty() { (t(lang, "写店名的一部分、店铺号、外部编号或订单号。", "Write part of a shop's name, a shop id, an external id or an order id.")) }
                    @else { (t(lang, "没有店铺或订单与它相符。订单号要写全；店名写一部分就行。", "No shop or order matches. An order id must be whole; part of a shop's name will do.")) " " a href="/console/shops" { (t(lang, "看全部店铺", "All shops")) } }
                }
            } @else {
                table.cards {
                    thead { tr { th scope="col" { (t(lang, "是什么", "What")) } th scope="col" { (t(lang, "名称", "Name")) } th scope="col" { (t(lang, "外部编号", "External id")) } } }
                    tbody {
                        @if let Some(order) = order {
                            tr { td { (t(lang, "订单", "Order")) } td { a href={ "/console/orders/" (order.id) } { (fmt::money(lang, Money::new(order.gmv, site.market.currency))) " · " (fmt::moment(lang, &site.market, order.placed_at)) } } td.mono { (order.external_id) } }
                        }
                        @for shop in shops {
                            tr { td { (t(lang, "店铺", "Shop")) } td { a href={ "/console/shops/" (shop.id) } { (shop.name) } } td.mono { (shop.external_id) } }
                        }
                    }
                }
                @if found > shops.len() {
                    div.foot { span { (fmt::count(shops.len() as i64)) " / " (fmt::count(found as i64)) } a href={ "/console/shops?q=" (ui::encode(q)) } { (t(lang, "看全部", "Show all")) } }
                }
            }
        }
    };
    ui::page(look, Area::Elsewhere, &title, body)
}
