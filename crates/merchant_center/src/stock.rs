//! `/merchant/{shop}/stock`: what lies where, what of it is spoken for, and everything that moved it.

use crate::kit::Kit;
use flows::digital::Delivered;
use flows::stock::{self, Doing, Limited};
use kernel::id::{Shop, Sku, Warehouse};
use supply::warehouse::{self, Change, Limits, MOST_UNITS, Movement, Reason};
use web_kit::admin::words;
use web_kit::forms::Chosen;
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::product::rules_of;
use web_kit::view::stock::{PlaceView, SkuName, StockRow, StockView, keys_at, keys_of, rows, sku_name};

/// SKUs of one page.
const PAGE: usize = 40;

/// Movements of one page.
const JOURNAL: usize = 30;

/// Warehouses that are shown; the rest is in the API.
const SITES: i64 = 100;

/// What is typed to open a warehouse.
#[derive(Form)]
#[form("warehouse")]
struct WarehouseForm {
    #[field(most = 60)]
    name: String,
    #[field(hint, most = 1000)]
    turn: Option<i64>,
}

/// What is typed to book goods that arrived, that were counted, or that were booked wrongly.
#[derive(Form)]
#[form("stock")]
struct ChangeForm {
    warehouse: Id<Warehouse>,
    #[field(least = -MOST_UNITS, most = MOST_UNITS)]
    quantity: i64,
    reason: Chosen,
    #[field(most = 60)]
    reference: Option<Box<str>>,
}

/// From how many units on a SKU is low.
#[derive(Form)]
#[form("low")]
struct LowForm {
    #[field(hint, units, most = MOST_UNITS)]
    low_at: Option<i64>,
}

/// What is not sold of a SKU in a warehouse, and what is sold beyond what lies there.
#[derive(Form)]
#[form("limits")]
struct LimitsForm {
    warehouse: Id<Warehouse>,
    #[field(hint, units, most = MOST_UNITS)]
    safety: i64,
    #[field(hint, units, most = MOST_UNITS)]
    backorder: i64,
}

/// The list.
pub async fn list(at: ShopPage) -> Result<Page, Failure> {
    let (low, last) = (at.query.text("low") == "1", at.after::<Sku>()?);
    let (place, (found, sites)) = at
        .enter(move |q, shop| {
            let found = rows(q, shop, low, last, PAGE + 1)?;
            Ok((found, warehouse::warehouses(q, shop, None, SITES)?))
        })
        .await?;
    let rows = Rows::of(found, PAGE, |row| row.sku.clone());
    let most = rows.rows.iter().map(|row| row.available + row.reserved).max().unwrap_or(0);
    let title = at.t("库存", "Stock");
    let chips = [
        (at.with(&[("low", "")]), at.t("全部", "All").to_owned(), !low),
        (at.with(&[("low", "1")]), at.t("库存预警", "Low stock").to_owned(), low),
    ];
    let columns = [
        Column::wide("规格", "Variant"),
        Column::wide("可售 ｜ 已锁定 ｜ 预警线", "Available | reserved | alert"),
        Column::number("在仓", "On hand"),
        Column::number("已锁定", "Reserved"),
        Column::number("可售", "Available"),
        Column::number("预警线", "Low-stock alert"),
        Column::acts(),
    ];
    let none = parts::empty(
        if low {
            at.t("没有库存预警的规格。", "No variant is low.")
        } else {
            at.t(
                "还没有库存。商品上架后，在商品页点「入库」。",
                "No stock yet. Once a product is live, press Receive on its page.",
            )
        },
        html! { a.btn href=(place.at("/products")) { (at.t("去商品", "To products")) } },
    );
    let body = html! {
        (ui::head(
            place.crumb(&[("", title)]),
            html! { (at.t("库存", "Inventory")) },
            false,
            html! { span { (at.t("可售 = 在仓 − 已锁定。售罄自动停售，不会超卖。", "Available = on hand − reserved. Sold-out variants stop selling automatically.")) } },
            html! { a.btn href=(place.at("/campaigns")) { (at.t("活动库存", "Campaign stock")) } },
        ))
        (at.banners(&[("opened", "仓库已开。", "Warehouse opened."), ("saved", "已保存。", "Saved.")]))
        div.dk-top { (parts::chips(at.t("筛选", "Show"), &chips)) }
        div.paper {
            (rows.list(&at, columns, |row| list_row(&at, &place, row, most), at.t("条的长度以本页最多的规格为准。", "Bars are drawn to the largest on this page."), none))
        }
        (sites_section(&at, &sites))
    };
    Ok(frame(&at.look, &place, Tab::Stock, title, body))
}

