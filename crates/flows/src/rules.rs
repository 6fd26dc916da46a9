//! The market's rules: its files, each in its versions, as they were read when the program started.
//!
//! Invariants: a file of a name in the market's folder stands in for the one of that name that comes with the program; of a file
//! the version counts whose day came last; a file that cannot be used stops the program with its name, its line and what is
//! wrong; what is listed here is what the program counts with.

use crate::late_rules::{self, Compensation, Version};
use kernel::{Date, Money};
use offer::catalog::{self, Book, WordClass};
use trade::carrier::{self, Carriers};
use trade::terms::{self, Terms};

/// The names of the files, in the order in which they are listed.
pub const FILES: [&str; 5] =
    [terms::FILE, carrier::FILE, catalog::CATALOG_FILE, catalog::WORDS_FILE, late_rules::FILE];

/// A file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadFile {
    /// Which.
    pub file: &'static str,
    /// Its line and what is wrong.
    pub what: String,
}

/// What the files of a market say.
#[derive(Debug, Clone)]
pub struct MarketRules {
    /// Its terms.
    pub terms: Vec<Terms>,
    /// Its carriers.
    pub carriers: Carriers,
    /// What follows from orders that wait past their promise.
    pub late_shipping: Vec<Version>,
    /// Which files are its own.
    pub own_files: Vec<&'static str>,
}

impl MarketRules {
    /// Reads the files of a market: `text` answers what stands in its own file of a name, if there is one. The limits of
    /// products and the words that are watched are set for the whole program, so this comes once, before anything is asked.
    pub fn read<E: From<BadFile>>(
        mut text: impl FnMut(&'static str) -> Result<Option<String>, E>,
    ) -> Result<Self, E> {
        let mut own_files = Vec::new();
        let mut own = |name: &'static str| -> Result<Option<String>, E> {
            let found = text(name)?;
            own_files.extend(found.is_some().then_some(name));
            Ok(found)
        };
        let bad = |file: &'static str, what: &dyn std::fmt::Display| BadFile { file, what: what.to_string() };
        let terms = match own(terms::FILE)? {
            Some(text) => terms::read(&text),
            None => terms::built_in(),
        };
        let terms = terms.map_err(|err| bad(terms::FILE, &err))?;
        let carriers = match own(carrier::FILE)? {
            Some(text) => carrier::read(&text),
            None => carrier::built_in(),
        };
        let carriers = carriers.map_err(|err| bad(carrier::FILE, &err))?;
        let (limits, words) = (own(catalog::CATALOG_FILE)?, own(catalog::WORDS_FILE)?);
        Book::with_files(limits.as_deref(), words.as_deref()).map_err(|err| {
            // It names its file first.
            let file = if err.starts_with(catalog::CATALOG_FILE) {
                catalog::CATALOG_FILE
            } else {
                catalog::WORDS_FILE
            };
            bad(file, &err.strip_prefix(file).map_or(&*err, |rest| rest.trim_start_matches([':', ' '])))
        })?;
        let late_shipping = match own(late_rules::FILE)? {
            Some(text) => late_rules::read(&text),
            None => late_rules::built_in(),
        };
        let late_shipping = late_shipping.map_err(|err| bad(late_rules::FILE, &err))?;
        Ok(Self { terms, carriers, late_shipping, own_files })
    }
}

/// One number, word or name of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleValue {
    /// Its key in the file, as `times.pay_within`.
    pub key: Box<str>,
    /// What it says, with its unit, as `15 minutes`.
    pub value: Box<str>,
    /// Where it comes from.
    pub source: Option<Box<str>>,
    /// Why it was assumed, if no source gives it.
    pub assumed: Option<Box<str>>,
}

impl RuleValue {
    fn new(key: impl Into<Box<str>>, value: impl Into<Box<str>>) -> Self {
        Self { key: key.into(), value: value.into(), source: None, assumed: None }
    }
}

/// One version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleVersion {
    /// Its word or number, if it has one.
    pub version: Option<Box<str>>,
    /// From which local day on it counts; none: since ever.
    pub effective_from: Option<Date>,
    /// Whether it counts on the day that was asked for.
    pub in_force: bool,
    /// What it says.
    pub values: Vec<RuleValue>,
}

