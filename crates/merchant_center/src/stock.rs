//! `/merchant/{shop}/stock`: what lies where, what of it is spoken for, and everything that moved it.

use crate::enter;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use flows::stock::{self, Doing};
use kernel::id::{Shop, Sku, Warehouse};
use kernel::{Id, Market};
use maud::{Markup, html};
use serde::Deserialize;
use store::{Keys, Read};
use supply::warehouse::{self, Change, MOST_UNITS, Movement, Part, Reason};
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::parts::{self, Field};
use web_kit::admin::{done_of, words};
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext, State as Mark};
use web_kit::view::stock::{StockRow, StockView};

/// SKUs of one page.
const PAGE: usize = 40;

/// Movements of one page.
const JOURNAL: usize = 30;

/// Warehouses that are shown; the rest is in the API.
const SITES: i64 = 100;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    low: Option<String>,
    after: Option<String>,
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

struct List {
    place: ShopFrame,
    rows: Vec<StockRow>,
    sites: Vec<warehouse::Site>,
}

/// The list.
pub async fn list(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let low = asked.low.as_deref() == Some("1");
    let last = web_kit::view::stock::after::<Sku>(asked.after.as_deref())?;
    let many = who.shops().len() > 1;
    let found = site
        .read(move |q| {
            Ok(List {
                place: enter(q, shop, many)?,
                rows: web_kit::view::stock::rows(q, shop, low, last, PAGE + 1)?,
                sites: warehouse::warehouses(q, shop, None, SITES)?,
            })
        })
        .await?;
    let key = site.form_key();
    Ok(list_page(&look, &found, low, last.is_some(), asked.done.as_deref(), &key, &Fields::default()))
}

fn list_page(
    look: &RenderContext,
    found: &List,
    low: bool,
    further: bool,
    done: Option<&str>,
    key: &str,
    fields: &Fields,
) -> Page {
    let place = &found.place;
    let title = look.t("库存", "Stock");
    let more = found.rows.len() > PAGE;
    let rows = &found.rows[..found.rows.len().min(PAGE)];
    let most = rows.iter().map(|row| row.available + row.reserved).max().unwrap_or(0);
    let chips = [
        (parts::with(look, &[("low", "")]), look.t("全部", "All").to_owned(), !low),
        (parts::with(look, &[("low", "1")]), look.t("快卖完的", "Running out").to_owned(), low),
    ];
    let next = rows.last().filter(|_| more).map(|row| parts::with(look, &[("after", &row.sku)]));
    let body = html! {
        (ui::head(
            place.crumb(&[("", title)]),
            html! { (look.t("还有多少能卖？", "How much is left to sell?")) },
            false,
            html! { span { (look.t("可售 = 在仓 − 已占用。卖完自动停售，不会超卖。", "available = on hand − reserved. What is sold out stops selling by itself.")) } },
            html! {},
        ))
        (done_of(look, done, &[("opened", "仓库已开。", "Warehouse opened."), ("saved", "已保存。", "Saved.")]))
        div.dk-top { (parts::chips(look.t("看哪些", "Which"), &chips)) }
        div.paper {
            @if rows.is_empty() {
                (parts::empty(
                    if low { look.t("没有低于警戒线的规格。", "Nothing is below its mark.") } else { look.t("还没有库存。商品上架后，在商品页点「入库」。", "No stock yet. Once a product is live, press Receive on its page.") },
                    html! { a.btn href=(place.at("/products")) { (look.t("去商品", "To products")) } },
                ))
            } @else {
                table.cards.dk-list {
                    thead { tr {
                        th { (look.t("规格", "Variant")) }
                        th { (look.t("可售 ｜ 已占用 ｜ 警戒线", "Available | reserved | mark")) }
                        th.r { (look.t("在仓", "On hand")) }
                        th.r { (look.t("已占用", "Reserved")) }
                        th.r { (look.t("可售", "Available")) }
                        th.r { (look.t("警戒线", "Low mark")) }
                        th {}
                    } }
                    tbody {
                        @for row in rows { (list_row(look, place, row, most)) }
                    }
                }
                (parts::pager(look, further.then(|| parts::with(look, &[])).as_deref(), next.as_deref(),
                    html! { (look.t("条的长度都用这一页最多的那个规格作尺。", "All bars on the scale of the largest on this page.")) }))
            }
        }
        (sites_section(look, place, &found.sites, key, fields))
    };
    frame(look, place, Tab::Stock, title, body)
}

