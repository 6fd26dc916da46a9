//! Scores over random histories: the same digits from the same facts, by whatever way one asks.

use super::history::{DAY, START, Story, at, facts, pond, pond_with, stories};
use govern::gate;
use govern::incident;
use govern::metric;
use govern::scorecard::{self, Better, Board, Change, Mark, Move, Points, Scorecard, adopted, each_day};
use kernel::{Actor, Ask, Ctx, Date, Fact, Market, Moment, Quiet, Record};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn market() -> Market {
    Market { zone: "America/Sao_Paulo".parse().unwrap(), currency: "BRL".parse().unwrap() }
}

fn days() -> (Date, Date) {
    (Date::constant(2018, 2, 10), Date::constant(2018, 2, 24))
}

/// Every score of the days, by day and shop.
fn scores(
    ask: &dyn Ask,
    card: Option<&'static Scorecard>,
) -> BTreeMap<(Date, i64), (String, u8, Option<Points>)> {
    let mut found = BTreeMap::new();
    each_day(ask, &market(), card, days().0, days().1, &Quiet, &mut |day| {
        for line in &day.lines {
            found.insert((day.date, line.shop), (day.card.name(), line.stage, line.raw));
        }
        Ok(())
    })
    .unwrap();
    found
}

/// The points of a value, straight from the definition.
fn points(card: &Scorecard, mark: &Mark, better: Better, value: f64) -> i64 {
    let good = |v: f64| if better == Better::More { v } else { -v };
    let (v, low, high) = (good(value), good(mark.low), good(mark.high));
    let share = if v >= high {
        1.0
    } else if v <= low {
        0.0
    } else {
        (v - low) / (high - low)
    };
    let (least, most) = (card.line.low_points.0 as f64, card.line.high_points.0 as f64);
    (least + (most - least) * share).round() as i64
}

fn rounded(sum: i128, of: i128) -> i64 {
    (2 * sum + of).div_euclid(2 * of) as i64
}

