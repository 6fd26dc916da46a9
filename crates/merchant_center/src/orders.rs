//! `/merchant/{shop}/orders`: a shop's orders, to find and to ship, one or many.

use kernel::Market;
use kernel::id::{Order as OrderKey, Product};
use report::sale::list::{gets, goods, state_and_clock};
use trade::order::{self, Filter, Order, Status};
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::order::{MOST_PARCELS, days, is_overdue, keys_to_ship, made_of, shop_gets, status};

/// Orders of one page.
const PAGE: usize = 30;

/// The filter that an address asks for; a product or a number that is none finds nothing, and is said.
fn filter(query: &Fields, market: &Market, now: Moment) -> Result<Filter, Failure> {
    let said = |name| Some(query.text(name)).filter(|text| !text.is_empty());
    let (from, until) = days(market, said("from"), said("until"))?;
    let product = said("product").map(|text| {
        text.parse::<Id<Product>>().map_err(|err| {
            Failure::invalid(format!("product: {err}")).zh("商品号写成 prd_ 开头的 30 个字符。")
        })
    });
    let number = said("number");
    let order = number.and_then(|text| text.parse::<Id<OrderKey>>().ok());
    let code = number.and_then(order::code_of);
    Ok(Filter {
        status: said("status").map(status).transpose()?,
        from,
        until,
        product: product.transpose()?,
        overdue: said("overdue").map(|_| now),
        noted: query.has("noted"),
        order,
        code,
        number: number.filter(|_| order.is_none()).map(|text| trade::carrier::tidied(text).into()),
        shop: None,
        held: false,
    })
}

/// The list.
pub async fn page(mut at: ShopPage) -> Result<Page, Failure> {
    let (last, now) = (at.after::<OrderKey>()?, at.now());
    let filter = filter(&at.query, &at.site.market, now);
    let wanted = filter.as_ref().ok().cloned();
    let (place, found) = at
        .enter(move |q, shop| {
            let found = wanted.map(|filter| order::of_shop(q, shop, &filter, last, PAGE as i64 + 1));
            Ok(found.transpose()?.unwrap_or_default())
        })
        .await?;
    at.refused = filter.err();
    let rows = Rows::of(found, PAGE, |row: &Order| row.id.to_string());
    let any = rows.rows.iter().any(|row| row.status == Status::Paid);
    let filtered = ["from", "until", "product", "noted", "number", "status", "overdue"]
        .iter()
        .any(|name| at.query.has(name));
    let title = at.t("订单", "Orders");
    let columns = [
        Column::pick(if any {
            ("全选本页待发货", "Select all to ship on this page")
        } else {
            ("", "")
        }),
        Column::wide("买了什么", "What"),
        Column::text("状态与期限", "State and deadline"),
        Column::text("收货人", "Ship to"),
        Column::number("买家实付", "Paid"),
        Column::number("店铺应得", "Shop gets"),
        Column::acts(),
    ];
    let none = parts::empty(
        if filtered {
            at.t("没有符合条件的订单，换个条件试试。", "No orders match. Try other filters.")
        } else {
            at.t("还没有订单。", "No orders yet.")
        },
        html! { @if filtered { a.btn href=(place.at("/orders")) { (at.t("全部", "See all")) } } },
    );
    let body = html! {
        (ui::head(
            place.crumb(&[("", title)]),
            html! { (at.t("订单管理", "Orders")) },
            false,
            html! { span { (at.t("收货人已脱敏；要看明文，在订单页写明用途，会留记录。", "Recipients are masked. To reveal one, give a reason on the order's page; it is recorded.")) } },
            html! {},
        ))
        @if at.query.text("done") == "shipped" {
            @let n = at.query.text("n").parse::<i64>().unwrap_or(1);
            (parts::done(&say!(at.lang(), "已发出 {n} 单。", "{n} shipped.")))
        }
        (at.banners(&[]))
        (filters(&at, &place, filtered))
        form action=(place.at("/ship")) method="get" {
            div.paper { (rows.list(&at, columns, |row| list_row(&at, &place, row), at.t("新的在上", "Newest first"), none)) }
            @if any {
                div.dk-bulk.pick {
                    p { (at.t("已选 ", "Selected ")) b data-picked { "0" } (at.t(" 单，一起填运单号发货：全部发出，或一单都不发。", ". They ship together: all of them, or none.")) }
                    button.btn.pri { (at.t("批量发货", "Bulk ship")) }
                }
            }
        }
    };
    Ok(frame(&at.look, &place, Tab::Orders, title, body))
}

