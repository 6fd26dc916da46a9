//! `/merchant/{shop}/orders/{order}`: one order of a shop, from what was bought to where its money goes. The platform's page
//! of an order is made of the same parts.

use kernel::Market;
use trade::carrier::Carriers;
use trade::order::{self, CancelReason, LONGEST_NOTE, LONGEST_WHY, Note, NoteBy, OrderView, Status, Step};
use trade::payment::{Refund, RefundStatus};
use web_kit::admin::words;
use web_kit::forms::Chosen;
use web_kit::prelude::*;
use web_kit::ui::State as Mark;
use web_kit::view::order::{Recipient, back_next, back_why, is_overdue, shop_gets};
use web_kit::view::staff::StaffNames;

use crate::sale::list::gets;
pub use crate::sale::list::goods;

/// What a page of an order is drawn with, besides the order.
pub struct OrderModel<'a> {
    /// The market.
    pub market: &'a Market,
    /// Its carriers.
    pub carriers: &'a Carriers,
    /// Now.
    pub now: Moment,
    /// The form's idempotency key.
    pub key: &'a str,
    /// What was typed.
    pub fields: &'a Fields,
    /// The recipient, once revealed.
    pub recipient: Option<&'a Recipient>,
    /// Where its forms are sent.
    pub action: &'a str,
    /// What its shop's and the platform's staff are called.
    pub staff: &'a StaffNames,
    /// Whether the reader may cancel lines of it.
    pub may_cancel: bool,
    /// Whether the reader may look at recipients.
    pub may_reveal: bool,
}

/// The head: what the shop has to do about it, in one sentence.
pub fn head(
    look: &RenderContext,
    scene: &OrderModel<'_>,
    view: &OrderView,
    crumb: Markup,
    acts: Markup,
) -> Markup {
    let order = &view.order;
    let (market, now) = (scene.market, scene.now);
    let verdict = match order.status {
        _ if order.held => look.t("平台审核中，还不能发货", "Under review: it cannot ship yet").to_owned(),
        Status::Paid => {
            let by = parts::deadline(look, market, now, order.ship_by);
            match is_overdue(order, now) {
                true => say!(look.lang, "{by} 就该发，还没发", "It had to ship by {by}, and has not"),
                false => say!(look.lang, "{by} 前发出", "Ship it by {by}"),
            }
        }
        other => named::of(look.lang, &other).to_owned(),
    };
    ui::head(
        crumb,
        html! { (verdict) },
        false,
        html! {
            @if let Some(code) = &order.code { b.mono { (order::said(code)) } }
            span.mono.id { (order.id) }
            (crate::sale::list::mark(look, now, order))
            @if order.status == Status::Paid && !order.held { span { (parts::left(look, now, order.ship_by)) } }
            span { (look.t("下单 ", "placed ")) (fmt::moment(look.lang, market, order.placed_at)) }
            @if let Some(delivery_method) = &order.delivery_method { span { (look.t("配送 ", "goes by ")) (look.t(&delivery_method.zh, &delivery_method.en)) } }
            span { (look.t("承诺 ", "promise ")) (words::promise(look, &order.promise.id)) " v" (order.promise.version) }
        },
        acts,
    )
}

/// What is asked before something is cancelled.
#[derive(Form)]
#[form("order_cancel")]
pub struct CancelForm {
    /// Why.
    pub reason: Chosen,
    /// More about it.
    #[field(wide, most = LONGEST_WHY)]
    pub explanation: Option<String>,
}

/// Beside which field a refusal of it stands.
pub const CANCEL_ABOUT: [(&str, &str); 2] =
    [("order.bad_cancel_reason", "reason"), ("order.bad_cancel_text", "explanation")];

