//! States, lock-out and the life of sessions: decisions without a clock or a database.

use super::error::Error;
use super::password::Cost;
use kernel::{Moment, text};

/// Where an account is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It can be used.
    Active,
    /// The platform stopped it.
    Suspended,
    /// The member left; nothing personal is kept.
    Closed,
}

/// What can happen to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The platform stops it.
    Suspend,
    /// The platform lets it go on.
    Restore,
    /// The member leaves.
    Close,
}

impl Status {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Active, Self::Suspended, Self::Closed];

    /// The whole life of an account.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Active, Step::Suspend) => Some(Self::Suspended),
            (Self::Suspended, Step::Restore) => Some(Self::Active),
            (Self::Active | Self::Suspended, Step::Close) => Some(Self::Closed),
            (Self::Active, Step::Restore)
            | (Self::Suspended, Step::Suspend)
            | (Self::Closed, Step::Suspend | Step::Restore | Step::Close) => None,
        }
    }

    /// Its word in the store and in facts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Suspend, Self::Restore, Self::Close];
}

/// On what somebody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer.
    Computer,
    /// A program.
    Program,
}

impl Device {
    /// Every device.
    pub const ALL: [Self; 4] = [Self::Phone, Self::Tablet, Self::Computer, Self::Program];

    /// Its word in the store and in facts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Computer => "computer",
            Self::Program => "program",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|device| device.as_str() == word)
    }
}

/// Why a session was closed before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The member signed out.
    SignOut,
    /// The member closed it from another device.
    Revoked,
    /// The password was changed.
    Password,
    /// There were too many.
    Crowded,
    /// The account was suspended or closed.
    Status,
}

impl Ended {
    /// Its word in the store and in facts.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignOut => "sign_out",
            Self::Revoked => "revoked",
            Self::Password => "password",
            Self::Crowded => "crowded",
            Self::Status => "status",
        }
    }
}

/// What a market asks of passwords, attempts and sessions. Spans are in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How much work a new hash of a password takes.
    pub cost: Cost,
    /// The least characters of a password.
    pub shortest: usize,
    /// How many failures in a row cost nothing.
    pub free_failures: i64,
    /// How long a name is locked after the first failure that costs; doubles with each further one.
    pub first_wait: i64,
    /// The longest it is locked.
    pub longest_wait: i64,
    /// After how long without an attempt failures are forgotten.
    pub forget_after: i64,
    /// How long a session lives without being used.
    pub idle: i64,
    /// How long a session lives however much it is used.
    pub longest: i64,
    /// After how long a use is written down again.
    pub touch_after: i64,
    /// How many open sessions a member has; the oldest makes room.
    pub most_sessions: i64,
}

impl Default for Rules {
    /// What holds until a market's configuration says otherwise: the cost that OWASP names first for argon2id (19 MiB, 2
    /// passes, 1 lane), 5 free failures, locks from 30 seconds to an hour, sessions of 30 idle days and a year in all.
    fn default() -> Self {
        const SECOND: i64 = 1_000_000;
        const HOUR: i64 = 3_600 * SECOND;
        Self {
            cost: Cost { memory_kib: 19 * 1_024, passes: 2, lanes: 1 },
            shortest: 8,
            free_failures: 5,
            first_wait: 30 * SECOND,
            longest_wait: HOUR,
            forget_after: 24 * HOUR,
            idle: 30 * 24 * HOUR,
            longest: 365 * 24 * HOUR,
            touch_after: HOUR,
            most_sessions: 20,
        }
    }
}

/// The most characters of a password: more is only work for the server.
const LONGEST_PASSWORD: usize = 256;
/// The most characters of a name.
const LONGEST_NAME: usize = 60;

impl Rules {
    /// Refuses a password that is too short or too long.
    pub fn checked_password(&self, password: &str) -> Result<(), Error> {
        let long = password.chars().count();
        if (self.shortest..=LONGEST_PASSWORD).contains(&long) {
            return Ok(());
        }
        Err(Error::Password { least: self.shortest, most: LONGEST_PASSWORD })
    }
}

/// A name as it is kept.
pub(super) fn checked_name(name: &str) -> Result<String, Error> {
    text::line(name, 1, LONGEST_NAME).ok_or(Error::Name { most: LONGEST_NAME })
}

/// Failures in a row to sign in with a name, known or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attempts {
    pub failures: i64,
    pub last_at: Moment,
    pub locked_until: Option<Moment>,
}

impl Attempts {
    /// Until when nothing is taken, if that is so now.
    pub fn locked(&self, now: Moment) -> Option<Moment> {
        self.locked_until.filter(|until| now < *until)
    }

