//! Reading the rules of risk: how much of what is too much, within which time, and what then.

use super::file::{BadTerms, From, Reader};
use super::model::Stated;
use crate::risk::{Action, Rule, Rules, Sign};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    rules: Spanned<Vec<Spanned<Entry>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    what: String,
    value: i64,
    unit: String,
    hours: i64,
    new_for_hours: Option<i64>,
    then: String,
    source: Option<String>,
    assumed: Option<String>,
}

const HOUR: i64 = 3_600_000_000;
/// The most hours of a window: a leap year's.
const YEAR: i64 = 366 * 24;
/// The most that a bound may be; more are not read.
const MOST: i64 = 150;
const MOST_UNITS: i64 = 1_000_000;

/// Reads the rules; each says what it counts, in what, within how many hours, and what it does.
pub(super) fn rules(reader: &Reader<'_>, table: &Table, stated: &mut Vec<Stated>) -> Result<Rules, BadTerms> {
    let mut all: Vec<Rule> = Vec::new();
    if table.rules.get_ref().is_empty() {
        return Err(
            reader.bad(table.rules.span().start, "there is no rule: write one, or leave [terms.risk] out")
        );
    }
    for entry in table.rules.get_ref() {
        let at = entry.span().start;
        let (rule, said) = rule(reader, at, entry.get_ref())?;
        let same =
            |other: &Rule| (other.sign, other.within, other.action) == (rule.sign, rule.within, rule.action);
        if all.iter().any(same) {
            return Err(reader.bad(at, "this rule stands here twice with different bounds: keep one"));
        }
        let Entry { what, then, source, assumed, .. } = entry.get_ref();
        let from = From { source: source.as_deref(), assumed: assumed.as_deref() };
        reader.state(&format!("risk.{what}.{then}"), said, from, at, stated)?;
        all.push(rule);
    }
    Ok(Rules::new(all))
}

/// Reads one, and says it in one line.
fn rule(reader: &Reader<'_>, at: usize, entry: &Entry) -> Result<(Rule, String), BadTerms> {
    let Entry { what, value, unit, hours, new_for_hours, then, .. } = entry;
    let words = |words: &[&str]| words.join(", ");
    let sign = Sign::parse(what).ok_or_else(|| {
        let known = words(&Sign::ALL.map(Sign::as_str));
        reader.bad(at, &format!("\"{what}\" is nothing that is counted: write one of {known}"))
    })?;
    let action = Action::parse(then).ok_or_else(|| {
        let known = words(&Action::ALL.map(Action::as_str));
        reader.bad(at, &format!("\"{then}\" is nothing that a rule does: write one of {known}"))
    })?;
    if unit != sign.unit() {
        let right = sign.unit();
        return Err(reader.bad(at, &format!("{what} is counted in {right}: write unit = \"{right}\"")));
    }
    let most = if sign == Sign::Units { MOST_UNITS } else { MOST };
    if !(1..=most).contains(value) {
        return Err(reader.bad(at, &format!("the value of {what} has to be between 1 and {most}")));
    }
    let time = |key: &str, hours: i64| {
        let fits = (1..=YEAR).contains(&hours);
        let bad = || reader.bad(at, &format!("{key} of {what} has to be between 1 and {YEAR}"));
        fits.then_some(hours * HOUR).ok_or_else(bad)
    };
    let within = time("hours", *hours)?;
    let new_for = new_for_hours.map(|hours| time("new_for_hours", hours)).transpose()?;
    if new_for.is_some() != (sign == Sign::Units) {
        return Err(reader.bad(
            at,
            "units is counted for new accounts, and nothing else is: write new_for_hours there and only there",
        ));
    }
    let new =
        new_for_hours.map_or_else(String::new, |hours| format!(", accounts younger than {hours} hours"));
    Ok((
        Rule { sign, most: *value, within, new_for, action },
        format!("{value} {unit} in {hours} hours{new}"),
    ))
}
