//! `/merchant/{shop}/products`: a shop's products, to find, and to change one or many.

use crate::product::bulk;
use kernel::id::{Product, Shop, Sku};
use offer::catalog::{self, OwnFilter, OwnProduct, Status};
use people::staff::Permission::ShopStock;
use std::collections::HashMap;
use supply::warehouse;
use web_kit::admin::product::view::{self, title_of};
use web_kit::admin::words::{self, REJECTED_FOR};
use web_kit::known::Tree;
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::product::status;

/// Products of one page.
const PAGE: usize = 30;

/// The most characters of what is looked for.
const LONGEST: usize = 100;

/// What is left of a product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Left {
    /// Units of all its live variants.
    units: i64,
    /// How many of them have none.
    out: i64,
}

/// What is left of some products that are live.
fn left_of(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    rows: &[OwnProduct],
) -> Result<HashMap<Id<Product>, Left>, Failure> {
    let ids: Vec<Id<Product>> = rows.iter().filter(|row| row.version > 0).map(|row| row.id).collect();
    let live = catalog::live_skus(q, &ids)?;
    let skus: Vec<Id<Sku>> = live.iter().map(|(_, sku)| *sku).collect();
    let stock: HashMap<Id<Sku>, i64> = warehouse::availables(q, shop, &skus)?.into_iter().collect();
    let mut found = HashMap::new();
    for (product, sku) in live {
        let (left, units) = (found.entry(product).or_insert_with(Left::default), stock.get(&sku).copied());
        left.units += units.unwrap_or(0);
        left.out += i64::from(units.unwrap_or(0) == 0);
    }
    Ok(found)
}

/// The list.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let asked = at.query.text("status");
    let of = Some(asked).filter(|text| !text.is_empty()).map(status).transpose()?;
    let last = at.after::<Product>()?;
    let text: String = at.query.text("q").chars().take(LONGEST).collect();
    let filter = OwnFilter { status: of, ..OwnFilter::looking_for(&text) };
    let (place, (found, left)) = at
        .enter(move |q, shop| {
            let found = catalog::search_shop(q, shop, &filter, last, PAGE as i64 + 1)?;
            let left = left_of(q, shop, &found)?;
            Ok((found, left))
        })
        .await?;
    let (tree, _) = at.site.known().await?;
    let rows = Rows::of(found, PAGE, |row| row.id.to_string());
    let title = at.t("商品", "Products");
    let chip = |status: Option<Status>, zh, en| {
        let word = status.map_or("", Status::as_str);
        (at.with(&[("status", word)]), at.t(zh, en).to_owned(), status == of)
    };
    let chips = [
        chip(None, "全部", "All"),
        chip(Some(Status::On), "在售", "Active"),
        chip(Some(Status::Off), "已下架", "Unpublished"),
        chip(Some(Status::Draft), "草稿", "Draft"),
        chip(Some(Status::Banned), "违规下架", "Taken down"),
    ];
    let columns = [
        Column::pick(("选中这一页全部商品", "Pick all products of this page")),
        Column::wide("商品", "Product"),
        Column::text("状态", "Status"),
        Column::number("售价", "Price"),
        Column::number("库存", "Stock"),
        Column::text("类目", "Category"),
        Column::acts(),
    ];
    let new = html! { a.btn href=(place.at("/sheet")) { (at.t("导入导出", "Import and export")) } " " a.btn.pri href=(place.at("/products/new")) { (at.t("发布商品", "Add product")) } };
    let none = match (of.is_some(), text.is_empty()) {
        (_, false) => say!(at.lang(), "没有找到「{text}」。换个词，或写商家编码。", "Nothing found for \"{text}\". Try another word, or a SKU."),
        (true, true) => at.t("没有这个状态的商品。", "No products in this status.").to_owned(),
        (false, true) => at.t("还没有商品。发布第一件：选类目、传图、定规格、价格和库存，平台审核后上架。", "No products yet. Add the first: category, pictures, variants, prices and stock; once reviewed it is live.").to_owned(),
    };
    let body = html! {
        (ui::head(place.crumb(&[("", title)]), html! { (at.t("商品管理", "Products")) }, false,
            html! { span { (at.t("改标题、图片、详情要平台审核；改价、改库存、上下架马上生效。", "Titles, pictures and details are reviewed; prices, stock and publishing take effect at once.")) } },
            new.clone()))
        (at.banners(&[("withdrawn", "已撤回。", "Withdrawn.")]))
        (bulk::done(&at))
        div.dk-top { (parts::chips(at.t("按状态", "By status"), &chips)) }
        form.dk-filter action=(place.at("/products")) method="get" role="search" {
            @if !asked.is_empty() { input type="hidden" name="status" value=(asked); }
            label.dk-wide { (at.t("标题、商家编码或商品号", "Title, SKU or product number"))
                input.dk-in.big type="search" name="q" value=(text) maxlength=(LONGEST) autocomplete="off"; }
            button.btn { (at.t("搜索", "Search")) }
            @if !text.is_empty() { a.btn href=(at.with(&[("q", "")])) { (at.t("清空", "Clear")) } }
        }
        form action=(place.at("/products/bulk")) method="get" {
            div.paper {
                (rows.list(&at, columns, |row| cells(&at, &tree, row, left.get(&row.id)), at.t("新的在上", "Newest first"), parts::empty(&none, new)))
            }
            @if !rows.is_empty() { (bulk_bar(&at)) }
        }
    };
    Ok(frame(&at.look, &place, Tab::Goods, title, body))
}

