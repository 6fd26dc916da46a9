//! A real process is killed while it rotates. Every value can be read, and the next rotation finishes.

use crate::{KEYS, STALE, at, contact, master, vault, write};
use kernel::{Progress, RawId};
use people::vault::{self as v, Field, Vault};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use store::{Db, Engine, Query, Source, StoreError, vals};
use testkit::db::{TestDb, on_both};

const DIR: &str = "PEOPLE_ROTATION_DIR";
const URL: &str = "PEOPLE_ROTATION_URL";
const VALUES: u64 = 1_500;

/// Says so after each chunk.
struct Loud;

impl Progress for Loud {
    fn at(&self, _what: &'static str, done: u64, _total: u64) {
        std::io::stdout().write_all(format!("\nsealed {done}\n").as_bytes()).unwrap();
    }
}

fn subject(n: u64) -> RawId {
    RawId((u128::from(n) << 64).to_be_bytes())
}

fn phone(n: u64) -> String {
    format!("+86138{n:08}")
}

fn fill(db: &Db, vault: &Vault) {
    for first in (0..VALUES).step_by(100) {
        let vault = vault.clone();
        write(db, 0, move |tx, _| {
            (first..first + 100).try_for_each(|n| v::put(tx, &vault, subject(n), Field::Phone, &phone(n)))
        })
        .unwrap();
    }
}

fn all_readable(db: &Db, vault: &Vault) {
    for n in 0..VALUES {
        let shown = db.read(|q| v::shown(q, vault, subject(n), Field::Phone)).unwrap();
        assert_eq!(shown, Some(Field::Phone.masked(&phone(n))), "value {n}");
    }
}

fn count(db: &Db, vault: &Vault) -> (i64, i64) {
    db.read(|q| {
        let keys = q.one(&KEYS, &[], |row| row.int(0))?;
        let stale = q.one(&STALE, vals![vault.current()], |row| row.int(0))?;
        Ok::<_, StoreError>((keys.unwrap_or(-1), stale.unwrap_or(-1)))
    })
    .unwrap()
}

/// The process that is killed: started by the test below, and by nobody else.
#[test]
fn victim() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let source = match std::env::var(URL) {
        Ok(url) => Source::Postgres { url, dir: dir.into() },
        Err(_) => Source::Dir(dir.into()),
    };
    let db = Db::open(&source).unwrap();
    let vault = vault(&db);
    loop {
        v::rotate(&db, &vault, at(1), &Loud).unwrap();
    }
}

#[test]
fn after_kill_9_in_a_rotation_every_value_can_be_read_and_the_next_one_finishes() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut test = TestDb::new(engine);
        fill(&test, &vault(&test));
        for chunks in [1, 3, 12] {
            test.close();
            let mut victim = Command::new(std::env::current_exe().unwrap());
            victim.args(["rotation::victim", "--exact", "--nocapture", "--test-threads=1"]);
            victim.env(DIR, test.folder());
            match test.url() {
                Some(url) => victim.env(URL, url),
                None => victim.env_remove(URL),
            };
            let mut victim = victim.stdout(Stdio::piped()).spawn().unwrap();
            let lines = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
            let heard = lines.filter(|line| line.starts_with("sealed ")).take(chunks).count();
            victim.kill().unwrap();
            victim.wait().unwrap();
            assert_eq!(heard, chunks);
            test.deserted();
            test.reopen();
            all_readable(&test, &vault(&test));
        }
        let vault = vault(&test);
        let rotated = v::rotate(&test, &vault, at(2), &kernel::Quiet).unwrap();
        assert_eq!(rotated.sealed, VALUES);
        assert_eq!(count(&test, &vault), (1, 0), "one key is left, and nothing is under another");
        all_readable(&test, &vault);
    }
}

#[test]
fn what_is_written_while_a_rotation_waits_is_found_by_it_and_digests_stay() {
    /// Lost interest after the first chunk.
    struct Tired;
    impl Progress for Tired {
        fn at(&self, _what: &'static str, _done: u64, _total: u64) {}
        fn cancelled(&self) -> bool {
            true
        }
    }
    on_both(|db| {
        let vault = vault(db);
        // A process that has not heard of the new key.
        let behind = Vault::open(db, vec![master()], at(0)).unwrap();
        fill(db, &vault);
        let digest = vault.digest(&contact("13800000007"));
        let begun = v::rotate(db, &vault, at(1), &Tired).unwrap();
        assert_eq!((begun.key, begun.dropped), (2, 0));
        assert_eq!(count(db, &vault), (2, (VALUES - begun.sealed) as i64));
        all_readable(db, &vault);
        all_readable(db, &behind);
        let old = behind.clone();
        write(db, 1, move |tx, _| v::put(tx, &old, subject(0), Field::Phone, &phone(0))).unwrap();
        let done = v::rotate(db, &vault, at(2), &kernel::Quiet).unwrap();
        assert_eq!((done.key, done.sealed, done.dropped), (3, VALUES, 2));
        all_readable(db, &vault);
        assert_eq!(vault.digest(&contact("13800000007")), digest);
        // What is behind reads on, and cannot seal under a key that is gone.
        all_readable(db, &behind);
        let old = behind.clone();
        let refused = write(db, 3, move |tx, _| v::put(tx, &old, subject(0), Field::Phone, &phone(0)));
        assert!(matches!(refused, Err(v::Error::Store(StoreError::Constraint { .. }))), "{refused:?}");
        behind.refresh(db).unwrap();
        write(db, 3, move |tx, _| v::put(tx, &behind, subject(0), Field::Phone, &phone(0))).unwrap();
        all_readable(db, &vault);
    });
}
