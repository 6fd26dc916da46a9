//! Phone numbers of every country, in the one way they are kept: `+861012345678;ext=803`.
//!
//! Invariant: what is kept reads back in every country, as it is, and as it is shown in the one where it is shown.

use kernel::{Country, text};
use phonenumber::{Mode, PhoneNumber, country};

/// What stands before an extension where people write Chinese.
const EXTENSIONS: [&str; 5] = ["分机号", "分机", "转接", "内线", "转"];
/// What is kept before an extension, as RFC 3966 has it.
const KEPT_EXTENSION: &str = ";ext=";

/// A number of the country where it is typed, or of any with its `+`; nothing if there is no such number.
pub(super) fn kept(typed: &str, home: Option<Country>) -> Option<String> {
    let home = home.and_then(known);
    let (number, extension) = parted(&text::key(typed), home);
    let signs = ['+', '-', ' ', '(', ')', '.', '/'];
    if !number.chars().all(|c| c.is_ascii_digit() || signs.contains(&c)) {
        return None;
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    // Abroad, `00` stands for the plus; at home nobody's area code begins so.
    let number = match digits.strip_prefix("00") {
        Some(rest) if !number.contains('+') => format!("+{rest}"),
        Some(_) | None => number,
    };
    // Or one of this country with its code, but without the plus.
    let with_code =
        || valid(None, &format!("+{digits}")).filter(|number| of(number).is_some_and(|of| Some(of) == home));
    let number = valid(home, &number).or_else(with_code)?.format().mode(Mode::E164).to_string();
    match extension.as_str() {
        "" => Some(number),
        extension => {
            let fits = extension.len() <= 8 && extension.bytes().all(|b| b.is_ascii_digit());
            fits.then(|| format!("{number}{KEPT_EXTENSION}{extension}"))
        }
    }
}

fn known(country: Country) -> Option<country::Id> {
    country.code().parse().ok()
}

fn of(number: &PhoneNumber) -> Option<country::Id> {
    number.country().id()
}

/// A number that there may be.
fn valid(home: Option<country::Id>, number: &str) -> Option<PhoneNumber> {
    // Without its country a number is none, whatever its digits are those of.
    if home.is_none() && !number.trim_start().starts_with('+') {
        return None;
    }
    phonenumber::parse(home, number).ok().filter(PhoneNumber::is_valid)
}

/// A number and its extension.
fn parted(text: &str, home: Option<country::Id>) -> (String, String) {
    let text = text.replace(['\u{2010}', '\u{2011}', '\u{2013}', '\u{2014}', '−'], "-");
    let clean = |number: &str, extension: &str| {
        let number = number.trim_end_matches([' ', ',', '-', ';', '(']);
        let extension = extension.trim_matches([' ', '.', ':', '=', '-', '#', ')']);
        (number.to_owned(), extension.to_owned())
    };
    let marks = EXTENSIONS.iter().chain(["extension", "ext", "x", "#"].iter());
    for mark in marks {
        if let Some((number, extension)) = text.split_once(mark) {
            return clean(number, extension);
        }
    }
    // `010-12345678-803`: what follows a landline that is whole.
    if let Some((number, extension)) = text.rsplit_once('-')
        && number.contains('-')
        && (1..=6).contains(&extension.len())
        && valid(home, number).is_some()
        && valid(home, &text).is_none()
    {
        return clean(number, extension);
    }
    (text, String::new())
}

/// A number as people write it in its own country, where it is shown there: `138 0000 0001`, `010 1234 5678 转 803`; one of
/// another country as it is kept. It reads back there as it was.
pub fn phone_shown(number: &str, home: Option<Country>) -> String {
    let (plain, extension) = number.split_once(KEPT_EXTENSION).unwrap_or((number, ""));
    let mainland = home == Some(Country::CN);
    let shown = match plain.strip_prefix("+86").filter(|_| mainland) {
        Some(own) if own.len() == 11 && own.starts_with('1') && own.is_ascii() => {
            format!("{} {} {}", &own[..3], &own[3..7], &own[7..])
        }
        _ => match valid(None, plain) {
            Some(read) if of(&read).is_some_and(|of| Some(of) == home.and_then(known)) => {
                read.format().mode(Mode::National).to_string()
            }
            _ => plain.to_owned(),
        },
    };
    let shown = match extension {
        "" => shown,
        _ if mainland => format!("{shown} 转 {extension}"),
        _ => format!("{shown} ext. {extension}"),
    };
    if kept(&shown, home).as_deref() == Some(number) { shown } else { number.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Market;

    fn at(zone: &str, currency: &str) -> Option<Country> {
        Market { zone: zone.parse().unwrap(), currency: currency.parse().unwrap() }.country()
    }

    #[test]
    fn what_is_kept_reads_back_as_it_is_and_as_it_is_shown() {
        let (china, brazil) = (at("Asia/Shanghai", "CNY"), at("America/Sao_Paulo", "BRL"));
        let (germany, states) = (at("Europe/Berlin", "EUR"), at("America/New_York", "USD"));
        for (home, typed, wanted) in [
            (china, "13812341234", Some("+8613812341234")),
            (china, "010-12345678", Some("+861012345678")),
            (china, "0571-88886666 转 12", Some("+8657188886666;ext=12")),
            (china, "+55 11 98765-4321", Some("+5511987654321")),
            (china, "+1 212-555-2368 x 44", Some("+12125552368;ext=44")),
            (brazil, "(11) 98765-4321", Some("+5511987654321")),
            (brazil, "11 98765 4321", Some("+5511987654321")),
            (brazil, "5511987654321", Some("+5511987654321")),
            (brazil, "+86 138 1234 1234", Some("+8613812341234")),
            (germany, "030 23125000", Some("+493023125000")),
            (germany, "0049 30 23125000", Some("+493023125000")),
            (states, "(212) 555-2368", Some("+12125552368")),
            (states, "212-555-2368 ext. 7", Some("+12125552368;ext=7")),
            // Nobody says of which country it is.
            (None, "13812341234", None),
            (None, "+8613812341234", Some("+8613812341234")),
        ] {
            let once = kept(typed, home);
            assert_eq!(once.as_deref(), wanted, "{typed} in {home:?}");
            let Some(once) = once else { continue };
            for other in [china, brazil, germany, states, None] {
                assert_eq!(kept(&once, other).as_ref(), Some(&once), "{typed} in {other:?}");
                let shown = phone_shown(&once, other);
                assert_eq!(kept(&shown, other).as_ref(), Some(&once), "{typed}: {shown} in {other:?}");
            }
        }
        assert_eq!(phone_shown("+8613800000001", china), "138 0000 0001");
        assert_eq!(phone_shown("+8613800000001", brazil), "+8613800000001");
        assert_eq!(phone_shown("+5511987654321", china), "+5511987654321");
        assert_eq!(phone_shown("+5511987654321", brazil), "(11) 98765-4321");
        assert_eq!(phone_shown("+861012345678;ext=803", china), "010 1234 5678 转 803");
    }
}
