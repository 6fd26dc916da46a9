//! Two real processes on one PostgreSQL: each timer and job takes effect once between them, and when one is killed with SIGKILL,
//! the other goes on.

use crate::crash::{Buyer, Served, buyers, checked, facts, program, shop, skus};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::{Db, Engine, Source, job, timer};
use testkit::db::TestDb;
use trade::order::{self, Filter, Status};
use trade::payment::{REFUND, SANDBOX_WEBHOOK};

/// A process that does what is due and serves nobody.
struct Beside(Child);

impl Beside {
    fn start(dir: &Path, url: &str) -> Self {
        let mut command = program(dir, Some(url));
        command.arg("work").env("SANHAO_LOG", "error").stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut read = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        assert!(read.read_line(&mut line).unwrap() > 0, "it ended before it worked");
        assert!(line.contains("works beside"), "{line}");
        std::thread::spawn(move || std::io::copy(&mut read, &mut std::io::stderr()));
        Self(child)
    }
}

impl Drop for Beside {
    /// SIGKILL: no farewell.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Lets people buy until so many more purchases are acknowledged, and calls `then` while they are at it.
fn buy(
    at: &str,
    (buyers, skus): (&[Buyer], &[String]),
    more: usize,
    acknowledged: &Mutex<BTreeMap<String, String>>,
    then: impl FnOnce(),
) {
    let (stop, wanted) = (AtomicBool::new(false), acknowledged.lock().unwrap().len() + more);
    std::thread::scope(|scope| {
        for (n, buyer) in buyers.iter().enumerate() {
            let stop = &stop;
            scope.spawn(move || shop(at, buyer, skus, n * 1_000 + wanted, stop, acknowledged));
        }
        let began = Instant::now();
        while acknowledged.lock().unwrap().len() < wanted {
            assert!(began.elapsed() < Duration::from_secs(120), "nobody can buy");
            std::thread::sleep(Duration::from_millis(2));
        }
        then();
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn two_processes_share_the_work_of_one_postgresql_and_when_one_is_killed_the_other_goes_on() {
    let test = TestDb::closed(Engine::Postgres);
    let (dir, url) = (test.folder().to_owned(), test.url().unwrap().to_owned());
    let made =
        program(&dir, Some(&url)).args(["demo-market", "--shops", "2", "--orders", "200"]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let terms = trade::terms::without_risk().replace(
        "pay_within = { value = 15, unit = \"minutes\"",
        "pay_within = { value = 10, unit = \"seconds\"",
    );
    std::fs::write(dir.join(trade::terms::FILE), terms).unwrap();

    let served = Served::start(&dir, Some(&url));
    let (people, goods) = (buyers(&served.at), skus(&served.at));
    let acknowledged = Mutex::new(BTreeMap::new());
    let first = Beside::start(&dir, &url);
    buy(&served.at, (&people, &goods), 15, &acknowledged, || drop(first));
    let second = Beside::start(&dir, &url);
    let at = served.at.clone();
    buy(&at, (&people, &goods), 15, &acknowledged, || served.kill());

    // Nobody serves any more. What was claimed by those who were killed is taken over, and the clocks go on.
    let db = Db::open_read(&Source::Postgres { url: url.clone(), dir: dir.clone() }).unwrap();
    let began = Instant::now();
    loop {
        let left = db.read(|q| {
            let unpaid =
                timer::due(q, kernel::Moment::MAX, 99)?.iter().filter(|t| t.kind == order::UNPAID).count();
            let jobs = [REFUND, SANDBOX_WEBHOOK].map(|kind| job::due(q, kind, kernel::Moment::MAX, 99));
            let [refunds, webhooks] = jobs;
            Ok::<_, store::StoreError>((unpaid, refunds?.len(), webhooks?.len()))
        });
        let left = left.unwrap();
        if left == (0, 0, 0) {
            break;
        }
        assert!(
            began.elapsed() < Duration::from_secs(180),
            "timers, refunds and webhooks are left: {left:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(second);
    testkit::db::settle(&db);
    let told = facts(&db);
    assert!(told.values().all(|times| *times == 1), "a fact is told twice");
    assert_eq!(db.read(|q| store::dead_letter::list(q, None, 9)).unwrap(), []);
    let (mut after, mut closed) = (None, 0);
    loop {
        let some = db.read(|q| order::of_platform(q, &Filter::default(), after, 200)).unwrap();
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        assert!(some.iter().all(|order| order.status != Status::Unpaid), "a clock did not ring");
        closed += some.iter().filter(|order| order.status == Status::Closed).count();
    }
    assert!(closed > 0, "no clock rang");
    drop(db);
    test.deserted();
    checked(&dir, Some(&url));
}

#[test]
fn on_sqlite_one_process_works_alone_and_says_so() {
    let test = TestDb::closed(Engine::Sqlite);
    let out = program(test.folder(), None).arg("work").output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("on which one process works alone"), "{said}");
}