/// The question before an order, or a line of one that is paid for, is cancelled: what goes back, and why. Nothing, unless it
/// is asked for.
pub fn cancel_section(
    look: &RenderContext,
    scene: &OrderModel<'_>,
    view: &OrderView,
    asked: bool,
    line: &str,
) -> Markup {
    let order = &view.order;
    let unpaid = order.status == Status::Unpaid;
    if !(asked || scene.fields.text("do") == "cancel") || !(unpaid || order.status == Status::Paid) {
        return html! {};
    }
    let line = order.open_lines().find(|one| one.sku.to_string() == line);
    let line = line.filter(|_| !unpaid && order.open_lines().count() > 1);
    let reasons =
        CancelReason::ALL.map(|one| (one.as_str().to_owned(), named::of(look.lang, &one).to_owned()));
    let follows = match unpaid {
        true => look.t(
            "取消后不能恢复：库存放回，买家不用再付这一单，原因买家看得到。晚到的钱原路退回。",
            "It cannot be undone: the stock is free again, the buyer no longer pays for it and reads the reason. Money that comes late goes back.",
        ),
        false => look.t(
            "取消后不能恢复：钱原路退回买家，库存放回，原因买家看得到。",
            "It cannot be undone: the money goes back to the buyer, the stock is free again, and the buyer reads the reason.",
        ),
    };
    html! {
        div id="ask" {
            (ui::question(
                match line { Some(_) => look.t("取消这一行？", "Cancel this line?"), None => look.t("取消整个订单？", "Cancel the whole order?") },
                html! { (follows) },
                html! {
                    form.paper.dk-form action=(scene.action) method="post" {
                        input type="hidden" name="key" value=(format!("{}x", scene.key));
                        p.dk-wide {
                            @match line {
                                Some(line) => { b { (line.title) } " " (line.variant) " × " (line.quantity) " · " (look.t("退 ", "back: ")) (fmt::money(look.lang, line.paid)) (look.t(" 和它分到的运费", " and its part of the shipping")) }
                                None if unpaid => { (look.t("买家还没付款：", "Not paid for yet: ")) b { (fmt::money(look.lang, order.sums.total)) } }
                                None => { (look.t("退给买家 ", "Back to the buyer: ")) b { (fmt::money(look.lang, order.net().total)) } }
                            }
                        }
                        @if let Some(line) = line { input type="hidden" name="line" value=(line.sku); }
                        (CancelForm::draw(look, scene.fields, |_| reasons.to_vec()))
                        div.dk-wide.dk-row.end {
                            a.btn href=(scene.action) { (look.t("先不取消", "Keep it")) }
                            button.btn.pri name="do" value="cancel" { @if unpaid { (look.t("确认取消", "Cancel it")) } @else { (look.t("确认取消并退款", "Cancel and refund")) } }
                        }
                    }
                },
            ))
        }
    }
}

/// What was bought.
pub fn lines_section(
    look: &RenderContext,
    scene: &OrderModel<'_>,
    view: &OrderView,
    product: &dyn Fn(&str) -> Option<String>,
) -> Markup {
    let (order, lang) = (&view.order, look.lang);
    let units: i64 = order.lines.iter().map(|line| line.quantity).sum();
    let columns = [
        Column::wide("商品", "Product"),
        Column::text("来源", "Source"),
        Column::number("单价", "Unit price"),
        Column::number("件数", "Units"),
        Column::number("优惠后", "After discounts"),
    ];
    let cells = |line: &order::Line| {
        let about = html! {
            @match product(&line.product.to_string()) { Some(href) => a.nm href=(href) { (line.title) }, None => b { (line.title) } }
            @if !line.variant.is_empty() { p { (line.variant) } }
        };
        [
            parts::item(line.media.as_deref(), about),
            html! {
                (named::of(lang, &line.via.scene))
                @if let Some(evidence) = &line.via.evidence { small.mono { (evidence) } }
            },
            html! { (fmt::money(lang, line.unit)) },
            html! { (fmt::count(line.quantity)) },
            html! {
                @match order.cut(line.sku) {
                    Some(cut) => { s { (fmt::money(lang, line.paid)) } small { (look.t("已取消，退 ", "cancelled, back ")) (fmt::money(lang, cut.back())) } }
                    None => { b { (fmt::money(lang, line.paid)) } (cancel_link(scene, order, line, look)) }
                }
            },
        ]
    };
    ui::question(
        look.t("商品明细", "Items"),
        html! { (look.t("来源是买家下单时的入口。", "The source is where the buyer came from when ordering.")) },
        html! {
            div.paper {
                (table::table(look, columns, &order.lines, cells))
                @if let Some(remark) = &order.remark { p.dk-note { b { (look.t("买家留言：", "The buyer says: ")) } (remark) } }
                div.foot {
                    span { (words::many(look, units, "件", "unit", "units")) }
                    @if order.sites > 1 { span { @let n = order.sites; (say!(look.lang, "分 {n} 个仓发货", "leaves from {n} warehouses")) } }
                }
            }
        },
    )
}