/// A SKU in words.
pub fn sku_name(look: &RenderContext, name: &web_kit::view::stock::SkuName, sku: &str) -> String {
    match (name.title.is_empty(), name.variant.is_empty()) {
        (true, _) => format!("{} {sku}", look.t("还没上架的规格", "A variant not live yet")),
        (false, true) => name.title.clone(),
        (false, false) => format!("{} · {}", name.title, name.variant),
    }
}

fn list_row(look: &RenderContext, place: &ShopFrame, row: &StockRow, most: i64) -> Markup {
    let href = place.at(&format!("/stock/{}", row.sku));
    let src = row.name.media.as_deref().map(|key| format!("/media/{key}"));
    html! {
        tr {
            td.w {
                div.dk-item {
                    (parts::thumb(src.as_deref(), ""))
                    div {
                        a.nm href=(href) { (sku_name(look, &row.name, &row.sku)) }
                        @if row.is_kit { p { (look.t("套装，按组件算", "A kit, counted by its parts")) } }
                    }
                }
            }
            td.w { (parts::stock_bar(row.available, row.reserved, row.low_at, most)) }
            td.r data-l=(look.t("在仓", "On hand")) { @if row.is_kit { "—" } @else { (fmt::count(row.on_hand)) } }
            td.r data-l=(look.t("已占用", "Reserved")) { @if row.is_kit { "—" } @else { (fmt::count(row.reserved)) } }
            td.r data-l=(look.t("可售", "Available")) {
                b { (fmt::count(row.available)) }
                @if row.is_low { small { (ui::state(if row.available == 0 { Mark::Broken } else { Mark::Warning }, if row.available == 0 { look.t("卖完了", "Sold out") } else { look.t("快卖完", "Low") })) } }
                @if row.pooled > 0 { small { (look.t("另有活动池 ", "and in pools ")) (fmt::count(row.pooled)) } }
            }
            td.r data-l=(look.t("警戒线", "Low mark")) {
                @match row.low_at { Some(low) => (fmt::count(low)), None => span.mut { (look.t("没设", "none")) } }
            }
            td.r { a.btn.dk-sm href=(href) { (look.t("入库、盘点", "Receive, count")) } }
        }
    }
}

fn sites_section(
    look: &RenderContext,
    place: &ShopFrame,
    sites: &[warehouse::Site],
    key: &str,
    fields: &Fields,
) -> Markup {
    let action = place.at("/warehouses");
    ui::question(
        look.t("货放在哪些仓？", "In which warehouses?"),
        html! { (look.t("出货先看顺位小的仓；一个仓发得齐就不拆。关了的仓不再卖，已占用的照发。", "Lower turns ship first; one warehouse if it can. A closed one sells nothing more, what is reserved there still ships.")) },
        html! {
            div.paper {
                @if sites.is_empty() {
                    (parts::empty(look.t("还没有仓库。开一个，才能入库。", "No warehouse yet. Open one to receive stock."), html! {}))
                } @else {
                    table.cards.dk-list {
                        thead { tr { th { (look.t("仓库", "Warehouse")) } th { (look.t("顺位", "Turn")) } th { (look.t("状态", "State")) } th {} } }
                        tbody {
                            @for site in sites {
                                @let form = format!("w-{}", site.id);
                                tr {
                                    td.w {
                                        form id=(form) action=(format!("{action}/{}", site.id)) method="post" { input type="hidden" name="key" value=(format!("{key}{}", site.id)); }
                                        input.dk-in form=(form) name="name" value=(site.name) maxlength="60" required aria-label=(look.t("仓库名", "Name"));
                                    }
                                    td data-l=(look.t("顺位", "Turn")) { input.dk-in form=(form) name="turn" value=(site.turn) inputmode="numeric" maxlength="4" aria-label=(look.t("顺位", "Turn")); }
                                    td data-l=(look.t("状态", "State")) {
                                        (if site.is_open { ui::state(Mark::Kept, look.t("开着", "Open")) } else { ui::state(Mark::None, look.t("关了", "Closed")) })
                                    }
                                    td.w { div.dk-row.end {
                                        button.btn.dk-sm form=(form) name="do" value="save" { (look.t("保存", "Save")) }
                                        @if site.is_open {
                                            button.btn.dk-sm form=(form) name="do" value="close" { (look.t("关仓", "Close")) }
                                        } @else {
                                            button.btn.dk-sm form=(form) name="do" value="open" { (look.t("开仓", "Open")) }
                                        }
                                    } }
                                }
                            }
                        }
                    }
                }
                form.dk-form.three action=(action) method="post" {
                    input type="hidden" name="key" value=(key);
                    (parts::line(look, fields, Field { name: "name", label: look.t("新仓库的名字", "Name of a new warehouse"), needed: true, ..Field::default() }, 60))
                    (parts::number(look, fields, Field { name: "turn", label: look.t("顺位", "Turn"), hint: look.t("0 最先出货", "0 ships first"), ..Field::default() }, ""))
                    div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn { (look.t("开仓库", "Open a warehouse")) } }
                }
            }
        },
    )
}

