//! What can go wrong between a closure and the disk.

use kernel::{Kind, Problem, Value};
use std::path::PathBuf;

/// Why the store could not do something. Cheap to clone: a failed commit tells every closure in it.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "store")]
pub enum StoreError {
    /// The queue of writes is full.
    #[problem(Unavailable)]
    Busy,
    /// Somebody else held a row, a key or a table for longer than the program waits.
    #[problem(Unavailable, args(why))]
    Locked(String),
    /// The store is being closed.
    #[problem(Unavailable)]
    Closed,
    /// The commit failed: nothing of it is there.
    #[problem(Unavailable, code = "commit_failed", args(why))]
    Commit(String),
    /// The connection broke during a commit: the write may or may not be there.
    #[problem(Unavailable, code = "commit_unknown", args(why))]
    Unknown(String),
    /// The database cannot be reached.
    #[problem(Unavailable, args(why))]
    Unreachable(String),
    /// The closure panicked.
    #[problem(Internal, args(name))]
    Panicked(&'static str),
    /// A constraint said no: a row that is there already, or one that points nowhere.
    #[problem(Conflict)]
    Constraint {
        /// The statement.
        statement: &'static str,
        /// What the engine said.
        why: String,
    },
    /// A row that was decided upon is not what it was any more: somebody else was faster.
    #[problem(Conflict)]
    Moved {
        /// The statement.
        statement: &'static str,
    },
    /// A statement failed.
    #[problem(Internal, code = "statement")]
    Sql {
        /// The statement's name.
        statement: &'static str,
        /// What the engine said.
        why: String,
    },
    /// A column does not hold what was asked of it.
    #[problem(Internal)]
    Column {
        /// Counted from 1.
        column: usize,
        /// What was asked.
        wanted: &'static str,
        /// What is there.
        found: String,
    },
    /// A row that no version of this program wrote.
    #[problem(Internal, args(why))]
    Unreadable(String),
    /// A cursor is not where the caller thought.
    #[problem(Conflict)]
    CursorMoved {
        /// Whose cursor.
        name: String,
    },
    /// The market's zone or currency would change under its facts.
    #[problem(Conflict)]
    MarketFixed {
        /// Zone and currency of the facts.
        present: String,
        /// What was asked.
        wanted: String,
    },
    /// Bytes could not be stored or read.
    #[problem(Unavailable, args(why))]
    Blob(String),
    /// A timer, a job or a reaction asked for something that the wiring of this program does not give it.
    #[problem(Internal, args(service))]
    NoService(&'static str),
    /// A dead letter that is not there, or was sent again.
    #[problem(NotFound, args(letter))]
    NoDeadLetter(String),
    /// A write through a database opened for reading.
    #[problem(Internal)]
    ReadOnly,
    /// The engine asked for the transaction to be run again; the writer lane does so.
    #[problem(Unavailable, args(why))]
    Again(String),
}

/// Why a write was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError<E> {
    /// The closure said no; nothing of it is there.
    #[error(transparent)]
    Refused(E),
    /// The store could not.
    #[error("{0}")]
    Store(StoreError),
}

impl<E: Problem + 'static> Problem for WriteError<E> {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(err) => err.kind(),
            Self::Store(err) => err.kind(),
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Refused(err) => err.code(),
            Self::Store(err) => err.code(),
        }
    }
    fn args(&self) -> Vec<(&'static str, Value)> {
        match self {
            Self::Refused(err) => err.args(),
            Self::Store(err) => err.args(),
        }
    }
}

impl<E: From<StoreError>> WriteError<E> {
    /// The closure's error, or the store's made into one.
    pub fn flatten(self) -> E {
        match self {
            Self::Refused(err) => err,
            Self::Store(err) => err.into(),
        }
    }
}

/// Why a database could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, kernel::Problem)]
#[problem(code = "store")]
pub enum OpenError {
    /// Another process writes here.
    #[problem(Conflict, code = "second_writer", args(pid = pid.unwrap_or_default(), dir))]
    Busy {
        /// Where.
        dir: PathBuf,
        /// Who, if it could be found out.
        pid: Option<u32>,
    },
    /// A second process would join a database that one process works on.
    #[problem(Invalid, args(path))]
    Alone(PathBuf),
    /// There is no market here yet.
    #[problem(NotFound, args(path))]
    NoMarket(PathBuf),
    /// The folder or a file in it cannot be used.
    #[problem(Invalid)]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file is not a database, or is damaged.
    #[problem(Invalid)]
    NotADatabase {
        /// Which file.
        path: PathBuf,
        /// What the engine said.
        why: String,
    },
    /// The database was written by a newer program.
    #[problem(Invalid)]
    Newer {
        /// The first unknown migration.
        migration: String,
    },
    /// The database was written by an older program and only a writer may bring it up to date.
    #[problem(Invalid)]
    Older {
        /// The first missing migration.
        migration: String,
    },
    /// A migration that was run is not the one in this program.
    #[problem(Invalid, code = "migration_changed")]
    Changed {
        /// Which.
        migration: String,
    },
    /// A migration failed.
    #[problem(Invalid, code = "migration_failed")]
    Migration {
        /// Which.
        migration: String,
        /// What the engine said.
        why: String,
    },
    /// The server cannot be used.
    #[problem(Unavailable, args(why))]
    Server(String),
}
