//! Moments: microseconds since 1970 in UTC. Calendars and zones come from `jiff`; no clock is read here.

use crate::Zone;
use std::fmt;

/// A civil date (re-exported from `jiff`).
pub type Date = jiff::civil::Date;

/// A point in time, in microseconds UTC. Written as RFC 3339 outside, as an integer inside.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct Moment(i64);

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is not a time: write a date such as 2018-04-30, or RFC 3339 such as 2018-04-30T12:00:00-03:00"
)]
pub struct TimeError {
    /// What was given.
    pub text: String,
}

/// Why a question about a moment has no answer yet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{asked} has not come yet: ask about a moment up to now, {now}")]
pub struct FutureError {
    /// The moment, RFC 3339.
    pub asked: String,
    /// Now, RFC 3339.
    pub now: String,
}

impl Moment {
    /// The earliest moment we can write.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// The latest moment we can write (9999-12-30).
    pub const MAX: Self = Self(253_402_200_000_000_000);

    /// From microseconds since 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// This moment moved by whole hours of 3,600 s.
    pub const fn plus_hours(self, hours: i64) -> Self {
        Self(self.0 + hours * 3_600_000_000)
    }
    /// This moment moved by days of 24 h (not calendar days).
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_hours(24 * days)
    }
    /// This moment moved by microseconds.
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0 + micros)
    }
    /// As a `jiff` timestamp.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0.clamp(Self::MIN.0, Self::MAX.0)).unwrap_or_default()
    }
    /// From a `jiff` timestamp; nanoseconds are cut.
    pub fn from_timestamp(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
    /// The local date at this moment.
    pub fn date(self, zone: &Zone) -> Date {
        self.zoned(zone).date()
    }
    /// With its zone, for calendars and for showing.
    pub fn zoned(self, zone: &Zone) -> jiff::Zoned {
        self.timestamp().to_zoned(zone.tz().clone())
    }
    /// A local clock reading in `zone`: an ambiguous one is the earlier, one that never was is shifted forward.
    pub fn local(at: jiff::civil::DateTime, zone: &Zone) -> Option<Self> {
        zone.tz().to_ambiguous_timestamp(at).compatible().ok().map(Self::from_timestamp)
    }
    /// 23:59:59.999999 of a local day.
    pub fn day_end(date: Date, zone: &Zone) -> Option<Self> {
        Self::local(date.at(23, 59, 59, 999_999_000), zone)
    }
    /// The first moment of a local day.
    pub fn day_start(date: Date, zone: &Zone) -> Option<Self> {
        Self::local(date.at(0, 0, 0, 0), zone)
    }
    /// RFC 3339 in `zone`, with the zone's offset: `2018-04-30T23:59:59.999999-03:00`.
    pub fn rfc3339(self, zone: &Zone) -> String {
        let timestamp = self.timestamp();
        let offset = zone.tz().to_offset(timestamp);
        timestamp.display_with_offset(offset).to_string()
    }
    /// Reads RFC 3339 with any offset, or a date, which means the end of that local day. The `+` of an offset may have become
    /// a space, as it does in the query of an address.
    pub fn parse_as_of(text: &str, zone: &Zone) -> Result<Self, TimeError> {
        let bad = || TimeError { text: text.chars().take(60).collect() };
        if text.len() == 10 {
            let date: Date = text.parse().map_err(|_| bad())?;
            return Self::day_end(date, zone).ok_or_else(bad);
        }
        let text = match text.rsplit_once(' ') {
            Some((moment, offset)) if moment.contains('T') && offset.len() == 5 => {
                std::borrow::Cow::Owned(format!("{moment}+{offset}"))
            }
            _ => std::borrow::Cow::Borrowed(text),
        };
        text.parse::<jiff::Timestamp>().map(Self::from_timestamp).map_err(|_| bad())
    }
    /// The moment a question is about, asked now: the end of a day that still runs is now, and what has not come is refused.
    pub fn not_after(self, now: Self, zone: &Zone) -> Result<Self, FutureError> {
        match Self::day_end(now.date(zone), zone) {
            _ if self <= now => Ok(self),
            Some(end) if self == end => Ok(now),
            _ => Err(FutureError { asked: self.rfc3339(zone), now: now.rfc3339(zone) }),
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl fmt::Display for Moment {
    /// RFC 3339 in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.timestamp(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> Zone {
        "America/Sao_Paulo".parse().unwrap()
    }

    #[test]
    fn a_date_means_the_end_of_that_local_day() {
        let at = Moment::parse_as_of("2018-04-30", &zone()).unwrap();
        assert_eq!(at.rfc3339(&zone()), "2018-04-30T23:59:59.999999-03:00");
        assert_eq!(at, Moment::parse_as_of("2018-05-01T02:59:59.999999Z", &zone()).unwrap());
    }

    #[test]
    fn an_offset_is_read_also_where_an_address_made_a_space_of_its_plus() {
        let at = |text: &str| Moment::parse_as_of(text, &zone()).map(|at| at.to_string());
        let utc = Ok("2018-04-30T16:00:00Z".to_owned());
        for text in ["2018-05-01T00:00:00+08:00", "2018-05-01T00:00:00 08:00", "2018-04-30T13:00:00-03:00"] {
            assert_eq!(at(text), utc, "{text}");
        }
        for text in ["2018-05-01T00:00:00", "2018-05-01 08:00", "2018-05-01T00:00:00  08:00"] {
            assert!(at(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_ambiguous_time_is_the_earlier_and_a_missing_one_is_shifted_forward() {
        // Summer time ended on 2018-02-18 at 00:00, back to 23:00; it began on 2017-10-15 at 00:00, on to 01:00.
        let twice = Moment::day_end("2018-02-17".parse().unwrap(), &zone()).unwrap();
        assert_eq!(twice.to_string(), "2018-02-18T01:59:59.999999Z");
        let never = Moment::local("2017-10-15T00:30:00".parse().unwrap(), &zone()).unwrap();
        assert_eq!(never.rfc3339(&zone()), "2017-10-15T01:30:00-02:00");
    }

    #[test]
    fn what_is_not_a_time_is_refused() {
        for bad in ["", "today", "2018-13-01", "2018-04-30T12:00:00", "30.04.2018", "2018-4-3000"] {
            assert!(Moment::parse_as_of(bad, &zone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_question_about_today_means_now_and_one_about_tomorrow_is_refused() {
        let (zone, at) = (zone(), |text: &str| Moment::parse_as_of(text, &zone()).unwrap());
        let now = at("2018-04-30T10:36:00Z");
        assert_eq!(at("2018-04-30").not_after(now, &zone), Ok(now), "the day still runs");
        assert_eq!(at("2018-04-29").not_after(now, &zone), Ok(at("2018-04-29")));
        assert_eq!(now.not_after(now, &zone), Ok(now));
        for future in ["2018-05-01", "2018-04-30T10:36:01Z"] {
            let err = at(future).not_after(now, &zone).unwrap_err().to_string();
            assert!(err.contains("has not come yet") && err.contains("2018-04-30T07:36:00-03:00"), "{err}");
        }
    }
}
