//! `/merchant/{shop}/stock`: what lies where, what of it is spoken for, and everything that moved it.

use flows::stock::{self, Doing};
use kernel::id::{Shop, Sku, Warehouse};
use supply::warehouse::{self, Change, MOST_UNITS, Movement, Part, Reason};
use web_kit::admin::words;
use web_kit::forms::Chosen;
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::stock::{PlaceView, SkuName, StockRow, StockView, keys_of, rows, sku_name};

/// SKUs of one page.
const PAGE: usize = 40;

/// Movements of one page.
const JOURNAL: usize = 30;

/// Warehouses that are shown; the rest is in the API.
const SITES: i64 = 100;

/// Variants that a kit's parts are picked from; a shop with more names the rest through the API.
const PICKED_FROM: usize = 1_000;

/// Empty lines below the parts of a kit.
const MORE_PARTS: usize = 3;

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
            html! {},
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
    journal: Rows<Movement>,
    /// What a kit can be made of: ids and names.
    parts: Vec<(String, String)>,
}

/// The plain variants of a shop but one, by their names.
fn parts_of_shop(
    q: &mut Read<'_>,
    look: &RenderContext,
    shop: Id<Shop>,
    but: Id<Sku>,
) -> Result<Vec<(String, String)>, Failure> {
    let (mut found, mut last) = (Vec::new(), None);
    while found.len() < PICKED_FROM {
        let page = rows(q, shop, false, last, 200)?;
        let plain = page.iter().filter(|row| !row.is_kit && row.sku != but.to_string());
        found.extend(plain.map(|row| (row.sku.clone(), sku_name(look, &row.name, &row.sku))));
        last = page.last().and_then(|row| row.sku.parse().ok());
        if page.len() < 200 {
            break;
        }
    }
    found.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(found)
}

fn one_of(
    q: &mut Read<'_>,
    look: &RenderContext,
    (shop, sku): (Id<Shop>, Id<Sku>),
    last: Option<Id<kernel::id::Movement>>,
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
    let may_be_kit = view.as_ref().is_some_and(|view: &StockView| view.is_kit || view.places.is_empty())
        && journal.rows.is_empty();
    let parts = if may_be_kit { parts_of_shop(q, look, shop, sku)? } else { Vec::new() };
    Ok(One { sku, view, name, sites, journal, parts })
}

impl One {
    /// Where its forms are sent.
    fn action(&self, at: &ShopPage) -> String {
        at.at(&format!("/stock/{}", self.sku))
    }

    /// What a part of it is called.
    fn part_name<'a>(&'a self, sku: &'a str) -> &'a str {
        self.parts.iter().find(|(id, _)| id == sku).map_or(sku, |(_, name)| name)
    }

    fn site_name(&self, id: &str) -> &str {
        self.sites.iter().find(|site| site.id.to_string() == id).map_or("—", |site| &site.name)
    }
}

