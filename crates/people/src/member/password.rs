//! Passwords: hashed and compared outside every write.
//!
//! Signing in is three calls: [`challenge`] reads what is needed, [`Challenge::answer`] does the slow work, and
//! [`sign_in`](super::sign_in) writes down what came of it.

use super::error::Error;
use super::model::Rules;
use super::session::Token;
use super::sql;
use crate::vault::{self, Contact, Digest, Field, Vault};
use kernel::id::Member;
use kernel::{Id, Moment};
use store::Query;

const SALT: usize = 16;
const HASH: usize = 32;

/// How much work a hash takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in units of 1,024 bytes.
    pub memory_kib: u32,
    /// How often the memory is gone through.
    pub passes: u32,
    /// In how many lanes.
    pub lanes: u32,
}

impl Cost {
    fn hash(self, password: &str, salt: &[u8]) -> Result<[u8; HASH], Error> {
        let wrong = |err: argon2::Error| Error::Cost(err.to_string());
        let params =
            argon2::Params::new(self.memory_kib, self.passes, self.lanes, Some(HASH)).map_err(wrong)?;
        let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let mut hash = [0; HASH];
        argon.hash_password_into(password.as_bytes(), salt, &mut hash).map_err(wrong)?;
        Ok(hash)
    }
}

/// The hash of a password with everything that is needed to compare. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Hashed {
    pub(super) cost: Cost,
    pub(super) salt: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl std::fmt::Debug for Hashed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hashed").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl Hashed {
    /// Hashes a new password with a salt of its own. Slow by intent: never inside a write.
    pub fn new(rules: &Rules, password: &str) -> Result<Self, Error> {
        rules.checked_password(password)?;
        Self::with(rules.cost, password)
    }

    fn with(cost: Cost, password: &str) -> Result<Self, Error> {
        let salt: [u8; SALT] = vault::random()?;
        Ok(Self { cost, salt: salt.to_vec(), hash: cost.hash(password, &salt)?.to_vec() })
    }

    /// Stands in for a member that is not there: the same work, and never right.
    fn decoy(cost: Cost) -> Self {
        Self { cost, salt: vec![0; SALT], hash: vec![0; HASH] }
    }

    fn fits(&self, password: &str) -> Result<bool, Error> {
        Ok(vault::same(&self.cost.hash(password, &self.salt)?, &self.hash))
    }
}

/// What is needed to compare a password, for a name that may not exist.
#[derive(Debug, Clone)]
pub struct Challenge {
    digest: Digest,
    /// The member and which of its passwords this is.
    member: Option<(Id<Member>, i64)>,
    stored: Hashed,
}

/// What came of a comparison.
#[derive(Debug, Clone)]
pub struct Answer {
    pub(super) digest: Digest,
    /// Whose password was right, and which of theirs.
    pub(super) right: Option<(Id<Member>, i64)>,
    /// The same password with today's cost, if that has changed.
    pub(super) renewed: Option<Hashed>,
    token: Token,
}

/// Begins to sign in by phone or e-mail. The only refusal is a lock; whether somebody is there cannot be told.
pub fn challenge(
    q: &mut impl Query,
    vault: &Vault,
    rules: &Rules,
    contact: &Contact,
    now: Moment,
) -> Result<Challenge, Error> {
    let digest = vault.digest(contact);
    let holder = vault::holder(q, &digest)?;
    begin(q, rules, digest, holder.map(Id::from_raw), now)
}

/// Begins to ask a member for the password again, before something that matters.
pub fn challenge_of(
    q: &mut impl Query,
    vault: &Vault,
    rules: &Rules,
    member: Id<Member>,
    now: Moment,
) -> Result<Challenge, Error> {
    for field in [Field::Phone, Field::Email] {
        if let Some(text) = vault::open(q, vault, member.raw(), field)? {
            let digest = vault.digest(&Contact::read_back(text.expose())?);
            return begin(q, rules, digest, Some(member), now);
        }
    }
    Err(Error::NoMember)
}

fn begin(
    q: &mut impl Query,
    rules: &Rules,
    digest: Digest,
    member: Option<Id<Member>>,
    now: Moment,
) -> Result<Challenge, Error> {
    if let Some(until) = sql::attempts(q, &digest)?.and_then(|row| row.attempts.locked(now)) {
        return Err(Error::Locked { until });
    }
    // Asked for a member that is not there too, so that both ways read the same rows.
    let nobody = Id::from_raw(kernel::RawId([0; 16]));
    Ok(match sql::credential(q, member.unwrap_or(nobody))? {
        Some((number, stored)) => Challenge { digest, member: member.map(|id| (id, number)), stored },
        None => Challenge { digest, member: None, stored: Hashed::decoy(rules.cost) },
    })
}

impl Challenge {
    /// Compares. Slow by intent: never inside a write.
    pub fn answer(self, rules: &Rules, password: &str) -> Result<Answer, Error> {
        let Self { digest, member, stored } = self;
        let fits = stored.fits(password)?;
        let right = member.filter(|_| fits);
        let renewed = match right {
            Some(_) if stored.cost != rules.cost => Some(Hashed::with(rules.cost, password)?),
            Some(_) | None => None,
        };
        Ok(Answer { digest, right, renewed, token: Token::fresh()? })
    }
}

impl Answer {
    /// Whose password was right, as far as it was when it was compared.
    pub fn member(&self) -> Option<Id<Member>> {
        self.right.map(|(member, _)| member)
    }

    /// The token of the session that [`sign_in`](super::sign_in) opens; worth nothing if it opens none.
    pub fn token(&self) -> &Token {
        &self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 16, passes: 1, lanes: 1 };

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let rules = Rules { cost: CHEAP, ..Rules::default() };
        let hashed = Hashed::new(&rules, "correct horse").unwrap();
        assert!(hashed.fits("correct horse").unwrap());
        assert!(!hashed.fits("correct horsf").unwrap());
        assert_ne!(hashed, Hashed::new(&rules, "correct horse").unwrap(), "each has a salt of its own");
        assert!(!Hashed::decoy(CHEAP).fits("").unwrap());
        assert!(!format!("{hashed:?}").contains("hash:"));
    }

    #[test]
    fn a_cost_that_cannot_be_is_an_error_and_no_panic() {
        let rules = Rules { cost: Cost { memory_kib: 1, passes: 0, lanes: 0 }, ..Rules::default() };
        assert!(matches!(Hashed::new(&rules, "correct horse"), Err(Error::Cost(_))));
    }
}