/// What the list can be narrowed by.
fn filters(at: &ShopPage, place: &ShopFrame, filtered: bool) -> Markup {
    let (overdue, status, product) =
        (at.query.has("overdue"), at.query.text("status"), at.query.text("product"));
    let all = at.t("全部", "All");
    let chip = |of: Option<Status>| {
        let word = of.map_or("", Status::as_str);
        let text = of.as_ref().map_or(all, |status| named::of(at.lang(), status));
        (at.with(&[("status", word), ("overdue", "")]), text.to_owned(), !overdue && word == status)
    };
    let late = at.with(&[("status", ""), ("overdue", "1")]);
    let chips = [
        chip(None),
        chip(Some(Status::Paid)),
        (late, at.t("超时未发", "Overdue").to_owned(), overdue),
        chip(Some(Status::Shipped)),
        chip(Some(Status::Received)),
        chip(Some(Status::Unpaid)),
    ];
    let states = [
        Status::Paid,
        Status::Shipped,
        Status::Received,
        Status::Unpaid,
        Status::Cancelled,
        Status::Closed,
        Status::Refunded,
    ];
    html! {
        div.dk-top {
            (parts::chips(at.t("按状态", "By state"), &chips))
            @if !product.is_empty() {
                p.dk-only { (at.t("只看一件商品的订单：", "Orders of one product: "))
                    a href=(place.at(&format!("/products/{product}"))) { (at.t("查看商品", "view product")) } " · "
                    a href=(at.with(&[("product", "")])) { (at.t("全部商品的订单", "orders of all products")) } }
            }
        }
        form.dk-filter action=(place.at("/orders")) method="get" role="search" {
            @if overdue { input type="hidden" name="overdue" value="1"; }
            label.dk-wide { (at.t("订单号或运单号", "Order or tracking number"))
                input.dk-in.big type="search" name="number" value=(at.query.text("number")) maxlength="64" autocomplete="off"; }
            label { (at.t("下单时间从", "Placed from")) input.dk-in type="date" name="from" value=(at.query.text("from")); }
            label { (at.t("到（含当天）", "to (inclusive)")) input.dk-in type="date" name="until" value=(at.query.text("until")); }
            @if !product.is_empty() { input type="hidden" name="product" value=(product); }
            label { (at.t("状态", "State"))
                select.dk-in name="status" {
                    option value="" selected[status.is_empty()] { (all) }
                    @for one in &states { option value=(one.as_str()) selected[one.as_str() == status] { (named::of(at.lang(), one)) } }
                } }
            (parts::tick("noted", "1", html! { (at.t("有备注", "Has note")) }, at.query.has("noted")))
            button.btn { (at.t("筛选", "Filter")) }
            @if filtered { a.btn href=(place.at("/orders")) { (at.t("清空", "Clear")) } }
        }
    }
}

/// The carriers that a shop of this market chooses from.
pub fn carriers(at: &ShopPage) -> Vec<(String, String)> {
    let offered = at.site.services.carriers().offered(at.site.market.currency);
    offered.map(|one| (one.code.to_string(), at.t(&one.zh, &one.en).to_owned())).collect()
}

/// Whether it can ship now.
fn ships(order: &Order) -> bool {
    order.status == Status::Paid && !order.held
}

