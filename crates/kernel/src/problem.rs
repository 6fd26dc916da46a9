//! Problems: every refusal has a kind (what the caller can do about it), a code (which refusal it is) and named arguments
//! (what its text may speak of).
//!
//! Invariant: making an error formats nothing; its text is put together when it is shown.

use crate::{Currency, Id, Moment, Money, Zone};
use std::path::PathBuf;

/// What sort of refusal this is. Only `web` turns it into a status, only the command line into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The bytes could not be read at all.
    Malformed,
    /// It was read, and it breaks a rule.
    Invalid,
    /// Nobody is known to be asking.
    Unauthenticated,
    /// The one who asks may not.
    Forbidden,
    /// It is not there, or not for the one who asks.
    NotFound,
    /// It does not fit the present state.
    Conflict,
    /// It was there and is no more.
    Gone,
    /// Too often.
    TooMany,
    /// Not now: try again later.
    Unavailable,
    /// Our fault. The text for the caller says nothing of the inside.
    Internal,
}

/// An error that can be shown to the one who asked. Its `Display` says in English what is true and which limit applies.
///
/// It is derived. Every refusal names its kind; its code is the type's code, a dot and the variant's name in small letters,
/// unless it says another; its text stands under its code, with `-` for the dot, in `texts/LANGUAGE/CODE.ftl` (the type's code,
/// or what `texts` says) and may speak of what the variant holds. A tuple's fields get their names in `args`, which takes
/// expressions too, over the fields by name or as `_0`, `_1`. `from` alone passes another problem on as it is; beside a kind it is
/// a refusal of its own that has the other error as its source.
///
/// ```ignore
/// #[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
/// #[problem(code = "cart")]
/// pub enum Error {
///     /// A quantity below one: `cart.not_positive`.
///     #[problem(Invalid)]
///     NotPositive { quantity: i64 },
///     /// More variants than allowed.
///     #[problem(Conflict, code = "full", args(most))]
///     Crowded(i64),
///     /// The step does not fit.
///     #[problem(Conflict, args(status = status.word()))]
///     WrongStatus { status: Status },
///     /// The database.
///     #[problem(from)]
///     Store(StoreError),
/// }
/// ```
pub trait Problem: std::error::Error {
    /// What sort of refusal.
    fn kind(&self) -> Kind;
    /// Its stable name: `module.code`.
    fn code(&self) -> &'static str;
    /// What its text may speak of, by name.
    fn args(&self) -> Vec<(&'static str, Value)>;
}

/// What a text can speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number that counts something.
    Number(i64),
    /// An amount of money.
    Money(Money),
    /// An id, a name, a moment: anything that is shown as it is.
    Text(String),
}

/// Anything that a text can speak of.
pub trait ToValue {
    /// As a value.
    fn to_value(&self) -> Value;
}
impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}
impl<T: ToValue + ?Sized> ToValue for Box<T> {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}
impl ToValue for Money {
    fn to_value(&self) -> Value {
        Value::Money(*self)
    }
}
impl ToValue for PathBuf {
    fn to_value(&self) -> Value {
        Value::Text(self.display().to_string())
    }
}
macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl ToValue for $number {
            fn to_value(&self) -> Value {
                i64::try_from(*self).map_or_else(|_| Value::Text(self.to_string()), Value::Number)
            }
        }
    )*};
}
numbers! { i32 i64 i128 u32 u64 usize }
macro_rules! texts {
    ($($text:ty)*) => {$(
        impl ToValue for $text {
            fn to_value(&self) -> Value {
                Value::Text(self.to_string())
            }
        }
    )*};
}
texts! { str String Currency Moment Zone crate::MoneyError crate::AskError }
impl<T: crate::Entity> ToValue for Id<T> {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

/// A refusal that some error type declares.
#[derive(Debug)]
pub struct Refusal {
    /// Its stable name.
    pub code: &'static str,
    /// The names of what its text may speak of.
    pub args: &'static [&'static str],
}

/// The refusals of an error type; the derive hands them in.
pub struct Refusals(pub &'static [Refusal]);
inventory::collect!(Refusals);

/// Every refusal that the error types of this program declare, by code.
pub fn declared() -> Vec<&'static Refusal> {
    let mut all: Vec<_> = inventory::iter::<Refusals>().flat_map(|of_type| of_type.0).collect();
    all.sort_by_key(|refusal| refusal.code);
    all
}