/// Opens a warehouse.
pub async fn open(
    State(site): State<Site>,
    look: RenderContext,
    Path(shop): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let mut fields = Fields::of(form);
    let name = fields.needed("name", 60);
    let turn = fields.whole("turn", 0, 1000).unwrap_or(0);
    if fields.is_good() {
        act.value(&site, "stock.open", Keys::none(), move |tx, ctx| {
            warehouse::open_warehouse(tx, ctx, shop, &name, turn).map(|site| site.id.to_string())
        })
        .await?;
        return Ok(Redirect::to(&format!("/merchant/{shop}/stock?done=opened")).into_response());
    }
    let many = act.who.shops().len() > 1;
    let found = site
        .read(move |q| {
            Ok(List {
                place: enter(q, shop, many)?,
                rows: web_kit::view::stock::rows(q, shop, false, None, PAGE + 1)?,
                sites: warehouse::warehouses(q, shop, None, SITES)?,
            })
        })
        .await?;
    let look = RenderContext { here: found.place.at("/stock"), ..look };
    let page = list_page(&look, &found, false, false, None, &site.form_key(), &fields);
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Renames a warehouse, closes or opens it.
pub async fn change(
    State(site): State<Site>,
    Path((shop, warehouse)): Path<(String, String)>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let id = web_kit::input::id::<Warehouse>(&warehouse)?;
    let mut fields = Fields::of(form);
    let turn = fields.whole("turn", 0, 1000);
    let (name, doing) = (fields.text("name").to_owned(), fields.text("do").to_owned());
    if !fields.is_good() {
        return Err(Failure::invalid("turn must be 0 to 1000").zh("顺位要 0 到 1000 的整数。"));
    }
    let is_open = match doing.as_str() {
        "close" => Some(false),
        "open" => Some(true),
        _ => None,
    };
    let change = warehouse::SiteChange { name: name.into(), turn, is_open };
    act.value(&site, "stock.change", Keys::none(), move |tx, _| {
        warehouse::edit_warehouse(tx, shop, id, &change).map(drop)
    })
    .await?;
    Ok(Redirect::to(&format!("/merchant/{shop}/stock?done=saved")))
}

/// One SKU: what is known of it.
struct One {
    place: ShopFrame,
    view: Option<StockView>,
    name: web_kit::view::stock::SkuName,
    sites: Vec<warehouse::Site>,
    journal: Vec<Movement>,
}

fn one_of(
    q: &mut Read<'_>,
    shop: Id<Shop>,
    many: bool,
    sku: Id<Sku>,
    last: Option<Id<kernel::id::Movement>>,
) -> Result<One, Failure> {
    let place = enter(q, shop, many)?;
    let offer = offer::catalog::offer(q, sku)?.filter(|offer| offer.shop == shop);
    let name = offer.as_ref().map(web_kit::view::stock::SkuName::of).unwrap_or_default();
    let sites = warehouse::warehouses(q, shop, None, SITES)?;
    let (view, journal) = match warehouse::stock(q, shop, sku) {
        Ok(stock) => (
            Some(StockView::of(&stock, name.clone())),
            warehouse::movements(q, shop, sku, last, JOURNAL as i64 + 1)?,
        ),
        // A variant of this shop whose stock nobody kept yet; anything else is not here.
        Err(warehouse::Error::NoSku(_)) if offer.is_some() => (None, Vec::new()),
        Err(other) => return Err(other.into()),
    };
    Ok(One { place, view, name, sites, journal })
}

/// One SKU.
pub async fn one(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path((shop, sku)): Path<(String, String)>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let sku = web_kit::input::id::<Sku>(&sku)?;
    let last = web_kit::view::stock::after(asked.after.as_deref())?;
    let many = who.shops().len() > 1;
    let found = site.read(move |q| one_of(q, shop, many, sku, last)).await?;
    let key = site.form_key();
    let scene = StockModel { sku, further: last.is_some(), done: asked.done.as_deref(), key: &key };
    Ok(one_page(&look, &site.market, &found, &scene, &Fields::default(), None))
}

struct StockModel<'a> {
    sku: Id<Sku>,
    further: bool,
    done: Option<&'a str>,
    key: &'a str,
}

