//! The two databases that the store runs on.

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// In the process, one file.
    Sqlite,
    /// A server.
    Postgres,
}
