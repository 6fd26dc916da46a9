//! The registry and its workers: each thing once, failures that are kept, dead letters, reactions, and several processes.

use crate::{Happened, fact, number, sales, sell};
use kernel::{Actor, Ctx, Kind, Moment, Problem, RawId};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::dead_letter::{self, Sort};
use store::job::{self, Job};
use store::timer::{self, Timer};
use store::worker::{Waker, Work, Workers};
use store::{
    Db, Engine, Failure, JobKind, Keys, OpenError, Query, Retry, Services, StoreError, TimerKind, Tx,
    WriteError, vals,
};
use testkit::db::{TestDb, on_both, settle};

/// Two tries, a second apart.
const SHORT: Retry = Retry { first: 1_000_000, longest: 1_000_000, most: 2 };

store::declare! { TimerKind::new("test.clock", |tx, _, services, id| ring(tx, services, id)).retry(SHORT) }
store::declare! { JobKind::new("test.job", errand).at_once(3).retry(SHORT) }
store::declare! { JobKind::new("test.slow", slow).at_once(2).with_service::<Gate>() }
store::declare! { JobKind::every("test.round", 60_000_000, round) }
store::reaction! { "test.reaction" since Beginning { Happened => happened } }

/// What a test has go wrong, and what it sees.
#[derive(Default)]
struct Stage {
    broken: Mutex<BTreeSet<i64>>,
    rounds: AtomicU64,
}

impl Stage {
    fn try_on(&self, n: i64) -> Result<(), StoreError> {
        let broken = self.broken.lock().unwrap().contains(&n);
        if broken { Err(StoreError::Unreadable(format!("{n} is broken"))) } else { Ok(()) }
    }
}

/// What the slow job waits for.
struct Gate(Mutex<(Sender<()>, Receiver<()>)>);

fn id(n: i64) -> RawId {
    RawId::new(Moment::from_micros(1_000), n as u128)
}
fn n_of(id: RawId) -> i64 {
    i64::from_be_bytes(id.0[8..].try_into().unwrap()) & 0xffff_ffff
}

fn ring(tx: &mut Tx<'_>, services: &Services, subject: RawId) -> Result<(), Failure> {
    services.get::<Arc<Stage>>()?.try_on(n_of(subject))?;
    Ok(sell(tx, n_of(subject), 1)?)
}

fn errand(work: &Work<'_>, job: &Job) -> Result<(), Failure> {
    let n = n_of(job.id);
    match job.body.as_str() {
        "panic" => panic!("a job that panics"),
        "idle" => return Ok(()),
        _ => work.services.get::<Arc<Stage>>()?.try_on(n)?,
    }
    work.finish(job, "test.job", Keys::none(), move |tx| sell(tx, n, 2))
}

fn slow(work: &Work<'_>, job: &Job) -> Result<(), Failure> {
    if job.body != "quick" {
        let gate = work.services.get::<Gate>()?.0.lock().unwrap();
        gate.0.send(()).unwrap();
        gate.1.recv_timeout(Duration::from_secs(60)).unwrap();
    }
    work.finish(job, "test.slow", Keys::none(), |_| Ok::<_, StoreError>(()))
}