/// The way to cancel a line, for whoever may.
fn cancel_link(
    scene: &OrderModel<'_>,
    order: &order::Order,
    line: &order::Line,
    look: &RenderContext,
) -> Markup {
    html! {
        @if scene.may_cancel && order.status == Status::Paid && order.lines.len() > 1 {
            small { a href=(format!("{}?ask=cancel&line={}#ask", scene.action, line.sku)) { (look.t("取消这一行", "Cancel this line")) } }
        }
    }
}

/// Money of an order, or of its whole purchase, that goes back or went.
pub struct Back<'a> {
    /// Each of them.
    pub refunds: &'a [Refund],
    /// Whether the reader may see amounts of the whole purchase, which may hold other shops' orders.
    pub whole: bool,
    /// What the shop paid its buyer for shipping late.
    pub compensation: Option<&'a flows::late_shipping::Paid>,
}

fn back_rows(look: &RenderContext, view: &OrderView, back: &Back<'_>) -> Markup {
    let own = |refund: &&Refund| refund.order == Some(view.order.id);
    let others = back.refunds.iter().any(|refund| refund.order.is_none());
    html! {
        div.paper {
            div.dk-hd { h3 { (look.t("什么钱退回买家", "What goes back to the buyer")) } }
            ul.dk-notes {
                @for refund in back.refunds.iter().filter(|refund| back.whole || own(refund)) {
                    li {
                        b { (fmt::money(look.lang, refund.amount)) } " " (back_why(look.lang, refund))
                        @if refund.order.is_none() { (look.t("（整笔购买的）", " (of the whole purchase)")) }
                        p {
                            (ui::state(match refund.status {
                                RefundStatus::Sent => Mark::Kept,
                                RefundStatus::Failed => Mark::Broken,
                                RefundStatus::Wanted => Mark::Running,
                            }, back_next(look.lang, refund)))
                            @if let Some(failed) = &refund.failed { " " span.mono { (failed) } }
                        }
                    }
                }
                @if others && !back.whole {
                    li { (look.t("这笔购买另有付款退回买家，和店铺的钱无关。", "Other money of this purchase goes back to the buyer; it does not touch the shop.")) }
                }
            }
        }
    }
}

