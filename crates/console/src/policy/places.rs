//! The values of a rule that one changes by a field and not in its text: thresholds, windows, durations, amounts, dates, what is
//! said to people. Each is a place in the text, so that a change of it leaves everything else as it was written.
//!
//! Invariants: a place holds what stands there and nothing around it; writing back what was read changes no byte; what
//! stands over several lines, and the table of cases, is changed in the text alone.

use std::ops::Range;
use web_kit::words::condition::tokens;

/// What a value is, and so how it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A number.
    Number,
    /// A day.
    Day,
    /// A text in quotes.
    Text,
    /// A sentence in quotes.
    Sentence,
    /// `true` or `false`.
    Truth,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it stands, as one names it: `inputs.due.window_days`, `actions.0.days`, `condition.1`.
    pub(crate) path: String,
    /// Its line, from 1.
    pub(crate) line: usize,
    /// Its bytes in the text, with its quotes.
    pub(crate) range: Range<usize>,
    /// What it is.
    pub(crate) sort: Sort,
    /// Its value, without quotes.
    pub(crate) value: String,
    /// Of a number in a condition: what is compared with it, and by which sign.
    pub(crate) against: Option<(String, String)>,
}

/// The keys that have a field.
const KEYS: [(&str, Sort); 21] = [
    ("effective_from", Sort::Day),
    ("version", Sort::Number),
    ("title.zh", Sort::Text),
    ("title.en", Sort::Text),
    ("text.zh", Sort::Sentence),
    ("text.en", Sort::Sentence),
    ("notice.zh", Sort::Sentence),
    ("notice.en", Sort::Sentence),
    ("inputs.*.window_days", Sort::Number),
    ("inputs.*.episodes.window_days", Sort::Number),
    ("actions.*.days", Sort::Number),
    ("actions.*.amount.percent", Sort::Number),
    ("actions.*.amount.fixed", Sort::Number),
    ("actions.*.amount.min", Sort::Number),
    ("actions.*.amount.max", Sort::Number),
    ("appeal.window_days", Sort::Number),
    ("appeal.answer_days", Sort::Number),
    ("appeal.suspends", Sort::Truth),
    ("exemptions.*.zh", Sort::Sentence),
    ("exemptions.*.en", Sort::Sentence),
    ("actions.*.parameters.*", Sort::Number),
];

fn sort_of(path: &str) -> Option<Sort> {
    let parts: Vec<&str> = path.split('.').collect();
    let is = |key: &str| {
        let key: Vec<&str> = key.split('.').collect();
        key.len() == parts.len() && key.iter().zip(&parts).all(|(key, part)| *key == "*" || key == part)
    };
    KEYS.iter().find(|(key, _)| is(key)).map(|(_, sort)| *sort)
}

/// The places of a text, in its order.
pub fn places(text: &str) -> Vec<Place> {
    let (mut found, mut table, mut offset) = (Vec::new(), String::new(), 0);
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut within: Option<&str> = None;
    for (i, whole) in text.split_inclusive('\n').enumerate() {
        let (start, line) = (offset, whole.trim_end_matches(['\n', '\r']));
        offset += whole.len();
        // A text over several lines may hold anything.
        if let Some(quotes) = within {
            if line.contains(quotes) {
                within = None;
            }
            continue;
        }
        let bare = line.trim();
        if let Some(name) = bare.strip_prefix("[[").and_then(|rest| rest.split("]]").next()) {
            let name = name.trim().to_owned();
            let at = counts.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
                counts.push((name.clone(), 0));
                counts.len() - 1
            });
            table = format!("{name}.{}.", counts[at].1);
            counts[at].1 += 1;
            continue;
        }
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            table = format!("{}.", name.trim());
            continue;
        }
        let Some((key, _)) = line.split_once('=').filter(|_| !bare.starts_with('#')) else { continue };
        let value_at = key.len() + 1;
        let rest = &line[value_at..];
        let value_at = start + value_at + (rest.len() - rest.trim_start().len());
        let rest = rest.trim_start();
        within = ["\"\"\"", "'''"]
            .into_iter()
            .find(|quotes| rest.starts_with(quotes) && rest.matches(quotes).count() == 1);
        if within.is_none() {
            value(&format!("{table}{}", key.trim()), rest, (i + 1, value_at), &mut found);
        }
    }
    found
}

