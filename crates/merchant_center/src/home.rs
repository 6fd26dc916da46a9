//! `/merchant`: which shop; `/merchant/{shop}`: what to do today, where the money stands, what runs out, what waits.

use crate::score;
use kernel::id::Notice;
use offer::catalog::EditView;
use offer::catalog::edit::Status as EditStatus;
use people::notice;
use people::staff::Permission;
use trade::order::Status;
use trade::scene::Scene;
use web_kit::admin::frame::lobby as lobby_frame;
use web_kit::admin::gate;
use web_kit::admin::home::{edit_state, shop_state};
use web_kit::admin::parts::{Clock, Part};
use web_kit::admin::product::view::title_of;
use web_kit::admin::words;
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::product::edit_time;
use web_kit::view::shop::{Today, shops, today_of};
use web_kit::view::stock::{StockRow, sku_name};
use web_kit::words::named::NOTICE;

/// The most letters that are shown; the others follow when these are read.
const LETTERS: i64 = 12;

/// `/merchant`: who works in one shop lands there.
pub async fn lobby(at: PageContext) -> Result<Response, Failure> {
    if let ([only], false) = (at.who().shops(), at.query.raw("choose").is_some()) {
        return Ok(Redirect::to(&format!("/merchant/{only}")).into_response());
    }
    let shops = shops(&at.site, at.who()).await?;
    let title = at.t("我的店铺", "My shops");
    let columns = [
        Column::wide("店铺", "Shop"),
        Column::text("主营类目", "Industry"),
        Column::text("状态", "State"),
        Column::acts(),
    ];
    let cells = |shop: &people::merchant::ShopView| {
        let href = format!("/merchant/{}", shop.id);
        [
            html! { a.nm href=(href) { (shop.name) } },
            html! { (shop.industry.map_or("—", |word| named::of(at.lang(), &word))) },
            shop_state(&at.look, shop.status),
            html! { a.btn.pri href=(href) { (at.t("进入店铺", "Open shop")) } },
        ]
    };
    let none = parts::empty(
        at.t("你还没有店铺，也不是任何店铺的员工。", "You have no shop and are on no shop's staff."),
        html! { a.btn href="/account" { (at.t("去我的账号", "To my account")) } },
    );
    let body = html! {
        (ui::head(html! { a href="/" { (at.t("首页", "Home")) } }, html! { (at.t("选择店铺", "Choose a shop")) }, false, html! {}, html! {}))
        div.paper { @if shops.is_empty() { (none) } @else { (table::table(&at.look, columns, &shops, cells)) } }
    };
    Ok(lobby_frame(&at.look, title, body).into_response())
}

