//! `/`: how the market does on a day: six trends, how a metric is spread over shops, who does worst and best.

use crate::data::{self, History};
use kernel::Date;
use maud::{Markup, html};
use web_kit::fmt;
use web_kit::lang::{Lang, t};
use web_kit::ui::{self, Area, RenderContext};

/// A market without facts: a sentence and what to do.
pub fn empty(look: &RenderContext) -> ui::Page {
    let title = look.t("这个市场还没有事实", "This market has no facts yet");
    let body = html! {
        (ui::head(html! { (look.t("全平台", "Whole market")) }, html! { (title) }, true, html! {}, html! {}))
        section.q {
            div.side { h2 { (look.t("怎么开始？", "How to begin?")) } }
            div.answer {
                div.paper.pad {
                    p { (look.t("指标、店铺和预演都从事实算出。停下程序，导入一段历史，再打开：",
                        "Metrics, shops and rehearsals are computed from facts. Stop the program, import a history, and start it again:")) }
                    pre.sql { code { "sanhao --data DIR import olist PATH\nsanhao --data DIR serve" } }
                    p.s12.mut { (look.t("没有现成数据？在源码目录运行 cargo xtask demo，会生成一个合成市场。",
                        "No data at hand? In the source tree, cargo xtask demo makes a synthetic market.")) }
                }
            }
        }
    };
    ui::page(look, Area::Overview, title, body)
}

/// Previous day, a day field, next day. `keep` are the other choices of the page.
pub fn day_picker(
    look: &RenderContext,
    path: &str,
    history: &History,
    day: Date,
    keep: &[(&str, &str)],
) -> Markup {
    let lang = look.lang;
    let rest: String = keep.iter().map(|(k, v)| format!("&{k}={v}")).collect();
    let before = (day > history.first).then(|| data::days_away(day, -1));
    let after = (day < history.last).then(|| data::days_away(day, 1));
    html! {
        form.day action=(path) method="get" {
            @for (k, v) in keep { input type="hidden" name=(k) value=(v); }
            label {
                span.vh { (t(lang, "截至哪一天", "As of which day")) }
                input type="date" name="as_of" value=(day) min=(history.first) max=(history.last) data-go="" required;
            }
            @if let Some(before) = before {
                a.step href={ (path) "?as_of=" (before) (rest) } aria-label=(t(lang, "前一天", "Previous day")) title=(t(lang, "前一天", "Previous day")) { "‹" }
            }
            @if let Some(after) = after {
                a.step href={ (path) "?as_of=" (after) (rest) } aria-label=(t(lang, "后一天", "Next day")) title=(t(lang, "后一天", "Next day")) { "›" }
            }
            noscript { button.btn { (t(lang, "看这一天", "Show")) } }
            span { (fmt::weekday(lang, day)) }
        }
    }
}