fn list_row(at: &ShopPage, place: &ShopFrame, row: &Order) -> [Markup; 7] {
    let (look, market, now) = (&at.look, &at.site.market, at.now());
    let href = place.at(&format!("/orders/{}", row.id));
    [
        html! { @if ships(row) { input.dk-sel type="checkbox" name="order" value=(row.id) aria-label=(format!("{} {}", at.t("选中", "Pick"), row.id)); } },
        goods(look, row, &href),
        state_and_clock(look, (market, at.site.services.carriers()), now, row),
        html! {
            (fmt::once(&row.address.shown))
            small { (at.t("下单 ", "placed ")) (fmt::minute(look.lang, market, row.placed_at)) }
            @if row.sites > 1 { small { (ui::state(Mark::Warning, at.t("分仓发货", "Ships from several warehouses"))) } }
            @if let Some(remark) = &row.remark { small { (ui::state(Mark::Warning, at.t("买家留言", "Buyer's note"))) " " (remark) } }
            @if row.noted { small { (ui::state(Mark::Hold, at.t("有备注", "Has note"))) } }
        },
        html! { b { (fmt::money(look.lang, row.net().total)) } @if let Some(made) = made_of(look.lang, &row.net()) { small { (made) } } },
        html! { @if gets(row.status) { (fmt::money(look.lang, shop_gets(&row.net()))) } @else { span.mut { "—" } } },
        html! {
            @if ships(row) { a.btn.dk-sm.pri[is_overdue(row, now)] href=(place.at(&format!("/ship?order={}", row.id))) { (at.t("发货", "Ship")) } }
            @else { a.btn.dk-sm href=(href) { (at.t("查看", "Open")) } }
        },
    ]
}

/// The orders that an address or a form names: `?order=ord_...&order=ord_...`.
fn picked(fields: &Fields) -> Vec<Id<OrderKey>> {
    let mut found: Vec<Id<OrderKey>> = Vec::new();
    for id in fields.all("order").filter_map(|id| id.parse().ok()) {
        if !found.contains(&id) && found.len() < MOST_PARCELS {
            found.push(id);
        }
    }
    found
}

/// The form for one or several parcels.
pub async fn ship_form(at: ShopPage) -> Result<Response, Failure> {
    if picked(&at.query).is_empty() {
        return Ok(Redirect::to(&at.at("/orders?status=paid")).into_response());
    }
    Ok(ship_page(at).await?.into_response())
}

async fn ship_page(at: ShopPage) -> Result<Page, Failure> {
    let ids = picked(if at.fields.has("order") { &at.fields } else { &at.query });
    let (place, orders) = at
        .enter(move |q, shop| {
            let orders = ids.iter().map(|id| order::load(q, order::Side::Shop(shop), *id));
            Ok(orders.collect::<Result<Vec<Order>, _>>()?)
        })
        .await?;
    let open = orders.iter().filter(|order| ships(order)).count();
    let title = say!(at.lang(), "发出 {open} 单", "Ship {open}");
    let columns = [
        Column::wide("买了什么", "What"),
        Column::wide("发货期限和收货人", "Deadline and recipient"),
        Column::wide("承运商", "Carrier"),
        Column::wide("运单号", "Tracking number"),
    ];
    let body = html! {
        (ui::head(
            place.crumb(&[("/orders", at.t("订单", "Orders")), ("", at.t("发货", "Ship"))]),
            html! { (title) },
            false,
            html! { span { (at.t("发出就扣库存、通知买家，不能撤回；运单号写错了，承运商确认前可以改。全部发出，或一单都不发。", "Shipping takes the stock out and tells the buyers; it cannot be undone. A wrong number can be corrected until the carrier confirms. All ship, or none.")) } },
            html! {},
        ))
        @if let Some(refused) = &at.refused { (parts::refused(&at.look, refused)) }
        form action=(place.at("/ship")) method="post" {
            input type="hidden" name="key" value=(at.key());
            div.paper { (table::table(&at.look, columns, &orders, |order| parcel_row(&at, &place, order))) }
            @if open > 0 {
                div.dk-bulk {
                    p { (at.t("运单号按面单抄；抄错了买家查不到。", "Copy the numbers as printed; buyers look them up.")) }
                    div.dk-row { a.btn href=(place.at("/orders?status=paid")) { (at.t("取消", "Cancel")) } button.btn.pri { (title) } }
                }
            } @else {
                div.dk-bulk { p { (at.t("这些订单都不需要发货。", "None of these needs shipping.")) } a.btn href=(place.at("/orders")) { (at.t("返回订单", "Back to orders")) } }
            }
        }
    };
    Ok(frame(&at.look, &place, Tab::Orders, &title, body))
}

