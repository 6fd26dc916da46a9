//! The writer thread: takes what has queued up, runs one closure after the other, commits once, then tells everybody.
//!
//! A command loads, decides and only then writes, so a closure that refuses has nearly always changed nothing, and
//! nothing has to be undone. The writer counts on that and opens no savepoints, which cost a small closure as much as
//! its statements. When a closure refuses after it has changed something, the transaction is rolled back and the batch
//! is run again with a savepoint for each closure; so are the batches after it, until enough of them needed none.

use crate::StoreError;
use crate::queue::{Gather, Job, Queue, report_slow};
use crate::sqlite::Conn;
use crate::tx::{Tx, TxSide};
use std::time::Instant;

/// At most this many closures share a commit.
const BATCH: usize = 512;
/// After a refusal that had to be undone, so many batches have savepoints. Running a batch twice is then at most a few
/// percent of the work, whatever the callers do.
const CAREFUL: u32 = 32;

/// Until the queue is closed and empty.
pub(crate) fn run(conn: &Conn, queue: &Queue) {
    let mut gather = Gather::new();
    let mut careful = 0;
    loop {
        let mut jobs = queue.take(BATCH, gather.expected, gather.patience);
        if jobs.is_empty() {
            return;
        }
        let began = Instant::now();
        let outcome = commit(conn, queue, &mut jobs, &mut careful);
        gather.learn(jobs.len(), began.elapsed());
        if outcome.is_err() {
            let _ = conn.raw.execute_batch("rollback");
        }
        for job in jobs {
            job.answer(outcome.clone());
        }
    }
}

fn fatal(err: rusqlite::Error) -> StoreError {
    StoreError::Commit(err.to_string())
}

fn commit(
    conn: &Conn,
    queue: &Queue,
    jobs: &mut [Box<dyn Job>],
    careful: &mut u32,
) -> Result<(), StoreError> {
    conn.batch("begin immediate").map_err(fatal)?;
    if *careful > 0 {
        let undone = with_savepoints(conn, queue, jobs)?;
        *careful = if undone { CAREFUL } else { *careful - 1 };
    } else if !without_savepoints(conn, queue, jobs)? {
        conn.batch("rollback").map_err(fatal)?;
        conn.batch("begin immediate").map_err(fatal)?;
        with_savepoints(conn, queue, jobs)?;
        *careful = CAREFUL;
    }
    conn.batch("commit").map_err(fatal)
}

/// False if a closure refused after it had changed something.
fn without_savepoints(conn: &Conn, queue: &Queue, jobs: &mut [Box<dyn Job>]) -> Result<bool, StoreError> {
    for job in jobs {
        let changes = conn.raw.total_changes();
        if !run_one(conn, queue, &mut **job)? && conn.raw.total_changes() != changes {
            return Ok(false);
        }
    }
    Ok(true)
}

/// True if something had to be undone.
fn with_savepoints(conn: &Conn, queue: &Queue, jobs: &mut [Box<dyn Job>]) -> Result<bool, StoreError> {
    let mut undone = false;
    for job in jobs {
        let changes = conn.raw.total_changes();
        conn.batch("savepoint closure").map_err(fatal)?;
        if !run_one(conn, queue, &mut **job)? {
            undone |= conn.raw.total_changes() != changes;
            conn.batch("rollback to closure").map_err(fatal)?;
        }
        conn.batch("release closure").map_err(fatal)?;
    }
    Ok(undone)
}

fn run_one(conn: &Conn, queue: &Queue, job: &mut dyn Job) -> Result<bool, StoreError> {
    let began = Instant::now();
    let mut tx = Tx::new(TxSide::Sqlite(conn));
    let good = job.run(&mut tx);
    queue.count(tx.ran);
    report_slow(job, began.elapsed());
    // A full disk makes SQLite roll back everything by itself: then nobody's work is there any more.
    if conn.raw.is_autocommit() {
        return Err(StoreError::Commit("the transaction was rolled back by the database".to_owned()));
    }
    Ok(good)
}
