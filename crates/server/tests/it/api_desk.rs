//! The desk of drafts and rehearsals in the store, on SQLite and on PostgreSQL from one body.

use govern::draft::{self, Begin, Draft, End, Error, State};
use kernel::{Actor, Ctx, Id, Moment, id::Rehearsal};
use store::{Db, Keys, WriteError};
use testkit::db::on_both;

fn ctx(n: i64) -> Ctx {
    Ctx::new(Moment::from_micros(1_750_000_000_000_000 + n * 1_000), Actor::Operator, n.unsigned_abs())
}

fn write<T: Send + 'static>(
    db: &Db,
    f: impl Fn(&mut store::Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, WriteError<Error>> {
    db.write_blocking("test", Keys::none(), f)
}

fn create(db: &Db, n: i64, text: &'static str) -> Draft {
    write(db, move |tx| draft::create(tx, &ctx(n), text, Some(("late-ship-cap", 1)))).unwrap()
}

fn begin(db: &Db, n: i64) -> Id<Rehearsal> {
    let plan = Begin {
        policy: "late-ship-cap".into(),
        version: 3,
        text: "条文 \"x\"\n".into(),
        draft: Some((Id::from_raw(kernel::RawId([7; 16])), 2)),
        against: Some(String::new()),
        from: "2017-01-01".parse().unwrap(),
        to: "2018-04-30".parse().unwrap(),
    };
    write(db, move |tx| draft::begin(tx, &ctx(n), &plan)).unwrap()
}

#[test]
fn a_draft_reads_back_as_it_was_saved() {
    on_both(|db| {
        let made = create(db, 1, "标题 = \"x\"\r\n");
        assert_eq!(
            (made.version, made.base.as_deref(), made.base_version),
            (1, Some("late-ship-cap"), Some(1))
        );
        assert_eq!(db.read(|q| draft::load(q, made.id)).unwrap(), made);
        let id = made.id;
        let saved = write(db, move |tx| draft::save(tx, &ctx(2), id, 1, "")).unwrap();
        assert_eq!((saved.version, saved.text.as_str()), (2, ""));
        assert!(saved.updated_at > saved.created_at);
        assert_eq!(saved.created_at, made.created_at);
    });
}

#[test]
fn a_stale_save_and_a_stale_delete_change_nothing() {
    on_both(|db| {
        let id = create(db, 1, "a").id;
        write(db, move |tx| draft::save(tx, &ctx(2), id, 1, "b")).unwrap();
        let stale = write(db, move |tx| draft::save(tx, &ctx(3), id, 1, "c")).unwrap_err();
        assert!(matches!(stale, WriteError::Refused(Error::Stale { seen: 1, now: 2 })), "{stale:?}");
        let stale = write(db, move |tx| draft::remove(tx, id, 1)).unwrap_err();
        assert!(matches!(stale, WriteError::Refused(Error::Stale { seen: 1, now: 2 })), "{stale:?}");
        assert_eq!(db.read(|q| draft::load(q, id)).unwrap().text, "b");
        write(db, move |tx| draft::remove(tx, id, 2)).unwrap();
        let gone = db.read(|q| draft::load(q, id)).unwrap_err();
        assert!(matches!(gone, Error::NoDraft(_)), "{gone:?}");
        let gone = write(db, move |tx| draft::save(tx, &ctx(4), id, 2, "d")).unwrap_err();
        assert!(matches!(gone, WriteError::Refused(Error::NoDraft(_))), "{gone:?}");
        let long = "x".repeat(65_537);
        let long = write(db, move |tx| draft::create(tx, &ctx(5), &long, None)).unwrap_err();
        assert!(matches!(long, WriteError::Refused(Error::TooLong(65_537))), "{long:?}");
    });
}

#[test]
fn lists_come_newest_first_and_page_by_page() {
    on_both(|db| {
        let made: Vec<_> = (1..=5).map(|n| create(db, n, "x").id).collect();
        let first = db.read(|q| draft::list(q, None, 3)).unwrap();
        let second = db.read(|q| draft::list(q, Some(first[2].id), 3)).unwrap();
        let listed: Vec<_> = first.iter().chain(&second).map(|d| d.id).collect();
        assert_eq!(listed, made.into_iter().rev().collect::<Vec<_>>());

        let runs: Vec<_> = (1..=3).map(|n| begin(db, n)).collect();
        let first = db.read(|q| draft::runs(q, None, 2)).unwrap();
        let second = db.read(|q| draft::runs(q, Some(first[1].id), 2)).unwrap();
        let listed: Vec<_> = first.iter().chain(&second).map(|r| r.id).collect();
        assert_eq!(listed, runs.into_iter().rev().collect::<Vec<_>>());
    });
}

#[test]
fn a_rehearsal_goes_from_queued_to_running_to_one_end_and_stays_there() {
    on_both(|db| {
        let id = begin(db, 1);
        let run = db.read(|q| draft::run(q, id)).unwrap();
        assert_eq!(
            (run.head.state, run.text.as_str(), run.against.as_deref()),
            (State::Queued, "条文 \"x\"\n", Some(""))
        );
        assert_eq!(run.head.draft.map(|d| d.1), Some(2));
        assert_eq!(run.head.far.map(|far| (far.done, far.total, far.since)), Some((0, 2_000, None)));
        let at = Moment::from_micros(9);
        assert!(!write(db, move |tx| draft::progress(tx, id, 1, "days")).unwrap(), "it waits");
        assert!(write(db, move |tx| draft::start(tx, id, Moment::from_micros(7))).unwrap());
        assert!(write(db, move |tx| draft::progress(tx, id, 600, "days")).unwrap());
        let far = db.read(|q| draft::run(q, id)).unwrap().head.far.unwrap();
        assert_eq!((far.done, &*far.step, far.since), (600, "days", Some(Moment::from_micros(7))));
        assert!(write(db, move |tx| draft::start(tx, id, at)).unwrap(), "who ran it is gone: it begins anew");
        assert_eq!(db.read(|q| draft::run(q, id)).unwrap().head.far.map(|far| far.done), Some(0));
        assert_eq!(db.read(|q| draft::under_way(q)).unwrap(), 1);
        let done = End::Done { result: "{}".into(), against: None, shops_hit: 4, took: 17 };
        write(db, move |tx| draft::end(tx, id, at, &done)).unwrap();
        let run = db.read(|q| draft::run(q, id)).unwrap();
        assert_eq!(
            (run.head.state, run.result.as_deref(), run.head.shops_hit, run.head.took, run.head.ended_at),
            (State::Done, Some("{}"), Some(4), Some(17), Some(at))
        );
        for end in [End::Cancelled, End::Failed("no".into())] {
            let late = write(db, move |tx| draft::end(tx, id, at, &end)).unwrap_err();
            assert!(matches!(late, WriteError::Refused(Error::Ended("done"))), "{late:?}");
        }
        assert_eq!(db.read(|q| draft::run(q, id)).unwrap(), run);
        assert!(!write(db, move |tx| draft::start(tx, id, at)).unwrap(), "what has ended does not begin");
        assert_eq!((run.head.far, db.read(|q| draft::under_way(q)).unwrap()), (None, 0));
        let nobody = db.read(|q| draft::run(q, Id::from_raw(kernel::RawId([1; 16])))).unwrap_err();
        assert!(matches!(nobody, Error::NoRun(_)), "{nobody:?}");
    });
}
