//! Reading the file of terms. What is wrong is told with its line and with what to write instead.

use super::model::{Rates, Rounding, Stated, Terms};
use crate::coupon::{Bounds, Class};
use kernel::{Currency, Date, Money};
use serde::Deserialize;
use toml::Spanned;

/// Why a file of terms cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(Invalid, code = "terms.bad_file")]
pub struct BadTerms {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    terms: Vec<Spanned<Version>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    version: Spanned<String>,
    effective_from: Spanned<toml::value::Datetime>,
    currency: Spanned<String>,
    times: Times,
    limits: Limits,
    fee: RateTable,
    commission: RateTable,
    coupons: Coupons,
    risk: Option<super::risk::Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Times {
    pay_within: Spanned<Number>,
    quote_for: Spanned<Number>,
    confirm_after: Spanned<Number>,
    attempt_lease: Spanned<Number>,
    transfer_within: Option<Spanned<Number>>,
    compare_within: Option<Spanned<Number>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    lines: Spanned<Number>,
    units: Spanned<Number>,
    claims: Spanned<Number>,
    ways: Spanned<Number>,
    total: Spanned<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    value: i64,
    unit: String,
    source: Option<String>,
    assumed: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateTable {
    rounding: Spanned<String>,
    rounding_source: Option<String>,
    rounding_assumed: Option<String>,
    rates: Spanned<Vec<Spanned<Rate>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    category: String,
    value: i64,
    unit: String,
    source: Option<String>,
    assumed: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coupons {
    rounding: Spanned<String>,
    rounding_source: Option<String>,
    rounding_assumed: Option<String>,
    combine: Spanned<Vec<Spanned<(String, String)>>>,
    #[serde(default)]
    most: Vec<Spanned<MostRow>>,
    off_share: Option<Spanned<Number>>,
    steep: Option<Spanned<Number>>,
    cost: Option<Spanned<Number>>,
    combine_source: Option<String>,
    combine_assumed: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MostRow {
    class: String,
    value: i64,
    unit: String,
    source: Option<String>,
    assumed: Option<String>,
}

/// Reads a file of terms: versions in any order, each with a word and a date of its own.
pub fn read(text: &str) -> Result<Vec<Terms>, BadTerms> {
    let file: File = toml::from_str(text).map_err(|err| BadTerms {
        line: line(text, err.span().map_or(0, |span| span.start)),
        what: err.message().to_owned(),
    })?;
    let reader = Reader { text };
    if file.terms.is_empty() {
        return Err(
            reader.bad(0, "there is no version: write [[terms]] with version, effective_from and currency")
        );
    }
    let mut all: Vec<Terms> = Vec::new();
    for version in &file.terms {
        let at = version.span().start;
        let read = reader.version(version.get_ref(), at)?;
        if all.iter().any(|other| other.version == read.version) {
            let start = version.get_ref().version.span().start;
            return Err(reader.bad(
                start,
                &format!("the version \"{}\" stands here twice: give it a word of its own", read.version),
            ));
        }
        if all.iter().any(|other| other.effective_from == read.effective_from) {
            let start = version.get_ref().effective_from.span().start;
            let day = read.effective_from;
            return Err(
                reader.bad(start, &format!("two versions begin on {day}: give each a day of its own"))
            );
        }
        all.push(read);
    }
    all.sort_by_key(|version| version.effective_from);
    Ok(all)
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

pub(super) struct Reader<'a> {
    text: &'a str,
}

/// Where a number says that it comes from.
#[derive(Clone, Copy)]
pub(super) struct From<'a> {
    pub(super) source: Option<&'a str>,
    pub(super) assumed: Option<&'a str>,
}

const DAY: i64 = 86_400_000_000;
/// The most coupons for goods of one shop that can count one after the other.
const MOST_OF_SHOP: i64 = 3;

impl Reader<'_> {
    pub(super) fn bad(&self, at: usize, what: &str) -> BadTerms {
        BadTerms { line: line(self.text, at), what: what.to_owned() }
    }

    fn version(&self, raw: &Version, at: usize) -> Result<Terms, BadTerms> {
        let (word, start) = (raw.version.get_ref(), raw.version.span().start);
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
        if !(1..=40).contains(&word.len()) || !word.bytes().all(good) {
            return Err(self.bad(start, "a version is a word of up to 40 small letters, digits, dots and -: write for example \"market-2\""));
        }
        let date = raw.effective_from.get_ref();
        let effective_from: Date = date.to_string().parse().map_err(|_| {
            self.bad(
                raw.effective_from.span().start,
                &format!("{date} is not a day: write for example 2026-07-01"),
            )
        })?;
        let currency: Currency = raw
            .currency
            .get_ref()
            .parse()
            .map_err(|err: kernel::MoneyError| self.bad(raw.currency.span().start, &err.to_string()))?;
        let mut stated = Vec::new();
        let times = &raw.times;
        let mut time = |key: &str, number: &Spanned<Number>| self.time(key, number, &mut stated);
        let pay_within = time("times.pay_within", &times.pay_within)?;
        let quote_for = time("times.quote_for", &times.quote_for)?;
        let confirm_after = time("times.confirm_after", &times.confirm_after)?;
        let attempt_lease = time("times.attempt_lease", &times.attempt_lease)?;
        let transfer_within =
            times.transfer_within.as_ref().map(|number| time("times.transfer_within", number)).transpose()?;
        let compare_within =
            times.compare_within.as_ref().map(|number| time("times.compare_within", number)).transpose()?;
        let limits = &raw.limits;
        let mut count = |key: &str, unit: &str, most: i64, number: &Spanned<Number>| {
            self.count(key, unit, most, number, &mut stated)
        };
        let most_lines = count("limits.lines", "lines", 500, &limits.lines)?;
        let most_units = count("limits.units", "units", 1_000_000, &limits.units)?;
        let most_claims = count("limits.claims", "claims", 100, &limits.claims)?;
        let most_delivery_methods = count("limits.ways", "ways", 50, &limits.ways)?;
        let smallest = Money::new(1, currency).to_string();
        let total = count("limits.total", &smallest, ledger::MOST, &limits.total)?;
        let fee = self.rates("fee", &raw.fee, &mut stated)?;
        let commission = self.rates("commission", &raw.commission, &mut stated)?;
        self.not_too_much(&fee, &commission, at)?;
        let discount_rounding = self.rounding(
            "coupons.rounding",
            &raw.coupons.rounding,
            From {
                source: raw.coupons.rounding_source.as_deref(),
                assumed: raw.coupons.rounding_assumed.as_deref(),
            },
            &mut stated,
        )?;
        let bounds = self.bounds(&raw.coupons, Money::new(total, currency), at, &mut stated)?;
        let combine = self.combine(&raw.coupons, &mut stated)?;
        let most = self.most(&raw.coupons, &mut stated)?;
        let risk = raw.risk.as_ref().map(|table| super::risk::rules(self, table, &mut stated)).transpose()?;
        Ok(Terms {
            version: word.as_str().into(),
            effective_from,
            currency,
            pay_within,
            quote_for,
            confirm_after,
            attempt_lease,
            transfer_within,
            compare_within,
            fee,
            commission,
            discount_rounding,
            most_lines,
            most_units,
            most_claims,
            most_delivery_methods,
            most_total: Money::new(total, currency),
            combine,
            most,
            coupon_bounds: bounds,
            risk,
            stated,
        })
    }

    /// Notes where a number comes from; one that does not say so is refused.
    pub(super) fn state(
        &self,
        key: &str,
        value: String,
        from: From<'_>,
        at: usize,
        stated: &mut Vec<Stated>,
    ) -> Result<(), BadTerms> {
        let said = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
        if said(from.source) == said(from.assumed) {
            return Err(self.bad(
                at,
                &format!("{key} has to say where it comes from: write source = \"...\", or assumed = \"why\", and not both"),
            ));
        }
        stated.push(Stated {
            key: key.into(),
            value: value.into(),
            source: from.source.map(Into::into),
            assumed: from.assumed.map(Into::into),
        });
        Ok(())
    }

    fn time(&self, key: &str, number: &Spanned<Number>, stated: &mut Vec<Stated>) -> Result<i64, BadTerms> {
        let (at, number) = (number.span().start, number.get_ref());
        let unit = match number.unit.as_str() {
            "seconds" => 1_000_000,
            "minutes" => 60_000_000,
            "hours" => 3_600_000_000,
            "days" => DAY,
            other => {
                return Err(self.bad(
                    at,
                    &format!("{key} is a time and \"{other}\" is not its unit: write seconds, minutes, hours or days"),
                ));
            }
        };
        let micros = number.value.checked_mul(unit).filter(|micros| (1..=366 * DAY).contains(micros));
        let Some(micros) = micros else {
            return Err(self.bad(at, &format!("{key} has to be between 1 second and 366 days")));
        };
        let from = From { source: number.source.as_deref(), assumed: number.assumed.as_deref() };
        self.state(key, format!("{} {}", number.value, number.unit), from, at, stated)?;
        Ok(micros)
    }

    fn count(
        &self,
        key: &str,
        unit: &str,
        most: i64,
        number: &Spanned<Number>,
        stated: &mut Vec<Stated>,
    ) -> Result<i64, BadTerms> {
        let (at, number) = (number.span().start, number.get_ref());
        if number.unit != unit {
            return Err(self.bad(at, &format!("{key} is counted in \"{unit}\": write unit = \"{unit}\"")));
        }
        if !(1..=most).contains(&number.value) {
            return Err(self.bad(at, &format!("{key} has to be between 1 and {most}")));
        }
        let from = From { source: number.source.as_deref(), assumed: number.assumed.as_deref() };
        self.state(key, format!("{} × {unit}", number.value), from, at, stated)?;
        Ok(number.value)
    }

    fn rounding(
        &self,
        key: &str,
        word: &Spanned<String>,
        from: From<'_>,
        stated: &mut Vec<Stated>,
    ) -> Result<Rounding, BadTerms> {
        let at = word.span().start;
        let way = Rounding::parse(word.get_ref()).ok_or_else(|| {
            self.bad(at, &format!("\"{}\" is not a rounding: write half_up or down", word.get_ref()))
        })?;
        self.state(key, way.as_str().to_owned(), from, at, stated)?;
        Ok(way)
    }

    fn rates(&self, key: &str, table: &RateTable, stated: &mut Vec<Stated>) -> Result<Rates, BadTerms> {
        let from =
            From { source: table.rounding_source.as_deref(), assumed: table.rounding_assumed.as_deref() };
        let rounding = self.rounding(&format!("{key}.rounding"), &table.rounding, from, stated)?;
        let mut by_category: Vec<(Box<str>, i64)> = Vec::new();
        for rate in table.rates.get_ref() {
            let (at, rate) = (rate.span().start, rate.get_ref());
            if rate.unit != "ppm" {
                return Err(self.bad(at, "a rate is in parts per million: write unit = \"ppm\""));
            }
            if !(0..=1_000_000).contains(&rate.value) {
                return Err(self.bad(at, "a rate is between 0 and 1000000 ppm: 50000 is 5 %"));
            }
            if by_category.iter().any(|(code, _)| **code == *rate.category) {
                return Err(
                    self.bad(at, &format!("the category \"{}\" has two rates: keep one", rate.category))
                );
            }
            let from = From { source: rate.source.as_deref(), assumed: rate.assumed.as_deref() };
            self.state(&format!("{key}.{}", rate.category), format!("{} ppm", rate.value), from, at, stated)?;
            by_category.push((rate.category.as_str().into(), rate.value));
        }
        if !by_category.iter().any(|(code, _)| code.is_empty()) {
            return Err(self.bad(
                table.rates.span().start,
                &format!("{key} has no rate for everything else: write one with category = \"\""),
            ));
        }
        Ok(Rates { by_category, rounding })
    }

    /// Both rates of any category are at most half of the base together: so whatever is rounded up, a shop never pays
    /// more than there is.
    fn not_too_much(&self, fee: &Rates, commission: &Rates, at: usize) -> Result<(), BadTerms> {
        for (code, _) in fee.all().chain(commission.all()) {
            let together = fee.rate(code).1 + commission.rate(code).1;
            if together > 500_000 {
                return Err(self.bad(
                    at,
                    &format!("fee and commission of \"{code}\" are {together} ppm together: they may be at most 500000, half of the price"),
                ));
            }
        }
        Ok(())
    }

    /// From where on an issuer is asked whether a coupon is meant: all three numbers, or none.
    fn bounds(
        &self,
        coupons: &Coupons,
        purchase: Money,
        at: usize,
        stated: &mut Vec<Stated>,
    ) -> Result<Option<Bounds>, BadTerms> {
        let (share, steep, cost) = match (&coupons.off_share, &coupons.steep, &coupons.cost) {
            (Some(share), Some(steep), Some(cost)) => (share, steep, cost),
            (None, None, None) => return Ok(None),
            _ => {
                return Err(self.bad(
                    at,
                    "coupons.off_share, coupons.steep and coupons.cost belong together: write all three, or none",
                ));
            }
        };
        let share = self.count("coupons.off_share", "ppm", 1_000_000, share, stated)?;
        let unit = Money::new(1, purchase.currency).to_string();
        let mut money = |key: &str, number: &Spanned<Number>| {
            let minor = self.count(key, &unit, ledger::MOST, number, stated)?;
            Ok::<_, BadTerms>(Money::new(minor, purchase.currency))
        };
        let (steep, cost) = (money("coupons.steep", steep)?, money("coupons.cost", cost)?);
        Ok(Some(Bounds { share, steep, cost, purchase }))
    }

    /// A class by its word.
    fn class(&self, word: &str, at: usize) -> Result<Class, BadTerms> {
        Class::parse(word).ok_or_else(|| {
            let known = Class::ALL.map(Class::as_str).join(", ");
            self.bad(at, &format!("\"{word}\" is not a class of coupons: write one of {known}"))
        })
    }

    /// How many coupons of a class there may be, where the file says it.
    fn most(&self, coupons: &Coupons, stated: &mut Vec<Stated>) -> Result<Vec<(Class, i64)>, BadTerms> {
        let mut all: Vec<(Class, i64)> = Vec::new();
        for row in &coupons.most {
            let (at, row) = (row.span().start, row.get_ref());
            let class = self.class(&row.class, at)?;
            // Of a shop's own coupons for goods some can count one after the other; of the others one is found.
            let most = if class == Class::Shop { MOST_OF_SHOP } else { 1 };
            if row.unit != "coupons" {
                return Err(
                    self.bad(at, "how many of a class is counted in coupons: write unit = \"coupons\"")
                );
            }
            if !(0..=most).contains(&row.value) {
                return Err(self.bad(at, &format!("of the class {} there may be 0 to {most}", row.class)));
            }
            if all.iter().any(|(other, _)| *other == class) {
                return Err(self.bad(at, &format!("the class {} stands here twice: keep one", row.class)));
            }
            let from = From { source: row.source.as_deref(), assumed: row.assumed.as_deref() };
            self.state(
                &format!("coupons.most.{}", row.class),
                format!("{} coupons", row.value),
                from,
                at,
                stated,
            )?;
            all.push((class, row.value));
        }
        Ok(all)
    }

    fn combine(&self, coupons: &Coupons, stated: &mut Vec<Stated>) -> Result<Vec<(Class, Class)>, BadTerms> {
        let mut pairs = Vec::new();
        for pair in coupons.combine.get_ref() {
            let at = pair.span().start;
            let (a, b) = pair.get_ref();
            let (a, b) = (self.class(a, at)?, self.class(b, at)?);
            if a == b {
                return Err(
                    self.bad(at, "a pair names two classes: how many of one there may be stands in most")
                );
            }
            pairs.push((a, b));
        }
        let from =
            From { source: coupons.combine_source.as_deref(), assumed: coupons.combine_assumed.as_deref() };
        let words: Vec<String> =
            pairs.iter().map(|(a, b)| format!("{}+{}", a.as_str(), b.as_str())).collect();
        self.state("coupons.combine", words.join(", "), from, coupons.combine.span().start, stated)?;
        Ok(pairs)
    }
}