/// One SKU.
pub async fn one(at: ShopPage) -> Result<Page, Failure> {
    let (sku, last) = (at.id::<Sku>("sku")?, at.after()?);
    let look = at.look.clone();
    let (place, found) = at.enter(move |q, shop| one_of(q, &look, (shop, sku), last)).await?;
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
        (ui::question(
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
        ))
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
        (kit_section(&at, &found))
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
        let columns = [Column::wide("组件", "Part"), Column::number("每套几件", "In each bundle")];
        return html! {
            (table::table(&at.look, columns, &view.parts, |part| [html! { a.nm href=(at.at(&format!("/stock/{}", part.sku))) { (found.part_name(&part.sku)) } }, html! { (fmt::count(part.quantity)) }]))
            div.foot { span { (at.t("按组件现有的量，还能配出 ", "From what there is, ")) b { (fmt::count(view.available)) } (at.t(" 套", " bundles can be made")) } }
        };
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

fn kit_section(at: &ShopPage, found: &One) -> Markup {
    let Some(view) = &found.view else { return html! {} };
    let untouched = view.places.is_empty() && found.journal.is_empty();
    if !(view.is_kit || untouched) {
        return html! {};
    }
    let fields = if at.fields.text("do") == "kit" { at.fields.clone() } else { kit_fields(view) };
    let none = (String::new(), at.t("选一个规格", "Choose a variant").to_owned());
    let choices: Vec<(String, String)> = std::iter::once(none).chain(found.parts.iter().cloned()).collect();
    let lines = (0..).take_while(|n| fields.raw(&format!("part.{n}.sku")).is_some()).count();
    ui::question(
        at.t("它是套装吗？", "Is it a bundle?"),
        html! { (at.t("套装没有自己的货，卖一套就从组件里各占几件。", "A bundle has no stock of its own: each one takes some of its parts.")) },
        html! {
            form.paper action=(found.action(at)) method="post" {
                input type="hidden" name="key" value=(at.key());
                @for n in 0..lines {
                    @let (sku, units) = (format!("part.{n}.sku"), format!("part.{n}.quantity"));
                    div.dk-form.three {
                        @let label = format!("{} {}", at.t("组件", "Part"), n + 1);
                        (parts::choice(&at.look, &fields, Field { name: &sku, label: &label, ..Field::default() }, &choices))
                        (parts::number(&at.look, &fields, Field { name: &units, label: at.t("每套几件", "In each bundle"), ..Field::default() }, at.t("件", "units")))
                    }
                }
                @if let Some(wrong) = fields.wrong("parts") { p.dk-note { (ui::state(Mark::Broken, wrong.text(at.lang()))) } }
                div.dk-row.pad.end { button.btn name="do" value="kit" { (at.t("保存为套装", "Save as a bundle")) } }
            }
        },
    )
}

/// The parts of a kit as the fields of its form, with some empty lines below.
fn kit_fields(view: &StockView) -> Fields {
    let mut fields = Fields::default();
    let there = if view.is_kit { view.parts.as_slice() } else { &[] };
    for n in 0..there.len() + MORE_PARTS {
        let part = there.get(n);
        fields.set(format!("part.{n}.sku"), part.map(|part| part.sku.clone()).unwrap_or_default());
        fields.set(
            format!("part.{n}.quantity"),
            part.map(|part| part.quantity.to_string()).unwrap_or_default(),
        );
    }
    fields
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

fn parts_of(fields: &mut Fields) -> Vec<Part> {
    let mut found = Vec::new();
    for n in 0.. {
        let (sku, units) = (format!("part.{n}.sku"), format!("part.{n}.quantity"));
        if fields.raw(&sku).is_none() {
            break;
        }
        if !fields.has(&sku) && !fields.has(&units) {
            continue;
        }
        let quantity = fields.whole(&units, 1, MOST_UNITS);
        if quantity.is_none() {
            fields.refuse(&units, "要填。", "Needed.");
        }
        match (fields.text(&sku).parse(), quantity) {
            (Ok(sku), Some(quantity)) => found.push(Part { sku, quantity }),
            (Err(_), _) => fields.refuse(&sku, "要选一个规格。", "Choose a variant."),
            (Ok(_), None) => {}
        }
    }
    if found.is_empty() && fields.is_good() {
        fields.refuse("parts", "至少选一个组件。", "Choose at least one part.");
    }
    found
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
                at.write("stock.keep", Keys::none(), &[], move |tx, _| {
                    stock::set_low(tx, shop, sku, low_at).map(drop)
                })
                .await?;
            }
        }
        "kit" => {
            let parts = parts_of(&mut at.fields);
            if at.fields.is_good() {
                at.write("stock.kit", Keys::none(), &[], move |tx, _| {
                    stock::make_kit(tx, shop, sku, &parts).map(drop)
                })
                .await?;
            }
        }
        _ => {
            let all = [Doing::Receive, Doing::Count, Doing::Adjust];
            let Some(doing) = all.into_iter().find(|one| word(*one) == pressed) else {
                return at.no_button();
            };
            done = "moved";
            if let Some(change) = change_of(&mut at, sku, doing) {
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
