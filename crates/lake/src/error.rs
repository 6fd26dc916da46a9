//! What can go wrong with the lake.

use kernel::{Kind, Problem};
use std::path::PathBuf;

/// Why the lake could not be written, opened or read.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A file or folder of the lake could not be read or written.
    #[error("{path}: {why}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A fact does not have the columns of its kind.
    #[error("a {kind} fact does not fit its columns: {why}")]
    Misfit {
        /// The kind of fact.
        kind: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A relation cannot be planned over the facts there are.
    #[error("relation {name}: {why}")]
    Relation {
        /// Its name.
        name: String,
        /// What DataFusion says.
        why: String,
    },
    /// The folder holds the lake of another database: writing would delete that one's files, reading would show them.
    #[error(
        "{} holds the lake of another database; set SANHAO_DATABASE as it was when this folder was written, or name \
         another folder with --data",
        .dir.display()
    )]
    AnotherDatabase {
        /// Which folder.
        dir: PathBuf,
    },
    /// The files of this database are in another folder.
    #[error(
        "{} is not the folder of this database's lake: {file} is not in it; name the folder that was used with this \
         database before with --data, or move its files here",
        .dir.display()
    )]
    AnotherFolder {
        /// Which folder.
        dir: PathBuf,
        /// A file that should be in it.
        file: String,
    },
    /// Somebody else moved the lake's cursor or its manifest: two writers.
    #[error("another writer moved the lake on")]
    Moved,
    /// Whoever asked for it has lost interest; everything written so far is kept.
    #[error("cancelled")]
    Cancelled,
    /// DataFusion, Arrow or Parquet failed where no file is to blame.
    #[error("{0}")]
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

impl Problem for LakeError {
    fn kind(&self) -> Kind {
        match self {
            Self::Moved | Self::AnotherDatabase { .. } | Self::AnotherFolder { .. } => Kind::Conflict,
            Self::Cancelled => Kind::Gone,
            Self::Store(_)
            | Self::File { .. }
            | Self::Misfit { .. }
            | Self::Relation { .. }
            | Self::Engine(_) => Kind::Internal,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "lake.store",
            Self::File { .. } => "lake.file",
            Self::Misfit { .. } => "lake.misfit",
            Self::Relation { .. } => "lake.relation",
            Self::AnotherDatabase { .. } => "lake.another_database",
            Self::AnotherFolder { .. } => "lake.another_folder",
            Self::Moved => "lake.moved",
            Self::Cancelled => "lake.cancelled",
            Self::Engine(_) => "lake.engine",
        }
    }
}