/// Where the money goes: what the buyer paid, what the shop gets of it, and what goes back.
pub fn money_section(look: &RenderContext, view: &OrderView, refunds: &Back<'_>) -> Markup {
    let (sums, net) = (&view.order.sums, &view.order.net());
    let back = Money { minor: sums.total.minor - net.total.minor, ..sums.total };
    let lang = look.lang;
    let plain = |money| html! { span.nw { (fmt::money(lang, money)) } };
    let row = |zh: &str, en: &str| html! { (look.t(zh, en)) };
    let paid = view.order.paid_at.is_some();
    let sold = gets(view.order.status);
    ui::question(
        look.t("金额明细", "Payment breakdown"),
        html! { (look.t("费率和金额在下单时冻结，以后改规则也不动这一单。版本 ", "Rates and amounts were frozen when it was placed; later rules do not reach it. Version ")) span.mono { (view.order.terms) } },
        html! {
            div.dk-two {
                div.paper {
                    div.dk-hd { h3 { (if paid { look.t("买家付了多少", "What the buyer paid") } else { look.t("买家应付多少", "What the buyer was to pay") }) } }
                    @if back.minor > 0 { p.dk-note { (look.t("已取消的商品退回 ", "Gone back for cancelled lines: ")) (plain(back)) (look.t("，剩 ", ", which leaves ")) (plain(net.total)) } }
                    (parts::sum(
                        &[
                            (row("商品", "Items"), plain(sums.goods)),
                            (row("优惠", "Discounts"), parts::minus(lang, sums.discount)),
                            (row("运费", "Shipping"), plain(sums.freight)),
                        ],
                        (row("合计", "In all"), plain(sums.total)),
                    ))
                }
                div.paper {
                    div.dk-hd { h3 { (look.t("店铺得多少", "What the shop gets")) } @if sold { span.note { (look.t("收货后结算", "settled after receipt")) } } }
                    @if !sold {
                        (parts::sum(&[], (row("店铺得", "The shop gets"), plain(Money::new(0, sums.total.currency)))))
                        p.dk-note { (look.t("这一单没有成交：不给店铺结算，也不收服务费和佣金。", "This order ended without a sale: nothing is settled, and no fee or commission is taken.")) }
                    } @else { (parts::sum(
                        &[
                            (row("买家付", "Paid by the buyer"), plain(net.total)),
                            (row("平台补贴的券", "Coupons the platform pays for"), plain(net.coupon)),
                            (row("技术服务费", "Technical service fee"), parts::minus(lang, net.fee)),
                            (row("佣金", "Commission"), parts::minus(lang, net.commission)),
                        ],
                        (row("店铺得", "The shop gets"), plain(shop_gets(net))),
                    )) }
                }
                @if let Some(paid) = refunds.compensation {
                    div.paper {
                        div.dk-hd { h3 { (look.t("晚发赔付", "Late-shipment compensation")) } }
                        p.dk-note { (look.t("过了承诺没发，店铺赔给买家一张商城的券：", "It waited past its promise, and the shop paid its buyer a coupon of the mall: ")) b { (plain(paid.amount)) } }
                    }
                }
                @if !refunds.refunds.is_empty() { (back_rows(look, view, refunds)) }
            }
        },
    )
}

/// The reasons for which a recipient is revealed: word, Chinese, English.
pub const WHY: [(&str, &str, &str); 3] = [
    ("delivery", "打面单、联系送货", "To ship the parcel"),
    ("service", "答复买家", "To answer the buyer"),
    ("dispute", "处理纠纷", "To settle a dispute"),
];

/// To whom it goes.
pub fn recipient_section(look: &RenderContext, scene: &OrderModel<'_>, view: &OrderView) -> Markup {
    let order = &view.order;
    ui::question(
        look.t("收货信息", "Shipping address"),
        html! { (look.t("查看明文会留记录：谁、什么时候、什么理由。买家能查到。", "Revealing is recorded: who, when and why. The buyer can see it.")) },
        html! {
            div.paper {
                @match scene.recipient {
                    Some(shown) => {
                        (parts::facts(&[
                            (look.t("收货人", "Recipient"), html! { b { (shown.recipient) } " " span.mono { (shown.phone) } }),
                            (look.t("地址", "Address"), html! { (shown.province) " " (shown.city) " " (shown.district) " " (shown.street) " " (shown.postcode) }),
                        ]))
                        div.foot { span { (look.t("这次查看已记录。刷新后又会遮住。", "This look was recorded. Reload, and it is masked again.")) } }
                    }
                    None => {
                        (parts::facts(&[(look.t("收货人", "Recipient"), html! { (fmt::once(&order.address.shown)) })]))
                        @if scene.may_reveal {
                            form.dk-row.pad action=(scene.action) method="post" {
                                label.vh for="f-why" { (look.t("查看理由", "Reason")) }
                                select.dk-in.dk-auto id="f-why" name="why" { @for (word, zh, en) in WHY { option value=(word) { (look.t(zh, en)) } } }
                                button.btn name="do" value="reveal" { (look.t("查看明文", "Reveal")) }
                            }
                        } @else {
                            p.dk-note { (look.t("你的角色不能查看明文。", "Your role cannot reveal the address.")) }
                        }
                    }
                }
            }
        },
    )
}

