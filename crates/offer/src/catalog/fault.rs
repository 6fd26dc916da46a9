//! What is wrong with a content: fields and their flaws.

use kernel::Currency;
use std::fmt;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// Shorter or longer than it may be, in characters.
    Length {
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// Fewer or more than there may be.
    Count {
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A character that no text has.
    Control,
    /// The same as another.
    Twice,
    /// A choice of values that the axes do not have.
    Choice,
    /// A value that no variant has.
    Unused,
    /// An amount that cannot be.
    Amount,
    /// A list price below the price.
    BelowPrice,
    /// Money of another currency than the market's.
    Currency(Currency),
    /// Not a word of small letters, digits and hyphens.
    Word,
    /// No attribute of this category.
    Foreign,
    /// Not a value of its kind.
    Value(&'static str),
    /// It must be given.
    Missing,
    /// Freight for what is not shipped.
    NotShipped,
    /// The category takes no new products.
    Closed,
    /// A variant of another product.
    OtherSku,
    /// A picture that the shop does not have.
    NoPicture,
    /// A brand that there is not, or that is closed.
    NoBrand,
    /// Something of a live variant that changes at once, with its prices, and not by an edit.
    AtOnce,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { least, most } => write!(f, "must have from {least} to {most} characters"),
            Self::Count { least, most } => write!(f, "there may be from {least} to {most}"),
            Self::Control => f.write_str("holds a control character"),
            Self::Twice => f.write_str("is there twice"),
            Self::Choice => f.write_str("must choose one value of every axis"),
            Self::Unused => f.write_str("is chosen by no variant"),
            Self::Amount => f.write_str("is no amount that can be asked"),
            Self::BelowPrice => f.write_str("must not be below the price"),
            Self::Currency(currency) => write!(f, "must be in {currency}"),
            Self::Word => f.write_str("must be one word of small letters, digits and hyphens"),
            Self::Foreign => f.write_str("is no attribute of this category"),
            Self::Value(kind) => write!(f, "is no value of the kind \"{kind}\""),
            Self::Missing => f.write_str("must be given"),
            Self::NotShipped => f.write_str("must be nothing: digital goods are not shipped"),
            Self::Closed => f.write_str("takes no new products"),
            Self::OtherSku => f.write_str("is no variant of this product"),
            Self::NoPicture => f.write_str("is no picture of this shop"),
            Self::AtOnce => f.write_str(
                "of a live variant changes at once with the product's prices, not by an edit: leave it as it is now",
            ),
            Self::NoBrand => f.write_str("is no brand that can be chosen"),
        }
    }
}

/// A field of a content and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which: `title`, `skus.2.price`, `attributes.att_...`.
    pub field: Box<str>,
    /// What is wrong.
    pub flaw: Flaw,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.flaw)
    }
}

/// Faults as they are found.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, field: impl Into<Box<str>>, flaw: Flaw) {
        self.0.push(Fault { field: field.into(), flaw });
    }
    pub(crate) fn unless(&mut self, fine: bool, field: impl FnOnce() -> String, flaw: Flaw) {
        if !fine {
            self.add(field(), flaw);
        }
    }
    pub(crate) fn text(&mut self, text: &str, (least, most): (usize, usize), field: impl Fn() -> String) {
        let length = text.trim().chars().count();
        let fits = length >= least && text.chars().count() <= most;
        self.unless(fits, &field, Flaw::Length { least, most });
        self.unless(!text.chars().any(char::is_control), &field, Flaw::Control);
    }
    pub(crate) fn count(&mut self, count: usize, (least, most): (usize, usize), field: &str) {
        self.unless((least..=most).contains(&count), || field.to_owned(), Flaw::Count { least, most });
    }
}
