//! Questions: what may be asked, how answers come, and what a bad question is told.

use crate::told;
use kernel::ask::{Batch, Cell, Col, Given, Param, Query, Table};
use kernel::{Ask, AskError};
use lake::{Bulk, Snapshot};

fn snapshot(relations: &[(&str, &str)]) -> (tempfile::TempDir, Snapshot) {
    let dir = tempfile::tempdir().unwrap();
    let mut bulk = Bulk::new(dir.path()).unwrap();
    for record in told::facts(0, 500) {
        bulk.push(&record).unwrap();
    }
    let snapshot = bulk.finish(relations).unwrap();
    (dir, snapshot)
}

fn refusal(ask: &Snapshot, sql: &str, params: &[Param]) -> String {
    ask.rows(sql, params).unwrap_err().0
}

#[test]
fn a_bad_question_is_answered_with_what_is_wrong_with_it() {
    let (_dir, ask) = snapshot(&[]);
    for (sql, params, why) in [
        ("select 1 from order_plaecd", &[][..], "order_plaecd"),
        ("select shpo from order_placed", &[], "shpo"),
        ("selec 1", &[], "selec"),
        ("", &[], ""),
        ("select at from order_placed where at <= $1", &[Param::Text("x".into())], "$1 must be Int64"),
        (
            "select at from order_placed where subject = $1",
            &[Param::Int(1)],
            "$1 must be FixedSizeBinary(16)",
        ),
        ("select at from order_placed where external_id = $1", &[Param::Float(1.0)], "$1 must be Utf8"),
        ("select at from order_placed where at <= $2", &[Param::Int(1)], "wants $2"),
        ("select 1 / (lines - lines) from order_placed", &[], "ivide by zero"),
        ("create table t (a bigint)", &[], "DDL"),
        ("insert into order_placed select * from order_placed", &[], "DML"),
        ("set datafusion.execution.batch_size = 1", &[], "tatement"),
        ("select interval '1 month'", &[], "an answer cannot carry"),
    ] {
        let found = refusal(&ask, sql, params);
        assert!(found.contains(why) && !found.is_empty(), "{sql}: {found}");
    }
    // It goes on answering.
    assert_eq!(ask.rows("select 1", &[]).unwrap()[0].0, [Cell::Int(1)]);
}

#[test]
fn a_kind_nobody_has_told_of_is_an_empty_table() {
    let dir = tempfile::tempdir().unwrap();
    let ask = Bulk::new(dir.path()).unwrap().finish(&[]).unwrap();
    for spec in kernel::fact::all() {
        let rows = ask.rows(&format!("select count(*), max(at) from {}", spec.table()), &[]).unwrap();
        assert_eq!(rows[0].0, [Cell::Int(0), Cell::Null], "{}", spec.kind);
    }
}

#[test]
fn relations_are_views_in_any_order_and_a_wrong_one_is_named() {
    let (dir, ask) = snapshot(&[
        ("second", "select lines + 1 as more from first"),
        ("first", "select lines from order_placed"),
    ]);
    let sums = "select sum(more) - sum(lines) - count(*) from (select sum(more) as more from second), (select lines from order_placed) group by more";
    assert!(ask.rows(sums, &[]).is_ok());
    let rows = ask.rows("select count(*) from second", &[]).unwrap();
    assert_eq!(rows, ask.rows("select count(*) from order_placed", &[]).unwrap());
    let err =
        Bulk::open(dir.path(), &[("wrong", "select colour from order_placed")]).unwrap_err().to_string();
    assert!(err.contains("relation wrong") && err.contains("colour"), "{err}");
    let err = Bulk::open(dir.path(), &[("ring", "select * from ring")]).unwrap_err().to_string();
    assert!(err.contains("relation ring"), "{err}");
}

#[test]
fn parameters_of_every_type_are_bound() {
    let (_dir, ask) = snapshot(&[]);
    let row = |sql: &str, params: &[Param]| ask.rows(sql, params).unwrap().remove(0).0;
    let all = row("select count(*) from order_placed", &[]);
    assert_eq!(row("select count(*) from order_placed where at >= $1", &[Param::Int(0)]), all);
    assert_eq!(
        row("select count(*) from order_placed where at + $1 * 2 >= $2 - 5", &[Param::Int(3), Param::Int(5)]),
        all
    );
    assert_eq!(
        row("select count(*) from order_placed where $1 < at and shop = $2", &[Param::Int(-1), Param::Null]),
        [Cell::Int(0)]
    );
    assert_eq!(
        row("select $1, $2, $3", &[Param::Int(7), Param::Float(0.5), Param::Text("词".into())]),
        [Cell::Int(7), Cell::Float(0.5), Cell::Text("词".into())]
    );
    let id = ask.rows("select subject from order_placed limit 1", &[]).unwrap()[0].id(0).unwrap();
    assert_eq!(row("select count(*) from order_placed where subject = $1", &[Param::Id(id)]), [Cell::Int(1)]);
    assert_eq!(row("select $1 as i", &[Param::Id(id)]), [Cell::Id(id)]);
}