/// What the kinds of fact are called.
pub const KINDS: &[(&str, &str, &str)] = &[
    ("aftersale.filed", "买家申请售后", "After-sale filed"),
    ("aftersale.refunded", "售后退款", "After-sale refunded"),
    ("dispute.escalated", "求助平台", "Dispute escalated"),
    ("insurance.on", "运费险开通", "Insurance switched on"),
    ("insurance.off", "运费险关闭", "Insurance switched off"),
    ("review.created", "买家评价", "Review written"),
    ("service.asked", "买家咨询商家", "Merchant asked"),
    ("chat.closed", "会话结束", "Conversation closed"),
    ("chat.rated", "会话评价", "Conversation rated"),
    ("complaint.filed", "投诉", "Complaint filed"),
    ("survey.answered", "问卷作答", "Survey answered"),
    ("incident.found", "平台认定事件", "Incident found"),
    ("violation.found", "认定违规", "Violation found"),
    ("violation.reversed", "违规撤销", "Violation reversed"),
    ("scorecard.adopted", "采用评分卡", "Scorecard adopted"),
    ("gate.closed", "关闭权限", "Gate closed"),
    ("gate.opened", "打开权限", "Gate opened"),
    ("product.listed", "商品上架", "Product listed"),
    ("product.delisted", "商品下架", "Product delisted"),
    ("member.joined", "会员加入", "Member joined"),
    ("member.changed", "会员资料变更", "Member changed"),
    ("login.opened", "登录", "Signed in"),
    ("login.closed", "退出登录", "Signed out"),
    ("follow.began", "关注店铺", "Shop followed"),
    ("follow.ended", "取消关注", "Shop no longer followed"),
    ("wish.made", "加入心愿单", "Wish made"),
    ("wish.dropped", "移出心愿单", "Wish dropped"),
    ("personal.revealed", "查看个人信息", "Personal data read"),
    ("seat.taken", "员工上岗", "Seat taken"),
    ("seat.left", "员工离岗", "Seat left"),
    ("invitation.sent", "发出邀请", "Invitation sent"),
    ("invitation.withdrawn", "撤回邀请", "Invitation withdrawn"),
    ("shop.holiday_ended", "假期结束", "Shop's holiday ended"),
    ("shop.holiday_set", "假期设定", "Shop's holiday set"),
    ("shop.opened", "店铺开张", "Shop opened"),
    ("shop.changed", "店铺资料变更", "Shop changed"),
    ("api_key.made", "新建密钥", "API key made"),
    ("api_key.revoked", "吊销密钥", "API key revoked"),
    ("stock.received", "库存入库", "Stock received"),
    ("stock.counted", "库存盘点", "Stock counted"),
    ("stock.adjusted", "库存调整", "Stock adjusted"),
    ("stock.reserved", "库存预占", "Stock reserved"),
    ("stock.released", "库存释放", "Stock released"),
    ("stock.shipped", "库存出库", "Stock shipped"),
    ("stock.returned", "退货入库", "Stock returned"),
    ("stock.pooled", "库存并仓", "Stock pooled"),
    ("parcel.picked_up", "承运商揽收", "Parcel picked up"),
    ("parcel.delivered", "签收", "Parcel delivered"),
    ("parcel.installed", "上门安装", "Parcel installed"),
    ("order.placed", "买家下单", "Order placed"),
    ("order.paid", "付款成功", "Order paid"),
    ("order.cancelled", "订单取消", "Order cancelled"),
    ("order.held", "订单交平台审核", "Order held for review"),
    ("order.cleared", "平台审核放行", "Order cleared"),
    ("order.postponed", "付款期限延后", "Time to pay moved"),
    ("order.resumed", "钱到后承诺重新计时", "Promises run again"),
    ("order.shipped", "店铺发货", "Order shipped"),
    ("order.received", "确认收货", "Receipt confirmed"),
    ("order.voided", "订单认定异常", "Order found void"),
    ("payment.recorded", "付款入账", "Payment recorded"),
    ("payment.failed", "付款失败", "Payment failed"),
    ("payment.unmatched", "多付或错付", "Payment without a purchase"),
    ("payment.refunded", "退款到账", "Refund paid out"),
    ("ledger.booked", "记账", "Booked in the ledger"),
    ("coupon.offered", "发放优惠券", "Coupon offered"),
    ("delivery.changed", "配送方式变更", "Way of delivery changed"),
    ("edit.submitted", "商品修改送审", "Edit of a product submitted"),
    ("edit.approved", "商品修改通过", "Edit of a product approved"),
    ("edit.rejected", "商品修改驳回", "Edit of a product rejected"),
    ("coupon.stopped", "停发优惠券", "Coupon stopped"),
    ("coupon.claimed", "领取优惠券", "Coupon claimed"),
    ("coupon.spent", "下单用券", "Coupons spent"),
    ("coupon.returned", "退还优惠券", "Coupons returned"),
];

/// What a kind of fact is called; what has no name here is called as it is written.
pub fn kind_name(lang: Lang, kind: &str) -> &str {
    KINDS.iter().find(|(name, ..)| *name == kind).map_or(kind, |(_, zh, en)| t(lang, zh, en))
}
