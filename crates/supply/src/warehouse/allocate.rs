//! Where a demand is taken from: summed first, then met whole or not at all. No clock, no database.

use super::error::Lack;
use super::model::{Line, Part, StockKey, StockLocation};
use kernel::Id;
use kernel::id::{Sku, Warehouse};
use std::collections::{BTreeMap, BTreeSet};

/// A place that a demand may be taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Source {
    pub place: StockLocation,
    /// The warehouse's turn in the shop's own order.
    pub turn: i64,
    /// What can be sold there of what lies there.
    pub left: i64,
    /// What can be sold there beyond that.
    pub beyond: i64,
}

/// Units that are wanted under one key, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Need {
    pub units: i64,
    pub asked: BTreeSet<Id<Sku>>,
}

/// What is wanted, by what it is counted by.
pub(super) type Needs = BTreeMap<StockKey, Need>;
/// Where it may be taken from.
pub(super) type Sources = BTreeMap<StockKey, Vec<Source>>;

/// Units that are taken from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pick {
    pub place: StockLocation,
    pub quantity: i64,
    /// How many of them are back-ordered.
    pub late: i64,
}

/// Sums the lines of a basket, kits as their parts: two lines that share a part are one need.
pub(super) fn needs(lines: &[Line], parts: &BTreeMap<Id<Sku>, Vec<Part>>) -> Needs {
    let mut needs = Needs::new();
    for line in lines {
        for part in parts.get(&line.sku).into_iter().flatten() {
            let need = needs.entry((part.sku, line.campaign)).or_default();
            need.units += part.quantity * line.quantity;
            need.asked.insert(line.sku);
        }
    }
    needs
}

/// What lacks for all baskets together.
fn lacks(baskets: &[Needs], sources: &Sources) -> Vec<Lack> {
    let mut sums = Needs::new();
    for (key, need) in baskets.iter().flatten() {
        let sum = sums.entry(*key).or_default();
        sum.units += need.units;
        sum.asked.extend(&need.asked);
    }
    let left = |key| sources.get(&key).into_iter().flatten().map(|s| s.left + s.beyond).sum::<i64>();
    sums.into_iter()
        .map(|((sku, campaign), need)| Lack {
            sku,
            campaign,
            wanted: need.units,
            left: left((sku, campaign)),
            asked: need.asked.into_iter().collect(),
        })
        .filter(|lack| lack.left < lack.wanted)
        .collect()
}

/// Decides where baskets are taken from, all of them or none. A basket comes from one warehouse if one has all of it;
/// else each SKU from one warehouse that has all of it; else a SKU is split. Nearer warehouses come first throughout.
pub(super) fn allocate(
    baskets: &[(Needs, &[Id<Warehouse>])],
    sources: &mut Sources,
) -> Result<Vec<Vec<Pick>>, Vec<Lack>> {
    let all: Vec<Needs> = baskets.iter().map(|(needs, _)| needs.clone()).collect();
    beyond(&all, sources);
    let lacks = lacks(&all, sources);
    if !lacks.is_empty() {
        return Err(lacks);
    }
    Ok(baskets.iter().map(|(needs, nearest)| allocate_one(needs, nearest, sources)).collect())
}

/// Leaves back-orders only where what lies there does not do, and nobody wants it for a kit.
fn beyond(baskets: &[Needs], sources: &mut Sources) {
    for (key, found) in sources {
        let needs = || baskets.iter().filter_map(|needs| needs.get(key));
        let wanted: i64 = needs().map(|need| need.units).sum();
        let in_kit = needs().flat_map(|need| &need.asked).any(|asked| *asked != key.0);
        let there: i64 = found.iter().map(|source| source.left).sum();
        if in_kit || wanted <= there {
            found.iter_mut().for_each(|source| source.beyond = 0);
        }
    }
}