#[test]
fn every_type_of_the_engine_is_widened_and_nulls_stay_nulls() {
    let (_dir, ask) = snapshot(&[]);
    let row = |sql: &str| ask.rows(sql, &[]).unwrap().remove(0).0;
    assert_eq!(
        row("select true, false, cast(null as boolean), 1 = 2"),
        [Cell::Int(1), Cell::Int(0), Cell::Null, Cell::Int(0)]
    );
    assert_eq!(
        row("select cast(3 as int), cast(4 as smallint), cast(5 as bigint unsigned)"),
        [Cell::Int(3), Cell::Int(4), Cell::Int(5)]
    );
    assert_eq!(
        row("select cast(0.25 as float), cast(1.5 as decimal(10, 2)), null"),
        [Cell::Float(0.25), Cell::Float(1.5), Cell::Null]
    );
    assert_eq!(
        row("select 'a', cast('b' as varchar), arrow_cast('c', 'Utf8View'), arrow_cast('d', 'LargeUtf8')"),
        ["a", "b", "c", "d"].map(|t| Cell::Text(t.into()))
    );
    assert_eq!(
        row("select arrow_cast(12, 'Timestamp(Microsecond, None)'), cast('1970-01-02' as date)"),
        [Cell::Int(12), Cell::Int(86_400_000_000)]
    );
    let err = refusal(&ask, "select 18446744073709551615", &[]);
    assert!(err.contains("18446744073709551615"), "{err}");
}

#[test]
fn whole_numbers_without_nulls_are_not_copied() {
    let (_dir, ask) = snapshot(&[]);
    let mut rows = 0;
    let query = Query { sql: "select at, picked_up_at from order_cancelled", params: &[], given: &[] };
    ask.ask(&query, &mut |batch: &Batch<'_>| {
        assert!(matches!(&batch.cols[0], Col::Int(std::borrow::Cow::Borrowed(_), None)));
        assert!(matches!(&batch.cols[1], Col::Int(std::borrow::Cow::Borrowed(_), Some(_))));
        assert_eq!(batch.names, ["at", "picked_up_at"]);
        assert!(batch.ints(0).is_ok());
        assert!(batch.ints(1).unwrap_err().0.contains("picked_up_at"));
        rows += batch.rows;
        Ok(())
    })
    .unwrap();
    assert!(rows > 1, "{rows}");
}

#[test]
fn a_table_that_the_asker_brings_is_there_for_that_question_only() {
    let (_dir, ask) = snapshot(&[]);
    let given = [Table {
        name: "wanted".into(),
        columns: vec![
            ("no".into(), Given::Int(vec![Some(1), None, Some(3)])),
            ("word".into(), Given::Text(vec![Some("a".into()), Some("b".into()), None])),
            ("yes".into(), Given::Bool(vec![Some(true), None, Some(false)])),
            ("part".into(), Given::Float(vec![Some(0.5), None, None])),
        ],
    }];
    let mut rows = Vec::new();
    let sql = "select no, word, yes, part from wanted order by no nulls last";
    ask.ask(&Query { sql, params: &[], given: &given }, &mut |batch| {
        rows.extend((0..batch.rows).map(|r| [0, 1, 2, 3].map(|c| batch.cell(r, c))));
        Ok(())
    })
    .unwrap();
    let text = |t: &str| Cell::Text(t.into());
    assert_eq!(
        rows,
        [
            [Cell::Int(1), text("a"), Cell::Int(1), Cell::Float(0.5)],
            [Cell::Int(3), Cell::Null, Cell::Int(0), Cell::Null],
            [Cell::Null, text("b"), Cell::Null, Cell::Null],
        ]
    );
    assert!(refusal(&ask, "select no from wanted", &[]).contains("wanted"));
    let uneven = [Table {
        name: "uneven".into(),
        columns: vec![("a".into(), Given::Int(vec![None])), ("b".into(), Given::Int(vec![]))],
    }];
    let err = ask.ask(&Query { sql: "select 1 from uneven", params: &[], given: &uneven }, &mut |_| Ok(()));
    assert!(err.unwrap_err().0.contains("table uneven"));
}

#[test]
fn an_asker_who_has_had_enough_ends_the_question() {
    let (_dir, ask) = snapshot(&[]);
    let sql = "select a.at from order_placed a cross join order_placed b cross join order_placed c";
    let mut batches = 0;
    let err = ask
        .ask(&Query { sql, params: &[], given: &[] }, &mut |_| {
            batches += 1;
            Err(AskError("enough".into()))
        })
        .unwrap_err();
    assert_eq!((err.0.as_str(), batches), ("enough", 1));
}

#[test]
fn questions_may_be_asked_from_many_threads_at_once() {
    let (_dir, ask) = snapshot(&[]);
    std::thread::scope(|scope| {
        for n in 0..8 {
            let ask = &ask;
            scope.spawn(move || {
                for _ in 0..20 {
                    let rows =
                        ask.rows("select count(*) + $1 - count(*) from order_placed", &[Param::Int(n)]);
                    assert_eq!(rows.unwrap()[0].0, [Cell::Int(n)]);
                }
            });
        }
    });
}
