//! Small histories, their facts, and lakes of them.

use aftercare::care::fact::Created;
use kernel::fact::Minor;
use kernel::{Fact, Id, Moment, RawId, Record};
use lake::{Bulk, Snapshot};
use people::merchant::fact::Opened;
use proptest::prelude::*;
use supply::logistics::fact::{Delivered, PickedUp};
use trade::order::fact::{Cancelled, Paid, Placed, Postponed, Resumed};

pub const HOUR: i64 = 3_600_000_000;
pub const DAY: i64 = 24 * HOUR;
/// 2018-02-01T00:00:00-02:00: summer time ends in Brazil on the 18th.
pub const START: i64 = 1_517_450_400_000_000;

/// Everything that happened to one order; times are microseconds since [`START`].
#[derive(Debug, Clone, Default)]
pub struct Story {
    pub shop: u64,
    pub placed: i64,
    pub paid: Option<i64>,
    pub picked_up: Option<i64>,
    pub delivered: Option<i64>,
    pub cancelled: Option<i64>,
    pub ship_by: i64,
    pub deliver_by: i64,
    /// By how much both promises moved on, and by as much more that they moved back; told when it was placed.
    pub moved: i64,
    pub review: Option<(i64, i64)>,
    /// Which of the steps was told when: pick-up, delivery, cancellation.
    pub told: [u8; 3],
    pub gmv: i64,
}

pub fn at(micros: i64) -> Moment {
    Moment::from_micros(START + micros)
}

fn id<T>(kind: u64, n: u64) -> Id<T> {
    Id::from_raw(RawId::new(at(0), (u128::from(kind) << 64) | u128::from(n + 1)))
}

pub fn shop_id(n: u64) -> Id<kernel::id::Shop> {
    id(1, n)
}

pub fn order_id(n: usize) -> Id<kernel::id::Order> {
    id(2, n as u64)
}

/// A moment around the few weeks that are looked at, often exactly on an hour, so that equal moments are common.
fn moment() -> impl Strategy<Value = i64> {
    prop_oneof![
        (-20i64..60).prop_map(|d| d * DAY),
        (-480i64..1440).prop_map(|h| h * HOUR),
        -20 * DAY..60 * DAY
    ]
}

/// Any order: its steps come in any order of times, and are told in any order.
pub fn story() -> impl Strategy<Value = Story> {
    let step = || proptest::option::of(moment());
    let times = (moment(), step(), step(), step(), step(), moment(), moment());
    let moved = prop_oneof![3 => Just(0), 1 => (1i64..10).prop_map(|d| d * DAY), 1 => 1i64..10 * DAY];
    let rest = (0u64..3, proptest::option::of((moment(), 1i64..=5)), any::<[u8; 3]>(), 0i64..100_000, moved);
    (times, rest).prop_map(|(times, (shop, review, told, gmv, moved))| {
        let (placed, paid, picked_up, delivered, cancelled, ship_by, deliver_by) = times;
        let promised = Story { ship_by, deliver_by, moved, ..Story::default() };
        Story { shop, placed, paid, picked_up, delivered, cancelled, review, told, gmv, ..promised }
    })
}

pub fn stories(most: usize) -> impl Strategy<Value = Vec<Story>> {
    proptest::collection::vec(story(), 1..most)
}

