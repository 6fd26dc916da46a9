//! What a promise is, and how its times are computed.

use crate::policy::Words;
use jiff::civil::{DateTime, Time};
use kernel::{Date, Moment, Zone};

/// By when something of one row is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Within hours of 3,600 s.
    Hours(i64),
    /// At a local time of a day.
    Day {
        /// How many local days later; 0 is the same day.
        day: i64,
        /// Up to the last microsecond of this second.
        at: Time,
    },
}

/// One row of a deadline: the first row that fits is the one that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// For which step of the way; none is the shipment itself.
    pub step: Option<String>,
    /// Only for what was paid before this local time of day.
    pub paid_before: Option<Time>,
    /// By when.
    pub by: By,
}

/// What a promise says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// By when something is due.
    Due(Vec<Row>),
    /// A clock that stands between two local times of day.
    Clock {
        /// From when it stands.
        stands_from: Time,
        /// When it goes on.
        until: Time,
    },
    /// Hours of the day that count.
    Hours {
        /// The first second that counts.
        from: Time,
        /// The last second that counts, whole.
        to: Time,
        /// As how many seconds something counts that was never answered.
        unanswered_seconds: Option<i64>,
    },
}

/// What a case expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// Due at a local time, of a step.
    Due(Option<String>, DateTime),
    /// Counted from a local time.
    Start(DateTime),
    /// Within the hours, or not.
    Within(bool),
}

/// One row of a promise's table of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is about.
    pub name: String,
    /// The clause it comes from.
    pub clause: Option<String>,
    /// The line it stands on.
    pub line: usize,
    /// In which zone its local times are; UTC if the file does not say.
    pub zone: Zone,
    /// The local time it begins with.
    pub at: DateTime,
    /// What must come out.
    pub expect: Expect,
}

/// A promise or a clock: everything in it has been checked, and its cases hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// What all its versions are called.
    pub id: String,
    /// Which version this is, from 1.
    pub version: u32,
    /// The first local day on which it is in force.
    pub effective_from: Date,
    /// Its title.
    pub titles: Words,
    /// What it says.
    pub texts: Words,
    /// The clause it comes from.
    pub source: String,
    /// What it says, as rows and times of day.
    pub rule: Rule,
    /// Its table of cases.
    pub cases: Vec<Case>,
    /// The file as written.
    pub text: String,
}

impl Promise {
    /// By when the shipment of what was paid at `paid` is due; none if this is a clock and no deadline.
    pub fn due(&self, paid: Moment, zone: &Zone) -> Option<Moment> {
        self.due_for(None, paid, zone)
    }

    /// By when a step of the way is due that is counted from `from`; none if there is no such step.
    pub fn due_for(&self, step: Option<&str>, from: Moment, zone: &Zone) -> Option<Moment> {
        let Rule::Due(rows) = &self.rule else {
            return None;
        };
        let local = from.zoned(zone).datetime();
        let row = rows.iter().find(|row| {
            row.step.as_deref() == step && row.paid_before.is_none_or(|before| local.time() < before)
        })?;
        let due = match row.by {
            By::Hours(hours) => from.plus_hours(hours),
            By::Day { day, at } => {
                let date = local.date().checked_add(jiff::Span::new().days(day)).ok()?;
                Moment::local(date.to_datetime(whole_second(at)), zone)?
            }
        };
        Some(due.max(from))
    }

    /// From when the time counts of what happened at `at`: later than `at` only while a clock stands.
    pub fn start(&self, at: Moment, zone: &Zone) -> Moment {
        let Rule::Clock { stands_from, until } = self.rule else {
            return at;
        };
        let local = at.zoned(zone).datetime();
        let over_midnight = stands_from > until;
        let evening = local.time() >= stands_from;
        let morning = local.time() < until;
        let day = match (over_midnight, evening, morning) {
            (true, true, _) => local.date().tomorrow().ok(),
            (true, false, true) | (false, true, true) => Some(local.date()),
            (true, false, false) | (false, _, _) => None,
        };
        day.and_then(|day| Moment::local(day.to_datetime(until), zone)).map_or(at, |start| start.max(at))
    }

    /// Whether a moment is within the hours that count; always, if this is not about hours.
    pub fn within(&self, at: Moment, zone: &Zone) -> bool {
        let Rule::Hours { from, to, .. } = self.rule else {
            return true;
        };
        let time = at.zoned(zone).time();
        if from <= to {
            from <= time && time <= whole_second(to)
        } else {
            from <= time || time <= whole_second(to)
        }
    }

    /// As how many microseconds something counts that was never answered.
    pub fn unanswered_micros(&self) -> Option<i64> {
        match self.rule {
            Rule::Hours { unanswered_seconds, .. } => unanswered_seconds.map(|seconds| seconds * 1_000_000),
            Rule::Due(_) | Rule::Clock { .. } => None,
        }
    }

    /// Checks one row of the table of cases; says what differs.
    pub(crate) fn differs(&self, case: &Case) -> Option<String> {
        let Some(at) = Moment::local(case.at, &case.zone) else {
            return Some(format!("there is no such time as {}", case.at));
        };
        match &case.expect {
            Expect::Due(step, due) => {
                let is = self.due_for(step.as_deref(), at, &case.zone);
                let is = is.map(|is| is.zoned(&case.zone).datetime());
                match is {
                    Some(is) if is == *due => None,
                    Some(is) => Some(format!("it is due at {is}, not at {due}")),
                    None => Some("nothing is due then".to_owned()),
                }
            }
            Expect::Start(start) => {
                let is = self.start(at, &case.zone).zoned(&case.zone).datetime();
                (is != *start).then(|| format!("it counts from {is}, not from {start}"))
            }
            Expect::Within(wanted) => {
                let is = self.within(at, &case.zone);
                (is != *wanted).then(|| {
                    let what = |within| if within { "within the hours" } else { "outside the hours" };
                    format!("it is {}, not {}", what(is), what(*wanted))
                })
            }
        }
    }
}

/// The last microsecond of a second.
fn whole_second(at: Time) -> Time {
    at.with().subsec_nanosecond(999_999_000).build().unwrap_or(at)
}
