//! What can go wrong with the lake.

use std::path::PathBuf;

/// Why the lake could not be written, opened or read.
#[derive(Debug, kernel::Problem)]
#[problem(code = "lake")]
pub enum LakeError {
    /// The store refused or failed.
    #[problem(Internal, from, args(why = _0.to_string()))]
    Store(store::StoreError),
    /// A file or folder of the lake could not be read or written.
    #[problem(Internal)]
    File {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A fact does not have the columns of its kind.
    #[problem(Internal)]
    Misfit {
        /// The kind of fact.
        kind: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A relation cannot be planned over the facts there are.
    #[problem(Internal)]
    Relation {
        /// Its name.
        name: String,
        /// What DataFusion says.
        why: String,
    },
    /// The folder holds the lake of another database: writing would delete that one's files, reading would show them.
    #[problem(Conflict)]
    AnotherDatabase {
        /// Which folder.
        dir: PathBuf,
    },
    /// The files of this database are in another folder.
    #[problem(Conflict)]
    AnotherFolder {
        /// Which folder.
        dir: PathBuf,
        /// A file that should be in it.
        file: String,
    },
    /// Somebody else moved the lake's cursor or its manifest: two writers.
    #[problem(Conflict)]
    Moved,
    /// Whoever asked for it has lost interest; everything written so far is kept.
    #[problem(Gone)]
    Cancelled,
    /// DataFusion, Arrow or Parquet failed where no file is to blame.
    #[problem(Internal, args(why))]
    Engine(String),
}

impl LakeError {
    /// An error about a file.
    pub(crate) fn file(path: impl Into<PathBuf>, why: impl std::fmt::Display) -> Self {
        Self::File { path: path.into(), why: why.to_string() }
    }
    /// An error of the engine.
    pub(crate) fn engine(why: impl std::fmt::Display) -> Self {
        Self::Engine(why.to_string())
    }
}
