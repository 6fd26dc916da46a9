//! The market's rules of the catalog, as data: limits of a product, whether every edit is reviewed, and the words that
//! are watched (`governance/market/catalog.toml` and `words.toml`).
//!
//! Invariants: a version counts from its own day until the next one's; a word counts within its own days.

use super::error::Error;
use super::word::{Matcher, Word, WordClass};
use kernel::{Currency, Date};
use serde::Deserialize;
use std::sync::{Arc, OnceLock};
use toml::Spanned;

/// The files that come with the program.
const CATALOG: &str = include_str!("../../../../governance/market/catalog.toml");
const WORDS: &str = include_str!("../../../../governance/market/words.toml");

/// The market's own list of words, in its folder: it stands in for the one that comes with the program.
pub const WORDS_FILE: &str = "words.toml";
/// The market's own limits of products, in its folder: they stand in for those that come with the program.
pub const CATALOG_FILE: &str = "catalog.toml";

/// The rules that count while the program runs.
static BOOK: OnceLock<Result<Book, String>> = OnceLock::new();

/// How large parts of a product may be; counts, and lengths in characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// The shortest title.
    pub title_least: usize,
    /// The longest title.
    pub title_most: usize,
    /// The most paragraphs about a product.
    pub paragraphs_most: usize,
    /// The longest paragraph.
    pub paragraph_most: usize,
    /// The longest name of an axis or of one of its values, and the longest number of a variant.
    pub name_most: usize,
    /// The most values of an axis.
    pub values_most: usize,
    /// The most variants.
    pub skus_most: usize,
    /// The most pictures in the gallery.
    pub gallery_most: usize,
    /// The most attributes.
    pub attributes_most: usize,
    /// The longest value of an attribute.
    pub value_most: usize,
    /// The longest note with a refusal.
    pub note_most: usize,
    /// The most edits of one product that are under way.
    pub edits_most: usize,
    /// The most things in one slot of the mall's pages.
    pub slot_most: usize,
}

