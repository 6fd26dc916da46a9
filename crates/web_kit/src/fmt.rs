//! Numbers, money, dates and durations as people read them, in both languages.
//!
//! Invariants: a minus is a true minus; nothing is rounded twice; an unknown value is 暂无 or "no data", never 0.

use crate::lang::{Lang, t};
use kernel::{Date, Market, Moment, Money};

/// What a metric's value is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A share, shown in per cent.
    Percent,
    /// Hours.
    Hours,
    /// A score of 1 to 5.
    Stars,
    /// Orders.
    Orders,
    /// Seconds.
    Seconds,
    /// Of a million orders.
    PerMillion,
    /// Points from -100 to 100.
    Points,
    /// Goods on sale.
    Listings,
    /// What was found: violations.
    Findings,
    /// Insurances that are on.
    Insurances,
    /// Conversations for an order.
    Contacts,
    /// Anything else: the plain number.
    Plain,
}

impl Unit {
    /// Reads the unit of a metric file.
    pub fn of(word: &str) -> Self {
        match word {
            "ratio" => Self::Percent,
            "hours" => Self::Hours,
            "stars" => Self::Stars,
            "orders" => Self::Orders,
            "seconds" => Self::Seconds,
            "per_million" => Self::PerMillion,
            "points" => Self::Points,
            "listings" => Self::Listings,
            "findings" => Self::Findings,
            "insurances" => Self::Insurances,
            "contacts" => Self::Contacts,
            _ => Self::Plain,
        }
    }
    /// What one multiplies the raw value by to show it.
    pub const fn factor(self) -> f64 {
        if matches!(self, Self::Percent) { 100.0 } else { 1.0 }
    }
    /// With how many decimals it is shown, and what stands behind the number in both languages.
    const fn shown(self) -> (usize, &'static str, &'static str) {
        match self {
            Self::Percent => (2, "%", "%"),
            Self::Hours => (1, "小时", "h"),
            Self::Stars => (2, "分", "of 5"),
            Self::Orders => (0, "单", "orders"),
            Self::Seconds => (1, "秒", "s"),
            Self::PerMillion => (0, "每百万单", "per million"),
            Self::Points => (1, "点", "points"),
            Self::Listings => (0, "件商品", "listings"),
            Self::Findings => (0, "次", "findings"),
            Self::Insurances => (0, "项", "insurances"),
            Self::Contacts => (2, "次 / 单", "per order"),
            Self::Plain => (0, "", ""),
        }
    }
    /// How many decimals it is shown with.
    pub const fn digits(self) -> usize {
        self.shown().0
    }
    /// What stands behind the number.
    pub const fn as_str(self, lang: Lang) -> &'static str {
        let (_, zh, en) = self.shown();
        t(lang, zh, en)
    }
    /// The number alone: `1.84`.
    pub fn number(self, value: f64) -> String {
        decimal(value * self.factor(), self.digits())
    }
    /// Number and unit: `1.84%`, `18.1 小时`.
    pub fn text(self, lang: Lang, value: f64) -> String {
        match self {
            Self::Percent => format!("{}%", self.number(value)),
            Self::Plain => self.number(value),
            _ => format!("{} {}", self.number(value), self.as_str(lang)),
        }
    }
    /// The difference of two values: `+0.23`, in percentage points for shares.
    pub fn change(self, lang: Lang, by: f64) -> String {
        let number = signed(by * self.factor(), self.digits());
        match self {
            Self::Percent => format!("{number} {}", t(lang, "个百分点", "pp")),
            _ => number,
        }
    }
}

