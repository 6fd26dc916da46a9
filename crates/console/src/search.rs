//! `/console/search`: shops by part of a name or id, an order by its id or external id.

use govern::ShopName;
use web_kit::prelude::*;
use web_kit::table::{lead, sheet};
use web_kit::ui::Area;

/// How many shops are shown; the list of shops has the rest.
const MOST: usize = 20;

/// The page.
pub async fn page(at: PageContext) -> Result<Response, Failure> {
    let q: String = at.query.text("q").chars().take(200).collect();
    let asked = q.clone();
    let (order, shops, found) = at
        .site
        .ask(move |site, ask| {
            if asked.is_empty() {
                return Ok((None, Vec::new(), 0));
            }
            let order = match govern::view::order(ask, &asked) {
                Ok(page) => Some(page.order),
                Err(govern::Error::NoOrder(_)) => None,
                Err(err) => return Err(err.into()),
            };
            let wanted = asked.to_lowercase();
            let all = web_kit::view::shops::all(site, ask)?;
            let exact = all.find(&asked).map(|s| s.no);
            let mut shops: Vec<ShopName> =
                all.iter().filter(|s| crate::shops::matches(s, &wanted)).cloned().collect();
            shops.sort_by_key(|s| {
                (Some(s.no) != exact, !s.name.to_lowercase().starts_with(&wanted), s.name.clone())
            });
            let found = shops.len();
            shops.truncate(MOST);
            Ok((order, shops, found))
        })
        .await?;
    // One answer is where the reader wants to be.
    match (&order, shops.as_slice(), found) {
        (Some(order), [], _) => {
            return Ok(Redirect::to(&format!("/console/orders/{}", order.id)).into_response());
        }
        (None, [shop], 1) => return Ok(Redirect::to(&format!("/console/shops/{}", shop.id)).into_response()),
        _ => {}
    }
    let all = fmt::count((found + usize::from(order.is_some())) as i64);
    let title = match q.is_empty() {
        true => at.t("搜索", "Search").to_owned(),
        false => say!(at.lang(), "「{q}」找到 {all} 项", "{all} found for \"{q}\""),
    };
    let hint = at.t("店名、店铺号或订单号", "Shop name, shop id or order id");
    let order = order.as_ref().map(|order| {
        let amount = fmt::money(at.lang(), Money::new(order.gmv, at.site.market.currency));
        let what = format!("{amount} · {}", fmt::moment(at.lang(), &at.site.market, order.placed_at));
        (at.t("订单", "Order"), format!("/console/orders/{}", order.id), what, &order.external_id)
    });
    let named = shops.iter().map(|shop| {
        (at.t("店铺", "Shop"), format!("/console/shops/{}", shop.id), shop.name.clone(), &shop.external_id)
    });
    let rows: Vec<_> = order.into_iter().chain(named).collect();
    let body = html! {
        (ui::head(html! { (at.t("搜索", "Search")) }, html! { (title) }, false, html! {}, html! {
            form.filter action="/console/search" method="get" role="search" aria-label=(at.t("再搜一次", "Search again")) {
                label { span.vh { (hint) } input type="search" name="q" value=(q) maxlength="200" placeholder=(hint); }
                button.btn { (at.t("搜索", "Search")) }
            }
        }))
        div.paper {
            @if rows.is_empty() {
                p.pad {
                    @if q.is_empty() { (at.t("写店名的一部分、店铺号、外部编号或订单号。", "Write part of a shop's name, a shop id, an external id or an order id.")) }
                    @else { (at.t("没有店铺或订单与它相符。订单号要写全；店名写一部分就行。", "No shop or order matches. An order id must be whole; part of a shop's name will do.")) " " a href="/console/shops" { (at.t("看全部店铺", "All shops")) } }
                }
            } @else {
                (sheet("cards", &rows, |(kind, href, name, external)| vec![
                    lead("", at.t("是什么", "What"), kind),
                    lead("", at.t("名称", "Name"), html! { a href=(href) { (name) } }),
                    lead("mono", at.t("外部编号", "External id"), external),
                ]))
                @if found > shops.len() {
                    div.foot { span { (fmt::count(shops.len() as i64)) " / " (fmt::count(found as i64)) } a href={ "/console/shops?q=" (ui::encode(&q)) } { (at.t("看全部", "Show all")) } }
                }
            }
        }
    };
    Ok(ui::page(&at.look, Area::Elsewhere, &title, body).into_response())
}
