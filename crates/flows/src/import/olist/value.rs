//! From the text of a field to its value: exact amounts, local times, ids, short words.

use kernel::{Date, Moment, Zone};
use std::collections::HashMap;

/// An amount with at most two decimals, exact, in minor units.
pub(super) fn minor(text: &str) -> Result<i64, String> {
    let wrong = || format!("\"{}\" is not an amount: write one such as 51, 51.0 or 199.90", shown(text));
    if text.starts_with('-') && text[1..].bytes().next().is_some_and(|b| b.is_ascii_digit()) {
        return Err(format!("\"{}\" is negative: an amount of 0 or more was expected", shown(text)));
    }
    let (whole, decimals) = match text.split_once('.') {
        Some((_, "")) => return Err(wrong()),
        Some(parts) => parts,
        None => (text, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(decimals.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    if decimals.len() > 2 {
        return Err(format!("\"{}\" has more than two decimals", shown(text)));
    }
    let units: i64 = whole.parse().map_err(|_| format!("\"{}\" is too large", shown(text)))?;
    let cents = decimals.bytes().fold(0, |sum, b| sum * 10 + i64::from(b - b'0'))
        * if decimals.len() == 1 { 10 } else { 1 };
    // A thousand such amounts still add up without overflow.
    if units > 9_000_000_000_000 {
        return Err(format!("\"{}\" is too large", shown(text)));
    }
    Ok(units * 100 + cents)
}

/// A whole number from `low` to `high`.
pub(super) fn whole(text: &str, low: u32, high: u32) -> Result<u32, String> {
    let digits = !text.is_empty() && text.len() <= 10 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|n| digits && (low..=high).contains(n))
        .ok_or_else(|| format!("\"{}\" is not a whole number from {low} to {high}", shown(text)))
}

/// An id of the other system: 1 to 64 visible ASCII characters.
pub(super) fn id(text: &str) -> Result<&str, String> {
    match text {
        "" => Err("the id is empty".to_owned()),
        _ if text.len() <= 64 && text.bytes().all(|b| b.is_ascii_graphic() && b != b'"') => Ok(text),
        _ => {
            Err(format!("\"{}\" is not an id: 1 to 64 letters, digits and signs without spaces", shown(text)))
        }
    }
}

/// A word such as `credit_card`: facts hold no free text.
pub(super) fn word(text: &str) -> Result<&str, String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    match text {
        "" => Err("the word is empty".to_owned()),
        _ if text.len() <= 40 && text.bytes().all(plain) => Ok(text),
        _ => Err(format!("\"{}\" is not a word of a to z, 0 to 9 and _", shown(text))),
    }
}

/// What a shop is called: Olist gives no names. A city that is not plainly a city's name is left out.
pub(super) fn shop_name(seller: &str, city: &str, state: &str) -> String {
    let short: String = seller.chars().take(6).collect();
    let letters = |text: &str| text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '-' | '.'));
    let city = Some(city.trim()).filter(|c| !c.is_empty() && c.chars().count() <= 40 && letters(c));
    let state = Some(state.trim()).filter(|s| s.len() == 2 && s.bytes().all(|b| b.is_ascii_uppercase()));
    match (city, state) {
        (Some(city), Some(state)) => format!("seller {short} · {city} {state}"),
        (Some(place), None) | (None, Some(place)) => format!("seller {short} · {place}"),
        (None, None) => format!("seller {short}"),
    }
}

/// Reads local times; remembers which days have one offset from start to end.
pub(super) struct Clock {
    zone: Zone,
    days: HashMap<i64, Day>,
}

#[derive(Clone, Copy)]
struct Day {
    /// What to add to the local reading, if it is the same all day.
    shift: Option<i64>,
    end: Moment,
}

const DAY: i64 = 86_400_000_000;

impl Clock {
    pub(super) fn new(zone: Zone) -> Self {
        Self { zone, days: HashMap::new() }
    }

    /// `2017-02-13 13:57:51` as a moment.
    pub(super) fn time(&mut self, text: &str) -> Result<Moment, String> {
        let (date, seconds) = reading(text).ok_or_else(|| not_a_time(text))?;
        let (number, day) = self.day(date).ok_or_else(|| not_a_time(text))?;
        if let Some(shift) = day.shift {
            return Ok(Moment::from_micros(number * DAY + seconds * 1_000_000 + shift));
        }
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        Moment::local(date.at(h as i8, m as i8, s as i8, 0), &self.zone).ok_or_else(|| not_a_time(text))
    }

    /// The end of the day of `2017-02-13 00:00:00`.
    pub(super) fn day_end(&mut self, text: &str) -> Result<Moment, String> {
        let (date, _) = reading(text).ok_or_else(|| not_a_time(text))?;
        Ok(self.day(date).ok_or_else(|| not_a_time(text))?.1.end)
    }

