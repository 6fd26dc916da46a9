//! States and words of shops. No clock, no database.

use super::error::Error;
use super::holiday::Holiday;
use kernel::id::{Member, Shop};
use kernel::{Id, Moment, text};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }
        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// Its word in the store, in facts and in answers.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
            /// Reads its word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// What a shop mainly sells.
    Industry {
        /// Clothes, shoes, bags.
        Fashion "fashion",
        /// Cosmetics and care.
        Beauty "beauty",
        /// Packed food.
        Food "food",
        /// Fresh food.
        Fresh "fresh",
        /// Phones, computers, appliances.
        Digital "digital",
        /// Things for the home.
        Home "home",
        /// Things for children.
        Baby "baby",
        /// Sports and outdoors.
        Sports "sports",
    }
}

words! {
    /// Who stands behind a shop.
    Kind {
        /// A company.
        Company "company",
        /// The owner of a brand.
        Flagship "flagship",
        /// A person.
        Person "person",
    }
}

words! {
    /// Whether a shop trades.
    Status {
        /// It does.
        Open "open",
        /// The platform stopped it.
        Suspended "suspended",
        /// Its owner gave it up, or the platform removed it.
        Closed "closed",
    }
}

words! {
    /// What becomes of orders in a holiday.
    HolidayOrders {
        /// They are refused.
        Refused "refused",
        /// They are taken, and their promises count from its end.
        Later "later",
    }
}

/// What can happen to a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The platform stops it.
    Suspend,
    /// The platform lets it go on.
    Restore,
    /// It ends.
    Close,
}

impl Status {
    /// The whole life of a shop.
    pub const fn after(self, step: Step) -> Option<Self> {
        match (self, step) {
            (Self::Open, Step::Suspend) => Some(Self::Suspended),
            (Self::Suspended, Step::Restore) => Some(Self::Open),
            (Self::Open | Self::Suspended, Step::Close) => Some(Self::Closed),
            (Self::Open, Step::Restore)
            | (Self::Suspended, Step::Suspend)
            | (Self::Closed, Step::Suspend | Step::Restore | Step::Close) => None,
        }
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Suspend, Self::Restore, Self::Close];
}

/// A shop is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShop {
    /// Its public name.
    pub name: Box<str>,
    /// What it mainly sells, if known.
    pub industry: Option<Industry>,
    /// Who stands behind it, if known.
    pub kind: Option<Kind>,
    /// Who runs it. Without an owner nobody enters it until the operator invites one.
    pub owner: Option<Id<Member>>,
}

/// What a shop is to be called from now on, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeShop {
    /// Its public name.
    pub name: Box<str>,
    /// What it mainly sells, if known.
    pub industry: Option<Industry>,
    /// Who stands behind it, if known.
    pub kind: Option<Kind>,
    /// The version that the writer saw.
    pub version: i64,
}

/// A shop as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopView {
    /// Its id.
    pub id: Id<Shop>,
    /// Its public name.
    pub name: Box<str>,
    /// What it mainly sells, if known.
    pub industry: Option<Industry>,
    /// Who stands behind it, if known.
    pub kind: Option<Kind>,
    /// Whether it trades.
    pub status: Status,
    /// Its holiday: one to come, one that runs, or the last one that was.
    pub holiday: Option<Holiday>,
    /// Since when it is here.
    pub opened_at: Moment,
    /// Grows with each change.
    pub version: i64,
}

/// The most characters of a shop's name.
const LONGEST_NAME: usize = 60;

/// A name as it is kept.
pub(crate) fn checked_name(name: &str) -> Result<Box<str>, Error> {
    text::line(name, 1, LONGEST_NAME).map(Into::into).ok_or(Error::Name { most: LONGEST_NAME })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_life_of_a_shop() {
        use Status::{Closed, Open, Suspended};
        let table: Vec<_> =
            Status::ALL.iter().map(|status| Step::ALL.map(|step| status.after(step))).collect();
        //  suspend         restore     close
        let expected =
            [[Some(Suspended), None, Some(Closed)], [None, Some(Open), Some(Closed)], [None, None, None]];
        assert_eq!(table, expected);
    }

    #[test]
    fn words_read_back() {
        assert!(Status::ALL.iter().all(|one| Status::parse(one.as_str()) == Some(*one)));
        assert!(Industry::ALL.iter().all(|one| Industry::parse(one.as_str()) == Some(*one)));
        assert!(Kind::ALL.iter().all(|one| Kind::parse(one.as_str()) == Some(*one)));
        assert_eq!((Industry::parse("cars"), Kind::parse(""), Status::parse("x")), (None, None, None));
    }

    #[test]
    fn a_name_has_bounds() {
        for (name, kept) in [
            (" 木子家居 ", Some("木子家居")),
            ("", None),
            (" ", None),
            ("a\nb", None),
            ("\u{200b}\u{3164}", None),
            ("木\u{feff}子", Some("木子")),
        ] {
            assert_eq!(checked_name(name).ok().as_deref(), kept);
        }
        assert!(checked_name(&"店".repeat(61)).is_err() && checked_name(&"店".repeat(60)).is_ok());
    }
}