fn parcel_row(at: &ShopPage, place: &ShopFrame, order: &Order) -> [Markup; 4] {
    let (look, id) = (&at.look, order.id);
    let (number, carrier) = (format!("number.{id}"), format!("carrier.{id}"));
    let label = |zh, en| format!("{} {id}", at.t(zh, en));
    let (by, what) = if ships(order) {
        let by = html! {
            input type="hidden" name="order" value=(id);
            select.dk-in name=(carrier) aria-label=(label("承运商", "Carrier")) {
                @for (word, text) in &carriers(at) { option value=(word) selected[word == at.fields.text(&carrier)] { (text) } }
            }
        };
        (
            by,
            parts::cell(
                look,
                &at.fields,
                (&number, &label("运单号", "Tracking number")),
                ("mono", "text", order::LONGEST_NUMBER),
            ),
        )
    } else if order.held {
        (html! { "—" }, html! { (at.t("平台审核中，暂不能发货", "under review: cannot ship yet")) })
    } else {
        (
            html! { "—" },
            html! { (at.t("不需要发货：", "no shipping needed: ")) (named::of(look.lang, &order.status)) },
        )
    };
    [
        goods(look, order, &place.at(&format!("/orders/{id}"))),
        html! { (state_and_clock(look, (&at.site.market, at.site.services.carriers()), at.now(), order)) small { (fmt::once(&order.address.shown)) } },
        by,
        what,
    ]
}

/// Ships them.
pub async fn ship(mut at: ShopPage) -> Result<Response, Failure> {
    let (shop, services) = (at.shop, at.site.services.clone());
    for text in at.fields.all("order").take(MOST_PARCELS) {
        input::id::<OrderKey>(text)?;
    }
    let ids = picked(&at.fields);
    let mut to = at.at("/orders?status=paid");
    if ids.is_empty() {
        return Ok(Redirect::to(&to).into_response());
    }
    let mut parcels = Vec::new();
    for order in ids {
        let field = format!("number.{order}");
        let number = at.fields.needed(&field, order::LONGEST_NUMBER);
        let carrier = at.fields.text(&format!("carrier.{order}")).to_owned();
        // What does not fit stands beside its own field, all of it at once.
        let checked = at.site.services.carriers().checked(at.site.market.currency, &carrier, &number);
        if let (false, Err(refused)) = (number.is_empty(), checked) {
            at.fields.aside(refused.into(), &[("carrier.unknown", &field), ("carrier.bad_number", &field)]);
        }
        parcels.push(flows::ship::Parcel { order, carrier, number });
    }
    if at.fields.is_good() {
        let keys = keys_to_ship(&at.site, shop, &parcels).await?;
        let shipped = at.write("order.ship", keys, &[], move |tx, ctx| {
            flows::ship::ship_all(tx, ctx, &services, shop, &parcels).map(|all| all.len())
        });
        to = format!("{to}&done=shipped&n={}", shipped.await?.unwrap_or_default());
    }
    at.answer(&to, ship_page).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::RawId;

    #[test]
    fn an_address_names_orders_once_and_only_so_many() {
        let id = |n: u8| Id::<OrderKey>::from_raw(RawId([n; 16]));
        let of = |ids: Vec<String>| Fields::of(ids.into_iter().map(|id| ("order".to_owned(), id)).collect());
        let named = of(vec![id(1).to_string(), "nonsense".to_owned(), id(2).to_string(), id(1).to_string()]);
        assert_eq!(picked(&named), [id(1), id(2)]);
        assert_eq!(picked(&of((0..200u8).map(|n| id(n).to_string()).collect())).len(), MOST_PARCELS);
    }
}