/// `/merchant/{shop}`.
pub async fn page(at: ShopPage) -> Result<Page, Failure> {
    let (shop, now, market) = (at.shop, at.now(), at.site.market.clone());
    let read = move |q: &mut Read<'_>| {
        let today = today_of(q, &market, now, shop)?;
        Ok((today, notice::unread(q, shop, LETTERS)?, govern::gate::standings(q, shop, now)?))
    };
    let (today, unread, mut gates) = at.read(read).await?;
    let place = ShopFrame { shop, name: today.shop.name.to_string(), many: at.who().shops().len() > 1 };
    let may = |permission| at.who().need_in(shop, permission).is_ok();
    gates.retain(|gate| !gate.is_open);
    let score = score::distance(&at.site, &at.look, shop).await;
    let (look, market) = (&at.look, &at.site.market);
    let clocks = clocks(&at, &today);
    let to_ship: i64 = today.due.iter().map(|due| due.orders).sum();
    let late: i64 = today.due.iter().filter(|due| due.by < now).map(|due| due.orders).sum();
    let nearest = today.due.iter().map(|due| due.by).find(|by| *by >= now);
    let left = nearest.map(|by| parts::left(look, now, by));
    let title = match (clocks.len(), left) {
        (0, _) => at.t("今天没有待办时限", "No deadlines today").to_owned(),
        (1, Some(left)) => say!(at.lang(), "有 1 个钟在走，最近的{left}", "One clock is running: {left}"),
        (n, Some(left)) => {
            say!(at.lang(), "有 {n} 个钟在走，最近的{left}", "{n} clocks are running, the nearest has {left}")
        }
        (1, None) => at.t("1 个待办时限", "1 deadline").to_owned(),
        (n, None) => say!(at.lang(), "有 {n} 个钟在走", "{n} clocks are running"),
    };
    let local = now.zoned(&market.zone);
    let (day, weekday) = (fmt::day(look.lang, local.date()), fmt::weekday(look.lang, local.date()));
    let clock = parts::clock_text(market, now);
    let body = html! {
        (ui::head(
            html! { (place.name) },
            html! { (title) },
            false,
            html! {
                span { (say!(look.lang, "{day} {weekday} {clock}", "{weekday} {day}, {clock}")) }
                (shop_state(look, today.shop.status))
                @if late > 0 { (ui::state(Mark::Broken, &words::many(look, late, "单超时未发", "order overdue", "orders overdue"))) }
            },
            html! {
                @if may(Permission::ShopGoods) { a.btn href=(place.at("/products/new")) { (look.t("发布商品", "Add product")) } }
                @if may(Permission::ShopOrders) && to_ship > 0 {
                    a.btn.pri href=(place.at("/orders?status=paid")) { (words::many(look, to_ship, "单待发", "to ship", "to ship")) }
                }
            },
        ))
        (letters(&at, &unread))
        @if !gates.is_empty() {
            (ui::question(
                look.t("哪些功能受限？", "What is restricted?"),
                html! { (look.t("原因、期限和怎么恢复。", "Why, until when, and how to lift it.")) },
                html! { div.paper { (gate::table(look, market, &gates)) } },
            ))
        }
        (ui::question(
            look.t("待办", "To do"),
            html! { (look.t("按到期先后排。条的长度是剩余时间，黄条只剩不到一成。", "By deadline. The bar is the time left; amber is the last tenth.")) },
            html! {
                div.paper {
                    @if clocks.is_empty() {
                        (parts::empty(look.t("没有待发货的订单，也没有被驳回的商品。", "No orders to ship and no rejected products."), html! { a.btn href=(place.at("/orders")) { (look.t("全部订单", "All orders")) } }))
                    } @else {
                        (parts::clocks(look, market, now, &clocks))
                        div.foot { span { (look.t("时间以平台为准", "Platform time")) } span { a href=(place.at("/orders?status=paid")) { (look.t("全部待发货", "All orders to ship")) } } }
                    }
                }
            },
        ))
        @if may(Permission::ShopMoney) || may(Permission::ShopOrders) { (money(&at, &today)) }
        (score)
        (scenes(&at, &today))
        (low(&at, &today))
        (edits(&at, &today))
    };
    Ok(frame(look, &place, Tab::Today, look.t("今天", "Today"), body))
}

/// The platform's letters that nobody of the shop has read.
fn letters(at: &ShopPage, unread: &[notice::Unread]) -> Markup {
    html! {
        @for letter in unread {
            div.banner role="status" {
                span {
                    (NOTICE.say(at.lang(), &letter.kind)) " "
                    @match &*letter.kind {
                        "low_stock" => { a href=(at.at(&format!("/stock/{}", letter.subject))) { (at.t("看库存", "See its stock")) } },
                        _ => { a href=(at.at(&format!("/orders/{}", letter.subject))) { (at.t("看订单", "See the order")) } },
                    }
                    " " (fmt::moment(at.lang(), &at.site.market, letter.at))
                }
                (parts::press(&at.at(&format!("/notices/{}", letter.id)), &at.key(), &[], at.t("已读", "Read"), "btn dk-sm"))
            }
        }
    }
}

/// Somebody of the shop has read a letter.
pub async fn read(at: ShopPage) -> Result<Redirect, Failure> {
    let (shop, letter, by) = (at.shop, at.id::<Notice>("notice")?, at.who().member()?);
    let write = move |tx: &mut store::Tx<'_>, ctx: &kernel::Ctx| notice::read(tx, ctx, shop, letter, by);
    at.act.value(&at.site, "notice.read", Keys::none(), write).await?;
    Ok(Redirect::to(&at.at("")))
}

