//! `/merchant/{shop}/products/{product}`: what is live, its prices and stock, what waits, and every version it had.

use crate::product::bulk::{free_at, site_of};
use flows::listing::Bulk;
use kernel::Currency;
use kernel::id::{Product, Shop, Sku};
use offer::catalog::edit::Status as EditStatus;
use offer::catalog::{
    self, Content, EditFilter, EditView, NewPrice, OwnProduct, SkuDraft, Status, VersionView,
};
use people::staff::Permission::ShopStock;
use supply::warehouse::{self, MOST_UNITS, StockLocation};
use web_kit::admin::home::edit_state;
use web_kit::admin::product::one::names;
use web_kit::admin::product::view::{self, Names, title_of, variant};
use web_kit::admin::words::{self, PRODUCT_FIELD, REJECTED_FOR};
use web_kit::form::plain;
use web_kit::prelude::*;
use web_kit::table::{cell, lead, sheet};
use web_kit::ui::State as Mark;
use web_kit::view::product::{edit_time, rules_of};

/// Versions and edits that the page shows; the rest is in the API.
const SHOWN: i64 = 12;

struct One {
    own: OwnProduct,
    live: Option<Content>,
    names: Names,
    edits: Vec<EditView>,
    versions: Vec<VersionView>,
    left: Vec<(Id<Sku>, i64)>,
    /// The warehouse whose stock is changed here, and how many other ones there are.
    site: Option<(warehouse::Site, usize)>,
    /// How many of each variant can be sold from it; nothing of a kit.
    free: Vec<(Id<Sku>, Option<i64>)>,
}

fn one(q: &mut Read<'_>, shop: Id<Shop>, id: Id<Product>) -> Result<One, Failure> {
    let own = catalog::own(q, shop, id)?;
    let live = if own.version > 0 { Some(catalog::content(q, shop, id)?) } else { None };
    let filter = EditFilter { status: None, product: Some(id) };
    let edits = catalog::edits_of_shop(q, shop, &filter, None, SHOWN)?;
    let versions = catalog::versions(q, shop, id, None, SHOWN)?;
    let (names, left) = match &live {
        Some(live) => {
            let skus: Vec<Id<Sku>> = live.skus.iter().filter_map(|sku| sku.id).collect();
            (names(q, live)?, warehouse::availables(q, shop, &skus)?)
        }
        None => (Names::default(), Vec::new()),
    };
    let sites = warehouse::warehouses(q, shop, None, 50)?;
    let site = site_of(&sites, None).cloned().map(|site| (site, sites.len() - 1));
    let mut free = Vec::new();
    if let Some((site, _)) = &site {
        for sku in live.iter().flat_map(|live| &live.skus).filter_map(|sku| sku.id) {
            free.push((sku, free_at(q, shop, sku, site.id)?));
        }
    }
    Ok(One { own, live, names, edits, versions, left, site, free })
}

impl One {
    /// How many of a variant can be sold from the warehouse of this page; nothing of a kit, and where there is no warehouse.
    fn free(&self, sku: Option<Id<Sku>>) -> Option<i64> {
        self.free.iter().find(|(id, _)| Some(*id) == sku).and_then(|(_, free)| *free)
    }
}

/// The prices and the stock of what is live, as fields.
fn price_fields(found: &One, live: &Content) -> Fields {
    let mut fields = Fields::default();
    for (n, sku) in live.skus.iter().enumerate() {
        fields.set(format!("sku.{n}"), sku.id.map(|id| id.to_string()).unwrap_or_default());
        fields.set(format!("price.{n}"), plain(sku.price));
        fields.set(format!("list.{n}"), sku.list_price.map(plain).unwrap_or_default());
        fields.set(format!("limit.{n}"), sku.limit.map(|limit| limit.to_string()).unwrap_or_default());
        if let Some(free) = found.free(sku.id) {
            fields.set(format!("stock.{n}"), free.to_string());
            fields.set(format!("had.{n}"), free.to_string());
        }
    }
    fields
}