/// A whole number with thousands apart: `1,284,306`.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 3);
    if n < 0 {
        out.push('−');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// So many of something: `3 处错误`, `1 error`, `3 errors`.
pub fn many(lang: Lang, n: i64, zh: &str, one: &str, more: &str) -> String {
    format!("{} {}", count(n), t(lang, zh, if n == 1 { one } else { more }))
}

/// A number with so many decimals, thousands apart, a true minus, and no minus before zero.
pub fn decimal(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(w, r)| (w, r));
    let zero = text.bytes().all(|b| b == b'0' || b == b'.');
    let whole = whole.parse::<i64>().map_or_else(|_| whole.to_owned(), count);
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// As [`decimal`], with a plus before what is more than zero.
pub fn signed(value: f64, digits: usize) -> String {
    let text = decimal(value, digits);
    let nonzero = text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if value > 0.0 && nonzero { format!("+{text}") } else { text }
}

/// An amount to the last minor unit: `¥1,284.00`, in English `CNY 1,284.00`.
pub fn money(lang: Lang, money: Money) -> String {
    let (sign, amount) = digits(money);
    match lang {
        Lang::Zh => format!("{sign}{}{}{amount}", money.currency.symbol(), gap(&money)),
        Lang::En => format!("{sign}{} {amount}", money.currency),
    }
}

/// An amount to the last minor unit, without its currency: `1,284.00`.
pub fn amount(money: Money) -> String {
    let (sign, amount) = digits(money);
    format!("{sign}{amount}")
}

/// An amount's sign, and its digits in groups.
fn digits(money: Money) -> (&'static str, String) {
    let digits = money.currency.digits();
    let unit = money.currency.unit().unsigned_abs();
    let minor = money.minor.unsigned_abs();
    let sign = if money.minor < 0 { "−" } else { "" };
    let whole = count(i64::try_from(minor / unit).unwrap_or(i64::MAX));
    let amount = match digits {
        0 => whole,
        _ => format!("{whole}.{:0width$}", minor % unit, width = digits as usize),
    };
    (sign, amount)
}

/// An amount in rough: `¥21.8 万`, `¥218K`.
pub fn money_rough(lang: Lang, money: Money) -> String {
    let value = money.minor as f64 / money.currency.unit() as f64;
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}{}{}", money.currency.symbol(), gap(&money), rough(lang, value.abs()))
}

/// A symbol of letters stands apart from its number.
fn gap(money: &Money) -> &'static str {
    if money.currency.symbol().ends_with(|c: char| c.is_ascii_alphabetic()) { " " } else { "" }
}

/// A large number in rough: `21.8 万`, `1.2 亿`; `218K`, `120M`. Small ones stay whole.
pub fn rough(lang: Lang, value: f64) -> String {
    let (size, steps): (f64, [(f64, &str); 2]) = match lang {
        Lang::Zh => (1e4, [(1e8, " 亿"), (1e4, " 万")]),
        Lang::En => (1e4, [(1e6, "M"), (1e3, "K")]),
    };
    if value.abs() < size {
        return decimal(value, if value.abs() < 100.0 && value.fract() != 0.0 { 1 } else { 0 });
    }
    let mut chosen = steps.iter().position(|(step, _)| value.abs() >= *step).unwrap_or(steps.len() - 1);
    // What is rounded up to the next step is said in it: a million, not a thousand thousands.
    if chosen > 0 && rounded(value / steps[chosen].0).0.abs() * steps[chosen].0 >= steps[chosen - 1].0 {
        chosen -= 1;
    }
    let (step, word) = steps[chosen];
    let (scaled, digits) = rounded(value / step);
    format!("{}{word}", decimal(scaled, digits))
}

/// A number to three digits or to its whole, and how many decimals that leaves.
fn rounded(value: f64) -> (f64, usize) {
    let digits = |value: f64| match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    let unit = 10f64.powi(digits(value));
    let value = (value * unit).round() / unit;
    (value, digits(value) as usize)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month(date: Date) -> &'static str {
    MONTHS[usize::try_from(date.month() - 1).unwrap_or(0).min(11)]
}

/// Up to when figures count: the end of a day, or the time up to which one that still runs is known.
pub fn until(lang: Lang, market: &Market, end: Moment) -> String {
    let date = end.date(&market.zone);
    let shown = self::date(lang, date);
    match (Moment::day_end(date, &market.zone) == Some(end), lang) {
        (true, Lang::Zh) => format!("{shown} 24:00"),
        (true, Lang::En) => format!("the end of {shown}"),
        (false, _) => moment(lang, market, end),
    }
}

/// A date in the year at hand: `11-22`, `22 Nov`.
pub fn day(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Zh => format!("{:02}-{:02}", date.month(), date.day()),
        Lang::En => format!("{} {}", date.day(), month(date)),
    }
}

/// A date with its year: `2025-11-22`, `22 Nov 2025`.
pub fn date(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Zh => date.to_string(),
        Lang::En => format!("{} {} {}", date.day(), month(date), date.year()),
    }
}

