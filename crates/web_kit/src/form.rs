//! What was typed into a form, read field by field, so that every refusal can stand beside the field it is about.
//!
//! Invariants: nothing typed is lost when a form is shown again; a field is refused once, by its own name.

use crate::lang::{Lang, t};
use crate::problem::Failure;
use axum::body::Bytes;
use axum::extract::Multipart;
use axum::http::StatusCode;
use kernel::{Currency, Date, Moment, Money};
use std::collections::BTreeMap;

/// The fields of a form in the order they were sent, with what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The fields, as they came.
    pub sent: Vec<(String, String)>,
    /// What is wrong with each.
    pub wrong: BTreeMap<String, Wrong>,
    /// The texts that name the fields of a declared form.
    labels: BTreeMap<&'static str, &'static str>,
}

/// Why a field was refused, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Wrong {
    /// In the reader's language.
    pub fn text(&self, lang: Lang) -> &str {
        t(lang, &self.zh, &self.en)
    }
}

impl Fields {
    /// Of a form that was sent. A browser sends line breaks as CR LF; they are read as LF.
    pub fn of(sent: Vec<(String, String)>) -> Self {
        let sent = sent.into_iter().map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect();
        Self { sent, ..Self::default() }
    }

    /// The first value of a field, without spaces around it; empty if it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.sent.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// The first value of a field as it was typed, spaces and all; nothing if it was not sent.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.sent.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Whether the field was sent and is not empty.
    pub fn has(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Every value of a field, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.sent.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.trim())
    }

    /// Every field whose name begins so, with the rest of its name.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.sent.iter().filter_map(move |(n, v)| Some((n.strip_prefix(prefix)?, v.trim())))
    }

    /// Puts a value into the form, as if it had been sent.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.sent.iter_mut().find(|(n, _)| *n == name) {
            Some(field) => field.1 = value,
            None => self.sent.push((name, value)),
        }
    }

    /// Adds one more value under a name.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.sent.push((name.into(), value.into()));
    }

    /// Takes the first value of a field out, exactly as it was typed.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.sent.iter().position(|(n, _)| n == name)?;
        Some(self.sent.remove(at).1)
    }

    /// Takes every value of a name out.
    pub fn clear(&mut self, name: &str) {
        self.sent.retain(|(n, _)| n != name);
    }

    /// Keeps what a field is called.
    pub fn labelled(&mut self, name: &'static str, label: &'static str) {
        self.labels.insert(name, label);
    }

    /// What a field is called: by its declaration, else its name.
    pub fn label(&self, lang: Lang, name: &str) -> String {
        let label = self.labels.get(name).and_then(|id| texts::word(lang.tag(), id));
        label.unwrap_or(name).to_owned()
    }

    /// Says what is wrong with a field; what was said first stands.
    pub fn refuse(&mut self, name: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.wrong.entry(name.to_owned()).or_insert_with(|| Wrong { zh: zh.into(), en: en.into() });
    }

    /// Puts a command's refusal beside the field it is about, by its code; the refusal comes back if no field is.
    pub fn aside(
        &mut self,
        failure: crate::problem::Failure,
        about: &[(&str, &str)],
    ) -> Option<crate::problem::Failure> {
        match about.iter().find(|(code, _)| *code == failure.code) {
            Some((_, field)) => {
                self.refuse(field, failure.text(Lang::Zh), failure.text(Lang::En));
                None
            }
            None => Some(failure),
        }
    }

    /// What is wrong with a field.
    pub fn wrong(&self, name: &str) -> Option<&Wrong> {
        self.wrong.get(name)
    }

    /// Every field that was refused.
    pub fn refused(&self) -> impl Iterator<Item = (&str, &Wrong)> {
        self.wrong.iter().map(|(name, wrong)| (name.as_str(), wrong))
    }

    /// Whether nothing was refused.
    pub fn is_good(&self) -> bool {
        self.wrong.is_empty()
    }

    /// A text that must be there, of at most so many characters.
    pub fn needed(&mut self, name: &str, most: usize) -> String {
        let text = self.text(name).to_owned();
        if text.is_empty() {
            self.refuse(name, "要填。", "Needed.");
        } else if text.chars().count() > most {
            self.refuse(name, format!("最多 {most} 个字。"), format!("At most {most} characters."));
        }
        text
    }

    /// An amount as people write it; nothing if the field is empty.
    pub fn money(&mut self, name: &str, currency: Currency) -> Option<Money> {
        let text = self.text(name).to_owned();
        if text.is_empty() {
            return None;
        }
        let read = minor(&text, currency);
        if read.is_none() {
            let form = plain(Money::new(currency.unit().saturating_mul(12), currency));
            self.refuse(
                name,
                format!("「{}」不是金额，写成 {form} 这样。", crate::problem::brief(&text)),
                format!("\"{}\" is not an amount; write it as {form}.", crate::problem::brief(&text)),
            );
        }
        read.map(|minor| Money::new(minor, currency))
    }

    /// A whole number in a range; nothing if the field is empty.
    pub fn whole(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let text = self.text(name).replace(',', "").replace('−', "-");
        if text.is_empty() {
            return None;
        }
        let read = text.parse::<i64>().ok().filter(|n| (least..=most).contains(n));
        if read.is_none() {
            self.refuse(
                name,
                format!("要一个 {least} 到 {most} 的整数。"),
                format!("A whole number from {least} to {most}."),
            );
        }
        read
    }

    /// A date; nothing if the field is empty.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name).to_owned();
        if text.is_empty() {
            return None;
        }
        let read = text.parse::<Date>().ok().filter(|d| text.len() == 10 && (1970..9999).contains(&d.year()));
        if read.is_none() {
            self.refuse(name, "日期写成 2026-06-18 这样。", "Write a date as 2026-06-18.");
        }
        read
    }

    /// The start of a date in the market's zone.
    pub fn day_start(&mut self, name: &str, market: &kernel::Market) -> Option<Moment> {
        let date = self.date(name)?;
        Moment::day_start(date, &market.zone)
    }
}