/// The page.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let id = at.id::<Product>("product")?;
    let (place, found) = at.enter(move |q, shop| one(q, shop, id)).await?;
    let (look, own, action) = (&at.look, &found.own, at.at(&format!("/products/{id}")));
    let title = title_of(look, &own.title);
    let open = found.edits.iter().find(|edit| matches!(edit.status, EditStatus::Draft | EditStatus::Waiting));
    let press =
        |doing, zh, en, class| parts::press(&action, &at.key(), &[("do", doing)], at.t(zh, en), class);
    let acts = html! {
        @match own.status {
            Status::On => (press("off", "下架", "Unpublish", "btn")),
            Status::Off => (press("on", "上架", "Publish", "btn pri")),
            Status::Draft | Status::Banned => {},
        }
        @match open {
            Some(edit) => a.btn.pri href=(place.at(&format!("/edits/{}", edit.id))) { (if edit.status == EditStatus::Waiting { at.t("看审核中的修改", "See the edit in review") } else { at.t("继续编辑草稿", "Continue the draft") }) },
            None => @if found.live.is_some() { (press("revise", "编辑商品", "Edit product", if own.status == Status::Off { "btn" } else { "btn pri" })) },
        }
    };
    let meta = html! {
        (view::status(look, own.status))
        @if own.version > 0 { span { (at.t("第 ", "version ")) (own.version) (at.t(" 版", "")) } }
        @if own.status == Status::On { a href=(format!("/product/{id}")) { (at.t("看买家页面", "View in store")) } }
        @if own.version > 0 { a href=(place.at(&format!("/orders?product={id}"))) { (at.t("它的订单", "Its orders")) } }
        @if let Some(why) = &own.banned_for { span { (at.t("违规下架原因：", "taken down for: ")) (REJECTED_FOR.say(look.lang, why)) } }
    };
    let said = [("priced", "已保存。价格和库存马上生效。", "Saved. Prices and stock take effect at once.")];
    let undo = |doing, zh, en| match at.is_refused() {
        true => Markup::default(),
        false => parts::done_undo(at.t(zh, en), press(doing, "撤销", "Undo", "btn dk-sm")),
    };
    let body = html! {
        (ui::head(place.crumb(&[("/products", at.t("商品", "Products")), ("", at.t("商品", "Product"))]), html! { (title) }, false, meta, acts))
        (at.banners_with(&said, &at.fields, |name| price_name(&at, found.live.as_ref(), name)))
        @match (at.query.text("done"), own.status) {
            ("on", Status::On) => (undo("off", "已上架，买家搜得到了。", "Published; buyers can find it.")),
            ("off", Status::Off) => (undo("on", "已下架。已下的单照发。", "Unpublished. Orders already placed still ship.")),
            _ => {},
        }
        @if let Some(live) = &found.live { (prices(&at, &found, live, &action)) }
        (edits(&at, &found))
        @if let Some(live) = &found.live {
            (ui::question(at.t("线上版本", "Live version"), html! { (at.t("修改内容要提交审核，通过后才更新。", "Content is edited and reviewed before it goes live.")) },
                html! { div.paper { (view::compared(look, &found.names, None, live, &[])) } }))
        } @else {
            (ui::question(at.t("线上版本", "Live version"), html! {}, html! { div.paper { (parts::empty(at.t("还没有上线的版本。草稿提交审核并通过后才有。", "No live version yet. Submit the draft for review first."), html! {})) } }))
        }
        (versions(&at, &found, &action))
    };
    Ok(frame(look, &place, Tab::Goods, title, body))
}

fn price_name(at: &ShopPage, live: Option<&Content>, name: &str) -> String {
    let Some((what, n)) = name.split_once('.') else { return name.to_owned() };
    let sku = live.zip(n.parse::<usize>().ok()).and_then(|(live, n)| Some((live, live.skus.get(n)?)));
    let which = sku.map(|(live, sku)| variant(live, sku)).unwrap_or_default();
    let what = match what {
        "price" => at.t("售价", "price"),
        "list" => at.t("建议价", "list price"),
        "stock" => at.t("库存", "stock"),
        _ => at.t("限购", "limit"),
    };
    format!("{which} {what}").trim().to_owned()
}

