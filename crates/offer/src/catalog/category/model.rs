//! Categories, their typed attributes, and brands: what they are, and which can be.

use crate::catalog::error::Error;
use kernel::id::{Attribute as AttributeKey, Brand as BrandKey, Category as CategoryKey};
use kernel::{Id, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How deep the tree goes: statements name every level.
pub const DEEPEST: usize = 6;
/// The longest code of a category and the longest name of anything here, in bytes and characters.
const LONGEST_CODE: usize = 120;
const LONGEST_NAME: usize = 60;
/// The most options of a choice.
const MOST_OPTIONS: usize = 200;

/// A place in the tree of what can be sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Category {
    /// Which.
    #[serde(rename = "category")]
    #[schema(value_type = String)]
    pub id: Id<CategoryKey>,
    /// What it is a part of.
    #[schema(value_type = Option<String>)]
    pub parent: Option<Id<CategoryKey>>,
    /// Its path as stable words: `home.cups`. A child's code begins with its parent's. Fees are keyed by it.
    pub code: Box<str>,
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
    /// Its turn among its siblings, lowest first.
    pub turn: i64,
    /// Whether new products may be listed in it.
    pub open: bool,
}

/// One step from the root of the tree to a product, as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The category's code.
    pub code: Box<str>,
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
}

/// A category to be made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCategory {
    /// Its code: the parent's, a dot, and one more word; or one word for a root.
    #[schema(max_length = 120)]
    pub code: Box<str>,
    /// In Chinese.
    #[schema(min_length = 1, max_length = 60)]
    pub zh: Box<str>,
    /// In English.
    #[schema(min_length = 1, max_length = 60)]
    pub en: Box<str>,
    /// Its turn among its siblings.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100000)]
    pub turn: i64,
}

/// What of a category can change: its code never does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoryChange {
    /// In Chinese.
    #[schema(min_length = 1, max_length = 60)]
    pub zh: Box<str>,
    /// In English.
    #[schema(min_length = 1, max_length = 60)]
    pub en: Box<str>,
    /// Its turn among its siblings.
    #[schema(minimum = 0, maximum = 100000)]
    pub turn: i64,
    /// Whether new products may be listed in it.
    pub open: bool,
}

/// One of the answers to an attribute that is a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeOption {
    /// What products keep.
    pub code: Box<str>,
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
}

/// What an attribute's values are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AttributeKind {
    /// Any short text.
    Text,
    /// A number of units: `350` ml.
    Number {
        /// Of what.
        unit: Box<str>,
    },
    /// One of these.
    Choice {
        /// Which there are.
        options: Vec<AttributeOption>,
    },
    /// `yes` or `no`.
    Flag,
}

impl AttributeKind {
    /// As it is stored.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number { .. } => "number",
            Self::Choice { .. } => "choice",
            Self::Flag => "flag",
        }
    }

    /// A value in both languages, or nothing if it is none of this kind. Values are texts: `350`, an option's code, `yes`.
    pub fn shown(&self, value: &str) -> Option<(String, String)> {
        match self {
            Self::Text => (!value.trim().is_empty()).then(|| (value.to_owned(), value.to_owned())),
            Self::Number { unit } => is_decimal(value).then(|| {
                let text = format!("{value} {unit}");
                (text.clone(), text)
            }),
            Self::Choice { options } => {
                let found = options.iter().find(|option| *option.code == *value)?;
                Some((found.zh.to_string(), found.en.to_string()))
            }
            Self::Flag => match value {
                "yes" => Some(("是".to_owned(), "Yes".to_owned())),
                "no" => Some(("否".to_owned(), "No".to_owned())),
                _ => None,
            },
        }
    }
}

/// `-12.5`: at most twelve digits before the dot and six behind it.
fn is_decimal(text: &str) -> bool {
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let plain = text.strip_prefix('-').unwrap_or(text);
    match plain.split_once('.') {
        Some((whole, rest)) => digits(whole, 12) && digits(rest, 6),
        None => digits(plain, 12),
    }
}

/// A typed property of the products of a category and of everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attribute {
    /// Which.
    pub id: Id<AttributeKey>,
    /// Where it was declared.
    pub category: Id<CategoryKey>,
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
    /// What its values are.
    #[serde(flatten)]
    pub kind: AttributeKind,
    /// Whether a product must have it.
    pub required: bool,
    /// Whether variants may differ in it.
    pub axis: bool,
    /// Its turn, lowest first.
    pub turn: i64,
    /// Whether new products are asked for it.
    pub open: bool,
}

/// An attribute to be made, or what one becomes. Its kind never changes, but options may be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttribute {
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
    /// What its values are.
    pub kind: AttributeKind,
    /// Whether a product must have it.
    pub required: bool,
    /// Whether variants may differ in it.
    pub axis: bool,
    /// Its turn, lowest first.
    pub turn: i64,
    /// Whether new products are asked for it.
    pub open: bool,
}

/// A maker's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Brand {
    /// Which.
    #[serde(rename = "brand")]
    #[schema(value_type = String)]
    pub id: Id<BrandKey>,
    /// In Chinese.
    pub zh: Box<str>,
    /// In English.
    pub en: Box<str>,
    /// Whether new products may carry it.
    pub open: bool,
}

/// The code of the parent of a well-formed code, if it is no root.
pub(crate) fn parent_of(code: &str) -> Option<&str> {
    code.rsplit_once('.').map(|(parent, _)| parent)
}