fn list_row(at: &ShopPage, place: &ShopFrame, row: &StockRow, most: i64) -> [Markup; 7] {
    let href = place.at(&format!("/stock/{}", row.sku));
    let own = |n: i64| html! { @if row.is_kit { "—" } @else { (fmt::count(n)) } };
    [
        parts::item(
            row.name.media.as_deref(),
            html! {
                a.nm href=(href) { (sku_name(&at.look, &row.name, &row.sku)) }
                @if row.is_kit { p { (at.t("套装，按组件算", "A bundle, counted by its parts")) } }
            },
        ),
        parts::stock_bar(row.available, row.reserved, row.low_at, most),
        own(row.on_hand),
        own(row.reserved),
        html! {
            b { (fmt::count(row.available)) }
            @if row.is_low { small { (if row.available == 0 { ui::state(Mark::Broken, at.t("已售罄", "Sold out")) } else { ui::state(Mark::Warning, at.t("库存预警", "Low stock")) }) } }
            @if row.backorder > 0 { small { (at.t("另可超卖 ", "and by back-order ")) (fmt::count(row.backorder)) } }
            @if row.pooled > 0 { small { (at.t("另有活动池 ", "and in pools ")) (fmt::count(row.pooled)) } }
        },
        html! { @match row.low_at { Some(low) => (fmt::count(low)), None => span.mut { (at.t("未设", "none")) } } },
        html! { a.btn.dk-sm href=(href) { (at.t("入库、盘点", "Receive, count stock")) } },
    ]
}

fn sites_section(at: &ShopPage, sites: &[warehouse::Site]) -> Markup {
    let action = at.at("/warehouses");
    let columns = [
        Column::wide("仓库", "Warehouse"),
        Column::text("发货顺序", "Ships in order"),
        Column::text("状态", "State"),
        Column::wide("", ""),
    ];
    let cells = |site: &warehouse::Site| {
        let form = format!("w-{}", site.id);
        let (word, press) = match site.is_open {
            true => ("close", at.t("停用", "Disable")),
            false => ("open", at.t("启用", "Enable")),
        };
        [
            html! {
                form id=(form) action=(format!("{action}/{}", site.id)) method="post" { input type="hidden" name="key" value=(at.key()); }
                input.dk-in form=(form) name="name" value=(site.name) maxlength="60" required aria-label=(at.t("仓库名", "Name"));
            },
            html! { input.dk-in form=(form) name="turn" value=(site.turn) inputmode="numeric" maxlength="4" aria-label=(at.t("发货顺序", "Ships in order")); },
            match site.is_open {
                true => ui::state(Mark::Kept, at.t("启用中", "Enabled")),
                false => ui::state(Mark::None, at.t("已停用", "Disabled")),
            },
            html! { div.dk-row.end {
                button.btn.dk-sm form=(form) name="do" value="save" { (at.t("保存", "Save")) }
                button.btn.dk-sm form=(form) name="do" value=(word) { (press) }
            } },
        ]
    };
    ui::question(
        at.t("仓库", "Warehouses"),
        html! { (at.t("先从顺序小的仓发；一个仓发得齐就不拆。关了的仓不再卖，已锁定的照发。", "Lower numbers ship first, from one warehouse if it can. A closed one sells nothing more; what is reserved there still ships.")) },
        html! {
            div.paper {
                @if sites.is_empty() { (parts::empty(at.t("还没有仓库。新增一个才能入库。", "No warehouse yet. Add one to receive stock."), html! {})) }
                @else { (table::table(&at.look, columns, sites, cells)) }
                form.dk-form.three action=(action) method="post" {
                    input type="hidden" name="key" value=(at.key());
                    (WarehouseForm::draw(&at.look, &at.fields, |_| Vec::new()))
                    (parts::beside(html! { button.btn { (at.t("新增仓库", "Add warehouse")) } }))
                }
            }
        },
    )
}