/// How long a plain value at the beginning of a text is: a text in quotes with them, or a word.
fn length(text: &str) -> usize {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let mut escaped = false;
            let end = text[1..].char_indices().find(|(_, c)| {
                let is_end = *c == quote && !escaped;
                escaped = quote == '"' && *c == '\\' && !escaped;
                is_end
            });
            end.map_or(0, |(at, _)| at + 2)
        }
        _ => text.find(|c: char| c == ',' || c == '}' || c == '#' || c.is_whitespace()).unwrap_or(text.len()),
    }
}

/// The places of what stands behind a key: a value, or those of a table in braces.
fn value(path: &str, text: &str, (line, at): (usize, usize), found: &mut Vec<Place>) {
    if let Some(inner) = text.strip_prefix('{') {
        let (mut rest, mut at) = (inner, at + 1);
        while let Some((key, after)) = rest.split_once('=').filter(|(key, _)| !key.contains('}')) {
            let after_at = at + key.len() + 1;
            let skipped = after.len() - after.trim_start().len();
            let bare = after.trim_start();
            let long = length(bare);
            if long == 0 || bare.starts_with(['{', '[']) {
                return;
            }
            value(&format!("{path}.{}", key.trim()), &bare[..long], (line, after_at + skipped), found);
            let end = &bare[long..];
            let comma = end.find(',').map_or(end.len(), |comma| comma + 1);
            (rest, at) = (&end[comma..], after_at + skipped + long + comma);
        }
        return;
    }
    let long = length(text);
    let own = &text[..long];
    if matches!(path, "condition") || (path.starts_with("actions.") && path.ends_with(".when")) {
        return compared(path, own, (line, at), found);
    }
    let Some(sort) = sort_of(path) else { return };
    let plain = match (sort, own.strip_prefix('"').and_then(|own| own.strip_suffix('"'))) {
        (Sort::Text | Sort::Sentence, Some(_)) => serde_json::from_str::<String>(own).ok(),
        (Sort::Number, None) => own.parse::<f64>().ok().map(|_| own.to_owned()),
        (Sort::Day, None) | (Sort::Truth, None) => Some(own.to_owned()),
        _ => None,
    };
    if let Some(value) = plain {
        found.push(Place { path: path.to_owned(), line, range: at..at + long, sort, value, against: None });
    }
}

/// The numbers that a condition compares something with.
fn compared(path: &str, quoted: &str, (line, at): (usize, usize), found: &mut Vec<Place>) {
    let Some(text) = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else { return };
    if text.contains('\\') {
        return;
    }
    let words = tokens(text);
    // Where each word stands: tokens are parts of the text they were cut from.
    let place = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let mut n = 0;
    for (i, word) in words.iter().enumerate() {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit()) && word.parse::<f64>().is_ok();
        let sign = i.checked_sub(1).map(|before| words[before]);
        let sign = sign.filter(|sign| matches!(*sign, ">=" | ">" | "<=" | "<" | "==" | "!="));
        let name = i.checked_sub(2).map(|before| words[before]);
        if let (true, Some(sign), Some(name)) = (is_number, sign, name) {
            let (start, against) = (at + 1 + place(word), Some((name.to_owned(), sign.to_owned())));
            let (range, sort) = (start..start + word.len(), Sort::Number);
            let path = format!("{path}.{n}");
            found.push(Place { path, line, range, sort, value: (*word).to_owned(), against });
            n += 1;
        }
    }
}

/// A value as it stands in a text.
fn written(sort: Sort, value: &str) -> String {
    match sort {
        Sort::Text | Sort::Sentence => serde_json::Value::from(value).to_string(),
        Sort::Number | Sort::Day | Sort::Truth => value.to_owned(),
    }
}

