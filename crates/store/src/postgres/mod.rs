//! PostgreSQL: connections, migrations, the cluster's identity, the batches of the writer lanes (`writer`) and the pool of readers.
//!
//! A few **lanes** each own a connection and do what SQLite's writer does: take what has queued up, run it in one
//! transaction, commit once. Round trips and the statements' own overhead are what a transaction costs here, so a lane
//! keeps in memory what it can and sends it together:
//!
//! - `begin`, the advisory locks of the batch's keys in order, and the counters it takes from: one round trip.
//! - Inserts are kept per statement and sent as one `insert ... select ... from unnest(...)` each; takes from counters
//!   are decided in memory and sent as one guarded update each: one round trip for all of them.
//! - `commit`: one round trip and a flush of the disk.
//!
//! A closure that only inserts, changes, takes and appends is refused by forgetting what it kept and giving back what it
//! took. What must run at once (an update whose count somebody needs, or a read of rows the closure wrote itself) is
//! sent without a savepoint: most closures are not refused after that. What is kept is sent before a read or an update
//! of the same table, so a closure sees what it and those before it wrote.
//!
//! Whenever a statement fails, or a closure is refused that had touched something directly, the guess that all would go
//! well was wrong: the batch is rolled back and run again *carefully*, every closure in a savepoint of its own, sent and
//! checked at its end, so that just the guilty ones are refused. After such a refusal the next batches open a savepoint
//! before each closure's first direct statement. Deadlocks and serialization failures repeat the batch the same way.
//!
//! A lane looks rows up by their keys. Its connection plans each statement once, and for tables that will be large: a
//! plan made while they were empty would read all of them until the server has counted their rows.

mod batch;
mod link;
mod server;
mod statistics;

pub(crate) use batch::{Batch, Lost};
pub(crate) use link::Link;
pub(crate) use server::Server;
pub(crate) use statistics::keep as keep_statistics;