/// Opens a warehouse.
pub async fn open(mut at: ShopPage) -> Result<Response, Failure> {
    let shop = at.shop;
    if let Some(WarehouseForm { name, turn }) = at.typed() {
        at.write("stock.open", Keys::none(), &[], move |tx, ctx| {
            warehouse::open_warehouse(tx, ctx, shop, &name, turn.unwrap_or(0)).map(drop)
        })
        .await?;
    }
    let to = at.at("/stock?done=opened");
    at.answer(&to, list).await
}

/// Renames a warehouse, closes or opens it.
pub async fn change(mut at: ShopPage) -> Result<Redirect, Failure> {
    let (shop, id) = (at.shop, at.id::<Warehouse>("warehouse")?);
    let turn = at.fields.whole("turn", 0, 1000);
    if !at.fields.is_good() {
        return Err(Failure::invalid("turn must be 0 to 1000").zh("发货顺序要 0 到 1000 的整数。"));
    }
    let is_open = match at.fields.text("do") {
        "close" => Some(false),
        "open" => Some(true),
        _ => None,
    };
    let change = warehouse::SiteChange { name: at.fields.text("name").into(), turn, is_open };
    at.act
        .value(&at.site, "stock.change", Keys::none(), move |tx, _| {
            warehouse::edit_warehouse(tx, shop, id, &change).map(drop)
        })
        .await?;
    Ok(Redirect::to(&at.at("/stock?done=saved")))
}

/// One SKU: what is known of it.
struct One {
    sku: Id<Sku>,
    view: Option<StockView>,
    name: SkuName,
    sites: Vec<warehouse::Site>,
    /// How it is delivered, if it is none that is shipped.
    delivered: Option<Delivered>,
    /// What it is made of, and of what it could be; none of what cannot be a kit.
    kit: Option<Kit>,
    journal: Rows<Movement>,
}

fn one_of(
    q: &mut Read<'_>,
    (shop, sku): (Id<Shop>, Id<Sku>),
    last: Option<Id<kernel::id::Movement>>,
    find: &str,
) -> Result<One, Failure> {
    let offer = offer::catalog::offer(q, sku)?.filter(|offer| offer.shop == shop);
    let name = offer.as_ref().map(SkuName::of).unwrap_or_default();
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
    let journal = Rows::of(journal, JOURNAL, |row| row.id.to_string());
    let digital = offer.as_ref().is_some_and(|offer| offer.kind == offer::catalog::GoodsKind::Digital);
    let delivered = digital.then(|| flows::digital::delivered(q, shop, sku)).transpose()?;
    let untouched = |view: &StockView| view.is_kit || (view.places.is_empty() && journal.rows.is_empty());
    let kit = match view.as_ref().filter(|view| !digital && untouched(view)) {
        Some(view) => Some(crate::kit::read(q, shop, (sku, view), find)?),
        None => None,
    };
    Ok(One { sku, view, name, sites, delivered, kit, journal })
}

impl One {
    /// Where its forms are sent.
    fn action(&self, at: &ShopPage) -> String {
        at.at(&format!("/stock/{}", self.sku))
    }