fn one_page(
    look: &RenderContext,
    market: &Market,
    found: &One,
    scene: &StockModel<'_>,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let (place, sku) = (&found.place, scene.sku.to_string());
    let title = sku_name(look, &found.name, &sku);
    let available = found.view.as_ref().map_or(0, |view| view.available);
    let low_at = found.view.as_ref().and_then(|view| view.low_at);
    let meta = html! {
        @if let Some(view) = &found.view {
            @if available == 0 { (ui::state(Mark::Broken, look.t("卖完了", "Sold out"))) }
            @else if view.low_at.is_some_and(|low| available <= low) { (ui::state(Mark::Warning, look.t("低于警戒线", "Below its mark"))) }
            @else { (ui::state(Mark::Kept, look.t("可售", "Available"))) }
            span { b { (fmt::count(available)) } " " (look.t("件可售", "available")) }
        } @else {
            (ui::state(Mark::None, look.t("还没入过库", "Nothing received yet")))
        }
        @if let Some(product) = &found.name.product { a href=(place.at(&format!("/products/{product}"))) { (look.t("看商品", "The product")) } }
    };
    let body = html! {
        (ui::head(place.crumb(&[("/stock", look.t("库存", "Stock")), ("", look.t("规格", "Variant"))]), html! { (title) }, false, meta, html! {}))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        (done_of(look, scene.done, &[
            ("moved", "已入账，流水里多了一行。", "Booked; the journal has one more line."),
            ("saved", "已保存。", "Saved."),
        ]))
        (parts::refusals(look, fields, |name| field_name(look, name)))
        (ui::question(
            look.t("现在各仓有多少？", "How much is where?"),
            html! { (look.t("已占用的是买家下了单、还没发出的。", "Reserved: ordered and not shipped yet.")) },
            html! { div.paper { (places(look, found)) } },
        ))
        (ui::question(
            look.t("记一笔", "Book a change"),
            html! { (look.t("每一笔都留在流水里，不能改，只能再记一笔。", "Every change stays in the journal; what was wrong is booked again.")) },
            html! {
                @if found.view.as_ref().is_some_and(|view| view.is_kit) {
                    div.paper { (parts::empty(look.t("套装没有自己的库存，给组件记。", "A kit has no stock of its own: book its parts."), html! {})) }
                } @else if found.sites.is_empty() {
                    div.paper { (parts::empty(look.t("先开一个仓库。", "Open a warehouse first."), html! { a.btn.pri href=(place.at("/stock")) { (look.t("去开仓库", "Open one")) } })) }
                } @else {
                    (change_forms(look, found, scene, fields))
                }
            },
        ))
        (ui::question(
            look.t("什么时候提醒补货？", "When to say it runs low?"),
            html! { (look.t("可售到这个数就标成快卖完。", "At this many available it is shown as low.")) },
            html! {
                form.paper.dk-form.three action=(place.at(&format!("/stock/{sku}"))) method="post" {
                    input type="hidden" name="key" value=(format!("{}l", scene.key));
                    @let low = with_low_mark(fields, low_at);
                    (parts::number(look, &low, Field { name: "low_at", label: look.t("警戒线", "Low mark"), hint: look.t("空着就不提醒", "Empty: never"), ..Field::default() }, look.t("件", "units")))
                    div.dk-f { span.dk-lab aria-hidden="true" { "\u{a0}" } button.btn name="do" value="low" { (look.t("保存警戒线", "Save the mark")) } }
                }
            },
        ))
        (kit_section(look, place, found, scene, fields))
        (ui::question(
            look.t("谁在什么时候动过？", "What moved it, and when?"),
            html! { (look.t("在仓、占用、可售都是这些流水加出来的。", "All figures are sums of these lines.")) },
            html! { div.paper { (journal(look, market, found, scene)) } },
        ))
    };
    frame(look, place, Tab::Stock, &title, body)
}