/// Which edits are reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// All of them.
    Always,
    /// Those that hold sensitive words; the others go live as they are handed in.
    Marked,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogFile {
    version: Vec<Spanned<Version>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    effective_from: toml::value::Datetime,
    review: Review,
    presale: Vec<Box<str>>,
    limits: Limits,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    word: Vec<Spanned<WordLine>>,
    #[serde(default)]
    allow: Vec<Spanned<AllowLine>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowLine {
    text: Box<str>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WordLine {
    text: Box<str>,
    class: WordClass,
    why: Why,
    source: Box<str>,
    from: toml::value::Datetime,
    #[serde(default)]
    until: Option<toml::value::Datetime>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    zh: Box<str>,
    en: Box<str>,
}

/// Every version of the rules.
#[derive(Debug, Clone)]
pub struct Book {
    versions: Vec<(Date, Version)>,
    words: Vec<Word>,
    allowed: Vec<Box<str>>,
}

/// The rules of one day.
#[derive(Debug)]
pub struct Rules {
    /// The market's currency.
    pub currency: Currency,
    /// Which edits are reviewed.
    pub review: Review,
    /// The promises by which presales ship: a product that ships by one of them is a presale.
    pub presale: Vec<Box<str>>,
    /// How large a product may be.
    pub limits: Limits,
    /// The words that are watched on that day.
    pub words: Matcher,
}

impl Rules {
    /// Whether a product that ships by this promise is a presale.
    pub fn is_presale(&self, ship: &str) -> bool {
        self.presale.iter().any(|promise| **promise == *ship)
    }
}

impl Book {
    /// Reads the two files. An error says which file, which line and what is wrong.
    pub fn read(catalog: &str, words: &str) -> Result<Self, String> {
        Ok(Self { versions: read_catalog(catalog)?, ..Self::of_words(words)? })
    }

    /// What a file of words holds.
    fn of_words(text: &str) -> Result<Self, String> {
        let file: WordsFile = toml::from_str(text).map_err(|err| broken(WORDS_FILE, text, &err))?;
        let mut all = Vec::new();
        for line in file.word {
            let at = line_of(text, line.span().start);
            let line = line.into_inner();
            let word = line.text;
            let bad = |what: &str| format!("{WORDS_FILE}: line {at}: \"{word}\" {what}");
            if super::word::plain(&word).is_empty() {
                return Err(bad("has neither letters nor digits"));
            }
            if line.source.trim().is_empty() {
                return Err(bad("has no source"));
            }
            let from = day(&line.from).map_err(|err| bad(&err))?;
            let until = line.until.as_ref().map(day).transpose().map_err(|err| bad(&err))?;
            if until.is_some_and(|until| until <= from) {
                return Err(bad("ends before it begins"));
            }
            let (class, zh, en) = (line.class, line.why.zh, line.why.en);
            all.push(Word { text: word, class, zh, en, source: line.source, from, until });
        }
        let mut allowed = Vec::new();
        for line in file.allow {
            let at = line_of(text, line.span().start);
            let word = line.into_inner().text;
            if super::word::plain(&word).is_empty() {
                return Err(format!("{WORDS_FILE}: line {at}: \"{word}\" has neither letters nor digits"));
            }
            allowed.push(word);
        }
        Ok(Self { versions: Vec::new(), words: all, allowed })
    }

    /// The files that come with the program.
    pub fn built_in() -> Result<&'static Self, Error> {
        let book = BOOK.get_or_init(|| Self::read(CATALOG, WORDS));
        book.as_ref().map_err(|err| Error::Rules(err.clone()))
    }

    /// With the market's own files in place of those that come with the program, for as long as the program runs. It has to
    /// come before the first rules are asked for; an error says which file, which line and what is wrong.
    pub fn with_files(catalog: Option<&str>, words: Option<&str>) -> Result<(), String> {
        if catalog.is_none() && words.is_none() {
            return Ok(());
        }
        let book = Self::read(catalog.unwrap_or(CATALOG), words.unwrap_or(WORDS))?;
        BOOK.set(Ok(book))
            .map_err(|_| "the rules of the catalog were asked for before they were read".to_owned())
    }

    /// Every version of the limits of products, with what it says under its keys.
    pub fn limits(&self) -> Vec<(Date, Vec<(&'static str, String)>)> {
        self.versions.iter().map(|(from, version)| (*from, version.said())).collect()
    }

    /// The words within which nothing is found.
    pub fn allowed(&self) -> &[Box<str>] {
        &self.allowed
    }

    /// The rules of a day.
    pub fn on(&self, day: Date, currency: Currency) -> Result<Rules, Error> {
        let found = self.versions.iter().rev().find(|(from, _)| *from <= day);
        let (_, version) =
            found.ok_or_else(|| Error::Rules(format!("no version of catalog.toml counts on {day}")))?;
        let is_watched = |word: &&Word| word.from <= day && word.until.is_none_or(|until| day < until);
        let words = Matcher::new(self.words.iter().filter(is_watched).cloned())
            .allowing(self.allowed.iter().map(|text| &**text));
        let Version { review, presale, limits, .. } = version.clone();
        Ok(Rules { currency, review, presale, limits, words })
    }

    /// All words, in the order of the file.
    pub fn words(&self) -> &[Word] {
        &self.words
    }
}

/// The rules of a day as they come with the program, made once for each day.
pub fn rules(day: Date, currency: Currency) -> Result<Arc<Rules>, Error> {
    type Made = std::sync::Mutex<Option<(Date, Currency, Arc<Rules>)>>;
    static LAST: Made = std::sync::Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some((of, money, rules)) = &*last
        && (*of, *money) == (day, currency)
    {
        return Ok(Arc::clone(rules));
    }
    let made = Arc::new(Book::built_in()?.on(day, currency)?);
    *last = Some((day, currency, Arc::clone(&made)));
    Ok(made)
}

/// Reads the file of limits: versions, each with a day of its own, in their order.
fn read_catalog(text: &str) -> Result<Vec<(Date, Version)>, String> {
    let file: CatalogFile = toml::from_str(text).map_err(|err| broken(CATALOG_FILE, text, &err))?;
    let mut versions: Vec<(Date, Version)> = Vec::new();
    for version in file.version {
        let at = line_of(text, version.span().start);
        let version = version.into_inner();
        let from = day(&version.effective_from).map_err(|err| format!("{CATALOG_FILE}: line {at}: {err}"))?;
        if versions.last().is_some_and(|(before, _)| *before >= from) {
            let what = format!("the version of {from} does not follow the one before it");
            return Err(format!("{CATALOG_FILE}: line {at}: {what}"));
        }
        versions.push((from, version));
    }
    Ok(versions)
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

/// What is wrong with a file that is none.
fn broken(file: &str, text: &str, err: &toml::de::Error) -> String {
    let at = line_of(text, err.span().map_or(0, |span| span.start));
    format!("{file}: line {at}: {}", err.message())
}

impl Version {
    fn said(&self) -> Vec<(&'static str, String)> {
        let Limits {
            title_least,
            title_most,
            paragraphs_most,
            paragraph_most,
            name_most,
            values_most,
            skus_most,
            gallery_most,
            attributes_most,
            value_most,
            note_most,
            edits_most,
            slot_most,
        } = self.limits;
        let review = match self.review {
            Review::Always => "always",
            Review::Marked => "marked",
        };
        let numbers = [
            ("limits.title_least", title_least),
            ("limits.title_most", title_most),
            ("limits.paragraphs_most", paragraphs_most),
            ("limits.paragraph_most", paragraph_most),
            ("limits.name_most", name_most),
            ("limits.values_most", values_most),
            ("limits.skus_most", skus_most),
            ("limits.gallery_most", gallery_most),
            ("limits.attributes_most", attributes_most),
            ("limits.value_most", value_most),
            ("limits.note_most", note_most),
            ("limits.edits_most", edits_most),
            ("limits.slot_most", slot_most),
        ];
        let words = [("review", review.to_owned()), ("presale", self.presale.join(", "))];
        words.into_iter().chain(numbers.map(|(key, n)| (key, n.to_string()))).collect()
    }
}

fn day(written: &toml::value::Datetime) -> Result<Date, String> {
    let text = written.to_string();
    text.parse().map_err(|_| format!("{text} is no date: write 2026-01-01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_the_program_are_read_and_a_day_has_its_rules() {
        let book = Book::built_in().unwrap();
        assert!(book.words().len() > 20);
        let rules = book.on("2026-11-23".parse().unwrap(), Currency::CNY).unwrap();
        assert_eq!(rules.review, Review::Always);
        assert!(rules.limits.skus_most >= 100);
        assert!(matches!(book.on("1999-01-01".parse().unwrap(), Currency::CNY), Err(Error::Rules(_))));
    }

    #[test]
    fn a_word_counts_within_its_days() {
        let words = "
[[word]]
text = \"包治\"
class = \"banned\"
why = { zh = \"\", en = \"\" }
source = \"test\"
from = 2026-02-01
until = 2026-03-01
";
        let book = Book::read(CATALOG, words).unwrap();
        for (day, found) in [("2026-01-31", 0), ("2026-02-01", 1), ("2026-02-28", 1), ("2026-03-01", 0)] {
            let rules = book.on(day.parse().unwrap(), Currency::CNY).unwrap();
            assert_eq!(rules.words.find("title", "包治百病").len(), found, "{day}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_is_refused_and_named() {
        let word = |text: &str, from: &str| {
            format!(
                "[[word]]\ntext = \"{text}\"\nclass = \"banned\"\nwhy = {{ zh = \"\", en = \"\" }}\nsource = \"s\"\nfrom = 2026-02-01\n{from}"
            )
        };
        for (words, why) in [
            (word("!!", ""), "neither letters nor digits"),
            (word("a", "until = 2026-02-01"), "ends before it begins"),
            (word("a", "colour = 1"), "unknown field"),
            (word("a", "until = 07:00:00"), "is no date"),
            ("[[word]]\ntext = 1".to_owned(), "line 2"),
        ] {
            let err = Book::read(CATALOG, &words).unwrap_err();
            assert!(err.starts_with("words.toml: ") && err.contains(why), "{err}");
        }
        assert!(Book::read("version = 1", WORDS).unwrap_err().starts_with("catalog.toml: line 1: "));
        let second = format!("{}\n\n{}", word("a", ""), word("b", "until = 2026-02-01"));
        let err = Book::read(CATALOG, &second).unwrap_err();
        assert_eq!(err, "words.toml: line 8: \"b\" ends before it begins");
        let twice = format!("{CATALOG}\n{CATALOG}");
        assert!(Book::read(&twice, WORDS).unwrap_err().contains("does not follow"));
    }
}
