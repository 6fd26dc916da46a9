//! A folder belongs to one database: with another one nothing in it is read, written or deleted.

use crate::log::tell;
use crate::told;
use kernel::{Problem, Quiet};
use lake::{Lake, LakeError};
use std::collections::BTreeMap;
use std::path::Path;
use store::Engine;
use testkit::db::{TestDb, on_both};

fn all(dir: &Path) -> BTreeMap<String, u64> {
    let files = std::fs::read_dir(dir).unwrap().map(|f| f.unwrap());
    let files = files.map(|f| (f.file_name().into_string().unwrap(), f.metadata().unwrap().len()));
    files.filter(|(name, _)| !name.starts_with("lease-") && name != "work.lock").collect()
}

fn lake(db: &TestDb, dir: &Path) -> Lake {
    Lake::open(db.db(), dir, &[]).unwrap()
}

/// A database whose facts are in files, and the folder of those.
fn filed(db: &TestDb) -> std::path::PathBuf {
    let dir = db.folder().join("lake");
    tell(db, told::facts(0, 100));
    assert!(lake(db, &dir).catch_up(&Quiet).unwrap().files > 0);
    dir
}

/// Refused for reading and for writing, with this in the sentence, and the folder is as it was.
fn refused(lake: &Lake, dir: &Path, code: &str, says: &str) {
    let before = all(dir);
    for _ in 0..2 {
        let errors = [lake.catch_up(&Quiet).unwrap_err(), lake.snapshot().unwrap_err()];
        for err in errors {
            let sentence = err.to_string();
            assert_eq!(err.code(), code, "{sentence}");
            assert!(sentence.contains(dir.to_str().unwrap()) && sentence.contains(says), "{sentence}");
        }
    }
    assert_eq!(all(dir), before);
}

#[test]
fn the_folder_of_another_database_is_refused_and_loses_no_file() {
    on_both(|db| {
        let dir = filed(db);
        assert!(dir.join("ID").is_file());
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let other = TestDb::new(engine);
            // A database that has told nothing, one that has, and one that has files of its own elsewhere.
            refused(&lake(&other, &dir), &dir, "lake.another_database", "SANHAO_DATABASE");
            tell(&other, told::facts(5_000, 50));
            refused(&lake(&other, &dir), &dir, "lake.another_database", "SANHAO_DATABASE");
            filed(&other);
            refused(&lake(&other, &dir), &dir, "lake.another_database", "SANHAO_DATABASE");
        }
        told::each_once(&*lake(db, &dir).snapshot().unwrap(), &told::facts(0, 100));
    });
}

#[test]
fn files_without_a_name_are_somebody_elses_to_a_database_without_files() {
    on_both(|db| {
        let dir = filed(db);
        std::fs::remove_file(dir.join("ID")).unwrap();
        let other = TestDb::new(db.engine());
        refused(&lake(&other, &dir), &dir, "lake.another_database", "--data");
    });
}

#[test]
fn another_folder_than_that_with_the_files_is_refused() {
    on_both(|db| {
        let dir = filed(db);
        let elsewhere = tempfile::tempdir().unwrap();
        refused(
            &lake(db, elsewhere.path()),
            elsewhere.path(),
            "lake.another_folder",
            ".parquet is not in it",
        );
        assert!(all(elsewhere.path()).is_empty());
        // Nor does the right name help a folder without the files.
        std::fs::copy(dir.join("ID"), elsewhere.path().join("ID")).unwrap();
        tell(db, told::facts(100, 10));
        let err = lake(db, elsewhere.path()).catch_up(&Quiet).unwrap_err();
        assert!(matches!(err, LakeError::AnotherFolder { .. }), "{err}");
        assert_eq!(lake(db, &dir).catch_up(&Quiet).unwrap().facts, 10);
        told::each_once(&*lake(db, &dir).snapshot().unwrap(), &told::facts(0, 110));
    });
}

#[test]
fn a_folder_from_before_folders_had_names_gets_one_if_all_files_are_in_it() {
    on_both(|db| {
        let dir = filed(db);
        let id = std::fs::read_to_string(dir.join("ID")).unwrap();
        std::fs::remove_file(dir.join("ID")).unwrap();
        told::each_once(&*lake(db, &dir).snapshot().unwrap(), &told::facts(0, 100));
        assert!(!dir.join("ID").exists(), "who only reads writes no name");
        lake(db, &dir).catch_up(&Quiet).unwrap();
        assert_eq!(std::fs::read_to_string(dir.join("ID")).unwrap(), id);
        told::each_once(&*lake(db, &dir).snapshot().unwrap(), &told::facts(0, 100));
    });
}
