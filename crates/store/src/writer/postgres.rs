//! A writer lane: takes what has queued up, runs it as one transaction, commits once, then tells everybody.

use crate::StoreError;
use crate::postgres::{Batch, Link, Lost, Server};
use crate::queue::{Gather, Job, Queue, report_slow};
use crate::tx::{Tx, TxSide};
use std::sync::Arc;
use std::time::Instant;

/// At most this many closures share a commit.
const BATCH: usize = 128;
/// How often a batch is run before its closures are told that it cannot be.
const TRIES: usize = 6;

/// Until the queue is closed and empty.
pub(crate) fn run(server: &Arc<Server>, link: Link, queue: &Queue) {
    let mut batch = Batch::new(link).ok();
    let mut gather = Gather::new();
    loop {
        let mut jobs = queue.take(BATCH, gather.expected, gather.patience);
        if jobs.is_empty() {
            return;
        }
        let began = Instant::now();
        let n = jobs.len();
        while !jobs.is_empty() {
            let (done, outcome) = commit(server, queue, &mut batch, &mut jobs);
            for job in jobs.drain(..done) {
                job.answer(outcome.clone());
            }
        }
        gather.learn(n, began.elapsed());
    }
}

/// Runs as many of the first jobs as fit into a transaction; returns how many those were and how it ended.
fn commit(
    server: &Arc<Server>,
    queue: &Queue,
    place: &mut Option<Batch>,
    jobs: &mut [Box<dyn Job>],
) -> (usize, Result<(), StoreError>) {
    let mut careful = false;
    let mut last = StoreError::Closed;
    for _ in 0..TRIES {
        let batch = match place {
            Some(batch) if !batch.link.client.is_closed() => batch,
            _ => match server.lane().and_then(Batch::new) {
                Ok(batch) => place.insert(batch),
                Err(err) => return (jobs.len(), Err(err)),
            },
        };
        match attempt(batch, queue, jobs, careful) {
            Ok(done) => return (done, Ok(())),
            // After a lock that did not come, another try would only wait as long again, and everybody behind it too.
            Err(Failed::Commit(err) | Failed::Before(Lost::Locked(err))) => {
                let _ = batch.link.batch("rollback");
                return (jobs.len(), Err(err));
            }
            Err(Failed::Before(lost)) => {
                let _ = batch.link.batch("rollback");
                careful |= matches!(lost, Lost::Guess(_));
                let (Lost::Again(err) | Lost::Guess(err) | Lost::Locked(err)) = lost;
                tracing::debug!(%err, careful, "a batch is run again");
                last = err;
            }
        }
    }
    (jobs.len(), Err(last))
}

enum Failed {
    /// Nothing was committed: the batch can be run again.
    Before(Lost),
    /// The commit itself.
    Commit(StoreError),
}

/// Whether the closure said yes, and whether a row was not as it had found it.
fn run_job(batch: &mut Batch, queue: &Queue, job: &mut dyn Job) -> (bool, bool) {
    let mut tx = Tx::new(TxSide::Postgres(batch));
    let good = job.run(&mut tx);
    queue.count(tx.ran);
    (good, tx.moved)
}

fn attempt(
    batch: &mut Batch,
    queue: &Queue,
    jobs: &mut [Box<dyn Job>],
    careful: bool,
) -> Result<usize, Failed> {
    let guess =
        |batch: &mut Batch, err: StoreError| Failed::Before(batch.lost().unwrap_or_else(|| Lost::by(err)));
    batch.begin(jobs.iter().map(|job| job.keys()), careful).map_err(|err| guess(batch, err))?;
    let mut done = 0;
    for job in jobs.iter_mut() {
        if !batch.has_room() {
            break;
        }
        let began = Instant::now();
        batch.start().map_err(|err| guess(batch, err))?;
        let (mut good, moved) = run_job(batch, queue, &mut **job);
        if moved && careful {
            // A neighbouring lane changed the row after the closure had read it: the closure reads again, and can then
            // say itself what that means.
            batch.forget().and_then(|()| batch.start()).map_err(|err| guess(batch, err))?;
            (good, _) = run_job(batch, queue, &mut **job);
        }
        if let Some(lost) = batch.lost() {
            return Err(Failed::Before(lost));
        }
        if good && let Err(err) = batch.keep() {
            if let Some(lost) = batch.lost() {
                return Err(Failed::Before(lost));
            }
            job.refuse(err);
            good = false;
        }
        if !good {
            batch.forget().map_err(|err| guess(batch, err))?;
        }
        done += 1;
        report_slow(&**job, began.elapsed());
    }
    batch.finish().map_err(|err| guess(batch, err))?;
    batch.link.batch("commit").map_err(|err| match err {
        StoreError::Again(_) => Failed::Before(Lost::Again(err)),
        StoreError::Unreachable(why) => Failed::Commit(StoreError::Unknown(why)),
        other => Failed::Commit(StoreError::Commit(other.to_string())),
    })?;
    Ok(done)
}