fn allocate_one(needs: &Needs, nearest: &[Id<Warehouse>], sources: &mut Sources) -> Vec<Pick> {
    let rank = |source: &Source| {
        let near = nearest.iter().position(|warehouse| *warehouse == source.place.warehouse);
        (near.unwrap_or(nearest.len()), source.turn, source.place.warehouse)
    };
    let mut warehouses: Vec<_> =
        needs.keys().filter_map(|key| sources.get(key)).flatten().map(rank).collect();
    warehouses.sort_unstable();
    warehouses.dedup();
    let has_all = |warehouse: Id<Warehouse>| {
        needs.iter().all(|(key, need)| {
            let found = sources.get(key).into_iter().flatten();
            found.filter(|s| s.place.warehouse == warehouse).any(|s| need.units <= s.left + s.beyond)
        })
    };
    let one = warehouses.iter().map(|(.., warehouse)| *warehouse).find(|warehouse| has_all(*warehouse));
    let mut picks = Vec::new();
    for (key, need) in needs {
        let Some(found) = sources.get_mut(key) else { continue };
        found.sort_by_key(rank);
        let whole = found.iter().position(|source| match one {
            Some(one) => source.place.warehouse == one,
            None => need.units <= source.left + source.beyond,
        });
        let mut open = need.units;
        let from = whole.map_or(0..found.len(), |i| i..i + 1);
        for source in &mut found[from] {
            let quantity = open.min(source.left + source.beyond);
            if quantity > 0 {
                let late = (quantity - source.left).max(0);
                source.left -= quantity - late;
                source.beyond -= late;
                open -= quantity;
                picks.push(Pick { place: source.place, quantity, late });
            }
        }
    }
    picks.sort_by_key(|pick| pick.place.shelf());
    picks
}

#[cfg(test)]
mod tests {
    use super::super::model::kits;
    use super::*;
    use kernel::{Moment, RawId};
    use proptest::prelude::*;

    fn id<T>(n: u128) -> Id<T> {
        Id::from_raw(RawId::new(Moment::from_micros(1_000_000), n))
    }
    fn source(sku: u128, warehouse: u128, left: i64) -> Source {
        let place = StockLocation { sku: id(sku), warehouse: id(warehouse), campaign: None };
        Source { place, turn: warehouse as i64, left, beyond: 0 }
    }
    fn sources(all: &[(u128, u128, i64)]) -> Sources {
        let mut sources = Sources::new();
        for (sku, warehouse, left) in all {
            let source = source(*sku, *warehouse, *left);
            sources.entry(source.place.key()).or_default().push(source);
        }
        sources
    }
    fn plain(lines: &[(u128, i64)]) -> Needs {
        let parts =
            lines.iter().map(|(sku, _)| (id(*sku), vec![Part { sku: id(*sku), quantity: 1 }])).collect();
        let line =
            |(sku, quantity): &(u128, i64)| Line { sku: id(*sku), quantity: *quantity, campaign: None };
        needs(&lines.iter().map(line).collect::<Vec<_>>(), &parts)
    }

    #[test]
    fn allocation_prefers_one_warehouse_then_the_nearest_and_splits_last() {
        let near = [id(1), id(2), id(3)];
        let picked = |stock: &[(u128, u128, i64)], lines: &[(u128, i64)]| {
            let mut sources = sources(stock);
            let picks = allocate(&[(plain(lines), &near)], &mut sources).unwrap();
            let mut found = Vec::new();
            for pick in &picks[0] {
                let n = |raw: RawId| raw.0[15];
                found.push((n(pick.place.sku.raw()), n(pick.place.warehouse.raw()), pick.quantity));
            }
            found.sort_unstable();
            found
        };
        // The nearest that has it; the farther one if only that has all; the nearest for each SKU; a split.
        assert_eq!(picked(&[(1, 1, 5), (1, 2, 5)], &[(1, 3)]), [(1, 1, 3)]);
        assert_eq!(picked(&[(1, 1, 2), (1, 2, 5)], &[(1, 3)]), [(1, 2, 3)]);
        assert_eq!(picked(&[(1, 1, 9), (1, 3, 9), (2, 3, 9)], &[(1, 1), (2, 1)]), [(1, 3, 1), (2, 3, 1)]);
        assert_eq!(picked(&[(1, 1, 9), (2, 2, 1), (2, 3, 9)], &[(1, 1), (2, 2)]), [(1, 1, 1), (2, 3, 2)]);
        assert_eq!(picked(&[(1, 1, 2), (1, 2, 2), (1, 3, 2)], &[(1, 5)]), [(1, 1, 2), (1, 2, 2), (1, 3, 1)]);
    }

    #[test]
    fn a_warehouse_that_is_not_named_comes_in_the_shops_own_order() {
        let mut sources = sources(&[(1, 1, 5), (1, 2, 5), (1, 3, 5)]);
        let far: &[Id<Warehouse>] = &[id(3)];
        let picks = allocate(&[(plain(&[(1, 5)]), far), (plain(&[(1, 5)]), far)], &mut sources).unwrap();
        assert_eq!(picks[0][0].place.warehouse, id(3));
        assert_eq!(picks[1][0].place.warehouse, id(1));
    }