    fn site_name(&self, id: &str) -> &str {
        self.sites.iter().find(|site| site.id.to_string() == id).map_or("—", |site| &site.name)
    }
}

/// One SKU.
pub async fn one(at: ShopPage) -> Result<Page, Failure> {
    let (sku, last) = (at.id::<Sku>("sku")?, at.after()?);
    let find = at.query.text("find").to_owned();
    let (place, found) = at.enter(move |q, shop| one_of(q, (shop, sku), last, &find)).await?;
    let title = sku_name(&at.look, &found.name, &sku.to_string());
    let low_at = found.view.as_ref().and_then(|view| view.low_at);
    let low = LowForm { low_at };
    let meta = html! {
        @if let Some(StockView { available, .. }) = &found.view {
            @if *available == 0 { (ui::state(Mark::Broken, at.t("已售罄", "Sold out"))) }
            @else if low_at.is_some_and(|low| *available <= low) { (ui::state(Mark::Warning, at.t("库存预警", "Low stock"))) }
            @else { (ui::state(Mark::Kept, at.t("可售", "Available"))) }
            span { b { (fmt::count(*available)) } " " (at.t("件可售", "available")) }
        } @else {
            (ui::state(Mark::None, at.t("还没入库", "Not stocked yet")))
        }
        @if let Some(product) = &found.name.product { a href=(place.at(&format!("/products/{product}"))) { (at.t("查看商品", "View product")) } }
    };
    let body = html! {
        (ui::head(place.crumb(&[("/stock", at.t("库存", "Stock")), ("", at.t("规格", "Variant"))]), html! { (title) }, false, meta, html! {}))
        (at.banners(&[
            ("moved", "已保存，流水里多了一行。", "Saved; the history has one more line."),
            ("saved", "已保存。", "Saved."),
        ]))
        (ui::question(
            at.t("各仓库存", "Stock by warehouse"),
            html! { (at.t("已锁定的是买家下了单、还没发出的。", "Reserved: ordered and not shipped yet.")) },
            html! { div.paper { (places(&at, &found)) } },
        ))
        @if let Some(delivered) = &found.delivered { (crate::digital::section(&at, &found.action(&at), delivered)) }
        @else { (ui::question(
            at.t("改库存", "Change stock"),
            html! { (at.t("每一笔都留在流水里，不能改，只能再记一笔。", "Every change stays in the history; a mistake is mended by another one.")) },
            html! {
                @if found.view.as_ref().is_some_and(|view| view.is_kit) {
                    div.paper { (parts::empty(at.t("套装没有自己的库存，给组件记。", "A bundle has no stock of its own: book its parts."), html! {})) }
                } @else if found.sites.is_empty() {
                    div.paper { (parts::empty(at.t("先新增一个仓库。", "Add a warehouse first."), html! { a.btn.pri href=(place.at("/stock")) { (at.t("新增仓库", "Add one")) } })) }
                } @else {
                    (change_form(&at, &found, Doing::Receive))
                    (change_form(&at, &found, Doing::Count))
                    (change_form(&at, &found, Doing::Adjust))
                }
            },
        )) }
        (ui::question(
            at.t("库存预警", "Low-stock alert"),
            html! { (at.t("可售降到这个数就提醒。", "Alerts when available falls to this.")) },
            html! {
                form.paper.dk-form.three action=(found.action(&at)) method="post" {
                    input type="hidden" name="key" value=(at.key());
                    (LowForm::draw(&at.look, &at.typed_or(&low), |_| Vec::new()))
                    (parts::beside(html! { button.btn name="do" value="low" { (at.t("保存预警线", "Save alert")) } }))
                }
            },
        ))
        (limits_section(&at, &found))
        @if let (Some(view), Some(kit)) = (&found.view, &found.kit) { (crate::kit::section(&at, &found.action(&at), view, kit)) }
        (ui::question(
            at.t("库存流水", "Stock history"),
            html! { (at.t("在仓、锁定、可售都是这些流水加出来的。", "All figures are sums of these lines.")) },
            html! { div.paper { (journal(&at, &found)) } },
        ))
    };
    Ok(frame(&at.look, &place, Tab::Stock, &title, body))
}

