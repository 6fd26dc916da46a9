//! An order that waits for a person of the platform, as its shop and the platform see it.

use crate::sale::page::OrderModel;
use trade::order::{Order, OrderView, Status, Step};
use trade::risk::{Reason, Sign};
use web_kit::admin::words;
use web_kit::prelude::*;

pub(crate) const HOUR: i64 = 3_600_000_000;

/// What a shop reads where it would ship.
pub fn for_shop(look: &RenderContext) -> Markup {
    html! {
        div.paper { p.dk-note {
            b { (look.t("平台审核中，先不发货。", "The platform reviews it: do not ship it yet.")) } " "
            (look.t(
                "审核的时间不算在你头上：放行后发货期限顺延，发货、送达、取消都不计入店铺的指标。没放行就取消，钱退给买家，库存放回。",
                "The time is not yours to answer for: once it is cleared its deadline moves on, and no indicator of the shop counts its shipping, delivery or cancelling. If it is not, it is called off, the buyer is paid back and the stock is free again.",
            ))
        } }
    }
}

/// Within which time, as people say it.
pub fn within(lang: Lang, micros: i64) -> String {
    let hours = micros / HOUR;
    match (lang, hours % 24, hours) {
        (Lang::Zh, 0, _) => format!("{} 天内", hours / 24),
        (Lang::Zh, ..) => format!("{hours} 小时内"),
        (Lang::En, 0, 24) => "within a day".to_owned(),
        (Lang::En, 0, _) => format!("within {} days", hours / 24),
        (Lang::En, _, 1) => "within an hour".to_owned(),
        (Lang::En, ..) => format!("within {hours} hours"),
    }
}

/// A reason: what there is too much of, and how much, within which time, and the bound.
pub fn reason(lang: Lang, reason: &Reason) -> (&'static str, String) {
    let Reason { sign, figure, most, within: micros } = *reason;
    let (time, figure, most) = (within(lang, micros), fmt::count(figure), fmt::count(most));
    let (zh, unit, en) = match sign {
        Sign::Member => ("同一账号下单", "次", "Purchases by one account"),
        Sign::Phone => ("寄往同一手机号", "次", "Purchases to one phone"),
        Sign::Address => ("寄往同一地址", "次", "Purchases to one address"),
        Sign::Device => ("同一设备下单", "次", "Purchases from one device"),
        Sign::Unpaid => ("同一账号没付款", "笔", "Unpaid purchases of one account"),
        Sign::Units => ("新账号买同一件", "件", "Units of one thing by a new account"),
    };
    let much = say!(lang, "{time} {figure} {unit}，上限 {most} {unit}", "{figure} {time}; up to {most} pass");
    (t(lang, zh, en), much)
}

/// Why it waits or waited, what became of it, and the two buttons for whoever may press them; nothing if it never waited.
pub fn for_platform(look: &RenderContext, scene: &OrderModel<'_>, view: &OrderView, may: bool) -> Markup {
    let order = &view.order;
    if order.reasons.is_empty() {
        return html! {};
    }
    let ended =
        view.steps.iter().rev().find(|entry| {
            matches!(entry.step, Some(Step::Clear | Step::Cancel | Step::Close | Step::Refund))
        });
    let reasons = order.reasons.iter().map(|one| reason(look.lang, one));
    let rows: Vec<(&str, Markup)> = reasons.map(|(what, much)| (what, html! { (much) })).collect();
    let title = if order.held {
        look.t("放行还是取消？", "Release or cancel?")
    } else {
        look.t("为什么审核过？", "Why was it reviewed?")
    };
    ui::question(
        title,
        html! { (look.t("下单时就查，只按市场条款里写的规则。审核期间不能发货；店铺和买家看得到在审核，看不到原因。", "Checked when it was placed, by the rules in the market's terms and nothing else. It does not ship meanwhile; shop and buyer see that it is reviewed, and not why.")) },
        html! {
            div.paper {
                (parts::facts(&rows))
                @if order.held {
                    @if may {
                        form.dk-row.pad action=(scene.action) method="post" {
                            input type="hidden" name="key" value=(format!("{}r", scene.key));
                            button.btn.pri name="do" value="clear" { (look.t("放行", "Release")) }
                            button.btn name="do" value="refuse" { (refuse_word(look, order)) }
                        }
                        p.dk-note { (look.t("放行后，付款以来扣住的时间加到发货和送达期限上。", "Cleared, its deadlines move by the time it was kept since its payment.")) }
                    } @else {
                        p.dk-note { (look.t("你的角色不能放行或取消。", "Your role may neither clear nor cancel it.")) }
                    }
                } @else if let Some(entry) = ended {
                    div.foot { span { (named::of(look.lang, &entry.step)) " · " (fmt::moment(look.lang, scene.market, entry.at)) " · " (words::actor(look, entry.by)) } }
                }
            }
        },
    )
}

/// The word of the button that refuses an order.
pub fn refuse_word(look: &RenderContext, order: &Order) -> &'static str {
    if order.status == Status::Unpaid {
        t(look.lang, "不放行，取消整笔购买", "Cancel the whole purchase")
    } else {
        t(look.lang, "不放行，取消并退款", "Call it off and pay back")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_its_figure_and_its_bound_in_both_languages() {
        let of = |sign, hours| Reason { sign, figure: 11, most: 10, within: hours * HOUR };
        for (sign, hours, zh, en) in [
            (
                Sign::Member,
                1,
                ("同一账号下单", "1 小时内 11 次，上限 10 次"),
                ("Purchases by one account", "11 within an hour; up to 10 pass"),
            ),
            (
                Sign::Phone,
                24,
                ("寄往同一手机号", "1 天内 11 次，上限 10 次"),
                ("Purchases to one phone", "11 within a day; up to 10 pass"),
            ),
            (
                Sign::Units,
                48,
                ("新账号买同一件", "2 天内 11 件，上限 10 件"),
                ("Units of one thing by a new account", "11 within 2 days; up to 10 pass"),
            ),
        ] {
            assert_eq!(reason(Lang::Zh, &of(sign, hours)), (zh.0, zh.1.to_owned()));
            assert_eq!(reason(Lang::En, &of(sign, hours)), (en.0, en.1.to_owned()));
        }
    }
}
