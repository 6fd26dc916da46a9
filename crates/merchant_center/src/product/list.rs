//! `/merchant/{shop}/products`: a shop's products and where each of them is.

use crate::product::enter;
use axum::extract::State;
use kernel::id::{Product, Shop};
use maud::{Markup, html};
use offer::catalog::{self, OwnProduct, Status};
use serde::Deserialize;
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::product::view;
use web_kit::admin::{done_of, parts};
use web_kit::fmt;
use web_kit::known::Tree;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext, State as Mark};
use web_kit::view::product::status;
use web_kit::view::stock::after;

/// Products of one page.
const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    status: Option<String>,
    after: Option<String>,
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// The list.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let of = asked.status.as_deref().filter(|text| !text.is_empty()).map(status).transpose()?;
    let last = after::<Product>(asked.after.as_deref())?;
    let many = who.shops().len() > 1;
    let (place, rows) = site
        .read(move |q| Ok((enter(q, shop, many)?, catalog::of_shop(q, shop, of, last, PAGE as i64 + 1)?)))
        .await?;
    let (tree, _) = site.known().await?;
    let title = look.t("商品", "Products");
    let shown = &rows[..rows.len().min(PAGE)];
    let next = shown.last().filter(|_| rows.len() > PAGE);
    let next = next.map(|row| parts::with(&look, &[("after", &row.id.to_string())]));
    let chips: Vec<(String, String, bool)> = [
        (None, "全部", "All"),
        (Some(Status::On), "在售", "On sale"),
        (Some(Status::Off), "已下架", "Off sale"),
        (Some(Status::Draft), "没上过架", "Never live"),
        (Some(Status::Banned), "被平台下架", "Banned"),
    ]
    .into_iter()
    .map(|(status, zh, en)| {
        let word = status.map_or("", Status::as_str);
        (parts::with(&look, &[("status", word)]), look.t(zh, en).to_owned(), status == of)
    })
    .collect();
    let body = html! {
        (ui::head(place.crumb(&[("", title)]), html! { (look.t("店里卖什么？", "What does the shop sell?")) }, false,
            html! { span { (look.t("改内容要平台看过才上线；改价、上下架马上生效。", "Content goes live after a review; prices, on and off at once.")) } },
            html! { a.btn.pri href=(place.at("/products/new")) { (look.t("发布商品", "New product")) } }))
        (done_of(&look, asked.done.as_deref(), &[("withdrawn", "已撤回。", "Withdrawn.")]))
        div.dk-top { (parts::chips(look.t("按状态", "By state"), &chips)) }
        div.paper {
            @if shown.is_empty() {
                (parts::empty(
                    if of.is_some() { look.t("没有这个状态的商品。", "None in this state.") } else { look.t("还没有商品。发布第一件：选类目、传图、定规格和价格，平台看过就上架。", "No products yet. Publish the first: category, pictures, variants and prices; the platform reviews it and it is live.") },
                    html! { a.btn.pri href=(place.at("/products/new")) { (look.t("发布商品", "New product")) } },
                ))
            } @else {
                table.cards.dk-list {
                    thead { tr {
                        th { (look.t("商品", "Product")) } th { (look.t("状态", "State")) } th.r { (look.t("售价", "Price")) }
                        th { (look.t("类目", "Category")) } th { (look.t("版本", "Version")) } th {}
                    } }
                    tbody { @for row in shown { (list_row(&look, &site, &tree, &place, row)) } }
                }
                (parts::pager(&look, last.map(|_| parts::with(&look, &[])).as_deref(), next.as_deref(), html! { (look.t("新的在上", "Newest first")) }))
            }
        }
    };
    Ok(frame(&look, &place, Tab::Goods, title, body))
}

/// The lowest and the highest price.
pub fn prices(look: &RenderContext, own: &OwnProduct) -> String {
    let low = fmt::money(look.lang, own.price);
    if own.price == own.price_to { low } else { format!("{low} – {}", fmt::money(look.lang, own.price_to)) }
}

fn list_row(look: &RenderContext, site: &Site, tree: &Tree, place: &ShopFrame, row: &OwnProduct) -> Markup {
    let href = place.at(&format!("/products/{}", row.id));
    let src = row.cover.as_deref().map(|key| format!("/media/{key}"));
    html! {
        tr {
            td.w { div.dk-item {
                (parts::thumb(src.as_deref(), ""))
                div {
                    a.nm href=(href) { @if row.title.is_empty() { (look.t("没写标题", "No title yet")) } @else { (row.title) } }
                }
            } }
            td data-l=(look.t("状态", "State")) {
                (view::status(look, row.status))
                @if row.edits > 0 { small { (ui::state(Mark::Running, look.t("有修改没上线", "An edit is under way"))) } }
                @if let Some(why) = &row.banned_for { small { (web_kit::admin::words::REJECTED_FOR.say(look.lang, why)) } }
            }
            td.r.nw data-l=(look.t("售价", "Price")) { @if row.price.minor > 0 { b { (prices(look, row)) } } @else { "—" } }
            td data-l=(look.t("类目", "Category")) { (parts::category(look, tree, &row.category_code)) }
            td data-l=(look.t("版本", "Version")) {
                @if row.version == 0 { "—" } @else { "v" (row.version) }
                @if let Some(at) = row.listed_at { small { (look.t("上架 ", "since ")) (fmt::day(look.lang, at.date(&site.market.zone))) } }
            }
            td.r { a.btn.dk-sm href=(href) { (look.t("打开", "Open")) } }
        }
    }
}
