//! Opening: the one writer, readers beside it, migrations, and what is no database of ours.

use crate::{No, sales, sell};
use kernel::{Kind, Problem};
use std::path::Path;
use store::{Db, Engine, Keys, OpenError, Source, StoreError, Tx, WriteError};
use testkit::db::{TestDb, on_both};

/// Changes the stored data behind the program's back.
fn meddle(test: &TestDb, sql: &str) {
    match test.url() {
        Some(url) => postgres::Client::connect(url, postgres::NoTls).unwrap().batch_execute(sql).unwrap(),
        None => {
            rusqlite::Connection::open(test.folder().join("sanhao.db")).unwrap().execute_batch(sql).unwrap()
        }
    }
}

fn put(db: &Db, id: i64) -> Result<(), WriteError<No>> {
    db.write_blocking("put", Keys::none(), move |tx: &mut Tx<'_>| Ok(sell(tx, id, 1)?))
}

#[test]
fn a_second_writer_is_refused_with_a_sentence() {
    on_both(|db| {
        let err = Db::open(db.source()).unwrap_err();
        assert_eq!(
            err.to_string(),
            format!(
                "another sanhao (process {}) is writing to {}; stop it first, or use a command that only reads",
                std::process::id(),
                db.folder().display()
            )
        );
        assert_eq!((err.kind(), err.code()), (Kind::Conflict, "store.second_writer"));
        db.close();
        Db::open(db.source()).unwrap();
    });
}

#[test]
fn readers_work_beside_the_writer_and_cannot_write() {
    on_both(|db| {
        put(db, 1).unwrap();
        let reader = Db::open_read(db.source()).unwrap();
        assert_eq!(reader.read(|q| sales(q)).unwrap(), [1]);
        put(db, 2).unwrap();
        assert_eq!(reader.read(|q| sales(q)).unwrap(), [1, 2]);
        assert_eq!(put(&reader, 3), Err(WriteError::Store(StoreError::ReadOnly)));
        assert!(!reader.is_writer() && db.is_writer());
        // And when the writer is gone.
        db.close();
        assert_eq!(reader.read(|q| sales(q)).unwrap(), [1, 2]);
        assert_eq!(Db::open_read(db.source()).unwrap().read(|q| sales(q)).unwrap(), [1, 2]);
    });
}

#[test]
fn reading_where_nothing_is_says_so_and_makes_nothing() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let test = TestDb::closed(engine);
        let err = Db::open_read(test.source()).unwrap_err();
        assert_eq!(err, OpenError::NoMarket(test.folder().to_owned()));
        assert!(err.to_string().starts_with("there is no market in "), "{err}");
        assert_eq!(std::fs::read_dir(test.folder()).unwrap().count(), 0);
    }
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    on_both(|db| {
        put(db, 1).unwrap();
        db.reopen();
        put(db, 2).unwrap();
        assert_eq!(db.read(|q| sales(q)).unwrap(), [1, 2]);
    });
}

#[test]
fn a_migration_that_was_changed_is_refused_with_a_sentence() {
    on_both(|db| {
        db.close();
        meddle(db, "update store_migration set checksum = 'other' where context = 'test' and number = 1");
        for err in [Db::open(db.source()).unwrap_err(), Db::open_read(db.source()).unwrap_err()] {
            assert_eq!(
                err.to_string(),
                "the migration test 1 (shelves and sales) was changed after it had been run on this database; \
                 use the program that ran it"
            );
        }
    });
}

#[test]
fn a_database_newer_than_the_program_is_refused_with_a_sentence() {
    on_both(|db| {
        db.close();
        meddle(
            db,
            "insert into store_migration (context, number, name, checksum) values ('trade', 99, 'moons', 'x')",
        );
        for err in [Db::open(db.source()).unwrap_err(), Db::open_read(db.source()).unwrap_err()] {
            assert!(err.to_string().starts_with("the database is newer than this program"), "{err}");
            assert!(err.to_string().contains("trade 99 (moons)"), "{err}");
        }
    });
}

