//! `/merchant/{shop}/orders`: a shop's orders, to find and to ship, one or many.

use crate::enter;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::id::{Order as OrderKey, Product, Shop};
use kernel::{Id, Market, Moment};
use maud::{Markup, html};
use serde::Deserialize;
use store::Read;
use trade::order::{self, Filter, Order, Status};
use web_kit::admin::frame::{ShopFrame, Tab, frame};
use web_kit::admin::orders::{gets, goods, state_and_clock};
use web_kit::admin::{parts, words};
use web_kit::fmt;
use web_kit::form::Fields;
use web_kit::idempotency::IdempotentForm;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path, Query};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext, State as Mark};
use web_kit::view::order::{MOST_PARCELS, days, is_overdue, keys_to_ship, shop_gets};

/// Orders of one page.
const PAGE: usize = 30;

/// What the list is asked for; everything may be empty, as a form sends it.
#[derive(Debug, Default, Deserialize)]
pub struct Params {
    status: Option<String>,
    from: Option<String>,
    until: Option<String>,
    product: Option<String>,
    overdue: Option<String>,
    noted: Option<String>,
    number: Option<String>,
    after: Option<String>,
    done: Option<String>,
    n: Option<String>,
    #[serde(rename = "lang")]
    _lang: Option<String>,
    #[serde(rename = "theme")]
    _theme: Option<String>,
}

fn said(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

impl Params {
    /// The filter; a product or a number that is none finds nothing, and is said.
    fn filter(&self, market: &Market, now: Moment) -> Result<Filter, Failure> {
        let (from, until) = days(market, said(&self.from), said(&self.until))?;
        let product = said(&self.product).map(|text| {
            text.parse::<Id<Product>>().map_err(|err| {
                Failure::invalid(format!("product: {err}")).zh("商品号写成 prd_ 开头的 30 个字符。")
            })
        });
        let number = said(&self.number);
        let order = number.and_then(|text| text.parse::<Id<OrderKey>>().ok());
        Ok(Filter {
            status: said(&self.status).map(web_kit::view::order::status).transpose()?,
            from,
            until,
            product: product.transpose()?,
            overdue: said(&self.overdue).map(|_| now),
            noted: said(&self.noted).is_some(),
            order,
            number: number.filter(|_| order.is_none()).map(Into::into),
            shop: None,
            held: false,
        })
    }
}

struct List {
    place: ShopFrame,
    rows: Vec<Order>,
}

/// The list.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    Query(asked): Query<Params>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let now = (site.now)();
    let last: Option<Id<OrderKey>> = web_kit::view::stock::after(asked.after.as_deref())?;
    let filter = asked.filter(&site.market, now);
    let (many, wanted) = (who.shops().len() > 1, filter.as_ref().ok().cloned());
    let found = site
        .read(move |q| {
            let rows = match &wanted {
                Some(filter) => order::of_shop(q, shop, filter, last, PAGE as i64 + 1)?,
                None => Vec::new(),
            };
            Ok(List { place: enter(q, shop, many)?, rows })
        })
        .await?;
    let refused = filter.err();
    Ok(list_page(&look, &site.market, now, &found, &asked, refused.as_ref()))
}

const CHIPS: [(&str, &str, &str); 5] = [
    ("", "全部", "All"),
    ("paid", "待发货", "To ship"),
    ("shipped", "已发出", "Shipped"),
    ("received", "已收货", "Received"),
    ("unpaid", "待付款", "Unpaid"),
];

