//! `/merchant/{shop}/products/{product}`: what is live, its prices and stock, what waits, and every version it had.

use crate::product::enter;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{Product, Shop, Sku};
use kernel::{Currency, Id};
use maud::{Markup, html};
use offer::catalog::edit::Status as EditStatus;
use offer::catalog::{self, Content, EditFilter, EditView, NewPrice, OwnProduct, Status, VersionView};
use serde::Deserialize;
use store::Read;
use supply::warehouse;
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::home::edit_mark;
use web_kit::admin::product::one::names;
use web_kit::admin::product::view::{self, Names};
use web_kit::admin::{done_of, parts, words};
use web_kit::fmt;
use web_kit::form::{Fields, plain};
use web_kit::idempotency::IdempotentForm;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext, State as Mark};
use web_kit::view::product::rules_of;

/// Versions and edits that the page shows; the rest is in the API.
const SHOWN: i64 = 12;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

struct One {
    place: ShopFrame,
    own: OwnProduct,
    live: Option<Content>,
    names: Names,
    edits: Vec<EditView>,
    versions: Vec<VersionView>,
    left: Vec<(Id<Sku>, i64)>,
}

fn one(q: &mut Read<'_>, shop: Id<Shop>, many: bool, id: Id<Product>) -> Result<One, Failure> {
    let own = catalog::own(q, shop, id)?;
    let place = enter(q, shop, many)?;
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
    Ok(One { place, own, live, names, edits, versions, left })
}

/// The page.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path((shop, id)): Path<(String, String)>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let id = web_kit::input::id::<Product>(&id)?;
    let many = who.shops().len() > 1;
    let found = site.read(move |q| one(q, shop, many, id)).await?;
    let fields = found.live.as_ref().map(price_fields).unwrap_or_default();
    Ok(drawn(&site, &look, &found, asked.done.as_deref(), &fields, None))
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

fn drawn(
    site: &Site,
    look: &RenderContext,
    found: &One,
    done: Option<&str>,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let (place, own) = (&found.place, &found.own);
    let title = if own.title.is_empty() {
        look.t("没写标题", "No title yet").to_owned()
    } else {
        own.title.to_string()
    };
    let action = place.at(&format!("/products/{}", own.id));
    let key = site.form_key();
    let open = found.edits.iter().find(|edit| matches!(edit.status, EditStatus::Draft | EditStatus::Waiting));
    let acts = html! {
        @match own.status {
            Status::On => (parts::press(&action, &format!("{key}off"), &[("do", "off")], look.t("下架", "Take off"), "btn")),
            Status::Off => (parts::press(&action, &format!("{key}on"), &[("do", "on")], look.t("上架", "Put on"), "btn pri")),
            Status::Draft | Status::Banned => {},
        }
        @match open {
            Some(edit) => a.btn.pri href=(place.at(&format!("/edits/{}", edit.id))) { (if edit.status == EditStatus::Waiting { look.t("看在审的修改", "See the edit under review") } else { look.t("接着写草稿", "Go on with the draft") }) },
            None => @if found.live.is_some() { (parts::press(&action, &format!("{key}rev"), &[("do", "revise")], look.t("改商品", "Edit"), if own.status == Status::Off { "btn" } else { "btn pri" })) },
        }
    };
    let meta = html! {
        (view::status(look, own.status))
        @if own.version > 0 { span { (look.t("第 ", "version ")) (own.version) (look.t(" 版", "")) } }
        @if own.status == Status::On { a href=(format!("/product/{}", own.id)) { (look.t("买家看到的", "As buyers see it")) } }
        @if own.version > 0 { a href=(place.at(&format!("/orders?product={}", own.id))) { (look.t("它的订单", "Its orders")) } }
        @if let Some(why) = &own.banned_for { span { (look.t("平台下架原因：", "banned for: ")) (words::REJECTED_FOR.say(look.lang, why)) } }
    };
    let body = html! {
        (ui::head(place.crumb(&[("/products", look.t("商品", "Products")), ("", look.t("商品", "Product"))]), html! { (title) }, false, meta, acts))
        (done_of(look, done, &[
            ("on", "已上架，买家搜得到了。", "On sale; buyers can find it."),
            ("off", "已下架。已下的单照发。", "Off sale. Orders placed already still ship."),
            ("priced", "新价马上生效，旧价留在价格历史里。", "The new prices count at once; the old ones stay in the history."),
        ]))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (parts::refusals(look, fields, |name| price_name(look, found.live.as_ref(), name)))
        @if let Some(live) = &found.live {
            (prices(look, site.market.currency, found, live, &action, &key, fields))
        }
        (edits(look, site, found))
        @if let Some(live) = &found.live {
            (ui::question(look.t("线上是什么样？", "What is live?"), html! { (look.t("改内容要走一次修改，平台看过才换上。", "Content changes by an edit that the platform reviews.")) },
                html! { div.paper { (view::compared(look, &found.names, None, live, &[])) } }))
        } @else {
            (ui::question(look.t("线上是什么样？", "What is live?"), html! {}, html! { div.paper { (parts::empty(look.t("还没有版本上线。草稿送审、平台通过后才有。", "No version is live yet. Submit the draft; the platform approves it."), html! {})) } }))
        }
        (versions(look, site, found, &action, &key))
    };
    frame(look, place, Tab::Goods, &title, body)
}

