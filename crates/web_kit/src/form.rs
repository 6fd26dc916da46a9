//! What was typed into a form, read field by field, so that every refusal can stand beside the field it is about.
//!
//! Invariants: nothing typed is lost when a form is shown again; a field is refused once, by its own name.

use crate::lang::{Lang, t};
use crate::problem::Failure;
use axum::body::Bytes;
use axum::extract::Multipart;
use axum::http::StatusCode;
use kernel::{Currency, Date, Market, Misread, Moment, Money, Numerals, numeral};
use std::collections::BTreeMap;

/// The fields of a form in the order they were sent, with what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// The fields, as they came.
    pub sent: Vec<(String, String)>,
    /// What is wrong with each.
    pub wrong: BTreeMap<String, Wrong>,
    /// How the market's numbers are written.
    numerals: Numerals,
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

    /// Reads and writes numbers as the market's are.
    pub fn of_market(&mut self, market: &Market) {
        self.numerals = Numerals::of(market.currency);
    }

    /// How numbers are read and written here.
    pub fn numerals(&self) -> Numerals {
        self.numerals
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
        let example = plain(Money::new(currency.unit().saturating_mul(12), currency));
        match numeral::amount(&text, currency) {
            Ok(minor) if minor >= 0 => Some(Money::new(minor, currency)),
            Ok(_) => {
                let text = crate::problem::brief(&text);
                self.refuse(
                    name,
                    format!("「{text}」不是金额：不能小于 0。"),
                    format!("\"{text}\" is not an amount: it must not be below 0."),
                );
                None
            }
            Err(why) => {
                self.refuse_number(name, &text, why, ("金额", "an amount"), &example);
                None
            }
        }
    }

    /// A whole number in a range; nothing if the field is empty.
    pub fn whole(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let text = self.text(name).to_owned();
        if text.is_empty() {
            return None;
        }
        let range =
            (format!("要一个 {least} 到 {most} 的整数。"), format!("A whole number from {least} to {most}."));
        match self.numerals.read(&text, 0) {
            Ok(number) if (least..=most).contains(&number) => return Some(number),
            Ok(_) => self.refuse(name, range.0, range.1),
            Err(_) => {
                let text = crate::problem::brief(&text);
                let (zh, en) = (
                    format!("「{text}」不是整数：{}", range.0),
                    format!("\"{text}\" is not a whole number: write one from {least} to {most}."),
                );
                self.refuse(name, zh, en);
            }
        }
        None
    }

    /// A share in per cent with at most two decimals, in hundredths of a per cent, from one to `most`; nothing if the
    /// field is empty.
    pub fn percent(&mut self, name: &str, most: i64) -> Option<i64> {
        let text = self.text(name).to_owned();
        if text.is_empty() {
            return None;
        }
        let bare = text.trim_end_matches(['%', '％']).trim_end();
        match self.numerals.read(bare, PERCENT_DECIMALS) {
            Ok(share) if (1..=most).contains(&share) => return Some(share),
            Ok(_) => {
                let (least, most) = (self.numerals.write(1, PERCENT_DECIMALS), most / 100);
                self.refuse(
                    name,
                    format!("要 {least} 到 {most} 的数。"),
                    format!("A number from {least} to {most}."),
                );
            }
            Err(why) => {
                let example = self.numerals.write(1_250, PERCENT_DECIMALS);
                self.refuse_number(name, &text, why, ("百分数", "a per cent"), &example);
            }
        }
        None
    }

    /// Says why a number was not read, and how it is written.
    fn refuse_number(&mut self, name: &str, text: &str, why: Misread, what: (&str, &str), example: &str) {
        let text = crate::problem::brief(text);
        let (zh, en) = match why {
            Misread::NotANumber { meant: Some(meant) } => (
                format!("「{text}」不是{}：如果是 {meant}，请写成 {meant}。", what.0),
                format!("\"{text}\" is not {}: if it is {meant}, write {meant}.", what.1),
            ),
            Misread::NotANumber { meant: None } => (
                format!("「{text}」不是{}，写成 {example} 这样。", what.0),
                format!("\"{text}\" is not {}; write it as {example}.", what.1),
            ),
            Misread::Decimals { most: 0 } => (
                format!("「{text}」不是{}：没有小数，写成 {example} 这样。", what.0),
                format!("\"{text}\" is not {}: it has no decimals; write it as {example}.", what.1),
            ),
            Misread::Decimals { most } => (
                format!("「{text}」不是{}：最多 {most} 位小数，写成 {example} 这样。", what.0),
                format!("\"{text}\" is not {}: at most {most} decimals; write it as {example}.", what.1),
            ),
            Misread::TooLarge => (
                format!("「{text}」太大了，写成 {example} 这样。"),
                format!("\"{text}\" is too large; write it as {example}."),
            ),
        };
        self.refuse(name, zh, en);
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
        if let Some(file_name) = part.file_name().map(str::to_owned) {
            // What it is called where it comes from, without the folders that some browsers say.
            let called = file_name.rsplit(['/', '\\']).next().unwrap_or_default().replace('\0', "");
            fields.push((format!("{name}.name"), called));
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

/// With how many decimals a share in per cent is typed.
pub const PERCENT_DECIMALS: u32 = 2;

/// An amount as it stands in a field: digits and the decimal mark of its market, nothing else.
pub fn plain(money: Money) -> String {
    Numerals::of(money.currency).write(money.minor, money.currency.digits())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Fields {
        Fields::of(vec![("n".into(), text.into())])
    }

    #[test]
    fn a_slip_of_one_mark_is_refused_with_what_may_be_meant() {
        let (cny, brl) = (Currency::CNY, Currency::BRL);
        for (text, currency, read, said) in [
            ("¥1,284.05", cny, Some(128_405), ""),
            ("12", cny, Some(1_200), ""),
            ("１２．５０", cny, Some(1_250), ""),
            ("1.284,05", brl, Some(128_405), ""),
            ("12,50", cny, None, "\"12,50\" is not an amount: if it is 12.50, write 12.50."),
            ("12.50", brl, None, "\"12.50\" is not an amount: if it is 12,50, write 12,50."),
            ("1,2,3", cny, None, "\"1,2,3\" is not an amount; write it as 12.00."),
            ("12.345", cny, None, "\"12.345\" is not an amount: at most 2 decimals; write it as 12.00."),
            ("-1", cny, None, "\"-1\" is not an amount: it must not be below 0."),
            ("1e3", cny, None, "\"1e3\" is not an amount; write it as 12.00."),
        ] {
            let mut fields = typed(text);
            assert_eq!(fields.money("n", currency).map(|money| money.minor), read, "{text}");
            assert_eq!(fields.wrong("n").map_or("", |wrong| wrong.en.as_str()), said);
        }
        assert_eq!(plain(Money::new(128_405, cny)), "1284.05");
        assert_eq!(plain(Money::new(128_405, brl)), "1284,05");
        assert_eq!(plain(Money::new(5, cny)), "0.05");
    }

    #[test]
    fn counts_and_shares_are_read_by_the_same_marks() {
        for (text, whole, share) in [
            ("1,250", Some(1_250), None),
            ("12,50", None, None),
            ("12", Some(12), Some(1_200)),
            ("12.5%", None, Some(1_250)),
            ("12.50", None, Some(1_250)),
            ("０．５％", None, Some(50)),
            ("-3", Some(-3), None),
            ("0.001", None, None),
            ("101", Some(101), None),
        ] {
            assert_eq!(typed(text).whole("n", -5, 10_000), whole, "{text}");
            assert_eq!(typed(text).percent("n", 10_000), share, "{text}");
        }
        let mut fields = typed("12,5");
        fields.of_market(&Market { zone: "America/Sao_Paulo".parse().unwrap(), currency: Currency::BRL });
        assert_eq!(fields.percent("n", 10_000), Some(1_250));
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