/// What staff noted.
pub fn notes_section(look: &RenderContext, scene: &OrderModel<'_>, notes: &[Note], platform: bool) -> Markup {
    ui::question(
        look.t("备注", "Notes"),
        html! {
            @if platform { (look.t("平台的备注只有平台看得到。", "The platform's notes are seen by the platform alone.")) }
            @else { (look.t("店里的人和平台看得到，买家看不到。", "Seen by the shop's staff and the platform, not by the buyer.")) }
        },
        html! {
            div.paper {
                @if !notes.is_empty() {
                    ol.dk-notes {
                        @for note in notes {
                            li {
                                (note.text)
                                p {
                                    @if platform && note.side == NoteBy::Shop { (look.t("店铺 · ", "Shop · ")) }
                                    (words::named_actor(look, note.by, scene.staff)) " · " (words::at(look, scene.market, note.at))
                                }
                            }
                        }
                    }
                }
                form.dk-form action=(scene.action) method="post" {
                    input type="hidden" name="key" value=(format!("{}n", scene.key));
                    (parts::lines(look, scene.fields, Field { name: "text", label: look.t("新增备注", "Add a note"), wide: true, ..Field::default() }, 2, LONGEST_NOTE))
                    div.dk-wide.dk-row.end { button.btn name="do" value="note" { (look.t("保存备注", "Save note")) } }
                }
            }
        },
    )
}

/// What happened and what is due, in one line of time.
pub fn timeline_section(look: &RenderContext, scene: &OrderModel<'_>, view: &OrderView) -> Markup {
    enum Row<'a> {
        Did(&'a order::Entry),
        Due(&'a order::Due),
    }
    let mut rows: Vec<(Moment, Row<'_>)> = view.steps.iter().map(|step| (step.at, Row::Did(step))).collect();
    rows.extend(view.due.iter().map(|due| (due.by, Row::Due(due))));
    rows.sort_by_key(|(at, _)| *at);
    let due_text = |step: Step| match step {
        Step::Pay => look.t("最晚付款", "pay by"),
        Step::Ship => look.t("承诺发出", "promised to ship by"),
        _ => look.t("承诺送达", "promised to arrive by"),
    };
    ui::question(
        look.t("订单动态", "Timeline"),
        html! { (look.t("圆点是发生了的，菱形是到期的。", "Round: happened. Diamond: was or is due.")) },
        html! {
            ol.paper.tl {
                @for (at, row) in &rows {
                    @match row {
                        Row::Did(step) => {
                            li { (words::at(look, scene.market, *at)) span.dot aria-hidden="true" {}
                                div { (named::of(look.lang, &step.step)) p { (words::by(look, step)) @if let Some(what) = words::about_step(look, scene.carriers, &view.order, step) { ": " (what) } } } }
                        }
                        Row::Due(due) => {
                            @let late = due.is_late(scene.now);
                            li.due.bad[late] { (words::at(look, scene.market, *at)) span.dot aria-hidden="true" {}
                                div {
                                    (due_text(due.step)) " "
                                    @match due.met {
                                        Some(_) if late => (ui::state(Mark::Broken, look.t("已超时", "Overdue"))),
                                        Some(_) => (ui::state(Mark::Kept, look.t("准时", "On time"))),
                                        None if late => (ui::state(Mark::Broken, look.t("过了", "Passed"))),
                                        None => (ui::state(Mark::Running, look.t("进行中", "Running"))),
                                    }
                                    @if let Some(met) = due.met { p { (fmt::duration(look.lang, met.micros() - due.by.micros())) (if late { look.t("后才做到", " late") } else { look.t("前就做到", " early") }) } }
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}
