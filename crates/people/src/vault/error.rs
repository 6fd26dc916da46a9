//! What can go wrong with personal data.

use super::model::Field;
use std::path::PathBuf;
use store::StoreError;

/// Why a value was not kept or not shown.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "vault")]
pub enum Error {
    /// A text that is neither a phone number nor an e-mail address.
    #[problem(Invalid)]
    Contact,
    /// A part of an address is empty or too long.
    #[problem(Invalid)]
    Postal {
        /// Which part.
        part: &'static str,
        /// The most characters of it.
        most: usize,
    },
    /// There is no such value.
    #[problem(NotFound, args(field = _0.as_str()))]
    Nothing(Field),
    /// The sealed bytes do not belong where they stand, or were changed.
    #[problem(Internal, args(field = _0.as_str()))]
    Damaged(Field),
    /// A value names a key that is not there.
    #[problem(Internal, args(key))]
    NoKey(i64),
    /// None of the given master keys opens the keys of this database.
    #[problem(Internal)]
    WrongMaster,
    /// The file of master keys is gone, and the database has keys under one of them.
    #[problem(Internal, code = "lost_master", args(path))]
    Lost(PathBuf),
    /// Nothing personal was ever kept here, and whoever only reads makes no key.
    #[problem(NotFound)]
    Absent,
    /// The file of master keys cannot be used.
    #[problem(Internal, args(why))]
    MasterFile(String),
    /// The operating system gives no random bytes.
    #[problem(Internal)]
    NoEntropy,
    /// The store failed.
    #[problem(from)]
    Store(StoreError),
}