fn list_page(
    look: &RenderContext,
    market: &Market,
    now: Moment,
    found: &List,
    asked: &Params,
    refused: Option<&Failure>,
) -> Page {
    let place = &found.place;
    let title = look.t("订单", "Orders");
    let rows = &found.rows[..found.rows.len().min(PAGE)];
    let more = found.rows.len() > PAGE;
    let overdue = said(&asked.overdue).is_some();
    let status = said(&asked.status).unwrap_or("");
    let mut chips: Vec<(String, String, bool)> = CHIPS
        .iter()
        .map(|(word, zh, en)| {
            let on = !overdue && *word == status;
            (parts::with(look, &[("status", word), ("overdue", "")]), look.t(zh, en).to_owned(), on)
        })
        .collect();
    chips.insert(
        2,
        (
            parts::with(look, &[("status", ""), ("overdue", "1")]),
            look.t("超时未发", "Overdue").to_owned(),
            overdue,
        ),
    );
    let ended = [
        ("cancelled", "已取消", "Cancelled"),
        ("closed", "超时关闭", "Closed"),
        ("refunded", "已退款", "Refunded"),
    ];
    let filtered = [&asked.from, &asked.until, &asked.product, &asked.noted, &asked.number]
        .iter()
        .any(|f| said(f).is_some())
        || !status.is_empty()
        || overdue;
    let next = rows.last().filter(|_| more).map(|row| parts::with(look, &[("after", &row.id.to_string())]));
    let shipped = asked.n.as_deref().and_then(|n| n.parse::<i64>().ok()).unwrap_or(1);
    let any = rows.iter().any(|row| row.status == Status::Paid);
    let body = html! {
        (ui::head(
            place.crumb(&[("", title)]),
            html! { (look.t("哪些要发，发到哪了？", "What to ship, and what has shipped?")) },
            false,
            html! { span { (look.t("收货人遮住显示；要看全，在订单页里写明用途，会留记录。", "Recipients are masked; to see one, say why on the order's page. It is recorded.")) } },
            html! {},
        ))
        @if asked.done.as_deref() == Some("shipped") {
            (parts::done(&match look.lang {
                web_kit::lang::Lang::Zh => format!("已发出 {shipped} 单。"),
                web_kit::lang::Lang::En => format!("{shipped} shipped."),
            }))
        }
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        div.dk-top {
            (parts::chips(look.t("按状态", "By state"), &chips))
            @if let Some(product) = said(&asked.product) {
                p.dk-only { (look.t("只看一件商品的订单：", "Orders of one product only: "))
                    a href=(place.at(&format!("/products/{product}"))) { (look.t("看这件商品", "the product")) } " · "
                    a href=(parts::with(look, &[("product", "")])) { (look.t("看全部商品的", "of all products")) } }
            }
        }
        form.dk-filter action=(place.at("/orders")) method="get" role="search" {
            @if overdue { input type="hidden" name="overdue" value="1"; }
            label.dk-wide { (look.t("订单号或运单号", "Order or tracking number"))
                input.dk-in.big type="search" name="number" value=(asked.number.as_deref().unwrap_or_default()) maxlength="64" autocomplete="off"; }
            label { (look.t("下单从", "Placed from")) input.dk-in type="date" name="from" value=(asked.from.as_deref().unwrap_or_default()); }
            label { (look.t("到（含）", "to (included)")) input.dk-in type="date" name="until" value=(asked.until.as_deref().unwrap_or_default()); }
            @if let Some(product) = said(&asked.product) { input type="hidden" name="product" value=(product); }
            label { (look.t("状态", "State"))
                select.dk-in name="status" {
                    @for (word, zh, en) in CHIPS.iter().chain(&ended) { option value=(word) selected[*word == status] { (look.t(zh, en)) } }
                } }
            (parts::tick("noted", "1", html! { (look.t("有备注", "Noted")) }, said(&asked.noted).is_some()))
            button.btn { (look.t("筛选", "Filter")) }
            @if filtered { a.btn href=(place.at("/orders")) { (look.t("清空", "Clear")) } }
        }
        form action=(place.at("/ship")) method="get" {
            div.paper {
                @if rows.is_empty() {
                    (parts::empty(
                        if filtered { look.t("没有这样的订单。放宽条件再看。", "No such orders. Loosen the filter.") } else { look.t("还没有订单。", "No orders yet.") },
                        html! { @if filtered { a.btn href=(place.at("/orders")) { (look.t("看全部", "See all")) } } },
                    ))
                } @else {
                    table.cards.dk-list {
                        thead { tr {
                            th.pick { @if any { input type="checkbox" data-all aria-label=(look.t("选中这一页待发货的", "Pick all to ship on this page")); } }
                            th { (look.t("买了什么", "What")) }
                            th { (look.t("状态与期限", "State and deadline")) }
                            th { (look.t("寄往", "To")) }
                            th.r { (look.t("买家付", "Paid")) }
                            th.r { (look.t("店铺得", "Shop gets")) }
                            th {}
                        } }
                        tbody { @for row in rows { (list_row(look, market, now, place, row)) } }
                    }
                    (parts::pager(look, asked.after.as_ref().map(|_| parts::with(look, &[])).as_deref(), next.as_deref(), html! { (look.t("新的在上", "Newest first")) }))
                }
            }
            @if any {
                div.dk-bulk.pick {
                    p { (look.t("选中 ", "Picked ")) b data-picked { "0" } (look.t(" 单，一起填运单号发出。全部发出，或一单都不发。", ". They ship together: all of them, or none.")) }
                    button.btn.pri { (look.t("发出选中的", "Ship the picked ones")) }
                }
            }
        }
    };
    frame(look, place, Tab::Orders, title, body)
}

