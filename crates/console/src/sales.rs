//! `/console/sales`: the orders of all shops, and one of them.

use crate::review::{shop_name, shop_names};
use axum::http::header;
use kernel::Entity;
use kernel::id::{Order as OrderKey, Shop};
use people::staff::Permission;
use report::sale::held;
use report::sale::list::{gets, state_and_clock};
use report::sale::page::{
    Back, CANCEL_ABOUT, CancelForm, OrderModel, cancel_section, goods, head, lines_section, money_section,
    notes_section, recipient_section, timeline_section,
};
use std::collections::HashMap;
use trade::order::{self, Cancellation, Filter, LONGEST_NOTE, Order, Side, Status};
use web_kit::admin::parts;
use web_kit::forms::Chosen;
use web_kit::known::{ShopCard, shops_named};
use web_kit::prelude::*;
use web_kit::ui::Area;
use web_kit::view::order::{Recipient, days, made_of, refunds_of, revealed, shop_gets, why};
use web_kit::view::staff::names_of;

/// Orders of one page.
const PAGE: usize = 30;

/// Shops whose names the filter offers.
const SHOPS: usize = 500;

/// What the list is asked for, if anything.
fn said<'a>(at: &'a PageContext, name: &str) -> Option<&'a str> {
    Some(at.query.text(name)).filter(|text| !text.is_empty())
}

/// An id that the list is asked for.
fn id_of<T: Entity>(at: &PageContext, name: &str, what: &str, zh: &str) -> Result<Option<Id<T>>, Failure> {
    let refused = |err| Failure::invalid(format!("{what}: {err}")).zh(zh);
    said(at, name).map(|text| text.parse().map_err(refused)).transpose()
}

/// The shop that the list is asked for, by its name or its id; a part of a name will do if only one shop has it.
fn shop_of(at: &PageContext, shops: &HashMap<Id<Shop>, ShopCard>) -> Result<Option<Id<Shop>>, Failure> {
    let Some(text) = said(at, "shop") else { return Ok(None) };
    if let Ok(id) = text.parse() {
        return Ok(Some(id));
    }
    let exact: Vec<Id<Shop>> =
        shops.values().filter(|shop| *shop.name == *text).map(|shop| shop.id).collect();
    let like = if exact.is_empty() {
        shops_named(shops, text, 2).iter().map(|shop| shop.id).collect()
    } else {
        exact
    };
    match like.as_slice() {
        [one] => Ok(Some(*one)),
        found => {
            let (text, none) = (web_kit::problem::brief(text), found.is_empty());
            let (zh, en) = match none {
                true => (format!("没有叫「{text}」的店铺。"), format!("no shop is called \"{text}\"")),
                false => (
                    format!("不止一家店铺叫「{text}」，从列表里选一家。"),
                    format!("several shops are called \"{text}\": choose one of the list"),
                ),
            };
            Err(Failure::invalid(en).zh(zh))
        }
    }
}

fn filter(at: &PageContext, shops: &HashMap<Id<Shop>, ShopCard>) -> Result<Filter, Failure> {
    let (from, until) = days(&at.site.market, said(at, "from"), said(at, "until"))?;
    let code = said(at, "number").and_then(order::code_of);
    Ok(Filter {
        status: said(at, "status").map(web_kit::view::order::status).transpose()?,
        from,
        until,
        order: match &code {
            Some(_) => None,
            None => id_of(at, "number", "order", "订单号写成 12 位数字，或 ord_ 开头的 30 个字符。")?,
        },
        code,
        shop: shop_of(at, shops)?,
        held: said(at, "held").is_some(),
        ..Filter::default()
    })
}

