//! The fine print of rules.md 1.3 to 1.5, by hand: what counts to the second, once, and from when on.

use crate::history::{DAY, HOUR, at};
use crate::lives::{Life, Other, lake};
use govern::{metric, promise};
use kernel::Zone;

const MINUTE: i64 = HOUR / 60;
const SECOND: i64 = MINUTE / 60;
/// The first day's midnight in the shop's zone: `START` is 2018-02-01T02:00:00Z.
const MIDNIGHT: i64 = -2 * HOUR;

fn zone() -> Zone {
    "UTC".parse().unwrap()
}

/// An order of shop 0, paid at noon of the third day, that counts.
fn order() -> Life {
    let paid = MIDNIGHT + 2 * DAY + 12 * HOUR;
    Life {
        rules: true,
        placed: paid - MINUTE,
        paid: Some(paid),
        next_day_by: MIDNIGHT + 4 * DAY - 1,
        standard_by: MIDNIGHT + 7 * DAY - 1,
        way: "return_refund",
        ..Life::default()
    }
}

fn read(lives: &[Life], others: &[Other], metric: &str, t: i64) -> (i64, i64) {
    let others: Vec<_> = others.iter().map(|other| (0, *other)).collect();
    let (ask, _dir) = lake(lives, &others, None);
    let metric = metric::named(metric).unwrap();
    metric::series(&ask, metric, &[at(t)], Some(0)).unwrap().at(0, 0)
}

#[test]
fn the_pick_up_clock_stands_from_six_in_the_evening_to_six_in_the_morning() {
    let clock = promise::named("pickup-clock").unwrap();
    let ten = MIDNIGHT + 10 * HOUR;
    for (paid, picked_up, want) in [
        (MIDNIGHT + 18 * HOUR - SECOND, ten + DAY, 16 * HOUR + SECOND),
        (MIDNIGHT + 18 * HOUR, ten + DAY, 4 * HOUR),
        (MIDNIGHT + DAY - 1, ten + DAY, 4 * HOUR),
        (MIDNIGHT + 5 * HOUR + 59 * MINUTE, ten, 4 * HOUR),
        (MIDNIGHT + 6 * HOUR, ten, 4 * HOUR),
        (MIDNIGHT + 6 * HOUR + SECOND, ten, 4 * HOUR - SECOND),
        // Picked up while the clock stands: no time at all, and not less.
        (MIDNIGHT + 18 * HOUR, MIDNIGHT + 20 * HOUR, 0),
    ] {
        let start = clock.start(at(paid), &zone());
        let life = Life {
            placed: paid - MINUTE,
            paid: Some(paid),
            pickup_from: Some(start.micros() - at(0).micros()),
            picked_up: Some(picked_up),
            ..order()
        };
        assert_eq!(read(&[life], &[], "pickup_hours", 3 * DAY), (want, 1), "{}", at(paid));
    }
}

#[test]
fn a_turn_that_nobody_answers_counts_as_ten_minutes() {
    let chat = |human, in_hours, turns, answered| {
        Other::Chat(DAY, human, in_hours, turns, answered, 45 * SECOND, None)
    };
    let read = |others: &[Other]| read(&[], others, "im_response_seconds", 2 * DAY);
    assert_eq!(read(&[chat(true, true, 3, 3)]), (45 * SECOND, 3));
    assert_eq!(read(&[chat(true, true, 3, 2)]), ((45 + 600) * SECOND, 3));
    assert_eq!(read(&[chat(true, true, 4, 0), chat(true, true, 1, 1)]), ((2 * 45 + 2_400) * SECOND, 5));
    // At night, or with nobody there, nothing is timed.
    assert_eq!(read(&[chat(true, false, 3, 2), chat(false, true, 0, 0)]), (0, 0));
    let seconds = metric::named("im_response_seconds").unwrap();
    assert_eq!(seconds.value((45 + 600) * SECOND, 3), Some(215.0));
}