fn field_name(look: &RenderContext, name: &str) -> String {
    let (zh, en) = match name {
        "quantity" => ("件数", "Units"),
        "warehouse" => ("仓库", "Warehouse"),
        "reason" => ("原因", "Reason"),
        "low_at" => ("警戒线", "Low mark"),
        "parts" => ("组件", "Parts"),
        _ => (name, name),
    };
    look.t(zh, en).to_owned()
}

fn site_name<'a>(found: &'a One, id: &str) -> &'a str {
    found.sites.iter().find(|site| site.id.to_string() == id).map_or("—", |site| &site.name)
}

fn places(look: &RenderContext, found: &One) -> Markup {
    let Some(view) = &found.view else {
        return parts::empty(look.t("还没入过库。", "Nothing was received yet."), html! {});
    };
    if view.is_kit {
        return html! {
            table.cards.dk-list {
                thead { tr { th { (look.t("组件", "Part")) } th.r { (look.t("每套几件", "In each kit")) } } }
                tbody { @for part in &view.parts { tr { td.w.mono { (part.sku) } td.r data-l=(look.t("每套几件", "In each kit")) { (fmt::count(part.quantity)) } } } }
            }
            div.foot { span { (look.t("按组件现有的量，还能配出 ", "From what there is, ")) b { (fmt::count(view.available)) } (look.t(" 套", " kits can be made")) } }
        };
    }
    let sum = |f: fn(&web_kit::view::stock::PlaceView) -> i64| view.places.iter().map(f).sum::<i64>();
    let most = view.places.iter().map(|place| place.on_hand).max().unwrap_or(0);
    html! {
        @if view.places.is_empty() { (parts::empty(look.t("哪个仓都没有。", "There is none anywhere."), html! {})) }
        @else {
            table.cards.dk-list {
                thead { tr {
                    th { (look.t("仓库", "Warehouse")) } th {}
                    th.r { (look.t("在仓", "On hand")) } th.r { (look.t("已占用", "Reserved")) } th.r { (look.t("可售", "Available")) }
                } }
                tbody {
                    @for place in &view.places {
                        tr {
                            td.w { b { (site_name(found, &place.warehouse)) } @if let Some(campaign) = &place.campaign { small { (look.t("活动池 ", "pool of ")) span.mono { (campaign) } } } }
                            td.w { (parts::stock_bar(place.available, place.reserved, None, most)) }
                            td.r data-l=(look.t("在仓", "On hand")) { (fmt::count(place.on_hand)) }
                            td.r data-l=(look.t("已占用", "Reserved")) { (fmt::count(place.reserved)) }
                            td.r data-l=(look.t("可售", "Available")) { b { (fmt::count(place.available)) } }
                        }
                    }
                }
            }
            div.foot {
                span {
                    (look.t("合计 ", "In all ")) (fmt::count(sum(|p| p.on_hand))) " − " (fmt::count(sum(|p| p.reserved))) " = "
                    b { (fmt::count(sum(|p| p.available))) }
                }
                span { (look.t("在仓 − 已占用 = 可售", "on hand − reserved = available")) }
            }
        }
    }
}

