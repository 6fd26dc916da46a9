//! Numbers as people type them: which mark parts the groups of a market's numbers and which their decimals, and the one
//! reader of every amount, count, per cent and weight that somebody types.
//!
//! Invariants: a mark between groups counts only in a true group, so a slip of one mark never makes a number a hundred
//! times as large; nothing is rounded; what is written by [`Numerals::write`] reads back as it was.

use crate::{Currency, text};

/// How the numbers of a market are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numerals {
    /// Before the decimals.
    point: char,
    /// Between groups; one number uses one of them.
    groups: &'static [char],
    /// Whether only the last group has three digits and the others two, as in India.
    lakhs: bool,
}

/// Why a text is not the number it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misread {
    /// More decimals than there may be.
    Decimals {
        /// The most.
        most: u32,
    },
    /// Larger than a number may be.
    TooLarge,
    /// No number.
    NotANumber {
        /// What may be meant, written as it is read: `12.50` for `12,50`.
        meant: Option<String>,
    },
}

impl Default for Numerals {
    fn default() -> Self {
        Self::PLAIN
    }
}

impl Numerals {
    /// Commas between groups, a point before decimals: `1,284.50`.
    pub const PLAIN: Self = Self { point: '.', groups: &[','], lakhs: false };
    /// Points or spaces between groups, a comma before decimals: `1.284,50`, `1 284,50`.
    const COMMA: Self = Self { point: ',', groups: &['.', ' '], lakhs: false };

    /// As numbers are written where a currency is paid with.
    pub fn of(currency: Currency) -> Self {
        match currency.code() {
            "EUR" | "BRL" | "ARS" | "CLP" | "COP" | "UYU" | "PYG" | "DKK" | "NOK" | "SEK" | "ISK" | "PLN"
            | "CZK" | "HUF" | "RON" | "BGN" | "RSD" | "BAM" | "MKD" | "ALL" | "TRY" | "RUB" | "UAH"
            | "BYN" | "KZT" | "GEL" | "AMD" | "AZN" | "IDR" | "VND" | "XAF" | "XOF" | "MAD" | "DZD"
            | "TND" | "AOA" | "MZN" => Self::COMMA,
            "CHF" => Self { point: '.', groups: &['\'', ' '], lakhs: false },
            "INR" => Self { lakhs: true, ..Self::PLAIN },
            _ => Self::PLAIN,
        }
    }

    /// Reads a number with at most so many decimals, as a whole number of the last of them.
    pub fn read(self, typed: &str, decimals: u32) -> Result<i64, Misread> {
        let narrow = narrow(typed);
        let (sign, digits) = match narrow.strip_prefix(['-', '+']) {
            Some(rest) => (if narrow.starts_with('-') { -1 } else { 1 }, rest),
            None => (1, narrow.as_str()),
        };
        let unread = || Misread::NotANumber { meant: self.meant(sign, digits, decimals) };
        let (whole, part) = match digits.split_once(self.point) {
            Some((whole, part)) if is_digits(part) => (whole, part),
            Some(_) => return Err(unread()),
            None => (digits, ""),
        };
        let whole = self.joined(whole).ok_or_else(unread)?;
        if part.len() > decimals as usize {
            return Err(match self.meant(sign, digits, decimals) {
                None => Misread::Decimals { most: decimals },
                meant => Misread::NotANumber { meant },
            });
        }
        scaled(&whole, part, decimals).map(|number| sign * number).ok_or(Misread::TooLarge)
    }

    /// Writes a number of so many decimals as it is typed: digits and the decimal mark, nothing else.
    pub fn write(self, number: i64, decimals: u32) -> String {
        let (sign, size) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
        if decimals == 0 {
            return format!("{sign}{size}");
        }
        let unit = 10u64.pow(decimals);
        format!("{sign}{}{}{:0width$}", size / unit, self.point, size % unit, width = decimals as usize)
    }