#[test]
fn the_first_reason_counts_and_a_second_request_does_not() {
    let claims = |claims: &[(i64, &'static str)]| Life {
        picked_up: Some(3 * DAY),
        delivered: Some(5 * DAY),
        claims: claims.to_vec(),
        ..order()
    };
    let rates = |life: Life| {
        ["quality_return_rate", "damage_return_rate"]
            .map(|name| read(std::slice::from_ref(&life), &[], name, 20 * DAY))
    };
    assert_eq!(rates(claims(&[(6 * DAY, "quality")])), [(1, 1), (0, 1)]);
    assert_eq!(rates(claims(&[(6 * DAY, "damage"), (7 * DAY, "quality")])), [(0, 1), (1, 1)]);
    assert_eq!(rates(claims(&[(6 * DAY, "other"), (7 * DAY, "quality")])), [(0, 1), (0, 1)]);
    assert_eq!(rates(claims(&[(6 * DAY, "quality"), (7 * DAY, "quality")])), [(1, 1), (0, 1)]);
}

#[test]
fn a_request_before_the_delivery_counts_once_and_so_does_one_after_it() {
    for claimed in [4 * DAY, 5 * DAY, 6 * DAY] {
        // Told before the delivery, and after it.
        for told in [0, 9] {
            let mut life = Life {
                picked_up: Some(3 * DAY),
                delivered: Some(5 * DAY),
                claims: vec![(claimed, "quality")],
                ..order()
            };
            (life.told[1], life.told[4]) = (5, told);
            let read = |t| read(std::slice::from_ref(&life), &[], "quality_return_rate", t);
            assert_eq!(read(20 * DAY), (1, 1));
            assert_eq!(read(5 * DAY - 1), (0, 0));
            assert_eq!(read(5 * DAY), (i64::from(claimed <= 5 * DAY), 1));
        }
    }
}

#[test]
fn a_finding_after_a_delivery_in_time_makes_a_miss_of_it() {
    let life = |found: &[(i64, &'static str)]| Life {
        picked_up: Some(3 * DAY),
        delivered: Some(6 * DAY),
        found: found.to_vec(),
        ..order()
    };
    let (due, met) = (order().standard_by, (1, 1));
    let read = |life: &Life, t| read(std::slice::from_ref(life), &[], "lane_on_time_rate", t);
    let clean = life(&[]);
    assert_eq!((read(&clean, due - 1), read(&clean, due)), ((0, 0), met));
    for what in ["stalled", "abnormal"] {
        let later = life(&[(9 * DAY, what)]);
        assert_eq!((read(&later, 9 * DAY - 1), read(&later, 9 * DAY)), (met, (0, 1)));
        // Found before it came: never met. Found twice: missed once.
        assert_eq!(read(&life(&[(5 * DAY, what)]), due), (0, 1));
        assert_eq!(read(&life(&[(5 * DAY, what), (9 * DAY, "stalled")]), 10 * DAY), (0, 1));
    }
    assert_eq!(read(&life(&[(9 * DAY, "late")]), 10 * DAY), met);
    let late = Life { delivered: Some(due + 1), ..clean };
    assert_eq!(read(&late, 10 * DAY), (0, 1));
}

#[test]
fn a_logistics_reason_counts_only_with_a_finding_and_from_the_later_of_both() {
    for (claimed, found) in [(6 * DAY, 8 * DAY), (8 * DAY, 6 * DAY)] {
        for told in [0, 9] {
            let mut life =
                Life { claims: vec![(claimed, "logistics")], found: vec![(found, "late")], ..order() };
            (life.told[4], life.told[7]) = (5, told);
            let read = |t| read(std::slice::from_ref(&life), &[], "logistics_return_rate", t);
            assert_eq!((read(8 * DAY - 1), read(8 * DAY)), ((0, 1), (1, 1)), "{claimed} {found} {told}");
            life.found.clear();
            assert_eq!(read_again(&life), (0, 1));
        }
    }
    fn read_again(life: &Life) -> (i64, i64) {
        read(std::slice::from_ref(life), &[], "logistics_return_rate", 20 * DAY)
    }
}

#[test]
fn voiding_takes_an_order_out_from_then_on_and_not_before() {
    let life = Life {
        pickup_from: Some(2 * DAY + 10 * HOUR),
        insured: Some("small"),
        picked_up: Some(5 * DAY),
        delivered: Some(6 * DAY),
        install: true,
        installed: Some(7 * DAY),
        remote: true,
        claims: vec![(7 * DAY, "quality")],
        refund: Some((9 * DAY, 7 * DAY, 8 * DAY)),
        asked: Some(6 * DAY),
        escalated: vec![8 * DAY],
        complaints: vec![(8 * DAY, "platform")],
        review: Some((7 * DAY, 4)),
        voided: Some(12 * DAY),
        ..order()
    };
    let read = |life: &Life, name: &str, t| read(std::slice::from_ref(life), &[], name, t);
    for (name, before) in [
        ("product_rating", (4, 1)),
        ("quality_return_rate", (1, 1)),
        ("pickup_hours", (2 * DAY + 14 * HOUR, 1)),
        ("lane_on_time_rate", (1, 1)),
        ("damage_return_rate", (0, 1)),
        ("logistics_return_rate", (0, 1)),
        ("aftersale_review_hours", (DAY, 1)),
        ("platform_help_rate", (1, 1)),
        ("valid_orders", (1, 1)),
        ("growth_late_pickups", (1, 1)),
        ("next_day_share", (0, 1)),
        ("insured_small_orders", (1, 1)),
        ("installation_share", (1, 1)),
        ("remote_orders", (1, 1)),
        ("complaint_rate", (1, 1)),
        ("complaints_per_million", (1_000_000, 1)),
    ] {
        assert_eq!(read(&life, name, 12 * DAY - 1), before, "{name} before");
        assert_eq!(read(&life, name, 12 * DAY), (0, 0), "{name} after");
        let excluded = Life { excluded: Some("gift"), ..life.clone() };
        assert_eq!(read(&excluded, name, 12 * DAY - 1), (0, 0), "{name} of a gift");
        assert_eq!(read(&excluded, name, 12 * DAY), (0, 0), "{name} of a gift, voided");
    }
    // What is not about orders that count still counts it.
    assert_eq!(read(&life, "orders_paid", 12 * DAY), (1, 1));
    assert_eq!(read(&life, "platform_incidence_rate", 12 * DAY), (2, 1));
}

#[test]
fn insurance_counts_from_two_days_after_it_was_switched_on() {
    let read = |off, t| read(&[], &[Other::Insurance(DAY, off, false)], "insurance_small_on", t);
    assert_eq!((read(None, 3 * DAY - 1), read(None, 3 * DAY)), ((0, 0), (1, 1)));
    assert_eq!(read(None, 900 * DAY), (1, 1));
    assert_eq!((read(Some(9 * DAY), 9 * DAY - 1), read(Some(9 * DAY), 9 * DAY)), ((1, 1), (0, 0)));
    // Switched off before it counted.
    for t in [2 * DAY, 3 * DAY, 4 * DAY] {
        assert_eq!(read(Some(2 * DAY), t), (0, 0));
    }
}

#[test]
fn a_listing_counts_while_it_is_on_sale_and_a_finding_until_it_is_taken_back() {
    let listing = [Other::Listing(DAY, Some(200 * DAY))];
    let on_sale = |t| read(&[], &listing, "listings_on_sale", t);
    assert_eq!([DAY - 1, DAY, 200 * DAY - 1, 200 * DAY].map(on_sale), [(0, 0), (1, 1), (1, 1), (0, 0)]);
    let found = [Other::Violation(DAY, 2, Some(5 * DAY)), Other::Violation(2 * DAY, 2, None)];
    let fakes = |t| read(&[], &found, "deduct_fake_trade", t);
    assert_eq!(
        [DAY, 2 * DAY, 5 * DAY, 32 * DAY - 1, 32 * DAY].map(fakes),
        [(1, 1), (2, 2), (1, 1), (1, 1), (0, 0)]
    );
}

#[test]
fn an_order_of_the_growth_stage_is_late_after_the_day_after_payment() {
    let due = order().next_day_by;
    let read = |life: Life, t| read(&[life], &[], "growth_late_pickups", t);
    assert_eq!((read(order(), due - 1), read(order(), due)), ((0, 0), (1, 1)));
    assert_eq!(read(Life { picked_up: Some(due), ..order() }, due), (0, 0));
    assert_eq!(read(Life { picked_up: Some(due + 1), ..order() }, due + 1), (1, 1));
    assert_eq!(read(Life { cancelled: Some(due), ..order() }, due), (0, 0));
    // Cancelled in time and sent all the same: out once, not twice.
    for told in [0, 9] {
        let mut both = Life { cancelled: Some(due - HOUR), picked_up: Some(due - MINUTE), ..order() };
        (both.told[0], both.told[3]) = (5, told);
        assert_eq!(read(both, 6 * DAY), (0, 0));
    }
}

#[test]
fn what_the_platform_held_is_neither_late_nor_cancelled_for_its_shop() {
    let due = 90 * DAY;
    for (what, life) in [
        ("nothing happened to", order()),
        ("shipped late", Life { picked_up: Some(95 * DAY), delivered: Some(96 * DAY), ..order() }),
        ("called off", Life { cancelled: Some(4 * DAY), ..order() }),
        ("shipped in time", Life { picked_up: Some(4 * DAY), delivered: Some(6 * DAY), ..order() }),
    ] {
        for metric in ["late_ship_rate", "late_delivery_rate", "cancel_rate"] {
            let of = |excluded| {
                let life = Life { excluded, ..life.clone() };
                let t = if metric == "cancel_rate" { 20 * DAY } else { life.placed + due + 10 * DAY };
                read(&[life], &[], metric, t)
            };
            assert_eq!(of(Some("held")), (0, 0), "{metric} of what was {what}");
            assert_eq!(of(Some("gift")), of(None), "{metric} of what was {what}");
        }
    }
}