fn change_forms(look: &RenderContext, found: &One, scene: &StockModel<'_>, fields: &Fields) -> Markup {
    let place = &found.place;
    let action = place.at(&format!("/stock/{}", scene.sku));
    let sites: Vec<(String, String)> = found
        .sites
        .iter()
        .map(|site| {
            let closed = if site.is_open { "" } else { look.t("（关了）", " (closed)") };
            (site.id.to_string(), format!("{}{closed}", site.name))
        })
        .collect();
    let form = |doing: &'static str,
                title: &str,
                units: &str,
                hint: &str,
                reasons: &web_kit::words::named::List,
                button: &str| {
        // What was typed stands in the form it was typed into.
        let empty = Fields::default();
        let own = if fields.text("do") == doing { fields } else { &empty };
        let reasons = reasons.choices(look.lang);
        html! {
            form.paper action=(action) method="post" {
                div.dk-hd { h3 { (title) } span.note { (hint) } }
                input type="hidden" name="key" value=(format!("{}{doing}", scene.key));
                input type="hidden" name="do" value=(doing);
                div.dk-form.four {
                    (plain_choice(look, own, doing, "warehouse", look.t("仓库", "Warehouse"), &sites))
                    (plain_number(look, own, doing, "quantity", units))
                    (plain_choice(look, own, doing, "reason", look.t("原因", "Reason"), &reasons))
                    div.dk-f { label for=(format!("f-{doing}-reference")) { (look.t("单号、备注", "Reference")) }
                        input id=(format!("f-{doing}-reference")) name="reference" maxlength="60" autocomplete="off" value=(own.text("reference")); }
                    div.dk-wide.dk-row.end { button.btn.pri[doing == "receive"] { (button) } }
                }
            }
        }
    };
    html! {
        (form("receive", look.t("入库", "Goods arrived"), look.t("到了几件", "How many arrived"), look.t("在仓加这么多", "adds to what is on hand"), &words::RECEIVED_FOR, look.t("入库", "Receive")))
        (form("count", look.t("盘点", "Somebody counted"), look.t("数出来几件", "How many lie there"), look.t("在仓改成这个数；不能少于已占用", "sets what is on hand; not below what is reserved"), &words::COUNTED_FOR, look.t("按盘点改", "Book the count")))
        (form("adjust", look.t("调整", "Correct the books"), look.t("加减几件，减写 -3", "How many more; −3 for fewer"), look.t("只动没被占用的", "moves only what is not reserved"), &words::ADJUSTED_FOR, look.t("调整", "Adjust")))
    }
}

fn plain_choice(
    look: &RenderContext,
    fields: &Fields,
    form: &str,
    name: &str,
    label: &str,
    choices: &[(String, String)],
) -> Markup {
    let id = format!("f-{form}-{name}");
    let wrong = fields.wrong(name);
    html! {
        div.dk-f.bad[wrong.is_some()] {
            label for=(id) { (label) }
            select id=(id) name=(name) { @for (value, text) in choices { option value=(value) selected[value == fields.text(name)] { (text) } } }
            @if let Some(wrong) = wrong { p { span.no { (ui::state(Mark::Broken, wrong.text(look.lang))) } } }
        }
    }
}

fn plain_number(look: &RenderContext, fields: &Fields, form: &str, name: &str, label: &str) -> Markup {
    let id = format!("f-{form}-{name}");
    let wrong = fields.wrong(name);
    html! {
        div.dk-f.bad[wrong.is_some()] {
            label for=(id) { (label) }
            input.n id=(id) name=(name) value=(fields.text(name)) inputmode="numeric" maxlength="10" autocomplete="off" required
                aria-invalid=[wrong.map(|_| "true")];
            @if let Some(wrong) = wrong { p { span.no { (ui::state(Mark::Broken, wrong.text(look.lang))) } } }
        }
    }
}

