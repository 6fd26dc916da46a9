//! The threads that write: each takes what has queued up, runs it as one transaction and tells everybody how it ended.

pub(crate) mod postgres;
pub(crate) mod sqlite;
