//! What was found beside what must come: the first difference, in a sentence.

use serde_json::Value;

/// How a row ends, or a step of it: well, or with the first difference.
pub(super) type Walked<T = ()> = Result<T, String>;

/// A value of an answer is the one that must come.
pub(super) fn same(what: &str, found: &Value, expected: impl Into<Value>) -> Walked {
    let expected = expected.into();
    if *found == expected {
        return Ok(());
    }
    Err(format!("{what}: expected {}, found {}", shown(&expected), shown(found)))
}

/// An amount is so many minor units.
pub(super) fn amount(what: &str, found: &Value, expected: i64) -> Walked {
    match found["minor"].as_i64() {
        Some(minor) if minor == expected => Ok(()),
        Some(minor) => Err(format!("{what}: expected {}, found {}", money(expected), money(minor))),
        None => Err(format!("{what}: expected {}, found {}", money(expected), shown(found))),
    }
}

/// Something must hold.
pub(super) fn holds(what: &str, is_so: bool) -> Walked {
    if is_so { Ok(()) } else { Err(format!("{what}: expected, and is not so")) }
}

/// A text must hold a part.
pub(super) fn has(what: &str, text: &str, part: &str) -> Walked {
    if text.contains(part) {
        return Ok(());
    }
    let begin: String = text.chars().take(200).collect();
    Err(format!("{what}: expected \"{part}\", found \"{begin}\""))
}

/// A text of an answer.
pub(super) fn text(value: &Value) -> Walked<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("expected a text, found {}", shown(value)))
}

/// A whole number of an answer.
pub(super) fn whole(value: &Value) -> Walked<i64> {
    value.as_i64().ok_or_else(|| format!("expected a whole number, found {}", shown(value)))
}

/// The items of a page of a list.
pub(super) fn items(page: &Value) -> Walked<&Vec<Value>> {
    page["items"].as_array().ok_or_else(|| format!("expected a list, found {}", shown(page)))
}

/// The one item of a page that has a value under a name.
pub(super) fn item<'a>(page: &'a Value, name: &str, value: &str) -> Walked<&'a Value> {
    let found = items(page)?.iter().find(|item| item[name] == value);
    found.ok_or_else(|| format!("expected {name} {value} in the list, found none"))
}

/// Each once, in order.
pub(super) fn texts(list: &[Value], name: &str) -> Vec<String> {
    list.iter().filter_map(|item| item[name].as_str().map(str::to_owned)).collect()
}

/// A moment of RFC 3339, in microseconds.
pub(super) fn micros(value: &Value) -> Walked<i64> {
    let text = text(value)?;
    moment(&text).ok_or_else(|| format!("expected a moment, found {text}"))
}

fn moment(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
    let (fraction, zone) = text.get(19..)?.split_at(text.get(19..)?.find(['Z', '+', '-'])?);
    let digits = fraction.trim_start_matches('.');
    let micros = if digits.is_empty() { 0 } else { format!("{digits:0<6}").get(..6)?.parse::<i64>().ok()? };
    let offset = match zone {
        "Z" => 0,
        _ => {
            let minutes = zone.get(1..3)?.parse::<i64>().ok()? * 60 + zone.get(4..6)?.parse::<i64>().ok()?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    // Days since 1970 of the proleptic Gregorian calendar; a year begins in March, so that leap days come last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469;
    Some((days * 86_400 + seconds - offset * 60) * 1_000_000 + micros)
}

/// A value, short.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    };
    if text.chars().count() > 300 { text.chars().take(300).chain(['…']).collect() } else { text }
}

/// Minor units as people write them: 499.00.
pub(super) fn money(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.unsigned_abs() / 100, minor.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_first_difference_names_what_was_expected_and_what_was_found() {
        let found = json!({"minor": 4_900, "currency": "CNY"});
        assert_eq!(amount("struck", &found, 4_900), Ok(()));
        let why = amount("struck", &found, 49_900);
        assert_eq!(why, Err("struck: expected 499.00, found 49.00".to_owned()));
        assert_eq!(same("status", &json!(null), "on"), Err("status: expected on, found nothing".to_owned()));
        assert_eq!(same("left", &json!(3), 3), Ok(()));
    }

    #[test]
    fn moments_are_read_with_their_zones_and_leap_days() {
        for (text, micros) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T08:00:00+08:00", 0),
            ("2024-02-29T23:59:59.5-01:00", 1_709_254_799_500_000),
            ("2026-11-30T12:00:00+08:00", 1_796_011_200_000_000),
        ] {
            assert_eq!(moment(text), Some(micros), "{text}");
        }
        assert_eq!(moment("soon"), None);
    }
}