#[test]
fn a_database_older_than_the_program_is_brought_up_to_date_by_a_writer_only() {
    on_both(|db| {
        db.close();
        meddle(
            db,
            "delete from store_migration where context = 'test';
             drop table test_debt; drop table test_promise; drop table test_sale; drop table test_shelf;
             drop table test_kinds",
        );
        let err = Db::open_read(db.source()).unwrap_err();
        assert!(matches!(err, OpenError::Older { .. }), "{err}");
        assert!(err.to_string().contains("older than this program"), "{err}");
        db.reopen();
        put(db, 1).unwrap();
    });
}

#[test]
fn a_migration_that_fails_leaves_the_database_as_it_was() {
    on_both(|db| {
        put(db, 1).unwrap();
        db.close();
        meddle(db, "delete from store_migration where context = 'test'");
        let err = Db::open(db.source()).unwrap_err();
        assert!(err.to_string().starts_with("the migration test 1 (shelves and sales) failed"), "{err}");
        assert!(err.to_string().contains("already exists"), "{err}");
        let err = Db::open(db.source()).unwrap_err();
        assert!(matches!(err, OpenError::Migration { .. }), "the lock was given back: {err}");
    });
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sanhao.db");
    let garbage = "this is not a database, whatever its name says. ".repeat(300);
    std::fs::write(&path, &garbage).unwrap();
    let source = Source::Dir(dir.path().to_owned());
    for err in [Db::open(&source).unwrap_err(), Db::open_read(&source).unwrap_err()] {
        assert!(matches!(err, OpenError::NotADatabase { .. }), "{err:?}");
        assert!(err.to_string().contains("is not a database of Sanhao, or it is damaged"), "{err}");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), garbage);
}

#[test]
fn the_database_of_another_program_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sanhao.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("create table theirs (a); insert into theirs values (1)")
        .unwrap();
    let err = Db::open(&Source::Dir(dir.path().to_owned())).unwrap_err();
    assert!(err.to_string().contains("another program"), "{err}");
    let tables: i64 = rusqlite::Connection::open(&path)
        .unwrap()
        .query_row("select count(*) from sqlite_master", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let err = Db::open(&Source::Dir(file.join("below"))).unwrap_err();
    assert!(err.to_string().contains(&file.display().to_string()), "{err}");
}

#[test]
fn a_server_that_is_not_there_is_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    for url in ["postgres://nobody@127.0.0.1:1/none", "mysql://x"] {
        let source = Source::Postgres { url: url.to_owned(), dir: dir.path().to_owned() };
        for err in [Db::open(&source).unwrap_err(), Db::open_read(&source).unwrap_err()] {
            assert!(err.to_string().starts_with("the PostgreSQL database cannot be used"), "{err}");
        }
    }
}

#[test]
fn every_statement_prepares() {
    on_both(|db| {
        let n = store::prepare_all(db).unwrap();
        assert!(n > 20, "{n}");
    });
}

#[test]
fn the_folder_holds_one_database_and_one_lock() {
    let test = TestDb::new(Engine::Sqlite);
    put(&test, 1).unwrap();
    assert!(Path::new(&test.folder().join("sanhao.db")).exists());
    let lock = std::fs::read_to_string(test.folder().join("writer.lock")).unwrap();
    assert_eq!(lock.trim(), std::process::id().to_string());
}

#[test]
fn a_table_that_fills_up_is_counted_before_the_servers_own_minute_is_over() {
    let test = TestDb::new(Engine::Postgres);
    test.write_blocking("fill", Keys::none(), |tx: &mut Tx<'_>| {
        for id in 0..1000 {
            sell(tx, id, id)?;
        }
        Ok::<_, No>(())
    })
    .unwrap();
    let mut server = postgres::Client::connect(test.url().unwrap(), postgres::NoTls).unwrap();
    let mut counted = || -> f32 {
        server.query_one("select reltuples from pg_class where relname = 'test_sale'", &[]).unwrap().get(0)
    };
    let until = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while counted() < 1000.0 {
        assert!(std::time::Instant::now() < until, "{} rows are known of", counted());
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}
