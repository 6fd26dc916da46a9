//! A governance file's TOML, read whole: everything that is wrong is told at once, each with its line, its column and
//! what to write instead. Policies, scorecards and promises are read with this.

use crate::Diagnostic;
use crate::diagnostic::nearest;
use crate::number::minor;
use crate::words::Words;
use kernel::{Currency, Date};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

type Pair<'d, 'i> = (&'d str, Range<usize>, &'d DeValue<'i>, Range<usize>);

/// Reads one document and gathers what is wrong with it.
pub(crate) struct Reader<'t> {
    pub(crate) text: &'t str,
    /// What is wrong so far.
    pub(crate) wrong: Vec<Diagnostic>,
    /// Whether errors in the table of cases are warnings.
    pub(crate) draft: bool,
}

/// A table with the place it stands at.
pub(crate) struct Section<'d, 'i> {
    pub(crate) pairs: Vec<Pair<'d, 'i>>,
    pub(crate) at: usize,
    pub(crate) name: String,
}

impl<'d, 'i> Section<'d, 'i> {
    pub(crate) fn get(&self, key: &str) -> Option<(&'d DeValue<'i>, Range<usize>)> {
        self.pairs.iter().find(|(k, ..)| *k == key).map(|(_, _, value, at)| (*value, at.clone()))
    }
}

impl Reader<'_> {
    pub(crate) fn say(&mut self, at: usize, message: impl Into<String>, instead: impl Into<String>) {
        self.wrong.push(Diagnostic::error(self.text, at, message, instead));
    }

    pub(crate) fn warn(&mut self, at: usize, message: impl Into<String>, instead: impl Into<String>) {
        self.wrong.push(Diagnostic::error(self.text, at, message, instead).warning());
    }

    pub(crate) fn section<'d, 'i>(
        &mut self,
        table: &'d DeTable<'i>,
        at: usize,
        name: impl Into<String>,
        keys: &[&str],
    ) -> Section<'d, 'i> {
        let name = name.into();
        let mut pairs: Vec<Pair<'d, 'i>> = Vec::new();
        for (key, value) in table.iter() {
            let word: &str = key.get_ref();
            if !keys.is_empty() && !keys.contains(&word) {
                let like = nearest(word, keys.iter().copied()).map_or_else(|| keys.join(", "), str::to_owned);
                self.say(key.span().start, format!("\"{word}\" is not a key of {name}"), like);
                continue;
            }
            pairs.push((word, key.span(), value.get_ref(), value.span()));
        }
        pairs.sort_by_key(|(_, at, ..)| at.start);
        Section { pairs, at, name }
    }

    pub(crate) fn missing(&mut self, section: &Section<'_, '_>, key: &str, sample: &str) {
        self.say(section.at, format!("{} has no \"{key}\"", section.name), format!("{key} = {sample}"));
    }

    pub(crate) fn string<'d>(
        &mut self,
        section: &Section<'d, '_>,
        key: &str,
        sample: &str,
    ) -> Option<&'d str> {
        match section.get(key) {
            None => {
                self.missing(section, key, sample);
                None
            }
            Some((DeValue::String(text), at)) => {
                if text.trim().is_empty() {
                    self.say(at.start, format!("\"{key}\" is empty"), format!("{key} = {sample}"));
                    return None;
                }
                Some(text)
            }
            Some((_, at)) => {
                self.say(at.start, format!("\"{key}\" is not a text"), format!("{key} = {sample}"));
                None
            }
        }
    }

    /// What all versions of a file's subject are called.
    pub(crate) fn id(&mut self, top: &Section<'_, '_>, sample: &str) -> Option<String> {
        let id = self.string(top, "id", &format!("\"{sample}\""))?;
        if !is_word(id, '-') {
            let at = top.get("id").map_or(0, |(_, at)| at.start);
            let like: String = id
                .to_lowercase()
                .chars()
                .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '-' })
                .collect();
            self.say(
                at,
                "an id has small letters, digits and hyphens only",
                format!("id = \"{}\"", like.trim_matches('-')),
            );
        }
        Some(id.to_owned())
    }

    /// A whole number of a range; absent is none and fine.
    pub(crate) fn whole(
        &mut self,
        section: &Section<'_, '_>,
        key: &str,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<i64> {
        let (value, at) = section.get(key)?;
        let found = integer(value).filter(|n| range.contains(n));
        if found.is_none() {
            let message =
                format!("\"{key}\" is not a whole number from {} to {}", range.start(), range.end());
            self.say(at.start, message, format!("{key} = {}", (*range.start()).max(7.min(*range.end()))));
        }
        found
    }

    pub(crate) fn as_str<T: Copy>(
        &mut self,
        section: &Section<'_, '_>,
        key: &str,
        words: &[(&str, T)],
        default: Option<T>,
    ) -> Option<T> {
        let list = || words.iter().map(|(w, _)| format!("\"{w}\"")).collect::<Vec<_>>().join(" or ");
        let Some((value, at)) = section.get(key) else {
            if default.is_none() {
                self.missing(section, key, &list());
            }
            return default;
        };
        let found = match value {
            DeValue::String(text) => words.iter().find(|(w, _)| *w == &**text).map(|(_, t)| *t),
            _ => None,
        };
        if found.is_none() {
            self.say(at.start, format!("\"{key}\" is none of the words it can be"), list());
        }
        found
    }

    pub(crate) fn words(&mut self, section: &Section<'_, '_>, key: &str) -> Option<Words> {
        let (value, at) = section.get(key)?;
        let DeValue::Table(table) = value else {
            self.say(
                at.start,
                format!("\"{key}\" must have both languages"),
                format!("{key} = {{ zh = \"...\", en = \"...\" }}"),
            );
            return None;
        };
        let inner = self.section(table, at.start, format!("\"{key}\""), &["zh", "en"]);
        let (zh, en) = (self.string(&inner, "zh", "\"...\""), self.string(&inner, "en", "\"...\""));
        Some(Words { zh: zh?.to_owned(), en: en?.to_owned() })
    }

    pub(crate) fn currency(&mut self, section: &Section<'_, '_>) -> Option<Currency> {
        let text = self.string(section, "currency", "\"CNY\"")?;
        let found = text.parse().ok();
        if found.is_none() {
            let at = section.get("currency").map_or(section.at, |(_, at)| at.start);
            self.say(at, format!("\"{text}\" is not a currency"), "currency = \"CNY\"");
        }
        found
    }

    /// An amount in whole units: `2`, `2.5`, `"2.50"`.
    pub(crate) fn amount(&mut self, section: &Section<'_, '_>, key: &str, currency: Currency) -> Option<i64> {
        let (value, at) = section.get(key)?;
        let found = scalar(value).and_then(|text| minor(&text, currency));
        if found.is_none() {
            let message =
                format!("\"{key}\" is not an amount in {currency} of at most {} decimals", currency.digits());
            self.say(at.start, message, format!("{key} = 10"));
        }
        found
    }

    pub(crate) fn date(&mut self, top: &Section<'_, '_>) -> Option<Date> {
        let Some((value, at)) = top.get("effective_from") else {
            self.missing(top, "effective_from", "2026-01-01");
            return None;
        };
        let found = match value {
            DeValue::Datetime(date) if date.time.is_none() => date.to_string().parse().ok(),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        if found.is_none() {
            self.say(at.start, "\"effective_from\" is not a date", "effective_from = 2026-01-01");
        }
        found
    }

    /// The tables of an array of tables.
    pub(crate) fn tables<'d, 'i>(
        &mut self,
        top: &Section<'d, 'i>,
        key: &str,
        keys: &[&str],
        name: &str,
    ) -> Option<Vec<Section<'d, 'i>>> {
        let (value, at) = top.get(key)?;
        let DeValue::Array(list) = value else {
            self.say(at.start, format!("\"{key}\" is not a list of tables"), format!("[[{key}]]"));
            return None;
        };
        let mut found = Vec::new();
        for item in list.iter() {
            match item.get_ref() {
                DeValue::Table(table) => found.push(self.section(table, item.span().start, name, keys)),
                _ => self.say(item.span().start, format!("{name} is not a table"), format!("[[{key}]]")),
            }
        }
        Some(found)
    }
}

/// What is wrong with a text that is not TOML at all.
pub(crate) fn not_toml(text: &str, errors: &[toml::de::Error]) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<_> = errors
        .iter()
        .take(20)
        .map(|err| {
            let at = err.span().map_or(0, |span| span.start);
            let message = format!("this is not TOML: {}", err.message().replace('\n', "; "));
            let instead = if message.contains("duplicate key") {
                "each key once; a list of tables begins each table with [[...]]"
            } else if message.contains("date") {
                "a date such as 2026-01-01"
            } else {
                "key = value, with texts in quotes"
            };
            Diagnostic::error(text, at, message, instead)
        })
        .collect();
    diagnostics.sort_by_key(|d| (d.line, d.column));
    diagnostics
}