fn variant(content: &Content, n: usize) -> String {
    let Some(sku) = content.skus.get(n) else { return String::new() };
    let chosen = sku.choice.iter().zip(&content.axes).filter_map(|(value, axis)| axis.values.get(*value));
    chosen.map(|value| &*value.name).collect::<Vec<_>>().join(" / ")
}

fn price_name(look: &RenderContext, live: Option<&Content>, name: &str) -> String {
    let Some((what, n)) = name.split_once('.') else { return name.to_owned() };
    let which = live.zip(n.parse().ok()).map(|(live, n)| variant(live, n)).unwrap_or_default();
    let what = match what {
        "price" => look.t("售价", "price"),
        "list" => look.t("划线价", "list price"),
        _ => look.t("限购", "limit"),
    };
    format!("{which} {what}").trim().to_owned()
}

fn prices(
    look: &RenderContext,
    currency: Currency,
    found: &One,
    live: &Content,
    action: &str,
    key: &str,
    fields: &Fields,
) -> Markup {
    let cell = |name: String, label: String, mode: &'static str| {
        let wrong = fields.wrong(&name);
        html! {
            input.dk-in.n id=(parts::field_id(&name)) name=(name) value=(fields.text(&name)) inputmode=(mode) maxlength="20" autocomplete="off"
                aria-label=(label) aria-invalid=[wrong.map(|_| "true")];
            @if let Some(wrong) = wrong { span.dk-cellno { (ui::state(Mark::Broken, wrong.text(look.lang))) } }
        }
    };
    ui::question(
        look.t("卖多少钱，还剩多少？", "At what price, how many left?"),
        html! { (look.t("改价不用审，马上生效；已下的单不变。货币 ", "Prices need no review and count at once; placed orders stay. Currency ")) (currency.code()) },
        html! {
            form.paper action=(action) method="post" {
                input type="hidden" name="key" value=(format!("{key}p"));
                table.cards.dk-list.dk-mx {
                    thead { tr {
                        th { (look.t("规格", "Variant")) } th { (look.t("售价", "Price")) } th { (look.t("划线价", "List price")) }
                        th { (look.t("每人限购", "Limit")) } th.r { (look.t("可售", "Available")) } th {}
                    } }
                    tbody {
                        @for (n, sku) in live.skus.iter().enumerate() {
                            @let name = variant(live, n);
                            @let shown = if name.is_empty() { look.t("单一规格", "One variant").to_owned() } else { name };
                            @let left = sku.id.and_then(|id| found.left.iter().find(|(sku, _)| *sku == id)).map(|(_, left)| *left);
                            tr {
                                td.v.w { (shown) input type="hidden" name=(format!("sku.{n}")) value=(fields.text(&format!("sku.{n}"))); @if !sku.code.is_empty() { small.mono { (sku.code) } } }
                                td.m data-l=(look.t("售价", "Price")) { (cell(format!("price.{n}"), format!("{shown} {}", look.t("售价", "price")), "decimal")) }
                                td.m data-l=(look.t("划线价", "List price")) { (cell(format!("list.{n}"), format!("{shown} {}", look.t("划线价", "list price")), "decimal")) }
                                td.m data-l=(look.t("每人限购", "Limit")) { (cell(format!("limit.{n}"), format!("{shown} {}", look.t("限购", "limit")), "numeric")) }
                                td.r data-l=(look.t("可售", "Available")) {
                                    @match left {
                                        Some(0) => (ui::state(Mark::Broken, look.t("卖完了", "Sold out"))),
                                        Some(left) => b { (fmt::count(left)) },
                                        None => span.mut { (look.t("没入过库", "never received")) },
                                    }
                                }
                                td.r { @if let Some(id) = sku.id { a.btn.dk-sm href=(found.place.at(&format!("/stock/{id}"))) { (look.t("入库", "Receive")) } } }
                            }
                        }
                    }
                }
                div.dk-row.pad.end { button.btn name="do" value="prices" { (look.t("按新价卖", "Sell at these prices")) } }
            }
        },
    )
}

