//! A real process is killed under load. What it had acknowledged is there, once; nothing is sold that is not there.

use crate::{NEW_SHELF, No, SELL, SHELF, fact, held, number, sold};
use kernel::{Actor, Ctx, Moment};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use store::log::{self, Position};
use store::{Db, Engine, Key, Keys, Source, StoreError, Tx, WriteError, vals};
use testkit::db::{TestDb, settle};

const DIR: &str = "STORE_CRASH_DIR";
const URL: &str = "STORE_CRASH_URL";
const FIRST: &str = "STORE_CRASH_FIRST";
const ON_HAND: i64 = 2_000;

/// The process that is killed: started by the test below, and by nobody else.
#[test]
fn victim() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let source = match std::env::var(URL) {
        Ok(url) => Source::Postgres { url, dir: dir.into() },
        Err(_) => Source::Dir(dir.into()),
    };
    let first: i64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let db = Db::open(&source).unwrap();
    std::thread::scope(|scope| {
        for client in 0..8i64 {
            let db = &db;
            scope.spawn(move || {
                for i in 0.. {
                    let id = first + i * 8 + client;
                    let sku = id % 3;
                    let answer =
                        db.write_blocking("buy", Key::counter(&SHELF, sku).into(), move |tx: &mut Tx<'_>| {
                            if !tx.take(&SHELF, sku, 1)? {
                                return Err(No::SoldOut);
                            }
                            tx.insert(&SELL, vals![id, sku, 1, "sold"])?;
                            tx.append(&Ctx::new(Moment::from_micros(id), Actor::System, 1), &fact(id))?;
                            Ok(())
                        });
                    // One line is one write to the pipe: a line that the parent sees was acknowledged.
                    match answer {
                        Ok(()) => std::io::stdout().write_all(format!("\nsold {id}\n").as_bytes()).unwrap(),
                        Err(WriteError::Refused(No::SoldOut)) => {}
                        Err(err) => panic!("{err:?}"),
                    }
                }
            });
        }
    });
}

#[test]
fn after_kill_9_every_acknowledged_write_is_there_once_and_nothing_is_oversold() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut test = TestDb::new(engine);
        test.write_blocking("stock", Keys::none(), |tx: &mut Tx<'_>| -> Result<(), No> {
            for sku in 0..3 {
                tx.insert(&NEW_SHELF, vals![sku, ON_HAND])?;
            }
            Ok(())
        })
        .unwrap();
        let mut acknowledged = BTreeSet::new();
        // Killed after differing numbers of answers, three times over the same data.
        for (round, answers) in [137, 400, 731].into_iter().enumerate() {
            test.close();
            let mut victim = Command::new(std::env::current_exe().unwrap());
            victim.args(["crash::victim", "--exact", "--nocapture", "--test-threads=1"]);
            victim.env(DIR, test.folder()).env(FIRST, (round * 1_000_000).to_string());
            match test.url() {
                Some(url) => victim.env(URL, url),
                None => victim.env_remove(URL),
            };
            let mut victim = victim.stdout(Stdio::piped()).spawn().unwrap();
            let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
            let mut sold = |wanted: usize| {
                let mut ids = Vec::new();
                while ids.len() < wanted
                    && let Some(line) = lines.next()
                {
                    ids.extend(line.strip_prefix("sold ").and_then(|id| id.parse::<i64>().ok()));
                }
                ids
            };
            acknowledged.extend(sold(answers));
            victim.kill().unwrap();
            // What it still had said before it died.
            acknowledged.extend(sold(usize::MAX));
            victim.wait().unwrap();
            // The last commit of a dead client may still be on its way through the server.
            test.deserted();
            test.reopen();
            settle(&test);
            let (ids, facts, shelves) = test
                .read(|q| {
                    let mut shelves = Vec::new();
                    for sku in 0..3 {
                        shelves.push((held(q, sku)?, sold_of(q, sku)?));
                    }
                    Ok::<_, StoreError>((
                        crate::sales(q)?,
                        log::after(q, Position::default(), usize::MAX)?,
                        shelves,
                    ))
                })
                .unwrap();
            let there: BTreeSet<i64> = ids.iter().copied().collect();
            assert_eq!(there.len(), ids.len());
            let lost: Vec<_> = acknowledged.difference(&there).collect();
            assert!(lost.is_empty(), "{engine:?} lost {lost:?}");
            for (held, sold) in shelves {
                assert_eq!(held, sold);
                assert!(held <= ON_HAND);
            }
            let told: Vec<i64> = facts.iter().map(|e| number(&e.record)).collect();
            let once: BTreeSet<i64> = told.iter().copied().collect();
            assert_eq!((once.len(), &once), (told.len(), &there), "{engine:?}");
        }
        assert!(acknowledged.len() > 1_000);
    }
}

fn sold_of(q: &mut store::Read<'_>, sku: i64) -> Result<i64, StoreError> {
    sold(q, sku)
}
