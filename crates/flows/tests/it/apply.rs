//! Writing what was checked: once, again, further, after a change, after a stop; on both engines.

use crate::folder::{Folder, ITEMS, ORDERS};
use crate::mapping::facts_of;
use crate::refuse::DAMAGES;
use flows::import::{Report, olist};
use flows::tell::{TellError, Told};
use kernel::{Currency, Market, Progress, Quiet, Record};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Db, Keys, StoreError, log, market};
use testkit::db;

fn import(db: &Db, dir: &Path) -> Result<Report, String> {
    let checked = olist::check(dir, &Quiet).map_err(|err| err.to_string())?;
    olist::apply(db, &checked, &Quiet).map_err(|err| err.to_string())
}

/// All facts of the log, in its order. On PostgreSQL readers wait for older transactions of the whole cluster, those of
/// other tests as well.
pub fn told(db: &Db) -> Vec<Record> {
    let all = count(db);
    let (mut facts, mut from) = (Vec::new(), log::Position::default());
    while (facts.len() as u64) < all {
        let entries = db.read(|q| log::after(q, from, 10_000)).unwrap();
        from = entries.last().map_or(from, |entry| entry.position);
        facts.extend(entries.into_iter().map(|entry| entry.record));
    }
    facts
}

fn count(db: &Db) -> u64 {
    db.read(|q| log::count(q)).unwrap()
}

fn market_of(db: &Db) -> Option<Market> {
    db.read(|q| market::get(q)).unwrap()
}

fn folder(folder: &Folder) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    folder.write(dir.path());
    dir
}

fn generated(seed: u64, orders: u64) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    testkit::olist::write(dir.path(), &testkit::olist::Plan { seed, orders, sellers: 40, packed: false })
        .unwrap();
    dir
}

#[test]
fn an_empty_folder_of_data_becomes_the_market_of_the_import() {
    db::on_both(|db| {
        let small = Folder::small();
        let report = import(db, folder(&small).path()).unwrap();
        assert_eq!(market_of(db), Some(olist::market()));
        assert_eq!(
            (olist::market().zone.name(), olist::market().currency),
            ("America/Sao_Paulo", Currency::BRL)
        );
        assert_eq!(told(db), facts_of(&small));
        let new = |new| Told { new, ..Told::default() };
        let expected: BTreeMap<_, _> = [
            ("order.paid", new(3)),
            ("order.placed", new(3)),
            ("parcel.delivered", new(3)),
            ("parcel.picked_up", new(3)),
            ("payment.recorded", new(2)),
            ("review.created", new(2)),
            ("shop.opened", new(2)),
        ]
        .into();
        assert_eq!(report.facts, expected);
        assert_eq!(report.rows[ORDERS], 2);
        let text = report.to_string();
        assert!(text.contains("order.placed"), "{text}");
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["facts"]["order.placed"]["new"], 3);
    });
}

#[test]
fn importing_twice_adds_nothing() {
    db::on_both(|db| {
        let dir = generated(1, 900);
        let first = import(db, dir.path()).unwrap();
        let facts = told(db);
        assert_eq!(first.total().new, facts.len() as u64);
        assert!(!first.skipped.is_empty());
        let row = &first.skipped[0];
        let line = format!("skipped {}, line {}: {}\n", row.file, row.line, row.reason);
        assert!(first.to_string().starts_with(&line), "{first}");
        assert_eq!(first.to_string().matches("skipped olist_").count(), first.skipped.len());
        let second = import(db, dir.path()).unwrap();
        assert_eq!(second.total(), Told { known: first.total().new, ..Told::default() });
        assert_eq!(second.skipped, first.skipped);
        assert_eq!(told(db), facts);
    });
}

#[test]
fn a_folder_with_further_orders_adds_just_those() {
    db::on_both(|db| {
        let (small, large) = (generated(1, 500), generated(1, 800));
        let first = import(db, small.path()).unwrap().total();
        let before = told(db);
        let second = import(db, large.path()).unwrap();
        let after = told(db);
        assert_eq!(after[..before.len()], before[..]);
        assert_eq!(second.total().new, (after.len() - before.len()) as u64);
        // Shops that opened with an order that is earlier than those known keep their first opening.
        assert_eq!(second.total().known + second.total().kept, first.new);
        assert_eq!(second.total().kept, second.facts["shop.opened"].kept);
        // What is there is what the larger folder says, but for those openings.
        let mut ids: Vec<_> = after.iter().map(|f| f.id).collect();
        let mut wanted: Vec<_> = olist::check(large.path(), &Quiet).unwrap().facts().map(|f| f.id).collect();
        ids.sort();
        wanted.sort();
        assert_eq!(ids, wanted);
    });
}