fn round(work: &Work<'_>) -> Result<(), Failure> {
    work.services.get::<Arc<Stage>>()?.rounds.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

fn happened(tx: &mut Tx<'_>, _: &Ctx, services: &Services, fact: &Happened) -> Result<(), StoreError> {
    services.get::<Arc<Stage>>()?.try_on(fact.number)?;
    sell(tx, fact.number, 3)
}

/// A store with workers and a clock that is set by hand.
struct Shop {
    db: Db,
    stage: Arc<Stage>,
    clock: Arc<AtomicI64>,
    workers: Workers,
}

static SEED: AtomicU64 = AtomicU64::new(1);

impl Shop {
    fn new(db: &Db) -> Self {
        Self::beside(db, Arc::default(), Arc::new(AtomicI64::new(1_000_000_000)))
    }
    fn beside(db: &Db, stage: Arc<Stage>, clock: Arc<AtomicI64>) -> Self {
        let now = {
            let clock = clock.clone();
            Arc::new(move || Moment::from_micros(clock.load(Ordering::Relaxed)))
        };
        let services = Services::default().with(stage.clone());
        let seed = SEED.fetch_add(1, Ordering::Relaxed) << 32;
        let workers = Workers::new(db.clone(), services, now, seed, Waker::default());
        Self { db: db.clone(), stage, clock, workers }
    }
    fn now(&self) -> Moment {
        Moment::from_micros(self.clock.load(Ordering::Relaxed))
    }
    fn wait(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }
    fn work(&self) {
        while self.workers.turn().unwrap().done > 0 {}
    }
    fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.db.write_blocking("test", Keys::none(), f).map_err(WriteError::flatten).unwrap()
    }
    fn set(&self, n: i64) {
        let timer = Timer { id: id(n), kind: "test.clock".into(), subject: id(n), due_at: self.now() };
        self.write(move |tx| timer::set(tx, &timer));
    }
    fn enqueue(&self, n: i64, kind: &'static str, body: &'static str) {
        let now = self.now();
        self.write(move |tx| job::enqueue(tx, id(n), kind, body, now));
    }
    fn tell(&self, numbers: impl IntoIterator<Item = i64>) {
        let records: Vec<_> = numbers.into_iter().map(crate::record).collect();
        self.write(move |tx| tx.append_records(&records));
        settle(&self.db);
    }
    fn break_on(&self, n: i64) {
        self.stage.broken.lock().unwrap().insert(n);
    }
    fn mend(&self) {
        self.stage.broken.lock().unwrap().clear();
    }
    fn sales(&self) -> Vec<i64> {
        self.db.read(|q| sales(q)).unwrap()
    }
    fn dead(&self) -> Vec<dead_letter::DeadLetter> {
        self.db.read(|q| dead_letter::list(q, None, 9)).unwrap()
    }
    fn resend(&self, letter: &dead_letter::DeadLetter) -> Result<dead_letter::DeadLetter, StoreError> {
        let (ctx, id) =
            (Ctx::new(self.now(), Actor::Operator, SEED.fetch_add(1, Ordering::Relaxed)), letter.id);
        self.db
            .write_blocking("test", Keys::none(), move |tx| dead_letter::resend(tx, &ctx, id))
            .map_err(WriteError::flatten)
    }
}

store::sql! {
    STATE = "
select failed, due_at, last_error
from store_timer
where id = $1";
    RESENT_BY = "
select resent_by
from store_dead_letter
where id = $1";
}

#[test]
fn a_timer_that_fails_is_tried_again_by_whoever_comes_until_it_is_a_dead_letter_that_a_person_sends_again() {
    on_both(|db| {
        let shop = Shop::new(db);
        shop.set(1);
        shop.set(2);
        shop.break_on(1);
        let turn = shop.workers.turn().unwrap();
        assert_eq!((turn.done, turn.put_back), (1, 1));
        assert_eq!(shop.sales(), [2], "the neighbour of a failure is not held up");
        let state = shop.db.read(|q| {
            q.one(&STATE, vals![id(1)], |row| {
                Ok((row.int(0)?, row.moment(1)?, row.maybe_text(2)?.map(str::to_owned)))
            })
        });
        let why = "stored data cannot be read: 1 is broken".to_owned();
        assert_eq!(state.unwrap(), Some((1, shop.now().plus_micros(1_000_000), Some(why.clone()))));

        // Another process: what failed before is known to it.
        let next = Shop::beside(db, shop.stage.clone(), shop.clock.clone());
        assert_eq!(next.workers.turn().unwrap(), Default::default(), "not before its delay is over");
        next.wait(1);
        next.work();
        let [letter] = &next.dead()[..] else { panic!("{:?}", next.dead()) };
        assert_eq!((letter.sort, letter.kind.as_str(), letter.tries), (Sort::Timer, "test.clock", 2));
        assert_eq!(
            (letter.subject, letter.code.as_str(), letter.why.as_str()),
            (id(1), "store.unreadable", &*why)
        );
        assert_eq!(db.read(|q| dead_letter::count(q)).unwrap(), 1);
        let json = serde_json::to_value(letter).unwrap();
        assert_eq!(
            (json["sort"].as_str(), json["subject"].as_str()),
            (Some("timer"), Some(&*id(1).to_string()))
        );
        next.wait(9_999);
        next.work();
        assert_eq!(next.sales(), [2], "a dead letter waits for a person");

        shop.mend();
        shop.resend(letter).unwrap();
        let again = shop.resend(letter).unwrap_err();
        assert_eq!((again.kind(), again.code()), (Kind::NotFound, "store.no_dead_letter"));
        shop.work();
        assert_eq!(shop.sales(), [1, 2]);
        assert_eq!(shop.dead(), []);
        let by = db.read(|q| q.one(&RESENT_BY, vals![letter.id], |row| Ok(row.text(0)?.to_owned())));
        assert_eq!(by.unwrap().as_deref(), Some("operator"));
    });
}