/// The day of the week.
pub fn weekday(lang: Lang, date: Date) -> &'static str {
    let i = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0).min(6);
    match lang {
        Lang::Zh => ["周一", "周二", "周三", "周四", "周五", "周六", "周日"][i],
        Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][i],
    }
}

/// A day, and the minute of its clock.
fn clock(lang: Lang, market: &Market, at: Moment, day: fn(Lang, Date) -> String) -> String {
    let local = at.zoned(&market.zone);
    let comma = t(lang, "", ",");
    format!("{}{comma} {:02}:{:02}", day(lang, local.date()), local.hour(), local.minute())
}

/// Date and minute in the market's zone: `2025-11-22 09:00`, `22 Nov 2025, 09:00`.
pub fn moment(lang: Lang, market: &Market, at: Moment) -> String {
    clock(lang, market, at, date)
}

/// Date and minute, without the year: `11-22 09:00`, `22 Nov, 09:00`.
pub fn minute(lang: Lang, market: &Market, at: Moment) -> String {
    clock(lang, market, at, day)
}

/// A duration in its two largest units: `26 小时 10 分`, `3 天 9 小时`. Days begin at 48 hours.
pub fn duration(lang: Lang, micros: i64) -> String {
    let seconds = micros.unsigned_abs() / 1_000_000;
    let (minutes, hours) = (seconds / 60, seconds / 3_600);
    let (s, min, h, d) = (t(lang, "秒", "s"), t(lang, "分", "min"), t(lang, "小时", "h"), t(lang, "天", "d"));
    match (hours, minutes) {
        (0, 0) => format!("{seconds} {s}"),
        (0, _) => format!("{minutes} {min}"),
        (..48, _) if minutes % 60 == 0 => format!("{hours} {h}"),
        (..48, _) => format!("{hours} {h} {} {min}", minutes % 60),
        _ if hours % 24 == 0 => format!("{} {d}", hours / 24),
        _ => format!("{} {d} {} {h}", hours / 24, hours % 24),
    }
}

/// What stands where a value is not known.
pub const fn nothing(lang: Lang) -> &'static str {
    t(lang, "暂无", "no data")
}

/// A phone number as people read it in the market's country: `138 0000 0001`; one of another country as it is kept.
pub fn phone(kept: &str, home: Option<kernel::Country>) -> String {
    people::vault::phone_shown(kept, home)
}

