//! The writer thread: takes what has queued up, runs each closure in a savepoint, commits once, then tells everybody.

use super::Conn;
use crate::StoreError;
use crate::queue::{Gather, Job, Queue, report_slow};
use crate::tx::{Tx, TxSide};
use std::time::Instant;

/// At most this many closures share a commit.
const BATCH: usize = 512;

/// Until the queue is closed and empty.
pub(crate) fn run(conn: &Conn, queue: &Queue) {
    let mut gather = Gather::new();
    loop {
        let mut jobs = queue.take(BATCH, gather.expected, gather.patience);
        if jobs.is_empty() {
            return;
        }
        let began = Instant::now();
        let outcome = commit(conn, &mut jobs);
        gather.learn(jobs.len(), began.elapsed());
        if outcome.is_err() {
            let _ = conn.raw.execute_batch("rollback");
        }
        for job in jobs {
            job.answer(outcome.clone());
        }
    }
}

fn commit(conn: &Conn, jobs: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let fatal = |err: rusqlite::Error| StoreError::Commit(err.to_string());
    conn.batch("begin immediate").map_err(fatal)?;
    for job in jobs {
        let began = Instant::now();
        conn.batch("savepoint closure").map_err(fatal)?;
        let good = job.run(&mut Tx::new(TxSide::Sqlite(conn)));
        // A full disk makes SQLite roll back everything by itself: then nobody's work is there any more.
        if conn.raw.is_autocommit() {
            return Err(StoreError::Commit("the transaction was rolled back by the database".to_owned()));
        }
        if !good {
            conn.batch("rollback to closure").map_err(fatal)?;
        }
        conn.batch("release closure").map_err(fatal)?;
        report_slow(&**job, began.elapsed());
    }
    conn.batch("commit").map_err(fatal)
}
