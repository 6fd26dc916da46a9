//! `/merchant/{shop}/products/{product}`: what is live, its prices and stock, what waits, and every version it had.

use kernel::Currency;
use kernel::id::{Product, Shop, Sku};
use offer::catalog::edit::Status as EditStatus;
use offer::catalog::{
    self, Content, EditFilter, EditView, NewPrice, OwnProduct, SkuDraft, Status, VersionView,
};
use supply::warehouse;
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
    Ok(One { own, live, names, edits, versions, left })
}

/// The prices of what is live, as fields.
fn price_fields(live: &Content) -> Fields {
    let mut fields = Fields::default();
    for (n, sku) in live.skus.iter().enumerate() {
        fields.set(format!("sku.{n}"), sku.id.map(|id| id.to_string()).unwrap_or_default());
        fields.set(format!("price.{n}"), plain(sku.price));
        fields.set(format!("list.{n}"), sku.list_price.map(plain).unwrap_or_default());
        fields.set(format!("limit.{n}"), sku.limit.map(|limit| limit.to_string()).unwrap_or_default());
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
            Status::On => (press("off", "下架", "Take off", "btn")),
            Status::Off => (press("on", "上架", "Publish", "btn pri")),
            Status::Draft | Status::Banned => {},
        }
        @match open {
            Some(edit) => a.btn.pri href=(place.at(&format!("/edits/{}", edit.id))) { (if edit.status == EditStatus::Waiting { at.t("看在审的修改", "See the edit under review") } else { at.t("接着写草稿", "Go on with the draft") }) },
            None => @if found.live.is_some() { (press("revise", "改商品", "Edit", if own.status == Status::Off { "btn" } else { "btn pri" })) },
        }
    };
    let meta = html! {
        (view::status(look, own.status))
        @if own.version > 0 { span { (at.t("第 ", "version ")) (own.version) (at.t(" 版", "")) } }
        @if own.status == Status::On { a href=(format!("/product/{id}")) { (at.t("买家看到的", "As buyers see it")) } }
        @if own.version > 0 { a href=(place.at(&format!("/orders?product={id}"))) { (at.t("它的订单", "Its orders")) } }
        @if let Some(why) = &own.banned_for { span { (at.t("平台下架原因：", "banned for: ")) (REJECTED_FOR.say(look.lang, why)) } }
    };
    let said = [
        ("on", "已上架，买家搜得到了。", "On sale; buyers can find it."),
        ("off", "已下架。已下的单照发。", "Off sale. Orders placed already still ship."),
        (
            "priced",
            "新价马上生效，旧价留在价格历史里。",
            "The new prices count at once; the old ones stay in the history.",
        ),
    ];
    let body = html! {
        (ui::head(place.crumb(&[("/products", at.t("商品", "Products")), ("", at.t("商品", "Product"))]), html! { (title) }, false, meta, acts))
        (at.banners_with(&said, &at.fields, |name| price_name(&at, found.live.as_ref(), name)))
        @if let Some(live) = &found.live { (prices(&at, &found, live, &action)) }
        (edits(&at, &found))
        @if let Some(live) = &found.live {
            (ui::question(at.t("线上是什么样？", "What is live?"), html! { (at.t("改内容要走一次修改，平台看过才换上。", "Content changes by an edit that the platform reviews.")) },
                html! { div.paper { (view::compared(look, &found.names, None, live, &[])) } }))
        } @else {
            (ui::question(at.t("线上是什么样？", "What is live?"), html! {}, html! { div.paper { (parts::empty(at.t("还没有版本上线。草稿送审、平台通过后才有。", "No version is live yet. Submit the draft; the platform approves it."), html! {})) } }))
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
        _ => at.t("限购", "limit"),
    };
    format!("{which} {what}").trim().to_owned()
}

