//! Problems: every refusal has a kind (what the caller can do about it) and a code (which refusal it is).

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

/// An error that can be shown to the one who asked. Its `Display` says what is true and which limit applies.
pub trait Problem: std::error::Error {
    /// What sort of refusal.
    fn kind(&self) -> Kind;
    /// Its stable name: `module.code`.
    fn code(&self) -> &'static str;
    /// Its sentence in Chinese, where that is made of data and no table of texts can hold it.
    fn zh(&self) -> Option<String> {
        None
    }
}
