//! Numbers as governance files write them.

use kernel::Currency;

/// The largest whole number an input may hold, both ways.
pub(crate) const MOST_INT: i64 = 1_000_000_000_000_000;

/// Reads an amount in whole units with at most the currency's decimals: `10`, `10.5`, `-0.01`.
pub(crate) fn minor(text: &str, currency: Currency) -> Option<i64> {
    decimal(text, currency.digits()).filter(|minor| minor.abs() <= MOST_INT)
}

/// Reads a decimal of at most `digits` decimals as a whole number of the last one.
pub(crate) fn decimal(text: &str, digits: u32) -> Option<i64> {
    let (negative, plain) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = digits as usize;
    let is_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(part) || part.trim_end_matches('0').len() > digits
    {
        return None;
    }
    let part = part.trim_end_matches('0');
    let amount: i64 = format!("{whole}{part:0<digits$}").parse().ok()?;
    Some(if negative { -amount } else { amount })
}