fn places(at: &ShopPage, found: &One) -> Markup {
    let Some(view) = &found.view else {
        return parts::empty(at.t("还没入库。", "Not stocked yet."), html! {});
    };
    if view.is_kit {
        return parts::empty(
            at.t("套装没有自己的库存，看它的组件。", "A kit has no stock of its own: see its parts."),
            html! {},
        );
    }
    if view.places.is_empty() {
        return parts::empty(at.t("所有仓库都没有库存。", "No stock in any warehouse."), html! {});
    }
    let sum = |f: fn(&PlaceView) -> i64| fmt::count(view.places.iter().map(f).sum::<i64>());
    let most = view.places.iter().map(|place| place.on_hand).max().unwrap_or(0);
    let columns = [
        Column::wide("仓库", "Warehouse"),
        Column::wide("", ""),
        Column::number("在仓", "On hand"),
        Column::number("已锁定", "Reserved"),
        Column::number("可售", "Available"),
    ];
    let cells = |place: &PlaceView| {
        [
            html! {
                b { (found.site_name(&place.warehouse)) }
                @if let Some(campaign) = &place.campaign { small { (at.t("活动池 ", "pool of ")) span.mono { (campaign) } } }
            },
            parts::stock_bar(place.available, place.reserved, None, most),
            html! { (fmt::count(place.on_hand)) },
            html! { (fmt::count(place.reserved)) },
            html! { b { (fmt::count(place.available)) } },
        ]
    };
    html! {
        (table::table(&at.look, columns, &view.places, cells))
        div.foot {
            span { (at.t("合计 ", "Total ")) (sum(|p| p.on_hand)) " − " (sum(|p| p.reserved)) " = " b { (sum(|p| p.available)) } }
            span { (at.t("在仓 − 已锁定 = 可售", "on hand − reserved = available")) }
        }
    }
}

/// The word of a change in its form.
const fn word(doing: Doing) -> &'static str {
    match doing {
        Doing::Receive => "receive",
        Doing::Count => "count",
        Doing::Adjust => "adjust",
    }
}

fn change_form(at: &ShopPage, found: &One, doing: Doing) -> Markup {
    let (reasons, [title, hint, units, button]) = match doing {
        Doing::Receive => (
            words::RECEIVED_FOR,
            [
                ("入库", "Receive stock"),
                ("在仓库存增加", "adds to stock on hand"),
                ("到了几件", "Units received"),
                ("入库", "Receive"),
            ],
        ),
        Doing::Count => (
            words::COUNTED_FOR,
            [
                ("盘点", "Stocktake"),
                ("在仓库存改成这个数；不能少于已锁定", "sets stock on hand; not below what is reserved"),
                ("数出来几件", "Counted units"),
                ("按盘点改", "Save count"),
            ],
        ),
        Doing::Adjust => (
            words::ADJUSTED_FOR,
            [
                ("调整", "Adjust"),
                ("只调整未锁定的", "changes unreserved stock only"),
                ("加减几件，减写 -3", "Change in units, such as -3"),
                ("调整", "Adjust"),
            ],
        ),
    };
    let closed =
        |site: &warehouse::Site| if site.is_open { "" } else { at.t("（已停用）", " (disabled)") };
    let sites: Vec<(String, String)> = found
        .sites
        .iter()
        .map(|site| (site.id.to_string(), format!("{}{}", site.name, closed(site))))
        .collect();
    // What was typed stands in the form it was typed into.
    let (form, none) = (word(doing), Fields::default());
    let own = if at.fields.text("do") == form { &at.fields } else { &none };
    let t = |(zh, en)| at.t(zh, en);
    let field = |name, label| Field { name, label, form, ..Field::default() };
    html! {
        form.paper action=(found.action(at)) method="post" {
            div.dk-hd { h3 { (t(title)) } span.note { (t(hint)) } }
            input type="hidden" name="key" value=(at.key());
            input type="hidden" name="do" value=(form);
            div.dk-form.four {
                (parts::choice(&at.look, own, field("warehouse", at.t("仓库", "Warehouse")), &sites))
                (parts::number(&at.look, own, field("quantity", t(units)), ""))
                (parts::choice(&at.look, own, field("reason", at.t("原因", "Reason")), &reasons.choices(at.lang())))
                (parts::line(&at.look, own, field("reference", at.t("单号或备注", "Reference")), 60))
                div.dk-wide.dk-row.end { button.btn.pri[doing == Doing::Receive] { (t(button)) } }
            }
        }
    }
}