fn list_row(look: &RenderContext, market: &Market, now: Moment, place: &ShopFrame, row: &Order) -> Markup {
    let href = place.at(&format!("/orders/{}", row.id));
    html! {
        tr {
            td.pick {
                @if row.status == Status::Paid && !row.held {
                    input.dk-sel type="checkbox" name="order" value=(row.id) aria-label=(format!("{} {}", look.t("选中", "Pick"), row.id));
                }
            }
            td.w { (goods(look, row, &href)) }
            td data-l=(look.t("状态与期限", "State and deadline")) { (state_and_clock(look, market, now, row)) }
            td data-l=(look.t("寄往", "To")) {
                (fmt::once(&row.address.shown))
                small { (look.t("下单 ", "placed ")) (fmt::minute(look.lang, market, row.placed_at)) }
                @if row.noted { small { (ui::state(Mark::Hold, look.t("有备注", "Noted"))) } }
            }
            td.r.nw data-l=(look.t("买家付", "Paid")) { b { (fmt::money(look.lang, row.sums.total)) } }
            td.r.nw data-l=(look.t("店铺得", "Shop gets")) { @if gets(row.status) { (fmt::money(look.lang, shop_gets(&row.sums))) } @else { span.mut { "—" } } }
            td.r { @if row.status == Status::Paid && !row.held {
                a.btn.dk-sm.pri[is_overdue(row, now)] href=(place.at(&format!("/ship?order={}", row.id))) { (look.t("发货", "Ship")) }
            } @else { a.btn.dk-sm href=(href) { (look.t("查看", "Open")) } } }
        }
    }
}

/// The orders that an address names: `?order=ord_...&order=ord_...`.
fn picked(query: &str) -> Vec<Id<OrderKey>> {
    let mut found: Vec<Id<OrderKey>> = Vec::new();
    for id in query.split('&').filter_map(|part| part.strip_prefix("order=")).filter_map(|id| id.parse().ok())
    {
        if !found.contains(&id) && found.len() < MOST_PARCELS {
            found.push(id);
        }
    }
    found
}

struct Wanted {
    place: ShopFrame,
    orders: Vec<Order>,
}

fn wanted(q: &mut Read<'_>, shop: Id<Shop>, many: bool, ids: &[Id<OrderKey>]) -> Result<Wanted, Failure> {
    let place = enter(q, shop, many)?;
    let orders = ids.iter().map(|id| order::load(q, order::Side::Shop(shop), *id));
    Ok(Wanted { place, orders: orders.collect::<Result<_, _>>()? })
}

/// The form for one or several parcels.
pub async fn ship_form(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
    uri: axum::http::Uri,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let ids = picked(uri.query().unwrap_or_default());
    if ids.is_empty() {
        return Ok(Redirect::to(&format!("/merchant/{shop}/orders?status=paid")).into_response());
    }
    let many = who.shops().len() > 1;
    let found = site.read(move |q| wanted(q, shop, many, &ids)).await?;
    let page =
        ship_page(&look, &site.market, (site.now)(), &found, &site.form_key(), &Fields::default(), None);
    Ok(page.into_response())
}

