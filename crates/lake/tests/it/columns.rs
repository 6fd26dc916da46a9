//! What is told comes back as it was told.

use crate::told;
use kernel::ask::{Cell, Param};
use kernel::fact::Value;
use kernel::{Ask, Record};
use proptest::prelude::*;

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Int(n) => Cell::Int(*n),
        Value::Text(text) => Cell::Text(text.to_string()),
        Value::Id(id) => Cell::Id(*id),
    }
}

/// A fact as the lake should have it, the shop aside.
fn wanted(record: &Record) -> Vec<Cell> {
    let common = [Cell::Id(record.id), Cell::Int(record.at.micros()), Cell::Id(record.subject)];
    common.into_iter().chain(record.values.iter().map(cell)).collect()
}

fn found(ask: &dyn Ask, record: &Record) -> Vec<Vec<Cell>> {
    let columns: String = record.spec.columns.iter().map(|c| format!(", \"{}\"", c.name)).collect();
    let sql = format!("select id, at, subject{columns} from {} where id = $1", record.spec.table());
    ask.rows(&sql, &[Param::Id(record.id)]).unwrap().into_iter().map(|row| row.0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn every_column_of_every_kind_comes_back_nulls_included(seed in 0u64..1 << 40, count in 1u64..40) {
        let dir = tempfile::tempdir().unwrap();
        let told = told::facts(seed, count);
        let mut bulk = lake::Bulk::new(dir.path()).unwrap();
        for record in &told {
            bulk.push(record).unwrap();
        }
        let snapshot = bulk.finish(&[]).unwrap();
        prop_assert_eq!(snapshot.facts(), count);
        for record in &told {
            prop_assert_eq!(found(&snapshot, record), vec![wanted(record)]);
        }
        let numbers = told::shop_numbers(&snapshot, &told);
        let mut dense: Vec<i64> = numbers.into_values().collect();
        dense.sort_unstable();
        prop_assert_eq!(&dense, &(0..dense.len() as i64).collect::<Vec<_>>());
    }
}

#[test]
fn from_the_log_and_from_files_a_fact_is_the_same() {
    testkit::db::on_both(|db| {
        let lake = lake::Lake::open(db.db(), &db.folder().join("lake"), &[]).unwrap();
        let told = told::facts(1, 60);
        crate::log::tell(db, told.clone());
        let before = lake.snapshot().unwrap();
        let numbers = told::shop_numbers(&*before, &told);
        lake.catch_up(&kernel::Quiet).unwrap();
        let after = lake.snapshot().unwrap();
        assert_eq!((before.files(), before.facts()), (0, 60));
        assert_eq!((after.files() > 0, after.facts()), (true, 60));
        assert_eq!(before.version(), after.version());
        for record in &told {
            assert_eq!(found(&*before, record), vec![wanted(record)]);
            assert_eq!(found(&*after, record), vec![wanted(record)]);
        }
        assert_eq!(told::shop_numbers(&*after, &told), numbers);
    });
}

#[test]
fn a_fact_that_does_not_fit_its_kind_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut bulk = lake::Bulk::new(dir.path()).unwrap();
    let mut record = told::facts(1, 1).remove(0);
    record.values.pop();
    let err = bulk.push(&record).unwrap_err().to_string();
    assert!(err.contains(record.spec.kind) && err.contains("values for"), "{err}");
    let spec = kernel::fact::all().into_iter().find(|s| s.kind == "order.placed").unwrap();
    let mut record = told::fact(spec, 3);
    record.values[0] = Value::Null;
    let err = bulk.push(&record).unwrap_err().to_string();
    assert!(err.contains("`purchase` holds Null"), "{err}");
}
