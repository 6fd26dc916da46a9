//! Reading the file of carriers. What is wrong is told with its line and with what to write instead.

use super::model::{Carrier, Carriers, Of, Shape};
use kernel::Currency;
use serde::Deserialize;
use toml::Spanned;

/// The longest number of a carrier.
const LONGEST: usize = crate::order::LONGEST_NUMBER;

/// Why a file of carriers cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(Invalid, code = "carrier.bad_file")]
pub struct BadCarriers {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    carrier: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    code: String,
    zh: String,
    en: String,
    currencies: Vec<String>,
    number: Vec<Number>,
    example: String,
    page: Option<String>,
    #[serde(default)]
    reports: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, untagged)]
enum Number {
    Upu { upu: String },
    Row { starts: String, of: String, least: usize, most: usize },
}

/// Reads a file of carriers.
pub fn read(text: &str) -> Result<Carriers, BadCarriers> {
    let line_of = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    let file: File = toml::from_str(text).map_err(|err| BadCarriers {
        line: err.span().map_or(1, |span| line_of(span.start)),
        what: err.message().to_owned(),
    })?;
    let mut all: Vec<Carrier> = Vec::new();
    for row in &file.carrier {
        let bad = |what: String| BadCarriers { line: line_of(row.span().start), what };
        let carrier = carrier(row.get_ref()).map_err(bad)?;
        if all.iter().any(|other| other.code == carrier.code) {
            return Err(bad(format!("the carrier \"{}\" is there twice: keep one", carrier.code)));
        }
        all.push(carrier);
    }
    Ok(Carriers::of(all))
}

fn carrier(row: &Row) -> Result<Carrier, String> {
    let code = row.code.as_str();
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    if !(1..=32).contains(&code.len()) || !code.bytes().all(letter) {
        return Err(format!("\"{code}\" is no code: write 1 to 32 small letters, digits, _ and -"));
    }
    if row.zh.trim().is_empty() || row.en.trim().is_empty() {
        return Err(format!("{code} has no name: write zh and en"));
    }
    let everywhere = row.currencies.iter().any(|word| word == "*");
    let mut currencies = Vec::new();
    for word in row.currencies.iter().filter(|word| *word != "*") {
        let currency: Currency = word.parse().map_err(|_| {
            format!("{code}: \"{word}\" is no currency: write \"CNY\", or \"*\" for every market")
        })?;
        currencies.push(currency);
    }
    if row.number.is_empty() {
        return Err(format!("{code} has no number: write at least one shape"));
    }
    let shapes = row.number.iter().map(|number| shape(code, number)).collect::<Result<_, _>>()?;
    if row.page.as_ref().is_some_and(|page| !page.starts_with("https://") || !page.contains("{number}")) {
        return Err(format!("{code}: a page is an https address with {{number}} in it"));
    }
    let carrier = Carrier {
        code: code.into(),
        zh: row.zh.as_str().into(),
        en: row.en.as_str().into(),
        everywhere,
        currencies,
        shapes,
        example: row.example.as_str().into(),
        page: row.page.as_deref().map(Into::into),
        reports: row.reports,
    };
    if !carrier.fits(&carrier.example) {
        return Err(format!("{code}: its example \"{}\" has none of its shapes", carrier.example));
    }
    Ok(carrier)
}

fn shape(code: &str, number: &Number) -> Result<Shape, String> {
    let capitals = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    match number {
        Number::Upu { upu } => {
            let country = upu.is_empty() || (upu.len() == 2 && upu.bytes().all(|b| b.is_ascii_uppercase()));
            match country {
                true => Ok(Shape::Upu { country: upu.as_str().into() }),
                false => Err(format!("{code}: \"{upu}\" is no country: write two capitals, or \"\" for any")),
            }
        }
        Number::Row { starts, of, least, most } => {
            let of = Of::parse(of)
                .ok_or_else(|| format!("{code}: \"{of}\" is not known: write digits, alnum or parcel"))?;
            if !capitals(starts) {
                return Err(format!(
                    "{code}: a number starts with capitals and digits, not with \"{starts}\""
                ));
            }
            if *least < 1 || least > most || starts.len() + most > LONGEST {
                return Err(format!("{code}: from 1 to {LONGEST} characters, the least before the most"));
            }
            Ok(Shape::Row { starts: starts.as_str().into(), of, least: *least, most: *most })
        }
    }
}