/// A code and those above it, root first: `home`, `home.cups`.
pub(crate) fn line_of(code: &str) -> Vec<&str> {
    let mut line: Vec<&str> = code.match_indices('.').map(|(at, _)| &code[..at]).collect();
    line.push(code);
    line
}

pub(super) fn checked_code(code: &str) -> Result<(), Error> {
    let is_word = |word: &str| {
        (1..=32).contains(&word.len())
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if code.len() > LONGEST_CODE || !code.split('.').all(is_word) {
        return Err(Error::Code);
    }
    if code.split('.').count() > DEEPEST { Err(Error::TooDeep { most: DEEPEST }) } else { Ok(()) }
}

/// The most characters of a unit.
const LONGEST_UNIT: usize = 16;

/// Names in both languages as they are kept.
pub(super) fn checked_names(zh: &str, en: &str) -> Result<(Box<str>, Box<str>), Error> {
    let name = |name| text::line(name, 1, LONGEST_NAME).ok_or(Error::Name { most: LONGEST_NAME });
    Ok((name(zh)?.into(), name(en)?.into()))
}

/// What an attribute's kind must be made of, as it is kept.
pub(super) fn checked_kind(kind: &AttributeKind) -> Result<AttributeKind, Error> {
    match kind {
        AttributeKind::Text | AttributeKind::Flag => Ok(kind.clone()),
        AttributeKind::Number { unit } => {
            let unit = text::line(unit, 1, LONGEST_UNIT).ok_or(Error::Unit)?.into();
            Ok(AttributeKind::Number { unit })
        }
        AttributeKind::Choice { options } => {
            if options.is_empty() || options.len() > MOST_OPTIONS {
                return Err(Error::Options { most: MOST_OPTIONS });
            }
            let mut kept = Vec::with_capacity(options.len());
            for (i, option) in options.iter().enumerate() {
                let (zh, en) = checked_names(&option.zh, &option.en)?;
                let is_word = !option.code.is_empty()
                    && option.code.len() <= 40
                    && option.code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
                if !is_word || options[..i].iter().any(|other| other.code == option.code) {
                    return Err(Error::Options { most: MOST_OPTIONS });
                }
                kept.push(AttributeOption { code: option.code.clone(), zh, en });
            }
            Ok(AttributeKind::Choice { options: kept })
        }
    }
}

/// Whether products that have the attribute keep a valid value: the same kind, and no option gone.
pub(super) fn is_kept(was: &AttributeKind, is: &AttributeKind) -> bool {
    match (was, is) {
        (AttributeKind::Text, AttributeKind::Text) | (AttributeKind::Flag, AttributeKind::Flag) => true,
        (AttributeKind::Number { unit: was }, AttributeKind::Number { unit: is }) => was == is,
        (AttributeKind::Choice { options: was }, AttributeKind::Choice { options: is }) => {
            was.iter().all(|old| is.iter().any(|new| new.code == old.code))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_path_of_words() {
        for good in ["home", "home.cups", "a.b.c.d.e.f", "3c.phones-2"] {
            assert_eq!(checked_code(good), Ok(()), "{good}");
        }
        for bad in ["", ".", "home.", ".home", "Home", "home cups", "家", "a..b"] {
            assert_eq!(checked_code(bad), Err(Error::Code), "{bad}");
        }
        assert_eq!(checked_code("a.b.c.d.e.f.g"), Err(Error::TooDeep { most: DEEPEST }));
        assert_eq!(line_of("home.cups.mugs"), ["home", "home.cups", "home.cups.mugs"]);
        assert_eq!((parent_of("home.cups"), parent_of("home")), (Some("home"), None));
    }

    #[test]
    fn a_value_is_of_its_kind_or_none() {
        let number = AttributeKind::Number { unit: "ml".into() };
        assert_eq!(number.shown("350"), Some(("350 ml".into(), "350 ml".into())));
        assert_eq!(number.shown("-1.25").map(|v| v.0), Some("-1.25 ml".into()));
        for bad in ["", "-", "1.", ".5", "1e5", "一", "1234567890123", "1.1234567"] {
            assert_eq!(number.shown(bad), None, "{bad}");
        }
        let option = AttributeOption { code: "steel".into(), zh: "不锈钢".into(), en: "Steel".into() };
        let choice = AttributeKind::Choice { options: vec![option] };
        assert_eq!(choice.shown("steel"), Some(("不锈钢".into(), "Steel".into())));
        assert_eq!(choice.shown("wood"), None);
        assert_eq!(AttributeKind::Flag.shown("yes"), Some(("是".into(), "Yes".into())));
        assert_eq!(AttributeKind::Flag.shown("true"), None);
        assert_eq!(AttributeKind::Text.shown("  "), None);
    }

    #[test]
    fn an_attribute_keeps_its_kind_and_its_options() {
        let of = |codes: &[&str]| AttributeKind::Choice {
            options: codes
                .iter()
                .map(|code| AttributeOption { code: (*code).into(), zh: "甲".into(), en: "A".into() })
                .collect(),
        };
        assert!(is_kept(&of(&["a"]), &of(&["b", "a"])));
        assert!(!is_kept(&of(&["a", "b"]), &of(&["a"])));
        assert!(!is_kept(&AttributeKind::Text, &AttributeKind::Flag));
        assert!(checked_kind(&of(&["a", "a"])).is_err());
        assert!(checked_kind(&of(&[])).is_err());
    }
}
