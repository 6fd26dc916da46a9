//! A real process that imports is killed in the middle; the same import then completes.

use crate::apply::told;
use flows::import::olist;
use kernel::{Progress, Quiet};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use store::{Db, Engine, Source, log};
use testkit::db::TestDb;

const FOLDER: &str = "SANHAO_TEST_CRASH_FOLDER";

/// Says on stdout how far the import is, so that the parent can choose its moment.
struct Says;

impl Progress for Says {
    fn at(&self, what: &'static str, done: u64, _total: u64) {
        println!("at {what} {done}");
        let _ = std::io::stdout().flush();
    }
}

/// In the child this is the import; alone it has nothing to do.
#[test]
fn child() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let dir = std::env::var_os("SANHAO_TEST_CRASH_DIR").map(PathBuf::from).unwrap();
    let source = match std::env::var("SANHAO_TEST_CRASH_URL") {
        Ok(url) => Source::Postgres { url, dir },
        Err(_) => Source::Dir(dir),
    };
    let db = Db::open(&source).unwrap();
    let checked = olist::check(&folder, &Quiet).unwrap();
    olist::apply(&db, &checked, &Says).unwrap();
}

/// Runs the import in a process of its own and kills it when it has told `after` facts.
fn killed(folder: &Path, source: &Source, after: u64) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["crash::child", "--exact", "--nocapture"]).env(FOLDER, folder);
    match source {
        Source::Dir(dir) => command.env("SANHAO_TEST_CRASH_DIR", dir),
        Source::Postgres { url, dir } => {
            command.env("SANHAO_TEST_CRASH_DIR", dir).env("SANHAO_TEST_CRASH_URL", url)
        }
    };
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        // The test harness writes its own words in front of the first line.
        let Some((_, done)) = line.split_once("at facts ") else { continue };
        if done.parse::<u64>().unwrap() >= after {
            break;
        }
    }
    // SIGKILL, while the next chunk is being written.
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success(), "the import was over before it could be killed");
}

#[test]
fn an_import_killed_at_any_moment_is_completed_by_the_same_command() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let test = TestDb::closed(engine);
        let source = test.source();
        let folder = tempfile::tempdir().unwrap();
        let plan = testkit::olist::Plan { seed: 4, orders: 12_000, sellers: 60, packed: true };
        testkit::olist::write(folder.path(), &plan).unwrap();
        let checked = olist::check(folder.path(), &Quiet).unwrap();
        let mut before = 0;
        for after in [0, 10_000, 40_000] {
            killed(folder.path(), source, after);
            let db = Db::open(source).unwrap();
            let there = db.read(|q| log::count(q)).unwrap();
            assert!(before <= there && there < checked.len(), "{before} then {there} of {}", checked.len());
            assert!(there >= after, "{there} facts of {after} that were acknowledged");
            before = there;
        }
        let db = Db::open(source).unwrap();
        let report = olist::apply(&db, &checked, &Quiet).unwrap();
        assert_eq!(
            (report.total().new, report.total().known, report.total().kept),
            (checked.len() - before, before, 0)
        );
        assert_eq!(told(&db), checked.facts().collect::<Vec<_>>());
    }
}