#[test]
fn jobs_are_finished_with_their_effect_and_what_fails_panics_or_does_nothing_is_a_dead_letter_in_the_end() {
    on_both(|db| {
        let shop = Shop::new(db);
        for (n, body) in [(1, ""), (2, ""), (3, "panic"), (4, "idle"), (5, "")] {
            shop.enqueue(n, "test.job", body);
        }
        shop.break_on(2);
        shop.work();
        assert_eq!(shop.sales(), [1, 5]);
        for _ in 0..3 {
            shop.wait(121);
            shop.work();
        }
        let mut dead: Vec<_> = shop.dead().into_iter().map(|l| (n_of(l.item), l.code)).collect();
        dead.sort();
        let expected = [(2, "store.unreadable"), (3, "store.panicked"), (4, "store.given_up")];
        assert_eq!(dead, expected.map(|(n, code)| (n, code.to_owned())));
        assert_eq!(db.read(|q| job::due(q, "test.job", Moment::MAX, 9)).unwrap(), []);
        let page = db.read(|q| dead_letter::list(q, None, 2)).unwrap();
        let rest = db.read(|q| dead_letter::list(q, Some(page[1].id), 2)).unwrap();
        assert!(page[0].id > page[1].id && page[1].id > rest[0].id && rest.len() == 1, "newest first");
        shop.mend();
        let letter = shop.dead().into_iter().find(|letter| n_of(letter.item) == 2).unwrap();
        shop.resend(&letter).unwrap();
        shop.work();
        assert_eq!(shop.sales(), [1, 2, 5]);
    });
}

#[test]
fn what_a_worker_claimed_that_died_is_taken_over_when_its_lease_is_over() {
    on_both(|db| {
        let shop = Shop::new(db);
        shop.set(1);
        shop.enqueue(2, "test.job", "");
        let (now, until) = (shop.now(), shop.now().plus_micros(10_000_000));
        shop.write(move |tx| {
            assert_eq!(timer::claim(tx, "test.clock", now, until, 9)?.len(), 1);
            assert_eq!(job::claim(tx, "test.job", now, until, 9)?.len(), 1);
            Ok(())
        });
        shop.wait(9);
        assert_eq!(shop.workers.turn().unwrap(), Default::default());
        shop.wait(1);
        shop.work();
        assert_eq!(shop.sales(), [1, 2]);
    });
}

#[test]
fn what_is_done_every_so_often_is_done_by_one_of_all_processes() {
    on_both(|db| {
        let shop = Shop::new(db);
        let other = Shop::beside(db, shop.stage.clone(), shop.clock.clone());
        for _ in 0..2 {
            shop.workers.begin().unwrap();
            other.workers.begin().unwrap();
        }
        let rounds = || {
            shop.work();
            other.work();
            shop.stage.rounds.load(Ordering::Relaxed)
        };
        assert_eq!((rounds(), rounds()), (1, 1));
        shop.wait(60);
        assert_eq!((rounds(), rounds()), (2, 2));
    });
}

#[test]
fn a_reaction_follows_each_fact_once_and_steps_over_one_that_fails_for_good() {
    on_both(|db| {
        let shop = Shop::new(db);
        let other = Shop::beside(db, shop.stage.clone(), shop.clock.clone());
        shop.workers.begin().unwrap();
        shop.tell(1..=30);
        shop.break_on(28);
        shop.work();
        assert_eq!(shop.sales(), (1..=20).collect::<Vec<_>>(), "some together, and those in order");
        // What fails is looked for, then tried for half a day, and nothing overtakes it.
        for _ in 0..200 {
            other.work();
            shop.work();
            shop.wait(600);
        }
        assert_eq!(shop.sales(), (1..=30).filter(|n| *n != 28).collect::<Vec<_>>());
        let [letter] = &shop.dead()[..] else { panic!("{:?}", shop.dead()) };
        let found = (letter.sort, letter.kind.as_str(), letter.item, letter.body.as_str());
        assert_eq!(found, (Sort::Fact, "test.reaction", crate::record(28).id, "test.happened"));
        assert_eq!(letter.tries, Retry::CLOCK.most);
        shop.mend();
        shop.resend(letter).unwrap();
        shop.tell(31..=31);
        shop.work();
        assert_eq!(shop.sales(), (1..=31).collect::<Vec<_>>());
        assert_eq!(number(&kernel::Fact::record(&fact(3))), 3);
    });
}

