//! What can go wrong between a closure and the disk.

use kernel::{Kind, Problem};
use std::path::PathBuf;

/// Why the store could not do something. Cheap to clone: a failed commit tells every closure in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The queue of writes is full.
    #[error("too many writes are waiting; try again in a moment")]
    Busy,
    /// Somebody else held a row, a key or a table for longer than the program waits.
    #[error(
        "something that is to be changed was held by another for too long, and nothing was written: {0}; try again later"
    )]
    Locked(String),
    /// The store is being closed.
    #[error("the program is stopping; nothing was written")]
    Closed,
    /// The commit failed: nothing of it is there.
    #[error("the commit failed and nothing was written: {0}")]
    Commit(String),
    /// The connection broke during a commit: the write may or may not be there.
    #[error("the database went away during a commit, which may or may not have been made: {0}")]
    Unknown(String),
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The closure panicked.
    #[error("\"{0}\" failed in the middle and was rolled back")]
    Panicked(&'static str),
    /// A constraint said no: a row that is there already, or one that points nowhere.
    #[error("the database refused a row: {why}")]
    Constraint {
        /// The statement.
        statement: &'static str,
        /// What the engine said.
        why: String,
    },
    /// A row that was decided upon is not what it was any more: somebody else was faster.
    #[error("what is to be changed has been changed by somebody else meanwhile: look at it again")]
    Moved {
        /// The statement.
        statement: &'static str,
    },
    /// A statement failed.
    #[error("the statement {statement} failed: {why}")]
    Sql {
        /// The statement's name.
        statement: &'static str,
        /// What the engine said.
        why: String,
    },
    /// A column does not hold what was asked of it.
    #[error("column {column} holds {found}, not {wanted}")]
    Column {
        /// Counted from 1.
        column: usize,
        /// What was asked.
        wanted: &'static str,
        /// What is there.
        found: String,
    },
    /// A row that no version of this program wrote.
    #[error("stored data cannot be read: {0}")]
    Unreadable(String),
    /// A cursor is not where the caller thought.
    #[error("the cursor \"{name}\" was moved by somebody else")]
    CursorMoved {
        /// Whose cursor.
        name: String,
    },
    /// The market's zone or currency would change under its facts.
    #[error("the market has facts in {present} and cannot be changed to {wanted}")]
    MarketFixed {
        /// Zone and currency of the facts.
        present: String,
        /// What was asked.
        wanted: String,
    },
    /// Bytes could not be stored or read.
    #[error("the blobs cannot be reached: {0}")]
    Blob(String),
    /// A timer, a job or a reaction asked for something that the wiring of this program does not give it.
    #[error("this program gives its workers no {0}")]
    NoService(&'static str),
    /// A dead letter that is not there, or was sent again.
    #[error("there is no dead letter {0} that waits: look at the list again")]
    NoDeadLetter(String),
    /// A write through a database opened for reading.
    #[error("the database was opened for reading only")]
    ReadOnly,
    /// The engine asked for the transaction to be run again; the writer lane does so.
    #[error("two writes met and one has to be repeated: {0}")]
    Again(String),
}

impl Problem for StoreError {
    fn kind(&self) -> Kind {
        match self {
            Self::Busy
            | Self::Locked(_)
            | Self::Closed
            | Self::Commit(_)
            | Self::Unknown(_)
            | Self::Unreachable(_)
            | Self::Blob(_)
            | Self::Again(_) => Kind::Unavailable,
            Self::Constraint { .. }
            | Self::Moved { .. }
            | Self::CursorMoved { .. }
            | Self::MarketFixed { .. } => Kind::Conflict,
            Self::NoDeadLetter(_) => Kind::NotFound,
            Self::Panicked(_)
            | Self::Sql { .. }
            | Self::Column { .. }
            | Self::Unreadable(_)
            | Self::NoService(_)
            | Self::ReadOnly => Kind::Internal,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Busy => "store.busy",
            Self::Locked(_) => "store.locked",
            Self::Closed => "store.closed",
            Self::Commit(_) => "store.commit_failed",
            Self::Unknown(_) => "store.commit_unknown",
            Self::Blob(_) => "store.blob",
            Self::Unreachable(_) => "store.unreachable",
            Self::Panicked(_) => "store.panicked",
            Self::Constraint { .. } => "store.constraint",
            Self::Moved { .. } => "store.moved",
            Self::Sql { .. } => "store.statement",
            Self::Column { .. } => "store.column",
            Self::Unreadable(_) => "store.unreadable",
            Self::CursorMoved { .. } => "store.cursor_moved",
            Self::MarketFixed { .. } => "store.market_fixed",
            Self::NoService(_) => "store.no_service",
            Self::NoDeadLetter(_) => "store.no_dead_letter",
            Self::ReadOnly => "store.read_only",
            Self::Again(_) => "store.again",
        }
    }
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Another process writes here.
    #[error(
        "another sanhao{} is writing to {}; stop it first, or use a command that only reads",
        .pid.map(|p| format!(" (process {p})")).unwrap_or_default(), .dir.display()
    )]
    Busy {
        /// Where.
        dir: PathBuf,
        /// Who, if it could be found out.
        pid: Option<u32>,
    },
    /// A second process would join a database that one process works on.
    #[error(
        "{} holds a SQLite database, on which one process works alone; several can share a PostgreSQL database (SANHAO_DATABASE)",
        .0.display()
    )]
    Alone(PathBuf),
    /// There is no market here yet.
    #[error("there is no market in {}; import one first, or name another folder with --data", .0.display())]
    NoMarket(PathBuf),
    /// The folder or a file in it cannot be used.
    #[error("{} cannot be used: {why}", .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file is not a database, or is damaged.
    #[error("{} is not a database of Sanhao, or it is damaged: {why}; move it away or restore a backup", .path.display())]
    NotADatabase {
        /// Which file.
        path: PathBuf,
        /// What the engine said.
        why: String,
    },
    /// The database was written by a newer program.
    #[error(
        "the database is newer than this program: it has the migration {migration}, which this program does not know; use the newer program"
    )]
    Newer {
        /// The first unknown migration.
        migration: String,
    },
    /// The database was written by an older program and only a writer may bring it up to date.
    #[error(
        "the database is older than this program: it lacks the migration {migration}; start `sanhao serve` or an import once, which brings it up to date"
    )]
    Older {
        /// The first missing migration.
        migration: String,
    },
    /// A migration that was run is not the one in this program.
    #[error(
        "the migration {migration} was changed after it had been run on this database; use the program that ran it"
    )]
    Changed {
        /// Which.
        migration: String,
    },
    /// A migration failed.
    #[error("the migration {migration} failed and was rolled back: {why}")]
    Migration {
        /// Which.
        migration: String,
        /// What the engine said.
        why: String,
    },
    /// The server cannot be used.
    #[error("the PostgreSQL database cannot be used: {0}")]
    Server(String),
}

impl Problem for OpenError {
    fn kind(&self) -> Kind {
        match self {
            Self::Busy { .. } => Kind::Conflict,
            Self::NoMarket(_) => Kind::NotFound,
            Self::Server(_) => Kind::Unavailable,
            Self::Alone(_)
            | Self::Folder { .. }
            | Self::NotADatabase { .. }
            | Self::Newer { .. }
            | Self::Older { .. }
            | Self::Changed { .. }
            | Self::Migration { .. } => Kind::Invalid,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Busy { .. } => "store.second_writer",
            Self::Alone(_) => "store.alone",
            Self::NoMarket(_) => "store.no_market",
            Self::Server(_) => "store.server",
            Self::Folder { .. } => "store.folder",
            Self::NotADatabase { .. } => "store.not_a_database",
            Self::Newer { .. } => "store.newer",
            Self::Older { .. } => "store.older",
            Self::Changed { .. } => "store.migration_changed",
            Self::Migration { .. } => "store.migration_failed",
        }
    }
}
