//! Facts of every kind, made from a number.

use kernel::ask::{Cell, Param};
use kernel::fact::{Type, Value, id_of};
use kernel::{Ask, Moment, RawId, Record, Spec};
use std::collections::BTreeMap;

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

pub(crate) fn id(n: u64) -> RawId {
    RawId::new(Moment::from_micros(1_500_000_000_000_000 + (n % (1 << 40)) as i64), u128::from(mix(n)))
}

/// A fact of a kind. `n` decides everything; every third optional value is missing, every seventh shop too.
pub(crate) fn fact(spec: &'static Spec, n: u64) -> Record {
    let subject = id(n);
    let value = |(i, column): (usize, &kernel::fact::Column)| {
        let bits = mix(n ^ ((i as u64 + 1) << 48));
        if column.optional && bits.is_multiple_of(3) {
            return Value::Null;
        }
        match column.ty {
            Type::Flag => Value::Int((bits & 1) as i64),
            Type::Int | Type::Minor | Type::Time => Value::Int(bits as i64),
            Type::Text => Value::Text(format!("字\"{}\u{0}", bits % 1000).into()),
            Type::Id => Value::Id(id(bits)),
        }
    };
    Record {
        spec,
        id: id_of(spec, subject),
        at: Moment::from_micros((mix(n) % 1_600_000_000_000_000) as i64),
        shop: (!n.is_multiple_of(7)).then(|| id(n % 5)),
        subject,
        values: spec.columns.iter().enumerate().map(value).collect(),
    }
}

/// Facts of all kinds in turn, numbered from `from`.
pub(crate) fn facts(from: u64, count: u64) -> Vec<Record> {
    let kinds = kernel::fact::all();
    (from..from + count).map(|n| fact(kinds[n as usize % kinds.len()], n)).collect()
}

/// How often each fact is there, over all kinds.
pub(crate) fn ids(ask: &dyn Ask) -> BTreeMap<RawId, usize> {
    let mut found = BTreeMap::new();
    for spec in kernel::fact::all() {
        for row in ask.rows(&format!("select id from {}", spec.table()), &[]).unwrap() {
            *found.entry(row.id(0).unwrap()).or_default() += 1;
        }
    }
    found
}

/// Every fact of `told` is there once, and no other.
pub(crate) fn each_once(ask: &dyn Ask, told: &[Record]) {
    let wanted: BTreeMap<RawId, usize> = told.iter().map(|record| (record.id, 1)).collect();
    assert!(ids(ask) == wanted, "facts are missing, doubled or foreign");
}

/// The numbers of shops by their ids.
pub(crate) fn shop_numbers(ask: &dyn Ask, told: &[Record]) -> BTreeMap<RawId, i64> {
    let mut numbers = BTreeMap::new();
    for record in told {
        let sql = format!("select shop from {} where id = $1", record.spec.table());
        let cell = ask.rows(&sql, &[Param::Id(record.id)]).unwrap()[0].0[0].clone();
        match (record.shop, cell) {
            (None, Cell::Null) => {}
            (Some(shop), Cell::Int(no)) => assert_eq!(*numbers.entry(shop).or_insert(no), no),
            other => panic!("{other:?}"),
        }
    }
    numbers
}
