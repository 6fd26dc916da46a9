//! PostgreSQL: connections, migrations, the cluster's identity, the writer lanes and the pool of readers.
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
//! A closure that only inserts, takes and appends needs no savepoint: refusing it means forgetting its rows and
//! giving back what it took. A savepoint is opened by the first statement of a closure that must run at once (an update,
//! or a read of rows it wrote itself), after the rows of its neighbours were sent. What is kept is sent before a read
//! or an update of the same table, so a closure sees what it and those before it wrote.
//!
//! Whenever a statement fails outside of a savepoint, the guess that all would go well was wrong: the batch is rolled
//! back and run again *carefully*, every closure in a savepoint of its own, sent and checked at its end, so that just
//! the guilty ones are refused. Deadlocks and serialization failures repeat the batch the same way.

mod batch;
mod lane;
mod link;
mod server;

pub(crate) use batch::Batch;
pub(crate) use lane::run as run_lane;
pub(crate) use link::{AnyInt, AnyReal, Link};
pub(crate) use server::Server;
