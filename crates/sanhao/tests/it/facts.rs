//! Every kind of fact of the program, read back typed.

use kernel::fact::{Declared, Type, Value};
use kernel::{Moment, RawId, Record};

/// A value of a type, another one for each `n`.
fn value(ty: Type, n: usize) -> Value {
    match ty {
        Type::Int | Type::Minor | Type::Time => Value::Int(n as i64 * 1_000_003 - 7),
        Type::Flag => Value::Int(n as i64 % 2),
        Type::Text => Value::Text(format!("word {n} \"引号\"").into()),
        Type::Id => Value::Id(RawId::new(Moment::from_micros(n as i64), n as u128)),
    }
}

#[test]
fn every_fact_of_the_program_reads_back_typed_as_it_was_told() {
    let mut kinds = 0;
    for declared in kernel::inventory::iter::<Declared> {
        let spec = declared.spec;
        // All there, and all that may be absent absent.
        for absent in [false, true] {
            let values =
                spec.columns.iter().enumerate().map(|(n, column)| {
                    if absent && column.optional { Value::Null } else { value(column.ty, n) }
                });
            let subject = RawId::new(Moment::from_micros(5_000_000), 1);
            let record = Record {
                spec,
                id: kernel::fact::id_of(spec, subject),
                at: Moment::from_micros(9),
                shop: (!absent).then(|| RawId::new(Moment::from_micros(6), 2)),
                subject,
                values: values.collect(),
            };
            // Through the log's bytes, as a reaction is given it.
            let read = Record { values: Record::values_of(spec, &record.body()).unwrap(), ..record.clone() };
            assert_eq!((declared.again)(&read).unwrap(), record, "{}", spec.kind);
        }
        kinds += 1;
    }
    assert!(kinds > 20, "only {kinds} kinds are known: is a crate not linked?");
}

#[test]
fn every_timer_job_and_reaction_has_a_name_of_its_own() {
    let names = store::worker::declared();
    let mut once = names.clone();
    once.dedup();
    assert_eq!(names, once);
    for kind in ["order.unpaid", "order.receipt", "warehouse.expiry"] {
        assert!(names.contains(&kind), "{kind} is set by the program, and nobody works on it");
    }
    for kind in [trade::payment::REFUND, trade::payment::FETCH_STATUS, trade::payment::SANDBOX_WEBHOOK] {
        assert!(names.contains(&kind), "{kind} is enqueued by the program, and nobody works on it");
    }
}
