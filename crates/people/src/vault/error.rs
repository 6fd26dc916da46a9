//! What can go wrong with personal data.

use super::model::Field;
use kernel::{Kind, Problem};
use std::path::PathBuf;
use store::StoreError;

/// Why a value was not kept or not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A text that is neither a phone number nor an e-mail address.
    #[error("write a phone number such as 13812345678 or +5511987654321, or an e-mail address")]
    Contact,
    /// A part of an address is empty or too long.
    #[error("an address needs its {part}, of at most {most} characters")]
    Postal {
        /// Which part.
        part: &'static str,
        /// The most characters of it.
        most: usize,
    },
    /// There is no such value.
    #[error("there is no {} of this here", .0.word())]
    Nothing(Field),
    /// The sealed bytes do not belong where they stand, or were changed.
    #[error("a stored {} cannot be opened: it was changed, or belongs elsewhere", .0.word())]
    Damaged(Field),
    /// A value names a key that is not there.
    #[error("the key {0} of a stored value is not there")]
    NoKey(i64),
    /// None of the given master keys opens the keys of this database.
    #[error("none of the given master keys belongs to this database")]
    WrongMaster,
    /// The file of master keys is gone, and the database has keys under one of them.
    #[error(
        "the key of this market's personal data is gone: {} is not there; put it back from a backup, nothing else opens what is sealed",
        .0.display()
    )]
    Lost(PathBuf),
    /// Nothing personal was ever kept here, and whoever only reads makes no key.
    #[error("this market keeps no personal data yet: start `sanhao serve` once")]
    Absent,
    /// The file of master keys cannot be used.
    #[error("the master key cannot be used: {0}")]
    MasterFile(String),
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes")]
    NoEntropy,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Contact | Self::Postal { .. } => Kind::Invalid,
            Self::Nothing(_) => Kind::NotFound,
            Self::Damaged(_)
            | Self::NoKey(_)
            | Self::WrongMaster
            | Self::Lost(_)
            | Self::MasterFile(_)
            | Self::NoEntropy => Kind::Internal,
            Self::Absent => Kind::NotFound,
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Contact => "vault.contact",
            Self::Postal { .. } => "vault.postal",
            Self::Nothing(_) => "vault.nothing",
            Self::Damaged(_) => "vault.damaged",
            Self::NoKey(_) => "vault.no_key",
            Self::WrongMaster => "vault.wrong_master",
            Self::Lost(_) => "vault.lost_master",
            Self::Absent => "vault.absent",
            Self::MasterFile(_) => "vault.master_file",
            Self::NoEntropy => "vault.no_entropy",
            Self::Store(err) => err.code(),
        }
    }
}
