//! `/console/sales`: the orders of all shops, and one of them.

use crate::review::{named, shop_names};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::Id;
use kernel::id::{Order as OrderKey, Shop};
use maud::{Markup, html};
use people::staff::Permission;
use serde::Deserialize;
use store::{Keys, Read};
use trade::order::{self, Filter, LONGEST_NOTE, Note, Order, OrderView, Side, Status};
use web_kit::admin::order::{
    OrderModel, field_name, goods, head, lines_section, money_section, notes_section, recipient_section,
    timeline_section,
};
use web_kit::admin::orders::state_and_clock;
use web_kit::admin::{done_of, held, parts};
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::{IdempotentForm, IdempotentRequest};
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Area, Page, RenderContext};
use web_kit::view::order::{Recipient, days, revealed, shop_gets, why};
use web_kit::view::stock::after;

/// Orders of one page.
const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub struct Params {
    shop: Option<String>,
    status: Option<String>,
    held: Option<String>,
    from: Option<String>,
    until: Option<String>,
    number: Option<String>,
    after: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

impl Params {
    fn filter(&self, site: &Site) -> Result<Filter, Failure> {
        let (from, until) = days(&site.market, said(&self.from), said(&self.until))?;
        let shop = said(&self.shop).map(|text| {
            text.parse::<Id<Shop>>().map_err(|err| {
                Failure::invalid(format!("shop: {err}")).zh("店铺号写成 shp_ 开头的 30 个字符。")
            })
        });
        let order = said(&self.number).map(|text| {
            text.parse::<Id<OrderKey>>().map_err(|err| {
                Failure::invalid(format!("order: {err}")).zh("订单号写成 ord_ 开头的 30 个字符。")
            })
        });
        Ok(Filter {
            status: said(&self.status).map(web_kit::view::order::status).transpose()?,
            from,
            until,
            order: order.transpose()?,
            shop: shop.transpose()?,
            held: said(&self.held).is_some(),
            ..Filter::default()
        })
    }
}

/// The list.
pub async fn list(
    State(site): State<Site>,
    look: RenderContext,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let last: Option<Id<OrderKey>> = after(asked.after.as_deref())?;
    let filter = asked.filter(&site);
    let wanted = filter.as_ref().ok().cloned();
    let (rows, names) = site
        .read(move |q| {
            let rows = match &wanted {
                Some(filter) => order::of_platform(q, filter, last, PAGE as i64 + 1)?,
                None => Vec::new(),
            };
            let names = shop_names(q, rows.iter().map(|row| row.shop))?;
            Ok((rows, names))
        })
        .await?;
    let refused = filter.err();
    let now = (site.now)();
    let title = look.t("订单", "Orders");
    let shown = &rows[..rows.len().min(PAGE)];
    let next = shown
        .last()
        .filter(|_| rows.len() > PAGE)
        .map(|row| parts::with(&look, &[("after", &row.id.to_string())]));
    let status = said(&asked.status).unwrap_or("");
    let waiting = said(&asked.held).is_some();
    let chip = |word: &str, held: &str, text: &str| {
        let on = if held.is_empty() { !waiting && word == status } else { waiting };
        (parts::with(&look, &[("status", word), ("held", held)]), text.to_owned(), on)
    };
    let mut chips: Vec<(String, String, bool)> =
        vec![chip("", "", look.t("全部", "All")), chip("", "1", look.t("待审核", "To review"))];
    chips.extend(Status::ALL.iter().map(|s| chip(s.as_str(), "", web_kit::words::named::of(look.lang, s))));
    let filtered = [&asked.shop, &asked.from, &asked.until, &asked.number].iter().any(|f| said(f).is_some())
        || !status.is_empty()
        || waiting;
    let body = html! {
        (ui::head(html! { (look.t("平台", "Platform")) }, html! { (look.t("全部店铺的订单", "The orders of all shops")) }, false,
            html! { span { (look.t("收货人遮住显示。", "Recipients are masked.")) } }, html! {}))
        @if let Some(refused) = &refused { (parts::refused(&look, refused)) }
        div.dk-top { (parts::chips(look.t("按状态", "By state"), &chips)) }
        form.dk-filter action="/console/sales" method="get" role="search" {
            @if !status.is_empty() { input type="hidden" name="status" value=(status); }
            @if waiting { input type="hidden" name="held" value="1"; }
            label.dk-wide { (look.t("订单号", "Order id")) input.dk-in.big type="search" name="number" value=(asked.number.as_deref().unwrap_or_default()) maxlength="40" placeholder="ord_…" autocomplete="off"; }
            label.dk-wide { (look.t("店铺号", "Shop id")) input.dk-in.big name="shop" value=(asked.shop.as_deref().unwrap_or_default()) maxlength="40" placeholder="shp_…" autocomplete="off"; }
            label { (look.t("下单从", "Placed from")) input.dk-in type="date" name="from" value=(asked.from.as_deref().unwrap_or_default()); }
            label { (look.t("到（含）", "to (included)")) input.dk-in type="date" name="until" value=(asked.until.as_deref().unwrap_or_default()); }
            button.btn { (look.t("筛选", "Filter")) }
            @if filtered { a.btn href="/console/sales" { (look.t("清空", "Clear")) } }
        }
        div.paper {
            @if shown.is_empty() {
                (parts::empty(if filtered { look.t("没有这样的订单。放宽条件再看。", "No such orders. Loosen the filter.") } else { look.t("还没有订单。", "No orders yet.") }, html! {}))
            } @else {
                table.cards.dk-list {
                    thead { tr {
                        th { (look.t("买了什么", "What")) } th { (look.t("店铺", "Shop")) } th { (look.t("状态与期限", "State and deadline")) }
                        th { (look.t("寄往", "To")) } th.r { (look.t("买家付", "Paid")) } th.r { (look.t("平台得", "Platform gets")) }
                    } }
                    tbody { @for row in shown { (list_row(&look, &site, now, &names, row)) } }
                }
                (parts::pager(&look, asked.after.as_ref().map(|_| parts::with(&look, &[])).as_deref(), next.as_deref(), html! { (look.t("新的在上", "Newest first")) }))
            }
        }
    };
    Ok(ui::page(&look, Area::Sales, title, body))
}

fn list_row(
    look: &RenderContext,
    site: &Site,
    now: kernel::Moment,
    names: &[(Id<Shop>, String)],
    row: &Order,
) -> Markup {
    let href = format!("/console/sales/{}", row.id);
    let own = kernel::Money::new(row.sums.total.minor - shop_gets(&row.sums).minor, row.sums.total.currency);
    html! {
        tr {
            td.w { (goods(look, row, &href)) }
            td data-l=(look.t("店铺", "Shop")) { a href=(parts::with(look, &[("shop", &row.shop.to_string())])) { (named(names, row.shop)) } }
            td data-l=(look.t("状态与期限", "State and deadline")) { (state_and_clock(look, &site.market, now, row)) }
            td data-l=(look.t("寄往", "To")) { (fmt::once(&row.address.shown)) small { (look.t("下单 ", "placed ")) (fmt::minute(look.lang, &site.market, row.placed_at)) } }
            td.r.nw data-l=(look.t("买家付", "Paid")) { b { (fmt::money(look.lang, row.sums.total)) } }
            td.r.nw data-l=(look.t("平台得", "Platform gets")) { @if web_kit::admin::orders::gets(row.status) { (fmt::money(look.lang, own)) } @else { span.mut { "—" } } }
        }
    }
}

struct One {
    view: OrderView,
    notes: Vec<Note>,
    shop: String,
}

fn one(q: &mut Read<'_>, id: Id<OrderKey>) -> Result<One, Failure> {
    let view = order::order(q, id)?;
    let notes = order::notes(q, Side::Platform, id)?;
    let shop = shop_names(q, [view.order.shop])?.pop().map(|(_, name)| name).unwrap_or_default();
    Ok(One { view, notes, shop })
}

#[derive(Debug, Default, Deserialize)]
pub struct Done {
    done: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

/// One order.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(id): Path<String>,
    Query(asked): Query<Done>,
) -> Result<Page, Failure> {
    let id = web_kit::input::id::<OrderKey>(&id)?;
    let found = site.read(move |q| one(q, id)).await?;
    let above = done_of(
        &look,
        asked.done.as_deref(),
        &[
            ("noted", "备注已留下。", "Noted."),
            ("cleared", "已放行，店铺可以发货。", "Cleared: the shop can ship it."),
            ("refused", "已取消，付过的钱原路退回。", "Called off: what was paid goes back."),
        ],
    );
    Ok(drawn(&site, &look, &who, &found, above, &Fields::default(), None))
}

fn drawn(
    site: &Site,
    look: &RenderContext,
    who: &Principal,
    found: &One,
    above: Markup,
    fields: &Fields,
    recipient: Option<&Recipient>,
) -> Page {
    let order = &found.view.order;
    let key = site.form_key();
    let action = format!("/console/sales/{}", order.id);
    let scene = OrderModel {
        market: &site.market,
        now: (site.now)(),
        key: &key,
        fields,
        recipient,
        action: &action,
        may_reveal: who.signed().is_some() && who.need(Permission::PlatformReveal).is_ok(),
    };
    let crumb = html! { a href="/console/sales" { (look.t("订单", "Orders")) } " / " a href=(format!("/console/shops/{}", order.shop)) { (found.shop) } };
    let acts = html! { a.btn href=(format!("/console/orders/{}", order.id)) { (look.t("看它的钟和事实", "Its clocks and facts")) } };
    let body = html! {
        (head(look, &scene, &found.view, crumb, acts))
        (above)
        (held::for_platform(look, &scene, &found.view, who.need(Permission::PlatformRisk).is_ok()))
        (lines_section(look, &scene, &found.view, &|product| Some(format!("/product/{product}"))))
        (money_section(look, &found.view))
        (recipient_section(look, &scene, &found.view))
        (notes_section(look, &scene, &found.notes, true))
        (timeline_section(look, &scene, &found.view))
    };
    ui::page(look, Area::Sales, &order.id.to_string(), body)
}

/// A person lets an order go on that is under review, or calls it off.
async fn decided(site: &Site, act: &IdempotentRequest, id: Id<OrderKey>, go_on: bool) -> Result<(), Failure> {
    let keys = site.read(move |q| Ok(flows::buy::keys_to_refuse(q, id)?)).await?;
    act.value(site, "order.decide", keys, move |tx, ctx| {
        let decided = if go_on { flows::ship::clear(tx, ctx, id) } else { flows::buy::refuse(tx, ctx, id) };
        decided.map(drop)
    })
    .await?;
    site.services.wake_worker();
    Ok(())
}

/// A press of one of the page's buttons.
pub async fn act(
    State(site): State<Site>,
    look: RenderContext,
    Path(id): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let id = web_kit::input::id::<OrderKey>(&id)?;
    let mut fields = Fields::of(form);
    let (mut recipient, mut refused) = (None, None);
    match fields.text("do") {
        "note" => {
            let text = fields.needed("text", LONGEST_NOTE);
            if fields.is_good() {
                let write = act.value(&site, "order.note", Keys::none(), move |tx, ctx| {
                    order::note(tx, ctx, None, id, &text).map(drop)
                });
                match write.await {
                    Ok(()) => {
                        return Ok(Redirect::to(&format!("/console/sales/{id}?done=noted")).into_response());
                    }
                    Err(failure) => refused = Some(failure),
                }
            }
        }
        word @ ("clear" | "refuse") => {
            act.who.need(Permission::PlatformRisk)?;
            match decided(&site, &act, id, word == "clear").await {
                Ok(()) => {
                    let done = if word == "clear" { "cleared" } else { "refused" };
                    return Ok(Redirect::to(&format!("/console/sales/{id}?done={done}")).into_response());
                }
                Err(failure) => refused = Some(failure),
            }
        }
        "reveal" => {
            act.who.need(Permission::PlatformReveal)?;
            let why = why(fields.text("why"))?;
            recipient = Some(revealed(&site, &act.who, Side::Platform, id, why).await?);
        }
        _ => return Err(Failure::invalid("there is no such button").zh("没有这个按钮。")),
    }
    let found = site.read(move |q| one(q, id)).await?;
    let look = RenderContext { here: format!("/console/sales/{id}"), ..look };
    let above = html! {
        @if let Some(refused) = &refused { (parts::refused(&look, refused)) }
        (parts::refusals(&look, &fields, |name| field_name(&look, name)))
    };
    let status = match (&recipient, &refused) {
        (Some(_), _) => StatusCode::OK,
        (None, Some(failure)) => failure.status_code(),
        (None, None) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = drawn(&site, &look, &act.who, &found, above, &fields, recipient.as_ref());
    let mut response = (status, page).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}