/// The list.
pub async fn list(mut at: PageContext) -> Result<Page, Failure> {
    let last = at.after()?;
    let (_, shops) = at.site.known().await?;
    let wanted = match filter(&at, &shops) {
        Ok(wanted) => Some(wanted),
        Err(refused) => {
            at.refused = Some(refused);
            None
        }
    };
    let (found, names) = at
        .read(move |q| {
            let rows = match &wanted {
                Some(filter) => order::of_platform(q, filter, last, PAGE as i64 + 1)?,
                None => Vec::new(),
            };
            let names = shop_names(q, rows.iter().map(|row| row.shop))?;
            Ok((rows, names))
        })
        .await?;
    let rows = Rows::of(found, PAGE, |row| row.id.to_string());
    let asked_shop = at.query.text("shop");
    let named = asked_shop.parse().ok().and_then(|id: Id<Shop>| shops.get(&id));
    let shop_name = named.map_or(asked_shop, |shop| &shop.name);
    let mut all_shops: Vec<&str> = shops.values().map(|shop| &*shop.name).collect();
    all_shops.sort_unstable();
    all_shops.truncate(SHOPS);
    let (look, market, title, status) =
        (&at.look, &at.site.market, at.t("订单", "Orders"), at.query.text("status"));
    let waiting = said(&at, "held").is_some();
    let chip = |word: &str, held: &str, text: &str| {
        let on = if held.is_empty() { !waiting && word == status } else { waiting };
        (at.with(&[("status", word), ("held", held)]), text.to_owned(), on)
    };
    let mut chips = vec![chip("", "", at.t("全部", "All")), chip("", "1", at.t("待审核", "To review"))];
    chips.extend(Status::ALL.iter().map(|s| chip(s.as_str(), "", named::of(look.lang, s))));
    let asked = |name| said(&at, name).is_some();
    let filtered = ["status", "held", "shop", "from", "until", "number"].into_iter().any(asked);
    let day = |name: &str, label: &str| {
        html! { label { (label) input.dk-in type="date" name=(name) value=(at.query.text(name)); } }
    };
    let columns = [
        Column::wide("买了什么", "What"),
        Column::text("店铺", "Shop"),
        Column::text("状态与期限", "State and deadline"),
        Column::text("收货人", "Ship to"),
        Column::number("买家实付", "Paid"),
        Column::number("平台应得", "Platform gets"),
    ];
    let cells = |row: &Order| {
        let net = row.net();
        let total = net.total;
        let own = Money::new(total.minor - shop_gets(&net).minor, total.currency);
        [
            goods(look, row, &format!("/console/sales/{}", row.id)),
            html! { a href=(at.with(&[("shop", &row.shop.to_string())])) { (names.get(&row.shop).map_or("—", String::as_str)) } },
            state_and_clock(look, (market, at.site.services.carriers()), at.now(), row),
            html! { (fmt::once(&row.address.shown)) small { (at.t("下单 ", "placed ")) (fmt::minute(look.lang, market, row.placed_at)) } },
            html! { b { (fmt::money(look.lang, total)) } @if let Some(made) = made_of(look.lang, &row.sums) { small { (made) } } },
            html! { @if gets(row.status) { (fmt::money(look.lang, own)) } @else { span.mut { "—" } } },
        ]
    };
    let none = match filtered {
        true => at.t("没有符合条件的订单，换个条件试试。", "No orders match. Try other filters."),
        false => at.t("还没有订单。", "No orders yet."),
    };
    let body = html! {
        (ui::head(html! { (at.t("平台", "Platform")) }, html! { (at.t("全部订单", "All orders")) }, false,
            html! { span { (at.t("收货人已脱敏。", "Recipients are masked.")) } }, html! {}))
        (at.banners(&[]))
        @if look.may_open.page("/console/orders") { div.dk-top { (crate::order::lists(&at, false)) } }
        div.dk-top { (parts::chips(at.t("按状态", "By state"), &chips)) }
        form.dk-filter action="/console/sales" method="get" role="search" {
            @if !status.is_empty() { input type="hidden" name="status" value=(status); }
            @if waiting { input type="hidden" name="held" value="1"; }
            label.dk-wide { (at.t("订单号", "Order number")) input.dk-in.big type="search" name="number" value=(at.query.text("number")) maxlength="40" placeholder="261130-482173" autocomplete="off"; }
            label.dk-wide { (at.t("店铺", "Shop")) input.dk-in.big type="search" name="shop" list="shops" value=(shop_name) maxlength="60" placeholder=(at.t("店铺名字", "Shop name")) autocomplete="off"; }
            datalist id="shops" { @for name in &all_shops { option value=(name) {} } }
            (day("from", at.t("下单时间从", "Placed from")))
            (day("until", at.t("到（含当天）", "to (inclusive)")))
            button.btn { (at.t("筛选", "Filter")) }
            @if filtered { a.btn href="/console/sales" { (at.t("清空", "Clear")) } }
        }
        div.paper { (rows.list(&at, columns, cells, at.t("新的在上", "Newest first"), parts::empty(none, html! {}))) }
    };
    Ok(ui::page(look, Area::Sales, title, body))
}

/// A note of the platform on an order.
#[derive(Form)]
#[form("desk_note")]
struct NoteForm {
    #[field(most = LONGEST_NOTE)]
    text: String,
}

/// One order.
pub async fn page(at: PageContext) -> Result<Page, Failure> {
    shown(at, None).await
}