fn prices(at: &ShopPage, found: &One, live: &Content, action: &str) -> Markup {
    let fields = match at.fields.text("do") {
        "prices" => at.fields.clone(),
        _ => price_fields(found, live),
    };
    let stocks = at.who().need_in(at.shop, ShopStock).is_ok();
    let (others, here) = match &found.site {
        Some((site, others)) if *others > 0 => {
            (*others, format!("{} · {}", at.t("库存", "Stock"), site.name))
        }
        _ => (0, at.t("库存", "Stock").to_owned()),
    };
    let left = |sku: &SkuDraft| match sku.id.and_then(|id| found.left.iter().find(|(sku, _)| *sku == id)) {
        Some((_, 0)) => ui::state(Mark::Broken, at.t("已售罄", "Sold out")),
        Some((_, left)) => html! { b { (fmt::count(*left)) } },
        None => html! { span.mut { (at.t("未入库", "not stocked")) } },
    };
    let cells = |(n, sku): (usize, &SkuDraft)| {
        let (name, hidden, had) = (variant(live, sku), format!("sku.{n}"), format!("had.{n}"));
        let shown = if name.is_empty() { at.t("单一规格", "Default variant") } else { &name };
        let input = |what, label, mode| {
            let label = format!("{shown} {label}");
            parts::cell(&at.look, &fields, (&format!("{what}.{n}"), &label), ("n", mode, 20))
        };
        let stock = html! {
            @if stocks && found.free(sku.id).is_some() {
                (input("stock", at.t("库存", "stock"), "numeric"))
                input type="hidden" name=(had) value=(fields.text(&had));
                @if others > 0 { small.mut { (at.t("全部仓可售 ", "in all warehouses ")) (left(sku)) } }
            } @else { (left(sku)) }
        };
        vec![
            lead(
                "v w",
                at.t("规格", "Variant"),
                html! { (shown) input type="hidden" name=(hidden) value=(fields.text(&hidden)); @if !sku.code.is_empty() { small.mono { (sku.code) } } },
            ),
            cell("m", at.t("售价", "Price"), input("price", at.t("售价", "price"), "decimal")),
            cell("m", at.t("建议价", "List price"), input("list", at.t("建议价", "list price"), "decimal")),
            cell("m", at.t("每人限购", "Limit per buyer"), input("limit", at.t("限购", "limit"), "numeric")),
            cell("m", &here, stock),
            lead(
                "r",
                "",
                html! { @if let (Some(id), true) = (sku.id, stocks) { a.btn.dk-sm href=(at.at(&format!("/stock/{id}"))) { (at.t("流水", "History")) } } },
            ),
        ]
    };
    ui::question(
        at.t("价格与库存", "Prices and stock"),
        html! {
            (at.t("保存就生效，不用审；已下的单不变。库存是可售的件数，已下单没发的不算在内。货币 ", "Takes effect when saved, without a review; placed orders stay. Stock is what can be sold, beside what is ordered and not shipped. Currency ")) (at.site.market.currency.code())
        },
        html! {
            form.paper id="prices" action=(action) method="post" {
                input type="hidden" name="key" value=(at.key());
                @if let Some((site, _)) = &found.site { input type="hidden" name="warehouse" value=(site.id); }
                (sheet("cards dk-list dk-mx", live.skus.iter().enumerate(), cells))
                @if stocks && found.site.is_none() {
                    p.dk-note { (at.t("还没有仓库，填不了库存。", "There is no warehouse yet, so no stock.")) " " a href=(at.at("/stock")) { (at.t("新增仓库", "Add a warehouse")) } }
                }
                div.dk-row.pad.end { button.btn.pri name="do" value="prices" { (at.t("保存价格和库存", "Save prices and stock")) } }
            }
        },
    )
}

