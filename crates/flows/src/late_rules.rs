//! What follows from orders that wait past their promise, as the market's file has it (`governance/market/late-shipping.toml`).

use govern::gate::{By, Why};
use govern::policy::Words;
use kernel::{Currency, Date, Money};
use serde::Deserialize;
use toml::Spanned;

pub(crate) const POLICY: &str = "late-shipping";

/// What a market's folder calls a policy of its own, which stands in for the one that was built in.
pub const FILE: &str = "late-shipping.toml";

/// The policy as it was built in.
const MARKET: &str = include_str!("../../../governance/market/late-shipping.toml");

/// The most hours of grace, and the most orders at which the gate closes.
const MOST: (i64, i64) = (8_784, 1_000_000);

/// A version of the policy.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number.
    pub number: i64,
    /// From which local day on it counts.
    pub effective_from: Date,
    /// For how many hours past its promise an order may wait before it counts.
    pub grace_hours: i64,
    /// At how many such orders the gate to presales closes.
    pub orders: i64,
    /// What the shop pays the buyer of each; none: nothing.
    pub compensation: Option<Compensation>,
    pub(crate) reason: Words,
    pub(crate) remedy: Words,
}

/// What a shop pays its buyer for an order that waits past its promise: a share of what was paid, in a coupon of the mall for
/// anything.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compensation {
    /// Which share of what was paid, in parts per million.
    pub ppm: i64,
    /// At least so much, in minor units.
    pub least: i64,
    /// At most so much, in minor units.
    pub most: i64,
    /// In which currency these are; orders in another one are not compensated.
    pub currency: Currency,
    /// It is rounded half up to a multiple of so many minor units, before the two bounds.
    pub round_to: i64,
    /// Orders that were promised to ship within so many hours of their payment, or sooner, are not compensated.
    pub over_hours: i64,
    /// For how many days the coupon may be spent.
    pub days: i64,
    /// Where the figures come from.
    pub source: Box<str>,
}

impl Compensation {
    /// What is wrong with it, if anything is.
    fn wrong(&self) -> Option<&'static str> {
        if !(1..=1_000_000).contains(&self.ppm) {
            return Some("compensation.ppm has to be between 1 and 1000000");
        }
        if self.least < 1 || self.most < self.least || self.most > ledger::MOST {
            return Some("compensation.least has to be more than nothing, and most no less than that");
        }
        if self.round_to < 1 || !(0..=MOST.0).contains(&self.over_hours) || !(1..=366).contains(&self.days) {
            return Some("compensation: round_to is at least 1, over_hours 0 to 8784, days 1 to 366");
        }
        self.source.trim().is_empty().then_some("compensation.source has to say where the figures come from")
    }

    /// What is paid for an order of which so much was paid, and which was promised to ship within so many microseconds of
    /// that; none if nothing is. Never more than was paid.
    pub(crate) fn amount(&self, paid: Money, promised: i64) -> Option<Money> {
        if paid.currency != self.currency || promised <= self.over_hours * HOUR {
            return None;
        }
        let exact = i128::from(paid.minor) * i128::from(self.ppm);
        let step = i128::from(self.round_to) * 1_000_000;
        let rounded = (exact + step / 2) / step * i128::from(self.round_to);
        let minor = i64::try_from(rounded).ok()?.clamp(self.least, self.most).min(paid.minor);
        (minor > 0).then_some(Money { minor, ..paid })
    }
}

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    number: i64,
    effective_from: toml::value::Datetime,
    grace_hours: i64,
    orders: i64,
    compensation: Option<Compensation>,
    reason: Words,
    remedy: Words,
}