#[test]
fn a_slow_provider_delays_no_clock_and_no_other_job() {
    on_both(|db| {
        let shop = Shop::new(db);
        let (told, opened) = (channel(), channel());
        let gate = Gate(Mutex::new((told.0, opened.1)));
        let clock = shop.clock.clone();
        let now = Arc::new(move || Moment::from_micros(clock.load(Ordering::Relaxed)));
        let services = Services::default().with(shop.stage.clone()).with(gate);
        let waker = Waker::default();
        let workers = Workers::new(db.db(), services, now, 7 << 40, waker.clone());
        shop.enqueue(1, "test.slow", "");
        std::thread::scope(|scope| {
            scope.spawn(|| workers.run());
            told.1.recv_timeout(Duration::from_secs(60)).unwrap();
            // The job waits for its provider; a timer that is due now fires all the same.
            shop.set(2);
            waker.wake("test.clock");
            let began = std::time::Instant::now();
            while shop.sales() != [2] {
                assert!(began.elapsed() < Duration::from_secs(60), "the timer waits for the job");
                std::thread::yield_now();
            }
            // Nor does another job of its kind wait for it.
            shop.enqueue(3, "test.slow", "quick");
            waker.wake("test.slow");
            while db.read(|q| job::due(q, "test.slow", Moment::MAX, 9)).unwrap().len() > 1 {
                assert!(began.elapsed() < Duration::from_secs(60), "the quick job waits for the slow one");
                std::thread::yield_now();
            }
            opened.0.send(()).unwrap();
            while !db.read(|q| job::due(q, "test.slow", Moment::MAX, 9)).unwrap().is_empty() {
                assert!(began.elapsed() < Duration::from_secs(60), "the job is not finished");
                std::thread::yield_now();
            }
            waker.stop();
        });
    });
}

#[test]
fn a_job_is_left_to_a_process_that_has_what_it_stands_on() {
    on_both(|db| {
        let shop = Shop::new(db);
        shop.enqueue(1, "test.slow", "");
        shop.work();
        let left = db.read(|q| job::due(q, "test.slow", Moment::MAX, 9)).unwrap();
        assert_eq!(left.iter().map(|job| job.tries).collect::<Vec<_>>(), [0]);
    });
}

#[test]
fn two_sets_of_workers_on_one_postgresql_do_each_thing_once_between_them() {
    let first = TestDb::new(Engine::Postgres);
    let second = Db::join(first.source()).unwrap();
    let one = Shop::new(&first);
    let two = Shop::beside(&second, one.stage.clone(), one.clock.clone());
    let (timers, jobs) = (400, 60);
    let now = one.now();
    one.write(move |tx| {
        for n in 1..=timers {
            timer::start(tx, &Timer { id: id(n), kind: "test.clock".into(), subject: id(n), due_at: now })?;
        }
        for n in timers + 1..=timers + jobs {
            job::enqueue(tx, id(n), "test.job", "", now)?;
        }
        Ok(())
    });
    one.workers.begin().unwrap();
    one.tell(1_001..=1_060);
    std::thread::scope(|scope| {
        for shop in [&one, &two] {
            scope.spawn(move || {
                let began = std::time::Instant::now();
                while shop.sales().len() < (timers + jobs + 60) as usize {
                    shop.workers.turn().unwrap();
                    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", shop.sales().len());
                }
            });
        }
    });
    // A sale has its number once: a second effect would have been refused by the table, and be a failure.
    assert_eq!(one.sales(), (1..=timers + jobs).chain(1_001..=1_060).collect::<Vec<_>>());
    assert_eq!(one.dead(), []);
    one.wait(99_999);
    assert_eq!(one.db.read(|q| timer::due(q, Moment::MAX, 9)).unwrap(), []);
}

#[test]
fn one_process_works_alone_on_sqlite_and_only_a_market_that_is_there_is_joined() {
    let lite = TestDb::new(Engine::Sqlite);
    let err = Db::join(lite.source()).unwrap_err();
    assert!(matches!(err, OpenError::Alone(_)), "{err}");
    assert_eq!((err.kind(), err.code()), (Kind::Invalid, "store.alone"));
    let empty = TestDb::closed(Engine::Postgres);
    assert!(matches!(Db::join(empty.source()).unwrap_err(), OpenError::NoMarket(_)));
}