/// A file of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// Its name in the market's folder.
    pub name: &'static str,
    /// Whether it is the market's own; otherwise it came with the program.
    pub own: bool,
    /// Its versions, oldest first.
    pub versions: Vec<RuleVersion>,
}

/// The files of a market's rules as they count on a local day.
pub(crate) fn files(
    today: Date,
    terms: &[Terms],
    carriers: &Carriers,
    late_shipping: &[Version],
    own_files: &[&'static str],
) -> Result<Vec<RuleFile>, catalog::Error> {
    Ok(Rules { terms, carriers, book: Book::built_in()?, late_shipping, own_files }.files(today))
}

/// What is listed.
struct Rules<'a> {
    terms: &'a [Terms],
    carriers: &'a Carriers,
    book: &'a Book,
    late_shipping: &'a [Version],
    own_files: &'a [&'static str],
}

/// The same of files that were just read, without a market.
pub fn files_of(rules: &MarketRules, today: Date) -> Result<Vec<RuleFile>, catalog::Error> {
    let MarketRules { terms, carriers, late_shipping, own_files } = rules;
    files(today, terms, carriers, late_shipping, own_files)
}

impl Rules<'_> {
    fn files(&self, today: Date) -> Vec<RuleFile> {
        let file = |name, versions| RuleFile { name, own: self.own_files.contains(&name), versions };
        vec![
            file(
                terms::FILE,
                versions(
                    self.terms.iter().map(|one| {
                        let said = one.stated.iter().map(|said| RuleValue {
                            key: said.key.clone(),
                            value: said.value.clone(),
                            source: said.source.clone(),
                            assumed: said.assumed.clone(),
                        });
                        (Some(one.version.clone()), one.effective_from, said.collect())
                    }),
                    today,
                ),
            ),
            file(carrier::FILE, vec![always(self.carriers())]),
            file(
                catalog::CATALOG_FILE,
                versions(
                    self.book.limits().into_iter().map(|(from, said)| {
                        (
                            None,
                            from,
                            said.into_iter().map(|(key, value)| RuleValue::new(key, value)).collect(),
                        )
                    }),
                    today,
                ),
            ),
            file(catalog::WORDS_FILE, vec![always(self.words(today))]),
            file(
                late_rules::FILE,
                versions(
                    self.late_shipping.iter().map(|one| {
                        let mut said = vec![
                            RuleValue::new("grace_hours", format!("{} hours", one.grace_hours)),
                            RuleValue::new("orders", format!("{} orders", one.orders)),
                        ];
                        said.extend(one.compensation.iter().flat_map(compensation));
                        (Some(one.number.to_string().into()), one.effective_from, said)
                    }),
                    today,
                ),
            ),
        ]
    }

    fn carriers(&self) -> Vec<RuleValue> {
        let value = |carrier: &carrier::Carrier| {
            let tells = if carrier.reports { "its own word" } else { "the shop's word" };
            let value = format!("{} · {} · {} · {tells}", carrier.zh, carrier.en, carrier.example);
            RuleValue::new(carrier.code.clone(), value)
        };
        self.carriers.all().iter().map(value).collect()
    }

    /// The words that are watched on a day, or will be.
    fn words(&self, today: Date) -> Vec<RuleValue> {
        let is_over = |word: &catalog::Word| word.until.is_some_and(|until| until <= today);
        let some = self.book.words().iter().filter(|word| !is_over(word));
        let watched = some.map(|word| {
            let class = match word.class {
                WordClass::Banned => "banned",
                WordClass::Sensitive => "sensitive",
            };
            let from = if word.from > today { format!(" from {}", word.from) } else { String::new() };
            let source = Some(word.source.clone());
            RuleValue { source, ..RuleValue::new(format!("{class}.{}", word.text), format!("{class}{from}")) }
        });
        let allowed = self.book.allowed().iter();
        watched.chain(allowed.map(|text| RuleValue::new(format!("allow.{text}"), "allowed"))).collect()
    }
}

