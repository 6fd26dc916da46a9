//! The promise a product ships by, as a shopper sees it: its deadline if paid now, the cut-off where it binds, and what
//! follows if it breaks.
//!
//! Invariants: deadlines are those of `govern::promise`; nothing is promised that does not happen; a countdown is shown only
//! for a cut-off that changes the deadline.

use crate::parts::{At, Clock};
use crate::prelude::*;
use govern::promise::Promise;
use people::merchant::{Holiday, HolidayOrders};
use web_kit::storefront::promise::{Ship, ship};
use web_kit::storefront::words::HOLIDAY_NOTES;

/// A card's one promise, of what is promised `from` a moment: `明天 23:59 前发`.
pub fn short(at: &PageContext, from: Moment, id: &str) -> String {
    ship(&at.site.market, from, id).map_or_else(String::new, |ship| of_card(at, ship.due))
}

/// That a shop is on holiday, until which day, and what becomes of orders.
pub fn holiday(at: &PageContext, holiday: Option<Holiday>) -> Markup {
    let Some(Holiday { until, orders, .. }) = holiday else { return html! {} };
    let last = fmt::day(at.lang(), until.plus_micros(-1).date(&at.site.market.zone));
    let then = if orders == HolidayOrders::Later { "发货" } else { "接单" };
    let title = at.pick(format!("店铺休假至{last}，之后{then}"), format!("Shop on holiday until {last}"));
    message(Mark::Warning, &title, &HOLIDAY_NOTES.say(at.lang(), orders.as_str()))
}

/// A deadline in a few words: `明天 23:59 前发`, `Ships by 23:59 tomorrow`.
pub fn of_card(at: &PageContext, due: Moment) -> String {
    let by = at.by(due);
    at.pick(format!("{by}发"), format!("Ships {by}"))
}

/// Until when one has to do something for a deadline, and how long that is, where waiting makes it later; else that it
/// counts now. The word is in front of the clock's time: `16:00 前付款`.
pub fn cutoff(
    at: &PageContext,
    cutoff: Option<Moment>,
    (zh, en): (&str, &str),
    over: &str,
) -> (String, Markup) {
    let Some(cutoff) = cutoff else {
        let now = at.pick(format!("现在{zh}"), format!("If {} now", en.to_lowercase()));
        return (now, html! {});
    };
    let (_, clock) = when::at(at.lang(), &at.site.market, at.now(), cutoff);
    let word = at.pick(format!("{clock} 前{zh}"), format!("{en} before {clock}"));
    (word, parts::still(at, cutoff, over))
}

/// The clock of what would be paid now, for a product's page.
pub fn clock(at: &PageContext, ship: &Ship) -> Markup {
    let over =
        at.t("今天的截单时间已过，请刷新查看新的发货时间", "The cut-off has passed. Reload for the new date");
    let (word, aside) = cutoff(at, ship.cutoff, ("付款", "Paid"), over);
    let pay_by = ship.cutoff.map_or_else(|| at.t("现在", "now").to_owned(), |cutoff| at.by(cutoff));
    let rail = [
        (At::Now, pay_by, at.t("付款", "pay")),
        (At::Ahead, at.by(ship.due), at.t("发出", "ships")),
        (At::Ahead, at.t("收货后", "on delivery").to_owned(), at.t("确认收货", "confirm")),
    ];
    let title = parts::deadline(at, ship.due, "发出", "Ships");
    Clock { mark: Mark::Running, word: &word, aside, title, rail: &rail, small: false }.show()
}

/// What a buyer can count on besides the deadline. Only what happens stands here: that a shop pays for a broken promise is a
/// rule which nobody carries out yet, so no page says so.
pub fn terms(at: &PageContext) -> Markup {
    html! {
        ul.rows {
            li.k {
                (icons::TICK)
                div { (at.t("发货前取消", "Cancel before it ships")) }
                b { (at.t("全额退款", "Full refund")) }
            }
            li.b {
                (icons::CROSS)
                div { (at.t("超时未发货", "If it's late")) }
                b { (at.t("扣店铺评分", "Shop loses score")) }
            }
        }
    }
}

/// The promise itself with its clause.
pub fn clause(at: &PageContext, promise: &Promise) -> Markup {
    html! { a href={ "/rules/" (promise.id) } { (at.t("发货规则 v", "Shipping policy v")) (promise.version) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Currency, Market};

    fn market() -> Market {
        Market { zone: "Asia/Shanghai".parse().unwrap(), currency: Currency::CNY }
    }

    #[test]
    fn a_cut_off_is_named_only_where_waiting_makes_it_later() {
        let market = market();
        let at = |text| Moment::parse_as_of(text, &market.zone).unwrap();
        let before = ship(&market, at("2026-11-22T14:37:20+08:00"), "ship-same-day").unwrap();
        assert_eq!(before.cutoff, Some(at("2026-11-22T16:00:00+08:00")));
        assert_eq!(before.due.date(&market.zone).to_string(), "2026-11-22");
        let after = ship(&market, at("2026-11-22T16:00:00+08:00"), "ship-same-day").unwrap();
        assert_eq!(after.cutoff, None);
        assert_eq!(after.due.date(&market.zone).to_string(), "2026-11-23");
        assert_eq!(ship(&market, at("2026-11-22T14:00:00+08:00"), "ship-48h").unwrap().cutoff, None);
        assert!(ship(&market, at("2026-11-22T14:00:00+08:00"), "weather").is_none());
    }
}