/// Safety stock and back-order ceiling of each warehouse, and a form for one of them.
fn limits_section(at: &ShopPage, found: &One) -> Markup {
    if found.delivered.is_some()
        || found.sites.is_empty()
        || found.view.as_ref().is_some_and(|view| view.is_kit)
    {
        return html! {};
    }
    let shelves = || found.view.iter().flat_map(|view| &view.places).filter(|place| place.campaign.is_none());
    let set = |place: &&PlaceView| place.safety > 0 || place.backorder > 0 || place.backordered > 0;
    let limited: Vec<&PlaceView> = shelves().filter(set).collect();
    let columns = [
        Column::wide("仓库", "Warehouse"),
        Column::number("安全库存", "Safety stock"),
        Column::number("超卖上限", "Back-order ceiling"),
        Column::number("已超卖", "Back-ordered"),
    ];
    let cells = |place: &&PlaceView| {
        [
            html! { b { (found.site_name(&place.warehouse)) } },
            html! { (fmt::count(place.safety)) },
            html! { (fmt::count(place.backorder)) },
            html! { (fmt::count(place.backordered)) },
        ]
    };
    let first = found.sites[0].id;
    let there = shelves().find(|place| place.warehouse == first.to_string());
    let form = LimitsForm {
        warehouse: first,
        safety: there.map_or(0, |place| place.safety),
        backorder: there.map_or(0, |place| place.backorder),
    };
    // What was typed into another form of this page is none of this one's.
    let typed = at.fields.text("do") == "limits";
    let fields = if typed { at.typed_or(&form) } else { form.fill(&at.site.market) };
    let sites = || found.sites.iter().map(|site| (site.id.to_string(), site.name.to_string())).collect();
    let choices = |name: &str| if name == "warehouse" { sites() } else { Vec::new() };
    ui::question(
        at.t("留多少不卖？能超卖多少？", "How much is kept back, how much sold beyond?"),
        html! { (at.t("安全库存不卖给买家。超卖的部分按预售的发货时间承诺，到货入库后才能发。", "Safety stock is not sold to buyers. What is back-ordered is promised like a presale, and ships once it has arrived.")) },
        html! {
            div.paper {
                @if !limited.is_empty() { (table::table(&at.look, columns, &limited, cells)) }
                form.dk-form.four action=(found.action(at)) method="post" {
                    input type="hidden" name="key" value=(at.key());
                    (LimitsForm::draw(&at.look, &fields, choices))
                    (parts::beside(html! { button.btn name="do" value="limits" { (at.t("保存", "Save")) } }))
                }
            }
        },
    )
}

