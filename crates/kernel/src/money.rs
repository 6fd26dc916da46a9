//! Money: whole minor units of one currency. Checked arithmetic, no floats; a split gives out every last unit.

use std::fmt;
use std::str::FromStr;

/// An ISO 4217 code in capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Renminbi.
    pub const CNY: Self = Self(*b"CNY");
    /// Brazilian real.
    pub const BRL: Self = Self(*b"BRL");

    /// The code, as `CNY`.
    pub fn code(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or("???")
    }
    /// How many decimal digits the minor unit has, by ISO 4217; two for a code that is not in it.
    pub fn digits(self) -> u32 {
        iso_currency::Currency::from_code(self.code()).and_then(|known| known.exponent()).map_or(2, u32::from)
    }
    /// Minor units in one unit: 100 for CNY.
    pub fn unit(self) -> i64 {
        10i64.pow(self.digits())
    }
    /// What is printed before an amount in a store: `¥`, `R$`, or the code.
    pub fn symbol(&self) -> &str {
        match &self.0 {
            b"CNY" | b"JPY" => "¥",
            b"BRL" => "R$",
            b"USD" => "$",
            b"EUR" => "€",
            b"GBP" => "£",
            _ => self.code(),
        }
    }
}
impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(code: &str) -> Result<Self, MoneyError> {
        match code.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|x| x.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(MoneyError::BadCurrency(code.chars().take(20).collect())),
        }
    }
}
impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount in minor units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units: 1 = 0.01 CNY.
    pub minor: i64,
    /// ISO 4217.
    #[schema(value_type = String, pattern = "^[A-Z]{3}$")]
    pub currency: Currency,
}

/// Why a sum could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Amounts of two currencies met.
    #[error("{0} and {1} cannot be added: convert one of them first")]
    Mixed(Currency, Currency),
    /// The result does not fit.
    #[error("the amount is larger than an account can hold")]
    TooLarge,
    /// Not a currency code.
    #[error("\"{0}\" is not a currency: write three capitals such as CNY")]
    BadCurrency(String),
}

impl Money {
    /// An amount.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }
    /// Splits the amount by weights; the parts add up to the whole (largest remainder first, then order).
    pub fn split_by(self, weights: &[u64]) -> Vec<Self> {
        split_by(self.minor, weights).into_iter().map(|minor| Self { minor, ..self }).collect()
    }
}
impl fmt::Display for Money {
    /// `CNY 1284.00`, with a true minus.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, digits) = (self.currency.unit().unsigned_abs(), self.currency.digits() as usize);
        let sign = if self.minor < 0 { "−" } else { "" };
        let minor = self.minor.unsigned_abs();
        if digits == 0 {
            return write!(f, "{} {sign}{minor}", self.currency);
        }
        write!(f, "{} {sign}{}.{:0digits$}", self.currency, minor / unit, minor % unit)
    }
}

/// Splits `total` by `weights` so that the parts add up to it. All-zero weights count as equal; no weights, no parts.
pub fn split_by(total: i64, weights: &[u64]) -> Vec<i64> {
    if weights.is_empty() {
        return Vec::new();
    }
    let ones = vec![1u64; weights.len()];
    let weights = if weights.iter().all(|w| *w == 0) { &ones } else { weights };
    let sum: u128 = weights.iter().map(|w| u128::from(*w)).sum();
    let whole = u128::from(total.unsigned_abs());
    let mut parts = Vec::with_capacity(weights.len());
    let mut rests = Vec::with_capacity(weights.len());
    let mut given = 0u128;
    for (i, weight) in weights.iter().enumerate() {
        let share = whole * u128::from(*weight);
        parts.push(share / sum);
        rests.push((share % sum, i));
        given += share / sum;
    }
    rests.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, i) in rests.iter().take((whole - given) as usize) {
        parts[*i] += 1;
    }
    parts.into_iter().map(|p| if total < 0 { -(p as i128) as i64 } else { p as i64 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_print_with_their_minor_digits() {
        assert_eq!(Money::new(128_400, Currency::CNY).to_string(), "CNY 1284.00");
        assert_eq!(Money::new(-5, Currency::BRL).to_string(), "BRL −0.05");
        assert_eq!(Money::new(7, "JPY".parse().unwrap()).to_string(), "JPY 7");
        for (code, digits) in
            [("JPY", 0), ("XAF", 0), ("CNY", 2), ("IQD", 3), ("KWD", 3), ("XAU", 2), ("QQQ", 2)]
        {
            assert_eq!(code.parse::<Currency>().unwrap().digits(), digits, "{code}");
        }
        assert!("cny".parse::<Currency>().is_err());
    }

    #[test]
    fn two_currencies_do_not_add_and_overflow_is_an_error() {
        let yuan = Money::new(1, Currency::CNY);
        assert!(matches!(yuan.plus(Money::new(1, Currency::BRL)), Err(MoneyError::Mixed(..))));
        assert_eq!(yuan.plus(Money::new(i64::MAX, Currency::CNY)), Err(MoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn a_split_gives_out_every_last_unit(total in -1_000_000_000_000i64..1_000_000_000_000, weights in proptest::collection::vec(0u64..10_000, 1..20)) {
            let parts = split_by(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            prop_assert_eq!(parts.len(), weights.len());
        }
    }
}