    /// The digits of the part before the decimals, if its groups are true ones.
    fn joined(self, whole: &str) -> Option<String> {
        if is_digits(whole) {
            return Some(whole.to_owned());
        }
        let mark = whole.chars().find(|c| self.groups.contains(c))?;
        let groups: Vec<&str> = whole.split(mark).collect();
        let (first, last) = (groups[0], groups[groups.len() - 1]);
        let inner = if self.lakhs { 2 } else { 3 };
        let fits = |group: &&str, long: usize| is_digits(group) && group.len() == long;
        let true_groups = is_digits(first)
            && !first.starts_with('0')
            && first.len() <= inner
            && fits(&last, 3)
            && groups[1..groups.len() - 1].iter().all(|group| fits(group, inner));
        true_groups.then(|| groups.concat())
    }

    /// What somebody means who set the marks of another country, if it can be one thing only.
    fn meant(self, sign: i64, digits: &str, decimals: u32) -> Option<String> {
        let marks: Vec<char> = digits.chars().filter(|c| !c.is_ascii_digit()).collect();
        let last = *marks.last()?;
        let fine = marks.iter().all(|c| matches!(c, '.' | ',' | ' ' | '\''));
        if !fine || last == ' ' || marks[..marks.len() - 1].contains(&last) {
            return None;
        }
        let (whole, part) = digits.rsplit_once(last)?;
        let other = Self { point: last, groups: &['.', ',', ' ', '\''], lakhs: self.lakhs };
        let whole = if whole.is_empty() { "0".to_owned() } else { other.joined(whole)? };
        if part.len() > decimals as usize {
            return None;
        }
        Some(self.write(sign * scaled(&whole, part, decimals)?, decimals))
    }
}

