//! Times and amounts as a shopper reads them: 明天 23:59 前, by 23:59 tomorrow.

use crate::fmt;
use crate::lang::{Lang, t};
use jiff::ToSpan;
use kernel::{Date, Market, Moment, Money, Numerals};

/// An amount with its symbol in both languages: `¥1,284.00`.
pub fn money(amount: Money) -> String {
    fmt::money(Lang::Zh, amount)
}

/// An amount with its sign as a sum shows what is taken off: `−¥10.00`.
pub fn less(amount: Money) -> String {
    format!("−{}", money(amount))
}

/// An amount without symbol, for a sum that names its parts: `178.00`.
pub fn plain(amount: Money) -> String {
    fmt::amount(amount)
}

/// An amount without groups, to be copied into another form: `1284.00`.
pub fn bare(amount: Money) -> String {
    Numerals::PLAIN.write(amount.minor, amount.currency.digits())
}

/// A day seen from another: 今天, 明天, 周三, 12-03.
pub fn day(lang: Lang, today: Date, day: Date) -> String {
    let word = |n: i64| today.checked_add(n.days()).is_ok_and(|d| d == day);
    if word(0) {
        return t(lang, "今天", "today").to_owned();
    }
    if word(1) {
        return t(lang, "明天", "tomorrow").to_owned();
    }
    if word(-1) {
        return t(lang, "昨天", "yesterday").to_owned();
    }
    if (2..6).any(word) {
        return fmt::weekday(lang, day).to_owned();
    }
    if day.year() == today.year() { fmt::day(lang, day) } else { fmt::date(lang, day) }
}

/// Day and clock: (明天, 23:59).
pub fn at(lang: Lang, market: &Market, now: Moment, at: Moment) -> (String, String) {
    let (now, local) = (now.zoned(&market.zone), at.zoned(&market.zone));
    (day(lang, now.date(), local.date()), format!("{:02}:{:02}", local.hour(), local.minute()))
}

/// As it happened: `今天 14:42`, `14:42 today`; long ago with its date.
pub fn moment(lang: Lang, market: &Market, now: Moment, then: Moment) -> String {
    let (day, clock) = at(lang, market, now, then);
    match lang {
        Lang::Zh => format!("{day} {clock}"),
        Lang::En => format!("{clock} {day}"),
    }
}

/// By when: `明天 23:59 前`, `by 23:59 tomorrow`.
pub fn by(lang: Lang, market: &Market, now: Moment, due: Moment) -> String {
    let (day, clock) = at(lang, market, now, due);
    match lang {
        Lang::Zh => format!("{day} {clock} 前"),
        Lang::En => format!("by {clock} {day}"),
    }
}

/// How long is left, as digits that a script may go on counting: `1:22:40`, `3 天 9 小时`.
pub fn left(lang: Lang, micros: i64) -> String {
    let seconds = micros.max(0) / 1_000_000;
    let (d, h, m, s) = (seconds / 86_400, seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if d >= 2 {
        return match lang {
            Lang::Zh => format!("{d} 天 {} 小时", h % 24),
            Lang::En => format!("{d} d {} h", h % 24),
        };
    }
    format!("{h}:{m:02}:{s:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Lang::{En, Zh};
    use kernel::Currency;

    fn market() -> Market {
        Market { zone: "Asia/Shanghai".parse().unwrap(), currency: Currency::CNY }
    }

    #[test]
    fn a_deadline_is_named_by_the_day_a_shopper_would_say() {
        let market = market();
        let now = Moment::parse_as_of("2026-11-22T14:00:00+08:00", &market.zone).unwrap();
        for (due, zh, en) in [
            ("2026-11-22T23:59:59+08:00", "今天 23:59 前", "by 23:59 today"),
            ("2026-11-23T23:59:59+08:00", "明天 23:59 前", "by 23:59 tomorrow"),
            ("2026-11-25T18:00:00+08:00", "周三 18:00 前", "by 18:00 Wed"),
            ("2026-12-03T18:00:00+08:00", "12-03 18:00 前", "by 18:00 3 Dec"),
            ("2027-01-03T18:00:00+08:00", "2027-01-03 18:00 前", "by 18:00 3 Jan 2027"),
        ] {
            let due = Moment::parse_as_of(due, &market.zone).unwrap();
            assert_eq!(by(Zh, &market, now, due), zh);
            assert_eq!(by(En, &market, now, due), en);
        }
    }

    #[test]
    fn what_is_left_counts_down_to_zero_and_no_further() {
        let s = 1_000_000;
        assert_eq!(left(Zh, (3_600 + 22 * 60 + 40) * s), "1:22:40");
        assert_eq!(left(En, (81 * 3_600) * s), "3 d 9 h");
        assert_eq!(left(Zh, -5), "0:00:00");
    }

    #[test]
    fn amounts_of_a_sum_stand_without_their_symbol() {
        let yuan = |minor| Money::new(minor, Currency::CNY);
        assert_eq!(plain(yuan(17_800)), "178.00");
        assert_eq!(bare(yuan(128_400)), "1284.00");
        assert_eq!(less(yuan(1_000)), "−¥10.00");
        assert_eq!(money(yuan(128_400)), "¥1,284.00");
    }
}
