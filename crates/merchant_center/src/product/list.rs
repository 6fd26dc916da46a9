//! `/merchant/{shop}/products`: a shop's products and where each of them is.

use kernel::id::Product;
use offer::catalog::{self, OwnProduct, Status};
use web_kit::admin::product::view::{self, title_of};
use web_kit::admin::words::REJECTED_FOR;
use web_kit::known::Tree;
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::product::status;

/// Products of one page.
const PAGE: usize = 30;

/// The list.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let asked = at.query.text("status");
    let of = Some(asked).filter(|text| !text.is_empty()).map(status).transpose()?;
    let last = at.after::<Product>()?;
    let (place, found) =
        at.enter(move |q, shop| Ok(catalog::of_shop(q, shop, of, last, PAGE as i64 + 1)?)).await?;
    let (tree, _) = at.site.known().await?;
    let rows = Rows::of(found, PAGE, |row| row.id.to_string());
    let title = at.t("商品", "Products");
    let chip = |status: Option<Status>, zh, en| {
        let word = status.map_or("", Status::as_str);
        (at.with(&[("status", word)]), at.t(zh, en).to_owned(), status == of)
    };
    let chips = [
        chip(None, "全部", "All"),
        chip(Some(Status::On), "在售", "On sale"),
        chip(Some(Status::Off), "已下架", "Unpublished"),
        chip(Some(Status::Draft), "没上过架", "Never live"),
        chip(Some(Status::Banned), "被平台下架", "Banned"),
    ];
    let columns = [
        Column::wide("商品", "Product"),
        Column::text("状态", "State"),
        Column::number("售价", "Price"),
        Column::text("类目", "Category"),
        Column::text("版本", "Version"),
        Column::acts(),
    ];
    let new = html! { a.btn href=(place.at("/sheet")) { (at.t("表格", "Sheet")) } " " a.btn.pri href=(place.at("/products/new")) { (at.t("发布商品", "New product")) } };
    let none = match of {
        Some(_) => at.t("没有这个状态的商品。", "None in this state."),
        None => at.t("还没有商品。发布第一件：选类目、传图、定规格和价格，平台看过就上架。", "No products yet. Publish the first: category, pictures, variants and prices; the platform reviews it and it is live."),
    };
    let body = html! {
        (ui::head(place.crumb(&[("", title)]), html! { (at.t("店里卖什么？", "What does the shop sell?")) }, false,
            html! { span { (at.t("改内容要平台看过才上线；改价、上下架马上生效。", "Content goes live after a review; prices, on and off at once.")) } },
            new.clone()))
        (at.banners(&[("withdrawn", "已撤回。", "Withdrawn.")]))
        div.dk-top { (parts::chips(at.t("按状态", "By state"), &chips)) }
        div.paper {
            (rows.list(&at, columns, |row| cells(&at, &tree, row), at.t("新的在上", "Newest first"), parts::empty(none, new)))
        }
    };
    Ok(frame(&at.look, &place, Tab::Goods, title, body))
}

/// The lowest and the highest price.
fn prices(look: &RenderContext, own: &OwnProduct) -> String {
    let low = fmt::money(look.lang, own.price);
    if own.price == own.price_to { low } else { format!("{low} – {}", fmt::money(look.lang, own.price_to)) }
}

fn cells(at: &ShopPage, tree: &Tree, row: &OwnProduct) -> [Markup; 6] {
    let (look, href) = (&at.look, at.at(&format!("/products/{}", row.id)));
    [
        parts::item(row.cover.as_deref(), html! { a.nm href=(href) { (title_of(look, &row.title)) } }),
        html! {
            (view::status(look, row.status))
            @if row.edits > 0 { small { (ui::state(Mark::Running, at.t("有修改没上线", "An edit is under way"))) } }
            @if let Some(why) = &row.banned_for { small { (REJECTED_FOR.say(look.lang, why)) } }
        },
        html! { @if row.price.minor > 0 { b { (prices(look, row)) } } @else { "—" } },
        html! { (parts::category(look, tree, &row.category_code)) },
        html! {
            @if row.version == 0 { "—" } @else { "v" (row.version) }
            @if let Some(since) = row.listed_at { small { (at.t("上架 ", "since ")) (fmt::day(look.lang, since.date(&at.site.market.zone))) } }
        },
        html! { a.btn.dk-sm href=(href) { (at.t("打开", "Open")) } },
    ]
}
