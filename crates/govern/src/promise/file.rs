//! A promise's TOML file, read whole: everything that is wrong is told at once, each with its line, its column and what
//! to write instead.

use super::model::{By, Case, Expect, Promise, Row, Rule};
use crate::Diagnostic;
use crate::document::{Reader, Section, not_toml};
use jiff::civil::{DateTime, Time};
use kernel::Zone;
use toml::de::{DeTable, DeValue};

/// A promise if the text is one, and everything there is to say about the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The promise, if nothing is wrong.
    pub promise: Option<Promise>,
    /// What is wrong, by line.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks a promise.
pub fn check(text: &str) -> Checked {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Checked { promise: None, diagnostics: not_toml(text, &errors) };
    }
    let mut reader = Reader { text, wrong: Vec::new(), draft: false };
    let promise = reader.promise(table.get_ref());
    let mut diagnostics = reader.wrong;
    diagnostics.sort_by_key(|d| (d.line, d.column));
    Checked { promise: promise.filter(|_| diagnostics.is_empty()), diagnostics }
}

impl Reader<'_> {
    fn promise(&mut self, table: &DeTable<'_>) -> Option<Promise> {
        const KEYS: [&str; 10] =
            ["id", "version", "effective_from", "source", "title", "text", "due", "clock", "hours", "cases"];
        let top = self.section(table, 0, "a promise", &KEYS);
        let id = self.id(&top, "ship-next-day");
        if top.get("version").is_none() {
            self.missing(&top, "version", "1");
        }
        let version = self.whole(&top, "version", 1..=1_000_000).and_then(|n| u32::try_from(n).ok());
        let effective_from = self.date(&top);
        let source = self.string(&top, "source", "\"the clause it comes from\"").map(str::to_owned);
        for key in ["title", "text"] {
            if top.get(key).is_none() {
                self.missing(&top, key, "{ zh = \"...\", en = \"...\" }");
            }
        }
        let (titles, texts) = (self.words(&top, "title"), self.words(&top, "text"));
        let kinds: Vec<_> =
            ["due", "clock", "hours"].into_iter().filter(|key| top.get(key).is_some()).collect();
        let rule = match kinds[..] {
            ["due"] => self.due_rows(&top).map(Rule::Due),
            ["clock"] => self.clock(&top),
            ["hours"] => self.hours(&top),
            _ => {
                self.say(
                    0,
                    "a promise must have exactly one of [[due]], [clock] and [hours]",
                    "[[due]] with hours = 48, or with day = 1 and at = \"23:59:59\"",
                );
                None
            }
        };
        let mut promise = Promise {
            id: id?,
            version: version?,
            effective_from: effective_from?,
            titles: titles?,
            texts: texts?,
            source: source?,
            rule: rule?,
            cases: Vec::new(),
            text: self.text.to_owned(),
        };
        if self.wrong.is_empty() {
            self.promise_cases(&top, &mut promise);
        }
        Some(promise)
    }

    fn due_rows(&mut self, top: &Section<'_, '_>) -> Option<Vec<Row>> {
        let list =
            self.tables(top, "due", &["step", "paid_before", "hours", "day", "at"], "a row of \"due\"")?;
        let before = self.wrong.len();
        let mut rows: Vec<Row> = Vec::new();
        for section in &list {
            let step = match section.get("step") {
                Some(_) => self.string(section, "step", "\"resend\"").map(str::to_owned),
                None => None,
            };
            let paid_before = match section.get("paid_before") {
                Some(_) => self.time(section, "paid_before", "16:00:00"),
                None => None,
            };
            let by = match (section.get("hours"), section.get("day"), section.get("at")) {
                (Some(_), None, None) => self.whole(section, "hours", 1..=8_784).map(By::Hours),
                (None, Some(_), Some(_)) => {
                    let (day, at) =
                        (self.whole(section, "day", 0..=366), self.time(section, "at", "23:59:59"));
                    day.zip(at).map(|(day, at)| By::Day { day, at })
                }
                _ => {
                    self.say(
                        section.at,
                        "a row of \"due\" must have either \"hours\" or both \"day\" and \"at\"",
                        "hours = 48, or day = 1 and at = \"23:59:59\"",
                    );
                    None
                }
            };
            let earlier = rows.iter().rev().find(|row| row.step == step);
            match earlier.map(|row| row.paid_before) {
                Some(None) => self.say(
                    section.at,
                    "this row never counts: the row before it has no \"paid_before\"",
                    "rows with \"paid_before\" first, and one without it last",
                ),
                Some(Some(bound)) if paid_before.is_some_and(|own| own <= bound) => self.say(
                    section.at,
                    format!("this row never counts: what was paid before {bound} is of the row before it"),
                    format!("a \"paid_before\" after {bound}"),
                ),
                Some(Some(_)) | None => {}
            }
            rows.extend(by.map(|by| Row { step, paid_before, by }));
        }
        let last = |row: &&Row| rows.iter().rev().find(|other| other.step == row.step) == Some(*row);
        if let Some(open) = rows.iter().filter(last).find(|row| row.paid_before.is_some()) {
            let at = list.last().map_or(top.at, |section| section.at);
            let bound = open.paid_before.map(|t| t.to_string()).unwrap_or_default();
            self.say(
                at,
                format!("what is paid from {bound} on is never due"),
                "a last row without \"paid_before\"",
            );
        }
        if list.is_empty() {
            self.say(top.at, "\"due\" has no rows", "[[due]] with hours = 48");
        }
        (self.wrong.len() == before).then_some(rows)
    }

    fn clock(&mut self, top: &Section<'_, '_>) -> Option<Rule> {
        let section = self.table(top, "clock", &["stands_from", "until"])?;
        let (from, until) =
            (self.time(&section, "stands_from", "18:00:00"), self.time(&section, "until", "06:00:00"));
        let (stands_from, until) = (from?, until?);
        if stands_from == until {
            self.say(section.at, "a clock that stands all day never counts", "two different times of day");
        }
        Some(Rule::Clock { stands_from, until })
    }

    fn hours(&mut self, top: &Section<'_, '_>) -> Option<Rule> {
        let section = self.table(top, "hours", &["from", "to", "unanswered_seconds"])?;
        let (from, to) = (self.time(&section, "from", "08:00:00"), self.time(&section, "to", "22:59:59"));
        let unanswered_seconds = self.whole(&section, "unanswered_seconds", 1..=86_400);
        Some(Rule::Hours { from: from?, to: to?, unanswered_seconds })
    }

    fn table<'d, 'i>(&mut self, top: &Section<'d, 'i>, key: &str, keys: &[&str]) -> Option<Section<'d, 'i>> {
        let (value, at) = top.get(key)?;
        let DeValue::Table(table) = value else {
            self.say(
                at.start,
                format!("\"{key}\" is not a table"),
                format!("[{key}] with {}", keys.join(", ")),
            );
            return None;
        };
        Some(self.section(table, at.start, format!("[{key}]"), keys))
    }

    /// A local time of day in whole seconds.
    fn time(&mut self, section: &Section<'_, '_>, key: &str, sample: &str) -> Option<Time> {
        let Some((value, at)) = section.get(key) else {
            self.missing(section, key, &format!("\"{sample}\""));
            return None;
        };
        let text = match value {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(time) if time.date.is_none() => time.to_string(),
            _ => String::new(),
        };
        // "24:00:00", "8:00" and "16:00:00.5" are read by nobody in the same way.
        let found = Some(&text).filter(|text| text.len() == 8).and_then(|text| text.parse::<Time>().ok());
        if found.is_none() {
            self.say(
                at.start,
                format!("\"{key}\" is not a time of day with hours, minutes and seconds"),
                format!("{key} = \"{sample}\", from 00:00:00 to 23:59:59"),
            );
        }
        found
    }

    /// A local date and time without an offset.
    fn civil(&mut self, section: &Section<'_, '_>, key: &str) -> Option<DateTime> {
        const SAMPLE: &str = "2026-08-12T15:59:59";
        let Some((value, at)) = section.get(key) else {
            self.missing(section, key, SAMPLE);
            return None;
        };
        let found = match value {
            DeValue::Datetime(local)
                if local.offset.is_none() && local.date.is_some() && local.time.is_some() =>
            {
                local.to_string().parse().ok()
            }
            _ => None,
        };
        if found.is_none() {
            self.say(
                at.start,
                format!("\"{key}\" is not a local date and time without an offset"),
                format!("{key} = {SAMPLE}"),
            );
        }
        found
    }

    fn promise_cases(&mut self, top: &Section<'_, '_>, promise: &mut Promise) {
        let (given, wanted): (&str, &[&str]) = match promise.rule {
            Rule::Due(_) => ("paid", &["name", "clause", "zone", "paid", "due", "step"]),
            Rule::Clock { .. } => ("at", &["name", "clause", "zone", "at", "start"]),
            Rule::Hours { .. } => ("at", &["name", "clause", "zone", "at", "within"]),
        };
        let list = self.tables(top, "cases", wanted, "a case").unwrap_or_default();
        if list.is_empty() {
            self.say(
                0,
                "the promise has no table of cases",
                format!(
                    "[[cases]] with {}, at least one on each side of every boundary",
                    wanted[3..].join(" and ")
                ),
            );
        }
        for section in list {
            let name = match section.get("name") {
                Some(_) => self.string(&section, "name", "\"at the line\"").unwrap_or_default(),
                None => "",
            };
            let clause = match section.get("clause") {
                Some(_) => self.string(&section, "clause", "\"rules.md 2.2\"").map(str::to_owned),
                None => None,
            };
            let zone = match section.get("zone") {
                Some(_) => self.string(&section, "zone", "\"Asia/Shanghai\"").unwrap_or_default(),
                None => "UTC",
            };
            let Ok(zone) = zone.parse::<Zone>() else {
                let at = section.get("zone").map_or(section.at, |(_, at)| at.start);
                self.say(at, format!("\"{zone}\" is not a time zone"), "zone = \"Asia/Shanghai\"");
                continue;
            };
            let Some(at) = self.civil(&section, given) else {
                continue;
            };
            let expect = match promise.rule {
                Rule::Due(_) => {
                    let step = match section.get("step") {
                        Some(_) => self.string(&section, "step", "\"resend\"").map(str::to_owned),
                        None => None,
                    };
                    self.civil(&section, "due").map(|due| Expect::Due(step, due))
                }
                Rule::Clock { .. } => self.civil(&section, "start").map(Expect::Start),
                Rule::Hours { .. } => match section.get("within") {
                    Some((DeValue::Boolean(truth), _)) => Some(Expect::Within(*truth)),
                    Some((_, at)) => {
                        self.say(at.start, "\"within\" is not true or false", "within = true");
                        None
                    }
                    None => {
                        self.missing(&section, "within", "true");
                        None
                    }
                },
            };
            let Some(expect) = expect else {
                continue;
            };
            let line = Diagnostic::error(self.text, section.at, "", "").line;
            let case = Case { name: name.to_owned(), clause, line, zone, at, expect };
            if let Some(difference) = promise.differs(&case) {
                let name = if name.is_empty() { "the case" } else { name };
                self.say(
                    section.at,
                    format!("case \"{name}\" does not hold: {difference}"),
                    "rows for which it holds, or the time that is meant",
                );
            }
            promise.cases.push(case);
        }
    }
}