/// Where somebody lives, on one line; a city that is its own province is said once.
pub fn place(parts: [&str; 4]) -> String {
    let [province, city, district, street] = parts;
    let city = if city == province { "" } else { city };
    [province, city, district, street]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A shown address in which a word that follows itself is said once: `上海市 上海市`.
pub fn once(shown: &str) -> String {
    let mut words: Vec<&str> = shown.split(' ').collect();
    words.dedup();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_of_phones_are_grouped_and_a_city_that_is_a_province_is_said_once() {
        assert_eq!(phone("+8613800000001", Some(kernel::Country::CN)), "138 0000 0001");
        assert_eq!(phone("+5511987654321", Some(kernel::Country::CN)), "+5511987654321");
        assert_eq!(phone("138****0001", Some(kernel::Country::CN)), "138****0001");
        assert_eq!(place(["上海市", "上海市", "徐汇区", ""]), "上海市 徐汇区");
        assert_eq!(place(["浙江", "杭州", "", "文三路"]), "浙江 杭州 文三路");
        assert_eq!(once("林* 138****0001 上海市 上海市"), "林* 138****0001 上海市");
    }

    use super::*;
    use Lang::{En, Zh};
    use kernel::Currency;

    #[test]
    fn money_is_written_to_its_last_unit_with_a_true_minus() {
        let yuan = |minor| Money::new(minor, Currency::CNY);
        for (minor, zh, en) in [
            (128_400, "¥1,284.00", "CNY 1,284.00"),
            (-3_120, "−¥31.20", "−CNY 31.20"),
            (0, "¥0.00", "CNY 0.00"),
            (i64::MIN, "−¥92,233,720,368,547,758.08", "−CNY 92,233,720,368,547,758.08"),
        ] {
            assert_eq!(money(Zh, yuan(minor)), zh);
            assert_eq!(money(En, yuan(minor)), en);
        }
        assert_eq!(money(Zh, Money::new(28_816_000, Currency::BRL)), "R$288,160.00");
        assert_eq!(money(Zh, Money::new(1_000, "JPY".parse().unwrap())), "¥1,000");
        assert_eq!(money(Zh, Money::new(1_000, "SEK".parse().unwrap())), "SEK 10.00");
        assert_eq!(money_rough(Zh, yuan(21_800_000)), "¥21.8 万");
        assert_eq!(money_rough(En, yuan(21_800_000)), "¥218K");
        assert_eq!(money_rough(Zh, yuan(12_000_000_000)), "¥1.20 亿");
        assert_eq!(money_rough(En, yuan(12_000_000_000)), "¥120M");
        assert_eq!(money_rough(Zh, yuan(-90_000)), "−¥900");
        assert_eq!(money_rough(En, yuan(99_995_000)), "¥1.00M");
        assert_eq!(money_rough(En, yuan(99_940_000)), "¥999K");
        assert_eq!(money_rough(Zh, yuan(999_999_999_900)), "¥100 亿");
        assert_eq!(money_rough(Zh, yuan(9_999_999_900)), "¥1.00 亿");
        assert_eq!(money_rough(En, yuan(9_996_000)), "¥100K");
        let real = Money::new(99_999_900, kernel::Currency::BRL);
        assert_eq!(money_rough(En, real), "R$1.00M");
    }

    #[test]
    fn numbers_keep_thousands_apart_and_zero_has_no_sign() {
        assert_eq!(count(1_284_306), "1,284,306");
        assert_eq!(count(-999), "−999");
        assert_eq!(decimal(-0.001, 2), "0.00");
        assert_eq!(decimal(-1234.567, 2), "−1,234.57");
        assert_eq!(signed(0.234, 2), "+0.23");
        assert_eq!(signed(0.001, 2), "0.00");
        assert_eq!(signed(-1.2, 1), "−1.2");
        assert_eq!(rough(Zh, 43_800.0), "4.38 万");
        assert_eq!(rough(En, 43_800.0), "43.8K");
        assert_eq!(rough(Zh, 612.0), "612");
        assert_eq!(rough(En, 87.4), "87.4");
    }

    #[test]
    fn values_carry_their_unit_in_both_languages() {
        assert_eq!(Unit::of("ratio").text(Zh, 0.0114), "1.14%");
        assert_eq!(Unit::of("hours").text(Zh, 18.07), "18.1 小时");
        assert_eq!(Unit::of("hours").text(En, 18.07), "18.1 h");
        assert_eq!(Unit::of("orders").text(En, 2162.0), "2,162 orders");
        assert_eq!(Unit::of("stars").text(Zh, 4.7191), "4.72 分");
        assert_eq!(Unit::of("ratio").change(Zh, 0.012), "+1.20 个百分点");
        assert_eq!(Unit::of("ratio").change(En, -0.012), "−1.20 pp");
        assert_eq!(Unit::of("furlongs").text(En, 3.0), "3");
    }

    #[test]
    fn dates_and_durations_read_as_people_write_them() {
        let market = Market { zone: "Asia/Shanghai".parse().unwrap(), currency: Currency::CNY };
        let at: Moment = Moment::parse_as_of("2026-11-22T01:00:00Z", &market.zone).unwrap();
        assert_eq!(moment(Zh, &market, at), "2026-11-22 09:00");
        assert_eq!(moment(En, &market, at), "22 Nov 2026, 09:00");
        assert_eq!(minute(Zh, &market, at), "11-22 09:00");
        assert_eq!(minute(En, &market, at), "22 Nov, 09:00");
        assert_eq!(weekday(Zh, at.date(&market.zone)), "周日");
        assert_eq!(weekday(En, at.date(&market.zone)), "Sun");
        let minutes = |m: i64| m * 60_000_000;
        for (micros, zh, en) in [
            (minutes(26 * 60 + 10), "26 小时 10 分", "26 h 10 min"),
            (minutes(81 * 60), "3 天 9 小时", "3 d 9 h"),
            (minutes(-72 * 60), "3 天", "3 d"),
            (minutes(59), "59 分", "59 min"),
            (7_000_000, "7 秒", "7 s"),
        ] {
            assert_eq!(duration(Zh, micros), zh);
            assert_eq!(duration(En, micros), en);
        }
    }
}
