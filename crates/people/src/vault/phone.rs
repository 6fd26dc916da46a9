//! Phone numbers of every country, in the one way they are kept: `+861012345678;ext=803`.
//!
//! Invariant: what is kept reads back, as it is and as it is shown.

use kernel::text;
use phonenumber::{Mode, PhoneNumber, country};

/// What stands before an extension where people write Chinese.
const EXTENSIONS: [&str; 5] = ["分机号", "分机", "转接", "内线", "转"];
/// What is kept before an extension, as RFC 3966 has it.
const KEPT_EXTENSION: &str = ";ext=";

/// A number of the mainland, or of any country with its `+`; nothing if there is no such number.
pub(super) fn kept(typed: &str) -> Option<String> {
    let (number, extension) = parted(&text::key(typed));
    let known = ['+', '-', ' ', '(', ')', '.', '/'];
    if !number.chars().all(|c| c.is_ascii_digit() || known.contains(&c)) {
        return None;
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    // Abroad, `00` stands for the plus; at home nobody's area code begins so.
    let number = match digits.strip_prefix("00") {
        Some(rest) if !number.contains('+') => format!("+{rest}"),
        Some(_) | None => number,
    };
    let read =
        |number: &str| phonenumber::parse(Some(country::CN), number).ok().filter(PhoneNumber::is_valid);
    // A mainland number with its country but without the plus.
    let number =
        read(&number).or_else(|| read(&format!("+{}", digits.strip_prefix("86").map(|_| &*digits)?)))?;
    let number = number.format().mode(Mode::E164).to_string();
    match extension.as_str() {
        "" => Some(number),
        extension => {
            let fits = extension.len() <= 8 && extension.bytes().all(|b| b.is_ascii_digit());
            fits.then(|| format!("{number}{KEPT_EXTENSION}{extension}"))
        }
    }
}

/// A number and its extension.
fn parted(text: &str) -> (String, String) {
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
        && phonenumber::parse(Some(country::CN), number).is_ok_and(|number| number.is_valid())
    {
        return clean(number, extension);
    }
    (text, String::new())
}

/// A number as people of the mainland write it: `138 0000 0001`, `010 1234 5678 转 803`; one of another country as it is
/// kept. It reads back as it was.
pub fn phone_shown(kept: &str) -> String {
    let (number, extension) = kept.split_once(KEPT_EXTENSION).unwrap_or((kept, ""));
    let shown = match number.strip_prefix("+86") {
        Some(own) if own.len() == 11 && own.starts_with('1') && own.is_ascii() => {
            format!("{} {} {}", &own[..3], &own[3..7], &own[7..])
        }
        Some(_) => match phonenumber::parse(None, number) {
            Ok(number) => number.format().mode(Mode::National).to_string(),
            Err(_) => number.to_owned(),
        },
        None => number.to_owned(),
    };
    if extension.is_empty() { shown } else { format!("{shown} 转 {extension}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back_as_it_is_and_as_it_is_shown() {
        for typed in [
            "13812341234",
            "010-12345678",
            "0571-88886666 转 12",
            "+55 11 98765-4321",
            "+1 212-555-2368 x 44",
        ] {
            let once = kept(typed).unwrap();
            assert_eq!(kept(&once).as_ref(), Some(&once), "{typed}");
            assert_eq!(kept(&phone_shown(&once)).as_ref(), Some(&once), "{typed}: {}", phone_shown(&once));
        }
        assert_eq!(phone_shown("+8613800000001"), "138 0000 0001");
        assert_eq!(phone_shown("+5511987654321"), "+5511987654321");
    }
}