/// The facts of one order.
pub fn facts(n: usize, story: &Story) -> Vec<Record> {
    let (shop, order) = (Some(shop_id(story.shop)), order_id(n));
    let placed_at = at(story.placed);
    let (ship_by, deliver_by) = (at(story.ship_by), at(story.deliver_by));
    let [picked_told, delivered_told, cancelled_told] = story.told;
    // Of two steps exactly one knows the other: the one that was told later.
    let before_cancel = |told: u8| told < cancelled_told;
    let mut facts = vec![
        Placed {
            at: placed_at,
            shop,
            order,
            purchase: id(3, n as u64),
            external_id: format!("o{n:03}").into(),
            lines: 1,
            goods: Minor(story.gmv),
            freight: Minor(0),
            gmv: Minor(story.gmv),
            ship_by: ship_by.plus_micros(-story.moved),
            deliver_by: deliver_by.plus_micros(-story.moved),
            excluded: None,
            rules: None,
        }
        .record(),
    ];
    facts.extend((story.moved != 0).then(|| {
        Postponed {
            at: placed_at,
            shop,
            order,
            placed_at,
            was_ship_by: ship_by.plus_micros(-story.moved),
            was_deliver_by: deliver_by.plus_micros(-story.moved),
            ship_by: ship_by.plus_micros(story.moved),
            deliver_by: deliver_by.plus_micros(story.moved),
            excluded: None,
            rules: None,
        }
        .record()
    }));
    facts.extend((story.moved != 0).then(|| {
        Resumed {
            at: placed_at,
            shop,
            order,
            placed_at,
            was_ship_by: ship_by.plus_micros(story.moved),
            was_deliver_by: deliver_by.plus_micros(story.moved),
            ship_by,
            deliver_by,
            excluded: None,
            rules: None,
        }
        .record()
    }));
    facts.extend(story.paid.map(|paid| {
        Paid {
            at: at(paid),
            shop,
            order,
            placed_at,
            excluded: None,
            rules: None,
            pickup_from: None,
            pass_pickup_by: None,
            insured: None,
        }
        .record()
    }));
    facts.extend(story.picked_up.map(|picked| {
        let cancelled_at = story.cancelled.filter(|_| !before_cancel(picked_told)).map(at);
        let paid_at = story.paid.filter(|paid| *paid <= picked).map(at);
        PickedUp {
            at: at(picked),
            shop,
            order,
            placed_at,
            paid_at,
            ship_by,
            cancelled_at,
            excluded: None,
            rules: None,
            pickup_from: None,
            standard_by: None,
            pass_pickup_by: None,
            by: None,
        }
        .record()
    }));
    facts.extend(story.delivered.map(|delivered| {
        let cancelled_at = story.cancelled.filter(|_| !before_cancel(delivered_told)).map(at);
        let picked_up_at = story.picked_up.filter(|_| picked_told < delivered_told).map(at);
        Delivered {
            at: at(delivered),
            shop,
            order,
            placed_at,
            picked_up_at,
            deliver_by,
            cancelled_at,
            excluded: None,
            rules: None,
            paid_at: None,
            standard_by: None,
            next_day_by: None,
            claimed_at: None,
            claimed: None,
            found_at: None,
            install: None,
            remote: None,
        }
        .record()
    }));
    facts.extend(story.cancelled.map(|cancelled| {
        let picked_up_at = story.picked_up.filter(|_| before_cancel(picked_told)).map(at);
        let delivered_at = story.delivered.filter(|_| before_cancel(delivered_told)).map(at);
        let at = at(cancelled);
        Cancelled {
            at,
            shop,
            order,
            placed_at,
            ship_by,
            deliver_by,
            picked_up_at,
            delivered_at,
            excluded: None,
            pass_pickup_by: None,
            standard_by: None,
            stalled_at: None,
            by: None,
            reason: None,
        }
        .record()
    }));
    facts.extend(story.review.map(|(when, score)| {
        Created {
            at: at(when),
            shop,
            review: id(4, n as u64),
            order_id: order,
            score,
            excluded: None,
            rules: None,
        }
        .record()
    }));
    facts
}

/// A lake and the folder that it lives in.
pub struct Pond {
    pub ask: Snapshot,
    _dir: tempfile::TempDir,
}

/// A lake of all facts of the stories that are not after `until`. Shops 0, 1 and 2 have the numbers 0, 1 and 2.
pub fn pond(stories: &[Story], until: Option<i64>) -> Pond {
    pond_with(stories, until, &[])
}

/// As [`pond`], with other facts besides.
pub fn pond_with(stories: &[Story], until: Option<i64>, others: &[Record]) -> Pond {
    let dir = tempfile::tempdir().unwrap();
    let mut bulk = Bulk::new(dir.path()).unwrap();
    for n in 0..3u64 {
        assert_eq!(bulk.shop(shop_id(n).raw()), n as i64);
        let (external_id, name) = (format!("s{n}").into(), format!("Shop {n}").into());
        let opened = Opened {
            at: at(-30 * DAY),
            shop: None,
            subject: shop_id(n),
            external_id,
            name,
            industry: None,
            kind: None,
        }
        .record();
        bulk.push(&Record { shop: Some(shop_id(n).raw()), ..opened }).unwrap();
    }
    for record in stories.iter().enumerate().flat_map(|(n, story)| facts(n, story)) {
        if until.is_none_or(|until| record.at <= at(until)) {
            bulk.push(&record).unwrap();
        }
    }
    for record in others {
        bulk.push(record).unwrap();
    }
    Pond { ask: bulk.finish(govern::relations()).unwrap(), _dir: dir }
}

/// Numerator and denominator of a metric of a shop at a moment, straight from the definitions: order by order, and
/// only from what had happened by then.
pub fn reference(stories: &[Story], metric: &str, shop: u64, t: i64, days: i64) -> (i64, i64) {
    let within = |moment: i64| moment <= t && moment > t - days * DAY;
    let by = |step: Option<i64>, limit: i64| step.is_some_and(|step| step <= t && step <= limit);
    let (mut num, mut den) = (0, 0);
    for story in stories.iter().filter(|story| story.shop == shop) {
        let there = story.placed <= t;
        let mut count = |n: i64| {
            num += n;
            den += 1;
        };
        match metric {
            "orders_paid" if story.paid.is_some_and(within) => count(1),
            "late_ship_rate" if there && within(story.ship_by) && !by(story.cancelled, story.ship_by) => {
                count(i64::from(!by(story.picked_up, story.ship_by)));
            }
            "late_delivery_rate"
                if there && within(story.deliver_by) && !by(story.cancelled, story.deliver_by) =>
            {
                count(i64::from(!by(story.delivered, story.deliver_by)));
            }
            "mean_pickup_hours" => {
                if let (Some(picked), Some(paid)) = (story.picked_up, story.paid)
                    && within(picked)
                    && paid <= picked
                {
                    count(picked - paid);
                }
            }
            "cancel_rate" if within(story.placed) => count(i64::from(by(story.cancelled, t))),
            "rating_mean" | "negative_review_rate" => {
                if let Some((when, score)) = story.review
                    && within(when)
                {
                    count(if metric == "rating_mean" { score } else { i64::from(score <= 2) });
                }
            }
            _ => {}
        }
    }
    (num, den)
}