/// What can be done with those that are picked.
fn bulk_bar(at: &ShopPage) -> Markup {
    let stock = at.who().need_in(at.shop, ShopStock).is_ok();
    html! {
        div.dk-bulk.pick {
            p { (at.t("已选 ", "")) b data-picked { "0" } (at.t(" 件。下一步先给你看会改成什么。", " selected. Next you see what will change.")) }
            div.dk-row {
                button.btn name="op" value="price" { (at.t("改价", "Change prices")) }
                @if stock { button.btn name="op" value="stock" { (at.t("改库存", "Set stock")) } }
                button.btn name="op" value="on" { (at.t("上架", "Publish")) }
                button.btn name="op" value="off" { (at.t("下架", "Unpublish")) }
            }
        }
    }
}

fn cells(at: &ShopPage, tree: &Tree, row: &OwnProduct, left: Option<&Left>) -> [Markup; 7] {
    let (look, href) = (&at.look, at.at(&format!("/products/{}", row.id)));
    let title = title_of(look, &row.title);
    [
        html! { input.dk-sel type="checkbox" name="product" value=(row.id) aria-label=(format!("{} {title}", at.t("选中", "Pick"))); },
        parts::item(row.cover.as_deref(), html! { a.nm href=(href) { (title) } }),
        html! {
            (view::status(look, row.status))
            @if row.edits > 0 { small { (ui::state(Mark::Running, at.t("有修改没上线", "An edit is not live yet"))) } }
            @if let Some(why) = &row.banned_for { small { (REJECTED_FOR.say(look.lang, why)) } }
        },
        html! { @if row.price.minor > 0 { b { (bulk::prices(look, row)) } } @else { "—" } },
        html! { @match left {
            None => "—",
            Some(left) => {
                b { (fmt::count(left.units)) }
                @if left.units == 0 { small { (ui::state(Mark::Broken, at.t("已售罄", "Sold out"))) } }
                @else if left.out > 0 { small { (ui::state(Mark::Warning, &words::many(look, left.out, "个规格售罄", "variant sold out", "variants sold out"))) } }
            }
        } },
        html! { (parts::category(look, tree, &row.category_code)) },
        html! { a.btn.dk-sm href=(href) { (at.t("打开", "Open")) } },
    ]
}