fn edits(look: &RenderContext, site: &Site, found: &One) -> Markup {
    let waits = found.edits.iter().find(|edit| edit.status == EditStatus::Waiting);
    ui::question(
        look.t("有什么修改在路上？", "Which edits are under way?"),
        html! { (look.t("审的时候线上不变。", "While one waits, the live version stays.")) },
        html! {
            div.paper {
                @if found.edits.is_empty() { (parts::empty(look.t("没有修改。", "No edits."), html! {})) }
                @else {
                    table.cards.dk-list {
                        thead { tr { th { (look.t("修改", "Edit")) } th { (look.t("状态", "State")) } th { (look.t("改了几处", "Changes")) } th { (look.t("时间", "When")) } th {} } }
                        tbody {
                            @for edit in &found.edits {
                                tr {
                                    td.w { a.nm href=(found.place.at(&format!("/edits/{}", edit.id))) { @if edit.base == 0 { (look.t("第一版", "The first version")) } @else { (look.t("改第 ", "Changes version ")) (edit.base) (look.t(" 版", "")) } } }
                                    td data-l=(look.t("状态", "State")) {
                                        (edit_mark(look, edit.status))
                                        @if let Some(reason) = &edit.reason { small { (words::REJECTED_FOR.say(look.lang, reason)) @if let Some(note) = &edit.note { (look.t("：", ": ")) (note) } } }
                                    }
                                    td data-l=(look.t("改了几处", "Changes")) { (edit.changes.len()) }
                                    td.nw data-l=(look.t("时间", "When")) { (words::at(look, &site.market, web_kit::view::product::edit_time(edit))) }
                                    td.r { a.btn.dk-sm href=(found.place.at(&format!("/edits/{}", edit.id))) { (look.t("打开", "Open")) } }
                                }
                            }
                        }
                    }
                }
            }
            @if let (Some(edit), Some(live)) = (waits, &found.live) {
                div.paper {
                    div.dk-hd { h3 { (look.t("在审的修改和线上的差在哪", "The edit under review against what is live")) } }
                    (view::compared(look, &found.names, Some(live), &edit.content, &edit.marks))
                }
            }
        },
    )
}

/// A field of a change, as people read it.
fn changed_field(look: &RenderContext, field: &str) -> String {
    let head = field.split('.').next().unwrap_or(field);
    let (zh, en) = match head {
        "category" => ("类目", "category"),
        "title" => ("标题", "title"),
        "kind" => ("商品类型", "kind"),
        "brand" => ("品牌", "brand"),
        "about" => ("详情", "details"),
        "gallery" => ("图片", "pictures"),
        "axes" => ("规格项", "options"),
        "attributes" => ("属性", "attributes"),
        "sku" => ("规格", "variants"),
        "ship" => ("发货承诺", "promise"),
        "freight" => ("运费", "freight"),
        _ => (field, field),
    };
    look.t(zh, en).to_owned()
}

