//! Countries, by which what is written without one is read: phone numbers above all.

use crate::{Currency, Market};
use std::fmt;

/// An ISO 3166-1 code of two capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// China.
    pub const CN: Self = Self(*b"CN");

    /// The code, as `CN`.
    pub fn code(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or("??")
    }
}
impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The zones of the countries that share the euro, as the time zone database has them.
const EURO: [(&str, Country); 22] = [
    ("Asia/Famagusta", Country(*b"CY")),
    ("Asia/Nicosia", Country(*b"CY")),
    ("Atlantic/Canary", Country(*b"ES")),
    ("Europe/Amsterdam", Country(*b"NL")),
    ("Europe/Athens", Country(*b"GR")),
    ("Europe/Berlin", Country(*b"DE")),
    ("Europe/Bratislava", Country(*b"SK")),
    ("Europe/Brussels", Country(*b"BE")),
    ("Europe/Dublin", Country(*b"IE")),
    ("Europe/Helsinki", Country(*b"FI")),
    ("Europe/Lisbon", Country(*b"PT")),
    ("Europe/Ljubljana", Country(*b"SI")),
    ("Europe/Luxembourg", Country(*b"LU")),
    ("Europe/Madrid", Country(*b"ES")),
    ("Europe/Malta", Country(*b"MT")),
    ("Europe/Paris", Country(*b"FR")),
    ("Europe/Riga", Country(*b"LV")),
    ("Europe/Rome", Country(*b"IT")),
    ("Europe/Tallinn", Country(*b"EE")),
    ("Europe/Vienna", Country(*b"AT")),
    ("Europe/Vilnius", Country(*b"LT")),
    ("Europe/Zagreb", Country(*b"HR")),
];

impl Market {
    /// The country of its money, by ISO 4217: `CN` of `CNY`. Where countries share their money, that of its zone; none if the
    /// zone does not say.
    pub fn country(&self) -> Option<Country> {
        match self.currency.country() {
            Some(country) => Some(country),
            None => EURO.iter().find(|(zone, _)| *zone == self.zone.name()).map(|(_, country)| *country),
        }
    }
}

impl Currency {
    /// Whose money it is: the first two letters of its code. None of the euro and of what is shared by others, which begins
    /// with an X.
    fn country(&self) -> Option<Country> {
        match self.code().as_bytes() {
            [b'X', ..] | [b'E', b'U', b'R'] => None,
            [a, b, _] => Some(Country([*a, *b])),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_market_is_in_the_country_of_its_money_or_of_its_zone() {
        for (zone, currency, country) in [
            ("Asia/Shanghai", "CNY", Some("CN")),
            ("America/Sao_Paulo", "BRL", Some("BR")),
            ("America/New_York", "USD", Some("US")),
            ("Europe/Berlin", "EUR", Some("DE")),
            ("Europe/Lisbon", "EUR", Some("PT")),
            ("Europe/Brussels", "CHF", Some("CH")),
            ("Asia/Shanghai", "EUR", None),
            ("Africa/Dakar", "XOF", None),
        ] {
            let market = Market { zone: zone.parse().unwrap(), currency: currency.parse().unwrap() };
            assert_eq!(
                market.country().map(|found| found.to_string()).as_deref(),
                country,
                "{zone} {currency}"
            );
        }
    }
}
