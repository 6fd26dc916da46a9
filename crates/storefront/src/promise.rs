//! The promise a product ships by, as a shopper sees it: its deadline if paid now, the cut-off where it binds, and what the
//! rules in force give the buyer if it breaks.
//!
//! Invariants: deadlines are those of `govern::promise`; amounts come from the policies' own engine over the price at hand,
//! so what stands here is what a decided case would come to; a countdown is shown only for a cut-off that changes the
//! deadline.

use crate::parts::{At, Clock};
use crate::prelude::*;
use govern::policy::{self, Policy};
use govern::promise::Promise;
use kernel::Date;
use people::merchant::{Holiday, HolidayOrders};
use web_kit::storefront::promise::{Ship, ship};
use web_kit::storefront::words::HOLIDAY_NOTES;

/// Microseconds in an hour.
const HOUR: f64 = 3_600_000_000.0;

/// A card's one promise, of what is promised `from` a moment: `明天 23:59 前发`.
pub fn short(at: &PageContext, from: Moment, id: &str) -> String {
    ship(&at.site.market, from, id).map_or_else(String::new, |ship| of_card(at, ship.due))
}

/// That a shop is on holiday, until which day, and what becomes of orders.
pub fn holiday(at: &PageContext, holiday: Option<Holiday>) -> Markup {
    let Some(Holiday { until, orders, .. }) = holiday else { return html! {} };
    let last = fmt::day(at.lang(), until.plus_micros(-1).date(&at.site.market.zone));
    let then = if orders == HolidayOrders::Later { "发货" } else { "接单" };
    let title = at.pick(format!("假期中，{last}后{then}"), format!("Holiday until {last}"));
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
        at.t("今天的截单时间过了，刷新看新的发货时间", "The cut-off has passed; reload for the new time");
    let (word, aside) = cutoff(at, ship.cutoff, ("付款", "Paid"), over);
    let pay_by = ship.cutoff.map_or_else(|| at.t("现在", "now").to_owned(), |cutoff| at.by(cutoff));
    let rail = [
        (At::Now, pay_by, at.t("付款", "pay")),
        (At::Ahead, at.by(ship.due), at.t("发出", "ships")),
        (At::Ahead, at.t("收到以后", "when you have it").to_owned(), at.t("确认收货", "confirm")),
    ];
    let title = parts::deadline(at, ship.due, "发出", "Ships");
    Clock { mark: Mark::Running, word: &word, aside, title, rail: &rail, small: false }.show()
}

/// A rule and what it gives the buyer.
pub struct Breach {
    /// When it applies.
    pub zh: &'static str,
    /// When it applies.
    pub en: &'static str,
    /// The rule in force.
    pub policy: &'static Policy,
    /// What the buyer gets; none if the rule gives nothing for this amount or currency.
    pub gives: Option<Money>,
}

/// What the rules in force on a day give the buyer of something that costs `paid` and was promised within `hours`.
pub fn breaches(day: Date, hours: f64, paid: Money) -> Vec<Breach> {
    let rules = [
        ("ship-out-of-stock", "超过 48 小时还没发，或说没货", "Not shipped 48 h after that, or out of stock"),
        ("ship-fraud", "空包、货不对板", "An empty parcel, other goods"),
    ];
    let given = [
        ("paid", format!("{} {}", paid.currency, when::bare(paid))),
        ("promise_hours", format!("{hours:.2}")),
        ("late_hours", "48.1".to_owned()),
    ];
    let mut found = Vec::new();
    for (id, zh, en) in rules {
        let Some(policy) = policy::in_force(policy::shipped(), id, day) else { continue };
        let asked = given.iter().filter(|(name, _)| policy.inputs.iter().any(|input| input.name == *name));
        let given: Vec<_> = asked.map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let follows = policy.follows_text(&given).unwrap_or_default();
        let of = follows.iter().filter(|a| a.action == "compensate" && a.not_applicable.is_none());
        let gives = of.filter_map(|a| a.amount).max_by_key(|amount| amount.minor);
        found.push(Breach { zh, en, policy, gives });
    }
    found
}

/// What a buyer can count on besides the deadline, and what happens if it breaks, each with its clause.
pub fn terms(at: &PageContext, from: Moment, due: Moment, paid: Money) -> Markup {
    let hours = (due.micros() - from.micros()) as f64 / HOUR;
    let found = breaches(from.date(&at.site.market.zone), hours, paid);
    html! {
        ul.rows {
            li.k {
                (icons::TICK)
                div { (at.t("发出以前不想要了", "Not wanted any more before it ships")) }
                b { (at.t("全额退回", "All money back")) }
            }
            @for breach in &found {
                li.b {
                    (icons::CROSS)
                    div {
                        (at.t(breach.zh, breach.en))
                        p { a href={ "/rules/" (breach.policy.id) } { (at.t("条文：", "Clause: ")) (at.t(&breach.policy.title_zh, &breach.policy.title_en)) " v" (breach.policy.version) } }
                    }
                    b { @match breach.gives { Some(amount) => { (at.t("赔 ", "")) (when::money(amount)) (at.t("", " to you")) } None => { (at.t("按条文处理", "By the clause")) } } }
                }
            }
        }
        p.note { (at.t("金额是平台现行条文按这个价算出来的；由平台认定，店铺赔付。", "Amounts are what the rules in force come to at this price; the platform finds, the shop pays.")) }
    }
}

/// The promise itself with its clause.
pub fn clause(at: &PageContext, promise: &Promise) -> Markup {
    html! { a href={ "/rules/" (promise.id) } { (at.t("看承诺 v", "The promise, v")) (promise.version) } }
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

    #[test]
    fn what_a_breach_gives_is_what_the_rules_come_to() {
        let day = "2026-11-22".parse().unwrap();
        let gives = |minor| -> Vec<Option<i64>> {
            let found = breaches(day, 33.0, Money::new(minor, Currency::CNY));
            found.iter().map(|b| b.gives.map(|m| m.minor)).collect()
        };
        // 1 % of 74.00 is 1 after rounding, at least 2; 30 % of 74.00 is 22.
        assert_eq!(gives(7_400), [Some(200), Some(2_200)]);
        assert_eq!(gives(100_000), [Some(1_000), Some(30_000)]);
        let foreign = breaches(day, 33.0, Money::new(7_400, Currency::BRL));
        assert!(foreign.iter().all(|b| b.gives.is_none()), "money is not converted");
    }
}