fn edits(at: &ShopPage, found: &One) -> Markup {
    let waits = found.edits.iter().find(|edit| edit.status == EditStatus::Waiting);
    let columns = [
        Column::wide("修改", "Edit"),
        Column::text("状态", "State"),
        Column::text("改动", "Changes"),
        Column::line("时间", "When"),
        Column::acts(),
    ];
    let cells = |edit: &EditView| {
        let href = at.at(&format!("/edits/{}", edit.id));
        [
            html! { a.nm href=(href) { @if edit.base == 0 { (at.t("第一版", "The first version")) } @else { (at.t("修改第 ", "Edits version ")) (edit.base) (at.t(" 版", "")) } } },
            edit_state(&at.look, edit),
            html! { (edit.changes.len()) },
            words::at(&at.look, &at.site.market, edit_time(edit)),
            html! { a.btn.dk-sm href=(href) { (at.t("打开", "Open")) } },
        ]
    };
    ui::question(
        at.t("修改记录", "Edits"),
        html! { (at.t("审核期间线上不变。", "During review the live version stays.")) },
        html! {
            div.paper {
                @if found.edits.is_empty() { (parts::empty(at.t("没有修改。", "No edits."), html! {})) }
                @else { (table::table(&at.look, columns, &found.edits, cells)) }
            }
            @if let (Some(edit), Some(live)) = (waits, &found.live) {
                div.paper {
                    div.dk-hd { h3 { (at.t("审核中的修改和线上版本对比", "The edit in review against the live version")) } }
                    (view::compared(&at.look, &found.names, Some(live), &edit.content, &edit.marks))
                }
            }
        },
    )
}

