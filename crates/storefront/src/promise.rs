//! The promise a product ships by, as a shopper sees it: its deadline if paid now, the cut-off where it binds, and what the
//! rules in force give the buyer if it breaks.
//!
//! Invariants: deadlines are those of `govern::promise`; amounts come from the policies' own engine over the price at hand,
//! so what stands here is what a decided case would come to; a countdown is shown only for a cut-off that changes the
//! deadline.

use crate::parts::{self, At, Clock, Mark, Point};
use govern::policy::{self, Policy};
use govern::promise::Promise;
use kernel::{Date, Market, Moment, Money};
use maud::{Markup, html};
use people::merchant::{Holiday, HolidayOrders};
use web_kit::lang::{Lang, t};
use web_kit::storefront::icons;
use web_kit::storefront::promise::{Ship, ship};
use web_kit::when;

/// Microseconds in an hour.
const HOUR: f64 = 3_600_000_000.0;

/// A card's one promise: `明天 23:59 前发`.
pub fn short(lang: Lang, market: &Market, (now, from): (Moment, Moment), id: &str) -> String {
    ship(market, from, id).map_or_else(String::new, |ship| of_card(lang, market, now, ship.due))
}

/// That a shop is on holiday, until which day, and what becomes of orders.
pub fn holiday(lang: Lang, market: &Market, holiday: Option<Holiday>) -> Markup {
    let Some(Holiday { until, orders, .. }) = holiday else { return html! {} };
    let last = web_kit::fmt::day(lang, until.plus_micros(-1).date(&market.zone));
    let (title, words) = match (lang, orders) {
        (Lang::Zh, HolidayOrders::Later) => {
            (format!("假期中，{last}后发货"), "现在可以下单，发货时间从假期结束起算。")
        }
        (Lang::En, HolidayOrders::Later) => (
            format!("Holiday until {last}"),
            "You can order now; the time to ship counts from the end of the holiday.",
        ),
        (Lang::Zh, HolidayOrders::Refused) => {
            (format!("假期中，{last}后接单"), "假期里不接单，商品可以先收藏。")
        }
        (Lang::En, HolidayOrders::Refused) => (
            format!("Holiday until {last}"),
            "No orders are taken meanwhile; its goods can be put on the wish list.",
        ),
    };
    parts::message(Mark::Warning, &title, words)
}

/// A deadline in a few words: `明天 23:59 前发`, `Ships by 23:59 tomorrow`.
pub fn of_card(lang: Lang, market: &Market, now: Moment, due: Moment) -> String {
    let by = when::by(lang, market, now, due);
    match lang {
        Lang::Zh => format!("{by}发"),
        Lang::En => format!("Ships {by}"),
    }
}

/// The clock of what would be paid now, for product page and checkout.
pub fn clock(lang: Lang, market: &Market, now: Moment, ship: &Ship, small: bool) -> Markup {
    let (word, aside) = match ship.cutoff {
        Some(cutoff) => {
            let (_, at) = when::at(lang, market, now, cutoff);
            let word = match lang {
                Lang::Zh => format!("{at} 前付款"),
                Lang::En => format!("Paid before {at}"),
            };
            let left = cutoff.micros() - now.micros();
            let over = t(
                lang,
                "今天的截单时间过了，刷新看新的发货时间",
                "The cut-off has passed; reload for the new time",
            );
            (
                word,
                html! { (t(lang, "还有 ", "")) (parts::countdown(lang, left, over)) (t(lang, "", " left")) },
            )
        }
        None => (t(lang, "现在付款", "If paid now").to_owned(), html! {}),
    };
    let pay_by = ship
        .cutoff
        .map_or_else(|| t(lang, "现在", "now").to_owned(), |cutoff| when::by(lang, market, now, cutoff));
    let rail: [Point; 3] = [
        (At::Now, pay_by, t(lang, "付款", "pay").to_owned()),
        (At::Ahead, when::by(lang, market, now, ship.due), t(lang, "发出", "ships").to_owned()),
        (
            At::Ahead,
            t(lang, "收到以后", "when you have it").to_owned(),
            t(lang, "确认收货", "confirm").to_owned(),
        ),
    ];
    Clock {
        mark: Mark::Running,
        word: &word,
        aside,
        title: parts::deadline(lang, market, now, ship.due, "发出", "Ships"),
        rail: if small { &rail[..0] } else { &rail },
        small,
    }
    .show()
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
    type Given<'a> = &'a [(&'a str, f64)];
    let rules: [(&str, &'static str, &'static str, Given<'_>); 2] = [
        (
            "ship-out-of-stock",
            "超过 48 小时还没发，或说没货",
            "Not shipped 48 h after that, or out of stock",
            &[("late_hours", 48.1)],
        ),
        ("ship-fraud", "空包、货不对板", "An empty parcel, other goods", &[]),
    ];
    let mut found = Vec::new();
    for (id, zh, en, more) in rules {
        let Some(policy) = policy::in_force(policy::shipped(), id, day) else { continue };
        let given: Vec<(String, String)> = [("paid", format!("{} {}", paid.currency, plain(paid)))]
            .into_iter()
            .chain([("promise_hours", format!("{hours:.2}"))])
            .chain(more.iter().map(|(name, value)| (*name, format!("{value}"))))
            .filter(|(name, _)| policy.inputs.iter().any(|input| input.name == *name))
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let follows = policy.follows_text(&given).unwrap_or_default();
        let of = follows.iter().filter(|a| a.action == "compensate" && a.not_applicable.is_none());
        let gives = of.filter_map(|a| a.amount).max_by_key(|amount| amount.minor);
        found.push(Breach { zh, en, policy, gives });
    }
    found
}

/// An amount as the engine reads it.
fn plain(amount: Money) -> String {
    when::plain(amount).replace(',', "")
}

/// What a buyer can count on besides the deadline, and what happens if it breaks, each with its clause.
pub fn terms(lang: Lang, market: &Market, now: Moment, due: Moment, paid: Money) -> Markup {
    let hours = (due.micros() - now.micros()) as f64 / HOUR;
    let found = breaches(now.date(&market.zone), hours, paid);
    html! {
        ul.rows {
            li.k {
                (icons::TICK)
                div { (t(lang, "发出以前不想要了", "Not wanted any more before it ships")) }
                b { (t(lang, "全额退回", "All money back")) }
            }
            @for breach in &found {
                li.b {
                    (icons::CROSS)
                    div {
                        (t(lang, breach.zh, breach.en))
                        p { a href={ "/rules/" (breach.policy.id) } { (t(lang, "条文：", "Clause: ")) (t(lang, &breach.policy.title_zh, &breach.policy.title_en)) " v" (breach.policy.version) } }
                    }
                    b { @match breach.gives { Some(amount) => { (t(lang, "赔 ", "")) (when::money(amount)) (t(lang, "", " to you")) } None => { (t(lang, "按条文处理", "By the clause")) } } }
                }
            }
        }
        p.note { (t(lang, "金额是平台现行条文按这个价算出来的；由平台认定，店铺赔付。", "Amounts are what the rules in force come to at this price; the platform finds, the shop pays.")) }
    }
}

/// The promise itself with its clause.
pub fn clause(lang: Lang, promise: &Promise) -> Markup {
    html! {
        a href={ "/rules/" (promise.id) } { (t(lang, "看承诺 v", "The promise, v")) (promise.version) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

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
