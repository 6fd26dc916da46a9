//! `/merchant`: which shop; `/merchant/{shop}`: what to do today, where the money stands, what runs out, what waits.

use crate::stock;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use govern::gate::Standing;
use kernel::id::{Notice, Shop};
use kernel::{Market, Moment, Money};
use maud::{Markup, html};
use offer::catalog::EditView;
use offer::catalog::edit::Status as EditStatus;
use people::notice;
use people::staff::Permission;
use store::{Keys, Read};
use trade::order::Status;
use trade::scene::Scene;
use web_kit::admin::frame::{ShopFrame, Tab, frame, lobby as lobby_frame};
use web_kit::admin::gate;
use web_kit::admin::home::edit_mark;
use web_kit::admin::parts::{self, Clock, Part};
use web_kit::admin::words;
use web_kit::fmt;
use web_kit::idempotency::IdempotentForm;
use web_kit::input;
use web_kit::lang::Lang;
use web_kit::principal::Principal;
use web_kit::problem::{Failure, Path};
use web_kit::site::Site;
use web_kit::ui::{self, Page, RenderContext, State as Mark};
use web_kit::view::shop::{Today, shops, today_of};
use web_kit::words::named::NOTICE;

/// The most letters that are shown; the others follow when these are read.
const LETTERS: i64 = 12;

