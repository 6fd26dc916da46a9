//! States of applications, and what one says. No clock, no database.

use super::error::Error;
use crate::merchant::{Industry, Kind};
use crate::vault::Contact;
use kernel::id::{Application as ApplicationKind, Member, Shop};
use kernel::{Id, Moment, text};

/// How an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for the platform.
    Pending,
    /// The shop is open.
    Approved,
    /// The platform declined.
    Declined,
    /// The applicant took it back.
    Withdrawn,
}

/// What can happen to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The platform says yes.
    Approve,
    /// The platform says no.
    Decline,
    /// The applicant takes it back.
    Withdraw,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Approved, Self::Declined, Self::Withdrawn];

    /// Its word in the store and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The whole life of an application.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Pending, Step::Approve) => Some(Self::Approved),
            (Self::Pending, Step::Decline) => Some(Self::Declined),
            (Self::Pending, Step::Withdraw) => Some(Self::Withdrawn),
            (
                Self::Approved | Self::Declined | Self::Withdrawn,
                Step::Approve | Step::Decline | Step::Withdraw,
            ) => None,
        }
    }
}

/// Somebody wants to open a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apply {
    /// What the shop is to be called.
    pub name: Box<str>,
    /// Who stands behind it.
    pub kind: Kind,
    /// What it will mainly sell, if that is said.
    pub industry: Option<Industry>,
    /// The number of the business licence; a person needs none.
    pub licence: Option<Box<str>>,
    /// How the applicant is reached about it.
    pub contact: Contact,
    /// What else the applicant says.
    pub note: Box<str>,
}

/// An application as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: Id<ApplicationKind>,
    /// Who applies.
    pub member: Id<Member>,
    /// What the shop is to be called.
    pub name: Box<str>,
    /// Who stands behind it.
    pub kind: Kind,
    /// What it will mainly sell, if that is said.
    pub industry: Option<Industry>,
    /// The number of the business licence, if there is one.
    pub licence: Option<Box<str>>,
    /// What else the applicant says.
    pub note: Box<str>,
    /// How it stands.
    pub state: State,
    /// Why it was declined.
    pub reason: Option<Box<str>>,
    /// The shop that was opened.
    pub shop: Option<Id<Shop>>,
    /// Since when it waits.
    pub sent_at: Moment,
    /// When it was decided or withdrawn.
    pub decided_at: Option<Moment>,
}

/// An application that waits, with how its sender is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The application.
    pub application: Application,
    /// The phone number or e-mail address, masked.
    pub contact: Option<String>,
}

/// The fewest and the most characters of a licence's number: a mainland one has 15 or 18, others differ.
pub const LICENCE: (usize, usize) = (6, 40);

/// The most characters of what an applicant says, and of the reason of a refusal.
pub const LONGEST_NOTE: usize = 500;

/// A licence's number as it is kept; a shop of a company or a brand needs one.
pub(super) fn checked_licence(kind: Kind, licence: Option<&str>) -> Result<Option<Box<str>>, Error> {
    let (least, most) = LICENCE;
    let given = licence.map(text::kept).filter(|text| !text.is_empty());
    match (given, kind) {
        (None, Kind::Person) => Ok(None),
        (None, Kind::Company | Kind::Flagship) => Err(Error::NoLicence),
        (Some(number), _) => {
            let kept = text::line(&number, least, most).ok_or(Error::Licence { least, most })?;
            Ok(Some(kept.into()))
        }
    }
}

/// A note as it is kept; line breaks stay.
pub(super) fn checked_note(note: &str, least: usize) -> Result<Box<str>, Error> {
    match text::lines(note, least, LONGEST_NOTE) {
        Some(kept) => Ok(kept.into()),
        None if text::kept(note).is_empty() => Err(Error::NoReason),
        None => Err(Error::Note { most: LONGEST_NOTE }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_life_of_an_application() {
        use State::{Approved, Declined, Pending, Withdrawn};
        let steps = [Step::Approve, Step::Decline, Step::Withdraw];
        assert_eq!(steps.map(|step| Pending.after(step)), [Some(Approved), Some(Declined), Some(Withdrawn)]);
        for over in [Approved, Declined, Withdrawn] {
            assert_eq!(steps.map(|step| over.after(step)), [None; 3]);
        }
        assert!(State::ALL.iter().all(|one| State::parse(one.as_str()) == Some(*one)));
    }

    #[test]
    fn a_company_needs_its_licence_and_a_person_does_not() {
        let of = |kind, text| checked_licence(kind, text).map(|kept| kept.map(String::from));
        assert_eq!(of(Kind::Person, None), Ok(None));
        assert_eq!(of(Kind::Person, Some(" ")), Ok(None));
        assert_eq!(of(Kind::Company, None), Err(Error::NoLicence));
        assert_eq!(of(Kind::Flagship, Some("")), Err(Error::NoLicence));
        let number = "91330106MA2TESTX8K";
        assert_eq!(of(Kind::Company, Some(number)), Ok(Some(number.to_owned())));
        assert_eq!(of(Kind::Company, Some("12345")), Err(Error::Licence { least: 6, most: 40 }));
    }
}