fn journal(at: &ShopPage, found: &One) -> Markup {
    let columns = [
        Column::line("时间", "When"),
        Column::text("类型", "Type"),
        Column::number("件数", "Units"),
        Column::text("仓库", "Warehouse"),
        Column::text("原因", "Reason"),
        Column::long("单号", "Reference"),
    ];
    let cells = |row: &Movement| {
        [
            words::at(&at.look, &at.site.market, row.at),
            html! { (named::of(at.lang(), &row.moved)) },
            html! { b { (fmt::signed(row.quantity as f64, 0)) } },
            html! { (found.site_name(&row.place.warehouse.to_string())) },
            html! { (words::reason(&at.look, &row.reason)) },
            html! { @match row.reference.as_deref() { Some(text) => span.mono { (text) }, None => "—" } },
        ]
    };
    let none = parts::empty(at.t("还没有库存流水。", "No stock history yet."), html! {});
    found.journal.list(at, columns, cells, at.t("新的在上", "Newest first"), none)
}

fn change_of(at: &mut ShopPage, sku: Id<Sku>, doing: Doing) -> Option<Change> {
    let least = match doing {
        Doing::Receive => 1,
        Doing::Count => 0,
        Doing::Adjust => -MOST_UNITS,
    };
    let quantity = at.fields.whole("quantity", least, MOST_UNITS);
    if doing == Doing::Adjust && quantity == Some(0) {
        at.fields.refuse("quantity", "加减 0 件等于没动。", "Zero changes nothing.");
    }
    let reason = Reason::new(at.fields.text("reason")).ok();
    if reason.is_none() {
        at.fields.refuse("reason", "要选一个原因。", "Choose a reason.");
    }
    let ChangeForm { warehouse, quantity, reference, .. } = at.typed()?;
    Some(Change { sku, warehouse, quantity, reason: reason?, reference })
}

/// A press of one of the page's buttons.
pub async fn act(mut at: ShopPage) -> Result<Response, Failure> {
    let (shop, sku) = (at.shop, at.id::<Sku>("sku")?);
    let pressed = at.fields.text("do").to_owned();
    let mut done = "saved";
    match pressed.as_str() {
        "low" => {
            if let Some(LowForm { low_at }) = at.typed() {
                at.write("stock.keep", Keys::none(), &[], move |tx, ctx| {
                    stock::set_low(tx, ctx, shop, sku, low_at).map(drop)
                })
                .await?;
            }
        }
        "limits" => {
            let rules = rules_of(&at.site)?;
            if let Some(LimitsForm { warehouse, safety, backorder }) = at.typed() {
                let limits = Limits { safety, backorder };
                let limited = Limited { sku, warehouse, limits, ship: None };
                at.write("stock.limits", keys_at(sku, warehouse), &[], move |tx, ctx| {
                    stock::set_limits(tx, ctx, shop, &limited, &rules).map(drop)
                })
                .await?;
            }
        }
        "kit" => {
            let parts = crate::kit::parts_of(&mut at.fields);
            if at.fields.is_good() {
                at.write("stock.kit", Keys::none(), &[], move |tx, _| {
                    stock::make_kit(tx, shop, sku, &parts).map(drop)
                })
                .await?;
            }
        }
        _ => {
            let all = [Doing::Receive, Doing::Count, Doing::Adjust];
            let doing = all.into_iter().find(|one| word(*one) == pressed);
            if doing.is_none() && !crate::digital::act(&mut at, sku, &pressed).await? {
                return at.no_button();
            }
            done = "moved";
            if let Some(doing) = doing
                && let Some(change) = change_of(&mut at, sku, doing)
            {
                at.write("stock.move", keys_of(&change), &[], move |tx, ctx| {
                    stock::change(tx, ctx, shop, doing, &change).map(drop)
                })
                .await?;
            }
        }
    }
    let to = at.at(&format!("/stock/{sku}?done={done}"));
    at.answer(&to, one).await
}

/// A variant is delivered as a file from now on.
pub async fn file(mut at: ShopPage) -> Result<Response, Failure> {
    let sku = at.id::<Sku>("sku")?;
    crate::digital::take_file(&mut at, sku).await?;
    let to = at.at(&format!("/stock/{sku}?done=saved"));
    at.answer(&to, one).await
}