/// `/merchant`: who works in one shop lands there.
pub async fn lobby(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    uri: axum::http::Uri,
) -> Result<Response, Failure> {
    let choose =
        uri.query().is_some_and(|query| query.split('&').any(|part| part == "choose" || part == "choose="));
    if let ([only], false) = (who.shops(), choose) {
        return Ok(Redirect::to(&format!("/merchant/{only}")).into_response());
    }
    let shops = shops(&site, &who).await?;
    let title = look.t("我的店铺", "My shops");
    let body = html! {
        (ui::head(html! { a href="/" { (look.t("商城", "Mall")) } }, html! { (look.t("去哪家店？", "Which shop?")) }, false, html! {}, html! {}))
        div.paper {
            @if shops.is_empty() {
                (parts::empty(
                    look.t("你还没有店铺，也没有哪家店请你做员工。", "You have no shop, and no shop has you on its staff."),
                    html! { a.btn href="/account" { (look.t("去我的账号", "To my account")) } },
                ))
            } @else {
                table.cards.dk-list {
                    thead { tr { th { (look.t("店铺", "Shop")) } th { (look.t("主营", "Sells")) } th { (look.t("状态", "State")) } th {} } }
                    tbody {
                        @for shop in &shops {
                            tr {
                                td.w { a.nm href=(format!("/merchant/{}", shop.id)) { (shop.name) } }
                                td data-l=(look.t("主营", "Sells")) { @match shop.industry { Some(word) => (web_kit::words::named::of(look.lang, &word)), None => "—" } }
                                td data-l=(look.t("状态", "State")) { (shop_state(&look, shop.status)) }
                                td.r { a.btn.pri href=(format!("/merchant/{}", shop.id)) { (look.t("进店", "Enter")) } }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(lobby_frame(&look, title, body).into_response())
}

/// Whether a shop trades.
pub fn shop_state(look: &RenderContext, status: people::merchant::Status) -> Markup {
    use people::merchant::Status as S;
    match status {
        S::Open => ui::state(Mark::Kept, look.t("营业中", "Open")),
        S::Suspended => ui::state(Mark::Hold, look.t("平台暂停", "Suspended")),
        S::Closed => ui::state(Mark::None, look.t("已关店", "Closed")),
    }
}

/// `/merchant/{shop}`.
pub async fn page(
    State(site): State<Site>,
    look: RenderContext,
    who: Principal,
    Path(shop): Path<String>,
) -> Result<Page, Failure> {
    let shop = web_kit::input::id::<Shop>(&shop)?;
    let (market, now) = (site.market.clone(), (site.now)());
    let read = move |q: &mut Read<'_>| {
        let today = today_of(q, &market, now, shop)?;
        Ok((today, notice::unread(q, shop, LETTERS)?, govern::gate::standings(q, shop, now)?))
    };
    let (today, unread, mut gates) = site.read(read).await?;
    let place = ShopFrame { shop, name: today.shop.name.to_string(), many: who.shops().len() > 1 };
    let may = |permission| who.need_in(shop, permission).is_ok();
    gates.retain(|gate| !gate.is_open);
    let score = crate::score::distance(&site, &look, shop).await;
    let letters = letters(&look, &site, &place, &unread);
    Ok(drawn(&look, &site.market, now, &place, &today, (&letters, &gates, &score), &may))
}

fn drawn(
    look: &RenderContext,
    market: &Market,
    now: Moment,
    place: &ShopFrame,
    today: &Today,
    (letters, gates, score): (&Markup, &[Standing], &Markup),
    may: &dyn Fn(Permission) -> bool,
) -> Page {
    let clocks = clocks(look, market, now, place, today);
    let to_ship: i64 = today.due.iter().map(|due| due.orders).sum();
    let late: i64 = today.due.iter().filter(|due| due.by < now).map(|due| due.orders).sum();
    let nearest = today.due.iter().map(|due| due.by).find(|by| *by >= now);
    let title = match (look.lang, clocks.len(), nearest) {
        (Lang::Zh, 0, _) => "今天没有钟在走".to_owned(),
        (Lang::En, 0, _) => "No clock is running today".to_owned(),
        (Lang::Zh, n, Some(by)) => format!("有 {n} 个钟在走，最近的{}", parts::left(look, now, by)),
        (Lang::En, 1, Some(by)) => format!("One clock is running: {}", parts::left(look, now, by)),
        (Lang::En, n, Some(by)) => {
            format!("{n} clocks are running, the nearest has {}", parts::left(look, now, by))
        }
        (Lang::Zh, n, None) => format!("有 {n} 个钟在走"),
        (Lang::En, 1, None) => "One clock is running".to_owned(),
        (Lang::En, n, None) => format!("{n} clocks are running"),
    };
    let local = now.zoned(&market.zone);
    let body = html! {
        (ui::head(
            html! { (place.name) },
            html! { (title) },
            false,
            html! {
                span {
                    @match look.lang {
                        Lang::Zh => { (fmt::day(look.lang, local.date())) " " (fmt::weekday(look.lang, local.date())) " " (format!("{:02}:{:02}", local.hour(), local.minute())) }
                        Lang::En => { (fmt::weekday(look.lang, local.date())) " " (fmt::day(look.lang, local.date())) ", " (format!("{:02}:{:02}", local.hour(), local.minute())) }
                    }
                }
                (shop_state(look, today.shop.status))
                @if late > 0 { (ui::state(Mark::Broken, &words::many(look, late, "单超时未发", "order overdue", "orders overdue"))) }
            },
            html! {
                @if may(Permission::ShopGoods) { a.btn href=(place.at("/products/new")) { (look.t("发布商品", "New product")) } }
                @if may(Permission::ShopOrders) && to_ship > 0 {
                    a.btn.pri href=(place.at("/orders?status=paid")) { (words::many(look, to_ship, "单待发", "to ship", "to ship")) }
                }
            },
        ))
        (letters)
        @if !gates.is_empty() {
            (ui::question(
                look.t("现在不能做什么？", "What is not allowed now?"),
                html! { (look.t("为什么、到什么时候、怎么重新打开。", "Why, until when, and how it opens again.")) },
                html! { div.paper { (gate::table(look, market, gates)) } },
            ))
        }
        (ui::question(
            look.t("现在先做什么？", "What comes first?"),
            html! { (look.t("按到点先后排。条的长度是还剩的时间，所有条同一把尺；黄条只剩不到一成。", "By deadline. A bar is the time that is left, all on one scale; amber is the last tenth.")) },
            html! {
                div.paper {
                    @if clocks.is_empty() {
                        (parts::empty(look.t("没有要发的订单，也没有被退回的商品。", "Nothing to ship, and no product sent back."), html! { a.btn href=(place.at("/orders")) { (look.t("看全部订单", "All orders")) } }))
                    } @else {
                        (parts::clocks(look, market, now, &clocks))
                        div.foot { span { (look.t("时间以平台时钟为准", "By the platform's clock")) } span { a href=(place.at("/orders?status=paid")) { (look.t("全部待发货", "All to ship")) } } }
                    }
                }
            },
        ))
        @if may(Permission::ShopMoney) || may(Permission::ShopOrders) { (money(look, market, today)) }
        (score)
        (scenes(look, market, place, today))
        (low(look, place, today))
        (edits(look, market, place, today))
    };
    frame(look, place, Tab::Today, look.t("今天", "Today"), body)
}

/// The platform's letters that nobody of the shop has read.
fn letters(look: &RenderContext, site: &Site, place: &ShopFrame, unread: &[notice::Unread]) -> Markup {
    let key = site.form_key();
    html! {
        @for letter in unread {
            div.banner role="status" {
                span {
                    (NOTICE.say(look.lang, &letter.kind)) " "
                    a href=(place.at(&format!("/orders/{}", letter.subject))) { (look.t("看订单", "See the order")) }
                    " " (fmt::moment(look.lang, &site.market, letter.at))
                }
                (parts::press(&place.at(&format!("/notices/{}", letter.id)), &format!("{key}{}", letter.id), &[], look.t("已读", "Read"), "btn dk-sm"))
            }
        }
    }
}

/// Somebody of the shop has read a letter.
pub async fn read(
    State(site): State<Site>,
    Path((shop, letter)): Path<(String, String)>,
    IdempotentForm { act, .. }: IdempotentForm<Vec<(String, String)>>,
) -> Result<Redirect, Failure> {
    let shop = input::id::<Shop>(&shop)?;
    let (letter, by) = (input::id::<Notice>(&letter)?, act.who.member()?);
    act.value(&site, "notice.read", Keys::none(), move |tx, ctx| notice::read(tx, ctx, shop, letter, by))
        .await?;
    Ok(Redirect::to(&format!("/merchant/{shop}")))
}

fn clocks(
    look: &RenderContext,
    market: &Market,
    now: Moment,
    place: &ShopFrame,
    today: &Today,
) -> Vec<Clock> {
    let _ = market;
    let mut clocks: Vec<Clock> = today
        .due
        .iter()
        .take(8)
        .map(|due| {
            let late = due.by < now;
            let n = words::many(look, due.orders, "单", "order", "orders");
            Clock {
                due: due.by,
                what: html! { (look.t("发出 ", "Ship ")) (n) },
                about: html! { (look.t("买家付了 ", "Buyers paid ")) (fmt::money(look.lang, due.total)) (look.t("，等着发", ", and wait")) },
                cost: html! { (n) (if late { look.t("已经晚发", " are late already") } else { look.t("晚发", " would be late") }) },
                why: html! { (look.t("记进晚发率，买家随时可退", "counts as late shipping; buyers may take a refund")) },
                act: html! { a.btn.pri[late || due.by < now.plus_hours(24)] href=(place.at("/orders?status=paid")) { (look.t("去发货", "Ship")) } },
            }
        })
        .collect();
    clocks.sort_by_key(|clock| clock.due);
    clocks
}

fn money(look: &RenderContext, market: &Market, today: &Today) -> Markup {
    let of = |shipped: bool| {
        let found = today.standing.iter().filter(|s| s.shipped == shipped);
        found.fold((0i64, 0i64), |(n, sum), s| (n + s.orders, sum + s.total.minor))
    };
    let ((to_ship, unshipped), (on_way, shipped)) = (of(false), of(true));
    let money = |minor: i64| Money::new(minor, market.currency);
    let payable = today.payable.minor.max(0);
    let all = unshipped + shipped + payable;
    let rows = [
        (
            "kept",
            "应付给店",
            "Payable to the shop",
            payable,
            look.t("买家收了货，平台还没打款", "received by buyers, not paid out yet").to_owned(),
        ),
        (
            "data-1",
            "在路上",
            "On the way",
            shipped,
            format!(
                "{} {}",
                words::many(look, on_way, "单", "order", "orders"),
                look.t("已发出，等收货", "shipped, not received")
            ),
        ),
        (
            "data-5",
            "待发货",
            "To ship",
            unshipped,
            format!(
                "{} {}",
                words::many(look, to_ship, "单", "order", "orders"),
                look.t("已付款，由平台担保", "paid, held in escrow")
            ),
        ),
    ];
    let parts: Vec<Part> =
        rows.iter().map(|(colour, _, _, amount, _)| Part { colour, amount: *amount }).collect();
    let label = rows
        .iter()
        .map(|(_, zh, en, amount, _)| format!("{} {}", look.t(zh, en), fmt::money(look.lang, money(*amount))))
        .collect::<Vec<_>>()
        .join(look.t("，", ", "));
    ui::question(
        look.t("钱现在在哪里？", "Where is the money?"),
        html! { (look.t("一条就是全部，三段相加等于总数。在路上和待发货是买家付的总额，费用在结算时扣。", "One bar is all of it; its three parts add up. What is in escrow is what buyers paid, before fees.")) },
        html! {
            p.dk-lead { b { (fmt::money(look.lang, money(all))) } span.mut { (look.t("此刻", "at this moment")) } }
            (parts::whole(&parts, &label))
            table.cards.dk-money {
                tbody {
                    @for (colour, zh, en, amount, why) in &rows {
                        tr {
                            th scope="row" { svg.dk-key viewBox="0 0 10 10" aria-hidden="true" { rect width="10" height="10" rx="2" fill=(format!("var(--sh-{colour})")) {} } (look.t(zh, en)) }
                            td.sub { (why) }
                            td.r.nw { b { (fmt::money(look.lang, money(*amount))) } }
                        }
                    }
                }
            }
        },
    )
}

fn scenes(look: &RenderContext, market: &Market, place: &ShopFrame, today: &Today) -> Markup {
    let mut sums: Vec<(Scene, i64, i64)> = Scene::ALL.iter().map(|scene| (*scene, 0, 0)).collect();
    let paid: Vec<_> = today
        .orders
        .iter()
        .filter(|order| matches!(order.status, Status::Paid | Status::Shipped | Status::Received))
        .collect();
    for order in &paid {
        let mut seen: Vec<Scene> = Vec::new();
        for line in &order.lines {
            if let Some(sum) = sums.iter_mut().find(|(scene, _, _)| *scene == line.via.scene) {
                sum.2 += line.paid.minor;
                if !seen.contains(&line.via.scene) {
                    seen.push(line.via.scene);
                    sum.1 += 1;
                }
            }
        }
    }
    sums.retain(|(_, orders, _)| *orders > 0);
    sums.sort_by_key(|(_, _, minor)| std::cmp::Reverse(*minor));
    let all: i64 = sums.iter().map(|(_, _, minor)| minor).sum();
    let most = sums.iter().map(|(_, _, minor)| *minor).max().unwrap_or(1).max(1);
    let money = |minor: i64| fmt::money(look.lang, Money::new(minor, market.currency));
    ui::question(
        look.t("今天的单从哪里来？", "Where do today's orders come from?"),
        html! {
            (look.t("今天下单并付了款的，按优惠后的货款。", "Placed and paid today, goods after discounts."))
            @if today.more { " " (look.t("只算最近的 150 单。", "The newest 150 only.")) }
        },
        html! {
            div.paper {
                @if sums.is_empty() {
                    (parts::empty(look.t("今天还没有付款的订单。", "No paid order yet today."), html! { a.btn href=(place.at("/orders")) { (look.t("看以前的", "Earlier ones")) } }))
                } @else {
                    div.lead { b { (words::many(look, paid.len() as i64, "单", "order", "orders")) " · " (money(all)) } }
                    ol.dk-scenes {
                        @for (scene, orders, minor) in &sums {
                            li {
                                span { b { (web_kit::words::named::of(look.lang, scene)) } " " span.mut { (words::many(look, *orders, "单", "order", "orders")) } }
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

fn low(look: &RenderContext, place: &ShopFrame, today: &Today) -> Markup {
    ui::question(
        look.t("什么快卖完了？", "What runs out?"),
        html! { (look.t("可售到了警戒线的规格。竖线是警戒线，灰的是已占用。", "Variants at their mark. The tick is the mark, grey is reserved.")) },
        html! {
            div.paper {
                @if today.low.is_empty() {
                    (parts::empty(look.t("没有低于警戒线的规格。", "Nothing is below its mark."), html! { a.btn href=(place.at("/stock")) { (look.t("看全部库存", "All stock")) } }))
                } @else {
                    @let most = today.low.iter().map(|row| (row.available + row.reserved).max(row.low_at.unwrap_or(0))).max().unwrap_or(0);
                    table.cards.dk-list {
                        tbody {
                            @for row in &today.low {
                                tr {
                                    td.w { a.nm href=(place.at(&format!("/stock/{}", row.sku))) { (stock::sku_name(look, &row.name, &row.sku)) } }
                                    td.w { (parts::stock_bar(row.available, row.reserved, row.low_at, most)) }
                                    td.r data-l=(look.t("可售", "Available")) { b { (fmt::count(row.available)) } small { (look.t("警戒线 ", "mark ")) (fmt::count(row.low_at.unwrap_or(0))) } }
                                    td.r { a.btn.dk-sm href=(place.at(&format!("/stock/{}", row.sku))) { (look.t("补货", "Restock")) } }
                                }
                            }
                        }
                    }
                    div.foot { span { (look.t("卖完自动停售，不会超卖", "What is sold out stops selling by itself")) } span { a href=(place.at("/stock?low=1")) { (look.t("全部快卖完的", "All that run out")) } } }
                }
            }
        },
    )
}

fn edits(look: &RenderContext, market: &Market, place: &ShopFrame, today: &Today) -> Markup {
    let open: Vec<&EditView> = today
        .edits
        .iter()
        .filter(|edit| matches!(edit.status, EditStatus::Draft | EditStatus::Waiting | EditStatus::Rejected))
        .take(8)
        .collect();
    ui::question(
        look.t("哪些商品在审、被退回？", "Which products wait or were sent back?"),
        html! { (look.t("审的时候，线上还是旧版，照卖。", "While an edit waits, the live version goes on selling.")) },
        html! {
            div.paper {
                @if open.is_empty() {
                    (parts::empty(look.t("没有在审的，也没有被退回的。", "Nothing waits, nothing was sent back."), html! { a.btn href=(place.at("/products/new")) { (look.t("发布商品", "New product")) } }))
                } @else {
                    table.cards.dk-list {
                        tbody {
                            @for edit in open {
                                tr {
                                    td.w { a.nm href=(place.at(&format!("/edits/{}", edit.id))) { @if edit.content.title.is_empty() { (look.t("没写标题", "No title yet")) } @else { (edit.content.title) } }
                                        small { (if edit.base == 0 { look.t("新商品", "new product") } else { look.t("改已上架的", "changes a live one") }) } }
                                    td data-l=(look.t("状态", "State")) {
                                        (edit_mark(look, edit.status))
                                        @if let Some(reason) = &edit.reason { small { (words::REJECTED_FOR.say(look.lang, reason)) @if let Some(note) = &edit.note { (look.t("：", ": ")) (note) } } }
                                    }
                                    td.nw data-l=(look.t("时间", "When")) { (words::at(look, market, web_kit::view::product::edit_time(edit))) }
                                    td.r { a.btn.dk-sm href=(place.at(&format!("/edits/{}", edit.id))) { (if edit.status == EditStatus::Waiting { look.t("查看", "Open") } else { look.t("接着改", "Go on") }) } }
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}