fn versions(look: &RenderContext, site: &Site, found: &One, action: &str, key: &str) -> Markup {
    ui::question(
        look.t("它以前是什么样？", "What was it before?"),
        html! { (look.t("退回旧版会建一个草稿，价格不变，送审后才上线。", "Going back makes a draft with the old content; prices stay, and it is reviewed.")) },
        html! {
            div.paper {
                @if found.versions.is_empty() { (parts::empty(look.t("还没有版本。", "No versions yet."), html! {})) }
                @else {
                    table.cards.dk-list {
                        thead { tr { th { (look.t("版本", "Version")) } th { (look.t("上线", "Live since")) } th { (look.t("改了什么", "What changed")) } th {} } }
                        tbody {
                            @for version in &found.versions {
                                @let fields = {
                                    let mut names: Vec<String> = Vec::new();
                                    for change in &version.changes {
                                        let name = changed_field(look, &change.field);
                                        if !names.contains(&name) { names.push(name); }
                                    }
                                    names
                                };
                                tr {
                                    td { b { "v" (version.version) } @if version.version == found.own.version { small { (ui::state(Mark::Kept, look.t("线上", "Live"))) } } }
                                    td.nw data-l=(look.t("上线", "Live since")) { (fmt::moment(look.lang, &site.market, version.at)) }
                                    td.w data-l=(look.t("改了什么", "What changed")) { @if version.version == 1 { (look.t("第一版", "the first")) } @else { (fields.join(look.t("、", ", "))) } }
                                    td.r { @if version.version != found.own.version {
                                        (parts::press(action, &format!("{key}v{}", version.version), &[("do", "back"), ("version", &version.version.to_string())], look.t("退回这版", "Go back to it"), "btn dk-sm"))
                                    } }
                                }
                            }
                        }
                    }
                }
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
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path((shop, id)): Path<(String, String)>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let id = web_kit::input::id::<Product>(&id)?;
    let mut fields = Fields::of(form);
    let keys = catalog::keys(id);
    let here = format!("/merchant/{shop}/products/{id}");
    let doing = fields.text("do").to_owned();
    let to_edit = |edit: String| Redirect::to(&format!("/merchant/{shop}/edits/{edit}")).into_response();
    let written: Result<Response, Failure> = match doing.as_str() {
        "on" => {
            let rules = rules_of(&site)?;
            act.value(&site, "catalog.put_on", keys, move |tx, ctx| {
                flows::listing::put_on(tx, ctx, shop, id, &rules).map(drop)
            })
            .await
            .map(|()| Redirect::to(&format!("{here}?done=on")).into_response())
        }
        "off" => act
            .value(&site, "catalog.take_off", keys, move |tx, ctx| {
                catalog::take_off(tx, ctx, shop, id).map(drop)
            })
            .await
            .map(|()| Redirect::to(&format!("{here}?done=off")).into_response()),
        "revise" => {
            let rules = rules_of(&site)?;
            act.value(&site, "catalog.revise", keys, move |tx, ctx| {
                catalog::revise(tx, ctx, shop, id, &rules).map(|edit| edit.id.to_string())
            })
            .await
            .map(to_edit)
        }
        "back" => {
            let version = fields.whole("version", 1, i64::MAX).unwrap_or(0);
            let rules = rules_of(&site)?;
            act.value(&site, "catalog.roll_back", keys, move |tx, ctx| {
                catalog::roll_back(tx, ctx, shop, id, version, &rules).map(|edit| edit.id.to_string())
            })
            .await
            .map(to_edit)
        }
        "prices" => {
            let prices = new_prices(&mut fields, site.market.currency);
            if fields.is_good() {
                act.value(&site, "catalog.set_price", keys, move |tx, ctx| {
                    catalog::set_prices(tx, ctx, shop, id, &prices).map(drop)
                })
                .await
                .map(|()| Redirect::to(&format!("{here}?done=priced")).into_response())
            } else {
                let many = act.who.shops().len() > 1;
                let found = site.read(move |q| one(q, shop, many, id)).await?;
                let page = drawn(&site, &RenderContext { here, ..look }, &found, None, &fields, None);
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
        }
        _ => Err(Failure::invalid("there is no such button").zh("没有这个按钮。")),
    };
    match written {
        Ok(response) => Ok(response),
        Err(failure) if failure.status == 404 => Err(failure),
        Err(failure) => {
            let many = act.who.shops().len() > 1;
            let found = site.read(move |q| one(q, shop, many, id)).await?;
            let fields = match doing.as_str() {
                "prices" => fields,
                _ => found.live.as_ref().map(price_fields).unwrap_or_default(),
            };
            let page = drawn(&site, &RenderContext { here, ..look }, &found, None, &fields, Some(&failure));
            Ok((failure.status_code(), page).into_response())
        }
    }
}