/// What a shop pays its buyer for an order that waits past its promise.
fn compensation(paid: &Compensation) -> [RuleValue; 6] {
    let money = |minor: i64| format!("{minor} × {}", Money::new(1, paid.currency));
    let values = [
        ("compensation.ppm", format!("{} ppm", paid.ppm)),
        ("compensation.least", money(paid.least)),
        ("compensation.most", money(paid.most)),
        ("compensation.round_to", money(paid.round_to)),
        ("compensation.over_hours", format!("{} hours", paid.over_hours)),
        ("compensation.days", format!("{} days", paid.days)),
    ];
    values.map(|(key, value)| RuleValue { source: Some(paid.source.clone()), ..RuleValue::new(key, value) })
}

fn always(values: Vec<RuleValue>) -> RuleVersion {
    RuleVersion { version: None, effective_from: None, in_force: true, values }
}

/// Versions with the one in force on a day: the one whose day came last.
fn versions(
    all: impl Iterator<Item = (Option<Box<str>>, Date, Vec<RuleValue>)>,
    today: Date,
) -> Vec<RuleVersion> {
    let mut all: Vec<RuleVersion> = all
        .map(|(version, from, values)| RuleVersion {
            version,
            effective_from: Some(from),
            in_force: false,
            values,
        })
        .collect();
    all.sort_by_key(|version| version.effective_from);
    if let Some(counts) =
        all.iter_mut().rfind(|version| version.effective_from.is_some_and(|from| from <= today))
    {
        counts.in_force = true;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, own: &str) -> Result<MarketRules, BadFile> {
        MarketRules::read(|asked| Ok((asked == name).then(|| own.to_owned())))
    }

    #[test]
    fn the_files_that_come_with_the_program_are_listed_with_what_they_say() {
        let rules = with("", "").unwrap();
        let files = files_of(&rules, "2026-11-30".parse().unwrap()).unwrap();
        assert_eq!(files.iter().map(|file| file.name).collect::<Vec<_>>(), FILES);
        assert!(files.iter().all(|file| !file.own));
        for file in &files {
            assert_eq!(file.versions.iter().filter(|version| version.in_force).count(), 1, "{}", file.name);
            assert!(!file.versions[0].values.is_empty(), "{}", file.name);
        }
        let said = |file: usize, key: &str| {
            let value = files[file].versions[0].values.iter().find(|value| &*value.key == key);
            value.map(|value| value.value.to_string())
        };
        assert_eq!(said(0, "times.pay_within").as_deref(), Some("15 minutes"));
        assert_eq!(said(0, "coupons.most.shop").as_deref(), Some("1 coupons"));
        assert_eq!(said(2, "limits.title_most").as_deref(), Some("120"));
        assert_eq!(said(3, "banned.国家级").as_deref(), Some("banned"));
        assert_eq!(said(4, "orders").as_deref(), Some("1 orders"));
    }

    #[test]
    fn a_file_of_the_markets_own_stands_in_and_of_its_versions_one_counts() {
        let second = terms::MARKET
            .replace("\"market-1\"", "\"market-2\"")
            .replace("effective_from = 2000-01-01", "effective_from = 2027-01-01")
            .replace(
                "value = 15, unit = \"minutes\", assumed = \"long",
                "value = 30, unit = \"minutes\", assumed = \"long",
            );
        let rules = with(terms::FILE, &format!("{}\n{second}", terms::MARKET)).unwrap();
        assert_eq!(rules.own_files, [terms::FILE]);
        let counts = |day: &str| {
            let files = files_of(&rules, day.parse().unwrap()).unwrap();
            let found = files[0].versions.iter().find(|version| version.in_force).unwrap().clone();
            (files[0].own, found.version.unwrap().to_string())
        };
        assert_eq!(counts("2026-12-31"), (true, "market-1".to_owned()));
        assert_eq!(counts("2027-01-01"), (true, "market-2".to_owned()));
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_with_its_line() {
        for (file, text, what) in [
            (terms::FILE, "# one\n\nterms = 3", "line 3"),
            (carrier::FILE, "[[carrier]]\ncode = 1", "line 2"),
            (catalog::CATALOG_FILE, "version = 1", "line 1"),
            (catalog::WORDS_FILE, "[[word]]\ntext = 1", "line 2"),
            (late_rules::FILE, "[[version]]\nnumber = 1\nhours = 1", "line 3"),
        ] {
            let bad = with(file, text).unwrap_err();
            assert_eq!(bad.file, file);
            assert!(bad.what.contains(what) && !bad.what.starts_with(file), "{file}: {}", bad.what);
        }
    }
}