#[test]
fn a_damaged_folder_writes_nothing() {
    db::on_both(|db| {
        for damage in DAMAGES {
            let dir = folder(&Folder::small());
            (damage.harm)(dir.path());
            import(db, dir.path()).expect_err(damage.name);
            assert_eq!((count(db), market_of(db)), (0, None), "{}", damage.name);
        }
        import(db, folder(&Folder::small()).path()).unwrap();
        let before = told(db);
        let mut further = Folder::small();
        further
            .order("o3", "shipped", ["2017-03-02 09:00:00", "", "", ""], "2017-03-21")
            .item("o3", 1, "s1", "never", "1", "1");
        let err = import(db, folder(&further).path()).unwrap_err();
        assert!(err.starts_with(&format!("{ITEMS}, line 5, column shipping_limit_date: ")), "{err}");
        assert_eq!(told(db), before);
    });
}

#[test]
fn a_market_that_measures_in_something_else_refuses_the_import() {
    db::on_both(|db| {
        let has = Market { zone: "Asia/Shanghai".parse().unwrap(), currency: Currency::BRL };
        let set = has.clone();
        db.write_blocking("test.market", Keys::none(), move |tx| -> Result<(), StoreError> {
            market::set(tx, &set)
        })
        .unwrap();
        let err = import(db, folder(&Folder::small()).path()).unwrap_err();
        assert!(err.contains("Asia/Shanghai") && err.contains("America/Sao_Paulo"), "{err}");
        assert_eq!((count(db), market_of(db)), (0, Some(has)));
    });
}

#[test]
fn what_happened_since_is_added_and_what_was_told_otherwise_stays_as_first_told() {
    db::on_both(|db| {
        let mut first = Folder::empty();
        first.seller("s1").order(
            "o1",
            "shipped",
            ["2017-03-01 10:00:00", "2017-03-01 10:30:00", "", ""],
            "2017-03-20",
        );
        first.item("o1", 1, "s1", "2017-03-05 10:30:00", "10", "1").payment("o1", 1, "11");
        import(db, folder(&first).path()).unwrap();
        let before = told(db);

        let mut second = Folder::empty();
        second.seller("s1").order(
            "o1",
            "delivered",
            ["2017-03-01 10:00:00", "2017-03-01 10:30:00", "2017-03-02 12:00:00", "2017-03-09 12:00:00"],
            "2017-03-25",
        );
        second.item("o1", 1, "s1", "2017-03-05 10:30:00", "10", "1").payment("o1", 1, "12");
        let report = import(db, folder(&second).path()).unwrap();
        assert_eq!(report.total(), Told { new: 2, known: 2, kept: 2 });
        assert_eq!((report.facts["order.placed"].kept, report.facts["payment.recorded"].kept), (1, 1));
        let after = told(db);
        assert_eq!(after[..before.len()], before[..]);
        let kinds: Vec<_> = after[before.len()..].iter().map(|f| f.spec.kind).collect();
        assert_eq!(kinds, ["parcel.picked_up", "parcel.delivered"]);
    });
}

/// Loses interest once some facts are in.
struct Impatient(AtomicU64, u64);

impl Progress for Impatient {
    fn at(&self, _what: &'static str, done: u64, _total: u64) {
        self.0.store(done, Ordering::Relaxed);
    }
    fn cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= self.1
    }
}

#[test]
fn an_import_that_was_stopped_is_completed_by_the_next_run() {
    db::on_both(|db| {
        let dir = generated(2, 4_000);
        let checked = olist::check(dir.path(), &Quiet).unwrap();
        let err = olist::apply(db, &checked, &Impatient(AtomicU64::new(0), 8_000)).unwrap_err();
        let there = count(db);
        assert!(matches!(err, TellError::Stopped { told } if told == there), "{err}");
        assert!(0 < there && there < checked.len());
        let report = olist::apply(db, &checked, &Quiet).unwrap();
        assert_eq!(report.total(), Told { new: checked.len() - there, known: there, kept: 0 });
        assert_eq!(told(db), checked.facts().collect::<Vec<_>>());
    });
}

#[test]
fn reading_that_was_stopped_has_written_nothing() {
    let dir = generated(2, 200);
    let err = olist::check(dir.path(), &Impatient(AtomicU64::new(0), 0)).unwrap_err();
    assert!(err.to_string().contains("nothing has been written"), "{err}");
}
