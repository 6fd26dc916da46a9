//! A member's account: what it is called, how it is reached, where it is signed in, its password, its end.

use crate::idempotency::IdempotentRequest;
use crate::problem::Failure;
use crate::site::Site;
use crate::view::sign::{answered, proved, wrong};
use kernel::{Kind, Moment};
use people::member::{self, Change, Proof, Step};
use people::staff;
use people::vault::Contact;
use serde::{Deserialize, Serialize};

/// Whether a password that was asked for again was right.
#[derive(Serialize, Deserialize)]
pub enum Came {
    /// It was, and the thing is done.
    Done,
    /// It was not.
    Wrong {
        /// Until when no other is taken, in microseconds.
        until: Option<i64>,
    },
}

impl Came {
    pub(crate) fn wrong(until: Option<Moment>) -> Self {
        Self::Wrong { until: until.map(Moment::micros) }
    }
    pub(crate) fn stays(&self) -> bool {
        matches!(self, Self::Done)
    }
    pub(crate) fn told(self) -> Result<(), Failure> {
        match self {
            Self::Done => Ok(()),
            Self::Wrong { until } => Err(wrong(Kind::Forbidden, until.map(Moment::from_micros))),
        }
    }
}

/// Sets a contact of whoever asks, and gave the password again.
pub async fn set_contact(
    site: &Site,
    act: &IdempotentRequest,
    contact: Contact,
    password: String,
) -> Result<(), Failure> {
    let (member, vault, rules) = (act.who.member()?, site.vault.clone(), site.member_rules);
    let answer = answered(site, member, password).await?;
    let keys = member::keys_to_answer(&answer);
    let came = act
        .value_if(site, "member.contact", keys, Came::stays, move |tx, ctx| -> Result<_, member::Error> {
            Ok(match member::prove(tx, ctx, &rules, &answer)? {
                Proof::Wrong { until } => Came::wrong(until),
                Proof::Given(member) => {
                    member::set_contact(tx, &vault, member, &contact)?;
                    Came::Done
                }
            })
        })
        .await?;
    came.told()
}

/// Changes the password of whoever asks.
pub async fn change_password(
    site: &Site,
    act: &IdempotentRequest,
    old: String,
    new: String,
) -> Result<(), Failure> {
    let (member, keep, rules) = (act.who.member()?, act.who.session(), site.member_rules);
    rules.checked_password(&new)?;
    let answer = answered(site, member, old).await?;
    let hashed = proved(site, new).await?;
    let keys = member::keys_to_answer(&answer);
    let came = act
        .value_if(site, "member.password", keys, Came::stays, move |tx, ctx| -> Result<_, member::Error> {
            Ok(match member::change_password(tx, ctx, &rules, &answer, &hashed, keep)? {
                Change::Done(_) => Came::Done,
                Change::Wrong { until } => Came::wrong(until),
            })
        })
        .await?;
    came.told()
}

/// Closes the account of whoever asks, and gave the password again.
pub async fn end(site: &Site, act: &IdempotentRequest, password: String) -> Result<(), Failure> {
    let (member, rules) = (act.who.member()?, site.member_rules);
    let answer = answered(site, member, password).await?;
    let keys = member::keys_to_answer(&answer);
    let came = act
        .value_if(site, "member.close", keys, Came::stays, move |tx, ctx| -> Result<_, Closing> {
            if !staff::of_member(tx, member)?.is_empty() {
                return Err(Closing::Seated);
            }
            Ok(match member::prove(tx, ctx, &rules, &answer)? {
                Proof::Wrong { until } => Came::wrong(until),
                Proof::Given(member) => {
                    member::change_status(tx, ctx, member, Step::Close)?;
                    Came::Done
                }
            })
        })
        .await?;
    came.told()
}

/// Why an account was not closed.
#[derive(Debug, kernel::Problem)]
#[problem(code = "member")]
pub enum Closing {
    #[problem(Conflict)]
    /// The member works somewhere.
    Seated,
    #[problem(from)]
    /// Staff.
    Staff(staff::Error),
}

impl From<member::Error> for Closing {
    fn from(err: member::Error) -> Self {
        Self::Staff(err.into())
    }
}

impl From<store::StoreError> for Closing {
    fn from(err: store::StoreError) -> Self {
        Self::Staff(err.into())
    }
}
