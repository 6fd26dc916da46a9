//! The public sample of Olist's real history, where `SANHAO_REALDATA` names a folder that holds it (in `olist/`, or
//! itself). The figures were counted by an independent program. Without the folder there is nothing to claim.

use crate::reference::{naive, plain};
use flows::import::olist;
use kernel::Quiet;
use kernel::fact::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn folder() -> Option<PathBuf> {
    let given = PathBuf::from(std::env::var_os("SANHAO_REALDATA")?);
    let inside = given.join("olist");
    Some(if inside.is_dir() { inside } else { given })
}

#[test]
fn the_real_folder_gives_the_known_totals() {
    let Some(dir) = folder() else { return };
    let checked = olist::check(&dir, &Quiet).unwrap();
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut gmv, mut ship_by, mut late) = (0, 0i128, 0);
    for fact in checked.facts() {
        *kinds.entry(fact.spec.kind).or_default() += 1;
        let int = |name: &str| match fact.get(name) {
            Some(Value::Int(n)) => *n,
            other => panic!("{name}: {other:?}"),
        };
        match fact.spec.kind {
            "order.placed" => (gmv, ship_by) = (gmv + int("gmv"), ship_by + i128::from(int("ship_by"))),
            "parcel.picked_up" => late += u64::from(fact.at.micros() > int("ship_by")),
            _ => {}
        }
    }
    let known = [
        ("order.cancelled", 82),
        ("order.paid", 23_211),
        ("order.placed", 23_216),
        ("parcel.delivered", 22_809),
        ("parcel.picked_up", 23_005),
        ("payment.recorded", 15_722),
        ("review.created", 3_007),
        ("shop.opened", 1_747),
    ];
    assert_eq!(kinds, known.into());
    assert_eq!(checked.len(), 112_799);
    assert_eq!((gmv, ship_by, late), (368_621_238, 35_003_180_067_163_000_000, 2_165));
    assert_eq!(checked.sellers_without_orders(), 1_348);
    let mut skipped: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for row in checked.skipped() {
        *skipped.entry((&row.file, &row.reason)).or_default() += 1;
    }
    let skipped: Vec<_> = skipped.into_iter().collect();
    assert_eq!(
        skipped,
        [
            (("olist_order_payments_dataset.csv.zst", "its order has no items"), 72),
            (("olist_order_reviews_dataset.csv.zst", "its order has no items"), 19),
            (("olist_order_reviews_dataset.csv.zst", "its order is not there"), 27),
            (("olist_orders_dataset.csv.zst", "the order has no items"), 168),
        ]
    );
    let odd: Vec<_> = checked.odd().iter().map(|(what, n)| (*what, *n)).collect();
    assert_eq!(odd, [("delivered before picked up", 8), ("picked up before paid", 110)]);
}

#[test]
fn the_real_folder_agrees_with_the_naive_reference() {
    let Some(dir) = folder() else { return };
    let facts: Vec<_> = olist::check(&dir, &Quiet).unwrap().facts().collect();
    assert!(plain(&facts) == naive(&dir), "the two mappings differ");
}