/// A form with files in it: its fields, and at most so many files as bytes.
pub async fn sent(mut form: Multipart, most: usize) -> Result<(Fields, Vec<Bytes>), Failure> {
    let bad = |err: axum::extract::multipart::MultipartError| {
        let status = err.status();
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            crate::problem::too_large("48 MB").zh("这些图加起来太大了，一次最多 48 MB。")
        } else {
            crate::refusal::Refusal::Form.into()
        }
    };
    let (mut fields, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = form.next_field().await.map_err(bad)? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            let bytes = part.bytes().await.map_err(bad)?;
            if !bytes.is_empty() && files.len() < most {
                files.push(bytes);
            }
        } else if fields.len() < 20_000 {
            fields.push((name, part.text().await.map_err(bad)?.replace('\0', "")));
        }
    }
    Ok((Fields::of(fields), files))
}

/// Reads `1284`, `1,284.5`, `¥12.80` into minor units. Never rounds: more decimals than the currency has are refused.
pub fn minor(text: &str, currency: Currency) -> Option<i64> {
    let text = text.trim().trim_start_matches(['¥', '￥']).replace([',', ' ', '，'], "");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let digits = currency.digits() as usize;
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(rest) || rest.len() > digits {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = if digits == 0 { 0 } else { format!("{rest:0<digits$}").parse().ok()? };
    whole.checked_mul(currency.unit())?.checked_add(part)
}

/// An amount as it stands in a field: digits and a point, nothing else.
pub fn plain(money: Money) -> String {
    let unit = money.currency.unit();
    match money.currency.digits() as usize {
        0 => money.minor.to_string(),
        digits => format!("{}.{:0digits$}", money.minor / unit, (money.minor % unit).abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_written_and_never_rounded() {
        let cny = Currency::CNY;
        for (text, read) in [
            ("12", Some(1_200)),
            ("12.5", Some(1_250)),
            ("¥1,284.05", Some(128_405)),
            ("0", Some(0)),
            ("12.345", None),
            ("", None),
            ("-1", None),
            ("1e3", None),
            (".5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(minor(text, cny), read, "{text}");
        }
        assert_eq!(plain(Money::new(128_405, cny)), "1284.05");
        assert_eq!(plain(Money::new(5, cny)), "0.05");
    }

    #[test]
    fn what_is_refused_first_stands_and_what_was_typed_stays() {
        let mut fields = Fields::of(vec![("price".into(), " abc ".into()), ("n".into(), "7".into())]);
        assert_eq!(fields.money("price", Currency::CNY), None);
        fields.refuse("price", "二", "two");
        assert!(fields.wrong("price").is_some_and(|w| w.en.contains("abc")));
        assert_eq!(fields.text("price"), "abc");
        assert_eq!(fields.whole("n", 1, 5), None);
        assert_eq!(fields.whole("absent", 1, 5), None);
        assert_eq!(fields.refused().count(), 2);
    }
}