/// What was typed, or the mark as it is.
fn with_low_mark(fields: &Fields, low_at: Option<i64>) -> Fields {
    let mut low = fields.clone();
    if !low.has("low_at") {
        low.set("low_at", low_at.map(|n| n.to_string()).unwrap_or_default());
    }
    low
}

fn kit_section(
    look: &RenderContext,
    place: &ShopFrame,
    found: &One,
    scene: &StockModel<'_>,
    fields: &Fields,
) -> Markup {
    let Some(view) = &found.view else { return html! {} };
    let touched = !view.is_kit && (!view.places.is_empty() || !found.journal.is_empty());
    if touched {
        return html! {};
    }
    let mut own = fields.clone();
    if !own.has("parts") && view.is_kit {
        let lines: Vec<String> =
            view.parts.iter().map(|part| format!("{} {}", part.sku, part.quantity)).collect();
        own.set("parts", lines.join("\n"));
    }
    ui::question(
        look.t("它是套装吗？", "Is it a kit?"),
        html! { (look.t("套装没有自己的货，卖一套就从组件里各占几件。", "A kit has no stock of its own: each one takes some of its parts.")) },
        html! {
            form.paper.dk-form action=(place.at(&format!("/stock/{}", scene.sku))) method="post" {
                input type="hidden" name="key" value=(format!("{}k", scene.key));
                (parts::lines(look, &own, Field { name: "parts", label: look.t("组件，一行一个：规格号 件数", "Parts, one a line: SKU and units"), hint: look.t("规格号在库存列表里", "SKU ids stand in the stock list"), wide: true, ..Field::default() }, 4, 4000))
                div.dk-wide.dk-row.end { button.btn name="do" value="kit" { (look.t("按组件卖", "Sell as a kit")) } }
            }
        },
    )
}

fn journal(look: &RenderContext, market: &Market, found: &One, scene: &StockModel<'_>) -> Markup {
    let rows = &found.journal[..found.journal.len().min(JOURNAL)];
    if rows.is_empty() {
        return parts::empty(look.t("还没有流水。", "No movement yet."), html! {});
    }
    let next = rows.last().filter(|_| found.journal.len() > JOURNAL);
    let next = next.map(|last| parts::with(look, &[("after", &last.id.to_string())]));
    html! {
        table.cards.dk-list {
            thead { tr {
                th { (look.t("时间", "When")) } th { (look.t("做了什么", "What")) } th.r { (look.t("件数", "Units")) }
                th { (look.t("仓库", "Warehouse")) } th { (look.t("原因", "Reason")) } th { (look.t("单号", "Reference")) }
            } }
            tbody {
                @for row in rows {
                    tr {
                        td.nw data-l=(look.t("时间", "When")) { (words::at(look, market, row.at)) }
                        td data-l=(look.t("做了什么", "What")) { (web_kit::words::named::of(look.lang, &row.moved)) }
                        td.r data-l=(look.t("件数", "Units")) { b { (fmt::signed(row.quantity as f64, 0)) } }
                        td data-l=(look.t("仓库", "Warehouse")) { (site_name(found, &row.place.warehouse.to_string())) }
                        td data-l=(look.t("原因", "Reason")) { (words::reason(look, &row.reason)) }
                        td.w data-l=(look.t("单号", "Reference")) {
                            @match row.reference.as_deref() { Some(text) => span.mono { (text) }, None => "—" }
                        }
                    }
                }
            }
        }
        (parts::pager(look, scene.further.then(|| parts::with(look, &[])).as_deref(), next.as_deref(), html! { (look.t("新的在上", "Newest first")) }))
    }
}

fn parts_of(fields: &mut Fields) -> Vec<Part> {
    let text = fields.text("parts").to_owned();
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let read =
            (|| Some(Part { sku: words.next()?.parse().ok()?, quantity: words.next()?.parse().ok()? }))();
        match read {
            Some(part) => found.push(part),
            None => fields.refuse(
                "parts",
                format!("「{}」读不懂：要规格号、空格、件数。", web_kit::problem::brief(line)),
                format!("\"{}\" cannot be read: a SKU, a space, a number.", web_kit::problem::brief(line)),
            ),
        }
    }
    if found.is_empty() {
        fields.refuse("parts", "至少写一个组件。", "Name at least one part.");
    }
    found
}