    #[test]
    fn what_lies_there_goes_first_and_back_orders_are_for_no_kit() {
        let stock = || {
            let mut sources = sources(&[(1, 1, 2), (1, 2, 3)]);
            sources.get_mut(&(id(1), None)).unwrap()[1].beyond = 4;
            sources
        };
        let late = |n| {
            let picks = allocate(&[(plain(&[(1, n)]), &[])], &mut stock())?;
            Ok::<_, Vec<Lack>>(picks[0].iter().map(|pick| (pick.quantity, pick.late)).collect::<Vec<_>>())
        };
        assert_eq!(late(5).unwrap().iter().map(|(_, late)| late).sum::<i64>(), 0, "split, and none is late");
        assert_eq!(late(6).unwrap(), [(6, 3)], "one warehouse that can have all of it");
        let mut nine = late(9).unwrap();
        nine.sort_unstable();
        assert_eq!(nine, [(2, 0), (7, 4)]);
        assert_eq!(late(10).unwrap_err()[0].left, 9);
        let parts = BTreeMap::from([(id(10), vec![Part { sku: id(1), quantity: 1 }])]);
        let kits = needs(&[Line { sku: id(10), quantity: 6, campaign: None }], &parts);
        assert_eq!(allocate(&[(kits, &[])], &mut stock()).unwrap_err()[0].left, 5);
    }

    #[test]
    fn two_kits_that_share_a_part_are_one_need() {
        let parts = BTreeMap::from([
            (id(10), vec![Part { sku: id(1), quantity: 2 }, Part { sku: id(2), quantity: 1 }]),
            (id(11), vec![Part { sku: id(1), quantity: 1 }]),
        ]);
        let line = |sku| Line { sku: id(sku), quantity: 2, campaign: None };
        let needs = needs(&[line(10), line(11)], &parts);
        let mut sources = sources(&[(1, 1, 5), (2, 1, 9)]);
        let lacks = allocate(&[(needs, &[])], &mut sources).unwrap_err();
        let asked = vec![id(10), id(11)];
        assert_eq!(lacks, [Lack { sku: id(1), campaign: None, wanted: 6, left: 5, asked }]);
        assert_eq!(kits(&parts[&id(10)], |sku| if sku == id(1) { 5 } else { 9 }), 2);
    }

    proptest! {
        #[test]
        fn what_is_allocated_is_what_was_asked_and_never_more_than_there_is(
            stock in proptest::collection::vec((1u128..4, 1u128..5, 0i64..12), 0..12),
            first in proptest::collection::vec((1u128..4, 1i64..9), 1..4),
            second in proptest::collection::vec((1u128..4, 1i64..9), 1..4),
            nearest in proptest::collection::vec(1u128..5, 0..4),
        ) {
            let stock: BTreeMap<_, _> = stock.into_iter().map(|(sku, at, n)| ((sku, at), n)).collect();
            let stock: Vec<_> = stock.into_iter().map(|((sku, at), n)| (sku, at, n)).collect();
            let nearest: Vec<Id<Warehouse>> = nearest.into_iter().map(id).collect();
            let baskets = [(plain(&first), &nearest[..]), (plain(&second), &nearest[..])];
            let wanted = |sku| first.iter().chain(&second).filter(|l| l.0 == sku).map(|l| l.1).sum::<i64>();
            let there = |sku| stock.iter().filter(|s| s.0 == sku).map(|s| s.2).sum::<i64>();
            let mut after = sources(&stock);
            match allocate(&baskets, &mut after) {
                Ok(picks) => {
                    for ((needs, _), picks) in baskets.iter().zip(&picks) {
                        for (key, need) in needs {
                            let got = picks.iter().filter(|p| p.place.key() == *key).map(|p| p.quantity);
                            prop_assert_eq!(got.sum::<i64>(), need.units);
                        }
                    }
                    prop_assert!(after.values().flatten().all(|source| source.left >= 0));
                }
                Err(lacks) => {
                    for sku in 1..4u128 {
                        let told = lacks.iter().find(|lack| lack.sku == id(sku));
                        prop_assert_eq!(told.is_some(), there(sku) < wanted(sku));
                        if let Some(lack) = told {
                            prop_assert_eq!((lack.wanted, lack.left), (wanted(sku), there(sku)));
                        }
                    }
                }
            }
        }
    }
}
