//! The database: one writer's queue, snapshots for readers, the fact log and its cursors, and the registry of timers, jobs and
//! reactions with its workers, over SQLite or PostgreSQL.
//!
//! Everything below `web` is synchronous: a write is a closure over [`Tx`], handed to [`Db::write`], run by a writer
//! thread together with its neighbours in one commit; a read is a closure over [`Read`], one consistent snapshot.
//!
//! Invariants:
//! - A write is answered after its commit is on disk, never before. A refused closure leaves nothing behind and harms
//!   no neighbour; a commit that fails refuses every closure in it.
//! - A statement that fails dooms its closure, even if the closure looks away.
//! - Facts are appended in the commit of what they tell; a fact's id is there at most once.
//! - A cursor moves only from where it is, in the transaction of its own effect.
//! - Readers never wait for the writer.
//! - No other crate knows a driver, and every statement is a [`Sql`] that one test prepares on both engines.

pub mod answer;
pub mod blob;
mod counter;
mod cursor;
mod db;
pub mod dead_letter;
mod engine;
mod error;
pub mod filter;
pub mod job;
mod job_kind;
mod keys;
pub mod log;
pub mod market;
mod migration;
mod number;
mod pool;
mod postgres;
mod prepare;
mod queue;
pub mod reaction;
mod retry;
mod services;
mod sql;
mod sqlite;
pub mod timer;
mod tx;
mod wait;
mod waker;
mod work;
pub mod worker;
mod writer;

pub use counter::Counter;
pub use db::{Db, Source, Tuning};
pub use engine::Engine;
pub use error::{OpenError, StoreError, WriteError};
pub use job_kind::JobKind;
pub use keys::{Key, Keys};
pub use migration::{Migration, tables_markdown};
pub use prepare::prepare_all;
pub use reaction::Reaction;
pub use retry::{Failure, Retry, backoff};
pub use services::Services;
pub use sql::{Declared, Engines, Query, Row, Sql, Val};
pub use timer::TimerKind;
pub use tx::{Read, Tx};

#[doc(hidden)]
pub use inventory;

/// Declares a [`TimerKind`], a [`JobKind`] or a [`Reaction`], beside what it does: the workers of every program that links it
/// know it.
///
/// ```text
/// store::declare! {
///     TimerKind::new(UNPAID, |tx, ctx, _, id| Ok(close(tx, ctx, Id::from_raw(id))?))
/// }
/// ```
#[macro_export]
macro_rules! declare {
    ($($kind:tt)*) => { $crate::inventory::submit! { $($kind)* } };
}