fn clocks(at: &ShopPage, today: &Today) -> Vec<Clock> {
    let (look, now) = (&at.look, at.now());
    let clock = |due: &trade::order::DueOrders| {
        let late = due.by < now;
        let n = words::many(look, due.orders, "单", "order", "orders");
        Clock {
            due: due.by,
            what: html! { (look.t("发出 ", "Ship ")) (n) },
            about: html! { (look.t("买家付了 ", "Buyers paid ")) (fmt::money(look.lang, due.total)) (look.t("，待发货", ", to ship")) },
            cost: html! { (n) (if late { look.t("已超时", " overdue") } else { look.t("会超时", " would be late") }) },
            why: html! { (look.t("计入晚发率，买家随时可退款", "counts as late shipping; buyers may get a refund")) },
            act: html! { a.btn.pri[late || due.by < now.plus_hours(24)] href=(at.at("/orders?status=paid")) { (look.t("去发货", "Ship")) } },
        }
    };
    let mut clocks: Vec<Clock> = today.due.iter().take(8).map(clock).collect();
    clocks.sort_by_key(|clock| clock.due);
    clocks
}

fn money(at: &ShopPage, today: &Today) -> Markup {
    let look = &at.look;
    let of = |shipped: bool| {
        let found = today.standing.iter().filter(|s| s.shipped == shipped);
        found.fold((0i64, 0i64), |(n, sum), s| (n + s.orders, sum + s.total.minor))
    };
    let ((to_ship, unshipped), (on_way, shipped)) = (of(false), of(true));
    let money = |minor: i64| fmt::money(look.lang, Money::new(minor, at.site.market.currency));
    let orders = |n, what| format!("{} {what}", words::many(look, n, "单", "order", "orders"));
    let payable = today.payable.minor.max(0);
    let received = at.t("买家已收货，平台未打款", "received by buyers, not paid out yet").to_owned();
    let sent = orders(on_way, at.t("已发出，等收货", "shipped, not received"));
    let held = orders(to_ship, at.t("已付款，由平台担保", "paid, held in escrow"));
    let rows = [
        ("kept", at.t("待结算", "Pending payout"), payable, received),
        ("data-1", at.t("运输中", "In transit"), shipped, sent),
        ("data-5", at.t("待发货", "To ship"), unshipped, held),
    ];
    let parts: Vec<Part> =
        rows.iter().map(|(colour, _, amount, _)| Part { colour, amount: *amount }).collect();
    let told: Vec<String> =
        rows.iter().map(|(_, name, amount, _)| format!("{name} {}", money(*amount))).collect();
    ui::question(
        look.t("资金在哪一步？", "Where is the money?"),
        html! { (look.t("三段相加等于总数。运输中和待发货是买家实付，费用在结算时扣。", "The three parts add up to the total. In transit and to ship is what buyers paid, before fees.")) },
        html! {
            p.dk-lead { b { (money(unshipped + shipped + payable)) } span.mut { (look.t("此刻", "at this moment")) } }
            (parts::whole(&parts, &told.join(look.t("，", ", "))))
            table.cards.dk-money {
                tbody {
                    @for (colour, name, amount, why) in &rows {
                        tr {
                            th scope="row" { svg.dk-key viewBox="0 0 10 10" aria-hidden="true" { rect width="10" height="10" rx="2" fill=(format!("var(--sh-{colour})")) {} } (name) }
                            td.sub { (why) }
                            td.r.nw { b { (money(*amount)) } }
                        }
                    }
                }
            }
        },
    )
}

fn scenes(at: &ShopPage, today: &Today) -> Markup {
    let look = &at.look;
    let mut sums: Vec<(Scene, i64, i64)> = Scene::ALL.iter().map(|scene| (*scene, 0, 0)).collect();
    let counts = |status| matches!(status, Status::Paid | Status::Shipped | Status::Received);
    let paid: Vec<_> = today.orders.iter().filter(|order| counts(order.status)).collect();
    for order in &paid {
        for (scene, orders, minor) in &mut sums {
            let lines = order.lines.iter().filter(|line| line.via.scene == *scene);
            let amounts: Vec<i64> = lines.map(|line| line.paid.minor).collect();
            *orders += i64::from(!amounts.is_empty());
            *minor += amounts.iter().sum::<i64>();
        }
    }
    sums.retain(|(_, orders, _)| *orders > 0);
    sums.sort_by_key(|(_, _, minor)| std::cmp::Reverse(*minor));
    let all: i64 = sums.iter().map(|(_, _, minor)| minor).sum();
    let most = sums.iter().map(|(_, _, minor)| *minor).max().unwrap_or(1).max(1);
    let money = |minor: i64| fmt::money(look.lang, Money::new(minor, at.site.market.currency));
    ui::question(
        look.t("今天的订单从哪来？", "Where do today's orders come from?"),
        html! {
            (look.t("今天下单并付款的，按优惠后的金额。", "Placed and paid today, after discounts."))
            @if today.more { " " (look.t("只算最近的 150 单。", "The newest 150 only.")) }
        },
        html! {
            div.paper {
                @if sums.is_empty() {
                    (parts::empty(look.t("今天还没有付款的订单。", "No paid order yet today."), html! { a.btn href=(at.at("/orders")) { (look.t("看以前的订单", "Earlier orders")) } }))
                } @else {
                    div.lead { b { (words::many(look, paid.len() as i64, "单", "order", "orders")) " · " (money(all)) } }
                    ol.dk-scenes {
                        @for (scene, orders, minor) in &sums {
                            li {
                                span { b { (named::of(look.lang, scene)) } " " span.mut { (words::many(look, *orders, "单", "order", "orders")) } }
                                b { (money(*minor)) }
                                (ui::bar(*minor as f64 / most as f64, words::scene_colour(*scene)))
                            }
                        }
                    }
                }
            }
        },
    )
}