fn prices(at: &ShopPage, found: &One, live: &Content, action: &str) -> Markup {
    let fields = match at.fields.text("do") {
        "prices" => at.fields.clone(),
        _ => price_fields(live),
    };
    let cells = |(n, sku): (usize, &SkuDraft)| {
        let (name, hidden) = (variant(live, sku), format!("sku.{n}"));
        let shown = if name.is_empty() { at.t("单一规格", "One variant") } else { &name };
        let left = sku.id.and_then(|id| found.left.iter().find(|(sku, _)| *sku == id)).map(|(_, left)| *left);
        let input = |what, label, mode| {
            let label = format!("{shown} {label}");
            parts::cell(&at.look, &fields, (&format!("{what}.{n}"), &label), ("n", mode, 20))
        };
        let left = match left {
            Some(0) => ui::state(Mark::Broken, at.t("卖完了", "Sold out")),
            Some(left) => html! { b { (fmt::count(left)) } },
            None => html! { span.mut { (at.t("没入过库", "never received")) } },
        };
        vec![
            lead(
                "v w",
                at.t("规格", "Variant"),
                html! { (shown) input type="hidden" name=(hidden) value=(fields.text(&hidden)); @if !sku.code.is_empty() { small.mono { (sku.code) } } },
            ),
            cell("m", at.t("售价", "Price"), input("price", at.t("售价", "price"), "decimal")),
            cell("m", at.t("建议价", "List price"), input("list", at.t("建议价", "list price"), "decimal")),
            cell("m", at.t("每人限购", "Limit"), input("limit", at.t("限购", "limit"), "numeric")),
            cell("r", at.t("可售", "Available"), left),
            lead(
                "r",
                "",
                html! { @if let Some(id) = sku.id { a.btn.dk-sm href=(at.at(&format!("/stock/{id}"))) { (at.t("入库", "Receive")) } } },
            ),
        ]
    };
    ui::question(
        at.t("卖多少钱，还剩多少？", "At what price, how many left?"),
        html! { (at.t("改价不用审，马上生效；已下的单不变。货币 ", "Prices need no review and count at once; placed orders stay. Currency ")) (at.site.market.currency.code()) },
        html! {
            form.paper action=(action) method="post" {
                input type="hidden" name="key" value=(at.key());
                (sheet("cards dk-list dk-mx", live.skus.iter().enumerate(), cells))
                div.dk-row.pad.end { button.btn name="do" value="prices" { (at.t("按新价卖", "Sell at these prices")) } }
            }
        },
    )
}

fn edits(at: &ShopPage, found: &One) -> Markup {
    let waits = found.edits.iter().find(|edit| edit.status == EditStatus::Waiting);
    let columns = [
        Column::wide("修改", "Edit"),
        Column::text("状态", "State"),
        Column::text("改了几处", "Changes"),
        Column::line("时间", "When"),
        Column::acts(),
    ];
    let cells = |edit: &EditView| {
        let href = at.at(&format!("/edits/{}", edit.id));
        [
            html! { a.nm href=(href) { @if edit.base == 0 { (at.t("第一版", "The first version")) } @else { (at.t("改第 ", "Changes version ")) (edit.base) (at.t(" 版", "")) } } },
            edit_state(&at.look, edit),
            html! { (edit.changes.len()) },
            words::at(&at.look, &at.site.market, edit_time(edit)),
            html! { a.btn.dk-sm href=(href) { (at.t("打开", "Open")) } },
        ]
    };
    ui::question(
        at.t("有什么修改在路上？", "Which edits are under way?"),
        html! { (at.t("审的时候线上不变。", "While one waits, the live version stays.")) },
        html! {
            div.paper {
                @if found.edits.is_empty() { (parts::empty(at.t("没有修改。", "No edits."), html! {})) }
                @else { (table::table(&at.look, columns, &found.edits, cells)) }
            }
            @if let (Some(edit), Some(live)) = (waits, &found.live) {
                div.paper {
                    div.dk-hd { h3 { (at.t("在审的修改和线上的差在哪", "The edit under review against what is live")) } }
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
            html! { @if !live { (parts::press(action, &at.key(), &hidden, at.t("退回这版", "Go back to it"), "btn dk-sm")) } },
        ]
    };
    ui::question(
        at.t("它以前是什么样？", "What was it before?"),
        html! { (at.t("退回旧版会建一个草稿，价格不变，送审后才上线。", "Going back makes a draft with the old content; prices stay, and it is reviewed.")) },
        html! {
            div.paper {
                @if found.versions.is_empty() { (parts::empty(at.t("还没有版本。", "No versions yet."), html! {})) }
                @else { (table::table(&at.look, columns, &found.versions, cells)) }
            }
        },
    )
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
            if at.fields.is_good() {
                at.write("catalog.set_price", keys, &[], move |tx, ctx| {
                    catalog::set_prices(tx, ctx, shop, id, &prices).map(drop)
                })
                .await?;
            }
        }
        _ => return at.no_button(),
    }
    at.answer(&to, page).await
}