fn ship_page(
    look: &RenderContext,
    market: &Market,
    now: Moment,
    found: &Wanted,
    key: &str,
    fields: &Fields,
    refused: Option<&Failure>,
) -> Page {
    let place = &found.place;
    let open = found.orders.iter().filter(|order| order.status == Status::Paid && !order.held).count() as i64;
    let title = match look.lang {
        web_kit::lang::Lang::Zh => format!("发出 {open} 单"),
        web_kit::lang::Lang::En => format!("Ship {open}"),
    };
    let carriers = words::CARRIERS.choices(look.lang);
    let body = html! {
        (ui::head(
            place.crumb(&[("/orders", look.t("订单", "Orders")), ("", look.t("发货", "Ship"))]),
            html! { (title) },
            false,
            html! { span { (look.t("发出就扣库存、通知买家，不能撤回。全部发出，或一单都不发。", "Shipping takes the stock out and tells the buyers; it cannot be undone. All ship, or none.")) } },
            html! {},
        ))
        @if let Some(refused) = refused { (parts::refused(look, refused)) }
        form action=(place.at("/ship")) method="post" {
            input type="hidden" name="key" value=(key);
            div.paper {
                table.cards.dk-list {
                    thead { tr {
                        th { (look.t("买了什么", "What")) } th { (look.t("期限与去处", "Deadline and destination")) }
                        th { (look.t("承运商", "Carrier")) } th { (look.t("运单号", "Tracking number")) }
                    } }
                    tbody {
                        @for order in &found.orders {
                            @let (number, carrier) = (format!("number.{}", order.id), format!("carrier.{}", order.id));
                            @let wrong = fields.wrong(&number);
                            tr {
                                td.w { (goods(look, order, &place.at(&format!("/orders/{}", order.id)))) }
                                td.w { (state_and_clock(look, market, now, order)) small { (fmt::once(&order.address.shown)) } }
                                @if order.status == Status::Paid && !order.held {
                                    td.w {
                                        input type="hidden" name="order" value=(order.id);
                                        select.dk-in name=(carrier) aria-label=(format!("{} {}", look.t("承运商", "Carrier"), order.id)) {
                                            @for (word, text) in &carriers { option value=(word) selected[word == fields.text(&carrier)] { (text) } }
                                        }
                                    }
                                    td.w.dk-cellno {
                                        input.dk-in.mono id=(parts::field_id(&number)) name=(number) value=(fields.text(&number)) maxlength="64" autocomplete="off" required
                                            aria-label=(format!("{} {}", look.t("运单号", "Tracking number"), order.id)) aria-invalid=[wrong.map(|_| "true")];
                                        @if let Some(wrong) = wrong { (ui::state(Mark::Broken, wrong.text(look.lang))) }
                                    }
                                } @else {
                                    td.w { "—" }
                                    td.w { @if order.held { (look.t("平台审核中，先不发", "under review: not yet")) } @else { (look.t("不用发：", "not to be shipped: ")) (web_kit::words::named::of(look.lang, &order.status)) } }
                                }
                            }
                        }
                    }
                }
            }
            @if open > 0 {
                div.dk-bulk {
                    p { (look.t("运单号按面单抄；抄错了买家查不到。", "Copy the numbers as printed; buyers look them up.")) }
                    div.dk-row { a.btn href=(place.at("/orders?status=paid")) { (look.t("先不发", "Not now")) } button.btn.pri { (title) } }
                }
            } @else {
                div.dk-bulk { p { (look.t("这些都不用发了。", "None of these is to be shipped.")) } a.btn href=(place.at("/orders")) { (look.t("回到订单", "To the orders")) } }
            }
        }
    };
    frame(look, place, Tab::Orders, &title, body)
}

/// Reads a carrier and a number for each order, and refuses beside the field.
pub fn parcels(fields: &mut Fields, ids: &[Id<OrderKey>]) -> Vec<flows::ship::Parcel> {
    let mut found = Vec::new();
    for id in ids {
        let name = format!("number.{id}");
        let number = fields.needed(&name, order::LONGEST_NUMBER);
        let carrier = fields.text(&format!("carrier.{id}")).to_owned();
        found.push(flows::ship::Parcel { order: *id, carrier, number });
    }
    found
}

/// Ships them.
pub async fn ship(
    State(site): State<Site>,
    look: RenderContext,
    Path(shop): Path<String>,
    IdempotentForm { act, form }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let mut fields = Fields::of(form);
    let mut ids: Vec<Id<OrderKey>> = Vec::new();
    for text in fields.all("order").take(MOST_PARCELS) {
        let id = web_kit::input::id::<OrderKey>(text)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Ok(Redirect::to(&format!("/merchant/{shop}/orders?status=paid")).into_response());
    }
    let parcels = parcels(&mut fields, &ids);
    let refused = if fields.is_good() {
        let keys = keys_to_ship(&site, shop, &parcels).await?;
        let services = site.services.clone();
        let written = act
            .value(&site, "order.ship", keys, move |tx, ctx| {
                flows::ship::ship_all(tx, ctx, &services, shop, &parcels).map(|all| all.len())
            })
            .await;
        match written {
            Ok(n) => {
                let to = format!("/merchant/{shop}/orders?status=paid&done=shipped&n={n}");
                return Ok(Redirect::to(&to).into_response());
            }
            Err(failure) if failure.status == 404 => return Err(failure),
            Err(failure) => Some(failure),
        }
    } else {
        None
    };
    let many = act.who.shops().len() > 1;
    let found = site.read(move |q| wanted(q, shop, many, &ids)).await?;
    let look = RenderContext { here: found.place.at("/orders?status=paid"), ..look };
    let status = refused.as_ref().map_or(StatusCode::UNPROCESSABLE_ENTITY, |f| f.status_code());
    let now = (site.now)();
    let page = ship_page(&look, &site.market, now, &found, &site.form_key(), &fields, refused.as_ref());
    Ok((status, page).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::RawId;

    #[test]
    fn an_address_names_orders_once_and_only_so_many() {
        let id = |n: u8| Id::<OrderKey>::from_raw(RawId([n; 16]));
        let query = format!("order={}&order=nonsense&order={}&order={}", id(1), id(2), id(1));
        assert_eq!(picked(&query), [id(1), id(2)]);
        let many: Vec<String> = (0..200u8).map(|n| format!("order={}", id(n))).collect();
        assert_eq!(picked(&many.join("&")).len(), MOST_PARCELS);
    }
}