fn low(at: &ShopPage, today: &Today) -> Markup {
    let look = &at.look;
    let whole = |row: &StockRow| (row.available + row.reserved).max(row.low_at.unwrap_or(0));
    let most = today.low.iter().map(whole).max().unwrap_or(0);
    let columns =
        [Column::wide("", ""), Column::wide("", ""), Column::number("可售", "Available"), Column::acts()];
    let cells = |row: &StockRow| {
        let href = at.at(&format!("/stock/{}", row.sku));
        [
            html! { a.nm href=(href) { (sku_name(look, &row.name, &row.sku)) } },
            parts::stock_bar(row.available, row.reserved, row.low_at, most),
            html! { b { (fmt::count(row.available)) } small { (look.t("预警线 ", "alert at ")) (fmt::count(row.low_at.unwrap_or(0))) } },
            html! { a.btn.dk-sm href=(href) { (look.t("补货", "Restock")) } },
        ]
    };
    ui::question(
        look.t("哪些要补货？", "What needs restocking?"),
        html! { (look.t("库存预警的规格。竖线是预警线，灰的是已锁定。", "Variants that are low. The tick is the alert, grey is reserved.")) },
        html! {
            div.paper {
                @if today.low.is_empty() {
                    (parts::empty(look.t("没有库存预警。", "No low stock."), html! { a.btn href=(at.at("/stock")) { (look.t("看全部库存", "All stock")) } }))
                } @else {
                    (table::bare(look, columns, &today.low, cells))
                    div.foot { span { (look.t("售罄自动停售，不会超卖", "Sold-out variants stop selling automatically")) } span { a href=(at.at("/stock?low=1")) { (look.t("全部库存预警", "All low stock")) } } }
                }
            }
        },
    )
}

fn edits(at: &ShopPage, today: &Today) -> Markup {
    let look = &at.look;
    let open = |edit: &&EditView| {
        matches!(edit.status, EditStatus::Draft | EditStatus::Waiting | EditStatus::Rejected)
    };
    let open: Vec<&EditView> = today.edits.iter().filter(open).take(8).collect();
    let columns =
        [Column::wide("", ""), Column::text("状态", "State"), Column::line("时间", "When"), Column::acts()];
    let cells = |edit: &&EditView| {
        let href = at.at(&format!("/edits/{}", edit.id));
        [
            html! {
                a.nm href=(href) { (title_of(look, &edit.content.title)) }
                small { (if edit.base == 0 { look.t("新商品", "new product") } else { look.t("修改在售商品", "edit of a live product") }) }
            },
            edit_state(look, edit),
            words::at(look, &at.site.market, edit_time(edit)),
            html! { a.btn.dk-sm href=(href) { (if edit.status == EditStatus::Waiting { look.t("查看", "Open") } else { look.t("继续编辑", "Continue") }) } },
        ]
    };
    ui::question(
        look.t("审核中和被驳回的商品", "Products in review or rejected"),
        html! { (look.t("审核期间线上还是旧版，照常卖。", "During review the live version keeps selling.")) },
        html! {
            div.paper {
                @if open.is_empty() {
                    (parts::empty(look.t("没有审核中的，也没有被驳回的。", "Nothing in review, nothing rejected."), html! { a.btn href=(at.at("/products/new")) { (look.t("发布商品", "Add product")) } }))
                } @else { (table::bare(look, columns, &open, cells)) }
            }
        },
    )
}