/// The text with other values in some of its places.
pub fn put(text: &str, mut changes: Vec<(&Place, String)>) -> String {
    let mut text = text.to_owned();
    changes.sort_by_key(|(place, _)| std::cmp::Reverse(place.range.start));
    for (place, value) in changes {
        text.replace_range(place.range.clone(), &written(place.sort, &value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"# a rule
id = "x"
version = 2
effective_from = 2026-01-01 # a day
condition = "late_ship_rate >= 0.20 && due >= 5"

[title]
zh = "晚发\"限\"单"
en = "Cap"

[inputs.due]
metric = "late_ship_rate"
window_days = 30

[[actions]]
kind = "order_cap"
days = 7
parameters = { orders_per_day = 100 }

[[actions]]
kind = "deduct"
when = "due > 10"
amount = { percent = 5, of = "paid", min = 2.5, currency = "CNY" }

[appeal]
window_days = 7
suspends = false

[[cases]]
name = "one"
inputs = { late_ship_rate = 0.25, due = 5 }
"#;

    #[test]
    fn every_value_with_a_field_is_found_where_it_stands() {
        let found = places(RULE);
        let told: Vec<(&str, usize, &str)> =
            found.iter().map(|place| (place.path.as_str(), place.line, place.value.as_str())).collect();
        assert_eq!(
            told,
            [
                ("version", 3, "2"),
                ("effective_from", 4, "2026-01-01"),
                ("condition.0", 5, "0.20"),
                ("condition.1", 5, "5"),
                ("title.zh", 8, "晚发\"限\"单"),
                ("title.en", 9, "Cap"),
                ("inputs.due.window_days", 13, "30"),
                ("actions.0.days", 17, "7"),
                ("actions.0.parameters.orders_per_day", 18, "100"),
                ("actions.1.when.0", 22, "10"),
                ("actions.1.amount.percent", 23, "5"),
                ("actions.1.amount.min", 23, "2.5"),
                ("appeal.window_days", 26, "7"),
                ("appeal.suspends", 27, "false"),
            ]
        );
        assert_eq!(found[2].against, Some(("late_ship_rate".to_owned(), ">=".to_owned())));
    }

    #[test]
    fn what_was_read_is_written_back_byte_by_byte_and_a_change_leaves_the_rest() {
        let found = places(RULE);
        let same = found.iter().map(|place| (place, place.value.clone())).collect();
        assert_eq!(put(RULE, same), RULE);
        let of = |path: &str| found.iter().find(|place| place.path == path).unwrap();
        let changed = put(
            RULE,
            vec![
                (of("condition.0"), "0.3".to_owned()),
                (of("title.en"), "A \"cap\"".to_owned()),
                (of("actions.1.amount.min"), "3".to_owned()),
            ],
        );
        let expected = RULE
            .replace("0.20 &&", "0.3 &&")
            .replace("en = \"Cap\"", "en = \"A \\\"cap\\\"\"")
            .replace("min = 2.5", "min = 3");
        assert_eq!(changed, expected);
    }

    #[test]
    fn a_text_over_several_lines_hides_nothing_behind_it() {
        let found = places("condition = \"\"\"\ndue > 1\n|| due = 7\"\"\"\nversion = 3\n");
        assert_eq!(found.iter().map(|place| place.path.as_str()).collect::<Vec<_>>(), ["version"]);
    }

    #[test]
    fn the_shipped_rules_have_fields_for_their_days_and_thresholds() {
        for policy in govern::policy::shipped() {
            let found = places(&policy.text);
            let has = |path: &str| found.iter().any(|place| place.path == path);
            assert!(has("version") && has("effective_from") && has("title.zh"), "{}", policy.id);
            let same = found.iter().map(|place| (place, place.value.clone())).collect();
            assert_eq!(put(&policy.text, same), policy.text.as_ref() as &str, "{}", policy.id);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_harm(text in "[a=\"'\\[\\]{},.# \n0-9.é]{0,60}") {
            let found = places(&text);
            let same = found.iter().map(|place| (place, place.value.clone())).collect();
            let _ = put(&text, same);
        }
    }
}