/// Reads a file of the policy: versions in their order, each with a number and a day of its own. An error says which line and
/// what is wrong.
pub fn read(text: &str) -> Result<Vec<Version>, String> {
    let line = |at: usize| text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|err| {
        format!("line {}: {}", line(err.span().map_or(0, |span| span.start)), err.message())
    })?;
    let mut all: Vec<Version> = Vec::new();
    for row in file.version {
        let at = line(row.span().start);
        let Row { number, effective_from, grace_hours, orders, compensation, reason, remedy } =
            row.into_inner();
        let bad = |what: &str| Err(format!("line {at}: {what}"));
        let Ok(from) = effective_from.to_string().parse::<Date>() else {
            return bad("effective_from is no day: write for example 2026-07-01");
        };
        if all.last().is_some_and(|before| before.number >= number || before.effective_from >= from) {
            return bad("a version has a higher number and a later day than the one before it");
        }
        if !(0..=MOST.0).contains(&grace_hours) {
            return bad("grace_hours has to be between 0 and 8784");
        }
        if !(1..=MOST.1).contains(&orders) {
            return bad("orders has to be between 1 and 1000000");
        }
        if let Some(what) = compensation.as_ref().and_then(Compensation::wrong) {
            return bad(what);
        }
        all.push(Version { number, effective_from: from, grace_hours, orders, compensation, reason, remedy });
    }
    if all.is_empty() { Err("there is no version: write [[version]]".to_owned()) } else { Ok(all) }
}

/// The policy as it was built in.
pub fn built_in() -> Result<Vec<Version>, String> {
    read(MARKET)
}

impl Version {
    /// Why the gate closes.
    pub(crate) fn why(self) -> Why {
        let by = By::Policy { id: POLICY.into(), version: self.number };
        Why { by, reason: "late_shipping".into(), text: self.reason, remedy: self.remedy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_in_versions_and_what_is_wrong_is_told_with_its_line() {
        assert_eq!(built_in().unwrap().len(), 1);
        let version = |number: i64, from: &str, orders: i64| {
            format!(
                "[[version]]\nnumber = {number}\neffective_from = {from}\ngrace_hours = 0\norders = {orders}\n\
                 reason = {{ zh = \"晚\", en = \"late\" }}\nremedy = {{ zh = \"发\", en = \"ship\" }}\n"
            )
        };
        let compensation = |ppm: i64, least: i64, most: i64| {
            format!(
                "[version.compensation]\nppm = {ppm}\nleast = {least}\nmost = {most}\ncurrency = \"CNY\"\n\
                 round_to = 100\nover_hours = 48\ndays = 30\nsource = \"a test\"\n"
            )
        };
        let two = read(&format!("{}{}", version(1, "2016-01-01", 1), version(2, "2026-01-01", 3))).unwrap();
        assert_eq!(two.iter().map(|one| one.orders).collect::<Vec<_>>(), [1, 3]);
        for (text, said) in [
            (version(1, "2016-01-01", 0), "line 1: orders has"),
            (version(1, "12:00:00", 1), "line 1: effective_from is no day"),
            (format!("{}{}", version(1, "2016-01-01", 1), version(2, "2016-01-01", 1)), "line 8: a version"),
            (version(1, "2016-01-01", 1).replace("orders", "order"), "line 5: unknown field"),
            (
                format!("{}{}", version(1, "2016-01-01", 1), compensation(0, 200, 5_000)),
                "line 1: compensation.ppm",
            ),
            (
                format!("{}{}", version(1, "2016-01-01", 1), compensation(1, 0, 5_000)),
                "line 1: compensation.least",
            ),
            (
                format!("{}{}", version(1, "2016-01-01", 1), compensation(1, 200, 199)),
                "line 1: compensation.least",
            ),
            ("version = []".to_owned(), "there is no version"),
        ] {
            let err = read(&text).unwrap_err();
            assert!(err.starts_with(said), "{err}");
        }
    }

    #[test]
    fn a_compensation_is_a_share_between_its_bounds_and_never_more_than_was_paid() {
        let one = built_in().unwrap().remove(0).compensation.unwrap();
        let yuan = |minor| Money::new(minor, Currency::CNY);
        let of = |paid: i64, hours: i64| one.amount(yuan(paid), hours * HOUR).map(|amount| amount.minor);
        // Of 150.00, 1 % is 1.50: rounded half up to whole yuan.
        for (paid, hours, amount) in [
            (15_000, 72, Some(200)),
            (35_000, 72, Some(400)),
            (34_900, 72, Some(300)),
            (1_000_000, 72, Some(5_000)),
            (5_000, 72, Some(200)),
            (150, 72, Some(150)),
            (15_000, 48, None),
        ] {
            assert_eq!(of(paid, hours), amount, "{paid} {hours}");
        }
        assert_eq!(one.amount(Money::new(15_000, Currency::BRL), 72 * HOUR), None);
    }
}