/// Reads an amount as it is typed into minor units: a number of the currency's decimals, with the currency before or
/// behind it or without.
pub fn amount(typed: &str, currency: Currency) -> Result<i64, Misread> {
    let narrow = narrow(typed);
    let word = match currency {
        Currency::CNY => "元",
        _ if currency.code() == "JPY" => "円",
        _ => currency.symbol(),
    };
    let (code, small) = (currency.code(), currency.code().to_ascii_lowercase());
    let names = [currency.symbol(), code, small.as_str(), word];
    let bare = names.iter().find_map(|name| narrow.strip_prefix(name).or_else(|| narrow.strip_suffix(name)));
    Numerals::of(currency).read(bare.unwrap_or(&narrow), currency.digits())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn scaled(whole: &str, part: &str, decimals: u32) -> Option<i64> {
    let width = decimals as usize;
    format!("{whole}{part:0<width$}").parse().ok()
}

/// Full-width digits and marks as narrow ones, every space and every minus as the one that is compared.
fn narrow(typed: &str) -> String {
    let typed = text::kept(typed);
    let narrow = typed.chars().map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '￥' => '¥',
        '−' | '﹣' | '‒' | '–' => '-',
        '’' => '\'',
        c if c.is_whitespace() => ' ',
        c => c,
    });
    narrow.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn meant(text: &str) -> Result<i64, Misread> {
        Err(Misread::NotANumber { meant: Some(text.to_owned()) })
    }

    const UNREAD: Result<i64, Misread> = Err(Misread::NotANumber { meant: None });

    #[test]
    fn a_mark_between_groups_counts_in_a_true_group_only() {
        for (text, read) in [
            ("12", Ok(1_200)),
            ("12.5", Ok(1_250)),
            ("1,250", Ok(125_000)),
            ("1,284.05", Ok(128_405)),
            ("12,345,678.90", Ok(1_234_567_890)),
            ("0", Ok(0)),
            ("007", Ok(700)),
            ("-1.50", Ok(-150)),
            ("−1.50", Ok(-150)),
            ("12,50", meant("12.50")),
            ("12,5", meant("12.50")),
            ("1.250,00", meant("1250.00")),
            ("1 250,5", meant("1250.50")),
            ("0,500", UNREAD),
            ("1,2,3", UNREAD),
            ("1,23,456", UNREAD),
            ("1234,567", UNREAD),
            (",500", UNREAD),
            ("1,,250", UNREAD),
            ("1,250,", UNREAD),
            ("12.", meant("12.00")),
            (".5", meant("0.50")),
            ("12.500", Err(Misread::Decimals { most: 2 })),
            ("12.345", Err(Misread::Decimals { most: 2 })),
            ("1.2.3", UNREAD),
            ("", UNREAD),
            ("-", UNREAD),
            ("1e3", UNREAD),
            ("abc", UNREAD),
            ("٣", UNREAD),
            ("99999999999999999999", Err(Misread::TooLarge)),
        ] {
            assert_eq!(Numerals::PLAIN.read(text, 2), read, "{text}");
        }
    }

    #[test]
    fn the_market_says_which_mark_is_which() {
        for (code, text, read) in [
            ("BRL", "1.250,00", Ok(125_000)),
            ("BRL", "1 250,00", Ok(125_000)),
            ("EUR", "1\u{a0}250,5", Ok(125_050)),
            ("EUR", "1\u{202f}250", Ok(125_000)),
            ("EUR", "1.250", Ok(125_000)),
            ("EUR", "12,50", Ok(1_250)),
            ("EUR", "12.50", meant("12,50")),
            ("EUR", "1,250.00", meant("1250,00")),
            ("EUR", "1.250 000", UNREAD),
            ("CHF", "1'250.50", Ok(125_050)),
            ("CHF", "1’250.50", Ok(125_050)),
            ("INR", "12,34,567.50", Ok(123_456_750)),
            ("INR", "1,234,567", UNREAD),
            ("JPY", "1,250", Ok(1_250)),
            ("JPY", "1250.5", Err(Misread::Decimals { most: 0 })),
            ("KWD", "1.2345", Err(Misread::Decimals { most: 3 })),
            ("KWD", "1.234", Ok(1_234)),
            ("GBP", "1,250.00", Ok(125_000)),
            ("USD", "12,50", meant("12.50")),
        ] {
            assert_eq!(amount(text, currency(code)), read, "{code} {text}");
        }
    }

    #[test]
    fn full_width_digits_signs_of_the_currency_and_what_cannot_be_seen_do_not_matter() {
        for (code, text, read) in [
            ("CNY", "１，２５０．５０", Ok(125_050)),
            ("CNY", "￥１２．５", Ok(1_250)),
            ("CNY", "¥ 12.50", Ok(1_250)),
            ("CNY", "12.50元", Ok(1_250)),
            ("CNY", "cny 12.50", Ok(1_250)),
            ("CNY", "\u{feff}12\u{200b}.50\u{200e}", Ok(1_250)),
            ("CNY", "$12.50", UNREAD),
            ("USD", "$12.50", Ok(1_250)),
            ("USD", "¥12.50", UNREAD),
            ("BRL", "R$ 1.250,50", Ok(125_050)),
            ("EUR", "12,50 €", Ok(1_250)),
        ] {
            assert_eq!(amount(text, currency(code)), read, "{code} {text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(number: i64, decimals in 0u32..4, comma: bool) {
            prop_assume!(number != i64::MIN);
            let numerals = if comma { Numerals::COMMA } else { Numerals::PLAIN };
            prop_assert_eq!(numerals.read(&numerals.write(number, decimals), decimals), Ok(number));
        }

        #[test]
        fn what_reads_has_the_digits_that_were_typed(text in "[0-9,. ]{1,12}", code in "(CNY|EUR|INR|JPY)") {
            let numerals = Numerals::of(currency(&code));
            if let Ok(number) = numerals.read(&text, 2) {
                let typed: String = text.chars().filter(char::is_ascii_digit).collect();
                let kept = number.to_string();
                let kept = kept.trim_end_matches('0').trim_start_matches('0');
                prop_assert_eq!(typed.trim_end_matches('0').trim_start_matches('0'), kept);
            }
        }

        #[test]
        fn what_may_be_meant_can_be_typed(text in "[0-9,.' ]{1,12}", code in "(CNY|EUR|INR|CHF|JPY)") {
            let numerals = Numerals::of(currency(&code));
            if let Err(Misread::NotANumber { meant: Some(meant) }) = numerals.read(&text, 2) {
                prop_assert!(numerals.read(&meant, 2).is_ok(), "{}", meant);
            }
        }
    }
}