    fn day(&mut self, date: Date) -> Option<(i64, Day)> {
        let number = days_since_1970(date);
        if let Some(day) = self.days.get(&number) {
            return Some((number, *day));
        }
        let start = Moment::day_start(date, &self.zone)?;
        let next = Moment::day_start(date.tomorrow().ok()?, &self.zone)?;
        let even = next.micros() - start.micros() == DAY;
        let day = Day {
            shift: even.then(|| start.micros() - number * DAY),
            end: Moment::day_end(date, &self.zone)?,
        };
        self.days.insert(number, day);
        Some((number, day))
    }
}

fn not_a_time(text: &str) -> String {
    if text.is_empty() {
        return "the time is empty: one such as 2017-02-13 13:57:51 was expected".to_owned();
    }
    format!("\"{}\" is not a time: write one such as 2017-02-13 13:57:51", shown(text))
}

/// The date and the seconds into the day of `YYYY-MM-DD HH:MM:SS`.
fn reading(text: &str) -> Option<(Date, i64)> {
    let b = text.as_bytes();
    if b.len() != 19 || b[4] != b'-' || b[7] != b'-' || b[10] != b' ' || b[13] != b':' || b[16] != b':' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        b[range].iter().try_fold(0i64, |sum, d| d.is_ascii_digit().then(|| sum * 10 + i64::from(d - b'0')))
    };
    let date = Date::new(number(0..4)? as i16, number(5..7)? as i8, number(8..10)? as i8).ok()?;
    let (h, m, s) = (number(11..13)?, number(14..16)?, number(17..19)?);
    (h < 24 && m < 60 && s < 60).then_some((date, h * 3600 + m * 60 + s))
}

/// Days since 1970-01-01 (the civil calendar in arithmetic).
fn days_since_1970(date: Date) -> i64 {
    let (y, m, d) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + d - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// At most forty characters of a text, without control characters.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact() {
        for (text, minor_units) in [
            ("199.9", 19_990),
            ("51.0", 5_100),
            ("51", 5_100),
            ("0.85", 85),
            ("0", 0),
            ("0.0", 0),
            ("6735.01", 673_501),
            ("007.5", 750),
        ] {
            assert_eq!(minor(text), Ok(minor_units), "{text}");
        }
        for (text, why) in [
            ("", "not an amount"),
            ("-1.5", "negative"),
            ("-", "not an amount"),
            ("1.234", "more than two decimals"),
            ("1.", "not an amount"),
            (".5", "not an amount"),
            ("1e3", "not an amount"),
            ("1,5", "not an amount"),
            ("NaN", "not an amount"),
            ("+1", "not an amount"),
            (" 1", "not an amount"),
            ("1.2.3", "not an amount"),
            ("١", "not an amount"),
            ("99999999999999999999", "too large"),
        ] {
            let err = minor(text).unwrap_err();
            assert!(err.contains(why), "{text}: {err}");
        }
    }

    #[test]
    fn whole_numbers_have_limits() {
        assert_eq!(whole("5", 1, 5), Ok(5));
        for bad in ["", "0", "6", "5.0", "+5", "-1", "five", "00000000000000005"] {
            assert!(whole(bad, 1, 5).is_err(), "{bad}");
        }
    }

    #[test]
    fn local_times_are_those_of_the_zone_on_every_day() {
        let zone: Zone = "America/Sao_Paulo".parse().unwrap();
        let mut clock = Clock::new(zone.clone());
        let mut date: Date = "2015-12-25".parse().unwrap();
        while date < "2020-02-01".parse().unwrap() {
            for (h, m, s) in
                [(0, 0, 0), (0, 30, 0), (1, 0, 0), (12, 34, 56), (23, 0, 0), (23, 30, 1), (23, 59, 59)]
            {
                let text = format!("{date} {h:02}:{m:02}:{s:02}");
                assert_eq!(clock.time(&text).ok(), Moment::local(date.at(h, m, s, 0), &zone), "{text}");
            }
            assert_eq!(
                clock.day_end(&format!("{date} 00:00:00")).ok(),
                Moment::day_end(date, &zone),
                "{date}"
            );
            date = date.tomorrow().unwrap();
        }
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        let mut clock = Clock::new("America/Sao_Paulo".parse().unwrap());
        for bad in [
            "",
            "2017-02-30 10:00:00",
            "2017-13-01 10:00:00",
            "2017-02-13 24:00:00",
            "2017-02-13 23:60:00",
            "2017-02-13 23:59:60",
            "2017-02-13",
            "2017-02-13 23:59",
            "2017-02-13T23:59:59",
            "2017-02-13 23:59:59Z",
            "13/02/2017 23:59:59",
            "2017-02-1é 23:59:5",
        ] {
            assert!(clock.time(bad).is_err(), "{bad}");
            assert!(clock.day_end(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_shop_name_holds_no_address() {
        assert_eq!(shop_name("3442f8959a", "campinas", "SP"), "seller 3442f8 · campinas SP");
        assert_eq!(shop_name("3442f8959a", "someone@example.com", "SP"), "seller 3442f8 · SP");
        assert_eq!(shop_name("3442f8959a", "04482255", ""), "seller 3442f8");
        assert_eq!(
            shop_name("3442f8959a", "santa bárbara d'oeste", ""),
            "seller 3442f8 · santa bárbara d'oeste"
        );
    }
}