    /// One failure more.
    pub fn failed(before: Option<&Self>, rules: &Rules, now: Moment) -> Self {
        let counted = before.filter(|b| now < b.last_at.plus_micros(rules.forget_after));
        let failures = counted.map_or(0, |b| b.failures).saturating_add(1);
        let costing = failures - rules.free_failures;
        let wait = (costing > 0).then(|| {
            let doubled = 1i64.checked_shl((costing - 1).min(62) as u32).unwrap_or(i64::MAX);
            rules.first_wait.saturating_mul(doubled).min(rules.longest_wait)
        });
        Self { failures, last_at: now, locked_until: wait.map(|wait| now.plus_micros(wait)) }
    }
}

/// The times of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    /// When it was last used, as far as written down.
    pub seen_at: Moment,
    /// When it ends if nobody uses it.
    pub idle_until: Moment,
    /// When it ends.
    pub until: Moment,
}

impl Life {
    /// Of a session that begins.
    pub fn begin(rules: &Rules, now: Moment) -> Self {
        let until = now.plus_micros(rules.longest);
        Self { seen_at: now, idle_until: now.plus_micros(rules.idle).min(until), until }
    }
    /// Whether it can be used.
    pub fn open(&self, now: Moment) -> bool {
        now < self.idle_until && now < self.until
    }
    /// Whether a use should be written down.
    pub fn due(&self, rules: &Rules, now: Moment) -> bool {
        self.seen_at.plus_micros(rules.touch_after) <= now
    }
    /// After a use.
    pub fn used(&self, rules: &Rules, now: Moment) -> Self {
        Self { seen_at: now, idle_until: now.plus_micros(rules.idle).min(self.until), until: self.until }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_life_of_an_account() {
        use Status::{Active, Closed, Suspended};
        let table: Vec<_> =
            Status::ALL.into_iter().map(|status| Step::ALL.map(|step| status.after(step))).collect();
        //  suspend         restore       close
        let expected =
            [[Some(Suspended), None, Some(Closed)], [None, Some(Active), Some(Closed)], [None, None, None]];
        assert_eq!(table, expected);
        assert!(Status::ALL.into_iter().all(|status| Status::parse(status.as_str()) == Some(status)));
        assert!(Device::ALL.into_iter().all(|device| Device::parse(device.as_str()) == Some(device)));
    }

    #[test]
    fn each_failure_past_the_free_ones_doubles_the_wait_up_to_the_longest() {
        let rules = Rules { free_failures: 2, first_wait: 10, longest_wait: 35, ..Rules::default() };
        let at = Moment::from_micros;
        let mut attempts = None;
        let waits = [None, None, Some(10), Some(20), Some(35), Some(35)];
        for (i, wait) in waits.into_iter().enumerate() {
            let now = at(i as i64 * 100);
            let next = Attempts::failed(attempts.as_ref(), &rules, now);
            assert_eq!(next.locked_until, wait.map(|wait| now.plus_micros(wait)), "failure {}", i + 1);
            attempts = Some(next);
        }
        let last = attempts.unwrap();
        assert_eq!(last.locked(at(534)), Some(at(535)));
        assert_eq!(last.locked(at(535)), None);
        let later = Attempts::failed(Some(&last), &rules, at(500).plus_micros(rules.forget_after));
        assert_eq!(later.failures, 1);
        let many = Attempts { failures: i64::MAX - 1, ..last };
        assert_eq!(Attempts::failed(Some(&many), &rules, at(536)).locked_until, Some(at(571)));
    }

    #[test]
    fn a_session_slides_but_not_past_its_end() {
        let rules = Rules { idle: 10, longest: 25, touch_after: 3, ..Rules::default() };
        let at = Moment::from_micros;
        let life = Life::begin(&rules, at(0));
        for (now, open, due) in
            [(0, true, false), (2, true, false), (3, true, true), (9, true, true), (10, false, true)]
        {
            assert_eq!((life.open(at(now)), life.due(&rules, at(now))), (open, due), "at {now}");
        }
        let life = life.used(&rules, at(9)).used(&rules, at(18));
        assert_eq!((life.idle_until, life.until), (at(25), at(25)));
        assert!(life.open(at(24)) && !life.open(at(25)));
    }

    #[test]
    fn passwords_and_names_have_bounds() {
        let rules = Rules::default();
        for (password, fine) in [("1234567", false), ("12345678", true), ("密码密码密码密码", true)] {
            assert_eq!(rules.checked_password(password).is_ok(), fine, "{password}");
        }
        assert!(rules.checked_password(&"x".repeat(257)).is_err());
        for (name, kept) in [(" 张三 ", Some("张三")), ("", None), ("a\nb", None)] {
            assert_eq!(checked_name(name).ok().as_deref(), kept);
        }
    }
}
