//! The way of many facts into the log: made on one thread, written on the store's, thousands to a commit.
//!
//! Invariants: a fact whose id is there already is left as it was first told; what was committed before a kill stays,
//! and telling the same facts again adds just the rest; facts go in in the order they are given.

use kernel::{Market, Progress, RawId, Record};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use store::{Db, Keys, StoreError, WriteError, log, market};

/// How many facts go into one commit.
const CHUNK: usize = 8_192;

/// What became of the facts of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// Not known before: in the log now.
    pub new: u64,
    /// Known before, in the same words.
    pub known: u64,
    /// Known before with other values: kept as first told.
    pub kept: u64,
}

/// Why facts did not go into the log, or not all of them.
#[derive(Debug, kernel::Problem)]
#[problem(code = "tell")]
pub enum TellError {
    /// The market measures in something else. Nothing has been written.
    #[problem(
        Invalid,
        args(zone = has.zone, currency = has.currency, their_zone = needs.zone, their_currency = needs.currency)
    )]
    OtherMarket {
        /// What the market is.
        has: Box<Market>,
        /// What the facts are measured in.
        needs: Box<Market>,
    },
    /// Whoever asked has lost interest.
    #[problem(Unavailable)]
    Stopped {
        /// Facts that are in the log for good.
        told: u64,
    },
    /// The store failed.
    #[problem(kind = _0.kind(), from, args(why = _0.to_string()))]
    Store(StoreError),
}

impl From<WriteError<TellError>> for TellError {
    fn from(err: WriteError<TellError>) -> Self {
        err.flatten()
    }
}

/// Appends facts, setting the market if there is none yet. `about` is how many there are, for the progress.
pub fn tell(
    db: &Db,
    needs: &Market,
    facts: impl Iterator<Item = Record> + Send,
    about: u64,
    progress: &dyn Progress,
) -> Result<BTreeMap<&'static str, Told>, TellError> {
    settle(db, needs)?;
    let mut by_kind: BTreeMap<&'static str, Told> = BTreeMap::new();
    let mut told = 0u64;
    std::thread::scope(|scope| {
        // Two chunks ahead: making facts and writing them take turns on two cores.
        let (send, chunks) = sync_channel::<Vec<Record>>(2);
        scope.spawn(move || {
            let mut facts = facts;
            loop {
                let chunk: Vec<Record> = facts.by_ref().take(CHUNK).collect();
                if chunk.is_empty() || send.send(chunk).is_err() {
                    return;
                }
            }
        });
        progress.at("facts", 0, about);
        for chunk in chunks {
            if progress.cancelled() {
                return Err(TellError::Stopped { told });
            }
            told += chunk.len() as u64;
            append(db, chunk, &mut by_kind)?;
            progress.at("facts", told, about.max(told));
        }
        progress.at("facts", told, told);
        Ok(by_kind)
    })
}

/// Sees to it that the market is the one the facts are measured in.
fn settle(db: &Db, needs: &Market) -> Result<(), TellError> {
    let refuse = |has: Market| TellError::OtherMarket { has: Box::new(has), needs: Box::new(needs.clone()) };
    // A market that is there is only read: a refusal must not even touch the writer.
    if let Some(has) = db.read(|q| market::get(q))? {
        return if has == *needs { Ok(()) } else { Err(refuse(has)) };
    }
    let wanted = needs.clone();
    db.write_blocking("tell.market", Keys::none(), move |tx| -> Result<(), TellError> {
        Ok(market::set(tx, &wanted)?)
    })?;
    Ok(())
}

/// Why a chunk was not simply appended.
enum Tried {
    SomeKnown,
    Store(StoreError),
}

impl From<StoreError> for Tried {
    fn from(err: StoreError) -> Self {
        Self::Store(err)
    }
}

/// Appends one chunk and counts what became of it. Only if something of it was there already does it look what.
fn append(db: &Db, chunk: Vec<Record>, by_kind: &mut BTreeMap<&'static str, Told>) -> Result<(), TellError> {
    let chunk: Arc<[Record]> = chunk.into();
    let records = chunk.clone();
    let tried = db.write_blocking("tell.facts", Keys::bulk(), move |tx| -> Result<(), Tried> {
        if tx.append_records(&records)? == records.len() as u64 { Ok(()) } else { Err(Tried::SomeKnown) }
    });
    let known = match tried.map_err(WriteError::flatten) {
        Ok(()) => HashMap::new(),
        Err(Tried::SomeKnown) => {
            let records = chunk.clone();
            db.write_blocking("tell.rest", Keys::bulk(), move |tx| -> Result<_, TellError> {
                let ids: Vec<RawId> = records.iter().map(|record| record.id).collect();
                let known = log::by_ids(tx, &ids)?;
                tx.append_records(&records)?;
                Ok(known.into_iter().map(|record| (record.id, record)).collect::<HashMap<_, _>>())
            })?
        }
        Err(Tried::Store(err)) => return Err(err.into()),
    };
    for record in chunk.iter() {
        let told = by_kind.entry(record.spec.kind).or_default();
        match known.get(&record.id) {
            None => told.new += 1,
            Some(first) if first == record => told.known += 1,
            Some(_) => told.kept += 1,
        }
    }
    Ok(())
}