/// One order, with its recipient once that was revealed.
async fn shown(at: PageContext, recipient: Option<Recipient>) -> Result<Page, Failure> {
    let id = at.id::<OrderKey>("order")?;
    let (now, vault) = (at.now(), at.site.vault.clone());
    let found = at.read(move |q| {
        let view = order::order(q, id)?;
        let (notes, shop) = (order::notes(q, Side::Platform, id)?, shop_name(q, view.order.shop)?);
        let refunds = refunds_of(q, &view)?;
        let paid = flows::late_shipping::paid_for(q, &view.order, now)?;
        let staff = names_of(q, &vault, notes.iter().map(|note| note.by))?;
        Ok((view, notes, shop, refunds, paid, staff))
    });
    let (view, notes, shop, refunds, paid, staff) = found.await?;
    let (look, key, action) = (&at.look, at.key(), format!("/console/sales/{id}"));
    let may = |permission| at.who().need(permission).is_ok();
    let scene = OrderModel {
        market: &at.site.market,
        carriers: at.site.services.carriers(),
        now: at.now(),
        key: &key,
        fields: &at.fields,
        recipient: recipient.as_ref(),
        action: &action,
        staff: &staff,
        may_cancel: false,
        may_reveal: at.who().signed().is_some() && may(Permission::PlatformReveal),
    };
    let crumb = html! { a href="/console/sales" { (at.t("订单", "Orders")) } " / " a href={ "/console/shops/" (view.order.shop) } { (shop) } };
    let may_end = matches!(view.order.status, Status::Unpaid | Status::Paid) && !view.order.held;
    let acts = html! {
        a.btn href={ "/console/orders/" (id) } { (at.t("时限与记录", "Deadlines and facts")) }
        @if may_end { a.btn href={ (action) "?ask=cancel#ask" } { (at.t("取消订单", "Cancel the order")) } }
    };
    let body = html! {
        (head(look, &scene, &view, crumb, acts))
        (at.banners(&[
            ("noted", "备注已留下。", "Noted."),
            ("cleared", "已放行，店铺可以发货。", "Cleared: the shop can ship it."),
            ("refused", "已取消，付过的钱原路退回。", "Cancelled: what was paid goes back."),
            ("cancelled", "已取消，付过的钱原路退回。", "Cancelled: what was paid goes back."),
        ]))
        (cancel_section(look, &scene, &view, at.query.text("ask") == "cancel", ""))
        (held::for_platform(look, &scene, &view, may(Permission::PlatformRisk)))
        (lines_section(look, &scene, &view, &|product| Some(format!("/product/{product}"))))
        (money_section(look, &view, &Back { refunds: &refunds, whole: true, compensation: paid.as_ref() }))
        (recipient_section(look, &scene, &view))
        (notes_section(look, &scene, &notes, true))
        (timeline_section(look, &scene, &view))
    };
    Ok(ui::page(look, Area::Sales, &id.to_string(), body))
}

/// A person lets an order go on that is under review, or calls it off.
async fn decide(at: &mut PageContext, id: Id<OrderKey>, go_on: bool) -> Result<(), Failure> {
    at.who().need(Permission::PlatformRisk)?;
    let keys = at.read(move |q| Ok(flows::buy::keys_to_refuse(q, id)?)).await;
    let Some(keys) = at.came(keys, &[])? else { return Ok(()) };
    let services = at.site.services.clone();
    let written = at.write("order.decide", keys, &[], move |tx, ctx| {
        let decided = match go_on {
            true => flows::ship::clear(tx, ctx, &services, id),
            false => flows::buy::refuse(tx, ctx, id),
        };
        decided.map(drop)
    });
    if written.await?.is_some() {
        at.site.services.wake_worker();
    }
    Ok(())
}

/// Cancels an order that has not shipped, paid for or not.
async fn cancel(at: &mut PageContext, id: Id<OrderKey>) -> Result<(), Failure> {
    let Some(CancelForm { reason: Chosen(reason), explanation: text }) = at.typed() else { return Ok(()) };
    let why = Cancellation::read(&reason, text.as_deref().unwrap_or_default());
    let keys = at.read(move |q| Ok(flows::buy::keys_to_cancel(q, Side::Platform, id)?)).await?;
    let services = at.site.services.clone();
    let written = at.write("order.cancel_by_platform", keys, &CANCEL_ABOUT, move |tx, ctx| {
        let why = why.clone()?;
        flows::buy::cancel_by_platform(tx, ctx, &services, id, &why).map(drop)
    });
    if written.await?.is_some() {
        at.site.services.wake_worker();
    }
    Ok(())
}

/// A press of one of the page's buttons.
pub async fn act(mut at: PageContext) -> Result<Response, Failure> {
    let id = at.id::<OrderKey>("order")?;
    let done = match at.fields.text("do") {
        "note" => {
            if let Some(NoteForm { text }) = at.typed() {
                at.write("order.note", Keys::none(), &[], move |tx, ctx| {
                    order::note(tx, ctx, None, id, &text).map(drop)
                })
                .await?;
            }
            "noted"
        }
        "cancel" => {
            cancel(&mut at, id).await?;
            "cancelled"
        }
        "clear" => {
            decide(&mut at, id, true).await?;
            "cleared"
        }
        "refuse" => {
            decide(&mut at, id, false).await?;
            "refused"
        }
        "reveal" => {
            at.who().need(Permission::PlatformReveal)?;
            let why = why(at.fields.text("why"))?;
            let recipient = revealed(&at.site, at.who(), Side::Platform, id, why).await?;
            return Ok(unstored(shown(at, Some(recipient)).await?));
        }
        _ => return at.no_button(),
    };
    Ok(unstored(at.answer(&format!("/console/sales/{id}?done={done}"), page).await?))
}

/// What no cache keeps.
fn unstored(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], answer).into_response()
}
