//! `/console/orders`: every order of the market as the facts tell it, imported ones too, which nobody can change; and one
//! with its promises as clocks and its facts as a timeline.

use govern::view::{After, OrderFilter, OrderView, Status};
use report::order::promise_mark;
use web_kit::admin::parts;
use web_kit::prelude::*;
use web_kit::ui::{Area, State as Mark};
use web_kit::view::order::{days, recorded_after, recorded_key};

/// Orders of one page.
const PAGE: usize = 30;

/// One order.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    let (look, id) = (at.look.clone(), at.param("id").to_owned());
    at.site.ask(move |site, ask| report::order::page(site, ask, &look, &id, None)).await
}

/// The two lists of orders: those that can be worked on, and the record of all.
pub fn lists(at: &PageContext, record: bool) -> Markup {
    let chips = [
        ("/console/sales".to_owned(), at.t("平台订单", "Orders").to_owned(), !record),
        (
            "/console/orders".to_owned(),
            at.t("全部记录（含导入）", "All records, with imports").to_owned(),
            record,
        ),
    ];
    parts::chips(at.t("哪些订单", "Which orders"), &chips)
}

/// What is asked for, and the name of the shop as it was typed.
struct Asked {
    shop: String,
    number: String,
    from: Option<kernel::Moment>,
    until: Option<kernel::Moment>,
    after: Option<After>,
}

impl Asked {
    fn of(at: &PageContext) -> Result<Self, Failure> {
        let said = |name| Some(at.query.text(name)).filter(|text| !text.is_empty());
        let (from, until) = days(&at.site.market, said("from"), said("until"))?;
        let after = said("after").map(recorded_after);
        let text = |name| at.query.text(name).to_owned();
        Ok(Self { shop: text("shop"), number: text("number"), from, until, after: after.transpose()? })
    }
}

fn state(at: &PageContext, order: &OrderView) -> Markup {
    let (mark, zh, en) = match order.status() {
        Status::Placed => (Mark::Running, "待付款", "Unpaid"),
        Status::Paid => (Mark::Running, "待发货", "To ship"),
        Status::PickedUp => (Mark::Running, "运输中", "In transit"),
        Status::Delivered => (Mark::Kept, "已签收", "Delivered"),
        Status::Cancelled => (Mark::None, "已取消", "Cancelled"),
    };
    ui::state(mark, at.t(zh, en))
}

/// The list.
pub async fn list(at: PageContext) -> Result<Page, Failure> {
    let asked = Asked::of(&at)?;
    let filtered = ["shop", "number", "from", "until"].into_iter().any(|name| at.query.has(name));
    let (rows, shops, known) = at
        .site
        .ask(move |site, ask| {
            let shops = web_kit::view::shops::all(site, ask)?;
            let history = report::data::history(site, ask)?;
            let known = history.as_ref().as_ref().map_or(0, |known| known.orders);
            // A shop is named by its name, its id or its external id.
            let named = |text: &str| shops.find(text).or_else(|| shops.iter().find(|shop| shop.name == text));
            let shop = match asked.shop.as_str() {
                "" => None,
                text => match named(text) {
                    Some(shop) => Some(shop.no),
                    None => return Ok((Vec::new(), shops, known)),
                },
            };
            let external_id = Some(asked.number).filter(|text| !text.is_empty());
            let filter = OrderFilter { shop, from: asked.from, until: asked.until, external_id };
            let rows = govern::view::orders(ask, &filter, asked.after.as_ref(), PAGE + 1)?;
            Ok((rows, shops, known))
        })
        .await?;
    let rows = Rows::of(rows, PAGE, recorded_key);
    let (look, lang, market) = (&at.look, at.lang(), &at.site.market);
    let columns = [
        Column::wide("订单", "Order"),
        Column::text("店铺", "Shop"),
        Column::text("状态", "State"),
        Column::line("下单", "Placed"),
        Column::text("发货", "Ship"),
        Column::text("送达", "Deliver"),
        Column::number("金额", "Amount"),
    ];
    let cells = |o: &OrderView| {
        let shop = shops.get(o.shop);
        [
            html! { a.mono.id href={ "/console/orders/" (o.id) } { (o.external_id) } },
            html! { @if let Some(shop) = shop { a href={ "/console/shops/" (shop.id) } { (shop.name) } } @else { "—" } },
            state(&at, o),
            html! { (fmt::minute(lang, market, o.placed_at)) },
            promise_mark(lang, o.ship_by, o.picked_up_at, o.cancelled_at),
            promise_mark(lang, o.deliver_by, o.delivered_at, o.cancelled_at),
            html! { (fmt::money(lang, Money::new(o.gmv, market.currency))) },
        ]
    };
    let none = match filtered {
        true => at.t("没有符合条件的订单，换个条件试试。", "No orders match. Try other filters."),
        false => at.t("还没有订单。", "No orders yet."),
    };
    let day = |name: &str, label: &str| {
        html! { label { (label) input.dk-in type="date" name=(name) value=(at.query.text(name)); } }
    };
    let title = at.t("订单记录", "Order record");
    let body = html! {
        (ui::head(html! { (at.t("平台", "Platform")) }, html! { (title) }, false, html! {
            span { b { (fmt::count(known)) } (at.t(" 单，只读：导入的和在这里卖的", " orders, read-only: imported ones and those sold here")) }
        }, html! {}))
        div.dk-top { (lists(&at, true)) }
        form.dk-filter action="/console/orders" method="get" role="search" {
            label.dk-wide { (at.t("外部订单号", "External order id")) input.dk-in.big type="search" name="number" value=(at.query.text("number")) maxlength="80" autocomplete="off"; }
            label.dk-wide { (at.t("店铺", "Shop")) input.dk-in.big name="shop" value=(at.query.text("shop")) maxlength="80" list="shops" autocomplete="off"; }
            datalist id="shops" { @for shop in shops.iter().take(500) { option value=(shop.name) {} } }
            (day("from", at.t("下单时间从", "Placed from")))
            (day("until", at.t("到（含当天）", "to (inclusive)")))
            button.btn { (at.t("筛选", "Filter")) }
            @if filtered { a.btn href="/console/orders" { (at.t("清空", "Clear")) } }
        }
        div.paper { (rows.list(&at, columns, cells, at.t("新的在上", "Newest first"), parts::empty(none, html! {}))) }
    };
    Ok(ui::page(look, Area::Sales, title, body))
}