fn change_of(fields: &mut Fields, sku: Id<Sku>, doing: Doing) -> Option<Change> {
    let (least, most) = match doing {
        Doing::Receive => (1, MOST_UNITS),
        Doing::Count => (0, MOST_UNITS),
        Doing::Adjust => (-MOST_UNITS, MOST_UNITS),
    };
    let quantity = fields.whole("quantity", least, most);
    if quantity.is_none() {
        fields.refuse("quantity", "要填件数。", "A number of units is needed.");
    }
    if doing == Doing::Adjust && quantity == Some(0) {
        fields.refuse("quantity", "加减 0 件等于没动。", "Zero changes nothing.");
    }
    let warehouse = fields.text("warehouse").parse::<Id<Warehouse>>().ok();
    if warehouse.is_none() {
        fields.refuse("warehouse", "要选一个仓库。", "Choose a warehouse.");
    }
    let reason = Reason::new(fields.text("reason")).ok();
    if reason.is_none() {
        fields.refuse("reason", "要选一个原因。", "Choose a reason.");
    }
    let reference = Some(fields.text("reference")).filter(|text| !text.is_empty()).map(Into::into);
    if !fields.is_good() {
        return None;
    }
    Some(Change { sku, warehouse: warehouse?, quantity: quantity?, reason: reason?, reference })
}

/// A press of one of the page's buttons.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path((shop, sku)): Path<(String, String)>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let sku = web_kit::input::id::<Sku>(&sku)?;
    let mut fields = Fields::of(form);
    let doing = fields.text("do").to_owned();
    let written = match doing.as_str() {
        "receive" | "count" | "adjust" => {
            let which = match doing.as_str() {
                "receive" => Doing::Receive,
                "count" => Doing::Count,
                _ => Doing::Adjust,
            };
            match change_of(&mut fields, sku, which) {
                None => Ok(()),
                Some(change) => {
                    let keys = web_kit::view::stock::keys_of(&change);
                    act.value(&site, "stock.move", keys, move |tx, ctx| {
                        stock::change(tx, ctx, shop, which, &change).map(drop)
                    })
                    .await
                }
            }
        }
        "low" => {
            let low = fields.whole("low_at", 0, MOST_UNITS);
            match fields.is_good() {
                false => Ok(()),
                true => {
                    act.value(&site, "stock.keep", Keys::none(), move |tx, _| {
                        stock::set_low(tx, shop, sku, low).map(drop)
                    })
                    .await
                }
            }
        }
        "kit" => {
            let parts = parts_of(&mut fields);
            match fields.is_good() {
                false => Ok(()),
                true => {
                    let write = act.value(&site, "stock.kit", Keys::none(), move |tx, _| {
                        stock::make_kit(tx, shop, sku, &parts).map(drop)
                    });
                    write.await
                }
            }
        }
        _ => Err(Failure::invalid("there is no such button").zh("没有这个按钮。")),
    };
    let refused = match written {
        Ok(()) if fields.is_good() => {
            let done = if matches!(doing.as_str(), "low" | "kit") { "saved" } else { "moved" };
            return Ok(Redirect::to(&format!("/merchant/{shop}/stock/{sku}?done={done}")).into_response());
        }
        Ok(()) => None,
        Err(failure) if failure.status == 404 => return Err(failure),
        Err(failure) => Some(failure),
    };
    let many = act.who.shops().len() > 1;
    let found = site.read(move |q| one_of(q, shop, many, sku, None)).await?;
    let look = RenderContext { here: found.place.at(&format!("/stock/{sku}")), ..look };
    let key = site.form_key();
    let scene = StockModel { sku, further: false, done: None, key: &key };
    let status = refused.as_ref().map_or(axum::http::StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    let page = one_page(&look, &site.market, &found, &scene, &fields, refused.as_ref());
    Ok((status, page).into_response())
}
