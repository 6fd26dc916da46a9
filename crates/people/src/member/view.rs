//! What members see of themselves, and others of them.

use super::error::Error;
use super::model::{Device, Status};
use super::sql;
use crate::vault::{self, Field, Postal, Vault};
use kernel::id::{Address, Login, Member};
use kernel::{Id, Moment, RawId};
use store::Query;

/// What a member sees of itself, in the clear. Prints masked.
#[derive(Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its id.
    pub id: Id<Member>,
    /// The state of the account.
    pub status: Status,
    /// When it signed up.
    pub joined_at: Moment,
    /// What it is called.
    pub name: Option<String>,
    /// Its phone number, with the country's code.
    pub phone: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
}

/// What others see of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownProfile {
    /// Its id.
    pub id: Id<Member>,
    /// The state of the account.
    pub status: Status,
    /// When it signed up.
    pub joined_at: Moment,
    /// `张*`.
    pub name: Option<String>,
    /// `138****1234`.
    pub phone: Option<String>,
    /// `z***@example.com`.
    pub email: Option<String>,
}

impl Profile {
    /// As much of it as others see.
    pub fn shown(&self) -> ShownProfile {
        let masked = |field: Field, value: &Option<String>| value.as_deref().map(|v| field.masked(v));
        ShownProfile {
            id: self.id,
            status: self.status,
            joined_at: self.joined_at,
            name: masked(Field::Name, &self.name),
            phone: masked(Field::Phone, &self.phone),
            email: masked(Field::Email, &self.email),
        }
    }
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.shown(), f)
    }
}

/// A session, for the member whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// Its id.
    pub id: Id<Login>,
    /// On what.
    pub device: Device,
    /// Since when.
    pub opened_at: Moment,
    /// When it was last used, as far as written down.
    pub seen_at: Moment,
    /// When it ends if nobody uses it.
    pub idle_until: Moment,
}

/// An address, for the member whose it is. Prints masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressView {
    /// Its id.
    pub id: Id<Address>,
    /// Whether it is taken unless another is named.
    pub is_default: bool,
    /// What it says.
    pub postal: Postal,
}

/// What a member sees of itself: to be shown to that member alone.
pub fn profile(q: &mut impl Query, vault: &Vault, id: Id<Member>) -> Result<Profile, Error> {
    let account = sql::account(q, id)?.ok_or(Error::NoMember)?;
    let mut value = |field| -> Result<Option<String>, Error> {
        Ok(vault::open(q, vault, id.raw(), field)?.map(|secret| secret.expose().to_owned()))
    };
    Ok(Profile {
        id,
        status: account.status,
        joined_at: account.joined_at,
        name: value(Field::Name)?,
        phone: value(Field::Phone)?,
        email: value(Field::Email)?,
    })
}

/// What others see of a member.
pub fn shown_profile(q: &mut impl Query, vault: &Vault, id: Id<Member>) -> Result<ShownProfile, Error> {
    Ok(profile(q, vault, id)?.shown())
}

/// Up to `limit` of a member's usable sessions, newest first, after the one of the page before.
pub fn sessions(
    q: &mut impl Query,
    member: Id<Member>,
    after: Option<Id<Login>>,
    now: Moment,
    limit: i64,
) -> Result<Vec<SessionView>, Error> {
    Ok(sql::sessions(q, member, after, now, limit)?)
}

pub(super) fn postal(q: &mut impl Query, vault: &Vault, subject: RawId) -> Result<Postal, Error> {
    let secret = vault::open(q, vault, subject, Field::Address)?;
    let secret = secret.ok_or(vault::Error::Nothing(Field::Address))?;
    Ok(Postal::read(secret.expose()).ok_or(vault::Error::Damaged(Field::Address))?)
}