/// What a version changed, each field once.
fn changed(lang: Lang, version: &VersionView) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for change in &version.changes {
        let head = change.field.split('.').next().unwrap_or(&change.field);
        let name = PRODUCT_FIELD.say(lang, head);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn versions(at: &ShopPage, found: &One, action: &str) -> Markup {
    let columns = [
        Column::wide("版本", "Version"),
        Column::line("上线", "Live since"),
        Column::long("改了什么", "What changed"),
        Column::acts(),
    ];
    let cells = |version: &VersionView| {
        let (n, live) = (version.version.to_string(), version.version == found.own.version);
        let hidden = [("do", "back"), ("version", n.as_str())];
        [
            html! { b { "v" (n) } @if live { small { (ui::state(Mark::Kept, at.t("线上", "Live"))) } } },
            html! { (fmt::moment(at.lang(), &at.site.market, version.at)) },
            html! { @if version.version == 1 { (at.t("第一版", "the first")) } @else { (changed(at.lang(), version).join(at.t("、", ", "))) } },
            html! { @if !live { (parts::press(action, &at.key(), &hidden, at.t("恢复此版本", "Restore"), "btn dk-sm")) } },
        ]
    };
    ui::question(
        at.t("历史版本", "Version history"),
        html! { (at.t("恢复旧版会新建草稿，价格不变，审核通过后上线。", "Restoring makes a draft with the old content; prices stay, and it is reviewed.")) },
        html! {
            div.paper {
                @if found.versions.is_empty() { (parts::empty(at.t("还没有版本。", "No versions yet."), html! {})) }
                @else { (table::table(&at.look, columns, &found.versions, cells)) }
            }
        },
    )
}

/// The variants whose stock was changed on the page, as it was typed.
fn new_stock(fields: &mut Fields) -> Vec<(Id<Sku>, i64)> {
    let mut found = Vec::new();
    for n in 0.. {
        let (sku, stock, had) = (format!("sku.{n}"), format!("stock.{n}"), format!("had.{n}"));
        if !fields.has(&sku) {
            break;
        }
        // What was not touched is not written: something may have been ordered in between.
        if fields.raw(&stock).is_none() || fields.text(&stock) == fields.text(&had) {
            continue;
        }
        if !fields.has(&stock) {
            fields.refuse(&stock, "要填。没有了写 0。", "Needed; 0 if there is none.");
        }
        if let (Ok(sku), Some(units)) = (fields.text(&sku).parse(), fields.whole(&stock, 0, MOST_UNITS)) {
            found.push((sku, units));
        }
    }
    found
}

fn new_prices(fields: &mut Fields, currency: Currency) -> Vec<(Id<Sku>, NewPrice)> {
    let mut found = Vec::new();
    for n in 0.. {
        let name = format!("sku.{n}");
        if !fields.has(&name) {
            break;
        }
        let sku = fields.text(&name).parse().ok();
        let price = fields.money(&format!("price.{n}"), currency);
        if price.is_none_or(|price| price.minor <= 0) {
            fields.refuse(&format!("price.{n}"), "要填大于 0 的价格。", "A price above zero is needed.");
        }
        let list_price = fields.money(&format!("list.{n}"), currency);
        if let (Some(price), Some(list)) = (price, list_price)
            && list.minor < price.minor
        {
            fields.refuse(&format!("list.{n}"), "不能低于售价。", "Must not be below the price.");
        }
        let limit = fields.whole(&format!("limit.{n}"), 1, 1_000_000);
        if let (Some(sku), Some(price)) = (sku, price) {
            found.push((sku, NewPrice { price, list_price, limit }));
        }
    }
    found
}

/// A press of one of the page's buttons.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let (shop, id) = (at.shop, at.id::<Product>("product")?);
    let (keys, here) = (catalog::keys(id), at.at(&format!("/products/{id}")));
    let mut to = format!("{here}?done=priced");
    match at.fields.text("do") {
        "on" => {
            let rules = rules_of(&at.site)?;
            to = format!("{here}?done=on");
            at.write("catalog.put_on", keys, &[], move |tx, ctx| {
                flows::listing::put_on(tx, ctx, shop, id, &rules).map(drop)
            })
            .await?;
        }
        "off" => {
            to = format!("{here}?done=off");
            at.write("catalog.take_off", keys, &[], move |tx, ctx| {
                catalog::take_off(tx, ctx, shop, id).map(drop)
            })
            .await?;
        }
        "revise" => {
            let rules = rules_of(&at.site)?;
            let write = at.write("catalog.revise", keys, &[], move |tx, ctx| {
                catalog::revise(tx, ctx, shop, id, &rules).map(|edit| edit.id.to_string())
            });
            to = write.await?.map_or(here, |edit| at.at(&format!("/edits/{edit}")));
        }
        "back" => {
            let version = at.fields.whole("version", 1, i64::MAX).unwrap_or(0);
            let rules = rules_of(&at.site)?;
            let write = at.write("catalog.roll_back", keys, &[], move |tx, ctx| {
                catalog::roll_back(tx, ctx, shop, id, version, &rules).map(|edit| edit.id.to_string())
            });
            to = write.await?.map_or(here, |edit| at.at(&format!("/edits/{edit}")));
        }
        "prices" => {
            let currency = at.site.market.currency;
            let prices = new_prices(&mut at.fields, currency);
            let (stock, rules) = (new_stock(&mut at.fields), rules_of(&at.site)?);
            let (mut all, mut keys) = (vec![Bulk::Prices(vec![(id, prices)])], keys);
            if let (false, Ok(site)) = (stock.is_empty(), at.fields.text("warehouse").parse()) {
                at.who().need_in(shop, ShopStock)?;
                let place =
                    |(sku, _): &(Id<Sku>, i64)| StockLocation { sku: *sku, warehouse: site, campaign: None };
                keys = warehouse::keys_at(&stock.iter().map(place).collect::<Vec<_>>()).and(keys);
                all.push(Bulk::Stock(site, stock));
            }
            if at.fields.is_good() {
                at.write("catalog.set_price", keys, &[], move |tx, ctx| {
                    flows::listing::bulk(tx, ctx, shop, &all, &rules)
                })
                .await?;
            }
        }
        _ => return at.no_button(),
    }
    at.answer(&to, page).await
}