/// Stories whose first ones make shop 0 a formal one.
fn busy() -> impl Strategy<Value = Vec<Story>> {
    stories(70).prop_map(|mut list| {
        for n in 0..12u32 {
            list.push(Story {
                shop: u64::from(n > 5),
                placed: i64::from(n) * DAY,
                paid: Some(i64::from(n) * DAY + 5),
                picked_up: Some((i64::from(n) + 1) * DAY),
                ship_by: (i64::from(n) + 2) * DAY,
                deliver_by: (i64::from(n) + 5) * DAY,
                ..Story::default()
            });
        }
        list
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_score_recomputes_to_the_same_digits_from_the_orders_behind_it(stories in busy()) {
        let pond = pond(&stories, None);
        let found = scores(&pond.ask, None);
        let card = scorecard::newest("small-market").unwrap();
        prop_assert!(found.values().any(|(_, _, raw)| raw.is_some()));
        for ((date, shop), (name, _, raw)) in found.iter().step_by(3) {
            prop_assert_eq!(name, &card.name());
            let end = Moment::day_end(*date, &market().zone).unwrap();
            let explained = scorecard::explain(&pond.ask, None, *shop, end, &Quiet).unwrap();
            prop_assert_eq!(explained.scored.raw, *raw);

            // From the orders up, by hand.
            let mut dimensions: Vec<(i128, i128)> = vec![(0, 0); card.dimensions.len()];
            for ((d, indicator), e) in card.indicators().zip(&explained.indicators) {
                let num: i64 = e.contributions.iter().map(|c| c.num).sum();
                let den: i64 = e.contributions.iter().map(|c| c.den).sum();
                prop_assert_eq!((num, den), e.cell);
                let (Some(mark), true) = (&e.mark, den > 0) else {
                    prop_assert_eq!(e.points, None);
                    continue;
                };
                let prior = indicator.shrink.map_or(0.0, |s| s.prior as f64);
                let scale = card.need(indicator).metric.scale as f64;
                let value = (num as f64 + prior * (mark.num as f64 / mark.den as f64)) / (den as f64 + prior) / scale;
                prop_assert_eq!(e.points, Some(Points(points(card, mark, indicator.better, value))));
                let sum = &mut dimensions[d];
                sum.0 += i128::from(e.points.unwrap().0) * i128::from(indicator.weight);
                sum.1 += i128::from(indicator.weight);
            }
            let weights = card.weights_of(None);
            let mut total = (0i128, 0i128);
            for ((sum, weights_in), weight) in dimensions.iter().zip(weights) {
                if *weights_in > 0 {
                    total.0 += i128::from(rounded(*sum, *weights_in)) * i128::from(*weight);
                    total.1 += i128::from(*weight);
                }
            }
            let by_hand = (total.1 > 0).then(|| Points(rounded(total.0, total.1)));
            prop_assert_eq!(by_hand, *raw);

            // As it stands, nothing changed is nothing changed; and the last step by hand says the same.
            let board = Board::read(&pond.ask, card, &[end], &Quiet).unwrap();
            let (row, bench, scored) = board.scored(card, 0, *shop).unwrap();
            prop_assert_eq!(&scored, &explained.scored);
            prop_assert_eq!(&scorecard::score(card, &bench, &row.with(&[])), &scored);
            let same: Vec<Change> = row
                .cells
                .iter()
                .enumerate()
                .map(|(need, (num, den))| Change { need, num: *num, den: *den })
                .collect();
            prop_assert_eq!(&scorecard::score(card, &bench, &row.with(&same)), &scored);
            let mut inputs: Vec<(String, String)> = card
                .dimensions
                .iter()
                .zip(&scored.dimensions)
                .filter_map(|(d, points)| points.map(|p| (d.id.clone(), p.to_string())))
                .collect();
            inputs.push(("bonus".to_owned(), scored.bonus.to_string()));
            inputs.push(("deduction".to_owned(), scored.deduction.to_string()));
            let given = scorecard::eval(card, &inputs).unwrap();
            prop_assert_eq!((given.raw, given.partial), (scored.raw, scored.partial(card)));
        }
    }

    #[test]
    fn deleting_every_fact_after_a_day_changes_no_score_up_to_it(stories in busy(), day in 0i64..15) {
        let whole = scores(&pond(&stories, None).ask, None);
        let cut = days().0.checked_add(jiff::Span::new().days(day)).unwrap();
        let until = Moment::day_end(cut, &market().zone).unwrap().micros() - START;
        let before = scores(&pond(&stories, Some(until)).ask, None);
        let up_to = |list: BTreeMap<(Date, i64), _>| -> Vec<_> {
            list.into_iter().filter(|((date, _), _)| *date <= cut).collect()
        };
        prop_assert_eq!(up_to(whole), up_to(before));
    }

    #[test]
    fn a_new_version_changes_no_score_of_the_days_before_it(
        stories in busy(),
        from in 8i64..26,
        told in 0i64..30,
    ) {
        let card = scorecard::find("sanhao@3").unwrap();
        let adoption = |from: i64, told: i64| -> Record {
            let ctx = Ctx::new(at(told * DAY), Actor::Operator, 7);
            adopted(&ctx, card, at(from * DAY)).record()
        };
        let before = scores(&pond(&stories, None).ask, None);
        let pond = pond_with(&stories, None, &[adoption(from, told)]);
        let after = scores(&pond.ask, None);
        // Told later than it should count, it counts from when it was told.
        let begins = at(from.max(told) * DAY);
        for ((date, shop), now) in &after {
            let end = Moment::day_end(*date, &market().zone).unwrap();
            if end < begins {
                prop_assert_eq!(before.get(&(*date, *shop)), Some(now));
            } else {
                prop_assert_eq!(&now.0, "sanhao@3");
            }
        }
        let count = |list: &BTreeMap<(Date, i64), (String, u8, Option<Points>)>| {
            list.keys().filter(|(date, _)| Moment::day_end(*date, &market().zone).unwrap() < begins).count()
        };
        prop_assert_eq!(count(&before), count(&after));
    }

    #[test]
    fn what_moved_a_score_adds_up_to_its_change(stories in busy(), from in 8i64..26) {
        let card = scorecard::find("douyin-2026@3").unwrap();
        let ctx = Ctx::new(at(0), Actor::Operator, 7);
        let adoption = adopted(&ctx, card, at(from * DAY)).record();
        let pond = pond_with(&stories, None, &[adoption]);
        let all = scores(&pond.ask, None);
        // Read once for all shops it is the same.
        let whole = scorecard::History::read(&pond.ask, &market(), None, days(), true, &Quiet).unwrap();
        for shop in 0..3 {
            let found =
                scorecard::moves(&pond.ask, &market(), None, shop, days().0, days().1, &Quiet).unwrap();
            for (one, other) in found.iter().zip(whole.moves(&pond.ask, shop).unwrap()) {
                prop_assert_eq!((one.date, &one.scored, &one.moves), (other.date, &other.scored, &other.moves));
            }
            let mut last: Option<Points> = None;
            for day in &found {
                let raw = day.scored.as_ref().and_then(|s| s.raw);
                let want = all.get(&(day.date, shop));
                prop_assert_eq!(raw, want.and_then(|w| w.2), "{} of {}", shop, day.date);
                let sum: i64 = day.moves.iter().map(|(_, part)| part.0).sum();
                match (last, raw) {
                    (Some(before), Some(now)) => prop_assert_eq!(before.0 + sum, now.0, "{} on {}", shop, day.date),
                    _ => prop_assert!(day.moves.is_empty()),
                }
                last = raw;
            }
        }
    }

    #[test]
    fn a_way_to_a_gate_reaches_it_and_one_step_less_does_not(stories in busy()) {
        let card = scorecard::newest("small-market").unwrap();
        let pond = pond(&stories, None);
        let end = Moment::day_end(days().1, &market().zone).unwrap();
        let board = Board::read(&pond.ask, card, &[end], &Quiet).unwrap();
        let bench = board.bench(card, 0);
        for shop in board.shops(0) {
            let row = board.row(0, shop).unwrap();
            // Without days before it, a mean is the day's own.
            let alone = |row: &scorecard::Row| {
                gate::verdicts(card, &bench, row, [None], &vec![Vec::new(); card.gates.len()])
            };
            let verdicts = alone(&row);
            for (verdict, reach) in verdicts.iter().zip(scorecard::reach(card, &bench, &row)) {
                prop_assert_eq!((verdict.open, verdict.judged), (reach.open, reach.judged));
                prop_assert_eq!(&verdict.reach, &reach);
            }
            for way in gate::ways(card, &row, &verdicts) {
                let changes: Vec<Change> = way.clears.changes.iter().map(|(_, change)| *change).collect();
                let then = alone(&row.with(&changes));
                prop_assert!(way.opens.iter().all(|shut| !shut.open && then[shut.reach.gate].open));
                let added = changes.iter().any(|c| c.den > 2 * row.cells[c.need].1);
                prop_assert_eq!(way.beyond.is_some(), added);
            }
            for reach in scorecard::reach(card, &bench, &row) {
                prop_assert!(reach.open == reach.ways.is_empty() || reach.ways.is_empty());
                for way in &reach.ways {
                    let changes: Vec<Change> = way.changes.iter().map(|(_, change)| *change).collect();
                    let there = row.with(&changes);
                    let again = scorecard::reach(card, &bench, &there);
                    prop_assert!(again[reach.gate].open, "{:?} of {:?}", way, reach);
                    prop_assert_eq!(scorecard::score(card, &bench, &there).raw, Some(way.score));
                    // One order fewer of a way over one ratio is not enough.
                    if let ([(_, change)], Some(count)) = (&way.changes[..], way.count)
                        && card.needs[change.need].metric.kind == metric::Kind::Ratio
                    {
                        let (num, den) = row.cells[change.need];
                        let back = if change.num < num { change.num + 1 } else { change.num - 1 };
                        prop_assert_eq!((change.num - num).abs(), count);
                        let less = row.with(&[Change { need: change.need, num: back, den }]);
                        prop_assert!(!scorecard::reach(card, &bench, &less)[reach.gate].open);
                    }
                }
            }
        }
    }
}

#[test]
fn a_shop_of_whom_nothing_is_known_has_no_score() {
    let story = Story { shop: 0, ..Story::default() };
    let pond = pond(std::slice::from_ref(&story), None);
    assert!(!facts(0, &story).is_empty());
    let found = scores(&pond.ask, None);
    assert!(found.is_empty(), "{found:?}");
    let end = Moment::day_end(days().0, &market().zone).unwrap();
    let explained = scorecard::explain(&pond.ask, None, 2, end, &Quiet).unwrap();
    assert_eq!((explained.scored.raw, explained.scored.stage), (None, None));
    assert!(scorecard::explain(&pond.ask, None, 9, end, &Quiet).is_err());
}

#[test]
fn days_that_are_none_and_days_without_end_are_refused() {
    let pond = pond(&[], None);
    let ask = |from: Date, to: Date| each_day(&pond.ask, &market(), None, from, to, &Quiet, &mut |_| Ok(()));
    let (from, to) = days();
    assert!(ask(to, from).unwrap_err().to_string().contains("none"));
    let long = ask(Date::constant(1990, 1, 1), to).unwrap_err().to_string();
    assert!(long.contains("more than"), "{long}");
}

/// What moved the score of shop 0 on each day, by its date in February 2018.
fn moved(ask: &dyn Ask) -> BTreeMap<i8, Vec<(Move, i64)>> {
    let found = scorecard::moves(ask, &market(), None, 0, days().0, days().1, &Quiet).unwrap();
    let parts = |list: &[(Move, Points)]| list.iter().map(|(what, by)| (*what, by.0)).collect();
    found.iter().map(|day| (day.date.day(), parts(&day.moves))).collect()
}

/// `count` orders of shop 0, paid at once, an hour apart from `first` on, and never late.
fn sound(count: i64, first: i64) -> Vec<Story> {
    (0..count)
        .map(|n| Story {
            placed: first + n * 3_600_000_000,
            paid: Some(first + n * 3_600_000_000),
            picked_up: Some(first + (n + 1) * 3_600_000_000),
            delivered: Some(first + DAY + n * 3_600_000_000),
            ship_by: first + 2 * DAY,
            deliver_by: first + 5 * DAY,
            ..Story::default()
        })
        .collect()
}

#[test]
fn a_deduction_is_a_part_of_its_own_when_it_begins_and_when_it_is_taken_back() {
    let violation = Ctx::new(at(12 * DAY), Actor::System, 3).id();
    let (shop, scene) = (Some(super::history::shop_id(0)), "fake_trade");
    let found =
        incident::fact::Violated { at: at(12 * DAY), shop, violation, scene: scene.into(), order_id: None };
    let reversed = incident::fact::Reversed {
        at: at(15 * DAY),
        shop,
        violation,
        scene: scene.into(),
        order_id: None,
        found_at: at(12 * DAY),
    };
    let pond = pond_with(&sound(8, 0), None, &[found.record(), reversed.record()]);
    // While it counts, it is known when it leaves and what that brings.
    let end = Moment::day_end(Date::constant(2018, 2, 14), &market().zone).unwrap();
    let explained = scorecard::explain(&pond.ask, None, 0, end, &Quiet).unwrap();
    let card = explained.card;
    let board = Board::read(&pond.ask, card, &[end], &Quiet).unwrap();
    let leaving = gate::leaving(card, &board.bench(card, 0), &explained.row, &explained);
    let [one] = &leaving[..] else { panic!("{leaving:?}") };
    let window = card.needs[card.deductions[one.deduction].need].window_days;
    assert_eq!((one.at, card.deductions[one.deduction].id.as_str()), (at(12 * DAY).plus_days(window), scene));
    assert_eq!((one.before, one.after.0 - one.before.0), (explained.scored.raw.unwrap(), 10 * Points::ONE));
    let moved = moved(&pond.ask);
    // The twelfth day after the first of February, and three days later.
    let ten = 10 * Points::ONE;
    assert_eq!(moved[&13], [(Move::Deduction, -ten)]);
    assert_eq!(moved[&14], []);
    assert_eq!(moved[&16], [(Move::Deduction, ten)]);
}

#[test]
fn another_stage_is_a_part_of_its_own() {
    let product = Ctx::new(at(0), Actor::System, 4).id();
    let shop = Some(super::history::shop_id(0));
    let listed = offer::catalog::fact::Listed { at: at(0), shop, product, again_of: None }.record();
    let card = scorecard::find("sanhao@3").unwrap();
    let adoption = adopted(&Ctx::new(at(0), Actor::Operator, 7), card, at(0)).record();
    let mut stories = sound(5, 0);
    stories.extend(sound(25, 13 * DAY));
    let pond = pond_with(&stories, None, &[listed, adoption]);
    let scores = scores(&pond.ask, None);
    let raw = |day: i8| scores[&(Date::constant(2018, 2, day), 0)].2.unwrap().0;
    // With 29 orders the shop grows at its fixed 70 points; with the thirtieth the formula counts.
    assert_eq!(raw(13), 70 * Points::ONE);
    let moved = moved(&pond.ask);
    let change: Vec<_> =
        moved.iter().filter(|(_, parts)| parts.iter().any(|(w, _)| *w == Move::Stage)).collect();
    let [(day, parts)] = &change[..] else { panic!("{moved:?}") };
    assert_eq!(**parts, [(Move::Stage, raw(**day) - raw(**day - 1))]);
}