pub(crate) fn is_word(text: &str, joint: char) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 64
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
}

pub(crate) fn integer(value: &DeValue<'_>) -> Option<i64> {
    match value {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok(),
        _ => None,
    }
}

/// A number or a text as its digits.
pub(crate) fn scalar(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::Integer(n) if n.radix() == 10 => Some(n.as_str().trim_start_matches('+').to_owned()),
        DeValue::Float(x) => Some(x.as_str().trim_start_matches('+').to_owned()),
        DeValue::String(text) => Some(text.to_string()),
        _ => None,
    }
}

/// For each byte of a TOML string's value, the byte of the file where its character begins; and one more for the end.
pub(crate) fn places(file: &str, span: Range<usize>) -> Vec<usize> {
    let raw = file.get(span.clone()).unwrap_or("");
    let (quote, escapes) = match raw.as_bytes() {
        [b'"', b'"', b'"', ..] => (3, true),
        [b'\'', b'\'', b'\'', ..] => (3, false),
        [b'"', ..] => (1, true),
        _ => (1, false),
    };
    let mut at = quote.min(raw.len());
    let end = raw.len().saturating_sub(quote).max(at);
    // A newline right behind three quotes is not part of the text.
    if quote == 3 {
        if raw[at..].starts_with("\r\n") {
            at += 2;
        } else if raw[at..].starts_with('\n') {
            at += 1;
        }
    }
    let mut places = Vec::with_capacity(raw.len());
    let mut skip_blank = false;
    while at < end {
        let Some(c) = raw[at..].chars().next() else {
            break;
        };
        if skip_blank && c.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        skip_blank = false;
        if escapes && c == '\\' {
            let length = match raw.as_bytes().get(at + 1) {
                Some(b'u') => 6,
                Some(b'U') => 10,
                Some(b'x') => 4,
                Some(b'\n' | b'\r' | b' ' | b'\t') => {
                    skip_blank = true;
                    at += 1;
                    continue;
                }
                _ => 2,
            };
            let code = if length > 2 { raw.get(at + 2..at + length) } else { None };
            let code = code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
            places.extend(std::iter::repeat_n(span.start + at, code.map_or(1, char::len_utf8)));
            at += length;
            continue;
        }
        places.extend(std::iter::repeat_n(span.start + at, c.len_utf8()));
        at += c.len_utf8();
    }
    places.push(span.start + at.min(raw.len()));
    places
}
